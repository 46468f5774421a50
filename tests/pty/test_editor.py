"""A real terminal: a note is written in the reader's own editor, which has the terminal meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from techdash.paths import find
from techdash.store import db, own_words
from tests.e2e.terminal import Terminal
from tests.homes import write_sources

EDITOR = """
import pathlib, sys
file = pathlib.Path(sys.argv[-1])
print("EDITING", file.name, repr(file.read_text()), flush=True)
words = input("what: ")
if words == "fail":
    sys.exit(3)
file.write_text(file.read_text() + words + "\\n")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    (files / "2026-06-05.md").write_text("---\ntitle: Of order\n---\nA paragraph.\n", "utf-8")
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
    (tmp_path / "my editor.py").write_text(EDITOR, "utf-8")
    return tmp_path / "home"


def test_a_note_is_written_in_the_editor_and_the_window_comes_back(home: Path) -> None:
    editor = f"{sys.executable} '{home.parent / 'my editor.py'}' --wait"
    with Terminal(100, 30) as terminal:
        terminal.start(
            [sys.executable, "-m", "techdash", "--home", home],
            env={"TZ": "UTC", "EDITOR": "false", "VISUAL": editor},
        )
        terminal.wait_for(r"Digest.*Essays.*Cheat-sheet")
        terminal.keys("2")
        terminal.wait_for("1 of 1")
        terminal.keys("W")
        terminal.wait_for(r"EDITING note.md ''")
        terminal.type("第一 note")
        terminal.keys("Enter")
        terminal.wait_for(r"Note kept\. u undoes\.")
        terminal.wait_for("✎")
        with closing(db.connect_reader(find(str(home)).library)) as conn:
            assert own_words.note(conn, 1) == "第一 note"
        terminal.keys("W")
        terminal.wait_for(r"EDITING note.md '第一 note\\n'")
        terminal.type("fail")
        terminal.keys("Enter")
        terminal.wait_for(r"failed \(3\); the note is as it was\.")
        terminal.keys("u")
        terminal.wait_gone("✎")
        terminal.keys("q")
        assert terminal.wait_exit() == 0


def test_an_editor_that_is_not_there_is_said(home: Path) -> None:
    with Terminal(100, 30) as terminal:
        terminal.start(
            [sys.executable, "-m", "techdash", "--home", home],
            env={"TZ": "UTC", "VISUAL": "", "EDITOR": "no-such-editor"},
        )
        terminal.wait_for(r"Digest.*Essays.*Cheat-sheet")
        terminal.keys("2")
        terminal.wait_for("1 of 1")
        terminal.keys("W")
        terminal.wait_for(r"no-such-editor failed \(.*\); the note is as it was\.")
