"""Plain text to a document: literally, a paragraph at each blank line."""

from __future__ import annotations

from collections.abc import Iterator

from techdash.document.inlines import joined, with_links
from techdash.document.tree import Block, Break, Document, Inline, Paragraph
from techdash.text.clean import clean

# A paragraph beyond this is a dump without line ends; in pieces its first screen does not wait for the rest.
_LONGEST_PARAGRAPH = 8000


def parse(text: str) -> Document:
    """A document of the text as it stands: line ends kept, no character taken for markup."""
    spans = list(_paragraphs(text))

    def parse_part(index: int) -> tuple[Block, ...]:
        start, end = spans[index]
        row: list[Inline] = []
        for line in text[start:end].expandtabs(4).split("\n"):
            if row:
                row.append(Break())
            row.extend(with_links(clean(line)))
        return (Paragraph(start, joined(row)),)

    return Document([start for start, _ in spans], [end - start for start, end in spans], parse_part)


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A paragraph's span, cut after a space or in a run without one where it is longer than any real one."""
    while end - start > _LONGEST_PARAGRAPH:
        cut = start + _LONGEST_PARAGRAPH
        space = max(text.rfind(" ", start, cut), text.rfind("\n", start, cut), text.rfind("。", start, cut))
        cut = space + 1 if space > start else cut
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = end = position = 0
    for line in text.split("\n"):
        after = position + len(line)
        if not line or line.isspace():
            if end > start:
                yield from pieces(text, start, end)
            start = end = after + 1
        else:
            end = after
        position = after + 1
    if end > start:
        yield from pieces(text, start, end)
