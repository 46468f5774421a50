"""What the window asks the library for, one question a screen; plain values, no Textual."""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec import Struct

from techdash.models.editions import DayRow, Edition
from techdash.models.entries import EntryRow, Place
from techdash.store import db, editions, entries, marks, pairs
from techdash.tui.chosen import STATE

DAYS_ASKED = 15
PAGE = 100
CONTINUED = 3


class DayView(Struct, frozen=True):
    """All that the digest room shows of a day, with the days around it, oldest first.

    ``weeklies`` are those of the day's week that stand on another day. ``next_unread`` is where ``n`` leads,
    asked for where nothing is unread here.
    """

    day: str
    days: list[DayRow]
    editions: list[Edition]
    weeklies: list[Edition] = []
    next_unread: DayRow | None = None

    @property
    def row(self) -> DayRow:
        """The day's own counts."""
        return next(row for row in self.days if row.day == self.day)


class EssayView(Struct, frozen=True):
    """A part of the essay list: counts, where the asked entry stands, and the pages around it.

    ``begun`` are the essays to be read on, the last read first.
    """

    total: int
    unread: int
    position: int | None
    pages: dict[int, list[EntryRow]]
    begun: list[EntryRow]


class FirstView(Struct, frozen=True):
    """What the first frame needs. ``version`` is the library's when it was asked, before all else.

    ``place`` is where the entry was left that is read on, and in which of its languages.
    """

    state: dict[str, Any]
    day: DayView | None
    essays: EssayView
    version: int = -1
    place: tuple[int, Place] | None = None

    @property
    def reading_on(self) -> int | None:
        """The entry that was being read when the window was closed."""
        return _reading_on(self.state)


def read_day(conn: sqlite3.Connection, day: str | None) -> DayView | None:
    """The asked day, or the latest where that is none of ours; None in an empty library."""
    here = editions.day_row(conn, day) if day else None
    if here is None:
        latest = editions.latest(conn)
        here = editions.day_row(conn, latest) if latest else None
    if here is None:
        return None
    earlier = editions.days(conn, before=here.day, limit=DAYS_ASKED)
    later = editions.days(conn, after=here.day, limit=DAYS_ASKED)
    following = None if here.unread else next_unread_day(conn, here.day, 1)
    return DayView(
        here.day,
        [*earlier, here, *later],
        editions.on(conn, here.day),
        editions.weeklies_of(conn, here.day),
        editions.day_row(conn, following) if following else None,
    )


def next_unread_day(conn: sqlite3.Connection, day: str, step: int) -> str | None:
    """The day with something unread that comes next: the older ones first, or (-1) the newer ones."""
    for way in (-1, 1) if step > 0 else (1, -1):
        if found := editions.next_unread_day(conn, day, way):
            return found
    return None


class MonthView(Struct, frozen=True):
    """The days of a month that have an edition, and the first and last of all such days."""

    days: list[DayRow]
    span: tuple[str, str] | None


def read_month(conn: sqlite3.Connection, month: str) -> MonthView:
    """What the month picker shows of a month (``YYYY-MM``)."""
    return MonthView(editions.in_month(conn, month), editions.span(conn))


def read_page(conn: sqlite3.Connection, page: int) -> list[EntryRow]:
    """One page of the essay list, newest first."""
    return entries.essays(conn, offset=page * PAGE, limit=PAGE)


def read_essays(conn: sqlite3.Connection, entry_id: int | None, near: int = 0) -> EssayView:
    """The essay list around an entry, or around a row where there is none."""
    total, unread = entries.essay_count(conn)
    position = entries.essay_position(conn, entry_id) if entry_id is not None else None
    at = (near if position is None else position) // PAGE
    pages = {page: read_page(conn, page) for page in range(max(0, at - 1), at + 2) if page * PAGE < total}
    return EssayView(total, unread, position, pages, entries.begun(conn, CONTINUED))


def read_first(conn: sqlite3.Connection) -> FirstView:
    """What was on screen when the window was last closed, as it is now."""
    version = db.data_version(conn)
    state = marks.state(conn, STATE) or {}
    day, essays = read_day(conn, state.get("day")), read_essays(conn, state.get("essay"))
    reading = _reading_on(state)
    place = pairs.last_place(conn, reading) if reading is not None else None
    return FirstView(state, day, essays, version, place)


def read_reading_on(conn: sqlite3.Connection) -> tuple[int | None, tuple[int, Place] | None]:
    """The entry that was being read when the window was closed, and where it was left."""
    entry_id = _reading_on(marks.state(conn, STATE) or {})
    return entry_id, pairs.last_place(conn, entry_id) if entry_id is not None else None


def _reading_on(state: dict[str, Any]) -> int | None:
    opened = state.get("opened")
    return opened if isinstance(opened, int) and state.get("reading") else None


def read_again(
    conn: sqlite3.Connection, day: str | None, entry_id: int | None, near: int
) -> tuple[DayView | None, EssayView]:
    """What is on screen, after the library changed."""
    return read_day(conn, day), read_essays(conn, entry_id, near)
