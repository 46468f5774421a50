"""The names of a day's editions in one line, and the list that has that line at its top."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from techdash.models.editions import Edition
from techdash.text.cells import truncate, width
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.words import Words

_LONGEST = 24
_SHORTEST = 6
_GAP = 3


class Turned(Message):
    """The name of an edition was clicked."""

    def __init__(self, edition: int) -> None:
        super().__init__()
        self.edition = edition


class EditionTabs:
    """Every edition by its name, the shown one in the accent; where there is no room, its number and name."""

    def __init__(self, editions: Sequence[Edition], shown: int, words: Words) -> None:
        self.shown = shown
        self._names = [words("own_edition") if one.composed else one.source_title for one in editions]
        self._ends: list[tuple[int, int]] = []

    def fit(self, cells: int) -> list[tuple[str, str]]:
        """The line for a width."""
        self._ends = []
        longest = min(_LONGEST, (cells + _GAP) // len(self._names) - _GAP)
        if longest < _SHORTEST:
            said = f"{self.shown + 1}/{len(self._names)}   "
            name = truncate(self._names[self.shown], cells - width(said))
            return [(said, "muted"), (name, "accent strong")]
        spans: list[tuple[str, str]] = []
        left = 0
        for number, name in enumerate(self._names):
            text = truncate(name, longest)
            spans += [(text, "accent strong" if number == self.shown else "muted"), (" " * _GAP, "")]
            self._ends.append((left, left + width(text)))
            left += width(text) + _GAP
        return spans[:-1]

    def at(self, cell: int) -> int | None:
        """The edition whose name stands at a cell."""
        return next((n for n, (left, right) in enumerate(self._ends) if left <= cell < right), None)


class DayList(ItemList):
    """The list of a day."""

    selects = True

    tabs: EditionTabs | None = None

    def on_click(self, event: events.Click) -> None:
        if self.tabs is not None and event.y + int(self.scroll_offset.y) == 0:
            number = self.tabs.at(event.x - 1)
            if number is not None:
                self.post_message(Turned(number))
