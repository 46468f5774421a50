"""The cheat-sheet room: cards narrowed as one types, copied, filled in, starred and noted."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from techdash.errors import TechdashError
from techdash.finding import FUZZY, Found, Index, in_sheet, is_named, tag_of
from techdash.models.parsed import Card, CardMark
from techdash.store import cards, entries
from techdash.text.clean import clean, one_line
from techdash.text.folding import fold
from techdash.text.placeholders import placeholders
from techdash.text.tokens import words_of
from techdash.tui.commands import bindings
from techdash.tui.jobs import job
from techdash.tui.languages import facing
from techdash.tui.messages import Browse, OpenEntry, Say, StateChanged
from techdash.tui.rooms import card_news
from techdash.tui.rooms.card_detail import CardDetail
from techdash.tui.rooms.card_rows import CardRows, CardTable, CardTexts
from techdash.tui.rooms.card_words import Wording
from techdash.tui.rooms.own_setup import LOOK_EVERY, OwnSetup
from techdash.tui.widgets.fill_line import FillLine
from techdash.tui.widgets.finder import Finder
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.pane import Pane
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.changes import Change
    from techdash.tui.gateway import Gateway
    from techdash.tui.rooms.card_note import CardNote

Marks = Mapping[Card, CardMark]
# Keys of lists that have a use of their own on a card.
_NOT_OF_CARDS = frozenset(
    {"open", "previous_day", "next_day", "next_edition", "turn_pages", "narrower_list", "wider_list"}
)
_VIEWS: dict[str, type[CardRows]] = {"table": CardTable, "texts": CardTexts}


class CardList(ItemList, inherit_bindings=False):
    """The cards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        each for each in bindings("lists") if each.id not in _NOT_OF_CARDS
    ]

    def position(self) -> str:
        """Where the cursor is: a starred card is counted in its own section too, not twice."""
        rows = self.rows
        at, total = self.cursor, rows.item_count
        if isinstance(rows, CardRows) and rows.starred:
            starred = at < rows.starred
            at, total = (at, rows.starred) if starred else (at - rows.starred, total - rows.starred)
        return self.bar.words("position", at=at + 1, total=total) if total else ""


class CheatSheetRoom(Pane):
    """Finds a card and puts it to use."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("sheet")
    )

    def __init__(self, gateway: Gateway, words: Words, bar: StatusBar, kept: object = None) -> None:
        """``kept`` is what :attr:`kept` was when the window was last closed."""
        super().__init__(id="cheatsheet")
        self.bar = bar
        self.gateway = gateway
        self.words = words
        self.cards: list[Card] = []
        self._own = OwnSetup(gateway)
        self._index = Index(())
        self._all: Sequence[Found] = ()
        self._news: card_news.News = {}
        self._marks: Marks = {}
        self._by_key: Mapping[tuple[str, str], CardMark] | None = None
        state = kept if isinstance(kept, dict) else {}
        self.view = "texts" if state.get("view") == "texts" else "table"
        language = state.get("language")
        # in the language of the interface, until another was chosen here
        self._follows = language not in ("en", "zh")
        self._wording = Wording(language if language in ("en", "zh") else words.language, words)
        self._rows: CardRows = CardTable((), {}, self._wording)
        self._query = ""
        self._card_kept = state.get("card")
        self._keys_at: Widget | None = None
        self._note: CardNote | None = None

    def compose(self) -> ComposeResult:
        yield Finder(placeholder=self.words("narrow_cards"), id="finder", compact=True, select_on_focus=False)
        yield FillLine()
        yield CardList(self.bar, id="card-list")
        yield CardDetail(self._wording)

    def on_mount(self) -> None:
        self.set_class(self.view == "texts", "texts")
        self.set_interval(LOOK_EVERY, self.look_at_setup)

    def on_show(self) -> None:
        self.look_at_setup()

    # -- parts

    @property
    def item_list(self) -> CardList:
        return self.query_one(CardList)

    @property
    def finder(self) -> Finder:
        return self.query_one(Finder)

    @property
    def detail(self) -> CardDetail:
        return self.query_one(CardDetail)

    @property
    def current(self) -> Card | None:
        return self._rows.found[self.item_list.cursor].card if self._rows.found else None

    @property
    def kept(self) -> dict[str, Any] | None:
        """What is kept for the next start, where it is not as it comes."""
        language = self._wording.language
        found: dict[str, Any] = {"view": self.view} if self.view != "table" else {}
        # what was looked for is done with, and digits go to rooms while the line is empty
        if not self._query and self.item_list.cursor and self.current is not None:
            found["card"] = _named(self.current)
        if language != self.words.language:
            found["language"] = language
        return found or None

    # -- cards

    @job("read the cards", group="cards")
    async def load(self) -> None:
        """Read the cards and what was done with them; the cursor stays on its card."""
        answer = await self.gateway.read(_read)
        if answer is None:
            return
        found, by_key = [*answer[0], *self._own.cards], answer[1]
        if found == self.cards and by_key == self._by_key:
            self._read_news()
            return
        index, news = self._index, self._news
        if found != self.cards:
            index = await self.gateway.aside(partial(Index, [*found, *news]))
        marks = await self.gateway.aside(partial(_by_card, index.cards, by_key))
        # all at once: another answer may take the place of this one while it waits
        if index is not self._index:
            self._index, self._all, self._news = index, index.find(""), news
        self.cards, self._marks, self._by_key = found, marks, by_key
        self._show(stay=True)
        self._read_news()
        wanted, self._card_kept = self._card_kept, None
        if wanted is not None:
            names = [_named(each.card) for each in self._rows.found]
            if wanted in names:
                self.item_list.go(names.index(wanted))

    @job("read what is new", group="news")
    async def _read_news(self) -> None:
        """Add what changelogs tell that is newer, once the room was entered: no start waits for it."""
        if self._keys_at is None:
            return
        changelogs = await self.gateway.read(cards.changelogs)
        if changelogs is None or not (changelogs or self._news):
            return
        known = self.cards
        news = await self.gateway.aside(partial(card_news.read, changelogs, known, self.words))
        if [*news] == [*self._news]:
            return
        index = await self.gateway.aside(partial(Index, [*known, *news]))
        if known is not self.cards:  # other cards have come, and this is done again for them
            return
        self._index, self._all, self._news = index, index.find(""), news
        sections = dict.fromkeys(card.section for card in news)
        self.finder.placeholder = " · ".join([self.words("narrow_cards"), *sections])
        self._show(stay=True)

    def action_whats_new(self) -> None:
        """The first change that is newer than its sheet."""
        self.finder.value = ""
        self._show()
        at = len(self._rows.found) - len(self._news)
        if self._news:
            self.item_list.go(at)
        else:
            self._say("card.no_news")

    def _follow(self, change: Change) -> None:
        """To the card that a change is about, else to the entry that tells it."""
        if change.card is None:
            self._open_page(change.entry)
            return
        self.finder.value = ""
        self._show()
        self.item_list.go(self._at(change.card, among_starred=False))

    @job("look at the set-up", group="setup", exclusive=False)
    async def look_at_setup(self) -> None:
        """Follow the reader's own set-up while it is in view."""
        if self.is_on_screen and await self._own.has_changed():
            self.load()

    def _show(self, *, stay: bool = False) -> None:
        """Show what matches; ``stay`` keeps the card under the cursor, and where it is on the screen.

        On the best match of what was typed the cursor stays on the best match, whichever that is now.
        """
        item_list, card = self.item_list, self.current
        among_starred = item_list.cursor < self._rows.starred
        row = item_list.cursor_row_on_screen if card is not None else None
        self._query = self.finder.value.strip()
        sheet, query = in_sheet(self._query)
        view = _VIEWS[self.view]
        if query:
            found = self._index.find(query)
            if noted := self._noted(query, found):
                found = [*found, *noted]
            if sheet:
                found = [each for each in found if is_named(each.card.sheet, sheet)]
            self._rows = view(found, self._marks, self._wording, ranked=True)
        else:
            every = [each for each in self._all if is_named(each.card.sheet, sheet)] if sheet else self._all
            starred = [each for each in every if self._starred(each.card)] if self._marks else []
            found = [*starred, *every] if starred else every
            self._rows = view(found, self._marks, self._wording, starred=len(starred))
        stay = stay and card is not None and not (query and item_list.cursor == 0)
        cursor = self._at(card, among_starred) if stay and card is not None else 0
        item_list.show(self._rows, cursor, row_on_screen=row if stay and cursor else None)
        self.tell()

    def show_anew(self) -> None:
        """The same cards in other words."""
        if self._follows:
            self._wording = Wording(self.words.language, self.words)
        self.finder.placeholder = self.words("narrow_cards")
        self._show(stay=True)

    def find(self, query: str) -> Sequence[Found]:
        """The cards that a query finds for certain, best first."""
        return [each for each in self._index.find(query) if each.rank < FUZZY] if query else []

    def show_card(self, card: Card) -> None:
        """Have the cursor on a card, in the whole sheet."""
        self.finder.value = ""
        self._show()
        self.item_list.go(self._at(card, among_starred=False))
        self.tell()

    def _noted(self, query: str, found: Sequence[Found]) -> list[Found]:
        """The cards besides whose own note holds all that is looked for."""
        words = words_of(query)
        holding = [card for card, mark in self._marks.items() if mark.note and _holds(mark.note, words)]
        there = {id(each.card) for each in found} if holding else set()
        return [Found(card, FUZZY, words) for card in holding if id(card) not in there]

    def _starred(self, card: Card) -> bool:
        mark = self._marks.get(card)
        return mark is not None and mark.starred

    def _at(self, card: Card, among_starred: bool) -> int:
        """Where a card is now, which may have been written anew; where it is no more, the place it had."""
        # without a command several may have one name
        wanted = card.sheet, card.syntax, card.item, card.text if card in self._news else ""
        places = [
            at
            for at, each in enumerate(self._rows.found)
            if (each.card.sheet, each.card.syntax, each.card.item) == wanted[:3]
            and (not wanted[3] or each.card.text == wanted[3])
        ]
        if not places:
            return self.item_list.cursor
        return places[0] if among_starred else places[-1]

    def tell(self) -> None:
        """Show the card under the cursor whole."""
        rows = self._rows
        if rows.found:
            each = rows.found[self.item_list.cursor]
            self.detail.show(each.card, rows.mark(each.card), rows.matches(each), self._wording)
        else:
            self.detail.show(None, CardMark(), {}, self._wording)
            if self.has_focus_within and self.cards:
                self.post_message(Say(self.words("no_cards")))

    # -- finding

    def on_input_changed(self, event: Finder.Changed) -> None:
        event.stop()
        self._show(stay=not event.value.strip())

    def on_finder_stepped(self, event: Finder.Stepped) -> None:
        event.stop()
        self.item_list.go(self.item_list.cursor + event.step)

    def on_finder_left(self, event: Finder.Left) -> None:
        event.stop()
        self.screen.set_focus(self.item_list)

    async def on_finder_onward(self, event: Finder.Onward) -> None:
        event.stop()
        await self.action_whole()

    async def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        await self.action_copy()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        self.tell()

    def leave(self) -> bool:
        """Back to the whole sheet; False where it is all there already."""
        if not self.finder.value:
            return False
        self.finder.value = ""
        return True

    def action_section(self, step: int) -> None:
        """The first card of the next section, or the one before; of a ranked list its beginning or end."""
        self.item_list.go(self._rows.section_after(self.item_list.cursor, step))

    def action_choose_sheet(self) -> None:
        """Only the next of the sheets, after the last one all again; the line says which."""
        sheet, query = in_sheet(self.finder.value)
        tags = [*dict.fromkeys(tag_of(card.sheet) for card in self.cards), ""]
        following = tags[(tags.index(sheet) + 1) % len(tags)] if sheet in tags else tags[0]
        self.finder.value = f"sheet:{following} {query}" if following else query
        self.finder.cursor_position = len(self.finder.value)

    # -- where the keys are

    @property
    def home(self) -> Widget:
        """What had the keys last."""
        return self._keys_at if self._keys_at is not None and self._keys_at.display else self.finder

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget in (self.finder, self.item_list, self.detail):
            is_first, self._keys_at = self._keys_at is None, event.widget
            if is_first:
                self._read_news()
        if event.widget is self.finder:
            self._shrink()

    # -- one card

    async def _catch_up(self) -> None:
        """Narrow by all that was typed: keys that use a card are answered before letters are."""
        typed = asyncio.Event()
        if self.finder.has_focus and self.finder.call_later(typed.set):
            await typed.wait()
        if self.finder.value.strip() != self._query:
            self._show()

    async def action_whole(self) -> None:
        """Show the card alone, scrolled with the keys of a text."""
        await self._catch_up()
        if self.current is not None:
            self.add_class("whole")
            self.detail.can_focus = True
            self.screen.set_focus(self.detail)

    def on_card_detail_left(self, event: CardDetail.Left) -> None:
        event.stop()
        self._shrink()
        self.screen.set_focus(self.item_list)

    def _shrink(self) -> None:
        self.remove_class("whole")
        self.detail.can_focus = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is typed in a line is no command; Enter in the line that narrows is one."""
        if action in ("copy", "note"):
            typing = self.finder.has_focus and action == "note"
            return not typing and self.screen.focused in (self.finder, self.item_list, self.detail)
        return True

    async def action_copy(self) -> None:
        """Copy the command, asking for what it leaves open, or else the example; open a page."""
        await self._catch_up()
        card = self.current
        if card is None:
            return
        if card in self._news:
            self._follow(self._news[card])
        elif card.page:
            self._open_page(card.page)
        elif placeholders(card.syntax, literal=card.literal):
            self._fill_in(card)
        elif card.syntax or card.example:
            self._copy(card.syntax or card.example)
        else:
            self._say("card.nothing")

    def action_copy_example(self) -> None:
        card = self.current
        if card is not None:
            none = "card.no_example" if card.syntax else "card.nothing"
            self._copy(card.example) if card.example else self._say(none)

    def action_source(self) -> None:
        """Open the page that says so."""
        if self.current is not None:
            self.post_message(Browse(self.current.source))

    def _copy(self, text: str) -> None:
        """Into the clipboard (OSC 52)."""
        self.app.copy_to_clipboard(clean(text))
        self._say("copied", text=one_line(text))

    def _say(self, words: str, **values: object) -> None:
        self.post_message(Say(self.words(words, **values)))

    # -- pages

    @job("open a page", group="page")
    async def _open_page(self, page: int) -> None:
        row = await self.gateway.read(entries.row, page)
        if row is not None:
            self.post_message(OpenEntry(facing(row, self._wording.language).id))

    def step(self, step: int) -> None:
        """Open the next page of the list, or (-1) the one before."""
        found, at = self._rows.found, self.item_list.cursor + step
        while 0 <= at < len(found) and not found[at].card.page:
            at += step
        if 0 <= at < len(found):
            self.item_list.go(at)
            self._open_page(found[at].card.page)

    # -- filling in

    def _fill_in(self, card: Card) -> None:
        line = self.query_one(FillLine)
        self.finder.display, line.display = False, True
        line.begin(card.syntax, literal=card.literal)
        self.screen.set_focus(line)

    def on_fill_line_filled(self, event: FillLine.Filled) -> None:
        event.stop()
        self._end_filling()
        self._copy(event.command)

    def on_fill_line_left(self, event: FillLine.Left) -> None:
        event.stop()
        self._end_filling()

    def _end_filling(self) -> None:
        self.finder.display, self.query_one(FillLine).display = True, False
        self.screen.set_focus(self.home)

    # -- marks

    @job("star a card", group="card-marks", exclusive=False)
    async def action_star(self) -> None:
        card = self.current
        if card is None:
            return
        starred = not self._starred(card)
        try:
            await self.gateway.write(cards.star, card, starred, int(time.time()))
        except TechdashError:
            self._say("library_problem")
            return
        self.load()
        self._say("starred" if starred else "unstarred")

    async def action_note(self) -> None:
        """Write the reader's own note to the card."""
        card = self.current
        if card is None:
            return
        if self._note is None:
            from techdash.tui.rooms.card_note import CardNote

            self._note = CardNote(self.words)
            await self.mount(self._note)
        self.keep_note()
        self._open_note(card, self._rows.mark(card).note)

    def _open_note(self, card: Card, text: str) -> None:
        if self._note is not None:
            self.add_class("noting")
            self._note.open(card, self._rows.mark(card).note, text)

    def on_note_area_done(self) -> None:
        self.keep_note()
        self.screen.set_focus(self.home)

    def keep_note(self) -> None:
        """Keep the note that is being written, if there is one."""
        if self._note is not None and self._note.card is not None:
            written = self._note.close()
            self.remove_class("noting")
            if written is not None:
                self._save_note(*written)

    @job("keep a note", group="card-marks", exclusive=False)
    async def _save_note(self, card: Card, note: str) -> None:
        try:
            await self.gateway.write(cards.write_note, card, note, int(time.time()))
        except TechdashError:
            self._open_note(card, note)
            self._say("library_problem")
            return
        self.load()
        self._say("card.noted" if note else "card.note_gone")

    # -- looks

    def action_view(self) -> None:
        """A compact table, or each card as a small text."""
        self.view = "texts" if self.view == "table" else "table"
        self.set_class(self.view == "texts", "texts")
        self._show(stay=True)
        self.post_message(StateChanged())

    def action_language(self) -> None:
        """The other language for all that the cards say."""
        language, self._follows = self._wording.language, False
        self._wording = Wording("en" if language == "zh" else "zh", self.words)
        self._show(stay=True)
        self._say(f"lang.{self._wording.language}")
        self.post_message(StateChanged())


def _named(card: Card) -> list[str]:
    """What a card is known by at the next start."""
    return [card.sheet, card.syntax, card.item]


def _holds(note: str, words: Sequence[str]) -> bool:
    folded = fold(note).text
    return all(word in folded for word in words)


def _read(conn: sqlite3.Connection) -> tuple[list[Card], dict[tuple[str, str], CardMark]]:
    return cards.cards(conn), cards.marks(conn)


def _by_card(found: Sequence[Card], by_key: Mapping[tuple[str, str], CardMark]) -> Marks:
    if not by_key:
        return {}
    keys = ((card, cards.key_of(card)) for card in found)
    return {card: by_key[key] for card, key in keys if key in by_key}
