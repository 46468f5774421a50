"""What the reader's rules mark as entries arrive: which are new to them, and all marks as one action."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from msgspec import Struct

from techdash.store import marks, own_words
from techdash.store.db import Writer, first, rows, upsert, writing

_PASSED = "rules passed"
ACTION = "what rules marked"


class Wanted(Struct, frozen=True):
    """What rules want of an entry. ``featured`` is the query of the rule that wants it featured, or empty."""

    marks: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    featured: str = ""

    def __or__(self, other: Wanted) -> Wanted:
        return Wanted(self.marks | other.marks, self.tags | other.tags, self.featured or other.featured)


def begin(db: Writer) -> None:
    """In a library that no rules were asked of before: what is there already has arrived without them."""
    if last_passed(db.conn) is None:
        passed(db, newest(db.conn))


def newest(conn: sqlite3.Connection) -> int:
    """The last entry that came."""
    row = first(conn, "SELECT max(id) FROM entries")
    return int(row[0] or 0) if row else 0


def last_passed(conn: sqlite3.Connection) -> int | None:
    """The last entry that rules were asked of; None where they never were."""
    found = marks.state(conn, _PASSED)
    return found if isinstance(found, int) else None


def arrived(conn: sqlite3.Connection) -> list[int]:
    """The entries that came since rules were last asked.

    None of them takes the place of one that was there before, as itself or in its other language: what the
    reader did to that holds.
    """
    last = last_passed(conn) or 0
    found = rows(
        conn,
        """
        SELECT e.id FROM entries e CROSS JOIN sources s ON s.id = e.source_id
        WHERE e.id > ?1 AND e.hidden = 0 AND e.superseded_by IS NULL AND s.origin <> 'starter'
          AND (e.paired_with IS NULL OR e.paired_with > ?1)
          AND NOT EXISTS (SELECT 1 FROM entries o WHERE o.superseded_by = e.id AND o.id <= ?1)
        ORDER BY e.id
        """,
        (last,),
    )
    return [id_ for (id_,) in found]


def passed(db: Writer, last: int) -> None:
    """Rules have been asked of all entries up to this one."""
    with writing(db):
        upsert(db, "state", {"key": _PASSED, "value": json.dumps(last)}, "key")


def mark(db: Writer, wanted: Mapping[int, Wanted], last: int, now: int) -> int:
    """Mark entries as rules want it, as one action that can be undone; rules have passed ``last`` with it.

    Gives how many entries changed.
    """
    before: dict[str, dict[str, int | str | None]] = {}
    after: dict[str, dict[str, int | str | None]] = {}
    with writing(db):
        for entry_id, want in wanted.items():
            for id_, *held in marks.stored(db.conn, [entry_id]):
                named = dict(zip(marks.COLUMNS, held, strict=False))
                columns = map(marks.column_of, sorted(want.marks))
                changes: dict[str, int | str | None] = {
                    column: now for column in columns if named[column] is None
                }
                tags = own_words.tags_of(db.conn, [id_])[0] if want.tags else frozenset()
                changes |= {marks.TAG + tag: 1 for tag in sorted(want.tags - tags)}
                if want.featured and not featured_by(db.conn, [id_]):
                    changes["featured"] = want.featured
                if changes:
                    before.setdefault(str(id_), {}).update(dict.fromkeys(changes))
                    after.setdefault(str(id_), {}).update(changes)
        if after:
            marks.do(db, ACTION, before, after, now)
        upsert(db, "state", {"key": _PASSED, "value": json.dumps(last)}, "key")
    return len(after)


def featured_by(conn: sqlite3.Connection, entry_ids: list[int]) -> str:
    """The query of the rule that features one of these entries; empty where none does."""
    row = first(
        conn,
        """
        SELECT m.featured FROM json_each(?) j CROSS JOIN marks m ON m.entry_id = j.value
        WHERE m.featured IS NOT NULL LIMIT 1
        """,
        (json.dumps(entry_ids),),
    )
    return str(row[0]) if row else ""
