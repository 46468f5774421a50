"""What a sync brings, written into the library: the entries of one source, in one transaction."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from msgspec.structs import asdict

from techdash.models.parsed import ParsedEdition, ParsedItem
from techdash.models.plans import Applied, Plan, PlannedEntry
from techdash.store import articles, identity, pairs, sources
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, first, insert, rows, update, upsert, writing
from techdash.text.titles import title_key
from techdash.text.urls import canonical

_LARGEST = 2**63 - 1

_BY_ID = "SELECT id, day, sort_time FROM entries WHERE source_id = ? AND id = ?"
_BY_KEYS = """
  SELECT e.key, e.id, e.day, e.sort_time
  FROM json_each(?) k CROSS JOIN entries e ON e.source_id = ? AND e.key = k.value
"""
_COLUMNS = (
    *("source_id", "key", "first_seen", "kind", "sort_time", "published", "day", "url", "url_key", "title"),
    *("author", "tags", "hash", "changed_at", "language", "words", "minutes", "has_body", "comments_url"),
    *("summary", "pair_key", "twin"),
)
_INSERT = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_INSERT_BODY = "INSERT INTO bodies (entry_id, format, body) VALUES (?, ?, ?)"


def apply(db: Writer, plan: Plan) -> Applied:
    """Write all that one sync of a source brought, in one transaction.

    Entries are updated in place: id, first-seen time and marks stay. Where the source was removed meanwhile
    nothing is written. Raises :class:`~techdash.errors.LibraryError` with nothing written.
    """
    with writing(db):
        source = first(db.conn, "SELECT origin FROM sources WHERE id = ? AND removed = 0", (plan.source_id,))
        if source is None:
            return Applied()
        sources.save_sync(db, plan)
        _rekey(db, plan)
        written = _write_all(db, plan) if plan.entries else []
        days = {day for (_, _, touched), _ in written for day in touched}
        recounted: set[str] = set()
        starter = source[0] == "starter"
        rivals = [] if starter or not written else _starter_entries(db.conn)
        stubs = _stubs(db.conn, plan) if written else {}
        touched = [entry_id for (entry_id, _, _), _ in written]
        for (entry_id, _, _), planned in written:
            for old, day in _stand_ins(planned, stubs, rivals):
                recounted |= _supersede(db, old, entry_id)
                days.add(day)
                touched.append(old)
            if starter and (better := _already_brought(db.conn, entry_id, planned)):
                recounted |= _supersede(db, entry_id, better)
                touched.append(better)
        pairs.regroup(db, touched)
        for (entry_id, is_new, _), planned in written:
            has_none = is_new and not (planned.entry.edition or planned.entry.cards)
            if not (planned.keep_text or has_none):
                recounted |= write_edition(db, plan, entry_id, planned)
                _write_cards(db, entry_id, planned)
        wanted = [
            (entry_id, planned.sort_time)
            for (entry_id, _, _), planned in written
            if planned.entry.key in plan.pages
        ]
        articles.want(db, plan.source_id, wanted, plan.now)
        recount_days(db, recounted)
        mark_stale(db, days)
    return Applied(
        new=tuple(entry_id for (entry_id, is_new, _), _ in written if is_new),
        updated=tuple(entry_id for (entry_id, is_new, _), _ in written if not is_new),
        days=tuple(sorted(days)),
    )


def _rekey(db: Writer, plan: Plan) -> None:
    """Give stored entries other keys; they may change them among themselves."""
    moved = [(id_, plan.source_id) for id_, _ in plan.rekeyed]
    db.conn.executemany("UPDATE entries SET key = 'moved:' || id WHERE id = ? AND source_id = ?", moved)
    db.conn.executemany(
        """
        UPDATE entries SET key = ?2 WHERE id = ?1 AND source_id = ?3
        AND NOT EXISTS (SELECT 1 FROM entries WHERE source_id = ?3 AND key = ?2)
        """,
        [(*rekeyed, plan.source_id) for rekeyed in plan.rekeyed],
    )


def _write_all(db: Writer, plan: Plan) -> list[tuple[tuple[int, bool, set[str]], PlannedEntry]]:
    """Write the entries of a plan; beside each its id, whether it is new, and the days it left and joined."""
    keys = json.dumps([planned.entry.key for planned in plan.entries])
    # Another process may have stored an entry, or given it another key, since the plan was made.
    stored = {key: tuple(held) for key, *held in rows(db.conn, _BY_KEYS, (keys, plan.source_id))}
    return [(_write(db, plan, planned, stored), planned) for planned in plan.entries]


def _write(
    db: Writer, plan: Plan, planned: PlannedEntry, by_key: dict[str, tuple[Any, ...]]
) -> tuple[int, bool, set[str]]:
    """Write an entry, and note in ``by_key`` (id, day and sort time of each stored one) what it changed."""
    parsed = planned.entry
    stored = first(db.conn, _BY_ID, (plan.source_id, planned.id)) if planned.id is not None else None
    stored = stored or by_key.get(parsed.key)
    head = {
        "kind": planned.kind,
        "sort_time": planned.sort_time,
        "published": parsed.published,
        "day": planned.day,
        "url": parsed.url,
        "url_key": planned.url_key,
        "title": parsed.title,
        "author": parsed.author,
        "tags": json.dumps(parsed.tags) if parsed.tags else "[]",
        "hash": planned.hash,
        "changed_at": plan.now,
    }
    text = {
        "language": parsed.language,
        "words": parsed.words,
        "minutes": parsed.minutes,
        "has_body": bool(parsed.body),
        "comments_url": parsed.comments_url,
        "summary": parsed.summary,
    }
    pair_key = pairs.key_of(planned.kind, parsed.language, planned.url_key, parsed.key, parsed.translation)
    twin = identity.twin(parsed.title, parsed.published)
    if stored is None:
        values = (plan.source_id, parsed.key, plan.now, *head.values(), *text.values(), pair_key, twin)
        entry_id = int(db.conn.execute(_INSERT, values).lastrowid or 0)
        _write_text(db, entry_id, planned)
        by_key[parsed.key] = (entry_id, planned.day, planned.sort_time)
        return entry_id, True, {planned.day}
    entry_id, day, sort_time = stored
    if parsed.published is None:  # it stays where it was first seen
        head["sort_time"] = sort_time
        head["day"] = planned.day if parsed.edition else day
    by_key[parsed.key] = (entry_id, head["day"], head["sort_time"])
    if planned.keep_text and not parsed.translation:
        pair_key = _said_by_page(db, entry_id) or pair_key
    changes = {**head, "stub": 0, "pair_key": pair_key, "twin": twin, **({} if planned.keep_text else text)}
    update(db, "entries", entry_id, changes)
    if planned.rewrites:
        upsert(db, "rewrites", {"entry_id": entry_id, "times": planned.rewrites}, "entry_id")
    if not planned.keep_text:
        db.execute("DELETE FROM bodies WHERE entry_id = ?", (entry_id,))
        db.execute("DELETE FROM enclosures WHERE entry_id = ?", (entry_id,))
        _write_text(db, entry_id, planned)
    elif parsed.body:
        own = (parsed.body_format, parsed.body, parsed.words, entry_id)
        db.execute("UPDATE feed_texts SET format = ?, body = ?, words = ? WHERE entry_id = ?", own)
    return entry_id, False, {day, head["day"]}


def _said_by_page(db: Writer, entry_id: int) -> str:
    """The pair key of an entry whose page said of which text it is a version."""
    found = first(db.conn, "SELECT pair_key FROM entries WHERE id = ? AND pair_key LIKE '=%'", (entry_id,))
    return str(found[0]) if found else ""


def _write_text(db: Writer, entry_id: int, planned: PlannedEntry) -> None:
    parsed = planned.entry
    if parsed.body:
        db.conn.execute(_INSERT_BODY, (entry_id, parsed.body_format, parsed.body))
    for position, file in enumerate(parsed.enclosures):
        length = max(0, min(file.length, _LARGEST))
        record = {"entry_id": entry_id, "position": position, "url": file.url, "type": file.type}
        insert(db, "enclosures", {**record, "length": length})


# -- one entry for what several brought


# A starter entry and a real one are the same thing where they are of one kind and have one address, or one
# title on one day. A story that links to an essay has its address too, but is of another kind.


def _starter_entries(conn: sqlite3.Connection) -> list[tuple[int, str, str, str, str]]:
    """What the starter library holds and no source has brought yet: id, kind, url_key, day, title key."""
    found = rows(
        conn,
        """
        SELECT e.id, e.kind, e.url_key, e.day, e.title
        FROM sources s CROSS JOIN entries e ON e.source_id = s.id
        WHERE s.origin = 'starter' AND e.superseded_by IS NULL AND e.stub = 0
        """,
    )
    return [(*columns, title_key(title)) for *columns, title in found]


def _stubs(conn: sqlite3.Connection, plan: Plan) -> dict[str, list[tuple[int, str]]]:
    """(id, day) of the stubs that stand for what a plan brings, by url_key."""
    keys = {planned.url_key for planned in plan.entries} - {""}
    found: dict[str, list[tuple[int, str]]] = {}
    for url_key, *stub in rows(
        conn,
        """
        SELECT e.url_key, e.id, e.day FROM json_each(?) k CROSS JOIN entries e ON e.url_key = k.value
        WHERE e.stub = 1 AND e.superseded_by IS NULL ORDER BY e.id
        """,
        (json.dumps(sorted(keys)),),
    ):
        found.setdefault(url_key, []).append((stub[0], stub[1]))
    return found


def _stand_ins(
    planned: PlannedEntry,
    stubs: dict[str, list[tuple[int, str]]],
    starters: list[tuple[int, str, str, str, str]],
) -> list[tuple[int, str]]:
    """(id, day) of the stubs and starter entries that stood for what this entry is; each is taken once."""
    same_title = title_key(planned.entry.title) if starters else ""
    same = [
        starter
        for starter in starters
        if starter[1] == planned.kind
        and (
            (planned.url_key and starter[2] == planned.url_key)
            or (same_title and starter[3:] == (planned.day, same_title))
        )
    ]
    for starter in same:
        starters.remove(starter)
    return [*stubs.pop(planned.url_key, ()), *((id_, day) for id_, _, _, day, _ in same)]


def _already_brought(conn: sqlite3.Connection, entry_id: int, planned: PlannedEntry) -> int | None:
    """The real entry that a starter entry stands for, where it came first."""
    found = rows(
        conn,
        """
        SELECT e.id, e.url_key, e.title FROM (
          SELECT id FROM entries WHERE day = ?1 AND hidden = 0 AND stub = 0
          UNION SELECT id FROM entries WHERE url_key = ?2 AND url_key <> '' AND hidden = 0 AND stub = 0
        ) f CROSS JOIN entries e ON e.id = f.id CROSS JOIN sources s ON s.id = e.source_id
        WHERE s.origin <> 'starter' AND e.kind = ?3 AND e.id <> ?4
        """,
        (planned.day, planned.url_key, planned.kind, entry_id),
    )
    same_title = title_key(planned.entry.title)
    for id_, url_key, title in found:
        if (url_key and url_key == planned.url_key) or (same_title and title_key(title) == same_title):
            return int(id_)
    return None


def _supersede(db: Writer, old: int, new: int) -> set[str]:
    """Put ``new`` in the place of ``old`` everywhere, marks and place too; gives the days to recount."""
    days = rows(
        db.conn,
        """
        SELECT day FROM day_members WHERE entry_id = ?1
        UNION SELECT day FROM editions WHERE entry_id = ?1
        """,
        (old,),
    )
    db.execute(
        "UPDATE entries SET superseded_by = ?1, hidden = 1 WHERE id = ?2 OR superseded_by = ?2", (new, old)
    )
    db.execute("UPDATE items SET entry_id = ? WHERE entry_id = ?", (new, old))
    pairs.share_marks(db, old, new)
    db.execute(
        """
        INSERT INTO marks (entry_id, apart)
        SELECT ?, apart FROM marks WHERE entry_id = ? AND apart IS NOT NULL
        ON CONFLICT (entry_id) DO UPDATE SET apart = coalesce(apart, excluded.apart)
        """,
        (new, old),
    )
    db.execute(
        """
        INSERT INTO places (entry_id, start, quote, progress, saved_at)
        SELECT ?, start, quote, progress, saved_at FROM places WHERE entry_id = ?
        ON CONFLICT (entry_id) DO NOTHING
        """,
        (new, old),
    )
    return {day for (day,) in days}


# -- editions and cards of an entry


def write_edition(db: Writer, plan: Plan, entry_id: int, planned: PlannedEntry) -> set[str]:
    """Write, rewrite or delete the entry's edition; gives the days to recount."""
    edition = planned.entry.edition
    stored = first(db.conn, "SELECT id, day FROM editions WHERE entry_id = ?", (entry_id,))
    if edition is None:
        if stored is None:
            return set()
        db.execute("DELETE FROM editions WHERE id = ?", (stored[0],))
        return {stored[1]}
    record = {
        "entry_id": entry_id,
        "day": edition.day,
        "cadence": edition.cadence,
        "lead": edition.lead,
        "lead_cut": edition.lead_cut,
        "counts": json.dumps(_counts(edition)),
        "stated_counts": None if edition.stated_counts is None else json.dumps(edition.stated_counts),
        "sections": json.dumps([(it.kind, it.title, *filter(None, [it.prose])) for it in edition.sections]),
    }
    upsert(db, "editions", record, "entry_id")
    edition_id = rows(db.conn, "SELECT id FROM editions WHERE entry_id = ?", (entry_id,))[0][0]
    db.execute("DELETE FROM items WHERE edition_id = ?", (edition_id,))
    for number, section in enumerate(edition.sections):
        for position, item in enumerate(section.items):
            record = {
                "edition_id": edition_id,
                "section": number,
                "position": position,
                "entry_id": _entry_of(db, plan, entry_id, planned, item, section.kind),
                "title": item.title,
                "url": item.url,
                "who": item.who,
                "summary": item.summary,
                "featured": section.kind == "featured",
                "score": 0.0,
            }
            insert(db, "items", record)
    return {edition.day} if stored is None else {edition.day, stored[1]}


def _entry_of(
    db: Writer, plan: Plan, own_id: int, planned: PlannedEntry, item: ParsedItem, section: str
) -> int:
    """The entry an item points to: one with the same address, else a stub that stands for it."""
    url_key = canonical(item.url) if item.url else ""
    if url_key:
        found = first(
            db.conn,
            """
            SELECT id FROM entries WHERE url_key = ? AND url_key <> '' AND superseded_by IS NULL AND id <> ?
            ORDER BY stub, hidden, id LIMIT 1
            """,
            (url_key, own_id),
        )
        if found is not None:
            return int(found[0])
    key = "item:" + (url_key or title_key(item.title) or item.title)
    stored = first(
        db.conn,
        "SELECT coalesce(superseded_by, id) FROM entries WHERE source_id = ? AND key = ?",
        (plan.source_id, key),
    )
    if stored is not None:
        return int(stored[0])
    record = {
        "source_id": plan.source_id,
        "key": key,
        "kind": "article" if section in ("featured", "other") else section,
        "stub": 1,
        "sort_time": planned.sort_time,
        "day": planned.day,
        "url": item.url,
        "url_key": url_key,
        "title": item.title,
        "author": item.who,
        "language": planned.entry.language,
        "words": 0,
        "minutes": 0,
        "has_body": 0,
        "hash": b"",
        "first_seen": plan.now,
        "changed_at": plan.now,
        "comments_url": "",
        "tags": "[]",
        "summary": item.summary,
    }
    return insert(db, "entries", record)


def _counts(edition: ParsedEdition) -> dict[str, int]:
    """Items by kind; a featured one is an article too, counted once where it stands in both sections."""
    counts = dict.fromkeys(("article", "featured", "social", "github", "podcast", "paper"), 0)
    articles: set[str] = set()
    for section in edition.sections:
        if section.kind in ("featured", "article"):
            articles.update(canonical(item.url) if item.url else item.title for item in section.items)
        if section.kind in counts and section.kind != "article":
            counts[section.kind] += len(section.items)
    counts["article"] = len(articles)
    return counts


def _write_cards(db: Writer, entry_id: int, planned: PlannedEntry) -> None:
    db.execute("DELETE FROM cards WHERE entry_id = ?", (entry_id,))
    for position, card in enumerate(planned.entry.cards):
        values = asdict(card)
        del values["page"]  # the entry itself says it
        insert(db, "cards", {"entry_id": entry_id, "position": position, **values})
