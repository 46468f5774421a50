"""One story in three sources and two languages: refreshed, read, marked, split, over midnight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from techdash.config import Config
from techdash.models.editions import Edition, Item
from techdash.paths import Paths, find
from techdash.refresh import sync
from techdash.store import db, editions, marks
from tests.homes import write_sources
from tests.network.feeds import gathered, home_with, rows
from tests.network.server import Server, answer

CONFIG = Config(time_zone="UTC")
NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
DAY = "2026-05-12"

LAB = ("OpenAI launches GPT-6.1 for coding agents", "12 May 2026 07:00:00")
PAPER = ("GPT-6.1 launched: OpenAI aims at coding agents", "12 May 2026 08:00:00")
CHINESE = ("OpenAI 发布 GPT-6.1，面向编程智能体", "12 May 2026 09:00:00")
OTHER = ("OpenAI retires GPT-5.9 from its API", "12 May 2026 08:30:00")


def feed(name: str, *entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://{name}.example/{crc32(title.encode())}</link>"
        f"<guid>{name} {title}</guid><pubDate>Tue, {time} GMT</pubDate></item>"
        for title, time in entries
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


async def refreshed(paths: Paths, now: int = NOW, config: Config = CONFIG) -> None:
    await gathered(sync(paths, config, now=lambda: now, force=True))


def told(paths: Paths, day: str = DAY) -> list[Item]:
    """The items of the day's composed edition."""
    return [item for section in composed(paths, day).sections for item in section.items]


def composed(paths: Paths, day: str = DAY) -> Edition:
    with closing(db.connect_reader(paths.library)) as conn:
        (edition,) = (one for one in editions.on(conn, day) if one.composed)
        return edition


@contextmanager
def marking(paths: Paths) -> Iterator[Any]:
    writer = db.connect_plain(paths.library)
    with closing(writer.conn):
        yield writer


def digest(paths: Paths, *arguments: str) -> str:
    found = subprocess.run(
        [sys.executable, "-m", "techdash", "digest", DAY, *arguments],
        env={**os.environ, "TECHDASH_HOME": str(paths.library.parent), "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return found.stdout.decode()


async def three(server: Server, tmp_path: Path) -> Paths:
    server.say("/lab", answer(body=feed("lab", LAB)))
    server.say("/paper", answer(body=feed("paper", PAPER, OTHER)))
    server.say("/zh", answer(body=feed("zh", CHINESE)))
    paths = home_with(tmp_path, server.url("/lab"), server.url("/paper"), server.url("/zh"))
    await refreshed(paths)
    return paths


async def test_one_story_in_three_sources_and_two_languages_is_one_item(
    server: Server, tmp_path: Path
) -> None:
    paths = await three(server, tmp_path)
    printed = json.loads(digest(paths, "--json"))
    (edition,) = (one for one in printed[0]["editions"] if one["composed"])
    items = [item for section in edition["sections"] for item in section["items"]]
    assert len(items) == 2
    (story,) = (item for item in items if item["also_in"])
    assert {story["title"], *(one["title"] for one in story["also_in"])} == {LAB[0], PAPER[0], CHINESE[0]}
    assert {one["source"] for one in story["also_in"]} < {"s0", "s1", "s2"}
    assert all(one["url"].startswith("https://") for one in story["also_in"])
    assert edition["counts"]["article"] == 2
    assert edition["lead"].startswith("3 sources: 2 articles")
    assert "3 sources" in digest(paths)
    with closing(db.connect_reader(paths.library)) as conn:
        row = editions.day_row(conn, DAY)
    assert row is not None
    assert (row.total, row.unread) == (2, 2)


async def test_a_post_is_of_the_story_of_the_article_it_links_to(server: Server, tmp_path: Path) -> None:
    link = f"https://lab.example/{crc32(LAB[0].encode())}?utm_source=social"
    text = f'Worth an hour of your evening: &lt;a href="{link}"&gt;there&lt;/a&gt;'
    post = feed("posts", ("Worth an hour of your evening", LAB[1])).replace(
        b"</item>", f"<description>{text}</description></item>".encode()
    )
    server.say("/lab", answer(body=feed("lab", LAB)))
    server.say("/posts", answer(body=post))
    rows = [
        {"id": name, "url": server.url(f"/{name}"), "kind": kind, "full_text": "feed"}
        for name, kind in (("lab", "article"), ("posts", "social"))
    ]
    write_sources(tmp_path, *rows, starter=False)
    paths = find(str(tmp_path))
    await refreshed(paths)
    (story,) = told(paths)
    assert (story.title, [one.title for one in story.also_in]) == (LAB[0], ["Worth an hour of your evening"])
    assert (story.sources, composed(paths).counts["social"]) == (2, 0)


async def test_marking_a_story_marks_all_of_it_and_undo_takes_all_back(
    server: Server, tmp_path: Path
) -> None:
    paths = await three(server, tmp_path)
    (story,) = (item for item in told(paths) if item.also_in)
    with marking(paths) as writer:
        # whichever of its entries is marked
        assert marks.set_marks(writer, [story.also_in[0].entry_id], read=True, starred=True, now=1) == 3
    read = "SELECT count(*) FROM marks WHERE read_at IS NOT NULL AND starred_at IS NOT NULL"
    assert rows(paths, read) == [(3,)]
    assert rows(paths, "SELECT total, unread FROM days") == [(2, 1)]
    with marking(paths) as writer:
        assert marks.undo(writer, 2) == "Undone: read and starred, 3 entries."
    assert rows(paths, read) == [(0,)]
    assert rows(paths, "SELECT total, unread FROM days") == [(2, 2)]


async def test_a_split_story_stays_split_and_undo_joins_it_again(server: Server, tmp_path: Path) -> None:
    paths = await three(server, tmp_path)
    before = composed(paths)
    (story,) = (item for item in told(paths) if item.also_in)
    with marking(paths) as writer:
        assert marks.split(writer, story.entry_id, 1) == [DAY]
        assert editions.uncomposed(writer.conn) == [DAY]
    await refreshed(paths, NOW + 4000)
    assert [item.also_in for item in told(paths)] == [(), (), (), ()]
    # what comes later is told once too, and brings none of them together
    server.say("/paper", answer(body=feed("paper", PAPER, OTHER, ("A quite different thing", OTHER[1]))))
    await refreshed(paths, NOW + 8000)
    assert [item.also_in for item in told(paths)] == [()] * 5
    server.say("/paper", answer(body=feed("paper", PAPER, OTHER)))
    with marking(paths) as writer:
        marks.undo(writer, 2)
    await refreshed(paths, NOW + 12_000)
    (again,) = (item for item in told(paths) if item.also_in)
    assert again.also_in == story.also_in
    assert len(before.sections) == len(composed(paths).sections)


async def test_splitting_what_is_one_entry_changes_nothing(server: Server, tmp_path: Path) -> None:
    paths = await three(server, tmp_path)
    (alone,) = (item for item in told(paths) if not item.also_in)
    with marking(paths) as writer:
        assert marks.split(writer, alone.entry_id, 1) == []
        assert marks.undo(writer, 2) is None


async def test_a_story_over_midnight_is_read_once(server: Server, tmp_path: Path) -> None:
    late = (LAB[0], "11 May 2026 22:00:00")
    server.say("/lab", answer(body=feed("lab", late)))
    server.say("/zh", answer(body=feed("zh", CHINESE)))
    paths = home_with(tmp_path, server.url("/lab"), server.url("/zh"))
    await refreshed(paths)
    assert [(item.title, len(item.also_in)) for item in told(paths, "2026-05-11")] == [(LAB[0], 0)]
    (today,) = told(paths)
    assert (today.title, [one.title for one in today.also_in]) == (CHINESE[0], [LAB[0]])
    with marking(paths) as writer:
        marks.set_marks(writer, [told(paths, "2026-05-11")[0].entry_id], read=True, now=1)
    assert told(paths)[0].marks.read

    # a third source has it next morning: what was read already doesn't come back as news
    server.say("/paper", answer(body=feed("paper", PAPER)))
    home_with(tmp_path, server.url("/lab"), server.url("/zh"), server.url("/paper"))
    await refreshed(paths, NOW + 4000)
    (today,) = told(paths)
    assert today.marks.read
    assert len(today.also_in) == 2


async def test_an_edition_is_composed_again_only_when_its_own_day_changes(
    server: Server, tmp_path: Path
) -> None:
    paths = await three(server, tmp_path)
    keys = rows(paths, "SELECT day, key FROM composing")
    earlier = ("Something of long ago", "05 May 2026 08:00:00")
    server.say("/lab", answer(body=feed("lab", LAB, earlier)))
    with closing(db.connect_reader(paths.library)) as conn:
        version = rows(paths, "SELECT id, lead FROM editions")
        await refreshed(paths, NOW + 4000)
        assert editions.uncomposed(conn) == []
    assert set(keys) < set(rows(paths, "SELECT day, key FROM composing"))
    assert set(version) < set(rows(paths, "SELECT id, lead FROM editions"))


async def test_an_alias_of_the_users_joins_what_nobody_else_knows(server: Server, tmp_path: Path) -> None:
    server.say("/lab", answer(body=feed("lab", ("Blorpware ships Zanzi 4.2", LAB[1]))))
    server.say("/zh", answer(body=feed("zh", ("卜罗普软件发布 4.2 版", LAB[1]))))
    urls = server.url("/lab"), server.url("/zh")
    without = home_with(tmp_path / "a", *urls)
    await refreshed(without)
    assert len(told(without)) == 2
    paths = home_with(tmp_path / "b", *urls)
    await refreshed(paths, config=Config(time_zone="UTC", aliases={"卜罗普软件": "Blorpware"}))
    assert len(told(paths)) == 1
