"""What one sync of a source writes: pure, from what came, what is stored, and the time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from techdash.feeds import schedule
from techdash.feeds.addresses import is_private_host
from techdash.models import (
    Failed,
    Fetched,
    Files,
    Known,
    NotModified,
    Outcome,
    ParsedEntry,
    ParsedFeed,
    Plan,
    PlannedEntry,
    SourceState,
    Subscription,
    SyncStatus,
)
from techdash.text.urls import canonical, host

_HOUR = 3600
_HALF = 16  # bytes of the head's hash, and of the text's


def decide(
    subscription: Subscription,
    outcome: Outcome,
    feed: ParsedFeed | None,
    known: Mapping[str, Known],
    now: int,
    day_of: Callable[[int], str],
    last_new: int | None = None,
) -> Plan:
    """The plan of a sync whose telling outcome is ``outcome`` and whose documents hold ``feed``.

    ``known`` are the stored entries under the feed's keys, ``day_of`` gives the reader's day of a moment,
    ``last_new`` is when the source brought its last new entry (None: it may as well be now).
    What a source no longer lists stays; an answer without entries, or none, changes no entry. Equal
    arguments give equal plans, and a plan that was carried out gives one without entries the next time.
    """
    source, state = subscription.source, subscription.state
    if isinstance(outcome, Failed) or (feed is None and not isinstance(outcome, NotModified)):
        return _failure(subscription, outcome, now)
    entries = _planned(subscription, feed, known, now, day_of) if feed else ()
    if any(planned.id is None for planned in entries):
        last_new = now
    next_state = schedule.after_success(
        state,
        source.id,
        now,
        http=None if isinstance(outcome, Files) else outcome.http,
        max_age=None if isinstance(outcome, Files) else outcome.max_age,
        ttl=feed.ttl if feed else None,
        quiet=0 if last_new is None else now - last_new,
        note=feed.note if feed else state.note if state.state == "ok" else "",
    )
    if feed is None:
        return Plan(source.id, now, "unchanged", next_state)
    return Plan(
        source_id=source.id,
        now=now,
        status="new" if entries else "unchanged",
        state=next_state,
        validators={outcome.url: outcome.validators},
        entries=entries,
        # What the user or the catalogue says of a site counts for more than its feed does.
        site_url="" if source.site_url else feed.site_url,
    )


def _failure(subscription: Subscription, outcome: Outcome, now: int) -> Plan:
    failed = outcome
    if not isinstance(failed, Failed):
        http = failed.http if isinstance(failed, Fetched) else None
        failed = Failed(failed.url, "parse", "The answer could not be read.", http)
    source_id = subscription.source.id
    state = schedule.after_failure(subscription.state, source_id, now, failed)
    status: SyncStatus = "gone" if state.state == "gone" else "failed"
    return Plan(source_id, now, status, state, host_wait=_host_wait(failed, state, now))


def _host_wait(failed: Failed, state: SourceState, now: int) -> tuple[str, int] | None:
    """A public server that asks us to wait speaks for all its feeds; a private host may be many servers."""
    name = host(failed.url)
    if state.not_before <= now or not name or is_private_host(name):
        return None
    return name, state.not_before


def _planned(
    subscription: Subscription,
    feed: ParsedFeed,
    known: Mapping[str, Known],
    now: int,
    day_of: Callable[[int], str],
) -> tuple[PlannedEntry, ...]:
    """What is new or changed, oldest first: ids then grow with time, where nothing else tells the order."""
    start_of = lru_cache(_starts(day_of))
    planned = []
    for entry in reversed(feed.entries):
        before = known.get(entry.key)
        digest = _hash(entry)
        # A list page, where we hold the article: only the head is news.
        keep_text = before is not None and before.has_body and not entry.body
        if before is not None:
            if keep_text:
                digest = digest[:_HALF] + before.hash[_HALF:]
            if digest == before.hash:
                continue
        day, sort_time = _when(entry, now, day_of, start_of)
        planned.append(
            PlannedEntry(
                entry=entry,
                kind=entry.kind or subscription.source.kind,
                day=day,
                sort_time=sort_time,
                url_key=canonical(entry.url) if entry.url else "",
                hash=digest,
                id=before.id if before else None,
                keep_text=keep_text,
            )
        )
    return tuple(planned)


def _when(
    entry: ParsedEntry, now: int, day_of: Callable[[int], str], start_of: Callable[[int], int]
) -> tuple[str, int]:
    """The entry's day, and its place among others: when it was published, never later than now.

    What has only a date stands at the start of that day, wherever the reader lives.
    """
    if entry.published is None:
        day, sort_time = day_of(now), now
    elif entry.date_only:
        day, sort_time = _date(entry.published), min(start_of(entry.published), now)
    else:
        sort_time = min(entry.published, now)
        day = day_of(sort_time)
    return (entry.edition.day if entry.edition else day), sort_time


def _date(midnight: int) -> str:
    return datetime.fromtimestamp(midnight, UTC).date().isoformat()


def _starts(day_of: Callable[[int], str]) -> Callable[[int], int]:
    def start_of(midnight: int) -> int:
        """The first full hour of a date for the reader; zone and late start shift it by a day at most."""
        day = _date(midnight)
        return next(
            (at for at in range(midnight - 15 * _HOUR, midnight + 36 * _HOUR, _HOUR) if day_of(at) == day),
            midnight,
        )

    return start_of


def _hash(entry: ParsedEntry) -> bytes:
    head = (entry.title, entry.url, str(entry.published), entry.author, *entry.tags)
    if entry.translation:
        head = (*head, "=", entry.translation)
    return _digest(*head) + _digest(entry.summary, entry.body)


def _digest(*parts: str) -> bytes:
    digest = hashlib.blake2b(digest_size=_HALF)
    for part in parts:
        data = part.encode("utf-8", "replace")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()
