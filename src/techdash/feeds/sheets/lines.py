"""What the sheets of cheat and navi have in common: comments above commands, a line a command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from techdash.text.clean import one_line

LONGEST_COMMAND = 2000
LONGEST_TEXT = 500
_GOES_ON = re.compile(r"\\\n[ \t]*")
_FENCE = ("```", "~~~")


def joined(text: str) -> list[str]:
    """The lines of a text, those that a backslash ends with what they go on with."""
    return _GOES_ON.sub(" ", text).split("\n")


def commands(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The commands of a sheet, with what the comment above says of each.

    A comment holds for all commands after it, to the next comment or an empty line after them.
    """
    said: list[str] = []
    is_open = False
    for line in map(one_line, lines):
        if line.startswith("#"):
            if not is_open:
                said = []
            said.append(line.strip("# "))
            is_open = True
        elif line and not line.startswith(_FENCE):
            yield line[:LONGEST_COMMAND], " ".join(said).rstrip(" :：")[:LONGEST_TEXT]
            is_open = False
        elif not line:
            said = said if is_open else []
            is_open = False
