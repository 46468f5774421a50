"""Sheets of navi (github.com/denisidoro/navi): tags after ``%``, comments, commands with ``<placeholders>``.

What gives the values of a placeholder (``$ name: command``) is passed over and never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techdash.feeds.sheets.lines import commands, joined
from techdash.models.parsed import Card
from techdash.text.clean import one_line

# What gives values, what extends another sheet, a note to oneself.
_NO_COMMAND = ("$ ", "@", ";")
_TAGS = re.compile(r"^%(.*)$", re.MULTILINE)


def is_sheet(text: str) -> bool:
    """Whether a text says what it is of, as every sheet of navi does."""
    return _TAGS.search(text) is not None


def cards(text: str, sheet: str) -> Iterator[Card]:
    """The cards of a sheet, the tags above them as their section."""
    before, *parts = re.split(_TAGS, text)
    for tags, lines in zip(["", *parts[::2]], [before, *parts[1::2]], strict=True):
        names = [one_line(tag) for tag in tags.split(",") if tag.strip()]
        telling = [line for line in joined(lines) if not line.startswith(_NO_COMMAND)]
        for command, said in commands(telling):
            section = ", ".join(names) or sheet
            yield Card(
                sheet, section, said or command, command, said, also=", ".join(names[1:]), literal=True
            )
