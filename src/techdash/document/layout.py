"""Blocks to lines of a given width: the rhythm of the page. Pure; knows nothing of colours or widgets."""

from __future__ import annotations

from collections.abc import Sequence

from techdash.document.lines import Line, Span, flatten, line_text, span, wrap
from techdash.document.tables import lay_out_table
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Details,
    Figure,
    Footnotes,
    Heading,
    List,
    ListItem,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)
from techdash.text.cells import truncate, width
from techdash.text.linebreak import breaks

__all__ = ["Line", "Span", "lay_out", "line_text"]

NARROWEST = 8
BAR = "▎ "
TAB = 4
WRAPPED = "↪ "


def lay_out(blocks: Sequence[Block], cells: int, ambiguous: int = 1) -> list[Line]:
    """Lines of at most ``cells`` cells, a blank one between blocks.

    Raises:
        UncleanTextError: a text holds what may not reach a terminal.
    """
    lines: list[Line] = []
    for block in blocks:
        made = _block(block, cells, ambiguous)
        if made and lines:
            lines.append(Line((), made[0].start))
        lines += made
    return lines


def _block(block: Block, cells: int, ambiguous: int) -> list[Line]:
    match block:
        case Heading(start, level, inlines):
            return wrap(flatten(inlines, f"heading{min(level, 3)}"), cells, start, ambiguous)
        case Paragraph(start, inlines):
            return wrap(flatten(inlines, "text"), cells, start, ambiguous)
        case CodeBlock(start, text, language):
            return _code(text, language, cells, start, ambiguous)
        case MathBlock():
            return _math(block, cells, ambiguous)
        case Quote(_, children):
            return _barred(lay_out(children, _inner(cells), ambiguous), cells, "quote")
        case Callout(start, kind, title, children):
            head = flatten(title, "callout strong") or [span(kind.capitalize(), "callout strong")]
            inner = _inner(cells)
            body = lay_out(children, inner, ambiguous)
            return _barred([*wrap(head, inner, start, ambiguous), *body], cells, "callout", tint=False)
        case List():
            return _list(block, cells, ambiguous)
        case Table():
            return lay_out_table(block, cells, ambiguous)
        case Figure(start, src, alt, caption):
            return _figure(alt or src, flatten(caption, "caption"), cells, start, ambiguous)
        case Rule(start):
            return [Line((Span(" " * ((cells - 3) // 2)), Span("───", "rule")), start)]
        case Details(start, summary, children):
            head = [Span("▾ ", "marker"), *flatten(summary, "strong")]
            body = lay_out(children, _inner(cells), ambiguous)
            return [*wrap(head, cells, start, ambiguous), *_indented(body, cells)]
        case Footnotes():
            return _footnotes(block, cells, ambiguous)


def _inner(cells: int) -> int:
    """The width inside one indentation; at the narrowest nothing is indented any more."""
    return cells - 2 if cells - 2 >= NARROWEST else cells


def _barred(lines: list[Line], cells: int, role: str, *, tint: bool = True) -> list[Line]:
    if _inner(cells) == cells:
        return lines
    bar = Span(BAR, f"{role} marker" if tint else role)
    return [Line((bar, *_tinted(line.spans, role if tint else "")), line.start) for line in lines]


def _tinted(spans: Sequence[Span], role: str) -> list[Span]:
    return [Span(each.text, f"{each.style} {role}".strip(), each.href) for each in spans]


def _indented(lines: list[Line], cells: int) -> list[Line]:
    if _inner(cells) == cells:
        return lines
    return [Line((Span("  "), *line.spans), line.start) if line.spans else line for line in lines]


def _code(text: str, language: str, cells: int, start: int, ambiguous: int) -> list[Line]:
    lines = []
    if language:
        name = truncate(language, cells - 2)
        lines.append(Line((_panel(f" {name}", cells, "code-language", ambiguous),), start))
    offset = start
    for source in text.rstrip("\n").split("\n"):
        shown = source.expandtabs(TAB)
        room = max(1, cells - 2)
        at = 0
        for number, piece in enumerate(_cut(shown, room, ambiguous)):
            lead = WRAPPED if number else " "
            lines.append(Line((_panel(lead + piece, cells, "code-block", ambiguous),), offset + at))
            at += len(piece)
        offset += len(source) + 1
    return lines


def _panel(text: str, cells: int, role: str, ambiguous: int) -> Span:
    return span(text + " " * (cells - width(text, ambiguous)), role)


def _cut(text: str, cells: int, ambiguous: int) -> list[str]:
    """A line of code in pieces, cut by cell alone: its spaces mean something."""
    if width(text, ambiguous) <= cells:
        return [text]
    pieces, piece, used = [], "", 0
    room = cells
    for char in text:
        size = width(char, ambiguous)
        if used + size > room:
            pieces.append(piece)
            piece, used, room = "", 0, max(1, cells - 1)
        piece += char
        used += size
    return [*pieces, piece]


def _math(block: MathBlock, cells: int, ambiguous: int) -> list[Line]:
    lines = []
    for source in block.tex.strip().split("\n"):
        text = " ".join(source.split())
        for left, right in breaks(text, cells, ambiguous):
            piece = text[left:right]
            side = max(0, (cells - width(piece, ambiguous)) // 2)
            lines.append(Line((Span(" " * side), span(piece, "math")), block.start))
    if block.tag and lines:
        last = lines[-1]
        tag = f"({block.tag})"
        gap = cells - width(line_text(last), ambiguous) - width(tag, ambiguous)
        if gap > 0:
            lines[-1] = Line((*last.spans, Span(" " * gap), span(tag, "muted")), last.start)
    return lines


def _list(block: List, cells: int, ambiguous: int) -> list[Line]:
    lines: list[Line] = []
    digits = len(str(block.first + len(block.items) - 1))
    for number, item in enumerate(block.items):
        marker = _marker(block, number, item, digits)
        indent = width(marker, ambiguous)
        inner = cells - indent if cells - indent >= NARROWEST else cells
        body = _item(item, inner, ambiguous, tight=block.tight)
        if lines and not block.tight and body:
            lines.append(Line((), body[0].start))
        if inner == cells:
            lines.append(Line((Span(marker.rstrip(), "marker"),), body[0].start if body else block.start))
            lines += body
            continue
        first = body[0] if body else Line((), block.start)
        lines.append(Line((Span(marker, "marker"), *first.spans), first.start))
        lines += [
            Line((Span(" " * indent), *line.spans), line.start) if line.spans else line for line in body[1:]
        ]
    return lines


def _marker(block: List, number: int, item: ListItem, digits: int) -> str:
    if item.checked is not None:
        return "☑ " if item.checked else "☐ "
    return f"{block.first + number:>{digits}}. " if block.ordered else "• "


def _item(item: ListItem, cells: int, ambiguous: int, *, tight: bool) -> list[Line]:
    if not tight:
        return lay_out(item.children, cells, ambiguous)
    return [line for child in item.children for line in _block(child, cells, ambiguous)]


def _figure(what: str, caption: list[Span], cells: int, start: int, ambiguous: int) -> list[Line]:
    lines = wrap([Span("▢ ", "marker"), span(what, "muted")], cells, start, ambiguous)
    return lines + [Line(line.spans, start) for line in wrap(caption, cells, start, ambiguous)]


def _footnotes(block: Footnotes, cells: int, ambiguous: int) -> list[Line]:
    lines = [Line((Span("───", "rule"),), block.start)]
    for note in block.notes:
        marker = f"[{note.label}] "
        indent = width(marker, ambiguous)
        inner = cells - indent if cells - indent >= NARROWEST else cells
        body = lay_out(note.children, inner, ambiguous)
        first = body[0] if body else Line((), block.start)
        lines.append(Line((span(marker, "marker"), *first.spans), first.start))
        pad = " " * (cells - inner)
        lines += [Line((Span(pad), *line.spans), line.start) if line.spans else line for line in body[1:]]
    return lines
