"""The score of a story: its parts add up to it, stay in bounds, and each rises with what it is of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.test_editions_compose import ENTRIES, NOON, entry

from techdash.editions import score

BASE = entry(1, sort_time=NOON - 3600, minutes=3)


def of(row: object = BASE, **more: object) -> dict[str, float]:
    return score.parts(row, **{"sources": 1, "newest": NOON, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "better"),
    [
        ("source", {"row": replace(BASE, weight=1.5)}),
        ("corroboration", {"sources": 2}),
        ("recency", {"row": replace(BASE, sort_time=NOON)}),
        ("interest", {"liking": 1}),
        ("depth", {"row": replace(BASE, minutes=9)}),
        ("depth", {"row": replace(BASE, has_text=True)}),
        ("depth", {"row": replace(BASE, url="https://github.com/owner/repo")}),
        ("depth", {"row": replace(BASE, url="https://www.arxiv.org/abs/2401.1")}),
        ("points", {"standing": 0.5}),
    ],
)
def test_a_part_rises_alone(part: str, better: dict[str, object]) -> None:
    found, usual = of(**better), of()
    assert found.get(part, 0.0) > usual.get(part, 0.0)
    assert {name: it for name, it in found.items() if name != part} == {
        name: it for name, it in usual.items() if name != part
    }


def test_the_figures_are_those_that_are_told() -> None:
    row = entry(1, weight=2.0, minutes=10, has_text=True, kind="paper", sort_time=NOON)
    assert of(row, sources=3) == {"source": 30.0, "corroboration": 25.0, "recency": 20.0, "depth": 10.0}
    assert score.total(of(row, sources=3, liking=1)) == 100.0
    assert of(row)["corroboration"] == 12.5
    assert of(row, sources=2)["corroboration"] == 19.8
    assert of(replace(row, sort_time=NOON - 18 * 3600))["recency"] == 7.4
    assert of(row, liking=-1)["interest"] == -15.0


def test_points_fill_up_what_is_missing_to_100_and_no_more() -> None:
    row = entry(1, weight=2.0, minutes=10, has_text=True, sort_time=NOON)
    full = of(row, sources=3, liking=1, standing=1.0)
    assert full["points"] == 2.0
    assert score.total(full) == 100.0


@given(ENTRIES, st.integers(1, 40), st.sampled_from([-1, 0, 1]), st.none() | st.floats(0, 1))
def test_a_score_stays_within_its_bounds(
    rows: list[object], sources: int, liking: int, standing: float | None
) -> None:
    for row in rows:
        found = of(row, sources=sources, liking=liking, standing=standing)
        assert 0.0 <= score.total(found) <= 100.0
        assert set(found) <= set(score.MOST)
        assert all(-15 <= value <= score.MOST[name] for name, value in found.items())


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Article URL: https://e.org/a Comments URL: https://n.org Points: 312 # Comments: 45", 312),
        ("Points: 7", 7),
        ("…</p><hr><p>Comments URL: x</p>\n<p>Points: 41</p>\n<p># Comments: 7</p>", 41),
        ("The index lost 300 points: 12 of them today", None),
        ("Checkpoints: 40", None),
        ("", None),
    ],
)
def test_points_as_a_source_writes_them(text: str, points: int | None) -> None:
    assert score.points(text) == points


def test_points_count_within_their_source_and_day_only() -> None:
    rows = [entry(n, source_id="hn", summary=f"Points: {p}") for n, p in enumerate((10, 200, 200, 900))]
    rows += [entry(8, source_id="other", summary="Points: 3"), entry(9, source_id="none", summary="")]
    assert score.standings(rows) == {0: 0.125, 1: 0.5, 2: 0.5, 3: 0.875, 8: 0.5}


def test_a_mute_takes_no_more_than_there_is() -> None:
    weak = of(entry(1, weight=0.0, minutes=0, sort_time=NOON - 400_000), liking=-1)
    assert weak == {"corroboration": 12.5, "interest": -12.5}
    assert score.total(weak) == 0.0
