"""The window's first and last line: rooms and sync state above, keys and position below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from techdash.text.cells import width
from techdash.tui.commands import COMMANDS, Command, Where, hints
from techdash.tui.widgets.drawn import Drawn, fit
from techdash.tui.words import Words

ROOMS = ("digest", "essays", "cheatsheet")


class TopBar(Drawn):
    """Room names with their unread, then the sync's state and the date."""

    class Chosen(Message):
        """A room's name was clicked."""

        def __init__(self, room: str) -> None:
            super().__init__()
            self.room = room

    def __init__(self, words: Words, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.words = words
        self.room = "digest"
        self.unread: dict[str, int] = {}
        self.state = ""
        self.trouble = False
        self.date = ""

    def _names(self) -> list[tuple[str, str, str]]:
        found = []
        for room in ROOMS:
            count = self.unread.get(room, 0)
            found.append((room, self.words(room), f" {count}" if count else ""))
        return found

    def render_line(self, y: int) -> Strip:
        spans: list[tuple[str, str]] = [(" ", "")]
        for room, name, count in self._names():
            spans += [(name, "accent strong" if room == self.room else "muted"), (count + "   ", "muted")]
        used = sum(width(text) for text, _ in spans)
        tail: list[tuple[str, str]] = []
        room_left = self.cells - used
        for text, role in ((self.date, "muted"), (self.state, "warning" if self.trouble else "faint")):
            need = width(text) + 2
            if text and need <= room_left:
                tail.insert(0, (text + "  ", role))
                room_left -= need
        return self.strip([*spans, (" " * room_left, ""), *tail], self.cells)

    def _places(self) -> Iterator[tuple[int, int, str]]:
        """The cells that each room's name takes."""
        left = 1
        for room, name, count in self._names():
            right = left + width(name + count)
            yield left, right, room
            left = right + 3

    def on_click(self, event: events.Click) -> None:
        for left, right, room in self._places():
            if left <= event.x < right:
                self.post_message(self.Chosen(room))

    def spots(self) -> Iterator[tuple[int, int, Callable[[], object]]]:
        """The rooms, for jump mode."""
        for left, _, room in self._places():
            yield left, 0, partial(self.post_message, self.Chosen(room))


class Hint(NamedTuple):
    """A command of the footer with the cells that its key and its word take."""

    left: int
    right: int
    command: str


class StatusBar(Drawn):
    """Hints of the keys that matter here, or what was just done; the position on the right."""

    class Hinted(Message):
        """A hint was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    class Warned(Message):
        """The count of failing sources was clicked."""

    def __init__(self, words: Words, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.words = words
        self.commands: Sequence[Command] = COMMANDS
        self.count = ""
        self.failing = 0
        self.where: Where = "lists"
        self.keys = ""
        self.said = ""
        self.pane = ""
        self._hints: dict[int, list[Hint]] = {}
        self._positions: dict[str, str] = {}

    def attend(self, pane: str, where: Where, keys: str = "") -> None:
        """Show the keys and the position of another pane, named by its widget's id.

        ``keys``: what to say of a part in it that takes the keys, and so has none of the pane's.
        """
        self.pane, self.where, self.keys = pane, where, keys
        self.refresh()

    def tell(self, pane: str, position: str) -> None:
        """Where the cursor of a pane is in its list, or how far its reader is.

        Called where the cursor moves and not by a message, so that both are in one frame.
        """
        if self._positions.get(pane) != position:
            self._positions[pane] = position
            if pane == self.pane:
                self.refresh()

    def warn(self, failing: int) -> None:
        """How many sources fail: a quiet sign, which leads to them."""
        if self.failing != failing:
            self.failing = failing
            self.refresh()

    def _right(self) -> list[tuple[str, str]]:
        """The sign of what fails, a count that is being typed, and the position."""
        sign = self.words("failing_sign", n=self.failing) + "  S   " if self.failing else ""
        position = self._positions.get(self.pane)
        count = f"{self.count}   " if self.count else ""
        return [(sign, "warning"), (count, "accent strong"), (f"{position} " if position else "", "muted")]

    def on_click(self, event: events.Click) -> None:
        right = "".join(text for text, _ in self._right())
        sign = self._right()[0][0].rstrip()
        if sign and 0 <= event.x - (self.cells - width(right)) < width(sign):
            self.post_message(self.Warned())
        elif (
            hint := next((it for it in self._hints.get(event.y, ()) if it.left <= event.x < it.right), None)
        ) is not None:
            self.post_message(self.Hinted(hint.command))

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        found = self._hints[y] = []
        right = self._right()
        room = cells - sum(width(text) for text, _ in right) - 1
        if self.said:
            if width(self.said) >= room:
                # what is said stays for a moment only: the position gives way to its end
                room, right = cells - 1, []
            said = fit(self.said, room - 1)
            return self.strip([(" ", ""), (said + " ", "text"), *right], cells)
        if self.keys:
            keys = self.keys
            while width(keys) >= room and "   " in keys:
                keys = keys.rpartition("   ")[0]
            return self.strip([(" ", ""), (fit(keys, room), "muted"), *right], cells)
        spans: list[tuple[str, str]] = [(" ", "")]
        used = 0
        # the last hint (help) is worth more than those before it
        commands = hints(self.where, self.commands)
        keep = commands[-1:]
        for command in [*commands[:-1], *keep]:
            names = hint_keys(command, self.commands)
            key = " ".join(name for name, _ in names)
            text = f" {command.short(self.words.language)}   "
            need = width(key) + width(text)
            reserve = 0 if command in keep else 10
            if used + need + reserve > room:
                continue
            found += placed(names, 1 + used, 1 + used + need - 3)
            spans += [(key, "accent"), (text, "muted")]
            used += need
        return self.strip([*spans, (" " * (room - used), ""), *right], cells)


# Two commands that stand in the footer as one: back and forth.
_ON = {"previous_day": "next_day", "previous_heading": "next_heading"}


def hint_keys(command: Command, commands: Sequence[Command]) -> list[tuple[str, str]]:
    """The first key of a command in the footer, and of what it goes together with; each with its command."""
    both = [command, *(each for each in commands if each.id == _ON.get(command.id))]
    return [(each.key_names().split("  ")[0], each.id) for each in both]


def placed(names: Sequence[tuple[str, str]], left: int, right: int) -> Iterator[Hint]:
    """The cells of a hint's keys, the last with the word after it."""
    for number, (name, command) in enumerate(names):
        end = right if number == len(names) - 1 else left + width(name)
        yield Hint(left, end, command)
        left = end + 1
