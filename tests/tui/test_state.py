"""What a window was like when it was closed is what the next one opens with."""

from __future__ import annotations

from tests.tui.conftest import MakeApp
from tests.tui.test_window import until, until_text


async def test_widths_and_the_pane_alone_are_there_again(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        lists = app.query_one("#lists")
        before = lists.outer_size.width
        await pilot.press("greater_than_sign", "greater_than_sign", "j", "j")
        await until(pilot, lambda: lists.outer_size.width == before + 8)
        stood_on = app.digest.current.key
        await pilot.press("2", "less_than_sign")
        await until(pilot, lambda: lists.outer_size.width == 40)
        # each room has its own, and all that there is where it stands alone
        await pilot.press("1")
        await until(pilot, lambda: lists.outer_size.width == before + 8)
        await pilot.press("z")
        await until(pilot, lambda: lists.outer_size.width == 120)
        await app.action_quit()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        lists = app.query_one("#lists")
        assert lists.outer_size.width == 120
        assert app.digest.current.key == stood_on
        await pilot.press("z")
        await until(pilot, lambda: lists.outer_size.width == before + 8)
        await pilot.press("2")
        await until(pilot, lambda: lists.outer_size.width == 40)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: lists.outer_size.width == 80)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: lists.outer_size.width == 40)


async def test_the_lists_leave_room_for_what_stands_beside_them(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pilot.press(*["greater_than_sign"] * 12)
        assert app.query_one("#lists").outer_size.width == 60
        await pilot.press(*["less_than_sign"] * 12)
        await until(pilot, lambda: app.query_one("#lists").outer_size.width == 30)


async def test_the_cursor_stands_on_the_card_that_it_stood_on(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.cheatsheet.cards))
        await pilot.press("3", "down", "down")
        await until(pilot, lambda: app.cheatsheet.item_list.cursor == 2)
        card = app.cheatsheet.current
        await app.action_quit()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.room == "cheatsheet" and app.cheatsheet.current == card)


async def test_lists_are_narrowed_as_they_were(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.digest.items) == 31)
        await pilot.press("/", *'"story 3"', "enter")
        await until(pilot, lambda: len(app.digest.items) == 1)
        await app.action_quit()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.digest.items) == 1)
        assert app.digest.item_list.has_focus
        await until_text(pilot, '"story 3"')
        await pilot.press("q")
        await until(pilot, lambda: len(app.digest.items) == 31)
