"""The library's health, for `techdash doctor`: looking, backing up, repairing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from techdash.errors import LibraryError, LibraryMissing, UsageError
from techdash.store import backups, counting
from techdash.store.db import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    LibraryDamaged,
    connect_reader,
    connect_writer,
    explain,
    rows,
    snapshot,
    writing,
)

_TABLES = ("sources", "entries", "editions", "items", "cards", "marks", "places")
_PRAGMAS = {"application_id": "application_id", "schema": "user_version", "journal_mode": "journal_mode"}


def check(path: Path) -> dict[str, Any]:
    """What there is to know of a library; ``problem`` says in words what is wrong, None where nothing is.

    Keys: path, exists, problem, size, wal_size, free (bytes), backups (names, newest first),
    room_for_backup, and where the file can be read: application_id, schema, journal_mode, quick_check,
    counts (rows by table), counts_right. Reads the whole file.
    """
    found: dict[str, Any] = {
        "path": str(path),
        "exists": path.exists(),
        "problem": None,
        "size": _size(path),
        "wal_size": _size(path.with_name(f"{path.name}-wal")),
        "free": _free(path),
        "backups": [backup.name for backup in backups.beside(path)],
        "room_for_backup": not path.exists() or backups.has_room(path),
    }
    try:
        with closing(connect_reader(path)) as conn, snapshot(conn):
            found |= {key: rows(conn, f"PRAGMA {pragma}")[0][0] for key, pragma in _PRAGMAS.items()}
            found["quick_check"] = rows(conn, "PRAGMA quick_check(1)")[0][0]
            found["counts"] = {
                table: rows(conn, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - our own names
                for table in _TABLES
            }
            found["counts_right"] = counting.counts_are_right(conn)
    except LibraryError as error:
        found["problem"] = str(error)
    else:
        if found["quick_check"] != "ok":
            found["problem"] = (
                f"{path} is damaged: {found['quick_check']}. `techdash doctor --repair` mends it."
            )
        elif not found["counts_right"]:
            found["problem"] = "The counts of unread entries are off. `techdash doctor --repair` mends them."
    return found


def backup(path: Path, target: Path) -> None:
    """Write a whole copy of the library to a new file, whatever other processes write meanwhile.

    Raises :class:`UsageError` where the target exists, :class:`LibraryError` where either can't be used.
    """
    if target.exists():
        raise UsageError(f"{target} exists already; nothing was written. Name a file that doesn't.")
    with closing(connect_reader(path)) as conn:
        try:
            conn.execute("PRAGMA query_only = OFF")  # VACUUM INTO counts as writing, though to another file
            backups.copy_into(conn, target)
        except sqlite3.Error as error:
            if known := explain(error, target):
                raise known from error
            raise
        except OSError as error:
            raise LibraryError(f"{target} can't be written: {error.strerror}.") from error


def repair(path: Path) -> str:
    """Mend what can be mended; gives a sentence that says what was done and what was lost.

    A damaged file is kept aside as ``NAME.corrupt-TIME``, and the newest good backup takes its place, or an
    empty library where there is none. Raises :class:`LibraryError` for a sound file that isn't ours to mend.
    """
    if not path.exists():
        raise LibraryMissing(f"There is no library at {path} yet. `techdash --refresh` makes one.")
    try:
        # To read only: opening a broken file to write could change what is to be kept aside.
        with closing(_current(path)) as conn:
            is_sound = rows(conn, "PRAGMA quick_check(1)") == [("ok",)]
            counts_right = is_sound and counting.counts_are_right(conn)
    except LibraryDamaged:
        is_sound = counts_right = False
    if not is_sound:
        return _restore(path)
    if counts_right:
        return "The library is sound; nothing was changed."
    with closing(connect_writer(path)) as db, writing(db):
        counting.recount_all(db)
    return "The counts of unread entries were off and are right again; nothing was lost."


def _current(path: Path) -> sqlite3.Connection:
    """A reader of the library, brought up to date if it is older."""
    try:
        return connect_reader(path)
    except LibraryMissing:
        connect_writer(path).close()
        return connect_reader(path)


def _restore(path: Path) -> str:
    aside = path.with_name(f"{path.name}.corrupt-{backups.stamp()}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    good = next(filter(_is_sound, backups.beside(path)), None)
    if good is not None:
        _copy(good, path)
    with closing(connect_writer(path)):
        pass
    begun = f"The library was damaged and is kept as {aside.name}."
    if good is None:
        return (
            f"{begun} There is no good backup, so a new one was begun: marks, places and what you subscribed "
            "to are lost; a refresh fetches again what the sources still offer."
        )
    return (
        f"{begun} The backup of {backups.time_of(good)} took its place: what you marked or subscribed to "
        "since is lost; a refresh fetches again what the sources still offer."
    )


def _is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            return (
                rows(conn, "PRAGMA application_id") == [(APPLICATION_ID,)]
                and 1 <= rows(conn, "PRAGMA user_version")[0][0] <= SCHEMA_VERSION
                and rows(conn, "PRAGMA quick_check(1)") == [("ok",)]
            )
    except (sqlite3.Error, LibraryError):
        return False


def _copy(source: Path, target: Path) -> None:
    half = target.with_name(f"{target.name}.restoring")
    half.unlink(missing_ok=True)
    with (
        source.open("rb") as read,
        os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as write,
    ):
        shutil.copyfileobj(read, write)
        write.flush()
        os.fsync(write.fileno())
    half.replace(target)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _free(path: Path) -> int:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    return shutil.disk_usage(folder).free
