"""The cards of a sheet as the lines of a list: a compact table, or each as a small text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from techdash.models.parsed import Card, CardMark
from techdash.text.cells import width
from techdash.text.clean import one_line
from techdash.tui.rooms.card_words import Matches, Wording
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.highlight import Span, fitted, marked, wrapped

if TYPE_CHECKING:
    from techdash.finding import Found

WIDE_ROW = 56
"""From here a row of the table is one line."""
NAME_CELLS = 34
SECTION_FROM = 100
SECTION_CELLS = 24
UNMARKED = CardMark()
# In a small text, what the version and the star take of the line with the name.
_SINCE_CELLS = 10
_AT_END = _SINCE_CELLS + 4
# What the end of a line leaves empty on average, since words stay whole.
_RAGGED = 4


class CardRows:
    """Cards under the titles of their sections, the starred ones before all; or, ranked, without titles."""

    space = 0
    """Empty lines after a card."""

    def __init__(
        self,
        found: Sequence[Found],
        marks: Mapping[Card, CardMark],
        wording: Wording,
        *,
        starred: int = 0,
        ranked: bool = False,
    ) -> None:
        """``starred``: how many of the first stand under a title of their own."""
        self.found = found
        self.marks = marks
        self.wording = wording
        self.starred = starred
        self.ranked = ranked
        self._several = not ranked and len({each.card.sheet for each in found}) > 1
        self._cells = 0
        self._first: Sequence[int] = ()
        self._titles: dict[int, int] = {}
        self.line_count = 0
        self._matches: dict[int, Matches] = {}

    def height(self, each: Found) -> int:
        """The lines of a card at the width of the last :meth:`fit`."""
        raise NotImplementedError

    def part(self, each: Found, part: int, width: int) -> Spans:
        """One of these lines."""
        raise NotImplementedError

    def fit(self, cells: int) -> None:
        self._cells = cells
        self._titles = {}
        first: list[int] = []
        at, before = 0, None
        for number, each in enumerate(self.found):
            title = None if self.ranked else self._title_key(number, each.card)
            if title != before:
                at += 0 if before is None else 1 - self.space
                self._titles[at] = number
                at, before = at + 1, title
            first.append(at)
            at += self.height(each) + self.space
        self._first = first
        self.line_count = max(0, at - self.space)

    def _title_key(self, number: int, card: Card) -> tuple[str, str]:
        return ("", "") if number < self.starred else (card.sheet, card.section)

    @property
    def item_count(self) -> int:
        return len(self.found)

    def item_at(self, line: int) -> int | None:
        item = bisect_right(self._first, line) - 1
        return item if item >= 0 and line < sum(self.lines_of(item)) else None

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], self.height(self.found[item])) if self._first else (0, 0)

    def line(self, index: int, width: int) -> Spans:
        if index in self._titles:
            return self._title(self._titles[index], width)
        item = self.item_at(index)
        return [] if item is None else self.part(self.found[item], index - self._first[item], width)

    def _title(self, number: int, cells: int) -> Spans:
        card = self.found[number].card
        if number < self.starred:
            return [(self.wording.words("card.starred").upper(), "section")]
        spans = [(self.wording.section(card).upper(), "section")]
        if self._several:
            spans.append((f"  {self.wording.sheet(card)}", "faint"))
        return fitted(spans, cells)

    def section_after(self, item: int, step: int) -> int:
        """The first card of the next section, or (-1) of this one, from within it of the one before."""
        firsts = sorted(self._titles.values())
        at = bisect_right(firsts, item) - 1
        if step < 0 and at >= 0 and firsts[at] < item:
            return firsts[at]
        return firsts[max(0, min(at + step, len(firsts) - 1))] if firsts else item

    def matches(self, each: Found) -> Matches:
        """What of a card matched, worked out for those that are seen."""
        if not self.ranked:
            return {}
        found = self._matches.get(id(each))
        if found is None:
            found = self._matches[id(each)] = each.ranges
        return found

    def mark(self, card: Card) -> CardMark:
        return self.marks.get(card, UNMARKED) if self.marks else UNMARKED

    def star(self, card: Card) -> str:
        return " ★" if self.mark(card).starred else ""


class CardTable(CardRows):
    """A line a card, or two where the pane is narrow."""

    def fit(self, cells: int) -> None:
        if not self.ranked:
            super().fit(cells)
            return
        # at every key, of thousands perhaps: all are equally high, and none is looked at
        self._cells = cells
        high = 1 if cells >= WIDE_ROW else 2
        self.line_count = high * len(self.found)
        self._first = range(0, self.line_count, high)

    def height(self, each: Found) -> int:
        return 1 if self._cells >= WIDE_ROW else 2

    def part(self, each: Found, part: int, width: int) -> Spans:
        card = each.card
        if self._cells >= WIDE_ROW:
            return self._row(each, width)
        if part == 1:
            return [("  ", ""), *fitted(self._meaning(each, "muted"), width - 2)]
        star = self.star(card)
        return [*fitted(self.wording.name(card, self.matches(each)), width - len(star)), (star, "star")]

    def _row(self, each: Found, cells: int) -> Spans:
        card = each.card
        star = self.star(card)
        name = min(NAME_CELLS, cells * 2 // 5)
        section = SECTION_CELLS if self.ranked and cells >= SECTION_FROM else 0
        return [
            *fitted(self.wording.name(card, self.matches(each)), name),
            ("  ", ""),
            *fitted(self._meaning(each, "text"), cells - name - section - len(star) - 2),
            *self._section(each, section),
            (star, "star"),
        ]

    def _section(self, each: Found, cells: int) -> list[Span]:
        if not cells:
            return []
        field = self.wording.field(each.card, "section")
        spans = marked(getattr(each.card, field), "faint", self.matches(each).get(field, ()))
        return [("  ", ""), *fitted(spans, cells - 2)]

    def _meaning(self, each: Found, role: str) -> list[Span]:
        own = self.mark(each.card).note
        spans = self.wording.meaning(each.card, self.matches(each), role)
        return [*spans, (f"  {one_line(own)}", "accent")] if own else spans


class CardTexts(CardRows):
    """Each card as a small text; of one with more to say the rest is cut off."""

    space = 1

    def height(self, each: Found) -> int:
        return sum(self._heights(each.card))

    def _heights(self, card: Card) -> tuple[int, ...]:
        """The lines of name, meaning, example, note and own note, told from their widths alone."""
        wording = self.wording
        name = card.syntax or getattr(card, wording.field(card, "item"))
        meaning = getattr(card, wording.field(card, "text"))
        if wording.names(card):
            meaning = f"{card.item} · {meaning}"
        if card.removed:
            meaning = f"{wording.words('card.removed')} · {meaning}"
        return (
            self._lines(name, 2, _AT_END),
            self._lines(meaning, 3),
            int(bool(card.example)),
            self._lines(getattr(card, wording.field(card, "note")), 3),
            self._lines(one_line(self.mark(card).note), 2),
        )

    def _lines(self, text: str, most: int, less: int = 0) -> int:
        cells = self._cells - less
        if len(text) * 2 <= cells or (used := width(text)) <= cells:
            return 1 if text else 0
        return min(most, -(-used // max(1, cells - _RAGGED)))

    def part(self, each: Found, part: int, width: int) -> Spans:
        lines = self._laid_out.get(id(each))
        if lines is None:
            lines = self._laid_out[id(each)] = self._lay_out(each, width)
        return lines[part]

    def fit(self, cells: int) -> None:
        self._laid_out: dict[int, list[list[Span]]] = {}
        super().fit(cells)

    def _lay_out(self, each: Found, cells: int) -> list[list[Span]]:
        card, found, wording = each.card, self.matches(each), self.wording
        named = (f"{wording.words('example')}  ", "faint")
        texts = (
            wording.name(card, found, "strong"),
            wording.meaning(card, found),
            [named, *marked(card.example, "code", found.get("example", ()))],
            wording.note(card, found),
            [(one_line(self.mark(card).note), "accent")],
        )
        lines: list[list[Span]] = []
        for spans, high in zip(texts, self._heights(card), strict=True):
            if high:
                room = cells - _AT_END if not lines else cells
                made = wrapped(spans, room, high)
                lines += made + [[] for _ in range(high - len(made))]
        at_end = [("  ", ""), (fit(card.since, _SINCE_CELLS, right=True), "faint"), (self.star(card), "star")]
        lines[0] = [*fitted(lines[0], cells - _AT_END), *at_end]
        return lines
