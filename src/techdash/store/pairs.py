"""An essay, or a page of a sheet, in two languages as one: which entries belong together, in the rows' words.

Two essays of a source are a pair where their author says that they are one text (a ``translation``), or
where their addresses differ in nothing but the mark of a language; one is in Chinese, one in English, and
there is no third. ``entries.paired_with`` holds the other's id in both rows; the one with the lower id stands
for the pair in lists and counts, and marks are the same on both.
"""

from __future__ import annotations

import json
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from hashlib import blake2b

from techdash.models.entries import Place
from techdash.store.db import Writer, first, rows
from techdash.store.marked import MUTED
from techdash.text.translations import unmarked

_BATCH = 500

# The groups of the asked entries and of those they were paired with.
_GROUPS = """
  WITH asked (id) AS (SELECT value FROM json_each(?)),
  groups AS (
    SELECT DISTINCT e.source_id, e.pair_key FROM (
      SELECT id FROM asked
      UNION SELECT w.paired_with FROM asked CROSS JOIN entries w ON w.id = asked.id
    ) any CROSS JOIN entries e ON e.id = any.id WHERE e.pair_key <> ''
  )
"""
_HELD = f"""
  {_GROUPS}
  SELECT e.id, e.paired_with FROM asked CROSS JOIN entries e ON e.id = asked.id
  WHERE e.paired_with IS NOT NULL
  UNION
  SELECT e.id, e.paired_with FROM groups g
  CROSS JOIN entries e ON e.source_id = g.source_id AND e.pair_key = g.pair_key AND e.pair_key <> ''
  WHERE e.paired_with IS NOT NULL
"""  # noqa: S608 - our own words
_PAIRS = f"""
  {_GROUPS}
  SELECT min(e.id), max(e.id) FROM groups g
  CROSS JOIN entries e ON e.source_id = g.source_id AND e.pair_key = g.pair_key AND e.pair_key <> ''
  WHERE e.kind IN ('essay', 'cheatsheet') AND e.stub = 0 AND e.superseded_by IS NULL
  GROUP BY g.source_id, g.pair_key
  HAVING count(*) = 2 AND count(DISTINCT e.language) = 2
    AND (g.pair_key LIKE '=%' OR count(DISTINCT CASE e.url_key WHEN '' THEN e.key ELSE e.url_key END) = 2)
"""  # noqa: S608 - as above


def key_of(kind: str, language: str, url_key: str, key: str, translation: str = "") -> str:
    """What an entry shares with the same essay in another language; empty where it can have none."""
    if kind not in ("essay", "cheatsheet") or language not in ("en", "zh"):
        return ""
    if translation:
        return "=" + _short(translation)
    address, marked = unmarked(url_key or key)
    return "/" + _short(address) if address and marked in ("", language) else ""


def _short(name: str) -> str:
    """A name as twelve characters: an address in every row would be half of the library's indexes."""
    digest = blake2b(name.encode("utf-8", "replace"), digest_size=9).digest()
    return urlsafe_b64encode(digest).decode("ascii")


def share_marks(db: Writer, from_id: int, to_id: int) -> None:
    """Give an entry the marks of another beside its own; the earlier own moment stays."""
    db.execute(
        """
        INSERT INTO marks (entry_id, read_at, starred_at, later_at, muted_at, note)
        SELECT ?, read_at, starred_at, later_at, muted_at, note FROM marks WHERE entry_id = ?
        ON CONFLICT (entry_id) DO UPDATE SET read_at = coalesce(read_at, excluded.read_at),
          starred_at = coalesce(starred_at, excluded.starred_at),
          later_at = coalesce(later_at, excluded.later_at),
          muted_at = coalesce(muted_at, excluded.muted_at), note = coalesce(note, excluded.note)
        """,
        (to_id, from_id),
    )
    db.execute(
        "INSERT INTO tags (entry_id, tag) SELECT ?, tag FROM tags WHERE entry_id = ? ON CONFLICT DO NOTHING",
        (to_id, from_id),
    )
    db.execute(
        """
        UPDATE entries SET hidden = ? WHERE id = ? AND hidden = 0
        AND EXISTS (SELECT 1 FROM marks m WHERE m.entry_id = entries.id AND m.muted_at IS NOT NULL)
        """,
        (MUTED, to_id),
    )


def regroup(
    db: Writer, entry_ids: Iterable[int], share: Callable[[Writer, int, int], None] = share_marks
) -> None:
    """Pair or part what these entries belong to, after they came or changed; in the caller's transaction.

    What becomes a pair has the marks of both from then on. ``share`` is for a library of older tables.
    """
    ids = list(entry_ids)
    for at in range(0, len(ids), _BATCH):
        _regroup(db, ids[at : at + _BATCH], share)


def _regroup(db: Writer, ids: list[int], share: Callable[[Writer, int, int], None]) -> None:
    asked = (json.dumps(ids),)
    held = dict(rows(db.conn, _HELD, asked))
    pairs = rows(db.conn, _PAIRS, asked)
    held |= {other: id_ for id_, other in held.items()}
    wanted = {id_: other for low, high in pairs for id_, other in ((low, high), (high, low))}
    for id_ in held.keys() - wanted.keys():
        db.execute("UPDATE entries SET paired_with = NULL WHERE id = ?", (id_,))
    for id_, other in wanted.items():
        if held.get(id_) != other:
            db.execute("UPDATE entries SET paired_with = ? WHERE id = ?", (other, id_))
    for low, high in pairs:
        for one, other in ((low, high), (high, low)):
            share(db, one, other)


def last_place(conn: sqlite3.Connection, entry_id: int) -> tuple[int, Place] | None:
    """Where an essay was read last, in whichever of its languages: the entry and the place in it."""
    found = first(
        conn,
        """
        SELECT p.entry_id, p.start, p.quote, p.progress FROM places p
        WHERE p.entry_id IN (?1, (SELECT id FROM entries WHERE paired_with = ?1))
        ORDER BY p.saved_at DESC, p.entry_id <> ?1 LIMIT 1
        """,
        (entry_id,),
    )
    return (int(found[0]), Place(*found[1:])) if found else None
