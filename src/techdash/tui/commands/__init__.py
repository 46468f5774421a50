"""Every command once: its keys, action and words. Bindings, footer, palette and help are made from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from techdash.tui.commands import panes, screens
from techdash.tui.commands.command import FULL_WIDTH as FULL_WIDTH
from techdash.tui.commands.command import Command as Command
from techdash.tui.commands.command import Where as Where
from techdash.tui.commands.command import with_twins

if TYPE_CHECKING:
    from textual.binding import Binding


COMMANDS: tuple[Command, ...] = (*panes.COMMANDS, *screens.COMMANDS)

PLACES: dict[Where, str] = {
    "anywhere": "everywhere",
    "lists": "in lists",
    "reader": "in the reader",
    "note": "on a footnote",
    "sheet": "in the cheat-sheet",
    "card": "on a whole card",
    "sources": "on the sources screen",
    "month": "on the month",
    "search": "in the search",
}
# Screens of their own: no key that holds everywhere else holds there.
APART = frozenset({"sources", "month", "search"})
# What has no sense in a place, though its key is free there.
IDLE: dict[Where, frozenset[str]] = {
    "sheet": frozenset(
        {"read", "later", "read_all", "why", "more", "less", "split", "next_edition", "turn_pages"}
    ),
}
READER = "reader."
"""Before the actions of the reader's pane, which holds the text and all that stands around it."""

# What is typed next must find the line or the labels there, however fast it comes.
_BEFORE_TYPING = frozenset({"jump", "source_jump", "find", "outline", "hints", "copy_card", "card_note"})


def bindings(where: Where) -> list[Binding]:
    """The bindings of one place, each letter also as its full-width twin (Chinese input methods)."""
    return [
        _binding(command, command.action)
        for command in COMMANDS
        if command.where == where and not command.action.startswith(READER)
    ]


def reader_bindings() -> list[Binding]:
    """The bindings of the reader's pane: they hold wherever in it the keys are."""
    return [
        _binding(command, command.action.removeprefix(READER))
        for command in COMMANDS
        if command.action.startswith(READER)
    ]


def _binding(command: Command, action: str) -> Binding:
    # here and not above: what only reads the registry has no use for Textual
    from textual.binding import Binding

    keys = ",".join(with_twins(command.keys))
    before = command.id in _BEFORE_TYPING
    return Binding(keys, action, command.en, show=False, priority=before, id=command.id)


def hints(where: Where, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """The commands for the footer, most useful first; where a place has its own use of a key, only that."""
    own = {key for command in commands if command.where == where for key in command.keys}
    shown = [
        command
        for command in commands
        if command.footer
        and (
            command.where == where
            or (command.where == "anywhere" and where not in APART and own.isdisjoint(command.keys))
        )
        and command.id not in IDLE.get(where, ())
    ]
    return sorted(shown, key=lambda command: command.footer)


def first_keys(commands: Sequence[Command]) -> dict[str, str]:
    """The first key of every command, as a person reads it; the word for one in the palette that has none."""
    return {command.id: command.key_names().split("  ")[0] or ":" for command in commands}


def key_table() -> str:
    """The README's table of keys, in Markdown."""
    lines = ["| key | does | where | id |", "|---|---|---|---|"]
    for where, name in PLACES.items():
        for command in COMMANDS:
            if command.where == where:
                keys = " ".join(f"`{key}`".replace("|", "\\|") for key in command.key_names().split())
                lines.append(f"| {keys} | {command.en} | {name} | `{command.id}` |")
    return "\n".join(lines)
