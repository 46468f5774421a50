"""The essay room: a list of everything to be read at length, paged from the library."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from techdash import days
from techdash.models import EntryRow
from techdash.text.cells import width
from techdash.tui.jobs import job
from techdash.tui.messages import OpenEntry, Preview, UnreadChanged
from techdash.tui.views import PAGE, EssayView, read_page
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from techdash.tui.gateway import Gateway

PAGES_KEPT = 20
LINES = 3


class EssayRows:
    """Rows of three lines (title, facts, space) over pages that are asked for when they come into view."""

    def __init__(self, total: int, ask: Callable[[int], None], words: Words) -> None:
        self.item_count = total
        self.words = words
        self._ask = ask
        self._pages: OrderedDict[int, list[EntryRow]] = OrderedDict()
        self._asked: set[int] = set()

    def fit(self, cells: int) -> None:
        pass

    @property
    def line_count(self) -> int:
        return max(0, self.item_count * LINES - 1)

    def item_at(self, line: int) -> int | None:
        item, part = divmod(line, LINES)
        return item if part < LINES - 1 else None

    def lines_of(self, item: int) -> tuple[int, int]:
        return item * LINES, 2

    def put(self, page: int, rows: list[EntryRow]) -> None:
        """A page arrived."""
        self._asked.discard(page)
        self._pages[page] = rows
        self._pages.move_to_end(page)
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def at(self, item: int) -> EntryRow | None:
        """The row of an item, None (and asked for) where its page is not here yet."""
        page, offset = divmod(item, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._asked.add(page)
                self._ask(page)
            return None
        return rows[offset] if offset < len(rows) else None

    def find(self, entry_id: int) -> EntryRow | None:
        """The row of an entry among the pages at hand."""
        return next((row for rows in self._pages.values() for row in rows if row.id == entry_id), None)

    def line(self, index: int, width: int) -> Spans:
        item, line = divmod(index, LINES)
        if line == 2:
            return []
        row = self.at(item)
        if row is None:
            return [("…", "faint")] if line == 0 else []
        return self._title(row, width) if line == 0 else self._facts(row, width)

    def _title(self, row: EntryRow, cells: int) -> Spans:
        mark = "★" if row.marks.starred else ("◷" if row.marks.later else "")
        right = f" {mark} " if mark else ""
        role = "faint" if row.marks.read else "unread"
        return [(fit(row.title, cells - width(right)), role), (right, "star")]

    def _facts(self, row: EntryRow, cells: int) -> Spans:
        right = f" {round(row.progress * 100)} %" if 0 < row.progress < 1 else ""
        facts = [
            row.source_title,
            self.words.day(row.day) if row.day else "",
            self.words(f"lang.{row.language}") if row.language in ("zh", "en") else row.language,
            self.words("minutes", n=row.minutes) if row.minutes else "",
        ]
        text = " · ".join(fact for fact in facts if fact)
        # meta data goes first, the source before the rest
        if width(text) > cells - width(right):
            text = " · ".join(fact for fact in facts[1:] if fact)
        return [(fit(text, cells - width(right)), "faint"), (right, "accent")]


class EssayRoom(Vertical):
    """Lists essays; opens them in the reader."""

    def __init__(self, gateway: Gateway, words: Words, bar: StatusBar, first: EssayView | None) -> None:
        super().__init__(id="essays")
        self.bar = bar
        self.gateway = gateway
        self.words = words
        self.total = 0
        self._view: EssayView | None = None
        self._first = first
        self._rows = EssayRows(0, self.ask_page, words)

    def compose(self) -> ComposeResult:
        yield ItemList(self.bar, id="essay-list")

    @property
    def item_list(self) -> ItemList:
        return self.query_one("#essay-list", ItemList)

    @property
    def current(self) -> EntryRow | None:
        return self._rows.at(self.item_list.cursor) if self.total else None

    def find(self, entry_id: int) -> EntryRow | None:
        """The row of an entry among those at hand."""
        return self._rows.find(entry_id)

    def on_mount(self) -> None:
        if self._first is not None:
            self.refresh_list(self._first)

    def ask_page(self, page: int) -> None:
        """Ask for a page that came into view."""
        self._fetch_page(page)

    @job("a page of essays", group="essay-pages", exclusive=False)
    async def _fetch_page(self, page: int) -> None:
        rows = await self.gateway.read(read_page, page)
        if rows is not None:
            self._rows.put(page, rows)
            self.item_list.repaint_items()
            if self.current is not None:
                self.tell()

    def refresh_list(self, view: EssayView) -> None:
        """Show what the library holds now; the entry under the cursor stays on its line of the screen."""
        if view == self._view:
            return
        at = self.item_list.cursor_row_on_screen if self.total else None
        self._view, self.total = view, view.total
        self._rows = EssayRows(self.total, self.ask_page, self.words)
        for page, found in view.pages.items():
            self._rows.put(page, found)
        cursor = view.position if view.position is not None else self.item_list.cursor
        self.item_list.show(self._rows, cursor, row_on_screen=at)
        self.post_message(UnreadChanged("essays", view.unread))
        self.tell()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        self.tell()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        if self.current is not None:
            self.post_message(OpenEntry(self.current.id))

    def tell(self) -> None:
        """Say what the cursor rests on."""
        row = self.current
        if row is not None:
            when = days.parse(row.day).isoformat() if row.day else ""
            meta = " · ".join(part for part in (row.source_title, when) if part)
            self.post_message(Preview("essays", row.title, meta, ""))

    def next_unread(self, step: int) -> bool:
        """Move to the next unread essay among those at hand."""
        at = self.item_list.cursor + step
        while 0 <= at < self.total:
            row = self._rows.at(at)
            if row is None:
                break
            if not row.marks.read:
                self.item_list.go(at)
                return True
            at += step
        return False

    def step(self, step: int) -> int | None:
        """Move by one essay; its entry."""
        self.item_list.go(self.item_list.cursor + step)
        return self.current.id if self.current else None

    def all_ids(self) -> list[int]:
        """The entries at hand, for "mark the list read"."""
        found = [self._rows.at(item) for item in range(min(self.total, PAGE))]
        return [row.id for row in found if row is not None]
