"""Marks by keys: tags, notes, muting, several at once, undone and done again, here and in another window."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from techdash.paths import find
from techdash.store import db, entries, marks, own_words
from techdash.tui.app import TechdashApp
from techdash.tui.tag_screen import TagScreen, completed
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

SIZE = (120, 40)
SMALL = (80, 24)


@pytest.fixture(autouse=True)
def no_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def library(base: Path) -> Path:
    return find(str(base / "home")).library


def asked(library: Path, question: Callable[..., Any], *args: Any) -> Any:
    with closing(db.connect_reader(library)) as conn:
        return question(conn, *args)


async def to_digest(pilot: Pilot[int]) -> None:
    await until_text(pilot, "FRIDAY 5 JUNE")


async def to_essays(pilot: Pilot[int], app: TechdashApp) -> None:
    await pilot.press("2")
    await until(pilot, lambda: app.room == "essays" and app.essays.current is not None)


async def type_tags(pilot: Pilot[int], app: TechdashApp, *keys: str) -> None:
    await pilot.press("#")
    await until(pilot, lambda: isinstance(app.screen, TagScreen))
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: not isinstance(app.screen, TagScreen))


# -- tags


async def test_tags_are_typed_shown_and_undone(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await type_tags(pilot, app, *"AI", "space", *"#math", "comma", *"数学")
        await until(pilot, lambda: app.digest.current.marks.tags != ())
        assert app.digest.current.marks.tags == ("ai", "math", "数学")
        await until_text(pilot, "Tagged #ai #math #数学. u undoes.")
        assert "#ai #math #数学" in screen_text(app).split("Tagged")[0]
        await pilot.press("#")
        await until(pilot, lambda: isinstance(app.screen, TagScreen))
        await pilot.press(*["backspace"] * 3, "enter")
        await until(pilot, lambda: app.digest.current.marks.tags == ("ai", "math"))
        await pilot.press("u")
        await until(pilot, lambda: app.digest.current.marks.tags == ("ai", "math", "数学"))
        await pilot.press("u")
        await until(pilot, lambda: app.digest.current.marks.tags == ())
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.digest.current.marks.tags == ("ai", "math", "数学"))


async def test_the_last_of_the_tags_can_be_taken_off(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        await type_tags(pilot, app, *"ai")
        await until(pilot, lambda: app.essays.current.marks.tags == ("ai",))
        assert "#ai" in screen_text(app)
        await pilot.press("#")
        await until(pilot, lambda: isinstance(app.screen, TagScreen))
        await pilot.press(*["backspace"] * 3, "enter")
        await until(pilot, lambda: app.essays.current.marks.tags == ())
        await until_text(pilot, "No longer tagged #ai. u undoes.")


async def test_a_known_tag_is_completed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await type_tags(pilot, app, *"recommender")
        await until(pilot, lambda: app.digest.current.marks.tags == ("recommender",))
        await pilot.press("j")
        await pilot.press("#")
        await until_text(pilot, "#recommender")
        await pilot.press(*"rec", "tab", *"x", "enter")
        await until(pilot, lambda: app.digest.current.marks.tags == ("recommender", "x"))


def test_what_a_word_is_completed_to() -> None:
    known = ["ai", "math", "数学"]
    assert completed("a", known) == "ai"
    assert completed("ai m", known) == "ai math"
    assert completed("数", known) == "数学"
    assert completed("ai ", known) is None
    assert completed("ai a", known) is None
    assert completed("", known) is None


# -- notes


async def test_a_note_is_written_over_the_window_shown_and_undone(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        id_ = app.essays.current.id
        await pilot.press("W")
        await until_text(pilot, "Your note on")
        await pilot.press(*"Read twice", "enter", *"第二行", "ctrl+s")
        await until(pilot, lambda: app.essays.current.marks.noted)
        assert asked(library, own_words.note, id_) == "Read twice\n第二行"
        assert "✎" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.reading)
        await until_text(pilot, "✎ Read twice")
        await pilot.press("W")
        await until_text(pilot, "Your note on")
        await pilot.press("backspace", "escape")
        await until_text(pilot, "第二")
        await until(pilot, lambda: "第二行" not in screen_text(app))
        await pilot.press("u", "u")
        await until(pilot, lambda: "✎" not in screen_text(app))
        assert asked(library, own_words.note, id_) == ""


async def test_a_note_left_as_it_was_is_no_action(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await to_digest(pilot)
        await pilot.press("s")
        await until(pilot, lambda: app.digest.current.marks.starred)
        await pilot.press("f4")
        await until_text(pilot, "Your note on")
        await pilot.press("escape", "u")
        await until(pilot, lambda: not app.digest.current.marks.starred)


# -- muting


async def test_what_is_muted_leaves_its_list_and_undo_brings_it_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await pilot.press("j", "j")
        before, title = len(app.digest.items), app.digest.current.item.title
        following = app.digest.items[app.digest.item_list.cursor + 1].item.title
        await pilot.press("M")
        await until(pilot, lambda: len(app.digest.items) == before - 1)
        assert app.digest.current.item.title == following
        assert "30 articles" in screen_text(app)
        await pilot.press("u")
        await until(pilot, lambda: len(app.digest.items) == before)
        assert "31 articles" in screen_text(app)
        assert title in {row.item.title for row in app.digest.items if row.item}


async def test_a_muted_essay_is_gone_and_the_next_is_under_the_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        total, first = app.essays.total, app.essays.current.id
        await pilot.press("j")
        second = app.essays.current.id
        await pilot.press("k", "M")
        await until(pilot, lambda: app.essays.total == total - 1)
        assert app.essays.current.id == second
        await pilot.press("u")
        await until(pilot, lambda: app.essays.total == total)
        assert app.essays.find(first) is not None


# -- several at once


async def test_several_are_selected_and_starred_as_one_step(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await to_digest(pilot)
        await pilot.press("j", "v", "j", "j", "k", "j")
        await until_text(pilot, "3 selected")
        assert "Esc end" in screen_text(app)
        here = app.digest.item_list.cursor
        await pilot.press("s")
        await until_text(pilot, "3 starred. u undoes.")
        starred = [at for at, row in enumerate(app.digest.items) if row.marks.starred]
        assert starred == [here - 2, here - 1, here]
        assert "selected" not in screen_text(app)
        await pilot.press("u")
        await until(pilot, lambda: not any(row.marks.starred for row in app.digest.items))


async def test_where_some_have_the_mark_all_get_it_then_all_lose_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        rows = app.essays.item_list.rows
        await pilot.press("L")
        await until(pilot, lambda: rows is not app.essays.item_list.rows)
        await pilot.press("v", "G", "L")
        await until_text(pilot, f"{app.essays.total} kept for later")
        await pilot.press("v", "g", "L")
        await until_text(pilot, f"{app.essays.total} no longer kept for later")


async def test_esc_ends_selecting_and_the_room_stays(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await pilot.press("v", "j")
        await until_text(pilot, "2 selected")
        await pilot.press("escape")
        await until(pilot, lambda: "selected" not in screen_text(app))
        await pilot.press("v", "[")
        await until_text(pilot, "TUESDAY 2 JUNE")
        assert app.digest.item_list.selected is None


async def test_several_are_tagged_with_what_they_have_in_common(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await type_tags(pilot, app, *"own")
        await until(pilot, lambda: app.digest.items[0].marks.tags == ("own",))
        await pilot.press("v", "j")
        await type_tags(pilot, app, *"both")
        await until_text(pilot, "2 tagged #both.")
        assert [row.marks.tags for row in app.digest.items[:2]] == [("both", "own"), ("both",)]
        await pilot.press("u")
        await until(pilot, lambda: [row.marks.tags for row in app.digest.items[:2]] == [("own",), ()])


async def test_a_click_with_shift_extends_the_selection(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        rows, top = app.digest.item_list.rows, int(app.digest.item_list.scroll_offset.y)
        await pilot.click("#digest-list", offset=(6, rows.lines_of(0)[0] - top))
        await pilot.click("#digest-list", offset=(6, rows.lines_of(3)[0] - top), shift=True)
        await until_text(pilot, "4 selected")


async def test_muting_several_leaves_the_cursor_on_what_follows(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        total = app.essays.total
        await pilot.press("j", "j", "j")
        after = app.essays.current.id
        await pilot.press("g", "v", "j", "j", "M")
        await until(pilot, lambda: app.essays.total == total - 3)
        assert app.essays.current.id == after
        await pilot.press("u")
        await until(pilot, lambda: app.essays.total == total)


# -- above and below


async def test_what_is_above_and_below_is_marked_read(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await pilot.press("j", "j", "(")
        await until_text(pilot, "2 above marked read. u undoes.")
        assert [row.unread for row in app.digest.items[:4]] == [False, False, True, True]
        await pilot.press("(")
        await until_text(pilot, "Nothing unread above.")
        await pilot.press(")")
        await until_text(pilot, "28 below marked read. u undoes.")
        assert [row.unread for row in app.digest.items].count(True) == 1
        await pilot.press("u", "u")
        await until(pilot, lambda: all(row.unread for row in app.digest.items))


async def test_all_essays_below_are_marked_also_those_never_seen(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        await pilot.press("j", ")")
        await until_text(pilot, f"{app.essays.total - 2} below marked read.")
        assert asked(library, entries.essay_count) == (app.essays.total, 2)


# -- what was read stays; undo outlives; other windows


async def test_what_was_just_read_stays_in_place(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        keys = [row.key for row in app.digest.items]
        await pilot.press("j", "enter")
        await until(pilot, lambda: not app.digest.items[1].unread)
        await pilot.press("q", "j", "m")
        await until(pilot, lambda: not app.digest.items[2].unread)
        assert [row.key for row in app.digest.items] == keys


async def test_undo_and_redo_outlive_the_window(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        await type_tags(pilot, app, *"kept")
        await until(pilot, lambda: app.digest.items[0].marks.tags == ("kept",))
        before = len(app.digest.items)
        await pilot.press("M")
        await until(pilot, lambda: len(app.digest.items) == before - 1)
        await pilot.press("q")
    again = make_app()
    async with again.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        assert len(again.digest.items) == before - 1
        await pilot.press("u")
        await until(pilot, lambda: len(again.digest.items) == before)
        await until(pilot, lambda: any(row.marks.tags for row in again.digest.items))
        await pilot.press("u")
        await until(pilot, lambda: not any(row.marks.tags for row in again.digest.items))
        await pilot.press("ctrl+r", "ctrl+r")
        await until(pilot, lambda: len(again.digest.items) == before - 1)


ANOTHER = """
import sys, pathlib
from techdash.store import db, marks, own_words
d = db.connect_writer(pathlib.Path(sys.argv[1]))
ids = [int(sys.argv[2])]
marks.set_marks(d, ids, starred=True, now=5)
own_words.tag(d, ids, ["elsewhere"], [], 6)
own_words.write_note(d, ids[0], "Written elsewhere.", 7)
"""


async def test_what_another_process_marks_appears_here(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, app)
        id_ = app.essays.current.id
        await pilot.press("enter")
        await until(pilot, lambda: app.reading)
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", ANOTHER, str(library), str(id_)], check=False
        )
        assert done.returncode == 0
        await until_text(pilot, "✎ Written elsewhere.")
        await until_text(pilot, "#elsewhere")
        await until(pilot, lambda: app.essays.find(id_).marks.starred)
        # and this window's undo takes back what that one did last
        await pilot.press("u")
        await until(pilot, lambda: "Written elsewhere" not in screen_text(app))


async def test_a_second_window_follows_the_first(make_app: MakeApp, library: Path) -> None:
    app, other = make_app(), make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_digest(pilot)
        id_ = app.digest.current.entry_id
        await other.gateway.write(marks.set_marks, [id_], later=True, now=5)
        await until(pilot, lambda: app.digest.current.marks.later)
        await pilot.press("M")
        await until(pilot, lambda: all(row.entry_id != id_ for row in app.digest.items))
        shown = await other.gateway.read(entries.row, id_)
        assert shown is not None
        assert shown.marks.muted
    other.gateway.close()
