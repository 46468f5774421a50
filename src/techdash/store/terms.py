"""How many entries of a day have each term: what trends are measured against, kept for the last days."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from techdash.store.db import Writer, first, rows, upsert

KEPT_DAYS = 45


def counts(conn: sqlite3.Connection, days: Iterable[str]) -> dict[str, dict[str, int]]:
    """The counts that are kept of these days; not of a day whose entries changed since."""
    found = rows(
        conn,
        """
        SELECT t.day, t.counts FROM json_each(?) asked CROSS JOIN day_terms t ON t.day = asked.value
        LEFT JOIN composing c ON c.day = t.day WHERE coalesce(c.stale, 0) = 0
        """,
        (json.dumps(list(days)),),
    )
    return {day: json.loads(value) for day, value in found}


def oldest(conn: sqlite3.Connection) -> str:
    """The first of the days whose counts are kept."""
    row = first(conn, "SELECT date(max(day), ?) FROM composing", (f"-{KEPT_DAYS} days",))
    return (row and row[0]) or ""


def save(db: Writer, found: Mapping[str, Mapping[str, int]]) -> None:
    """Keep the counts of some days, and forget those of long ago; in the caller's transaction."""
    first_kept = oldest(db.conn)
    for day, value in sorted(found.items()):
        if day >= first_kept:
            upsert(db, "day_terms", {"day": day, "counts": json.dumps(value, ensure_ascii=False)}, "day")
    db.execute("DELETE FROM day_terms WHERE day < ?", (first_kept,))
