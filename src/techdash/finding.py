"""Finds cards by what was typed: exact command, prefix, words, then what is near; in both languages.

All text is compared folded (:mod:`techdash.text.folding`), and folded once, when an :class:`Index` is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

from techdash.models.parsed import Card
from techdash.postings import Lines, Postings
from techdash.text.folding import fold
from techdash.text.near import abbreviated, one_off, shortened
from techdash.text.syntax import bare
from techdash.text.tokens import Token, first_part, is_han, tokens_of, words_of

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
# the second, and so on. From _FAR on the word isn't found, but something like it. To be removed costs a half.
_FAR = 1 << 20
_INSIDE_NAME, _ABBREVIATED, _INSIDE, _SLIP = (_FAR + cost for cost in (10, 12, 14, 16))
# Short strings stand inside of many words by chance.
_SHORTEST_INSIDE_NAME, _SHORTEST_INSIDE, _SHORTEST_NEAR = 2, 4, 3

_SIGNS = "/-@!#$~.*\"'`<{([ "
_ALTERNATIVE = re.compile(r"\s+(?:[;/|]|or)\s+|\s*[,;，；]\s+")
_BEFORE_ARGUMENTS = re.compile(r"[^\[=]+?(?=\s+[\"']|\[|=|$)")
_IN_SHEET = re.compile(r"sheet[:：](\S*)", re.IGNORECASE)


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


class _Hits(Sequence[Found]):
    """What was found, best first; each is made when it is looked at, as few of thousands are."""

    def __init__(self, cards: Sequence[Card], order: Sequence[int], words: Sequence[str] = ()) -> None:
        """``order``: twice the cost, and one more for a card that was removed, times all cards, and which."""
        self._cards = cards
        self._order = order
        self._words = words
        self._made: dict[int, Found] = {}

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> Found: ...
    @overload
    def __getitem__(self, at: slice) -> list[Found]: ...
    def __getitem__(self, at: int | slice) -> Found | list[Found]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        key = self._order[at]
        found = self._made.get(key)
        if found is None:
            cost, number = divmod(key, len(self._cards))
            rank = min(WORD + cost // (2 * _FAR), FUZZY) if self._words else EXACT
            found = self._made[key] = Found(self._cards[number], rank, self._words)
        return found


class Index:
    """Cards made ready for finding. That takes a moment (50 ms a thousand): best made off the loop."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)
        texts = ([[getattr(card, name) for name in group] for group in _GROUPS] for card in self.cards)
        self._words = Postings(texts, len(_GROUPS), _NAMES)
        self._called = _called(self.cards)
        self._removed = {number for number, card in enumerate(self.cards) if card.removed}

    def find(self, query: str) -> Sequence[Found]:
        """The cards that hold every word of ``query``, best first; of equals, as they stand in their sheets.

        First those whose command or name it is, then those whose name begins so, then those where its words
        begin words: of names, of meanings, of what stands around. Last what is near: the inside of words and,
        for a word that no card has, abbreviations (``ptu`` for PreToolUse) and slips.
        """
        words = words_of(query)
        if not words:
            return _Hits(self.cards, range(len(self.cards)))
        total, *others = (self._costs(word) for word in words)
        for costs in others:
            total = {number: cost + costs[number] for number, cost in total.items() if number in costs}
        total.update(self._named(fold(query.strip()).text))
        removed, count = self._removed, len(self.cards)
        # cost and place in one number: thousands of them are sorted at a key
        order = sorted((2 * cost + (number in removed)) * count + number for number, cost in total.items())
        return _Hits(self.cards, order, words)

    def _named(self, whole: str) -> dict[int, int]:
        """The cards that are called so, or whose name begins so, with the cost of that."""
        found: dict[int, int] = {}
        # what is better comes later, and takes the place of what was there
        for cost, lines in reversed([*enumerate(self._called)]):
            found.update(dict.fromkeys(lines.beginning(whole), cost - _FAR))
        for cost, lines in reversed([*enumerate(self._called)]):
            found.update(dict.fromkeys(lines.same(whole), cost - 2 * _FAR))
        return found

    def _costs(self, word: str) -> dict[int, int]:
        """What it costs to find a word in each of the cards where it or what is like it is found."""
        costs: dict[int, int] = {}
        words, groups = self._words, range(len(_GROUPS))
        if is_han(word):
            held = words.holding(word)
            for group in reversed(groups):
                costs.update(dict.fromkeys(words.cards(group, held), 2 * group + 1))
            return costs or dict.fromkeys(self._in_pieces(word), _SLIP)
        same, begun = words.same(word), words.beginning(word)
        if len(word) >= _SHORTEST_NEAR and not begun:
            self._meant(word, costs)
        if len(word) >= _SHORTEST_INSIDE_NAME:
            held = words.holding(word, only_names=len(word) < _SHORTEST_INSIDE)
            for group in reversed(groups):
                if cost := _inside(word, group):
                    costs.update(dict.fromkeys(words.cards(group, held), cost))
        for group in reversed(groups if len(word) > 1 else groups[:_NAMES]):
            costs.update(dict.fromkeys(words.cards(group, begun), 2 * group + 1))
            costs.update(dict.fromkeys(words.cards(group, same), 2 * group))
        return costs

    def _meant(self, word: str, costs: dict[int, int]) -> None:
        """Add the cards with a name that has something like a word, each at its lowest cost."""
        found = [
            (like[0], parts)
            for token, parts in self._words.maybe_meant(word)
            if (like := _likeness(word, token))
        ]
        for cost, parts in sorted(found, key=lambda pair: -pair[0]):
            for group in range(_NAMES):
                costs.update(dict.fromkeys(self._words.cards(group, parts), cost))

    def _in_pieces(self, word: str) -> Iterator[int]:
        """The cards that have a Chinese word in pieces."""
        words, groups = self._words, range(len(_GROUPS))
        having: set[int] | None = None
        for char in set(word) if len(word) > 2 else ():
            held = words.holding(char)
            cards = set().union(*(words.cards(group, held) for group in groups))
            having = cards if having is None else having & cards
        for number in having or ():
            card = self.cards[number]
            if _pieces(word, "\n".join(fold(getattr(card, name)).text for name in _GROUP_OF)):
                yield number


def _called(cards: Sequence[Card]) -> tuple[Lines, ...]:
    """What cards are called, as :func:`_names_of` parts it."""
    lines: tuple[dict[str, list[int]], ...] = ({}, {}, {})
    for number, card in enumerate(cards):
        for called, names in zip(lines, _names_of(card), strict=True):
            # each with the sign that it begins with and without
            for line in {*names, *(name.lstrip(_SIGNS) for name in names)} - {""}:
                called.setdefault(line, []).append(number)
    return tuple(map(Lines, lines))


def in_sheet(query: str) -> tuple[str, str]:
    """The sheet that a query begins by naming (``sheet:tldr tar``), folded, or nothing; and the rest."""
    named = _IN_SHEET.match(query.strip())
    return (fold(named[1]).text, query.strip()[named.end() :].lstrip()) if named else ("", query)


def is_named(sheet: str, name: str) -> bool:
    """Whether a sheet's name begins like a folded one, spaces as hyphens (``claude-code``)."""
    return tag_of(sheet).startswith(name)


def tag_of(sheet: str) -> str:
    """A sheet's name as one word."""
    return fold(sheet).text.replace(" ", "-")


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


def _inside(word: str, group: int) -> int:
    """What it costs to find a word inside of others in a group's fields; 0 where it is too short for that."""
    if group < _NAMES:
        return _INSIDE_NAME if len(word) >= _SHORTEST_INSIDE_NAME else 0
    return _INSIDE if len(word) >= _SHORTEST_INSIDE else 0


def _names_of(card: Card) -> tuple[list[str], list[str], list[str]]:
    """What a card is called: by its commands and their aliases, by its names, by what people say besides."""
    syntax, item, item_zh = fold(card.syntax).text, fold(card.item).text, fold(card.item_zh).text
    also = [name.strip() for name in fold(card.also).text.split(",")]
    commands = []
    for one in [*_ALTERNATIVE.split(syntax), *(name for name in also if name[:1] in ("/", "-"))]:
        command = bare(one)
        head = _BEFORE_ARGUMENTS.match(command)
        commands += [one, command, head[0] if head else one]
    commands = [*dict.fromkeys(commands)]
    commands += [one[7:] for one in commands if one.startswith("claude ")]
    commands += [one.replace("+", by) for one in commands if "+" in one for by in "- "]
    return [syntax, *commands], [item, item_zh], also


def _likeness(word: str, token: Token) -> tuple[int, Sequence[int]] | None:
    """What it costs to take a token for what was meant by a word, and which of its letters that means."""
    text, beginnings = token
    if places := abbreviated(word, text, beginnings):
        return _ABBREVIATED, places
    first = first_part(token)
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
    if is_han(word):
        yield from stands
        for piece in [] if stands else _pieces(word, "\n".join(folded.values())):
            yield from _everywhere(piece, folded)
        return
    tokens = {name: dict(tokens_of(fields[name], text)) for name, text in folded.items()}
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
