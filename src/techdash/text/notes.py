"""The reader's own notes as they are kept."""

from __future__ import annotations

from techdash.text.clean import clean

LONGEST = 20_000
"""Characters that are kept of a note."""


def tidy(text: str) -> str:
    """Clean, without blanks at the ends of its lines or empty lines around it."""
    lines = clean(text[:LONGEST].expandtabs(4)).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")
