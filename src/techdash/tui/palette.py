"""What the command palette offers: every command that has a sense where the keys are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.screen import Screen

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp


def offered(window: TechdashApp, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The commands of the part that has the keys, then those of what it stands in."""
    by_id = {command.id: command for command in window.keyboard.commands}
    nodes = screen.focused.ancestors_with_self if screen.focused is not None else [screen, window]
    seen = set()
    for node in nodes:
        for name, action in {binding.id: binding.action for _, binding in node._bindings}.items():
            command = by_id.get(name or "")
            if command is None or command.action == "app.command_palette":
                continue
            title = command.title(window.words.language)
            if title not in seen:
                seen.add(title)
                yield SystemCommand(title, command.key_names(), _runner(window, action, node))
        if node is screen and screen is not window.desk:
            return


def _runner(window: TechdashApp, action: str, node: DOMNode) -> Any:
    async def run() -> None:
        await window.run_action(action, default_namespace=node)

    return run
