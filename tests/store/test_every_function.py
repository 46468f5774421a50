"""Every public function of the store, on a library that another process writes to, or has just changed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import astuple
from sqlite_utils import Database

import techdash.store
from techdash.errors import LibraryBusy, UsageError
from techdash.models.editions import Draft, Tastes
from techdash.models.entries import Place
from techdash.models.parsed import ParsedEntry, ParsedPage
from techdash.models.plans import WantedPage
from techdash.models.sources import Validators
from techdash.query import Word, parse
from techdash.store import (
    arrivals,
    articles,
    backups,
    cards,
    conditions,
    counting,
    dating,
    db,
    drafts,
    editions,
    entries,
    health,
    identity,
    marked,
    marks,
    own_words,
    page_texts,
    pairs,
    retention,
    ruling,
    schema,
    search,
    searches,
    sources,
    tastes,
    terms,
)
from techdash.store.ruling import Wanted
from tests.store.build import CARDS, DAY, NOW, composed, edition, next_sync, plan, planned, source
from tests.store.conftest import PATIENCE

PAGE = WantedPage(14, "https://posts.example/a", "A", "article", DAY, "en")

READERS: dict[str, Callable[[sqlite3.Connection], Any]] = {
    "db.rows": lambda conn: db.rows(conn, "SELECT id, title FROM entries"),
    "db.each": lambda conn: list(db.each(conn, "SELECT id FROM sources")),
    "db.first": lambda conn: db.first(conn, "SELECT count(*) FROM items"),
    "db.snapshot": lambda conn: _in_snapshot(conn),
    "db.file_of": db.file_of,
    "db.explain": lambda conn: _explained(conn),
    "counting.counts_are_right": counting.counts_are_right,
    "sources.subscriptions": sources.subscriptions,
    "sources.find": lambda conn: sources.find(conn, "https://www.blog.example/rss/"),
    "sources.due": lambda conn: sources.due(conn, NOW + 7200),
    "sources.waiting": lambda conn: sources.waiting(conn, NOW),
    "sources.next_due": sources.next_due,
    "sources.entry_counts": sources.entry_counts,
    "sources.failing": sources.failing,
    "sources.host_waits": lambda conn: sources.host_waits(conn, NOW),
    "sources.holder": lambda conn: sources.holder(conn, "https://www.blog.example/rss/", "news"),
    "sources.validators": lambda conn: sources.validators(conn, "essays"),
    "entries.known": lambda conn: entries.known(conn, "news", ["a", "b", "none"]),
    "entries.alike": lambda conn: entries.alike(
        conn, "news", ["https://posts.example/a"], [identity.twin("Title of b", NOW)]
    ),
    "identity.recognised": lambda conn: identity.recognised(
        conn, "news", [planned("a").entry, planned("none").entry]
    ),
    "identity.twin": lambda conn: identity.twin("Title of b", NOW),
    "entries.essays": lambda conn: entries.essays(conn, offset=2, limit=5),
    "entries.essay_ids": lambda conn: entries.essay_ids(conn, 2, 5, unread=True),
    "entries.essay_count": entries.essay_count,
    "entries.begun": lambda conn: entries.begun(conn, 4),
    "entries.version": lambda conn: entries.version(conn, 1),
    "entries.beside": lambda conn: entries.beside(conn, 1, "b.md"),
    "pairs.key_of": lambda conn: pairs.key_of("essay", "en", "https://x.example/en/a", "a"),
    "pairs.last_place": lambda conn: pairs.last_place(conn, 3),
    "entries.essay_position": lambda conn: entries.essay_position(conn, 5),
    "entries.row": lambda conn: entries.row(conn, 1),
    "entries.entry": lambda conn: entries.entry(conn, 14),
    "entries.origin": lambda conn: entries.origin(conn, 14),
    "entries.find": lambda conn: entries.find(conn, "https://items.example/one"),
    "entries.day_entries": lambda conn: entries.day_entries(conn, DAY),
    "entries.titles_of": lambda conn: entries.titles_of(conn, DAY, 5),
    "marks.column_of": lambda _: marks.column_of("read"),
    "ruling.arrived": ruling.arrived,
    "ruling.featured_by": lambda conn: ruling.featured_by(conn, [2, 14]),
    "ruling.last_passed": ruling.last_passed,
    "ruling.newest": ruling.newest,
    "marks.kept_for_later": lambda conn: marks.kept_for_later(conn, 0),
    "marks.all_have": lambda conn: marks.all_have(conn, [2, 3], "read"),
    "marks.stored": lambda conn: marks.stored(conn, [2, 14]),
    "marked.columns": lambda conn: db.rows(
        conn,
        f"SELECT {marked.columns('e.id')} FROM entries e LEFT JOIN marks m ON m.entry_id = e.id",
    ),
    "marked.of": lambda conn: marked.of((1, 0, 0, 0, 1, "b a")),
    "marked.is_kept": lambda conn: db.rows(
        conn, f"SELECT e.id FROM entries e WHERE {marked.is_kept('e.id')} ORDER BY e.id"
    ),
    "own_words.tags_of": lambda conn: own_words.tags_of(conn, [2, 14]),
    "own_words.note": lambda conn: own_words.note(conn, 2),
    "own_words.known_tags": own_words.known_tags,
    "searches.kept": searches.kept,
    "marks.days_telling": lambda conn: marks.days_telling(conn, [1, 14]),
    "articles.sources_with_wishes": lambda conn: articles.sources_with_wishes(conn, NOW),
    "articles.wanted": lambda conn: articles.wanted(conn, "news", NOW, 30),
    "articles.page_of": lambda conn: [astuple(one) for one in (articles.page_of(conn, 14) or ())[1:]],
    "articles.are_needless": lambda conn: articles.are_needless(conn, "news"),
    "articles.sitemap_state": lambda conn: articles.sitemap_state(
        conn, "news", "https://x.example/sitemap.xml"
    ),
    "articles.archived": lambda conn: articles.archived(conn, "news", NOW, 5),
    "editions.days": editions.days,
    "editions.day_row": lambda conn: editions.day_row(conn, DAY),
    "editions.on": lambda conn: editions.on(conn, DAY),
    "editions.between": lambda conn: editions.between(conn, "2026-05-01", DAY),
    "editions.weeklies_of": lambda conn: editions.weeklies_of(conn, DAY),
    "editions.span": editions.span,
    "editions.in_month": lambda conn: editions.in_month(conn, DAY[:7]),
    "editions.neighbour": lambda conn: editions.neighbour(conn, DAY, -1),
    "editions.next_unread_day": lambda conn: editions.next_unread_day(conn, DAY, -1),
    "editions.latest": editions.latest,
    "editions.compose_key": lambda conn: editions.compose_key(conn, DAY),
    "editions.composed_key": lambda conn: editions.composed_key(conn, DAY),
    "editions.uncomposed": editions.uncomposed,
    "drafts.kept": lambda conn: drafts.kept(conn, [b"kept", b"unknown"]),
    "drafts.use": drafts.use,
    "dating.some": lambda conn: dating.some(conn, 2),
    "dating.ahead": lambda conn: dating.ahead(conn, NOW - 86_400),
    "tastes.by_key": tastes.by_key,
    "terms.counts": lambda conn: terms.counts(conn, [DAY]),
    "marks.place": lambda conn: marks.place(conn, 3),
    "marks.state": lambda conn: marks.state(conn, "cursor"),
    "search.search": lambda conn: search.search(conn, parse("归一化")),
    "search.matching": lambda conn: search.matching(conn, parse("归一化 is:unread"), [1, 2, 7]),
    "search.ids": lambda conn: search.ids(conn, parse("kind:essay"), 5),
    "entries.number_of": lambda conn: entries.number_of(conn, [1, 2, 14, 14]),
    "entries.newest": lambda conn: entries.newest(conn, [1, 2, 14]),
    "search.count": lambda conn: search.count(conn, parse("kind:essay is:unread")),
    "conditions.leaves": lambda conn: list(conditions.leaves(parse("a or is:read").term)),
    "conditions.holds": lambda conn: conditions.holds(parse("a or b").term, lambda term: term == Word("b")),
    "cards.sheets": cards.sheets,
    "cards.cards": lambda conn: cards.cards(conn, "Basics"),
    "cards.marks": cards.marks,
    "cards.changelogs": cards.changelogs,
    "cards.key_of": lambda conn: cards.key_of(CARDS[0]),
}
# Not the same for two connections, by its nature.
OWN_READERS: dict[str, Callable[[sqlite3.Connection], Any]] = {"db.data_version": db.data_version}

WRITERS: dict[str, Callable[[Database], Any]] = {
    "sources.subscribe": lambda d: sources.subscribe(d, source("more"), NOW),
    "sources.subscribe_all": lambda d: sources.subscribe_all(d, [source("more"), source("news")], NOW),
    "sources.remove": lambda d: sources.remove(d, "sheet"),
    "sources.set_enabled": lambda d: sources.set_enabled(d, "sheet", False),
    "sources.restore": lambda d: sources.restore(d, "sheet"),
    "sources.have_host_wait": lambda d: sources.have_host_wait(d, "busy.example", NOW + 600, NOW),
    "sources.retitle": lambda d: sources.retitle(d, "news", "The News"),
    "sources.set_kind": lambda d: sources.set_kind(d, "news", "essay"),
    "sources.revive": lambda d: sources.revive(d, "news"),
    "sources.undo_move": lambda d: sources.undo_move(d, "news"),
    "sources.apply_catalogue": lambda d: sources.apply_catalogue(
        d, [source("daily", "https://blog.example/rss", "digest"), source("more"), source("sheet")], NOW
    ),
    "arrivals.apply": lambda d: arrivals.apply(
        d, plan("news", [planned("a", id=14), planned("new"), planned("b")])
    ),
    "articles.want": lambda d: _inside(d, lambda: articles.want(d, "news", [(14, NOW)], NOW)),
    "articles.want_stored": lambda d: _inside(d, lambda: articles.want_stored(d, "news", NOW)),
    "articles.want_none": lambda d: _inside(d, lambda: articles.want_none(d, "news")),
    "articles.show": lambda d: articles.show(d, 14, of_feed=True),
    "articles.want_now": lambda d: articles.want_now(d, "news", 14, NOW),
    "articles.save_asked": lambda d: _inside(
        d, lambda: articles.save_asked(d, "news", PAGE, NOW, is_page=1, words=9)
    ),
    "articles.keep": lambda d: articles.keep(d, "news", PAGE, "cut short", NOW),
    "articles.put_off": lambda d: articles.put_off(d, 14, NOW + 9, 1, NOW, NOW + 9, ("x.example", NOW + 9)),
    "articles.tell": lambda d: articles.tell(d, "news"),
    "articles.recognise": lambda d: articles.recognise(d, "news"),
    "articles.note_archive": lambda d: articles.note_archive(
        d,
        "news",
        [("https://posts.example/old", "2020-01-01")],
        "https://x.example/sitemap.xml",
        Validators(),
        9,
    ),
    "articles.settle": lambda d: articles.settle(d, "news", "https://posts.example/old", None, 0),
    "articles.hold": lambda d: articles.hold(d, "news", "a", "", Validators(), NOW),
    "page_texts.pair": lambda d: page_texts.pair(
        d, PAGE, ParsedPage(ParsedEntry("a", "A", translation="https://x.example/a https://x.example/b"))
    ),
    "page_texts.put": lambda d: page_texts.put(
        d, "news", PAGE, ParsedPage(ParsedEntry("a", "A", body="<p>Whole.</p>", words=1)), NOW
    ),
    "arrivals.write_edition": lambda d: _inside(
        d, lambda: arrivals.write_edition(d, plan("news"), 14, planned("a", edition=edition()))
    ),
    "editions.save_composed": lambda d: editions.save_composed(
        d, DAY, composed(DAY, entries.day_entries(d.conn, DAY)), b"key"
    ),
    "drafts.keep": lambda d: drafts.keep(d, {b"another": "Written."}, NOW),
    "drafts.show": lambda d: drafts.show(
        d,
        DAY,
        editions.composed_key(d.conn, DAY),
        Draft("Written.", "m", "en"),
        {14: Draft("So.", "m", "en")},
    ),
    "drafts.note_use": lambda d: drafts.note_use(d, drafts.Use(DAY, 1, 200)),
    "dating.place": lambda d: dating.place(d, "another"),
    "dating.redate": lambda d: dating.redate(d, "another", [dating.Redated(14, "2026-05-13", NOW)], 14),
    "tastes.say": lambda d: tastes.say(d, "agents", -1, NOW),
    "tastes.apply": lambda d: tastes.apply(d, Tastes(("agents",), ())),
    "terms.save": lambda d: _inside(d, lambda: terms.save(d, {DAY: {"agents": 3}})),
    "marks.do": lambda d: _inside(d, lambda: marks.do(d, "x", {}, {"2": {"later_at": 5}}, NOW)),
    "marked.hide": lambda d: _inside(d, lambda: marked.hide(d, [2])),
    "ruling.begin": ruling.begin,
    "ruling.passed": lambda d: ruling.passed(d, 3),
    "ruling.mark": lambda d: ruling.mark(d, {2: Wanted(frozenset(("starred",)), frozenset("x"))}, 9, NOW),
    "own_words.tag": lambda d: own_words.tag(d, [2, 14], ["ai"], ["old"], NOW),
    "own_words.write_note": lambda d: own_words.write_note(d, 2, "Mine", NOW),
    "searches.save": lambda d: searches.save(d, "Mine", "is:unread", NOW),
    "searches.rename": lambda d: searches.rename(d, "Kept", "Other", NOW),
    "searches.remove": lambda d: searches.remove(d, "Kept", NOW),
    "cards.star": lambda d: cards.star(d, CARDS[0], True, NOW),
    "cards.write_note": lambda d: cards.write_note(d, CARDS[0], "Mine", NOW),
    "marks.log": lambda d: _inside(d, lambda: marks.log(d, "read", {}, {}, NOW)),
    "marks.set_marks": lambda d: marks.set_marks(d, [1, 5, 7, 99], read=True, starred=True, now=NOW),
    "marks.split": lambda d: marks.split(d, 14, NOW),
    "marks.undo": lambda d: marks.undo(d, NOW),
    "marks.redo": lambda d: marks.redo(d, NOW),
    "marks.save_place": lambda d: marks.save_place(d, 1, Place(3), NOW),
    "marks.save_state": lambda d: marks.save_state(d, "cursor", [1]),
    # These run in a transaction of their caller; the lock is met where that begins.
    "db.writing": lambda d: _inside(d, lambda: None),
    "db.insert": lambda d: _inside(d, lambda: db.insert(d, "state", {"key": "k", "value": "1"})),
    "db.upsert": lambda d: _inside(d, lambda: db.upsert(d, "state", {"key": "cursor", "value": "1"}, "key")),
    "db.update": lambda d: _inside(d, lambda: db.update(d, "sources", "news", {"title": "N"})),
    "sources.save_sync": lambda d: _inside(d, lambda: sources.save_sync(d, plan("news"))),
    "counting.recount_days": lambda d: _inside(d, lambda: counting.recount_days(d, [DAY])),
    "counting.mark_stale": lambda d: _inside(d, lambda: counting.mark_stale(d, [DAY])),
    "counting.recount_all": lambda d: _inside(d, lambda: counting.recount_all(d)),
    "identity.note_removed": lambda d: _inside(d, lambda: identity.note_removed(d, [14])),
    "retention.expire": lambda d: retention.expire(d, NOW + 1),
    "pairs.regroup": lambda d: _inside(d, lambda: pairs.regroup(d, [5, 6])),
    "pairs.share_marks": lambda d: _inside(d, lambda: pairs.share_marks(d, 5, 6)),
    "schema.upgrade": lambda d: schema.upgrade(d, db.file_of(d.conn)),
}

# On files. None of them needs the write lock of a library that is sound and current.
FILES: dict[str, Callable[[Path], Any]] = {
    "db.connect_reader": lambda path: db.connect_reader(path).close(),
    "db.connect_writer": lambda path: db.connect_writer(path, timeout=PATIENCE).close(),
    "db.connect_plain": lambda path: db.connect_plain(path, timeout=PATIENCE).conn.close(),
    "health.check": lambda path: health.check(path)["problem"],
    "health.backup": lambda path: health.backup(path, path.with_name("copy.db")),
    "health.repair": health.repair,
    "backups.make_beside": lambda path: _with_writer(
        path, lambda conn: backups.make_beside(conn, path).exists()
    ),
    "backups.make_daily": lambda path: _with_writer(
        path, lambda conn: backups.make_daily(conn, path, lambda: False)
    ),
    "backups.has_room": backups.has_room,
    "backups.copy_into": lambda path: _with_writer(
        path, lambda conn: backups.copy_into(conn, path.with_name("c"))
    ),
    "backups.beside": backups.beside,
    "backups.time_of": lambda path: backups.time_of(path),
    "backups.stamp": lambda path: len(backups.stamp()),
}


def _in_snapshot(conn: sqlite3.Connection) -> list[Any]:
    with db.snapshot(conn):
        return db.rows(conn, "SELECT * FROM days")


def _explained(conn: sqlite3.Connection) -> str:
    with pytest.raises(sqlite3.OperationalError) as caught:
        conn.execute("INSERT INTO state VALUES ('a', 'b')")
    return str(db.explain(caught.value, db.file_of(conn)))


def _inside(database: Database, work: Callable[[], Any]) -> Any:
    with db.writing(database):
        return work()


def _with_writer(path: Path, work: Callable[[sqlite3.Connection], Any]) -> Any:
    with closing(db.connect_writer(path, timeout=PATIENCE)) as database:
        return work(database.conn)


def _contents(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as conn:
        return list(conn.iterdump())


def _public_functions() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(techdash.store.__path__):
        loaded = importlib.import_module(f"techdash.store.{module.name}")
        for name, value in vars(loaded).items():
            if name.startswith("_") or not inspect.isroutine(value) or inspect.isbuiltin(value):
                continue
            if inspect.unwrap(value).__module__ == loaded.__name__:
                found.add(f"{module.name}.{name}")
    return found


def test_the_tables_above_name_every_public_function() -> None:
    assert _public_functions() == {*READERS, *OWN_READERS, *WRITERS, *FILES}


@pytest.mark.parametrize("name", [*READERS, *OWN_READERS])
def test_readers_read_while_another_process_writes(name: str, template: Path, locked: Path) -> None:
    read = {**READERS, **OWN_READERS}[name]
    with closing(db.connect_reader(locked)) as conn, closing(db.connect_reader(template)) as quiet:
        if name not in ("db.file_of", "db.explain"):
            assert read(conn) == read(quiet)
        assert "half-written" not in str(read(conn))


@pytest.mark.parametrize("name", WRITERS)
def test_writers_say_that_the_library_is_busy_and_change_nothing(name: str, locked: Path) -> None:
    before = _contents(locked)
    with closing(db.connect_writer(locked, timeout=PATIENCE)) as database:
        with pytest.raises(LibraryBusy, match="Another process is writing"):
            WRITERS[name](database)
        assert not database.conn.in_transaction
    assert _contents(locked) == before


@pytest.mark.parametrize("name", FILES)
def test_files_can_be_opened_checked_and_copied_while_another_process_writes(name: str, locked: Path) -> None:
    FILES[name](locked)
    assert "half-written" not in "".join(_contents(locked))


@pytest.mark.parametrize("name", READERS)
def test_readers_see_what_another_connection_wrote(name: str, small: Path) -> None:
    read = READERS[name]
    with closing(db.connect_reader(small)) as conn:
        before = read(conn)
        with closing(db.connect_writer(small)) as other:
            next_sync(other)
        after = read(conn)
        with closing(db.connect_reader(small)) as fresh:
            assert after == read(fresh)
        if name in CHANGED_BY_NEXT_SYNC:
            assert after != before


# What next_sync changes; the rest of the readers would give the same.
CHANGED_BY_NEXT_SYNC = {
    *("db.rows", "db.each", "db.first", "db.snapshot"),
    *("sources.subscriptions", "sources.due", "sources.next_due"),
    *("sources.entry_counts", "sources.failing"),
    *("entries.alike", "identity.recognised"),
    *("entries.known", "entries.essays", "entries.essay_count", "entries.essay_position", "entries.row"),
    *("entries.entry", "entries.find", "entries.day_entries"),
    *("editions.days", "editions.on", "editions.between", "editions.compose_key", "editions.composed_key"),
    "pairs.last_place",
    *("editions.uncomposed", "marks.place", "marks.state", "cards.sheets", "cards.cards", "editions.day_row"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_writers_go_on_from_what_another_connection_wrote(name: str, small: Path) -> None:
    with closing(db.connect_writer(small, timeout=PATIENCE)) as database:
        sources.subscriptions(database.conn)
        with closing(db.connect_writer(small)) as other:
            next_sync(other)
        with suppress(UsageError):  # the other one subscribed to, or removed, the same source
            WRITERS[name](database)
        assert health.check(small)["problem"] is None
        assert entries.essay_position(database.conn, 3) is not None
        titles = {row.title for row in entries.essays(database.conn, offset=0, limit=50)}
        assert ("Title of essay-13" in titles) is (name != "retention.expire")
        if name not in ("marks.undo", "marks.set_marks"):
            row = entries.row(database.conn, 6)
            assert row is not None
            assert (row.marks.read, row.marks.later) == (True, True)


@pytest.mark.parametrize("name", FILES)
def test_files_that_another_connection_wrote_to(name: str, small: Path) -> None:
    with closing(db.connect_writer(small)) as other:
        next_sync(other)
        FILES[name](small)
        assert "essay-13" in "".join(_contents(small))


@pytest.mark.parametrize(
    "name", ["arrivals.apply", "editions.save_composed", "marks.set_marks", "sources.remove"]
)
def test_writers_go_on_from_what_another_process_wrote(name: str, small: Path) -> None:
    with (
        closing(db.connect_writer(small, timeout=PATIENCE)) as database,
        closing(db.connect_reader(small)) as conn,
    ):
        version = db.data_version(conn)
        script = (
            "import sys, pathlib; from techdash.store import db; from tests.store.build import next_sync\n"
            "next_sync(db.connect_writer(pathlib.Path(sys.argv[1])))"
        )
        subprocess.run(
            [sys.executable, "-c", script, str(small)], check=True, cwd=Path(__file__).parents[2], timeout=30
        )
        assert db.data_version(conn) != version
        with suppress(UsageError):
            WRITERS[name](database)
        assert health.check(small)["problem"] is None
        assert entries.essay_count(conn)[0] == 13


def test_the_version_of_the_data_changes_with_every_commit_of_another(small: Path) -> None:
    with closing(db.connect_reader(small)) as conn, closing(db.connect_writer(small)) as other:
        before = db.data_version(conn)
        assert db.data_version(conn) == before
        marks.set_marks(other, [7], read=True, now=NOW)
        assert db.data_version(conn) != before
