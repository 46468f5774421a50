"""What is laid over the lines of a text: matches, hints, the selected link, a selection with the mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from msgspec import Struct

from techdash.document.lines import Line, Span, line_text
from techdash.text.cells import graphemes, width

Matcher = Callable[[str], list[tuple[int, int]]]
"""Where a text matches: pairs of first character and the one after the last."""

_NOTE = re.compile(r"\[([^\[\]]+)\]")

Over = tuple[int, int, str]
"""First character of a line, the one after the last, and the role laid over them."""


class Target(Struct, frozen=True):
    """What can be followed or copied: a link, the mark of a footnote, the summary of what folds, a formula.

    ``spots`` are the pieces of lines it stands on: line, first character, the one after the last.
    """

    text: str
    spots: tuple[tuple[int, int, int], ...]
    href: str = ""
    fold: int | None = None
    note: str = ""
    tex: str = ""


def targets(lines: Sequence[Line], begin: int, end: int, folds: Collection[int]) -> list[Target]:
    """What can be followed in some lines of a piece; ``folds`` are the starts of what folds among them.

    A link broken over lines is one target.
    """
    found: list[Target] = []
    carried = False
    for number in range(begin, end):
        line = lines[number]
        last = found[-1] if found else None
        if line.block in folds and line.spans:
            first = _drawn_before(line)
            spots = (number, first, len(line_text(line)))
            if last is not None and last.fold == line.block:
                found[-1] = Target(last.text, (*last.spots, spots), fold=last.fold)
            else:
                found.append(Target(line_text(line)[first:], (spots,), fold=line.block))
            carried = False
            continue
        at = 0
        for span in line.spans:
            spot = (number, at, at + len(span.text))
            at += len(span.text)
            if span.href:
                last = found[-1] if found else None
                if carried and last is not None and last.href == span.href:
                    found[-1] = Target(last.text + span.text, (*last.spots, spot), span.href)
                else:
                    found.append(Target(span.text, (spot,), span.href))
                carried = True
            elif not span.drawn and span.text.strip():
                carried = False
                if "marker" in span.style:
                    found += _notes(span, number, spot[1])
    return found


def _notes(span: Span, number: int, at: int) -> Iterator[Target]:
    """The marks of footnotes in a span: several beside each other are one."""
    for mark in _NOTE.finditer(span.text):
        yield Target(mark[0], ((number, at + mark.start(), at + mark.end()),), note=mark[1])


def formulas(lines: Sequence[Line], begin: int, end: int, sources: Mapping[int, list[str]]) -> list[Target]:
    """The formulas that begin in some lines of a piece; ``sources`` is the LaTeX of each block that has any.

    They are told apart where they stand; a block that shows another number of them than it has is left out.
    """
    found: list[Target] = []
    number = begin
    while 0 < number < len(lines) and lines[number].block == lines[number - 1].block:
        number -= 1
    while number < end:
        first, block = number, lines[number].block
        while number < len(lines) and lines[number].block == block:
            number += 1
        sources_here = sources.get(block, [])
        runs = _math_runs(lines, first, number, whole=len(sources_here) == 1)
        if len(runs) == len(sources_here):
            for tex, spots in zip(sources_here, runs, strict=True):
                if begin <= spots[0][0] < end:
                    found.append(Target(" ".join(tex.split()), tuple(spots), tex=tex))
    return found


def _math_runs(
    lines: Sequence[Line], first: int, last: int, *, whole: bool
) -> list[list[tuple[int, int, int]]]:
    """Where formulas stand in a block: each may go on in the next line, and ``whole``: all is one."""
    runs: list[list[tuple[int, int, int]]] = []
    carried = False
    for number in range(first, last):
        at = 0
        for span in lines[number].spans:
            spot = (number, at, at + len(span.text))
            at += len(span.text)
            if "math" in span.style.split():
                if runs and (carried or whole):
                    runs[-1].append(spot)
                else:
                    runs.append([spot])
                carried = True
            elif not span.drawn:
                carried = False
    return runs


def _drawn_before(line: Line) -> int:
    count = 0
    for span in line.spans:
        if not span.drawn:
            break
        count += len(span.text)
    return count


def matched(lines: Sequence[Line], at: int, matcher: Matcher, current: int | None) -> dict[int, list[Over]]:
    """The matches in the sentences that a line belongs to, for each of their lines.

    The one at document offset ``current`` has a role of its own. What is drawn is never matched.
    """
    group = _together(lines, at)
    found: dict[int, list[Over]] = {number: [] for number in group}
    text, places = _joined(lines, group)
    matches = [(a, b) for a, b in matcher(text) if b > a]
    here = _nearest(matches, places, lines, group, current)
    for a, b in matches:
        role = "match-current" if (a, b) == here else "match"
        for number, first, last in _spots(places[a:b]):
            found[number].append((first, last, role))
    return found


_Place = tuple[int, int]
"""A line and a character in it; (-1, 0) for what stands between lines."""


def _together(lines: Sequence[Line], at: int) -> range:
    """The lines of the sentences that a line belongs to."""
    begin, end = at, at + 1
    while begin > 0 and lines[begin].before != "\n":
        begin -= 1
    while end < len(lines) and lines[end].before != "\n":
        end += 1
    return range(begin, end)


def _joined(lines: Sequence[Line], group: Iterable[int]) -> tuple[str, list[_Place]]:
    row: list[str] = []
    places: list[_Place] = []
    for number in group:
        line = lines[number]
        if row and line.before:
            row.append(line.before)
            places.extend([(-1, 0)] * len(line.before))
        at = 0
        for span in line.spans:
            if not span.drawn:
                row.append(span.text)
                places.extend((number, at + place) for place in range(len(span.text)))
            at += len(span.text)
    return "".join(row), places


def _nearest(
    matches: list[tuple[int, int]],
    places: list[_Place],
    lines: Sequence[Line],
    group: range,
    current: int | None,
) -> tuple[int, int] | None:
    """The match at an offset: a line knows the offset of its first character, the others are counted."""
    if current is None or not matches or current < lines[group[0]].start:
        return None
    begin, end = lines[group[0]].start, lines[group.stop].start if group.stop < len(lines) else current + 1
    if begin < end <= current:
        return None
    begins: dict[int, int] = {}
    for character, (number, _) in enumerate(places):
        begins.setdefault(number, character)

    def distance(match: tuple[int, int]) -> int:
        number = max(places[match[0]][0], group[0])
        return abs(lines[number].start + match[0] - begins[number] - current)

    return min(matches, key=distance)


def _spots(places: Iterable[_Place]) -> Iterator[tuple[int, int, int]]:
    """Runs of characters: line, first, the one after the last."""
    run: tuple[int, int, int] | None = None
    for number, at in places:
        if number < 0:
            continue
        if run is not None and run[0] == number and run[2] == at:
            run = (number, run[1], at + 1)
            continue
        if run is not None:
            yield run
        run = (number, at, at + 1)
    if run is not None:
        yield run


def overlaid(line: Line, over: Sequence[Over]) -> list[tuple[str, str]]:
    """The spans of a line with roles laid over them; what is drawn keeps its own."""
    row: list[tuple[str, str]] = []
    at = 0
    for span in line.spans:
        end = at + len(span.text)
        cuts = sorted({at, end, *(cut for a, b, _ in over for cut in (a, b) if at < cut < end)})
        if span.drawn:
            row.append((span.text, span.style))
        else:
            for a, b in pairwise(cuts):
                roles = " ".join(role for first, last, role in over if first <= a and b <= last)
                row.append((span.text[a - at : b - at], f"{span.style} {roles}".strip()))
        at = end
    return row


def covered(row: list[tuple[str, str]], at: int, label: str, role: str) -> list[tuple[str, str]]:
    """A label over the text from a character on: as many cells are taken away as it has."""
    ends = list(accumulate(len(text) for text, _ in row))
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    owed = width(label)
    for (text, roles), end in zip(row, ends, strict=True):
        begin = end - len(text)
        if end <= at:
            left.append((text, roles))
            continue
        if begin < at:
            left.append((text[: at - begin], roles))
            text = text[at - begin :]
        taken = 0
        for grapheme in graphemes(text):
            if owed <= 0:
                break
            owed -= width(grapheme)
            taken += len(grapheme)
        if owed < 0:
            right.append((" " * -owed, roles))
            owed = 0
        right.append((text[taken:], roles))
    return [*left, (label, role), *right]
