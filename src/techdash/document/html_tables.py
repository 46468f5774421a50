"""Tables in HTML: of data, of code with its line numbers, of equations, and those for layout only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from techdash.document.html_code import code_of_table
from techdash.document.html_math import equations
from techdash.document.html_nodes import Attributes, children, classes_of, descend
from techdash.document.inlines import text_of
from techdash.document.tree import Block, CodeBlock, Image, Inlines, MathBlock, Table, Text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from techdash.document.html_walk import Walker

_MOST_COLUMNS = 64
_MOST_CELLS = 20_000
_MOST_ROWS_SPANNED = 1000

# The classes of LaTeXML, WordPress and of style sheets that many use.
_ALIGNED = re.compile(r"(?:^|\s)(?:ltx_align_|has-text-align-|text-|align-?)(left|right|center)(?=\s|$)")

_LAYOUT = "td h1, td h2, td h3, td h4, td blockquote, td pre, td figure, td table, th table"
_GROUPS = frozenset(["thead", "tbody", "tfoot"])

_Row = tuple["LexborNode", list["LexborNode"]]


def table(
    walker: Walker, node: LexborNode, classes: list[str], attributes: Attributes, frame: int, out: list[Block]
) -> None:
    """What a ``table`` is. At most 64 columns and 20,000 cells are shown; what is left out is counted."""
    code = code_of_table(node, classes)
    if code is not None:
        if code[0].strip():
            walker.leaf(CodeBlock(walker.offset, *code), out)
        return
    formulas = equations(node, classes)
    if formulas is not None:
        for tex, number in formulas:
            walker.leaf(MathBlock(walker.offset, tex, number), out)
        return
    rows: list[_Row] = []
    for child in descend(node, _GROUPS):
        if child.tag == "caption":
            out.extend(walker.blocks(children(child), frame + 1))
        elif child.tag == "tr":
            rows.append((child, [cell for cell in children(child) if cell.tag in ("td", "th")]))
    if _is_layout(node, rows, attributes):
        for _, cells in rows:
            for cell in cells:
                out.extend(walker.blocks(children(cell), frame + 1))
    elif rows:
        _data(walker, rows, frame, out)


def _is_layout(node: LexborNode, rows: list[_Row], attributes: Attributes) -> bool:
    if attributes.get("role") in ("presentation", "none"):
        return True
    if max((len(cells) for _, cells in rows), default=0) < 2:
        return True
    found = node.css_first(_LAYOUT)
    return found is not None and (found.tag == "table" or node.css_first("th") is None)


def _data(walker: Walker, rows: list[_Row], frame: int, out: list[Block]) -> None:
    start = walker.offset
    head: tuple[Inlines, ...] = ()
    body: list[tuple[Inlines, ...]] = []
    align: list[str] = []
    held: dict[int, int] = {}  # by column, for how many rows more a cell above reaches down
    cells_left = _MOST_CELLS
    for index, (row, cells) in enumerate(rows):
        line = _line(walker, cells, held, frame)
        cells_left -= len(line)
        if cells_left < 0:
            body.append(((Text(f"… +{len(rows) - index}"),),))
            break
        if not any(text_of(cell).strip() or any(isinstance(one, Image) for one in cell) for cell in line):
            continue
        if not align:
            align = [_alignment(cell) for cell in cells[:_MOST_COLUMNS]]
        is_head = (
            all(cell.tag == "th" for cell in cells)
            or (row.parent is not None and row.parent.tag == "thead")
            or "notion-simple-table-header-row" in classes_of(row.attributes)
        )
        if is_head and not head and not body:
            head = tuple(line)
        else:
            body.append(tuple(line))
    walker.offset = start
    if head or body:
        walker.leaf(Table(start, head, tuple(body), tuple(align) if any(align) else ()), out)


def _line(walker: Walker, cells: list[LexborNode], held: dict[int, int], frame: int) -> list[Inlines]:
    """The cells of a row, empty ones where a cell spans more columns or reaches down from above."""
    line: list[Inlines] = []

    def skip_held() -> None:
        while held.get(len(line), 0) > 0:
            held[len(line)] -= 1
            line.append(())

    for index, cell in enumerate(cells):
        skip_held()
        if len(line) >= _MOST_COLUMNS:
            line = [*line[: _MOST_COLUMNS - 1], (Text(f"… +{len(cells) - index + 1}"),)]
            break
        column = len(line)
        line.append(walker.row(children(cell), frame))
        attributes = cell.attributes
        across = _span(attributes.get("colspan"), _MOST_COLUMNS)
        down = _span(attributes.get("rowspan"), _MOST_ROWS_SPANNED)
        line.extend([()] * min(across - 1, _MOST_COLUMNS - len(line)))
        if down > 1:
            for spanned in range(column, len(line)):
                held[spanned] = down - 1
    skip_held()
    return line


def _span(value: str | None, most: int) -> int:
    return min(int(value), most) if value and re.fullmatch("[1-9][0-9]{0,5}", value) else 1


def _alignment(cell: LexborNode) -> str:
    attributes = cell.attributes
    found = re.search(r"text-align:\s*(left|right|center)", attributes.get("style") or "")
    found = found or _ALIGNED.search(attributes.get("class") or "")
    value = found[1] if found else (attributes.get("align") or "").lower()
    return value if value in ("left", "right", "center") else ""
