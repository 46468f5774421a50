"""Searches that the reader kept under a name, as lists; ``marks.undo`` takes back what is done to them."""

from __future__ import annotations

import json
import sqlite3

from techdash.models.entries import SavedSearch
from techdash.store.db import Writer, first, rows, writing
from techdash.store.marks import SEARCHES, do

LONGEST_NAME = 60


def kept(conn: sqlite3.Connection) -> list[SavedSearch]:
    """All that are kept, in the order in which they first were."""
    found = rows(conn, "SELECT position, name, query FROM searches")
    return [SavedSearch(name, query) for _, name, query in sorted(found)]


def save(db: Writer, name: str, query: str, now: int) -> None:
    """Keep a query under a name; one that was kept under it gives way."""
    with writing(db):
        held = _held(db.conn, name)
        position = json.loads(held)[1] if held else _next(db.conn)
        wanted = json.dumps([query, position])
        if wanted != held:
            do(db, f"search {name} kept", {SEARCHES: {name: held}}, {SEARCHES: {name: wanted}}, now)


def rename(db: Writer, name: str, new: str, now: int) -> bool:
    """Call a search otherwise; False where there is none, or another has that name."""
    with writing(db):
        held = _held(db.conn, name)
        if held is None or name == new or _held(db.conn, new) is not None:
            return False
        before, after = {name: held, new: None}, {name: None, new: held}
        do(db, f"search {name} renamed", {SEARCHES: before}, {SEARCHES: after}, now)
    return True


def remove(db: Writer, name: str, now: int) -> bool:
    """Keep a search no longer; whether it was."""
    with writing(db):
        held = _held(db.conn, name)
        if held is not None:
            do(db, f"search {name} removed", {SEARCHES: {name: held}}, {SEARCHES: {name: None}}, now)
    return held is not None


def _held(conn: sqlite3.Connection, name: str) -> str | None:
    """Query and position as the log has them."""
    found = first(conn, "SELECT query, position FROM searches WHERE name = ?", (name,))
    return json.dumps(found) if found else None


def _next(conn: sqlite3.Connection) -> int:
    found = first(conn, "SELECT coalesce(max(position), 0) + 1 FROM searches")
    return int(found[0]) if found else 1
