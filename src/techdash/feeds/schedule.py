"""When a source is asked again: the state that follows from how asking went. Pure; times are whole seconds.

The values are those that publishers ask of readers: an hour between visits, longer where the server or the
feed says so, longer and longer while it fails, and never before a moment that the server named.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from techdash.models.fetched import Failed, Fetched, Files, NotModified
from techdash.models.parsed import ParsedFeed
from techdash.models.sources import Source, SourceState

MINUTE, HOUR, DAY = 60, 3600, 86400
INTERVAL = HOUR
# After so long without a new entry, so long between two visits.
QUIET = ((365 * DAY, DAY), (90 * DAY, 12 * HOUR), (14 * DAY, 3 * HOUR))
# A server without validators sends the whole each time: after so many answers, so long between two.
BARE, BARE_INTERVAL = 3, DAY
SHORTEST_INTERVAL = 10 * MINUTE  # between two visits that the user asks for
LONGEST_FLOOR = DAY  # a max-age of sixteen years has been seen
LONGEST_WAIT = 31 * DAY
SHORTEST_WAIT = 30 * MINUTE
OFFLINE_PAUSE = 5 * MINUTE
SEEMS_DEAD = 30 * DAY
# A refresh that cron starts comes so much later than it could at most.
_LATE = 15 * MINUTE

_WAIT_STATUSES = (429, 503)
_SLOW_STATUSES = (401, 403, 404, 451)


def after_success(
    state: SourceState,
    source: Source,
    now: int,
    answered: Fetched | Files | NotModified,
    feed: ParsedFeed | None = None,
    *,
    is_bare: bool = False,
    brought: bool = False,
) -> SourceState:
    """The state after an answer that could be used; ``feed`` is None where nothing has changed.

    ``is_bare`` says that it came without a validator, ``brought`` that there was a new entry in it.
    """
    is_local = isinstance(answered, Files) or answered.http is None
    http = None if isinstance(answered, Files) else answered.http
    max_age = None if isinstance(answered, Files) else answered.max_age
    if http == 304 and max_age is None:
        max_age = state.max_age  # a 304 repeats only what has changed
    hints = feed or state
    state = SourceState(
        state="ok",
        last_checked=now,
        last_ok=now,
        http=http,
        note=feed.note if feed else state.note if state.state == "ok" else "",
        last_new=now if brought or state.last_new is None else state.last_new,
        last_whole=now if http != 304 else _past(state.last_whole, now) or now,
        bare=min(state.bare + 1, BARE) if is_bare and not is_local else 0,
        max_age=max_age or 0,
        ttl=hints.ttl or 0,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        moved_to=state.moved_to,
        moved_since=state.moved_since,
        moved_note=state.moved_note,
        previous_url=state.previous_url,
        move_refused=state.move_refused,
        pages_note=state.pages_note,
        public=state.public or (not isinstance(answered, Files) and answered.public),
    )
    interval = INTERVAL if is_local else _interval(state, source, now)
    return replace(state, next_due=_outside(state, now + _spread(interval, source.id, now)))


def after_failure(state: SourceState, source_id: str, now: int, failed: Failed) -> SourceState:
    """The state after a failure: asked again later and later, and never again once twice gone.

    A server that asks us to wait (429, 503) is no failure of the source and isn't counted as one.
    """
    told = replace(
        state,
        state="failed",
        last_checked=now,
        http=failed.http,
        error_kind=failed.kind,
        note="",
        gone_since=None,
    )
    if failed.http in _WAIT_STATUSES:
        until = wait_until(state, now, failed)
        error = failed.message if failed.wait_until is not None else _and_again(failed, until - now)
        told = replace(told, error_kind="wait", error=error)
        return replace(told, not_before=until, next_due=_outside(state, until))
    since = _past(state.failing_since, now)
    told = replace(told, failures=state.failures + 1, failing_since=now if since is None else since)
    if failed.gone or failed.http == 410:
        return _gone(told, _past(state.gone_since, now), source_id, now, failed)
    if now - (told.failing_since or now) >= SEEMS_DEAD:
        error = f"{failed.message} It has failed for more than 30 days, and seems dead."
        return _asked_again(told, replace(failed, message=error), 7 * DAY, source_id)
    first, longest = (DAY, 7 * DAY) if failed.http in _SLOW_STATUSES else (HOUR, DAY)
    return _asked_again(told, failed, min(first << min(state.failures, 10), longest), source_id)


def after_wait(state: SourceState, now: int, until: int) -> SourceState:
    """The state where a server on the way to the document wants no request, so that none was made."""
    until = min(until, now + LONGEST_WAIT)
    # Whoever led there was asked just now.
    due = max(state.next_due, _outside(state, max(until, now + SHORTEST_WAIT)))
    return replace(state, not_before=max(state.not_before, until), next_due=due)


def after_offline(state: SourceState, now: int) -> SourceState:
    """The state where hardly anything could be reached: it says nothing of the source."""
    # One that was asked by a key before it was due is due no sooner for that.
    later = state.next_due if state.next_due <= now + LONGEST_WAIT else 0
    return replace(state, next_due=max(later, _outside(state, now + OFFLINE_PAUSE)))


def wants_whole(state: SourceState, source_id: str, now: int) -> bool:
    """Whether a server that says 304 is asked without validators this once, for some say so for ever.

    After seven to nine days, each source its own number; never where the answer was to be fresh for a week.
    """
    if state.http != 304 or state.max_age >= 7 * DAY:
        return False
    last = _past(state.last_whole, now)
    return last is not None and now - last >= 7 * DAY + zlib.crc32(source_id.encode()) % (2 * DAY)


def wait_until(state: SourceState, now: int, failed: Failed) -> int:
    """Until when a server that answered 429 or 503 is left alone.

    It is what it asked for; where it didn't say, half an hour, doubled each time to a day.
    """
    if failed.wait_until is not None:
        return min(failed.wait_until, now + LONGEST_WAIT)
    before = 0
    if state.error_kind == "wait" and state.last_checked is not None:
        before = state.not_before - state.last_checked
    return now + min(max(2 * before, SHORTEST_WAIT), DAY)


def retry_after(value: str, date: str, now: int) -> int | None:
    """The moment that a ``Retry-After`` header names (RFC 9110, 10.2.3), or None where it names none.

    A date counts relative to the answer's own ``Date``, for servers' clocks are wrong. Never sooner than
    half an hour, never later than 31 days.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:12])
    else:
        then, sent = http_date(value), http_date(date)
        if then is None:
            return None
        seconds = then - (sent if sent is not None else now)
        if seconds <= 0:
            return None
    return now + min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)


def freshness(cache_control: str, expires: str, date: str, now: int) -> int | None:
    """For how many seconds an answer stays fresh (RFC 9111, 4.2.1), or None where it doesn't say.

    Of several max-age values the largest counts; ``no-cache`` and ``no-store`` say that there is no hint.
    """
    directives = [part.strip().lower() for part in cache_control.split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    ages = [part[8:].strip('" ') for part in directives if part.startswith("max-age=")]
    ages = [age[:12] for age in ages if age.isascii() and age.isdigit()]
    if ages:
        return max(map(int, ages)) or None
    then, sent = http_date(expires), http_date(date)
    if then is None:
        return None
    return max(then - (sent if sent is not None else now), 0) or None


def http_date(text: str) -> int | None:
    """A date in one of the three forms of RFC 9110, 5.6.7, in seconds since 1970, or None."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text.strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _spread(seconds: int, source_id: str, now: int) -> int:
    # Up to 15 % later, so that sources which met once don't meet for ever. From the arguments: equal calls
    # give equal answers.
    return seconds + int(seconds * 0.15 * (zlib.crc32(f"{source_id} {now}".encode()) / 2**32))


def _interval(state: SourceState, source: Source, now: int) -> int:
    """How long to the next visit at least: the user's or the rules' interval, and no less than any floor."""
    if source.interval:
        interval = source.interval * MINUTE
    elif state.bare >= BARE:
        interval = BARE_INTERVAL
    else:
        quiet = now - (state.last_new or now)
        interval = next((interval for long, interval in QUIET if quiet >= long), INTERVAL)
    return max(interval, min(state.max_age, LONGEST_FLOOR), min(state.ttl, LONGEST_FLOOR))


def _outside(state: SourceState, due: int) -> int:
    """The first moment from ``due`` that lies in none of the hours and days to be skipped (UTC).

    And for a while after it neither. A feed that skips all there are can't mean it.
    """
    hours = state.skip_hours if len(set(state.skip_hours)) < 24 else ()
    days = state.skip_days if len(set(state.skip_days)) < 7 else ()

    def is_skipped(moment: int) -> bool:
        ends = (datetime.fromtimestamp(at, UTC) for at in (moment, moment + _LATE))
        return any(end.hour in hours or end.weekday() in days for end in ends)

    if not (hours or days) or not is_skipped(due):
        return due
    hour = due - due % HOUR + HOUR
    while is_skipped(hour):
        hour += HOUR
    return hour + due % _LATE  # what was put off together need not come back in one second


def _gone(told: SourceState, since: int | None, source_id: str, now: int, failed: Failed) -> SourceState:
    """What is gone at two visits a day apart is asked no more."""
    if since is not None and now - since >= DAY:
        error = f"{failed.message} It is asked no more; enable it to have it tried again."
        return replace(told, state="gone", gone_since=since, error=error)
    told = replace(told, gone_since=now if since is None else since)
    last = replace(failed, message=f"{failed.message} If it still is then, it is asked no more.")
    return replace(_asked_again(told, failed, DAY, source_id), error=_and_again(last, DAY))


def _asked_again(told: SourceState, failed: Failed, later: int, source_id: str) -> SourceState:
    now = told.last_checked or 0
    due = _outside(told, now + _spread(later, source_id, now))
    return replace(told, next_due=due, error=_and_again(failed, later))


def _and_again(failed: Failed, later: int) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if later >= size:
            number = later // size
            return f"{failed.message} Next try after {number} {unit}{'s' * (number > 1)}."
    return failed.message


def _past(moment: int | None, now: int) -> int | None:
    """A moment kept from before; what lies ahead was noted by a clock that was wrong."""
    return moment if moment is None or moment <= now else None
