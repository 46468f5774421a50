"""Spans of a text with what matched in it set off, cut to a width or broken into lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from techdash.text.cells import truncate, width
from techdash.text.linebreak import breaks

Ranges = Sequence[tuple[int, int]]
Span = tuple[str, str]

FOUND = "found"
"""The role of what matched: told by an underline too, where there is no colour."""


def marked(text: str, role: str, ranges: Ranges = ()) -> list[Span]:
    """The spans of a text; ``ranges`` are half-open, from left to right, apart from each other."""
    at = 0
    spans: list[Span] = []
    for start, end in ranges:
        spans += [(text[at:start], role), (text[start:end], f"{role} {FOUND}")]
        at = end
    spans.append((text[at:], role))
    return [span for span in spans if span[0]]


def fitted(spans: Iterable[Span], cells: int, *, padded: bool = True) -> list[Span]:
    """Spans cut with an ellipsis to at most ``cells``; ``padded`` to exactly as many."""
    room = max(0, cells)
    kept: list[Span] = []
    waiting = list(spans)
    while waiting:
        text, role = waiting.pop(0)
        used = width(text)
        # of the last that fits, a cell goes to the ellipsis if more comes
        if used > room or (used == room and waiting):
            kept.append((truncate(f"{text}…", room), role))
            return kept
        kept.append((text, role))
        room -= used
    if padded:
        kept.append((" " * room, ""))
    return kept


def wrapped(spans: Sequence[Span], cells: int, most: int | None = None) -> list[list[Span]]:
    """The lines of spans at a width; of more than ``most`` the last ends in an ellipsis."""
    text = "".join(text for text, _ in spans)
    lines = breaks(text, cells) if text else []
    found = [list(_sliced(spans, start, end)) for start, end in lines[:most]]
    if most is not None and len(lines) > most:
        found[-1] = fitted(_sliced(spans, lines[most - 1][0], len(text)), cells, padded=False)
    return found


def _sliced(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    at = 0
    for text, role in spans:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            yield part, role
        at += len(text)
