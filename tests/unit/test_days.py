"""Which day a moment is of: zones, late beginnings, summer times, and clocks that were moved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from techdash import days
from techdash.config import Config
from techdash.errors import UsageError
from techdash.feeds.decide import date_of, starts
from techdash.redating import redated
from techdash.store.dating import Dated, Redated


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Sets the machine's own zone, and puts it back."""
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "starts_at", "moment", "day"),
    [
        ("UTC", 0, "2026-05-12T00:00:00", "2026-05-12"),
        ("UTC", 0, "2026-05-11T23:59:59", "2026-05-11"),
        ("Asia/Shanghai", 0, "2026-05-11T16:00:00", "2026-05-12"),
        ("Asia/Shanghai", 4, "2026-05-11T19:59:59", "2026-05-11"),
        ("Asia/Shanghai", 4, "2026-05-11T20:00:00", "2026-05-12"),
        ("Asia/Kathmandu", 0, "2026-05-11T18:14:59", "2026-05-11"),
        ("Asia/Kathmandu", 0, "2026-05-11T18:15:00", "2026-05-12"),
        ("Asia/Kathmandu", 12, "2026-05-12T06:14:59", "2026-05-11"),
        ("Asia/Kathmandu", 12, "2026-05-12T06:15:00", "2026-05-12"),
        ("Pacific/Kiritimati", 0, "2026-05-11T10:00:00", "2026-05-12"),
        ("Pacific/Pago_Pago", 0, "2026-05-12T10:59:59", "2026-05-11"),
        # 2:00 becomes 3:00; a day that begins at 2 begins where 2 would have been
        ("America/New_York", 2, "2026-03-08T06:59:59", "2026-03-07"),
        ("America/New_York", 2, "2026-03-08T07:00:00", "2026-03-08"),
        # 2:00 becomes 1:00; one o'clock is twice, and both are of the night before a day that begins at 2
        ("America/New_York", 2, "2026-11-01T05:30:00", "2026-10-31"),
        ("America/New_York", 2, "2026-11-01T06:30:00", "2026-10-31"),
        ("America/New_York", 2, "2026-11-01T07:00:00", "2026-11-01"),
        ("America/New_York", 1, "2026-11-01T05:00:00", "2026-11-01"),
        ("America/New_York", 1, "2026-11-01T06:00:00", "2026-11-01"),
        # no midnight at all: 0:00 becomes 1:00
        ("Africa/Cairo", 0, "2026-04-23T21:59:59", "2026-04-23"),
        ("Africa/Cairo", 0, "2026-04-23T22:00:00", "2026-04-24"),
        # 0:00 becomes 23:00 of the day before, so that this day is an hour longer
        ("Africa/Cairo", 0, "2026-10-29T20:59:59", "2026-10-29"),
        ("Africa/Cairo", 0, "2026-10-29T21:30:00", "2026-10-29"),
        ("Africa/Cairo", 0, "2026-10-29T22:00:00", "2026-10-30"),
        # a day that never was
        ("Pacific/Apia", 0, "2011-12-30T09:59:59", "2011-12-29"),
        ("Pacific/Apia", 0, "2011-12-30T10:00:00", "2011-12-31"),
    ],
)
def test_the_day_of_a_moment(zone: str, starts_at: int, moment: str, day: str) -> None:
    assert days.day_of(at(moment), ZoneInfo(zone), starts_at) == day


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("starts_at", [0, 2, 5])
def test_days_never_go_back(zone: str, starts_at: int) -> None:
    where, first = ZoneInfo(zone), at("2026-01-01T00:00:00")
    found = [days.day_of(first + half * 1800, where, starts_at) for half in range(366 * 48)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Cairo"]
)
@pytest.mark.parametrize("starts_at", [0, 5, 12])
def test_a_bare_date_is_of_its_day_wherever_the_reader_lives(zone: str, starts_at: int) -> None:
    where = ZoneInfo(zone)
    start_of = starts(lambda moment: days.day_of(moment, where, starts_at))
    for number in range(366):
        date = at("2026-01-01T00:00:00") + number * 86_400
        begins = start_of(date)
        assert days.day_of(begins, where, starts_at) == date_of(date)
        assert days.day_of(begins - 3600, where, starts_at) < date_of(date)


def test_the_machines_zone_is_the_readers_where_none_is_given(machine: pytest.MonkeyPatch) -> None:
    moment = at("2026-05-11T18:15:00")
    machine.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    assert days.day_of(moment, days.zone(Config())) == "2026-05-12"
    # given, it counts for more
    assert days.day_of(moment, days.zone(Config(time_zone="UTC"))) == "2026-05-11"


def test_today_follows_a_machine_that_was_carried_to_another_zone(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(time, "time", lambda: at("2026-05-12T01:00:00"))
    machine.setenv("TZ", "UTC")
    assert days.today(Config()) == "2026-05-12"
    machine.setenv("TZ", "America/New_York")
    assert days.today(Config()) == "2026-05-11"
    assert days.today(Config(time_zone="Asia/Shanghai")) == "2026-05-12"
    assert days.today(Config(time_zone="Asia/Shanghai", day_starts=10)) == "2026-05-11"


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(UsageError, match="'Mars/Olympus' is not a time zone; use a name such as"):
        days.zone(Config(time_zone="Mars/Olympus"))


def test_ways_of_telling_days_are_equal_where_the_clocks_are(machine: pytest.MonkeyPatch) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert days.way(shanghai) == days.way(ZoneInfo("Asia/Macau"))
    machine.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    assert days.way(None) == days.way(shanghai)
    others = ("UTC", "Asia/Kathmandu", "Europe/London", "Europe/Lisbon", "America/New_York", "Africa/Cairo")
    found = {days.way(ZoneInfo(name)) for name in others} | {days.way(shanghai, hour) for hour in (0, 4)}
    assert len(found) == len(others) - 1 + 2  # London and Lisbon keep one clock


NOW = at("2026-05-12T10:00:00")


@pytest.mark.parametrize(
    ("case", "entry", "expected"),
    [
        (
            "a moment",
            Dated(1, "T", "", (), at("2026-05-11T20:00:00"), at("2026-05-11T20:00:00"), "2026-05-11", None),
            Redated(1, "2026-05-12", at("2026-05-11T20:00:00")),
        ),
        (
            "a moment of the same day",
            Dated(1, "T", "", (), at("2026-05-11T09:00:00"), at("2026-05-11T09:00:00"), "2026-05-11", None),
            None,
        ),
        (
            "a bare date",
            Dated(1, "T", "", (), at("2026-05-11T00:00:00"), at("2026-05-11T00:00:00"), "2026-05-11", None),
            Redated(1, "2026-05-11", at("2026-05-10T19:00:00")),
        ),
        (
            "a date to come stands no later than now",
            Dated(1, "T", "", (), at("2026-05-13T00:00:00"), NOW, "2026-05-13", None),
            None,
        ),
        (
            "a moment to come is of the day it was seen on",
            Dated(1, "T", "", (), at("2026-05-12T09:00:00"), at("2026-05-11T19:00:00"), "2026-05-11", None),
            Redated(1, "2026-05-12", at("2026-05-11T19:00:00")),
        ),
        (
            "no date, first seen by a clock that was ahead",
            Dated(1, "T", "", (), None, NOW + 86_400 * 900, "2028-10-28", None),
            Redated(1, "2026-05-12", NOW),
        ),
        (
            "no date",
            Dated(1, "T", "", (), None, at("2026-05-11T20:00:00"), "2026-05-11", None),
            Redated(1, "2026-05-12", at("2026-05-11T20:00:00")),
        ),
        (
            "an edition that names its day",
            Dated(
                1, "AI Tech Daily - 2026-05-11", "", (), at("2026-05-11T20:00:00"), at("2026-05-11T20:00:00"),
                "2026-05-11", "2026-05-11",
            ),
            None,
        ),
        (
            "a weekly is of its Monday",
            Dated(
                1, "AI Weekly 2026-W20", "", (), at("2026-05-12T08:00:00"), at("2026-05-12T08:00:00"),
                "2026-05-11", "2026-05-11",
            ),
            None,
        ),
        (
            "an edition that names none",
            Dated(
                1, "Import AI 412", "", (), at("2026-05-11T20:00:00"), at("2026-05-11T20:00:00"),
                "2026-05-11", "2026-05-11",
            ),
            Redated(1, "2026-05-12", at("2026-05-11T20:00:00")),
        ),
    ],
)  # fmt: skip
def test_the_day_of_a_stored_entry_told_anew(case: str, entry: Dated, expected: Redated | None) -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    found = list(redated([entry], NOW, lambda moment: days.day_of(moment, kathmandu)))
    assert found == ([expected] if expected else []), case
    if expected:  # and then it is right
        again = entry._replace(
            day=expected.day, sort_time=expected.sort_time, edition_day=entry.edition_day and expected.day
        )
        assert not list(redated([again], NOW, lambda moment: days.day_of(moment, kathmandu)))


def test_a_year_of_hours_has_each_date_once() -> None:
    where = ZoneInfo("Africa/Cairo")
    first = at("2026-01-01T00:00:00")
    found = {days.day_of(first + hour * 3600, where) for hour in range(365 * 24 - 2)}
    expected = {(datetime(2026, 1, 1) + timedelta(number)).date().isoformat() for number in range(365)}
    assert found == expected
