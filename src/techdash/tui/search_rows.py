"""The rows of the search screen: cards and entries that were found, or what can be looked for again."""

from __future__ import annotations

from collections.abc import Sequence

from techdash.finding import Found
from techdash.models.entries import EntryRow, Hit, SavedSearch
from techdash.text.cells import width
from techdash.tui.looking import ranges
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.highlight import Span, fitted, marked, wrapped
from techdash.tui.widgets.signs import sign, tags
from techdash.tui.words import Words

SNIPPET_LINES = 2
_META = 34
"""Cells that the facts of a hit take at most beside its title."""


class Listing:
    """Lines, some of which belong to items; a subclass makes them for a width."""

    def __init__(self) -> None:
        self._lines: list[tuple[int | None, list[Span]]] = []
        self._first: list[int] = []
        self._sizes: list[int] = []

    def fit(self, cells: int) -> None:
        """Make the lines for a width."""
        self._lines, self._first, self._sizes = [], [], []
        self.build(max(20, cells))

    def build(self, cells: int) -> None:
        """Add all lines."""

    def text(self, *spans: Span) -> None:
        """A line of no item."""
        self._lines.append((None, list(spans)))

    def item(self, *lines: list[Span]) -> None:
        """The lines of the next item."""
        self._first.append(len(self._lines))
        self._sizes.append(len(lines))
        self._lines += [(len(self._first) - 1, line) for line in lines]

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return 0

    def line(self, index: int, width: int) -> Spans:
        return self._lines[index][1]

    def item_at(self, line: int) -> int | None:
        return self._lines[line][0]

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], self._sizes[item]) if item < len(self._first) else (0, 0)


class ResultRows(Listing):
    """The best cards, a line each, then entries with their facts and what stands around the match."""

    def __init__(
        self,
        cards: Sequence[Found],
        hits: Sequence[tuple[Hit, EntryRow]],
        sought: Sequence[str],
        words: Words,
    ) -> None:
        super().__init__()
        self.cards = cards
        self.hits = hits
        self._sought = sought
        self._words = words

    @property
    def item_count(self) -> int:
        return len(self.cards) + len(self.hits)

    def build(self, cells: int) -> None:
        if self.cards:
            self.text((self._words("cheatsheet").upper(), "section"))
            for found in self.cards:
                card = found.card
                zh = self._words.language == "zh"
                name, about = card.syntax or card.item, (zh and card.text_zh) or card.text
                spans = [*self._marked(name, "code"), ("  ", ""), *self._marked(about, "muted")]
                self.item(fitted(spans, cells))
            if self.hits:
                self.text()
                self.text((self._words("entries").upper(), "section"))
        for number, (hit, row) in enumerate(self.hits):
            if number:
                self.text()
            self.item(*self._hit(hit, row, cells))

    def _hit(self, hit: Hit, row: EntryRow, cells: int) -> list[list[Span]]:
        day = self._words.short_day(row.day) if row.day else ""
        facts = [part for part in (hit.source_title, day) if part]
        while len(facts) > 1 and width(" · ".join(facts)) > _META:
            del facts[0]
        shown = " ".join(part for part in (tags(row.marks), sign(row.marks)) if part)
        right = "  ".join(part for part in (fitted_text(" · ".join(facts), _META), shown) if part)
        right = f"  {right}"
        role = "faint" if row.marks.read else "unread"
        title = fitted(self._marked(hit.title, role), cells - width(right))
        lines = [[*title, (right, "faint")]]
        snippet = self._marked(hit.snippet, "muted")
        return [*lines, *wrapped(snippet, max(10, cells - 1), SNIPPET_LINES)]

    def _marked(self, text: str, role: str) -> list[Span]:
        return marked(text, role, ranges(text, self._sought))


class AgainRows(Listing):
    """While nothing is typed: the searches that were kept, and the last ones."""

    def __init__(self, saved: Sequence[SavedSearch], last: Sequence[str], words: Words) -> None:
        super().__init__()
        self._saved = saved
        self._last = last
        self._words = words
        self.queries = [*(one.query for one in saved), *last]

    @property
    def item_count(self) -> int:
        return len(self.queries)

    def build(self, cells: int) -> None:
        if self._saved:
            self.text((self._words("search.saved").upper(), "section"))
        for one in self._saved:
            self.item(fitted([(one.name, "text"), (f"  {one.query}", "faint")], cells))
        if self._saved and self._last:
            self.text()
        if self._last:
            self.text((self._words("search.last").upper(), "section"))
        for query in self._last:
            self.item([(fit(query, cells), "text")])


def fitted_text(text: str, cells: int) -> str:
    """A text of at most so many cells."""
    return fit(text, cells).rstrip() if width(text) > cells else text
