"""The digest room: a strip of days, and the chosen day's editions as one list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.app import ComposeResult

from techdash.models.editions import Trend
from techdash.tui.jobs import job
from techdash.tui.messages import DigestShown, OpenEntry, Preview, Say, UnreadChanged
from techdash.tui.rooms.day_views import every_entry, faced, with_matches
from techdash.tui.rooms.edition_rows import (
    EditionItem,
    EditionRows,
    beginning,
    day_done,
    draft_of,
    lead_of,
    section_name,
    selectable,
)
from techdash.tui.rooms.narrowed import NarrowedPane
from techdash.tui.views import DayView, read_day
from techdash.tui.widgets.day_strip import DayStrip
from techdash.tui.widgets.edition_tabs import DayList, Turned
from techdash.tui.widgets.item_list import ItemList, OneLine
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.query import Query
    from techdash.tui.gateway import Gateway


def _unread(items: Iterable[EditionItem]) -> list[int]:
    return sorted({item.entry_id for item in items if item.unread and item.entry_id is not None})


class DigestRoom(NarrowedPane):
    """Walks days; opens, keeps and dismisses items."""

    LINE = "digest-line"

    def __init__(
        self,
        gateway: Gateway,
        words: Words,
        strip: DayStrip,
        bar: StatusBar,
        first: DayView | None,
        cursors: dict[str, str],
        tab: str | None = None,
    ) -> None:
        super().__init__(words, id="digest")
        self.strip = strip
        self.bar = bar
        self.gateway = gateway
        self.view = faced(first, words)
        self.cursors = cursors
        # the source of the edition that is shown alone ("": the composed one); None: all on one page
        self.tab = tab
        self._shown: int | None = None
        self.compact = False
        self._parted: tuple[DayView, list[int]] | None = None
        self._rows: EditionRows | None = None
        # the trend that the day is narrowed to
        self._trend: Trend | None = None
        # the entries that the day is narrowed to by what is typed
        self._matched: set[int] | None = None
        self._near: dict[str, DayView] = {}
        self._going: str | None = None
        self._compose_first: Callable[[str], Awaitable[None]] | None = None

    def compose(self) -> ComposeResult:
        yield DayList(self.bar, id="digest-list")

    @property
    def item_list(self) -> DayList:
        return self.query_one("#digest-list", DayList)

    @property
    def current(self) -> EditionItem | None:
        """What the cursor stands on."""
        rows = self._rows
        return rows.items[self.item_list.cursor] if rows and rows.items else None

    @property
    def items(self) -> list[EditionItem]:
        """What the day's list holds."""
        return self._rows.items if self._rows else []

    @property
    def day(self) -> str | None:
        return self.view.day if self.view else None

    @property
    def unread(self) -> int:
        """How much of the day is unread."""
        return self.view.row.unread if self.view else 0

    @property
    def done(self) -> str:
        """That the day is all read, in words; empty where it is not."""
        return day_done(self.view, self.words) if self.view else ""

    def on_mount(self) -> None:
        if self.view is not None:
            self._show(self.view)
        else:
            self.item_list.show(OneLine(self.words("no_edition")))

    # -- days

    def walk(self, step: int) -> None:
        """Go to the next or previous day that has an edition, saying which days were passed over."""
        if self.view is None:
            return
        # keys count from the day that was asked for, which may not be there yet
        before = self._going or self.view.day
        names = [row.day for row in self.view.days]
        at = names.index(before) + step if before in names else -1
        if not 0 <= at < len(names):
            self.post_message(Say(self.words("no_later_day" if step > 0 else "no_earlier_day")))
            return
        near = self._near.get(names[at])
        if near is None or self._going is not None:
            self._going = names[at]
            self.go(names[at], passed_from=before)
        else:
            self._keep_cursor()
            self._show(near)
            self._say_passed(before, near.day)

    @job("open a day", group="day")
    async def go(self, day: str | None, *, passed_from: str = "", first_unread: bool = False) -> None:
        """Show a day (None: the latest)."""
        self._keep_cursor()
        self._going = day
        try:
            view = await self._read(day)
        finally:
            if self._going == day:
                self._going = None
        if view is None:
            return
        self._show(view)
        if first_unread and self.items and not self.items[self.item_list.cursor].unread:
            self.next_unread(1) or self.next_unread(-1)
        if passed_from:
            self._say_passed(passed_from, view.day)

    def _read_beside(self, view: DayView) -> None:
        names = [row.day for row in view.days]
        at = names.index(view.day) if view.day in names else 0
        self._read_near(names[max(0, at - 1) : at] + names[at + 1 : at + 2])

    @job("read the days beside this one", group="near")
    async def _read_near(self, names: list[str]) -> None:
        """Have the next and previous day at hand, so that ``[`` and ``]`` wait for nothing."""
        found = {}
        for name in names:
            view = self._near.get(name) or await self._read(name)
            if view is not None:
                found[name] = view
        self._near = found

    async def _read(self, day: str | None) -> DayView | None:
        if self._compose_first is not None and day is not None:
            await self._compose_first(day)
        return faced(await self.gateway.read(read_day, day), self.words)

    def read_composed(self, compose: Callable[[str], Awaitable[None]]) -> None:
        """From now on have days composed before they are read: they are of other tastes."""
        self._compose_first = compose
        self._near.clear()
        if self.view is not None:
            self._read_beside(self.view)

    def _say_passed(self, start: str, end: str) -> None:
        from datetime import timedelta

        from techdash import days

        first, last = sorted((days.parse(start), days.parse(end)))
        if (last - first).days > 1:
            between = (first + timedelta(1)).isoformat(), (last - timedelta(1)).isoformat()
            names = [self.words.short_day(day) for day in between]
            self.post_message(Say(self.words("skipped_days", first=names[0], last=names[1])))

    def refresh_day(self, view: DayView | None) -> None:
        """Show what the library holds now, moving nothing under the reader's eyes."""
        view = faced(view, self.words)
        if view is None:
            return
        self._near.clear()
        if view == self.view:
            self._read_beside(view)
            return
        self._match_again(view)
        self._keep_cursor()
        self._show(view, row_on_screen=self.item_list.cursor_row_on_screen if self._rows else None)

    def show_anew(self) -> None:
        """The same day in other words, or another density."""
        self._near.clear()
        if self.view is not None:
            self._keep_cursor()
            self._show(self.view)

    def _keep_cursor(self) -> None:
        if self.view is not None and self.current is not None:
            self.cursors[self.view.day] = self.current.key

    def _show(self, view: DayView, *, row_on_screen: int | None = None) -> None:
        self._shown = self._edition_to_show(view)
        if self.view is None or self.view.day != view.day:
            self._trend = None
            self.item_list.end_selection()
            self._match_again(view)
        self.view = view
        self.strip.show(view.days, view.day)
        if self._rows is None:
            self.call_after_refresh(self.post_message, DigestShown())
        self._rows = EditionRows(self._narrowed(view), self.words, self._shown, compact=self.compact)
        self.item_list.tabs = self._rows.tabs
        if self._matched is not None and not self.items:
            self.item_list.show(OneLine(self.words("narrow.none")))
        else:
            self.item_list.show(self._rows, self._cursor_of(view.day), row_on_screen=row_on_screen)
        self.tell()
        self._read_beside(view)
        row = next((row for row in view.days if row.day == view.day), None)
        self.post_message(UnreadChanged("digest", row.unread if row else 0))

    def _cursor_of(self, day: str) -> int:
        kept = self.cursors.get(day)
        return next((number for number, item in enumerate(self.items) if item.key == kept), 0)

    # -- trends

    def _narrowed(self, view: DayView) -> DayView:
        """The day, or what of it is behind the trend that was opened."""
        wanted = self._trend
        if wanted is None:
            return view if self._matched is None else self._matching(view, self._matched)
        found = [(edition, it) for edition in view.editions for it in edition.trend if it.term == wanted.term]
        if not found:
            self._trend = None
            return view
        from techdash.tui import rising

        edition, self._trend = found[0]
        self._shown = None
        return replace(view, editions=[rising.narrowed(edition, self._trend, self.words)], weeklies=[])

    @property
    def rising_alone(self) -> str:
        """The term behind which the day's items are shown alone; empty where all are."""
        return self._trend.term if self._trend is not None else ""

    def begin_with_rising(self, term: object) -> None:
        """Begin with what is behind a term that rose when the window was closed, if it still does."""
        if term and isinstance(term, str):
            self._trend = Trend(term, 0, 0.0)

    def _open_trend(self, trend: Trend) -> None:
        self._keep_cursor()
        self._trend = trend
        if self.view is not None:
            self._show(self.view)
        self.post_message(Say(self.words("rising_keys", term=trend.term)))

    def leave_trend(self) -> bool:
        """From what is behind a trend back to the whole day; False where it is shown already."""
        if self._trend is None or self.view is None:
            return False
        term, self._trend = self._trend.term, None
        self._show(self.view)
        at = (number for number, row in enumerate(self.items) if row.trend and row.trend.term == term)
        self.item_list.go(next(at, 0))
        return True

    # -- what is typed

    def narrow_to(self, query: Query) -> None:
        """Show what a query means of the day."""
        if query:
            self._match(query, frozenset())
        elif self._matched is not None:
            self._matched = None
            if self.view is not None:
                self._keep_cursor()
                self._show(self.view)

    def _match_again(self, view: DayView) -> None:
        """Another day, or more of the same: what was matched of that one stays in place."""
        if self._matched is None or self.line is None:
            return
        same = self.view is not None and self.view.day == view.day
        if not same:
            self._matched = set()
        self._match(self.line.meant, frozenset(self._matched) if same else frozenset())

    @job("narrow the day", group="match")
    async def _match(self, query: Query, held: frozenset[int]) -> None:
        from techdash import days
        from techdash.store import search

        view = self.view
        if view is None:
            return
        window: Any = self.app
        today = days.today(window.config)
        found = await self.gateway.look(search.matching, query, every_entry(view), today=today)
        if found is None or self.line is None or query != self.line.meant or not query:
            return
        if self.view is None or self.view.day != view.day:
            self._match_again(self.view or view)
            return
        matched = found | held
        if matched != self._matched:
            self._matched = matched
            self._keep_cursor()
            self._show(self.view)

    def _matching(self, view: DayView, matched: set[int]) -> DayView:
        self._shown = None
        found = (with_matches(edition, matched) for edition in view.editions)
        return replace(view, editions=[edition for edition in found if edition.sections], weeklies=[])

    # -- editions

    def _edition_to_show(self, view: DayView) -> int | None:
        """Which edition is shown alone, where one is.

        On the same day it is the same, on another that of the source chosen last, if there is one.
        """
        if self.tab is None or len(view.editions) < 2:
            return None
        if self._shown is not None and self.view is not None and self.view.day == view.day:
            shown = self.view.editions[self._shown].id
            ids = [edition.id for edition in view.editions]
            if shown in ids:
                return ids.index(shown)
        sources = [edition.source_id for edition in view.editions]
        return sources.index(self.tab) if self.tab in sources else 0

    def turn_to(self, edition: int, *, unread: int = 0) -> None:
        """Show another of the day's editions; with ``unread`` its first (1) or last (-1) unread item."""
        if self.view is None:
            return
        if self._shown is None:
            wanted = self.view.editions[edition]
            self.item_list.go(next((at for at, one in enumerate(self.items) if one.edition is wanted), 0))
            if self._rows is not None and self._rows.heads:
                self.item_list.show_from(self._rows.heads[edition])
            return
        self._shown = edition
        self.tab = self.view.editions[edition].source_id
        self.cursors.pop(self.view.day, None)
        self._show(self.view)
        if unread:
            items = [at for at, item in enumerate(self.items) if item.unread and item.item is not None]
            if items:
                self.item_list.go(items[0 if unread > 0 else -1])

    def next_edition(self) -> None:
        """The next of the day's editions, after the last the first."""
        if self.view is None or self.current is None:
            return
        editions = self.view.editions
        if len(editions) < 2:
            self.post_message(Say(self.words("one_edition")))
            return
        at = self._edition_here()
        self.turn_to(0 if at is None else (at + 1) % len(editions))

    def _edition_here(self) -> int | None:
        """The number of the edition under the cursor; None on a weekly of another day."""
        if self.view is None or self.current is None:
            return None
        here = self.current.edition
        return next((number for number, one in enumerate(self.view.editions) if one is here), None)

    def turn_pages(self) -> None:
        """All editions of a day on one page, or one at a time."""
        if self.view is None or self.current is None:
            return
        self._keep_cursor()
        here = self._edition_here() or 0
        if self.tab is None:
            self._shown, self.tab = here, self.view.editions[here].source_id
        else:
            self._shown = self.tab = None
        self._show(self.view)
        self.post_message(Say(self.words("editions_apart" if self.tab is not None else "editions_together")))

    def on_turned(self, event: Turned) -> None:
        event.stop()
        self.turn_to(event.edition)

    # -- items

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        self.tell()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        current = self.current
        if current is not None and self.view is not None and current.edition.day != self.view.day:
            self.cursors[current.edition.day] = current.key
            if self.tab is not None:
                self.tab = current.edition.source_id
            self.go(current.edition.day)
        elif current is not None and current.trend is not None:
            self._open_trend(current.trend)
        elif current is not None and current.opens is not None:
            self.post_message(OpenEntry(current.opens, beginning(current.prose)))

    def tell(self) -> None:
        """Say what the cursor rests on."""
        current = self.current
        if current is None:
            return
        if current.trend is not None:
            from techdash.tui import rising

            about = rising.said(current.trend, self.words)
            text = rising.titles(current.edition, current.trend)
            self.post_message(Preview("digest", None, current.trend.term, about, text))
        elif current.item is None:
            edition = current.edition
            text = current.prose or lead_of(edition, self.words)
            self.post_message(Preview("digest", current.entry_id, edition.title, edition.source_title, text))
        else:
            item = current.item
            others = dict.fromkeys(
                other.source for other in item.also_in if other.source != item.source_title
            )
            also = self.words("also_in", names=", ".join(others)) if others else ""
            other = self.words(f"lang.{item.other.language}") if item.other else ""
            parts = (item.who, item.source_title, also, other)
            meta = " · ".join(dict.fromkeys(part for part in parts if part))
            text, drafted = item.summary, draft_of(item, self.words)
            if drafted:
                said = f"{drafted.text}\n{self.words('written_by', model=drafted.model)}"
                text = f"{said}\n\n{text}" if text else said
            self.post_message(Preview("digest", current.opens, item.title, meta, text))

    def next_unread(self, step: int) -> bool:
        """Move to an unread item of this day; False where there is none that way."""
        items = self.items
        here = self.item_list.cursor
        wanted = range(here + 1, len(items)) if step > 0 else range(here - 1, -1, -1)
        for number in wanted:
            item = items[number].item
            if items[number].unread and item is not None and not item.muted:
                self.item_list.go(number)
                return True
        return self._next_unread_edition(step)

    def _next_unread_edition(self, step: int) -> bool:
        """Where one edition is shown at a time: turn to another one with something unread."""
        if self._shown is None or self.view is None:
            return False
        editions = self.view.editions
        others = range(self._shown + 1, len(editions)) if step > 0 else range(self._shown - 1, -1, -1)
        for number in others:
            if any(not item.marks.read for section in editions[number].sections for item in section.items):
                self.turn_to(number, unread=step)
                return True
        return False

    def unread_among(self, items: range) -> list[int]:
        """The unread entries of some items of this day."""
        return _unread(
            self.items[item] for item in items if self.view and self.items[item].edition.day == self.view.day
        )

    def pass_over(self, entry_ids: Collection[int]) -> None:
        """Stand on what comes after these, else before: they are about to leave the day."""
        here = self.item_list.cursor
        order = [*range(here, len(self.items)), *range(here, -1, -1)]
        left = (at for at in order if at < len(self.items) and self.items[at].entry_id not in entry_ids)
        self.item_list.end_selection()
        self.item_list.go(next(left, here))

    def pass_on(self) -> None:
        """Stand on the next item: the one here is about to move to the end of the day."""
        items, here = self.items, self.item_list.cursor
        if here + 1 < len(items) and items[here].item is not None:
            self.item_list.go(here + 1)

    def step(self, step: int) -> int | None:
        """Move by one item; its entry."""
        self.item_list.go(self.item_list.cursor + step)
        return self.current.opens if self.current else None

    def part(self) -> tuple[str, list[int]]:
        """What ``A`` marks: the unread entries of the section under the cursor, or of its edition where it is
        on the edition's own line, with a name; of the whole day, with none, where those are read."""
        if self.view is None or self.current is None:
            return "", []
        if self._matched is not None:
            return "", _unread(self.items)
        day = [item for edition in self.view.editions for item in selectable(edition)]
        name, part = self._part_of(self.current)
        unread, every = _unread(part), _unread(day)
        # asked twice before the first was written
        again = self._parted is not None and self._parted[0] is self.view and self._parted[1] == unread
        self._parted = self.view, unread
        return ("", every) if not unread or unread == every or again else (name, unread)

    def part_failed(self) -> None:
        """What :meth:`part` gave could not be marked."""
        self._parted = None

    def _part_of(self, current: EditionItem) -> tuple[str, list[EditionItem]]:
        edition = current.edition
        if self.view is None or edition.day != self.view.day:
            return "", []
        if current.item is None and not current.prose:
            return edition.title, list(selectable(edition))
        for section in edition.sections:
            here = section.prose == current.prose if current.prose else None
            if here or any(item is current.item for item in section.items):
                name = section_name(edition, section, self.words)
                return name, [EditionItem(edition, item) for item in section.items]
        return "", []

    def kept_cursors(self) -> dict[str, str]:
        """The cursor of each day walked to, newest sixty, for a restart."""
        self._keep_cursor()
        return dict(list(self.cursors.items())[-60:])
