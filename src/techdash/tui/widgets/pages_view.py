"""A view of pages: it keeps its place while they are laid out, scrolled and resized."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, Self

from msgspec.structs import replace
from rich.cells import cell_len
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from techdash.document.layout import hidden_in
from techdash.document.lines import Line, Setting
from techdash.document.tree import Document
from techdash.models.entries import Place
from techdash.tui.jobs import job
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.widgets.pages import AT_ONCE, HEAD, Name, Pages

SCREENS_AHEAD = 3
MARGIN = 2
SLICE = 0.006
"""Seconds of work ahead in one turn of the loop."""


class _Goal(NamedTuple):
    """Where the view is to be once that is laid out; ``above`` is the part of the screen left above it."""

    offset: int
    quote: str
    above: float
    keep: bool


class PagesView(Drawn):
    """Pages in a centred column.

    Heights of what isn't laid out are guessed from its size. The position is a piece and a line in it, never
    a row of the whole, so that a corrected guess above does not move what is being read. What is large is
    parsed and laid out by ``aside``, which runs a job off the loop. ``moved`` is called where the reader
    moves: what shows how far that is comes in the same frame, which a message's answer would not.
    """

    class Scrolled(Message):
        """The reader moved."""

    def __init__(
        self,
        column: int,
        ambiguous: int,
        *,
        aside: Callable[[Callable[[], Any]], Awaitable[Any]] = asyncio.to_thread,
        moved: Callable[[], None] = lambda: None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.column = column
        self.setting = Setting(ambiguous=ambiguous, sideways=True, gaps=True, folds=True)
        self.document = Document((), (), lambda _: ())
        self._aside = aside
        self._moved = moved
        self._head: Callable[[int], list[Line]] = lambda _: []
        self._pages = Pages(self._head, self.document, column, self.setting)
        self._cells = 0
        self._place = Place(0)
        self._place_line: tuple[Name, int] | None = None
        self._place_there = self._place
        self._goal: _Goal | None = None
        self._search: Iterator[tuple[int, int] | None] | None = None
        self._served: Pages | None = None
        self._moving = False
        self._ahead: Timer | None = None
        self._fitting = False

    def drawn_anew(self) -> None:
        """Lines have changed: what was made of them is of no use. A subclass says what that is."""

    def draw(self, index: int, at: int, row: int) -> Strip:
        """Line ``at`` of a piece at hand, on row ``row`` of the whole; a subclass says what it looks like."""
        raise NotImplementedError

    def in_view_now(self) -> None:
        """What is in view is laid out, and the keys pause; a subclass may ask for more of it."""

    # -- content

    def show(self, head: Callable[[int], list[Line]], document: Document, place: Place | None = None) -> None:
        """Show a document below its head, at ``place`` or at its top."""
        self._head, self.document = head, document
        self.setting = replace(self.setting, toggled=frozenset(), tokens={}, pictures={})
        self._search = None
        self._place, self._place_line = place or Place(0), None
        self._place_there = self._place
        self._goal = _Goal(self._place.offset, self._place.quote, 0, keep=True)
        self._cells = 0
        self._relay()

    def set_column(self, column: int) -> None:
        """Another text width; the same sentence stays on top."""
        self.column = column
        self._relay()

    def set_setting(self, setting: Setting) -> None:
        """Lay out for another setting; the same sentence stays on top."""
        self.setting = setting
        if self._cells:
            self._pages = self._pages.again(self._cells, setting)
            self._stay()

    @property
    def place(self) -> Place:
        """Where the reader is."""
        return Place(self._place.offset, self._place.quote, self.progress)

    @property
    def here(self) -> int:
        """The document offset of the first line in view."""
        return self._place.offset

    @property
    def progress(self) -> float:
        """How far the last visible line is into the document, 0 to 1."""
        if not self._cells:
            return self._place.progress
        total = self._pages.total
        bottom = int(self.scroll_offset.y) + self.size.height
        if bottom >= total - 1:
            return 1.0
        return max(0.0, min(1.0, int(self.scroll_offset.y) / max(1, total - self.size.height)))

    # -- layout

    def _relay(self) -> None:
        cells = min(self.column, self.cells - 2 * MARGIN)
        if cells < 8:
            self.refresh()
            return
        if cells != self._cells:
            fresh = self._pages.document is not self.document or not self._cells
            self._cells = cells
            self._pages = (
                Pages(self._head, self.document, cells, self.setting)
                if fresh
                else self._pages.again(cells, self.setting)
            )
        self._stay()

    def _stay(self) -> None:
        """Put the kept place back on top: rows mean other lines now."""
        self.drawn_anew()
        self._goal = self._goal or _Goal(self._place.offset, self._place.quote, 0, keep=True)
        self._pages.room = AT_ONCE
        self._pages.lines(HEAD)
        self._reach()

    def _bring_wanted(self) -> None:
        """Have what is wanted done aside, unless that is under way."""
        if self._pages.wanted and self._served is not self._pages:
            self._served = self._pages
            self._lay_out_aside(self._pages)

    @job("lay out a large part", group="pages")
    async def _lay_out_aside(self, pages: Pages) -> None:
        """What is too large for a turn of the loop, the latest asked for first."""
        try:
            while pages.wanted and pages is self._pages:
                name, _ = pages.wanted.popitem()
                done = await self._aside(partial(pages.aside, name))
                if pages is self._pages:
                    self._put(done)
        finally:
            if self._served is pages:
                self._served = None

    def _put(self, done: Callable[[], None]) -> None:
        """Take in what was laid out aside; what is being read stays where it is."""
        pages = self._pages
        index, at = pages.at(int(self.scroll_offset.y))
        top, known = pages.name(index), pages.known(index)
        offset = pages.offset_near(index, at)
        done()
        self.drawn_anew()
        pages.room = AT_ONCE
        if self._goal is None and known:
            self._show_from(pages.index(top), at, keep=True)
            return
        self._goal = self._goal or _Goal(offset, "", 0, keep=True)
        self._reach()

    # -- position

    def go_to(self, offset: int, quote: str = "", above: float = 0) -> None:
        """Show the line that holds an offset, that part of the view above it; folds that hide it open.

        Where ``quote`` isn't there, it is looked for around.
        """
        self._search = None
        self._goal = _Goal(offset, quote, above, keep=False)
        self._pages.room = AT_ONCE
        self._reach()

    def shows(self, offset: int) -> bool:
        """Whether the line that holds an offset can be seen."""
        pages, top = self._pages, int(self.scroll_offset.y)
        index = pages.index_of(offset)
        if not pages.known(index) or hidden_in(pages.blocks(index), offset, self.setting):
            return False
        return top <= pages.row(index, pages.line_of(index, offset)) < top + self.size.height

    def _reach(self) -> None:
        """Bring the goal into view, or what is known of where it is until the rest is laid out."""
        goal, pages = self._goal, self._pages
        if goal is None or not self._cells:
            return
        if goal.offset <= 0 and not goal.quote:
            self._goal = None
            self._show_from(HEAD, 0, keep=goal.keep)
            return
        index = pages.index_of(goal.offset)
        lines = pages.lines(index)
        if lines is None:
            self._show_from(index, pages.guessed_line(index, goal.offset), keep=True)
            return
        self._goal = None
        if self._unfold(index, goal.offset):
            lines = pages.lines(index)
        at = pages.line_of(index, goal.offset)
        if goal.quote and not pages.holds(index, at, goal.quote):
            self._search = pages.search(index, goal.quote)
            found = next(self._search, None)
            if found is not None:
                self._search = None
                index, at = found
                self._place = Place(*pages.first_words(index, at))
        above = int(self.size.height * goal.above)
        self._show_from(*pages.moved(index, at, -above), keep=goal.keep)

    def _unfold(self, index: int, offset: int) -> bool:
        """Open what hides an offset."""
        hidden = hidden_in(self._pages.blocks(index), offset, self.setting)
        if hidden:
            self._toggle(self._pages.name(index), hidden)
        return bool(hidden)

    def _toggle(self, name: Name, folds: Iterable[int]) -> None:
        self.setting = replace(self.setting, toggled=self.setting.toggled.symmetric_difference(folds))
        self._pages.setting = self.setting
        self._pages.forget(name)
        self.drawn_anew()

    def _show_from(self, index: int, at: int, *, keep: bool = False) -> None:
        """Put line ``at`` of a piece at the top of the view, as far as the text's end allows."""
        pages, height = self._pages, max(1, self.size.height)
        pages.fill(index, at, height)
        row = pages.row(index, at)
        if row > pages.total - height:
            # the end of the text: what is above the last screen must be known before its rows are
            pages.fill_end(height)
            row = max(0, min(pages.row(index, at), pages.total - height))
        self.set_height(pages.total)
        self._moving = True
        self.scroll_to(y=row, animate=False, force=True, immediate=True)
        self._moving = False
        if not keep:
            self._remember(row)
        elif self._goal is None:
            at_top, line = pages.at(row)
            self._place_line, self._place_there = (pages.name(at_top), line), self._place
        self.refresh()
        self._serve()

    def _remember(self, row: int) -> None:
        index, at = self._pages.at(row)
        # back at the line that the place was put on: the same place, though that line begins elsewhere now
        if self._place_line == (self._pages.name(index), at):
            self._place = self._place_there
        else:
            self._place = Place(*self._pages.first_words(index, at))
        self._moved()
        self.post_message(self.Scrolled())

    def _serve(self) -> None:
        """Have done what is still wanted: aside, and in the next turns of the loop."""
        self._bring_wanted()
        if self._ahead is None:
            self._ahead = self.set_timer(0.01, self._lay_out_ahead)

    def _lay_out_ahead(self) -> None:
        """Lay out the next screens while the reader reads, a few milliseconds at a time."""
        self._ahead = None
        pages, height = self._pages, self.size.height
        if not self._cells:
            return
        pages.room = SLICE
        if self._search is not None and not self._searched():
            self._serve()
            return
        index, at = pages.at(int(self.scroll_offset.y))
        seen = self._seen_through(index, at)
        complete = pages.fill(index, at, height * SCREENS_AHEAD)
        if self._seen_through(*pages.at(int(self.scroll_offset.y))) != seen:
            self.refresh()
        if not complete and pages.room <= 0:
            self._serve()
            return
        self._bring_wanted()
        # a height that turned out otherwise is told with the next move: the bar needs no frame of its own
        self.in_view_now()

    def _seen_through(self, index: int, at: int) -> tuple[tuple[int, int, bool], ...]:
        """What of the pieces in view stands where, to tell whether laying out changed it."""
        pages, row = self._pages, -at
        seen = []
        while index < len(pages) and row < self.size.height:
            if pages.height(index):
                seen.append((index, row, pages.known(index)))
            row += pages.height(index)
            index += 1
        return tuple(seen)

    def _searched(self) -> bool:
        """Look further for the quote; whether that has ended."""
        for found in self._search or ():
            if found is None:
                return False
            self._search = None
            self._place = Place(*self._pages.first_words(*found))
            self._show_from(*found, keep=True)
            return True
        self._search = None
        return True

    def scroll_lines(self, lines: int) -> None:
        """Move by lines, laying out what comes into view first."""
        pages = self._pages
        self._goal = self._search = None
        pages.room = AT_ONCE
        self._show_from(*pages.moved(*pages.at(int(self.scroll_offset.y)), lines))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._moving or not self._cells or not self.is_mounted or round(old_value) == round(new_value):
            return
        # the scroll bar was dragged, or a selection goes on below: rows there may be guesses
        self._goal = self._search = None
        self._pages.room = AT_ONCE
        self._pages.fill(*self._pages.at(round(new_value)), max(1, self.size.height))
        self.set_height(self._pages.total)
        self._remember(round(new_value))
        self._serve()

    # -- drawing

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if changed or not self._cells:
            # here and not on the resize event that follows: the frame of the new size shows the text in it
            self._fitting = True
            self._relay()
            self._fitting = False
        return changed

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        # a frame of all that there is follows
        if self._fitting and not layout:
            self._painted = None
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        cells, pages = self.cells, self._pages
        row = y + int(self.scroll_offset.y)
        if not self._cells or row >= pages.total:
            return self.blank(cells)
        index, at = pages.at(row)
        if not pages.known(index):
            waits = pages.is_large(index) and (y == 0 or at == 0)
            return self.strip([(self._left + "…", "faint")] if waits else [], cells)
        return self.draw(index, at, row)

    def offset_at(self, x: int, y: int) -> Offset | None:
        row, character, cells = y + int(self.scroll_offset.y), 0, 0
        if not self._cells or row >= self._pages.total or not self._pages.known(self._pages.at(row)[0]):
            return None
        for sign in self.render_line(y).text:
            if cells >= x:
                break
            cells += cell_len(sign)
            character += 1
        return Offset(character, row)

    @property
    def _left(self) -> str:
        return " " * ((self.cells - self._cells) // 2)
