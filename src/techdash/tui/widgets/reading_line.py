"""The line below a text: how much of it is read, and the minutes that are left."""

from __future__ import annotations

import math

from textual.strip import Strip

from techdash.text.cells import width
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.words import Words

BESIDE = 5  # cells that a text is narrower than its pane: a margin of two on each side, the scroll bar
FULL, HALF, EMPTY = "━", "╸", "─"


class ReadingLine(Drawn):
    """A thin bar below the text's column, as wide as it."""

    def __init__(self, words: Words, ambiguous: int) -> None:
        super().__init__(id="reading-line")
        self.words = words
        self.ambiguous = ambiguous
        self._shown: tuple[float, int, int] | None = None

    def show(self, progress: float, minutes: int, column: int) -> None:
        """``progress`` from 0 to 1 of a text that takes ``minutes`` (0: not known), set ``column`` wide."""
        halves = round(progress * 2 * self._bar_cells(progress, minutes, column))
        if (shown := (halves, minutes_left(progress, minutes), column)) != self._shown:
            self._shown = shown
            self._progress, self._minutes, self._column = progress, minutes, column
            self.refresh()

    def clear(self) -> None:
        """Nothing is open."""
        if self._shown is not None:
            self._shown = None
            self.refresh()

    def _words_for(self, progress: float, minutes: int) -> str:
        left = minutes_left(progress, minutes)
        return "  " + self.words("minutes_left", n=left) if left else ""

    def _bar_cells(self, progress: float, minutes: int, column: int) -> int:
        if self.ambiguous == 2:
            return 0  # twice as wide as the window counts it
        return max(0, self._fitted(column) - width(self._words_for(progress, minutes)))

    def _fitted(self, column: int) -> int:
        return min(column, self.cells - BESIDE)

    def render_line(self, y: int) -> Strip:
        if self._shown is None:
            return self.blank(self.cells)
        text = self._words_for(self._progress, self._minutes)
        bar = self._bar_cells(self._progress, self._minutes, self._column)
        full, half = divmod(round(self._progress * 2 * bar), 2)
        left = max(0, (self.cells - 1 - self._fitted(self._column)) // 2)
        spans = [
            (" " * left, ""),
            (FULL * full + HALF * half, "faint"),
            (EMPTY * (bar - full - half), "rule"),
        ]
        return self.strip([*spans, (text, "faint")], self.cells)


def minutes_left(progress: float, minutes: int) -> int:
    """Whole minutes to the end of a text, at least one until it is reached."""
    return math.ceil(minutes * (1 - progress) - 1e-9)
