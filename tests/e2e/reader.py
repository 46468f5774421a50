"""A person at the terminal: opens techdash on a home, finds titles, knows where they are in a text."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

from tests.e2e.terminal import Terminal


class Reader:
    """Keys are those of the README; what is looked for are titles, never a layout."""

    def __init__(self, terminal: Terminal, home: Path) -> None:
        self.terminal, self.home = terminal, home

    def open(self) -> None:
        command = [Path(sys.executable).with_name("techdash"), "--home", self.home]
        self.terminal.start(command, {"TZ": "UTC", "TEXTUAL_ANIMATIONS": "none"})
        self.terminal.wait_for(r"Digest.*Essays.*Cheat-sheet")

    def close(self) -> None:
        """Leave the window from wherever one is."""
        self.terminal.keys("C-q")
        assert self.terminal.wait_exit() == 0

    def at_cursor(self) -> str:
        """The row or rows of the list under the cursor bar."""
        return _at_cursor(self.terminal.settled())

    def move_to(self, title: str) -> None:
        """Go down the list from its top until the cursor is on ``title``; its end answers no key."""
        self.terminal.keys("g")
        self.terminal.wait_until(_cursor_on_top, "the cursor on the first row")
        while title not in (here := self.at_cursor()):
            self.terminal.keys("j")
            self.terminal.wait_until(partial(_has_moved, here), f"a row below, on the way to {title}")

    def paragraph(self) -> int:
        """The number of the first paragraph on the screen; the essay counts its own."""
        return _first_paragraph(self.terminal.wait_until(_first_paragraph, "a numbered paragraph"))

    def wait_for_paragraph(self, number: int) -> None:
        """Wait until this paragraph is the first on the screen."""
        self.terminal.wait_until(lambda screen: _first_paragraph(screen) == number, f"paragraph {number}")


def _at_cursor(screen: str) -> str:
    rows = (line for line in screen.splitlines() if line.startswith("▌"))
    return "\n".join(row.partition("│")[0].rstrip() for row in rows)


def _cursor_on_top(screen: str) -> bool:
    # below the bar, its rule and the title of the list
    return any(line.startswith("▌") for line in screen.splitlines()[:4])


def _has_moved(before: str, screen: str) -> bool:
    return _at_cursor(screen) not in ("", before)


def _first_paragraph(screen: str) -> int:
    found = re.search(r"Paragraph (\d+) says", screen)
    return int(found[1]) if found else 0
