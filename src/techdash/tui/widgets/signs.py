"""The marks of an entry as a list shows them beside its title."""

from __future__ import annotations

from techdash.models.entries import Marks
from techdash.text.cells import truncate

TAGS = 24
"""Cells that tags take in a row."""


def sign(marks: Marks) -> str:
    """A star, or that it is kept for later; and that there is a note."""
    kept = "★" if marks.starred else "◷" if marks.later else ""
    return kept + ("✎" if marks.noted else "")


def tags(marks: Marks, cells: int = TAGS) -> str:
    """The tags, as many as there is room for."""
    return truncate(" ".join(f"#{name}" for name in marks.tags), cells)
