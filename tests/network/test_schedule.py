"""When a source is asked again. Case ids are the catalogue's."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from techdash.feeds import schedule
from techdash.feeds.schedule import DAY, HOUR
from techdash.models.fetched import Failed, NotModified
from techdash.models.parsed import ParsedFeed
from techdash.models.sources import Source, SourceState, Validators

NOW = 1_778_580_000  # Tuesday, 2026-05-12, 10:00 UTC
NEW = SourceState()
ALL_DAY = tuple(range(24))


def failed(http: int | None = None, kind: str = "http", wait_until: int | None = None) -> Failed:
    return Failed("http://e.org/", kind, "No.", http, wait_until, gone=http == 410)


def source(id: str = "x", interval: int = 0) -> Source:  # noqa: A002 - Source.id
    return Source(id, "http://e.org/", "article", "X", interval=interval)


def succeeded(
    state: SourceState = NEW,
    source_id: str = "x",
    now: int = NOW,
    http: int = 200,
    max_age: int | None = None,
    feed: ParsedFeed | None = None,
    interval: int = 0,
    **more: Any,
) -> SourceState:
    answered = NotModified("http://e.org/", Validators(), max_age, http)
    return schedule.after_success(state, source(source_id, interval), now, answered, feed, **more)


def between(low: int, high: int, moment: int) -> bool:
    return NOW + low <= moment <= NOW + high


@pytest.mark.parametrize(
    ("max_age", "ttl", "floor"),
    [
        pytest.param(None, None, HOUR, id="H32 default"),
        pytest.param(60, 60, HOUR, id="H34 ttl below the interval"),
        pytest.param(43200, None, 43200, id="H32 max-age of 12 h"),
        pytest.param(None, 7200, 7200, id="H34 ttl of 2 h"),
        pytest.param(504921600, None, DAY, id="H32 max-age of 16 years"),
        pytest.param(None, 999999 * 60, DAY, id="H34 ttl of 999999"),
        pytest.param(0, 10**9, DAY, id="H34"),
    ],
)
def test_h10_the_longest_floor_counts_up_to_a_day(max_age: int | None, ttl: int | None, floor: int) -> None:
    state = succeeded(max_age=max_age, feed=ParsedFeed("rss20", ttl=ttl))
    assert between(floor, int(floor * 1.15), state.next_due)
    assert (state.state, state.last_ok, state.last_checked, state.failures) == ("ok", NOW, NOW, 0)


def test_h10_a_304_keeps_what_it_does_not_repeat() -> None:
    first = succeeded(
        max_age=4 * HOUR, feed=ParsedFeed("rss20", ttl=5 * HOUR, skip_hours=(1,), skip_days=(6,))
    )
    again = succeeded(first, http=304)
    assert (again.max_age, again.ttl, again.skip_hours, again.skip_days) == (4 * HOUR, 5 * HOUR, (1,), (6,))
    assert succeeded(first, http=304, max_age=60).max_age == 60
    assert succeeded(first, feed=ParsedFeed("rss20")).next_due <= NOW + 1.15 * HOUR
    assert between(5 * HOUR, 6 * HOUR, again.next_due)


@pytest.mark.parametrize(
    ("hours", "days", "low", "high"),
    [
        pytest.param(tuple(range(11, 20)), (), 10 * HOUR, 11 * HOUR, id="H34 skipHours"),
        pytest.param((11, 12), (), HOUR, 4 * HOUR, id="H34 two hours"),
        pytest.param((), (1,), 14 * HOUR, 15 * HOUR, id="H34 skipDays"),
        pytest.param((), (1, 2), 38 * HOUR, 39 * HOUR, id="H34 two days"),
        pytest.param((0, 1), (1,), 16 * HOUR, 17 * HOUR, id="H34 both"),
        pytest.param(ALL_DAY, (), HOUR, 2 * HOUR, id="H34 all hours are none"),
        pytest.param((), tuple(range(7)), HOUR, 2 * HOUR, id="H34 all days are none"),
        pytest.param((3,), (5,), HOUR, 2 * HOUR, id="H34 others"),
    ],
)
def test_h34_hours_and_days_to_be_skipped(
    hours: tuple[int, ...], days: tuple[int, ...], low: int, high: int
) -> None:
    feed = ParsedFeed("rss20", skip_hours=hours, skip_days=days)
    for name in "abcdefgh":
        assert between(low, high, succeeded(source_id=name, feed=feed).next_due)


def test_h34_cron_comes_late_and_still_not_in_an_hour_to_be_skipped() -> None:
    feed = ParsedFeed("rss20", skip_hours=(11,))
    dues = [succeeded(source_id=str(n), now=NOW - 1200, feed=feed).next_due for n in range(99)]
    assert {(due % DAY) // HOUR for due in dues} == {10, 12}
    assert all(due % HOUR <= 45 * 60 for due in dues if (due % DAY) // HOUR == 10)


@pytest.mark.parametrize(
    ("days", "max_age", "hours"),
    [
        (13, None, 1),
        (14, None, 3),
        (89, None, 3),
        (90, None, 12),
        (365, None, 24),
        (14, 4 * HOUR, 4),
        (-9, None, 1),
    ],
)
def test_q2_a_source_without_news_is_asked_more_seldom(days: int, max_age: int | None, hours: int) -> None:
    quiet = SourceState(last_new=NOW - days * DAY)
    state = succeeded(quiet, http=304, max_age=max_age)
    assert between(hours * HOUR, int(hours * 1.15 * HOUR), state.next_due)
    assert state.last_new == quiet.last_new
    back = succeeded(quiet, brought=True, max_age=max_age)
    assert back.last_new == NOW
    assert between(HOUR, int(max(HOUR, max_age or 0) * 1.15), back.next_due)


def test_q1_who_never_gives_a_validator_is_asked_once_a_day() -> None:
    state, hours = NEW, []
    for _ in range(4):
        state = succeeded(state, is_bare=True)
        hours.append((state.next_due - NOW) // HOUR)
    assert [hour >= 24 for hour in hours] == [False, False, True, True]
    assert succeeded(state).next_due <= NOW + 1.15 * HOUR
    assert succeeded(replace(state, bare=2), is_bare=False).bare == 0


@pytest.mark.parametrize(
    ("minutes", "state", "max_age", "low"),
    [
        pytest.param(15, NEW, None, HOUR // 4, id="Q2 sooner"),
        pytest.param(600, NEW, None, 10 * HOUR, id="Q2 later"),
        pytest.param(
            15, SourceState(last_new=NOW - 400 * DAY, bare=3), None, HOUR // 4, id="Q2 the user's word"
        ),
        pytest.param(15, NEW, 2 * HOUR, 2 * HOUR, id="Q3 the server's word"),
    ],
)
def test_q2_the_interval_that_the_user_wants(
    minutes: int, state: SourceState, max_age: int | None, low: int
) -> None:
    found = succeeded(state, max_age=max_age, interval=minutes)
    assert between(low, int(1.15 * low), found.next_due)


def test_q6_sources_spread_and_equal_calls_agree() -> None:
    dues = [succeeded(source_id=str(n)).next_due for n in range(200)]
    assert dues == [succeeded(source_id=str(n)).next_due for n in range(200)]
    assert len(set(dues)) > 100
    assert max(dues) - min(dues) > 0.12 * HOUR


def test_q7_failures_back_off_and_a_success_forgets_them() -> None:
    state, hours = NEW, []
    for _ in range(8):
        state = schedule.after_failure(state, "x", NOW, failed(kind="timeout"))
        hours.append((state.next_due - NOW) // HOUR)
    assert [hour >= low for hour, low in zip(hours, [1, 2, 4, 8, 16, 24, 24, 24], strict=True)] == [True] * 8
    assert max(hours) <= 27
    assert (state.state, state.failures, state.error_kind) == ("failed", 8, "timeout")
    assert state.error == "No. Next try after 1 day."
    state = succeeded(state)
    assert (state.state, state.failures, state.error, state.failing_since) == ("ok", 0, "", None)


def test_q7_after_a_month_of_failures_it_seems_dead_and_is_asked_once_a_week() -> None:
    state = SourceState("ok", last_ok=NOW - 90 * DAY)
    for day in range(30):
        state = schedule.after_failure(state, "x", NOW + day * DAY, failed(500))
        assert state.next_due - (NOW + day * DAY) <= 1.15 * DAY
    assert "dead" not in state.error
    late = NOW + 30 * DAY
    state = schedule.after_failure(state, "x", late, failed(500))
    assert late + 7 * DAY <= state.next_due <= late + 8.05 * DAY
    assert state.error == "No. It has failed for more than 30 days, and seems dead. Next try after 7 days."
    other_clock = schedule.after_failure(state, "x", NOW - 365 * DAY, failed(500))
    assert "dead" not in other_clock.error


def test_h34_a_failure_too_leaves_alone_the_hours_to_be_skipped() -> None:
    state = SourceState(skip_hours=tuple(range(11, 20)))
    assert between(10 * HOUR, 11 * HOUR, schedule.after_failure(state, "x", NOW, failed(500)).next_due)


@pytest.mark.parametrize("status", [401, 403, 404, 451])
def test_q8_an_address_without_a_feed_waits_a_day_and_longer(status: int) -> None:
    state = schedule.after_failure(NEW, "x", NOW, failed(status))
    assert between(DAY, 2 * DAY, state.next_due)
    for _ in range(5):
        state = schedule.after_failure(state, "x", NOW, failed(status))
    assert between(7 * DAY, 9 * DAY, state.next_due)


def test_h25_gone_needs_two_strikes_a_day_apart() -> None:
    first = schedule.after_failure(NEW, "x", NOW, failed(410))
    assert first.state == "failed"
    assert between(DAY, 2 * DAY, first.next_due)
    assert schedule.after_failure(first, "x", NOW + HOUR, failed(410)).state == "failed"
    second = schedule.after_failure(
        schedule.after_failure(first, "x", NOW + HOUR, failed(410)), "x", NOW + DAY, failed(410)
    )
    assert second.state == "gone"
    assert second.gone_since == NOW
    assert second.error == "No. It is asked no more; enable it to have it tried again."


def test_h25_a_clock_that_was_wrong_makes_nothing_gone() -> None:
    first = schedule.after_failure(NEW, "x", NOW + 400 * DAY, failed(410))
    assert schedule.after_failure(first, "x", NOW, failed(410)).gone_since == NOW


def test_h26_what_came_back_is_not_gone() -> None:
    first = schedule.after_failure(NEW, "x", NOW, failed(410))
    back = succeeded(first, now=NOW + DAY)
    assert schedule.after_failure(back, "x", NOW + 2 * DAY, failed(410)).state == "failed"
    other = schedule.after_failure(first, "x", NOW + DAY, failed(500))
    assert schedule.after_failure(other, "x", NOW + 2 * DAY, failed(410)).state == "failed"


def test_h27_a_wait_that_was_asked_for_is_no_failure() -> None:
    state = schedule.after_failure(SourceState(failures=2), "x", NOW, failed(429, wait_until=NOW + 7200))
    assert (state.not_before, state.next_due, state.failures) == (NOW + 7200, NOW + 7200, 2)
    assert (state.error_kind, state.error) == ("wait", "No.")


def test_h30_a_wait_that_is_over_leaves_nothing_behind() -> None:
    waiting = schedule.after_failure(SourceState(failures=2), "x", NOW, failed(503, wait_until=NOW + 7200))
    state = succeeded(waiting, now=NOW + 7200)
    assert (state.state, state.failures, state.not_before, state.error, state.error_kind) == (
        "ok",
        0,
        0,
        "",
        "",
    )


def test_h9_who_is_led_to_a_server_that_wants_to_be_left_alone_waits_as_long() -> None:
    state = schedule.after_wait(SourceState("ok", next_due=NOW), NOW, NOW + 500)
    assert (state.state, state.not_before, state.next_due) == ("ok", NOW + 500, NOW + 1800)
    assert schedule.after_wait(state, NOW, NOW + 99 * DAY).not_before == NOW + 31 * DAY
    assert schedule.after_wait(state, NOW, NOW + 9).not_before == NOW + 500
    assert schedule.after_wait(state, NOW, NOW + 7200).next_due == NOW + 7200


SENT = "Tue, 12 May 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        pytest.param("7200", "", 7200, id="H27 seconds"),
        pytest.param("120", "", 1800, id="H27 no less than half an hour"),
        pytest.param(" 7200 ", "", 7200, id="H28 spaces"),
        pytest.param("999999999", "", 31 * DAY, id="H28 999999999"),
        pytest.param("Tue, 12 May 2026 12:00:00 GMT", SENT, 7200, id="H28 IMF-fixdate"),
        pytest.param("Tuesday, 12-May-26 12:00:00 GMT", SENT, 7200, id="H28 RFC 850"),
        pytest.param("Tue May 12 12:00:00 2026", SENT, 7200, id="H28 asctime"),
        pytest.param(
            "Wed, 13 May 2026 12:00:00 GMT", "Wed, 13 May 2026 10:00:00 GMT", 7200, id="H28 by its own clock"
        ),
        pytest.param("Tue, 12 May 2026 09:00:00 GMT", SENT, None, id="H28 date in the past"),
        pytest.param("-5", SENT, None, id="H28 -5"),
        pytest.param("xyz", SENT, None, id="H28 xyz"),
        pytest.param("", SENT, None, id="H29 none"),
    ],
)
def test_h9_what_retry_after_says(value: str, date: str, seconds: int | None) -> None:
    until = schedule.retry_after(value, date, NOW)
    assert until == (None if seconds is None else NOW + seconds)


def test_h29_without_a_time_waits_double() -> None:
    state, minutes = NEW, []
    for _ in range(8):
        state = schedule.after_failure(state, "x", NOW, failed(429))
        minutes.append((state.not_before - NOW) // 60)
    assert minutes == [30, 60, 120, 240, 480, 960, 1440, 1440]


def test_h54_being_offline_is_held_against_nobody() -> None:
    before = SourceState("ok", last_checked=5, last_ok=5, failures=0)
    after = schedule.after_offline(before, NOW)
    assert (after.state, after.last_checked, after.failures) == ("ok", 5, 0)
    assert between(60, HOUR, after.next_due)
    assert schedule.after_offline(replace(before, next_due=NOW + DAY), NOW).next_due == NOW + DAY
    assert between(60, HOUR, schedule.after_offline(replace(before, next_due=NOW + 400 * DAY), NOW).next_due)


@pytest.mark.parametrize(
    ("cache_control", "expires", "seconds"),
    [
        ("max-age=43200", "", 43200),
        ("public, Max-Age=60, max-age=600", "", 600),
        ('max-age="90"', "", 90),
        ("no-cache, max-age=6000", "", None),
        ("no-store", "Tue, 12 May 2026 12:00:00 GMT", None),
        ("max-age=0", "Tue, 12 May 2026 12:00:00 GMT", None),
        ("", "Tue, 12 May 2026 12:00:00 GMT", 7200),
        ("max-age=x", "Tue, 12 May 2026 12:00:00 GMT", 7200),
        ("", "0", None),
        ("", "-1", None),
        ("", "Tue, 12 May 2026 09:00:00 GMT", None),
        ("", "", None),
    ],
)
def test_h32_h33_how_long_an_answer_is_fresh(cache_control: str, expires: str, seconds: int | None) -> None:
    assert schedule.freshness(cache_control, expires, "Tue, 12 May 2026 10:00:00 GMT", NOW - 999) == seconds


@given(st.text(), st.text())
def test_headers_of_any_shape_are_read(value: str, date: str) -> None:
    until = schedule.retry_after(value, date, NOW)
    assert until is None or between(30 * 60, 31 * DAY, until)
    age = schedule.freshness(value, date, value, NOW)
    assert age is None or age > 0


# -- asking for the whole


def wholes(source_id: str, every: int, until: int, **hints: int) -> list[int]:
    """When a source that says 304 is asked for the whole, in seconds after its first visit."""
    state, found = succeeded(source_id=source_id), []
    for now in range(NOW + every, NOW + until, every):
        whole = schedule.wants_whole(state, source_id, now)
        found += [now - NOW] * whole
        state = succeeded(state, source_id, now, 200 if whole else 304, **hints)
    return found


@pytest.mark.parametrize("source_id", "abcdefgh")
def test_h05_who_says_304_is_asked_for_the_whole_once_in_eight_days_or_so(source_id: str) -> None:
    gaps = [after - before for before, after in pairwise([0, *wholes(source_id, HOUR, 91 * DAY)])]
    assert len(gaps) in (10, 11, 12)
    assert all(7 * DAY <= gap <= 9 * DAY + HOUR for gap in gaps)
    assert len({tuple(wholes(name, HOUR, 12 * DAY)) for name in "abcdefgh"}) > 4


@given(st.text(max_size=9), st.lists(st.integers(-99, 12 * DAY), min_size=2, max_size=60))
def test_h7_the_whole_is_never_asked_for_twice_in_a_week(source_id: str, steps: list[int]) -> None:
    now, last = NOW, NOW
    state = succeeded(source_id=source_id)
    for step in steps:
        now += step
        if schedule.wants_whole(state, source_id, now):
            assert now - last >= 7 * DAY
            last = now
            state = replace(state, last_whole=now)  # asked for, and not given
        state = succeeded(state, source_id, now, 304)


@pytest.mark.parametrize("every", [2 * DAY, 3 * DAY + HOUR, 8 * DAY, 20 * DAY])
def test_h7_who_looks_seldom_asks_for_the_whole_too(every: int) -> None:
    assert all(wholes(source_id, every, 400 * DAY) for source_id in "abcd")


def test_h7_what_was_to_be_fresh_for_a_week_is_believed() -> None:
    assert wholes("a", HOUR, 40 * DAY, max_age=7 * DAY) == []
    assert wholes("a", HOUR, 40 * DAY, max_age=7 * DAY - 1)


def test_h7_who_never_said_304_is_not_asked_for_the_whole() -> None:
    state = SourceState(state="ok", last_checked=NOW, last_ok=NOW, last_whole=NOW, http=200)
    assert not any(schedule.wants_whole(state, "x", NOW + n * HOUR) for n in range(400))


def test_s15_a_clock_that_jumps_back_makes_no_storm_of_wholes() -> None:
    state = succeeded(now=NOW + 365 * DAY)
    state = succeeded(state, now=NOW, http=304)
    assert state.last_whole == NOW
    assert not schedule.wants_whole(state, "x", NOW + DAY)
