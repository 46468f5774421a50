"""Programs to stand beside: a bare Textual app, its list, its Markdown. ``peers.py NAME [ARGUMENT]``"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """The least Textual program: one line of text."""

    BINDINGS: ClassVar = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        yield Static("READY 你好 hello")


class Options(Hello):
    """Textual's own list with as many rows as asked for."""

    def compose(self) -> ComposeResult:
        from textual.widgets import OptionList

        yield OptionList(*(f"row {n:07d} 推荐算法日报 system design notes" for n in range(int(sys.argv[2]))))

    def on_mount(self) -> None:
        self.screen.focus_next()


class Paper(Hello):
    """A document in Textual's Markdown widget, opened with Enter."""

    BINDINGS: ClassVar = [("enter", "open", "Open")]

    async def action_open(self) -> None:
        from textual.containers import VerticalScroll
        from textual.widgets import Markdown

        await self.query_one(Static).remove()
        page = VerticalScroll(Markdown(Path(sys.argv[2]).read_text("utf-8")))
        await self.mount(page)
        page.focus()


if __name__ == "__main__":
    {"hello": Hello, "options": Options, "paper": Paper}[sys.argv[1]]().run()
