"""Published editions on screen and paper: what is no item stays readable, differing counts are shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_window import until, until_text

DAILY = """---
title: AI Tech Daily - 2026-06-05
date: 2026-06-05
---
{counts} Waiting is the story of the day.

## Articles

Two pieces are on one subject, which is rare.

- [Old chips find buyers](https://news.example/chips): by the hour.
- [A draft law](https://news.example/law): it names who answers.

## Podcasts

Nothing new to hear today.
"""


@pytest.fixture
def home(base: Path) -> Path:
    """A home with nothing but a folder of dailies."""
    (base / "dailies").mkdir()
    write_sources(
        base / "home", {"id": "daily", "name": "Daily", "url": str(base / "dailies"), "kind": "digest"}
    )
    return base / "home"


def publish(home: Path, counts: str) -> None:
    (home.parent / "dailies" / "daily.md").write_text(DAILY.format(counts=counts), "utf-8")
    found = refresh(home, "--force")
    assert found.returncode == 0, found.stderr


def printed(home: Path, *arguments: str) -> str:
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "techdash",
            "--home",
            str(home),
            "digest",
            "2026-06-05",
            "--width",
            "90",
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ, TZ="UTC", NO_COLOR="1"),
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


async def test_prose_and_differing_counts_in_the_room_and_printed(home: Path, make_app: MakeApp) -> None:
    publish(home, "Today's report covers 4 articles and 1 podcast episode.")
    app = make_app()
    async with app.run_test(size=(160, 50)) as pilot:
        await until_text(pilot, "PODCASTS")
        screen = screen_text(app)
        assert "Two pieces are on one subject" in screen
        assert "Nothing new to hear today." in screen
        assert "2 articles" in screen
        assert "stated: 4 articles · 1 episode" in screen
    text = printed(home)
    assert "Two pieces are on one subject, which is rare." in text
    assert "Nothing new to hear today." in text
    assert "The edition itself states 4 articles · 1 episode." in text
    assert "Nothing new to hear today." in printed(home, "--markdown")


LONG = "".join(f"\n\n## Chapter {n}\n\n{'Much is said here. ' * 60}" for n in range(12))
GOODBYE = "\n\n## Goodbye\n\nTomorrow there is none, as it is Sunday.\n"


async def test_enter_on_prose_opens_the_edition_at_it(home: Path, make_app: MakeApp) -> None:
    text = DAILY.format(counts="") + LONG + GOODBYE
    (home.parent / "dailies" / "daily.md").write_text(text, "utf-8")
    assert refresh(home, "--force").returncode == 0
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "PODCASTS")
        rows = app.digest.items
        at = next(n for n, row in enumerate(rows) if row.prose.startswith("Tomorrow"))
        assert rows[at].item is None
        await pilot.press("G", *["k"] * (len(rows) - 1 - at))
        await until_text(pilot, "▌Tomorrow there is none")
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert app.reader.entry.row.title == "AI Tech Daily - 2026-06-05"
        await until_text(pilot, "Tomorrow there is none, as it is Sunday.")
        assert app.reader.view.progress > 0.5
        # the same text, open already, goes to another place of it
        await pilot.press("q", "g", "enter")
        await until(pilot, lambda: app.reading)
        await pilot.press("q")
        first = next(n for n, row in enumerate(app.digest.items) if row.prose)
        app.digest.item_list.go(first)
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.view.progress < 0.5)


async def test_a_on_prose_marks_its_section(home: Path, make_app: MakeApp) -> None:
    publish(home, "Today's report covers 2 articles.")
    app = make_app()
    async with app.run_test(size=(160, 50)) as pilot:
        await until_text(pilot, "PODCASTS")
        app.digest.item_list.go(next(n for n, row in enumerate(app.digest.items) if row.prose))
        await pilot.press("A")
        await until_text(pilot, "Articles: 2 marked read.")


async def test_counts_that_agree_are_shown_once(home: Path, make_app: MakeApp) -> None:
    # what it says nothing of is no difference
    publish(home, "Today's report covers 2 articles.")
    app = make_app()
    async with app.run_test(size=(160, 50)) as pilot:
        await until_text(pilot, "PODCASTS")
        assert "stated:" not in screen_text(app)
    assert "The edition itself states" not in printed(home)
