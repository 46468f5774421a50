"""The strip of days: how busy each was and how much of it is unread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import events
from textual.message import Message
from textual.strip import Strip

from techdash.models.editions import DayRow
from techdash.text.cells import pad, width
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.words import Words

CELL = 10
_BARS = "▁▂▃▄▅▆▇"


class DayStrip(Drawn):
    """Two lines: names of days, and below each a bar by its size with its unread count or "done"."""

    class Chosen(Message):
        """A day was clicked."""

        def __init__(self, day: str) -> None:
            super().__init__()
            self.day = day

    class MonthWanted(Message):
        """The name of the day was clicked, where there is room for one day alone."""

    def __init__(self, words: Words, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.words = words
        self.days: list[DayRow] = []
        self.current = ""
        self._shown: list[DayRow] = []

    def show(self, days: list[DayRow], current: str) -> None:
        """Days oldest first; ``current`` is the one walked to."""
        self.days, self.current = days, current
        self.refresh()

    def _window(self, cells: int) -> list[DayRow]:
        room = max(1, (cells - 1) // CELL)
        names = [day.day for day in self.days]
        at = names.index(self.current) if self.current in names else len(names) - 1
        # the current day keeps one neighbour to its right while there is one
        last = min(len(names), max(room, at + 2))
        return self.days[max(0, last - room) : last]

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        if y > 1 or not self.days or cells <= 0:
            return self.blank(cells)
        if self.size.height < 2:
            return self._small(cells) if y == 0 else self.blank(cells)
        self._shown = self._window(cells)
        busiest = max((day.total for day in self.days), default=1) or 1
        spans: list[tuple[str, str]] = [(" ", "")]
        month = ""
        for day in self._shown:
            here = day.day == self.current
            if y == 0:
                # where the month changes its name says more than the weekday's
                same, month = day.day[:7] == month, day.day[:7]
                weekday = f"{self.words.weekday(day.day)} {int(day.day[8:])}"
                name = weekday if same else self.words.short_day(day.day)
                text = pad(f"[{name}]" if here else f" {name} ", CELL, "center")
                role = "accent strong" if here else ("unread" if day.unread else "muted")
            else:
                mark = _BARS[min(6, day.total * 7 // (busiest + 1))]
                count = str(day.unread) if day.unread else self.words("all_read")
                text = pad(f"{mark} {count}" if day.unread else count, CELL, "center")
                role = "accent" if here else ("muted" if day.unread else "faint")
            spans.append((text, role))
        return self.strip(spans, cells)

    def _small(self, cells: int) -> Strip:
        row = next((day for day in self.days if day.day == self.current), self.days[-1])
        count = str(row.unread) if row.unread else self.words("all_read")
        name = f"{self.words.weekday(row.day)} {self.words.short_day(row.day)}"
        text = f"‹ {name} · {count} ›"
        side = " " * max(0, (cells - width(text)) // 2)
        return self.strip([(side, ""), (text, "accent strong")], cells)

    def _small_clicked(self, x: int) -> None:
        """Left of the name the day before, right of it the day after, on it the month."""
        third = x * 3 // max(1, self.cells)
        if third == 1:
            self.post_message(self.MonthWanted())
            return
        names = [day.day for day in self.days]
        at = names.index(self.current) + third - 1 if self.current in names else -1
        if 0 <= at < len(names):
            self.post_message(self.Chosen(names[at]))

    def spots(self) -> Iterator[tuple[int, int, Callable[[], object]]]:
        """The days in view, for jump mode."""
        if self.size.height < 2:
            yield self.cells // 2, 0, partial(self.post_message, self.MonthWanted())
            return
        for number, day in enumerate(self._shown):
            yield 1 + number * CELL, 0, partial(self.post_message, self.Chosen(day.day))

    def on_click(self, event: events.Click) -> None:
        if self.size.height < 2:
            self._small_clicked(event.x)
            return
        if not self._shown:
            return
        index = (event.x - 1) // CELL
        if 0 <= index < len(self._shown):
            self.post_message(self.Chosen(self._shown[index].day))
