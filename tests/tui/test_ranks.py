"""The digest room's ranks: why an item is here, more and less of it, what is muted, and what rises."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.config import Config
from techdash.models.editions import Item, Tastes
from techdash.paths import find
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.rising import bar
from techdash.tui.tasting import Tasted
from techdash.tui.views import read_first
from techdash.tui.why_screen import WhyScreen
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text, write_news
from tests.tui.test_window import until, until_text

DAY = "2026-06-15"
ITEM = "---\ntitle: {title}\ndate: {day}T{hour:02}:00:00Z\nurl: https://{source}.example/{key}\n---\n{body}\n"
TODAY = {
    "one": ["Mamba returns", "What Mamba costs", "Fortran at sixty", "Zookeeper retires"],
    "two": ["Hands on with Mamba", "A compiler for quilts", "Gravel roads, mapped"],
    "three": ["Mamba in the browser", "Zookeeper, a eulogy", "Tea and entropy"],
}


@pytest.fixture(scope="session")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of three sources with two quiet weeks and a day on which Mamba rises."""
    base = tmp_path_factory.mktemp("ranked")
    for source, titles in TODAY.items():
        (base / source).mkdir()
        for number in range(1, 15):
            write(base, source, f"2026-06-{number:02}", 1, f"{source.title()} plainly {number}")
        for number, title in enumerate(titles):
            write(base, source, DAY, number, title, "word " * 1500 if source == "one" else "Short.")
    write_sources(
        base / "home",
        *(
            {
                "id": name,
                "name": f"Source {name}",
                "url": str(base / name),
                "kind": "article",
                "weight": weight,
            }
            for name, weight in (("one", 1.8), ("two", 1.0), ("three", 0.6))
        ),
        starter=False,
    )
    found = refresh(base / "home")
    assert found.returncode == 0, found.stderr
    return base


def write(base: Path, source: str, day: str, number: int, title: str, body: str = "Body.") -> None:
    key = f"{day}-{number}"
    text = ITEM.format(title=title, day=day, hour=number, source=source, key=key, body=body)
    (base / source / f"{key}.md").write_text(text, "utf-8")


@pytest.fixture
def make(ranked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    monkeypatch.setenv("TZ", "UTC")
    home = Path(shutil.copytree(ranked / "home", tmp_path / "home"))

    def made(**settings: object) -> TechdashApp:
        gateway = Gateway(find(str(home)))
        config = Config(**{"refresh": False, "language": "en", **settings})  # type: ignore[arg-type]
        first = gateway.submit(read_first)
        first.result(20)
        return TechdashApp(gateway, config, first, str(home))

    return made


async def stand_on(pilot: Pilot[int], title: str) -> None:
    app: TechdashApp = pilot.app  # type: ignore[assignment]
    await until_text(pilot, "MONDAY 15 JUNE")
    at = next(n for n, row in enumerate(app.digest.items) if row.item and row.item.title == title)
    app.digest.item_list.go(at)
    await pilot.pause()


def section_of(app: TechdashApp, title: str) -> str:
    view = app.digest.view
    assert view is not None
    return next(
        section.kind
        for edition in view.editions
        for section in edition.sections
        for item in section.items
        if item.title == title
    )


async def test_w_tells_the_score_part_by_part(make: MakeApp) -> None:
    app = make(interests=("fortran",))
    async with app.run_test(size=(120, 40)) as pilot:
        await stand_on(pilot, "Fortran at sixty")
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WhyScreen))
        await until_text(pilot, "Source one has a weight of 1.8")
        text = screen_text(app)
        for said in (
            "Why is this here?",
            "27.0",
            "(of 30)",
            "one source has it",
            "none of your interests",
            "Fortran",
        ):
            assert said in text
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, WhyScreen))


async def test_w_in_chinese(make: MakeApp) -> None:
    app = make(language="zh")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "升温  Mamba ▁▁▁▁▁▁█ 4  平时 0")
        app.digest.item_list.go(1)
        await pilot.press("ｗ")
        await until_text(pilot, "为什么在这里？")
        await until_text(pilot, "（最高 30）")


async def test_plus_lifts_and_u_takes_it_back(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await stand_on(pilot, "A compiler for quilts")
        before = app.digest.current.item.score  # type: ignore[union-attr]
        await pilot.press("+")
        await until_text(pilot, "More of “compiler” from now on. u undoes.")
        item = app.digest.current.item  # type: ignore[union-attr]
        assert item is not None
        assert (item.title, item.taste, item.score) == ("A compiler for quilts", "compiler", before + 15)
        await pilot.press("u")
        await until_text(pilot, "Undone.")
        assert app.digest.current.item.score == before  # type: ignore[union-attr]
        await pilot.press("ctrl+r")
        await until_text(pilot, "Redone.")
        assert app.digest.current.item.score == before + 15  # type: ignore[union-attr]


async def test_minus_mutes_at_the_end_of_the_day_and_plus_brings_it_back(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 50)) as pilot:
        await stand_on(pilot, "Zookeeper retires")
        unread = app.digest.view.row.unread  # type: ignore[union-attr]
        await pilot.press("-")
        await until_text(pilot, "“Zookeeper” is muted")
        assert section_of(app, "Zookeeper retires") == section_of(app, "Zookeeper, a eulogy") == "muted"
        assert app.digest.current.item.title != "Zookeeper retires"  # type: ignore[union-attr]
        assert "MUTED  2" in screen_text(app)
        assert "2 muted" in screen_text(app)
        assert app.digest.view.row.unread == unread - 2  # type: ignore[union-attr]
        await stand_on(pilot, "Zookeeper, a eulogy")
        await pilot.press("+")
        await until_text(pilot, "“Zookeeper” is neither wanted nor muted any more.")
        assert section_of(app, "Zookeeper retires") != "muted"
        assert app.digest.view.row.unread == unread  # type: ignore[union-attr]


async def test_a_source_is_muted_where_its_name_is_chosen(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 50)) as pilot:
        await stand_on(pilot, "Tea and entropy")
        await pilot.press("w")
        await until_text(pilot, "Source three  the source")
        await pilot.press("end", "-")
        await until_text(pilot, "“Source three” is muted")
        assert section_of(app, "Tea and entropy") == "muted"


async def test_the_other_days_follow_a_taste_and_its_undoing_as_they_are_walked_to(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 50)) as pilot:
        await stand_on(pilot, "Tea and entropy")
        await until(pilot, lambda: "2026-06-14" in app.digest._near)
        await pilot.press("w")
        await until_text(pilot, "Source three  the source")
        await pilot.press("end", "-")
        await until_text(pilot, "“Source three” is muted")
        for number in (14, 13, 12):
            await pilot.press("[")
            await until(pilot, lambda day=f"2026-06-{number}": app.digest.day == day)
            assert section_of(app, f"Three plainly {number}") == "muted"
            assert section_of(app, f"Two plainly {number}") != "muted"
            assert app.digest.unread == 2
        await pilot.press("u")
        await until_text(pilot, "Undone.")
        assert section_of(app, "Three plainly 12") != "muted"
        for number in (11, 12, 13, 14):
            await pilot.press("[" if number == 11 else "]")
            await until(pilot, lambda day=f"2026-06-{number}": app.digest.day == day)
            assert section_of(app, f"Three plainly {number}") != "muted"
            assert app.digest.unread == 3


async def test_what_rises_opens_the_stories_behind_it(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "rising  Mamba ▁▁▁▁▁▁█ 4  usually 0")
        assert "Rising:" not in screen_text(app)
        assert app.digest.items[0].trend is not None
        await pilot.press("g", "enter")
        await until_text(pilot, "RISING: MAMBA  4")
        titles = sorted(row.item.title for row in app.digest.items if row.item)
        assert titles == ["Hands on with Mamba", "Mamba in the browser", "Mamba returns", "What Mamba costs"]
        await pilot.press("q")
        await until_text(pilot, "Fortran at sixty")
        assert app.digest.current.trend is not None  # type: ignore[union-attr]
        await pilot.press("w")
        await until_text(pilot, "Mamba: 4 today in 3 sources, usually 0.")
        await pilot.press("-")
        await until_text(pilot, "“Mamba” is muted")
        assert "rising" not in screen_text(app)


async def test_what_rises_is_open_again_in_the_next_window(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.digest.items) and app.digest.items[0].trend is not None)
        every = len(app.digest.items)
        app.digest.item_list.go(0)
        await pilot.press("enter")
        await until(pilot, lambda: app.digest.rising_alone == "Mamba")
        few = len(app.digest.items)
        assert few < every
        await app.action_quit()
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.digest.items))
        assert (app.digest.rising_alone, len(app.digest.items)) == ("Mamba", few)
        await pilot.press("q")
        await until(pilot, lambda: len(app.digest.items) == every)


async def test_an_item_that_a_digest_chose_says_who_chose_it(make: MakeApp) -> None:
    app = make()
    item = Item("A title", "https://e.org", "", "", featured=False, score=0.0, entry_id=1)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "MONDAY 15 JUNE")
        app.push_screen(WhyScreen(item, "AI Daily", Tasted(["AI Daily"], Tastes()), app.words), app.want_name)
        await until_text(pilot, "AI Daily chose it for its edition.")
        await pilot.press("+")
        await until_text(pilot, "More of “AI Daily” from now on.")


def test_the_bar_shows_counts_against_the_highest() -> None:
    assert bar((0, 1, 2, 4, 8)) == "▁▂▃▅█"
    assert bar((0, 0)) == "▁▁"
    assert bar(()) == ""


def test_the_command_line_shows_trend_and_parts(ranked: Path) -> None:
    found = digest(ranked, "--json")
    (edition,) = json.loads(found)[-1]["editions"]
    assert edition["trend"] == [{"term": "Mamba", "today": 4, "usual": 0.0}]
    items = [item for section in edition["sections"] for item in section["items"]]
    assert all(round(sum(item["parts"].values()), 1) == item["score"] for item in items)
    text = digest(ranked)
    assert "Rising: Mamba 4 (usually 0)" in text
    assert text.count("Rising") == 1
    assert edition["lead"].endswith("Rising: Mamba (3 sources).")
    assert digest(ranked, "--markdown").count("Rising") == 1


def digest(base: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(base / "home"), "digest", DAY, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=dict(os.environ, TZ="UTC", LANG="C.UTF-8"),
    ).stdout


def test_mutes_of_the_configuration_hold_with_the_next_refresh(ranked: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(ranked, base)
    sources = base / "home" / "sources.toml"
    sources.write_text(sources.read_text("utf-8").replace(str(ranked), str(base)), "utf-8")
    (base / "home" / "config.toml").write_text('mutes = ["mamba"]\ninterests = ["Source two"]\n', "utf-8")
    assert refresh(base / "home", "--force").returncode == 0
    (edition,) = json.loads(digest(base, "--json"))[-1]["editions"]
    muted = [item["title"] for section in edition["sections"] for item in section["items"] if item["muted"]]
    assert sorted(muted) == [
        "Hands on with Mamba",
        "Mamba in the browser",
        "Mamba returns",
        "What Mamba costs",
    ]
    assert edition["trend"] == []


async def test_w_names_the_rule_that_features_an_item(make_app: MakeApp, sources: Path) -> None:
    (sources / "home" / "config.toml").write_text(
        '[[rules]]\nwhen = "heptagon source:news"\ndo = ["feature"]\n', "utf-8"
    )
    write_news(sources / "news", "2026-06-05", 40, "A heptagon has seven sides.")
    assert refresh(sources / "home", "--force").returncode == 0
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FEATURED")
        at = next(
            n
            for n, each in enumerate(app.digest.items)
            if each.item and each.item.title.startswith("Story 40")
        )
        assert app.digest.items[at].item.featured
        app.digest.item_list.go(at)
        await pilot.press("w")
        await until_text(pilot, "Featured by a rule of yours: heptagon source:news")
