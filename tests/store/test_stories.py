"""Stories of several entries: marked as one, split for good, undone."""

from __future__ import annotations

import json
import sqlite3

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.models.editions import DayRow
from techdash.store import arrivals, editions, entries, marks, sources
from tests.store.build import DAY, NOW, edition, item, one_story, plan, planned, source


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    sources.subscribe(writer, source("news"), NOW)


def told(writer: Database, day: str, keys: str) -> list[int]:
    """Entries of a day whose edition tells them as one story."""
    arrivals.apply(writer, plan("news", [planned(key, day=day) for key in keys]))
    rows = sorted(entries.day_entries(writer.conn, day), key=lambda row: row.id)
    key = editions.compose_key(writer.conn, day)
    editions.save_composed(writer, day, one_story(day, rows), key)
    return [row.id for row in rows]


def apart(writer: Database) -> dict[int, list[int]]:
    found = writer.execute("SELECT entry_id, apart FROM marks WHERE apart IS NOT NULL").fetchall()
    return {id_: json.loads(value) for id_, value in found}


def test_a_story_is_marked_as_one(writer: Database, reader: sqlite3.Connection) -> None:
    ids = told(writer, DAY, "abc")
    other = told(writer, "2026-05-11", "d")
    assert marks.set_marks(writer, [ids[2]], read=True, now=1) == 3
    assert editions.on(reader, DAY)[0].sections[0].items[0].marks.read
    assert editions.day_row(reader, DAY) == DayRow(DAY, 1, 0)
    assert marks.set_marks(writer, [*ids, *other], read=True, now=2) == 1
    assert marks.set_marks(writer, [ids[0]], read=False, now=3) == 3


def test_a_split_is_kept_undone_and_done_again(writer: Database) -> None:
    one, two, three = told(writer, DAY, "abc")
    assert marks.split(writer, two, 1) == [DAY]
    assert apart(writer) == {one: [two, three], two: [one, three], three: [one, two]}
    assert editions.uncomposed(writer.conn) == [DAY]
    by_id = {row.id: row.apart for row in entries.day_entries(writer.conn, DAY)}
    assert by_id[one] == {two, three}
    editions.save_composed(writer, DAY, None, editions.compose_key(writer.conn, DAY))
    assert marks.undo(writer, 2) == "Undone: split a story, 3 entries."
    assert (apart(writer), editions.uncomposed(writer.conn)) == ({}, [DAY])
    assert marks.redo(writer, 3) == "Redone: split a story, 3 entries."
    assert apart(writer)[three] == [one, two]


def test_a_second_split_forgets_nothing_of_the_first(writer: Database) -> None:
    one, two = told(writer, DAY, "ab")
    marks.split(writer, one, 1)
    (three,) = set(told(writer, DAY, "c")) - {one, two}
    rows = [row for row in entries.day_entries(writer.conn, DAY) if row.id != two]
    editions.save_composed(writer, DAY, one_story(DAY, rows), editions.compose_key(writer.conn, DAY))
    marks.split(writer, one, 2)
    assert apart(writer)[one] == [two, three]
    marks.undo(writer, 3)
    assert apart(writer) == {one: [two], two: [one]}


def test_a_split_makes_every_day_that_tells_the_story_stale(writer: Database) -> None:
    told(writer, "2026-05-11", "a")
    told(writer, DAY, "b")
    rows = [*entries.day_entries(writer.conn, DAY), *entries.day_entries(writer.conn, "2026-05-11")]
    editions.save_composed(writer, DAY, one_story(DAY, rows), editions.compose_key(writer.conn, DAY))
    assert marks.split(writer, rows[1].id, 1) == ["2026-05-11", DAY]


def test_who_takes_an_entrys_place_stays_apart(writer: Database) -> None:
    item_of = edition(("article", [item("a", "https://posts.example/a")]))
    sources.subscribe(writer, source("daily", kind="digest"), NOW)
    arrivals.apply(writer, plan("daily", [planned("d", kind="digest", edition=item_of)]))
    (stub,) = (row[0] for row in writer.execute("SELECT id FROM entries WHERE stub = 1"))
    (two,) = told(writer, DAY, "b")
    rows = [*entries.day_entries(writer.conn, DAY)]
    one_more = replace(rows[0], id=stub)
    editions.save_composed(writer, DAY, one_story(DAY, [rows[0], one_more]), b"")
    marks.split(writer, two, 1)
    (one, *_) = set(told(writer, DAY, "a")) - {two}
    assert apart(writer)[one] == [two]
