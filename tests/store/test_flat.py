"""What lists cost: the same for a library of any size, counted in steps of SQLite's machine, not in time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from techdash.models.editions import Draft, Tastes
from techdash.models.entries import Place
from techdash.models.parsed import ParsedEntry, ParsedItem, ParsedPage
from techdash.models.plans import PlannedEntry, WantedPage
from techdash.models.sources import Validators
from techdash.query import parse
from techdash.store import (
    arrivals,
    articles,
    backups,
    cards,
    dating,
    db,
    drafts,
    editions,
    entries,
    identity,
    marks,
    own_words,
    page_texts,
    pairs,
    retention,
    ruling,
    search,
    searches,
    sources,
    tastes,
    terms,
)
from techdash.store.ruling import Wanted
from tests.store.build import CARDS, composed, edition, item, one_story, plan, planned, source

# Days, and essays in them.
FEW, MANY = (60, 600), (360, 7_200)
START = 1_770_000_000
NONE = Validators()
WANTED = WantedPage(7, "https://posts.example/6", "", "essay", "2026-01-07", "")

LISTS: dict[str, Callable[[sqlite3.Connection], Any]] = {
    "first essays": lambda conn: entries.essays(conn, offset=0, limit=50),
    "essays in the middle": lambda conn: entries.essays(
        conn, offset=entries.essay_count(conn)[0] // 2, limit=50
    ),
    "last essays": lambda conn: entries.essays(conn, offset=entries.essay_count(conn)[0] - 50, limit=50),
    "kept for later": lambda conn: marks.kept_for_later(conn, 0),
    "essays' ids": lambda conn: entries.essay_ids(conn, entries.essay_count(conn)[0] - 50, 50),
    "essay count": entries.essay_count,
    "begun": lambda conn: entries.begun(conn, 4),
    "last place": lambda conn: pairs.last_place(conn, 7),
    "essay position": lambda conn: entries.essay_position(conn, last_essay(conn)),
    "entry": lambda conn: entries.entry(conn, 7),
    "entry by address": lambda conn: entries.find(conn, "https://posts.example/7"),
    "known": lambda conn: entries.known(conn, "essays", [str(n) for n in range(50)]),
    "alike by address": lambda conn: entries.alike(conn, "essays", ["https://posts.example/7"], []),
    "alike by title and date": lambda conn: entries.alike(
        conn, "essays", [], [identity.twin("Title of 7", START + 7 * 86_400 + 7)]
    ),
    "recognised": lambda conn: identity.recognised(
        conn, "essays", [planned(f"x{n}").entry for n in range(50)]
    ),
    "days": editions.days,
    "days before": lambda conn: editions.days(conn, before=day(30)),
    "days after": lambda conn: editions.days(conn, after=day(30)),
    "a day": lambda conn: editions.on(conn, day(30)),
    "a day's counts": lambda conn: editions.day_row(conn, day(30)),
    "latest": editions.latest,
    "what a model wrote": lambda conn: drafts.kept(conn, [b"%d" % n for n in range(20)]),
    "what a model was used for": lambda conn: (drafts.use(conn),),
    "weeklies of a day": lambda conn: (editions.weeklies_of(conn, day(30)),),
    "first and last day": editions.span,
    "a month of days": lambda conn: editions.in_month(conn, day(30)[:7]),
    "neighbour": lambda conn: editions.neighbour(conn, day(30), -1),
    "next unread day": lambda conn: editions.next_unread_day(conn, day(59), -1),
    "titles of a day": lambda conn: entries.titles_of(conn, day(30), 5),
    "days that tell a story": lambda conn: marks.days_telling(conn, [7, 8]),
    "what a day is composed of": lambda conn: entries.day_entries(conn, "2000-01-01"),
    "compose key": lambda conn: editions.compose_key(conn, "2000-01-01"),
    "uncomposed": editions.uncomposed,
    "due": lambda conn: sources.due(conn, START + 7200),
    "sources' entries": sources.entry_counts,
    "failing sources": lambda conn: (sources.failing(conn),),
    "sources with pages to fetch": lambda conn: articles.sources_with_wishes(conn, START + 9),
    "pages to fetch": lambda conn: articles.wanted(conn, "essays", START + 9, 30),
    "needless pages": lambda conn: articles.are_needless(conn, "essays") is False,
    "one page": lambda conn: articles.page_of(conn, 7),
    "days to be told anew": lambda conn: dating.some(conn, 7),
    "what stands later than now": lambda conn: (dating.ahead(conn, START + 400 * 86_400),),
    "the archive": lambda conn: articles.archived(conn, "essays", START + 9, 5),
    "terms of days": lambda conn: (terms.counts(conn, [day(29), day(30)]),),
    "tags of entries": lambda conn: own_words.tags_of(conn, [7, 8]),
    "a note": lambda conn: (own_words.note(conn, 7),),
    "known tags": own_words.known_tags,
    "whether all have a mark": lambda conn: (marks.all_have(conn, [7, 8], "read"),),
    "kept searches": searches.kept,
    "tastes": lambda conn: (tastes.by_key(conn),),
    "place": lambda conn: marks.place(conn, 7),
    "cards": cards.cards,
    "number of entries": lambda conn: (entries.number_of(conn, [7, 8, 2]),),
    "rows of entries": lambda conn: entries.newest(conn, [7, 8, 2]),
    "newest ids": lambda conn: search.ids(conn, parse("kind:essay"), 20),
    "newest hits": lambda conn: search.search(conn, parse("title"), limit=20),
}
CHANGES: dict[str, Callable[[Database], Any]] = {
    "new entries": lambda d: arrivals.apply(
        d, plan("essays", [planned("n", day=day(3)), planned("m", day=day(3))])
    ),
    "an update": lambda d: arrivals.apply(d, plan("essays", [planned("6", "New", day=day(6), id=7)])),
    "half of a pair": lambda d: arrivals.apply(
        d, plan("essays", [planned("20", "New", kind="essay", day=day(20), id=21, language="zh")])
    ),
    "a digest": lambda d: arrivals.apply(d, plan("daily", [digest("e", day(3), [item("9-1"), item("x")])])),
    "what a digest linked to": lambda d: arrivals.apply(
        d, plan("essays", [planned("o", url="https://items.example/9-1", day=day(3))])
    ),
    "starter entries": lambda d: arrivals.apply(d, plan("starter", [planned("s", day="2000-01-01")])),
    "other ids": lambda d: arrivals.apply(d, plan("essays", rekeyed=((7, "n"), (8, "m")))),
    "what is old": lambda d: retention.expire(d, START + 1),
    "pages wanted": lambda d: _in(d, lambda: articles.want(d, "essays", [(7, START)], START)),
    "a page": lambda d: page_texts.put(
        d, "essays", WANTED, ParsedPage(ParsedEntry("6", "", body="Whole.", words=1)), START
    ),
    "no more than is there": lambda d: articles.keep(d, "essays", WANTED, "", START) is None,
    "a page that failed": lambda d: articles.put_off(d, 7, START, 1, START) is None,
    "a sitemap": lambda d: articles.note_archive(
        d, "essays", [("https://posts.example/7", ""), ("https://posts.example/x", "")], "https://m", NONE, 9
    ),
    "other days": lambda d: dating.redate(d, "way", [dating.Redated(7, day(3), START)], 7),
    "the way days are told": lambda d: dating.place(d, "way"),
    "what a model wrote": lambda d: drafts.keep(d, {b"%d" % n: "So." for n in range(15)}, START),
    "what a model wrote is shown": lambda d: drafts.show(
        d, day(30), editions.composed_key(d.conn, day(30)), Draft("So.", "m", "en"), {}
    ),
    "what a model was used for": lambda d: drafts.note_use(d, drafts.Use("2026-01-31", 1, 2)),
    "a composed day": lambda d: editions.save_composed(d, "2000-01-01", None, b""),
    "marks": lambda d: marks.set_marks(d, [5, 6, 8], read=True, starred=True, now=1),
    "muting": lambda d: marks.set_marks(d, [5, 6], muted=True, now=1),
    "tags": lambda d: own_words.tag(d, [5, 6, 8], ["ai"], ["b"], 1),
    "rules": lambda d: ruling.mark(d, {5: Wanted(frozenset(("later", "muted")), frozenset("x"), "q")}, 9, 1),
    "a note": lambda d: own_words.write_note(d, 5, "Mine", 1),
    "a kept search": lambda d: searches.save(d, "Mine", "x", 1),
    "marks of a story": lambda d: marks.set_marks(d, [TOLD], starred=True, now=1),
    "splitting a story": lambda d: marks.split(d, TOLD, 1),
    "a taste": lambda d: tastes.say(d, "agents", -1, 1),
    "other tastes": lambda d: tastes.apply(d, Tastes(("agents",), ())),
    "undo": lambda d: marks.undo(d, 1),
    "a place": lambda d: marks.save_place(d, 5, Place(1), 1),
    "subscribing": lambda d: sources.subscribe(d, source("more"), 1),
    "removing": lambda d: sources.remove(d, "sheet"),
    "renaming": lambda d: sources.retitle(d, "sheet", "Another"),
    "another kind": lambda d: sources.set_kind(d, "sheet", "essay"),
}


def _in(d: Database, work: Callable[[], Any]) -> Any:
    with db.writing(d):
        return work()


# An entry of a story of several.
TOLD = 31
# Sorted: a handful of sources, the entries of one address or those asked for, the two places of a pair.
SORTED = {"due", "number of entries", "rows of entries", "entry by address", "last place"}


def day(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(number)).isoformat()


def last_essay(conn: sqlite3.Connection) -> int:
    (row,) = entries.essays(conn, offset=entries.essay_count(conn)[0] - 1, limit=1)
    return row.id


def digest(key: str, on: str, items: list[ParsedItem]) -> PlannedEntry:
    return planned(key, kind="digest", day=on, edition=edition(("github", items), day=on))


def essay(number: int) -> tuple[str]:
    """Keys of which every tenth is the English of the one before."""
    return (f"{number - 1}-en" if number % 10 == 1 else str(number),)


def spoken(number: int) -> dict[str, str]:
    return {"language": ("zh", "en")[number % 10]} if number % 10 < 2 else {}


def build(path: Path, days: int, number: int) -> Path:
    """Essays and digests over so many days, no day with more than another."""
    with closing(db.connect_writer(path)) as writer:
        writer.execute("PRAGMA synchronous = OFF")
        for name in ("essays", "daily", "sheet"):
            sources.subscribe(writer, source(name), 0)
        sources.subscribe(writer, source("starter", origin="starter"), 0)
        essays = [
            planned(
                *essay(n), kind="essay", day=day(n % days), time=START + n % days * 86400 + n, **spoken(n)
            )
            for n in range(number)
        ]
        arrivals.apply(writer, plan("essays", essays, now=START))
        digests = [digest(f"d{n}", day(n), [item(f"{n}-{i}") for i in range(5)]) for n in range(days)]
        old = [planned("old", day="2000-01-01", time=946_684_800)]
        arrivals.apply(writer, plan("daily", [*digests, *old], now=START))
        arrivals.apply(
            writer,
            plan("sheet", [planned("sheet", kind="cheatsheet", day="2000-01-01", cards=CARDS)], now=START),
        )
        _in(
            writer,
            lambda: articles.want(writer, "essays", [(n + 1, START + n) for n in range(number)], START),
        )
        posts = [(f"https://old.example/{n}", day(n % days)) for n in range(number)]
        articles.note_archive(writer, "essays", posts, "https://m", NONE, 0)
        marks.set_marks(writer, range(1, number, 3), read=True, now=1)
        marks.set_marks(writer, [2, 3], later=True, now=2)
        own_words.tag(writer, [2, 3, 8], ["ai", "math"], [], 3)
        searches.save(writer, "Kept", "tag:ai", 3)
        drafts.keep(writer, {b"%d" % n: "Written." for n in range(number)}, START)
        marks.save_place(writer, 7, Place(1), 1)
        for read in range(4, number, 3):
            marks.save_place(writer, read, Place(1, "", 0.5), 2)
        marks.save_place(writer, 3, Place(1, "", 0.5), 3)
        for n in range(days):
            rows = entries.day_entries(writer.conn, day(n))[:9]
            made = one_story if TOLD in {row.id for row in rows} else composed
            editions.save_composed(
                writer, day(n), made(day(n), rows), editions.compose_key(writer.conn, day(n))
            )
    return path


@pytest.fixture(scope="module")
def libraries(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    folder = tmp_path_factory.mktemp("flat")
    few, many = (db.connect_reader(build(folder / f"{size[0]}.db", *size)) for size in (FEW, MANY))
    yield few, many
    few.close()
    many.close()


def steps(conn: sqlite3.Connection, ask: Callable[[sqlite3.Connection], Any]) -> int:
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    conn.set_progress_handler(count, 10)
    try:
        assert ask(conn)
    finally:
        conn.set_progress_handler(None, 0)
    return counted * 10


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_at_any_size(
    libraries: tuple[sqlite3.Connection, sqlite3.Connection], name: str
) -> None:
    few, many = (steps(conn, LISTS[name]) for conn in libraries)
    # Weeks are added up, and within one the essays are stepped through.
    in_a_week = MANY[1] * 7 // MANY[0] * 12 if "essay" in name else 0
    assert many <= few * 1.2 + 200 + in_a_week


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_costs_the_same_at_any_size(
    libraries: tuple[sqlite3.Connection, sqlite3.Connection], name: str, tmp_path: Path
) -> None:
    counted = []
    for conn in libraries:
        copy = tmp_path / f"{len(counted)}.db"
        backups.copy_into(sqlite3.connect(db.file_of(conn)), copy)
        with closing(db.connect_writer(copy)) as writer:
            counted.append(steps(writer.conn, lambda _: (CHANGES[name](writer),)))
    few, many = counted
    assert many <= few * 1.2 + 400


@pytest.mark.parametrize("name", LISTS)
def test_a_list_neither_scans_nor_sorts(
    libraries: tuple[sqlite3.Connection, sqlite3.Connection], name: str
) -> None:
    conn = libraries[1]
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    LISTS[name](conn)
    conn.set_trace_callback(None)
    assert asked
    for sql in set(asked):
        if not sql.strip().startswith("SELECT"):
            continue
        found = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
        for line in found:
            # A partial index in the list's own order, read until the limit, is no scan.
            assert not re.match(
                r"SCAN (?!json_each|CONSTANT|ed\b|c\b|s\b|st\b|tastes\b|searches\b|j VIRTUAL"
                r"|essay_counts|source_counts|.* USING .*INDEX)",
                line,
            ), (sql, found)
            assert name in SORTED or "TEMP B-TREE" not in line, (sql, found)
