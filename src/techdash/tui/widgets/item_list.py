"""One list for every room, drawn by lines: the same at ten rows and at a million."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from techdash.text.cells import truncate
from techdash.tui.commands import bindings
from techdash.tui.widgets.drawn import Drawn, Spans
from techdash.tui.widgets.status_bar import StatusBar

KEPT_LINES = 100


class Rows(Protocol):
    """What a list shows: lines, some of which belong to items that the cursor can stand on."""

    def fit(self, cells: int) -> None:
        """Make the lines for a width; called before any of them is asked for."""
        ...

    @property
    def line_count(self) -> int: ...

    @property
    def item_count(self) -> int: ...

    def line(self, index: int, width: int) -> Spans:
        """The spans of a line, at most ``width`` cells."""
        ...

    def item_at(self, line: int) -> int | None:
        """The item a line belongs to."""
        ...

    def lines_of(self, item: int) -> tuple[int, int]:
        """First line and number of lines of an item."""
        ...


class NoRows:
    """An empty list."""

    line_count = 0
    item_count = 0

    def fit(self, cells: int) -> None:
        pass

    def line(self, index: int, width: int) -> Spans:
        return ()

    def item_at(self, line: int) -> int | None:
        return None

    def lines_of(self, item: int) -> tuple[int, int]:
        return 0, 0


class OneLine(NoRows):
    """A list that is empty says so."""

    line_count = 1

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, index: int, width: int) -> Spans:
        return [(truncate(self._text, width), "muted")]


class ItemList(Drawn, can_focus=True):
    """Shows :class:`Rows` with a cursor; a cursor move repaints only the lines it leaves and enters."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("lists")
    )

    class Moved(Message):
        """The cursor stands on another item."""

        def __init__(self, source: ItemList, item: int) -> None:
            super().__init__()
            self.list = source
            self.item = item

        @property
        def control(self) -> ItemList:
            return self.list

    class Opened(Moved):
        """The user opened an item."""

    class Selecting(Message):
        """Several items began to be selected, or no longer are."""

    # whether several items can be selected to act on them at once
    selects: ClassVar[bool] = False

    def __init__(self, bar: StatusBar, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.bar = bar
        self.rows: Rows = NoRows()
        self.cursor = 0
        self._anchor: int | None = None
        self._fitted = 0
        self._strips: dict[int, Strip] = {}

    # -- content

    def show(self, rows: Rows, cursor: int = 0, *, row_on_screen: int | None = None) -> None:
        """Show other rows. ``row_on_screen`` keeps the cursor at that line of the view (a refresh)."""
        self.rows = rows
        before, self.cursor = self.cursor, max(0, min(cursor, rows.item_count - 1))
        if self._anchor is not None:
            # what came above the cursor came above where selecting began, too
            self._anchor = max(0, min(self._anchor + self.cursor - before, rows.item_count - 1))
        self._fitted = 0
        self._fit(row_on_screen)
        self.tell()
        self.refresh()

    def _fit(self, row_on_screen: int | None = None) -> None:
        """Have the lines made for the width there is; before the first layout there is none."""
        cells = self.cells
        if cells <= 0 or cells == self._fitted:
            return
        self._fitted = cells
        self._strips.clear()
        rows = self.rows
        rows.fit(cells - 1)
        self.set_height(rows.line_count)
        if rows.item_count == 0 or (self.cursor == 0 and row_on_screen is None):
            self._jump(0)
        elif row_on_screen is not None:
            self._jump(rows.lines_of(self.cursor)[0] - row_on_screen)
        else:
            self._reveal()

    @property
    def cursor_row_on_screen(self) -> int:
        """The line of the view the cursor stands on."""
        if not self._fitted:
            return 0
        return self.rows.lines_of(self.cursor)[0] - int(self.scroll_offset.y)

    def repaint_items(self) -> None:
        """The same rows with other marks: paint again, move nothing."""
        self._strips.clear()
        self.refresh()

    # -- drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        # here and not on a resize, so that the very first frame has them
        self._fit()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        index = y + int(self.scroll_offset.y)
        cells = self.cells
        if index >= self.rows.line_count or cells <= 0:
            return self.blank(cells)
        item = self.rows.item_at(index)
        selected = self.selected
        if item is None or (item != self.cursor and (selected is None or item not in selected)):
            return self._strips.get(index) or self._kept(index, cells)
        spans = self.rows.line(index, cells - 1)
        if item != self.cursor:
            return self.strip([("▌", "rule"), *spans], cells, "chosen")
        bar, under = ("bar", "cursor") if self.has_focus else ("rule", "cursor-blurred")
        return self.strip([("▌", bar), *spans], cells, under)

    def _kept(self, index: int, cells: int) -> Strip:
        """A line without the cursor, kept: scrolling shows most lines again."""
        if len(self._strips) > KEPT_LINES:
            self._strips.clear()
        strip = self._strips[index] = self.strip([(" ", ""), *self.rows.line(index, cells - 1)], cells)
        return strip

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    # -- selecting several

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing can be selected, the key is free for another use."""
        return self.selects if action == "select" else True

    @property
    def selected(self) -> range | None:
        """The items from where selecting began to the cursor; None where none are."""
        if self._anchor is None:
            return None
        first, last = sorted((self._anchor, self.cursor))
        return range(first, last + 1)

    def action_select(self) -> None:
        """Select from here on as the cursor moves; again ends it."""
        if self._anchor is not None:
            self.end_selection()
        elif self.rows.item_count:
            self._anchor = self.cursor
            self.tell()
            self.post_message(self.Selecting())

    def end_selection(self) -> None:
        """Have nothing selected."""
        if self._anchor is not None:
            self._anchor = None
            self.refresh()
            self.tell()
            self.post_message(self.Selecting())

    # -- moving

    def go(self, item: int) -> None:
        """Put the cursor on an item and bring it into view."""
        if not self.rows.item_count:
            return
        item = max(0, min(item, self.rows.item_count - 1))
        if not self._fitted:
            self.cursor = item
            return
        if item == self.cursor:
            if item == 0:
                self._jump(0)
            return
        old = self.rows.lines_of(self.cursor)
        self.cursor = item
        new = self.rows.lines_of(item)
        self.tell()
        top = int(self.scroll_offset.y)
        self._reveal()
        if self._anchor is not None:
            self.refresh()
        elif int(self.scroll_offset.y) == top:
            cells = self.cells
            self.refresh(Region(0, old[0] - top, cells, old[1]), Region(0, new[0] - top, cells, new[1]))
        self.post_message(self.Moved(self, item))

    def show_from(self, line: int) -> None:
        """Bring a line to the top of the view."""
        self._jump(line)

    def tell(self) -> None:
        """Say where the cursor is and how much is selected, for the status bar."""
        said = self.position() if self.rows.item_count else ""
        if self.selected is not None:
            said = f"{self.bar.words('selected', n=len(self.selected))} · {said}"
        self.bar.tell(self.id or "", said)

    def position(self) -> str:
        """Where the cursor is in its list."""
        return self.bar.words("position", at=self.cursor + 1, total=self.rows.item_count)

    def action_move(self, step: int) -> None:
        self.go(self.cursor + step)

    def action_first(self) -> None:
        self.go(0)
        self._jump(0)

    def action_last(self) -> None:
        self.go(self.rows.item_count - 1)

    def action_nth(self, number: int) -> None:
        """Go to the item of a number, counted from 1."""
        self.go(number - 1)

    def action_page(self, pages: float) -> None:
        """Move by whole or half views; the cursor follows."""
        if not self.rows.item_count:
            return
        lines = int(self.size.height * pages) or 1
        first, _ = self.rows.lines_of(self.cursor)
        target = max(0, min(first + lines, self.rows.line_count - 1))
        self.go(self._item_near(target, 1 if pages > 0 else -1))

    def action_open(self) -> None:
        if self.rows.item_count:
            self.end_selection()
            self.post_message(self.Opened(self, self.cursor))

    def _item_near(self, line: int, step: int) -> int:
        probe = line
        while 0 <= probe < self.rows.line_count:
            item = self.rows.item_at(probe)
            if item is not None:
                return item
            probe += step
        return self.rows.item_count - 1 if step > 0 else 0

    def _reveal(self) -> None:
        first, count = self.rows.lines_of(self.cursor)
        top, height = int(self.scroll_offset.y), self.size.height
        if height <= 0:
            return
        if self.cursor == self.rows.item_count - 1:
            # and with the last item what stands below it
            count = min(height, self.rows.line_count - first)
        if self.cursor == 0:
            # what stands above the first item (a lead, a title) comes back into view with it
            self._jump(0 if first + count <= height else first + count - height)
        elif first < top:
            above = first - 1
            while above >= 0 and first - above <= 2 and self.rows.item_at(above) is None:
                above -= 1
            self._jump(above + 1)
        elif first + count > top + height:
            self._jump(first + count - height)

    def _jump(self, line: int) -> None:
        top = max(0, min(line, self.rows.line_count - self.size.height))
        if top != int(self.scroll_offset.y):
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def spots(self) -> Iterator[tuple[int, int, Callable[[], None]]]:
        """The items in view, for jump mode."""
        top, seen = int(self.scroll_offset.y), set[int]()
        for line in range(top, min(top + self.size.height, self.rows.line_count)):
            item = self.rows.item_at(line)
            if item is not None and item not in seen:
                seen.add(item)
                yield 0, line - top, partial(self._jump_to, item)

    def _jump_to(self, item: int) -> None:
        self.focus()
        self.go(item)

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        line = event.y + int(self.scroll_offset.y)
        item = self.rows.item_at(line) if line < self.rows.line_count else None
        if item is None:
            return
        if self.selects and (event.shift or event.ctrl):
            if self._anchor is None:
                self.action_select()
            self.go(item)
        elif item == self.cursor or event.chain > 1:
            self.go(item)
            self.action_open()
        else:
            self.go(item)
