"""The line that narrows a list by typing."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

_EMPTY_KEYS = {
    **dict.fromkeys("1１", "app.room('digest')"),
    **dict.fromkeys("2２", "app.room('essays')"),
    **dict.fromkeys("3３", "app.room('cheatsheet')"),
    **dict.fromkeys("?？", "app.help"),
}


class Finder(Input):
    """An input whose up, down and Enter act on the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("pageup", "step(-10)", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Stepped(Message):
        """Move the list's cursor."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Left(Message):
        """The user is done typing."""

    class Onward(Message):
        """The user went right from the end of what is typed."""

    def action_step(self, step: int) -> None:
        self.post_message(self.Stepped(step))

    def action_cursor_right(self, select: bool = False) -> None:
        if self.cursor_position == len(self.value) and not select:
            self.post_message(self.Onward())
        else:
            super().action_cursor_right(select)

    def action_leave(self) -> None:
        """The first Esc empties the line, the second leaves it."""
        if self.value:
            self.value = ""
        else:
            self.post_message(self.Left())

    async def _on_key(self, event: events.Key) -> None:
        """While nothing is typed, digits go to a room and ``?`` to the help; otherwise they are typed."""
        action = _EMPTY_KEYS.get(event.character or "") if not self.value else None
        if action is None:
            await super()._on_key(event)
        else:
            event.stop()
            event.prevent_default()
            await self.app.run_action(action)
