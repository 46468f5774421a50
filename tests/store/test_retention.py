"""D-4, D-5: what is removed for good, what stays whatever its age, and what never comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.models.entries import Place
from techdash.models.parsed import ParsedEntry
from techdash.models.plans import PlannedEntry
from techdash.query import parse
from techdash.store import (
    arrivals,
    counting,
    db,
    editions,
    entries,
    identity,
    marks,
    retention,
    search,
    sources,
)
from techdash.store.identity import recognised, twin
from tests.store.build import NOW, composed, edition, item, plan, planned, source

DAY = 86_400
LONG_AGO = NOW - 100 * DAY
BEFORE = NOW - 90 * DAY


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    for name in ("news", "essays", "daily"):
        sources.subscribe(writer, source(name), LONG_AGO)


def old(key: str, *, time: int = LONG_AGO, **more: Any) -> PlannedEntry:
    return planned(key, day="2026-02-01", time=time, **more)


def brought(
    writer: Database, *found: PlannedEntry, source_id: str = "news", seen: int = LONG_AGO
) -> tuple[int, ...]:
    return arrivals.apply(writer, plan(source_id, found, now=seen)).new


def expire(writer: Database, before: int = BEFORE) -> int:
    """What one refresh removes: how many entries."""
    there = len(left(writer))
    place = retention.expire(writer, before)
    while place is not None:
        place = retention.expire(writer, before, place)
    return there - len(left(writer))


def left(writer: Database) -> list[str]:
    return [key for (key,) in writer.execute("SELECT key FROM entries ORDER BY id").fetchall()]


def removed(writer: Database, *found: ParsedEntry, source_id: str = "news") -> set[str]:
    return recognised(writer.conn, source_id, found)[1]


def test_what_is_old_goes_with_all_it_had(writer: Database, reader: sqlite3.Connection) -> None:
    brought(writer, old("a", body="<p>rare words</p>"), old("b", kind="essay"), old("c", time=BEFORE))
    assert search.search(reader, parse("rare"))
    assert expire(writer) == 2
    assert left(writer) == ["c"]
    assert search.search(reader, parse("rare")) == []
    assert entries.essay_count(reader) == (0, 0)
    assert reader.execute("SELECT count(*) FROM bodies").fetchone() == (0,)
    assert editions.uncomposed(reader) == ["2026-02-01"]
    assert expire(writer) == 0


def test_what_the_reader_holds_stays(writer: Database) -> None:
    starred, later, begun, finished, read, opened = brought(writer, *map(old, "abcdef"))
    marks.set_marks(writer, [starred], starred=True, now=NOW)
    marks.set_marks(writer, [later], later=True, now=NOW)
    marks.set_marks(writer, [read], read=True, now=NOW)
    for entry_id, progress in ((begun, 0.02), (finished, 0.98), (opened, 0.01)):
        marks.save_place(writer, entry_id, Place(9, "", progress), NOW)
    before = writer.execute("SELECT * FROM marks").fetchall()
    assert expire(writer) == 3
    assert left(writer) == ["a", "b", "c"]
    assert writer.execute("SELECT * FROM marks").fetchall() == before


def test_what_came_lately_sheets_and_the_readers_own_files_stay(writer: Database) -> None:
    sources.subscribe(writer, source("notes", "/home/reader/notes"), NOW)
    brought(writer, old("late"), seen=NOW)
    brought(writer, old("sheet", kind="cheatsheet"))
    brought(writer, old("file"), source_id="notes")
    assert expire(writer) == 0


def test_an_essay_in_two_languages_goes_or_stays_whole(writer: Database) -> None:
    def both(name: str) -> list[PlannedEntry]:
        return [
            old(f"{name}-{language}", kind="essay", language=language, translation=name, body="words")
            for language in ("zh", "en")
        ]

    ids = brought(writer, *both("kept"), *both("gone"), source_id="essays")
    assert writer.execute("SELECT count(*) FROM entries WHERE paired_with IS NOT NULL").fetchone() == (4,)
    marks.save_place(writer, ids[1], Place(9, "", 0.5), NOW)
    assert expire(writer) == 2
    assert left(writer) == ["kept-zh", "kept-en"]


def digest(key: str, names: Iterable[str], **more: Any) -> PlannedEntry:
    lines = edition(("github", [item(name) for name in names]), day="2026-02-01")
    return old(key, kind="digest", edition=lines, **more)


def test_what_an_edition_lists_goes_after_it(writer: Database, reader: sqlite3.Connection) -> None:
    first, _ = brought(writer, digest("d1", "xy"), digest("d2", "yz"), source_id="daily")
    marks.set_marks(writer, [first], starred=True, now=NOW)
    assert expire(writer) == 2  # the edition, and then what only it listed
    assert left(writer) == ["d1", *(f"item:https://items.example/{name}" for name in "xy")]
    assert [len(one.sections[0].items) for one in editions.on(reader, "2026-02-01")] == [2]
    day = editions.day_row(reader, "2026-02-01")
    assert day is not None
    assert (day.total, day.unread) == (2, 2)
    marks.set_marks(writer, [first], starred=False, now=NOW)
    assert [expire(writer), expire(writer)] == [3, 0]
    assert left(writer) == []
    assert editions.days(reader) == []


def test_what_came_before_the_edition_that_lists_it_goes_the_next_time(writer: Database) -> None:
    brought(writer, old("x", url="https://items.example/x", time=LONG_AGO - DAY))
    brought(writer, digest("d", "x"), source_id="daily")
    assert [expire(writer), expire(writer), expire(writer)] == [1, 1, 0]


def test_a_day_is_composed_anew_without_what_went(writer: Database, reader: sqlite3.Connection) -> None:
    kept, _ = brought(writer, old("a"), old("b"))
    rows = entries.day_entries(reader, "2026-02-01")
    key = editions.compose_key(reader, "2026-02-01")
    editions.save_composed(writer, "2026-02-01", composed("2026-02-01", rows), key)
    marks.set_marks(writer, [kept], starred=True, now=NOW)
    assert expire(writer) == 1
    day = editions.day_row(reader, "2026-02-01")
    assert day is not None
    assert (day.total, day.unread) == (1, 1)
    assert editions.uncomposed(reader) == ["2026-02-01"]


def test_what_was_superseded_goes_with_its_successor(writer: Database) -> None:
    brought(writer, digest("d", ["x"]), source_id="daily")
    (own,) = brought(writer, old("x", url="https://items.example/x"))
    assert writer.execute("SELECT count(*) FROM entries WHERE superseded_by = ?", (own,)).fetchone() == (1,)
    assert [expire(writer), expire(writer)] == [3, 0]
    assert left(writer) == []


def test_more_than_fits_a_transaction_goes_in_several(writer: Database) -> None:
    brought(writer, *(old(f"k{n}", time=LONG_AGO + n % 3) for n in range(2 * retention.AT_ONCE + 5)))
    run: list[str] = []
    writer.conn.set_trace_callback(run.append)
    assert expire(writer) == 2 * retention.AT_ONCE + 5
    writer.conn.set_trace_callback(None)
    assert run.count("BEGIN IMMEDIATE") == run.count("COMMIT") == 3
    assert left(writer) == []


def test_s08_no_transaction_changes_more_rows_than_others_can_wait_for(writer: Database) -> None:
    for name in range(6):  # a day that is composed of more than a transaction may write
        brought(writer, *(old(f"a{name}-{n}", body="words", tags=("t",)) for n in range(100)))
    rows = entries.day_entries(writer.conn, "2026-02-01")
    key = editions.compose_key(writer.conn, "2026-02-01")
    editions.save_composed(writer, "2026-02-01", composed("2026-02-01", rows), key)
    for n in range(6):
        brought(writer, digest(f"d{n}", [f"{n}-{at}" for at in range(90)]), source_id="daily")
    both = [
        old(f"e-{n}-{at}", kind="essay", language=at, translation=f"e{n}")
        for n in range(60)
        for at in ("zh", "en")
    ]
    marks.set_marks(writer, brought(writer, *both, source_id="essays"), read=True, now=NOW)
    changed: list[int] = []

    def count(sql: str) -> None:
        if sql == "BEGIN IMMEDIATE":
            changed.append(-writer.conn.total_changes)
        elif sql == "COMMIT":
            changed[-1] += writer.conn.total_changes

    writer.conn.set_trace_callback(count)
    gone = expire(writer) + expire(writer)
    writer.conn.set_trace_callback(None)
    assert left(writer) == []
    assert gone == 600 + 6 * 91 + 120
    assert max(changed) <= 500
    assert counting.counts_are_right(writer.conn)


@pytest.mark.parametrize(
    "again",
    [
        old("a").entry,
        replace(old("a").entry, title="Another title", published=NOW),
        replace(old("a").entry, url="http://www.posts.example/a?utm_source=rss"),
        replace(old("a").entry, key="new", url="https://elsewhere.example/a"),
    ],
)
def test_e10_what_was_removed_stays_removed(writer: Database, again: ParsedEntry) -> None:
    brought(writer, old("a"), old("b"))
    expire(writer)
    assert removed(writer, again, planned("c").entry) == {again.key}


def test_e10_e07_an_id_that_names_another_article_now_is_not_the_removed_one(writer: Database) -> None:
    brought(writer, old("a"))
    expire(writer)
    assert removed(writer, planned("a", "Another", url="https://posts.example/new").entry) == set()
    assert removed(writer, old("a").entry, source_id="essays") == set()


def test_e10_what_an_edition_listed_may_be_listed_again(writer: Database) -> None:
    brought(writer, digest("d", ["x"]), source_id="daily")
    assert [expire(writer), expire(writer)] == [2, 0]
    assert writer.execute("SELECT count(*) FROM tombstones").fetchone() == (2,)  # the edition's own
    assert brought(writer, digest("e", ["x"]), source_id="daily", seen=NOW)


def test_e10_a_source_that_comes_back_brings_back_nothing_that_was_removed(
    writer: Database, reader: sqlite3.Connection
) -> None:
    kept, _ = brought(writer, planned("kept"), old("gone"), seen=LONG_AGO)
    expire(writer)
    sources.remove(writer, "news")
    assert entries.known(reader, "news", ["kept", "gone"]).keys() == {"kept"}
    assert search.search(reader, parse("title")) == []
    assert sources.subscribe(writer, source("again", "https://news.example/feed"), NOW).id == "news"
    assert removed(writer, old("gone").entry) == {"gone"}
    assert [hit.id for hit in search.search(reader, parse("title"))] == [kept]


def test_e10_the_tombstones_go_with_the_source(writer: Database) -> None:
    brought(writer, old("a"))
    expire(writer)
    assert writer.execute("SELECT count(*) FROM tombstones").fetchone() == (2,)
    writer.execute("DELETE FROM sources WHERE id = 'news'")
    assert writer.execute("SELECT count(*) FROM tombstones").fetchone() == (0,)


def test_the_reader_may_hold_it_until_the_last_moment(writer: Database, tmp_path: Path) -> None:
    """Another process stars an entry after it was found to be old, and before the transaction."""
    ids = brought(writer, *map(old, "abc"))

    def star(sql: str) -> None:
        if sql == "BEGIN IMMEDIATE":
            with closing(db.connect_writer(tmp_path / "library.db")) as other:
                marks.set_marks(other, ids[1:2], starred=True, now=NOW)

    writer.conn.set_trace_callback(star)
    retention.expire(writer, BEFORE)
    writer.conn.set_trace_callback(None)
    assert left(writer) == ["b"]


# -- found again


def test_d2_alike_are_those_with_the_address_or_with_title_and_date(
    writer: Database, reader: sqlite3.Connection
) -> None:
    brought(writer, planned("a"), planned("b"), seen=NOW)
    brought(writer, planned("a"), source_id="essays", seen=NOW)

    def alike(*found: ParsedEntry) -> set[str]:
        return set(recognised(reader, "news", found)[0])

    moved = replace(planned("a").entry, key="new")
    assert alike(moved) == {"a"}
    assert alike(replace(moved, url="https://elsewhere.example/")) == {"a"}
    assert alike(replace(moved, title="Title  OF a!", url="")) == {"a"}
    assert alike(replace(moved, title="Another", url="http://www.posts.example/b/")) == {"b"}
    assert alike(replace(moved, title="Another", url="")) == set()
    assert alike(replace(moved, published=NOW + 1, url="")) == set()
    assert alike(planned("a").entry, replace(moved, url="https://posts.example/b")) == {"a", "b"}


def test_alike_gives_two_of_many(writer: Database, reader: sqlite3.Connection) -> None:
    many = [planned(f"k{n}", "News", url="https://posts.example/") for n in range(9)]
    brought(writer, *many, seen=NOW)
    assert len(entries.alike(reader, "news", ["https://posts.example"], [])) == 2
    assert len(entries.alike(reader, "news", [], [twin("News", NOW)])) == 2


def test_keys_may_change_among_themselves(writer: Database) -> None:
    ids = brought(writer, planned("1"), planned("2"), planned("3"))
    rekeyed = ((ids[0], "2"), (ids[1], "3"), (ids[2], "gone|x"), (99, "none"))
    arrivals.apply(writer, plan("news", rekeyed=rekeyed))
    assert left(writer) == ["2", "3", "gone|x"]
    arrivals.apply(writer, plan("essays", rekeyed=((ids[0], "stolen"),)))
    arrivals.apply(writer, plan("news", rekeyed=((ids[0], "3"),)))  # taken: the entry stays all the same
    assert sorted(left(writer)) == ["3", "gone|x", f"moved:{ids[0]}"]


def test_d4_how_often_a_text_was_rewritten_is_kept(writer: Database, reader: sqlite3.Connection) -> None:
    (id_,) = brought(writer, planned("a"))
    for times in (1, 2):
        arrivals.apply(writer, plan("news", [replace(planned("a", id=id_, body=f"{times}"), rewrites=times)]))
        assert entries.known(reader, "news", ["a"])["a"].rewrites == times
    arrivals.apply(writer, plan("news", [planned("a", "New title", id=id_)]))
    assert entries.known(reader, "news", ["a"])["a"].rewrites == 2


def test_a_number_fits_six_bytes() -> None:
    assert all(-(2**47) <= twin(str(n), n) < 2**47 for n in range(100))
    assert twin("", None) != 0
    assert identity.twin("Ａ  title", 1) == twin("a TITLE", 1) != twin("a title", None)
