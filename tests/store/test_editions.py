"""The days of the strip, what each holds, and composed editions."""

from __future__ import annotations

import sqlite3

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.models.editions import ComposedEdition, ComposedItem, DayRow
from techdash.models.entries import Marks
from techdash.models.parsed import ParsedItem
from techdash.store import arrivals, editions, entries, marks, sources
from tests.store.build import DAY, NOW, composed, edition, item, plan, planned, source


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    for one in (
        source("daily", kind="digest"),
        source("tägliche", kind="digest"),
        source("news", weight=2.0),
    ):
        sources.subscribe(writer, one, NOW)


def publish(writer: Database, day: str, *names: str, source_id: str = "daily", **more: object) -> int:
    taken = edition(("article", [item(name) for name in names]), day=day, **more)  # type: ignore[arg-type]
    digest = planned(f"{day} {more.get('cadence', '')}", kind="digest", day=day, edition=taken)
    (id_,) = (applied := arrivals.apply(writer, plan(source_id, [digest]))).new or applied.updated
    return id_


def compose(writer: Database, day: str) -> None:
    key = editions.compose_key(writer.conn, day)
    rows = entries.day_entries(writer.conn, day)
    editions.save_composed(writer, day, composed(day, rows) if rows else None, key)


# -- days


def test_only_days_with_an_edition_are_days(writer: Database, reader: sqlite3.Connection) -> None:
    assert (editions.days(reader), editions.latest(reader), editions.on(reader, DAY)) == ([], None, [])
    arrivals.apply(writer, plan("news", [planned("a")]))
    assert (editions.days(reader), editions.day_row(reader, DAY)) == ([], None)
    compose(writer, DAY)
    assert editions.days(reader) == [DayRow(DAY, 1, 1)]


def test_pages_of_days(writer: Database, reader: sqlite3.Connection) -> None:
    all_days = [f"2026-05-{n:02}" for n in range(1, 21)]
    for day in all_days:
        publish(writer, day, "x")

    def page(**where: object) -> list[str]:
        return [row.day for row in editions.days(reader, **where)]  # type: ignore[arg-type]

    assert page() == all_days[5:]
    assert page(limit=3) == all_days[17:]
    assert page(before="2026-05-06", limit=3) == all_days[2:5]
    assert page(after="2026-05-06", limit=3) == all_days[6:9]
    assert page(after="2026-05-06", before="2026-05-08") == all_days[6:7]
    assert (page(before="2026-05-01"), page(after="2026-05-20")) == ([], [])
    assert editions.latest(reader) == "2026-05-20"


def test_neighbours_pass_over_days_without_an_edition(writer: Database, reader: sqlite3.Connection) -> None:
    for day in ("2026-05-01", "2026-05-05", "2026-05-09"):
        publish(writer, day, f"of {day}")
    assert editions.neighbour(reader, "2026-05-05", -1) == "2026-05-01"
    assert editions.neighbour(reader, "2026-05-06", 1) == "2026-05-09"
    assert editions.neighbour(reader, "2026-05-01", -1) is None
    middle = editions.on(reader, "2026-05-05")[0].sections[0].items[0].entry_id
    marks.set_marks(writer, [middle], read=True, now=NOW)
    assert editions.next_unread_day(reader, "2026-05-01", 1) == "2026-05-09"
    assert editions.next_unread_day(reader, "2026-05-09", -1) == "2026-05-01"
    assert editions.next_unread_day(reader, "2026-05-09", 1) is None


def test_a_day_counts_distinct_entries(writer: Database, reader: sqlite3.Connection) -> None:
    publish(writer, DAY, "x", "y")
    publish(writer, DAY, "y", "z", source_id="tägliche")
    assert editions.day_row(reader, DAY) == DayRow(DAY, 3, 3)
    arrivals.apply(writer, plan("news", [planned("a"), planned("z", url="https://items.example/z")]))
    compose(writer, DAY)
    assert editions.day_row(reader, DAY) == DayRow(DAY, 4, 4)
    one = editions.on(reader, DAY)[0].sections[0].items[1].entry_id
    marks.set_marks(writer, [one], read=True, now=NOW)
    assert editions.day_row(reader, DAY) == DayRow(DAY, 4, 3)
    marks.set_marks(writer, [one], read=False, now=NOW)
    assert editions.day_row(reader, DAY) == DayRow(DAY, 4, 4)


def test_an_edition_without_items_counts_as_one(writer: Database, reader: sqlite3.Connection) -> None:
    own = publish(writer, DAY)
    publish(writer, DAY, "x", source_id="tägliche")
    assert editions.day_row(reader, DAY) == DayRow(DAY, 2, 2)
    marks.set_marks(writer, [own], read=True, now=NOW)
    assert editions.day_row(reader, DAY) == DayRow(DAY, 2, 1)
    assert editions.on(reader, DAY)[0].marks == Marks(read=True)


def test_an_item_of_two_days_is_read_on_both(writer: Database, reader: sqlite3.Connection) -> None:
    for day in ("2026-05-11", DAY):
        publish(writer, day, "x")
    marks.set_marks(writer, [editions.on(reader, DAY)[0].sections[0].items[0].entry_id], read=True, now=NOW)
    assert [row.unread for row in editions.days(reader)] == [0, 0]


def test_an_edition_that_moves_to_another_day_leaves_the_old_one(
    writer: Database, reader: sqlite3.Connection
) -> None:
    id_ = publish(writer, DAY, "x")
    moved = planned(
        f"{DAY} ", kind="digest", id=id_, edition=edition(("other", [item("x")]), day="2026-05-13")
    )
    arrivals.apply(writer, plan("daily", [moved]))
    assert editions.days(reader) == [DayRow("2026-05-13", 1, 1)]


# -- editions


def test_an_edition_comes_back_as_it_was_taken_apart(writer: Database, reader: sqlite3.Connection) -> None:
    taken = edition(
        ("featured", [item("a"), item("b")]),
        ("article", [item("a"), item("c")]),
        ("other", []),
        ("github", [ParsedItem("owner/repo", "https://github.com/owner/repo", "owner", "One line.")]),
        lead="Cut in mid-wo", lead_cut=True, stated_counts={"article": 21, "featured": 5},
    )  # fmt: skip
    digest = planned("d", "AI Daily", kind="digest", url="https://blog.example/d", edition=taken)
    arrivals.apply(writer, plan("daily", [digest]))
    (one,) = editions.on(reader, DAY)
    assert (one.day, one.source_id, one.source_title, one.title) == (DAY, "daily", "Daily", "AI Daily")
    assert (one.url, one.lead, one.lead_cut, one.composed) == (
        "https://blog.example/d",
        "Cut in mid-wo",
        True,
        False,
    )
    assert (one.cadence, one.entry_id, one.stated_counts) == ("daily", 1, {"article": 21, "featured": 5})
    assert one.counts == {"article": 3, "featured": 2, "social": 0, "github": 1, "podcast": 0, "paper": 0}
    assert [(part.kind, part.title, len(part.items)) for part in one.sections] == [
        ("featured", "Featured", 2), ("article", "Article", 2), ("github", "Github", 1),
    ]  # fmt: skip
    last = one.sections[2].items[0]
    assert (last.title, last.url) == ("owner/repo", "https://github.com/owner/repo")
    assert (last.who, last.summary, last.featured, last.score) == ("owner", "One line.", False, 0.0)
    assert [line.featured for line in one.sections[0].items] == [True, True]


def test_what_a_section_says_beside_its_items_stays(writer: Database, reader: sqlite3.Connection) -> None:
    taken = edition(("article", [item("a")]), ("other", []), ("podcast", []))
    parts = (replace(taken.sections[0], prose="One.\nTwo."), replace(taken.sections[1], prose="Three."))
    digest = planned("d", kind="digest", edition=replace(taken, sections=(*parts, taken.sections[2])))
    arrivals.apply(writer, plan("daily", [digest]))
    (one,) = editions.on(reader, DAY)
    assert [(part.title, len(part.items), part.prose) for part in one.sections] == [
        ("Article", 1, "One.\nTwo."), ("Other", 0, "Three."),
    ]  # fmt: skip


def test_published_come_first_then_weeklies_then_the_composed(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    compose(writer, DAY)
    publish(writer, DAY, "w", cadence="weekly")
    publish(writer, DAY, "x", source_id="tägliche")
    publish(writer, DAY, "y")
    found = editions.on(reader, DAY)
    assert [(one.source_id, one.cadence, one.composed) for one in found] == [
        ("daily", "daily", False),
        ("tägliche", "daily", False),
        ("daily", "weekly", False),
        ("", "daily", True),
    ]


def test_between_two_days(writer: Database, reader: sqlite3.Connection) -> None:
    for day in ("2026-05-14", "2026-05-10", "2026-05-12"):
        publish(writer, day, "x")
    found = editions.between(reader, "2026-05-10", "2026-05-12")
    assert [one.day for one in found] == ["2026-05-10", "2026-05-12"]


# -- composing


def test_composing_follows_the_entries(writer: Database, reader: sqlite3.Connection) -> None:
    assert editions.uncomposed(reader) == []
    assert editions.composed_key(reader, DAY) is None
    arrivals.apply(writer, plan("news", [planned("a", body="x"), planned("old", day="2026-05-01")]))
    assert editions.uncomposed(reader) == ["2026-05-01", DAY]
    compose(writer, DAY)
    assert editions.uncomposed(reader) == ["2026-05-01"]
    assert editions.composed_key(reader, DAY) == editions.compose_key(reader, DAY)
    arrivals.apply(writer, plan("news", [planned("b")]))
    assert editions.composed_key(reader, DAY) != editions.compose_key(reader, DAY)
    assert editions.uncomposed(reader) == ["2026-05-01", DAY]


def test_a_key_is_of_what_would_be_composed(writer: Database, reader: sqlite3.Connection) -> None:
    keys = [editions.compose_key(reader, DAY)]

    def differs() -> bool:
        keys.append(editions.compose_key(reader, DAY))
        return keys[-1] != keys[-2]

    arrivals.apply(writer, plan("news", [planned("a"), planned("b")]))
    assert differs()
    marks.set_marks(writer, [1], read=True, now=NOW)
    publish(writer, DAY, "x")  # neither digests nor stubs are composed
    arrivals.apply(writer, plan("news", [planned("c", day="2026-05-11")]))
    assert not differs()
    arrivals.apply(writer, plan("news", [planned("a", "New title", id=1)]))
    assert differs()
    sources.apply_catalogue(writer, [replace(source("news"), weight=3.0)], NOW)
    assert differs()


def test_an_entry_that_arrives_while_a_day_is_composed_is_not_forgotten(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    key, rows = editions.compose_key(reader, DAY), entries.day_entries(reader, DAY)
    arrivals.apply(writer, plan("news", [planned("b")]))  # another process
    editions.save_composed(writer, DAY, composed(DAY, rows), key)
    assert editions.uncomposed(reader) == [DAY]
    compose(writer, DAY)
    assert editions.uncomposed(reader) == []


def test_a_composed_edition_is_replaced_and_removed(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("news", [planned("a", minutes=3), planned("b")]))
    compose(writer, DAY)
    (one,) = editions.on(reader, DAY)
    assert (one.composed, one.entry_id, one.source_id, one.source_title, one.title) == (
        True,
        None,
        "",
        "techdash",
        DAY,
    )
    assert (one.lead, one.counts, one.stated_counts, one.marks) == (
        "2 articles.",
        {"article": 2},
        None,
        Marks(),
    )
    assert [(line.title, line.source_title, line.minutes) for line in one.sections[0].items] == [
        ("Title of a", "News", 3), ("Title of b", "News", 0),
    ]  # fmt: skip
    new = ComposedEdition(
        DAY, "Other.", {}, (("featured", "F", (ComposedItem(2, "B", "", "who", "s", True, 9.5),)),)
    )
    editions.save_composed(writer, DAY, new, b"key")
    (two,) = editions.on(reader, DAY)
    assert (two.id, two.lead) == (one.id, "Other.")
    assert [(line.title, line.featured, line.score) for line in two.sections[0].items] == [("B", True, 9.5)]
    editions.save_composed(writer, DAY, None, b"none")
    assert (editions.on(reader, DAY), editions.days(reader)) == ([], [])
    assert editions.composed_key(reader, DAY) == b"none"


def test_composed_items_follow_entries_that_moved_or_went(
    writer: Database, reader: sqlite3.Connection
) -> None:
    publish(writer, DAY, "x")
    stub = editions.on(reader, DAY)[0].sections[0].items[0].entry_id
    rows = [
        ComposedItem(stub, "X", "", "", "", False, 0.0),
        ComposedItem(999, "gone", "", "", "", False, 0.0),
    ]
    (real,) = arrivals.apply(writer, plan("news", [planned("r", url="https://items.example/x")])).new
    late = ComposedEdition(DAY, "", {}, (("article", "A", tuple(rows)),))
    editions.save_composed(writer, DAY, late, b"")
    (_, mine) = editions.on(reader, DAY)
    assert [line.entry_id for line in mine.sections[0].items] == [real]
