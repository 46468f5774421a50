"""Code to lines: on its own ground, in colour where there is some, long lines whole or turned at a mark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from techdash.document.layout_text import add, at_graphemes
from techdash.document.lines import Line, Setting, Span
from techdash.document.tree import CodeBlock
from techdash.text.cells import graphemes, is_plain
from techdash.text.cells import width as cells_of

WIDEST = 500
"""Cells: nobody moves further sideways, and every line of a block is filled up to its widest."""

_GROUND = "code-block"
_TURN = "↪ "


def code(block: CodeBlock, width: int, setting: Setting) -> list[Line]:
    """Code filled to the width or, where it may, to its longest line; its language in a line above it."""
    start, ambiguous = block.start, setting.ambiguous
    rows = block.text.split("\n")
    inner = width - 2
    wide = 0
    if setting.sideways and (longest := max(cells_of(row, ambiguous) for row in rows)) > inner:
        inner = min(longest, max(inner, WIDEST))
        wide = inner + 2 if inner > width - 2 else 0
    tokens = setting.tokens.get(start, ())
    coloured = len(tokens) == len(rows)
    lines: list[Line] = []

    def line(spans: list[Span], offset: int, before: str) -> None:
        filling = inner + 1 - sum(cells_of(span.text, ambiguous) for span in spans[1:])
        add(spans, " " * filling, _GROUND, drawn=True)
        lines.append(Line(tuple(spans), offset, before, wide, start))

    if block.language and (room := inner - cells_of(block.language, ambiguous)) >= 0:
        label = Span(f" {block.language}{' ' * room} ", f"{_GROUND} muted", drawn=True)
        lines.append(Line((label,), start, "", wide, start))
    offset = start
    for index, source in enumerate(rows):
        text = source.replace("\t", " ")
        runs = _runs(source, text, tokens[index]) if coloured else [(len(text), _GROUND)]
        for a, b in _cuts(text, inner, inner - cells_of(_TURN, ambiguous), ambiguous):
            spans = [Span(" ", _GROUND, drawn=True)]
            if a:
                spans.append(Span(_TURN, _GROUND, drawn=True))
            at = a
            for end, role in runs:
                if at < min(end, b):
                    spans.append(Span(text[at : min(end, b)], role))
                    at = min(end, b)
            line(spans, offset + a, "" if a else "\n")
        offset += len(source) + 1
    return lines


def _runs(source: str, text: str, row: tuple[tuple[str, str], ...]) -> list[tuple[int, str]]:
    """Where each token of a line ends, and its roles; the whole line as one where they say another one."""
    if "".join(token for token, _ in row) != source:
        return [(len(text), _GROUND)]
    ends = list(accumulate(len(token) for token, _ in row))
    if not is_plain(text):
        ends = at_graphemes(text, ends)
    return [(end, f"{_GROUND} {role}" if role else _GROUND) for end, (_, role) in zip(ends, row, strict=True)]


def _cuts(text: str, first: int, rest: int, ambiguous: int) -> Iterator[tuple[int, int]]:
    """A line cut hard into ranges of so many cells, the first and the others."""
    if text.isascii():
        yield 0, min(first, len(text))
        for position in range(first, len(text), rest):
            yield position, min(position + rest, len(text))
        return
    room, used, start, position = first, 0, 0, 0
    for grapheme in graphemes(text):
        cells = cells_of(grapheme, ambiguous)
        if used + cells > room and position > start:
            yield start, position
            start, used, room = position, 0, rest
        used += cells
        position += len(grapheme)
    yield start, len(text)
