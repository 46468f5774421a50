"""A day's own edition: every story once, the same in any order, the best featured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from techdash.editions.compose import compose, score
from techdash.models import DayEntry

DAY = "2026-05-12"
NOON = 1_778_587_200


def entry(id_: int, **fields: object) -> DayEntry:
    values: dict[str, object] = {
        "id": id_,
        "source_id": f"source-{id_}",
        "source_title": f"Source {id_}",
        "kind": "article",
        "title": f"A story with number {id_}",
        "url": f"https://example.org/{id_}",
        "author": "",
        "summary": f"What happened in {id_}.",
        "sort_time": NOON - id_,
        "minutes": 5,
        "weight": 1.0,
    }
    return DayEntry(**(values | fields))  # type: ignore[arg-type]


def titles(rows: list[DayEntry], kind: str) -> list[str]:
    edition = compose(DAY, rows)
    assert edition is not None
    return [item.title for name, _, items in edition.sections if name == kind for item in items]


def test_no_entry_no_edition() -> None:
    assert compose(DAY, []) is None
    assert compose(DAY, [entry(1, kind="digest"), entry(2, kind="cheatsheet")]) is None


def test_sections_counts_and_lead_of_a_day() -> None:
    kinds = ["article"] * 6 + ["essay"] * 2 + ["social"] * 3 + ["github"] + ["podcast"] + ["paper"] * 2
    edition = compose(DAY, [entry(number, kind=kind) for number, kind in enumerate(kinds)])
    assert edition is not None
    assert [kind for kind, _, _ in edition.sections] == [
        "featured",
        "article",
        "social",
        "github",
        "podcast",
        "paper",
    ]
    assert edition.counts == {"featured": 5, "article": 8, "social": 3, "github": 1, "podcast": 1, "paper": 2}
    assert edition.lead == "15 sources: 8 articles (5 featured), 3 posts, 1 repository, 1 episode, 2 papers."
    assert [len(items) for _, _, items in edition.sections] == [5, 3, 3, 1, 1, 2]
    assert {item.featured for kind, _, items in edition.sections for item in items if kind == "featured"} == {
        True
    }


def test_a_quiet_day_features_nothing() -> None:
    assert titles([entry(number) for number in range(7)], "featured") == []
    assert len(titles([entry(number) for number in range(8)], "featured")) == 5


def test_a_source_is_featured_twice_at_most() -> None:
    loud = [entry(number, source_id="loud", weight=2.0) for number in range(10)]
    chosen = titles([*loud, entry(20), entry(21), entry(22)], "featured")
    assert chosen == [loud[0].title, loud[1].title, entry(20).title, entry(21).title, entry(22).title]


def test_the_same_address_is_one_story_under_its_best_kind() -> None:
    rows = [
        entry(1, kind="social", url="https://www.example.org/a/?utm_source=x", title="Discussed"),
        entry(2, kind="article", url="http://example.org/a", title="Written"),
    ]
    assert titles(rows, "article") == ["Written"]
    assert titles(rows, "social") == []


def test_the_same_title_is_one_story_however_it_is_set() -> None:
    rows = [
        entry(1, title="OpenAI ships GPT-5.5 Instant"),
        entry(2, title="Ｏpenai ships “GPT‑5.5” instant!", weight=2.0),
    ]
    assert titles(rows, "article") == [rows[1].title]


def test_titles_that_tell_nothing_do_not_join() -> None:
    rows = [entry(1, title="v2.1.0"), entry(2, title="v2.1.0")]
    assert len(titles(rows, "article")) == 2
    repositories = [entry(number, kind="github", title="A release of the year") for number in (1, 2)]
    assert len(titles(repositories, "github")) == 2


def test_papers_are_capped_by_weight_then_newest_and_the_lead_says_so() -> None:
    rows = [entry(number, kind="paper", weight=0.5, source_id="arxiv") for number in range(40)]
    rows.append(entry(99, kind="paper", weight=1.5, sort_time=NOON - 9999))
    edition = compose(DAY, rows)
    assert edition is not None
    [(_, _, items)] = edition.sections
    assert [item.entry_id for item in items] == [99, *range(29)]
    assert edition.counts["paper"] == 30
    assert edition.lead == "2 sources: 30 of 41 papers."


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"kind": "article", "author": "Ann"}, "Source 1"),
        ({"kind": "social", "author": "@ann"}, "@ann"),
        ({"kind": "social"}, "Source 1"),
    ],
)
def test_who(fields: dict[str, object], who: str) -> None:
    edition = compose(DAY, [entry(1, **fields)])
    assert edition is not None
    assert edition.sections[0][2][0].who == who
    assert edition.lead == f"1 source: 1 {'post' if fields['kind'] == 'social' else 'article'}."


def test_score_rises_with_weight_freshness_and_length() -> None:
    base = entry(1, sort_time=NOON - 3600)
    assert score(entry(1, weight=2.0, sort_time=NOON, minutes=10), NOON) == 1.0
    assert score(replace(base, weight=1.5), NOON) > score(base, NOON)
    assert score(replace(base, sort_time=NOON), NOON) > score(base, NOON)
    assert score(replace(base, minutes=9), NOON) > score(base, NOON)
    assert score(replace(base, weight=0.0), NOON) == 0.0


ENTRIES = st.lists(
    st.builds(
        DayEntry,
        id=st.integers(1, 10_000),
        source_id=st.sampled_from(["a", "b", "c"]),
        source_title=st.just("S"),
        kind=st.sampled_from(["article", "essay", "social", "github", "podcast", "paper", "digest"]),
        title=st.sampled_from(["One long headline", "one long headline!", "另一条很长的新闻标题", "v1", ""]),
        url=st.sampled_from(
            ["", "https://e.org/a", "http://www.e.org/a/", "https://e.org/b", "https://e.org/c"]
        ),
        author=st.just(""),
        summary=st.just(""),
        sort_time=st.integers(NOON - 86_400, NOON),
        minutes=st.integers(0, 30),
        weight=st.floats(0, 5),
    ),
    max_size=60,
    unique_by=lambda row: row.id,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(rows: list[DayEntry], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compose(DAY, rows) == compose(DAY, shuffled)


@given(ENTRIES)
def test_no_address_twice_and_scores_in_bounds(rows: list[DayEntry]) -> None:
    edition = compose(DAY, rows)
    if edition is None:
        return
    items = [item for _, _, items in edition.sections for item in items]
    addresses = [item.url.replace("http://www.", "https://").rstrip("/") for item in items if item.url]
    assert len(addresses) == len(set(addresses))
    assert all(0 <= item.score <= 1 for item in items)
    assert len(items) == sum(number for kind, number in edition.counts.items() if kind != "featured")
