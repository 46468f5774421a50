"""Tables aligned by display width: columns shrunk to the room there is, cells wrapped, no box."""

from __future__ import annotations

from techdash.document.lines import Line, Span, flatten, line_text, wrap
from techdash.document.tree import Table
from techdash.text.cells import width

GAP = 2
NARROWEST = 6


def lay_out_table(table: Table, cells: int, ambiguous: int) -> list[Line]:
    """A table in ``cells`` cells; one with too many columns becomes a list of its rows."""
    rows = ([table.head] if table.head else []) + list(table.rows)
    count = max((len(row) for row in rows), default=0)
    if not count:
        return []
    texts = [[flatten(cell) for cell in row] + [[] for _ in range(count - len(row))] for row in rows]
    natural = [
        max(1, *(width("".join(each.text for each in row[column]), ambiguous) for row in texts))
        for column in range(count)
    ]
    room = cells - GAP * (count - 1)
    if room < count * min(NARROWEST, max(natural)):
        return _as_list(table, texts, cells, ambiguous)
    sizes = _shrink(natural, room)
    lines: list[Line] = []
    start = table.start
    for number, row in enumerate(texts):
        head = bool(table.head) and number == 0
        made, taller = _row(row, sizes, table.align, start, ambiguous, "table-head" if head else "")
        if taller and lines and not head and lines[-1].spans and not _is_rule(lines[-1]):
            lines.append(Line((), start))
        lines += made
        if head:
            rule: list[Span] = []
            for column, size in enumerate(sizes):
                if column:
                    rule.append(Span(" " * GAP))
                rule.append(Span("─" * (size // ambiguous), "rule"))
            lines.append(Line(tuple(rule), start))
        start += sum(len(each.text) for cell in row for each in cell) + count
    return lines


def _is_rule(line: Line) -> bool:
    return any(each.style == "rule" for each in line.spans)


def _shrink(natural: list[int], room: int) -> list[int]:
    """Column widths: natural where they fit, else the widest give way first, evenly."""
    if sum(natural) <= room:
        return natural
    # the largest common limit at which all columns together fit
    low, high = 1, max(natural)
    while low < high:
        limit = (low + high + 1) // 2
        if sum(min(size, limit) for size in natural) <= room:
            low = limit
        else:
            high = limit - 1
    sizes = [min(size, low) for size in natural]
    spare = room - sum(sizes)
    for column, size in enumerate(natural):
        if spare > 0 and size > sizes[column]:
            sizes[column] += 1
            spare -= 1
    return sizes


def _row(
    row: list[list[Span]], sizes: list[int], align: tuple[str, ...], start: int, ambiguous: int, style: str
) -> tuple[list[Line], bool]:
    cells = [
        wrap(
            [Span(each.text, f"{style} {each.style}".strip(), each.href) for each in cell], size, 0, ambiguous
        )
        for cell, size in zip(row, sizes, strict=True)
    ]
    height = max((len(lines) for lines in cells), default=1) or 1
    made = []
    for number in range(height):
        spans: list[Span] = []
        for column, (lines, size) in enumerate(zip(cells, sizes, strict=True)):
            piece = lines[number] if number < len(lines) else Line((), 0)
            blank = size - width(line_text(piece), ambiguous)
            side = align[column] if column < len(align) else ""
            before = blank if side == "right" else blank // 2 if side == "center" else 0
            if column:
                spans.append(Span(" " * GAP))
            spans += [Span(" " * max(0, before)), *piece.spans, Span(" " * max(0, blank - before))]
        made.append(Line(tuple(each for each in spans if each.text), start))
    return made, height > 1


def _styled(span: Span, style: str) -> Span:
    return Span(span.text, f"{style} {span.style}".strip(), span.href)


def _as_list(table: Table, texts: list[list[list[Span]]], cells: int, ambiguous: int) -> list[Line]:
    """Each row as lines of "head: cell", for tables that no column would be left of."""
    head = texts[0] if table.head else []
    lines: list[Line] = []
    for number, row in enumerate(texts[1:] if table.head else texts):
        if number:
            lines.append(Line((), table.start))
        for column, cell in enumerate(row):
            name = "".join(each.text for each in head[column]) if head else ""
            spans = [Span(f"{name}: ", "table-head"), *cell] if name else cell
            lines += [Line(line.spans, table.start) for line in wrap(spans, cells, 0, ambiguous)]
    return lines
