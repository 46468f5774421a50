"""The text of a page, written into the library as its entry's, with all that is made of it."""

from __future__ import annotations

from msgspec.structs import replace

from techdash.models.parsed import ParsedPage
from techdash.models.plans import Plan, PlannedEntry, WantedPage
from techdash.models.sources import SourceState
from techdash.store import articles, pairs
from techdash.store.arrivals import write_edition
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, first, update, upsert, writing
from techdash.text.urls import canonical

_KEEP_FEEDS_OWN = """
  INSERT INTO feed_texts (entry_id, format, body, words)
  SELECT e.id, coalesce(b.format, 'html'), coalesce(b.body, ''), e.words
  FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id
  WHERE e.id = ?1 AND (b.body IS NOT NULL OR e.summary <> '')
    AND NOT EXISTS (SELECT 1 FROM articles WHERE entry_id = ?1 AND is_page = 1)
  ON CONFLICT (entry_id) DO UPDATE SET format = excluded.format, body = excluded.body, words = excluded.words
"""


def pair(db: Writer, wanted: WantedPage, page: ParsedPage) -> None:
    """Note of which text an entry's page says that it is a version, where the page gave nothing else."""
    if not page.entry.translation:
        return
    with writing(db):
        found = first(db.conn, "SELECT kind, language, day FROM entries WHERE id = ?", (wanted.entry_id,))
        key = pairs.key_of(found[0], found[1], "", "", page.entry.translation) if found else ""
        if found and key:
            update(db, "entries", wanted.entry_id, {"pair_key": key})
            pairs.regroup(db, [wanted.entry_id])
            mark_stale(db, {found[2]})


def put(db: Writer, source_id: str, wanted: WantedPage, page: ParsedPage, now: int) -> bool:
    """Store the text of a page as its entry's, in one small transaction; False where the entry is gone.

    Marks, and what the feed said of the entry (title, day, key), stay; so does its address, but for a site
    that serves a post under several and says on its page which is the right one. The feed's own text is kept
    beside. Raises :class:`~techdash.errors.LibraryError` with nothing written.
    """
    entry, entry_id = page.entry, wanted.entry_id
    with writing(db):
        found = first(
            db.conn,
            """
            SELECT kind, day, sort_time, author, summary, url_key, key, pair_key, language FROM entries
            WHERE id = ? AND source_id = (SELECT id FROM sources WHERE id = ? AND removed = 0)
            """,
            (entry_id, source_id),
        )
        if found is None:
            return False
        kind, day, sort_time, author, summary, url_key, key, pair_key, language = found
        language = entry.language or language
        changes = {
            "author": author or entry.author,
            "changed_at": now,
            "has_body": 1,
            "language": language,
            "minutes": entry.minutes,
            "pair_key": pairs.key_of(kind, language, url_key, key, entry.translation) or pair_key,
            "summary": summary or entry.summary,
            "words": entry.words,
        }
        if page.notionnext and entry.url:
            url_key = canonical(entry.url)
            changes |= {"url": entry.url, "url_key": url_key}
        db.execute(_KEEP_FEEDS_OWN, (entry_id,))
        update(db, "entries", entry_id, changes)
        body = {"entry_id": entry_id, "format": entry.body_format, "body": entry.body}
        upsert(db, "bodies", body, "entry_id")
        days = {day}
        if kind == "digest":
            planned = PlannedEntry(
                replace(entry, language=language), kind, day, sort_time, url_key, b"", entry_id
            )
            changed = write_edition(db, Plan(source_id, now, "new", SourceState()), entry_id, planned)
            recount_days(db, changed)
            days |= changed
        if kind == "essay":
            pairs.regroup(db, [entry_id])
        mark_stale(db, days)
        articles.save_asked(db, source_id, wanted, now, is_page=1, words=entry.words, note=page.note)
    return True
