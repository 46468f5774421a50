"""A part of the window that holds others, one above the other."""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip


class Pane(Vertical):
    """What it holds covers it: only a border of its own is drawn, and where it has none nothing."""

    def render_lines(self, crop: Region) -> list[Strip]:
        # blank lines that something covers cost a frame as much as lines with text
        return super().render_lines(crop) if self.styles.gutter else []
