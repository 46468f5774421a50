"""Small feeds, and the home that subscribes to them."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from techdash.events import Event, Finished, SourceDone, Started
from techdash.paths import Paths, find
from tests.homes import write_sources


def rss(name: str, entries: int, first: int = 0) -> bytes:
    """An RSS feed whose entries are numbered from ``first``, the newest on top."""
    items = "".join(
        f"<item><title>{name} {n}</title><link>https://e.org/{name}/{n}</link><guid>{name}-{n}</guid>"
        f"<pubDate>Tue, 12 May 2026 {n % 24:02}:00:00 GMT</pubDate>"
        f"<description>The text of entry {n} of {name}.</description></item>"
        for n in range(first + entries - 1, first - 1, -1)
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


def home_with(folder: Path, *urls: str, starter: bool = False, **fields: Any) -> Paths:
    """A home that knows these addresses and no other; they are s0, s1 and so on."""
    usual = {"kind": "article", "full_text": "feed"}
    rows = [{"id": f"s{n}", "url": url, **usual, **fields} for n, url in enumerate(urls)]
    write_sources(folder, *rows, starter=starter)
    return find(str(folder))


async def gathered(events: AsyncIterator[Event]) -> tuple[dict[str, SourceDone], Finished]:
    """The sources of a run by id, and its end."""
    seen = [event async for event in events]
    assert isinstance(seen[0], Started)
    assert isinstance(seen[-1], Finished)
    return {event.id: event for event in seen if isinstance(event, SourceDone)}, seen[-1]


def rows(paths: Paths, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(paths.library)) as conn:
        return conn.execute(sql, parameters).fetchall()


# What tells only that a source was asked, and when it will be again.
_CHECKS = {"source_state": ("last_checked", "last_ok", "next_due", "last_whole", "bare")}


def dump(paths: Paths, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the times at which sources were checked."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    with closing(sqlite3.connect(paths.library)) as conn:
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name in without:
                continue
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info('{name}')")]
            wanted = ", ".join(f'"{column}"' for column in columns if column not in _CHECKS.get(name, ()))
            tables[name] = sorted(conn.execute(f'SELECT {wanted} FROM "{name}"').fetchall(), key=repr)
    return tables
