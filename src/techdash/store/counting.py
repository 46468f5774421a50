"""What is kept about days, essays and sources: counts, and whether a composed edition is out of date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from techdash.store.db import Writer, rows

# What essay_counts counts by, as its triggers have it: a week of sort_time.
ESSAY_BUCKET = 604_800

# The entries a day is made of: those of its editions' items, or an edition's own where it has none. What is
# muted, by what it is about or by itself, is no part of it: nobody has to read it.
_MEMBERS = """
  SELECT DISTINCT ed.day, coalesce(i.entry_id, ed.entry_id)
  FROM editions ed
  LEFT JOIN items i ON i.edition_id = ed.id AND i.muted = 0
    AND NOT EXISTS (SELECT 1 FROM marks k WHERE k.entry_id = i.entry_id AND k.muted_at IS NOT NULL)
  LEFT JOIN entries own ON own.id = ed.entry_id
  WHERE ed.day = ? AND coalesce(own.hidden, 0) = 0 AND coalesce(i.entry_id, ed.entry_id) IS NOT NULL
"""
_DAY = """
  SELECT ed.day,
    (SELECT count(*) FROM day_members m WHERE m.day = ed.day),
    (SELECT count(*) FROM day_members m LEFT JOIN marks k ON k.entry_id = m.entry_id
     WHERE m.day = ed.day AND k.read_at IS NULL)
  FROM editions ed LEFT JOIN entries own ON own.id = ed.entry_id
  WHERE ed.day = ? AND coalesce(own.hidden, 0) = 0 LIMIT 1
"""
_ESSAYS = f"""
  SELECT e.sort_time / {ESSAY_BUCKET}, count(*), sum(k.read_at IS NULL)
  FROM entries e LEFT JOIN marks k ON k.entry_id = e.id
  WHERE e.kind = 'essay' AND e.hidden = 0 AND e.stub = 0 AND (e.paired_with IS NULL OR e.paired_with > e.id)
  GROUP BY 1
"""  # noqa: S608 - a number of our own

_SOURCES = """
  SELECT e.source_id, count(*), sum(k.read_at IS NULL)
  FROM entries e LEFT JOIN marks k ON k.entry_id = e.id
  WHERE e.hidden = 0 AND e.stub = 0 GROUP BY e.source_id
"""


def recount_days(db: Writer, days: Iterable[str]) -> None:
    """Write the counts of days whose editions or items changed; in the caller's transaction.

    Of a day's members only those that came or went are written. Triggers keep the counts right when only
    marks change.
    """
    for day in sorted(set(days)):
        wanted = {entry_id for _, entry_id in rows(db.conn, _MEMBERS, (day,))}
        held = {id_ for (id_,) in rows(db.conn, "SELECT entry_id FROM day_members WHERE day = ?", (day,))}
        db.conn.executemany(
            "DELETE FROM day_members WHERE day = ? AND entry_id = ?", [(day, id_) for id_ in held - wanted]
        )
        db.conn.executemany(
            "INSERT INTO day_members (day, entry_id) VALUES (?, ?)", [(day, id_) for id_ in wanted - held]
        )
        db.execute("DELETE FROM days WHERE day = ?", (day,))
        db.execute(f"INSERT INTO days (day, total, unread) {_DAY}", (day,))


def mark_stale(db: Writer, days: Iterable[str]) -> None:
    """Note that what the days' editions are composed from changed; in the caller's transaction."""
    db.conn.executemany(
        "INSERT INTO composing (day, stale) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET stale = 1",
        [(day,) for day in days],
    )


def recount_all(db: Writer) -> None:
    """Rebuild every count from the rows it counts; in the caller's transaction."""
    sql = "SELECT day FROM days UNION SELECT day FROM editions UNION SELECT day FROM day_members"
    recount_days(db, (day for (day,) in rows(db.conn, sql)))
    db.execute("DELETE FROM essay_counts")
    db.execute(f"INSERT INTO essay_counts (bucket, total, unread) {_ESSAYS}")
    db.execute("DELETE FROM source_counts")
    db.execute(f"INSERT INTO source_counts (source_id, total, unread) {_SOURCES}")


def counts_are_right(conn: sqlite3.Connection) -> bool:
    """Whether the kept counts are those of the rows; reads the whole library."""
    kept = rows(conn, "SELECT bucket, total, unread FROM essay_counts WHERE total <> 0 OR unread <> 0")
    if sorted(kept) != sorted(rows(conn, _ESSAYS)):
        return False
    kept = rows(conn, "SELECT source_id, total, unread FROM source_counts WHERE total <> 0 OR unread <> 0")
    if sorted(kept) != sorted(rows(conn, _SOURCES)):
        return False
    true_days, true_members = [], []
    for (day,) in rows(conn, "SELECT DISTINCT day FROM editions"):
        true_days += rows(conn, _DAY, (day,))
        true_members += rows(conn, _MEMBERS, (day,))
    return sorted(true_days) == rows(conn, "SELECT day, total, unread FROM days ORDER BY day") and sorted(
        true_members
    ) == rows(conn, "SELECT day, entry_id FROM day_members ORDER BY day, entry_id")
