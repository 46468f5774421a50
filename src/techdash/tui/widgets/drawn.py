"""The base of everything drawn line by line: roles to styles, spans to strips."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.dom import DOMNode
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from techdash.text.cells import pad, truncate, width
from techdash.text.clean import UncleanTextError, is_clean
from techdash.tui.widgets.scroll_bar import QuickBar

Spans = Iterable[tuple[str, str]]


class Drawn(ScrollView, can_focus=False):
    """Draws lines of ``(text, roles)``; a role is a class ``role--…`` of the styles, several may be given.

    Texts become segments as they are: never markup, and never anything that :func:`is_clean` refuses.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._role_styles: dict[str, Style] = {}
        self._painted: tuple[Region, list[Strip]] | None = None
        self._cells_of: Size | None = None
        self._cells_there = 0

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            bar = QuickBar(name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar = bar
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        self._painted = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        # asked for at every key in any pane: a frame is made of all that the changed parts lie between
        if self._painted is None or self._painted[0] != crop:
            framed = bool(self.styles.gutter) or crop.column_span != (0, self.size.width)
            self._painted = crop, super().render_lines(crop) if framed else self._unframed(crop)
        return self._painted[1]

    def _unframed(self, crop: Region) -> list[Strip]:
        """The lines as they are, where there is no border for Textual to draw around each."""
        # what a scroll bar covers needs no padding
        cells = self.cells if self.show_vertical_scrollbar else crop.width
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            if strip.cell_length != cells:
                strip = strip.adjust_cell_length(cells, self.role(""))
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        return strips

    def notify_style_update(self) -> None:
        """A theme or class changed: forget the styles made for the old one."""
        super().notify_style_update()
        self._role_styles.clear()
        self._painted = self._cells_of = None

    def offset_at(self, x: int, y: int) -> Offset | None:
        """The character and the row of a cell, for selecting with the mouse; None where nothing can be."""
        return None

    @property
    def cells(self) -> int:
        """The width that lines have: what the scroll bar leaves."""
        # a widget that is hidden keeps its size and has no region: what that gives must not be kept
        if self._cells_of != self._size or self._cells_there <= 0:
            self._cells_of, self._cells_there = self._size, self.scrollable_content_region.width
        return self._cells_there

    def set_height(self, lines: int) -> None:
        """How many lines there are to scroll through, for a widget whose scroll bar is always there.

        Setting ``virtual_size`` would lay the whole window out anew, for a second frame after each change.
        """
        self.set_reactive(Drawn.virtual_size, Size(0, lines))
        bar = self.vertical_scrollbar
        bar.window_virtual_size = lines
        bar.window_size = self.size.height

    def role(self, roles: str) -> Style:
        """The Rich style for one or more roles, on this widget's background."""
        style = self._role_styles.get(roles)
        if style is None:
            style = self.rich_style if roles == "" else self.role("")
            for name in roles.split():
                style += self._looked_up(name)
            self._role_styles[roles] = style
        return style

    def _looked_up(self, name: str) -> Style:
        # What Textual does for component classes, but for a role when it is first drawn: done for every role
        # of every widget at every change of a class, it takes half of the time to the first frame.
        node = DOMNode(classes=f"role--{name}")
        node._attach(self)
        self.app.stylesheet.apply(node, animate=False)
        return node.styles.partial_rich_style

    def strip(self, spans: Spans, cells: int, under: str = "") -> Strip:
        """One line of exactly ``cells`` cells; ``under`` are roles laid below each span (a tint)."""
        segments = []
        used = 0
        for text, roles in spans:
            if not is_clean(text):
                raise UncleanTextError(repr(text))
            segments.append(Segment(text, self.role(f"{roles} {under}" if under else roles)))
            used += cell_len(text)
        if used > cells:
            return Strip(segments).adjust_cell_length(cells)
        # padded here and not by the strip: a strip costs more than all its segments
        if used < cells:
            segments.append(Segment(" " * (cells - used), self.role(under)))
        return Strip(segments, cells)

    def blank(self, cells: int) -> Strip:
        """An empty line."""
        return Strip.blank(cells, self.role(""))


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """``text`` cut with an ellipsis or padded to exactly ``cells`` cells."""
    if cells <= 0:
        return ""
    cut = truncate(text, cells) if width(text) > cells else text
    return pad(cut, cells, "right" if right else "left")
