"""Entries in the library, read back: lists, one entry, what a day is composed from."""

from __future__ import annotations

import json
import posixpath
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from techdash.models.editions import DayEntry
from techdash.models.entries import Entry, EntryRow
from techdash.models.parsed import Enclosure
from techdash.models.plans import Known
from techdash.store import marked
from techdash.store.counting import ESSAY_BUCKET
from techdash.store.db import each, first, rows, snapshot

_LARGEST = 2**63 - 1

_ROW = f"""
  SELECT e.source_id, s.title, e.kind, {marked.columns("e.id")},
    e.id, e.title, e.url, e.author, e.published, e.day, e.language, e.minutes,
    coalesce(p.progress, 0.0), coalesce(p.saved_at, 0),
    o.id, o.title, o.url, o.author, o.published, o.day, o.language, o.minutes,
    coalesce(q.progress, 0.0), coalesce(q.saved_at, 0)
  FROM entries e CROSS JOIN sources s ON s.id = e.source_id
  LEFT JOIN marks m ON m.entry_id = e.id LEFT JOIN places p ON p.entry_id = e.id
  LEFT JOIN entries o ON o.paired_with = e.id LEFT JOIN places q ON q.entry_id = o.id
"""  # noqa: S608 - our own words
_LISTED = """
  e.kind = 'essay' AND e.hidden = 0 AND e.stub = 0 AND (e.paired_with IS NULL OR e.paired_with > e.id)
"""
# Of the places kept last so many are looked through: what was begun long ago is found in the list.
_LATEST_PLACES = 200
# From where on an essay is begun, and from where on it is read; the index places_begun has the same figures.
BEGUN, FINISHED = 0.02, 0.97
# What of a day's entries its edition is composed from.
_COMPOSED = """
  AND e.hidden = 0 AND e.stub = 0 AND s.origin <> 'starter'
  AND e.kind IN ('article', 'essay', 'social', 'github', 'podcast', 'paper')
  AND (e.paired_with IS NULL OR e.paired_with > e.id OR NOT EXISTS (
    SELECT 1 FROM entries o WHERE o.id = e.paired_with AND o.day = e.day AND o.hidden = 0 AND o.stub = 0))
"""
# So much of both ends of a long post is looked at.
_POST_END = 2000
_CURRENT = "(SELECT coalesce(superseded_by, id) FROM entries WHERE id = ?)"
_KNOWN = """
  SELECT e.id, e.key, e.hash, e.has_body, e.url_key, e.title, e.published, e.first_seen, coalesce(r.times, 0),
    coalesce(a.is_page, 0)
  FROM entries e LEFT JOIN rewrites r ON r.entry_id = e.id LEFT JOIN articles a ON a.entry_id = e.id
"""
_BY_KEY = f"""
  {_KNOWN} WHERE e.source_id = ? AND e.key IN (SELECT value FROM json_each(?)) AND e.stub = 0
"""  # noqa: S608 - our own words
# Of more than one with an address, or with title and date, none is told by it: two are enough to know that.
_ALIKE = f"""
  {_KNOWN} WHERE e.id IN (
    SELECT f.id FROM json_each(:links) CROSS JOIN entries f ON f.id IN (
      SELECT id FROM entries
      WHERE url_key = json_each.value AND url_key <> '' AND +source_id = :source AND stub = 0
        AND superseded_by IS NULL
      LIMIT 2)
    UNION ALL
    SELECT f.id FROM json_each(:twins) CROSS JOIN entries f ON f.id IN (
      SELECT id FROM entries
      WHERE source_id = :source AND twin = json_each.value AND twin <> 0 AND superseded_by IS NULL
      LIMIT 2))
"""  # noqa: S608 - our own words


def known(conn: sqlite3.Connection, source_id: str, keys: Iterable[str]) -> dict[str, Known]:
    """Which of these keys of a source are stored, and as what."""
    found = rows(conn, _BY_KEY, (source_id, json.dumps(list(keys))))
    return {row[1]: _known(row) for row in found}


def alike(
    conn: sqlite3.Connection, source_id: str, links: Sequence[str], twins: Sequence[int]
) -> dict[str, Known]:
    """The entries of a source with one of these addresses (``url_key``) or titles and dates, by their keys.

    ``twins`` are numbers of :func:`techdash.store.identity.twin`. At most two for each address and number.
    """
    found = rows(conn, _ALIKE, {"source": source_id, "links": json.dumps(links), "twins": json.dumps(twins)})
    return {row[1]: _known(row) for row in found}


def _known(row: tuple[Any, ...]) -> Known:
    id_, key, hash_, has_body, url_key, title, published, first_seen, rewrites, has_page = row
    return Known(
        id_, key, hash_, bool(has_body), url_key, title, published, first_seen, rewrites, bool(has_page)
    )


def essays(conn: sqlite3.Connection, *, offset: int, limit: int) -> list[EntryRow]:
    """A page of the essays, newest first; as quick at the end of a long list as at its start."""
    with snapshot(conn):
        start = _essay_at(conn, offset)
        if start is None:
            return []
        found = rows(
            conn,
            f"""
            {_ROW} WHERE {_LISTED} AND (e.sort_time, e.id) <= (?, ?)
            ORDER BY e.sort_time DESC, e.id DESC LIMIT ?
            """,
            (*start, limit),
        )
    return [_entry_row(row) for row in found]


def essay_ids(conn: sqlite3.Connection, offset: int, limit: int, *, unread: bool = False) -> list[int]:
    """The essays of a part of the list, as above, or those of them that are unread."""
    with snapshot(conn):
        start = _essay_at(conn, offset)
        found = (
            rows(
                conn,
                f"""
            SELECT e.id, m.read_at FROM entries e LEFT JOIN marks m ON m.entry_id = e.id
            WHERE {_LISTED} AND (e.sort_time, e.id) <= (?, ?)
            ORDER BY e.sort_time DESC, e.id DESC LIMIT ?
            """,  # noqa: S608 - our own words
                (*start, limit),
            )
            if start
            else []
        )
    return [id_ for id_, read_at in found if not (unread and read_at is not None)]


def essay_count(conn: sqlite3.Connection) -> tuple[int, int]:
    """How many essays there are, and how many of them unread."""
    row = first(conn, "SELECT coalesce(sum(total), 0), coalesce(sum(unread), 0) FROM essay_counts")
    return row if row is not None else (0, 0)


def begun(conn: sqlite3.Connection, limit: int) -> list[EntryRow]:
    """The essays that were begun and are neither finished nor marked read, the last read first.

    In a pair the place that was kept last counts.
    """
    with snapshot(conn):
        leads: list[int] = []
        latest = each(
            conn,
            f"""
            SELECT CASE WHEN e.paired_with < e.id THEN e.paired_with ELSE e.id END,
              e.kind = 'essay' AND e.hidden = 0 AND e.stub = 0 AND m.read_at IS NULL
              AND p.saved_at >= coalesce(q.saved_at, 0)
            FROM places p CROSS JOIN entries e ON e.id = p.entry_id
            LEFT JOIN marks m ON m.entry_id = e.id LEFT JOIN places q ON q.entry_id = e.paired_with
            WHERE p.progress >= {BEGUN} AND p.progress <= {FINISHED} ORDER BY p.saved_at DESC
            """,  # noqa: S608 - figures of our own
        )
        with closing(latest):
            for lead, counts in islice(latest, _LATEST_PLACES):
                if counts and lead not in leads:
                    leads.append(lead)
                    if len(leads) == limit:
                        break
        found = [row(conn, lead) for lead in leads]
    return [one for one in found if one is not None]


def essay_position(conn: sqlite3.Connection, entry_id: int) -> int | None:
    """Where an essay stands in the list, counted from 0; None for an entry that isn't in it."""
    with snapshot(conn):
        found = first(
            conn,
            f"""
            SELECT e.sort_time, e.id FROM entries c
            CROSS JOIN entries e ON e.id = CASE WHEN c.paired_with < c.id THEN c.paired_with ELSE c.id END
            WHERE c.id = {_CURRENT} AND e.kind = 'essay' AND e.hidden = 0 AND e.stub = 0
            """,  # noqa: S608 - our own words
            (entry_id,),
        )
        if found is None:
            return None
        bucket = found[0] // ESSAY_BUCKET
        later = rows(conn, "SELECT coalesce(sum(total), 0) FROM essay_counts WHERE bucket > ?", (bucket,))
        before = rows(
            conn,
            f"""
            SELECT count(*) FROM entries e
            WHERE {_LISTED} AND (e.sort_time, e.id) > (?, ?) AND e.sort_time < ?
            """,  # noqa: S608 - our own words
            (*found, (bucket + 1) * ESSAY_BUCKET),
        )
    return int(later[0][0] + before[0][0])


def row(conn: sqlite3.Connection, entry_id: int) -> EntryRow | None:
    """An entry as lists show it; one that was superseded gives its successor."""
    found = first(conn, f"{_ROW} WHERE e.id = {_CURRENT}", (entry_id,))
    return _entry_row(found) if found else None


def newest(conn: sqlite3.Connection, entry_ids: Iterable[int]) -> list[EntryRow]:
    """Those of some entries that stand in lists, newest first; of an essay in two languages one row."""
    found = rows(
        conn,
        f"""
        {_ROW} WHERE e.id IN (
          SELECT CASE WHEN c.paired_with < c.id THEN c.paired_with ELSE c.id END
          FROM json_each(?) j CROSS JOIN entries c ON c.id = j.value
        ) AND e.hidden = 0 ORDER BY e.sort_time DESC, e.id DESC
        """,  # noqa: S608 - our own words
        (json.dumps(list(entry_ids)),),
    )
    return [_entry_row(one) for one in found]


def number_of(conn: sqlite3.Connection, entry_ids: Iterable[int]) -> int:
    """How many entries these are, an essay in two languages as one."""
    found = first(
        conn,
        """
        SELECT count(DISTINCT CASE WHEN c.paired_with < c.id THEN c.paired_with ELSE c.id END)
        FROM json_each(?) j CROSS JOIN entries c ON c.id = j.value
        """,
        (json.dumps(list(entry_ids)),),
    )
    return int(found[0]) if found else 0


def entry(conn: sqlite3.Connection, entry_id: int) -> Entry | None:
    """An entry whole; one that was superseded gives its successor."""
    with snapshot(conn):
        found = row(conn, entry_id)
        if found is None:
            return None
        text = first(
            conn,
            """
            SELECT e.summary, coalesce(f.body, b.body, ''), coalesce(f.format, b.format, 'html'),
              coalesce(f.words, e.words), e.comments_url, iif(f.body IS NULL, coalesce(a.note, ''), ''),
              f.body IS NULL AND coalesce(a.is_page, 0),
              EXISTS (SELECT 1 FROM feed_texts own WHERE own.entry_id = e.id), coalesce(m.note, '')
            FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id LEFT JOIN articles a ON a.entry_id = e.id
            LEFT JOIN marks m ON m.entry_id = e.id
            LEFT JOIN feed_texts f ON f.entry_id = e.id AND f.shown = 1
            WHERE e.id = ?
            """,
            (found.id,),
        )
        enclosures = rows(
            conn, "SELECT url, type, length FROM enclosures WHERE entry_id = ? ORDER BY position", (found.id,)
        )
    if text is None:
        return None
    summary, body, body_format, words, comments_url, note, has_page, has_both, own_note = text
    return Entry(
        row=found,
        summary=summary,
        body=body,
        body_format=body_format,
        words=words,
        comments_url=comments_url,
        enclosures=tuple(Enclosure(*values) for values in enclosures),
        note=note,
        has_page=bool(has_page),
        has_both=bool(has_both),
        own_note=own_note,
    )


def origin(conn: sqlite3.Connection, entry_id: int) -> tuple[str, str] | None:
    """The address of an entry's source, and the entry's key there: of a local source its path below it."""
    found = first(
        conn,
        f"SELECT s.url, e.key FROM entries e JOIN sources s ON s.id = e.source_id WHERE e.id = {_CURRENT}",  # noqa: S608
        (entry_id,),
    )
    return (found[0], found[1]) if found else None


def version(conn: sqlite3.Connection, entry_id: int) -> bytes | None:
    """What tells one state of an entry's content, and of what the reader wrote to it, from another."""
    found = first(
        conn,
        """
        SELECT e.hash, a.body_hash, coalesce(a.note, '') || coalesce(f.shown, '') || coalesce(m.note, '')
          || coalesce((SELECT group_concat(tag, ' ') FROM tags WHERE tags.entry_id = e.id), '')
        FROM entries e
        LEFT JOIN articles a ON a.entry_id = e.id LEFT JOIN feed_texts f ON f.entry_id = e.id
        LEFT JOIN marks m ON m.entry_id = e.id
        WHERE e.id = ?
        """,
        (entry_id,),
    )
    return b"".join((found[0], found[1] or b"", found[2].encode())) if found else None


def beside(conn: sqlite3.Connection, entry_id: int, link: str) -> int | None:
    """The entry of the same local source that a link leads to, seen from the entry's own file."""
    found = first(conn, "SELECT source_id, key FROM entries WHERE id = ?", (entry_id,))
    if found is None:
        return None
    # Imported here: the first frame does without it.
    from urllib.parse import unquote

    source_id, key = found
    path = unquote(link.partition("#")[0])
    wanted = posixpath.normpath(posixpath.join("/", posixpath.dirname(key), path)).lstrip("/")
    there = first(
        conn,
        "SELECT id FROM entries WHERE source_id = ? AND key = ? AND superseded_by IS NULL AND has_body",
        (source_id, wanted),
    )
    return there[0] if there else None


def find(conn: sqlite3.Connection, id_or_url: str) -> Entry | None:
    """The entry with this id, or the best one with an address of the same page (the exact one first)."""
    wanted = id_or_url.strip()
    if wanted.isascii() and wanted.isdigit():
        return entry(conn, int(wanted)) if int(wanted) <= _LARGEST else None
    # Imported here: the first frame does without it.
    from techdash.text.urls import canonical

    with snapshot(conn):
        found = first(
            conn,
            """
            SELECT id FROM entries WHERE url_key = ? AND url_key <> '' AND superseded_by IS NULL
            ORDER BY stub, hidden, url <> ?, has_body DESC, id LIMIT 1
            """,
            (canonical(wanted), wanted),
        )
        return entry(conn, found[0]) if found else None


def day_entries(conn: sqlite3.Connection, day: str) -> list[DayEntry]:
    """The entries of a day that its edition is composed from; the starter library makes no days.

    An essay in two languages is one entry, where both are of that day.
    """
    # Imported here: the first frame does without it.
    from techdash.text.linked import linked

    return [
        DayEntry(  # type: ignore[misc]  # the query has eleven columns before these
            *values,
            topics=() if topics == "[]" else tuple(json.loads(topics)),
            tags=() if tags == "[]" else tuple(json.loads(tags)),
            has_text=bool(has_text),
            read=bool(read),
            apart=frozenset(json.loads(apart)) if apart else frozenset(),
            featured=featured is not None,
            ending=body[-200:] if "Points:" not in values[7] else "",
            links=linked(body or values[7], form) if values[3] == "social" else (),
        )
        for *values, topics, tags, has_text, read, apart, featured, body, form in rows(
            conn,
            f"""
            SELECT e.id, e.source_id, s.title, e.kind, e.title, e.url, e.author, e.summary, e.sort_time,
              e.minutes, s.weight, s.topics, e.tags, e.has_body, m.read_at IS NOT NULL, m.apart, m.featured,
              iif(length(b.body) > 2 * {_POST_END}, substr(b.body, 1, {_POST_END}) || ' ' ||
                substr(b.body, -{_POST_END}), coalesce(b.body, '')), coalesce(b.format, 'text')
            FROM entries e CROSS JOIN sources s ON s.id = e.source_id LEFT JOIN marks m ON m.entry_id = e.id
            LEFT JOIN bodies b ON b.entry_id = e.id AND e.kind = 'social' AND e.has_body
            WHERE e.day = ? {_COMPOSED}
            """,  # noqa: S608 - our own words
            (day,),
        )
    ]


def titles_of(conn: sqlite3.Connection, day: str, limit: int) -> list[tuple[str, str]]:
    """The titles of the first entries of a day, as above, each with its source's."""
    return rows(
        conn,
        f"""
        SELECT e.title, s.title FROM entries e CROSS JOIN sources s ON s.id = e.source_id
        WHERE e.day = ? {_COMPOSED} ORDER BY e.id LIMIT ?
        """,  # noqa: S608 - our own words
        (day, limit),
    )


def _essay_at(conn: sqlite3.Connection, offset: int) -> tuple[int, int] | None:
    """(sort_time, id) of the essay at a position of the list."""
    if offset < 0:
        raise ValueError("offset is negative")
    for bucket, total in each(conn, "SELECT bucket, total FROM essay_counts ORDER BY bucket DESC"):
        if offset < total:
            return first(
                conn,
                f"""
                SELECT e.sort_time, e.id FROM entries e WHERE {_LISTED} AND e.sort_time < ?
                ORDER BY e.sort_time DESC, e.id DESC LIMIT 1 OFFSET ?
                """,  # noqa: S608 - our own words
                ((bucket + 1) * ESSAY_BUCKET, offset),
            )
        offset -= total
    return None


def _entry_row(values: tuple[Any, ...]) -> EntryRow:
    """A row of ``_ROW``: what a pair has in common, then the entry, then the same of its other language."""
    source_id, source_title, kind, *rest = values
    marks = marked.of(rest[: marked.COLUMNS])
    del rest[: marked.COLUMNS]
    size = len(rest) // 2

    def one(columns: list[Any], other: EntryRow | None) -> EntryRow:
        id_, title, url, author, published, day, language, minutes, progress, read_last = columns
        return EntryRow(
            id=id_,
            source_id=source_id,
            source_title=source_title,
            kind=kind,
            title=title,
            url=url,
            author=author,
            published=published,
            day=day,
            language=language,
            minutes=minutes,
            marks=marks,
            progress=progress,
            read_last=read_last,
            other=other,
        )

    return one(rest[:size], one(rest[size:], None) if rest[size] is not None else None)
