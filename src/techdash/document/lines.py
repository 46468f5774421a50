"""What a page is made of: lines of spans, and the setting they are made for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

Tokens = tuple[tuple[tuple[str, str], ...], ...]
"""The lines of some code, each a row of (text, role)."""


class Span(Struct, frozen=True, gc=False):
    """A piece of a line. ``style`` is a space-separated row of roles, ``href`` where it leads.

    ``drawn``: no part of the text (a bar, an indent, a bullet, a gap between scripts, the mark of a wrapped
    line), so never copied and never found.
    """

    text: str
    style: str = ""
    href: str = ""
    drawn: bool = False


class Line(Struct, frozen=True, gc=False):
    """A line; without spans and without a picture it is blank.

    ``start``: the document offset of its first character.
    ``before``: what the text has between the line above and this one: a space or nothing where a sentence
    goes on, a newline otherwise; nothing too where all of a line is drawn.
    ``wide``: the cells of the widest line of its block where these are more than the width, else 0.
    ``block``: the start of the innermost block it belongs to, of a fold for the line of its summary.
    ``picture``: the source of a picture and the row of it that stands here, behind the line's spans.
    ``source``: what the lines of its block are drawn from, and copied as: the LaTeX of a stacked formula.
    """

    spans: tuple[Span, ...]
    start: int
    before: str = "\n"
    wide: int = 0
    block: int = 0
    picture: tuple[str, int] | None = None
    source: str = ""


class Setting(Struct, frozen=True):
    """What a page is made for.

    ``ambiguous``: cells of the characters of that class in the reader's terminal, 1 or 2.
    ``sideways``: the page can be moved sideways, so code, formulas and tables may be wider than it.
    ``gaps``: a gap of one cell stands between Chinese and Latin.
    ``folds``: what folds is folded, unless its source opens it; ``toggled`` are the starts of the
    :class:`~techdash.document.tree.Details` that the reader turned from that.
    ``pictures``: cells and rows of the pictures there are, by their source.
    ``tokens``: code in colour, by the start of its block: what :func:`techdash.document.highlight.highlight`
    says.
    ``linear``: nothing is drawn, for one who hears the page: no bars and rules, no columns, formulas on one
    line.
    """

    ambiguous: int = 1
    sideways: bool = False
    gaps: bool = False
    folds: bool = False
    toggled: frozenset[int] = frozenset()
    pictures: Mapping[str, tuple[int, int]] = {}
    tokens: Mapping[int, Tokens] = {}
    linear: bool = False


def line_text(line: Line) -> str:
    """The words of a line, with what frames them."""
    return "".join(span.text for span in line.spans)


def source_text(lines: Iterable[Line]) -> str:
    """What copying some lines gives: their text without what is drawn, sentences in one piece again.

    What is drawn from a source gives that, once. It never begins with the line ends of what is above it (a
    label, a picture).
    """
    row: list[str] = []
    given: int | None = None
    for line in lines:
        text = "".join(span.text for span in line.spans if not span.drawn)
        if line.source and text.strip():
            if given == line.block:
                continue
            given, text = line.block, line.source
        if row:
            row.append(line.before)
        row.append(text)
    return "".join(row).lstrip("\n")
