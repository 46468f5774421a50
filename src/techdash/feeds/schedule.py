"""When a source is asked again: the state that follows from how asking went. Pure; times are whole seconds.

The values are those that publishers ask of readers: an hour between visits, longer where the server or the
feed says so, longer and longer while it fails, and never before a moment that the server named.
"""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from techdash.models import Failed, SourceState

MINUTE, HOUR, DAY = 60, 3600, 86400
INTERVAL = HOUR
# After so long without a new entry, so long between two visits.
QUIET = ((365 * DAY, DAY), (90 * DAY, 12 * HOUR), (14 * DAY, 3 * HOUR))
SHORTEST_INTERVAL = 10 * MINUTE  # between two visits that the user asks for
LONGEST_FLOOR = DAY  # a max-age of sixteen years has been seen
LONGEST_WAIT = 31 * DAY
SHORTEST_WAIT = 30 * MINUTE
OFFLINE_PAUSE = 5 * MINUTE
WHOLE_EVERY = 9 * DAY

_WAIT_STATUSES = (429, 503)
_SLOW_STATUSES = (401, 403, 404, 451)
_GONE_SINCE = re.compile(r"gone since (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")


def after_success(
    state: SourceState,
    source_id: str,
    now: int,
    *,
    http: int | None = None,
    max_age: int | None = None,
    ttl: int | None = None,
    quiet: int = 0,
    note: str = "",
) -> SourceState:
    """The state after an answer that could be used.

    ``max_age`` is the server's floor in seconds, ``ttl`` the feed's (RSS 2.0 gives minutes: multiply).
    ``quiet`` is for how many seconds nothing new has come.
    """
    interval = next((interval for long, interval in QUIET if quiet >= long), INTERVAL)
    floor = max(interval, min(max_age or 0, LONGEST_FLOOR), min(ttl or 0, LONGEST_FLOOR))
    return SourceState(
        state="ok",
        last_checked=now,
        last_ok=now,
        next_due=now + _spread(floor, source_id, now),
        http=http,
        note="" if _GONE_SINCE.fullmatch(note) else note,
    )


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
        error=failed.message,
        note="",
    )
    if failed.http in _WAIT_STATUSES:
        until = wait_until(state, now, failed)
        return replace(told, not_before=until, next_due=until, error_kind="wait")
    failures = state.failures + 1
    if failed.gone or failed.http == 410:
        since = _gone_since(state)
        if since is not None and now - since >= DAY:
            return replace(told, state="gone", failures=failures, note=state.note)
        note = state.note if since is not None else f"gone since {_stamp(now)}"
        return replace(told, failures=failures, next_due=now + _spread(DAY, source_id, now), note=note)
    first, longest = (DAY, 7 * DAY) if failed.http in _SLOW_STATUSES else (HOUR, DAY)
    back_off = min(first << min(failures - 1, 10), longest)
    return replace(told, failures=failures, next_due=now + _spread(back_off, source_id, now))


def after_offline(state: SourceState, now: int) -> SourceState:
    """The state where nothing at all could be reached: it says nothing of the source."""
    return replace(state, next_due=now + OFFLINE_PAUSE)


def wants_whole(state: SourceState, source_id: str, now: int) -> bool:
    """Whether a server that says 304 is asked without validators this once, for some say so for ever.

    Each source has two days for it in every nine, by its id, so that nothing need be kept: the first visit in
    these asks, and two such visits are never less than a week apart.
    """
    checked = state.last_checked
    if state.http != 304 or checked is None:
        return False
    since = (now - zlib.crc32(source_id.encode())) % WHOLE_EVERY
    return checked < now - since and since < 2 * DAY


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


def _gone_since(state: SourceState) -> int | None:
    found = _GONE_SINCE.fullmatch(state.note)
    if found is None:
        return None
    return int(datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _stamp(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
