"""A formula drawn over several lines, as on paper: fractions with rules, limits, roots, tall brackets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from techdash.text.cells import width
from techdash.text.math_line import Guard, Placed, accented, arrange, gap, is_additive, line, primes
from techdash.text.math_symbols import ACCENTS, BELOW, STRETCHED, subscript, superscript
from techdash.text.math_tree import (
    Accent,
    Arrow,
    Brace,
    Fence,
    Fraction,
    Group,
    Node,
    Phantom,
    Root,
    Row,
    Script,
    Space,
    Table,
    TableForm,
    has_limits,
    kinds,
)

# More rows than any screen has, and a bound on what nested tables can ask for.
_TALLEST = 200
_INDENT = 4
_QUAD = 2


class TooLarge(Exception):
    """The drawing would be taller than anybody could read."""


class Style(IntEnum):
    """TeX's styles: in text, limits stand beside their sign; in scripts, fractions are on the line too."""

    DISPLAY = 0
    TEXT = 1
    SCRIPT = 2


class Box(NamedTuple):
    """Lines of one width. ``tall``: more than a line with scripts, so that brackets grow around it."""

    lines: tuple[str, ...]
    width: int
    baseline: int = 0
    tall: bool = False


class _Piece(NamedTuple):
    """A box of a row, the space before it, and how good a place for a line break is before it."""

    box: Box
    space: int
    strength: int


_NO_BREAK, _AT_OPERATOR, _AT_RELATION, _AT_QUAD = range(4)

# Top, middle, bottom, and what goes between; a brace needs all of its three.
_BRACKETS = {
    "(": "⎛⎜⎝⎜",
    ")": "⎞⎟⎠⎟",
    "[": "⎡⎢⎣⎢",
    "]": "⎤⎥⎦⎥",
    "{": "⎧⎨⎩⎪",
    "}": "⎫⎬⎭⎪",
    "⌈": "⎡⎢⎢⎢",
    "⌉": "⎤⎥⎥⎥",
    "⌊": "⎢⎢⎣⎢",
    "⌋": "⎥⎥⎦⎥",
    "⟦": "⎡⎢⎣⎢",
    "⟧": "⎤⎥⎦⎥",
    "|": "││││",
    "‖": "‖‖‖‖",
}


class Drawing:
    """Draws trees for a terminal in which characters of ambiguous width take 1 or 2 cells."""

    def __init__(self, ambiguous: int) -> None:
        self.ambiguous = ambiguous
        # Rules are made of many characters, so each must be one cell wide.
        wide = ambiguous == 2
        self.rule = "-" if wide else "─"
        self.low_rule = "-" if wide else "‾"
        self.vertical = "|" if wide else "│"
        self.diagonals = ("/", "\\") if wide else ("╱", "╲")
        self.radical = "\\|+" if wide else "╲│┌"
        self.overbrace = tuple("/-^\\" if wide else "╭─┴╮")
        self.underbrace = tuple("\\-v/" if wide else "╰─┬╯")

    def formula(self, body: Row | Table, cells: int) -> Box:
        """The formula at most ``cells`` wide where it can be broken."""
        if isinstance(body, Row):
            return self.broken(body.items, cells)
        box = self.node(body, Style.DISPLAY)
        if box.width <= cells or body.form not in ("aligned", "lines"):
            return box
        rows: list[Box] = []
        for row in body.rows:
            goes_on = bool(rows) and len(row) > 1 and not row[0].items
            rows.append(self.broken(_without_columns(row), cells, _INDENT if goes_on else 0))
        return self.pile(rows)

    def broken(self, items: Sequence[Node], cells: int, indent: int = 0) -> Box:
        """A row, broken at spaces, relations and operators outside of brackets where it is too wide."""
        pieces, _ = self.pieces(items, Style.DISPLAY)
        lines: list[Box] = []
        start = 0
        while start < len(pieces):
            end = _line_end(pieces, start, cells - indent)
            box = self.beside(pieces[start:end])
            lines.append(_place([(indent, 0, box)]) if indent else box)
            indent = _INDENT if end < len(pieces) and pieces[end].strength < _AT_QUAD else 0
            start = end
        return self.pile(lines) if lines else Box(("",), 0)

    def pile(self, boxes: Sequence[Box]) -> Box:
        """Lines below each other, left-aligned, with room between those that are more than a line."""
        if len(boxes) == 1:
            return boxes[0]
        parts = []
        row = 0
        room = int(any(len(box.lines) > 1 for box in boxes))
        for box in boxes:
            parts.append((0, row + box.baseline, box))
            row += len(box.lines) + room
        found = _place(parts)
        return found._replace(baseline=boxes[0].baseline)

    # Rows

    def pieces(self, items: Sequence[Node], style: Style) -> tuple[list[_Piece], int]:
        """The boxes of a row, and the space at its end."""
        placed, trailing = arrange(items, tight=style == Style.SCRIPT)
        found: list[_Piece] = []
        before: tuple[Placed, str] | None = None
        for each in placed:
            box = self.node(each.node, style, each.guard)
            text = box.lines[box.baseline].strip()
            space = each.space
            # A fraction that is drawn needs no brackets and so is no bracket to its neighbours.
            drawn = each._replace(guard="") if box.tall else each
            if before is not None:
                space = gap(*before, drawn, text, tight=style == Style.SCRIPT)
                if before[1].endswith("−") and text.startswith(self.rule):
                    space = max(space, 1)
            found.append(_Piece(box, space, _strength(before[0].node if before else None, each)))
            before = drawn, text
        return found, trailing

    def row(self, items: Sequence[Node], style: Style) -> Box:
        return self.beside(*self.pieces(items, style))

    def beside(self, pieces: Sequence[_Piece], trailing: int = 0) -> Box:
        """Boxes side by side on one baseline. The space before the first one is left out."""
        parts = []
        column = 0
        for index, piece in enumerate(pieces):
            column += piece.space if index else 0
            parts.append((column, 0, piece.box))
            column += piece.box.width
        return _place(parts, column + trailing)

    # Nodes

    def node(self, node: Node, style: Style, guard: Guard = "") -> Box:
        """A node; ``guard`` says what it has beside it, if that matters."""
        match node:
            case Row(items):
                return self.row(items, style)
            case Script():
                return self.script(node, style)
            case Fraction(form=form) if form == "small" or (form == "stacked" and style == Style.SCRIPT):
                return self.text(line(node, tight=style == Style.SCRIPT, guard=guard).text)
            case Fraction():
                return self.fraction(node, style)
            case Root():
                return self.root(node, style, bare=not guard)
            case Accent():
                return self.accent(node, style)
            case Fence():
                return self.fence(node, style)
            case Table():
                return self.table(node, style)
            case Group(body):
                return self.node(body, style)
            case Brace():
                return self.brace(node, style)
            case Phantom(body):
                return self.text(" " * self.node(body, style).width)
        return self.text(line(node).text)

    def text(self, text: str) -> Box:
        return Box((text,), width(text, self.ambiguous))

    def fraction(self, node: Fraction, style: Style) -> Box:
        inner = Style.TEXT if style == Style.DISPLAY else style
        over, under = self.node(node.over, inner), self.node(node.under, inner)
        if node.form == "choose":
            body = _place(_centred([(over, -1 - below(over)), (under, 1 + under.baseline)]))
            return self.fenced(("(", ")"), [body._replace(tall=True)])
        # The rule of a fraction of fractions is longer than theirs, or nobody could tell which is which.
        longer = 2 if over.tall or under.tall else 0
        rule = self.text(self.rule * (max(over.width, under.width, 1) + longer))
        parts = [(over, -1 - below(over)), (rule, 0), (under, 1 + under.baseline)]
        return _place(_centred(parts))._replace(tall=True)

    def root(self, node: Root, style: Style, *, bare: bool) -> Box:
        """``bare``: without a line over the body, where the body is one atom and nothing follows it."""
        body = self.node(node.body, style)
        if bare and len(body.lines) == 1 and not (on_the_line := line(node).text).endswith(")"):
            return self.text(on_the_line)
        degree = line(node.index, tight=True).text if node.index is not None else ""
        high = superscript(degree)
        index = self.text(degree if high is None else high)
        if len(body.lines) == 1:
            sign = self.text("√")
            start = index.width + sign.width
            above = self.text("_" * body.width)
            return _place(
                [(0, 0 if high else -1, index), (index.width, 0, sign), (start, -1, above), (start, 0, body)]
            )
        top, bottom = -body.baseline - 1, below(body)
        hook, stem, corner = (self.text(char) for char in self.radical)
        column = max(index.width, hook.width)
        parts = [
            (column - hook.width, bottom, hook),
            (column - index.width, bottom - 1, index),
            (column, top, corner),
            *((column, row, stem) for row in range(top + 1, bottom + 1)),
            (column + 1, top, self.text(self.rule * (body.width + 1))),
            (column + 2, 0, body),
        ]
        return _place(parts)._replace(tall=True)

    def script(self, node: Script, style: Style) -> Box:
        base = node.base
        if base is not None and node.limits and (style == Style.DISPLAY or not has_limits(base)):
            return self.above_and_below(base, node, style)
        box = self.script_base(base, style)
        # The rows beside the base on which its scripts stand: the first and the last one of what is tall.
        high, low = (-box.baseline, below(box)) if box.tall else (0, 0)
        parts = [(0, 0, box)]
        column = box.width
        if node.primes:
            parts.append((column, high, self.text(primes(node.primes))))
            column += parts[-1][2].width
        sub = subscript(line(node.sub, tight=True).text) if node.sub is not None else ""
        sup = superscript(line(node.sup, tight=True).text) if node.sup is not None else ""
        if sub is not None and sup is not None:
            parts.append((box.width if box.tall else column, low, self.text(sub)))
            parts.append((column + (0 if box.tall else parts[-1][2].width), high, self.text(sup)))
            return _place(parts)._replace(tall=box.tall)
        # A script that Unicode has no characters for puts both on lines of their own, off the baseline.
        if node.sub is not None:
            under = self.node(node.sub, Style.SCRIPT)
            parts.append((box.width, (low or 1) + under.baseline, under))
        if node.sup is not None:
            above = self.node(node.sup, Style.SCRIPT)
            parts.append((column, (high or -1) - below(above), above))
        return _place(parts)._replace(tall=box.tall)

    def script_base(self, base: Node | None, style: Style) -> Box:
        """What a script is attached to, in brackets where it could be taken for part of it."""
        if base is None:
            return self.text("")
        if isinstance(base, Root):
            return self.root(base, style, bare=False)
        box = self.node(base, style)
        several = isinstance(base, Row) and len(base.items) > 1
        if several or isinstance(base, Fraction) or (isinstance(base, Script) and base.sup is not None):
            return self.fenced(("(", ")"), [box])
        return box

    def above_and_below(self, base: Node, node: Script, style: Style) -> Box:
        above = self.node(node.sup, Style.SCRIPT) if node.sup is not None else None
        under = self.node(node.sub, Style.SCRIPT) if node.sub is not None else None
        if isinstance(base, Arrow):
            box = self.arrow(base.text, 2 + max(label.width for label in (above, under) if label is not None))
        else:
            box = self.node(base, style)
        parts = [(box, 0)]
        if above is not None:
            parts.insert(0, (above, -box.baseline - 1 - below(above)))
        if under is not None:
            parts.append((under, below(box) + 1 + under.baseline))
        grows = box.tall or isinstance(base, Brace) or kinds(base)[0] == "op"
        return _place(_centred(parts))._replace(tall=grows)

    def arrow(self, head: str, cells: int) -> Box:
        """An arrow (or an equals sign) of a length."""
        shaft = "=" if head in "=⇒⇐⇔⇌" else self.rule
        left, right = ("⇐" if head == "⇔" else "←"), ("⇒" if head == "⇔" else "→")
        if head in "↔⇔":
            ends = self.text(left), self.text(right)
        elif head in "←⇐":
            ends = self.text(head), self.text("")
        else:
            ends = self.text(""), self.text(head)
        middle = shaft * max(1, cells - ends[0].width - ends[1].width)
        return self.text(ends[0].lines[0] + middle + ends[1].lines[0])

    def accent(self, node: Accent, style: Style) -> Box:
        if text := accented(node.body, node.name):
            return self.text(text)
        body = self.node(node.body, style)
        sign = ACCENTS[node.name][1]
        if sign not in STRETCHED:
            mark = self.text(sign)
        elif sign in "→←↔":
            mark = self.arrow(sign, body.width)
        else:
            mark = self.text((sign if sign == "_" else self.low_rule) * body.width)
        row = below(body) + 1 if node.name in BELOW else -body.baseline - 1
        return _place(_centred([(body, 0), (mark, row)]))._replace(tall=body.tall)

    def brace(self, node: Brace, style: Style) -> Box:
        body = self.node(node.body, style)
        left, fill, middle, right = self.overbrace if node.over else self.underbrace
        fills = max(0, body.width - 3)
        drawn = left + fill * (fills // 2) + middle + fill * (fills - fills // 2) + right
        row = -body.baseline - 1 if node.over else below(body) + 1
        return _place(_centred([(body, 0), (self.text(drawn), row)]))._replace(tall=True)

    def fence(self, node: Fence, style: Style) -> Box:
        boxes = [self.row(part.items, style) for part in node.parts]
        return self.fenced(node.delimiters, boxes, spaced=node.delimiters == ("{", ""))

    def fenced(self, delimiters: Sequence[str], boxes: Sequence[Box], *, spaced: bool = False) -> Box:
        """Boxes between delimiters, as tall as the boxes where these are more than a line with scripts."""
        tall = any(box.tall for box in boxes)
        top = max(box.baseline for box in boxes) if tall else 0
        bottom = max(map(below, boxes)) if tall else 0
        if top + bottom == 1 and not {"{", "}"}.isdisjoint(delimiters):
            bottom += 1
        parts: list[tuple[int, int, Box]] = []
        column = 0
        last = len(delimiters) - 1
        for index, delimiter in enumerate(delimiters):
            sign = self.delimiter(delimiter, top, bottom)
            column += int(0 < index < last)
            parts.append((column, 0, sign))
            column += sign.width + int(0 < index < last or (spaced and index == 0))
            if index < last:
                parts.append((column, 0, boxes[index]))
                column += boxes[index].width
        return _place(parts, column)._replace(tall=tall)

    def delimiter(self, sign: str, top: int, bottom: int) -> Box:
        """A delimiter that reaches ``top`` rows above the baseline and ``bottom`` below it."""
        rows = top + bottom + 1
        if rows == 1 or not sign:
            return self.text(sign)
        if sign in "⟨⟩":
            return self.angle(sign, rows, top)
        if sign in _BRACKETS:
            first, middle, last, between = tuple(_BRACKETS[sign].replace("│", self.vertical))
            drawn = first + between * (rows - 2) + last
            if sign in "{}":
                half = rows // 2
                drawn = drawn[:half] + middle + drawn[half + 1 :]
        else:
            drawn = " " * top + sign + " " * bottom
            return _place([(0, 0, self.text(sign))])
        return Box(tuple(drawn), width(drawn[0], self.ambiguous), top)

    def angle(self, sign: str, rows: int, top: int) -> Box:
        """An angle bracket of diagonals, with its own sign between them where the rows are odd."""
        up, down = self.diagonals if sign == "⟨" else self.diagonals[::-1]
        half = rows // 2
        cells = half + rows % 2
        # How far each row is from the middle: 1, 0, 1 in three rows.
        steps = [abs(row - half) - (rows % 2 == 0 and row < half) for row in range(rows)]
        lines = []
        for row, step in enumerate(steps):
            char = sign if rows % 2 and row == half else up if row < half else down
            before = step if sign == "⟨" else cells - 1 - step
            lines.append(" " * before + char + " " * (cells - 1 - before))
        return Box(tuple(lines), cells, top)

    # Tables

    def table(self, node: Table, style: Style) -> Box:
        inner = style if node.form in ("aligned", "lines") else max(style, Style.TEXT)
        cells = [[self.cell(node.form, at, cell, inner) for at, cell in enumerate(row)] for row in node.rows]
        columns = _columns(node, max(map(len, cells)))
        widths = [0] * len(columns)
        for row in cells:
            for at, box in enumerate(row):
                widths[at] = max(widths[at], box.width)
        starts, bars, total = _column_starts(node, columns, widths)
        parts: list[tuple[int, int, Box]] = []
        height = 0
        room = _room_between_rows(node, cells)
        for index, row in enumerate(cells):
            height += room if index else 0
            if index in node.rules:
                parts.append((0, height, self.text(self.rule * total)))
                height += 1
            top = max(box.baseline for box in row)
            for at, box in enumerate(row):
                spare = {"l": 0, "c": (widths[at] - box.width) // 2, "r": widths[at] - box.width}[columns[at]]
                parts.append((starts[at] + spare, height + top, box))
            height += top + 1 + max(map(below, row))
        if len(cells) in node.rules:
            parts.append((0, height, self.text(self.rule * total)))
            height += 1
        bar = self.text(self.vertical)
        parts += [(column, row, bar) for column in bars for row in range(height)]
        box = _place(parts, total)._replace(baseline=(height - 1) // 2, tall=height > 1)
        if node.left or node.right:
            return self.fenced((node.left, node.right), [box], spaced=node.left == "{")
        return box

    def cell(self, form: TableForm, column: int, cell: Row, style: Style) -> Box:
        """A cell of a table; the second one of a pair of ``aligned`` keeps its distance from the first."""
        pieces, trailing = self.pieces(cell.items, style)
        if form == "aligned" and column % 2 and pieces:
            first = next(item for item in cell.items if not isinstance(item, Space))
            distance = pieces[0].space + int(kinds(first)[0] in ("rel", "bin"))
            pieces.insert(0, _Piece(self.text(" " * distance), 0, _NO_BREAK))
            pieces[1] = pieces[1]._replace(space=0)
        return self.beside(pieces, trailing)


def below(box: Box) -> int:
    """Rows below the baseline."""
    return len(box.lines) - 1 - box.baseline


def _place(parts: Sequence[tuple[int, int, Box]], cells: int = 0) -> Box:
    """Boxes on one sheet, at least ``cells`` wide: each with its column and the row of its baseline.

    The sheet's baseline is row 0.
    """
    cells = max(cells, max((column + box.width for column, _, box in parts), default=0))
    if all(len(box.lines) == 1 and row == 0 for _, row, box in parts):
        # What most rows are, and worth a shortcut.
        return Box((_joined([(column, box.lines[0], box.width) for column, _, box in parts], cells),), cells)
    rows: dict[int, list[tuple[int, str, int]]] = {0: []}
    for column, row, box in parts:
        for index, text in enumerate(box.lines, row - box.baseline):
            rows.setdefault(index, []).append((column, text, box.width))
    first, last = min(rows), max(rows)
    if last - first >= _TALLEST:
        raise TooLarge
    lines = tuple(_joined(sorted(rows.get(index, ())), cells) for index in range(first, last + 1))
    return Box(lines, cells, -first, any(box.tall for _, _, box in parts))


def _joined(texts: Sequence[tuple[int, str, int]], cells: int) -> str:
    """One line of texts, each with its column and width, in the order of their columns."""
    found = ""
    at = 0
    for column, text, size in texts:
        found += " " * (column - at) + text
        at = column + size
    return found + " " * (cells - at)


def _centred(boxes: Sequence[tuple[Box, int]]) -> list[tuple[int, int, Box]]:
    """Boxes, with the rows of their baselines, around one vertical axis."""
    widest = max(box.width for box, _ in boxes)
    return [((widest - box.width) // 2, row, box) for box, row in boxes]


def _strength(left: Node | None, placed: Placed) -> int:
    """How good a place for a line break is before the atom."""
    if left is None or kinds(left)[1] == "rel":
        return _NO_BREAK
    if kinds(placed.node)[0] == "rel":
        return _AT_RELATION
    if placed.space >= _QUAD:
        return _AT_QUAD
    return _AT_OPERATOR if is_additive(placed.node) or kinds(left)[1] == "punct" else _NO_BREAK


def _line_end(pieces: Sequence[_Piece], start: int, cells: int) -> int:
    """Where the line that begins at ``start`` ends: before the last of the best breaks that fit.

    A relation so early that most of the line would stay empty is no better than an operator.
    """
    used = pieces[start].box.width
    breaks: dict[int, int] = {}
    for index in range(start + 1, len(pieces)):
        piece = pieces[index]
        if used > cells and breaks:
            break
        if piece.strength:
            early = piece.strength == _AT_RELATION and used * 3 < cells
            breaks[_NO_BREAK if early else piece.strength] = index
        used += piece.space + piece.box.width
    return len(pieces) if used <= cells or not breaks else breaks[max(breaks)]


def _without_columns(row: Sequence[Row]) -> list[Node]:
    """The atoms of a row of a table, with space before each pair of columns."""
    items: list[Node] = []
    for index, cell in enumerate(row):
        if items and index % 2 == 0:
            items.append(Space(_QUAD, _QUAD))
        items += cell.items
    return items


def _columns(node: Table, count: int) -> str:
    """The alignment of each column."""
    given = node.columns.replace("|", "")
    usual = {"matrix": "c", "cases": "l", "lines": "c", "aligned": "rl"}[node.form]
    return given + "".join(usual[at % len(usual)] for at in range(len(given), count))


def _column_starts(node: Table, columns: str, widths: Sequence[int]) -> tuple[list[int], list[int], int]:
    """Where the columns and the bars between them begin, and the width of all."""
    starts, bars = [], []
    column = 0
    at = 0
    given = len(node.columns.replace("|", ""))
    for char in node.columns + columns[given:]:
        if char == "|":
            bars.append(column + int(at > 0))
            column += 2 + int(at > 0)
            continue
        if at and not (bars and bars[-1] >= column - 2):
            column += _column_gap(node, at)
        starts.append(column)
        column += widths[at]
        at += 1
    return starts, bars, column


def _column_gap(node: Table, at: int) -> int:
    if node.form != "aligned":
        return 2
    return 0 if at % 2 else 2


def _room_between_rows(node: Table, cells: Sequence[Sequence[Box]]) -> int:
    """A row where cells are more than a line, or between only two, so that their neighbours stand on it."""
    if node.form == "lines" and not any(box.tall for row in cells for box in row):
        return 0
    if any(len(box.lines) > 1 for row in cells for box in row):
        return 1
    return int(node.form in ("matrix", "cases") and len(cells) == 2 and not node.rules)
