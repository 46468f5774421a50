"""What stands in a stretch of a text: its formulas, its code, its figures, what folds in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from techdash.document.inlines import formulas_in
from techdash.document.outline import walk
from techdash.document.tree import (
    Block,
    CodeBlock,
    Details,
    Figure,
    Heading,
    MathBlock,
    Paragraph,
    Table,
)


def innermost(blocks: Iterable[Block], offset: int) -> Block | None:
    """The innermost block that holds an offset: the last that begins at or before it."""
    found = None
    for block in walk(blocks):
        if block.start > offset:
            break
        found = block
    return found


def formulas(blocks: Iterable[Block], first: int, last: int) -> Iterator[str]:
    """The LaTeX of the formulas between two offsets (the last excluded), in reading order."""
    for block in walk(blocks):
        match block:
            case MathBlock(start, tex):
                if first <= start < last:
                    yield tex
            case Paragraph(start, inlines) | Heading(start, _, inlines):
                if start < last:
                    yield from (tex for at, tex in formulas_in(inlines, start) if first <= at < last)
            case Table(start, head, rows):
                if first <= start < last:
                    for row in (head, *rows):
                        for cell in row:
                            yield from (tex for _, tex in formulas_in(cell, start))


def sources(blocks: Iterable[Block]) -> dict[int, list[str]]:
    """The LaTeX of the formulas of each block that has any, by its start; tables keep theirs."""
    found: dict[int, list[str]] = {}
    for block in walk(blocks):
        match block:
            case MathBlock(start, tex):
                found[start] = [tex]
            case Paragraph(start, inlines) | Heading(start, _, inlines):
                if here := [tex for _, tex in formulas_in(inlines, start)]:
                    found[start] = here
    return found


def code(blocks: Iterable[Block], starts: set[int]) -> list[CodeBlock]:
    """The code blocks that begin at some offsets."""
    return [block for block in walk(blocks) if isinstance(block, CodeBlock) and block.start in starts]


def figures(blocks: Iterable[Block]) -> list[Figure]:
    """All figures."""
    return [block for block in walk(blocks) if isinstance(block, Figure)]


def folds(blocks: Iterable[Block]) -> frozenset[int]:
    """The starts of what folds."""
    return frozenset(block.start for block in walk(blocks) if isinstance(block, Details))


def headings(blocks: Sequence[Block]) -> list[int]:
    """The starts of the headings."""
    return [block.start for block in walk(blocks) if isinstance(block, Heading)]
