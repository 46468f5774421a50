"""Where a line may end: kinsoku for Chinese, Latin words whole, width in cells.

After UAX #14 in what it forbids (no break before closing marks, none after opening ones), without its tables:
a terminal reader meets few scripts, and a paragraph has to be broken while a key is held down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techdash.text.cells import graphemes, width

_WIDE = (
    "\u1100-\u115f\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3"
    "\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"
)
_OPENING = "（《「『【〔〖〈｛［“‘"
_CLOSING = "，。、；：？！）》」』】〕〗〉｝］”’％‰℃…—～·・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_ASCII_OPENING = r"(\[{<$"
_ASCII_CLOSING = r",.;:!?)\]}>%\"'"
_EDGE = rf"(?=[\s{_WIDE}{_OPENING}{_CLOSING}]|$)"

# In this order: spaces; what sticks to the left; what sticks to the right; one wide character; a Latin run.
_TOKEN = re.compile(
    rf"(?P<space>\s+)"
    rf"|(?P<closing>[{_CLOSING}]|[{_ASCII_CLOSING}]+{_EDGE})"
    rf"|(?P<opening>[{_OPENING}]|[{_ASCII_OPENING}]+{_EDGE})"
    rf"|(?P<wide>[{_WIDE}][\u0300-\u036f\u200d\ufe00-\ufe0f\u3099\u309a]*)"
    rf"|(?P<run>(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]|(?<=\w)[’·](?=\w))+)"
    rf"|(?P<rest>.)",
    re.DOTALL,
)
_AFTER = "/?&=-._~:#,;+@%)]}|\\"


def breaks(text: str, cells: int, ambiguous: int = 1) -> list[tuple[int, int]]:
    """The lines of ``text`` in a column of ``cells`` cells, as half-open ranges of it, in order.

    Spaces at a break belong to no line, newlines always break; nothing else is left out. A word wider than
    the column is cut where a URL reads well, else by grapheme. One grapheme wider than the column stands
    alone, too wide. ``ambiguous`` as in :func:`techdash.text.cells.width`.
    """
    lines: list[tuple[int, int]] = []
    start = end = -1
    used = gap = 0
    for left, right, size, newlines in _atoms(text, ambiguous):
        if newlines:
            if start >= 0:
                lines.append((start, end))
            lines += [(right, right)] * (newlines - (start >= 0))
            start, used, gap = -1, 0, 0
        elif size < 0:
            gap = -size
        elif start >= 0 and used + gap + size <= cells:
            end, used, gap = right, used + gap + size, 0
        else:
            if start >= 0:
                lines.append((start, end))
            gap = 0
            if size <= cells:
                start, end, used = left, right, size
                continue
            *whole, (start, end) = _cut(text, left, right, cells, ambiguous)
            lines += whole
            used = width(text[start:end], ambiguous)
    if start >= 0:
        lines.append((start, end))
    return lines


def _atoms(text: str, ambiguous: int) -> Iterator[tuple[int, int, int, int]]:
    """What may not be broken: (start, end, cells, newlines); cells below 0 are those of a space."""
    start = end = -1
    sticky = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "space":
            if start >= 0:
                yield start, end, width(text[start:end], ambiguous), 0
                start = -1
            newlines = token[0].count("\n")
            yield token.start(), token.end(), -len(token[0]), newlines
            sticky = False
            continue
        if start >= 0 and not sticky and kind != "closing":
            yield start, end, width(text[start:end], ambiguous), 0
            start = -1
        if start < 0:
            start = token.start()
        end = token.end()
        sticky = kind == "opening"
    if start >= 0:
        yield start, end, width(text[start:end], ambiguous), 0


def _cut(text: str, left: int, right: int, cells: int, ambiguous: int) -> list[tuple[int, int]]:
    """An overlong word in pieces of at most ``cells``, preferably after a mark that URLs break well at."""
    pieces = []
    start, at, used, good = left, left, 0, -1
    for grapheme in graphemes(text[left:right]):
        size = width(grapheme, ambiguous)
        if used + size > cells and at > start:
            # a piece much shorter than the column would look like a mistake
            cut = good if good > start and (good - start) * 2 >= at - start else at
            pieces.append((start, cut))
            used = width(text[cut:at], ambiguous)
            start, good = cut, -1
        at += len(grapheme)
        used += size
        if grapheme in _AFTER:
            good = at
    pieces.append((start, right))
    return pieces
