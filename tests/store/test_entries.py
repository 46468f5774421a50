"""Storing what a sync brings: identity, marks, one entry for what several brought; the list of essays."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.models.entries import Marks, Place
from techdash.models.parsed import Enclosure
from techdash.models.plans import Applied, Known
from techdash.models.sources import Validators
from techdash.query import parse
from techdash.store import arrivals, cards, editions, entries, marks, search, sources
from tests.store.build import CARDS, DAY, NOW, edition, item, plan, planned, source


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    for one in (
        source("starter", "/srv/starter", "digest", origin="starter"),
        source("daily", kind="digest"),
        source("weekly", kind="digest"),
        source("essays", kind="essay"),
        source("news"),
    ):
        sources.subscribe(writer, one, NOW)


def ids(conn: sqlite3.Connection) -> dict[str, int]:
    """The id by the title of everything stored, stubs too."""
    return {title: id_ for id_, title in conn.execute("SELECT id, title FROM entries WHERE hidden = 0")}


# -- in place


def test_an_entry_comes_back_as_it_was_given(writer: Database, reader: sqlite3.Connection) -> None:
    full = planned(
        "k", "标题", kind="essay", url="https://e.example/a?b=1", author="Ann", language="zh", summary="Sum",
        body="# Body", body_format="markdown", words=900, minutes=3, comments_url="https://c.example/",
        enclosures=(Enclosure("https://x.example/a.mp3", "audio/mpeg", 10**30), Enclosure("https://x.example/b")),
        tags=("a", "乙"),
    )  # fmt: skip
    applied = arrivals.apply(writer, plan("essays", [full]))
    assert applied == Applied(new=(1,), updated=(), days=(DAY,))
    entry = entries.entry(reader, 1)
    assert entry is not None
    assert (entry.row.source_id, entry.row.source_title, entry.row.kind) == ("essays", "Essays", "essay")
    assert (entry.row.title, entry.row.url, entry.row.author) == ("标题", "https://e.example/a?b=1", "Ann")
    assert (entry.row.published, entry.row.day, entry.row.language, entry.row.minutes) == (NOW, DAY, "zh", 3)
    assert (entry.row.marks, entry.row.progress) == (Marks(), 0.0)
    assert (entry.summary, entry.body, entry.body_format, entry.words) == ("Sum", "# Body", "markdown", 900)
    assert entry.comments_url == "https://c.example/"
    assert entry.enclosures == (
        Enclosure("https://x.example/a.mp3", "audio/mpeg", 2**63 - 1),
        Enclosure("https://x.example/b"),
    )
    as_known = Known(1, "k", full.hash, True, full.url_key, "标题", NOW, NOW)
    assert entries.known(reader, "essays", ["k", "other"]) == {"k": as_known}
    assert entries.known(reader, "news", ["k"]) == {}
    assert entries.origin(reader, 1) == (source("essays").url, "k")


def test_an_update_keeps_id_marks_and_first_seen(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(
        writer,
        plan(
            "essays", [planned("k", kind="essay", body="old", enclosures=(Enclosure("https://x.example/"),))]
        ),
    )
    marks.set_marks(writer, [1], read=True, starred=True, now=NOW)
    marks.save_place(writer, 1, Place(5), NOW)
    update = planned(
        "k", "New title", kind="essay", day="2026-05-13", time=NOW + 86400, id=1, body="new", tags=("t",)
    )
    applied = arrivals.apply(writer, plan("essays", [update], now=NOW + 90))
    assert applied == Applied(new=(), updated=(1,), days=(DAY, "2026-05-13"))
    entry = entries.entry(reader, 1)
    assert entry is not None
    assert (entry.row.title, entry.body, entry.row.day, entry.enclosures) == (
        "New title",
        "new",
        "2026-05-13",
        (),
    )
    assert entry.row.marks == Marks(read=True, starred=True)
    assert marks.place(reader, 1) == Place(5)
    assert reader.execute("SELECT first_seen, changed_at FROM entries").fetchall() == [(NOW, NOW + 90)]
    assert entries.essay_count(reader) == (1, 0)


def test_less_than_we_hold_does_not_replace_it(writer: Database, reader: sqlite3.Connection) -> None:
    digest = planned(
        "k", kind="digest", body="long", summary="sum", words=9, minutes=1, language="en", cards=CARDS,
        enclosures=(Enclosure("https://x.example/"),), edition=edition(("github", [item("x")])),
    )  # fmt: skip
    arrivals.apply(writer, plan("daily", [digest]))
    before = entries.entry(reader, 1)
    thin = planned("k", "Better title", kind="digest", id=1, keep_text=True, author="Bo")
    arrivals.apply(writer, plan("daily", [thin]))
    after = entries.entry(reader, 1)
    assert before is not None
    assert after == replace(before, row=replace(before.row, title="Better title", author="Bo"))
    assert len(editions.on(reader, DAY)[0].sections) == 1
    assert len(cards.cards(reader)) == 3
    assert entries.known(reader, "daily", ["k"])["k"].hash == thin.hash


def test_without_a_date_an_entry_stays_where_it_was_first_seen(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("essays", [planned("k", kind="essay", published=None)]))
    late = planned(
        "k", kind="essay", published=None, time=NOW + 9 * 86400, day="2026-05-21", id=1, body="new"
    )
    arrivals.apply(writer, plan("essays", [late]))
    row = entries.row(reader, 1)
    assert row is not None
    assert (row.day, row.published) == (DAY, None)
    assert reader.execute("SELECT sort_time FROM entries").fetchall() == [(NOW,)]


def test_two_processes_that_bring_the_same_entry_store_it_once(
    writer: Database, reader: sqlite3.Connection
) -> None:
    both = plan("essays", [planned("k", kind="essay"), planned("l", kind="essay")])
    assert arrivals.apply(writer, both).new == (1, 2)
    again = arrivals.apply(writer, both)
    assert (again.new, again.updated) == ((), (1, 2))
    assert entries.essay_count(reader) == (2, 2)


def test_an_entry_that_another_process_lost_is_stored_anew(
    writer: Database, reader: sqlite3.Connection
) -> None:
    assert arrivals.apply(writer, plan("essays", [planned("k", id=77)])).new == (1,)
    assert arrivals.apply(writer, plan("news", [planned("k", id=1)])).new == (2,)  # another source's
    assert entries.row(reader, 1) != entries.row(reader, 2)


def test_a_key_may_change_but_not_into_another_entrys(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("news", [planned("http"), planned("other")]))
    arrivals.apply(writer, plan("news", [planned("other", "Renamed", id=1)], rekeyed=((1, "https"),)))
    assert set(entries.known(reader, "news", ["http", "https", "other"])) == {"https", "other"}
    assert ids(reader) == {"Renamed": 1, "Title of other": 2}


def test_a_body_may_go_and_a_kind_may_change(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(
        writer, plan("news", [planned("k", kind="essay", body="x", edition=edition(), cards=CARDS)])
    )
    assert entries.essay_count(reader) == (1, 1)
    arrivals.apply(writer, plan("news", [planned("k", kind="article", id=1)]))
    assert entries.essay_count(reader) == (0, 0)
    assert editions.days(reader) == []
    assert cards.cards(reader) == []
    entry = entries.entry(reader, 1)
    assert entry is not None
    assert (entry.body, entry.body_format) == ("", "html")
    assert not entries.known(reader, "news", ["k"])["k"].has_body


def test_a_source_that_vanished_meanwhile_gets_nothing(writer: Database, reader: sqlite3.Connection) -> None:
    late = plan("news", [planned("k")], validators={"u": Validators(b"x")}, host_wait=("h", NOW + 5))
    sources.remove(writer, "news")
    assert arrivals.apply(writer, late) == Applied()
    assert arrivals.apply(writer, replace(late, source_id="never")) == Applied()
    assert [
        reader.execute(f"SELECT count(*) FROM {t}").fetchone()
        for t in ("entries", "validators", "host_waits")
    ] == [(0,)] * 3


def test_a_disabled_source_still_gets_what_was_on_its_way(writer: Database) -> None:
    sources.set_enabled(writer, "news", False)
    assert arrivals.apply(writer, plan("news", [planned("k")])).new == (1,)


def test_a_sync_is_one_transaction(writer: Database) -> None:
    run: list[str] = []
    writer.conn.set_trace_callback(run.append)
    lines = edition(("article", [item("x"), item("y")]))
    found = [planned("d", kind="digest", edition=lines), planned("e", cards=CARDS, body="words")]
    arrivals.apply(writer, plan("daily", found, validators={"u": Validators(b"x")}, host_wait=("h", NOW + 5)))
    writer.conn.set_trace_callback(None)
    ends = [sql for sql in run if sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"))]
    assert (run[0], run[-1], ends) == ("BEGIN IMMEDIATE", "COMMIT", ["BEGIN IMMEDIATE", "COMMIT"])


def test_a_plan_that_fails_leaves_nothing(writer: Database, reader: sqlite3.Connection) -> None:
    bad = planned("bad", summary="\ud800")
    with pytest.raises(UnicodeEncodeError):
        arrivals.apply(writer, plan("news", [planned("good"), bad], validators={"u": Validators(b"x")}))
    assert entries.known(reader, "news", ["good"]) == {}
    assert sources.validators(reader, "news") == {}


# -- items of editions and what they point to


def test_items_point_to_entries_of_the_same_page_or_to_stubs(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("a", minutes=4)]))
    lines = [
        item("a", "http://www.posts.example/a/?utm_source=d"),
        item("x"),
        item("no link", ""),
        item("plan", "https://posts.example/p"),
    ]
    applied = arrivals.apply(
        writer,
        plan("daily", [planned("d", kind="digest", edition=edition(("article", lines))), planned("p")]),
    )
    (day,) = editions.on(reader, DAY)
    first, second, third, fourth = day.sections[0].items
    assert (first.entry_id, first.source_title, first.minutes) == (1, "News", 4)
    assert (second.source_title, third.source_title, fourth.source_title) == ("", "", "Daily")
    assert fourth.entry_id == applied.new[1]
    stub = entries.entry(reader, second.entry_id)
    assert stub is not None
    assert (stub.row.kind, stub.row.title, stub.row.author, stub.summary) == (
        "article",
        "Item x",
        "someone",
        "Sum.",
    )
    assert (stub.body, stub.row.day, stub.row.url) == ("", DAY, "https://items.example/x")
    assert {row.id for row in entries.day_entries(reader, DAY)} == {1, 3}
    assert entries.known(reader, "daily", ["item:https://items.example/x"]) == {}


def test_stubs_are_of_their_sections_kind_and_no_essays(writer: Database, reader: sqlite3.Connection) -> None:
    kinds = ("featured", "article", "social", "github", "podcast", "paper", "other")
    sections = edition(*((kind, [item(kind)]) for kind in kinds))
    arrivals.apply(writer, plan("daily", [planned("d", kind="digest", edition=sections)]))
    rows = [
        entries.row(reader, line.entry_id)
        for part in editions.on(reader, DAY)[0].sections
        for line in part.items
    ]
    assert [row.kind for row in rows if row] == [
        "article", "article", "social", "github", "podcast", "paper", "article",
    ]  # fmt: skip
    assert entries.essay_count(reader) == (0, 0)


def test_a_rewritten_edition_keeps_its_stubs_and_their_marks(
    writer: Database, reader: sqlite3.Connection
) -> None:
    def write(*lines: str) -> dict[str, int]:
        parts = edition(("github", [item(name) for name in lines]), ("other", [item("Bold line", "")]))
        arrivals.apply(writer, plan("daily", [planned("d", kind="digest", edition=parts)]))
        (day,) = editions.on(reader, DAY)
        return {line.title: line.entry_id for part in day.sections for line in part.items}

    before = write("x", "y")
    marks.set_marks(writer, before.values(), read=True, now=NOW)
    id_before = editions.on(reader, DAY)[0].id
    after = write("y", "z")
    assert editions.on(reader, DAY)[0].id == id_before
    assert (after["Item y"], after["Item Bold line"]) == (before["Item y"], before["Item Bold line"])
    row = editions.day_row(reader, DAY)
    assert row is not None
    assert (row.total, row.unread) == (3, 1)
    assert write("x", "y") == before


def test_two_editions_share_the_stub_of_a_page(writer: Database, reader: sqlite3.Connection) -> None:
    for name in ("daily", "weekly"):
        arrivals.apply(
            writer,
            plan(name, [planned(f"of {name}", kind="digest", edition=edition(("github", [item("x")])))]),
        )
    one, two = (day.sections[0].items[0].entry_id for day in editions.on(reader, DAY))
    assert one == two
    row = editions.day_row(reader, DAY)
    assert row is not None
    assert row.total == 1


def test_an_item_that_links_to_its_own_digest_is_no_loop(
    writer: Database, reader: sqlite3.Connection
) -> None:
    own = planned("d", kind="digest", edition=edition(("other", [item("self", "https://posts.example/d")])))
    arrivals.apply(writer, plan("daily", [own]))
    (day,) = editions.on(reader, DAY)
    assert day.sections[0].items[0].entry_id != day.entry_id


def test_a_stub_gives_way_to_the_real_entry_with_its_marks(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(
        writer, plan("daily", [planned("d", kind="digest", edition=edition(("featured", [item("x")])))])
    )
    (stub,) = (line.entry_id for line in editions.on(reader, DAY)[0].sections[0].items)
    marks.set_marks(writer, [stub], read=True, starred=True, now=NOW)
    marks.save_place(writer, stub, Place(3, "q"), NOW)
    real = planned("real", "The real one", kind="essay", url="https://www.items.example/x/", body="Text.")
    (new,) = arrivals.apply(writer, plan("essays", [real])).new
    line = editions.on(reader, DAY)[0].sections[0].items[0]
    assert (line.entry_id, line.marks, line.title) == (new, Marks(read=True, starred=True), "Item x")
    assert marks.place(reader, new) == Place(3, "q")
    assert entries.essay_count(reader) == (1, 0)
    row = entries.row(reader, stub)  # who still holds the old id finds the new entry
    assert row is not None
    assert row.id == new
    marks.set_marks(writer, [stub], read=False, now=NOW)
    assert entries.essay_count(reader) == (1, 1)
    assert entries.find(reader, "https://items.example/x") == entries.entry(reader, new)
    assert [hit.id for hit in search.search(reader, parse("items"))] == []
    arrivals.apply(
        writer, plan("daily", [planned("d", kind="digest", id=1, edition=edition(("featured", [item("x")])))])
    )
    assert editions.on(reader, DAY)[0].sections[0].items[0].entry_id == new


def test_marks_under_the_old_id_are_the_successors(writer: Database, reader: sqlite3.Connection) -> None:
    old = starter(writer)
    marks.set_marks(writer, [old], starred=True, now=NOW)
    real = planned("r", kind="digest", url="https://blog.example/05-12", edition=edition())
    (new,) = arrivals.apply(writer, plan("daily", [real])).new

    def found() -> Marks | None:
        row = entries.row(reader, new)
        return row.marks if row else None

    assert marks.undo(writer, NOW) == "Undone: starred, 1 entry."
    assert found() == Marks()
    marks.redo(writer, NOW)
    assert found() == Marks(starred=True)
    marks.set_marks(writer, [new], read=True, now=NOW)
    assert marks.set_marks(writer, [old], read=False, now=NOW) == 1
    assert found() == Marks(starred=True)


def test_an_update_that_gains_the_address_takes_the_stubs_place_too(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(
        writer, plan("daily", [planned("d", kind="digest", edition=edition(("featured", [item("x")])))])
    )
    (new,) = arrivals.apply(writer, plan("news", [planned("n", url="https://short.example/1")])).new
    arrivals.apply(
        writer, plan("news", [planned("n", url="https://items.example/x", id=new, keep_text=True)])
    )
    assert editions.on(reader, DAY)[0].sections[0].items[0].entry_id == new


# -- the starter gives way


def starter(writer: Database, **more: object) -> int:
    given = {"url": "https://blog.example/05-12", "edition": edition(), "kind": "digest", **more}
    (id_,) = arrivals.apply(writer, plan("starter", [planned("s", "AI Daily — 05-12", **given)])).new  # type: ignore[arg-type]
    return id_


@pytest.mark.parametrize(
    "real",
    [
        planned("r", "Another title", kind="digest", url="http://www.blog.example/05-12/", edition=edition()),
        planned("r", "ＡＩ daily: 05-12!", kind="digest", url="https://new.example/", edition=edition()),
    ],
)
def test_the_starter_gives_way_to_the_real_edition(
    writer: Database, reader: sqlite3.Connection, real: object
) -> None:
    old = starter(writer)
    marks.set_marks(writer, [old], read=True, now=NOW)
    marks.save_place(writer, old, Place(9), NOW)
    applied = arrivals.apply(writer, plan("daily", [real]))  # type: ignore[list-item]
    (new,) = applied.new
    assert applied.days == (DAY,)
    (day,) = editions.on(reader, DAY)
    assert (day.entry_id, day.marks) == (new, Marks(read=True))
    row = editions.day_row(reader, DAY)
    assert row is not None
    assert (row.total, row.unread) == (1, 0)
    assert marks.place(reader, new) == Place(9)
    found = entries.entry(reader, old)
    assert found is not None
    assert found.row.id == new
    again = arrivals.apply(
        writer, plan("starter", [planned("s", "New words", kind="digest", id=old, edition=edition())])
    )
    assert again.updated == (old,)
    assert len(editions.on(reader, DAY)) == 1


@pytest.mark.parametrize(
    "other",
    [
        planned("r", "AI Daily — 05-12", kind="digest", day="2026-05-13", edition=edition(day="2026-05-13")),
        planned("r", kind="social", url="https://blog.example/05-12", edition=edition(day="2026-05-13")),
        planned("r", "AI Daily — 05-13", kind="digest", edition=edition(day="2026-05-13")),
    ],
)
def test_the_starter_does_not_give_way_to_something_else(
    writer: Database, reader: sqlite3.Connection, other: object
) -> None:
    starter(writer)
    arrivals.apply(writer, plan("daily", [other]))  # type: ignore[list-item]
    assert [row.day for row in editions.days(reader)] == [DAY, "2026-05-13"]


def test_a_title_without_letters_is_nobodys(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("starter", [planned("s", "★", kind="essay", url="")]))
    arrivals.apply(writer, plan("essays", [planned("r", "…", kind="essay", url="")]))
    assert entries.essay_count(reader) == (2, 2)


def test_the_starter_comes_after_the_real_one(writer: Database, reader: sqlite3.Connection) -> None:
    real = planned("r", kind="digest", url="https://blog.example/05-12", edition=edition())
    (new,) = arrivals.apply(writer, plan("daily", [real])).new
    old = starter(writer)
    assert [day.entry_id for day in editions.on(reader, DAY)] == [new]
    row = entries.row(reader, old)
    assert row is not None
    assert row.id == new


def test_a_story_about_it_is_not_what_the_starter_waits_for(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("r", kind="social", url="https://blog.example/05-12")]))
    old = starter(writer)
    assert [day.entry_id for day in editions.on(reader, DAY)] == [old]


def test_marks_of_the_successor_are_kept(writer: Database, reader: sqlite3.Connection) -> None:
    old = starter(writer)
    marks.set_marks(writer, [old], read=True, starred=True, now=NOW)
    arrivals.apply(
        writer, plan("daily", [planned("r", kind="digest", url="https://other.example/", edition=edition())])
    )
    new = ids(reader)["Title of r"]
    marks.set_marks(writer, [new], read=True, now=NOW + 7)
    marks.save_place(writer, new, Place(1), NOW)
    marks.save_place(writer, old, Place(2), NOW)
    update = planned("r", kind="digest", url="https://blog.example/05-12", id=new, edition=edition())
    arrivals.apply(writer, plan("daily", [update]))
    stored = reader.execute("SELECT read_at, starred_at FROM marks WHERE entry_id = ?", (new,)).fetchall()
    assert stored == [(NOW + 7, NOW)]
    assert marks.place(reader, new) == Place(1)


def test_a_stub_of_the_starter_of_the_real_one_is_one_entry(
    writer: Database, reader: sqlite3.Connection
) -> None:
    link = "https://blog.example/essay"
    arrivals.apply(
        writer, plan("daily", [planned("d", kind="digest", edition=edition(("article", [item("e", link)])))])
    )
    stub = editions.on(reader, DAY)[0].sections[0].items[0].entry_id
    marks.set_marks(writer, [stub], starred=True, now=NOW)
    (middle,) = arrivals.apply(
        writer, plan("starter", [planned("s", kind="essay", url=link, body="Short.")])
    ).new
    (last,) = arrivals.apply(writer, plan("essays", [planned("r", kind="essay", url=link, body="Long.")])).new
    for id_ in (stub, middle, last):
        row = entries.row(reader, id_)
        assert row is not None
        assert (row.id, row.marks.starred) == (last, True)
    assert editions.on(reader, DAY)[0].sections[0].items[0].entry_id == last
    assert entries.essay_count(reader) == (1, 1)


# -- finding


def test_finding_by_id_or_address(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(
        writer,
        plan(
            "news", [planned("a", url="https://a.example/p?x=1"), planned("b", url="http://a.example/p/?x=1")]
        ),
    )

    def found(what: str) -> int | None:
        entry = entries.find(reader, what)
        return entry.row.id if entry else None

    assert [found(what) for what in ("1", " 2 ", "3", str(10**30), "-1", "", "nothing", "١")] == [1, 2] + [
        None
    ] * 6
    assert found("https://a.example/p?x=1") == 1
    assert found("http://a.example/p/?x=1") == 2
    assert found("https://www.a.example/p/?x=1&utm_source=y#top") == 1


# -- the list of essays


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_page_of_the_essays_is_a_piece_of_one_list(
    writer: Database, reader: sqlite3.Connection, data: st.DataObject
) -> None:
    with writer.conn:
        writer.execute("DELETE FROM entries")
    moments = st.integers(NOW - 40 * 86400, NOW) | st.sampled_from([NOW, NOW // 604800 * 604800])
    times = data.draw(st.lists(moments, max_size=40))
    found = [planned(str(n), kind="essay", time=time) for n, time in enumerate(times)]
    arrivals.apply(writer, plan("essays", found))
    whole = [
        id_
        for (id_,) in reader.execute(
            "SELECT id FROM entries WHERE kind = 'essay' ORDER BY sort_time DESC, id DESC"
        )
    ]
    limit = data.draw(st.integers(1, 9))
    for offset in range(len(times) + 12):
        page = [row.id for row in entries.essays(reader, offset=offset, limit=limit)]
        assert page == whole[offset : offset + limit]
    assert [entries.essay_position(reader, id_) for id_ in whole] == list(range(len(whole)))
    assert entries.essay_count(reader) == (len(times), len(times))


def test_an_essay_that_is_not_in_the_list_has_no_position(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    assert entries.essay_position(reader, 1) is None
    assert entries.essay_position(reader, 99) is None
    assert entries.row(reader, 99) is None
    assert entries.entry(reader, 99) is None
    with pytest.raises(ValueError, match="negative"):
        entries.essays(reader, offset=-1, limit=5)
