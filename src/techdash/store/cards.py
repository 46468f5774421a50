"""The cards of the cheat-sheets, in the order of their sources, and what the reader did with them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from msgspec.structs import asdict, replace

from techdash.models.entries import ChangelogEntry
from techdash.models.parsed import Card, CardMark
from techdash.store.db import Writer, first, rows, upsert, writing
from techdash.store.marks import CARDS, log
from techdash.text.syntax import bare

_COLUMNS = Card.__struct_fields__[:-1]
# A document that is one card opens as its entry. Of one in two languages the Chinese half is met there.
_IS_PAGE = """(c.syntax = '' AND NOT EXISTS (
    SELECT 1 FROM cards other WHERE other.entry_id = c.entry_id AND other.position <> c.position))"""
_QUERY = f"""
  SELECT e.source_id, e.key, c.position, e.title, {", ".join(f"c.{name}" for name in _COLUMNS)},
    iif({_IS_PAGE}, e.id, 0)
  FROM cards c CROSS JOIN entries e ON e.id = c.entry_id
  WHERE e.hidden = 0 AND NOT (e.language = 'zh' AND e.paired_with IS NOT NULL AND {_IS_PAGE})
"""  # noqa: S608 - our own names
_DAYS = """
  SELECT c.sheet, date(max(e.published), 'unixepoch') FROM cards c JOIN entries e ON e.id = c.entry_id
  WHERE e.hidden = 0 GROUP BY c.sheet
"""
_NEWEST = """
  SELECT e.id, e.title, date(e.sort_time, 'unixepoch'), e.url, coalesce(b.format, 'text'),
    coalesce(b.body, e.summary)
  FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id
  WHERE e.source_id = ? AND e.hidden = 0 AND e.stub = 0 ORDER BY e.sort_time DESC LIMIT 100
"""


def sheets(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """(sheet, title of the entry it begins in) of every sheet."""
    found: dict[str, str] = {}
    for _, _, _, title, sheet, *_ in _ordered(conn):
        found.setdefault(sheet, title)
    return list(found.items())


def cards(conn: sqlite3.Connection, sheet: str | None = None) -> list[Card]:
    """The cards of a sheet, or of all."""
    return [Card(*values) for _, _, _, _, *values in _ordered(conn) if sheet in (None, values[0])]


def changelogs(conn: sqlite3.Connection) -> dict[str, tuple[str, list[ChangelogEntry]]]:
    """Of each sheet that a source of kind github has among its topics: its day, and the newest entries there.

    The day (ISO 8601, UTC) is that of the newest document of the sheet.
    """
    topics = [
        (source, {str(topic).casefold() for topic in json.loads(said)})
        for source, said in rows(
            conn, "SELECT id, topics FROM sources WHERE kind = 'github' AND enabled = 1 AND removed = 0"
        )
    ]
    if not topics:
        return {}
    found = {}
    for sheet, day in rows(conn, _DAYS):
        several = [source for source, named in topics if sheet.casefold() in named]
        entries = [ChangelogEntry(*values) for source in several for values in rows(conn, _NEWEST, (source,))]
        if entries:
            found[sheet] = (day or "", entries)
    return found


def key_of(card: Card) -> tuple[str, str]:
    """What a card's mark is kept under, whatever becomes of its row: sheet, and command or name."""
    return card.sheet, bare(card.syntax) or card.item


def marks(conn: sqlite3.Connection) -> dict[tuple[str, str], CardMark]:
    """Every mark on a card, by :func:`key_of`."""
    found = rows(conn, "SELECT sheet, card, starred, note, updated FROM card_marks ORDER BY sheet, card")
    return {(sheet, card): CardMark(bool(starred), *rest) for sheet, card, starred, *rest in found}


def star(db: Writer, card: Card, starred: bool, now: int) -> None:
    """Star a card, or unstar it. ``marks.undo`` takes it back."""
    _save(db, card, f"{'starred' if starred else 'unstarred'} {key_of(card)[1]}", now, starred=starred)


def write_note(db: Writer, card: Card, note: str, now: int) -> None:
    """Keep the reader's own note to a card, empty for none. ``marks.undo`` takes it back."""
    _save(db, card, f"{'note on' if note else 'no note on'} {key_of(card)[1]}", now, note=note)


def _save(db: Writer, card: Card, action: str, now: int, **changes: Any) -> None:
    sheet, name = key_of(card)
    with writing(db):
        sql = "SELECT starred, note, updated FROM card_marks WHERE sheet = ? AND card = ?"
        row = first(db.conn, sql, (sheet, name))
        held = CardMark(bool(row[0]), *row[1:]) if row else CardMark()
        mark = replace(held, **changes)
        if mark == held:
            return
        values = {**asdict(mark), "updated": now}
        logged = json.dumps([sheet, name])
        before = {CARDS: {logged: json.dumps(asdict(held)) if row else None}}
        log(db, action, before, {CARDS: {logged: json.dumps(values)}}, now)
        upsert(db, "card_marks", {"sheet": sheet, "card": name, **values}, "sheet", "card")


def _ordered(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    # From the few cards to their entries, whatever SQLite would guess of their numbers.
    return sorted(rows(conn, _QUERY))
