"""The whole path in a terminal of 120x40: from an empty home to the same place in an essay a day later."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.publishers import Publishers
from tests.e2e.reader import Reader
from tests.e2e.terminal import Terminal
from tests.homes import write_sources

pytestmark = pytest.mark.system("tmux", "nginx", "hugo")

ESSAY = "One knob at a time"
NEW_POST = "Sent while you were reading"
STARTER_ESSAY = "The Norm Is an Odometer"
STARTER_DAY = "12 May 2026"


def live_where_it_is_noon(home: Path) -> None:
    """Set the reader's zone to one that is on the publishers' day now, and far from the end of it."""
    hours = 12 - datetime.now(UTC).hour
    (home / "config.toml").write_text(f'time_zone = "Etc/GMT{-hours:+d}"\n', "utf-8")


def refresh_from_a_second_terminal(home: Path, source: str) -> None:
    arguments = ["--refresh", "--force", "--wait", "30", "--source", source, "--home", str(home)]
    command = [sys.executable, "-m", "techdash", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_first_morning(publishers: Publishers, terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_sources(home, *publishers.sources())
    live_where_it_is_noon(home)
    reader = Reader(terminal, home)

    # An empty home: the starter library is there at once, in all three rooms.
    reader.open()
    terminal.keys("2")
    terminal.wait_for(STARTER_ESSAY)
    terminal.keys("3")
    terminal.wait_for("Type to narrow")
    terminal.type("clear")
    # the refresh brings the sheet that lists it with what may stand behind it
    terminal.wait_for(r"▌/clear \[name\]")
    terminal.keys("Enter")
    terminal.wait_for("what may stand there")
    terminal.keys("Enter")
    terminal.wait_for("Copied: /clear")
    assert terminal.clipboard() == "/clear"
    terminal.keys("Escape")
    terminal.wait_for("Type to narrow")
    terminal.keys("1")

    # The child process fetches; three days are walked.
    terminal.wait_for(r"\d+ new")
    terminal.keys("T")
    terminal.wait_for(ESSAY)
    terminal.keys("[")
    terminal.wait_for("The case for inference moving to the centre")
    terminal.keys("[")
    terminal.wait_for("The case for agents at work")
    terminal.keys("]")
    terminal.wait_for("The case for inference moving to the centre")

    # An essay is opened, read for a while and starred; keys are answered in turn, so the star comes last.
    terminal.keys("2")
    reader.move_to(ESSAY)
    terminal.keys("Enter")
    terminal.wait_for("The question is not how large a vector is")
    terminal.keys("C-d", "C-d", "C-d", "s")
    terminal.wait_for("Starred")
    place = reader.paragraph()
    assert place > 2
    reader.close()

    # Another day: the window comes back as it was left. A post comes in while the essay is read.
    publishers.publish("while-reading", NEW_POST, "It was not there this morning.")
    reader.open()
    reader.wait_for_paragraph(place)
    terminal.wait_for("up to date")
    refresh_from_a_second_terminal(home, "hugo-en")
    terminal.keys("q")
    terminal.wait_for(r"\b3 of 10\Z")
    assert reader.paragraph() == place
    assert ESSAY in reader.at_cursor()
    assert "★" in reader.at_cursor()
    # what was begun stands first, then the list with the new post on top
    terminal.keys("g", "j")
    terminal.wait_for(rf"▌{NEW_POST}")
    reader.close()

    # And once more from the start: nothing was lost.
    reader.open()
    terminal.keys("2")
    reader.move_to(ESSAY)
    terminal.keys("Enter")
    reader.wait_for_paragraph(place)
    reader.close()
