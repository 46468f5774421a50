"""A real terminal, scrolled and resized in turn: the reader ends on the sentence it stood on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.homes import write_sources

SIZES = ((90, 30), (61, 18), (140, 45), (74, 24), (52, 16), (110, 33), (200, 50), (66, 20))
SENTENCE = re.compile(r"Sentence \d+ ")


def essay() -> str:
    """Paragraphs of several sentences, each with a number of its own."""
    return "\n\n".join(
        " ".join(
            f"Sentence {number} says that 长文 and figures keep their order, whatever the window does."
            for number in range(first, first + 6)
        )
        for first in range(0, 1200, 6)
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    (files / "2026-06-05.md").write_text(f"---\ntitle: Of order\n---\n{essay()}\n", "utf-8")
    write_sources(tmp_path / "home", {"id": "files", "url": str(files), "kind": "essay"}, starter=False)
    (tmp_path / "home" / "config.toml").write_text('refresh = false\nlanguage = "en"\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(tmp_path / "home"), "--refresh", "--quiet"],
        capture_output=True,
        text=True,
        timeout=120,
        env=dict(os.environ, TZ="UTC"),
    )
    assert done.returncode == 0, done.stderr
    return tmp_path / "home"


def first_rows(screen: str) -> str:
    """What the text's first three lines say, and nothing of what stands above or beside them."""
    rows = [row for row in screen.splitlines()[1:] if row.strip(" ─")]
    return " ".join(" ".join(rows[:3]).split())


def test_scrolling_and_resizing_in_turn_ends_on_the_same_sentence(home: Path) -> None:
    with Terminal(120, 40) as terminal:
        terminal.start([sys.executable, "-m", "techdash", "--home", home], env={"TZ": "UTC"})
        terminal.wait_for(r"Digest.*Essays.*Cheat-sheet")
        terminal.keys("2")
        terminal.wait_for("1 of 1")
        terminal.keys("Enter")
        terminal.wait_for(r"\d %")
        terminal.keys("z")
        terminal.wait_until(lambda screen: "│" not in screen, "only the text")
        terminal.keys(*["Space"] * 9)
        for _ in range(12):
            if SENTENCE.match(first_rows(terminal.settled())):
                break
            terminal.keys("j")
        stood_on = SENTENCE.match(first_rows(terminal.screen()))
        assert stood_on is not None
        sentence = stood_on[0]
        assert sentence != "Sentence 0 "
        for turn in range(2):
            for columns, rows in SIZES:
                terminal.resize(columns, rows)
                screen = terminal.wait_until(
                    lambda screen: sentence in first_rows(screen), f"{sentence} on top at {columns} x {rows}"
                )
                assert len(screen.splitlines()) <= rows
                terminal.keys("j", "j", "C-d", "C-u", "k", "k")
                terminal.wait_until(
                    lambda screen: sentence in first_rows(screen), f"{sentence} again in turn {turn}"
                )
        terminal.resize(120, 40)
        terminal.wait_until(lambda screen: first_rows(screen).startswith(sentence), f"{sentence} first")
        terminal.keys("q")
