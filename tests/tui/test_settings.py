"""Configuration in an open window: what changes is done at once, a mistake is said and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from techdash.config import Rule
from techdash.tui.app import TechdashApp
from techdash.tui.chosen import chosen, to_keep
from tests.tui.conftest import MakeApp, screen_text, write_news
from tests.tui.test_window import until, until_text

AS_MADE = 'refresh = false\nlanguage = "en"\n'


def looked(app: TechdashApp) -> bool:
    """Whether the window has seen the files as they were at first."""
    return app.following is not None and app.following.looked


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window looks for changes more often than each second."""
    monkeypatch.setattr("techdash.tui.app.POLL", 0.05)


async def test_what_the_file_says_is_done_while_the_window_is_open(make_app: MakeApp) -> None:
    app = make_app()
    file = app.gateway.paths.config
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: looked(app) and "FRIDAY 5 JUNE" in screen_text(app))
        assert app.digest.item_list.rows.line_count
        lines, essay_lines = app.digest.item_list.rows.line_count, app.essays.item_list.rows.line_count
        file.write_text(
            f'{AS_MADE}theme = "techdash-light"\ncolumn = 60\ndates = "iso"\ndensity = "compact"\n', "utf-8"
        )
        await until_text(pilot, "FRIDAY 2026-06-05")
        assert (app.theme, app.reader.view.column) == ("techdash-light", 60)
        assert app.digest.item_list.rows.line_count < lines
        await pilot.press("2")
        await until(pilot, lambda: app.essays.item_list.rows.line_count < essay_lines)
        assert app.strip.size.height <= 1
        file.write_text(AS_MADE.replace("en", "zh"), "utf-8")
        await pilot.press("1")
        await until_text(pilot, "6月5日 星期五")
        assert "日报" in screen_text(app)
        assert app.theme == "techdash-dark"
        assert app.digest.item_list.rows.line_count == lines


async def test_a_mistake_is_said_in_one_line_and_the_old_values_stay(make_app: MakeApp) -> None:
    app = make_app()
    file = app.gateway.paths.config
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: looked(app))
        file.write_text(f'{AS_MADE}theme = "techdash-light"\n', "utf-8")
        await until(pilot, lambda: app.theme == "techdash-light")
        file.write_text("theme = 'nord'\ncolum = 60\n", "utf-8")
        await until_text(
            pilot,
            "All stays as it was. config.toml, line 2: there is no setting 'colum'; did you mean column?",
        )
        assert (app.theme, app.config.theme) == ("techdash-light", "techdash-light")
        file.write_text(f'{AS_MADE}time_zone = "Mars/Base"\n', "utf-8")
        await until_text(pilot, "Mars/Base")
        assert app.config.time_zone == ""
        file.unlink()
        await until(pilot, lambda: app.theme == "techdash-dark")


async def test_a_theme_that_is_not_there_is_named_with_the_nearest(make_app: MakeApp) -> None:
    app = make_app(theme="techdash-drak")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "There is no theme “techdash-drak”; did you mean “techdash-dark”?")
        assert app.theme == "techdash-dark"


async def test_a_rule_with_a_mistake_is_said_when_the_window_opens(make_app: MakeApp) -> None:
    app = make_app(rules=(Rule("x", ("raed",), "config.toml, line 2"),))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "config.toml, line 2: rules.do knows no 'raed'; did you mean read?")


async def test_a_wish_in_the_file_is_followed_at_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: looked(app) and bool(app.digest.items))
        assert app.digest.view is not None
        app.gateway.paths.config.write_text(f'{AS_MADE}mutes = ["story 3"]\n', "utf-8")
        await until(pilot, lambda: any(each.item and each.item.muted for each in app.digest.items))


# -- custom.tcss


async def test_own_styles_lie_over_ours_and_follow_their_file(make_app: MakeApp, base: Path) -> None:
    file = base / "home" / "custom.tcss"
    file.write_text(".room-digest #lists { width: 40; }\n", "utf-8")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: looked(app))
        assert app.query_one("#lists").size.width == 40
        file.write_text(".room-digest #lists { width: 50; }\n.role--muted { color: $accent; }\n", "utf-8")
        await until(pilot, lambda: app.query_one("#lists").size.width == 50)
        file.write_text(".room-digest #lists {\n  width: 30;\n  colour: red;\n}\n", "utf-8")
        await until_text(pilot, "custom.tcss, line 3")
        assert app.query_one("#lists").size.width == 50
        await pilot.press("f2")
        app.pop_screen()
        app.theme = "nord"
        await until(pilot, lambda: app.query_one("#lists").size.width == 50)
        file.unlink()
        await until(pilot, lambda: app.query_one("#lists").size.width == 56)


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("#lists {\n  wdth: 30;\n}", "custom.tcss, line 2: "),
        ("\n#lists { color: $nothing; }", "custom.tcss, line 2: "),
        ("#lists { width: [/x] }\n", "custom.tcss, line 1: "),
        ("#lists { width: 30", "custom.tcss, line 2: "),
    ],
)
async def test_with_a_mistake_in_its_styles_the_window_opens_without_them(
    make_app: MakeApp, base: Path, css: str, said: str
) -> None:
    (base / "home" / "custom.tcss").write_text(css, "utf-8")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, said)
        assert app.query_one("#lists").size.width == 56


async def test_styles_that_do_not_go_with_a_theme_are_taken_off(make_app: MakeApp, base: Path) -> None:
    (base / "home" / "custom.tcss").write_text(
        ".room-digest #lists { width: 40; }\n#lists { color: $input-cursor-background; }\n", "utf-8"
    )
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: looked(app))
        assert app.query_one("#lists").size.width == 40
        app.theme = "terminal"
        await until(pilot, lambda: app.query_one("#lists").size.width in (40, 56))
        assert "FRIDAY" in screen_text(app)


# -- what was chosen in the window


def test_what_was_chosen_holds_until_the_file_says_something_else() -> None:
    state = to_keep({}, "theme", "nord", "techdash-dark")
    assert chosen(state, "theme", "techdash-dark") == "nord"
    assert chosen(state, "theme", "gruvbox") == "gruvbox"
    # another configuration for one time does not forget it
    assert to_keep(state, "theme", "gruvbox", "gruvbox") == state
    # chosen back: nothing is kept
    assert to_keep(state, "theme", "techdash-dark", "techdash-dark") == {}
    assert chosen({"theme": "nord"}, "theme", "techdash-dark") == "nord"
    assert chosen({"column": "wide"}, "column", 76) == 76


# -- the terminal itself


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the terminal beside the frames."""
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    monkeypatch.setenv("TERM", "xterm-256color")
    return written


async def test_the_title_names_what_is_open_without_controls(make_app: MakeApp, told: list[str]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "\x1b]0;Digest 31 · techdash\x07" in told)
        await pilot.press("2")
        await until(pilot, lambda: bool(told) and "]0;Essays" in told[-1])
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        title = app.reader.entry.row.title
        await until(pilot, lambda: f"\x1b]0;{title} · techdash\x07" in told)


async def test_no_title_where_none_is_wanted(make_app: MakeApp, told: list[str]) -> None:
    app = make_app(title=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.top.unread.get("digest")))
        await pilot.press("2", "1")
        await pilot.pause()
    assert not any("\x1b]0;" in each for each in told)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("osc9", "\x1b]9;techdash: 1 new. Unread: digest 31, essays 5\x07"),
        ("osc777", "\x1b]777;notify;techdash;1 new. Unread: digest 31, essays 5\x1b\\"),
        ("bell", "\x07"),
    ],
)
async def test_the_terminal_notifies_at_the_end_of_a_refresh_that_brought_news(
    make_app: MakeApp, sources: Path, told: list[str], way: str, said: str
) -> None:
    app = make_app(notify=way)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.digest.items))
        await pilot.press("R")
        await until_text(pilot, "up to date")
        assert said not in told
        write_news(sources / "news", "2026-06-01", 7)
        await pilot.press("R")
        await until(pilot, lambda: said in told)


async def test_reduced_motion_stops_the_cursor_from_blinking(make_app: MakeApp) -> None:
    for still in (False, True):
        app = make_app(reduced_motion=still)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda app=app: bool(app.cheatsheet.cards))  # type: ignore[misc]
            await pilot.press("3")
            await until(pilot, lambda app=app: app.cheatsheet.finder.has_focus)  # type: ignore[misc]
            assert app.cheatsheet.finder.cursor_blink is not still
