"""One story once: which entries tell the same, by their features, across sources and languages.

Two entries are compared where they share a rare term. In one script they are the same story where what their
titles share weighs enough (a cosine over inverse document frequencies, or how much of the lighter title is in
the other); across scripts by the terms that both languages have. Figures that contradict each other keep them
apart: versions, siblings of a model, sums of money, dates. The likeliest pairs are joined first, and no join
may bring together what contradicts itself, or two texts of one source.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from techdash.editions.aliases import WEAK
from techdash.editions.features import LESSER, Features, Names, counted, features, text_terms

WINDOW = 48 * 3600
"""Seconds within which two entries can be one story."""

_SAME_COSINE = 0.36
_SAME_PART = 0.55
_SAME_PART_OF_TWO = 0.65
_OTHER_COSINE = 0.40
_OTHER_PART = 0.60
_OPEN_COSINE = 0.25  # of the titles, from which on the texts are asked
_TEXT_WEIGHT = 0.3
_FIGURE = re.compile(r"[#@\d]|.*-\d")  # a version is no second name beside the one that has it
_COMPARED = 24  # entries of a term that the others with it are compared to
_RAREST = 6  # terms of an entry by which it is found
_RARE = 0.01  # of all entries, that a rare term stands in,
_FEW = 12  # or so many


class Telling(Struct, frozen=True):
    """An entry as it is clustered: ``keys`` make one story of those that share one, whatever they say.
    ``text``: the start of its text.

    ``apart`` are the entries that the reader has split it from.
    """

    id: int
    source_id: str
    time: int
    features: Features
    text: str = ""
    keys: tuple[str, ...] = ()
    apart: frozenset[int] = frozenset()


class Background(Struct, frozen=True):
    """The days before: how many entries they had, and in how many of them each term stood."""

    entries: int = 0
    counts: Mapping[str, int] = {}


def background(titles: Iterable[tuple[str, str]], names: Names | None = None) -> Background:
    """How common terms are in some titles, each with that of its source."""
    entries, counts = 0, Counter[str]()
    for title, source in titles:
        entries += 1
        counts.update(features(title, source, names).title)
    return Background(entries, counts)


def together(some: Iterable[Background]) -> Background:
    """Several days as one background."""
    entries, counts = 0, Counter[str]()
    for one in some:
        entries += one.entries
        counts.update(one.counts)
    return Background(entries, counts)


def stories(
    tellings: Iterable[Telling],
    before: Background | None = None,
    earlier: Collection[int] = frozenset(),
    names: Names | None = None,
) -> list[tuple[int, ...]]:
    """The entries as stories: each a sorted tuple of ids, those of one story alone too; in order of ids.

    ``earlier``: the ids of those that are here for the others alone; they aren't compared with each other.
    Pure, and equal for equal entries in whatever order they come.
    """
    rows = sorted(tellings, key=lambda row: row.id)
    groups = _Groups(rows)
    first: dict[str, int] = {}
    for at, row in enumerate(rows):
        for key in row.keys:
            if (earlier_one := first.setdefault(key, at)) != at:
                groups.join(earlier_one, at, certain=True)
    for _, one, other in sorted(_likely(rows, before or Background(), earlier, names)):
        groups.join(one, other)
    return sorted(groups.found())


class _Groups:
    """A union-find that joins nothing which contradicts itself."""

    def __init__(self, rows: Sequence[Telling]) -> None:
        self._rows = rows
        self._parent = list(range(len(rows)))
        self._members = [[at] for at in range(len(rows))]
        self._sources: dict[int, set[str]] = {}  # of groups of several
        self._are_any_apart = any(row.apart for row in rows)

    def find(self, at: int) -> int:
        parent = self._parent
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    def join(self, one: int, other: int, *, certain: bool = False) -> None:
        """Join two groups; where it is ``certain`` that they are one, only the reader keeps them apart."""
        one, other = self.find(one), self.find(other)
        if one == other or not self._may_join(one, other, certain):
            return
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        self._parent[other] = one
        self._members[one] += self._members[other]
        self._members[other] = []
        self._sources[one] = self._sources_of(one) | self._sources_of(other)

    def _sources_of(self, one: int) -> set[str]:
        return self._sources.get(one) or {self._rows[one].source_id}

    def _may_join(self, one: int, other: int, certain: bool) -> bool:
        if not certain and not self._sources_of(one).isdisjoint(self._sources_of(other)):
            return False
        ours = [self._rows[at] for at in self._members[one]]
        theirs = [self._rows[at] for at in self._members[other]]
        if self._are_any_apart:
            ids = {row.id for row in ours}
            their_ids = {row.id for row in theirs}
            if any(row.apart & their_ids for row in ours) or any(row.apart & ids for row in theirs):
                return False
        return certain or not any(contradict(mine.features, its.features) for mine in ours for its in theirs)

    def found(self) -> list[tuple[int, ...]]:
        return [tuple(sorted(self._rows[at].id for at in group)) for group in self._members if group]


def contradict(one: Features, other: Features) -> bool:
    """Whether figures in the titles say that these are two stories."""
    if one.versions and other.versions and _versions_differ(one, other):
        return True
    if one.variants and other.variants and one.variants.isdisjoint(other.variants):
        return True
    if (one.variants ^ other.variants) & LESSER and not one.versions.isdisjoint(other.versions):
        return True
    if one.dates and other.dates and one.dates.isdisjoint(other.dates):
        return True
    return bool(one.money and other.money) and not any(
        abs(mine - its) <= 0.06 * max(mine, its) for mine in one.money for its in other.money
    )


def _versions_differ(one: Features, other: Features) -> bool:
    ours, theirs = _by_name(one), _by_name(other)
    for name in ours.keys() & theirs.keys():
        if _are_apart(ours[name], theirs[name]):
            return True
    exact = {number for _, number in one.versions if "." in number}
    its = {number for _, number in other.versions if "." in number}
    return bool(exact and its) and _are_apart(exact, its)


def _are_apart(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether no version is another's, or a part of it as 3.15 is of 3.15.2."""
    return not any(
        f"{one}.".startswith(f"{its}.") or f"{its}.".startswith(f"{one}.") for one in ours for its in theirs
    )


def _by_name(features: Features) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, number in features.versions:
        found.setdefault(name, set()).add(number)
    found.pop("", None)
    return found


class _Scale(Struct, frozen=True):
    """What terms weigh, which of them are rare enough to tell a story, and which are figures."""

    idf: dict[str, float]
    rare: frozenset[str]
    figures: frozenset[str]


class _Sized(Struct, frozen=True):
    """A title with its weights: of all of it, and of what of it is shared by languages."""

    features: Features
    names: frozenset[str]
    title: float
    shared: float
    square: float
    shared_square: float


def _likely(
    rows: Sequence[Telling], before: Background, earlier: Collection[int], names: Names | None
) -> list[tuple[float, int, int]]:
    """The pairs that seem to tell one story: (likeness, negative; position; position)."""
    able = [at for at, row in enumerate(rows) if row.features.title]
    scale = _scaled([rows[at].features for at in able], before)
    sized: dict[int, _Sized] = {}
    texts: dict[int, _Weighed] = {}
    found = []
    named = [row.features.title - scale.figures for row in rows]
    for one, others in _candidates(rows, able, scale, earlier):
        mine, its_named = rows[one], named[one]
        for other in others:
            common = its_named & named[other]
            if len(common) < 2 or common <= WEAK:
                continue
            its = rows[other]
            if contradict(mine.features, its.features):
                continue
            for at in (one, other):
                if at not in sized:
                    sized[at] = _sized(rows[at].features, scale)
            likeness, is_open = _likeness(sized[one], sized[other], len(common), scale)
            if is_open and mine.text and its.text:
                for at in (one, other):
                    if at not in texts:
                        texts[at] = _weighed(rows[at], scale, names)
                likeness = _likeness_of_texts(texts[one], texts[other])
            if likeness:
                found.append((-round(likeness, 6), one, other))
    return found


def _scaled(found: Sequence[Features], before: Background) -> _Scale:
    here = counted(found)
    counts = {term: count + before.counts.get(term, 0) for term, count in here.items()}
    total = len(found) + before.entries
    rare = max(_FEW, int(total * _RARE))
    return _Scale(
        {term: math.log(1 + (total + 1) / (count + 0.5)) for term, count in counts.items()},
        frozenset(term for term, count in counts.items() if count <= rare and here[term] > 1),
        frozenset(filter(_FIGURE.match, counts)),
    )


def _sized(features: Features, scale: _Scale) -> _Sized:
    title = [scale.idf[term] for term in features.title]
    shared = [scale.idf[term] for term in features.shared]
    return _Sized(
        features,
        features.shared - WEAK - scale.figures,
        math.fsum(title),
        math.fsum(shared),
        math.fsum([it * it for it in title]),
        math.fsum([it * it for it in shared]),
    )


def _likeness(one: _Sized, other: _Sized, named: int, scale: _Scale) -> tuple[float, bool]:
    """How alike two titles are that share a rare term, 0 where they tell two stories.

    And whether their texts could tell otherwise. ``named``: how many terms they share that are no figures.
    """
    mine, its = one.features, other.features
    common = mine.title & its.title
    weights = [scale.idf[term] for term in common]
    weight = math.fsum(weights)
    square = math.fsum([it * it for it in weights])
    if mine.is_han != its.is_han:
        part = weight / (one.shared if mine.is_han else other.shared)
        cosine = square / math.sqrt(one.shared_square * other.shared_square)
        return max(cosine, part) if part >= _OTHER_PART or cosine >= _OTHER_COSINE else 0.0, False
    if mine.is_han and one.names and other.names and one.names.isdisjoint(other.names):
        return 0.0, False  # a template with another name in it
    part = weight / min(one.title, other.title)
    cosine = square / math.sqrt(one.square * other.square)
    enough = _SAME_PART if named > 2 else _SAME_PART_OF_TWO
    if cosine >= _SAME_COSINE or part >= enough:
        return max(cosine, part), False
    return 0.0, cosine >= _OPEN_COSINE


class _Weighed(Struct, frozen=True):
    """The terms of a title and its text with what each weighs, and the length of that as a vector."""

    weights: dict[str, float]
    length: float


def _weighed(row: Telling, scale: _Scale, names: Names | None) -> _Weighed:
    idf, title = scale.idf, row.features.title
    # of the text what titles say too: the rest is how one writes
    text = (text_terms(row.text, names) & idf.keys()) - title
    weights = {term: idf[term] for term in title} | {term: idf[term] * _TEXT_WEIGHT for term in text}
    return _Weighed(weights, math.sqrt(math.fsum([weight * weight for weight in weights.values()])))


def _likeness_of_texts(one: _Weighed, other: _Weighed) -> float:
    """How alike two entries are by their titles and texts; 0 where that is not enough."""
    mine, its = one.weights, other.weights
    square = math.fsum([mine[term] * its[term] for term in mine.keys() & its.keys()])
    cosine = square / (one.length * other.length)
    return cosine if cosine >= _SAME_COSINE else 0.0


def _candidates(
    rows: Sequence[Telling], able: Sequence[int], scale: _Scale, earlier: Collection[int]
) -> Iterator[tuple[int, list[int]]]:
    """Pairs worth comparing, by their first: of two sources, not far apart, with one of their rarest terms.

    Of a term that many have, the first are compared with all of them and the rest with these: what is told
    often is found through them, and the work stays linear.
    """
    having: dict[str, list[int]] = {
        term: [] for term in sorted(scale.rare, key=lambda term: (-scale.idf[term], term))
    }
    after: dict[int, list[tuple[list[int], int]]] = {}  # those with a term, and from where on they follow
    rank = {term: number for number, term in enumerate(having)}.__getitem__
    for at in able:
        for term in sorted(rows[at].features.title & scale.rare, key=rank)[:_RAREST]:
            same = having[term]
            same.append(at)
            if len(same) <= _COMPARED:
                after.setdefault(at, []).append((same, len(same)))
    sources, times = [row.source_id for row in rows], [row.time for row in rows]
    is_earlier = [row.id in earlier for row in rows]
    for one, places in after.items():
        others = set().union(*(same[place:] for same, place in places))
        source, time, is_of_today = sources[one], times[one], not is_earlier[one]
        yield (
            one,
            [
                other
                for other in others
                if sources[other] != source
                and (is_of_today or not is_earlier[other])
                and -WINDOW <= times[other] - time <= WINDOW
            ],
        )
