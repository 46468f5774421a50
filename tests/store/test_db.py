"""Opening a library, its write transaction, and what becomes of it when a disk or a process fails."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from techdash.errors import LibraryBusy, LibraryError, LibraryMissing
from techdash.store import arrivals, backups, db, entries, health, marks, schema, sources
from tests.store.build import NOW, plan, planned, source
from tests.store.conftest import PATIENCE, Lock

ROOT = Path(__file__).parents[2]


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=30,
    )


# -- opening


def test_a_new_library_is_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "library.db"
    old = os.umask(0)
    try:
        with closing(db.connect_writer(path)) as database:
            sources.subscribe(database, source("a"), NOW)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"library.db": 0o600, "library.db-wal": 0o600, "library.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_library_says_what_it_is(writer: Database) -> None:
    assert writer.execute("PRAGMA application_id").fetchone() == (db.APPLICATION_ID,)
    assert writer.execute("PRAGMA user_version").fetchone() == (db.SCHEMA_VERSION,)
    assert len(schema.migrations.applied(writer)) == db.SCHEMA_VERSION
    assert schema.migrations.pending(writer) == []


def test_pragmas_of_a_writer(small: Path) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "journal_size_limit": 67_108_864,
    }
    with closing(db.connect_writer(small)) as database:
        assert {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    with closing(db.connect_writer(small, timeout=2.5)) as database:
        assert database.execute("PRAGMA busy_timeout").fetchone() == (2500,)


def test_a_reader_cannot_write(small: Path) -> None:
    with closing(db.connect_reader(small)) as conn:
        assert db.first(conn, "PRAGMA query_only") == (1,)
        conn.execute("PRAGMA query_only = OFF")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM marks")


def test_a_missing_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match=r"no library at .*library\.db"):
        db.connect_reader(tmp_path / "library.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a ?#%.db", "中文.db", "a'b.db"])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    db.connect_writer(path).close()
    with closing(db.connect_reader(path)) as conn:
        assert db.file_of(conn) == path
    assert health.check(path)["problem"] is None


def test_an_empty_file_is_a_library_yet_to_be_made(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.touch()
    with pytest.raises(LibraryMissing):
        db.connect_reader(path)
    db.connect_writer(path).close()
    db.connect_reader(path).close()


@pytest.mark.parametrize("connect", [db.connect_reader, db.connect_writer, db.connect_plain])
def test_a_file_that_is_no_database_stays_untouched(tmp_path: Path, connect: object) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"\xff\xd8\xff\xe0 a picture" * 500)
    before = path.read_bytes()
    with pytest.raises(
        db.LibraryDamaged, match=r"library\.db is damaged or no library at all.*doctor --repair"
    ):
        connect(path)  # type: ignore[operator]
    assert path.read_bytes() == before


@pytest.mark.parametrize("theirs", ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7"])
@pytest.mark.parametrize("connect", [db.connect_reader, db.connect_writer, db.connect_plain])
def test_another_programs_database_stays_untouched(tmp_path: Path, connect: object, theirs: str) -> None:
    path = tmp_path / "library.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(theirs)
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="belongs to another program; nothing in it was touched"):
        connect(path)  # type: ignore[operator]
    assert path.read_bytes() == before


@pytest.mark.parametrize("connect", [db.connect_reader, db.connect_writer, db.connect_plain])
def test_a_newer_library_stays_untouched(small: Path, connect: object) -> None:
    with closing(sqlite3.connect(small)) as conn:
        conn.execute(f"PRAGMA user_version = {db.SCHEMA_VERSION + 1}")
    before = small.read_bytes()
    with pytest.raises(LibraryError, match=r"from a newer techdash .*Update techdash"):
        connect(small)  # type: ignore[operator]
    assert small.read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't be written"):
        db.connect_writer(tmp_path / "file" / "library.db")
    (tmp_path / "library.db").mkdir()
    with pytest.raises(LibraryError, match="can't be written"):
        db.connect_writer(tmp_path / "library.db")


def test_many_processes_may_make_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    script = (
        "import sys, pathlib; from techdash.store import db, sources; from tests.store.build import source\n"
        "sys.stdin.readline(); w = db.connect_writer(pathlib.Path(sys.argv[1]))\n"
        "sources.subscribe(w, source('s' + sys.argv[2]), 1)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(n)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        for n in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=30)[1].decode() for process in started] == [""] * 4
    with closing(db.connect_reader(path)) as conn:
        assert {one.source.id for one in sources.subscriptions(conn)} == {"s0", "s1", "s2", "s3"}
        assert db.first(conn, "PRAGMA journal_mode") == ("wal",)
    assert health.check(path)["problem"] is None


def test_reading_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from techdash.store import arrivals, backups, cards, counting, db, editions, entries, health\n"
        "from techdash.store import marks, search, sources\n"
        "print(*sys.modules)"
    )
    heavy = {"sqlite_utils", "httpx", "feedparser", "selectolax", "markdown_it", "textual", "rich", "click"}
    assert heavy.isdisjoint(run(script).stdout.split())


def test_reading_a_library_loads_nothing_heavy(small: Path) -> None:
    script = (
        "import sys, pathlib; from techdash.store import db, editions, entries\n"
        "conn = db.connect_reader(pathlib.Path(sys.argv[1]))\n"
        "assert editions.on(conn, editions.latest(conn)) and entries.essays(conn, offset=0, limit=9)\n"
        "print('sqlite_utils' in sys.modules)"
    )
    assert run(script, small).stdout == "False\n"


def test_marking_loads_nothing_heavy(small: Path) -> None:
    script = (
        "import sys, pathlib; from techdash.models.entries import Place\n"
        "from techdash.store import db, marks\n"
        "library = db.connect_plain(pathlib.Path(sys.argv[1]))\n"
        "marks.set_marks(library, [1], starred=True, now=5); marks.save_place(library, 1, Place(7), 6)\n"
        "marks.save_state(library, 'window', {'room': 'digest'})\n"
        "undone = marks.undo(library, 7), marks.redo(library, 8)\n"
        "print('sqlite_utils' in sys.modules, undone)"
    )
    assert run(script, small).stdout == "False ('Undone: starred, 1 entry.', 'Redone: starred, 1 entry.')\n"
    with closing(db.connect_reader(small)) as conn:
        assert entries.row(conn, 1).marks.starred
        assert marks.place(conn, 1).offset == 7
        assert marks.state(conn, "window") == {"room": "digest"}


# -- changing the schema


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this techdash knew one migration more than the libraries that the tests make."""
    migrations = Migrations("techdash")
    migrations._migrations = list(schema.migrations._migrations)

    @migrations(name="next")
    def _next(database: Database) -> None:
        database.execute("ALTER TABLE marks ADD COLUMN wish TEXT")

    monkeypatch.setattr(schema, "migrations", migrations)
    monkeypatch.setattr(db, "SCHEMA_VERSION", db.SCHEMA_VERSION + 1)


@pytest.mark.usefixtures("next_version")
def test_an_older_library_is_backed_up_then_brought_up_to_date(small: Path) -> None:
    with pytest.raises(LibraryMissing, match="older techdash"):
        db.connect_reader(small)
    with closing(db.connect_writer(small)) as database:
        assert database["marks"].columns_dict["wish"] is str
        assert entries.essay_count(database.conn) == (12, 10)
    (backup,) = backups.beside(small)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(sqlite3.connect(backup)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (db.SCHEMA_VERSION - 1,)
        assert conn.execute("SELECT count(*) FROM entries WHERE stub = 0").fetchone() == (17,)
    db.connect_writer(small).close()
    assert backups.beside(small) == [backup]


@pytest.mark.usefixtures("next_version")
def test_who_writes_marks_brings_an_older_library_up_to_date(small: Path) -> None:
    library = db.connect_plain(small)
    with closing(library.conn):
        assert "wish" in {row[1] for row in library.execute("PRAGMA table_info(marks)")}


@pytest.mark.usefixtures("next_version")
def test_a_migration_that_fails_changes_nothing(small: Path) -> None:
    @schema.migrations(name="broken")
    def _broken(database: Database) -> None:
        database.execute("DROP TABLE marks")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        db.connect_writer(small)
    with closing(sqlite3.connect(small)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (db.SCHEMA_VERSION - 1,)
        assert "wish" not in {row[1] for row in conn.execute("PRAGMA table_info(marks)")}


@pytest.mark.usefixtures("next_version")
def test_a_locked_library_is_not_migrated(small: Path) -> None:
    lock = Lock(small)
    with pytest.raises(LibraryBusy):
        db.connect_writer(small, timeout=PATIENCE)
    lock.release()
    db.connect_writer(small).close()


def test_the_newest_three_backups_stay(small: Path) -> None:
    with closing(db.connect_writer(small)) as database:
        made = [backups.make_beside(database.conn, small) for _ in range(5)]
    assert backups.beside(small) == made[:1:-1]


# -- the write transaction


def test_writing_commits_whole_or_not_at_all(writer: Database, reader: sqlite3.Connection) -> None:
    twice = [{"key": "a", "value": "1"}] * 2
    with pytest.raises(sqlite3.IntegrityError), db.writing(writer):
        _ = [db.insert(writer, "state", record) for record in twice]
    assert marks.state(reader, "a") is None
    with db.writing(writer):
        db.insert(writer, "state", {"key": "a", "value": "1"})
        assert marks.state(reader, "a") is None
    assert marks.state(reader, "a") == 1


def test_writing_is_not_begun_twice(writer: Database) -> None:
    with pytest.raises(RuntimeError, match="open already"), db.writing(writer), db.writing(writer):
        pass


def test_a_mistake_of_ours_is_not_dressed_up(writer: Database, reader: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), db.writing(writer):
        db.insert(writer, "state", {"key": "a"})
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        db.rows(reader, "SELECT other FROM state")


def test_a_snapshot_is_of_one_moment(small: Path) -> None:
    with closing(db.connect_reader(small)) as conn, closing(db.connect_writer(small)) as other:
        with db.snapshot(conn):
            before = marks.state(conn, "cursor")
            marks.save_state(other, "cursor", "moved")
            assert marks.state(conn, "cursor") == before
        assert marks.state(conn, "cursor") == "moved"


def test_a_writer_waits_for_a_lock_that_goes(small: Path) -> None:
    lock = Lock(small)
    script = (
        "import sys, pathlib; from techdash.store import db, marks\n"
        "d = db.connect_writer(pathlib.Path(sys.argv[1])); print('waits', flush=True)\n"
        "print(marks.set_marks(d, [7], read=True, now=1))"
    )
    waiting = subprocess.Popen(
        [sys.executable, "-c", script, str(small)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "waits\n"
    lock.release()
    assert waiting.communicate(timeout=30)[0] == "1\n"


# -- when things fail


def many(number: int) -> list[object]:
    return [planned(f"n{n}", kind="essay", body="words " * 200) for n in range(number)]


def test_a_full_disk_loses_nothing(small: Path) -> None:
    with closing(db.connect_writer(small)) as database, closing(db.connect_reader(small)) as conn:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages + 10}")
        before = entries.essay_count(conn), sources.validators(conn, "essays")
        sentence = rf"^The disk is full; nothing was lost\. Free some space at {small.parent}\.$"
        with pytest.raises(LibraryError, match=sentence):
            arrivals.apply(database, plan("essays", many(200)))
        assert not database.conn.in_transaction
        assert (entries.essay_count(conn), sources.validators(conn, "essays")) == before
        assert marks.set_marks(database, [7], read=True, now=NOW) == 1
    assert health.check(small)["problem"] is None


def test_a_file_that_may_not_grow_loses_nothing(small: Path) -> None:
    script = (
        "import resource, sys, pathlib; from techdash.errors import LibraryError\n"
        "from techdash.store import arrivals, db, entries; from tests.store.build import plan\n"
        "from tests.store.test_db import many\n"
        "path = pathlib.Path(sys.argv[1]); d = db.connect_writer(path)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50_000,) * 2)\n"
        "try: arrivals.apply(d, plan('essays', many(400)))\n"
        "except LibraryError as error: print(error)\n"
        "print(entries.essay_count(d.conn), d.conn.in_transaction)"
    )
    found = run(script, small)
    first, second = found.stdout.splitlines()
    assert "nothing was lost. Free some space at" in first
    assert second == "(12, 10) False"
    assert health.check(small)["problem"] is None


@pytest.mark.parametrize("statements", [0, 3, 40, 400, 1200, -1])
def test_a_killed_apply_leaves_all_or_nothing(small: Path, statements: int) -> None:
    """``statements`` are how many the plan ran before SIGKILL; -1: killed at its COMMIT."""
    script = (
        "import os, signal, sys, pathlib; from techdash.models.sources import Validators\n"
        "from techdash.store import arrivals, db\n"
        "from tests.store.build import edition, item, plan, planned\n"
        "from tests.store.test_db import many\n"
        "path, statements = pathlib.Path(sys.argv[1]), int(sys.argv[2]); d = db.connect_writer(path)\n"
        "run = []\n"
        "def trace(sql):\n"
        "    run.append(sql)\n"
        "    if len(run) == statements or statements < 0 and sql == 'COMMIT':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "if statements: d.conn.set_trace_callback(trace)\n"
        "items = [item(str(n)) for n in range(99)]\n"
        "digest = planned('d', kind='digest', edition=edition(('github', items)))\n"
        "arrivals.apply(d, plan('daily', [digest, *many(200)], validators={'u': Validators(b'v')}))"
    )
    code = run(script, small, statements).returncode
    assert code == (0 if statements == 0 else -signal.SIGKILL)
    assert health.check(small)["problem"] is None
    with closing(db.connect_writer(small)) as database:
        conn = database.conn
        stored = entries.essay_count(conn)[0] - 12, len(sources.validators(conn, "daily"))
        assert stored == ((200, 1) if statements == 0 else (0, 0))
        assert (
            "2026-05-12" in [day for (day,) in db.rows(conn, "SELECT day FROM composing WHERE stale")]
        ) is (statements == 0)
        applied = arrivals.apply(database, plan("daily", many(200)))
        assert len(applied.new) == (0 if statements == 0 else 200)
