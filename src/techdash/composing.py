"""Composing the edition of a day in the library: what it is made of, the days before, the reader's tastes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from techdash import days
from techdash.config import Config
from techdash.editions import trends
from techdash.editions.cluster import Background, background, together
from techdash.editions.compose import compose
from techdash.editions.features import Names, names_with
from techdash.editions.tastes import chosen
from techdash.models.editions import DayEntry, Tastes
from techdash.store import editions, entries, terms
from techdash.store import tastes as kept
from techdash.store.db import Writer

# Enough of a day to say how common a term is.
_TITLES_A_DAY = 120


def tastes(conn: sqlite3.Connection, config: Config) -> Tastes:
    """What the reader wants more and less of: as configured, and as changed since by keys."""
    return chosen(Tastes(config.interests, config.mutes), kept.by_key(conn))


@dataclass(frozen=True, slots=True)
class Measures:
    """What days are measured by, read once each: how many entries of a day have each term, and a sample."""

    counted: dict[str, dict[str, int]] = field(default_factory=dict)
    samples: dict[str, Background] = field(default_factory=dict)


def compose_days(
    db: Writer,
    some: Iterable[str],
    wanted: Tastes,
    aliases: Mapping[str, str],
    measures: Measures | None = None,
) -> None:
    """Make the editions of some days anew, and store them. ``aliases``: the user's names of what has several.

    The oldest first, since a day needs what the days before it say. ``measures``: for who makes several days
    in several goes, between which no entry comes.
    """
    measures = measures or Measures()
    last: tuple[str, list[DayEntry]] = "", []
    for day in sorted(some):
        last = day, _compose_day(db, day, wanted, aliases, measures, last)


def _compose_day(
    db: Writer,
    day: str,
    wanted: Tastes,
    aliases: Mapping[str, str],
    measures: Measures,
    last: tuple[str, list[DayEntry]],
) -> list[DayEntry]:
    """Compose one day; gives its entries. ``last``: the day that was composed before it, with its entries."""
    key = editions.compose_key(db.conn, day, wanted)
    rows = entries.day_entries(db.conn, day)
    before, new = _before(db.conn, day, measures.counted)
    names = names_with(tuple(sorted(aliases.items())))
    earlier: list[DayEntry] = []
    if rows:
        yesterday = _back(day, 1)
        earlier = last[1] if last[0] == yesterday else entries.day_entries(db.conn, yesterday)
    edition = compose(
        day,
        rows,
        tastes=wanted,
        before=before,
        earlier=earlier,
        background=_background(db.conn, day, names, measures.samples) if rows else Background(),
        names=names,
    )
    new[day] = trends.counts(rows)
    editions.save_composed(db, day, edition, key, tastes=wanted, counted=new)
    measures.counted.update(new)
    return rows


def _background(
    conn: sqlite3.Connection, day: str, names: Names, samples: dict[str, Background]
) -> Background:
    """How common terms were in the fourteen days before, by some titles of each.

    It is taken as it is when the day is composed; entries that come to those days later don't make it stale.
    ``samples``: that of each day, read once.
    """
    before = [_back(day, back) for back in range(trends.DAYS_BEFORE, 0, -1)]
    for one in before:
        if one not in samples:
            samples[one] = background(entries.titles_of(conn, one, _TITLES_A_DAY), names)
    return together(samples[one] for one in before)


def _back(day: str, number: int) -> str:
    return (days.parse(day) - timedelta(number)).isoformat()


def _before(
    conn: sqlite3.Connection, day: str, counted: Mapping[str, dict[str, int]]
) -> tuple[list[dict[str, int]], dict[str, dict[str, int]]]:
    """The terms of the fourteen days before a day, oldest first, and those of them counted only now."""
    names = [_back(day, number) for number in range(trends.DAYS_BEFORE, 0, -1)]
    found = terms.counts(conn, [name for name in names if name not in counted])
    found.update((name, counted[name]) for name in names if name in counted)
    new = {name: trends.counts(entries.day_entries(conn, name)) for name in names if name not in found}
    found.update(new)
    return [found[name] for name in names], new
