"""Where a link within a document leads: headings by their ids, notes by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from techdash.document.outline import walk
from techdash.document.tree import Block, Footnote, Footnotes, Heading

_NOTE = re.compile(r"(?:fn|footnote|note|_ftn)[:_-]?(.+)")


def target(blocks: Iterable[Block], anchor: str) -> int | None:
    """The document offset of ``#anchor`` in some blocks, None where it isn't among them."""
    wanted = _plain(anchor)
    noted = _NOTE.fullmatch(wanted)
    for block in walk(blocks):
        if isinstance(block, Heading) and block.id and _plain(block.id) == wanted:
            return block.start
        if isinstance(block, Footnotes) and noted is not None:
            for each in block.notes:
                if _plain(each.label) == noted[1]:
                    return note_start(block, each)
    return None


def note(blocks: Iterable[Block], label: str) -> tuple[Footnotes, Footnote] | None:
    """The footnote of a label in some blocks, with the block it stands in."""
    for block in walk(blocks):
        if isinstance(block, Footnotes):
            for each in block.notes:
                if each.label == label:
                    return block, each
    return None


def note_start(block: Footnotes, note: Footnote) -> int:
    """The document offset of a footnote."""
    return note.children[0].start if note.children else block.start


def _plain(anchor: str) -> str:
    return unquote(anchor).removeprefix("user-content-").casefold()
