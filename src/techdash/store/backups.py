"""Copies of the library: beside it daily and before its tables change, and wherever the user wants."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from techdash.errors import LibraryError
from techdash.store.db import explain

KEPT = 3

_STEPS = 1000  # of SQLite's, between two looks at whether to stop: less than a millisecond
_STAMP = "%Y%m%dT%H%M%S%fZ"


def make_daily(conn: sqlite3.Connection, path: Path, stopped: Callable[[], bool]) -> None:
    """Make the backup of today (UTC), unless there is one or the disk has no room for it.

    Broken off without a trace soon after ``stopped`` says so. Costs about what copying the file does. Raises
    :class:`~techdash.store.db.LibraryDamaged` where the library can't be read whole: no good backup gives
    way to a broken one. Raises :class:`LibraryError` where the copy can't be written.
    """
    if any(path.parent.glob(f"{path.name}.backup-{stamp()[:8]}T*")) or not has_room(path):
        return
    conn.set_progress_handler(stopped, _STEPS)
    try:
        make_beside(conn, path)
    except sqlite3.Error as error:
        if stopped():
            return
        if known := explain(error, path):
            raise known from error
        raise
    except OSError as error:
        raise LibraryError(f"No backup could be written beside {path}: {error.strerror}.") from error
    finally:
        conn.set_progress_handler(None, 0)


def has_room(path: Path) -> bool:
    """Whether a copy of the library would leave at least as much of the disk free as it takes."""
    return shutil.disk_usage(path.parent).free >= 2 * path.stat().st_size


def make_beside(conn: sqlite3.Connection, path: Path) -> Path:
    """Copy the library to ``NAME.backup-TIME`` in its folder, and keep the newest three of these."""
    made = stamp()
    target, half = path.with_name(f"{path.name}.backup-{made}"), path.with_name(f"{path.name}.copying-{made}")
    copy_into(conn, half)  # a backup that has its name is whole, even where this process is killed
    half.replace(target)
    others = [backup for backup in beside(path) if backup != target]
    # One whose name lies in the future, from a clock that was wrong, doesn't drive out the one just made.
    for old in others[KEPT - 1 :] + _left_behind(path):
        old.unlink(missing_ok=True)
    return target


def _left_behind(path: Path) -> list[Path]:
    """Halves of copies whose process was killed: another's that is still at work is younger than a day."""
    long_ago = time.time() - 86400
    return [half for half in path.parent.glob(f"{path.name}.copying-*") if half.stat().st_mtime < long_ago]


def beside(path: Path) -> list[Path]:
    """The backups beside a library, newest first."""
    return sorted(path.parent.glob(f"{path.name}.backup-*"), reverse=True)


def time_of(backup: Path) -> str:
    """When a backup beside the library was made, for people (UTC)."""
    try:
        made = datetime.strptime(backup.name.rpartition("-")[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        made = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    return made.strftime("%Y-%m-%d %H:%M UTC")


def stamp() -> str:
    """The time now as part of a file's name; sorts by time."""
    return datetime.now(UTC).strftime(_STAMP)


def copy_into(conn: sqlite3.Connection, target: Path) -> None:
    """Write a whole, compact copy to a file that doesn't exist yet (mode 0600), or leave no file at all.

    Sees the library at one moment and holds no writer up. Raises :class:`sqlite3.Error` and :class:`OSError`.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        conn.execute("VACUUM INTO ?", (str(target),))
        with target.open("rb") as copy:
            os.fsync(copy.fileno())
    except BaseException:
        target.unlink()
        raise
