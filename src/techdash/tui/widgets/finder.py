"""The line that narrows a list by typing."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class Finder(Input):
    """An input whose up, down and Enter act on the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("pageup", "step(-10)", show=False),
        Binding("escape", "leave", show=False),
        Binding("1", "room('digest', '1')", show=False),
        Binding("2", "room('essays', '2')", show=False),
        Binding("3", "room('cheatsheet', '3')", show=False),
        Binding("question_mark", "help", show=False),
    ]

    class Stepped(Message):
        """Move the list's cursor."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Left(Message):
        """The user is done typing."""

    def action_step(self, step: int) -> None:
        self.post_message(self.Stepped(step))

    def action_leave(self) -> None:
        """The first Esc empties the line, the second leaves it."""
        if self.value:
            self.value = ""
        else:
            self.post_message(self.Left())

    async def action_room(self, room: str, key: str) -> None:
        """A digit goes to a room while nothing is typed, and is typed otherwise."""
        if self.value:
            self.insert_text_at_cursor(key)
        else:
            await self.run_action(f"app.room('{room}')")

    async def action_help(self) -> None:
        if self.value:
            self.insert_text_at_cursor("?")
        else:
            await self.run_action("app.help")
