"""The days of stored entries told anew where the reader's have changed: another zone, another first hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from techdash.editions.classify import believed, classify
from techdash.feeds.decide import date_of, starts
from techdash.feeds.schedule import DAY
from techdash.store.dating import Dated, Redated


def redated(found: Iterable[Dated], now: int, day_of: Callable[[int], str]) -> Iterator[Redated]:
    """Those of the entries that have another day, or another place in it, with both.

    ``day_of`` gives the reader's day of a moment. A bare date, and the day that an edition names, are the
    same everywhere; what has no date stays where it was first seen, and nothing stands later than ``now``.
    """
    start_of = starts(day_of)
    for entry in found:
        if entry.published is not None and entry.published % DAY == 0:
            day, sort_time = date_of(entry.published), min(start_of(entry.published), now)
        else:
            sort_time = min(entry.sort_time, now)
            day = day_of(sort_time)
        if entry.edition_day is not None:
            day = believed(classify(entry.title, entry.url, "digest", day, entry.tags)[2], day, now)
        if (day, sort_time) != (entry.day, entry.sort_time):
            yield Redated(entry.id, day, sort_time)
