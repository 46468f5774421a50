"""A progress bar: one line of a terminal, drawn over itself, gone when it is done."""

from __future__ import annotations

from typing import TextIO

from techdash.cli.output import columns, is_utf8
from techdash.text import cells
from techdash.text.clean import one_line

_LONGEST_BAR = 24


class Progress:
    """Draws on a terminal. Each drawing is one write, so that nothing flickers."""

    def __init__(self, stream: TextIO, ambiguous: int = 1) -> None:
        self._stream = stream
        self._ambiguous = ambiguous
        can_draw = ambiguous == 1 and is_utf8(stream)
        self._full, self._empty = ("━", "─") if can_draw else ("#", "-")
        self._drawn = 0

    def draw(self, done: int, total: int, counts: str, last: str) -> None:
        """Show ``done`` of ``total``, what they brought, and which source was the last."""
        width = columns(self._stream) - 1  # a full line would let the cursor fall to the next
        bar = min(_LONGEST_BAR, width // 3)
        filled = bar * done // total if total else bar
        parts = [
            self._full * filled + self._empty * (bar - filled),
            f"{done} of {total}",
            counts,
            one_line(last),
        ]
        line = cells.truncate("  ".join(part for part in parts if part), width, ambiguous=self._ambiguous)
        self._put(line)

    def close(self) -> None:
        """Take the bar away."""
        if self._drawn:
            self._put("")
            self._stream.write("\r")
            self._stream.flush()
            self._drawn = 0

    def _put(self, line: str) -> None:
        taken = cells.width(line, self._ambiguous)
        self._stream.write(f"\r{line}{' ' * (self._drawn - taken)}")
        self._stream.flush()
        self._drawn = taken
