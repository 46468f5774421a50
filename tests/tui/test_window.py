"""The window as a user meets it: keys pressed, what stands on the screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from techdash.tui.app import TechdashApp
from techdash.tui.messages import Preview
from techdash.tui.widgets.document_view import DocumentView
from tests.tui.conftest import MakeApp, refresh, screen_text, write_essay, write_news

PATIENCE = 20.0


async def until(pilot: Pilot[int], seen: Callable[[], bool]) -> None:
    """Let the window work until something holds; fails with the screen after a while."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    app: TechdashApp = pilot.app  # type: ignore[assignment]
    while not (app.furnished and seen()):
        if loop.time() > end:
            raise AssertionError("never seen; the screen:\n" + screen_text(app))
        await pilot.pause()


async def until_text(pilot: Pilot[int], text: str) -> None:
    await until(pilot, lambda: text in screen_text(pilot.app))  # type: ignore[arg-type]


# -- days


async def test_days_are_walked_with_two_keys_and_each_keeps_its_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("j", "j", "j")
        stood_on = app.digest.current.key
        await pilot.press("[")
        await until_text(pilot, "TUESDAY 2 JUNE")
        assert "No edition between 3 Jun and 4 Jun." in screen_text(app)
        await pilot.press("[")
        await until_text(pilot, "MONDAY 1 JUNE")
        await pilot.press("]", "]")
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert app.digest.current.key == stood_on
        await pilot.press("]")
        await until_text(pilot, "This is the latest day.")


async def test_the_starter_days_come_before_and_say_what_is_stated(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        for _ in range(3):
            await pilot.press("[")
        await until_text(pilot, "TUESDAY 12 MAY")
        assert "21 articles (5 featured)" in screen_text(app)


async def test_t_goes_to_the_latest_day_and_says_that_today_has_none(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("[")
        await until_text(pilot, "TUESDAY 2 JUNE")
        await pilot.press("T")
        await until_text(pilot, "No edition for today yet. The latest is 5 Jun.")


# -- reading and marks


async def test_enter_opens_an_item_and_marks_it_read(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        title = app.digest.current.item.title
        assert app.digest.current.unread
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert app.reader.entry.row.title == title
        await until(pilot, lambda: not app.digest.current.unread)
        await pilot.press("q")
        assert not app.reading


async def test_marks_are_undone_and_done_again(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("s")
        await until(pilot, lambda: app.digest.current.marks.starred)
        assert "★" in screen_text(app)
        await pilot.press("u")
        await until(pilot, lambda: not app.digest.current.marks.starred)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.digest.current.marks.starred)


async def test_the_whole_day_is_marked_read_and_n_goes_to_another_day(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        while app.digest.unread:
            left = app.digest.unread
            await pilot.press("A")
            await until(pilot, lambda left=left: app.digest.unread < left)
        await until_text(pilot, "marked read. u undoes. Nothing unread on 5 Jun.")
        assert all(not item.unread for item in app.digest.items)
        await pilot.press("n")
        await until_text(pilot, "TUESDAY 2 JUNE")
        assert app.digest.current.unread


async def test_full_width_letters_act_as_their_twins(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("ｊ")
        assert app.digest.item_list.cursor == 1
        await pilot.press("left_black_lenticular_bracket")
        await until_text(pilot, "TUESDAY 2 JUNE")


# -- essays


async def open_first_essay(pilot: Pilot[int], app: TechdashApp) -> None:
    await pilot.press("2")
    await until_text(pilot, "论段落")
    await pilot.press("enter")
    await until(pilot, lambda: app.reading and app.reader.entry is not None)


def top_line(app: TechdashApp) -> str:
    view = app.query_one(DocumentView)
    return next(text for y in range(view.size.height) if (text := view.render_line(y).text.strip()))


async def test_the_place_in_an_essay_is_kept_across_a_restart(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("space", "j", "j")
        kept = top_line(app)
        assert kept.startswith("Paragraph")
        await app.action_quit()
    again = make_app()
    async with again.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: again.reader.entry is not None)
        assert again.room == "essays"
        assert again.reading
        await pilot.pause()
        assert top_line(again) == kept


async def test_another_width_keeps_the_sentence(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("space", "j")
        kept = top_line(app)
        for size in ((200, 60), (80, 24), (100, 30), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert top_line(app) == kept, size


async def test_headings_are_walked_in_the_reader(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("]")
        assert top_line(app) == "Part 1"
        await pilot.press("]")
        assert top_line(app) == "Part 2"
        await pilot.press("[")
        assert top_line(app) == "Part 1"


async def test_the_end_is_the_end_and_space_there_goes_on(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        first = app.reader.entry_id
        await pilot.press("G")
        assert app.reader.view.progress == 1.0
        assert "Paragraph 60" in screen_text(app)
        await pilot.press("space")
        await until(pilot, lambda: app.reader.entry_id != first)


# -- another process


async def test_a_refresh_elsewhere_shows_up_and_moves_nothing(make_app: MakeApp, sources: Path) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press("2", "j")
        stood_on, row = app.essays.current.title, app.essays.item_list.cursor_row_on_screen
        write_essay(sources / "essays", "2026-06-07", "An essay that came later")
        write_news(sources / "news", "2026-06-05", 40)
        done = await asyncio.to_thread(refresh, sources / "home", "--force")
        assert done.returncode == 0, done.stderr
        await until(pilot, lambda: app.essays.total == 6)
        assert app.essays.current.title == stood_on
        assert app.essays.item_list.cursor_row_on_screen == row or app.essays.item_list.cursor > 0
        await pilot.press("g")
        await until_text(pilot, "An essay that came later")
        await pilot.press("1")
        await until(pilot, lambda: len(app.digest.items) == 32)


async def test_what_another_room_rests_on_takes_no_preview_away(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.furnished and bool(app.digest.items))
        await until(pilot, lambda: not app.resting)
        app.post_message(Preview("digest", None, "Rested on in the digest", "", ""))
        app.post_message(Preview("essays", None, "Rested on in the essays", "", ""))
        await until_text(pilot, "Rested on in the digest")


async def test_a_key_right_after_the_one_of_a_room_is_for_that_room(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.furnished and app.essays.total > 2 and len(app.digest.items) > 3)
        await pilot.press("2", "j", "1", "j", "j")
        assert (app.digest.item_list.cursor, app.essays.item_list.cursor) == (2, 1)
        for key in ("2", "g"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: app.room == "essays" and app.essays.item_list.cursor == 0)
        assert app.digest.item_list.cursor == 2


async def test_each_key_walks_a_day_however_fast(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await until(pilot, lambda: len(app.digest.view.days) > 2)
        days = [row.day for row in app.digest.view.days]
        # no day is at hand, and the library answers after the keys
        answered = threading.Event()
        app.gateway.submit(lambda _: answered.wait(20))
        app.digest._near.clear()
        await pilot.press("[", "[")
        answered.set()
        await until(pilot, lambda: app.digest.day == days[-3])


async def test_what_a_hidden_list_is_given_is_there_when_it_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.furnished and bool(app.digest.items))
        view = app.digest.item_list

        def listed() -> bool:
            lines = [line[: view.size.width] for line in screen_text(app).splitlines()]
            return any(app.digest.items[0].item.title in line for line in lines)

        await until(pilot, listed)
        app.set_focus(None)
        view.display = False
        await until(pilot, lambda: not view.region)
        # it has the size it had, and no place on the screen
        view.notify_style_update()
        view.show(view.rows)
        view.display = True
        await until(pilot, listed)


# -- the sheet


@pytest.mark.parametrize(("room", "keys"), [("2", ["down", "down"]), ("1", ["["])])
async def test_keys_pressed_while_the_library_is_asked_count(
    make_app: MakeApp, sources: Path, room: str, keys: list[str]
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.furnished and app.essays.total > 2)
        await pilot.press(room)
        await until(pilot, lambda: app.room == ("essays" if room == "2" else "digest"))
        answered = threading.Event()
        # the library's thread is busy: what is asked now is answered after the keys
        app.gateway.submit(lambda _: answered.wait(120))
        write_essay(sources / "essays", "2026-06-20", "Another essay")
        done = await asyncio.to_thread(refresh, sources / "home", "--force")
        assert done.returncode == 0, done.stderr
        app.look_again()
        day, cursor = app.digest.day, app.essays.item_list.cursor
        await pilot.press(*keys)
        answered.set()
        # the thread answers in order: what was asked before this is answered too
        await app.gateway.read(lambda _: None)
        await pilot.pause()
        if room == "2":
            await until(pilot, lambda: app.essays.current is not None)
            assert app.essays.item_list.cursor == cursor + 2 + 1  # the new essay stands above
        else:
            assert app.digest.day != day


async def test_typing_narrows_the_sheet_and_enter_copies(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.cheatsheet.cards))
        await pilot.press("3")
        whole = app.cheatsheet.item_list.rows.item_count
        await pilot.press(*"rewind")
        await until(pilot, lambda: 0 < app.cheatsheet.item_list.rows.item_count < whole)
        card = app.cheatsheet.current
        await pilot.press("enter")
        assert app.clipboard == card.syntax
        await until_text(pilot, f"Copied: {card.syntax}")
        await pilot.press("escape")
        assert app.cheatsheet.item_list.rows.item_count == whole
        await pilot.press("escape", "1")
        assert app.room == "digest"


# -- widths


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        ((200, 60), "techdash-dark"),
        ((120, 40), "techdash-light"),
        ((80, 24), "terminal"),
        ((60, 20), "techdash-dark"),
        ((120, 40), "nord"),
    ],
)
async def test_every_pane_is_whole_at_every_size(
    make_app: MakeApp, size: tuple[int, int], theme: str
) -> None:
    app = make_app(theme=theme)
    async with app.run_test(size=size) as pilot:
        await until_text(pilot, "5")
        for room, pane in (("1", app.digest), ("2", app.essays), ("3", app.cheatsheet)):
            await pilot.press("escape") if app.room == "cheatsheet" else None
            await pilot.press(room)
            await pilot.pause()
            assert pane.region.width > 40
            lines = screen_text(app).split("\n")
            assert len(lines) == size[1]
            panes = (app.digest, app.essays, app.cheatsheet)
            visible = [other for other in panes if other.region.width]
            assert len(visible) == (3 if size[0] >= 180 else 1)
        await pilot.press("escape", "2")
        await pilot.press("enter")
        await until(pilot, lambda: app.reading)
        assert app.reader.region.width >= min(60, size[0])
        assert app.essays.item_list.region.width == 0 or size[0] >= 100


async def test_tab_reaches_every_pane_at_200_columns(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        seen = set()
        for _ in range(6):
            seen.add(app.focused.id)
            await pilot.press("tab")
        assert seen == {"digest-list", "essay-list", "document", "finder", "card-list"}


async def test_a_click_chooses_and_a_second_opens(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        line = app.digest.item_list.rows.lines_of(2)[0]
        await pilot.click("#digest-list", offset=(4, line))
        await until(pilot, lambda: app.digest.item_list.cursor == 2)
        await pilot.click("#digest-list", offset=(4, line))
        await until(pilot, lambda: app.reading)
        await pilot.click("#top-bar", offset=(14, 0))
        await until(pilot, lambda: app.room == "essays")
