"""Figures of the library itself: its lists at a million entries, and composing days."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from techdash.editions.cluster import stories
from techdash.models.entries import EntryRow
from techdash.store import editions, entries, marks
from techdash.store.db import connect_reader, connect_writer, writing
from techdash.tui.views import PAGE, read_first
from tests.bench import library
from tests.bench.figures import Measured, Setting, Values, in_turn, ratios
from tests.bench.start import STILL, techdash
from tests.stories import headlines, in_two_languages, measured, tellings

_REPEATS = 40
_DAYS, _ENTRIES = 30, 3000


@dataclass(frozen=True, slots=True)
class Middle:
    """What to ask about: something in the middle of a library."""

    total: int
    essay: EntryRow
    day: str
    latest: str


def _middle(conn: sqlite3.Connection) -> Middle:
    total, _ = entries.essay_count(conn)
    (essay,) = entries.essays(conn, offset=total // 2, limit=1)
    days = editions.days(conn, limit=library.FIVE_YEARS)
    return Middle(total, essay, days[len(days) // 2].day, days[-1].day)


QUERIES: dict[str, Callable[[sqlite3.Connection, Middle], object]] = {
    "first page": lambda conn, _: entries.essays(conn, offset=0, limit=PAGE),
    "middle page": lambda conn, it: entries.essays(conn, offset=it.total // 2, limit=PAGE),
    "last page": lambda conn, it: entries.essays(conn, offset=it.total - PAGE, limit=PAGE),
    "counts": lambda conn, _: entries.essay_count(conn),
    "position": lambda conn, it: entries.essay_position(conn, it.essay.id),
    "row": lambda conn, it: entries.row(conn, it.essay.id),
    "entry": lambda conn, it: entries.entry(conn, it.essay.id),
    "entry by address": lambda conn, it: entries.find(conn, it.essay.url),
    "place": lambda conn, it: marks.place(conn, it.essay.id),
    "days": lambda conn, it: editions.days(conn, before=it.day),
    "a day": lambda conn, it: editions.on(conn, it.day),
    "latest day": lambda conn, _: editions.latest(conn),
    "neighbour": lambda conn, it: editions.neighbour(conn, it.day, -1),
    "next unread day": lambda conn, it: editions.next_unread_day(conn, it.day, -1),
    "a day to compose": lambda conn, it: entries.day_entries(conn, it.latest),
    "first frame": lambda conn, _: read_first(conn),
}
"""What the window and the commands ask for lists; searching is measured by itself."""


def _timed(home: Path) -> Measured:
    """The median seconds of each query on a connection that has asked it before."""
    found = {}
    with closing(connect_reader(library.as_new(home) / "library.db")) as conn:
        it = _middle(conn)
        for name, query in QUERIES.items():
            query(conn, it)
            took = []
            for _ in range(_REPEATS):
                began = time.perf_counter()
                query(conn, it)
                took.append(time.perf_counter() - began)
            found[name] = statistics.median(took)
    return found


def lists(setting: Setting) -> Values:
    """W2: a row for each of ``QUERIES``."""
    most, few = library.essays(setting, setting.most()), library.essays(setting, 1000)
    ours, beside = in_turn(setting, partial(_timed, most), partial(_timed, few))
    return [ratios(ours, beside, name) for name in QUERIES]


# -- composing


def _events(home: Path) -> Iterator[tuple[float, Mapping[str, object]]]:
    """What a refresh with nothing due says, each line with the moment it came."""
    command = techdash(home, "--refresh", "--events")
    with subprocess.Popen(command, env={**os.environ, **STILL}, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            yield time.perf_counter(), json.loads(line)


def _compose(home: Path, days: int) -> Measured:
    """Seconds from the start of a refresh to the last of ``days`` days, all of them forgotten before."""
    with closing(connect_writer(home / "library.db")) as db, writing(db):
        newest = "SELECT day FROM composing ORDER BY day DESC LIMIT ?"
        db.execute("UPDATE composing SET stale = 0")
        db.execute(f"UPDATE composing SET stale = 1, key = NULL WHERE day IN ({newest})", (days,))
    start, end, composed = 0.0, 0.0, 0
    for at, event in _events(home):
        if event["event"] == "start":
            start = at
        elif event["event"] == "composed":
            end = at
            composed += len(event["days"])  # type: ignore[arg-type]
    if composed != days:
        raise RuntimeError(f"{composed} days were composed, not {days}")
    return {"took": end - start}


def composing(setting: Setting) -> Values:
    """E1: one day, then thirty."""
    home = library.full_days(setting, _DAYS, setting.scaled(_ENTRIES))
    one, thirty = in_turn(setting, partial(_compose, home, 1), partial(_compose, home, _DAYS))
    return [[each["took"] for each in found] for found in (one, thirty)]


def telling(setting: Setting) -> Values:
    """E2: how well the stories of the labelled headlines are found, and in how many milliseconds."""
    found = headlines()
    took = []
    for _ in range(setting.rounds):
        start = time.perf_counter()
        stories(tellings(found))
        took.append((time.perf_counter() - start) * 1000)
    precision, recall = measured(found)
    _, across = measured(found, in_two_languages)
    return [[precision], [recall], [across], took]
