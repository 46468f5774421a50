"""Labelled headlines of news in English and Chinese, and how well their stories are found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from techdash.editions.cluster import Telling, stories
from techdash.editions.features import features, told

_FILE = Path(__file__).parent / "data" / "stories" / "headlines.tsv"


class Headline(Struct, frozen=True):
    """A headline with the story that it tells; ``hours`` after the first. ``set``: a, b or c (see README)."""

    set: str
    story: str
    source: str
    hours: int
    title: str


@cache
def headlines() -> tuple[Headline, ...]:
    lines = _FILE.read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(
        Headline(set_, story, source, int(hours), title) for set_, story, source, hours, title in rows
    )


def tellings(found: Sequence[Headline]) -> list[Telling]:
    """The headlines as they are clustered, numbered in their order."""
    return [
        Telling(number, one.source, one.hours * 3600, told(one.title, one.source))
        for number, one in enumerate(found)
    ]


def measured(
    found: Sequence[Headline], counts: Callable[[Headline, Headline], bool] = lambda one, other: True
) -> tuple[float, float]:
    """Precision and recall of the pairs that are joined, of those pairs that ``counts`` says so of."""

    def pairs(groups: Iterable[Sequence[int]]) -> set[tuple[int, int]]:
        return {
            pair
            for group in groups
            for pair in itertools.combinations(sorted(group), 2)
            if counts(found[pair[0]], found[pair[1]])
        }

    by_story: dict[str, list[int]] = {}
    for number, one in enumerate(found):
        by_story.setdefault(one.story, []).append(number)
    true, joined = pairs(by_story.values()), pairs(stories(tellings(found)))
    return len(true & joined) / len(joined), len(true & joined) / len(true)


def in_two_languages(one: Headline, other: Headline) -> bool:
    """Whether of two headlines one is in Chinese and one in English."""
    return features(one.title).is_han != features(other.title).is_han
