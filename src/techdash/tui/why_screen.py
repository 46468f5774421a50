"""Why an item is here: its score part by part, and what of it the reader can want more or less of."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from techdash.models.editions import Item
from techdash.text.cells import width
from techdash.text.linebreak import breaks
from techdash.tui.commands import FULL_WIDTH
from techdash.tui.dialogs import ChoiceList, Paragraph
from techdash.tui.tasting import Tasted
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

_NUMBER = 5


def explained(item: Item, source: str, words: Words) -> list[tuple[str, str]]:
    """Each part of an item's score as a number and in words; empty for an item that has no score."""
    from techdash.editions.score import FRESH_HOURS, HEAVIEST, MOST

    if not item.parts:
        return []
    said: list[tuple[str, str]] = []
    for name, most in MOST.items():
        value = item.parts.get(name, 0.0)
        share = value / most
        match name:
            case "source":
                text = words("why.source", source=source, weight=f"{share * HEAVIEST:.2g}")
            case "corroboration":
                n = 1 + len({it.source for it in item.also_in} - {source})
                text = words("why.alone") if n == 1 else words("why.corroboration", n=n)
            case "recency":
                hours = -math.log(share) * FRESH_HOURS if share > 0 else math.inf
                text = words("why.newest") if hours < 1 else words("why.recency", n=min(round(hours), 99))
            case "interest":
                text = words("why.no_interest")
                if item.taste:
                    text = words("why.muted" if item.muted else "why.interest", name=item.taste)
            case "depth":
                text = words("why.depth", n=item.minutes)
            case _:
                if not value:
                    continue
                text = words("why.points")
        said.append((f"{value:.1f}", f"{text}{words('why.of', n=most)}"))
    return said


class _Lines:
    """The parts of a score, then the names: on these the cursor can stand."""

    def __init__(self, item: Item, source: str, tasted: Tasted, words: Words, rule: str) -> None:
        self._item, self._source, self._tasted, self._words = item, source, tasted, words
        self._rule = rule
        self._lines: list[tuple[int | None, Spans]] = []
        self._first: list[int] = []

    def fit(self, cells: int) -> None:
        self._lines, self._first = [], []
        words, room = self._words, max(8, cells - _NUMBER - 2)
        parts = explained(self._item, self._source, words)
        for value, text in parts:
            for at, (start, end) in enumerate(breaks(text, room)):
                head = value if at == 0 else ""
                spans = [(f"{head:>{_NUMBER}}  ", "accent"), (text[start:end].rstrip(), "text")]
                self._lines.append((None, spans))
        if not parts:
            chosen = words("why.published", source=self._source)
            self._lines += [(None, [(chosen[start:end], "text")]) for start, end in breaks(chosen, cells)]
        if self._item.featured and parts:
            said = words("why.rule", query=self._rule) if self._rule else words("why.featured")
            self._lines += [(None, [(said[a:b].rstrip(), "muted")]) for a, b in breaks(said, cells)]
        self._lines += [(None, []), (None, [(fit(words("why.names"), cells), "section")])]
        for number, name in enumerate(self._tasted.names):
            self._first.append(len(self._lines))
            self._lines.append((number, self._name(number, name, cells)))

    def _name(self, number: int, name: str, cells: int) -> Spans:
        words, liking = self._words, self._tasted.liking(name)
        kind = f"  {words('why.the_source')}" if number == len(self._tasted.names) - 1 else ""
        state = {1: words("why.liked"), -1: words("why.less")}.get(liking, "")
        room = max(1, cells - width(state) - width(kind) - 1)
        return [
            (fit(name, min(width(name), room)), "text"),
            (kind, "faint"),
            (f"  {state}" if state else "", "accent"),
        ]

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return len(self._first)

    def line(self, index: int, width: int) -> Spans:
        return self._lines[index][1]

    def item_at(self, line: int) -> int | None:
        return self._lines[line][0]

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], 1) if self._first else (0, 0)


def _twins(key: str, letter: str) -> str:
    return f"{key},{chr(ord(letter) + FULL_WIDTH)}"


class WhyScreen(ModalScreen[tuple[str, int] | None]):
    """Gives a name and what is wanted of it from now on (1 more, -1 less, 0 neither); None where left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"escape,{_twins('q', 'q')},{_twins('w', 'w')}", "dismiss", show=False),
        Binding("plus,＋", "want(1)", show=False),
        Binding("minus,－", "want(-1)", show=False),
    ]

    def __init__(self, item: Item, source: str, tasted: Tasted, words: Words, rule: str = "") -> None:
        super().__init__(id="why-screen", classes="dialog")
        self._item, self._tasted, self._words = item, tasted, words
        self._rows = _Lines(item, source, tasted, words, rule)

    def compose(self) -> ComposeResult:
        words, item = self._words, self._item
        score = f" · {words('why.score', n=f'{item.score:g}')}" if item.parts else ""
        with Vertical(classes="dialog-box"):
            yield Paragraph(f"{words('why')}{score}", "strong")
            yield Paragraph(item.title, "muted")
            yield ChoiceList(StatusBar(words), id="why-lines")
            yield Paragraph(words("why.keys"), "faint")

    def on_mount(self) -> None:
        lines = self.query_one(ChoiceList)
        lines.show(self._rows)
        lines.focus()
        self.call_after_refresh(self._grow)

    def _grow(self) -> None:
        """As high as the lines are; their number is known once their width is."""
        lines = self.query_one(ChoiceList)
        lines.styles.height = min(max(1, self._rows.line_count), max(4, self.app.size.height - 10))

    def on_item_list_opened(self, message: ItemList.Opened) -> None:
        self.action_want(1)

    def action_want(self, liking: int) -> None:
        name = self._tasted.names[self.query_one(ChoiceList).cursor]
        held = self._tasted.liking(name)
        if held != liking:
            self.dismiss((name, 0 if held else liking))
