"""Keys as the reader wants them: counts, other keys, presets, macros, jump mode, and everything by mouse."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from techdash.text.cells import width
from techdash.tui.app import TechdashApp
from techdash.tui.commands import APART, COMMANDS
from techdash.tui.jumping import JumpScreen, Label
from techdash.tui.palette import offered
from techdash.tui.widgets.item_list import ItemList
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

SIZE = (120, 40)


async def on_the_day(pilot: Pilot[int]) -> None:
    await until_text(pilot, "FRIDAY 5 JUNE")


def line_with(app: TechdashApp, text: str) -> int:
    """The row of the screen that holds a text."""
    return next(y for y, line in enumerate(screen_text(app).split("\n")) if text in line)


async def click_text(pilot: Pilot[int], text: str, row: int | None = None) -> None:
    app: TechdashApp = pilot.app  # type: ignore[assignment]
    y = line_with(app, text) if row is None else row
    line = screen_text(app).split("\n")[y]
    await pilot.click(offset=(width(line[: line.index(text)]), y))


# -- counts


async def test_a_count_before_a_key_does_it_so_many_times(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        await pilot.press("5", "j")
        assert app.digest.item_list.cursor == at + 5
        await pilot.press("4", "k")
        assert app.digest.item_list.cursor == at + 1
        # 1, 2 and 3 are rooms: a count of theirs begins with a nought
        await pilot.press("0", "1", "2", "j")
        assert app.digest.item_list.cursor == at + 13
        await pilot.press("7", "G")
        assert app.digest.item_list.cursor == 6
        await pilot.press("j")
        assert app.digest.item_list.cursor == 7


async def test_a_count_is_shown_while_it_is_typed_and_escape_forgets_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        await pilot.press("4", "2")
        assert "  42   " in screen_text(app).split("\n")[-1]
        await pilot.press("escape")
        assert "  42   " not in screen_text(app).split("\n")[-1]
        await pilot.press("j")
        assert app.digest.item_list.cursor == at + 1


async def test_days_and_headings_are_counted_too(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("0", "2", "[")
        await until_text(pilot, "MONDAY 1 JUNE")
        await pilot.press("2")
        await until(pilot, lambda: app.room == "essays")
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and "Part" in screen_text(app))
        await pilot.press("4", "]")
        await until(pilot, lambda: "Part 4" in screen_text(app) and "Part 3" not in screen_text(app))


async def test_a_command_that_takes_no_count_is_done_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("4", "s")
        await until_text(pilot, "Starred. u undoes.")


async def test_the_digits_still_lead_to_the_rooms_at_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("2", "j")
        assert app.room == "essays"
        assert app.essays.item_list.cursor == 1
        await pilot.press("f6")
        assert app.room == "digest"


async def test_digits_that_are_typed_into_a_line_are_text(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("3", "5", "5")
        assert app.cheatsheet.finder.value == "55"


# -- other keys


async def test_a_command_has_its_new_key_and_no_more_its_old_one(make_app: MakeApp) -> None:
    app = make_app(keys={"star": ["*", "ctrl+k"], "also": {"down": "f10"}})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        assert "* star" in screen_text(app).split("\n")[-1]
        await pilot.press("s")
        await pilot.pause()
        assert not app.digest.current.marks.starred
        await pilot.press("*")
        await until(pilot, lambda: app.digest.current.marks.starred)
        await pilot.press("ctrl+k")
        await until(pilot, lambda: not app.digest.current.marks.starred)
        await pilot.press("＊")  # what a Chinese input method sends
        await until(pilot, lambda: app.digest.current.marks.starred)
        await pilot.press("f10", "j")
        assert app.digest.item_list.cursor == at + 2


async def test_the_help_and_the_palette_show_the_keys_there_are(make_app: MakeApp) -> None:
    app = make_app(keys={"star": "f10"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        assert {each.title: each.help for each in offered(app, app.screen)}["Star"] == "F10"
        await pilot.press("?", *"star")
        await until(pilot, lambda: any("F10" in row and "Star" in row for row in rows(app)))


def rows(app: TechdashApp) -> list[str]:
    return screen_text(app).split("\n")


async def test_a_clash_leaves_the_key_as_it_comes_and_is_said_in_one_line(make_app: MakeApp) -> None:
    app = make_app(keys={"star": "m", "starr": "x", "later": "f10"})
    async with app.run_test(size=SIZE) as pilot:
        await until_text(pilot, "keys: there is no command starr. Did you mean star?")
        assert "(and 1 more: techdash doctor names them)" in rows(app)[-1]
        await pilot.press("s")
        await until(pilot, lambda: app.digest.current.marks.starred)
        await pilot.press("f10")
        await until(pilot, lambda: app.digest.current.marks.later)


async def test_what_stands_in_the_table_drives_no_terminal(make_app: MakeApp) -> None:
    app = make_app(keys={"star\x1b]0;x\x07": "m"}, pipes={"\x1b[2J\u202e": ("true",)})
    async with app.run_test(size=SIZE) as pilot:
        await until_text(pilot, "keys: there is no command star]0;x.")
        await pilot.press("|")
        await until_text(pilot, "Pipe the text to a command (also: [2J)")


async def test_a_key_moved_in_the_reader_does_not_reach_into_a_note(make_app: MakeApp) -> None:
    """Enter closes a note, though ``follow`` was given Enter and another key."""
    from techdash.tui.widgets.note_view import NoteView

    app = make_app(keys={"preset": "vim"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        note = NoteView(app.words, app.gateway, 1)
        bound = app.keyboard.chain([note])[0][1].key_to_bindings
        assert [each.id for each in bound["enter"]] == ["close_note", "follow"]
        assert [each.id for each in bound["ctrl+right_square_bracket"]] == ["follow"]


async def test_a_priority_key_can_be_moved(make_app: MakeApp) -> None:
    app = make_app(keys={"find": "ctrl+k"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading and "Paragraph 1 " in screen_text(app))
        await pilot.press("ctrl+k", *"Paragraph 7")
        await until_text(pilot, "1/1")


async def test_keys_follow_the_file_while_the_window_is_open(make_app: MakeApp) -> None:
    from msgspec.structs import replace

    from techdash.tui.settling import apply

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await apply(app, replace(app.config, keys={"star": "f10"}))
        await pilot.press("f10")
        await until(pilot, lambda: app.digest.current.marks.starred)
        await apply(app, replace(app.config, keys={}))
        await pilot.press("f10", "s")
        await until(pilot, lambda: not app.digest.current.marks.starred)


# -- presets


async def test_vim_counts_with_every_digit_and_has_the_rooms_on_f6_to_f8(make_app: MakeApp) -> None:
    app = make_app(keys={"preset": "vim"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        await pilot.press("3", "j")
        assert app.digest.item_list.cursor == at + 3
        await pilot.press("2", "k")
        assert app.digest.item_list.cursor == at + 1
        await pilot.press("2", "{")
        await until_text(pilot, "MONDAY 1 JUNE")
        await pilot.press("f7")
        assert app.room == "essays"


async def test_emacs_moves_with_control(make_app: MakeApp) -> None:
    app = make_app(keys={"preset": "emacs"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        await pilot.press("ctrl+n", "ctrl+n", "ctrl+p")
        assert app.digest.item_list.cursor == at + 1
        await pilot.press("alt+greater_than_sign")
        assert app.digest.item_list.cursor == app.digest.item_list.rows.item_count - 1


async def test_newsboats_letters(make_app: MakeApp) -> None:
    app = make_app(keys={"preset": "newsboat"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("N")
        await until(pilot, lambda: app.digest.current.marks.read)
        await pilot.press("U")
        await until(pilot, lambda: not app.digest.current.marks.read)
        at = app.digest.item_list.cursor
        await pilot.press("J")
        assert app.digest.item_list.cursor == at + 1


async def test_sentences_name_the_keys_there_are(make_app: MakeApp) -> None:
    app = make_app(keys={"undo": "{", "sideways_back": "shift+left"})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("s")
        await until_text(pilot, "Starred. { undoes.")
        assert app.words("marked_all", n=3) == "3 marked read. { undoes."
        await pilot.press("left_curly_bracket")
        await until_text(pilot, "Undone.")


# -- macros


async def test_a_macro_does_its_commands_in_turn_and_keys_after_it_wait(make_app: MakeApp) -> None:
    app = make_app(keys={"macros": {"ctrl+g": ["star", "open", "bottom"]}})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("2")
        await until(pilot, lambda: app.essays.current is not None)
        essay = app.essays.current.id
        await pilot.press("ctrl+g", "q")
        await until(pilot, lambda: app.reader.entry_id == essay and not app.reading)
        assert app.reader.view.progress == 1.0
        await until(pilot, lambda: app.essays.find(essay).marks.starred)


async def test_a_macro_stops_where_a_command_has_no_sense(make_app: MakeApp) -> None:
    app = make_app(keys={"macros": {"ctrl+g": ["follow", "star"]}})
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("ctrl+g")
        await until_text(pilot, "Not here: Follow the selected link.")
        await pilot.press("j")
        assert not app.digest.current.marks.starred


# -- jump mode


async def jump_to(pilot: Pilot[int], x: int, y: int, *, key: str = ";") -> None:
    """Open jump mode and type the label at a cell."""
    await pilot.press(key)
    await until(
        pilot, lambda: isinstance(pilot.app.screen, JumpScreen) and bool(pilot.app.screen.query(Label))
    )
    label = next(each for each in pilot.app.screen.query(Label) if each.region.offset == (x, y))
    await pilot.press(*label.text)


async def test_jump_mode_goes_to_a_row_a_room_a_day_and_a_pane(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        row = line_with(app, "Story 7 of 2026-06-05")
        await jump_to(pilot, 0, row)
        await until(pilot, lambda: app.screen is app.desk)
        assert app.digest.current.item.title.startswith("Story 7 ")
        await jump_to(pilot, rows(app)[0].index("Essays"), 0)
        await until(pilot, lambda: app.room == "essays")
        view = app.reader.view.content_region
        await jump_to(pilot, view.x, view.y, key="f12")
        await until(pilot, lambda: app.reading)


async def test_labels_typed_at_once_are_labels(make_app: MakeApp) -> None:
    """However fast they come: none of them reaches the list below."""
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press("；")
        await until(pilot, lambda: bool(app.screen.query(Label)))
        last = max(app.screen.query(Label), key=lambda each: (each.region.y, each.region.x)).text
        await pilot.press("escape", "g")
        await until(pilot, lambda: app.screen is app.desk)
        await pilot.press(";", *last)
        await until(pilot, lambda: app.screen is app.desk)
        assert app.digest.item_list.cursor > 0
        assert not app.digest.current.marks.starred


async def test_another_key_leaves_jump_mode(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        at = app.digest.item_list.cursor
        await pilot.press(";", "escape", "j")
        await until(pilot, lambda: app.screen is app.desk and app.digest.item_list.cursor == at + 1)


# -- by mouse


async def test_the_footer_can_be_clicked(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await click_text(pilot, "star", len(rows(app)) - 1)
        await until(pilot, lambda: app.digest.current.marks.starred)
        await app.run_action("undo")
        await until(pilot, lambda: not app.digest.current.marks.starred)
        app.say("")
        await pilot.pause()
        await click_text(pilot, "[ ]", len(rows(app)) - 1)
        await until_text(pilot, "TUESDAY 2 JUNE")
        app.say("")
        await pilot.pause()
        await click_text(pilot, "] day", len(rows(app)) - 1)
        await until_text(pilot, "FRIDAY 5 JUNE")


async def test_one_comes_back_from_a_text_by_mouse_on_a_narrow_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await on_the_day(pilot)
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading and "Paragraph 1 " in screen_text(app))
        await click_text(pilot, "q back", len(rows(app)) - 1)
        await until(pilot, lambda: not app.reading)


async def test_a_click_on_a_row_of_the_help_does_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await click_text(pilot, "? help", len(rows(app)) - 1)
        await pilot.pause()
        await pilot.press(*"health")
        await until_text(pilot, "Sources and their health")
        await click_text(pilot, "Sources and their health")
        await until(pilot, lambda: app.screen.id == "sources-screen")
        await click_text(pilot, "q back")
        await until(pilot, lambda: app.screen is app.desk)


@pytest.mark.parametrize("key", ["?", "a", "w", "D"])
async def test_a_click_beside_what_is_laid_over_closes_it(make_app: MakeApp, key: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ModalScreen))
        await pilot.click(offset=(0, 20))
        await until(pilot, lambda: app.screen is app.desk)


# -- complete


async def test_every_command_of_a_place_is_in_the_palette_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await on_the_day(pilot)

        def missing(*places: str) -> list[str]:
            there = {each.title for each in offered(app, app.screen)}
            return [
                command.id
                for command in COMMANDS
                if command.where in places and command.en not in there and "palette" not in command.id
            ]

        assert missing("anywhere", "lists") == []
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading)
        assert missing("anywhere", "reader") == []
        await pilot.press("3")
        assert missing("anywhere", "sheet") == []
        await pilot.press("tab")
        assert isinstance(app.focused, ItemList)
        await pilot.press("S")
        await until(pilot, lambda: app.screen.id == "sources-screen")
        assert missing("sources") == []
        await pilot.press("q")
        await until(pilot, lambda: app.screen is app.desk)
        await pilot.press("D")
        await until(pilot, lambda: app.screen is not app.desk)
        assert missing("month") == []
        assert {"sources", "month"} <= APART
