"""A person at the terminal: opens techdash on a home, finds titles, knows where they are in a text."""

from __future__ import annotations

import re
import sys
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
        rows = (line for line in self.terminal.settled().splitlines() if line.startswith("▌"))
        return "\n".join(row.partition("│")[0].rstrip() for row in rows)

    def move_to(self, title: str) -> None:
        """Go down the list from its top until the cursor is on ``title``; the footer counts the rows."""
        self.terminal.keys("g")
        row, last = 1, 1
        while row <= last:
            footer = self.terminal.wait_for(rf"\b{row} of \d+\Z").rpartition(" of ")[2]
            last = int(footer)
            if title in self.at_cursor():
                return
            self.terminal.keys("j")
            row += 1
        raise AssertionError(f"{title} is not in the list\n{self.terminal.screen()}")

    def paragraph(self) -> int:
        """The number of the first paragraph on the screen; the essay counts its own."""
        return _first_paragraph(self.terminal.wait_until(_first_paragraph, "a numbered paragraph"))

    def wait_for_paragraph(self, number: int) -> None:
        """Wait until this paragraph is the first on the screen."""
        self.terminal.wait_until(lambda screen: _first_paragraph(screen) == number, f"paragraph {number}")


def _first_paragraph(screen: str) -> int:
    found = re.search(r"Paragraph (\d+) says", screen)
    return int(found[1]) if found else 0
