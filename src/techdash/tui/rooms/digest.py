"""The digest room: a strip of days, and the chosen day's editions as one list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import ComposeResult

from techdash.models import Edition, Item, Marks
from techdash.text.cells import width
from techdash.text.linebreak import breaks
from techdash.tui.jobs import job
from techdash.tui.messages import DigestShown, OpenEntry, Preview, Say, UnreadChanged
from techdash.tui.views import DayView, read_day
from techdash.tui.widgets.day_strip import DayStrip
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.pane import Pane
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

LEAD_LINES = 12
WHO = 18


class EditionItem(Struct, frozen=True):
    """What the cursor can stand on: an item, or (``item`` None) the edition's own text."""

    edition: Edition
    item: Item | None

    @property
    def entry_id(self) -> int | None:
        return self.item.entry_id if self.item else self.edition.entry_id

    @property
    def marks(self) -> Marks:
        return (self.item or self.edition).marks

    @property
    def url(self) -> str:
        return (self.item or self.edition).url

    @property
    def key(self) -> str:
        """Stays the same when the edition is taken apart or composed again."""
        return f"{self.edition.source_id}:{self.entry_id}"

    @property
    def unread(self) -> bool:
        return not self.marks.read


class EditionRows:
    """A day's editions flattened to lines."""

    def __init__(self, editions: Sequence[Edition], words: Words) -> None:
        self.words = words
        self.editions = editions
        self.items = [item for edition in editions for item in _selectable(edition)]
        self._lines: list[tuple[int | None, list[tuple[str, str]]]] = []
        self._first: list[int] = []

    def fit(self, cells: int) -> None:
        self._lines, self._first = [], []
        for number, edition in enumerate(self.editions):
            if number:
                self._text()
                self._text()
            self._edition(edition, max(20, cells), alone=len(self.editions) == 1)

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return len(self.items)

    def item_at(self, line: int) -> int | None:
        return self._lines[line][0]

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], 1) if self._first else (0, 0)

    def line(self, index: int, width: int) -> Spans:
        item, spans = self._lines[index]
        return spans if item is None else self._item_line(self.items[item], width)

    # -- building

    def _text(self, *spans: tuple[str, str]) -> None:
        self._lines.append((None, list(spans)))

    def _next_item(self) -> None:
        self._lines.append((len(self._first), []))
        self._first.append(len(self._lines) - 1)

    def _edition(self, edition: Edition, cells: int, *, alone: bool) -> None:
        words = self.words
        name = words.long_day(edition.day).upper()
        if edition.composed:
            name = words("own_edition").upper() if not alone else name
        self._text((name, "section"))
        if edition.entry_id is not None:
            self._next_item()
        if edition.lead:
            for start, end in breaks(edition.lead, max(10, cells - 1))[:LEAD_LINES]:
                self._text((edition.lead[start:end].strip(), "text"))
            if edition.lead_cut:
                self._text((words("lead_cut"), "faint"))
        if not edition.composed:
            self._counts(edition, cells)
        for section in edition.sections:
            self._text()
            title = section.title or words(f"section.{section.kind}")
            self._text((title.upper(), "section"), (f"  {len(section.items)}", "faint"))
            for _ in section.items:
                self._next_item()
        if not edition.sections:
            self._text()
            self._text((words("no_items"), "faint"))

    def _counts(self, edition: Edition, cells: int) -> None:
        found = self.words.counts(edition.counts)
        stated = self.words.counts(edition.stated_counts or {})
        if stated and stated != found:
            stated = self.words("stated", counts=stated) if found else stated
        else:
            stated = ""
        for text in (found, stated):
            for start, end in breaks(text, max(10, cells - 1)) if text else ():
                self._text((text[start:end].strip(), "muted"))

    # -- drawing

    def _item_line(self, row: EditionItem, cells: int) -> Spans:
        item = row.item
        if item is None:
            role = "unread accent" if row.unread else "accent"
            name = row.edition.title
            return [(fit(name, cells), role)]
        right = "★ " if item.marks.starred else ("◷ " if item.marks.later else "")
        if item.minutes and cells > 40:
            right += self.words("minutes", n=item.minutes)
        right = f" {right}" if right else ""
        room = cells - width(right)
        role = "unread" if row.unread else "faint"
        who = item.who if item.who and item.who != item.source_title else ""
        social = item.who.startswith("@")
        if social and room > 50:
            who_cells = min(WHO, room // 3)
            left = [(fit(item.who, who_cells), "muted"), (" ", "")]
            left.append((fit(item.title, room - who_cells - 1), role))
        elif room - width(item.title) > 12 and (who or item.source_title):
            left = [
                (item.title, role),
                (fit("  " + (who or item.source_title), room - width(item.title)), "faint"),
            ]
        else:
            left = [(fit(item.title, room), role)]
        return [*left, (right, "star" if item.marks.starred else "faint")]


def _selectable(edition: Edition) -> Iterator[EditionItem]:
    """What of an edition the cursor can stand on, in order."""
    if edition.entry_id is not None:
        yield EditionItem(edition, None)
    for section in edition.sections:
        for item in section.items:
            yield EditionItem(edition, item)


class DigestRoom(Pane):
    """Walks days; opens, keeps and dismisses items."""

    def __init__(
        self,
        gateway: Gateway,
        words: Words,
        strip: DayStrip,
        bar: StatusBar,
        first: DayView | None,
        cursors: dict[str, str],
    ) -> None:
        super().__init__(id="digest")
        self.strip = strip
        self.bar = bar
        self.gateway = gateway
        self.words = words
        self.view = first
        self.cursors = cursors
        self._rows: EditionRows | None = None
        self._near: dict[str, DayView] = {}

    def compose(self) -> ComposeResult:
        yield ItemList(self.bar, id="digest-list")

    @property
    def item_list(self) -> ItemList:
        return self.query_one("#digest-list", ItemList)

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

    def on_mount(self) -> None:
        if self.view is not None:
            self._show(self.view)

    # -- days

    def walk(self, step: int) -> None:
        """Go to the next or previous day that has an edition, saying which days were passed over."""
        if self.view is None:
            return
        names = [row.day for row in self.view.days]
        at = names.index(self.view.day) + step if self.view.day in names else -1
        if not 0 <= at < len(names):
            self.post_message(Say(self.words("no_later_day" if step > 0 else "no_earlier_day")))
            return
        before, near = self.view.day, self._near.get(names[at])
        if near is None:
            self.go(names[at], passed_from=before)
        else:
            self._keep_cursor()
            self._show(near)
            self._say_passed(before, near.day)

    @job("open a day", group="day")
    async def go(self, day: str | None, *, passed_from: str = "", first_unread: bool = False) -> None:
        """Show a day (None: the latest)."""
        self._keep_cursor()
        view = await self.gateway.read(read_day, day)
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
            view = self._near.get(name) or await self.gateway.read(read_day, name)
            if view is not None:
                found[name] = view
        self._near = found

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
        if view is None:
            return
        self._near.clear()
        if view == self.view:
            self._read_beside(view)
            return
        self._keep_cursor()
        self._show(view, row_on_screen=self.item_list.cursor_row_on_screen if self._rows else None)

    def _keep_cursor(self) -> None:
        if self.view is not None and self.current is not None:
            self.cursors[self.view.day] = self.current.key

    def _show(self, view: DayView, *, row_on_screen: int | None = None) -> None:
        self.view = view
        self.strip.show(view.days, view.day)
        if self._rows is None:
            self.call_after_refresh(self.post_message, DigestShown())
        self._rows = EditionRows(view.editions, self.words)
        self.item_list.show(self._rows, self._cursor_of(view.day), row_on_screen=row_on_screen)
        self.tell()
        self._read_beside(view)
        row = next((row for row in view.days if row.day == view.day), None)
        self.post_message(UnreadChanged("digest", row.unread if row else 0))

    def _cursor_of(self, day: str) -> int:
        kept = self.cursors.get(day)
        return next((number for number, item in enumerate(self.items) if item.key == kept), 0)

    # -- items

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        self.tell()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        current = self.current
        if current is not None and current.entry_id is not None:
            self.post_message(OpenEntry(current.entry_id))

    def tell(self) -> None:
        """Say what the cursor rests on."""
        current = self.current
        if current is None:
            return
        if current.item is None:
            edition = current.edition
            self.post_message(
                Preview("digest", current.entry_id, edition.title, edition.source_title, edition.lead)
            )
        else:
            item = current.item
            meta = " · ".join(dict.fromkeys(part for part in (item.who, item.source_title) if part))
            self.post_message(Preview("digest", current.entry_id, item.title, meta, item.summary))

    def next_unread(self, step: int) -> bool:
        """Move to an unread item of this day; False where there is none that way."""
        items = self.items
        here = self.item_list.cursor
        wanted = range(here + 1, len(items)) if step > 0 else range(here - 1, -1, -1)
        for number in wanted:
            if items[number].unread and items[number].item is not None:
                self.item_list.go(number)
                return True
        return False

    def step(self, step: int) -> int | None:
        """Move by one item; its entry."""
        self.item_list.go(self.item_list.cursor + step)
        return self.current.entry_id if self.current else None

    def all_ids(self) -> list[int]:
        """The entries of the day."""
        items = self.items
        return sorted({item.entry_id for item in items if item.entry_id is not None})

    def kept_cursors(self) -> dict[str, str]:
        """The cursor of each day walked to, newest sixty, for a restart."""
        self._keep_cursor()
        return dict(list(self.cursors.items())[-60:])
