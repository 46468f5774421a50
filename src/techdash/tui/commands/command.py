"""One command: what it does, its keys as Textual names them and as people do."""

from __future__ import annotations

import unicodedata
from typing import Literal

from msgspec import Struct

Where = Literal["anywhere", "lists", "reader", "note", "sheet", "card", "sources", "month", "search"]
FULL_WIDTH = 0xFEE0

Counts = Literal["", "times", "steps", "nth"]
"""What a count typed before a key does: the command is done so many times, takes a step of that size (the
number in its action is multiplied), or goes to the item of that number."""

_COUNTS: dict[str, Counts] = {
    **dict.fromkeys(("move", "page", "line", "scroll", "month"), "steps"),
    **dict.fromkeys(
        (
            "app.walk_day",
            "app.next_unread",
            "app.step",
            "heading",
            "link",
            "section",
            "sideways",
            "reader.match",
        ),
        "times",
    ),
    **dict.fromkeys(("first", "last"), "nth"),
}


class Command(Struct, frozen=True):
    """``keys`` as Textual names them; ``footer`` ranks it among the hints (0: not shown)."""

    id: str
    keys: tuple[str, ...]
    action: str
    en: str
    zh: str
    where: Where = "anywhere"
    short_en: str = ""
    short_zh: str = ""
    footer: int = 0
    shown: str = ""

    def title(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def short(self, language: str) -> str:
        return (self.short_zh if language == "zh" else self.short_en) or self.title(language)

    @property
    def counts(self) -> Counts:
        """What a count does to it."""
        return _COUNTS.get(self.action.partition("(")[0], "")

    def key_names(self) -> str:
        """The keys as a person reads them."""
        return self.shown or "  ".join(shown(key) for key in self.keys)


def command(id: str, keys: str, action: str, en: str, zh: str, **rest: object) -> Command:  # noqa: A002
    """A command whose keys are written in one text."""
    return Command(id, tuple(keys.split()), action, en, zh, **rest)  # type: ignore[arg-type]


def with_twins(keys: tuple[str, ...]) -> list[str]:
    """Keys as Textual names them, each letter also as its full-width twin (Chinese input methods)."""
    found = []
    for key in keys:
        found.append(key_name(key))
        if len(key) == 1 and key.isascii():
            found.append(key_name(chr(ord(key) + FULL_WIDTH)))
            if key in "[]":
                found.append(key_name("【" if key == "[" else "】"))
    return found


_NAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "plus_sign": "plus",
    "hyphen_minus": "minus",
    "low_line": "underscore",
}


def key_name(key: str) -> str:
    """A key as Textual names it: ``/`` is ``slash``, ``ctrl+]`` is ``ctrl+right_square_bracket``."""
    modifiers, plus, last = key.rpartition("+") if len(key) > 1 else ("", "", key)
    if plus and not last:
        modifiers, last = modifiers.removesuffix("+"), "+"
    if modifiers:
        return f"{modifiers}+{key_name(last)}"
    if len(key) > 1 or key.isalnum():
        return key
    name = unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return _NAMED.get(name, name)


_SHOWN = {
    "enter": "↵",
    "escape": "Esc",
    "space": "Space",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "plus": "+",
}
_MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift"}


def shown(key: str) -> str:
    """A key as a person reads it: ``ctrl+x`` is ``Ctrl+X``."""
    *modifiers, last = key.replace("++", "+plus").split("+") if len(key) > 1 else (key,)
    name = _SHOWN.get(last) or (last.upper() if len(last) > 1 or "ctrl" in modifiers else last)
    return "+".join([*(_MODIFIERS.get(each, each) for each in modifiers), name])
