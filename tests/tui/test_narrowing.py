"""Lists narrowed by a query, and searches that were kept as lists of the essay room."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.models.entries import SavedSearch
from techdash.paths import find
from techdash.store import db, marks, searches
from techdash.tui.app import TechdashApp
from techdash.tui.dialogs import Ask
from techdash.tui.search_screen import SearchScreen
from tests.tui.conftest import MakeApp, refresh, screen_text, write_news
from tests.tui.test_window import until, until_text

SIZE = (120, 40)
SMALL = (80, 24)


@pytest.fixture
def library(base: Path) -> Path:
    return find(str(base / "home")).library


def keep(library: Path, *lists: tuple[str, str]) -> None:
    with closing(db.connect_writer(library)) as writer:
        for at, (name, query) in enumerate(lists):
            searches.save(writer, name, query, at)


def kept(library: Path) -> list[SavedSearch]:
    with closing(db.connect_reader(library)) as conn:
        return searches.kept(conn)


async def to_digest(pilot: Pilot[int]) -> None:
    await until_text(pilot, "FRIDAY 5 JUNE")


async def to_essays(pilot: Pilot[int], app: TechdashApp) -> None:
    await pilot.press("2")
    await until(pilot, lambda: app.room == "essays" and app.essays.current is not None)


async def narrow(pilot: Pilot[int], app: TechdashApp, query: str) -> None:
    await pilot.press("/")
    await until(pilot, lambda: app.list_room.narrowing and app.list_room.line.has_focus_within)
    await pilot.press(*query)


def shown(app: TechdashApp) -> list[str]:
    """The titles of the list that is shown."""
    if app.room == "digest":
        return [row.item.title for row in app.digest.items if row.item is not None]
    rows = app.essays._rows
    return [rows.at(at).title for at in range(rows.item_count)]


# -- the day


@pytest.mark.parametrize("size", [SIZE, SMALL])
async def test_the_day_is_narrowed_as_one_types_and_esc_shows_it_whole(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await to_digest(pilot)
        whole = shown(app)
        await narrow(pilot, app, '"Story 7 of"')
        await until(pilot, lambda: shown(app) == ["Story 7 of 2026-06-05"])
        assert "Ctrl+S keep as a list" in screen_text(app).splitlines()[-1]
        await pilot.press("enter", "s")
        await until(pilot, lambda: app.digest.current.marks.starred)
        await pilot.press("q")
        await until(pilot, lambda: shown(app) == whole)
        assert app.digest.current.item.title == "Story 7 of 2026-06-05"
        await narrow(pilot, app, "is:starred")
        await until(pilot, lambda: shown(app) == ["Story 7 of 2026-06-05"])
        await pilot.press("escape", "escape")
        await until(pilot, lambda: shown(app) == whole)
        assert app.focused is app.digest.item_list


async def test_what_was_just_read_stays_in_a_narrowed_day_until_it_is_left(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await narrow(pilot, app, "is:unread kind:article")
        await until(pilot, lambda: app.digest._matched is not None and len(shown(app)) == 30)
        before = shown(app)
        await pilot.press("enter", "m", "j", "enter")
        await until(pilot, lambda: [row.unread for row in app.digest.items[:3]] == [False, False, True])
        await pilot.press("q", "j")
        assert shown(app) == before
        await pilot.press("q")
        await narrow(pilot, app, "is:unread kind:article")
        await until(pilot, lambda: len(shown(app)) == 28)


async def test_another_day_is_narrowed_too(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await narrow(pilot, app, '"Story 2 of"')
        await until(pilot, lambda: shown(app) == ["Story 2 of 2026-06-05"])
        await pilot.press("enter", "[")
        await until(pilot, lambda: shown(app) == ["Story 2 of 2026-06-02"])
        await narrow(pilot, app, "zzz")
        await until_text(pilot, "Nothing here matches.")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: len(shown(app)) > 8)


async def test_a_marks_what_the_narrowed_day_shows(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await narrow(pilot, app, '"Story 1" or "Story 2"')
        await until(pilot, lambda: 1 < len(shown(app)) < 30)
        count = len(shown(app))
        await pilot.press("enter", "A")
        await until_text(pilot, f"{count} marked read.")


async def test_what_a_refresh_brings_is_added_to_a_narrowed_day(make_app: MakeApp, sources: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await narrow(pilot, app, "fresh or 7")
        await until(pilot, lambda: app.digest._matched is not None and len(shown(app)) < 9)
        before = shown(app)
        write_news(sources / "news", "2026-06-05", 77, "A fresh one.")
        done = await asyncio.to_thread(refresh, sources / "home", "--force")
        assert done.returncode == 0
        await until(pilot, lambda: "Story 77 of 2026-06-05" in shown(app))
        assert set(shown(app)) == {*before, "Story 77 of 2026-06-05"}


# -- essays and lists


async def test_the_essays_are_narrowed_with_a_mistake_named(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await to_essays(pilot, app)
        total = app.essays.total
        await pilot.press("j", "j")
        here = app.essays.current.id
        await narrow(pilot, app, "lang:zh")
        await until(pilot, lambda: "论段落" in shown(app) and "On paragraphs" not in shown(app))
        app.essays.line.put("lan:zh")
        await until_text(pilot, "did you mean lang:?")
        app.essays.line.put("论段落")
        await until(pilot, lambda: shown(app) == ["论段落"])
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.reading)
        await pilot.press("q")
        assert shown(app) == ["论段落"]
        await pilot.press("q")
        await until(pilot, lambda: app.essays._rows.item_count == total)
        assert app.essays.current.id == here


async def test_a_search_is_kept_as_a_list_with_what_is_unread(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        await pilot.press("j", "s")
        await until(pilot, lambda: app.essays.current.marks.starred)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await pilot.press(*"论段落 or is:starred", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"Mine", "enter")
        await until(pilot, lambda: kept(library) == [SavedSearch("Mine", "论段落 or is:starred")])
        await pilot.press("escape", "escape")
        await to_essays(pilot, app)
        await until_text(pilot, "All   Mine 2")
        await pilot.press("E")
        await until(pilot, lambda: sorted(shown(app)) == ["On paragraphs", "论段落"])
        await pilot.press("m")
        await until_text(pilot, "Mine 1")
        assert len(shown(app)) == 2
        await pilot.press("q")
        await until(pilot, lambda: len(shown(app)) == app.essays.total)
        await pilot.press("u", "u")
        await until(pilot, lambda: kept(library) == [])
        await until(pilot, lambda: "Mine" not in screen_text(app))


async def test_a_list_is_renamed_and_removed_and_both_are_undone(make_app: MakeApp, library: Path) -> None:
    keep(library, ("One", "论段落"), ("Two", "is:unread kind:article"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await to_essays(pilot, app)
        await until_text(pilot, "All   One 1   Two 42")
        await pilot.press("E", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*["backspace"] * 3, *"数学", "enter")
        await until_text(pilot, "All   数学 1   Two 42")
        assert app.essays.chosen == SavedSearch("数学", "论段落")
        await pilot.press("u")
        await until_text(pilot, "All   One 1   Two 42")
        await until(pilot, lambda: app.essays.chosen == SavedSearch("One", "论段落"))
        await pilot.press("delete")
        await until(pilot, lambda: kept(library) == [SavedSearch("Two", "is:unread kind:article")])
        await until(pilot, lambda: app.essays.chosen is None and len(shown(app)) == app.essays.total)
        await pilot.press("u")
        await until_text(pilot, "All   One 1   Two 42")


async def test_what_was_read_stays_in_a_list_until_it_is_left(make_app: MakeApp, library: Path) -> None:
    keep(library, ("Unread", "is:unread kind:essay"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await to_essays(pilot, app)
        await until_text(pilot, "Unread 5")
        await pilot.press("E")
        await until(pilot, lambda: app.essays.chosen is not None and len(shown(app)) == 5)
        before = shown(app)
        await pilot.press("v", "j", "m")
        await until_text(pilot, "Unread 3")
        assert shown(app) == before
        assert [app.essays._rows.at(at).marks.read for at in range(3)] == [True, True, False]
        await pilot.press("q", "E")
        await until(pilot, lambda: shown(app) == before[2:])


async def test_a_list_holds_entries_of_every_kind_and_is_narrowed_itself(
    make_app: MakeApp, library: Path
) -> None:
    keep(library, ("News", "source:news"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await to_essays(pilot, app)
        await pilot.press("E")
        await until(pilot, lambda: app.essays.chosen is not None and len(shown(app)) == 42)
        await narrow(pilot, app, "day:2026-06-01")
        await until(pilot, lambda: len(shown(app)) == 3)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.reading)
        await until(pilot, lambda: app.essays.current.marks.read)
        await pilot.press("q", "q")
        await until(pilot, lambda: len(shown(app)) == 42)
        await pilot.press("q")
        await until(pilot, lambda: len(shown(app)) == app.essays.total)


async def test_a_list_is_clicked_and_one_of_another_window_appears(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await to_essays(pilot, app)
        script = (
            "import sys, pathlib; from techdash.store import db, searches\n"
            "searches.save(db.connect_writer(pathlib.Path(sys.argv[1])), 'Elsewhere', '论段落', 1)"
        )
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", script, str(library)], check=False
        )
        assert done.returncode == 0
        await until_text(pilot, "Elsewhere 1")
        await pilot.click("#list-tabs", offset=(10, 0))
        await until(pilot, lambda: shown(app) == ["论段落"])
        with closing(db.connect_writer(library)) as writer:
            marks.undo(writer, 9)
        await until(pilot, lambda: app.essays.chosen is None and len(shown(app)) == app.essays.total)
