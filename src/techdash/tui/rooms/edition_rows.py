"""Editions as rows of the day's list, and what of them the cursor can stand on."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from techdash.models.editions import Draft, Edition, Item, Section, Trend
from techdash.models.entries import Marks
from techdash.text.cells import truncate, width
from techdash.text.linebreak import breaks
from techdash.tui.views import DayView
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.edition_tabs import EditionTabs
from techdash.tui.widgets.signs import sign, tags
from techdash.tui.words import Words

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
        self.items = [item for edition in self.editions for item in selectable(edition)]
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
            if has_prose(edition, section):
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


def selectable(edition: Edition) -> Iterator[EditionItem]:
    """What of an edition the cursor can stand on, in order."""
    if edition.entry_id is not None:
        yield EditionItem(edition, None)
    for trend in edition.trend:
        yield EditionItem(edition, None, trend)
    for section in edition.sections:
        if has_prose(edition, section):
            yield EditionItem(edition, None, prose=section.prose)
        for item in section.items:
            yield EditionItem(edition, item)


def has_prose(edition: Edition, section: Section) -> bool:
    """Whether a section says something beside its items, which the edition's own text has more of."""
    return edition.entry_id is not None and bool(section.prose.strip())
