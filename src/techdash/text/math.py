"""LaTeX mathematics as text: on one line, drawn over several, and as words to search for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from techdash.text.cells import width as cells_of
from techdash.text.clean import is_clean
from techdash.text.math_line import line
from techdash.text.math_parse import NotUnderstood, parse
from techdash.text.math_stack import Drawing, TooLarge
from techdash.text.math_symbols import FONTS, SIGNS, in_font


@dataclass(frozen=True, slots=True)
class Block2D:
    """A formula over several lines of equal display width.

    ``baseline`` is the index of the line that text beside the formula stands on, ``tag`` what stood in
    ``\\tag{…}``, without brackets, or empty.
    """

    lines: tuple[str, ...]
    baseline: int
    tag: str


# A page is laid out again at every width, its formulas are the same.
@lru_cache(maxsize=1024)
def one_line(tex: str) -> str | None:
    """The formula on one line of Unicode with the meaning it has, or None where it isn't understood.

    Brackets are added wherever an operand of a fraction, root or script has more than one atom and a line
    could be read in two ways. A ``\\tag{1}`` comes at the end as ``(1)``.
    """
    try:
        formula = parse(tex)
        text = line(formula.body).text.strip()
    except (NotUnderstood, RecursionError):
        return None
    if not text:
        return None
    if formula.tag:
        text += f"  ({formula.tag})"
    return text if is_clean(text) else None


@lru_cache(maxsize=256)
def stacked(tex: str, width: int, ambiguous: int = 1) -> Block2D | None:
    """The formula drawn in two dimensions, or None where it isn't understood.

    Broken at relations outside of brackets where it is wider than ``width`` cells; what can't be broken may
    still be wider. ``ambiguous`` as in :func:`techdash.text.cells.width`.
    """
    try:
        formula = parse(tex)
        box = Drawing(ambiguous).formula(formula.body, width)
    except (NotUnderstood, TooLarge, RecursionError):
        return None
    if not any(map(str.strip, box.lines)):
        return None
    # Text may end in what joins with its neighbour (a flag, an emoji) and is then narrower than its parts.
    if any(cells_of(each, ambiguous) != box.width for each in box.lines):
        return None
    if not is_clean("\n".join((*box.lines, formula.tag))):
        return None
    return Block2D(box.lines, box.baseline, formula.tag)


def search_text(tex: str) -> str:
    """What a search matches: the source, the names of its commands and the signs they show."""
    names: dict[str, None] = {}
    signs: dict[str, None] = {}
    for name, letter in _COMMAND.findall(tex):
        names[name] = None
        if sign := SIGNS.get(name):
            signs[sign.text] = None
        elif letter and name in FONTS:
            signs[in_font(letter, FONTS[name])] = None
    return " ".join([tex, *names, *signs])


# A command, with its argument where that is one letter.
_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\s*\{\s*([A-Za-z0-9])\s*\})?")
