"""Tables to lines: columns aligned by cells, and what a table becomes that is too wide for them."""

from __future__ import annotations

from collections.abc import Sequence

from techdash.document.inlines import text_of
from techdash.document.layout_text import Piece, add, pieces, roles, with_gaps, wrapped
from techdash.document.lines import Line, Setting, Span
from techdash.document.tree import Inlines, Table
from techdash.text.cells import width as cells_of

_GAP = 2
_NARROWEST = 5
# Cells below which a column of more is no pleasure to read, and those beyond which its cells are wrapped
# even where there is room at the side.
_READABLE = 12
_WIDEST_COLUMN = 32
_WIDEST = 500


def table(block: Table, width: int, base: str, setting: Setting) -> list[Line]:
    """Rows of columns, the widest giving way where there is no room for all.

    Where that would make a column unreadable, as wide as they are if the page can be moved sideways; where
    no column would have room for a word, or where nothing is to be drawn, each row by itself, its cells
    below each other.
    """
    head, rows = list(block.head), [list(row) for row in block.rows]
    columns = max((len(row) for row in [head, *rows]), default=0)
    if not columns:
        return []
    for row in [head, *rows]:
        row.extend([()] * (columns - len(row)))
    if setting.linear:
        return _records(block, head, rows, width, base, setting)
    cells = [
        [pieces(cell, base if place or not block.head else roles(base, "table-head")) for cell in row]
        for place, row in enumerate([head, *rows])
    ]
    natural = [max(_natural(row[column], setting) for row in cells) for column in range(columns)]
    spaces = _GAP * (columns - 1)
    room = width - spaces
    if sum(natural) <= room:
        widths = natural
    elif (
        setting.sideways
        and sum(min(each, _READABLE) for each in natural) > room
        and _NARROWEST * columns <= _WIDEST - spaces
    ):
        widths = _shared([min(each, _WIDEST_COLUMN) for each in natural], _WIDEST - spaces)
    elif room // columns < _NARROWEST:
        return _records(block, head, rows, width, base, setting)
    else:
        widths = _shared(natural, room)
    return _columns(block, cells, widths, width, setting)


def _columns(
    block: Table, cells: list[list[list[Piece]]], widths: list[int], width: int, setting: Setting
) -> list[Line]:
    start = block.start
    align = [*block.align, *[""] * len(widths)][: len(widths)]
    offsets = _row_offsets(block)
    lines: list[Line] = []
    if block.head:
        lines += _row(cells[0], widths, align, offsets[0], start, setting)
        dash = cells_of("─", setting.ambiguous)
        if rule := "─" * ((sum(widths) + _GAP * (len(widths) - 1)) // dash):
            lines.append(Line((Span(rule, "rule", drawn=True),), offsets[0], "", 0, start))
    body = [
        _row(row, widths, align, offset, start, setting)
        for row, offset in zip(cells[1:], offsets[1 if block.head else 0 :], strict=True)
    ]
    tall = any(len(row) > 1 for row in body)
    for index, row_lines in enumerate(body):
        if tall and index:
            lines.append(Line((), row_lines[0].start, "", 0, start))
        lines += row_lines
    widest = max(sum(cells_of(span.text, setting.ambiguous) for span in line.spans) for line in lines)
    if widest <= width:
        return lines
    return [Line(line.spans, line.start, line.before, widest, start) for line in lines]


def _natural(row: list[Piece], setting: Setting) -> int:
    row = with_gaps(row) if setting.gaps else row
    text = "".join(piece.text for piece in row).replace("\t", " ")
    return max(1, *(cells_of(line, setting.ambiguous) for line in text.split("\n")))


def _row(
    row: list[list[Piece]],
    widths: list[int],
    align: Sequence[str],
    start: int,
    block: int,
    setting: Setting,
) -> list[Line]:
    """One row, as many lines as its tallest cell."""
    cells = [
        wrapped(cell, room, start, setting, block) if cell else []
        for cell, room in zip(row, widths, strict=True)
    ]
    lines: list[Line] = []
    for index in range(max(1, *map(len, cells))):
        spans: list[Span] = []
        owed = 0  # spaces before the next text; those at the end of a line are never written
        for cell, room, side in zip(cells, widths, align, strict=True):
            content = cell[index].spans if index < len(cell) else ()
            used = sum(cells_of(span.text, setting.ambiguous) for span in content)
            before = {"right": room - used, "center": (room - used) // 2}.get(side, 0) if content else 0
            if content:
                if spans:  # the text has a tab between two cells
                    add(spans, " " * (owed + before - 1), "", drawn=True)
                    spans.append(Span(" "))
                elif owed + before:
                    add(spans, " " * (owed + before), "", drawn=True)
                spans.extend(content)
                owed = 0
            owed += room - used - before + _GAP
        lines.append(Line(tuple(spans), start, " " if index else "\n", 0, block))
    return lines


def _records(
    block: Table, head: list[Inlines], rows: list[list[Inlines]], width: int, base: str, setting: Setting
) -> list[Line]:
    """Each row by itself, each cell on its own lines after its name."""
    lines: list[Line] = []
    offsets = _row_offsets(block)[1 if block.head else 0 :]
    for row, offset in zip(rows or [head], offsets or [block.start], strict=True):
        if lines:
            lines.append(Line((), offset, "", 0, block.start))
        repeated = bool(lines)
        for name, cell in zip(head, row, strict=True):
            shown = pieces(cell, base)
            if rows and block.head and text_of(name):
                names = pieces(name, roles(base, "table-head"))
                shown = [
                    *(piece._replace(drawn=piece.drawn or repeated) for piece in names),
                    Piece("  ", 0, "", drawn=True),
                    *shown,
                ]
            if shown:
                lines += [
                    Line(line.spans, offset, line.before, 0, block.start)
                    for line in wrapped(shown, width, offset, setting, block.start)
                ]
    return lines


def _shared(natural: list[int], room: int) -> list[int]:
    """Column widths: what each would like, the widest giving way until all fit."""
    widths = [0] * len(natural)
    left, columns = room, len(natural)
    for index in sorted(range(len(natural)), key=natural.__getitem__):
        widths[index] = max(1, min(natural[index], left // columns))
        left -= widths[index]
        columns -= 1
    return widths


def _row_offsets(block: Table) -> list[int]:
    """Where each row begins in the block's text: cells parted by tabs, rows by newlines."""
    offsets: list[int] = []
    offset = block.start
    for row in (*((block.head,) if block.head else ()), *block.rows):
        offsets.append(offset)
        offset += sum(len(text_of(cell)) + 1 for cell in row) if row else 1
    return offsets
