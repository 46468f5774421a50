"""The room of a day: its editions, marking a part, the end, weeklies, the month, and files to keep."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.config import Config
from techdash.paths import find
from techdash.store import db
from techdash.tui.app import TechdashApp
from techdash.tui.dialogs import Choose
from techdash.tui.gateway import Gateway
from techdash.tui.month_screen import MonthScreen
from techdash.tui.views import read_first
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text, write_news
from tests.tui.test_window import until, until_text

SCREENS = Path(__file__).parent / "screens"
SIZES = {"wide": (200, 60), "middle": (120, 40), "narrow": (80, 24), "small": (60, 20)}

DAILY = """---
title: AI Tech Daily - {day}
date: {day}
---
> Today's report covers 5 articles (1 featured), 2 tweets and 1 GitHub project.

## Featured

1. [The year of serving](https://example.org/{day}/serving) - Training was the question; serving is.

## Articles

1. [Audits of evaluation sets](https://example.org/{day}/audits) - half of one benchmark was known before.
2. [A law for agents](https://example.org/{day}/law) - a draft names who answers for what they do.
3. [权重衰减的第二种读法](https://example.org/{day}/decay) - 把它看成进度而不是强度。

## Tweets

- [@someone](https://x.com/someone/status/{number}1): We measured the token bill of a coding agent.
- [@another](https://x.com/another/status/{number}2): Small models, large caches.

## GitHub

- [owner/spec](https://github.com/owner/spec-{number}) - specifications before code
"""
WEEKLY = """---
title: RecSys Weekly 2026-W23
date: 2026-06-05
---
> A week of retrieval and ranking.

## Papers

1. [Two towers, one index](https://arxiv.org/abs/2606.00001) - a joint index for two towers.
2. [Ranking what nobody clicked](https://arxiv.org/abs/2606.00002) - counterfactual at scale.
"""
EMPTY = """---
title: AI Tech Daily - 2026-06-03
date: 2026-06-03
---
A quiet day. There was nothing to report, and nobody reported it.
"""
BUSY, QUIET, WEEK, NOTHING = "2026-06-05", "2026-06-02", "2026-06-01", "2026-06-03"


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a busy day (two editions), a quiet one, one with a weekly alone, and one with nothing."""
    base = tmp_path_factory.mktemp("week")
    daily, weekly, news = base / "daily", base / "weekly", base / "news"
    for folder in (daily, weekly, news):
        folder.mkdir()
    (daily / "5.md").write_text(DAILY.format(day=BUSY, number=5), "utf-8")
    (daily / "3.md").write_text(EMPTY, "utf-8")
    (weekly / "w23.md").write_text(WEEKLY, "utf-8")
    for number in range(12):
        write_news(news, BUSY, number)
    for number in range(2):
        write_news(news, QUIET, number)
    write_sources(
        base / "home",
        {"id": "daily", "name": "AI Tech Daily", "url": str(daily), "kind": "digest"},
        {"id": "weekly", "name": "RecSys Weekly", "url": str(weekly), "kind": "digest"},
        {"id": "news", "name": "News", "url": str(news), "kind": "article"},
        starter=False,
    )
    done = refresh(base / "home")
    assert done.returncode == 0, done.stderr
    return base / "home"


@pytest.fixture
def home(week: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(week, tmp_path / "home"))


@pytest.fixture
def open_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    monkeypatch.setenv("TZ", "UTC")

    def make(**settings: object) -> TechdashApp:
        gateway = Gateway(find(str(home)))
        config = Config(**{"refresh": False, "language": "en", **settings})  # type: ignore[arg-type]
        first = gateway.submit(read_first)
        first.result(20)
        return TechdashApp(gateway, config, first, str(home))

    return make


def unread(home: Path, day: str) -> int:
    with closing(sqlite3.connect(home / "library.db")) as conn:
        return int(conn.execute("SELECT unread FROM days WHERE day = ?", (day,)).fetchone()[0])


# -- A


async def test_a_marks_the_section_then_the_day_and_both_are_undone(open_home: MakeApp, home: Path) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        whole = app.digest.view.row.unread
        title = "Audits of evaluation sets"
        at = next(n for n, row in enumerate(app.digest.items) if row.item and row.item.title == title)
        app.digest.item_list.go(at)
        await pilot.press("A")
        await until_text(pilot, "Articles: 3 marked read. A marks the day, u undoes.")
        assert app.digest.current.item.title == title
        assert unread(home, BUSY) == whole - 3
        read = [row.item.title for row in app.digest.items if row.item and not row.unread]
        assert len(read) == 3
        assert title in screen_text(app)
        await pilot.press("A")
        await until(pilot, lambda: app.digest.view.row.unread == 0)
        assert all(not row.unread for row in app.digest.items if row.edition.day == BUSY)
        await pilot.press("u")
        await until(pilot, lambda: app.digest.view.row.unread == whole - 3)
        await pilot.press("u")
        await until(pilot, lambda: app.digest.view.row.unread == whole)
        await pilot.press("A")
        await until(pilot, lambda: app.digest.view.row.unread == whole - 3)


async def test_a_that_could_not_be_written_marks_the_same_again(
    open_home: MakeApp, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.connect_plain, "__kwdefaults__", {"timeout": 0.05})
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        whole = app.digest.unread
        with closing(sqlite3.connect(home / "library.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("A")
            await until_text(pilot, "The library can't be written now. Try again.")
            other.execute("ROLLBACK")
        await pilot.press("A")
        await until_text(pilot, "AI Tech Daily - 2026-06-05: 8 marked read.")
        assert app.digest.unread == whole - 7


async def test_a_on_an_editions_own_line_marks_that_edition(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert app.digest.current.item is None
        await pilot.press("A")
        await until_text(pilot, "AI Tech Daily - 2026-06-05: 8 marked read.")
        left = [row for row in app.digest.items if row.unread and row.edition.composed]
        assert len(left) == 12


async def test_less_of_what_a_published_edition_has_moves_nothing_in_it(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        title = "Audits of evaluation sets"
        app.digest.item_list.go(
            next(n for n, row in enumerate(app.digest.items) if row.item and row.item.title == title)
        )
        await pilot.press("-")
        await until_text(pilot, "is muted in what is from your sources. u undoes.")
        assert app.digest.current.item.title == title


# -- the end


async def test_a_day_all_read_says_so_and_n_leads_to_what_it_names(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 24)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert "Nothing unread" not in screen_text(app)
        await pilot.press("A", "A")
        await until(pilot, lambda: app.digest.view.row.unread == 0)
        await until_text(pilot, "marked read. u undoes. Nothing unread on 5 Jun. 3 Jun has 1.")
        app.say("")
        await pilot.press("G")
        await until_text(pilot, "Nothing unread on 5 Jun. 3 Jun has 1.")
        await pilot.press("n")
        await until_text(pilot, "WEDNESDAY 3 JUNE")
        for day in (QUIET, WEEK):
            await pilot.press("A")
            await until(pilot, lambda: app.digest.view.row.unread == 0)
            await pilot.press("n")
            await until(pilot, lambda day=day: app.digest.day == day)
        await pilot.press("A")
        await until_text(pilot, "Nothing unread. Enjoy your day.")


async def test_what_was_read_dismissed_or_kept_stays_where_it_is(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 60)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        before = [row.key for row in app.digest.items]
        whole = app.digest.unread
        at = next(n for n, row in enumerate(app.digest.items) if row.item and row.edition.composed)
        title = app.digest.items[at].item.title
        app.digest.item_list.go(at)
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.digest.unread == whole - 1)
        await pilot.press("q", "j", "m")
        await until(pilot, lambda: app.digest.unread == whole - 2)
        await pilot.press("j", "L")
        await until(pilot, lambda: app.digest.items[at + 2].marks.later)
        await pilot.press("j", "s")
        await until(pilot, lambda: app.digest.items[at + 3].marks.starred)
        assert [row.unread for row in app.digest.items[at : at + 4]] == [False, False, True, True]
        assert [row.key for row in app.digest.items] == before
        (kept,) = (line for line in screen_text(app).split("\n") if "◷" in line)
        assert app.digest.items[at + 2].item.title in kept
        assert title in screen_text(app)
        for key, day in (("[", NOTHING), ("]", BUSY)):
            await pilot.press(key)
            await until(pilot, lambda day=day: app.digest.day == day)
        assert [row.key for row in app.digest.items] == before


# -- editions


async def test_e_goes_from_one_edition_to_the_next(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 24)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("E")
        assert app.digest.current.edition.composed
        assert "FROM YOUR SOURCES" in screen_text(app).split("\n")[5]
        await pilot.press("E")
        assert app.digest.current.edition.source_id == "daily"
        assert app.digest.item_list.cursor == 0


async def test_one_edition_at_a_time_is_kept_and_n_turns_to_the_next(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("V")
        await until_text(pilot, "AI Tech Daily   From your sources")
        assert {row.edition.source_id for row in app.digest.items} == {"daily", "weekly"}
        await pilot.press("E")
        assert app.digest.current.edition.composed
        await pilot.press("E", "A")
        await until(pilot, lambda: app.digest.view.row.unread == 12)
        await pilot.press("n")
        assert app.digest.current.edition.composed
        assert app.digest.current.unread
        await pilot.press("[")
        await until(pilot, lambda: app.digest.day == NOTHING)
        await app.action_quit()
    again = open_home()
    async with again.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: again.digest.day == NOTHING)
        await pilot.press("]")
        await until(pilot, lambda: again.digest.day == BUSY)
        assert again.digest.tab == ""
        assert again.digest.current.edition.composed
        await pilot.press("V")
        await until_text(pilot, "All editions of a day on one page.")
        assert {row.edition.composed for row in again.digest.items} == {True, False}


async def test_a_name_of_an_edition_is_clicked(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("V")
        await until_text(pilot, "AI Tech Daily   From your sources")
        await pilot.click("#digest-list", offset=(20, 0))
        await until(pilot, lambda: app.digest.current.edition.composed)


@pytest.mark.parametrize("size", [(120, 24), (80, 24)], ids=["beside", "instead"])
async def test_an_item_opens_in_place_and_the_list_is_as_it_was(
    open_home: MakeApp, size: tuple[int, int]
) -> None:
    app = open_home()
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("G", "k", "k", "k")
        rows = app.digest.item_list
        before = rows.cursor, rows.scroll_offset
        assert before[1].y > 0
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert bool(rows.region.width) is (size[0] >= 100)
        await pilot.press("q")
        assert (rows.cursor, rows.scroll_offset) == before


# -- weeklies


async def test_a_weekly_is_reached_from_its_week_and_counted_on_its_monday(
    open_home: MakeApp, home: Path
) -> None:
    app = open_home()
    assert unread(home, WEEK) == 2
    async with app.run_test(size=(120, 60)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert "RecSys Weekly 2026-W23  Mon 1 Jun" in screen_text(app)
        assert unread(home, BUSY) == 8 - 1 + 12
        await pilot.press("G")
        assert app.digest.current.edition.cadence == "weekly"
        await pilot.press("enter")
        await until(pilot, lambda: app.digest.day == WEEK)
        assert app.digest.current.item is None
        assert app.digest.current.edition.title == "RecSys Weekly 2026-W23"
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert app.reader.entry.row.title == "RecSys Weekly 2026-W23"


def test_a_printed_day_names_the_weekly_of_its_week(home: Path) -> None:
    printed = [techdash(home, "digest", day).splitlines()[-1] for day in (BUSY, WEEK)]
    assert printed[0] == "RecSys Weekly 2026-W23: Monday 1 June 2026"
    assert not printed[1].startswith("RecSys Weekly")
    (busy,) = json.loads(techdash(home, "digest", BUSY, "--json"))
    assert [edition["composed"] for edition in busy["editions"]] == [False, True]


def techdash(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ, TZ="UTC", NO_COLOR="1"),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- the month


async def picked(pilot: object, app: TechdashApp) -> MonthScreen:
    await pilot.press("D")  # type: ignore[attr-defined]
    await until(pilot, lambda: isinstance(app.screen, MonthScreen) and app.screen.counted)  # type: ignore[arg-type]
    assert isinstance(app.screen, MonthScreen)
    return app.screen


async def test_a_day_is_picked_from_its_month(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        screen = await picked(pilot, app)
        assert screen.day == BUSY
        assert "June 2026" in screen_text(app)
        await pilot.press("left", "h", "k")
        assert screen.day == "2026-06-01"  # no edition is older than this month: the cursor stays in it
        await pilot.press("right", "right", "right")
        await until_text(pilot, "Thursday 4 June: no edition")
        await pilot.press("enter")
        assert app.screen is screen
        await pilot.press("h", "h", "enter")
        await until(pilot, lambda: app.digest.day == QUIET)
        assert app.screen is not screen


async def test_months_and_years_are_walked_within_the_library(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "5")
        screen = await picked(pilot, app)
        await pilot.press("[")
        await until(pilot, lambda: screen.day[:7] == "2026-05" and screen.counted)
        await until_text(pilot, "May 2026")
        await pilot.press("[", "{")
        assert screen.day == "2026-05-01"
        await pilot.press("pagedown")
        assert screen.day == "2026-06-01"
        await pilot.press("T")
        today = screen.day
        await pilot.press("}", "】")
        assert screen.day[:7] == max(today[:7], "2026-06")
        await pilot.press("escape")
        assert app.screen is not screen
        assert app.digest.day == BUSY


async def test_a_day_of_the_month_is_clicked(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await picked(pilot, app)
        # June 2026 begins on a Monday: the third cell of the first week is Wednesday the 3rd
        await pilot.click("#month-grid", offset=(1 + 2 * 11 + 5, 3))
        await until(pilot, lambda: app.digest.day == NOTHING)


async def test_the_small_strip_is_clicked(open_home: MakeApp) -> None:
    app = open_home()
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.click("#day-strip", offset=(10, 0))
        await until(pilot, lambda: app.digest.day == NOTHING)
        await pilot.click("#day-strip", offset=(70, 0))
        await until(pilot, lambda: app.digest.day == BUSY)
        await pilot.click("#day-strip", offset=(40, 0))
        await until(pilot, lambda: isinstance(app.screen, MonthScreen) and app.screen.counted)


# -- exports


async def export(pilot: Pilot[int], label: str) -> None:
    """Press ``e`` and choose what has this label."""
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
    await until_text(pilot, label)
    lines = screen_text(pilot.app).split("\n")  # type: ignore[arg-type]
    at = next(y for y, line in enumerate(lines) if label in line)
    first = next(y for y, line in enumerate(lines) if ": Markdown" in line)
    await pilot.press(*["j"] * (at - first), "enter")


async def test_a_day_is_exported_and_what_was_changed_stays(open_home: MakeApp, home: Path) -> None:
    app = open_home()
    file = home / "exports" / f"{BUSY}.md"
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await export(pilot, "5 Jun 2026: Markdown")
        await until_text(pilot, f"{BUSY}.md is in ")
        text = file.read_text("utf-8")
        head, _, page = text.partition("\n---\n\n")
        assert head == f'---\ntitle: {BUSY}\nday: {BUSY}\ntags: ["techdash/digest"]'
        assert page.startswith("# Friday 5 June 2026\n")
        assert f"[A law for agents](https://example.org/{BUSY}/law)" in text
        assert "The edition itself states 5 articles (1 featured)" in text
        assert page == await asyncio.to_thread(techdash, home, "digest", BUSY, "--markdown")
        file.write_text("My own words.\n", "utf-8")
        await export(pilot, "5 Jun 2026: Markdown")
        await until_text(pilot, f"Yours stays; {BUSY}-2.md is beside it in ")
        assert file.read_text("utf-8") == "My own words.\n"
        await export(pilot, "5 Jun 2026: a book (EPUB)")
        await until_text(pilot, f"{BUSY}.epub is in ")
        assert len([each for each in file.parent.iterdir() if not each.name.startswith(".")]) == 3


async def test_a_text_is_exported_into_the_configured_folder(open_home: MakeApp, tmp_path: Path) -> None:
    app = open_home(exports=str(tmp_path / "kept"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("E", "enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        title = app.reader.entry.row.title
        await export(pilot, "This text: Markdown")
        await until_text(pilot, ".md is in ")
        (file,) = (tmp_path / "kept").glob("*.md")
        assert f"\n---\n\n# {title}\n" in file.read_text("utf-8")
        await export(pilot, "This text: JSON")
        await until_text(pilot, ".json is in ")


async def test_what_is_kept_for_later_becomes_a_book(open_home: MakeApp, home: Path) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await export(pilot, "last 7 days: a book")
        await until_text(pilot, "There is nothing to export here.")
        await until(pilot, lambda: app.digest.current.entry_id is not None)
        await pilot.press("L")
        await until_text(pilot, "Kept for later.")
        await export(pilot, "last 7 days: a book")
        await until_text(pilot, ".epub is in ")
        assert len(list((home / "exports").glob("Later-*.epub"))) == 1


async def test_a_selection_is_exported_a_note_each(open_home: MakeApp, home: Path) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("v", "j", "j", "j")
        await export(pilot, "entries: Markdown")
        await until_text(pilot, "files are in ")
        assert len(list((home / "exports").glob("*.md"))) > 1


async def test_what_a_search_finds_is_exported(open_home: MakeApp, home: Path) -> None:
    app = open_home()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("F", *"law", "ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("j", "enter")
        await until(pilot, lambda: (home / "exports" / "law.json").exists())
        found = json.loads((home / "exports" / "law.json").read_text("utf-8"))
        assert found["entries"]
        assert all("law" in json.dumps(each).lower() for each in found["entries"])


async def test_a_folder_that_takes_nothing_is_named(open_home: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    app = open_home(exports=str(tmp_path / "file"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await export(pilot, "5 Jun 2026: Markdown")
        await until_text(pilot, "Not exported: ")


async def test_a_library_without_an_edition_says_so(tmp_path: Path) -> None:
    home = tmp_path / "bare"
    write_sources(home, starter=False)
    assert refresh(home).returncode == 0
    gateway = Gateway(find(str(home)))
    first = gateway.submit(read_first)
    app = TechdashApp(gateway, Config(refresh=False, language="en"), first, str(home))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "No edition yet. R refreshes, a adds a source.")
        await pilot.press("j", "A", "E", "V", "G", "n", "D")
        await until(pilot, lambda: isinstance(app.screen, MonthScreen) and app.screen.counted)
        await pilot.press("left", "enter", "escape")
        assert app.return_code is None


# -- what it looks like


@pytest.mark.parametrize("size", ["wide", "middle", "narrow"])
@pytest.mark.parametrize("name", ["busy", "quiet", "weekly", "empty", "done", "tabs", "month"])
async def test_a_day_looks_as_it_did(
    open_home: MakeApp, name: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("techdash.days.today", lambda _: "2026-06-07")
    for language in ("en", "zh") if size == "narrow" or name == "month" else ("en",):
        app = open_home(language=language)
        day = {"quiet": QUIET, "weekly": WEEK, "empty": NOTHING}.get(name, BUSY)
        async with app.run_test(size=SIZES[size]) as pilot:
            await until(pilot, lambda app=app: bool(app.digest.items))
            app.digest.go(day)
            await until(pilot, lambda app=app, day=day: app.digest.day == day)
            if name == "done":
                await pilot.press("A", "A")
                await until(pilot, lambda app=app: app.digest.view.row.unread == 0)
                await pilot.press("G")
            elif name == "tabs":
                await pilot.press("V", "E")
            elif name == "month":
                await picked(pilot, app)
            app.say("")
            await until(pilot, lambda app=app: not app.resting)
            await app.workers.wait_for_complete()
            await pilot.pause()
            seen = screen_text(app) + "\n"
            if folder := os.environ.get("TECHDASH_PICTURES"):
                app.save_screenshot(f"day-{name}-{size}-{language}.svg", folder)
            if name == "done":
                await pilot.press("u", "u")
                await until(pilot, lambda app=app: app.digest.view.row.unread > 0)
        file = SCREENS / f"day-{name}-{size}-{language}.txt"
        if os.environ.get("TECHDASH_SCREENS") == "write":
            file.write_text(seen, "utf-8")
        assert seen == file.read_text("utf-8")
