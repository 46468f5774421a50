"""Tags, notes, muted entries and kept searches; one list of actions for these and every other mark."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlite_utils import Database

from techdash.models.entries import Marks, SavedSearch
from techdash.store import (
    arrivals,
    cards,
    counting,
    db,
    editions,
    entries,
    marks,
    own_words,
    retention,
    searches,
    sources,
    tastes,
)
from tests.store.build import CARDS, DAY, NOW, edition, item, one_story, plan, planned, source


def library(writer: Database) -> None:
    """Two essays, two in two languages, a story of two articles, a digest of one item, a sheet."""
    for one in (
        source("essays", kind="essay"),
        source("news"),
        source("daily", kind="digest"),
        source("sheet", "/srv/sheet", "cheatsheet"),
    ):
        sources.subscribe(writer, one, NOW)
    both = [
        planned("zh", kind="essay", url="https://posts.example/zh/x", language="zh"),
        planned("en", kind="essay", url="https://posts.example/en/x", language="en"),
    ]
    arrivals.apply(writer, plan("essays", [*(planned(str(n), kind="essay") for n in (1, 2)), *both]))
    arrivals.apply(writer, plan("news", [planned("a"), planned("b")]))
    arrivals.apply(
        writer,
        plan(
            "daily", [planned("d", kind="digest", edition=edition(("article", [item("one"), item("two")])))]
        ),
    )
    arrivals.apply(writer, plan("sheet", [planned("basics", kind="cheatsheet", url="", cards=CARDS)]))
    rows = [row for row in entries.day_entries(writer.conn, DAY) if row.source_id == "news"]
    key = editions.compose_key(writer.conn, DAY)
    editions.save_composed(writer, DAY, one_story(DAY, rows), key)


@pytest.fixture
def filled(writer: Database) -> Database:
    library(writer)
    return writer


def id_of(conn: sqlite3.Connection, key: str) -> int:
    return int(conn.execute("SELECT id FROM entries WHERE key = ?", (key,)).fetchone()[0])


def marks_of(conn: sqlite3.Connection, key: str) -> Marks:
    row = entries.row(conn, id_of(conn, key))
    assert row is not None
    return row.marks


# -- tags and notes


def test_tags_come_and_go_as_one_action(filled: Database, reader: sqlite3.Connection) -> None:
    one, two = id_of(reader, "1"), id_of(reader, "2")
    assert own_words.tag(filled, [one, two], ["read-me", "推荐"], [], 1) == 2
    assert own_words.tag(filled, [one], ["ai"], ["推荐"], 2) == 1
    assert own_words.tag(filled, [one], ["ai"], ["none"], 3) == 0
    assert marks_of(reader, "1").tags == ("ai", "read-me")
    assert own_words.tags_of(reader, [one, two]) == [{"ai", "read-me"}, {"read-me", "推荐"}]
    assert own_words.known_tags(reader) == [("ai", 1), ("read-me", 2), ("推荐", 1)]
    assert marks.undo(filled, 4) == "Undone: tagged ai and untagged 推荐, 1 entry."
    assert marks.undo(filled, 4) == "Undone: tagged read-me 推荐, 2 entries."
    assert own_words.known_tags(reader) == []
    assert marks.redo(filled, 5) is not None
    assert marks_of(reader, "2").tags == ("read-me", "推荐")


def test_undo_leaves_the_tags_that_came_otherwise(filled: Database, reader: sqlite3.Connection) -> None:
    one = id_of(reader, "1")
    own_words.tag(filled, [one], ["mine"], [], 1)
    filled.execute("INSERT INTO tags VALUES (?, 'by-a-rule')", (one,))
    marks.undo(filled, 2)
    assert marks_of(reader, "1").tags == ("by-a-rule",)


def test_a_note_is_kept_changed_and_taken_back(filled: Database, reader: sqlite3.Connection) -> None:
    one = id_of(reader, "1")
    assert own_words.write_note(filled, one, "First.\n二\n", 1)
    assert not own_words.write_note(filled, one, "First.\n二", 2)
    assert own_words.write_note(filled, one, "Second.", 3)
    assert own_words.write_note(filled, one, "", 4)
    assert not marks_of(reader, "1").noted
    said = [marks.undo(filled, 5) for _ in range(2)]
    assert said == ["Undone: no note, 1 entry.", "Undone: a note, 1 entry."]
    assert (own_words.note(reader, one), marks_of(reader, "1").noted) == ("First.\n二", True)
    found = entries.entry(reader, one)
    assert found is not None
    assert found.own_note == "First.\n二"


def test_what_was_written_makes_another_version_of_an_entry(
    filled: Database, reader: sqlite3.Connection
) -> None:
    one = id_of(reader, "1")
    seen = {entries.version(reader, one)}
    own_words.tag(filled, [one], ["ai"], [], 1)
    seen.add(entries.version(reader, one))
    own_words.write_note(filled, one, "Mine", 2)
    assert len({*seen, entries.version(reader, one)}) == 3


@pytest.mark.parametrize(("marked", "others"), [("zh", ["en"]), ("a", ["b"])])
def test_both_languages_and_all_of_a_story_have_what_was_written(
    filled: Database, reader: sqlite3.Connection, marked: str, others: list[str]
) -> None:
    id_ = id_of(reader, marked)
    own_words.tag(filled, [id_], ["ai"], [], 1)
    own_words.write_note(filled, id_, "Mine", 2)
    marks.set_marks(filled, [id_], muted=True, now=3)
    for key in (marked, *others):
        assert marks_of(reader, key) == Marks(muted=True, noted=True, tags=("ai",))
    for _ in range(3):
        marks.undo(filled, 4)
    for key in (marked, *others):
        assert marks_of(reader, key) == Marks()


def test_a_successor_has_what_was_written(filled: Database, reader: sqlite3.Connection) -> None:
    stub = int(reader.execute("SELECT id FROM entries WHERE title = 'Item one'").fetchone()[0])
    own_words.tag(filled, [stub], ["ai"], [], 1)
    own_words.write_note(filled, stub, "Mine", 2)
    marks.set_marks(filled, [stub], muted=True, now=3)
    arrivals.apply(filled, plan("news", [planned("one", url="https://items.example/one")]))
    assert marks_of(reader, "one") == Marks(muted=True, noted=True, tags=("ai",))
    assert titles(reader) == ["Item two", "Title of a"]
    marks.undo(filled, 4)
    assert titles(reader) == ["Item one", "Item two", "Title of a"]


def test_what_is_tagged_or_noted_is_kept(filled: Database, reader: sqlite3.Connection) -> None:
    own_words.tag(filled, [id_of(reader, "1")], ["ai"], [], 1)
    own_words.write_note(filled, id_of(reader, "2"), "Mine", 2)
    place: tuple[int, int] | None = retention.START
    while place is not None:
        place = retention.expire(filled, NOW + 10**7, place)
    left = {key for (key,) in reader.execute("SELECT key FROM entries WHERE source_id = 'essays'")}
    assert left == {"1", "2"}
    sources.remove(filled, "essays")
    assert entries.essay_count(reader) == (2, 2)


# -- muted


def titles(conn: sqlite3.Connection) -> list[str]:
    """What the editions of the day list."""
    listed = (one.title for each in editions.on(conn, DAY) for part in each.sections for one in part.items)
    return sorted(listed)


def test_what_is_muted_stands_nowhere_until_it_is_taken_back(
    filled: Database, reader: sqlite3.Connection
) -> None:
    def seen() -> tuple[Any, ...]:
        return (
            [row.id for row in entries.essays(reader, offset=0, limit=9)],
            entries.essay_count(reader),
            titles(reader),
            editions.day_row(reader, DAY),
            sources.entry_counts(reader),
            [row.id for row in entries.day_entries(reader, DAY)],
        )

    before = seen()
    stub = int(reader.execute("SELECT id FROM entries WHERE title = 'Item one'").fetchone()[0])
    ids = [id_of(reader, "1"), id_of(reader, "en"), id_of(reader, "b"), stub]
    assert marks.set_marks(filled, ids, muted=True, now=1) == 5
    assert [row.id for row in entries.essays(reader, offset=0, limit=9)] == [id_of(reader, "2")]
    assert entries.essay_count(reader) == (1, 1)
    assert titles(reader) == ["Item two"]
    assert entries.essay_position(reader, ids[0]) is None
    assert counting.counts_are_right(reader)
    assert DAY in editions.uncomposed(reader)
    whole = entries.entry(reader, ids[0])
    assert whole is not None
    assert whole.row.marks.muted
    marks.undo(filled, 2)
    assert seen() == before
    assert counting.counts_are_right(reader)


def test_a_muted_digest_is_gone_with_its_day(filled: Database, reader: sqlite3.Connection) -> None:
    editions.save_composed(filled, DAY, None, b"")
    marks.set_marks(filled, [id_of(reader, "d")], muted=True, now=1)
    assert editions.day_row(reader, DAY) is None
    marks.undo(filled, 2)
    assert editions.day_row(reader, DAY) is not None


def test_a_removed_source_and_muting_hide_apart(filled: Database, reader: sqlite3.Connection) -> None:
    one = id_of(reader, "1")
    marks.set_marks(filled, [one], muted=True, now=1)
    sources.remove(filled, "essays")
    sources.restore(filled, "essays")
    assert entries.essay_count(reader) == (2, 2)
    sources.remove(filled, "essays")
    marks.undo(filled, 2)
    assert entries.essay_count(reader) == (0, 0)
    sources.restore(filled, "essays")
    assert entries.essay_count(reader) == (3, 3)


def test_whether_all_have_a_mark(filled: Database, reader: sqlite3.Connection) -> None:
    one, two = id_of(reader, "1"), id_of(reader, "2")
    marks.set_marks(filled, [one], starred=True, now=1)
    assert marks.all_have(reader, [one], "starred")
    assert not marks.all_have(reader, [one, two], "starred")
    assert not marks.all_have(reader, [one], "read")


# -- searches


def test_searches_are_kept_in_order_and_renamed_and_removed_undoably(
    filled: Database, reader: sqlite3.Connection
) -> None:
    searches.save(filled, "Unread", "is:unread", 1)
    searches.save(filled, "数学", "has:math 归一化", 2)
    searches.save(filled, "Unread", "is:unread since:7d", 3)
    kept = [SavedSearch("Unread", "is:unread since:7d"), SavedSearch("数学", "has:math 归一化")]
    assert searches.kept(reader) == kept
    assert not searches.rename(filled, "Unread", "数学", 4)
    assert not searches.rename(filled, "none", "x", 4)
    assert searches.rename(filled, "Unread", "New", 4)
    assert searches.remove(filled, "数学", 5)
    assert not searches.remove(filled, "数学", 5)
    assert searches.kept(reader) == [SavedSearch("New", "is:unread since:7d")]
    said = [marks.undo(filled, 6) for _ in range(3)]
    assert said == [
        "Undone: search 数学 removed.",
        "Undone: search Unread renamed.",
        "Undone: search Unread kept.",
    ]
    assert searches.kept(reader) == [
        SavedSearch("Unread", "is:unread"),
        SavedSearch("数学", "has:math 归一化"),
    ]


# -- one list of actions


TABLES = ("marks", "tags", "tastes", "card_marks", "searches")
NAMES = st.sampled_from(["ai", "读", "later"])
IDS = st.lists(st.integers(1, 9), max_size=4)


class Desk(RuleBasedStateMachine):
    """Marks of every kind in any order, undone and done again, by two connections and across restarts."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "library.db"
        self.writer = db.connect_writer(self.path)
        library(self.writer)
        self.states, self.at, self.now = [self.seen()], 0, 100

    def teardown(self) -> None:
        if hasattr(self, "writer"):
            while marks.undo(self.writer, 999):
                self.at -= 1
                assert self.seen() == self.states[self.at]
            assert self.at == 0
            for state in self.states[1:]:
                assert marks.redo(self.writer, 999)
                assert self.seen() == state
            assert marks.redo(self.writer, 999) is None
            assert counting.counts_are_right(self.writer.conn)
            self.writer.close()
            self.folder.cleanup()

    def seen(self) -> dict[str, list[tuple[Any, ...]]]:
        found = {
            table: sorted(self.writer.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in TABLES
        }
        # a row of marks with none in it, left by undo, is as good as no row
        found["marks"] = [row for row in found["marks"] if any(value is not None for value in row[1:])]
        found["hidden"] = self.writer.execute("SELECT id, hidden FROM entries ORDER BY id").fetchall()
        found["listed"] = [(title,) for title in titles(self.writer.conn)]
        return found

    def did(self) -> None:
        state = self.seen()
        logged = self.writer.execute("SELECT count(*) FROM undo_log WHERE undone = 0").fetchone()[0]
        if logged > self.at:
            self.states[self.at + 1 :] = [state]
            self.at += 1
        assert state == self.states[self.at]
        self.now += 1

    @rule(
        ids=IDS,
        mark=st.sampled_from(["read", "starred", "later", "muted"]),
        value=st.booleans(),
        beside=st.none() | st.booleans(),
    )
    def mark(self, ids: list[int], mark: str, value: bool, beside: bool | None) -> None:
        flags: dict[str, bool | None] = {"read": beside, mark: value}
        marks.set_marks(self.writer, ids, now=self.now, **flags)
        self.did()

    @rule(ids=IDS, add=st.sets(NAMES), remove=st.sets(NAMES))
    def tag(self, ids: list[int], add: set[str], remove: set[str]) -> None:
        own_words.tag(self.writer, ids, sorted(add - remove), sorted(remove), self.now)
        self.did()

    @rule(id_=st.integers(1, 9), note=st.sampled_from(["", "Mine.", "两行\nof it"]))
    def note(self, id_: int, note: str) -> None:
        own_words.write_note(self.writer, id_, note, self.now)
        self.did()

    @rule(name=NAMES, liking=st.sampled_from([-1, 0, 1]))
    def taste(self, name: str, liking: int) -> None:
        tastes.say(self.writer, name, liking, self.now)
        self.did()

    @rule(card=st.sampled_from(CARDS), starred=st.booleans(), note=st.none() | st.just("Mine."))
    def card(self, card: Any, starred: bool, note: str | None) -> None:
        if note is None:
            cards.star(self.writer, card, starred, self.now)
        else:
            cards.write_note(self.writer, card, note, self.now)
        self.did()

    @rule(id_=st.integers(1, 9))
    def split(self, id_: int) -> None:
        marks.split(self.writer, id_, self.now)
        self.did()

    @rule(what=st.sampled_from(["save", "rename", "remove"]), name=NAMES, other=NAMES)
    def search(self, what: str, name: str, other: str) -> None:
        if what == "save":
            searches.save(self.writer, name, f"tag:{other}", self.now)
        elif what == "rename":
            searches.rename(self.writer, name, other, self.now)
        else:
            searches.remove(self.writer, name, self.now)
        self.did()

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        with closing(db.connect_writer(self.path)) as other:
            assert marks.undo(other, self.now)
        self.at -= 1

    @precondition(lambda self: self.at < len(self.states) - 1)
    @rule()
    def redo(self) -> None:
        assert marks.redo(self.writer, self.now)
        self.at += 1

    @rule()
    def restart(self) -> None:
        self.writer.close()
        self.writer = db.connect_writer(self.path)

    @invariant()
    def stands_where_it_should(self) -> None:
        if hasattr(self, "writer"):
            assert self.seen() == self.states[self.at]


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
