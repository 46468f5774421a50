"""What the user changes of a source: it lasts, it reaches what the source brought, and it can be undone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlite_utils import Database, Migrations

from techdash.errors import UsageError
from techdash.models.sources import Source, SourceState, Subscription, Validators
from techdash.store import arrivals, db, editions, entries, marks, schema, sources
from tests.store.build import DAY, NOW, composed, edition, item, plan, planned, source

DAY_LONG = 86_400


def one(conn: sqlite3.Connection, name: str = "a") -> Subscription:
    found = sources.find(conn, name)
    assert found is not None
    return found


def compose(writer: Database) -> None:
    rows = entries.day_entries(writer.conn, DAY)
    editions.save_composed(writer, DAY, composed(DAY, rows), editions.compose_key(writer.conn, DAY))


# -- titles


def test_a_title_is_kept_whatever_a_later_catalogue_says(
    writer: Database, reader: sqlite3.Connection
) -> None:
    sources.apply_catalogue(writer, [source("a", origin="default", title="Theirs")], NOW)
    sources.retitle(writer, "a", "  Mine,\x1b  re\u202enamed ")
    assert one(reader).source.title == "Mine, renamed"
    sources.apply_catalogue(writer, [source("a", origin="default", title="Theirs, second edition")], NOW)
    assert one(reader).source.title == "Mine, renamed"


@pytest.mark.parametrize(
    ("field", "theirs", "mine", "later"),
    [
        ("title", "Theirs", "Mine", "File"),
        ("kind", "article", "essay", "podcast"),
        ("enabled", True, False, True),
    ],
)
def test_of_the_users_words_the_last_counts(
    writer: Database, reader: sqlite3.Connection, field: str, theirs: object, mine: object, later: object
) -> None:
    def said(value: object, *named: str) -> None:
        given = replace(source("a", origin="user", kind="article", title="Theirs"), named=named)
        sources.apply_catalogue(writer, [replace(given, **{field: value})], NOW)  # type: ignore[arg-type]

    def stored() -> object:
        return getattr(one(reader).source, field)

    change = {"title": sources.retitle, "kind": sources.set_kind, "enabled": sources.set_enabled}[field]
    said(theirs, "id", "weight")
    change(writer, "a", mine)  # type: ignore[operator]
    # the file says nothing of it: only the default can have changed
    said(later, "id", "weight")
    assert stored() == mine
    # now the file names it: that was said last
    said(later, "id", field)
    assert stored() == later
    # and so it goes on
    change(writer, "a", mine)  # type: ignore[operator]
    said(later, "id", field)
    assert stored() == mine
    if field != "enabled":  # it has but two words
        said(theirs, "id", field)
        assert stored() == theirs


def test_a_refresh_changes_no_title_kind_or_switch(writer: Database, reader: sqlite3.Connection) -> None:
    sources.apply_catalogue(writer, [source("a", origin="default")], NOW)
    sources.retitle(writer, "a", "Mine")
    sources.set_kind(writer, "a", "essay")
    sources.set_enabled(writer, "a", False)
    arrivals.apply(writer, plan("a", [planned("x", kind="essay")], site_url="https://a.example/"))
    kept = one(reader).source
    assert (kept.title, kept.kind, kept.enabled) == ("Mine", "essay", False)


def test_a_title_reaches_the_composed_edition(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a", title="Old"), NOW)
    sources.subscribe(writer, source("b", title="Other"), NOW)
    arrivals.apply(writer, plan("a", [planned("x")]))
    arrivals.apply(writer, plan("b", [planned("y")]))
    compose(writer)
    sources.retitle(writer, "a", "New")
    (day,) = editions.on(reader, DAY)
    assert sorted(item.who for section in day.sections for item in section.items) == ["New", "Other"]


@pytest.mark.parametrize("title", ["", "  ", "\x1b\n"])
def test_a_title_takes_a_character(writer: Database, title: str) -> None:
    sources.subscribe(writer, source("a"), NOW)
    with pytest.raises(UsageError, match="at least one character"):
        sources.retitle(writer, "a", title)


# -- kinds


def test_what_a_source_brought_follows_its_kind(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    sources.subscribe(writer, source("b"), NOW)
    arrivals.apply(writer, plan("a", [planned("x"), planned("y"), planned("p", kind="paper")]))
    arrivals.apply(writer, plan("b", [planned("z")]))
    marks.set_marks(writer, [1], read=True, starred=True, now=NOW)
    compose(writer)
    sources.set_kind(writer, "a", "essay")
    assert entries.essay_count(reader) == (2, 1)
    assert {row.title for row in entries.essays(reader, offset=0, limit=9)} == {"Title of x", "Title of y"}
    kinds = dict(db.rows(reader, "SELECT key, kind FROM entries"))
    assert kinds == {"x": "essay", "y": "essay", "p": "paper", "z": "article"}
    assert DAY in editions.uncomposed(reader)
    starred = entries.row(reader, 1)
    assert starred is not None
    assert (starred.marks.read, starred.marks.starred) == (True, True)
    sources.set_kind(writer, "a", "social")
    assert entries.essay_count(reader) == (0, 0)


def test_another_kind_has_all_read_anew_by_the_next_sync(
    writer: Database, reader: sqlite3.Connection
) -> None:
    sources.subscribe(writer, source("a"), NOW)
    arrivals.apply(writer, plan("a", [planned("x")], validators={"https://a.example/feed": Validators(b"1")}))
    hash_before = entries.known(reader, "a", ["x"])["x"].hash
    sources.set_kind(writer, "a", "digest")
    assert sources.validators(reader, "a") == {}
    assert entries.known(reader, "a", ["x"])["x"].hash != hash_before
    # not taken apart yet, so it is still what it was
    assert db.rows(reader, "SELECT kind FROM entries") == [("article",)]
    arrivals.apply(
        writer,
        plan("a", [planned("x", kind="digest", id=1, edition=edition(("github", [item("one")])))]),
    )
    assert [found.entry_id for found in editions.on(reader, DAY)] == [1]


def test_essays_in_two_languages_part_and_meet_again_with_the_kind(
    writer: Database, reader: sqlite3.Connection
) -> None:
    sources.subscribe(writer, source("a", kind="essay"), NOW)
    arrivals.apply(
        writer,
        plan(
            "a",
            [
                planned("zh", kind="essay", language="zh", translation="one"),
                planned("en", kind="essay", language="en", translation="one"),
            ],
        ),
    )
    assert entries.essay_count(reader) == (1, 1)
    sources.set_kind(writer, "a", "article")
    assert db.rows(reader, "SELECT count(*) FROM entries WHERE paired_with IS NOT NULL") == [(0,)]
    sources.set_kind(writer, "a", "essay")
    assert entries.essay_count(reader) == (1, 1)


# -- gone, moved, removed


def test_h25_a_source_that_is_gone_can_be_revived(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    with pytest.raises(UsageError, match="isn't gone"):
        sources.revive(writer, "a")
    gone = SourceState("gone", NOW, failures=2, http=410, error="Gone.", previous_url="https://old.example/")
    arrivals.apply(writer, plan("a", status="gone", state=gone))
    sources.set_enabled(writer, "a", False)
    sources.revive(writer, "a")
    found = one(reader)
    assert found.source.enabled
    assert found.state == SourceState(previous_url="https://old.example/")
    assert [each.source.id for each in sources.due(reader, NOW)] == ["a"]


def test_h12_a_move_can_be_undone_and_is_not_followed_again(
    writer: Database, reader: sqlite3.Connection
) -> None:
    old, new = "https://old.example/feed", "https://new.example/feed"
    default = source("a", old, origin="default")
    sources.apply_catalogue(writer, [default], NOW)
    with pytest.raises(UsageError, match="has not moved"):
        sources.undo_move(writer, "a")
    arrivals.apply(
        writer, plan("a", [planned("x")], moved=new, state=SourceState("ok", NOW, NOW, previous_url=old))
    )
    assert one(reader).source.url == new
    sources.undo_move(writer, "a")
    found = one(reader)
    assert (found.source.url, found.state.previous_url, found.state.move_refused) == (old, "", new)
    assert one(reader, old).source.id == "a"
    assert sources.apply_catalogue(writer, [default], NOW) == 0
    assert entries.row(reader, 1) is not None


def test_a_move_is_not_undone_to_an_address_that_is_taken(writer: Database) -> None:
    sources.subscribe(writer, source("a", "https://new.example/feed"), NOW)
    sources.subscribe(writer, source("b", "https://old.example/feed"), NOW)
    state = SourceState("ok", NOW, NOW, previous_url="https://old.example/feed")
    arrivals.apply(writer, plan("a", state=state))
    with pytest.raises(UsageError, match="the address of b by now"):
        sources.undo_move(writer, "a")


def test_what_was_removed_comes_back_as_it_was(writer: Database, reader: sqlite3.Connection) -> None:
    kept = Source("a", "https://a.example/feed", "article", "Mine", weight=2.0, enabled=False)
    sources.subscribe(writer, kept, NOW)
    arrivals.apply(writer, plan("a", [planned("x"), planned("y")]))
    marks.set_marks(writer, [1], read=True, now=NOW)
    compose(writer)
    before = one(reader), editions.day_row(reader, DAY), sources.entry_counts(reader)
    sources.remove(writer, "a")
    assert sources.find(reader, "a") is None
    sources.restore(writer, "a")
    compose(writer)
    assert (one(reader), editions.day_row(reader, DAY), sources.entry_counts(reader)) == before
    with pytest.raises(UsageError, match="never a source"):
        sources.restore(writer, "b")


def test_h27_a_wait_of_one_address_stays_with_it(writer: Database, reader: sqlite3.Connection) -> None:
    """A private host's wait stands with the source alone: what is forgotten of it is not that."""
    there = source("a", "http://192.168.1.9/feed")
    waiting = SourceState("gone", last_checked=NOW, not_before=NOW + DAY_LONG, failures=2)

    def waits() -> tuple[int, list[str]]:
        return one(reader).state.not_before, [
            it.source.id for it in sources.due(reader, NOW + 60, force=True)
        ]

    sources.subscribe(writer, there, NOW)
    for again in (
        lambda: sources.revive(writer, "a"),
        lambda: (sources.remove(writer, "a"), sources.subscribe(writer, there, NOW)),
    ):
        arrivals.apply(writer, plan("a", state=waiting))
        again()
        assert (one(reader).state.state, waits()) == ("new", (NOW + DAY_LONG, []))
    # Another address has its own server's word.
    sources.apply_catalogue(writer, [replace(there, url="http://192.168.1.9/other", origin="user")], NOW)
    assert waits() == (0, ["a"])


@pytest.mark.parametrize("change", [sources.retitle, sources.set_kind, sources.revive, sources.undo_move])
def test_an_unknown_source_is_said_to_be_unknown(writer: Database, change: object) -> None:
    more = {sources.retitle: ("T",), sources.set_kind: ("essay",)}.get(change, ())  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="There is no source 'none'"):
        change(writer, "none", *more)  # type: ignore[operator]


# -- counts


def test_entries_are_counted_as_they_come_go_and_are_read(
    writer: Database, reader: sqlite3.Connection
) -> None:
    sources.subscribe(writer, source("a"), NOW)
    sources.subscribe(writer, source("daily", kind="digest"), NOW)
    arrivals.apply(writer, plan("a", [planned(key) for key in "xyz"]))
    assert sources.entry_counts(reader) == {"a": (3, 3)}
    marks.set_marks(writer, [1, 2], read=True, now=NOW)
    marks.undo(writer, NOW)
    marks.set_marks(writer, [3], read=True, now=NOW)
    assert sources.entry_counts(reader) == {"a": (3, 2)}
    # an edition's items that no source brought are none of its entries
    arrivals.apply(
        writer, plan("daily", [planned("d", kind="digest", edition=edition(("github", [item("1")])))])
    )
    assert sources.entry_counts(reader)["daily"] == (1, 1)
    sources.remove(writer, "a")
    assert sources.entry_counts(reader)["a"] == (0, 0)


def test_failing_ones_are_counted_and_those_that_wait_or_are_off_not(
    writer: Database, reader: sqlite3.Connection
) -> None:
    for name, state in {
        "fails": SourceState("failed", NOW, failures=1, error_kind="timeout"),
        "waits": SourceState("failed", NOW, error_kind="wait"),
        "gone": SourceState("gone", NOW, failures=2),
        "off": SourceState("failed", NOW, failures=1),
        "fine": SourceState("ok", NOW, NOW),
    }.items():
        sources.subscribe(writer, source(name), NOW)
        arrivals.apply(writer, plan(name, status="failed", state=state))
    sources.set_enabled(writer, "off", False)
    assert sources.failing(reader) == 2


def test_a_library_of_before_keeps_what_was_switched_and_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    older = Migrations("techdash")
    older._migrations = [one for one in schema.migrations._migrations if one.name in ("1 tables", "2 pairs")]
    with monkeypatch.context() as before:
        before.setattr(schema, "migrations", older)
        before.setattr(db, "SCHEMA_VERSION", 2)
        with closing(db.connect_writer(path)) as writer:
            for name, enabled, offered, origin in (
                ("switched", 0, 1, "default"),
                ("as-it-was", 1, 1, "default"),
                ("in-the-file", 1, 0, "user"),
            ):
                record = dict.fromkeys(("title", "site_url", "language"), "")
                record |= {"id": name, "url": f"https://{name}.example/", "url_key": name, "host": name}
                record |= {"enabled": enabled, "offered_enabled": offered, "origin": origin}  # type: ignore[dict-item]
                more = {"weight": 1, "max_items": 50, "added_at": 1}
                db.insert(
                    writer,
                    "sources",
                    {**record, **more, "kind": "article", "full_text": "auto", "topics": "[]"},
                )
                state = {"state": "new", "next_due": 0, "not_before": 0, "failures": 0}
                words = dict.fromkeys(("error_kind", "error", "note"), "")
                db.insert(writer, "source_state", {"source_id": name, **state, **words})
    with closing(db.connect_writer(path)) as writer, closing(db.connect_reader(path)) as reader:
        file = replace(source("in-the-file", origin="user", enabled=False), named=("id", "enabled"))
        offered = [source("switched", origin="default"), source("as-it-was", origin="default", enabled=False)]
        sources.apply_catalogue(writer, [*offered, file], NOW)
        switched = {each.source.id: each.source.enabled for each in sources.subscriptions(reader)}
        assert switched == {"switched": False, "as-it-was": False, "in-the-file": True}
        sources.apply_catalogue(writer, [replace(file, enabled=True), *offered], NOW)
        sources.apply_catalogue(writer, [file, *offered], NOW)
        assert not one(reader, "in-the-file").source.enabled
