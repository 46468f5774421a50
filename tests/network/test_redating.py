"""The days of what is stored follow the reader's zone at the next refresh, and nothing else changes."""

from __future__ import annotations

import html
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from techdash.config import Config
from techdash.errors import LibraryError
from techdash.events import Composed, Event
from techdash.paths import Paths
from techdash.refresh import sync
from techdash.store import counting, dating, db, marks
from tests.network.feeds import home_with, rows
from tests.network.server import Server, answer

NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
UTC = Config(time_zone="UTC")
KATHMANDU = Config(time_zone="Asia/Kathmandu")
ITEMS = (
    ("Late", "Mon, 11 May 2026 20:00:00 GMT", ""),
    ("Early", "Mon, 11 May 2026 02:00:00 GMT", ""),
    ("Bare", "Sun, 10 May 2026", ""),
    ("Undated", "", ""),
    ("AI Tech Daily - 2026-05-11", "Mon, 11 May 2026 20:00:00 GMT", "one"),
    ("Import AI 412: a clock", "Mon, 11 May 2026 20:00:00 GMT", "two"),
)


def feed() -> bytes:
    said = ""
    for number, (title, at, list_of) in enumerate(ITEMS):
        text = html.escape(f"<p>The lead of {title}.</p>") if list_of else "A text."
        if list_of:
            text += html.escape(f"<ul><li><a href='https://i.example/{list_of}'>Item {list_of}</a></li></ul>")
        when = f"<pubDate>{at}</pubDate>" if at else ""
        link = f"<link>https://e.example/{number}</link>"
        said += f"<item><title>{title}</title>{link}{when}<description>{text}</description></item>"
    return f"<rss version='2.0'><channel><title>Notes</title>{said}</channel></rss>".encode()


async def run(paths: Paths, config: Config, now: int = NOW, **more: Any) -> list[Event]:
    return [event async for event in sync(paths, config, now=lambda: now, **more)]


def days_of(paths: Paths) -> dict[str, str]:
    found = rows(paths, "SELECT title, day FROM entries")
    return {str(title).split(" - ")[0].split(":")[0]: str(day) for title, day in found}


def editions_of(paths: Paths) -> list[tuple[Any, ...]]:
    return rows(paths, "SELECT day, entry_id IS NULL FROM editions ORDER BY 1, 2")


HERE = {
    "Late": "2026-05-11",
    "Early": "2026-05-11",
    "Bare": "2026-05-10",
    "Undated": "2026-05-12",
    "AI Tech Daily": "2026-05-11",
    "Import AI 412": "2026-05-11",
    "Item one": "2026-05-11",
    "Item two": "2026-05-11",
}
THERE = HERE | {"Late": "2026-05-12", "Import AI 412": "2026-05-12", "Item two": "2026-05-12"}


@pytest.fixture
async def library(server: Server, tmp_path: Path) -> Paths:
    """A library of six entries, told in UTC, with marks."""
    server.say("/feed", answer(body=feed()))
    paths = home_with(tmp_path, server.url("/feed"), kind="digest")
    await run(paths, UTC)
    assert days_of(paths) == HERE
    with closing(db.connect_writer(paths.library)) as writer:
        ids = [id_ for (id_,) in rows(paths, "SELECT id FROM entries ORDER BY id")]
        marks.set_marks(writer, ids[:2], read=True, now=NOW)
        marks.set_marks(writer, ids[2:4], starred=True, now=NOW)
    return paths


def kept(paths: Paths) -> list[list[tuple[Any, ...]]]:
    """What no change of days may touch."""
    return [
        rows(paths, f"SELECT * FROM {table} ORDER BY 1, 2")
        for table in ("marks", "bodies", "items", "undo_log")
    ] + [rows(paths, "SELECT id, key, title, hash, first_seen, published FROM entries ORDER BY id")]


async def test_another_zone_moves_what_it_moves_and_back(library: Paths) -> None:
    before, stored = kept(library), editions_of(library)
    events = await run(library, KATHMANDU, NOW + 60)
    assert days_of(library) == THERE
    assert kept(library)[:2] == before[:2]
    assert kept(library)[-1] == before[-1]
    assert ("2026-05-12", 0) in editions_of(library)
    composed = {day for event in events if isinstance(event, Composed) for day in event.days}
    assert {"2026-05-11", "2026-05-12"} <= composed
    with closing(db.connect_reader(library.library)) as conn:
        assert counting.counts_are_right(conn)
    await run(library, UTC, NOW + 120)
    assert days_of(library) == HERE
    assert editions_of(library) == stored


async def test_a_later_beginning_of_the_day_counts_like_another_zone(library: Paths) -> None:
    await run(library, Config(time_zone="UTC", day_starts=4), NOW + 60)
    assert days_of(library) == HERE | {"Early": "2026-05-10"}


async def test_the_same_zone_by_another_name_writes_nothing(library: Paths) -> None:
    before = (
        rows(library, "SELECT id, day, changed_at FROM entries"),
        rows(library, "SELECT * FROM state WHERE key = 'days'"),
    )
    events = await run(library, Config(time_zone="Etc/UTC"), NOW + 60)
    assert (
        rows(library, "SELECT id, day, changed_at FROM entries"),
        rows(library, "SELECT * FROM state WHERE key = 'days'"),
    ) == before
    assert not [event for event in events if isinstance(event, Composed)]


async def test_what_was_broken_off_is_gone_on_with(library: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dating, "AT_ONCE", 2)
    real, calls = dating.redate, []

    def redate(*arguments: Any) -> None:
        if len(calls) == 2:
            raise LibraryError("stopped")
        calls.append(arguments)
        real(*arguments)

    monkeypatch.setattr(dating, "redate", redate)
    with pytest.raises(LibraryError, match="stopped"):
        await run(library, KATHMANDU, NOW + 60)
    calls.clear()
    monkeypatch.setattr(dating, "redate", real)
    steps: list[int] = []
    some = dating.some
    monkeypatch.setattr(dating, "some", lambda conn, after: steps.append(after) or some(conn, after))
    await run(library, KATHMANDU, NOW + 120)
    assert days_of(library) == THERE
    assert steps[0] > 0
    # and now it is done
    steps.clear()
    await run(library, KATHMANDU, NOW + 180)
    assert not steps


async def test_an_edition_without_date_keeps_the_day_it_was_first_seen_on(
    server: Server, tmp_path: Path
) -> None:
    def one(text: str) -> bytes:
        link = "<link>https://e.example/412</link>"
        item = f"<item><title>Import AI 412</title>{link}<description>{text}</description></item>"
        return f"<rss version='2.0'><channel><title>Notes</title>{item}</channel></rss>".encode()

    server.say("/feed", answer(body=one("The lead.")), answer(body=one("The lead, mended.")))
    paths = home_with(tmp_path, server.url("/feed"), kind="digest")
    await run(paths, UTC)
    await run(paths, UTC, NOW + 3 * 86_400)
    assert rows(paths, "SELECT lead, day FROM editions WHERE entry_id IS NOT NULL") == [
        ("The lead, mended.", "2026-05-12")
    ]
    assert rows(paths, "SELECT day FROM entries") == [("2026-05-12",)]


async def test_what_came_while_the_clock_was_ahead_is_brought_back(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed()))
    paths = home_with(tmp_path, server.url("/feed"), kind="digest")
    wrong = NOW + 900 * 86_400
    await run(paths, UTC, wrong)
    assert days_of(paths) == HERE | {"Undated": "2028-10-28"}
    ids = rows(paths, "SELECT id, key, first_seen FROM entries ORDER BY id")
    await run(paths, UTC, NOW)
    assert days_of(paths) == HERE
    assert rows(paths, "SELECT max(sort_time) FROM entries") == [(NOW,)]
    assert rows(paths, "SELECT id, key, first_seen FROM entries ORDER BY id") == ids
    assert not rows(paths, "SELECT * FROM editions WHERE day > '2026-05-12'")
