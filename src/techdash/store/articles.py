"""The pages of entries in the library: which are to be asked for and when, and what came of it.

A row of ``articles`` is an entry whose page is wanted (``due``) or was asked for; a row of ``archive`` is a
post of a sitemap that no list brings any more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from techdash.models.plans import WantedPage
from techdash.models.sources import Validators
from techdash.store.db import Writer, first, rows, upsert, writing
from techdash.text.urls import canonical

# Between two requests for one page, in seconds.
ASKED_AGAIN_AFTER = 7 * 86_400
# Of entries that are stored already, the pages that fall due in an hour.
STORED_IN_AN_HOUR = 5
# So many pages in a row without more than the feed has tell of the next one.
_TELLING = 5

_WANTED = """
  SELECT e.id, e.url, e.title, e.kind, e.day, e.language, e.tags, e.words, coalesce(b.format, ''), a.tries,
    a.is_page, a.note, a.etag, a.last_modified, a.body_hash, a.not_before
  FROM articles a CROSS JOIN entries e ON e.id = a.entry_id LEFT JOIN bodies b ON b.entry_id = e.id
"""


# -- what is wanted


def sources_with_wishes(conn: sqlite3.Connection, now: int) -> list[str]:
    """The ids of the sources of which a page is due."""
    found = rows(
        conn,
        """
        SELECT s.id FROM sources s WHERE s.removed = 0 AND s.enabled
        AND EXISTS (SELECT 1 FROM articles a WHERE a.source_id = s.id AND a.due <= ?)
        """,
        (now,),
    )
    return [id_ for (id_,) in found]


def wanted(conn: sqlite3.Connection, source_id: str, now: int, limit: int) -> list[WantedPage]:
    """The pages of a source that are due, those of the newest entries first."""
    found = rows(
        conn,
        f"""
        {_WANTED} WHERE a.source_id = ? AND a.due <= ? AND e.hidden = 0
        ORDER BY a.sort_time DESC, a.entry_id DESC LIMIT ?
        """,
        (source_id, now, limit),
    )
    return [_wanted(row) for row in found]


def page_of(conn: sqlite3.Connection, entry_id: int) -> tuple[str, WantedPage] | None:
    """The source and the page of one entry, wanted or not; None where there is no such entry."""
    found = first(
        conn,
        """
        SELECT e.source_id, e.id, e.url, e.title, e.kind, e.day, e.language, e.tags, e.words,
          coalesce(b.format, ''), coalesce(a.tries, 0), coalesce(a.is_page, 0), coalesce(a.note, ''), a.etag,
          a.last_modified, a.body_hash, coalesce(a.not_before, 0)
        FROM entries e LEFT JOIN articles a ON a.entry_id = e.id LEFT JOIN bodies b ON b.entry_id = e.id
        WHERE e.id = (SELECT coalesce(superseded_by, id) FROM entries WHERE id = ?)
        """,
        (entry_id,),
    )
    return (found[0], _wanted(found[1:])) if found else None


def _wanted(row: Sequence[Any]) -> WantedPage:
    entry_id, url, title, kind, day, language, tags, words, body_format, tries, held, note = row[:12]
    return WantedPage(
        entry_id,
        url,
        title,
        kind,
        day,
        language,
        tags=tuple(json.loads(tags)),
        words=words,
        body_format=body_format,
        tries=tries,
        held=bool(held),
        note=note,
        validators=Validators(*row[12:15]),
        not_before=row[15],
    )


def are_needless(conn: sqlite3.Connection, source_id: str) -> bool:
    """Whether the pages of a source have had no more than its feed lately: what looks cut there is whole."""
    found = rows(
        conn,
        """
        SELECT is_page FROM articles WHERE source_id = ? AND due IS NULL AND asked_at > 0 AND tries = 0
        ORDER BY sort_time DESC LIMIT ?
        """,
        (source_id, _TELLING),
    )
    return len(found) == _TELLING and not any(held for (held,) in found)


def want(db: Writer, source_id: str, entries: Iterable[tuple[int, int]], now: int) -> None:
    """Note that the pages of these entries (id and sort time) are wanted; in the caller's transaction.

    A page that was asked for is asked again a week later at the earliest; one that waits for its turn, or for
    another try, keeps it.
    """
    db.conn.executemany(
        """
        INSERT INTO articles (entry_id, source_id, sort_time, due) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (entry_id) DO UPDATE SET sort_time = excluded.sort_time,
          tries = iif(due IS NULL, 0, tries),
          due = coalesce(due, max(excluded.due, coalesce(asked_at, 0) + ?5))
        """,
        [(id_, source_id, sort_time, now, ASKED_AGAIN_AFTER) for id_, sort_time in entries],
    )


def want_stored(db: Writer, source_id: str, now: int) -> None:
    """Have the pages asked for of a source's entries that are stored without: a few an hour, newest first.

    In the caller's transaction.
    """
    db.execute(
        """
        INSERT INTO articles (entry_id, source_id, sort_time, due)
        SELECT e.id, e.source_id, e.sort_time,
          ?2 + (row_number() OVER (ORDER BY e.sort_time DESC, e.id DESC) - 1) / ?3 * 3600
        FROM entries e LEFT JOIN articles a ON a.entry_id = e.id
        WHERE e.source_id = ?1 AND e.hidden = 0 AND e.stub = 0 AND coalesce(a.is_page, 0) = 0
          AND (e.url LIKE 'http://%' OR e.url LIKE 'https://%')
        ON CONFLICT (entry_id) DO UPDATE SET tries = iif(due IS NULL, 0, tries),
          due = coalesce(due, max(excluded.due, coalesce(asked_at, 0) + ?4))
        """,
        (source_id, now, STORED_IN_AN_HOUR, ASKED_AGAIN_AFTER),
    )


def want_none(db: Writer, source_id: str) -> None:
    """Have no page of a source asked for that was wanted so far; in the caller's transaction."""
    db.execute("UPDATE articles SET due = NULL WHERE source_id = ? AND due IS NOT NULL", (source_id,))


def show(db: Writer, entry_id: int, *, of_feed: bool) -> None:
    """Show an entry with the text that its feed gave, or with its page's, where both are stored."""
    with writing(db):
        db.execute("UPDATE feed_texts SET shown = ? WHERE entry_id = ?", (of_feed, entry_id))


def want_now(db: Writer, source_id: str, entry_id: int, now: int) -> None:
    """Note that the reader wants the page of an entry: cut short, the next sync asks for it."""
    with writing(db):
        db.execute(
            """
            INSERT INTO articles (entry_id, source_id, sort_time, due)
            SELECT id, source_id, sort_time, ? FROM entries WHERE id = ? AND source_id = ?
            ON CONFLICT (entry_id) DO UPDATE SET due = excluded.due
            """,
            (now, entry_id, source_id),
        )


# -- what came of it


def keep(db: Writer, source_id: str, wanted: WantedPage, note: str, now: int) -> None:
    """Note that a page was asked for and gave no more than is held; ``note`` is what it said of that."""
    with writing(db):
        save_asked(db, source_id, wanted, now, note=note)


def save_asked(db: Writer, source_id: str, wanted: WantedPage, now: int, **columns: int | str) -> None:
    """Note that a page was asked for and answered; in the caller's transaction."""
    stored = first(db.conn, "SELECT sort_time FROM entries WHERE id = ?", (wanted.entry_id,))
    if stored is None:
        return
    kept = wanted.validators
    row = {
        "entry_id": wanted.entry_id,
        "source_id": source_id,
        "sort_time": stored[0],
        "due": None,
        "tries": 0,
        "asked_at": now,
        "etag": kept.etag,
        "last_modified": kept.last_modified,
        "body_hash": kept.body_hash,
        **columns,
    }
    upsert(db, "articles", row, "entry_id")


def put_off(
    db: Writer,
    entry_id: int,
    due: int | None,
    tries: int,
    now: int,
    not_before: int = 0,
    host_wait: tuple[str, int] | None = None,
) -> None:
    """Note when a page that could not be had is asked for again; None: not before the feed says it changed.

    ``not_before`` is until when its server wants no request for it, ``host_wait`` a host that wants none at
    all, and until when.
    """
    with writing(db):
        db.execute(
            "UPDATE articles SET due = ?, tries = ?, asked_at = ?, not_before = ? WHERE entry_id = ?",
            (due, tries, now, not_before, entry_id),
        )
        if host_wait is not None:
            db.execute(
                """
                INSERT INTO host_waits (host, until) VALUES (?, ?)
                ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)
                """,
                host_wait,
            )


def tell(db: Writer, source_id: str) -> None:
    """Say in the source's health how many pages could not be fetched and are asked for again."""
    with writing(db):
        row = first(
            db.conn,
            "SELECT count(*) FROM articles WHERE source_id = ? AND due IS NOT NULL AND tries > 0",
            (source_id,),
        )
        number = int(row[0]) if row else 0
        note = ""
        if number:
            note = f"{number} {'page' if number == 1 else 'pages'} could not be fetched"
        db.execute(
            "UPDATE source_state SET pages_note = ?1 WHERE source_id = ?2 AND pages_note <> ?1",
            (note, source_id),
        )


def recognise(db: Writer, source_id: str) -> None:
    """Note that a source whose full text comes by itself is a NotionNext site."""
    with writing(db):
        db.execute(
            "UPDATE sources SET recognised = 'notionnext' WHERE id = ? AND recognised = ''", (source_id,)
        )


# -- the archive


def sitemap_state(conn: sqlite3.Connection, source_id: str, url: str) -> tuple[int, Validators]:
    """From when on a source's sitemap is asked for again, and the validators to ask with."""
    due = first(conn, "SELECT sitemap_due FROM sources WHERE id = ?", (source_id,))
    kept = first(
        conn,
        "SELECT etag, last_modified, body_hash FROM validators WHERE source_id = ? AND url = ?",
        (source_id, url),
    )
    return (int(due[0]) if due else 0), (Validators(*kept) if kept else Validators())


def note_archive(
    db: Writer, source_id: str, posts: Iterable[tuple[str, str]], url: str, kept: Validators, due: int
) -> None:
    """Keep the posts of a sitemap (address, ``lastmod``) that no entry of the source is the page of.

    ``url`` is the sitemap's, ``kept`` its validators, ``due`` when it is asked for again.
    """
    with writing(db):
        wanted = [(address, canonical(address), modified) for address, modified in posts]
        db.conn.executemany(
            """
            INSERT INTO archive (source_id, url, modified) SELECT ?1, ?2, ?4 WHERE NOT EXISTS (
              SELECT 1 FROM entries WHERE url_key = ?3 AND url_key <> '' AND +source_id = ?1 AND stub = 0)
            ON CONFLICT (source_id, url) DO NOTHING
            """,
            [(source_id, *post) for post in wanted],
        )
        db.execute("UPDATE sources SET sitemap_due = ? WHERE id = ?", (due, source_id))
        if kept != Validators():
            validators = {"etag": kept.etag, "last_modified": kept.last_modified, "body_hash": kept.body_hash}
            upsert(db, "validators", {"source_id": source_id, "url": url, **validators}, "source_id", "url")


def archived(conn: sqlite3.Connection, source_id: str, now: int, limit: int) -> list[tuple[str, str, int]]:
    """The posts of the archive to ask for next, newest first: address, ``lastmod``, failed tries."""
    found = rows(
        conn,
        """
        SELECT url, modified, tries FROM archive WHERE source_id = ? AND due <= ?
        ORDER BY modified DESC, url LIMIT ?
        """,
        (source_id, now, limit),
    )
    return [(url, modified, tries) for url, modified, tries in found]


def settle(db: Writer, source_id: str, url: str, due: int | None, tries: int) -> None:
    """Note what came of a post of the archive: when it is asked for again; None: it is done with."""
    with writing(db):
        db.execute(
            "UPDATE archive SET due = ?, tries = ? WHERE source_id = ? AND url = ?",
            (due, tries, source_id, url),
        )


def hold(db: Writer, source_id: str, key: str, note: str, validators: Validators, now: int) -> bool:
    """Note that what is stored of the entry with this key is its page's; False where there is none."""
    with writing(db):
        found = first(
            db.conn,
            "SELECT id, words, has_body FROM entries WHERE source_id = ? AND key = ?",
            (source_id, key),
        )
        if found is None:
            return False
        page = WantedPage(found[0], "", "", "article", "", "", validators=validators)
        save_asked(db, source_id, page, now, is_page=found[2], words=found[1], note=note)
    return True
