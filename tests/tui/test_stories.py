"""A story of three sources in the digest room: one row, marked as one, split with a key, and back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from techdash.config import Config
from techdash.paths import find
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first
from tests.homes import write_sources
from tests.tui.conftest import NEWS, refresh, screen_text
from tests.tui.test_window import until, until_text

DAY = "2026-06-05"
TITLES = {
    "lab": "OpenAI launches GPT-6.1 for coding agents",
    "paper": "GPT-6.1 launched: OpenAI aims at coding agents",
    "zh": "OpenAI 发布 GPT-6.1，面向编程智能体",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of three folders of news that all have one story, and one of them another."""
    for hour, (name, title) in enumerate(TITLES.items()):
        folder = tmp_path / name
        folder.mkdir()
        fields = {"day": DAY, "hour": hour, "slug": name, "body": title}
        (folder / "a.md").write_text(NEWS.format(title=f'"{title}"', **fields), "utf-8")
    fields = {"title": "Rust in the kernel", "day": DAY, "hour": 9, "slug": "rust", "body": "Drivers."}
    (tmp_path / "paper" / "b.md").write_text(NEWS.format(**fields), "utf-8")
    home = tmp_path / "home"
    rows = [
        {"id": name, "name": name.title(), "url": str(tmp_path / name), "kind": "article"} for name in TITLES
    ]
    write_sources(home, *rows, starter=False)
    assert refresh(home).returncode == 0
    return home


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> TechdashApp:
    monkeypatch.setenv("TZ", "UTC")
    gateway = Gateway(find(str(home)))
    first = gateway.submit(read_first)
    first.result(20)
    return TechdashApp(gateway, Config(refresh=False, language="en"), first, str(home))


def to_story(app: TechdashApp) -> None:
    at = next(n for n, row in enumerate(app.digest.items) if row.item and row.item.also_in)
    app.digest.item_list.go(at)


def stories(app: TechdashApp) -> list[int]:
    """Of how many entries each item is."""
    return sorted(1 + len(row.item.also_in) for row in app.digest.items if row.item)


def starred(home: Path) -> int:
    with closing(sqlite3.connect(home / "library.db")) as conn:
        (found,) = conn.execute("SELECT count(*) FROM marks WHERE starred_at IS NOT NULL").fetchone()
    return int(found)


async def test_the_row_says_how_many_sources_have_it_and_a_key_marks_them_all(
    app: TechdashApp, home: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "3 sources")
        assert stories(app) == [1, 3]
        to_story(app)
        await until_text(pilot, "also in")
        await pilot.press("s")
        await until(pilot, lambda: starred(home) == 3)
        await pilot.press("u")
        await until(pilot, lambda: starred(home) == 0)


async def test_a_story_is_split_with_a_key_and_u_brings_it_back(app: TechdashApp, home: Path) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "3 sources")
        to_story(app)
        title = app.digest.current.item.title
        await pilot.press("X")
        await until_text(pilot, "each of them stands by itself")
        assert stories(app) == [1, 1, 1, 1]
        assert app.digest.current.item.title == title
        assert all(title in screen_text(app) for title in TITLES.values())
        # a refresh knows of it
        assert refresh(home, "--force").returncode == 0
        await app.read_again()
        await until(pilot, lambda: stories(app) == [1, 1, 1, 1])
        await pilot.press("u")
        await until(pilot, lambda: stories(app) == [1, 3])
        await pilot.press("ctrl+r")
        await until(pilot, lambda: stories(app) == [1, 1, 1, 1])


async def test_one_entry_is_not_split(app: TechdashApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "Rust in the kernel")
        at = next(n for n, row in enumerate(app.digest.items) if row.item and not row.item.also_in)
        app.digest.item_list.go(at)
        await pilot.press("X")
        await until_text(pilot, "Nothing to split")
