"""Libraries for the store's tests: real files, one copy a test."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from techdash.store import counting, db
from tests.store.build import small_library

# Far below what a test may take, and enough for a lock that is about to go.
PATIENCE = 0.05


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_library(tmp_path_factory.mktemp("template") / "library.db")


@pytest.fixture
def small(template: Path, tmp_path: Path) -> Path:
    """A copy of the small library."""
    return Path(shutil.copy(template, tmp_path / "library.db"))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Database]:
    """A new, empty library; its counts are checked when the test is over."""
    database = db.connect_writer(tmp_path / "library.db", timeout=PATIENCE)
    yield database
    assert database.conn.in_transaction is False
    assert counting.counts_are_right(database.conn)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()


@pytest.fixture
def reader(writer: Database) -> Iterator[sqlite3.Connection]:
    """A reader of the new library."""
    connection = db.connect_reader(db.file_of(writer.conn))
    yield connection
    connection.close()


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
held.execute("UPDATE sources SET title = 'half-written'")
print("held", flush=True)
sys.stdin.read()
"""


class Lock:
    """Another process that holds a library's write lock, with a change that it never commits."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def release(self) -> None:
        self._process.communicate()


@pytest.fixture
def locked(small: Path) -> Iterator[Path]:
    """The small library while another process writes to it."""
    lock = Lock(small)
    yield small
    lock.release()
