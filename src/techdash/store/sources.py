"""Sources in the library: what is subscribed to, how its syncs went, when it is asked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from techdash.errors import UsageError
from techdash.models import Plan, Source, SourceState, Subscription, Validators
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import first, insert, rows, update, upsert, writing

if TYPE_CHECKING:
    from sqlite_utils import Database

# No server's wish and no backoff reaches further; what does is left from a clock that was wrong.
LONGEST_WAIT = 31 * 86400

_SUBSCRIPTIONS = """
  SELECT s.id, s.url, s.kind, s.title, s.site_url, s.language, s.topics, s.weight, s.max_items, s.full_text,
    s.enabled, s.origin,
    st.state, st.last_checked, st.last_ok, st.next_due, st.not_before, st.failures, st.http, st.error_kind,
    st.error, st.note, s.url_key, coalesce(w.until, 0)
  FROM sources s JOIN source_state st ON st.source_id = s.id LEFT JOIN host_waits w ON w.host = s.host
  WHERE s.removed = 0
"""


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
        _subscription(row)
        for row in _asked(conn, only)
        if not _waits_until(row, now) and (force or not now < row[15] <= now + LONGEST_WAIT)
    ]


def waiting(conn: sqlite3.Connection, now: int, only: Sequence[str] = ()) -> list[tuple[Subscription, int]]:
    """The sources whose server or host asked to wait, with the time until when."""
    return [(_subscription(row), until) for row in _asked(conn, only) if (until := _waits_until(row, now))]


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
    found = rows(
        conn, "SELECT url, etag, last_modified, body_hash FROM validators WHERE source_id = ?", (source_id,)
    )
    return {url: Validators(*values) for url, *values in found}


def last_new(conn: sqlite3.Connection, source_id: str) -> int | None:
    """When the source brought its newest entry; None where it has brought none."""
    # ids grow with arrival, and the greatest is found without reading a row
    newest = "SELECT max(id) FROM entries WHERE source_id = ?"
    row = first(conn, f"SELECT first_seen FROM entries WHERE id = ({newest})", (source_id,))  # noqa: S608
    return row[0] if row else None


def subscribe(db: Database, source: Source, now: int) -> Source:
    """Subscribe; gives the source with the id it got.

    One that was removed before comes back under its old id, with its entries and marks. Raises
    :class:`UsageError` where the same address is subscribed to already.
    """
    with writing(db):
        if known := _known(db.conn, source):
            raise UsageError(f"{source.url} is subscribed to already, as {known[0]} ({known[1]}).")
        return _subscribe(db, source, now, _free_ids(db.conn))


def subscribe_all(db: Database, wanted: Iterable[Source], now: int) -> list[Source]:
    """Subscribe to those that aren't subscribed to yet, all or none; gives them with the ids they got.

    Of several with addresses of the same page the first counts.
    """
    with writing(db):
        free_id = _free_ids(db.conn)
        return [_subscribe(db, source, now, free_id) for source in wanted if not _known(db.conn, source)]


def remove(db: Database, source_id: str) -> None:
    """Unsubscribe for good: no catalogue brings it back, subscribing by hand does.

    Entries that are starred or kept for later stay, the others leave every list. Raises :class:`UsageError`
    for an id that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        update(db, "sources", source_id, {"removed": 1})
        db.execute("DELETE FROM validators WHERE source_id = ?", (source_id,))
        days = _days_of(db.conn, source_id)
        db.execute(
            """
            UPDATE entries SET hidden = 1 WHERE source_id = ? AND hidden = 0 AND NOT EXISTS (
              SELECT 1 FROM marks m WHERE m.entry_id = entries.id
              AND (m.starred_at IS NOT NULL OR m.later_at IS NOT NULL))
            """,
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


def set_enabled(db: Database, source_id: str, enabled: bool) -> None:
    """Have a source asked again or no more; enabling one that is gone gives it another try.

    Raises :class:`UsageError` for an id that isn't subscribed to.
    """
    with writing(db):
        _must_exist(db.conn, source_id)
        update(db, "sources", source_id, {"enabled": enabled})
        if enabled and rows(
            db.conn, "SELECT 1 FROM source_state WHERE source_id = ? AND state = 'gone'", (source_id,)
        ):
            _forget_state(db, source_id)


def apply_catalogue(db: Database, sources: Sequence[Source], now: int) -> int:
    """Bring the library in line with the catalogue; gives how many sources were added or changed.

    What the user removed stays removed, what was subscribed to by hand stays as it is unless the user's own
    file names it. ``enabled`` follows the catalogue only where the catalogue's word changed.
    """
    changed = 0
    with writing(db):
        for source in sources:
            url_key = _url_key(source.url)
            if rows(db.conn, "SELECT 1 FROM sources WHERE url_key = ? AND id <> ?", (url_key, source.id)):
                continue
            stored = first(
                db.conn,
                "SELECT removed, url, site_url, offered_enabled FROM sources WHERE id = ?",
                (source.id,),
            )
            if stored is None:
                _insert(db, source.id, source, now, offered=True)
                changed += 1
                continue
            removed, url, site_url, offered_enabled = stored
            if removed or (offered_enabled is None and source.origin != "user"):
                continue
            changes = {**_columns(source), "origin": source.origin, "offered_enabled": source.enabled}
            if offered_enabled != source.enabled:
                changes["enabled"] = source.enabled
            if not site_url:  # a sync may know better
                changes["site_url"] = source.site_url
            sql = f"SELECT {', '.join(changes)} FROM sources WHERE id = ?"  # noqa: S608 - our own names
            if rows(db.conn, sql, (source.id,)) != [tuple(changes.values())]:
                update(db, "sources", source.id, changes)
                changed += 1
            if url != source.url:
                _forget_state(db, source.id)
    return changed


def save_sync(db: Database, plan: Plan) -> None:
    """Store what one sync learned of the source itself; in the caller's transaction."""
    state = plan.state
    upsert(
        db,
        "source_state",
        {
            "source_id": plan.source_id,
            "state": state.state,
            "last_checked": state.last_checked,
            "last_ok": state.last_ok,
            "next_due": state.next_due,
            "not_before": state.not_before,
            "failures": state.failures,
            "http": state.http,
            "error_kind": state.error_kind,
            "error": state.error,
            "note": state.note,
        },
        "source_id",
    )
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
        }
        upsert(db, "validators", record, "source_id", "url")
    if plan.host_wait is not None:
        db.execute("DELETE FROM host_waits WHERE until <= ?", (plan.now,))
        db.execute(
            """
            INSERT INTO host_waits (host, until) VALUES (?, ?)
            ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)
            """,
            plan.host_wait,
        )
    if plan.site_url:
        db.execute(
            "UPDATE sources SET site_url = ? WHERE id = ? AND site_url <> ?",
            (plan.site_url, plan.source_id, plan.site_url),
        )


def _asked(conn: sqlite3.Connection, only: Sequence[str]) -> list[tuple[Any, ...]]:
    names = {*only, *map(_url_key, only)}
    found = rows(conn, f"{_SUBSCRIPTIONS} AND s.enabled AND st.state <> 'gone' ORDER BY st.next_due, s.id")
    return [row for row in found if not names or row[0] in names or row[22] in names]


def _waits_until(row: tuple[Any, ...], now: int) -> int:
    """Until when the source's server or host asked to be left alone; 0 where neither did."""
    return max((until for until in (row[16], row[23]) if now < until <= now + LONGEST_WAIT), default=0)


def _subscription(row: tuple[Any, ...]) -> Subscription:
    columns = list(row[:12])
    columns[6], columns[10] = tuple(json.loads(columns[6])), bool(columns[10])  # topics, enabled
    return Subscription(Source(*columns), SourceState(*row[12:22]))


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


def _subscribe(db: Database, source: Source, now: int, free_id: Callable[[str], str]) -> Source:
    removed = first(db.conn, "SELECT id FROM sources WHERE url_key = ?", (_url_key(source.url),))
    if removed is not None:
        (id_,) = removed
        again = {"removed": 0, "origin": source.origin, "enabled": source.enabled, "offered_enabled": None}
        update(db, "sources", id_, {**_columns(source), **again})
        _forget_state(db, id_)
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


def _insert(db: Database, source_id: str, source: Source, now: int, *, offered: bool) -> None:
    record = {
        "id": source_id,
        **_columns(source),
        "site_url": source.site_url,
        "enabled": source.enabled,
        "offered_enabled": source.enabled if offered else None,
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
    }


def _forget_state(db: Database, source_id: str) -> None:
    """As if never asked: due at once, without validators."""
    fresh = SourceState()
    save_sync(db, Plan(source_id=source_id, now=0, status="skipped", state=fresh))
    db.execute("DELETE FROM validators WHERE source_id = ?", (source_id,))


def _must_exist(conn: sqlite3.Connection, source_id: str) -> None:
    if not rows(conn, "SELECT 1 FROM sources WHERE id = ? AND removed = 0", (source_id,)):
        raise UsageError(f"There is no source {source_id!r}. `techdash sources` lists them.")


def _show_entries(db: Database, source_id: str) -> None:
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


def _days_changed(db: Database, days: Sequence[str]) -> None:
    recount_days(db, days)
    mark_stale(db, days)
