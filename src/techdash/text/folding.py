"""Text folded for comparing: what a reader takes for the same words becomes the same characters.

Folded text is in NFKC and case-folded (Unicode 15, sections 3.11 and 3.13), curly quotes as straight ones,
every run of white space as one space, and none beside Han characters and kana: ``AI模型`` is ``AI 模型``.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec import Struct

_HAN = "\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff"
# What folds to one character whatever stands beside it; all else is looked at by itself.
_SIMPLE = f"\x21-\x84\x86-\x9f\xa1-\xa7\xab\xb0\xb6\xbb\u2010\u2012-\u2016\u2018-\u201f{_HAN}\uff01-\uff5e"
_APART = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])|\s\s+|[^\S ]|[\s\S]?[^\s{_SIMPLE}]+")
_ONE_FOR_ONE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201f"), '"'),
}
_PIECE = 1 << 15


class Folded(Struct, frozen=True):
    """Folded text, and where its characters stand in the source.

    ``breaks`` are rising pairs (place in the folded text, place in the source). Between two of them both go
    on in step, or, where they are not equally far apart, something was folded as a whole.
    """

    text: str
    breaks: tuple[tuple[int, int], ...] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """What a stretch of the folded text (not empty) is in the source, whole characters of it."""
        return self._start(start), self._end(end)

    def _start(self, at: int) -> int:
        index = bisect_right(self.breaks, at, key=lambda pair: pair[0]) - 1
        if index < 0:
            return at
        place, source = self.breaks[index]
        return source if self._as_a_whole(index) else source + at - place

    def _end(self, at: int) -> int:
        index = bisect_left(self.breaks, at, key=lambda pair: pair[0])
        if index < len(self.breaks) and self.breaks[index][0] == at:
            return self.breaks[index][1]
        if index == 0:
            return at
        place, source = self.breaks[index - 1]
        return self.breaks[index][1] if self._as_a_whole(index - 1) else source + at - place

    def _as_a_whole(self, index: int) -> bool:
        if index + 1 >= len(self.breaks):
            return False
        (place, source), (next_place, next_source) = self.breaks[index : index + 2]
        return next_place - place != next_source - source


def fold(text: str) -> Folded:
    """The folded text, in time linear in its length."""
    if text.isascii() and "  " not in text and text.isprintable():
        return Folded(text.lower())
    out: list[str] = []
    breaks: list[tuple[int, int]] = []
    length = begin = 0

    def keep(piece: str, source: int, source_length: int) -> None:
        nonlocal length
        if len(piece) != source_length:
            for pair in ((length, source), (length + len(piece), source + source_length)):
                if not breaks or breaks[-1] != pair:
                    breaks.append(pair)
        out.append(piece)
        length += len(piece)

    for found in _APART.finditer(text):
        start, end = found.span()
        for at in range(begin, start, _PIECE):
            part = text[at : min(start, at + _PIECE)].translate(_ONE_FOR_ONE).lower()
            keep(part, at, len(part))
        begin = end
        piece = found[0]
        if piece.isspace():
            beside_han = _is_han(text[start - 1 : start]) or _is_han(text[end : end + 1])
            keep("" if beside_han else " ", start, end - start)
            continue
        for cluster in _clusters(piece):
            keep(_folded_cluster(cluster), start, len(cluster))
            start += len(cluster)
    for at in range(begin, len(text), _PIECE):
        part = text[at : at + _PIECE].translate(_ONE_FOR_ONE).lower()
        keep(part, at, len(part))
    return Folded("".join(out), tuple(breaks))


def _is_han(char: str) -> bool:
    return _HAN_CHARACTER.fullmatch(char) is not None


_HAN_CHARACTER = re.compile(f"[{_HAN}]")


def _clusters(text: str) -> Iterator[str]:
    """Each character with the marks that may become one with it."""
    start = 0
    for index in range(1, len(text)):
        char = text[index]
        if not unicodedata.combining(char) and not "\u1160" <= char <= "\u11ff":
            yield text[start:index]
            start = index
    yield text[start:]


def _folded_cluster(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return folded.translate(_ONE_FOR_ONE)
