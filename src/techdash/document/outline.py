"""What a document holds, without its shape: its headings, its plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from techdash.document.inlines import text_of
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Details,
    Document,
    Figure,
    Footnotes,
    Heading,
    List,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)


def headings(doc: Document) -> list[tuple[int, int, str]]:
    """Offset, level and text of every heading, wherever it stands; parses the whole document."""
    return [
        (block.start, block.level, text_of(block.inlines))
        for block in walk(doc.blocks())
        if isinstance(block, Heading)
    ]


def plain_text(blocks: Iterable[Block]) -> str:
    """The words of the blocks, one line a leaf, a blank line between top-level blocks."""
    return "\n\n".join(
        text for block in blocks if (text := "\n".join(leaf for leaf in _leaves(block) if leaf.strip()))
    )


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in reading order, those inside others after them."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def children(block: Block) -> Iterator[Block]:
    """The blocks directly inside a block."""
    match block:
        case Quote(_, inner) | Callout(_, _, _, inner) | Details(_, _, inner):
            yield from inner
        case List():
            for item in block.items:
                yield from item.children
        case Footnotes():
            for note in block.notes:
                yield from note.children


def own_text(block: Block) -> str:
    """A block's own words, not those of the blocks inside it; what offsets within the block count."""
    match block:
        case Heading() | Paragraph():
            return text_of(block.inlines)
        case CodeBlock():
            return block.text
        case MathBlock():
            return block.tex
        case Table():
            rows = ([block.head] if block.head else []) + list(block.rows)
            return "\n".join("\t".join(text_of(cell) for cell in row) for row in rows)
        case Figure():
            return "\n".join(part for part in (block.alt, text_of(block.caption)) if part)
        case Callout():
            return text_of(block.title)
        case Details():
            return text_of(block.summary)
        case Quote() | List() | Footnotes() | Rule():
            return ""


def _leaves(block: Block) -> Iterator[str]:
    for part in walk((block,)):
        yield own_text(part)
