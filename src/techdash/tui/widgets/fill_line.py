"""The line in which the placeholders of a command are filled in, selected one after the other."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from techdash.text.placeholders import Filling


class FillLine(Input):
    """An input over a :class:`Filling`; Enter gives the command, Esc leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
        Binding("down,ctrl+n", "choose(1)", show=False),
        Binding("up,ctrl+p", "choose(-1)", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Filled(Message):
        """The command is complete."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    class Left(Message):
        """The user gave it up."""

    def __init__(self) -> None:
        super().__init__(id="fill-line", compact=True, select_on_focus=False)
        self._filling = Filling("")

    def begin(self, syntax: str, *, literal: bool = False) -> None:
        """Show a command with its first placeholder selected; ``literal``: brackets are its own."""
        self._filling = Filling(syntax, literal=literal)
        self._show(self._filling.current)

    def _show(self, selected: tuple[int, int]) -> None:
        self.value = self._filling.text
        self.selection = Selection(*selected)

    def replace(self, text: str, start: int, end: int) -> None:
        """Every change by key or paste comes through here."""
        start, end = sorted((max(0, start), min(len(self.value), end)))
        super().replace(text, start, end)
        self._filling.replace(text, start, end)

    def action_step(self, step: int) -> None:
        self._show(self._filling.step(step))

    def action_choose(self, step: int) -> None:
        self._show(self._filling.choose(step))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Filled(self._filling.result()))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
