"""A document as plain values for ``--json``: keys are added to, never renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from techdash.document.inlines import text_of
from techdash.document.outline import plain_text, walk
from techdash.document.tree import (
    Block,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
    Figure,
    Footnotes,
    Heading,
    Inline,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)


def to_json(doc: Document) -> list[dict[str, Any]]:
    """The blocks of a document, each with its ``type``, its ``text`` and what is its own.

    Math, links and code among the words of a block, however deep in it, are its ``inlines``. Items and cells
    are their texts; blocks within a block are its ``blocks``, those within items ``item_blocks``.
    """
    return [_block(block) for block in doc.blocks()]


def _block(block: Block) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "", "text": plain_text((block,))}
    match block:
        case Heading():
            value |= {"type": "heading", "level": block.level}
        case Paragraph():
            value |= {"type": "paragraph"}
        case CodeBlock():
            value |= {"type": "code", "language": block.language}
        case MathBlock():
            value |= {"type": "math", "tex": block.tex}
            if block.tag:
                value["tag"] = block.tag
        case Quote():
            value |= {"type": "quote", "blocks": [_block(child) for child in block.children]}
        case List():
            items = [plain_text(item.children) for item in block.items]
            value |= {"type": "list", "ordered": block.ordered, "items": items}
            if block.ordered and block.first != 1:
                value["first"] = block.first
            if any(item.checked is not None for item in block.items):
                value["checked"] = [item.checked for item in block.items]
            if any(len(item.children) > 1 for item in block.items):
                value["item_blocks"] = [[_block(child) for child in item.children] for item in block.items]
        case Table():
            rows = ((block.head,) if block.head else ()) + block.rows
            value |= {"type": "table", "rows": [[text_of(cell) for cell in row] for row in rows]}
            value["head"] = bool(block.head)
        case Figure():
            caption = text_of(block.caption)
            value |= {"type": "figure", "src": block.src, "alt": block.alt, "caption": caption}
        case Rule():
            value |= {"type": "rule"}
        case Callout():
            value |= {"type": "callout", "kind": block.kind, "title": text_of(block.title)}
            value["blocks"] = [_block(child) for child in block.children]
        case Details():
            value |= {"type": "details", "summary": text_of(block.summary)}
            value["blocks"] = [_block(child) for child in block.children]
        case Footnotes():
            value |= {
                "type": "footnotes",
                "notes": [{"label": note.label, "text": plain_text(note.children)} for note in block.notes],
            }
    inlines = [found for part in walk((block,)) for row in _rows(part) for found in _marked(row)]
    if inlines:
        value["inlines"] = inlines
    return value


def _rows(block: Block) -> Iterator[Iterable[Inline]]:
    """The rows of inlines that are a block's own."""
    match block:
        case Heading() | Paragraph():
            yield block.inlines
        case Table():
            yield from block.head
            for row in block.rows:
                yield from row
        case Figure():
            yield block.caption
        case Callout():
            yield block.title
        case Details():
            yield block.summary


def _marked(inlines: Iterable[Inline]) -> Iterator[dict[str, str]]:
    for inline in inlines:
        match inline:
            case Math(tex):
                yield {"type": "math", "tex": tex}
            case Code(text):
                yield {"type": "code", "text": text}
            case Link(href, children):
                yield {"type": "link", "href": href, "text": text_of(children)}
                yield from _marked(children)
