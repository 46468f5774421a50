"""What one sync of a source writes: pure, from what came, what is stored, and the time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import json
from msgspec.structs import replace

from techdash.feeds import identity, moves, schedule
from techdash.feeds.addresses import is_private_host
from techdash.models.fetched import Failed, Fetched, Files, NotModified, Outcome
from techdash.models.parsed import ParsedEntry, ParsedFeed
from techdash.models.plans import Known, Plan, PlannedEntry
from techdash.models.sources import SourceState, Subscription, SyncStatus, Validators
from techdash.text.urls import canonical, host

_HOUR = 3600
_HALF = 16  # bytes of the head's hash, and of the text's
# A text that is never the same twice (a time, an advertisement) is not written at every visit for ever (D-4).
MOST_REWRITES = 24


def decide(
    subscription: Subscription,
    outcome: Outcome,
    feed: ParsedFeed | None,
    known: Mapping[str, Known],
    now: int,
    day_of: Callable[[int], str],
    *,
    validators: Mapping[str, Validators] | None = None,
    holder: str = "",
) -> Plan:
    """The plan of a sync whose telling outcome is ``outcome`` and whose documents hold ``feed``.

    ``known`` are the stored entries that have a key, an address, or title and date in common with the feed's,
    by their keys, ``day_of`` gives the reader's day of a moment,
    ``validators`` are those of all the source's documents (else of the telling one), ``holder`` is the title
    of another source with the address that this one has moved to.
    What a source no longer lists stays; an answer without entries, or none, changes no entry. Equal
    arguments give equal plans, and a plan that was carried out gives one without entries the next time.
    """
    source, state = subscription.source, subscription.state
    if isinstance(outcome, Failed) or (feed is None and not isinstance(outcome, NotModified)):
        return _failure(subscription, outcome, now)
    rekeyed: tuple[tuple[int, str], ...] = ()
    entries: tuple[PlannedEntry, ...] = ()
    if feed is not None:
        matched = identity.match(feed.entries, known, now)
        most = None if isinstance(outcome, Files) else MOST_REWRITES
        entries = _planned(subscription, feed, matched.stored, now, day_of, most)
        rekeyed = tuple(matched.rekeyed)
        if note := identity.note(matched, len(feed.entries)):
            feed = replace(feed, note="; ".join(filter(None, (note, feed.note))))
    validators = {outcome.url: outcome.validators} if validators is None else dict(validators)
    next_state = schedule.after_success(
        state,
        source,
        now,
        outcome,
        feed,
        is_bare=not any(kept.etag or kept.last_modified for kept in validators.values()),
        brought=any(planned.id is None for planned in entries),
    )
    moved = ""
    if not isinstance(outcome, Files) and outcome.url == source.url:
        is_known = feed is None or bool(known) or feed.title == source.title
        next_state, moved = moves.look(source, next_state, outcome, now, is_known=is_known, holder=holder)
    if moved:
        # They were given by the new address, and are sent to it.
        given = validators.pop(source.url, Validators())
        validators |= {source.url: Validators(), moved: replace(given, given_by="")}
    return Plan(
        source_id=source.id,
        now=now,
        status="new" if entries else "unchanged",
        state=next_state,
        validators=validators,
        entries=entries,
        # What the user or the catalogue says of a site counts for more than its feed does.
        site_url=feed.site_url if feed and not source.site_url else "",
        moved=moved,
        rekeyed=rekeyed,
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
    name = failed.host or host(failed.url)
    if state.not_before <= now or not name or is_private_host(name):
        return None
    return name, state.not_before


def _planned(
    subscription: Subscription,
    feed: ParsedFeed,
    stored: Mapping[str, Known],
    now: int,
    day_of: Callable[[int], str],
    most_rewrites: int | None,
) -> tuple[PlannedEntry, ...]:
    """What is new or changed, oldest first: ids then grow with time, where nothing else tells the order.

    ``most_rewrites`` is how often a text alone may change; None: always, for its author is the reader.
    """
    start_of = starts(day_of)
    planned = []
    for entry in reversed(feed.entries):
        before = stored.get(entry.key)
        digest = _hash(entry)
        rewrites = 0
        # A list page, where we hold the article: only the head is news.
        is_listed = before is not None and before.has_body and not entry.body
        # Nor does a feed take the place of the page, but it says that there is something new on it.
        keep_text = before is not None and (is_listed or before.has_page)
        if before is not None:
            if is_listed and (not before.has_page or subscription.source.full_text == "notionnext"):
                digest = digest[:_HALF] + before.hash[_HALF:]
            if digest == before.hash:
                continue
            if most_rewrites is not None and digest[:_HALF] == before.hash[:_HALF]:
                if before.rewrites >= most_rewrites:
                    continue
                rewrites = before.rewrites + 1
        day, sort_time = _when(entry, now, day_of, start_of)
        if entry.edition and not entry.edition.day:
            # Neither it nor its feed names a day: it is of the day on which it was first seen (P-11).
            seen = day_of(min(before.first_seen, now)) if before else day
            entry, day = replace(entry, edition=replace(entry.edition, day=seen)), seen
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
                rewrites=rewrites,
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
        day, sort_time = date_of(entry.published), min(start_of(entry.published), now)
    else:
        sort_time = min(entry.published, now)
        day = day_of(sort_time)
    return (entry.edition and entry.edition.day) or day, sort_time


def date_of(midnight: int) -> str:
    """The date (``YYYY-MM-DD``) of an entry that has only a date: published at midnight UTC."""
    return datetime.fromtimestamp(midnight, UTC).date().isoformat()


def starts(day_of: Callable[[int], str]) -> Callable[[int], int]:
    """A function from a bare date (as :func:`date_of`) to where it begins for the reader, in seconds."""

    @lru_cache
    def start_of(midnight: int) -> int:
        """The first full hour of a date for the reader; zone and late start shift it by a day at most."""
        day = date_of(midnight)
        return next(
            (at for at in range(midnight - 15 * _HOUR, midnight + 36 * _HOUR, _HOUR) if day_of(at) == day),
            midnight,
        )

    return start_of


def _hash(entry: ParsedEntry) -> bytes:
    head = (entry.title, entry.url, str(entry.published), entry.author, *entry.tags)
    if entry.translation:
        head = (*head, "=", entry.translation)
    text: tuple[str, ...] = (entry.summary, entry.body)
    if entry.cards:  # the front matter, which is no part of the body, speaks for them too
        text = (*text, "=", json.encode(entry.cards).decode())
    return _digest(*head) + _digest(*text)


def _digest(*parts: str) -> bytes:
    digest = hashlib.blake2b(digest_size=_HALF)
    for part in parts:
        data = part.encode("utf-8", "replace")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()
