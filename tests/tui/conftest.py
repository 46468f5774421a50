"""A prepared home: the starter library and two local folders, read by the real refresh, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from techdash.config import Config
from techdash.paths import find
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first
from tests.homes import write_sources

NEWS = """---
title: {title}
date: {day}T{hour:02d}:00:00Z
url: https://news.example/{slug}
---
{body}
"""

ESSAY = """---
title: {title}
date: {day}
language: {language}
---
# {title}

{body}
"""


def write_news(folder: Path, day: str, number: int, body: str = "") -> None:
    """One article of a day."""
    title = f"Story {number} of {day}"
    text = NEWS.format(
        title=title, day=day, hour=number % 12, slug=f"{day}-{number}", body=body or title + "."
    )
    (folder / f"{day}-{number}.md").write_text(text, "utf-8")


def write_essay(folder: Path, day: str, title: str, language: str = "en") -> None:
    """One long essay whose paragraphs are numbered, a heading before every tenth."""
    what = "注意力与归一化" if language == "zh" else "attention and norms"
    parts = []
    for number in range(1, 61):
        if number % 10 == 0:
            parts.append(f"## Part {number // 10}")
        parts.append(f"Paragraph {number} says that {what} matter.")
    text = ESSAY.format(title=title, day=day, language=language, body="\n\n".join(parts))
    (folder / f"{day}.md").write_text(text, "utf-8")


def refresh(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real refresh in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(home), "--refresh", "--quiet", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=dict(os.environ, TZ="UTC", NO_COLOR="1"),
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that a refresh has filled; copy it, never write to it."""
    base = tmp_path_factory.mktemp("prepared")
    home, news, essays = base / "home", base / "news", base / "essays"
    for folder in (home, news, essays):
        folder.mkdir()
    for day, count in (("2026-06-01", 3), ("2026-06-02", 9), ("2026-06-05", 30)):
        for number in range(count):
            write_news(news, day, number)
    write_essay(essays, "2026-06-02", "On paragraphs")
    write_essay(essays, "2026-06-05", "论段落", "zh")
    write_sources(
        home,
        {"id": "news", "name": "News", "url": str(news), "kind": "article"},
        {"id": "essays", "name": "Essays at hand", "url": str(essays), "kind": "essay"},
    )
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return base


@pytest.fixture
def base(prepared: Path, tmp_path: Path) -> Path:
    """The prepared folders with a home of their own, for one test to change."""
    copy = tmp_path / "base"
    copy.mkdir()
    shutil.copytree(prepared / "home", copy / "home")
    return copy


@pytest.fixture
def sources(prepared: Path, base: Path) -> Path:
    """Copies of the sources too: a test may publish in them."""
    for name in ("news", "essays"):
        shutil.copytree(prepared / name, base / name)
    file = base / "home" / "sources.toml"
    file.write_text(file.read_text("utf-8").replace(str(prepared), str(base)), "utf-8")
    assert refresh(base / "home", "--force").returncode == 0
    return base


MakeApp = Callable[..., TechdashApp]


@pytest.fixture
def make_app(base: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """Builds windows over the copy; they refresh only when told to."""
    monkeypatch.setenv("TZ", "UTC")
    # a window has the project of its working directory in it
    monkeypatch.chdir(base)

    def make(**settings: object) -> TechdashApp:
        home = base / "home"
        gateway = Gateway(find(str(home)))
        config = Config(**{"refresh": False, "language": "en", **settings})  # type: ignore[arg-type]
        first = gateway.submit(read_first)
        first.result(20)
        return TechdashApp(gateway, config, first, str(home))

    return make


def screen_text(app: TechdashApp) -> str:
    """What stands on the screen, a line a row."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
