"""Editions in the library: the days of the strip, what each day holds, and storing composed ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec import json as encoded

from techdash.days import week_of
from techdash.models.editions import (
    AlsoIn,
    ComposedEdition,
    DayRow,
    Draft,
    Edition,
    Item,
    Other,
    Section,
    Tastes,
    Trend,
)
from techdash.store import marked
from techdash.store.counting import recount_days
from techdash.store.db import Writer, first, insert, rows, snapshot, update, upsert, writing

_EDITIONS = f"""
  SELECT ed.id, ed.day, ed.entry_id, ed.cadence, ed.lead, ed.lead_cut, ed.counts, ed.stated_counts,
    ed.sections, e.source_id, s.title, e.title, e.url,
    ed.lead_zh, ed.trend, ed.draft, {marked.columns("ed.entry_id")}
  FROM editions ed LEFT JOIN entries e ON e.id = ed.entry_id LEFT JOIN sources s ON s.id = e.source_id
  LEFT JOIN marks m ON m.entry_id = ed.entry_id
  WHERE (e.hidden = 0 OR ed.entry_id IS NULL)
"""  # noqa: S608 - our own words
_ITEMS = f"""
  SELECT i.section, i.title, i.url, i.who, i.summary, i.featured, i.score, i.entry_id, e.minutes,
    CASE WHEN e.stub THEN '' ELSE s.title END, i.parts, i.taste, i.muted, i.draft,
    {marked.columns("i.entry_id")}
  FROM items i CROSS JOIN entries e ON e.id = i.entry_id CROSS JOIN sources s ON s.id = e.source_id
  LEFT JOIN marks m ON m.entry_id = i.entry_id
  WHERE i.edition_id = ? AND m.muted_at IS NULL ORDER BY i.section, i.position
"""  # noqa: S608 - as above
_ALSO_IN = """
  SELECT a.speaker_id, s.title, e.title, e.url, e.id
  FROM also_in a CROSS JOIN entries e ON e.id = a.entry_id CROSS JOIN sources s ON s.id = e.source_id
  WHERE a.edition_id = ? ORDER BY a.speaker_id, a.position
"""
_OTHERS = """
  SELECT e.id, e.language, o.id, o.title, o.url, o.summary, o.language, o.minutes
  FROM items i CROSS JOIN entries e ON e.id = i.entry_id CROSS JOIN entries o ON o.id = e.paired_with
  WHERE i.edition_id = ? AND o.hidden = 0 AND o.stub = 0
"""
_INSERT_ALSO_IN = """
  INSERT INTO also_in (edition_id, speaker_id, position, entry_id)
  SELECT ?, coalesce(e.superseded_by, e.id), ?, coalesce(a.superseded_by, a.id)
  FROM entries e CROSS JOIN entries a WHERE e.id = ? AND a.id = ?
  ON CONFLICT DO NOTHING
"""
# Another process may have superseded or removed the entry since its day was read.
_INSERT_ITEM = """
  INSERT INTO items
    (edition_id, section, position, title, url, who, summary, featured, score, parts, taste, muted, entry_id)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(superseded_by, id) FROM entries WHERE id = ?
"""
_NEIGHBOUR = {
    1: "SELECT day FROM days WHERE day > ? ORDER BY day LIMIT 1",
    -1: "SELECT day FROM days WHERE day < ? ORDER BY day DESC LIMIT 1",
}
_NEXT_UNREAD = {
    1: "SELECT day FROM days WHERE unread > 0 AND day > ? ORDER BY day LIMIT 1",
    -1: "SELECT day FROM days WHERE unread > 0 AND day < ? ORDER BY day DESC LIMIT 1",
}


# -- reading


def days(
    conn: sqlite3.Connection, *, before: str | None = None, after: str | None = None, limit: int = 15
) -> list[DayRow]:
    """The days that have an edition, oldest first: the last ones, or those next to a day."""
    if after is not None:
        sql = "SELECT day, total, unread FROM days WHERE day > ? AND day < ? ORDER BY day LIMIT ?"
        return [DayRow(*values) for values in rows(conn, sql, (after, before or "~", limit))]
    sql = "SELECT day, total, unread FROM days WHERE day < ? ORDER BY day DESC LIMIT ?"
    return [DayRow(*values) for values in reversed(rows(conn, sql, (before or "~", limit)))]


def day_row(conn: sqlite3.Connection, day: str) -> DayRow | None:
    """A day's counts; None where it has no edition."""
    row = first(conn, "SELECT day, total, unread FROM days WHERE day = ?", (day,))
    return DayRow(*row) if row else None


def on(conn: sqlite3.Connection, day: str) -> list[Edition]:
    """A day's editions: published dailies, then weeklies, then the composed one."""
    return between(conn, day, day)


def between(conn: sqlite3.Connection, first_day: str, last_day: str) -> list[Edition]:
    """The editions of a span of days, both ends included, in order of days."""
    with snapshot(conn):
        found = rows(conn, f"{_EDITIONS} AND ed.day >= ? AND ed.day <= ?", (first_day, last_day))
        found.sort(key=lambda row: (row[1], row[2] is None, row[3] == "weekly", row[9] or "", row[0]))
        return [
            _edition(row, rows(conn, _ITEMS, (row[0],)), _beside(conn, row[0]) if row[2] is None else {})
            for row in found
        ]


def weeklies_of(conn: sqlite3.Connection, day: str) -> list[Edition]:
    """The weeklies of a day's week (ISO 8601: from Monday) that stand on another day of it, without items."""
    first_day, last_day = week_of(day)
    sql = f"{_EDITIONS} AND ed.day >= ? AND ed.day <= ? AND ed.cadence = 'weekly' AND ed.day <> ?"
    found = rows(conn, sql, (first_day, last_day, day))
    return [_edition(row, (), {}) for row in sorted(found, key=lambda row: (row[1], row[9] or "", row[0]))]


def span(conn: sqlite3.Connection) -> tuple[str, str] | None:
    """The first and the last day that have an edition; None where none has."""
    found = first(conn, "SELECT (SELECT min(day) FROM days), (SELECT max(day) FROM days)")
    return (found[0], found[1]) if found and found[0] else None


def in_month(conn: sqlite3.Connection, month: str) -> list[DayRow]:
    """The days of a month (``YYYY-MM``) that have an edition, in order."""
    sql = "SELECT day, total, unread FROM days WHERE day >= ? AND day <= ? ORDER BY day"
    return [DayRow(*values) for values in rows(conn, sql, (f"{month}-01", f"{month}-31"))]


def neighbour(conn: sqlite3.Connection, day: str, step: Literal[-1, 1]) -> str | None:
    """The nearest day before (-1) or after (1) that has an edition."""
    return _one(conn, _NEIGHBOUR[step], (day,))


def next_unread_day(conn: sqlite3.Connection, day: str, step: Literal[-1, 1]) -> str | None:
    """The nearest day before (-1) or after (1) that has something unread."""
    return _one(conn, _NEXT_UNREAD[step], (day,))


def latest(conn: sqlite3.Connection) -> str | None:
    """The last day that has an edition."""
    return _one(conn, "SELECT max(day) FROM days", ())


def compose_key(conn: sqlite3.Connection, day: str, tastes: Tastes | None = None) -> bytes:
    """A hash of what the day's edition would be composed from: equal keys, equal editions.

    That is its entries, its sources and what the reader wants more and less of.
    """
    found = rows(
        conn,
        """
        SELECT e.id, e.hash, e.kind, e.sort_time, s.id, s.title, s.weight, m.apart, m.featured, e.paired_with
        FROM entries e CROSS JOIN sources s ON s.id = e.source_id LEFT JOIN marks m ON m.entry_id = e.id
        WHERE e.day = ? AND e.hidden = 0 AND e.stub = 0 AND s.origin <> 'starter'
          AND e.kind IN ('article', 'essay', 'social', 'github', 'podcast', 'paper')
        """,
        (day,),
    )
    # Imported here: only composing needs them.
    import hashlib

    from msgspec import msgpack

    return hashlib.blake2b(msgpack.encode((sorted(found), tastes or Tastes())), digest_size=16).digest()


def composed_key(conn: sqlite3.Connection, day: str) -> bytes | None:
    """The key with which the day was composed last; None where it never was."""
    row = first(conn, "SELECT key FROM composing WHERE day = ?", (day,))
    return row[0] if row else None


def uncomposed(conn: sqlite3.Connection) -> list[str]:
    """The days whose entries came, went or changed since they were composed, oldest first."""
    return [day for (day,) in rows(conn, "SELECT day FROM composing WHERE stale = 1 ORDER BY day")]


def _one(conn: sqlite3.Connection, sql: str, parameters: tuple[str, ...]) -> str | None:
    row = first(conn, sql, parameters)
    return row[0] if row else None


class _Beside(Struct):
    """What an item of a composed edition has beside its own entry."""

    also_in: tuple[AlsoIn, ...] = ()
    language: str = ""
    other: Other | None = None


_ALONE = _Beside()


def _beside(conn: sqlite3.Connection, edition_id: int) -> dict[int, _Beside]:
    """The other entries of an edition's stories and the other languages of its essays, by its entries."""
    found: dict[int, _Beside] = {}
    for speaker, *values in rows(conn, _ALSO_IN, (edition_id,)):
        one = found.setdefault(speaker, _Beside())
        one.also_in = (*one.also_in, AlsoIn(*values))
    for speaker, language, *values in rows(conn, _OTHERS, (edition_id,)):
        one = found.setdefault(speaker, _Beside())
        one.language, one.other = language, Other(*values)
    return found


def _edition(
    row: tuple[Any, ...],
    items: Iterable[tuple[Any, ...]],
    beside: Mapping[int, _Beside],
) -> Edition:
    id_, day, entry_id, cadence, lead, lead_cut, counts, stated_counts, sections, *own = row
    source_id, source_title, title, url, lead_zh, trend, draft, *marks = own
    by_section: dict[int, list[Item]] = {}
    for number, *values in items:
        by_section.setdefault(number, []).append(_item(beside.get(values[6], _ALONE), *values))
    named = json.loads(sections)
    return Edition(
        id=id_,
        day=day,
        source_id=source_id or "",
        source_title=source_title or "techdash",
        title=title or day,
        url=url or "",
        lead=lead,
        composed=entry_id is None,
        cadence=cadence,
        lead_cut=bool(lead_cut),
        counts=json.loads(counts),
        stated_counts=None if stated_counts is None else json.loads(stated_counts),
        sections=tuple(
            Section(kind, title, tuple(by_section.get(number, ())), "".join(prose))
            for number, (kind, title, *prose) in enumerate(named)
            if prose or number in by_section
        ),
        entry_id=entry_id,
        marks=marked.of(marks),
        lead_zh=lead_zh,
        trend=() if trend == "[]" else encoded.decode(trend, type=tuple[Trend, ...]),
        draft=encoded.decode(draft, type=Draft) if draft else None,
    )


def _item(
    beside: _Beside,
    title: str,
    url: str,
    who: str,
    summary: str,
    featured: int,
    score: float,
    entry_id: int,
    minutes: int,
    source_title: str,
    parts: str,
    taste: str,
    muted: int,
    draft: str,
    *marks: Any,
) -> Item:
    return Item(
        title=title,
        url=url,
        who=who,
        summary=summary,
        featured=bool(featured),
        score=score,
        entry_id=entry_id,
        minutes=minutes,
        marks=marked.of(marks),
        source_title=source_title,
        parts={} if parts == "{}" else encoded.decode(parts),
        taste=taste,
        muted=bool(muted),
        also_in=beside.also_in,
        language=beside.language,
        other=beside.other,
        draft=encoded.decode(draft, type=Draft) if draft else None,
    )


# -- storing


def save_composed(
    db: Writer,
    day: str,
    edition: ComposedEdition | None,
    key: bytes,
    *,
    tastes: Tastes | None = None,
    counted: Mapping[str, Mapping[str, int]] | None = None,
) -> None:
    """Store the edition composed for a day, or that there is none, with the key of what it was made from.

    Where entries changed since the key was taken, the day stays on the list of :func:`uncomposed`.
    ``counted``: the terms of days, to be kept beside.
    """
    from techdash.store import terms  # only composing needs them

    with writing(db):
        stale = compose_key(db.conn, day, tastes) != key
        upsert(db, "composing", {"day": day, "key": key, "stale": stale}, "day")
        if edition is None:
            db.execute("DELETE FROM editions WHERE day = ? AND entry_id IS NULL", (day,))
        else:
            _write_composed(db, day, edition)
        terms.save(db, counted or {})
        recount_days(db, [day])


def _write_composed(db: Writer, day: str, edition: ComposedEdition) -> None:
    stored = rows(db.conn, "SELECT id FROM editions WHERE day = ? AND entry_id IS NULL", (day,))
    record = {
        "day": day,
        "cadence": "daily",
        "lead": edition.lead,
        "lead_cut": 0,
        "counts": json.dumps(edition.counts),
        "sections": json.dumps([(kind, title) for kind, title, _ in edition.sections]),
        "lead_zh": edition.lead_zh,
        "trend": encoded.encode(edition.trend).decode(),
        "draft": "",
    }
    if stored:
        edition_id = int(stored[0][0])
        update(db, "editions", edition_id, record)
        db.execute("DELETE FROM items WHERE edition_id = ?", (edition_id,))
        db.execute("DELETE FROM also_in WHERE edition_id = ?", (edition_id,))
    else:
        edition_id = insert(db, "editions", record)
    db.conn.executemany(
        _INSERT_ITEM,
        [
            (
                *(edition_id, number, position, item.title, item.url, item.who, item.summary),
                *(item.featured, item.score, encoded.encode(item.parts).decode(), item.taste, item.muted),
                item.entry_id,
            )
            for number, (_, _, items) in enumerate(edition.sections)
            for position, item in enumerate(items)
        ],
    )
    db.conn.executemany(
        _INSERT_ALSO_IN,
        [
            (edition_id, position, item.entry_id, other.entry_id)
            for _, _, items in edition.sections
            for item in items
            for position, other in enumerate(item.also_in)
        ],
    )
