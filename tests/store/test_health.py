"""Looking at a library, copying it, and mending one that is broken."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from techdash.errors import LibraryError, LibraryMissing, UsageError
from techdash.store import arrivals, backups, db, entries, health, marks
from tests.store.build import NOW, plan, planned


def test_a_sound_library(small: Path) -> None:
    found = health.check(small)
    assert (found["problem"], found["quick_check"], found["counts_right"]) == (None, "ok", True)
    assert (found["application_id"], found["schema"], found["journal_mode"]) == (
        db.APPLICATION_ID, db.SCHEMA_VERSION, "wal",
    )  # fmt: skip
    assert found["counts"]["sources"] == 5
    assert found["size"] == small.stat().st_size
    assert found["free"] > 0
    assert (found["path"], found["exists"], found["backups"]) == (str(small), True, [])


def test_checking_never_raises(tmp_path: Path, small: Path) -> None:
    assert "no library" in health.check(tmp_path / "none" / "library.db")["problem"]
    assert not (tmp_path / "none").exists()
    small.write_bytes(b"GIF89a" * 999)
    assert "damaged" in health.check(small)["problem"]
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as conn:
        conn.execute("CREATE TABLE a (b)")
    assert "another program" in health.check(tmp_path / "theirs.db")["problem"]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if not file.name.endswith(("-wal", "-shm")))


def spoil_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:-4096] = b"\xaa" * (len(data) - 8192)
    path.write_bytes(data)


DAMAGE = {
    "header": lambda path: path.write_bytes(b"\0" * 100 + path.read_bytes()[100:]),
    "middle": spoil_middle,
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "picture": lambda path: path.write_bytes(b"\xff\xd8\xff\xe0" * 5000),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_library_is_kept_aside_and_a_good_backup_restored(small: Path, kind: str) -> None:
    with closing(db.connect_writer(small)) as database:
        backups.make_beside(database.conn, small)
        marks.set_marks(database, [7], read=True, now=NOW)
        backups.make_beside(database.conn, small)
        marks.set_marks(database, [8], read=True, now=NOW)
        newest = backups.make_beside(database.conn, small)
    newest.write_bytes(b"spoilt too")
    DAMAGE[kind](small)
    spoilt = small.read_bytes()
    assert "doctor --repair" in health.check(small)["problem"]
    said = health.repair(small)
    (aside,) = (file for file in small.parent.glob("library.db.corrupt-*") if file.name.endswith("Z"))
    assert aside.read_bytes() == spoilt
    good = backups.beside(small)[1]
    assert said == (
        f"The library was damaged and is kept as {aside.name}. "
        f"The backup of {backups.time_of(good)} took its place: what you marked or "
        "subscribed to since is lost; a refresh fetches again what the sources still offer."
    )
    assert health.check(small)["problem"] is None
    assert stat.S_IMODE(small.stat().st_mode) == 0o600
    with closing(db.connect_reader(small)) as conn:
        assert [bool(row and row.marks.read) for row in (entries.row(conn, 7), entries.row(conn, 8))] == [
            True,
            False,
        ]
    assert len(backups.beside(small)) == 3
    assert list(small.parent.glob("*.restoring")) == []


def test_without_a_backup_a_new_library_is_begun(small: Path) -> None:
    spoil_middle(small)
    said = health.repair(small)
    assert "no good backup, so a new one was begun: marks, places and what you subscribed to are lost" in said
    with closing(db.connect_reader(small)) as conn:
        assert entries.essay_count(conn) == (0, 0)


def test_what_is_written_ahead_goes_aside_too(small: Path) -> None:
    (wal := small.with_name("library.db-wal")).write_bytes(b"left over")
    DAMAGE["picture"](small)
    health.repair(small)
    (aside,) = small.parent.glob("library.db.corrupt-*-wal")
    assert aside.read_bytes() == b"left over"
    assert not wal.exists() or wal.read_bytes() != b"left over"


def test_a_sound_library_is_left_alone(small: Path) -> None:
    assert health.repair(small) == "The library is sound; nothing was changed."
    assert names(small.parent) == ["library.db"]


def test_what_is_not_ours_or_newer_is_left_alone(small: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        health.repair(tmp_path / "none.db")
    with closing(sqlite3.connect(small)) as conn:
        conn.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer techdash"):
        health.repair(small)
    with closing(sqlite3.connect(small)) as conn:
        conn.execute("PRAGMA application_id = 7")
    with pytest.raises(LibraryError, match="another program"):
        health.repair(small)
    assert names(tmp_path) == ["library.db"]


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE essay_counts SET unread = unread + 1",
        "DELETE FROM essay_counts",
        "UPDATE days SET total = 0",
        "DELETE FROM day_members",
        "INSERT INTO days VALUES ('1999-01-01', 1, 1)",
    ],
)
def test_wrong_counts_are_seen_and_mended(small: Path, wrong: str) -> None:
    with closing(sqlite3.connect(small)) as conn, conn:
        before = (
            conn.execute("SELECT * FROM essay_counts").fetchall(),
            conn.execute("SELECT * FROM days").fetchall(),
        )
        conn.execute(wrong)
    found = health.check(small)
    assert (found["quick_check"], found["counts_right"]) == ("ok", False)
    assert "counts of unread entries are off" in found["problem"]
    assert (
        health.repair(small) == "The counts of unread entries were off and are right again; nothing was lost."
    )
    with closing(sqlite3.connect(small)) as conn:
        after = (
            conn.execute("SELECT * FROM essay_counts").fetchall(),
            conn.execute("SELECT * FROM days").fetchall(),
        )
    assert after == before


def test_a_backup_is_a_whole_library(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy ?#.db"
    with closing(db.connect_writer(small)) as database:
        marks.set_marks(database, [7], read=True, now=NOW)  # still in the -wal file only
        health.backup(small, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert health.check(target)["problem"] is None
    with closing(db.connect_reader(target)) as conn:
        row = entries.row(conn, 7)
        assert row is not None
        assert row.marks.read
    with closing(db.connect_writer(target)) as database:
        assert arrivals.apply(database, plan("news", [planned("new")])).new


def test_a_backup_overwrites_nothing(small: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    for target in (tmp_path / "mine.txt", small):
        with pytest.raises(UsageError, match="exists already; nothing was written"):
            health.backup(small, target)
    assert (tmp_path / "mine.txt").read_text() == "precious"
    assert health.check(small)["problem"] is None
    with pytest.raises(LibraryError, match="can't be written"):
        health.backup(small, tmp_path / "none" / "copy.db")
    with pytest.raises(LibraryMissing):
        health.backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_that_fails_leaves_no_file(small: Path, tmp_path: Path) -> None:
    with closing(db.connect_reader(small)) as conn:
        conn.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError):
            backups.copy_into(conn, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_the_time_of_a_backup(tmp_path: Path) -> None:
    assert backups.time_of(Path("library.db.backup-20260512T101112123456Z")) == "2026-05-12 10:11 UTC"
    (other := tmp_path / "library.db.backup-mine").touch()
    assert backups.time_of(other).endswith(" UTC")


# -- the backup of the day (S-11)


def daily(path: Path, *, stop: bool = False) -> None:
    with closing(db.connect_writer(path)) as database:
        backups.make_daily(database.conn, path, lambda: stop)


def made_on(path: Path, day: str) -> Path:
    """Today's backup, as if it had been made on another day."""
    (todays,) = path.parent.glob(f"{path.name}.backup-{backups.stamp()[:8]}*")
    return todays.rename(path.with_name(f"{path.name}.backup-{day}T101112123456Z"))


def test_s11_a_day_has_one_backup_and_the_newest_three_are_kept(small: Path) -> None:
    daily(small)
    (first,) = backups.beside(small)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert health.check(first)["problem"] is None
    daily(small)
    assert backups.beside(small) == [first]
    for day in range(1, 6):
        made_on(small, f"2026010{day}")
        daily(small)
    assert [backups.time_of(backup)[:10] for backup in backups.beside(small)[1:]] == [
        "2026-01-05", "2026-01-04",
    ]  # fmt: skip
    assert len(names(small.parent)) == 4


def test_s15_backups_from_a_clock_that_was_wrong_do_not_drive_out_todays(small: Path) -> None:
    for year in (2096, 2097, 2098):
        daily(small)
        made_on(small, f"{year}0101")
    daily(small)
    assert [backups.time_of(backup)[:4] for backup in backups.beside(small)][:2] == ["2098", "2097"]
    assert len(backups.beside(small)) == 3
    assert f".backup-{backups.stamp()[:8]}" in backups.beside(small)[2].name


def test_s11_what_is_broken_off_leaves_nothing_and_what_was_killed_is_cleared(small: Path) -> None:
    with closing(db.connect_writer(small)) as database, db.writing(database):
        for number in range(5000):  # SQLite looks up only from a statement of some length
            db.insert(database, "state", {"key": f"k{number}", "value": "1"})
    daily(small, stop=True)
    assert names(small.parent) == ["library.db"]
    killed, at_work = (small.with_name(f"library.db.copying-{n}") for n in "12")
    for half in (killed, at_work):
        half.write_bytes(b"half")
    os.utime(killed, (0, 0))
    assert backups.beside(small) == []
    daily(small)
    (backup,) = backups.beside(small)
    assert names(small.parent) == ["library.db", backup.name, at_work.name]


def test_s11_a_damaged_library_takes_no_good_backups_place(small: Path) -> None:
    daily(small)
    good = made_on(small, "20260101")
    with closing(db.connect_writer(small)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(small.read_bytes())
    data[len(data) // 2 :] = b"\xaa" * (len(data) - len(data) // 2)
    small.write_bytes(data)
    with pytest.raises(db.LibraryDamaged, match="doctor --repair"):
        daily(small)
    assert names(small.parent) == ["library.db", good.name]


def test_s11_a_disk_without_room_is_left_alone_and_doctor_says_so(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(small.parent)
    size = small.stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * size - 1))
    daily(small)
    assert names(small.parent) == ["library.db"]
    assert health.check(small)["room_for_backup"] is False
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * size))
    assert health.check(small)["room_for_backup"] is True
    daily(small)
    assert len(backups.beside(small)) == 1
