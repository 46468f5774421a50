"""What the reader did: read, starred, later, muted, places, undo and redo, and what the window keeps."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from techdash.models.entries import Place
from techdash.store import marked
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, first, insert, rows, update, upsert, writing

KEPT_ACTIONS = 1000

COLUMNS = ("read_at", "starred_at", "later_at", "muted_at")
_WORDS = {
    ("read_at", True): "read",
    ("read_at", False): "unread",
    ("starred_at", True): "starred",
    ("starred_at", False): "unstarred",
    ("later_at", True): "later",
    ("later_at", False): "not later",
    ("muted_at", True): "muted",
    ("muted_at", False): "not muted",
}

# The entries of the stories that some entries belong to, over all days that tell them, and these themselves.
_WHOLE = """
  WITH RECURSIVE whole (id) AS (
    SELECT DISTINCT coalesce(a.superseded_by, a.id)
    FROM json_each(?) j CROSS JOIN entries a ON a.id = j.value
    UNION
    SELECT s.entry_id FROM whole CROSS JOIN also_in s ON s.speaker_id = whole.id
    UNION
    SELECT s.speaker_id FROM whole CROSS JOIN also_in s ON s.entry_id = whole.id
  )
"""

# An entry, or its successor, and the same essay in its other language.
_BOTH = """
  SELECT e.id FROM (SELECT coalesce(superseded_by, id) AS id FROM entries WHERE id = ?1) a
  CROSS JOIN entries e ON e.id = a.id OR e.paired_with = a.id
"""

# What one action changed, and nothing else: {entry: {column: time or None}} ("apart": ids as JSON, or None;
# "note": the text, or None; "featured": the query of a rule, or None; TAG and a tag: 1, or None), {TASTES:
# {name: liking or None}}, {CARDS: {sheet and card as JSON: the row's other columns as JSON or None}},
# {SEARCHES: {name: the same}}
Change = Mapping[str, Mapping[str, int | str | None]]
TASTES = "tastes"
CARDS = "cards"
SEARCHES = "searches"
TAG = "#"
_APART = (TASTES, CARDS, SEARCHES)


def set_marks(
    db: Writer,
    entry_ids: Iterable[int],
    *,
    read: bool | None = None,
    starred: bool | None = None,
    later: bool | None = None,
    muted: bool | None = None,
    now: int,
) -> int:
    """Set or clear marks on entries as one action that can be undone; gives how many entries changed.

    None leaves a mark as it is. An entry that was superseded passes the mark on to its successor; an essay in
    two languages is one, and both have the mark. A story is one too: all of its entries have it. What is
    muted stands in no list.
    """
    wanted = {
        column: flag
        for column, flag in zip(COLUMNS, (read, starred, later, muted), strict=True)
        if flag is not None
    }
    before: dict[str, dict[str, int | None]] = {}
    after: dict[str, dict[str, int | None]] = {}
    with writing(db):
        for entry_id, *values, _ in stored(db.conn, entry_ids):
            held = dict(zip(COLUMNS, values, strict=True))
            changing = [column for column, flag in wanted.items() if flag is (held[column] is None)]
            if changing:
                before[str(entry_id)] = {column: held[column] for column in changing}
                after[str(entry_id)] = {column: now if wanted[column] else None for column in changing}
        if after:
            action = " and ".join(_WORDS[column, flag] for column, flag in wanted.items())
            do(db, action, before, after, now)
    return len(after)


def column_of(mark: str) -> str:
    """Where a mark is kept, by its name in :class:`Marks`."""
    return COLUMNS[("read", "starred", "later", "muted").index(mark)]


def all_have(conn: sqlite3.Connection, entry_ids: Iterable[int], mark: str) -> bool:
    """Whether every one of these entries has a mark, by its name in :class:`Marks`."""
    column = column_of(mark)
    sql = f"""
      SELECT 1 FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value
      LEFT JOIN marks m ON m.entry_id = coalesce(e.superseded_by, e.id) WHERE m.{column} IS NULL LIMIT 1
    """  # noqa: S608 - our own names
    return first(conn, sql, (json.dumps(list(entry_ids)),)) is None


def kept_for_later(conn: sqlite3.Connection, since: int) -> list[int]:
    """The entries that were kept for later at a time or after it, in the order in which they were."""
    sql = "SELECT entry_id FROM marks WHERE later_at >= ? ORDER BY later_at, entry_id"
    return [int(entry_id) for (entry_id,) in rows(conn, sql, (since,))]


def split(db: Writer, entry_id: int, now: int) -> list[str]:
    """Keep the entries of an entry's story apart from now on, as one action that can be undone.

    Gives the days whose editions have to be composed anew; none where it is no story of several.
    """
    with writing(db):
        sql = f"{_WHOLE} SELECT w.id, m.apart FROM whole w LEFT JOIN marks m ON m.entry_id = w.id"  # noqa: S608
        stored = dict(rows(db.conn, sql, (json.dumps([entry_id]),)))
        if len(stored) < 2:
            return []
        before = {str(id_): {"apart": apart} for id_, apart in stored.items()}
        after = {
            str(id_): {"apart": json.dumps(sorted(stored.keys() - {id_} | set(json.loads(apart or "[]"))))}
            for id_, apart in stored.items()
        }
        do(db, "split a story", before, after, now)
        return days_telling(db.conn, stored)


def days_telling(conn: sqlite3.Connection, entry_ids: Iterable[int]) -> list[str]:
    """The days on whose composed editions these entries stand, or could stand, in order."""
    found = rows(
        conn,
        """
        WITH asked (id) AS (SELECT value FROM json_each(?))
        SELECT e.day FROM asked CROSS JOIN entries e ON e.id = asked.id
        UNION SELECT ed.day FROM asked CROSS JOIN items i ON i.entry_id = asked.id
        CROSS JOIN editions ed ON ed.id = i.edition_id WHERE ed.entry_id IS NULL
        UNION SELECT ed.day FROM asked CROSS JOIN also_in a ON a.entry_id = asked.id
        CROSS JOIN editions ed ON ed.id = a.edition_id
        ORDER BY 1
        """,
        (json.dumps(list(entry_ids)),),
    )
    return [day for (day,) in found]


def do(db: Writer, action: str, before: Change, after: Change, now: int) -> None:
    """Change what ``after`` says and note the action, in the caller's transaction."""
    _write(db, after)
    log(db, action, before, after, now)


def log(db: Writer, action: str, before: Change, after: Change, now: int) -> None:
    """Note an action so that it can be undone, and that what was undone can't be done again.

    In the caller's transaction.
    """
    db.execute("DELETE FROM undo_log WHERE undone = 1")
    record = {"at": now, "action": action, "before": json.dumps(before), "after": json.dumps(after)}
    newest = insert(db, "undo_log", record)
    db.execute("DELETE FROM undo_log WHERE id <= ?", (newest - KEPT_ACTIONS,))


def undo(db: Writer, now: int) -> str | None:
    """Take back the last action, whichever process did it; gives a sentence, None where there is none."""
    with writing(db):
        logged = first(
            db.conn,
            "SELECT id, action, before FROM undo_log WHERE undone = 0 ORDER BY id DESC LIMIT 1",
        )
        if logged is None:
            return None
        id_, action, before = logged
        change = json.loads(before)
        _write(db, change)
        update(db, "undo_log", id_, {"undone": 1, "at": now})
    return f"Undone: {action}{_about(change)}."


def redo(db: Writer, now: int) -> str | None:
    """Do again what was undone last, with the times it had; gives a sentence, None where there is none."""
    with writing(db):
        logged = first(db.conn, "SELECT id, action, after FROM undo_log WHERE undone = 1 ORDER BY id LIMIT 1")
        if logged is None:
            return None
        id_, action, after = logged
        change = json.loads(after)
        _write(db, change)
        update(db, "undo_log", id_, {"undone": 0, "at": now})
    return f"Redone: {action}{_about(change)}."


def place(conn: sqlite3.Connection, entry_id: int) -> Place | None:
    """Where the reader is in an entry; None where it was never opened."""
    row = first(
        conn,
        """
        SELECT start, quote, progress FROM places
        WHERE entry_id = coalesce((SELECT superseded_by FROM entries WHERE id = ?1), ?1)
        """,
        (entry_id,),
    )
    return Place(*row) if row else None


def save_place(db: Writer, entry_id: int, place: Place, now: int) -> None:
    """Keep where the reader is in an entry."""
    with writing(db):
        db.execute(
            """
            INSERT INTO places (entry_id, start, quote, progress, saved_at)
            SELECT coalesce(superseded_by, id), ?, ?, ?, ? FROM entries WHERE id = ?
            ON CONFLICT (entry_id) DO UPDATE SET start = excluded.start, quote = excluded.quote,
              progress = excluded.progress, saved_at = excluded.saved_at
            """,
            (place.offset, place.quote, place.progress, now, entry_id),
        )


def state(conn: sqlite3.Connection, key: str) -> Any:
    """What was kept under a key, as JSON gives it back; None where nothing was."""
    row = first(conn, "SELECT value FROM state WHERE key = ?", (key,))
    return json.loads(row[0]) if row else None


def save_state(db: Writer, key: str, value: Any) -> None:
    """Keep a value of JSON's kinds under a key."""
    with writing(db):
        upsert(db, "state", {"key": key, "value": json.dumps(value)}, "key")


def stored(conn: sqlite3.Connection, entry_ids: Iterable[int]) -> list[tuple[Any, ...]]:
    """All entries that marks of these are meant for, one of each pair: its id, what each of its marks is, its
    note."""
    return rows(
        conn,
        f"""
        {_WHOLE}
        SELECT e.id, m.read_at, m.starred_at, m.later_at, m.muted_at, m.note FROM (
          SELECT DISTINCT CASE WHEN c.paired_with < c.id THEN c.paired_with ELSE c.id END AS id
          FROM whole CROSS JOIN entries a ON a.id = whole.id
          CROSS JOIN entries c ON c.id = coalesce(a.superseded_by, a.id)
        ) e LEFT JOIN marks m ON m.entry_id = e.id
        """,  # noqa: S608 - our own words
        (json.dumps(list(entry_ids)),),
    )


def _write(db: Writer, change: Change) -> None:
    for name, liking in change.get(TASTES, {}).items():
        db.execute("DELETE FROM tastes WHERE name = ?", (name,))
        if liking is not None:
            insert(db, "tastes", {"name": name, "liking": liking})
    for name, columns in change.get(CARDS, {}).items():
        sheet, card = json.loads(name)
        db.execute("DELETE FROM card_marks WHERE sheet = ? AND card = ?", (sheet, card))
        if columns is not None:
            insert(db, "card_marks", {"sheet": sheet, "card": card, **json.loads(str(columns))})
    for name, kept in change.get(SEARCHES, {}).items():
        db.execute("DELETE FROM searches WHERE name = ?", (name,))
        if kept is not None:
            query, position = json.loads(str(kept))
            insert(db, "searches", {"name": name, "query": query, "position": position})
    _write_marks(db, {int(id_): values for id_, values in change.items() if id_ not in _APART})


def _write_marks(db: Writer, change: Mapping[int, Mapping[str, int | str | None]]) -> None:
    for column in (*COLUMNS, "note", "apart", "featured"):
        db.conn.executemany(
            f"""
            INSERT INTO marks (entry_id, {column}) SELECT id, ?2 FROM ({_BOTH}) WHERE true
            ON CONFLICT (entry_id) DO UPDATE SET {column} = excluded.{column}
            """,  # noqa: S608 - our own names
            [(entry_id, values[column]) for entry_id, values in change.items() if column in values],
        )
    tags = [
        (entry_id, name.removeprefix(TAG), value)
        for entry_id, values in change.items()
        for name, value in values.items()
        if name.startswith(TAG)
    ]
    db.conn.executemany(
        f"DELETE FROM tags WHERE tag = ?2 AND entry_id IN ({_BOTH})",  # noqa: S608 - our own words
        [(id_, tag) for id_, tag, value in tags if value is None],
    )
    db.conn.executemany(
        f"INSERT INTO tags (entry_id, tag) SELECT id, ?2 FROM ({_BOTH}) WHERE true ON CONFLICT DO NOTHING",  # noqa: S608
        [(id_, tag) for id_, tag, value in tags if value is not None],
    )
    if parted := [entry_id for entry_id, values in change.items() if "apart" in values]:
        mark_stale(db, days_telling(db.conn, parted))
    if featured := [entry_id for entry_id, values in change.items() if "featured" in values]:
        mark_stale(db, days_telling(db.conn, featured))
    if muted := [entry_id for entry_id, values in change.items() if "muted_at" in values]:
        _hide(db, muted)


def _hide(db: Writer, entry_ids: list[int]) -> None:
    """Have every list and count follow what is muted, and what no longer is."""
    found = rows(
        db.conn,
        """
        WITH asked (id) AS (
          SELECT coalesce(a.superseded_by, a.id) FROM json_each(?) j CROSS JOIN entries a ON a.id = j.value)
        SELECT id FROM asked
        UNION SELECT o.id FROM asked CROSS JOIN entries o ON o.paired_with = asked.id
        """,
        (json.dumps(entry_ids),),
    )
    ids = [id_ for (id_,) in found]
    marked.hide(db, ids)
    listing = rows(
        db.conn,
        """
        WITH asked (id) AS (SELECT value FROM json_each(?))
        SELECT ed.day FROM asked CROSS JOIN items i ON i.entry_id = asked.id
        CROSS JOIN editions ed ON ed.id = i.edition_id
        UNION SELECT ed.day FROM asked CROSS JOIN editions ed ON ed.entry_id = asked.id
        """,
        (json.dumps(ids),),
    )
    recount_days(db, (day for (day,) in listing))
    mark_stale(db, days_telling(db.conn, ids))


def _about(change: Change) -> str:
    if any(name in change for name in _APART):
        return ""
    return ", 1 entry" if len(change) == 1 else f", {len(change)} entries"
