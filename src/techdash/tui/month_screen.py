"""The month picker: a month of days with their counts, over the rooms."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.strip import Strip

from techdash import days
from techdash.models.editions import DayRow
from techdash.text.cells import pad, width
from techdash.tui.commands import bindings
from techdash.tui.jobs import job
from techdash.tui.keyboard import Keyed
from techdash.tui.views import MonthView, read_month
from techdash.tui.widgets.drawn import Drawn, Spans, fit
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

WEEKS = 6
HEAD = 3
"""Lines above the weeks: the month, the weekdays, a blank one."""
FOOT = 3
"""Lines below them: a blank one, the day under the cursor, the keys."""
_WIDEST_CELL, _NARROWEST_CELL = 11, 6


class MonthGrid(Drawn, can_focus=True):
    """Draws a month: numbers of days, below each what is unread of how much, or that it is all read."""

    def __init__(self, words: Words, day: str, today: str) -> None:
        super().__init__(id="month-grid")
        self.words = words
        self.day = days.parse(day)
        self.today = days.parse(today)
        self.rows: dict[date, DayRow] = {}
        self._cell = _WIDEST_CELL
        self._lines = 3

    def fit_into(self, cells: int, lines: int) -> None:
        """Take a size that the window has room for."""
        self._cell = max(_NARROWEST_CELL, min(_WIDEST_CELL, (cells - 6) // 7))
        self._lines = 3 if lines >= HEAD + FOOT + WEEKS * 3 + 2 else 2
        self.styles.width = self._cell * 7 + 2
        self.styles.height = HEAD + FOOT + WEEKS * self._lines
        self.refresh()

    @property
    def first(self) -> date:
        """The Monday that the first week begins with."""
        start = self.day.replace(day=1)
        return start - timedelta(days=start.weekday())

    def at(self, x: int, y: int) -> date | None:
        """The day of the month at a cell."""
        week, column = (y - HEAD) // self._lines, (x - 1) // self._cell
        if y < HEAD or not (0 <= week < WEEKS and 0 <= column < 7):
            return None
        found = self.first + timedelta(days=week * 7 + column)
        return found if found.month == self.day.month else None

    def render_line(self, y: int) -> Strip:
        cells = self.cells
        if cells <= 0:
            return self.blank(cells)
        return self.strip([(" ", ""), *self._line(y, cells - 2), (" ", "")], cells)

    def _line(self, y: int, cells: int) -> Spans:
        below = y - HEAD - WEEKS * self._lines
        if y == 0:
            return self._title(cells)
        if y == 1:
            return [(pad(name, self._cell, "center"), "faint") for name in self.words.weekdays()]
        if y < HEAD or below == 0:
            return []
        if below == 1:
            return [(fit(self._said(), cells), "muted")]
        if below == 2:
            return [(fit(self.words("month_keys"), cells), "faint")]
        week, line = divmod(y - HEAD, self._lines)
        return [
            span
            for column in range(7)
            for span in self._cell_line(self.first + timedelta(days=week * 7 + column), line)
        ]

    def _title(self, cells: int) -> Spans:
        name = self.words.month(self.day.isoformat())
        total = sum(row.total for row in self.rows.values())
        unread = sum(row.unread for row in self.rows.values())
        counts = self.words("unread_of", unread=unread, total=total) if total else ""
        room = cells - width(name)
        return [(name, "accent strong"), (fit(counts, room - 2, right=True), "muted")]

    def _cell_line(self, day: date, line: int) -> Spans:
        if day.month != self.day.month or line > 1:
            return [(" " * self._cell, "")]
        row = self.rows.get(day)
        here = " cursor" if day == self.day else ""
        if line == 0:
            name = f"[{day.day}]" if day == self.today else f"{day.day:>2}"
            role = "strong" if row and row.unread else ("muted" if row else "faint")
            role = "accent strong" if here or day == self.today else role
        else:
            name = self._counts(row)
            role = "text" if row and row.unread else "faint"
        return [(pad(name, self._cell, "center"), role + here)]

    def _counts(self, row: DayRow | None) -> str:
        if row is None:
            return ""
        if not row.unread:
            return self.words("all_read")
        both = f"{row.unread}/{row.total}"
        return both if width(both) < self._cell else str(row.unread)

    def _said(self) -> str:
        """The day under the cursor in words."""
        name = self.words.long_day(self.day.isoformat())
        if self.day == self.today:
            name = self.words("today_is", day=name)
        row = self.rows.get(self.day)
        if row is None:
            return self.words("no_edition_on", day=name)
        counts = self.words("unread_of", unread=row.unread, total=row.total)
        return self.words("day_has", day=name, counts=counts if row.unread else self.words("all_read"))


class MonthScreen(ModalScreen[str | None], Keyed):
    """Gives the day that was chosen, None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("month")
    )

    def __init__(self, gateway: Gateway, words: Words, day: str, today: str) -> None:
        super().__init__(id="month-screen")
        self._gateway = gateway
        self._grid = MonthGrid(words, day, today)
        self._months: dict[str, MonthView] = {}

    def compose(self) -> ComposeResult:
        yield self._grid

    def on_mount(self) -> None:
        self._grid.focus()
        self._read(self._month)

    def on_resize(self, event: events.Resize) -> None:
        self._grid.fit_into(event.size.width, event.size.height)

    @property
    def day(self) -> str:
        """The day under the cursor."""
        return self._grid.day.isoformat()

    @property
    def _month(self) -> str:
        return self.day[:7]

    @property
    def counted(self) -> bool:
        """Whether the counts of the month are here."""
        return self._month in self._months

    @job("read a month", group="month")
    async def _read(self, month: str) -> None:
        found = await self._gateway.read(read_month, month)
        if found is not None:
            self._months[month] = found
            self._go(self._grid.day)

    def _go(self, day: date) -> None:
        """Put the cursor on a day, at the nearest end where it lies outside of all editions' months."""
        grid = self._grid
        known = next(iter(self._months.values()), None)
        if known is not None and known.span is not None:
            first, last = (days.parse(end) for end in known.span)
            last = max(last, grid.today)
            day = min(max(day, first.replace(day=1)), last.replace(day=monthrange(last.year, last.month)[1]))
        grid.day = day
        month = self._months.get(self._month)
        grid.rows = {days.parse(row.day): row for row in month.days} if month is not None else {}
        if month is None:
            self._read(self._month)
        grid.refresh()

    def action_move(self, step: int) -> None:
        self._go(self._grid.day + timedelta(days=step))

    def action_month(self, step: int) -> None:
        day = self._grid.day
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        self._go(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))

    def action_today(self) -> None:
        self._go(self._grid.today)

    def action_open(self) -> None:
        if self._grid.day in self._grid.rows:
            self.dismiss(self.day)

    def action_close(self) -> None:
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        x, y = event.screen_x - self._grid.region.x, event.screen_y - self._grid.region.y
        if not self._grid.region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)
        elif (day := self._grid.at(x, y)) is not None:
            self._go(day)
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_month(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_month(-1)
