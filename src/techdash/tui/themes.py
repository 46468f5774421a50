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
        "muted": "#aeaba2",
        "faint": "#95938c",
        "rule": "#34373d",
        "cursor": "#262a31",
        "cursor-blurred": "#1e2126",
        "link": "#8fb3c9",
        "code": "#b5c99a",
        "math": "#d3b6e0",
        "tok-keyword": "#d9a9c4",
        "tok-string": "#b5c99a",
        "tok-comment": "#96948d",
        "tok-number": "#e0b168",
        "tok-name": "#8fb3c9",
        "tok-type": "#8cc7ba",
        "tok-operator": "#b9b5ab",
        "tok-error": "#e07a70",
        "scrollbar": "#34373d",
        "scrollbar-background": "#15171a",
        "scrollbar-corner-color": "#15171a",
        "input-cursor-background": "#d8d4cb",
    },
)

# Softer than DARK, for a whole evening: warm ink on slate, no bright colour.
DUSK = Theme(
    name="techdash-dusk",
    primary="#d9b48f",
    secondary="#9dbfc4",
    accent="#d9b48f",
    foreground="#d3cec3",
    background="#2a2f33",
    surface="#2a2f33",
    panel="#32383d",
    success="#a9c29a",
    warning="#dcb070",
    error="#e59a8c",
    dark=True,
    variables={
        "muted": "#bdb9ae",
        "faint": "#aaa79e",
        "rule": "#4a5157",
        "cursor": "#363c42",
        "cursor-blurred": "#303539",
        "link": "#9dc3d9",
        "code": "#b9cda0",
        "math": "#d6bce0",
        "tok-keyword": "#dcb3c8",
        "tok-string": "#b9cda0",
        "tok-comment": "#aaa79e",
        "tok-number": "#dcb98f",
        "tok-name": "#9dc3d9",
        "tok-type": "#9ccbc0",
        "tok-operator": "#c3beb4",
        "tok-error": "#e59a8c",
        "scrollbar": "#4a5157",
        "scrollbar-background": "#2a2f33",
        "scrollbar-corner-color": "#2a2f33",
        "input-cursor-background": "#d3cec3",
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
        "muted": "#524f48",
        "faint": "#68655c",
        "rule": "#d8d2c4",
        "cursor": "#ece5d3",
        "cursor-blurred": "#f3eee2",
        "link": "#22577a",
        "code": "#3f5a1c",
        "math": "#6b3a86",
        "tok-keyword": "#8a2f60",
        "tok-string": "#3f5a1c",
        "tok-comment": "#69665d",
        "tok-number": "#8a4b08",
        "tok-name": "#22577a",
        "tok-type": "#14615a",
        "tok-operator": "#55524a",
        "tok-error": "#a12a20",
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
        "tok-keyword": "ansi_magenta",
        "tok-string": "ansi_green",
        "tok-comment": "ansi_bright_black",
        "tok-number": "ansi_yellow",
        "tok-name": "ansi_blue",
        "tok-type": "ansi_cyan",
        "tok-operator": "ansi_default",
        "tok-error": "ansi_red",
        "input-cursor-text-style": "reverse",
    },
)

OURS = (DARK, DUSK, LIGHT, TERMINAL)


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
        "tok-keyword": variables["accent"],
        "tok-string": variables["success"],
        "tok-comment": blend(0.55),
        "tok-number": variables["warning"],
        "tok-name": variables["secondary"],
        "tok-type": variables["primary"],
        "tok-operator": blend(0.7),
        "tok-error": variables["error"],
    }
    return {**derived, **variables}
