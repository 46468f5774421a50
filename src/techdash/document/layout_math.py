"""Display formulas to lines: drawn and centred, numbered at the right, or as text where they must."""

from __future__ import annotations

from techdash.document.layout_code import WIDEST
from techdash.document.lines import Line, Setting, Span
from techdash.document.tree import MathBlock
from techdash.text.cells import width as cells_of
from techdash.text.linebreak import breaks


def display_math(block: MathBlock, width: int, setting: Setting) -> list[Line]:
    """A formula on lines of its own, its number at the right of the line it stands on.

    Drawn in two dimensions, broken at relations. Where a piece is still wider than the column: as wide as it
    is if the page can be moved sideways, else on one line and broken like words. Where it isn't understood,
    its source in the style of code.
    """
    from techdash.text.math import one_line, stacked  # most texts have no formula

    drawn = None if setting.linear else stacked(block.tex, width, setting.ambiguous)
    if drawn is not None:
        cells = cells_of(drawn.lines[0], setting.ambiguous)
        if cells <= max(width, WIDEST if setting.sideways else 0):
            return _centred(block, drawn.lines, drawn.baseline, block.tag or drawn.tag, width, setting)
    text = one_line(block.tex)
    if text is None:
        return _as_text(block, block.tex, "math code", width, setting)
    return _as_text(block, text, "math", width, setting)


def _centred(
    block: MathBlock, rows: tuple[str, ...], baseline: int, tag: str, width: int, setting: Setting
) -> list[Line]:
    """Rows of one width in the middle of the column, the number at its edge, below them where it must."""
    start = block.start
    cells = cells_of(rows[0], setting.ambiguous)
    number = f"({tag})" if tag else ""
    free = max(0, width - cells)
    left = free // 2
    needed = cells_of(number, setting.ambiguous) + 1
    beside = bool(number) and needed <= free
    if beside:
        left = min(left, free - needed)
    wide = cells if cells > width else 0
    lines: list[Line] = []
    for at, row in enumerate(rows):
        spans = [Span(" " * left, drawn=True)] if left else []
        spans.append(Span(row, "math"))
        if beside and at == baseline:
            spans += _number(number, free - left, setting)
        lines.append(Line(tuple(spans), start, "\n", wide, start, source=block.tex.strip()))
    if number and not beside:
        lines.append(_number_below(number, width, start, start, wide, setting))
    return lines


def _as_text(block: MathBlock, shown: str, role: str, width: int, setting: Setting) -> list[Line]:
    """A formula as text broken like words, its number beside its first line; a source stands left."""
    start = block.start
    number = f"({block.tag})" if block.tag else ""
    needed = cells_of(number, setting.ambiguous) + 1
    lines: list[Line] = []
    position = 0
    for source in shown.split("\n"):
        text = source.replace("\t", " ")
        last = 0
        for a, b in breaks(text, width, setting.ambiguous):
            row = text[a:b].strip() if role == "math" else text[a:b]
            free = width - cells_of(row, setting.ambiguous)
            left = free // 2 if role == "math" and not setting.linear else 0
            beside = bool(number) and not lines and needed <= free
            if beside:
                left = min(left, free - needed)
            spans = [Span(" " * left, drawn=True)] if left and row else []
            spans += [Span(row, role)] if row else []
            if beside:
                spans += _number(number, free - left if row else free, setting)
                number = ""
            before = "\n" if not last else " " if a > last else ""
            offset = start + min(position + a, len(block.tex))
            lines.append(Line(tuple(spans), offset, before, 0, start))
            last = b
        position += len(source) + 1
    if number:
        lines.append(_number_below(number, width, lines[-1].start, start, 0, setting))
    return lines


def _number(number: str, room: int, setting: Setting) -> list[Span]:
    return [
        Span(" " * (room - cells_of(number, setting.ambiguous)), drawn=True),
        Span(number, "muted", drawn=True),
    ]


def _number_below(number: str, width: int, offset: int, block: int, wide: int, setting: Setting) -> Line:
    """A number that found no room beside its formula; one too long for any line is left out."""
    room = width - cells_of(number, setting.ambiguous)
    spans = (
        *([Span(" " * room, drawn=True)] if room > 0 else []),
        *([Span(number, "muted", drawn=True)] if room >= 0 else []),
    )
    return Line(spans, offset, "", wide, block)
