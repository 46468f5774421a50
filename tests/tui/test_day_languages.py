"""An essay in two languages on its day: one row, in the reader's language, that names the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from techdash.config import Config
from techdash.paths import find
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first
from tests.homes import write_sources
from tests.tui.conftest import ESSAY, MakeApp, refresh, screen_text
from tests.tui.test_window import until, until_text

DAY = "2026-06-05"
ENGLISH, CHINESE = "On the weight of decay", "论权重的衰减"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an essay in Chinese and English, and one in English alone."""
    monkeypatch.setenv("TZ", "UTC")
    folder = tmp_path / "essays"
    folder.mkdir()
    for name, title, language in (("a.zh", CHINESE, "zh"), ("a.en", ENGLISH, "en"), ("b", "Of tea", "en")):
        body = "一段话。" * 300 if language == "zh" else "A sentence of some words. " * 300
        text = ESSAY.format(title=title, day=DAY, language=language, body=body)
        (folder / f"{name}.md").write_text(text, "utf-8")
    home = tmp_path / "home"
    write_sources(
        home, {"id": "essays", "name": "Essays", "url": str(folder), "kind": "essay"}, starter=False
    )
    assert refresh(home).returncode == 0
    return home


@pytest.fixture
def make(home: Path) -> MakeApp:
    def made(**settings: object) -> TechdashApp:
        gateway = Gateway(find(str(home)))
        first = gateway.submit(read_first)
        first.result(20)
        return TechdashApp(gateway, Config(**{"refresh": False, **settings}), first, str(home))  # type: ignore[arg-type]

    return made


@pytest.mark.parametrize(
    ("language", "own", "other", "name"),
    [("en", ENGLISH, CHINESE, "中文"), ("zh", CHINESE, ENGLISH, "English")],
    ids=["en", "zh"],
)
async def test_one_row_in_the_readers_language_names_the_other(
    make: MakeApp, language: str, own: str, other: str, name: str
) -> None:
    app = make(language=language)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, own)
        assert len(app.digest.items) == 2
        assert app.digest.unread == 2
        rows = screen_text(app).split("\n")
        assert sum(own in row and name in row for row in rows) == 1
        assert other not in screen_text(app)
        app.digest.item_list.go(next(n for n, it in enumerate(app.digest.items) if it.item.title == own))
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert app.reader.entry.row.title == own
        await pilot.press("m")
        await until(pilot, lambda: app.digest.unread == 1)
        await pilot.press("m")
        await until(pilot, lambda: app.digest.unread == 2)


@pytest.mark.parametrize(
    ("language", "own", "said"), [("en", ENGLISH, "also in Chinese"), ("zh", CHINESE, "另有英文版")]
)
def test_a_printed_day_has_it_once(home: Path, language: str, own: str, said: str) -> None:
    (home / "config.toml").write_text(f'language = "{language}"\n', "utf-8")
    (day,) = json.loads(printed(home, "--json"))
    items = [item for section in day["editions"][0]["sections"] for item in section["items"]]
    (item,) = (item for item in items if item["other_language"])
    assert (len(items), item["title"], item["also_in"]) == (2, own, [])
    assert {item["title"], item["other_language"]["title"]} == {ENGLISH, CHINESE}
    assert said in printed(home)
    assert day["editions"][0]["counts"]["article"] == 2


def printed(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(home), "digest", DAY, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=dict(os.environ, TZ="UTC", NO_COLOR="1"),
    )
    return done.stdout
