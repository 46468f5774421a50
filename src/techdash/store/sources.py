"""Sources in the library: what is subscribed to, how its syncs went, when it is asked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import asdict, replace

from techdash.errors import UsageError
from techdash.models.plans import Plan
from techdash.models.sources import Kind, Source, SourceState, Subscription, Validators
from techdash.store import pairs
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, first, insert, rows, update, upsert, writing
from techdash.store.marked import is_kept
from techdash.text.clean import one_line

# No server's wish and no backoff reaches further; what does is left from a clock that was wrong.
LONGEST_WAIT = 31 * 86400
LONGEST_TITLE = 200
_CLOCK_SKEW = 86400

# The columns are the fields, by name.
_SOURCE = tuple(name for name in Source.__struct_fields__ if name != "named")
_STATE = SourceState.__struct_fields__
# What was found out counts only where the source is to be judged by what it serves.
_FULL_TEXT = "iif(s.full_text = 'auto' AND s.recognised <> '', s.recognised, s.full_text)"
_FIELDS = ", ".join(_FULL_TEXT if name == "full_text" else f"s.{name}" for name in _SOURCE)
_SUBSCRIPTIONS = f"""
  SELECT s.url_key, coalesce(w.until, 0), {_FIELDS},
    {", ".join(f"st.{name}" for name in _STATE)}
  FROM sources s JOIN source_state st ON st.source_id = s.id LEFT JOIN host_waits w ON w.host = s.host
  WHERE s.removed = 0
"""  # noqa: S608 - our own names


def subscriptions(conn: sqlite3.Connection) -> list[Subscription]:
    """Every source that is subscribed to, enabled or not, by kind and title."""
    return [_subscription(row) for row in rows(conn, f"{_SUBSCRIPTIONS} ORDER BY s.kind, s.title, s.id")]


def find(conn: sqlite3.Connection, id_or_url: str) -> Subscription | None:
    """The source with this id, or with an address of the same page."""
    row = first(
        conn,
        f"{_SUBSCRIPTIONS} AND (s.id = ? OR s.url_key = ?) ORDER BY s.id <> ? LIMIT 1",
        (id_or_url, _url_key(id_or_url), id_or_url),
    )
    return _subscription(row) if row else None


def due(
    conn: sqlite3.Connection, now: int, *, force: bool = False, only: Sequence[str] = ()
) -> list[Subscription]:
    """The sources to ask now, longest overdue first: enabled, not gone, nothing and nobody asking to wait.

    ``force`` ignores due times, never a server's wish; ``only`` (ids or addresses) leaves out the others.
    """
    return [
        one
        for one, host_wait in _asked(conn, only)
        if not _waits_until(one.state, host_wait, now) and (force or not _is_ahead(one.state, now))
    ]


def waiting(conn: sqlite3.Connection, now: int, only: Sequence[str] = ()) -> list[tuple[Subscription, int]]:
    """The sources whose server or host asked to wait, with the time until when."""
    return [
        (one, until)
        for one, host_wait in _asked(conn, only)
        if (until := _waits_until(one.state, host_wait, now))
    ]


def host_waits(conn: sqlite3.Connection, now: int) -> dict[str, int]:
    """The hosts that asked to be left alone, with the time until when."""
    sql = "SELECT host, until FROM host_waits WHERE until > ? AND until <= ?"
    return dict(rows(conn, sql, (now, now + LONGEST_WAIT)))


def next_due(conn: sqlite3.Connection) -> int | None:
    """When the first of the enabled sources may and should be asked again; None without any."""
    row = first(
        conn,
        """
        SELECT min(max(st.next_due, st.not_before, coalesce(w.until, 0)))
        FROM sources s JOIN source_state st ON st.source_id = s.id LEFT JOIN host_waits w ON w.host = s.host
        WHERE s.removed = 0 AND s.enabled AND st.state <> 'gone'
        """,
    )
    return None if row is None else row[0]


def validators(conn: sqlite3.Connection, source_id: str) -> dict[str, Validators]:
    """What the source's servers gave with each exact URL (RFC 9110, 8.8), byte for byte."""
    sql = "SELECT url, etag, last_modified, body_hash, given_by FROM validators WHERE source_id = ?"
    found = rows(conn, sql, (source_id,))
    return {url: Validators(*values) for url, *values in found}


def holder(conn: sqlite3.Connection, url: str, source_id: str) -> str:
    """The title of the source, another than this one, that has an address of the same page; "" for none.

    One that was removed has its address still, and the title says so.
    """
    sql = "SELECT title, removed FROM sources WHERE url_key = ? AND id <> ?"
    row = first(conn, sql, (_url_key(url), source_id))
    return f"{row[0]}{' (removed)' * row[1]}" if row else ""


def entry_counts(conn: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """How many entries each source has in the lists, and how many of them are unread."""
    found = rows(conn, "SELECT source_id, total, unread FROM source_counts")
    return {source_id: (total, unread) for source_id, total, unread in found}


def failing(conn: sqlite3.Connection) -> int:
    """How many of the enabled sources fail, or are gone; one that was asked to wait doesn't fail."""
    row = first(
        conn,
        """
        SELECT count(*) FROM sources s JOIN source_state st ON st.source_id = s.id
        WHERE s.removed = 0 AND s.enabled
        AND (st.state = 'gone' OR (st.state = 'failed' AND st.error_kind <> 'wait'))
        """,
    )
    return row[0] if row else 0


def subscribe(db: Writer, source: Source, now: int) -> Source:
    """Subscribe; gives the source with the id it got.

    One that was removed before comes back under its old id, with its entries and marks. Raises
    :class:`UsageError` where the same address is subscribed to already.
    """
    with writing(db):
        if known := _known(db.conn, source):
            raise UsageError(f"{source.url} is subscribed to already, as {known[0]} ({known[1]}).")
        return _subscribe(db, source, now, _free_ids(db.conn))


def subscribe_all(db: Writer, wanted: Iterable[Source], now: int) -> list[Source]:
    """Subscribe to those that aren't subscribed to yet, all or none; gives them with the ids they got.

    Of several with addresses of the same page the first counts.
    """
    with writing(db):
        free_id = _free_ids(db.conn)
        return [_subscribe(db, source, now, free_id) for source in wanted if not _known(db.conn, source)]


def remove(db: Writer, source_id: str) -> None:
    """Unsubscribe for good: no catalogue brings it back, subscribing by hand does.

    Entries that are starred, kept for later, tagged or noted stay, the others leave every list. Raises
    :class:`UsageError` for an id that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        update(db, "sources", source_id, {"removed": 1})
        db.execute("DELETE FROM validators WHERE source_id = ?", (source_id,))
        days = _days_of(db.conn, source_id)
        db.execute(
            f"""
            UPDATE entries SET hidden = 1 WHERE source_id = ? AND hidden = 0 AND NOT {is_kept("entries.id")}
            """,  # noqa: S608 - our own words
            (source_id,),
        )
        db.execute(
            """
            DELETE FROM items WHERE entry_id IN (SELECT id FROM entries WHERE source_id = ? AND hidden = 1)
            AND EXISTS (SELECT 1 FROM editions e WHERE e.id = items.edition_id AND e.entry_id IS NULL)
            """,
            (source_id,),
        )
        db.execute(
            """
            DELETE FROM editions WHERE day IN (SELECT value FROM json_each(?)) AND +entry_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM items WHERE edition_id = editions.id)
            """,
            (json.dumps(days),),
        )
        _days_changed(db, days)


def restore(db: Writer, source_id: str) -> None:
    """Undo :func:`remove`: the source as it was, with its entries and marks.

    Raises :class:`UsageError` for an id that was never subscribed to.
    """
    with writing(db):
        if not rows(db.conn, "SELECT 1 FROM sources WHERE id = ?", (source_id,)):
            raise UsageError(f"There was never a source {source_id!r}.")
        update(db, "sources", source_id, {"removed": 0})
        _show_entries(db, source_id)


def retitle(db: Writer, source_id: str, title: str) -> None:
    """Call a source otherwise; no catalogue changes that again, the user's own file may.

    Raises :class:`UsageError` for an empty title, and for an id that isn't subscribed to.
    """
    title = one_line(title)[:LONGEST_TITLE].rstrip()
    if not title:
        raise UsageError("A title takes at least one character.")
    with writing(db):
        _must_exist(db.conn, source_id)
        _say_own(db, source_id, "title")
        _change_title(db, source_id, title)


def set_kind(db: Writer, source_id: str, kind: Kind) -> None:
    """Say what a source brings; no catalogue changes that again, the user's own file may.

    What it brought before follows, where it had the source's kind and is one text in both. What is to be
    taken apart (an edition, a sheet), or no longer, and what names a kind of its own, a sync sets right.
    Raises :class:`UsageError` for an id that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        _say_own(db, source_id, "kind")
        _change_kind(db, source_id, kind)


def revive(db: Writer, source_id: str) -> None:
    """Have a source that is gone asked again, as if it never had been.

    Raises :class:`UsageError` for one that isn't gone, and for an id that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        if not _is_gone(db.conn, source_id):
            raise UsageError(f"{source_id} isn't gone; it is still asked.")
        update(db, "sources", source_id, {"enabled": True})
        _try_again(db, source_id)


def undo_move(db: Writer, source_id: str) -> None:
    """Give a source that has moved its former address back; the same move isn't followed again.

    Raises :class:`UsageError` where it hasn't moved or another source has that address by now, and for an id
    that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        found = first(
            db.conn,
            """
            SELECT s.url, st.previous_url FROM sources s JOIN source_state st ON st.source_id = s.id
            WHERE s.id = ?
            """,
            (source_id,),
        )
        url, previous = found or ("", "")
        if not previous:
            raise UsageError(f"{source_id} has not moved.")
        url_key = _url_key(previous)
        if taken := first(
            db.conn, "SELECT id FROM sources WHERE url_key = ? AND id <> ?", (url_key, source_id)
        ):
            raise UsageError(f"{previous} is the address of {taken[0]} by now.")
        changes = {"url": previous, "url_key": url_key, "host": _host(previous)}
        update(db, "sources", source_id, changes)
        _forget_state(db, source_id)
        db.execute("UPDATE source_state SET move_refused = ? WHERE source_id = ?", (url, source_id))


def set_enabled(db: Writer, source_id: str, enabled: bool) -> None:
    """Have a source asked again or no more; enabling one that is gone gives it another try.

    No catalogue changes that again, the user's own file may. Raises :class:`UsageError` for an id that isn't
    subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        _say_own(db, source_id, "enabled")
        update(db, "sources", source_id, {"enabled": enabled})
        if enabled and _is_gone(db.conn, source_id):
            _try_again(db, source_id)


def apply_catalogue(db: Writer, sources: Sequence[Source], now: int) -> int:
    """Bring the library in line with the catalogue; gives how many sources were added or changed.

    What the user removed stays removed, what was subscribed to by hand stays as it is unless the user's own
    file names it. Title, kind and ``enabled`` that the user set in techdash stay too, until the user's file
    says something else of them than it did: of the user's words the last counts.
    """
    changed = 0
    with writing(db):
        for source in sources:
            url_key = _url_key(source.url)
            if rows(db.conn, "SELECT 1 FROM sources WHERE url_key = ? AND id <> ?", (url_key, source.id)):
                continue
            stored = first(
                db.conn,
                """
                SELECT s.removed, s.url, s.site_url, s.offered_enabled, s.own, s.told, st.previous_url
                FROM sources s JOIN source_state st ON st.source_id = s.id WHERE s.id = ?
                """,
                (source.id,),
            )
            if stored is None:
                _insert(db, source.id, source, now, offered=True)
                changed += 1
                continue
            removed, url, site_url, offered_enabled, own, told, previous_url = stored
            if removed or (offered_enabled is None and source.origin != "user"):
                continue
            if previous_url == source.url:  # it has moved since, and the catalogue doesn't know
                source = replace(source, url=url)
            changes = {**_columns(source), "origin": source.origin, "enabled": source.enabled}
            says, said = _told(source), json.loads(told)
            kept = [name for name in json.loads(own) if name not in says or says[name] == said.get(name)]
            for name in kept:
                del changes[name]
            changes |= {"offered_enabled": source.enabled, "own": json.dumps(kept), "told": json.dumps(says)}
            if not site_url:  # a sync may know better
                changes["site_url"] = source.site_url
            sql = f"SELECT {', '.join(changes)} FROM sources WHERE id = ?"  # noqa: S608 - our own names
            if rows(db.conn, sql, (source.id,)) != [tuple(changes.values())]:
                _change_title(db, source.id, changes.get("title"))
                _change_kind(db, source.id, changes.get("kind"))
                _change_full_text(db, source, now)
                update(db, "sources", source.id, changes)
                changed += 1
            if url != source.url:
                _forget_state(db, source.id)
    return changed


def have_host_wait(db: Writer, name: str, until: int, now: int) -> None:
    """Leave a host alone until then, for it said so to somebody who isn't subscribed yet."""
    with writing(db):
        _save_host_wait(db, name, until, now)


def save_sync(db: Writer, plan: Plan) -> None:
    """Store what one sync learned of the source itself; in the caller's transaction."""
    state = asdict(plan.state)
    for name in ("skip_hours", "skip_days"):
        state[name] = json.dumps(state[name])
    upsert(db, "source_state", {"source_id": plan.source_id, **state}, "source_id")
    for url, kept in plan.validators.items():
        if kept == Validators():
            db.execute("DELETE FROM validators WHERE source_id = ? AND url = ?", (plan.source_id, url))
            continue
        record = {
            "source_id": plan.source_id,
            "url": url,
            "etag": kept.etag,
            "last_modified": kept.last_modified,
            "body_hash": kept.body_hash,
            "given_by": kept.given_by,
        }
        upsert(db, "validators", record, "source_id", "url")
    if plan.host_wait is not None:
        _save_host_wait(db, *plan.host_wait, plan.now)
    if plan.site_url:
        db.execute(
            "UPDATE sources SET site_url = ? WHERE id = ? AND site_url <> ?",
            (plan.site_url, plan.source_id, plan.site_url),
        )
    if plan.moved and not holder(db.conn, plan.moved, plan.source_id):
        address = {"url": plan.moved, "url_key": _url_key(plan.moved), "host": _host(plan.moved)}
        update(db, "sources", plan.source_id, address)


def _save_host_wait(db: Writer, name: str, until: int, now: int) -> None:
    db.execute("DELETE FROM host_waits WHERE until <= ?", (now,))
    db.execute(
        """
        INSERT INTO host_waits (host, until) VALUES (?, ?)
        ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)
        """,
        (name, until),
    )


def _asked(conn: sqlite3.Connection, only: Sequence[str]) -> list[tuple[Subscription, int]]:
    """The sources that may be asked, longest overdue first, each with until when its host wants none."""
    names = {*only, *map(_url_key, only)}
    found = rows(conn, f"{_SUBSCRIPTIONS} AND s.enabled AND st.state <> 'gone' ORDER BY st.next_due, s.id")
    return [(_subscription(row), row[1]) for row in found if not names or row[0] in names or row[2] in names]


def _waits_until(state: SourceState, host_wait: int, now: int) -> int:
    """Until when the source's server or host asked to be left alone; 0 where neither did."""
    waits = (state.not_before, host_wait)
    return max((until for until in waits if now < until <= now + LONGEST_WAIT), default=0)


def _is_ahead(state: SourceState, now: int) -> bool:
    """Whether a source is due later; not where a clock that was wrong said so."""
    was_wrong = (state.last_checked or 0) > now + _CLOCK_SKEW
    return now < state.next_due <= now + LONGEST_WAIT and not was_wrong


def _subscription(row: tuple[Any, ...]) -> Subscription:
    source = dict(zip(_SOURCE, row[2:], strict=False))
    state = dict(zip(_STATE, row[2 + len(_SOURCE) :], strict=True))
    source["topics"], source["enabled"] = _listed(source["topics"]), bool(source["enabled"])
    source["backfill"] = bool(source["backfill"])
    for name in ("skip_hours", "skip_days"):
        state[name] = _listed(state[name])
    state["public"] = bool(state["public"])
    return Subscription(Source(**source), SourceState(**state))


def _listed(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()  # as most are


def _host(url: str) -> str:
    from techdash.text.urls import host

    return host(url)


def _url_key(url: str) -> str:
    """One key for all addresses of a page; a local path counts without a slash at its end."""
    from techdash.text.urls import canonical

    return canonical(url).rstrip("/")


def _known(conn: sqlite3.Connection, source: Source) -> tuple[Any, ...] | None:
    """Id and title under which an address of the same page is subscribed to."""
    sql = "SELECT id, title FROM sources WHERE url_key = ? AND removed = 0"
    return first(conn, sql, (_url_key(source.url),))


def _subscribe(db: Writer, source: Source, now: int, free_id: Callable[[str], str]) -> Source:
    removed = first(db.conn, "SELECT id FROM sources WHERE url_key = ?", (_url_key(source.url),))
    if removed is not None:
        (id_,) = removed
        again = {"removed": 0, "origin": source.origin, "enabled": source.enabled, "offered_enabled": None}
        update(db, "sources", id_, {**_columns(source), **again})
        _forget_state(db, id_, keep_wait=True)
        _show_entries(db, id_)
    else:
        id_ = free_id(source.id)
        _insert(db, id_, source, now, offered=False)
    found = first(db.conn, f"{_SUBSCRIPTIONS} AND s.id = ?", (id_,))
    assert found is not None  # noqa: S101 - written just above
    return _subscription(found).source


def _free_ids(conn: sqlite3.Connection) -> Callable[[str], str]:
    """Gives an id that no source has, with a number behind the one that is wanted if need be."""
    taken = {row[0] for row in rows(conn, "SELECT id FROM sources")}
    numbers: dict[str, int] = {}  # the last of each: a list may give ten thousand feeds one name

    def free_id(wanted: str) -> str:
        number, free = numbers.get(wanted, 1), wanted
        while free in taken:
            number += 1
            free = f"{wanted}-{number}"
        numbers[wanted] = number
        taken.add(free)
        return free

    return free_id


def _insert(db: Writer, source_id: str, source: Source, now: int, *, offered: bool) -> None:
    record = {
        "id": source_id,
        **_columns(source),
        "site_url": source.site_url,
        "enabled": source.enabled,
        "offered_enabled": source.enabled if offered else None,
        "told": json.dumps(_told(source)),
        "origin": source.origin,
        "added_at": now,
    }
    insert(db, "sources", record)
    _forget_state(db, source_id)


def _columns(source: Source) -> dict[str, Any]:
    """What the catalogue or the user says of a source, but for what a sync or a switch may have changed."""
    return {
        "url": source.url,
        "url_key": _url_key(source.url),
        "host": _host(source.url),
        "kind": source.kind,
        "title": source.title,
        "language": source.language,
        "topics": json.dumps(source.topics),
        "weight": source.weight,
        "max_items": source.max_items,
        "full_text": source.full_text,
        "interval": source.interval,
        "backfill": source.backfill,
    }


def _forget_state(db: Writer, source_id: str, *, keep_wait: bool = False) -> None:
    """As if never asked: due at once, without validators.

    ``keep_wait`` where the address stays: its server may have asked to be left alone, and of a private host
    nothing else says so.
    """
    found = first(db.conn, "SELECT not_before FROM source_state WHERE source_id = ?", (source_id,))
    fresh = SourceState(not_before=found[0] if found and keep_wait else 0)
    save_sync(db, Plan(source_id=source_id, now=0, status="skipped", state=fresh))
    db.execute("DELETE FROM validators WHERE source_id = ?", (source_id,))


def _told(source: Source) -> dict[str, Any]:
    """What the user's own file says of what can be set in techdash too."""
    return {name: getattr(source, name) for name in ("title", "kind", "enabled") if name in source.named}


def _say_own(db: Writer, source_id: str, name: str) -> None:
    """Note that the user set this of a source: it is no catalogue's any more."""
    db.execute(
        """
        UPDATE sources SET own = json_insert(own, '$[#]', ?1) WHERE id = ?2
        AND NOT EXISTS (SELECT 1 FROM json_each(own) WHERE value = ?1)
        """,
        (name, source_id),
    )


def _change_title(db: Writer, source_id: str, title: str | None) -> None:
    """Write a title, also where composed editions name the source by it."""
    found = first(db.conn, "SELECT title FROM sources WHERE id = ?", (source_id,))
    if title is None or found is None or found[0] == title:
        return
    update(db, "sources", source_id, {"title": title})
    db.execute(
        """
        UPDATE items SET who = ?1 WHERE who = ?2 AND entry_id IN (SELECT id FROM entries WHERE source_id = ?3)
        AND EXISTS (SELECT 1 FROM editions ed WHERE ed.id = items.edition_id AND ed.entry_id IS NULL)
        """,
        (title, found[0], source_id),
    )


# Entries of these kinds are made of what their text holds.
_TAKEN_APART = ("digest", "cheatsheet")


def _change_kind(db: Writer, source_id: str, kind: Kind | None) -> None:
    """Write a kind, and have the next sync read all anew; texts that had the old kind have the new one."""
    found = first(db.conn, "SELECT kind FROM sources WHERE id = ?", (source_id,))
    if kind is None or found is None or found[0] == kind:
        return
    old = found[0]
    update(db, "sources", source_id, {"kind": kind})
    db.execute("DELETE FROM validators WHERE source_id = ?", (source_id,))
    db.execute("UPDATE entries SET hash = x'' WHERE source_id = ? AND stub = 0", (source_id,))
    if old in _TAKEN_APART or kind in _TAKEN_APART:
        return
    same = rows(
        db.conn,
        """
        SELECT id, day, language, url_key, key, pair_key FROM entries
        WHERE source_id = ? AND kind = ? AND stub = 0
        """,
        (source_id, old),
    )
    for id_, _, language, url_key, key, pair_key in same:
        pair_key = pair_key or pairs.key_of(kind, language, url_key, key)
        update(db, "entries", id_, {"kind": kind, "pair_key": pair_key})
    if "essay" in (old, kind):
        pairs.regroup(db, (row[0] for row in same))
    mark_stale(db, {row[1] for row in same})


def _change_full_text(db: Writer, source: Source, now: int) -> None:
    """Where all pages are wanted from now on, those of what is stored too; where none are, none."""
    from techdash.store import articles

    found = first(db.conn, "SELECT full_text FROM sources WHERE id = ?", (source.id,))
    if found is None or found[0] == source.full_text:
        return
    if source.full_text == "page":
        articles.want_stored(db, source.id, now)
    elif source.full_text in ("feed", "none"):
        articles.want_none(db, source.id)


def _is_gone(conn: sqlite3.Connection, source_id: str) -> bool:
    return bool(rows(conn, "SELECT 1 FROM source_state WHERE source_id = ? AND state = 'gone'", (source_id,)))


def _try_again(db: Writer, source_id: str) -> None:
    """As if never asked, but for the addresses it had."""
    addresses = rows(
        db.conn, "SELECT previous_url, move_refused FROM source_state WHERE source_id = ?", (source_id,)
    )
    _forget_state(db, source_id, keep_wait=True)
    for address in addresses:
        db.execute(
            "UPDATE source_state SET previous_url = ?, move_refused = ? WHERE source_id = ?",
            (*address, source_id),
        )


def _must_exist(conn: sqlite3.Connection, source_id: str) -> None:
    if not rows(conn, "SELECT 1 FROM sources WHERE id = ? AND removed = 0", (source_id,)):
        raise UsageError(f"There is no source {source_id!r}. `techdash sources` lists them.")


def _show_entries(db: Writer, source_id: str) -> None:
    db.execute(
        "UPDATE entries SET hidden = 0 WHERE source_id = ? AND hidden = 1 AND superseded_by IS NULL",
        (source_id,),
    )
    _days_changed(db, _days_of(db.conn, source_id))


def _days_of(conn: sqlite3.Connection, source_id: str) -> list[str]:
    return [
        day
        for (day,) in rows(
            conn,
            """
            SELECT day FROM entries WHERE source_id = ?1
            UNION SELECT ed.day FROM entries e CROSS JOIN editions ed ON ed.entry_id = e.id
              WHERE e.source_id = ?1
            UNION SELECT m.day FROM entries e CROSS JOIN day_members m ON m.entry_id = e.id
              WHERE e.source_id = ?1
            """,
            (source_id,),
        )
    ]


def _days_changed(db: Writer, days: Sequence[str]) -> None:
    recount_days(db, days)
    mark_stale(db, days)
