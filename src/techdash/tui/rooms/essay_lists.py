"""The lists of the essay room: all essays, searches that were kept, and what is typed to narrow either."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from techdash import days
from techdash.models.entries import EntryRow, SavedSearch
from techdash.store import searches
from techdash.tui.jobs import job
from techdash.tui.messages import Say
from techdash.tui.rooms.narrowed import NarrowedPane
from techdash.tui.widgets.list_tabs import ListTabs
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.query import Query
    from techdash.tui.gateway import Gateway


class ListsPane(NarrowedPane):
    """Shows one list at a time. A subclass shows the rows."""

    LINE = "essay-line"

    def __init__(self, gateway: Gateway, words: Words, *, id: str) -> None:  # noqa: A002
        super().__init__(words, id=id)
        self.gateway = gateway
        self.tabs = ListTabs(words)
        self.lists: Sequence[SavedSearch] = ()
        self.chosen: SavedSearch | None = None
        self._unread: dict[str, int] = {}
        self._typed: Query | None = None
        # what is shown now stays in place until the list is left, whether the query still means it
        self._held: list[int] = []

    def show_all(self) -> None:
        """Show the whole list again."""
        raise NotImplementedError

    def show_found(self, found: list[EntryRow], *, anew: bool) -> None:
        """Show the entries of a list; ``anew`` where it was not shown before."""
        raise NotImplementedError

    @property
    def wanted(self) -> Query | None:
        """What the list is a list of; None where it is that of all essays."""
        if self.chosen is None and not self._typed:
            return None
        from techdash.tui import looking

        if self.chosen is None:
            return looking.essays_only(self._typed) if self._typed else None
        of_list = looking.understood(self.chosen.query)
        return looking.both(of_list, self._typed) if self._typed else of_list

    # -- what is shown

    def narrow_to(self, query: Query) -> None:
        """Show what a query means of the list; all of it where that says nothing."""
        self._typed = query
        self._begin()

    def _begin(self) -> None:
        self._held = []
        self.item_list.end_selection()
        if self.wanted is None:
            self.show_all()
        else:
            self._find(anew=True)

    @job("find the entries of a list", group="found")
    async def _find(self, *, anew: bool) -> None:
        from techdash.tui import looking

        query, window = self.wanted, _window(self)
        if query is None:
            return
        today = days.today(window.config)
        found = await self.gateway.look(looking.listed, query, list(self._held), today)
        if found is not None and query == self.wanted:
            self._held = [row.id for row in found]
            self.show_found(found, anew=anew)

    def find_again(self) -> None:
        """The library changed: the rows follow, and what came since is added."""
        if self.wanted is not None:
            self._find(anew=False)

    def widen(self) -> bool:
        """From what is typed back to the list, from a kept search to all essays; else False."""
        if super().widen():
            return True
        if self.chosen is None:
            return False
        self.choose(0)
        return True

    # -- kept searches

    @job("read the lists", group="lists")
    async def read_lists(self) -> None:
        """Read which searches are kept, then how much of each is unread."""
        found = await self.gateway.read(searches.kept)
        if found is None:
            return
        chosen = self.chosen
        if chosen is not None and chosen not in found:
            # renamed or changed here or in another window
            alike = (one for one in found if chosen.name == one.name or chosen.query == one.query)
            self.chosen = next(alike, None)
            if self.chosen is None or self.chosen.query != chosen.query:
                self._begin()
        self.lists = found
        self._show_tabs()
        if found:
            from techdash.tui import looking

            today = days.today(_window(self).config)
            self._unread = await self.gateway.look(looking.unread, found, today) or {}
            self._show_tabs()

    def _show_tabs(self) -> None:
        number = self.lists.index(self.chosen) + 1 if self.chosen in self.lists else 0
        self.tabs.show([one.name for one in self.lists], self._unread, number)

    def on_list_tabs_chosen(self, event: ListTabs.Chosen) -> None:
        event.stop()
        self.choose(event.number)
        self.item_list.focus()

    def choose(self, number: int) -> None:
        """Show another list by its number; 0 is that of all essays."""
        chosen = self.lists[number - 1] if 0 < number <= len(self.lists) else None
        if chosen != self.chosen:
            self.chosen = chosen
            self._show_tabs()
            self._begin()

    def next_list(self) -> None:
        """The next list, after the last that of all essays."""
        if not self.lists:
            self.post_message(Say(self.words("no_lists")))
            return
        number = self.lists.index(self.chosen) + 1 if self.chosen in self.lists else 0
        self.choose((number + 1) % (len(self.lists) + 1))

    async def rename_list(self, new: str) -> None:
        """Call the chosen list otherwise."""
        chosen = self.chosen
        if chosen is None:
            return
        if await self.gateway.write(searches.rename, chosen.name, new, int(time.time())):
            self.chosen = SavedSearch(new, chosen.query)
            self.read_lists()
            self.post_message(Say(self.words("list_renamed", name=new)))
        else:
            self.post_message(Say(self.words("list_taken", name=new)))

    async def remove_list(self) -> None:
        """Keep the chosen list no longer."""
        chosen = self.chosen
        if chosen is None:
            self.post_message(Say(self.words("no_list_here")))
            return
        await self.gateway.write(searches.remove, chosen.name, int(time.time()))
        self.choose(0)
        self.read_lists()
        self.post_message(Say(self.words("list_removed", name=chosen.name)))


def _window(pane: ListsPane) -> Any:
    return pane.app
