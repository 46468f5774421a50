"""Marks, undo and redo, places, and what the window keeps."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from techdash.models.entries import Marks, Place
from techdash.store import arrivals, db, entries, health, marks, sources
from tests.store.build import NOW, plan, planned, source

Stored = list[tuple[int, int | None, int | None, int | None]]


@pytest.fixture(autouse=True)
def five_essays(writer: Database) -> None:
    sources.subscribe(writer, source("essays", kind="essay"), NOW)
    arrivals.apply(writer, plan("essays", [planned(str(n), kind="essay") for n in range(1, 6)]))


def stored(conn: sqlite3.Connection) -> Stored:
    return conn.execute(
        "SELECT entry_id, read_at, starred_at, later_at FROM marks "
        "WHERE coalesce(read_at, starred_at, later_at) IS NOT NULL ORDER BY entry_id"
    ).fetchall()


def test_marks_are_set_and_cleared(writer: Database, reader: sqlite3.Connection) -> None:
    assert marks.set_marks(writer, [1, 2, 2], read=True, now=10) == 2
    assert marks.set_marks(writer, [2, 3], read=True, starred=True, now=20) == 2
    assert marks.set_marks(writer, [3], later=True, read=False, now=30) == 1
    assert stored(reader) == [(1, 10, None, None), (2, 10, 20, None), (3, None, 20, 30)]
    row = entries.row(reader, 3)
    assert row is not None
    assert row.marks == Marks(starred=True, later=True)
    assert entries.essay_count(reader) == (5, 3)


def test_what_changes_nothing_is_no_action(writer: Database) -> None:
    assert marks.set_marks(writer, [1], read=True, now=10) == 1
    assert marks.set_marks(writer, [1], read=True, now=20) == 0
    assert marks.set_marks(writer, [2], read=False, now=20) == 0
    assert marks.set_marks(writer, [1, 2], now=20) == 0
    assert marks.set_marks(writer, [], read=True, now=20) == 0
    assert marks.set_marks(writer, [77, -1, 10**30], read=True, now=20) == 0
    assert marks.undo(writer, 30) == "Undone: read, 1 entry."
    assert marks.undo(writer, 30) is None


def test_undo_and_redo_restore_exactly(writer: Database, reader: sqlite3.Connection) -> None:
    states = [stored(reader)]
    for number, action in enumerate(
        [
            {"entry_ids": [1, 2, 3], "read": True},
            {"entry_ids": [2, 3, 4], "read": False, "starred": True},
            {"entry_ids": [1, 2, 5], "read": True, "later": True},
        ]
    ):
        marks.set_marks(writer, **action, now=100 + number)  # type: ignore[arg-type]
        states.append(stored(reader))
    said = []
    for before in states[-2::-1]:
        said.append(marks.undo(writer, 200))
        assert stored(reader) == before
    assert said == [
        "Undone: read and later, 3 entries.",
        "Undone: unread and starred, 3 entries.",
        "Undone: read, 3 entries.",
    ]
    assert marks.undo(writer, 200) is None
    for after in states[1:]:
        said.append(marks.redo(writer, 300))
        assert stored(reader) == after
    assert said[3:] == [
        "Redone: read, 3 entries.",
        "Redone: unread and starred, 3 entries.",
        "Redone: read and later, 3 entries.",
    ]
    assert marks.redo(writer, 300) is None


@pytest.mark.parametrize(
    ("marked", "word"),
    [({"read": False}, "unread"), ({"starred": False}, "unstarred"), ({"later": False}, "not later")],
)
def test_what_undo_says(writer: Database, marked: dict[str, bool], word: str) -> None:
    marks.set_marks(writer, [1], read=True, starred=True, later=True, now=1)
    marks.set_marks(writer, [1], **marked, now=2)  # type: ignore[arg-type]
    assert marks.undo(writer, 3) == f"Undone: {word}, 1 entry."


def test_a_new_action_ends_what_could_be_redone(writer: Database, reader: sqlite3.Connection) -> None:
    marks.set_marks(writer, [1], read=True, now=1)
    marks.undo(writer, 2)
    marks.set_marks(writer, [2], read=True, now=3)
    assert marks.redo(writer, 4) is None
    assert stored(reader) == [(2, 3, None, None)]
    marks.undo(writer, 5)
    marks.set_marks(writer, [2], read=False, now=6)  # changes nothing, so it ends nothing
    assert marks.redo(writer, 7) == "Redone: read, 1 entry."


def test_undo_outlives_the_process(writer: Database, reader: sqlite3.Connection) -> None:
    path = db.file_of(writer.conn)
    with closing(db.connect_writer(path)) as one:
        marks.set_marks(one, [1, 2], read=True, now=1)
        marks.set_marks(one, [3], starred=True, now=2)
        marks.undo(one, 3)
    with closing(db.connect_writer(path)) as two:
        assert marks.undo(two, 4) == "Undone: read, 2 entries."
        assert marks.redo(two, 5) == "Redone: read, 2 entries."
        assert marks.redo(two, 5) == "Redone: starred, 1 entry."
    assert stored(reader) == [(1, 1, None, None), (2, 1, None, None), (3, None, 2, None)]


def test_undo_takes_back_only_what_its_action_changed(writer: Database, reader: sqlite3.Connection) -> None:
    marks.set_marks(writer, [1], read=True, now=1)
    with closing(db.connect_writer(db.file_of(writer.conn))) as other:
        marks.set_marks(other, [1, 2], starred=True, now=2)
        assert marks.undo(writer, 3) == "Undone: starred, 2 entries."
        assert marks.undo(other, 3) == "Undone: read, 1 entry."
        marks.redo(other, 4)
        marks.set_marks(writer, [1], starred=True, now=5)
        marks.undo(other, 6)
    assert stored(reader) == [(1, 1, None, None)]


def test_the_log_keeps_the_newest_actions(
    writer: Database, reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "KEPT_ACTIONS", 3)
    for number in range(10):
        marks.set_marks(writer, [1], read=number % 2 == 0, now=number)
    assert [marks.undo(writer, 99) is not None for _ in range(4)] == [True, True, True, False]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_walk_of_undo_and_redo_is_a_walk_in_a_list_of_states(
    writer: Database, reader: sqlite3.Connection, data: st.DataObject
) -> None:
    with writer.conn:
        writer.execute("DELETE FROM undo_log")
        writer.execute("DELETE FROM marks")
    flag = st.none() | st.booleans()
    states, at = [stored(reader)], 0
    for now in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(["mark", "mark", "undo", "redo"]))
        if step == "mark":
            ids = data.draw(st.lists(st.integers(1, 5), max_size=4))
            read, starred, later = data.draw(flag), data.draw(flag), data.draw(flag)
            if marks.set_marks(writer, ids, read=read, starred=starred, later=later, now=now):
                states[at + 1 :] = [stored(reader)]
                at += 1
        elif step == "undo":
            assert (marks.undo(writer, now) is None) == (at == 0)
            at = max(at - 1, 0)
        else:
            assert (marks.redo(writer, now) is None) == (at == len(states) - 1)
            at = min(at + 1, len(states) - 1)
        assert stored(reader) == states[at]


def test_processes_that_mark_at_once_lose_nothing(writer: Database, reader: sqlite3.Connection) -> None:
    path = db.file_of(writer.conn)
    found = [planned(f"m{n}", kind="essay") for n in range(120)]
    ids = arrivals.apply(writer, plan("essays", found)).new
    script = (
        "import sys, pathlib; from techdash.store import db, marks\n"
        "d = db.connect_writer(pathlib.Path(sys.argv[1])); sys.stdin.readline()\n"
        "for id in map(int, sys.argv[2].split()):\n"
        "    assert marks.set_marks(d, [id], **{sys.argv[3]: True}, now=1) == 1"
    )
    flags = ("read", "starred", "later")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), " ".join(map(str, ids)), flag], stdin=subprocess.PIPE
        )
        for flag in flags
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in started:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert stored(reader) == [(id_, 1, 1, 1) for id_ in ids]
    assert entries.essay_count(reader) == (125, 5)
    undone = 0
    while marks.undo(writer, 2):
        undone += 1
    assert undone == 360
    assert stored(reader) == []


def test_places(writer: Database, reader: sqlite3.Connection) -> None:
    assert marks.place(reader, 1) is None
    marks.save_place(writer, 1, Place(1200, "what stands there", 0.42), NOW)
    marks.save_place(writer, 1, Place(2400, "下一段", 0.9), NOW + 1)
    marks.save_place(writer, 99, Place(1), NOW)
    assert marks.place(reader, 1) == Place(2400, "下一段", 0.9)
    assert marks.place(reader, 99) is None
    row = entries.row(reader, 1)
    assert row is not None
    assert row.progress == 0.9


def test_what_the_window_keeps(writer: Database, reader: sqlite3.Connection) -> None:
    assert marks.state(reader, "cursor") is None
    for value in ({"2026-05-12": [1, "二", None, 0.5]}, [], "", 0, None, False):
        marks.save_state(writer, "cursor", value)
        assert marks.state(reader, "cursor") == value
    marks.save_state(writer, "other", 1)
    assert (marks.state(reader, "cursor"), marks.state(reader, "other")) == (False, 1)


def test_marks_and_places_survive_everything_a_sync_does(small: Path) -> None:
    with closing(db.connect_writer(small)) as database:
        before = [
            database.execute(f"SELECT * FROM {table}").fetchall() for table in ("marks", "places", "undo_log")
        ]
        again = [planned(f"essay-{n}", "New", kind="essay", body="", id=n + 1) for n in range(1, 13)]
        arrivals.apply(database, plan("essays", again))
        arrivals.apply(database, plan("essays", status="failed"))
        sources.remove(database, "essays")
        after = [
            database.execute(f"SELECT * FROM {table}").fetchall() for table in ("marks", "places", "undo_log")
        ]
        assert after == before
    assert health.check(small)["problem"] is None
