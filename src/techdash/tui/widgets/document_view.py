"""Shows a document line by line: parts are laid out from the viewport outwards, and the place is kept."""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from techdash.document.layout import Line, Span, lay_out, line_text
from techdash.document.tree import Document, Heading
from techdash.models import Place
from techdash.text.cells import width as cell_width
from techdash.tui.commands import bindings
from techdash.tui.messages import AtEnd, Follow
from techdash.tui.widgets.drawn import Drawn

HEAD = 0
"""Index of the head (title and facts of the entry); the document's parts follow it."""

KEPT_PARTS = 600
SLICE = 0.006
SCREENS_AHEAD = 3
QUOTE = 40
SEARCHED_PARTS = 200
MARGIN = 2


class DocumentView(Drawn, can_focus=True):
    """A document in a centred column.

    Heights of parts not yet laid out are guessed from their size. The position is a part and a line in
    it, never a row of the whole, so that a corrected guess above does not move what is being read.
    """

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("reader")
    )

    class Scrolled(Message):
        """The reader moved."""

    def __init__(self, column: int, ambiguous: int, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.column = column
        self.ambiguous = ambiguous
        self.document = Document((), (), lambda _: ())
        self._head: Callable[[int], list[Line]] = lambda _: []
        self._lines: dict[int, list[Line]] = {}
        self._strips: dict[int, list[Strip]] = {}
        self._heights: list[int] = []
        self._tops: list[int] = []
        self._cells = 0
        self._place = Place(0)
        self._selected: tuple[int, int] | None = None
        self._ahead: Timer | None = None
        self._resizing: Timer | None = None

    # -- content

    def show(self, head: Callable[[int], list[Line]], document: Document, place: Place | None = None) -> None:
        """Show a document below its head, at ``place`` or at its top."""
        self._head, self.document = head, document
        self._selected = None
        self._place = place or Place(0)
        self._cells = 0
        self._relay()

    def set_column(self, column: int) -> None:
        """Another text width; the same sentence stays on top."""
        self.column = column
        self._cells = 0
        self._relay()

    @property
    def place(self) -> Place:
        """Where the reader is."""
        return Place(self._place.offset, self._place.quote, self.progress)

    @property
    def progress(self) -> float:
        """How far the last visible line is into the document, 0 to 1."""
        if not self._heights or not self._cells:
            return self._place.progress
        total = self._tops[-1] + self._heights[-1]
        bottom = int(self.scroll_offset.y) + self.size.height
        if bottom >= total - 1:
            return 1.0
        return max(0.0, min(1.0, int(self.scroll_offset.y) / max(1, total - self.size.height)))

    # -- layout

    def _relay(self) -> None:
        cells = min(self.column, self.cells - 2 * MARGIN)
        if cells < 8 or cells == self._cells:
            self.refresh()
            return
        self._cells = cells
        self._lines.clear()
        self._strips.clear()
        # one part is laid out to know the head; the others are guessed
        self._heights = [1, *(max(2, size * 5 // (4 * cells) + 2) for size in self.document.sizes)]
        self._retop()
        self._part(HEAD)
        self._go_to_place()
        self.refresh()

    def _retop(self) -> None:
        tops, top = [], 0
        for height in self._heights:
            tops.append(top)
            top += height
        self._tops = tops

    def _part(self, index: int) -> list[Line]:
        lines = self._lines.get(index)
        if lines is None:
            if index == HEAD:
                lines = self._head(self._cells)
            else:
                lines = lay_out(self.document.part(index - 1), self._cells, self.ambiguous)
            # a part that renders nothing takes no room; the others end with a blank line
            if lines:
                lines = [*lines, Line((), lines[-1].start)]
            if len(self._lines) >= KEPT_PARTS:
                for old in list(self._lines)[: KEPT_PARTS // 4]:
                    del self._lines[old]
                    self._strips.pop(old, None)
            self._lines[index] = lines
            if self._heights[index] != len(lines):
                self._heights[index] = len(lines)
                self._retop()
        return lines

    def _resize_virtual(self) -> None:
        total = (self._tops[-1] + self._heights[-1]) if self._heights else 0
        if self.virtual_size.height != total:
            self.virtual_size = Size(0, total)

    # -- position

    def _go_to_place(self) -> None:
        """Bring the line of the kept place to the top."""
        place = self._place
        if place.offset <= 0 and not place.quote:
            self._show_from(HEAD, 0, keep=True)
            return
        index = max(1, bisect.bisect_right(self.document.starts, place.offset))
        if index >= len(self._heights):
            self._show_from(max(0, len(self._heights) - 1), 0, keep=True)
            return
        lines = self._part(index)
        starts = [line.start for line in lines]
        at = max(0, bisect.bisect_right(starts, place.offset) - 1)
        # the first of the lines that begin there: the blank one after a block counts as its last
        at = bisect.bisect_left(starts, starts[at]) if starts else 0
        if place.quote and not _quoted(lines, at, place.quote):
            index, at = self._find_quote(index, place.quote) or (index, at)
        self._show_from(index, at, keep=True)

    def _find_quote(self, near: int, quote: str) -> tuple[int, int] | None:
        """The part and line that hold ``quote``, searched outwards: the text above may have been edited."""
        for distance in range(1, SEARCHED_PARTS):
            for index in (near + distance, near - distance):
                if 1 <= index < len(self._heights):
                    for at, line in enumerate(self._part(index)):
                        if line_text(line).strip().startswith(quote):
                            return index, at
        return None

    def _show_from(self, index: int, at: int, *, keep: bool = False) -> None:
        """Put line ``at`` of part ``index`` at the top of the view, as far as the text's end allows."""
        height = max(1, self.size.height)
        self._fill_from(index, at, height)
        total = self._tops[-1] + self._heights[-1] if self._heights else 0
        row = self._tops[index] + at if self._tops else 0
        if row > total - height:
            # the end of the text: what is above the last screen must be known before its rows are
            self._fill_last(height)
            total = self._tops[-1] + self._heights[-1] if self._heights else 0
            row = max(0, total - height)
        self._resize_virtual()
        self.scroll_to(y=row, animate=False, force=True, immediate=True)
        if not keep:
            self._remember(row)
        self.refresh()

    def _fill_from(self, index: int, at: int, height: int) -> None:
        rows = -at
        while index < len(self._heights) and rows < height:
            rows += len(self._part(index))
            index += 1

    def _fill_last(self, height: int) -> None:
        rows, index = 0, len(self._heights) - 1
        while index >= 0 and rows < height:
            rows += len(self._part(index))
            index -= 1

    def _at(self, row: int) -> tuple[int, int]:
        """The part and the line in it of a row of the whole."""
        if not self._tops:
            return HEAD, 0
        index = max(0, bisect.bisect_right(self._tops, row) - 1)
        while index > 0 and self._heights[index] == 0:
            index -= 1
        return index, row - self._tops[index]

    def _remember(self, row: int) -> None:
        line = self._first_line(*self._at(row))
        if line is None:
            self._place = Place(0)
        else:
            self._place = Place(max(0, line.start), line_text(line).strip()[:QUOTE])
        self.post_message(self.Scrolled())

    def _first_line(self, index: int, at: int) -> Line | None:
        """The first line with words from line ``at`` of a part on; None in the head."""
        while 0 < index < len(self._heights):
            for line in self._part(index)[at:]:
                if line.spans:
                    return line
            index, at = index + 1, 0
        return None

    def scroll_lines(self, lines: int) -> None:
        """Move by lines, laying out what comes into view first."""
        if not self._heights:
            return
        index, at = self._at(int(self.scroll_offset.y))
        at += lines
        while at < 0 and index > 0:
            index -= 1
            at += len(self._part(index))
        while index + 1 < len(self._heights) and at >= len(self._part(index)):
            at -= len(self._part(index))
            index += 1
        self._show_from(index, max(0, at))

    # -- drawing

    def on_resize(self) -> None:
        self._relay()

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        row = y + int(self.scroll_offset.y)
        if not self._cells or not self._tops or row >= self._tops[-1] + self._heights[-1]:
            return self.blank(cells)
        index, at = self._at(row)
        strips = self._strips.get(index)
        if strips is None:
            self._part(index)
            # laying it out may have corrected the heights
            index, at = self._at(row)
            strips = self._strips[index] = [*self._draw(index, self._part(index))]
        if at >= len(strips):
            return self.blank(cells)
        if self._ahead is None:
            self._ahead = self.set_timer(0.01, self._lay_out_ahead)
        return strips[at].adjust_cell_length(cells, self.role(""))

    def _draw(self, index: int, lines: list[Line]) -> Iterator[Strip]:
        left = " " * ((self.cells - self._cells) // 2)
        links = _links(lines)
        for number, line in enumerate(lines):
            spans = [(left, "")]
            for position, span in enumerate(line.spans):
                roles = span.style
                if self._selected is not None and links.get((number, position)) == self._selected[1]:
                    roles += " link-selected" if self._selected[0] == index else ""
                spans.append((span.text, roles))
            yield self.strip(spans, self.cells)

    def _lay_out_ahead(self) -> None:
        """Lay out the next screens while the reader reads, a few milliseconds at a time."""
        self._ahead = None
        if not self._heights:
            return
        end = time.perf_counter() + SLICE
        index, at = self._at(int(self.scroll_offset.y))
        rows = -at
        while index < len(self._heights) and rows < SCREENS_AHEAD * self.size.height:
            if index not in self._lines and time.perf_counter() > end:
                self._ahead = self.set_timer(0.004, self._lay_out_ahead)
                return
            rows += len(self._part(index))
            index += 1
        # a new height resizes the scroll bar: once, when the keys pause
        if self._resizing is not None:
            self._resizing.stop()
        self._resizing = self.set_timer(0.4, self._resize_virtual)

    # -- keys

    def action_line(self, lines: int) -> None:
        self.scroll_lines(lines)

    def action_page(self, pages: float) -> None:
        self.scroll_lines(int((self.size.height - 2) * pages))

    def action_read_on(self) -> None:
        if self.progress >= 1.0:
            self.post_message(AtEnd())
        else:
            self.action_page(1)

    def action_top(self) -> None:
        self._show_from(HEAD, 0)

    def action_bottom(self) -> None:
        if self._heights:
            self._fill_last(self.size.height)
            self._show_from(len(self._heights) - 1, max(0, self._heights[-1] - 1))

    def action_heading(self, step: int) -> None:
        """Go to the next heading, or to the previous one."""
        if not self._heights:
            return
        row = int(self.scroll_offset.y)
        index, at = self._at(row)
        if step < 0:
            found = [place for place in self._headings_of(index) if place[1] < at] if index else []
            while not found and index > 1:
                index -= 1
                found = self._headings_of(index)
            if found:
                self._show_from(*found[-1])
            else:
                self.action_top()
            return
        found = [place for place in self._headings_of(index) if place[1] > at] if index else []
        while not found and index + 1 < len(self._heights):
            index += 1
            found = self._headings_of(index)
        if found:
            self._show_from(*found[0])

    def _headings_of(self, index: int) -> list[tuple[int, int]]:
        starts = [block.start for block in self.document.part(index - 1) if isinstance(block, Heading)]
        lines = self._part(index) if starts else []
        places = []
        for start in starts:
            at = next((n for n, line in enumerate(lines) if line.start >= start and line.spans), 0)
            places.append((index, at))
        return places

    # -- links

    def _links_in_view(self) -> list[tuple[tuple[int, int], str]]:
        index, at = self._at(int(self.scroll_offset.y))
        bottom = int(self.scroll_offset.y) + self.size.height
        found: dict[tuple[int, int], str] = {}
        while index < len(self._heights) and self._tops[index] < bottom:
            lines = self._part(index)
            for (number, position), link in _links(lines).items():
                if self._tops[index] + number < bottom and (number >= at or found):
                    found.setdefault((index, link), lines[number].spans[position].href)
            index, at = index + 1, 0
        return list(found.items())

    def action_link(self, step: int) -> None:
        """Select the next or previous link in view."""
        links = self._links_in_view()
        if not links:
            return
        keys = [key for key, _ in links]
        if self._selected in keys:
            self._select(keys[(keys.index(self._selected) + step) % len(keys)])
        else:
            self._select(keys[0 if step > 0 else -1])

    def _select(self, key: tuple[int, int] | None) -> None:
        for selected in (self._selected, key):
            if selected is not None:
                self._strips.pop(selected[0], None)
        self._selected = key
        self.refresh()

    def action_follow(self) -> None:
        for key, href in self._links_in_view():
            if key == self._selected:
                self.post_message(Follow(href))
                return
        self.action_link(1)

    def on_click(self, event: events.Click) -> None:
        span = self._span_under(event.x, event.y)
        if span is not None and span.href:
            self.post_message(Follow(span.href))

    def _span_under(self, x: int, y: int) -> Span | None:
        row = y + int(self.scroll_offset.y)
        if not self._tops or row >= self._tops[-1] + self._heights[-1]:
            return None
        index, at = self._at(row)
        lines = self._part(index)
        if at >= len(lines):
            return None
        left = (self.cells - self._cells) // 2
        for span in lines[at].spans:
            left += cell_width(span.text, self.ambiguous)
            if x < left:
                return span
        return None

    # -- mouse

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(3)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-3)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # the scroll bar was dragged: rows there may be guesses
        if self._heights and self.is_mounted and round(old_value) != round(new_value):
            index, at = self._at(round(new_value))
            self._fill_from(index, at, max(1, self.size.height))


def _quoted(lines: list[Line], at: int, quote: str) -> bool:
    """Whether ``quote`` begins at or just after a line; a width other than the kept one breaks elsewhere."""
    text = "".join(line_text(line).strip() for line in lines[at : at + 4])
    return "".join(quote.split())[: QUOTE // 2] in "".join(text.split())


def _links(lines: list[Line]) -> dict[tuple[int, int], int]:
    """For each (line, span) with a link its number in the part; a link broken over lines is one."""
    found: dict[tuple[int, int], int] = {}
    number, last, carried = -1, "", False
    for at, line in enumerate(lines):
        for position, span in enumerate(line.spans):
            if span.href:
                if not (carried and span.href == last):
                    number += 1
                found[at, position] = number
                last, carried = span.href, True
            elif span.text.strip():
                carried = False
    return found
