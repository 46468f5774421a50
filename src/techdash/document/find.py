"""Find in a document: words as a reader means them, whatever their case, width or spacing; formulas too.

What is compared is folded text (:mod:`techdash.text.folding`), so that a match may cross a line end.
"""

from __future__ import annotations

import re
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
from techdash.text.folding import Folded, fold
from techdash.text.math import one_line, search_text
from techdash.text.math_symbols import SIGNS

_NAME = re.compile(r"(\\?)([A-Za-z]+)")
# The names of shorter commands (`in`, `to`, `le`) are words: their signs are not what is looked for.
_SHORTEST_NAME = 3


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
