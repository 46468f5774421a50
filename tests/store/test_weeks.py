"""Weeks and months of days: the weeklies that belong to a day, and what a month holds."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from techdash.models.editions import DayRow
from techdash.models.entries import Marks
from techdash.store import arrivals, editions, marks, sources
from tests.store.build import NOW, edition, item, plan, planned, source

MONDAY, SUNDAY, NEXT = "2026-05-04", "2026-05-10", "2026-05-11"


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    for id_ in ("daily", "weekly"):
        sources.subscribe(writer, source(id_, kind="digest"), NOW)


def publish(writer: Database, day: str, source_id: str = "daily", cadence: str = "daily") -> int:
    taken = edition(("article", [item(f"{source_id} {day}")]), day=day, cadence=cadence)
    digest = planned(day, f"{source_id} of {day}", kind="digest", day=day, edition=taken)
    return arrivals.apply(writer, plan(source_id, [digest])).new[0]


def test_a_weekly_belongs_to_the_other_days_of_its_week(writer: Database, reader: sqlite3.Connection) -> None:
    own = publish(writer, MONDAY, "weekly", "weekly")
    for day in (MONDAY, "2026-05-06", SUNDAY, NEXT):
        publish(writer, day)
    for day in ("2026-05-05", "2026-05-06", SUNDAY):
        (weekly,) = editions.weeklies_of(reader, day)
        assert (weekly.day, weekly.entry_id, weekly.cadence, weekly.sections) == (MONDAY, own, "weekly", ())
        assert weekly.title == "weekly of 2026-05-04"
    for day in (MONDAY, NEXT, "2026-05-03"):
        assert editions.weeklies_of(reader, day) == []
    marks.set_marks(writer, [own], read=True, now=NOW)
    assert editions.weeklies_of(reader, SUNDAY)[0].marks == Marks(read=True)


def test_a_weekly_is_counted_on_its_own_day_alone(writer: Database, reader: sqlite3.Connection) -> None:
    publish(writer, MONDAY, "weekly", "weekly")
    publish(writer, SUNDAY)
    assert editions.days(reader) == [DayRow(MONDAY, 1, 1), DayRow(SUNDAY, 1, 1)]


def test_the_weekly_of_a_removed_source_is_gone(writer: Database, reader: sqlite3.Connection) -> None:
    publish(writer, MONDAY, "weekly", "weekly")
    sources.remove(writer, "weekly")
    assert editions.weeklies_of(reader, SUNDAY) == []


def test_a_month_has_its_days_and_no_other(writer: Database, reader: sqlite3.Connection) -> None:
    assert (editions.span(reader), editions.in_month(reader, "2026-05")) == (None, [])
    for day in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"):
        publish(writer, day)
    assert editions.span(reader) == ("2026-04-30", "2026-06-01")
    assert [row.day for row in editions.in_month(reader, "2026-05")] == ["2026-05-01", "2026-05-31"]
    assert editions.in_month(reader, "2026-04") == [DayRow("2026-04-30", 1, 1)]
    assert editions.in_month(reader, "2025-05") == []
