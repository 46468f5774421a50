"""The table ``[keys]`` of ``config.toml``: which keys every command has, and what in it can't be done."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from techdash.tui.commands import APART, COMMANDS, IDLE, Command, Where
from techdash.tui.commands.command import key_name
from techdash.tui.commands.presets import PRESETS

_WITHIN: dict[Where, frozenset[Where]] = {
    "note": frozenset({"reader"}),
    "card": frozenset({"sheet"}),
    "sheet": frozenset({"lists"}),
}
"""Places whose keys hold in another place too, beside those that hold anywhere."""
_MODIFIERS = ("ctrl", "alt", "shift")
_NAMES = (
    *("enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end"),
    *("pageup", "pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
)
_ALIASES = {"esc": "escape", "return": "enter", "del": "delete", "ins": "insert"}
_ALIASES |= {"pgup": "pageup", "pgdn": "pagedown", "↵": "enter", " ": "space"}
# What a terminal sends for them is another key.
_SENT_AS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "escape"}
OPTIONS = ("preset", "also", "macros")


class Problem(Struct, frozen=True):
    """Something in the table that can't be done: ``kind`` names its sentence in the window's words."""

    kind: str
    values: dict[str, str]


class Keymap(Struct, frozen=True):
    """Every command with the keys it has, macros by key (as Textual names it), and what was left out."""

    commands: tuple[Command, ...] = COMMANDS
    macros: dict[str, tuple[str, ...]] = {}
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> dict[str, tuple[str, ...]]:
        """The keys of the commands that have others than they come with."""
        return {
            now.id: now.keys for was, now in zip(COMMANDS, self.commands, strict=True) if was.keys != now.keys
        }


def resolve(table: Mapping[str, Any]) -> Keymap:
    """The keys that a table asks for. What can't be done is left as it comes and told."""
    problems: list[Problem] = []
    keys = {command.id: command.keys for command in COMMANDS}
    preset = table.get("preset", "default")
    if isinstance(preset, str) and preset in PRESETS:
        keys |= {name: tuple(text.split()) for name, text in PRESETS[preset].items() if name in keys}
    else:
        problems.append(
            Problem("preset", {"name": str(preset), "known": ", ".join(PRESETS), **_near(preset, PRESETS)})
        )
    wanted = dict(_wanted(table, keys, problems))
    keys = _without_clashes(keys, wanted, problems)
    macros = dict(_macros(table.get("macros", {}), keys, problems))
    commands = tuple(
        command if command.keys == keys[command.id] else replace(command, keys=keys[command.id], shown="")
        for command in COMMANDS
    )
    return Keymap(commands, macros, tuple(problems))


def _wanted(
    table: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]], problems: list[Problem]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The commands that the table names with the keys it gives them."""
    also = table.get("also", {})
    if not isinstance(also, dict):
        problems.append(Problem("also", {"value": repr(also)}))
        also = {}
    named = {name: value for name, value in table.items() if name not in OPTIONS}
    for name in [*named, *(name for name in also if name not in named)]:
        if name not in keys:
            near = _near(name, [*keys, *OPTIONS])
            problems.append(Problem("command", {"name": name, **near}))
            continue
        found = _keys(name, named[name], problems) if name in named else keys[name]
        more = _keys(f"also.{name}", also[name], problems) if name in also else ()
        if found is not None and more is not None:
            yield name, tuple(dict.fromkeys((*found, *more)))


def _keys(name: str, value: object, problems: list[Problem]) -> tuple[str, ...] | None:
    """A key or a list of keys; None where one of them is none."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        problems.append(Problem("value", {"name": name, "value": repr(value)}))
        return None
    found = [_key(name, each, problems) for each in values]
    return None if None in found else tuple(key for key in found if key is not None)


def _key(name: str, text: str, problems: list[Problem]) -> str | None:
    """A key as the registry writes it: ``Ctrl+X``, ``pgdn`` and ``ｊ`` are known too."""
    folded = unicodedata.normalize("NFKC", text)
    head, plus, last = folded.rpartition("+") if len(folded) > 1 else ("", "", folded)
    if plus and not last:  # ctrl++
        head, last = head.removesuffix("+"), "+"
    modifiers = {each.strip().lower() for each in head.split("+")} if head else set()
    lower = _ALIASES.get(last.lower(), last.lower())
    last = lower if lower in _NAMES else last
    is_character = len(last) == 1 and last.isprintable() and not last.isspace()
    if not (is_character or last in _NAMES) or not modifiers <= set(_MODIFIERS):
        near = _near(folded.lower(), (*_NAMES, *_ALIASES, *(f"ctrl+{name}" for name in _NAMES)), 0.75)
        problems.append(Problem("key", {"name": name, "pressed": text, **near}))
        return None
    if is_character and "shift" in modifiers:
        modifiers.discard("shift")
        last = last.upper()
    if is_character and "ctrl" in modifiers:
        last = last.lower()
    key = "+".join([*(each for each in _MODIFIERS if each in modifiers), last])
    if key in _SENT_AS:
        problems.append(Problem("sent_as", {"name": name, "pressed": key, "other": _SENT_AS[key]}))
        return None
    return key


def _near(name: object, known: Iterable[str], alike: float = 0.5) -> dict[str, str]:
    found = difflib.get_close_matches(str(name), list(known), 1, alike)
    return {"near": found[0] if found else ""}


# -- clashes


def together(one: Command, other: Command) -> bool:
    """Whether the keys of both hold in the same place."""
    if one.where == other.where:
        return True
    if one.where in APART or other.where in APART:
        return False
    if one.id in IDLE.get(other.where, ()) or other.id in IDLE.get(one.where, ()):
        return False
    return (
        "anywhere" in (one.where, other.where)
        or other.where in _WITHIN.get(one.where, ())
        or one.where in _WITHIN.get(other.where, ())
    )


def clashes(keys: Mapping[str, Sequence[str]]) -> Iterator[tuple[Command, Command, str]]:
    """Pairs of commands that one key would have to do both of.

    Those that share a key as they come are meant to: the one of the place goes before the one that holds
    anywhere.
    """
    holders: dict[str, list[Command]] = {}
    for command in COMMANDS:
        for key in keys[command.id]:
            for other in holders.get(key, ()):
                if together(command, other) and set(command.keys).isdisjoint(other.keys):
                    yield other, command, key
            holders.setdefault(key, []).append(command)


def _without_clashes(
    keys: dict[str, tuple[str, ...]], wanted: Mapping[str, tuple[str, ...]], problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """The keys as wanted, all at once, so that two can change places; who clashes keeps what it had."""
    found = {**keys, **wanted}
    left = list(wanted)
    while True:
        for one, other, key in clashes(found):
            # of two that were asked for the later one gives way
            loser = max(
                (each for each in (one, other) if each.id in left),
                key=lambda each: left.index(each.id),
                default=None,
            )
            if loser is None:
                continue
            holder = one if loser is other else other
            left.remove(loser.id)
            found[loser.id] = keys[loser.id]
            problems.append(
                Problem(
                    "clash",
                    {
                        "name": loser.id,
                        "pressed": key,
                        "holder": holder.id,
                        "kept": " ".join(keys[loser.id]),
                    },
                )
            )
            break
        else:
            return found


def _macros(
    table: object, keys: Mapping[str, Sequence[str]], problems: list[Problem]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(table, dict):
        problems.append(Problem("macros", {"value": repr(table)}))
        return
    for text, names in table.items():
        key = _key("macros", text, problems)
        if key is None:
            continue
        if not isinstance(names, list) or not names or not all(isinstance(each, str) for each in names):
            problems.append(Problem("macro_value", {"pressed": text, "value": repr(names)}))
            continue
        unknown = next((each for each in names if each not in keys), None)
        holder = next(
            (each.id for each in COMMANDS if key in keys[each.id] and each.where not in APART), None
        )
        if unknown is not None:
            near = _near(unknown, keys)
            problems.append(Problem("macro_command", {"pressed": text, "name": unknown, **near}))
        elif holder is not None:
            problems.append(Problem("macro_clash", {"pressed": text, "holder": holder}))
        else:
            yield key_name(key), tuple(names)
