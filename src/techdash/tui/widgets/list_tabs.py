"""The lists of a room in one line: all, and the searches that were kept, with what is unread in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from techdash.text.cells import truncate, width
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.words import Words

_LONGEST = 20
_GAP = 3


class ListTabs(Drawn):
    """Shown where there is more than one list; as many as there is room for, around the chosen one."""

    class Chosen(Message):
        """A list was clicked: its number, 0 for all."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, words: Words) -> None:
        super().__init__(id="list-tabs")
        self.words = words
        self.display = False
        self._names: Sequence[str] = ()
        self._unread: Mapping[str, int] = {}
        self._chosen = 0
        self._ends: list[tuple[int, int, int]] = []

    def show(self, names: Sequence[str], unread: Mapping[str, int], chosen: int) -> None:
        """Show these lists behind that of all; ``chosen`` is a number as in :class:`Chosen`."""
        self._names, self._unread, self._chosen = names, unread, chosen
        self.display = bool(names)
        self.refresh()

    def _said(self, number: int) -> tuple[str, str]:
        if number == 0:
            return self.words("all_lists"), ""
        name = self._names[number - 1]
        count = self._unread.get(name, 0)
        return truncate(name, _LONGEST), f" {count}" if count else ""

    def render_line(self, y: int) -> Strip:
        texts = [self._said(number) for number in range(len(self._names) + 1)]
        sizes = [width(name + count) + _GAP for name, count in texts]
        first = 0
        while first < self._chosen and sum(sizes[first : self._chosen + 1]) > self.cells - 4:
            first += 1
        spans: list[tuple[str, str]] = [("‹ " if first else " ", "faint")]
        left = width(spans[0][0])
        self._ends = []
        for number in range(first, len(texts)):
            name, count = texts[number]
            if left + sizes[number] > self.cells - 1 and number > first:
                spans.append(("›", "faint"))
                break
            self._ends.append((left, left + width(name + count), number))
            spans += [(name, "accent strong" if number == self._chosen else "muted"), (count, "muted")]
            spans.append((" " * _GAP, ""))
            left += sizes[number]
        return self.strip(spans, self.cells)

    def on_click(self, event: events.Click) -> None:
        number = next((number for left, right, number in self._ends if left <= event.x < right), None)
        if number is not None:
            self.post_message(self.Chosen(number))
