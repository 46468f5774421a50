"""The cheat-sheet room: cards by section, narrowed as one types, copied with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip

from techdash.models import Card
from techdash.narrow import narrow
from techdash.store import cards
from techdash.text.linebreak import breaks
from techdash.tui.commands import bindings
from techdash.tui.jobs import job
from techdash.tui.messages import Say
from techdash.tui.widgets.drawn import Drawn, Spans, fit
from techdash.tui.widgets.finder import Finder
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.pane import Pane
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

WIDE_ROW = 64
SYNTAX_CELLS = 34


class CardRows:
    """Cards under their section names; two lines a card where the pane is narrow."""

    def __init__(self, found: list[Card], words: Words) -> None:
        self.cards = found
        self.words = words
        self._tall = False
        self._syntax = SYNTAX_CELLS
        self._lines: list[tuple[int | None, int]] = []
        self._first: list[int] = []

    def fit(self, cells: int) -> None:
        self._tall = cells < WIDE_ROW
        self._syntax = min(SYNTAX_CELLS, cells * 2 // 5)
        self._lines, self._first = [], []
        section = ""
        for number, card in enumerate(self.cards):
            if card.section != section:
                if self._lines:
                    self._lines.append((None, -1))
                self._lines.append((None, number))
                section = card.section
            self._first.append(len(self._lines))
            self._lines += [(number, 0), (number, 1)] if self._tall else [(number, 0)]

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return len(self.cards)

    def item_at(self, line: int) -> int | None:
        return self._lines[line][0]

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], 2 if self._tall else 1) if self._first else (0, 0)

    def line(self, index: int, width: int) -> Spans:
        item, part = self._lines[index]
        if item is None:
            return self._section(self.cards[part]) if part >= 0 else []
        card = self.cards[item]
        meaning = meaning_of(card, self.words)
        if not self._tall:
            syntax = fit(card.syntax or card.item, self._syntax)
            return [(syntax, "code"), ("  ", ""), (fit(meaning, width - self._syntax - 2), "text")]
        if part == 0:
            return [(fit(card.syntax or card.item, width), "code")]
        return [("  " + fit(meaning, width - 2), "muted")]

    def _section(self, card: Card) -> Spans:
        zh = self.words.language == "zh" and card.section_zh
        return [((card.section_zh if zh else card.section).upper(), "section")]


def meaning_of(card: Card, words: Words) -> str:
    """The card's meaning in the reader's language, where it has one."""
    return (card.text_zh if words.language == "zh" else "") or card.text or card.item


def _by_section(ranked: list[Card]) -> list[Card]:
    """Sections kept together, the one with the best card first."""
    order = list(dict.fromkeys(card.section for card in ranked))
    return sorted(ranked, key=lambda card: order.index(card.section))


class CardDetail(Drawn):
    """The chosen card whole."""

    def __init__(self, words: Words) -> None:
        super().__init__(id="card-detail")
        self.words = words
        self._lines: list[list[tuple[str, str]]] = []
        self.card: Card | None = None

    def show(self, card: Card | None) -> None:
        self.card = card
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        self.refresh()
        self._lines = []
        card, cells = self.card, self.cells - 2
        if card is None or cells < 10:
            return
        self._put(card.syntax or card.item, "code strong", cells)
        if card.item not in card.syntax:
            self._put(card.item, "strong", cells)
        first, second = card.text, card.text_zh
        if self.words.language == "zh":
            first, second = second, first
        self._put(first, "text", cells)
        self._put(second, "muted", cells)
        if card.example:
            self._put(f"{self.words('example')}  {card.example}", "code", cells)
        self._put(" · ".join(part for part in (card.since, card.source) if part), "faint", cells)

    def _put(self, text: str, role: str, cells: int) -> None:
        for start, end in breaks(text, cells) if text else ():
            self._lines.append([(" " + text[start:end].rstrip(), role)])

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        if y >= len(self._lines):
            return self.blank(cells)
        return self.strip(self._lines[y], cells)


class CardList(ItemList):
    """The cards; Enter copies instead of opening."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("sheet")
    )

    def action_copy(self) -> None:
        self.action_open()


class CheatSheetRoom(Pane):
    """Finds a card and copies it."""

    def __init__(self, gateway: Gateway, words: Words, bar: StatusBar) -> None:
        super().__init__(id="cheatsheet")
        self.bar = bar
        self.gateway = gateway
        self.words = words
        self.cards: list[Card] = []
        self._rows = CardRows([], words)

    def compose(self) -> ComposeResult:
        yield Finder(placeholder=self.words("narrow_cards"), id="finder", compact=True, select_on_focus=False)
        yield CardList(self.bar, id="card-list")
        yield CardDetail(self.words)

    @property
    def item_list(self) -> CardList:
        return self.query_one(CardList)

    @property
    def finder(self) -> Finder:
        return self.query_one(Finder)

    @property
    def current(self) -> Card | None:
        return self._rows.cards[self.item_list.cursor] if self._rows.cards else None

    @job("read the cards", group="cards")
    async def load(self) -> None:
        """Read the cards; the cursor stays on its card."""
        found = await self.gateway.read(cards.cards)
        if found is not None and found != self.cards:
            kept = self.current
            self.cards = found
            self._narrow()
            if kept in self._rows.cards:
                self.item_list.go(self._rows.cards.index(kept))

    def _narrow(self) -> None:
        query = self.finder.value.strip()
        found = _by_section(narrow(self.cards, query)) if query else self.cards
        self._rows = CardRows(found, self.words)
        self.item_list.show(self._rows)
        self.tell()

    def on_input_changed(self, event: Finder.Changed) -> None:
        event.stop()
        self._narrow()

    def on_input_submitted(self, event: Finder.Submitted) -> None:
        event.stop()
        self.copy()

    def on_finder_stepped(self, event: Finder.Stepped) -> None:
        event.stop()
        self.item_list.go(self.item_list.cursor + event.step)

    def on_finder_left(self, event: Finder.Left) -> None:
        event.stop()
        self.item_list.focus()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        self.copy()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        self.tell()

    def copy(self) -> None:
        """Copy the card's syntax to the clipboard (OSC 52)."""
        card = self.current
        if card is not None:
            text = card.syntax or card.item
            self.app.copy_to_clipboard(text)
            self.post_message(Say(self.words("copied", text=text)))

    def copy_example(self) -> None:
        """Copy the card's example, or its syntax where it has none."""
        card = self.current
        if card is not None and card.example:
            self.app.copy_to_clipboard(card.example)
            self.post_message(Say(self.words("copied", text=card.example)))
        else:
            self.copy()

    def tell(self) -> None:
        """Show the card under the cursor whole."""
        self.query_one(CardDetail).show(self.current)
        if self.has_focus_within and not self._rows.cards and self.cards:
            self.post_message(Say(self.words("no_cards")))
