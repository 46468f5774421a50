"""What the reader wants more and less of: whether an entry is of it, and what of an entry it would be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from techdash.editions.features import features
from techdash.models.editions import DayEntry, Tastes

_TEXT = 200  # so much of a summary says what an entry is about
_LATIN_EDGE = re.compile(r"[a-z0-9]")
# What a title says by name: "GPT-5.5", "Claude Code", "vLLM", 「智谱」.
_QUOTED = re.compile(r"[《「『“]([^》」』”]{2,20})[》」』”]")
_NAME_WORD = r"(?:[A-Z][\w.+-]*[\w+]|[a-z]+[A-Z][\w.+-]*|[A-Z])"
_NAME = re.compile(rf"(?<![\w.])({_NAME_WORD}(?: {_NAME_WORD}| \d[\d.]*)*)")
_WORD = re.compile(r"[^\W\d_][\w.+-]*[\w+]")
_EMPTY = """
a an and are as at be been but by can could did do does for from had has have how i if in into is it its just
may more most my new no not now of off on one or our out over so than that the their them then there these
they this to today too up us use was we were what when where which who why will with would you your after all
about first show ask hn tell launch introducing announcing here's there's let's via vs using behind inside
every still why's
"""


def folded(text: str) -> str:
    """A text as tastes are compared: compatible forms as one, case away."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def chosen(configured: Tastes, by_key: Mapping[str, int]) -> Tastes:
    """The tastes of the configuration, with what the reader changed by keys: 1 more, -1 less, 0 neither."""
    named = {folded(name): (name, -1) for name in configured.mutes}
    named |= {folded(name): (name, 1) for name in configured.interests}
    for name, liking in by_key.items():
        named[folded(name)] = (name, liking)
    return Tastes(
        tuple(sorted(name for name, liking in named.values() if liking > 0)),
        tuple(sorted(name for name, liking in named.values() if liking < 0)),
    )


class Liking(NamedTuple):
    """1 of an interest, -1 of a mute, 0 of neither; which, and whether it is a word of the text."""

    liking: int = 0
    name: str = ""
    by_word: bool = False


class Taster:
    """Says of entries whether they are of the reader's interests or mutes; a mute is the stronger."""

    def __init__(self, tastes: Tastes) -> None:
        self._mutes = _Names(tastes.mutes)
        self._interests = _Names(tastes.interests)

    def __call__(self, row: DayEntry) -> Liking:
        """Which mute or interest an entry is of."""
        if not (self._mutes or self._interests):
            return Liking()
        about = {folded(row.source_id), folded(row.source_title), *map(folded, row.topics + row.tags)}
        text = folded(f"{row.title} {row.summary[:_TEXT]}")
        for liking, names in ((-1, self._mutes), (1, self._interests)):
            if name := names.filed(about):
                return Liking(liking, name)
            if name := names.said(text):
                return Liking(liking, name, by_word=True)
        return Liking()


class _Names:
    """Some names, found among what an entry is filed under, or as words of its text."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {folded(name): name for name in names if folded(name)}
        words = sorted(self._names, key=lambda name: (-len(name), name))
        self._words = re.compile("|".join(map(_as_word, words))) if words else None

    def __bool__(self) -> bool:
        return bool(self._names)

    def filed(self, about: Iterable[str]) -> str:
        """The name among those of source, topics and tags; empty where none is."""
        return self._names[min(filed)] if (filed := self._names.keys() & set(about)) else ""

    def said(self, text: str) -> str:
        """The name that a text has as a word; empty where it has none."""
        match = self._words.search(text) if self._words else None
        if match is None:
            return ""
        word = match[0]
        return self._names.get(word) or self._names.get(word.removesuffix("s"), "")


def _as_word(name: str) -> str:
    """A pattern for a name as a whole word, or more of them; Chinese has no words to be whole."""
    before = "(?<![a-z0-9])" if _LATIN_EDGE.match(name[0]) else ""
    after = "s?(?![a-z0-9])" if _LATIN_EDGE.match(name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"


def names(title: str, counts: Mapping[str, int]) -> list[str]:
    """The words of a title that say what it is about, as they are written there, the best first.

    Names before words; of names those that come up most (``counts`` as of
    :func:`techdash.editions.trends.counts`), then in their order.
    """
    title, empty = unicodedata.normalize("NFKC", title), frozenset(_EMPTY.split())
    found = [match[1] for match in _QUOTED.finditer(title)]
    for match in _NAME.finditer(title):
        name = " ".join([word for word in match[1].split() if folded(word) not in empty][:3])
        # the first word of a sentence has its capital for that alone, unless it comes up as a name does
        if name and (match.start() or not _is_plain(name) or _known(name, counts) > 1):
            found.append(name)
    words = found or [word for word in _WORD.findall(title) if word.isascii() and len(word) > 3]
    once = dict.fromkeys(word for word in words if folded(word) not in empty and len(word) > 1)
    return sorted(once, key=lambda word: -_known(word, counts))


def _known(name: str, counts: Mapping[str, int]) -> int:
    return min((counts.get(term, 0) for term in features(name).title), default=0)


def _is_plain(word: str) -> bool:
    return word.isalpha() and (word.istitle() or len(word) == 1)
