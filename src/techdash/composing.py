"""Composing the edition of a day in the library: what it is made of, the days before, the reader's tastes."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from techdash import days
from techdash.config import Config
from techdash.editions import trends
from techdash.editions.compose import compose
from techdash.editions.tastes import chosen
from techdash.models import Tastes
from techdash.store import editions, entries, terms
from techdash.store import tastes as kept
from techdash.store.db import Writer


def tastes(conn: sqlite3.Connection, config: Config) -> Tastes:
    """What the reader wants more and less of: as configured, and as changed since by keys."""
    return chosen(Tastes(config.interests, config.mutes), kept.by_key(conn))


def compose_day(db: Writer, day: str, wanted: Tastes) -> None:
    """Make the edition of a day anew, and store it."""
    key = editions.compose_key(db.conn, day, wanted)
    rows = entries.day_entries(db.conn, day)
    before, counted = _before(db.conn, day)
    edition = compose(day, rows, tastes=wanted, before=before)
    editions.save_composed(db, day, edition, key, tastes=wanted, counted=counted | {day: trends.counts(rows)})


def _before(conn: sqlite3.Connection, day: str) -> tuple[list[dict[str, int]], dict[str, dict[str, int]]]:
    """The terms of the fourteen days before a day, oldest first, and those of them counted only now.

    None for a day of long ago, whose counts are no longer kept: each would have fourteen others to count.
    """
    if day < terms.oldest(conn):
        return [], {}
    last = days.parse(day)
    names = [(last - timedelta(back)).isoformat() for back in range(trends.DAYS_BEFORE, 0, -1)]
    found = terms.counts(conn, names)
    counted = {name: trends.counts(entries.day_entries(conn, name)) for name in names if name not in found}
    return [found[name] if name in found else counted[name] for name in names], counted
