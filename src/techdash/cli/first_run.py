"""A library for commands that only read: where there is none, the starter makes one, without a request."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from techdash.errors import AlreadyRefreshing, LibraryMissing
from techdash.paths import Paths

if TYPE_CHECKING:
    import sqlite3

    from techdash.config import Config

_PATIENCE = 30.0


def open_library(paths: Paths) -> sqlite3.Connection:
    """A connection that only reads, to a library that is made or brought up to date where needed.

    Raises:
        UsageError: there is no library yet, and the configuration that making one needs is wrong.
        LibraryError: it can't be used.
    """
    from techdash.store import db

    try:
        return db.connect_reader(paths.library)
    except LibraryMissing:
        from techdash import config

        ensure_library(paths, config.load(paths.config))
    return db.connect_reader(paths.library)


def ensure_library(paths: Paths, config: Config) -> None:
    """Run the local part of a refresh, the starter sources; a library of this version exists afterwards.

    Raises:
        UsageError: the user's own list of sources is wrong.
        LibraryError: it can't be made.
    """
    import asyncio

    from techdash import refresh, starter

    local = [source.id for source in starter.catalogue(paths) if source.origin == "starter"]

    async def drain() -> None:
        async for _ in refresh.sync(paths, config, only=local, wait=_PATIENCE):
            pass

    paths.make()
    # Where another process is making it and takes its time, what it has done so far can be read.
    with suppress(AlreadyRefreshing):
        asyncio.run(drain())
