"""Terminals with sixteen colours, or none: the same is said by reverse, bold, underline and signs."""

from __future__ import annotations

import pytest
from rich.style import Style

from techdash.tui.app import TechdashApp
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

# What must be told apart where no colour does it; each pair of roles beside each other.
PAIRS = (
    ("unread", "faint"),
    ("text cursor", "text"),
    ("unread cursor", "faint cursor"),
    ("link", "text"),
    ("link link-selected", "link"),
    ("match", "text"),
    ("match-current", "match"),
    ("hint", "text"),
    ("selected", "text"),
    ("accent strong", "muted"),
    ("heading2", "text"),
)


def attributes(style: Style) -> tuple[bool | None, ...]:
    return style.reverse or None, style.bold or None, style.underline or None, style.italic or None


@pytest.fixture(params=["none", "sixteen"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The surroundings of a terminal without colours, or with sixteen."""
    if request.param == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("COLORTERM")
    return str(request.param)


def painted(app: TechdashApp) -> list[Style]:
    """The styles of all that is on the screen."""
    strips = app.screen._compositor.render_strips()
    return [segment.style for strip in strips for segment in strip if segment.style and segment.text.strip()]


async def test_what_colours_say_is_said_without_them(make_app: MakeApp, few: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        for one, other in PAIRS:
            styles = [app.reader.view.role(roles) for roles in (one, other)]
            if "cursor" in one:
                styles = [app.digest.item_list.role(roles) for roles in (one, other)]
            assert attributes(styles[0]) != attributes(styles[1]), (one, other)
        await pilot.press("s")
        await until_text(pilot, "★")
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        colours = {
            colour.name
            for style in painted(app)
            for colour in (style.color, style.bgcolor)
            if colour is not None
        }
        if few == "none":
            assert colours <= {"default"}
        else:
            assert all(not name.startswith("#") for name in colours), colours


async def test_the_theme_that_was_chosen_is_not_forgotten_in_such_a_terminal(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        app.theme = "nord"
        await pilot.press("q")
    with monkeypatch.context() as without:
        without.setenv("NO_COLOR", "1")
        app = make_app()
        async with app.run_test(size=(120, 40)) as pilot:
            await until_text(pilot, "FRIDAY 5 JUNE")
            assert app.theme == "terminal"
            await pilot.press("2", "q")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.room == "essays")
        assert app.theme == "nord"
        assert "FRIDAY" not in screen_text(app)
