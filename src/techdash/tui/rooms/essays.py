"""The essay room: what to read on, then everything to be read at length, paged from the library."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult

from techdash.models.entries import EntryRow
from techdash.store import entries
from techdash.text.cells import width
from techdash.tui.jobs import job
from techdash.tui.languages import Choice, latest
from techdash.tui.messages import LanguageChosen, OpenEntry, Preview, Say, UnreadChanged
from techdash.tui.rooms.essay_lists import ListsPane
from techdash.tui.views import PAGE, EssayView, read_page
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.reading_line import EMPTY, FULL, minutes_left
from techdash.tui.widgets.signs import sign, tags
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from techdash.tui.gateway import Gateway

PAGES_KEPT = 4
LINES = 3
COMPACT_LINES = 2
BAR = 8
# Below this there is no room for a bar beside the facts.
BAR_FROM = 40


class EssayRows:
    """Rows of three lines (title, facts, space) over pages that are asked for when they come into view.

    Where ``compact`` they have no space.

    Above them, under a title of their own, stand the essays that were ``begun``; they are in the list too.
    """

    def __init__(
        self,
        total: int,
        begun: list[EntryRow],
        ask: Callable[[int], None],
        words: Words,
        choice: Choice,
        *,
        compact: bool = False,
    ) -> None:
        self.lines = COMPACT_LINES if compact else LINES
        self.total = total
        self.begun = begun
        self.item_count = len(begun) + total
        self.words = words
        self.choice = choice
        self._ask = ask
        self._pages: dict[int, list[EntryRow]] = {}
        self._asked: set[int] = set()
        self._missed: set[int] = set()

    def fit(self, cells: int) -> None:
        pass

    @property
    def line_count(self) -> int:
        return max(0, self._titles(self.item_count) + self.item_count * self.lines - (self.lines - 2))

    def _titles(self, item: int) -> int:
        """The titles above an item."""
        if not self.begun:
            return 0
        return 1 if item < len(self.begun) else 2

    def item_at(self, line: int) -> int | None:
        for titles in (0,) if not self.begun else (1, 2):
            item, part = divmod(line - titles, self.lines)
            if 0 <= item < self.item_count and self._titles(item) == titles and part < 2:
                return item
        return None

    def lines_of(self, item: int) -> tuple[int, int]:
        return self._titles(item) + item * self.lines, 2

    def put(self, page: int, rows: list[EntryRow]) -> bool:
        """A page arrived; whether it was missed, not only asked for ahead."""
        self._asked.discard(page)
        self._pages[page] = rows
        if len(self._pages) > PAGES_KEPT:
            del self._pages[max(self._pages, key=lambda kept: abs(kept - page))]
        missed = page in self._missed
        self._missed.discard(page)
        return missed

    def at(self, item: int) -> EntryRow | None:
        """The row of an item in the chosen language, None (and asked for) where its page is not here yet."""
        if item < len(self.begun):
            return self.choice.row(self.begun[item])
        page, offset = divmod(item - len(self.begun), PAGE)
        # the page on that side is here before its first row comes into view
        self._want(page + 1 if offset > PAGE // 2 else page - 1)
        rows = self._pages.get(page)
        if rows is None:
            self._missed.add(page)
            self._want(page)
            return None
        return self.choice.row(rows[offset]) if offset < len(rows) else None

    def _want(self, page: int) -> None:
        if page not in self._pages and page not in self._asked and 0 <= page * PAGE < self.total:
            self._asked.add(page)
            self._ask(page)

    def find(self, entry_id: int) -> EntryRow | None:
        """The row of an entry, or of the other one of its pair, among those at hand."""
        at_hand = chain(self.begun, *self._pages.values())
        return next((row for row in at_hand if entry_id in _ids(row)), None)

    def among_begun(self, entry_id: int) -> int | None:
        """The item above the list that an entry is."""
        return next((at for at, row in enumerate(self.begun) if entry_id in _ids(row)), None)

    def listed(self, entry_id: int) -> int | None:
        """The item of the list that an entry is, among the pages at hand."""
        for page, rows in self._pages.items():
            for at, row in enumerate(rows):
                if entry_id in _ids(row):
                    return len(self.begun) + page * PAGE + at
        return None

    def line(self, index: int, width: int) -> Spans:
        item = self.item_at(index)
        if item is None:
            return self._header(index)
        row = self.at(item)
        is_title = index == self.lines_of(item)[0]
        if row is None:
            return [("…", "faint")] if is_title else []
        return self._title(row, width) if is_title else self._facts(row, width)

    def _header(self, index: int) -> Spans:
        if self.begun and index == 0:
            return [(self.words("continue_reading").upper(), "section")]
        if self.begun and index == len(self.begun) * self.lines + 1:
            return [(self.words("all_essays").upper(), "section"), (f"  {self.total}", "faint")]
        return []

    def _title(self, row: EntryRow, cells: int) -> Spans:
        mark = sign(row.marks)
        right = f" {mark} " if mark else ""
        role = "faint" if row.marks.read else "unread"
        return [(fit(row.title, cells - width(right)), role), (right, "star")]

    def _facts(self, row: EntryRow, cells: int) -> Spans:
        progress = latest(row).progress
        begun = entries.BEGUN <= progress <= entries.FINISHED
        done = round(progress * BAR) if begun and cells >= BAR_FROM else 0
        left = BAR - done if begun and cells >= BAR_FROM else 0
        percent = f" {round(progress * 100)} %" if begun else ""
        room = cells - done - left - width(percent) - (2 if begun else 0)
        language = self.words(f"lang.{row.language}") if row.language in ("zh", "en") else row.language
        minutes = ""
        if row.minutes:
            minutes = self.words("minutes", n=row.minutes)
            if begun:
                minutes = self.words("minutes_left", n=minutes_left(progress, row.minutes))
        facts = [
            row.source_title,
            self.words.day(row.day) if row.day else "",
            self.words("lang.pair") if row.other is not None else language,
            minutes,
            tags(row.marks),
        ]
        # meta data goes first: the source, then the day
        while len(facts) > 1 and width(_joined(facts)) > room:
            del facts[0]
        gap = "  " if begun else ""
        return [
            (fit(_joined(facts), room) + gap, "faint"),
            (FULL * done, "muted"),
            (EMPTY * left, "rule"),
            (percent, "muted"),
        ]

    def position(self, item: int) -> str:
        """Where an item stands, for the status bar; in which language, where there are two."""
        if item >= self.item_count:
            return ""
        begun = len(self.begun)
        at, total = (item, begun) if item < begun else (item - begun, self.total)
        position = self.words("position", at=at + 1, total=total)
        row = self.at(item)
        if row is None or row.other is None:
            return position
        return f"{self.words(f'lang.{self.choice.mode}')} · {position}"


def _ids(row: EntryRow) -> tuple[int, ...]:
    return (row.id,) if row.other is None else (row.id, row.other.id)


def _joined(facts: list[str]) -> str:
    return " · ".join(fact for fact in facts if fact)


class EssayList(ItemList):
    """The list, which says where among all essays the cursor is."""

    selects = True

    def position(self) -> str:
        return self.rows.position(self.cursor) if isinstance(self.rows, EssayRows) else ""


class EssayRoom(ListsPane):
    """Lists essays; opens them in the reader."""

    def __init__(
        self, gateway: Gateway, words: Words, bar: StatusBar, first: EssayView | None, choice: Choice
    ) -> None:
        super().__init__(gateway, words, id="essays")
        self.bar = bar
        self.total = 0
        self.compact = False
        self._view: EssayView | None = None
        self._first = first
        self.choice = choice
        self._rows = EssayRows(0, [], self.ask_page, words, choice)
        # the last answer for the whole list, and where in it one was, while another is shown
        self._behind: EssayView | None = None
        self._place: tuple[int | None, int] = (None, 0)
        # how often all essays and another list took each other's place
        self.turns = 0

    def compose(self) -> ComposeResult:
        yield self.tabs
        yield EssayList(self.bar, id="essay-list")

    @property
    def item_list(self) -> EssayList:
        return self.query_one("#essay-list", EssayList)

    @property
    def current(self) -> EntryRow | None:
        return self._rows.at(self.item_list.cursor) if self._rows.item_count else None

    @property
    def asked(self) -> tuple[int | None, int]:
        """The essay that the list is to be asked around, and where it stands; none among those to read on."""
        if self._behind is not None:
            return self._place
        row, place = self.current, self.item_list.cursor - len(self._rows.begun)
        return (row.id if row else None, place) if place >= 0 else (None, 0)

    def find(self, entry_id: int) -> EntryRow | None:
        """The row of an entry among those at hand."""
        return self._rows.find(entry_id)

    def language_chosen(self) -> None:
        """Essays are read in another language: their titles follow."""
        self.item_list.repaint_items()
        self.tell()

    def walk_language(self) -> None:
        """The next language for all that there is in both; a row in one says so."""
        row = self.current
        if row is None:
            return
        if row.other is None:
            name = row.language if row.language in ("zh", "en") else "one"
            self.post_message(Say(self.words(f"only_in.{name}")))
            return
        self.choice.mode = self.choice.after(self.choice.mode)
        self.post_message(LanguageChosen())

    def on_mount(self) -> None:
        if self._first is not None:
            self.refresh_list(self._first)
        self.read_lists()

    def ask_page(self, page: int) -> None:
        """Ask for a page that came into view."""
        self._fetch_page(page)

    @job("a page of essays", group="essay-pages", exclusive=False)
    async def _fetch_page(self, page: int) -> None:
        rows = await self.gateway.read(read_page, page)
        if rows is not None and self._rows.put(page, rows):
            self.item_list.repaint_items()
            if self.current is not None:
                self.tell()

    def refresh_list(self, view: EssayView, moved: int = 0) -> None:
        """Show what the library holds now; the entry under the cursor stays on its line of the screen.

        ``moved`` is how far the cursor went since the view was asked for.
        """
        if self._behind is not None:
            self._behind = view
            self.post_message(UnreadChanged("essays", view.unread))
            self.find_again()
            return
        if view == self._view:
            return
        at = self.item_list.cursor_row_on_screen if self.total else None
        cursor, before, row = self.item_list.cursor, len(self._rows.begun), self.current
        was_new = self._view is None
        self._view, self.total = view, view.total
        self._rows = EssayRows(
            self.total, view.begun, self.ask_page, self.words, self.choice, compact=self.compact
        )
        for page, found in view.pages.items():
            self._rows.put(page, found)
        begun = len(view.begun)
        if view.position is not None:
            cursor = begun + view.position + moved
        elif row is not None and cursor < before:
            again = self._rows.among_begun(row.id)
            if again is None:
                # an essay that was read to its end is followed; one that was marked in the list is done with
                listed = None if self.item_list.has_focus else self._rows.listed(row.id)
                again = min(cursor, begun) if listed is None else listed
            cursor = again
        elif not was_new:
            cursor += begun - before
        self.item_list.show(self._rows, cursor, row_on_screen=at)
        self.post_message(UnreadChanged("essays", view.unread))
        self.tell()

    def show_all(self) -> None:
        """Show all essays again, where one was among them."""
        view, self._behind, self._view = self._behind, None, None
        if view is not None:
            self.turns += 1
            self._rows = EssayRows(0, [], self.ask_page, self.words, self.choice, compact=self.compact)
            entry_id, at = self._place
            if view.position is None and entry_id is not None:
                # not asked for since
                view = replace(view, position=at)
            self.refresh_list(view)

    def show_found(self, found: list[EntryRow], *, anew: bool) -> None:
        """Show the entries of another list, the cursor on its entry."""
        from techdash.tui.rooms.found_rows import FoundRows
        from techdash.tui.widgets.item_list import OneLine

        if self._behind is None:
            self._place, self._behind = self.asked, self._view
            self.turns += 1
        at, row, cursor = self.item_list.cursor_row_on_screen, self.current, self.item_list.cursor
        self._rows = rows = FoundRows(found, self.words, self.choice, compact=self.compact)
        if not found:
            self.item_list.show(OneLine(self.words("narrow.none")))
        elif anew:
            self.item_list.show(rows)
        else:
            place = rows.listed(row.id) if row is not None else None
            self.item_list.show(rows, cursor if place is None else place, row_on_screen=at)
        self.tell()

    def show_anew(self) -> None:
        """The same essays in other words, or another density."""
        self._rows.lines = COMPACT_LINES if self.compact else LINES
        self.item_list.show(self._rows, self.item_list.cursor)
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
        self.item_list.tell()
        row = self.current
        if row is not None:
            when = self.words.day(row.day) if row.day else ""
            meta = " · ".join(part for part in (row.source_title, when) if part)
            self.post_message(Preview("essays", row.id, row.title, meta, ""))

    def next_unread(self, step: int) -> bool:
        """Move to the next unread essay among those at hand; what is to be read on counts once."""
        rows = self._rows
        at = self.item_list.cursor + step
        while 0 <= at < rows.item_count:
            row = rows.at(at)
            if row is None:
                break
            if not row.marks.read and (at < len(rows.begun) or rows.among_begun(row.id) is None):
                self.item_list.go(at)
                return True
            at += step
        return False

    def step(self, step: int) -> int | None:
        """Move by one essay; its entry."""
        self.item_list.go(self.item_list.cursor + step)
        return self.current.id if self.current else None

    def parts(self, items: range) -> tuple[list[EntryRow], range]:
        """What of these items is to be read on, and where the others stand among all essays."""
        if self._behind is not None:
            found = (self._rows.at(item) for item in items)
            return [row for row in found if row is not None], range(0)
        begun = len(self._rows.begun)
        above = self._rows.begun[items.start : items.stop]
        return above, range(max(0, items.start - begun), max(0, items.stop - begun))

    def pass_over(self, entry_ids: Collection[int]) -> None:
        """Stand where these are: they are about to leave the list."""
        items = self.item_list.selected
        if items is not None:
            self.item_list.go(items.start)
