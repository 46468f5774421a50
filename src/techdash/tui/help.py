"""The help screen: every key, searched by typing, made from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from techdash.text.linebreak import breaks
from techdash.tui.commands import PLACES, Command
from techdash.tui.widgets.drawn import Drawn, fit
from techdash.tui.words import Words

KEY_CELLS = 18


class KeyTable(Drawn):
    """Keys and what they do, by place."""

    def __init__(self, words: Words, commands: Sequence[Command]) -> None:
        super().__init__(id="key-table")
        self.words = words
        self._commands = commands
        self._query = ""
        self._made_for = 0
        self._lines: list[list[tuple[str, str]]] = []
        self._ids: list[str] = []

    def show(self, query: str) -> None:
        self._query, self._made_for = query, 0
        self._make()
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def on_resize(self) -> None:
        self._make()

    def _make(self) -> None:
        """Make the lines for the width there is: what a key does is told whole."""
        cells = self.cells
        if cells <= 0 or cells == self._made_for:
            return
        self._made_for, self._lines, self._ids = cells, [], []
        wanted = self._query.casefold().split()
        room = max(10, cells - KEY_CELLS - 1)  # the scroll bar comes once there are lines
        for where in PLACES:
            found = [
                command for command in self._commands if command.where == where and _matches(command, wanted)
            ]
            if found:
                if self._lines:
                    self._lines.append([])
                    self._ids.append("")
                self._lines.append([(self.words(f"place.{where}").upper(), "section")])
                self._ids.append("")
            for command in found:
                keys, title = command.key_names(), command.title(self.words.language)
                beside = [keys[a:b].strip() for a, b in breaks(keys, KEY_CELLS - 1)]
                told = [title[a:b].rstrip() for a, b in breaks(title, room)]
                for key, text in zip_longest(beside, told, fillvalue=""):
                    self._lines.append([(fit(key, KEY_CELLS), "accent"), (text, "text")])
                    self._ids.append(command.id)
        self.virtual_size = Size(cells, len(self._lines))

    def on_click(self, event: events.Click) -> None:
        row = event.y + int(self.scroll_offset.y)
        if row < len(self._ids) and self._ids[row]:
            self.screen.dismiss(self._ids[row])

    def render_line(self, y: int) -> Strip:
        row = y + int(self.scroll_offset.y)
        cells = self.cells
        return self.strip(self._lines[row], cells) if row < len(self._lines) else self.blank(cells)


class Help(ModalScreen[str | None]):
    """Shown over everything; Esc closes, a click gives the id of a command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", show=False),
        Binding("down,pagedown", "scroll(1)", show=False),
        Binding("up,pageup", "scroll(-1)", show=False),
    ]

    def __init__(self, words: Words, commands: Sequence[Command]) -> None:
        super().__init__()
        self.words = words
        self._commands = commands

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            yield Input(placeholder=self.words("help_narrow"), compact=True)
            yield KeyTable(self.words, self._commands)

    def on_mount(self) -> None:
        self.query_one(KeyTable).show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(KeyTable).show(event.value)

    def action_scroll(self, step: int) -> None:
        self.query_one(KeyTable).scroll_relative(y=step * 6, animate=False)


def _matches(command: Command, wanted: list[str]) -> bool:
    text = f"{command.en} {command.zh} {command.key_names()} {command.id}".casefold()
    return all(word in text for word in wanted)
