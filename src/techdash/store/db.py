"""Connections to the library: opening one, the write transaction, and SQLite's errors in plain words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from techdash.errors import LibraryBusy, LibraryError, LibraryMissing

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x54446173  # "TDas"; SQLite keeps it in bytes 68 to 71 of the file
SCHEMA_VERSION = 6
LOCK_TIMEOUT = 10.0


class Writer(Protocol):
    """What functions that write need: sqlite-utils' ``Database`` has it, and so has a plain connection."""

    @property
    def conn(self) -> sqlite3.Connection: ...

    def execute(self, sql: str, parameters: Any = ..., /) -> sqlite3.Cursor: ...

    def close(self) -> None: ...


AnyWriter = TypeVar("AnyWriter", bound=Writer)


class _Plain:
    """The standard library's connection as a :class:`Writer`."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return self.conn.execute(sql, parameters)

    def close(self) -> None:
        self.conn.close()


class LibraryDamaged(LibraryError):
    """The file is broken, or no SQLite file at all; ``health.repair`` can help."""


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, for one thread.

    Raises :class:`LibraryMissing` where there is no library of this version yet (``connect_writer`` makes it
    or brings it up to date), :class:`LibraryError` where the file is damaged, newer or another program's.
    """
    if not path.exists():
        raise LibraryMissing(f"There is no library at {path} yet. `techdash --refresh` makes one.")
    conn: sqlite3.Connection | None = None
    try:
        conn = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCK_TIMEOUT, isolation_level=None
        )
        conn.execute("PRAGMA query_only = ON")
        # the system keeps the file in memory as it is: a second copy here is a twentieth of the window
        conn.execute("PRAGMA cache_size = -512")
        version = _version(conn, path)
        if version < SCHEMA_VERSION:
            raise LibraryMissing(
                f"The library at {path} is from an older techdash. `techdash --refresh` brings it up to date."
            )
    except BaseException as error:
        if conn is not None:
            conn.close()
        if isinstance(error, sqlite3.Error) and (known := explain(error, path)):
            raise known from error
        raise
    return conn


def connect_writer(path: Path, *, timeout: float = LOCK_TIMEOUT) -> Database:
    """A connection that can write, for one thread; makes the library or brings its schema up to date.

    ``timeout`` is how many seconds to wait for another process's write lock before :class:`LibraryBusy`.
    An existing library is backed up beside itself before its schema changes. Raises :class:`LibraryError`.
    """
    from sqlite_utils import Database

    from techdash.store import schema

    conn, version = _connected(path, timeout)
    try:
        db = Database(conn, execute_plugins=False)
        if version < SCHEMA_VERSION:
            schema.upgrade(db, path)
    except BaseException as error:
        conn.close()
        if isinstance(error, sqlite3.Error) and (known := explain(error, path)):
            raise known from error
        raise
    return db


def connect_plain(path: Path, *, timeout: float = LOCK_TIMEOUT) -> Writer:
    """As :func:`connect_writer`, for who writes with plain SQL: the window its marks, a refresh what comes.

    sqlite-utils is loaded only to make the library or to bring its schema up to date: it costs a window 5 MB
    and, at the first mark, 45 ms; and a refresh that brings nothing a tenth of its work.
    """
    if path.exists():
        conn, version = _connected(path, timeout)
        if version == SCHEMA_VERSION:
            return _Plain(conn)
        conn.close()
    return connect_writer(path, timeout=timeout)


def _connected(path: Path, timeout: float) -> tuple[sqlite3.Connection, int]:
    """A connection that can write, set up, and the version of the library's tables (0: a new file)."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives -wal and -shm the mode of the file itself.
        # Never opened where it exists: closing it would drop the POSIX locks of every connection this process
        # has, and the next process to close would take itself for the last and delete the WAL.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        conn = sqlite3.connect(path, timeout=timeout, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LibraryError(
            f"The library at {path} can't be written: {why}. "
            "Make its folder writable, or choose another with --home."
        ) from error
    try:
        version = _version(conn, path)
        _set_up(conn)
    except BaseException as error:
        conn.close()
        if isinstance(error, sqlite3.Error) and (known := explain(error, path)):
            raise known from error
        raise
    return conn, version


@contextmanager
def writing(db: AnyWriter) -> Iterator[AnyWriter]:
    """One write transaction: begun IMMEDIATE, so that it waits for other writers instead of failing half-way.

    Raises :class:`LibraryBusy` or :class:`LibraryError` with nothing written.
    """
    conn = db.conn
    if conn.in_transaction:
        raise RuntimeError("a write transaction is open already")
    try:
        conn.execute("BEGIN IMMEDIATE")
        yield db
        conn.execute("COMMIT")
    except BaseException as error:
        # A full disk has rolled back by itself; a second ROLLBACK would raise.
        if conn.in_transaction:
            with suppress(sqlite3.Error):
                conn.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error) and (known := explain(error, file_of(conn))):
            raise known from error
        raise


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Several queries that see the library at one moment, whatever other processes write meanwhile."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # where the file is broken, what broke in the body says so
            conn.execute("ROLLBACK")


def rows(
    conn: sqlite3.Connection, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Every row of a query; raises :class:`LibraryError` in plain words."""
    try:
        return conn.execute(sql, parameters).fetchall()
    except sqlite3.Error as error:
        if known := explain(error, file_of(conn)):
            raise known from error
        raise


def each(
    conn: sqlite3.Connection, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> Generator[tuple[Any, ...], None, None]:
    """The rows of a query one by one, as SQLite finds them."""
    cursor = conn.cursor()
    try:
        yield from cursor.execute(sql, parameters)
    except sqlite3.Error as error:
        if known := explain(error, file_of(conn)):
            raise known from error
        raise
    finally:
        cursor.close()


def first(
    conn: sqlite3.Connection, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> tuple[Any, ...] | None:
    """The first row of a query, or None."""
    return next(iter(rows(conn, sql, parameters)), None)


def insert(db: Writer, table: str, record: Mapping[str, Any]) -> int:
    """Insert a row; gives its rowid. In the caller's transaction, as the next two."""
    names, marks = ", ".join(record), ", ".join("?" * len(record))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names from our own code
    return int(db.execute(sql, tuple(record.values())).lastrowid or 0)


def upsert(db: Writer, table: str, record: Mapping[str, Any], *key: str) -> None:
    """Insert a row, or update the one with the same key in place."""
    names, marks = ", ".join(record), ", ".join("?" * len(record))
    updates = ", ".join(f"{name} = excluded.{name}" for name in record if name not in key)
    sql = (
        f"INSERT INTO {table} ({names}) VALUES ({marks}) "  # noqa: S608 - names from our own code
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    )
    db.execute(sql, tuple(record.values()))


def update(db: Writer, table: str, row_id: int | str, changes: Mapping[str, Any]) -> None:
    """Change columns of the row with this id."""
    names = ", ".join(f"{name} = ?" for name in changes)
    db.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*changes.values(), row_id))  # noqa: S608 - as above


def data_version(conn: sqlite3.Connection) -> int:
    """A number that changes when another connection has committed (``PRAGMA data_version``)."""
    found = first(conn, "PRAGMA data_version")
    return int(found[0]) if found else 0


def file_of(conn: sqlite3.Connection) -> Path:
    """The library's file."""
    return Path(conn.execute("PRAGMA database_list").fetchone()[2])


def explain(error: sqlite3.Error, path: Path) -> LibraryError | None:
    """The error as a sentence for the user; None for one that is a mistake of ours and must not be hidden."""
    extended = getattr(error, "sqlite_errorcode", None) or 0
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(
            f"Another process is writing to the library at {path}; nothing was changed. Try again."
        )
    if code == sqlite3.SQLITE_FULL:
        return LibraryError(f"The disk is full; nothing was lost. Free some space at {path.parent}.")
    if extended == sqlite3.SQLITE_IOERR_WRITE:
        return LibraryError(
            "The disk takes no more (full, or over its quota); nothing was lost. "
            f"Free some space at {path.parent}."
        )
    if code == sqlite3.SQLITE_IOERR:
        return LibraryError(f"The disk failed while reading or writing {path} ({error}). Check the disk.")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LibraryDamaged(
            f"{path} is damaged or no library at all. "
            "`techdash doctor --repair` keeps it aside and restores the newest backup."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return LibraryError(f"{path} can't be opened ({error}). Make it and its folder writable.")
    return None


def _version(conn: sqlite3.Connection, path: Path) -> int:
    """The library's schema version, 0 for an empty file; raises LibraryError where it isn't ours to touch."""
    # at one moment: another process may just be making it
    with snapshot(conn):
        application, version = (conn.execute(f"PRAGMA {name}").fetchone()[0] for name in _HEADER)
        empty = conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    if application == APPLICATION_ID:
        if version > SCHEMA_VERSION:
            raise LibraryError(
                f"The library at {path} is from a newer techdash (tables of version {version}, this one "
                f"knows {SCHEMA_VERSION}). Update techdash, or choose another library with --home."
            )
        return int(version)
    if application == 0 and empty:
        return 0
    raise LibraryError(
        f"{path} belongs to another program; nothing in it was touched. Choose another folder with --home."
    )


_HEADER = ("application_id", "user_version")


def _set_up(conn: sqlite3.Connection) -> None:
    if conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # Two processes that open a new file at once: one of them is told "locked" here, without waiting, and
        # follows the other into WAL. Where the word stays "delete" (network disks), that mode is used.
        with suppress(sqlite3.OperationalError):
            conn.execute("PRAGMA journal_mode = WAL")
    # A checkpoint writes and syncs: at SQLite's own 4 MB a refresh that brings much waits for the disk again
    # and again. All who write say the same, or the first mark set meanwhile would do it.
    pages = "wal_autocheckpoint = 8000"
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "journal_size_limit = 67108864", pages):
        conn.execute(f"PRAGMA {pragma}")
