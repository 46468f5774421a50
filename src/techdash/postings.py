"""Which cards have which words: every part of their texts looked at once, and the cards that have it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from techdash.text.folding import fold
from techdash.text.tokens import Token, first_part, is_han, parts_of, tokens_of

_LAST = "\U0010ffff"
"""After whatever a word may go on with."""


class Lines:
    """Lines in order, each with the cards that have it."""

    def __init__(self, cards: Mapping[str, list[int]]) -> None:
        self._cards = cards
        self._sorted = sorted(cards)

    def same(self, line: str) -> Sequence[int]:
        return self._cards.get(line, ())

    def beginning(self, start: str) -> set[int]:
        """The cards with a line that begins so, or is so."""
        within = _beginning(self._sorted, start)
        return set().union(*(self._cards[line] for line in within))


class Postings:
    """The parts of texts in groups, by what begins in them and what they hold, with the cards they are of."""

    def __init__(self, cards: Iterable[Sequence[Sequence[str]]], groups: int, names: int) -> None:
        """``cards``: the texts of each in ``groups`` groups, the first ``names`` of which are names."""
        parts = _Numbers()
        texts: dict[str, tuple[int, ...]] = {}
        self._cards: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(groups)]
        for card, values in enumerate(cards):
            for have, several in zip(self._cards, values, strict=True):
                within: set[int] = set()
                for text in several:
                    if text not in texts:
                        texts[text] = tuple(map(parts.__getitem__, parts_of(text)))
                    within.update(texts[text])
                for number in within:
                    have[number].append(card)
        named = set[int]().union(*self._cards[:names])
        self._tokens: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, _Names] = defaultdict(_Names)
        han: list[tuple[str, int]] = []
        name: list[tuple[str, int]] = []
        other: list[tuple[str, int]] = []
        for part, number in parts.items():
            if is_han(part):
                han.append(("".join(part.split()), number))
                continue
            is_name = number in named
            for text, tokens in _read(part):
                (han if not tokens else name if is_name else other).append((text, number))
                for token in tokens:
                    self._tokens[token[0]].append(number)
                    if is_name:
                        self._names[token[0][0]].add(token, number)
        self._han, self._name, self._other = _Texts(han), _Texts(name), _Texts(other)
        self._sorted = sorted(self._tokens)

    def same(self, word: str) -> Sequence[int]:
        """The parts in which a word stands; one that is no Chinese."""
        return self._tokens.get(word, ())

    def beginning(self, start: str) -> list[int]:
        """The parts in which a word begins so, or is so; one that is no Chinese."""
        return [number for token in _beginning(self._sorted, start) for number in self._tokens[token]]

    def holding(self, word: str, *, only_names: bool = False) -> list[int]:
        """The parts in which a word stands anywhere; if it is no Chinese, perhaps only those of names."""
        if is_han(word):
            return self._han.holding(word)
        found = self._name.holding(word)
        return found if only_names else found + self._other.holding(word)

    def maybe_meant(self, word: str) -> Iterator[tuple[Token, list[int]]]:
        """What begins in names as the word does and has its letters or its length, and the parts it is in."""
        return self._names[word[0]].like(word) if word[0] in self._names else iter(())

    def cards(self, group: int, parts: Iterable[int]) -> set[int]:
        """The cards that have one of the parts in a group of their texts."""
        have = self._cards[group]
        return set().union(*(have[number] for number in parts if number in have))


class _Numbers(dict[str, int]):
    """Parts as they are written, numbered as they come."""

    def __missing__(self, part: str) -> int:
        self[part] = number = len(self)
        return number


class _Texts:
    """Texts end to end, so that all are looked through at once."""

    def __init__(self, texts: Sequence[tuple[str, int]]) -> None:
        self._joined = "\n".join(text for text, _ in texts)
        self._numbers = [number for _, number in texts]
        self._starts = _starts(text for text, _ in texts)

    def holding(self, word: str) -> list[int]:
        found = []
        at = self._joined.find(word)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            found.append(self._numbers[number])
            at = self._joined.find(word, self._starts[number + 1])
        return found


class _Names:
    """What begins with one letter in names, in which it is looked for what was meant."""

    def __init__(self) -> None:
        self._parts: dict[Token, list[int]] = defaultdict(list)
        self._tokens: list[Token] = []
        self._joined = ""
        self._starts: list[int] = []
        self._by_length: dict[int, list[int]] = defaultdict(list)

    def add(self, token: Token, number: int) -> None:
        self._parts[token].append(number)

    def like(self, word: str) -> Iterator[tuple[Token, list[int]]]:
        if not self._tokens:
            self._arrange()
        likely = {number for size in (-1, 0, 1) for number in self._by_length.get(len(word) + size, ())}
        # its letters one after the other
        pattern = "^" + "".join(f"[^{each}\n]*{each}" for each in map(re.escape, word))
        for found in re.finditer(pattern, self._joined, re.MULTILINE):
            likely.add(bisect_right(self._starts, found.start()) - 1)
        for number in likely:
            token = self._tokens[number]
            yield token, self._parts[token]

    def _arrange(self) -> None:
        self._tokens = list(self._parts)
        self._joined = "\n".join(text for text, _ in self._tokens)
        self._starts = _starts(text for text, _ in self._tokens)
        for number, token in enumerate(self._tokens):
            for size in {len(token[0]), len(first_part(token))}:
                self._by_length[size].append(number)


def _read(part: str) -> Sequence[tuple[str, Sequence[Token]]]:
    """A part of a text folded, with what begins in it; in Chinese nothing does."""
    if part.isascii() and part.isalpha() and (part.islower() or part.istitle()):
        folded = part.lower()
        return [(folded, [(folded, (0,))])]
    folded = fold(part).text
    pieces = parts_of(folded)  # one, but for a few signs that stand for several
    return [
        (piece, [token for _, token in tokens_of(part if piece == folded else piece, piece)])
        for piece in pieces
    ]


def _beginning(lines: Sequence[str], start: str) -> Sequence[str]:
    first = bisect_left(lines, start)
    return lines[first : bisect_left(lines, start + _LAST, first)]


def _starts(texts: Iterable[str]) -> list[int]:
    """Where each begins when a sign stands between them; the end of all last."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return [*starts, at]
