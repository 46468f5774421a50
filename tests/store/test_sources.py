"""What is subscribed to, when it is asked, and what a catalogue may change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.errors import UsageError
from techdash.models.plans import Plan
from techdash.models.sources import Source, SourceState, Validators
from techdash.query import parse
from techdash.store import arrivals, db, editions, entries, health, marks, search, sources
from tests.store.build import DAY, NOW, composed, edition, item, plan, planned, source


def asked(conn: sqlite3.Connection, now: int = NOW, **how: object) -> list[str]:
    return [one.source.id for one in sources.due(conn, now, **how)]  # type: ignore[arg-type]


def put(writer: Database, source_id: str, state: SourceState = SourceState(), **more: object) -> None:  # noqa: B008
    arrivals.apply(writer, Plan(source_id, NOW, "unchanged", state, **more))  # type: ignore[arg-type]


# -- subscribing


def test_a_source_comes_back_as_it_was_given(writer: Database, reader: sqlite3.Connection) -> None:
    given = Source(
        id="one", url="https://a.example/feed?x=1", kind="podcast", title="一号", site_url="https://a.example/",
        language="zh", topics=("ai", "推荐"), weight=0.5, max_items=7, full_text="page", enabled=False,
    )  # fmt: skip
    assert sources.subscribe(writer, given, NOW) == given
    (one,) = sources.subscriptions(reader)
    assert one.source == given
    assert one.state == SourceState()


def test_ids_are_made_unique(writer: Database) -> None:
    made = [sources.subscribe(writer, source("a", f"https://{n}.example/"), NOW).id for n in range(3)]
    assert made == ["a", "a-2", "a-3"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/feed", "http://www.a.example/feed/"),
        ("https://a.example/feed", "https://a.example/feed?utm_source=x#top"),
        ("/home/reader/notes", "/home/reader/notes/"),
    ],
)
def test_the_same_address_is_subscribed_to_once(writer: Database, first: str, second: str) -> None:
    sources.subscribe(writer, source("a", first, title="The A"), NOW)
    with pytest.raises(UsageError, match=r"subscribed to already, as a \(The A\)"):
        sources.subscribe(writer, source("b", second), NOW)
    found = sources.find(writer.conn, second)
    assert found is not None
    assert found.source.id == "a"


def test_a_list_brings_what_is_missing(writer: Database, reader: sqlite3.Connection) -> None:
    for name in ("have", "had"):
        sources.subscribe(writer, source(name, f"https://{name}.example/"), NOW)
    sources.remove(writer, "had")
    wanted = [
        source("mine", "http://www.have.example/"),
        source("back", "https://had.example/"),
        source("x", "https://one.example/feed"),
        source("x", "https://one.example/feed/?utm_source=list"),
        source("x", "https://two.example/feed"),
        source("x-2", "https://three.example/feed"),
    ]
    added = sources.subscribe_all(writer, wanted, NOW)
    assert [one.id for one in added] == ["had", "x", "x-2", "x-2-2"]
    assert {one.source.id for one in sources.subscriptions(reader)} == {"have", "had", "x", "x-2", "x-2-2"}
    assert sources.subscribe_all(writer, wanted, NOW) == []


def test_p34_a_list_is_taken_whole_or_not_at_all(writer: Database, reader: sqlite3.Connection) -> None:
    def breaks_off() -> Iterator[Source]:
        yield from (source("x", f"https://{n}.example/") for n in range(3))
        # seen from another connection: nothing is there before everything is
        assert sources.subscriptions(reader) == []
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sources.subscribe_all(writer, breaks_off(), NOW)
    assert sources.subscriptions(reader) == []


def test_p34_ten_thousand_feeds_of_one_name_are_one_list(writer: Database) -> None:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    writer.conn.set_progress_handler(count, 1000)
    added = sources.subscribe_all(writer, [source("x", f"https://{n}.example/") for n in range(10_000)], NOW)
    writer.conn.set_progress_handler(None, 0)
    assert [one.id for one in added[:2]] == ["x", "x-2"]
    assert added[-1].id == "x-10000"
    assert steps < 10_000  # a thousand of SQLite's steps for each, and it would be quadratic


def test_finding(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    for name in ("a", "https://a.example/feed", "http://a.example/feed/"):
        found = sources.find(reader, name)
        assert found is not None
        assert found.source.id == "a"
    assert sources.find(reader, "b") is None
    assert sources.find(reader, "") is None


# -- due and waiting


def test_what_is_due_comes_longest_overdue_first(writer: Database, reader: sqlite3.Connection) -> None:
    for name, due in (("later", NOW + 1), ("now", NOW), ("old", NOW - 99)):
        sources.subscribe(writer, source(name), NOW)
        put(writer, name, SourceState("ok", next_due=due))
    sources.subscribe(writer, source("new"), NOW)
    assert asked(reader) == ["new", "old", "now"]
    assert asked(reader, force=True) == ["new", "old", "now", "later"]
    assert asked(reader, only=["now", "https://www.old.example/feed", "later"]) == ["old", "now"]
    assert asked(reader, only=["later"], force=True) == ["later"]
    assert asked(reader, only=["nothing"]) == []


def test_the_disabled_and_the_gone_are_not_asked(writer: Database, reader: sqlite3.Connection) -> None:
    for name in ("off", "gone"):
        sources.subscribe(writer, source(name), NOW)
    sources.set_enabled(writer, "off", False)
    put(writer, "gone", SourceState("gone", failures=2))
    assert asked(reader, force=True) == []
    assert sources.next_due(reader) is None
    sources.set_enabled(writer, "off", True)
    sources.set_enabled(writer, "gone", True)
    assert asked(reader) == ["gone", "off"]


def test_a_server_that_asked_to_wait_is_never_asked_before(
    writer: Database, reader: sqlite3.Connection
) -> None:
    for name in ("a", "b"):
        sources.subscribe(writer, source(name, f"https://same.example/{name}"), NOW)
    sources.subscribe(writer, source("c"), NOW)
    put(writer, "a", SourceState("failed", next_due=NOW), host_wait=("same.example", NOW + 500))
    put(writer, "c", SourceState("failed", not_before=NOW + 100))
    assert asked(reader, force=True) == []
    waits = [(one.source.id, until) for one, until in sources.waiting(reader, NOW)]
    assert sorted(waits) == [("a", NOW + 500), ("b", NOW + 500), ("c", NOW + 100)]
    assert [until for _, until in sources.waiting(reader, NOW, ["c"])] == [NOW + 100]
    assert asked(reader, NOW + 100) == ["c"]
    assert sorted(asked(reader, NOW + 500)) == ["a", "b", "c"]
    assert sources.waiting(reader, NOW + 500) == []
    assert sources.next_due(reader) == NOW + 100


def test_a_shorter_wait_does_not_end_a_longer_one(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    put(writer, "a", host_wait=("a.example", NOW + 500))
    put(writer, "a", host_wait=("a.example", NOW + 100))
    assert [until for _, until in sources.waiting(reader, NOW)] == [NOW + 500]


def test_times_from_a_wrong_clock_do_not_last(writer: Database, reader: sqlite3.Connection) -> None:
    year = 365 * 86400
    for name, state in {
        "due": SourceState("ok", next_due=NOW + year),
        "wait": SourceState(not_before=NOW + year),
    }.items():
        sources.subscribe(writer, source(name), NOW)
        put(writer, name, state)
    assert asked(reader) == ["wait", "due"]
    assert sources.waiting(reader, NOW) == []


def test_next_due_is_when_something_may_be_asked(writer: Database, reader: sqlite3.Connection) -> None:
    assert sources.next_due(reader) is None
    for name, state in {
        "a": SourceState("ok", next_due=NOW + 50, not_before=NOW + 300),
        "b": SourceState("ok", next_due=NOW + 200),
    }.items():
        sources.subscribe(writer, source(name), NOW)
        put(writer, name, state)
    assert sources.next_due(reader) == NOW + 200


# -- what a sync learns


def test_validators_are_kept_byte_for_byte(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    first = {
        "https://a.example/feed": Validators(b'W/"\xff\x01"', b"Thu, 01 Jan 1970", b"\0" * 32),
        "https://a.example/page": Validators(b"unquoted"),
    }
    put(writer, "a", validators=first)
    assert sources.validators(reader, "a") == first
    put(writer, "a", validators={"https://a.example/page": Validators()})
    assert sources.validators(reader, "a") == {"https://a.example/feed": first["https://a.example/feed"]}
    put(writer, "a")
    assert len(sources.validators(reader, "a")) == 1


def test_a_sync_stores_how_it_went(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("a"), NOW)
    state = SourceState(
        "failed", NOW, NOW - 5, NOW + 9, NOW + 3, 4, 503, "http", "Sentence.", "imperfect XML"
    )
    put(writer, "a", state, site_url="https://a.example/")
    (one,) = sources.subscriptions(reader)
    assert one.state == state
    assert one.source.site_url == "https://a.example/"
    put(writer, "a")
    assert sources.subscriptions(reader)[0].source.site_url == "https://a.example/"


# -- removing


def test_a_removed_source_leaves_the_lists_but_for_what_was_kept(
    writer: Database, reader: sqlite3.Connection
) -> None:
    sources.subscribe(writer, source("a", kind="essay"), NOW)
    applied = arrivals.apply(writer, plan("a", [planned(f"e{n}", kind="essay") for n in range(4)]))
    marks.set_marks(writer, applied.new[:1], starred=True, now=NOW)
    marks.set_marks(writer, applied.new[1:2], later=True, now=NOW)
    marks.set_marks(writer, applied.new[2:3], read=True, now=NOW)
    sources.remove(writer, "a")
    assert sources.subscriptions(reader) == []
    assert sources.find(reader, "a") is None
    assert asked(reader, force=True) == []
    assert [row.id for row in entries.essays(reader, offset=0, limit=9)] == [2, 1]
    assert entries.essay_count(reader) == (2, 2)
    assert len(search.search(reader, parse("Title"))) == 2
    assert len(entries.day_entries(reader, DAY)) == 2
    kept = entries.entry(reader, 1)
    assert kept is not None
    assert kept.row.marks.starred
    with pytest.raises(UsageError, match="no source 'a'"):
        sources.remove(writer, "a")
    with pytest.raises(UsageError, match="no source 'a'"):
        sources.set_enabled(writer, "a", True)


def test_a_removed_source_stays_removed_until_it_is_subscribed_to_by_hand(
    writer: Database, reader: sqlite3.Connection
) -> None:
    default = source("a", kind="essay", origin="default")
    sources.apply_catalogue(writer, [default], NOW)
    put(writer, "a", SourceState("ok", next_due=NOW + 9), validators={"u": Validators(b"v")})
    applied = arrivals.apply(writer, plan("a", [planned("e", kind="essay")]))
    marks.set_marks(writer, applied.new, read=True, now=NOW)
    sources.remove(writer, "a")
    assert arrivals.apply(writer, plan("a", [planned("late", kind="essay")])).new == ()
    assert sources.apply_catalogue(writer, [default, replace(default, origin="user")], NOW) == 0
    assert sources.subscriptions(reader) == []
    again = sources.subscribe(writer, source("other", "https://www.a.example/feed", "essay"), NOW)
    assert (again.id, again.title, again.origin) == ("a", "Other", "user")
    assert asked(reader) == ["a"]
    assert sources.validators(reader, "a") == {}
    (row,) = entries.essays(reader, offset=0, limit=9)
    assert row.marks.read
    assert entries.essay_count(reader) == (1, 0)


def test_removing_takes_a_source_out_of_the_days(writer: Database, reader: sqlite3.Connection) -> None:
    for name in ("daily", "news", "other"):
        sources.subscribe(writer, source(name), NOW)
    digest = planned(
        "d", kind="digest", day="2026-05-11", edition=edition(("github", [item("x")]), day="2026-05-11")
    )
    arrivals.apply(writer, plan("daily", [digest]))
    arrivals.apply(writer, plan("news", [planned("n")]))
    arrivals.apply(writer, plan("other", [planned("o")]))
    editions.save_composed(writer, DAY, composed(DAY, entries.day_entries(reader, DAY)), b"")
    assert [(row.day, row.total) for row in editions.days(reader)] == [("2026-05-11", 1), (DAY, 2)]
    sources.remove(writer, "daily")
    sources.remove(writer, "news")
    assert [(row.day, row.total) for row in editions.days(reader)] == [(DAY, 1)]
    assert [line.title for line in editions.on(reader, DAY)[0].sections[0].items] == ["Title of o"]
    assert editions.uncomposed(reader) == ["2026-05-11", DAY]
    sources.remove(writer, "other")
    assert editions.days(reader) == []
    assert editions.latest(reader) is None
    sources.subscribe(writer, source("daily"), NOW)
    assert editions.latest(reader) == "2026-05-11"


# -- the catalogue


def test_a_catalogue_adds_what_is_missing_and_says_how_much_changed(
    writer: Database, reader: sqlite3.Connection
) -> None:
    catalogue = [source("a", origin="default"), source("b", origin="starter")]
    assert sources.apply_catalogue(writer, catalogue, NOW) == 2
    version = db.data_version(reader)
    assert sources.apply_catalogue(writer, catalogue, NOW) == 0
    assert db.data_version(reader) == version  # no window has to look again
    catalogue[0] = replace(catalogue[0], title="New", kind="essay", weight=3.0)
    assert sources.apply_catalogue(writer, catalogue, NOW) == 1
    found = sources.find(reader, "a")
    assert found is not None
    assert found.source == catalogue[0]


def test_a_default_that_moves_is_asked_afresh(writer: Database, reader: sqlite3.Connection) -> None:
    sources.apply_catalogue(writer, [source("a", origin="default")], NOW)
    put(
        writer,
        "a",
        SourceState("gone", next_due=NOW + 99),
        validators={"https://a.example/feed": Validators(b"x")},
    )
    sources.apply_catalogue(writer, [source("a", "https://a.example/new", origin="default")], NOW)
    assert asked(reader) == ["a"]
    assert sources.validators(reader, "a") == {}


def test_a_catalogue_leaves_what_the_user_subscribed_to(writer: Database, reader: sqlite3.Connection) -> None:
    mine = sources.subscribe(writer, source("a", title="Mine"), NOW)
    assert sources.apply_catalogue(writer, [source("a", origin="default", title="Theirs")], NOW) == 0
    assert (
        sources.apply_catalogue(writer, [source("x", "https://a.example/feed", origin="default")], NOW) == 0
    )
    assert [one.source for one in sources.subscriptions(reader)] == [mine]
    assert sources.apply_catalogue(writer, [source("a", title="In my file")], NOW) == 1
    assert [one.source.title for one in sources.subscriptions(reader)] == ["In my file"]


def test_what_the_users_file_changed_goes_back_with_it(writer: Database, reader: sqlite3.Connection) -> None:
    default = source("a", origin="default", site_url="https://a.example/")
    for one in (default, replace(default, title="Mine", origin="user"), default):
        sources.apply_catalogue(writer, [one], NOW)
        assert sources.subscriptions(reader)[0].source == one


def test_a_sync_knows_better_where_the_site_is(writer: Database, reader: sqlite3.Connection) -> None:
    default = source("a", origin="default", site_url="https://a.example/")
    sources.apply_catalogue(writer, [default], NOW)
    put(writer, "a", site_url="https://new.example/")
    assert sources.apply_catalogue(writer, [default], NOW) == 0
    assert sources.subscriptions(reader)[0].source.site_url == "https://new.example/"


def test_what_was_switched_last_counts(writer: Database, reader: sqlite3.Connection) -> None:
    def enabled() -> bool:
        return sources.subscriptions(reader)[0].source.enabled

    on = source("a", origin="default")
    off = source("a", origin="user", enabled=False, named=("id", "enabled"))
    sources.apply_catalogue(writer, [on], NOW)
    sources.set_enabled(writer, "a", False)
    sources.apply_catalogue(writer, [on], NOW)
    assert not enabled()
    sources.set_enabled(writer, "a", True)
    sources.apply_catalogue(writer, [off], NOW)
    assert not enabled()
    sources.set_enabled(writer, "a", True)
    sources.apply_catalogue(writer, [off], NOW)
    assert enabled()


def test_the_small_library_is_whole(small: Path) -> None:
    with closing(db.connect_reader(small)) as conn:
        assert len(sources.subscriptions(conn)) == 5
    assert health.check(small)["problem"] is None
