"""Blocks to lines of a width: pure, so that a window, a pipe and a test see the same page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from techdash.document.inlines import text_of
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Inline,
    Inlines,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from techdash.text.cells import graphemes, is_plain
from techdash.text.cells import width as cells_of
from techdash.text.clean import UncleanTextError, is_clean
from techdash.text.linebreak import breaks

# Below this a frame (a bar, an indent, a column) would leave no room for what it frames.
_NARROWEST = 8
_COLUMN_GAP = 2
_NARROWEST_COLUMN = 5
_BULLETS = "•◦▪"
_SUPERSCRIPTS = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. ``style`` is a space-separated row of roles, ``href`` where it leads."""

    text: str
    style: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """``start`` is the document offset of the line's first character; no spans make a blank line."""

    spans: tuple[Span, ...]
    start: int


# What is shown, how many characters of the block's text it stands for, its roles, where it leads.
_Piece = tuple[str, int, str, str]


def lay_out(blocks: Sequence[Block], width: int, ambiguous: int = 1) -> list[Line]:
    """The lines of some blocks, a blank one between them; no line is wider than ``width`` cells (from 8 up).

    ``ambiguous`` is the width of the characters of that class in the reader's terminal, 1 or 2.

    Raises:
        UncleanTextError: a text holds what :func:`techdash.text.clean.clean` would have taken away.
    """
    lines = _Page(ambiguous).blocks(blocks, max(_NARROWEST, width), "")
    for line in lines:
        for span in line.spans:
            if "\n" in span.text or not is_clean(span.text):
                raise UncleanTextError(repr(span.text[:80]))
    return lines


def line_text(line: Line) -> str:
    """The words of a line, with what frames them."""
    return "".join(span.text for span in line.spans)


class _Page:
    """Lays blocks out; ``base`` is the role that everything within a block has."""

    def __init__(self, ambiguous: int) -> None:
        self.ambiguous = ambiguous
        self.depth = 0  # of lists

    def cells(self, text: str) -> int:
        return cells_of(text, self.ambiguous)

    def blocks(self, blocks: Sequence[Block], width: int, base: str, *, tight: bool = False) -> list[Line]:
        lines: list[Line] = []
        for block in blocks:
            added = self.block(block, width, base)
            if not added:
                continue
            if lines and not tight:
                lines.append(Line((), added[0].start))
            lines.extend(added)
        return lines

    def block(self, block: Block, width: int, base: str) -> list[Line]:
        match block:
            case Paragraph():
                return self.wrapped(self.pieces(block.inlines, base), width, block.start)
            case Heading():
                return self.heading(block, width, base)
            case CodeBlock():
                return self.code(block, width)
            case MathBlock():
                return self.display_math(block, width)
            case Quote():
                inner = self.blocks(block.children, self.within(width, "▎ "), _roles(base, "quote"))
                return self.framed(inner, width, "▎ ", _roles(base, "marker"))
            case List():
                return self.items(block, width, base)
            case Table():
                return self.table(block, width, base)
            case Figure():
                return self.figure(block, width, base)
            case Rule():
                return [Line((Span(self.rule(width), "rule"),), block.start)]
            case Callout():
                return self.callout(block, width, base)
            case Details():
                return self.details(block, width, base)
            case Footnotes():
                return self.footnotes(block, width, base)

    # -- inlines

    def pieces(self, inlines: Iterable[Inline], base: str, href: str = "") -> list[_Piece]:
        """Inlines as pieces of text with their roles."""
        row: list[_Piece] = []
        for inline in inlines:
            match inline:
                case Text(text, styles):
                    role = _roles(base, *sorted(styles - {"sup", "sub"})) if styles else base
                    shown = _raised(text, _SUPERSCRIPTS) if "sup" in styles else text
                    shown = _raised(text, _SUBSCRIPTS) if "sub" in styles else shown
                    row.append((shown, len(text), role, href))
                case Code(text):
                    row.append((text.replace("\n", " "), len(text), _roles(base, "code"), href))
                case Math(tex):
                    row.append((self.inline_math(tex), len(tex), _roles(base, "math"), href))
                case Link(target, children):
                    row.extend(self.pieces(children, _roles(base, "link"), target))
                case Image(_, alt):
                    row.append((f"▢ {alt}" if alt else "▢", len(alt), _roles(base, "caption"), href))
                case FootnoteRef(label):
                    row.append((f"[{label}]", len(label) + 2, _roles(base, "marker"), href))
                case Break():
                    row.append(("\n", 1, base, ""))
        return row

    def inline_math(self, tex: str) -> str:
        """How a formula among words is shown: on one line, or as its source where that isn't understood."""
        from techdash.text.math import one_line  # most texts have no formula

        return one_line(tex) or " ".join(tex.split())

    def wrapped(self, pieces: list[_Piece], width: int, start: int) -> list[Line]:
        """Pieces broken into lines. A tab is a space: what it would align is not here."""
        if len(pieces) == 1:
            text, length, role, href = pieces[0]
            text = text.replace("\t", " ")
            exact = length == len(text)
            return [
                Line(
                    (Span(text[a:b], role, href),) if b > a else (), start + (a if exact else min(a, length))
                )
                for a, b in breaks(text, width, self.ambiguous)
            ]
        text = "".join(piece[0] for piece in pieces).replace("\t", " ")
        ends = list(accumulate(len(piece[0]) for piece in pieces))
        if not is_plain(text.replace("\n", "")):
            ends = _at_graphemes(text, ends)
        sources = [start, *accumulate((piece[1] for piece in pieces), initial=start)][1:]
        lines: list[Line] = []
        index = 0
        for a, b in breaks(text, width, self.ambiguous):
            while index < len(ends) - 1 and ends[index] <= a:
                index += 1
            began = ends[index - 1] if index else 0
            offset = sources[index] + min(a - began, pieces[index][1]) if pieces else start
            spans: list[Span] = []
            at, place = a, index
            while at < b:
                end = min(b, ends[place])
                if end > at:
                    _add(spans, text[at:end], pieces[place][2], pieces[place][3])
                    at = end
                place += 1
            lines.append(Line(tuple(spans), offset))
        return lines

    # -- frames

    def within(self, width: int, prefix: str) -> int:
        """The width inside a frame; the whole where the frame would take too much of it."""
        inner = width - self.cells(prefix)
        return inner if inner >= _NARROWEST else width

    def framed(
        self, lines: list[Line], width: int, prefix: str, role: str, first: Span | None = None
    ) -> list[Line]:
        """Lines with a prefix before each of them; ``first`` stands in for it on the first line."""
        if width - self.cells(prefix) < _NARROWEST:
            return lines
        bar = Span(prefix, role)
        blank = prefix.isspace()
        framed: list[Line] = []
        for index, line in enumerate(lines):
            if index == 0 and first is not None:
                framed.append(Line((first, *line.spans), line.start))
            elif line.spans or not blank:
                framed.append(Line((bar, *line.spans), line.start))
            else:
                framed.append(line)
        return framed

    def rule(self, width: int) -> str:
        return "─" * (width // self.cells("─"))

    # -- blocks

    def heading(self, block: Heading, width: int, base: str) -> list[Line]:
        role = _roles(base, f"heading{min(block.level, 3)}")
        lines = self.wrapped(self.pieces(block.inlines, role), width, block.start)
        # A chapter stands further from what is above it than from what it heads.
        return [Line((), block.start), *lines] if block.level <= 2 and block.start > 0 and not base else lines

    def code(self, block: CodeBlock, width: int) -> list[Line]:
        """Code on its ground, filled to the width; a long line goes on behind a mark."""
        inner = width - 2
        mark = "↪ "
        lines: list[Line] = []
        if block.language and self.cells(block.language) <= inner:
            lines.append(self.code_line(block.language, inner, block.start, "code-block muted"))
        offset = block.start
        for source in block.text.split("\n"):
            text = source.replace("\t", " ")
            position = 0
            for part in self.cut(text, inner, inner - self.cells(mark)):
                lead = mark if position else ""
                lines.append(self.code_line(lead + part, inner, offset + position, "code-block"))
                position += len(part)
            offset += len(source) + 1
        return lines

    def code_line(self, text: str, inner: int, start: int, role: str) -> Line:
        return Line((Span(f" {text}{' ' * (inner - self.cells(text))} ", role),), start)

    def cut(self, text: str, first: int, rest: int) -> Iterator[str]:
        """A line cut hard into pieces of so many cells, the first and the others."""
        if text.isascii():
            yield text[:first]
            for position in range(first, len(text), rest):
                yield text[position : position + rest]
            return
        room, used, start, position = first, 0, 0, 0
        for grapheme in graphemes(text):
            cells = self.cells(grapheme)
            if used + cells > room and position > start:
                yield text[start:position]
                start, used, room = position, 0, rest
            used += cells
            position += len(grapheme)
        yield text[start:]

    def display_math(self, block: MathBlock, width: int) -> list[Line]:
        """A formula on lines of its own, centred, its number at the right of the line it stands on.

        Drawn in two dimensions; where that is wider than the column, on one line and broken like words;
        where it isn't understood, its source.
        """
        from techdash.text.math import one_line, stacked  # most texts have no formula

        drawn = stacked(block.tex, width, self.ambiguous)
        if drawn is None or self.cells(drawn.lines[0]) > width:
            return self.math_source(block, one_line(block.tex) or block.tex, width)
        tag = block.tag or drawn.tag
        number = f"({tag})" if tag else ""
        free = width - self.cells(drawn.lines[0])
        lines = []
        for at, row in enumerate(drawn.lines):
            spans = [Span(" " * (free // 2))] if free > 1 else []
            spans.append(Span(row, "math"))
            if number and at == drawn.baseline and (gap := free - free // 2 - self.cells(number)) > 0:
                spans += [Span(" " * gap), Span(number, "muted")]
            lines.append(Line(tuple(spans), block.start))
        return lines

    def math_source(self, block: MathBlock, source_text: str, width: int) -> list[Line]:
        """A formula as text, centred and broken like words, its number at the right of the first line."""
        number = f"({block.tag})" if block.tag else ""
        lines: list[Line] = []
        offset = block.start
        for source in source_text.split("\n"):
            text = source.replace("\t", " ")
            for a, b in breaks(text, width, self.ambiguous):
                row = text[a:b].strip()
                free = width - self.cells(row)
                spans = [Span(" " * (free // 2))] if free > 1 else []
                spans.append(Span(row, "math"))
                if number and not lines and (gap := free - free // 2 - self.cells(number)) > 0:
                    spans += [Span(" " * gap), Span(number, "muted")]
                lines.append(Line(tuple(spans) if row else (), offset + a))
            offset += len(source) + 1
        return lines

    def items(self, block: List, width: int, base: str) -> list[Line]:
        last = block.first + len(block.items) - 1
        bullet = _BULLETS[min(self.depth, len(_BULLETS) - 1)]
        lines: list[Line] = []
        self.depth += 1
        for number, item in enumerate(block.items, block.first):
            if item.checked is not None:
                marker = "☑ " if item.checked else "☐ "
            elif block.ordered:
                marker = f"{number}. ".rjust(len(f"{last}. "))
            else:
                marker = f"{bullet} "
            hang = " " * self.cells(marker)
            inner = self.blocks(item.children, self.within(width, hang), base, tight=block.tight)
            if not inner:
                inner = [Line((), lines[-1].start if lines else block.start)]
            if lines and not block.tight:
                lines.append(Line((), inner[0].start))
            if width - len(hang) < _NARROWEST:
                lines.append(Line((Span(marker.strip(), _roles(base, "marker")),), inner[0].start))
            lines.extend(self.framed(inner, width, hang, "", Span(marker, _roles(base, "marker"))))
        self.depth -= 1
        return lines

    def figure(self, block: Figure, width: int, base: str) -> list[Line]:
        """A picture's place: what it shows, which leads to it, and its caption."""
        sign = "▢ "
        href = block.src if block.src.startswith(("http://", "https://")) else ""
        caption = self.pieces(block.caption, _roles(base, "caption"))
        same = block.alt == text_of(block.caption)
        name = (
            []
            if same and caption
            else [(block.alt or "image", len(block.alt), _roles(base, "link" if href else "caption"), href)]
        )
        if not name:
            caption = [(text, length, role, link or href) for text, length, role, link in caption]
        inner = self.within(width, sign)
        offset = block.start + len(block.alt) + 1 if block.alt else block.start
        lines = self.wrapped(name, inner, block.start) if name else []
        if caption:
            lines += self.wrapped(caption, inner, offset)
        return self.framed(lines, width, " " * self.cells(sign), "", Span(sign, _roles(base, "marker")))

    def callout(self, block: Callout, width: int, base: str) -> list[Line]:
        bar = "▎ "
        inner = self.within(width, bar)
        title = self.pieces(block.title, "callout strong")
        if not title and block.kind:
            title = [(block.kind.capitalize(), 0, "callout strong", "")]
        lines = self.wrapped(title, inner, block.start) if title else []
        body = self.blocks(block.children, inner, base)
        return self.framed(lines + body, width, bar, "callout")

    def details(self, block: Details, width: int, base: str) -> list[Line]:
        """What folds, folded out: nothing is hidden from who reads or searches."""
        sign = "▾ "
        inner = self.within(width, sign)
        hang = " " * self.cells(sign)
        summary = self.pieces(block.summary, _roles(base, "strong")) or [("…", 0, base, "")]
        head = self.wrapped(summary, inner, block.start)
        body = self.blocks(block.children, inner, base)
        return self.framed(head + body, width, hang, "", Span(sign, _roles(base, "marker")))

    def footnotes(self, block: Footnotes, width: int, base: str) -> list[Line]:
        lines = [Line((Span(self.rule(min(width, 12)), "rule"),), block.start)]
        for note in block.notes:
            marker = f"[{note.label}] "
            hang = " " * self.cells(marker)
            inner = self.blocks(note.children, self.within(width, hang), _roles(base, "muted"), tight=True)
            if width - len(hang) < _NARROWEST:
                lines += self.wrapped([(marker.strip(), 0, _roles(base, "marker"), "")], width, block.start)
            lines.extend(self.framed(inner, width, hang, "", Span(marker, _roles(base, "marker"))))
        return lines

    # -- tables

    def table(self, block: Table, width: int, base: str) -> list[Line]:
        rows = [list(row) for row in block.rows]
        head = list(block.head)
        columns = max((len(row) for row in [head, *rows]), default=0)
        if not columns:
            return []
        for row in [head, *rows]:
            row.extend([()] * (columns - len(row)))
        room = width - _COLUMN_GAP * (columns - 1)
        if room // columns < _NARROWEST_COLUMN:
            return self.records(block, head, rows, width, base)
        cells = [
            [
                self.pieces(cell, base if place or not block.head else _roles(base, "table-head"))
                for cell in row
            ]
            for place, row in enumerate([head, *rows])
        ]
        widths = _shared([max(self.natural(row[column]) for row in cells) for column in range(columns)], room)
        align = [*block.align, *[""] * columns][:columns]
        offsets = _row_offsets(block)
        lines: list[Line] = []
        if block.head:
            lines += self.table_row(cells[0], widths, align, offsets[0])
            total = sum(widths) + _COLUMN_GAP * (columns - 1)
            if total >= self.cells("─"):
                lines.append(Line((Span(self.rule(total), "rule"),), offsets[0]))
        body = [
            self.table_row(row, widths, align, offset)
            for row, offset in zip(cells[1:], offsets[1 if block.head else 0 :], strict=True)
        ]
        tall = any(len(row) > 1 for row in body)
        for index, row_lines in enumerate(body):
            if tall and index:
                lines.append(Line((), row_lines[0].start))
            lines += row_lines
        return lines

    def natural(self, pieces: list[_Piece]) -> int:
        return max(self.cells(line) for line in "".join(piece[0] for piece in pieces).split("\n"))

    def table_row(
        self, row: list[list[_Piece]], widths: list[int], align: Sequence[str], start: int
    ) -> list[Line]:
        """One row, as many lines as its tallest cell."""
        wrapped = [
            self.wrapped(cell, cells, start) if cell else [] for cell, cells in zip(row, widths, strict=True)
        ]
        lines: list[Line] = []
        for index in range(max(1, *map(len, wrapped))):
            spans: list[Span] = []
            owed = 0  # spaces before the next text; those at the end of a line are never written
            for cell, cells, side in zip(wrapped, widths, align, strict=True):
                content = cell[index].spans if index < len(cell) else ()
                used = sum(self.cells(span.text) for span in content)
                before = {"right": cells - used, "center": (cells - used) // 2}.get(side, 0) if content else 0
                if content:
                    if owed + before:
                        _add(spans, " " * (owed + before), "", "")
                    spans.extend(content)
                    owed = 0
                else:
                    before = 0
                owed += cells - used - before + _COLUMN_GAP
            lines.append(Line(tuple(spans), start))
        return lines

    def records(
        self, block: Table, head: list[Inlines], rows: list[list[Inlines]], width: int, base: str
    ) -> list[Line]:
        """A table too wide for its columns: each row by itself, each cell on its own lines after its name."""
        lines: list[Line] = []
        offsets = _row_offsets(block)[1 if block.head else 0 :]
        for row, offset in zip(rows or [head], offsets or [block.start], strict=True):
            if lines:
                lines.append(Line((), offset))
            for name, cell in zip(head, row, strict=True):
                pieces = self.pieces(cell, base)
                if rows and block.head and text_of(name):
                    pieces = [*self.pieces(name, _roles(base, "table-head")), ("  ", 0, "", ""), *pieces]
                if pieces:
                    lines += [Line(line.spans, offset) for line in self.wrapped(pieces, width, offset)]
        return lines


def _roles(*roles: str) -> str:
    return " ".join(role for role in roles if role)


def _raised(text: str, table: dict[str, str]) -> str:
    """The text in small figures where Unicode has all of them."""
    return "".join(table.get(char, "") for char in text) if all(char in table for char in text) else text


def _add(spans: list[Span], text: str, style: str, href: str) -> None:
    if spans and spans[-1].style == style and spans[-1].href == href:
        spans[-1] = Span(spans[-1].text + text, style, href)
    else:
        spans.append(Span(text, style, href))


def _at_graphemes(text: str, ends: list[int]) -> list[int]:
    """The ends of pieces, moved on where one would cut a grapheme: terminals join across styles."""
    boundaries = [0, *accumulate(len(grapheme) for grapheme in graphemes(text))]
    return [boundaries[min(len(boundaries) - 1, bisect_right(boundaries, end - 1))] for end in ends]


def _shared(natural: list[int], room: int) -> list[int]:
    """Column widths: what each would like, the widest giving way until all fit."""
    if sum(natural) <= room:
        return [max(1, cells) for cells in natural]
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
