"""The score of a story, 0 to 100: parts that add up to it, each of which can be told in words.

=============  ===  ==================================================================================
part           max  is
=============  ===  ==================================================================================
source          30  the source's weight out of 2
corroboration   25  log2(1 + n) out of 2, for n sources that have the story: 12.5, 19.8, 25
recency         20  e^(-age / 18 h), the age counted back from the day's newest entry
interest        15  the reader's interests; less 15 for what is muted
depth           10  5 for ten minutes and more, 3 for a text that is here, 2 for code or a paper
points          10  their percentile within the source and the day, as far as there is room up to 100
=============  ===  ==================================================================================

Points are known where a source writes them into its text as "Points: 312": the Hacker News feeds of hnrss.org
do (https://hnrss.github.io). The feeds of Lobsters, GitHub Trending, Bluesky and Mastodon give none.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterable

from techdash.models.editions import DayEntry
from techdash.text.urls import host

MOST: dict[str, int] = {
    "source": 30,
    "corroboration": 25,
    "recency": 20,
    "interest": 15,
    "depth": 10,
    "points": 10,
}
"""The parts, in the order in which they are told, and what each can be at most."""

WHOLE = 100
FRESH_HOURS = 18
HEAVIEST = 2.0
_LONG_MINUTES = 10
_POINTS = re.compile(r"(?:^|[\s.;>])Points:\s*(\d{1,6})\b")
_WORK = ("github.com", "gitlab.com", "huggingface.co", "arxiv.org", "openreview.net", "aclanthology.org")


def parts(
    row: DayEntry, *, sources: int, newest: int, liking: int = 0, standing: float | None = None
) -> dict[str, float]:
    """The parts of a story's score that are not 0, in the order of :data:`MOST`; they add up to 0 to 100.

    ``sources``: how many have it; ``newest``: the time of the day's newest entry; ``liking``: 1 of interest,
    -1 muted; ``standing``: the percentile of its points, 0 to 1, None where it has none.
    """
    weight = min(max(row.weight, 0.0) / HEAVIEST, 1.0)
    age = max(newest - row.sort_time, 0) / 3600
    source = round(MOST["source"] * weight, 1)
    corroboration = round(MOST["corroboration"] * min(math.log2(1 + sources) / 2, 1.0), 1)
    recency = round(MOST["recency"] * math.exp(-age / FRESH_HOURS), 1)
    depth = round(_depth(row), 1)
    before = source + corroboration + recency + depth
    interest = max(MOST["interest"] * float(liking), -before) if liking else 0.0
    points = 0.0
    if standing is not None:
        points = min(MOST["points"] * standing, WHOLE - before - interest)
    found = zip(
        MOST, (source, corroboration, recency, round(interest, 1), depth, round(points, 1)), strict=True
    )
    return {name: value for name, value in found if value}


def total(found: dict[str, float]) -> float:
    """The score that parts add up to."""
    return round(sum(found.values()), 1)


def standings(rows: Iterable[DayEntry]) -> dict[int, float]:
    """The percentile (0 to 1) of the points of each entry that has any, among those of its source.

    The middle of the ranks it shares: a source's only one has 0.5.
    """
    by_source: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        found = points(row.summary)
        if found is None:
            found = points(row.ending)
        if found is not None:
            by_source.setdefault(row.source_id, []).append((found, row.id))
    standing: dict[int, float] = {}
    for pairs in by_source.values():
        ranked = sorted(value for value, _ in pairs)
        for value, id_ in pairs:
            below, upto = bisect.bisect_left(ranked, value), bisect.bisect_right(ranked, value)
            standing[id_] = (below + upto) / 2 / len(ranked)
    return standing


def points(text: str) -> int | None:
    """The points that a source writes into an entry's text; None where it doesn't."""
    found = _POINTS.search(text)
    return int(found[1]) if found else None


def _depth(row: DayEntry) -> float:
    """What there is to read: length, a text that is here, code or a paper."""
    length = 5 * min(max(row.minutes, 0), _LONG_MINUTES) / _LONG_MINUTES
    return length + 3 * row.has_text + 2 * (row.kind in ("github", "paper") or _is_work(row.url))


def _is_work(url: str) -> bool:
    """Whether an address is of a site for code or papers."""
    folded = url.lower()
    if not any(site in folded for site in _WORK):  # a host is dear to find, and most are of none of them
        return False
    name = host(url)
    return any(name == site or name.endswith(f".{site}") for site in _WORK)
