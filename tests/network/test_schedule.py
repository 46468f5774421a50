"""When a source is asked again. Case ids are the catalogue's."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds import schedule
from techdash.feeds.schedule import DAY, HOUR
from techdash.models import Failed, SourceState

NOW = 1_778_580_000
NEW = SourceState()


def failed(http: int | None = None, kind: str = "http", wait_until: int | None = None) -> Failed:
    return Failed("http://e.org/", kind, "No.", http, wait_until, gone=http == 410)


def between(low: int, high: int, moment: int) -> bool:
    return NOW + low <= moment <= NOW + high


@pytest.mark.parametrize(
    ("max_age", "ttl", "floor"),
    [
        (None, None, HOUR),
        (60, 60, HOUR),
        (43200, None, 43200),
        (None, 7200, 7200),
        (504921600, None, DAY),
        (0, 10**9, DAY),
    ],
)
def test_h32_the_longest_floor_counts_up_to_a_day(max_age: int | None, ttl: int | None, floor: int) -> None:
    state = schedule.after_success(NEW, "x", NOW, http=200, max_age=max_age, ttl=ttl)
    assert between(floor, int(floor * 1.15), state.next_due)
    assert (state.state, state.last_ok, state.last_checked, state.failures) == ("ok", NOW, NOW, 0)


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
    state = schedule.after_success(NEW, "x", NOW, http=304, max_age=max_age, quiet=days * DAY)
    assert between(hours * HOUR, int(hours * 1.15 * HOUR), state.next_due)


def test_q6_sources_spread_and_equal_calls_agree() -> None:
    dues = [schedule.after_success(NEW, str(n), NOW).next_due for n in range(200)]
    assert dues == [schedule.after_success(NEW, str(n), NOW).next_due for n in range(200)]
    assert len(set(dues)) > 100
    assert max(dues) - min(dues) > 0.12 * HOUR


def test_q7_failures_back_off_and_a_success_forgets_them() -> None:
    state, hours = NEW, []
    for _ in range(8):
        state = schedule.after_failure(state, "x", NOW, failed(kind="timeout"))
        hours.append((state.next_due - NOW) // HOUR)
    assert [hour >= low for hour, low in zip(hours, [1, 2, 4, 8, 16, 24, 24, 24], strict=True)] == [True] * 8
    assert max(hours) <= 27
    assert (state.state, state.failures, state.error_kind, state.error) == ("failed", 8, "timeout", "No.")
    state = schedule.after_success(state, "x", NOW)
    assert (state.state, state.failures, state.error) == ("ok", 0, "")


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


def test_h26_what_came_back_is_not_gone() -> None:
    first = schedule.after_failure(NEW, "x", NOW, failed(410))
    back = schedule.after_success(first, "x", NOW + DAY, note=first.note)
    assert schedule.after_failure(back, "x", NOW + 2 * DAY, failed(410)).state == "failed"
    other = schedule.after_failure(first, "x", NOW + DAY, failed(500))
    assert schedule.after_failure(other, "x", NOW + 2 * DAY, failed(410)).state == "failed"


def test_h27_a_wait_that_was_asked_for_is_no_failure() -> None:
    state = schedule.after_failure(SourceState(failures=2), "x", NOW, failed(429, wait_until=NOW + 7200))
    assert (state.not_before, state.next_due, state.failures) == (NOW + 7200, NOW + 7200, 2)


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


def wholes(source_id: str, every: int, until: int) -> list[int]:
    """When a source that says 304 is asked for the whole, in seconds after its first visit."""
    state, found = SourceState(state="ok", last_checked=NOW, last_ok=NOW, http=200), []
    for now in range(NOW + every, NOW + until, every):
        whole = schedule.wants_whole(state, source_id, now)
        found += [now - NOW] * whole
        state = schedule.after_success(state, source_id, now, http=200 if whole else 304)
    return found


@pytest.mark.parametrize("source_id", "abcdefgh")
def test_h05_who_says_304_is_asked_for_the_whole_once_in_nine_days(source_id: str) -> None:
    found = wholes(source_id, HOUR, 91 * DAY)
    assert len(found) in (10, 11)
    assert {after - before for before, after in pairwise(found)} == {9 * DAY}


@given(st.text(max_size=9), st.lists(st.integers(HOUR, 12 * DAY), min_size=2, max_size=60))
def test_h7_the_whole_is_never_asked_for_twice_in_a_week(source_id: str, steps: list[int]) -> None:
    now, last = NOW, None
    state = SourceState(state="ok", last_checked=NOW, last_ok=NOW, http=304)
    for step in steps:
        now += step
        whole = schedule.wants_whole(state, source_id, now)
        if whole:
            assert last is None or now - last >= 7 * DAY
            last = now
        state = schedule.after_success(state, source_id, now, http=304)


@pytest.mark.parametrize("every", [2 * DAY, 3 * DAY + HOUR, 8 * DAY, 20 * DAY])
def test_h7_who_looks_seldom_asks_for_the_whole_too(every: int) -> None:
    assert all(wholes(source_id, every, 400 * DAY) for source_id in "abcd")


def test_h7_who_never_said_304_is_not_asked_for_the_whole() -> None:
    state = SourceState(state="ok", last_checked=NOW, last_ok=NOW, http=200)
    assert not any(schedule.wants_whole(state, "x", NOW + n * HOUR) for n in range(400))
