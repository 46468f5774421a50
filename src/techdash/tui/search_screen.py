"""Searching everything: results while a query is typed, from where entries and cards are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from techdash import days
from techdash.finding import Found
from techdash.query import Query
from techdash.tui import keeping, looking
from techdash.tui.commands import bindings
from techdash.tui.jobs import job
from techdash.tui.keyboard import Keyed
from techdash.tui.search_rows import AgainRows, ResultRows
from techdash.tui.widgets.finder import Finder
from techdash.tui.widgets.item_list import ItemList, OneLine
from techdash.tui.widgets.query_line import QueryLine
from techdash.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp

FIRST, FURTHER = 30, 100
"""Hits that are asked for at first, and when the cursor comes near their end."""
NEAR_END = 5
CARDS = 3


class SearchList(ItemList, inherit_bindings=False):
    """What was found; its keys are those of the line above."""

    can_focus = False

    def position(self) -> str:
        screen = self.screen
        return screen.position() if isinstance(screen, SearchScreen) else ""


class SearchScreen(Keyed):
    """Over the rooms; left and come back to, it is as it was."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("search")
    )

    def __init__(self, window: TechdashApp) -> None:
        super().__init__(id="search-screen")
        self.window = window
        self.words = window.words
        self.bar = StatusBar(self.words, id="search-bar")
        self.bar.commands = window.keyboard.commands
        self.line = QueryLine(self.words, self.words("search.hint"), id="search-line")
        self.list = SearchList(self.bar, id="search-list")
        self._again = looking.Lists([], [])
        self._shown: Query | None = None
        self._more = False

    def compose(self) -> ComposeResult:
        yield self.line
        yield self.list
        yield self.bar

    def on_mount(self) -> None:
        self.bar.attend("search-list", "search")

    def on_screen_resume(self) -> None:
        self.line.input.focus()
        self.look_again()

    # -- what is shown

    def on_query_line_changed(self, event: QueryLine.Changed) -> None:
        event.stop()
        self._look(event.query, FIRST)

    @job("look again for what is shown", group="search")
    async def look_again(self) -> None:
        """The library changed, or another window kept a search: the cursor stays where it is."""
        self._again = await self.window.gateway.read(looking.lists) or self._again
        asked = self.line.meant
        if asked:
            await self._find(asked, FURTHER if len(self._hits) > FIRST else FIRST)
        else:
            self._show_again()

    @job("search", group="search")
    async def _look(self, query: Query, limit: int) -> None:
        # a later key drops this job, and with it the answer, unless it is being found already
        if query:
            await self._find(query, limit)
        else:
            self._show_again()

    async def _find(self, query: Query, limit: int) -> None:
        today = days.today(self.window.config)
        found = await self.window.gateway.look(looking.results, query, limit, today)
        if found is None or query != self.line.meant:
            return
        sought = looking.sought(query.term)
        same = query == self._shown
        self._shown, self._more = query, found.more
        cards = self._cards(sought) if looking.asks_for_cards(query.term) else []
        if found.hits or cards:
            rows = ResultRows(cards, found.hits, sought, self.words)
            at = self.list.cursor_row_on_screen if same else None
            self.list.show(rows, self.list.cursor if same else 0, row_on_screen=at)
        else:
            self.list.show(OneLine(self.words("search.none")))

    def _show_again(self) -> None:
        self._shown, self._more = None, False
        if self._again.saved or self._again.last:
            self.list.show(AgainRows(self._again.saved, self._again.last, self.words))
        else:
            self.list.show(OneLine(self.words("search.how")))

    def _cards(self, sought: list[str]) -> list[Found]:
        """The cards that all the words of the query find."""
        return list(self.window.cheatsheet.find(" ".join(sought))[:CARDS]) if sought else []

    @property
    def _hits(self) -> list[object]:
        return list(self.list.rows.hits) if isinstance(self.list.rows, ResultRows) else []

    def position(self) -> str:
        """How much was found, for the status bar."""
        if not self._hits:
            return ""
        at = max(0, self.list.cursor - (self.list.rows.item_count - len(self._hits)))
        total = f"{len(self._hits)}+" if self._more else str(len(self._hits))
        return self.words("position", at=at + 1, total=total)

    # -- keys

    def action_step(self, step: int) -> None:
        self.list.action_move(step)

    def action_page(self, pages: float) -> None:
        self.list.action_page(pages)

    def on_finder_stepped(self, event: Finder.Stepped) -> None:
        event.stop()
        self.list.action_move(event.step)

    def on_finder_left(self, event: Finder.Left) -> None:
        event.stop()
        self.action_close()

    def action_close(self) -> None:
        """Back to where one was; what is typed stays."""
        self.window.search_left()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()
        near = self.list.cursor >= self.list.rows.item_count - NEAR_END
        if near and self._more and self._shown is not None and len(self._hits) <= FIRST:
            self._look(self._shown, FURTHER)

    def on_input_submitted(self) -> None:
        self.action_open()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open what the cursor is on; an earlier search is typed again."""
        rows, at = self.list.rows, self.list.cursor
        if isinstance(rows, AgainRows):
            self.line.put(rows.queries[at])
        elif isinstance(rows, ResultRows):
            self._remember(self.line.text)
            if at < len(rows.cards):
                self.window.open_card(rows.cards[at].card)
                return
            hit, _ = rows.hits[at - len(rows.cards)]
            matches = looking.ranges(hit.snippet, looking.sought(self.line.meant.term))
            quote = hit.snippet[slice(*matches[0])] if matches else ""
            self.window.open_found(hit.id, quote)

    @job("remember a search", group="search-last", exclusive=False)
    async def _remember(self, text: str) -> None:
        await self.window.gateway.write(looking.remember, text)

    # -- keeping

    def action_keep(self) -> None:
        """Ask for a name to keep the query under."""
        keeping.ask(self.window, str(self.line.meant))
