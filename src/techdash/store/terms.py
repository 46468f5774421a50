"""How many entries of a day have each term, for the days asked last: what trends are measured against."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from techdash.store.db import Writer, insert, rows

KEPT_DAYS = 60


def counts(conn: sqlite3.Connection, days: Iterable[str]) -> dict[str, dict[str, int]]:
    """The counts that are kept of these days; not of a day whose entries changed since."""
    found = rows(
        conn,
        """
        SELECT t.day, t.counts FROM json_each(?) CROSS JOIN day_terms t ON t.day = json_each.value
        LEFT JOIN composing c ON c.day = t.day WHERE coalesce(c.stale, 0) = 0
        """,
        (json.dumps(list(days)),),
    )
    return {day: json.loads(value) for day, value in found}


def save(db: Writer, found: Mapping[str, Mapping[str, int]]) -> None:
    """Keep the counts of some days, and forget those kept longest ago; in the caller's transaction."""
    for day, value in sorted(found.items()):
        db.execute("DELETE FROM day_terms WHERE day = ?", (day,))
        insert(db, "day_terms", {"day": day, "counts": json.dumps(value, ensure_ascii=False)})
    db.execute("DELETE FROM day_terms WHERE id <= (SELECT max(id) FROM day_terms) - ?", (KEPT_DAYS,))
