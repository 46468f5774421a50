"""One picture over the whole window: in the terminal's own graphics where it has any, else in half cells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from techdash.text.cells import truncate, width
from techdash.tui.commands import FULL_WIDTH
from techdash.tui.graphics import made
from techdash.tui.jobs import job
from techdash.tui.pictures import Look, Notice, Picture
from techdash.tui.widgets.drawn import Drawn, fit
from techdash.tui.words import Words

Ask = Callable[[int, int], Awaitable[Picture | Notice]]
"""Asks for the picture in at most so many pixels."""

# What a terminal's own graphics are asked for: more is seen on no screen of characters.
MOST_WIDE, MOST_HIGH = 1600, 1200
_CLOSE = ("escape", "q", "i", "I", "h", "left", "enter")


class PictureScreen(Screen[None]):
    """A picture as large as the window allows, its words below; Esc, q or i go back.

    Args:
        ask: gets the picture.
        caption: what it shows, in words.
        look: how half cells are drawn.
        graphics: textual-image's widget for this terminal, or None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join([*_CLOSE, *(chr(ord(key) + FULL_WIDTH) for key in _CLOSE if len(key) == 1)]),
            "dismiss",
            show=False,
        )
    ]

    def __init__(
        self, ask: Ask, caption: str, look: Look, words: Words, graphics: type[Widget] | None = None
    ) -> None:
        super().__init__(id="picture-screen")
        self._ask = ask
        self._graphics = graphics
        self._canvas = _Canvas(look, words("picture_coming"))
        self._line = _Caption(caption, words("picture_back"))

    def compose(self) -> ComposeResult:
        with Container(id="picture-frame"):
            yield self._canvas
        yield self._line

    def on_resize(self) -> None:
        if self._graphics is None or not self.query(self._graphics):
            self._load()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.dismiss()

    @job("show a picture", group="picture")
    async def _load(self) -> None:
        if self._graphics is None:
            self._canvas.show(await self._ask(self.size.width, 2 * max(1, self.size.height - 1)))
            return
        found = await self._ask(MOST_WIDE, MOST_HIGH)
        if isinstance(found, Notice):
            self._canvas.show(found)
            return
        shown = made(self._graphics, found, self._canvas.look.paper)
        # Its own word for: as large as fits, with the aspect kept.
        shown.styles.width = shown.styles.height = "auto"
        await self._canvas.remove()
        await self.query_one("#picture-frame").mount(shown)


class _Canvas(Drawn):
    """Half cells in the middle of the screen, or one line of words."""

    def __init__(self, look: Look, coming: str) -> None:
        super().__init__(id="picture-canvas")
        self.look = look
        self._shown: Picture | Notice = Notice(coming)

    def show(self, found: Picture | Notice) -> None:
        """Draw another picture, or say why there is none."""
        self._shown = found
        self.refresh()

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        shown = self._shown
        row = y - (self.size.height - shown.rows) // 2
        if not 0 <= row < shown.rows:
            return self.blank(cells)
        if isinstance(shown, Notice):
            text = truncate(shown.text, cells)
            return self.strip([(" " * max(0, (cells - width(text)) // 2), ""), (text, "muted")], cells)
        base = self.role("")
        strip = Strip(
            Segment(text, base + Style(color=ink or None, bgcolor=paper or None))
            for text, ink, paper in shown.runs(row, self.look)
        )
        left = (cells - shown.cells) // 2
        return Strip.join([self.blank(left), strip, self.blank(cells - left - shown.cells)])


class _Caption(Drawn):
    """The last line: what the picture shows, and how to go back."""

    def __init__(self, caption: str, back: str) -> None:
        super().__init__(id="picture-caption")
        self._caption, self._back = caption, back

    def render_line(self, y: int) -> Strip:
        room = self.cells - width(self._back) - 3
        return self.strip(
            [(" ", ""), (fit(self._caption, room), "caption"), (" ", ""), (self._back, "muted")], self.cells
        )
