"""Our themes: code can be read on its ground, and every theme has a colour for every role of it."""

from __future__ import annotations

import re

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import Input

from techdash.assets import folder
from techdash.document.highlight import ROLES
from techdash.tui.themes import DARK, DUSK, LIGHT, TERMINAL, complete
from techdash.tui.widgets.drawn import Drawn
from tests.tui.conftest import MakeApp
from tests.tui.test_window import until, until_text


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [DARK, DUSK, LIGHT], ids=lambda theme: theme.name)
def test_code_can_be_read_on_its_ground(theme: Theme) -> None:
    for role in {*ROLES.values()}:
        darker, lighter = sorted((luminance(str(theme.panel)), luminance(theme.variables[role])))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, role


def test_every_role_of_code_has_a_style_and_a_colour_in_every_theme() -> None:
    styles = (folder("styles") / "widgets.tcss").read_text("utf-8")
    colours = complete(BUILTIN_THEMES["nord"].to_color_system().generate())
    for role in {*ROLES.values()}:
        assert f".role--{role} {{ color: ${role};" in styles
        assert role in colours
        assert TERMINAL.variables[role].startswith("ansi_")


# -- WCAG 2.2, 1.4.3: text; 1.4.11: what is no text but says something. Lines that part are decoration.

STYLES = "".join(file.read_text("utf-8") for file in folder("styles").glob("*.tcss"))
ROLES_OF_STYLES = sorted(set(re.findall(r"\.role--([\w-]+)", STYLES)))
# These have a ground of their own; some of them are laid over a text.
GROUNDS = set(re.findall(r"\.role--([\w-]+) \{ background:", STYLES))
STATES = ("", "cursor", "cursor-blurred", "match", "match-current", "selected")
DECORATION = {"rule"}
SIGNS = {"bar"}


def contrast(ink: str, ground: str) -> float:
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def colours(style: Style) -> tuple[str, str]:
    """The ink and the ground of a style as they reach the terminal."""
    assert style.color is not None
    assert style.bgcolor is not None
    ink, ground = (colour.get_truecolor().hex for colour in (style.color, style.bgcolor))
    return (ground, ink) if style.reverse else (ink, ground)


@pytest.mark.parametrize("theme", [DARK, DUSK, LIGHT], ids=lambda theme: theme.name)
async def test_every_text_of_our_themes_can_be_read_on_every_ground(make_app: MakeApp, theme: Theme) -> None:
    app = make_app(theme=theme.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.digest.items))
        low = {}
        # lists and texts, then what lies over a text on a ground of its own
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading)
        await pilot.press("t")
        await until(pilot, lambda: app.reader.outline is not None and app.reader.outline.display)
        lists = app.query_one("#outline-list", Drawn)
        assert colours(lists.role("text"))[1] == theme.panel
        for widget in (app.digest.item_list, app.reader.view, app.cheatsheet.item_list, lists):
            for role in ROLES_OF_STYLES:
                for state in STATES if role not in GROUNDS else ("",):
                    if role in DECORATION or (role in SIGNS and state not in ("", "cursor")):
                        continue
                    found = contrast(*colours(widget.role(f"{role} {state}".rstrip())))
                    if found < (3.0 if role in SIGNS else 4.5):
                        low[widget.id, role, state] = round(found, 2)
        for line in app.query(Input):
            placeholder = line.get_component_rich_style("input--placeholder")
            if (found := contrast(*colours(line.rich_style + placeholder))) < 4.5:
                low[line.id, "placeholder", ""] = round(found, 2)
        assert low == {}


@pytest.mark.parametrize("theme", sorted({*BUILTIN_THEMES, TERMINAL.name}))
async def test_every_theme_opens(make_app: MakeApp, theme: str) -> None:
    app = make_app(theme=theme)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert app.theme == theme
