"""Our own themes, made for long reading; Textual's own remain available by name."""

from __future__ import annotations

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="techdash-dark",
    primary="#e0b168",
    secondary="#8fb3c9",
    accent="#e0b168",
    foreground="#d8d4cb",
    background="#15171a",
    surface="#15171a",
    panel="#1f2227",
    success="#8fbf8a",
    warning="#e0a458",
    error="#e07a70",
    dark=True,
    variables={
        "muted": "#9a978f",
        "faint": "#7e7c76",
        "rule": "#34373d",
        "cursor": "#262a31",
        "cursor-blurred": "#1e2126",
        "link": "#8fb3c9",
        "code": "#b5c99a",
        "math": "#d3b6e0",
        "scrollbar": "#34373d",
        "scrollbar-background": "#15171a",
        "scrollbar-corner-color": "#15171a",
        "input-cursor-background": "#d8d4cb",
    },
)

LIGHT = Theme(
    name="techdash-light",
    primary="#8a4b08",
    secondary="#22577a",
    accent="#8a4b08",
    foreground="#24231f",
    background="#faf7f0",
    surface="#faf7f0",
    panel="#f0ebdf",
    success="#2f6b2f",
    warning="#8a5a00",
    error="#a12a20",
    dark=False,
    variables={
        "muted": "#605d55",
        "faint": "#726f66",
        "rule": "#d8d2c4",
        "cursor": "#ece5d3",
        "cursor-blurred": "#f3eee2",
        "link": "#22577a",
        "code": "#3f5a1c",
        "math": "#6b3a86",
        "scrollbar": "#d8d2c4",
        "scrollbar-background": "#faf7f0",
        "scrollbar-corner-color": "#faf7f0",
        "input-cursor-background": "#24231f",
    },
)

# The terminal's own sixteen colours, dark or light as they are.
TERMINAL = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "muted": "ansi_default",
        "faint": "ansi_bright_black",
        "rule": "ansi_bright_black",
        "cursor": "ansi_default",
        "cursor-blurred": "ansi_default",
        "link": "ansi_cyan",
        "code": "ansi_green",
        "math": "ansi_magenta",
        "input-cursor-text-style": "reverse",
    },
)

OURS = (DARK, LIGHT, TERMINAL)


def complete(variables: dict[str, str]) -> dict[str, str]:
    """The variables our styles use, derived from a theme's own where it does not define them."""
    ink, paper = Color.parse(variables["foreground"]), Color.parse(variables["background"])

    def blend(part: float) -> str:
        return paper.blend(ink, part).hex

    derived = {
        "muted": blend(0.7),
        "faint": blend(0.55),
        "rule": blend(0.2),
        "cursor": blend(0.12),
        "cursor-blurred": blend(0.06),
        "link": variables["secondary"],
        "code": variables["success"],
        "math": variables["accent"],
    }
    return {**derived, **variables}
