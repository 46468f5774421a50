"""Copies of the library: one beside it before its tables change, one wherever the user wants."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

KEPT = 3

_STAMP = "%Y%m%dT%H%M%S%fZ"


def make_beside(conn: sqlite3.Connection, path: Path) -> Path:
    """Copy the library to ``NAME.backup-TIME`` in its folder, and keep the newest three of these."""
    target = path.with_name(f"{path.name}.backup-{stamp()}")
    copy_into(conn, target)
    for old in beside(path)[KEPT:]:
        old.unlink(missing_ok=True)
    return target


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
