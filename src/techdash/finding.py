"""Finds cards by what was typed: exact command, prefix, words, then what is near; in both languages.

All text is compared folded (:mod:`techdash.text.folding`), and folded once, when an :class:`Index` is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from techdash.models.parsed import Card
from techdash.text.folding import fold
from techdash.text.near import abbreviated, one_off, shortened
from techdash.text.syntax import bare

EXACT, PREFIX, WORD, FUZZY = range(4)

# Fields by what a word in them says of a card: the most in its names, the least in what stands around.
_GROUPS = (
    ("syntax", "item", "item_zh"),
    ("also",),
    ("text", "text_zh"),
    ("section", "section_zh", "note", "note_zh", "example", "sheet"),
)
_GROUP_OF = {name: number for number, group in enumerate(_GROUPS) for name in group}
_NAMES = 2  # the first groups: names

# What a word costs that is found: 0 where it is a word of the first group, 1 where it begins one, 2 and 3 in
# the second, and so on. From _NEAR on the word isn't found, but something like it.
_NEAR = 10
_INSIDE_NAME, _ABBREVIATED, _INSIDE, _SLIP = _NEAR, 12, 14, 16
_REMOVED = 0.5
# Short strings stand inside of many words by chance.
_SHORTEST_INSIDE_NAME, _SHORTEST_INSIDE, _SHORTEST_NEAR = 2, 4, 3

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_PARTS = re.compile(f"[{_HAN}]+|[^{_HAN}\\s]+")
_CHUNK = re.compile(f"[^{_HAN}\\s]+")
# After a space, after what is no letter or digit, and a capital inside of a name (autoMode).
_BEGINNING = re.compile(r"(?<!\S)\S|(?<![^\W_])[^\W_]|(?<=[a-z0-9])[A-Z]")
_CLOSING = ")]}>.,;:!?\"'`，。；：！？）」”-_/+"
_SIGNS = "/-@!#$~.*\"'`<{([ "
_ALTERNATIVE = re.compile(r"\s+(?:[;/|]|or)\s+|\s*[,;，；]\s+")
_BEFORE_ARGUMENTS = re.compile(r"[^\[=]+?(?=\s+[\"']|\[|=|$)")

# What begins somewhere and goes on to the next space, and where in it parts begin: the first at 0.
_Token = tuple[str, tuple[int, ...]]


class Found:
    """A card that was found: how (:data:`EXACT` to :data:`FUZZY`), and where in its fields."""

    __slots__ = ("_words", "card", "rank")

    def __init__(self, card: Card, rank: int, words: Sequence[str] = ()) -> None:
        self.card = card
        self.rank = rank
        self._words = words

    @property
    def ranges(self) -> dict[str, list[tuple[int, int]]]:
        """What matched: stretches of the card's fields, from left to right and apart; made when asked for."""
        fields = {name: value for name in _GROUP_OF if (value := getattr(self.card, name))}
        folded = {name: fold(value) for name, value in fields.items()}
        texts = {name: each.text for name, each in folded.items()}
        spans: dict[str, list[tuple[int, int]]] = {}
        for word in self._words:
            for name, start, end in _places(word, fields, texts):
                spans.setdefault(name, []).append(folded[name].source(start, end))
        return {name: _merged(found) for name, found in spans.items()}


class Index:
    """Cards made ready for finding. That takes a moment (50 ms a thousand): best made off the loop."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)
        folded = _Folds()
        self._ready = [_Ready(card, folded) for card in self.cards]
        self._beginnings = "".join({group for ready in self._ready for group in ready.beginnings})
        self._names: dict[str, list[_Token]] = {}
        for token in dict.fromkeys(token for ready in self._ready for token in ready.names):
            self._names.setdefault(token[0][0], []).append(token)

    def find(self, query: str) -> list[Found]:
        """The cards that hold every word of ``query``, best first; of equals, as they stand in their sheets.

        First those whose command or name it is, then those whose name begins so, then those where its words
        begin words: of names, of meanings, of what stands around. Last what is near: the inside of words and,
        for a word that no card has, abbreviations (``ptu`` for PreToolUse) and slips.
        """
        words = words_of(query)
        if not words:
            return [Found(card, EXACT) for card in self.cards]
        whole = "\n" + fold(query.strip()).text
        near = [self._near(word) for word in words]
        found = []
        for number, ready in enumerate(self._ready):
            how = ready.found(whole, words, near)
            if how is not None:
                found.append((*how, number))
        found.sort()
        return [Found(self.cards[number], rank, words) for rank, _, number in found]

    def _near(self, word: str) -> Mapping[str, int] | None:
        """The words of names that a word may stand for, with the cost; None where some card has it itself."""
        if len(word) < _SHORTEST_NEAR or "\n" + word in self._beginnings:
            return None
        if _is_han(word):
            return None if any(ready.has(word) for ready in self._ready) else {}
        tokens = self._names.get(word[0], ())
        return {token[0]: like[0] for token in tokens if (like := _likeness(word, token))}


class _Folds(dict[str, str]):
    """Folded texts by what they were: sections and notes are said more than once."""

    def __missing__(self, text: str) -> str:
        self[text] = folded = fold(text).text
        return folded


class _Ready:
    """A card's folded text: its names as lines, and by groups of fields the text and what begins in it."""

    __slots__ = ("_called", "_calls", "_removed", "_texts", "beginnings", "names")

    def __init__(self, card: Card, folded: Mapping[str, str]) -> None:
        self._calls = tuple(_listed(names, folded) for names in _names_of(card))
        self._called = "".join(self._calls)
        self._removed = _REMOVED if card.removed else 0.0
        values = [[value for name in group if (value := getattr(card, name))] for group in _GROUPS]
        tokens = [
            [token for value in group for _, token in _tokens(value, folded[value])] for group in values
        ]
        self.names = tuple(dict.fromkeys(token for group in tokens[:_NAMES] for token in group))
        self.beginnings = tuple(_lines(dict.fromkeys(text for text, _ in group)) for group in tokens)
        self._texts = tuple("\n".join(folded[value] for value in group) for group in values)

    def has(self, word: str) -> bool:
        """Whether any field holds a word, wherever."""
        return any(word in text for text in self._texts)

    def found(
        self, whole: str, words: Sequence[str], near: Sequence[Mapping[str, int] | None]
    ) -> tuple[int, float] | None:
        """How the card is found and at what cost, or None. ``whole`` is the query as the start of a line."""
        if whole in self._called:
            for rank, line in ((EXACT, whole + "\n"), (PREFIX, whole)):
                for cost, names in enumerate(self._calls):
                    if line in names:
                        return rank, cost + self._removed
        rank, total = WORD, self._removed
        for word, likely in zip(words, near, strict=True):
            each = self._cost(word, likely)
            if each is None:
                return None
            if each >= _NEAR:
                rank = FUZZY
            total += each
        return rank, total

    def _cost(self, word: str, likely: Mapping[str, int] | None) -> int | None:
        if _is_han(word):  # Chinese sets no space: a word may begin anywhere
            for group, text in enumerate(self._texts):
                if word in text:
                    return 2 * group + 1
            return _SLIP if likely is not None and _pieces(word, "\n".join(self._texts)) else None
        line = "\n" + word
        for group, beginnings in enumerate(self.beginnings if len(word) > 1 else self.beginnings[:_NAMES]):
            if line in beginnings:
                return 2 * group + (line + "\n" not in beginnings)
        for group, text in enumerate(self._texts):
            if word in text and (cost := _inside(word, group)):
                return cost
        if likely:
            return min((likely[text] for text, _ in self.names if text in likely), default=None)
        return None


def find_once(cards: Iterable[Card], query: str) -> list[Card]:
    """As :meth:`Index.find`, for one query: only the cards that hold its words are made ready, if any.

    What is merely near is thus found only where no card holds every word.
    """
    words = words_of(query)
    cards = list(cards)
    plain = [word for word in words if word.isascii()]
    # Case is all that plain words differ by; what else folding does would show in the next look.
    likely = [card for card in cards if all(word in _blob(card) for word in plain)] if plain else cards
    if len(plain) < len(words):
        likely = [card for card in likely if all(word in fold(_blob(card)).text for word in words)]
    return [found.card for found in Index(likely or cards).find(query)]


def _blob(card: Card) -> str:
    return " ".join([getattr(card, name) for name in _GROUP_OF]).lower()


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded: parted by space, and where Chinese and other script meet."""
    return tuple(dict.fromkeys(part for word in query.split() for part in _PARTS.findall(fold(word).text)))


def _is_han(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _inside(word: str, group: int) -> int:
    """What it costs to find a word inside of others in a group's fields; 0 where it is too short for that."""
    if group < _NAMES:
        return _INSIDE_NAME if len(word) >= _SHORTEST_INSIDE_NAME else 0
    return _INSIDE if len(word) >= _SHORTEST_INSIDE else 0


def _names_of(card: Card) -> tuple[list[str], list[str], list[str]]:
    """What a card is called: by its commands and their aliases, by its names, by what people say besides."""
    also = [name for name in card.also.split(", ") if name]
    commands = []
    for one in [*_ALTERNATIVE.split(card.syntax), *(name for name in also if name[0] in "/-")]:
        head = _BEFORE_ARGUMENTS.match(bare(one))
        commands += [one, bare(one), head[0] if head else one]
    commands += [one.removeprefix("claude ") for one in commands]
    commands += [one.replace("+", by) for one in commands if "+" in one for by in "- "]
    return [card.syntax, *commands], [card.item, card.item_zh], also


def _listed(names: Iterable[str], folded: Mapping[str, str]) -> str:
    """Names as lines, each with the sign that it begins with and without."""
    lines = [folded[name] for name in dict.fromkeys(names) if name]
    return _lines(dict.fromkeys(line for name in lines for line in (name, name.lstrip(_SIGNS)) if line))


def _lines(texts: Iterable[str]) -> str:
    joined = "\n".join(texts)
    return f"\n{joined}\n" if joined else ""


def _tokens(text: str, folded: str) -> Iterator[tuple[int, _Token]]:
    """What begins in a text, and where in the folded text."""
    written = text if len(text) == len(folded) else folded
    beginnings = {found.start() for found in _BEGINNING.finditer(written)}
    for chunk in _CHUNK.finditer(folded):
        begin, end = chunk.span()
        starts = [begin, *(at for at in range(begin + 1, end) if at in beginnings)]
        for number, at in enumerate(starts):
            token = folded[at:end]
            yield at, (token.rstrip(_CLOSING) or token, tuple(start - at for start in starts[number:]))


def _likeness(word: str, token: _Token) -> tuple[int, Sequence[int]] | None:
    """What it costs to take a token for what was meant by a word, and which of its letters that means."""
    text, beginnings = token
    if places := abbreviated(word, text, beginnings):
        return _ABBREVIATED, places
    first = text[: beginnings[1]].rstrip(_CLOSING) if len(beginnings) > 1 else text
    if places := shortened(word, first):
        return _SLIP, places
    for whole in (first, text):
        if len(word) > _SHORTEST_NEAR and one_off(word, whole):
            return _SLIP, range(len(whole))
    return None


def _pieces(word: str, text: str) -> list[str]:
    """A Chinese word as pieces that a text has, two characters long on average; none where it hasn't."""
    pieces: list[str] = []
    while rest := word[sum(map(len, pieces)) :]:
        size = next((size for size in range(len(rest), 0, -1) if rest[:size] in text), 0)
        if not size:
            return []
        pieces.append(rest[:size])
    return pieces if 2 * len(pieces) <= len(word) + 1 else []


def _places(
    word: str, fields: Mapping[str, str], folded: Mapping[str, str]
) -> Iterator[tuple[str, int, int]]:
    """Where a word stands in folded fields: where it begins words, else inside of them, else what is near."""
    stands = list(_everywhere(word, folded))
    if _is_han(word):
        yield from stands
        for piece in [] if stands else _pieces(word, "\n".join(folded.values())):
            yield from _everywhere(piece, folded)
        return
    tokens = {name: dict(_tokens(fields[name], text)) for name, text in folded.items()}
    begins = [
        (name, start, end)
        for name, start, end in stands
        if start in tokens[name] and (len(word) > 1 or _GROUP_OF[name] < _NAMES)
    ]
    inside = [place for place in stands if _inside(word, _GROUP_OF[place[0]])]
    yield from begins or inside
    if not (begins or inside) and len(word) >= _SHORTEST_NEAR:
        for name in folded:
            if _GROUP_OF[name] < _NAMES:
                for at, token in tokens[name].items():
                    for letter in (_likeness(word, token) or (0, ()))[1]:
                        yield name, at + letter, at + letter + 1


def _everywhere(word: str, folded: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
    for name, text in folded.items():
        at = text.find(word)
        while at >= 0:
            yield name, at, at + len(word)
            at = text.find(word, at + len(word))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches from left to right, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
