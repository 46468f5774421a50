"""Sheets of cheat: plain text, comments above commands, a file a command (github.com/cheat/cheat)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from techdash.document.markdown import front_matter
from techdash.feeds.sheets.lines import commands, joined
from techdash.models.parsed import Card
from techdash.text.clean import one_line


def is_sheet(text: str) -> bool:
    """Whether a text has commands under comments, or front matter with ``syntax`` or ``tags``."""
    meta, _ = front_matter(text)
    return bool(meta.keys() & {"syntax", "tags"}) or any(said for _, said in commands(joined(text)))


def cards(text: str, name: str, sheet: str) -> Iterator[Card]:
    """The cards of a sheet. ``name`` is its path: the last part of it says what the commands are of."""
    meta, begin = front_matter(text)
    item = one_line(PurePosixPath(name).stem)
    tags = meta.get("tags") or ()
    also = ", ".join(one_line(str(tag)) for tag in (tags if isinstance(tags, list) else [tags]))
    for command, said in commands(joined(text[begin:])):
        yield Card(sheet, item, item, command, said or item, also=also, literal=True)
