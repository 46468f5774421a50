"""The digest room: a strip of days, and the chosen day's editions as one list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult

from techdash.models.editions import Draft, Edition, Item, Section, Trend
from techdash.models.entries import Marks
from techdash.text.cells import truncate, width
from techdash.text.linebreak import breaks
from techdash.tui.jobs import job
from techdash.tui.messages import DigestShown, OpenEntry, Preview, Say, UnreadChanged
from techdash.tui.rooms.narrowed import NarrowedPane
from techdash.tui.views import DayView, read_day
from techdash.tui.widgets.day_strip import DayStrip
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.edition_tabs import DayList, EditionTabs, Turned
from techdash.tui.widgets.item_list import ItemList, NoRows
from techdash.tui.widgets.signs import sign, tags
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.query import Query
    from techdash.tui.gateway import Gateway

LEAD_LINES = 12
PROSE_LINES = 6
BEGINNING = 60
WHO = 18
WEEKDAY = 14
"""Cells that the day of a weekly takes behind its title."""


class EditionItem(Struct, frozen=True):
    """What the cursor can stand on: an item, or (``item`` None) a trend, prose or the edition's own text.

    ``prose`` is what a section says beside its items.
    """

    edition: Edition
    item: Item | None
    trend: Trend | None = None
    prose: str = ""

    @property
    def entry_id(self) -> int | None:
        return self.item.entry_id if self.item else self.edition.entry_id

    @property
    def opens(self) -> int | None:
        """The entry that is read: of an essay in two languages the reader's."""
        return (self.item.opens if self.item else 0) or self.entry_id

    @property
    def marks(self) -> Marks:
        return (self.item or self.edition).marks

    @property
    def url(self) -> str:
        return (self.item or self.edition).url

    @property
    def key(self) -> str:
        """Stays the same when the edition is taken apart or composed again."""
        if self.trend is not None:
            return f"{self.edition.source_id}:rising {self.trend.term}"
        if self.prose:
            return f"{self.edition.source_id}:prose {self.prose[:80]}"
        return f"{self.edition.source_id}:{self.entry_id}"

    @property
    def unread(self) -> bool:
        return not self.marks.read


class EditionRows:
    """A day's editions flattened to lines, or one of them below the names of all (``shown``: its number)."""

    def __init__(
        self, view: DayView, words: Words, shown: int | None = None, *, compact: bool = False
    ) -> None:
        self.words = words
        self.compact = compact
        self.view = view
        self.editions = view.editions if shown is None else view.editions[shown : shown + 1]
        self.tabs = EditionTabs(view.editions, shown, words) if shown is not None else None
        self.items = [item for edition in self.editions for item in _selectable(edition)]
        self.items += [EditionItem(edition, None) for edition in view.weeklies]
        self._lines: list[tuple[int | None, list[tuple[str, str]]]] = []
        self._first: list[int] = []
        self._sizes: list[int] = []
        self.heads: list[int] = []

    def fit(self, cells: int) -> None:
        self._lines, self._first, self._sizes, self.heads = [], [], [], []
        if self.tabs is not None:
            self._text(*self.tabs.fit(cells))
        alone = self.tabs is not None or len(self.view.editions) == 1
        for number, edition in enumerate(self.editions):
            if number:
                self._space()
                self._text()
            self.heads.append(len(self._lines))
            self._edition(edition, max(20, cells), alone=alone)
        self._end(max(20, cells))

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return len(self.items)

    def item_at(self, line: int) -> int | None:
        return self._lines[line][0]

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], self._sizes[item]) if self._first else (0, 0)

    def line(self, index: int, width: int) -> Spans:
        item, spans = self._lines[index]
        return spans if item is None or spans else self._item_line(self.items[item], width)

    # -- building

    def _text(self, *spans: tuple[str, str]) -> None:
        self._lines.append((None, list(spans)))

    def _space(self) -> None:
        """An empty line, where there is to be room."""
        if not self.compact:
            self._text()

    def _next_item(self, *lines: tuple[str, str]) -> None:
        """An item of one line, drawn when it is seen, or of these."""
        number = len(self._first)
        self._first.append(len(self._lines))
        self._lines += [(number, [line]) for line in lines] or [(number, [])]
        self._sizes.append(max(1, len(lines)))

    def _edition(self, edition: Edition, cells: int, *, alone: bool) -> None:
        words = self.words
        name = words.long_day(edition.day).upper()
        if edition.composed:
            name = words("own_edition").upper() if not alone else name
        self._text((name, "section"))
        if edition.entry_id is not None:
            self._next_item()
        lead = lead_of(edition, words)
        if drafted := draft_of(edition, words):
            self._wrapped(drafted.text, cells, "text")
            self._text((truncate(words("written_by", model=drafted.model), cells), "faint"))
            self._wrapped(lead, cells, "muted")
        elif lead:
            self._wrapped(lead, cells, "text")
            if edition.lead_cut:
                self._text((words("lead_cut"), "faint"))
        if not edition.composed:
            self._counts(edition, cells)
        for _ in edition.trend:
            self._next_item()
        for section in edition.sections:
            self._space()
            title = section_name(edition, section, words)
            number = f"  {len(section.items)}" if section.items else ""
            self._text((title.upper(), "section"), (number, "faint"))
            if _has_prose(edition, section):
                self._prose(section.prose, cells)
            for _ in section.items:
                self._next_item()
        if not edition.sections:
            self._text()
            self._text((words("no_items" if edition.stated_counts else "no_items_here"), "faint"))

    def _wrapped(self, said: str, cells: int, role: str) -> None:
        for start, end in breaks(said, max(10, cells - 1))[:LEAD_LINES]:
            self._text((said[start:end].strip(), role))

    def _prose(self, prose: str, cells: int) -> None:
        """The beginning of what a section says beside its items; the edition's own text has the rest."""
        found = breaks(prose, max(10, cells - 3))
        lines = [prose[start:end].strip() for start, end in found[:PROSE_LINES]]
        if len(found) > PROSE_LINES:
            lines[-1] += " …"
        self._next_item(*((line, "muted") for line in lines))

    def _end(self, cells: int) -> None:
        """What comes after the editions: weeklies of these days, and that all is read."""
        if self.view.weeklies:
            self._space()
            self._text()
        for _ in self.view.weeklies:
            self._next_item()
        said = day_done(self.view, self.words)
        if said:
            self._text()
            for start, end in breaks(said, max(10, cells - 1)):
                self._text((said[start:end].strip(), "muted"))

    def _counts(self, edition: Edition, cells: int) -> None:
        found = self.words.counts(edition.counts)
        stated = self.words.counts(edition.stated_counts or {}) if edition.miscounts else ""
        if stated and found:
            stated = self.words("stated", counts=stated)
        for text in (found, stated):
            for start, end in breaks(text, max(10, cells - 1)) if text else ():
                self._text((text[start:end].strip(), "muted"))

    # -- drawing

    def _whose_day(self, day: str) -> tuple[str, str]:
        return f"  {self.words.weekday(day)} {self.words.short_day(day)}", "faint"

    def _item_line(self, row: EditionItem, cells: int) -> Spans:
        item = row.item
        if row.edition.day != self.view.day:
            name = truncate(row.edition.title, cells - WEEKDAY)
            return [(name, "muted" if row.unread else "faint"), self._whose_day(row.edition.day)]
        if row.trend is not None:
            from techdash.tui import rising  # most days have none: the first frame does without it

            is_first = row.trend is row.edition.trend[0]
            return rising.line(row.trend, self.words, cells, is_first=is_first)
        if item is None:
            role = "unread accent" if row.unread else "accent"
            name = row.edition.title
            return [(fit(name, cells), role)]
        mark = sign(item.marks)
        right = f"{mark} " if mark else ""
        if item.marks.tags and cells > 40:
            right += f"{tags(item.marks)}  "
        if item.sources > 1 and cells > 40:
            right += self.words("sources_have_it", n=item.sources)
        if item.minutes and cells > 40:
            right += ("  " if right.strip() and item.sources > 1 else "") + self.words(
                "minutes", n=item.minutes
            )
        if item.other is not None and cells > 40:
            right += f"  {self.words(f'lang.{item.other.language}')}"
        right = f" {right}" if right else ""
        room = cells - width(right)
        role = "unread" if row.unread and not item.muted else "faint"
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


class OneLine(NoRows):
    """A list that is empty says so."""

    line_count = 1

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, index: int, width: int) -> Spans:
        return [(truncate(self._text, width), "muted")]


def section_name(edition: Edition, section: Section, words: Words) -> str:
    """A published edition's own title of a section; those of a composed one are in the reader's language."""
    kind = f"section.{section.kind}"
    return words(kind) if not section.title or (edition.composed and words.knows(kind)) else section.title


def lead_of(edition: Edition, words: Words) -> str:
    """The lead of an edition, of a composed one in the reader's language; what rises has lines of its own."""
    lead = edition.lead_zh if words.language == "zh" and edition.lead_zh else edition.lead
    if not edition.trend:
        return lead
    from techdash.editions.lead import without_rising  # most days have none

    return without_rising(lead)


def draft_of(one: Edition | Item, words: Words) -> Draft | None:
    """What a model wrote of it in the reader's language."""
    return one.draft if one.draft and one.draft.language == words.language else None


def _faced(view: DayView | None, words: Words) -> DayView | None:
    """A day with the essays that are in two languages in the reader's."""
    if view is None or all(
        item.other is None
        for edition in view.editions
        for section in edition.sections
        for item in section.items
    ):
        return view
    return replace(view, editions=[_edition_in(edition, words.language) for edition in view.editions])


def _edition_in(edition: Edition, language: str) -> Edition:
    return replace(
        edition,
        sections=tuple(
            replace(section, items=tuple(item.facing(language) for item in section.items))
            for section in edition.sections
        ),
    )


def _every_entry(view: DayView) -> list[int]:
    """The entries of a day's items, of stories and pairs all of them."""
    items = (item for edition in view.editions for section in edition.sections for item in section.items)
    return list({id_ for item in items for id_ in _entries_of(item)})


def _entries_of(item: Item) -> Iterator[int]:
    yield item.entry_id
    yield from (other.entry_id for other in item.also_in)
    if item.other is not None:
        yield item.other.entry_id


def _edition_of(edition: Edition, matched: set[int]) -> Edition:
    """An edition with nothing but the items of which an entry is among these."""
    sections = []
    for section in edition.sections:
        items = tuple(item for item in section.items if not matched.isdisjoint(_entries_of(item)))
        if items:
            sections.append(replace(section, items=items, prose=""))
    return replace(edition, sections=tuple(sections), lead="", lead_zh="", trend=(), draft=None, counts={})


def beginning(prose: str) -> str:
    """The first words of some prose, to find it by."""
    return prose.strip().partition("\n")[0][:BEGINNING]


def day_done(view: DayView, words: Words) -> str:
    """That a day is all read, and where ``n`` leads then; empty where something is unread."""
    if view.row.unread:
        return ""
    following = view.next_unread
    if following is None:
        return words("nothing_unread_at_all")
    names = words.short_day(view.day), words.short_day(following.day)
    return words("day_done", day=names[0], next=names[1], n=following.unread)


def _selectable(edition: Edition) -> Iterator[EditionItem]:
    """What of an edition the cursor can stand on, in order."""
    if edition.entry_id is not None:
        yield EditionItem(edition, None)
    for trend in edition.trend:
        yield EditionItem(edition, None, trend)
    for section in edition.sections:
        if _has_prose(edition, section):
            yield EditionItem(edition, None, prose=section.prose)
        for item in section.items:
            yield EditionItem(edition, item)


def _has_prose(edition: Edition, section: Section) -> bool:
    """Whether a section says something beside its items, which the edition's own text has more of."""
    return edition.entry_id is not None and bool(section.prose.strip())


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
        self.view = _faced(first, words)
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
        return _faced(await self.gateway.read(read_day, day), self.words)

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
        view = _faced(view, self.words)
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
        found = await self.gateway.look(search.matching, query, _every_entry(view), today=today)
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
        found = (_edition_of(edition, matched) for edition in view.editions)
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
        day = [item for edition in self.view.editions for item in _selectable(edition)]
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
            return edition.title, list(_selectable(edition))
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
