"""What the reader has said by keys to want more or less of, in the library; each can be undone."""

from __future__ import annotations

import json
import sqlite3

from msgspec import json as encoded

from techdash.models.editions import Tastes
from techdash.store import marks
from techdash.store.counting import mark_stale
from techdash.store.db import Writer, rows, upsert, writing

RECENT_DAYS = 30
_APPLIED = "tastes applied"


def by_key(conn: sqlite3.Connection) -> dict[str, int]:
    """What was said of each word, topic or source: 1 more of it, -1 less, 0 neither after all."""
    return dict(rows(conn, "SELECT name, liking FROM tastes ORDER BY name"))


def say(db: Writer, name: str, liking: int, now: int) -> None:
    """Keep what the reader wants of a word, topic or source: 1, -1 or 0. ``marks.undo`` takes it back."""
    with writing(db):
        stored = dict(rows(db.conn, "SELECT name, liking FROM tastes WHERE name = ?", (name,)))
        action = {1: "more of", -1: "less of", 0: "neither more nor less of"}[liking]
        marks.log(
            db,
            f"{action} {name}",
            {marks.TASTES: {name: stored.get(name)}},
            {marks.TASTES: {name: liking}},
            now,
        )
        upsert(db, "tastes", {"name": name, "liking": liking}, "name")


def apply(db: Writer, tastes: Tastes) -> None:
    """Have the last days composed anew where other tastes hold now than when this was last asked."""
    value = encoded.encode(tastes).decode()
    if (marks.state(db.conn, _APPLIED) or encoded.encode(Tastes()).decode()) == value:
        return
    with writing(db):
        newest = rows(db.conn, "SELECT day FROM composing ORDER BY day DESC LIMIT ?", (RECENT_DAYS,))
        mark_stale(db, [day for (day,) in newest])
        upsert(db, "state", {"key": _APPLIED, "value": json.dumps(value)}, "key")
