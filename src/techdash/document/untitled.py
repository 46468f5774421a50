"""A document without the heading that only says its title again."""

from __future__ import annotations

import re

from techdash.document.inlines import text_of
from techdash.document.tree import Block, Document, Figure, Heading
from techdash.text.clean import one_line

# A title stands at the top, below a picture or a row of badges at most.
_PARTS = 4
# A number or a site before it, a site or an author after it.
_BESIDE = re.compile(r"(?:.*(?:\]| [-|–—·•»:]) )?\n(?: [-|–—·•«:] .*)?")


def without_title(document: Document, title: str) -> Document:
    """The document for a page that has ``title`` above it: its first heading goes if that says it all.

    The title of a page often has the name of its site beside it.
    """
    for index in range(min(_PARTS, len(document))):
        for place, block in enumerate(document.part(index)):
            if isinstance(block, Heading) and _says(title, text_of(block.inlines)):
                return _without(document, index, place)
            if not isinstance(block, Figure):
                return document
    return document


def _without(document: Document, index: int, place: int) -> Document:
    def parse_part(number: int) -> tuple[Block, ...]:
        blocks = document.part(number)
        return (*blocks[:place], *blocks[place + 1 :]) if number == index else blocks

    return Document(document.starts, document.sizes, parse_part, document.meta)


def _says(title: str, heading: str) -> bool:
    whole, words = one_line(title).casefold(), one_line(heading).casefold()
    before, found, after = whole.partition(words) if words else ("", "", "")
    return bool(found) and bool(_BESIDE.fullmatch(f"{before}\n{after}"))
