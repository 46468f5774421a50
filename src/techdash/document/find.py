"""Find in a document: words as a reader means them, whatever their case, width or spacing; formulas too.

What is compared is *folded* text: NFKC and case folding (Unicode 15, sections 3.11 and 3.13), curly quotes as
straight ones, every run of white space as one space, and none beside Han characters and kana, so that a
match may cross a line end and ``AI模型`` is ``AI 模型``.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from techdash.document.inlines import formulas_in, text_of
from techdash.document.outline import own_text, walk
from techdash.document.tree import (
    Block,
    Callout,
    Details,
    Document,
    Figure,
    Heading,
    MathBlock,
    Paragraph,
    Table,
)
from techdash.text.math import one_line, search_text
from techdash.text.math_symbols import SIGNS

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
_NAME = re.compile(r"(\\?)([A-Za-z]+)")
# The names of shorter commands (`in`, `to`, `le`) are words: their signs are not what is looked for.
_SHORTEST_NAME = 3


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


class Pattern:
    """What a query means: its own words; for the name of a sign (``nabla``, ``\\nabla``) the sign too."""

    def __init__(self, query: str) -> None:
        self.query = query.strip()
        words = fold(self.query).text
        found = _NAME.fullmatch(self.query)
        named = SIGNS.get(found[2]) if found and (found[1] or len(found[2]) >= _SHORTEST_NAME) else None
        sign = fold(named.text).text if named and not named.text.isascii() else ""
        self.alternatives = tuple(dict.fromkeys(filter(None, (words, sign))))
        drawn = one_line(self.query) if "\\" in self.query and not sign else None
        self._words = _any_of(self.alternatives)
        self._drawn = _any_of((*self.alternatives, *([fold(drawn).text] if drawn else [])))

    def __bool__(self) -> bool:
        return bool(self.alternatives)

    def drawn(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in text as it is drawn, a formula as its signs."""
        return self._spans(fold(text), self._drawn)

    def spans(self, text: Folded) -> list[tuple[int, int]]:
        """Where it stands in a text, in places of the source; from left to right, none within another."""
        return self._spans(text, self._words)

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has it."""
        return any(words in folded for words in self.alternatives)

    def _spans(self, text: Folded, words: re.Pattern[str]) -> list[tuple[int, int]]:
        if not self.alternatives:
            return []
        return [text.source(*found.span()) for found in words.finditer(text.text)]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(each) for each in sorted(set(words), key=len, reverse=True)))


class Match(Struct, frozen=True, order=True, gc=False):
    """Document offsets: of the first character, and after the last."""

    start: int
    end: int


class _Passage(Struct, frozen=True):
    """The words of one block, folded; a formula's place in them, its length and all that it is found by."""

    start: int
    words: Folded
    formulas: tuple[tuple[int, int, str], ...]


class Index:
    """The folded words of a document, kept part by part as they are first searched."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._parts: dict[int, tuple[_Passage, ...]] = {}

    def search(self, pattern: Pattern, first: int = 0) -> Iterator[list[Match]]:
        """The matches of each part in order, beginning with part ``first`` and going round the end."""
        total = len(self.document)
        for index in (*range(first, total), *range(min(first, total))):
            yield [match for passage in self._part(index) for match in _matches(passage, pattern)]

    def _part(self, index: int) -> tuple[_Passage, ...]:
        found = self._parts.get(index)
        if found is None:
            found = self._parts[index] = tuple(_passages(self.document.part(index)))
        return found


def _matches(passage: _Passage, pattern: Pattern) -> Iterator[Match]:
    spans = pattern.spans(passage.words) if pattern.stands_in(passage.words.text) else []
    if passage.formulas:
        spans = sorted([*spans, *_formula_spans(passage, pattern, spans)])
    for start, end in spans:
        yield Match(passage.start + start, passage.start + end)


def _formula_spans(
    passage: _Passage, pattern: Pattern, spans: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Formulas found by their signs or names, where their source does not have it."""
    for start, length, words in passage.formulas:
        if pattern.stands_in(words) and not any(a < start + length and start < b for a, b in spans):
            yield start, start + length


def _passages(blocks: Iterable[Block]) -> Iterator[_Passage]:
    for block in walk(blocks):
        if words := own_text(block):
            formulas = tuple(
                (start, len(tex), fold(f"{search_text(tex)} {one_line(tex) or ''}").text)
                for start, tex in _formulas(block)
            )
            yield _Passage(block.start, fold(words), formulas)


def _formulas(block: Block) -> Iterator[tuple[int, str]]:
    """The formulas among a block's own words, each with its place in them."""
    match block:
        case MathBlock():
            yield 0, block.tex
        case Heading() | Paragraph():
            yield from formulas_in(block.inlines)
        case Table():
            start = 0
            for row in ([block.head] if block.head else []) + list(block.rows):
                for cell in row:
                    yield from formulas_in(cell, start)
                    start += len(text_of(cell)) + 1
        case Figure():
            yield from formulas_in(block.caption, len(block.alt) + 1 if block.alt else 0)
        case Callout():
            yield from formulas_in(block.title)
        case Details():
            yield from formulas_in(block.summary)
