"""Cuts the blocks of a large part into pieces that are each laid out in a few milliseconds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from techdash.document.inlines import text_of
from techdash.document.outline import own_text, walk
from techdash.document.tree import Block, CodeBlock, Inline, List, ListItem, Paragraph, Text

PIECE = 6_000
"""Characters of a piece, about: tables, quotes and folds stay whole."""

_SENTENCE = re.compile(r"[.!?;][\"')\]]*\s|[。！？；][”’」』）]*|\n")
_BLANK = re.compile(r"\s")


class Piece(Struct, frozen=True):
    """Some blocks of a part. ``rows`` is the least height.

    ``goes_on``: the last block does, in the next piece. ``before``: what the text has between this piece and
    the one before it.
    """

    start: int
    blocks: tuple[Block, ...]
    size: int
    rows: int = 1
    goes_on: bool = False
    before: str = "\n"


def pieces_of(blocks: Sequence[Block]) -> list[Piece]:
    """The blocks in order, small ones together, large code, lists and paragraphs parted."""
    pieces: list[Piece] = []
    held: list[Block] = []
    size = 0
    for block in blocks:
        here = size_of(block)
        if held and size + here > PIECE:
            pieces.append(Piece(held[0].start, tuple(held), size, len(held)))
            held, size = [], 0
        if here > PIECE:
            pieces.extend(_parted(block, here))
        else:
            held.append(block)
            size += here + 1
    if held or not pieces:
        pieces.append(Piece(held[0].start if held else 0, tuple(held), size, len(held)))
    return pieces


def size_of(block: Block) -> int:
    """Characters of a block and of all in it; each block counts one more."""
    return sum(len(own_text(inner)) + 1 for inner in walk((block,)))


def _parted(block: Block, size: int) -> Iterator[Piece]:
    match block:
        case CodeBlock():
            yield from _code(block)
        case List() if len(block.items) > 1:
            yield from _list(block)
        case Paragraph():
            yield from _paragraph(block)
        case _:
            yield Piece(block.start, (block,), size)


def _code(block: CodeBlock) -> Iterator[Piece]:
    """Code by its lines; only the first piece names the language."""
    at = 0
    text = block.text
    while at < len(text):
        end = text.find("\n", at + PIECE)
        end = len(text) if end < 0 else end
        source = text[at:end]
        code = CodeBlock(block.start + at, source, block.language if at == 0 else "")
        yield Piece(code.start, (code,), len(source), source.count("\n") + 1, end < len(text))
        at = end + 1


def _list(block: List) -> Iterator[Piece]:
    """A list by its items, which keep their numbers."""
    first, size = 0, 0
    held: list[ListItem] = []
    for number, item in enumerate(block.items):
        here = sum(map(size_of, item.children))
        if held and size + here > PIECE:
            yield _items(block, first, held, size, goes_on=block.tight)
            first, held, size = number, [], 0
        held.append(item)
        size += here
    yield _items(block, first, held, size, goes_on=False)


def _items(block: List, first: int, items: list[ListItem], size: int, *, goes_on: bool) -> Piece:
    start = next((child.start for item in items for child in item.children), block.start)
    part = replace(block, start=start, items=tuple(items), first=block.first + first)
    rows = len(items) if block.tight else 2 * len(items)
    return Piece(start, (part,), size, rows, goes_on)


def _paragraph(block: Paragraph) -> Iterator[Piece]:
    """A paragraph between sentences, or between any two characters where there is none for long."""
    start, size, before = block.start, 0, "\n"
    held: list[Inline] = []

    def piece(*, goes_on: bool) -> Piece:
        return Piece(start, (Paragraph(start, tuple(held)),), size, 1, goes_on, before)

    for inline in block.inlines:
        rest = inline
        while isinstance(rest, Text) and size + len(rest.text) > PIECE:
            end = _sentence_end(rest.text, PIECE - size)
            text = rest.text[:end]
            held.append(Text(text, rest.styles))
            size += end
            yield piece(goes_on=True)
            start, held, size, before = start + size, [], 0, " " if text[-1:].isspace() else ""
            rest = Text(rest.text[end:], rest.styles)
        if not (isinstance(rest, Text) and not rest.text):
            held.append(rest)
            size += len(text_of((rest,)))
        if size > PIECE:
            yield piece(goes_on=True)
            start, held, size, before = start + size, [], 0, ""
    if held:
        yield piece(goes_on=False)


def _sentence_end(text: str, wished: int) -> int:
    wished = max(1, wished)
    found = _SENTENCE.search(text, wished, wished + PIECE) or _BLANK.search(text, wished, wished + PIECE)
    return found.end() if found else min(len(text), wished + PIECE)
