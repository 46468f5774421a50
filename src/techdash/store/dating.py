"""The days of stored entries, made right step by step after the reader's days have changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, first, rows, upsert, writing

AT_ONCE = 200
_STATE = "days"
_DATED = """
  SELECT e.id, e.stub, e.title, e.url, e.tags, e.published, e.sort_time, e.day, ed.day
  FROM entries e LEFT JOIN editions ed ON ed.entry_id = e.id
"""


class Dated(NamedTuple):
    """What tells the day of a stored entry. ``edition_day`` is None where it has no edition."""

    id: int
    title: str
    url: str
    tags: tuple[str, ...]
    published: int | None
    sort_time: int
    day: str
    edition_day: str | None


class Redated(NamedTuple):
    """The day and the sort time that a stored entry has from now on; its edition goes with it."""

    id: int
    day: str
    sort_time: int


def place(db: Writer, way: str) -> int | None:
    """After which entry to go on making days right; None where all are, in this way of telling days.

    ``way`` is what :func:`techdash.days.way` gives. A library that knows of none is taken to be right, and
    told of this one.
    """
    stored = first(db.conn, "SELECT value FROM state WHERE key = ?", (_STATE,))
    if stored is None:
        redate(db, way, (), None)
        return None
    known, after = json.loads(stored[0])
    return after if known == way else 0


def some(conn: sqlite3.Connection, after: int) -> tuple[list[Dated], int | None]:
    """The next entries in order of their ids, and after which one to go on; None at the end."""
    found = rows(conn, f"{_DATED} WHERE e.id > ? ORDER BY e.id LIMIT ?", (after, AT_ONCE))
    # Stubs go with the edition that they are items of.
    dated = [_dated(values) for values in found if not values[1]]
    return dated, found[-1][0] if len(found) == AT_ONCE else None


def ahead(conn: sqlite3.Connection, now: int) -> list[Dated]:
    """Entries that stand later than now: they came while the machine's clock was wrong."""
    sql = f"{_DATED} WHERE e.hidden = 0 AND e.sort_time > ? AND e.stub = 0 ORDER BY e.sort_time DESC LIMIT ?"
    return [_dated(values) for values in rows(conn, sql, (now, AT_ONCE))]


def _dated(values: tuple[Any, ...]) -> Dated:
    id_, _, title, url, tags, *others = values
    return Dated(id_, title, url, tuple(json.loads(tags)), *others)


def redate(db: Writer, way: str, changes: Iterable[Redated], after: int | None) -> None:
    """Write new days, and after which entry to go on (None: that was all); one small transaction.

    Marks, texts and ids stay. Raises :class:`~techdash.errors.LibraryError` with nothing written.
    """
    with writing(db):
        touched: set[str] = set()
        recounted: set[str] = set()
        for change in changes:
            stored = first(
                db.conn,
                """
                SELECT e.day, ed.id, ed.day FROM entries e LEFT JOIN editions ed ON ed.entry_id = e.id
                WHERE e.id = ?
                """,
                (change.id,),
            )
            if stored is None:
                continue
            day, edition, edition_day = stored
            touched |= {day, change.day}
            moved = (change.day, change.sort_time, change.id)
            db.execute("UPDATE entries SET day = ?, sort_time = ? WHERE id = ?", moved)
            db.execute("UPDATE articles SET sort_time = ? WHERE entry_id = ?", moved[1:])
            if edition is not None:
                recounted |= {edition_day, change.day}
                db.execute("UPDATE editions SET day = ? WHERE id = ?", (change.day, edition))
                db.execute(
                    """
                    UPDATE entries SET day = ?, sort_time = ?
                    WHERE stub = 1 AND day = ? AND id IN (SELECT entry_id FROM items WHERE edition_id = ?)
                    """,
                    (*moved[:2], day, edition),
                )
        recount_days(db, recounted)
        mark_stale(db, touched)
        upsert(db, "state", {"key": _STATE, "value": json.dumps([way, after])}, "key")
