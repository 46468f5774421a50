"""Words to lines: inlines as pieces with roles, and the pieces broken into lines of a width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from techdash.document.lines import Line, Setting, Span
from techdash.document.tree import Break, Code, FootnoteRef, Image, Inline, Link, Math, Text
from techdash.text.cells import graphemes, is_plain
from techdash.text.linebreak import breaks, gaps, needs_gap

_SUPERSCRIPTS = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
# Formulas up to this part of the line stay on it whole: a longer one would leave too much of it blank.
_WHOLE_FORMULA = 1 / 3


class Piece(NamedTuple):
    """What is shown, how many characters of the block's text it stands for, its roles, where it leads.

    ``drawn`` as in Span; ``verbatim``: code or a ``formula``, which has no gaps within.
    """

    text: str
    length: int
    role: str
    href: str = ""
    drawn: bool = False
    verbatim: bool = False
    formula: bool = False


def roles(*names: str) -> str:
    """Some roles as one row of them."""
    return " ".join(name for name in names if name)


def pieces(inlines: Iterable[Inline], base: str, href: str = "") -> list[Piece]:
    """Inlines as pieces of text; ``base`` is the role that all of them have."""
    row: list[Piece] = []
    for inline in inlines:
        match inline:
            case Text(text, styles):
                role = roles(base, *sorted(styles - {"sup", "sub"})) if styles else base
                shown = _raised(text, _SUPERSCRIPTS) if "sup" in styles else text
                shown = _raised(text, _SUBSCRIPTS) if "sub" in styles else shown
                row.append(Piece(shown, len(text), role, href))
            case Code(text):
                row.append(
                    Piece(text.replace("\n", " "), len(text), roles(base, "code"), href, verbatim=True)
                )
            case Math(tex):
                shown = _inline_math(tex)
                row.append(Piece(shown, len(tex), roles(base, "math"), href, verbatim=True, formula=True))
            case Link(target, children):
                row.extend(pieces(children, roles(base, "link"), target))
            case Image(_, alt):
                row.append(Piece("▢ " if alt else "▢", 0, roles(base, "caption"), href, drawn=True))
                row.append(Piece(alt, len(alt), roles(base, "caption"), href))
            case FootnoteRef(label):
                row.append(Piece(f"[{label}]", len(label) + 2, roles(base, "marker"), href))
            case Break():
                row.append(Piece("\n", 1, base))
    return row


def wrapped(row: list[Piece], width: int, start: int, setting: Setting, block: int) -> list[Line]:
    """Pieces broken into lines. A tab is a space: what it would align is not here.

    ``start`` is the document offset of the first piece, ``block`` the start of the block.
    """
    if setting.gaps:
        row = with_gaps(row)
    if len(row) == 1 and not row[0].drawn:
        return _wrapped_text(row[0], width, start, setting, block)
    text = "".join(piece.text for piece in row).replace("\t", " ")
    ends = marks = list(accumulate(len(piece.text) for piece in row))
    if not is_plain(text.replace("\n", "")):
        ends = at_graphemes(text, ends)
    whole = _with_formulas_whole(row, width) if any(piece.formula for piece in row) else text
    sources = list(accumulate((piece.length for piece in row), initial=start))
    lines: list[Line] = []
    index = last = 0
    for a, b in breaks(whole, width, setting.ambiguous):
        # The piece at which the line above ended: a gap that went with the line's end is no space.
        while index < len(ends) - 1 and ends[index] <= last:
            index += 1
        before = _between(text[last:a])
        if before == " " and row[index].drawn:
            before = ""
        while index < len(ends) - 1 and ends[index] <= a:
            index += 1
        began = marks[index - 1] if index else 0
        offset = sources[index] + min(a - began, row[index].length) if row else start
        spans: list[Span] = []
        at, place = a, index
        while at < b:
            end = min(b, ends[place])
            if end > at:
                piece = row[place]
                add(spans, text[at:end], piece.role, piece.href, piece.drawn)
                at = end
            place += 1
        lines.append(Line(tuple(spans), offset, before if lines else "\n", 0, block))
        last = b
    return lines


def _wrapped_text(piece: Piece, width: int, start: int, setting: Setting, block: int) -> list[Line]:
    """Pieces broken into lines where there is but one, as in most paragraphs."""
    text, role, href = piece.text.replace("\t", " "), piece.role, piece.href
    exact = piece.length == len(text)
    lines: list[Line] = []
    last = 0
    for a, b in breaks(text, width, setting.ambiguous):
        offset = start + (a if exact else min(a, piece.length))
        before = _between(text[last:a]) if lines else "\n"
        lines.append(Line((Span(text[a:b], role, href),) if b > a else (), offset, before, 0, block))
        last = b
    return lines


def add(spans: list[Span], text: str, style: str, href: str = "", drawn: bool = False) -> None:
    """One more piece of a line, joined to the last one where nothing tells them apart."""
    if spans and (last := spans[-1]).style == style and last.href == href and last.drawn == drawn:
        spans[-1] = Span(last.text + text, style, href, drawn)
    else:
        spans.append(Span(text, style, href, drawn))


def _with_formulas_whole(row: list[Piece], width: int) -> str:
    """The text of some pieces as it is broken: at no space of a short formula."""
    return "".join(
        piece.text.replace(" ", "\xa0")
        if piece.formula and len(piece.text) <= width * _WHOLE_FORMULA
        else piece.text.replace("\t", " ")
        for piece in row
    )


def at_graphemes(text: str, ends: list[int]) -> list[int]:
    """The ends of pieces, moved on where one would cut a grapheme: terminals join across styles."""
    boundaries = [0, *accumulate(len(grapheme) for grapheme in graphemes(text))]
    return [boundaries[min(len(boundaries) - 1, bisect_right(boundaries, end - 1))] for end in ends]


def _between(left_out: str) -> str:
    """What stands for the white space at which a line was broken."""
    return "\n" if "\n" in left_out else " " if left_out else ""


def with_gaps(row: list[Piece]) -> list[Piece]:
    """Pieces with a gap as a piece of its own wherever Chinese and Latin meet."""
    found: list[Piece] = []
    for piece in row:
        text = piece.text
        if not text:
            continue
        if found and (last := found[-1]).text and not (piece.drawn or last.drawn):
            left = "x" if last.verbatim and last.text[-1].isascii() else last.text[-1]
            right = "x" if piece.verbatim and text[0].isascii() else text[0]
            if needs_gap(left, right) and not (last.text[-1].isspace() or text[0].isspace()):
                shared = roles(*(role for role in last.role.split() if role in piece.role.split()))
                href = piece.href if last.href == piece.href else ""
                found.append(Piece(" ", 0, shared, href, drawn=True))
        at = 0
        if not (piece.verbatim or piece.drawn):
            for cut in gaps(text):
                found.append(piece._replace(text=text[at:cut], length=cut - at))
                found.append(Piece(" ", 0, piece.role, piece.href, drawn=True))
                at = cut
        found.append(piece._replace(text=text[at:], length=piece.length - at) if at else piece)
    return found or row


def _inline_math(tex: str) -> str:
    """How a formula among words is shown: on one line, or as its source where that isn't understood."""
    from techdash.text.math import one_line  # most texts have no formula

    return one_line(tex) or " ".join(tex.split())


def _raised(text: str, table: dict[str, str]) -> str:
    """The text in small figures where Unicode has all of them."""
    return "".join(table.get(char, "") for char in text) if all(char in table for char in text) else text
