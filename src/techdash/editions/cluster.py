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
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from techdash.editions.aliases import WEAK
from techdash.editions.features import LESSER, Features, counted

WINDOW = 48 * 3600
"""Seconds within which two entries can be one story."""

_SAME_COSINE = 0.36
_SAME_PART = 0.55
_SAME_PART_OF_TWO = 0.65
_OTHER_COSINE = 0.40
_OTHER_PART = 0.60
_TEXT_WEIGHT = 0.3
_FIGURE = re.compile(r"[#@\d]|.*-\d")  # a version is no second name beside the one that has it
_COMPARED = 24  # entries of a term that the others with it are compared to
_RAREST = 6  # terms of an entry by which it is found
_RARE = 0.01  # of all entries, that a rare term stands in,
_FEW = 12  # or so many


class Telling(Struct, frozen=True):
    """An entry as it is clustered: ``keys`` make one story of those that share one, whatever they say.

    ``apart`` are the entries that the reader has split it from.
    """

    id: int
    source_id: str
    time: int
    features: Features
    keys: tuple[str, ...] = ()
    apart: frozenset[int] = frozenset()


class Background(Struct, frozen=True):
    """The days before: how many entries they had, and in how many of them each term stood."""

    entries: int = 0
    counts: Mapping[str, int] = {}


def stories(tellings: Iterable[Telling], before: Background | None = None) -> list[tuple[int, ...]]:
    """The entries as stories: each a sorted tuple of ids, those of one story alone too; in order of ids.

    Pure, and equal for equal entries in whatever order they come.
    """
    rows = sorted(tellings, key=lambda row: row.id)
    groups = _Groups(rows)
    first: dict[str, int] = {}
    for at, row in enumerate(rows):
        for key in row.keys:
            groups.join(first.setdefault(key, at), at, certain=True)
    for _, one, other in sorted(_likely(rows, before or Background())):
        groups.join(one, other)
    return sorted(groups.found())


class _Groups:
    """A union-find that joins nothing which contradicts itself."""

    def __init__(self, rows: Sequence[Telling]) -> None:
        self._rows = rows
        self._parent = list(range(len(rows)))
        self._members = [[at] for at in range(len(rows))]

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

    def _may_join(self, one: int, other: int, certain: bool) -> bool:
        ours = [self._rows[at] for at in self._members[one]]
        theirs = [self._rows[at] for at in self._members[other]]
        if any(row.apart for row in (*ours, *theirs)):
            ids = {row.id for row in ours}
            their_ids = {row.id for row in theirs}
            if any(row.apart & their_ids for row in ours) or any(row.apart & ids for row in theirs):
                return False
        if certain:
            return True
        if not {row.source_id for row in ours}.isdisjoint(row.source_id for row in theirs):
            return False
        return not any(contradict(mine.features, its.features) for mine in ours for its in theirs)

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
    return not any(f"{one}.".startswith(f"{its}.") or f"{its}.".startswith(f"{one}.") for one in ours for its in theirs)


def _by_name(features: Features) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, number in features.versions:
        found.setdefault(name, set()).add(number)
    found.pop("", None)
    return found


def _likely(rows: Sequence[Telling], before: Background) -> list[tuple[float, int, int]]:
    """The pairs that seem to tell one story: (likeness, negative; position; position)."""
    able = [at for at, row in enumerate(rows) if not row.features.is_alone and row.features.title]
    here = counted(rows[at].features for at in able)
    total = len(able) + before.entries
    known = before.counts
    idf = {
        term: math.log(1 + (total + 1) / (count + known.get(term, 0) + 0.5)) for term, count in here.items()
    }
    rare = max(_FEW, int(total * _RARE))
    sized = {at: _sized(rows[at].features, idf) for at in able}
    found = []
    for one, other in _candidates(rows, able, idf, here):
        mine, its = rows[one], rows[other]
        if len(mine.features.title & its.features.title) < 2 or mine.source_id == its.source_id:
            continue
        if abs(mine.time - its.time) > WINDOW or contradict(mine.features, its.features):
            continue
        common, likeness = _likeness(sized[one], sized[other], idf)
        if likeness and any(here[term] + known.get(term, 0) <= rare for term in common):
            found.append((-round(likeness, 6), one, other))
    return found


class _Sized(Struct, frozen=True):
    """Features with their weights: of the title, of what of it is shared by languages, of all."""

    features: Features
    title: float
    shared: float
    square: float
    shared_square: float


def _sized(features: Features, idf: Mapping[str, float]) -> _Sized:
    title = [idf[term] for term in features.title]
    shared = [idf[term] for term in features.shared]
    text = [idf[term] for term in features.text]
    return _Sized(
        features,
        math.fsum(title),
        math.fsum(shared),
        math.fsum(it * it for it in title) + _TEXT_WEIGHT**2 * math.fsum(it * it for it in text),
        math.fsum(it * it for it in shared),
    )


def _likeness(one: _Sized, other: _Sized, idf: Mapping[str, float]) -> tuple[frozenset[str], float]:
    """What two titles share, and how alike the entries are; 0 where they are not of one story."""
    mine, its = one.features, other.features
    across = mine.is_han != its.is_han
    common = (mine.shared & its.shared) if across else (mine.title & its.title)
    named = [term for term in common if not _FIGURE.match(term)]
    if len(named) < 2 or WEAK.issuperset(named):
        return common, 0.0
    weight = math.fsum(idf[term] for term in common)
    square = math.fsum(idf[term] ** 2 for term in common)
    if across:
        part = weight / (one.shared if mine.is_han else other.shared)
        cosine = square / math.sqrt(one.shared_square * other.shared_square)
        return common, max(cosine, part) if part >= _OTHER_PART or cosine >= _OTHER_COSINE else 0.0
    if mine.is_han and _names(mine) and _names(its) and _names(mine).isdisjoint(_names(its)):
        return common, 0.0  # a template with another name in it
    square += _TEXT_WEIGHT * math.fsum(idf[term] ** 2 for term in (mine.title & its.text) | (mine.text & its.title))
    square += _TEXT_WEIGHT**2 * math.fsum(idf[term] ** 2 for term in mine.text & its.text)
    cosine = square / math.sqrt(one.square * other.square)
    part = weight / min(one.title, other.title)
    enough = _SAME_PART if len(named) > 2 else _SAME_PART_OF_TWO
    return common, max(cosine, part) if cosine >= _SAME_COSINE or part >= enough else 0.0


def _names(features: Features) -> set[str]:
    return {term for term in features.shared - WEAK if not _FIGURE.match(term)}


def _candidates(
    rows: Sequence[Telling], able: Sequence[int], idf: Mapping[str, float], here: Mapping[str, int]
) -> set[tuple[int, int]]:
    """Pairs worth comparing: those that share one of the rarest terms of each.

    Of a term that many have, the first are compared with all of them and the rest with these: what is told
    often is found through them, and the work stays linear.
    """
    having: dict[str, list[int]] = {}
    for at in able:
        terms = [term for term in rows[at].features.title if here[term] > 1]
        for term in sorted(terms, key=lambda term: (-idf[term], term))[:_RAREST]:
            having.setdefault(term, []).append(at)
    found: set[tuple[int, int]] = set()
    for same in having.values():
        some = same[:_COMPARED]
        found.update(combinations(some, 2))
        found.update((one, other) for other in same[_COMPARED:] for one in some)
    return found
