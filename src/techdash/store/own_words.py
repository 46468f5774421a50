"""What the reader wrote to entries: tags and notes. ``marks.undo`` takes each of them back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable

from techdash.store.db import Writer, rows, writing
from techdash.store.marks import TAG, do, stored
from techdash.text.notes import tidy


def tag(db: Writer, entry_ids: Iterable[int], add: Collection[str], remove: Collection[str], now: int) -> int:
    """Add tags to entries and take others off, as one action; gives how many entries changed.

    Tags are as ``text.tags`` makes them. Which entries are meant is as in ``marks.set_marks``.
    """
    before: dict[str, dict[str, int | None]] = {}
    after: dict[str, dict[str, int | None]] = {}
    with writing(db):
        ids = [row[0] for row in stored(db.conn, entry_ids)]
        held = _tags(db.conn, ids)
        for id_ in ids:
            here = held.get(id_, frozenset())
            change = {TAG + name: 1 for name in add if name not in here}
            change |= dict.fromkeys((TAG + name for name in remove if name in here), 0)
            if change:
                before[str(id_)] = {name: None if value else 1 for name, value in change.items()}
                after[str(id_)] = {name: value or None for name, value in change.items()}
        if after:
            words = ["tagged " + " ".join(add)] if add else []
            words += ["untagged " + " ".join(remove)] if remove else []
            do(db, " and ".join(words), before, after, now)
    return len(after)


def write_note(db: Writer, entry_id: int, note: str, now: int) -> bool:
    """Keep the reader's note to an entry, tidied, empty for none; whether that is another than was kept.

    Which entries are meant is as in ``marks.set_marks``.
    """
    wanted = tidy(note) or None
    with writing(db):
        changing = {str(id_): held for id_, *_, held in stored(db.conn, [entry_id]) if held != wanted}
        if changing:
            action = "a note" if wanted else "no note"
            before = {id_: {"note": held} for id_, held in changing.items()}
            do(db, action, before, {id_: {"note": wanted} for id_ in changing}, now)
    return bool(changing)


def tags_of(conn: sqlite3.Connection, entry_ids: Iterable[int]) -> list[frozenset[str]]:
    """The tags of each of these entries that is there."""
    ids = [row[0] for row in stored(conn, entry_ids)]
    held = _tags(conn, ids)
    return [held.get(id_, frozenset()) for id_ in ids]


def note(conn: sqlite3.Connection, entry_id: int) -> str:
    """The reader's note to an entry; empty where there is none."""
    return next((held for *_, held in stored(conn, [entry_id]) if held), "")


def known_tags(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every tag with how many entries have it, in order."""
    return rows(
        conn,
        """
        SELECT t.tag, sum(e.paired_with IS NULL OR e.paired_with > e.id)
        FROM tags t CROSS JOIN entries e ON e.id = t.entry_id AND e.superseded_by IS NULL
        GROUP BY t.tag ORDER BY t.tag
        """,
    )


def _tags(conn: sqlite3.Connection, entry_ids: list[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    sql = "SELECT t.entry_id, t.tag FROM json_each(?) j CROSS JOIN tags t ON t.entry_id = j.value"
    for id_, name in rows(conn, sql, (json.dumps(entry_ids),)):
        found.setdefault(id_, set()).add(name)
    return {id_: frozenset(names) for id_, names in found.items()}
