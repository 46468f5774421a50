"""Our themes: code can be read on its ground, and every theme has a colour for every role of it."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from techdash.assets import folder
from techdash.document.highlight import ROLES
from techdash.tui.themes import DARK, LIGHT, TERMINAL, complete


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
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
