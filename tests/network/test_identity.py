"""E01 to E11, D-1 to D-6: what is one entry, over real servers and a real library, as the reader sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from email.utils import formatdate
from html import escape
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from sqlite_utils import Database

from techdash.config import Config, load
from techdash.errors import UsageError
from techdash.events import SourceDone
from techdash.feeds.client import Client, Limits
from techdash.feeds.decide import decide
from techdash.feeds.workers import WorkerPool
from techdash.models.entries import EntryRow, Place
from techdash.models.fetched import Fetched
from techdash.models.parsed import ParsedEntry, ParsedFeed
from techdash.models.plans import Plan
from techdash.models.sources import Source, SourceState, Subscription, Validators
from techdash.paths import Paths
from techdash.query import parse
from techdash.refresh import sync
from techdash.store import arrivals, counting, db, editions, entries, identity, marks, search, sources
from tests.network.feeds import gathered, home_with, rows
from tests.network.server import Server, answer

NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
DAY = 86_400
VISIT = 2 * DAY  # longer than a feed may ask to be left alone


class Post(Struct, frozen=True):
    """What a publisher says of one article; what is empty is left out."""

    title: str
    guid: str = ""
    link: str = ""
    at: int | None = NOW - 10 * DAY
    text: str = ""

    def xml(self) -> str:
        date = "" if self.at is None else formatdate(self.at, usegmt=True)
        said = [("title", self.title), ("guid", self.guid), ("link", self.link), ("pubDate", date)]
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said if value)
        return f"<item>{inside}<description>{self.text or f'The text of {self.title}.'}</description></item>"


def post(name: str, **more: Any) -> Post:
    said = {"title": f"On {name}", "guid": f"tag:{name}", "link": f"https://e.example/{name}"}
    return Post(**said | more)


def posts(number: int, prefix: str = "p", **more: Any) -> list[Post]:
    return [post(f"{prefix}{n}", at=NOW - n * DAY - DAY, **more) for n in range(number)]


def feed(*items: Post) -> bytes:
    listed = "".join(item.xml() for item in items)
    return f"<rss version='2.0'><channel><title>Essays</title>{listed}</channel></rss>".encode()


class _Lasting(WorkerPool):
    """Processes that last for all visits of a test."""

    async def aclose(self) -> None:
        pass

    async def end(self) -> None:
        await super().aclose()


class Reader:
    """Who reads one source of essays: each visit is a refresh two days after the last."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.paths: Paths = home_with(folder, server.url("/feed"), kind="essay")
        self.config = Config(time_zone="UTC")
        self.now = NOW - VISIT
        self.workers = _Lasting(size=1)
        self._server = server

    async def sees(self, *items: Post) -> SourceDone:
        """Refresh while the feed says this."""
        return await self.gets(answer(body=feed(*items)))

    async def gets(self, said: bytes, later: int = VISIT) -> SourceDone:
        self._server.say("/feed", said)
        self.now += later
        before = self.kept()
        done, _ = await gathered(
            sync(
                self.paths,
                self.config,
                now=lambda: self.now,
                open_client=lambda: Client(Limits(total=10.0, connect=5.0, read=2.0)),
                open_workers=lambda _: self.workers,
            )
        )
        # I2, I4: whatever came, the library is sound and what the reader did is as it was.
        assert rows(self.paths, "PRAGMA quick_check") == [("ok",)]
        assert rows(self.paths, "PRAGMA foreign_key_check") == []
        with self._library() as conn:
            assert counting.counts_are_right(conn)
        assert before in (self.kept(), [])
        return done["s0"]

    def kept(self) -> list[Any]:
        if not self.paths.library.exists():
            return []
        return [rows(self.paths, f"SELECT * FROM {name} ORDER BY 1") for name in ("marks", "places")]

    def shown(self) -> list[EntryRow]:
        with self._library() as conn:
            return entries.essays(conn, offset=0, limit=100)

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.shown()]

    @property
    def read(self) -> set[str]:
        return {row.title for row in self.shown() if row.marks.read}

    @property
    def counts(self) -> tuple[int, int]:
        """How many essays, and how many unread."""
        with self._library() as conn:
            return entries.essay_count(conn)

    @property
    def ids(self) -> dict[str, int]:
        return {row.title: row.id for row in self.shown()}

    def text(self, title: str) -> str:
        with self._library() as conn:
            found = entries.entry(conn, self.ids[title])
        assert found is not None
        return found.body or found.summary

    @property
    def keys(self) -> list[str]:
        return [key for (key,) in rows(self.paths, "SELECT key FROM entries ORDER BY id")]

    def mark(self, *titles: str, **flags: bool) -> None:
        ids = self.ids
        with closing(db.connect_writer(self.paths.library)) as writer:
            marks.set_marks(writer, [ids[title] for title in titles], now=self.now, **flags)

    def begin(self, title: str) -> None:
        with closing(db.connect_writer(self.paths.library)) as writer:
            marks.save_place(writer, self.ids[title], Place(120, "words", 0.4), self.now)

    def rewritten(self, title: str, times: int) -> None:
        """As if the text had been rewritten so often."""
        with closing(db.connect_writer(self.paths.library)) as writer, db.writing(writer):
            db.upsert(writer, "rewrites", {"entry_id": self.ids[title], "times": times}, "entry_id")

    @property
    def note(self) -> str:
        with self._library() as conn:
            (found,) = (one for one in sources.subscriptions(conn) if one.source.id == "s0")
        return found.state.note

    def _library(self) -> closing[sqlite3.Connection]:
        return closing(db.connect_reader(self.paths.library))


@pytest_asyncio.fixture
async def reader(server: Server, tmp_path: Path) -> AsyncIterator[Reader]:
    one = Reader(tmp_path / "home", server)
    yield one
    await one.workers.end()


async def test_e01_what_has_no_id_is_known_by_its_address(reader: Reader) -> None:
    done = await reader.sees(post("a", guid=""), post("b", guid=""))
    assert done.new == 2
    assert sorted(reader.keys) == ["https://e.example/a", "https://e.example/b"]
    reader.mark("On a", read=True)
    done = await reader.sees(
        post("b", guid="", link="http://www.e.example/b/?utm_source=rss"),
        post("a", guid="", text="New words."),
    )
    assert (done.new, reader.counts, reader.read) == (0, (2, 1), {"On a"})
    # Ids come up: they are the same entries.
    done = await reader.sees(post("a"), post("b", at=NOW))
    assert (done.new, reader.counts, reader.read) == (0, (2, 1), {"On a"})
    assert sorted(reader.keys) == ["tag:a", "tag:b"]


async def test_e02_what_has_neither_is_known_by_what_it_says(reader: Reader) -> None:
    bare = {"guid": "", "link": ""}
    assert (await reader.sees(post("a", **bare), post("b", at=None, **bare))).new == 2
    assert all(key.startswith("sha256:") for key in reader.keys)
    reader.mark("On a", read=True)
    done = await reader.sees(post("b", at=None, **bare), post("a", **bare))
    assert (done.new, done.updated) == (0, 0)
    # Where it is dated an edit is seen as one.
    done = await reader.sees(post("a", text="Other words.", **bare), post("b", at=None, **bare))
    assert (done.new, reader.counts, reader.read) == (0, (2, 1), {"On a"})
    assert reader.text("On a") == "Other words."


async def test_e03_one_id_for_all_keeps_all(reader: Reader) -> None:
    same = [post(name, guid="same") for name in "abc"]
    assert (await reader.sees(same[0])).new == 1
    reader.mark("On a", read=True)
    ids = reader.ids
    for listed in (same, same[::-1], same[1:], same[2:], same, same[:2]):
        await reader.sees(*listed)
        assert set(reader.titles) >= {item.title for item in listed}
        assert reader.read == {"On a"}
    assert (reader.counts, reader.ids["On a"]) == ((3, 2), ids["On a"])


async def test_e04_what_stands_there_twice_is_one(reader: Reader) -> None:
    done = await reader.sees(post("a"), post("b"), post("a"), post("a", text="Later words."))
    assert (done.new, reader.counts) == (2, (2, 2))
    assert reader.text("On a") == "The text of On a."  # the first counts
    assert (await reader.sees(post("b"), post("a"), post("a"))).new == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"guid": "http://e.example/a"}, {"guid": "https://e.example/a"}),
        ({"guid": "https://e.example/a"}, {"guid": "https://www.e.example/a"}),
        ({"guid": "https://e.example/a"}, {"guid": "https://e.example/a?utm_source=rss&utm_medium=feed"}),
        ({}, {"guid": "urn:uuid:1", "link": "http://www.e.example/a?utm_campaign=x"}),
        ({}, {"guid": ""}),
        ({"at": None}, {"at": None, "guid": "4711"}),
        ({}, {"guid": "4711", "title": "On a, corrected"}),
    ],
)
async def test_e05_d2_an_id_that_changes_its_spelling_makes_nothing_new(
    reader: Reader, before: dict[str, Any], after: dict[str, Any]
) -> None:
    await reader.sees(post("a", **before), post("b"), post("c"))
    reader.mark("On a", read=True)
    reader.mark("On a", starred=True)
    reader.begin("On a")
    id_ = reader.ids["On a"]
    done = await reader.sees(post("b"), replace(post("a"), **after), post("c"))
    assert (done.new, reader.counts) == (0, (3, 2))
    row = next(row for row in reader.shown() if row.id == id_)
    assert (row.marks.read, row.marks.starred, row.progress) == (True, True, 0.4)
    assert reader.keys[id_ - 1] != "tag:a"
    assert (await reader.sees(post("b"), replace(post("a"), **after))).new == 0
    # It was named once: the next of this source is told apart from it.
    done = await reader.sees(replace(post("a"), **after), post("b"), post("d"))
    assert (done.new, reader.counts) == (1, (4, 3))


async def test_e05_a_pair_stays_a_pair(reader: Reader) -> None:
    text = "<p>一个足够长的中文段落，讲的是同一件事。</p>"
    both = [post("en/x", text="The same thing."), post("zh/x", title="中文", text=text)]
    await reader.sees(*both)
    assert (reader.counts, len(reader.shown())) == ((1, 1), 1)
    reader.mark(reader.titles[0], read=True)
    done = await reader.sees(*(replace(each, guid=f"urn:{n}") for n, each in enumerate(both)))
    assert (done.new, reader.counts) == (0, (1, 0))
    assert reader.shown()[0].other is not None


@pytest.mark.parametrize(
    "changed",
    [{"guid": "https://new.example/?p={}"}, {"guid": "urn:{}", "link": "https://new.example/post/{}"}],
    ids=["ids", "ids and addresses"],
)
async def test_e06_d3_all_ids_change_at_once(reader: Reader, changed: dict[str, str]) -> None:
    before = posts(30)
    await reader.sees(*before)
    read = {item.title for item in before[::3]}
    reader.mark(*read, read=True)
    reader.begin(before[1].title)
    ids = reader.ids
    after = [
        replace(item, **{name: value.format(n) for name, value in changed.items()})
        for n, item in enumerate(before)
    ]
    fresh = post("fresh", at=NOW)
    done = await reader.sees(fresh, *after[:29])
    assert (done.new, reader.counts, reader.read) == (1, (31, 21), read)
    assert reader.ids == ids | {fresh.title: 31}
    assert reader.note == "29 entries have new ids here; they were recognised and stay as they were"
    done = await reader.sees(*after[1:29])
    assert (done.new, done.updated, reader.counts, reader.note) == (0, 0, (31, 21), "")


async def test_d3_a_feed_that_is_new_throughout_is_new(reader: Reader) -> None:
    await reader.sees(*posts(12, "old"))
    assert (await reader.sees(*posts(12, "new"))).new == 12
    assert (reader.counts, reader.note) == ((24, 24), "")


async def test_e07_an_id_given_away_anew_brings_a_new_entry(reader: Reader) -> None:
    old = post("a", guid="1", at=NOW - 200 * DAY)
    await reader.sees(old, post("b", guid="2"))
    reader.mark("On a", read=True)
    new = post("c", guid="1", at=NOW)
    done = await reader.sees(new, post("b", guid="2"))
    assert (done.new, reader.counts, reader.read) == (1, (3, 2), {"On a"})
    assert reader.titles == ["On c", "On b", "On a"]
    assert sorted(reader.keys) == ["1", "1|https://e.example/a", "2"]
    done = await reader.sees(new, post("b", guid="2"), post("d"))
    assert (done.new, done.updated) == (1, 0)


async def test_e07_numbers_by_place_in_the_list_follow_their_articles(reader: Reader) -> None:
    articles = posts(8)[::-1]
    await reader.sees(articles[0])
    for newest in range(1, 8):
        reader.mark(articles[newest - 1].title, read=True)
        listed = [
            replace(each, guid=str(place))
            for place, each in enumerate(articles[max(0, newest - 3) : newest + 1][::-1])
        ]
        done = await reader.sees(*listed)
        assert (done.new, reader.counts) == (1, (newest + 1, 1))
        assert reader.titles[0] == articles[newest].title
    assert reader.titles == [each.title for each in articles[::-1]]


async def test_the_bulletins_of_a_station_are_many(reader: Reader) -> None:
    """One title, one address, an id each."""
    for hour in range(5):
        bulletin = Post("The news", f"id-{hour}", "https://radio.example/news", NOW - DAY + hour * 3600)
        assert (await reader.sees(bulletin)).new == 1
        reader.mark(*reader.titles, read=True)
    # Five entries, one story: who has read one has read them all.
    assert reader.counts == (5, 0)


async def test_e08_d4_edits_show_and_make_nothing_unread(reader: Reader) -> None:
    await reader.sees(post("a"), post("b"))
    reader.mark("On a", read=True)
    for edit in (1, 2, 24, 25, 26):
        if edit == 24:
            reader.rewritten("On a", 23)
        done = await reader.sees(post("a", text=f"Edit {edit}."), post("b"))
        assert (done.new, done.updated, reader.counts, reader.read) == (0, edit <= 24, (2, 1), {"On a"})
        assert reader.text("On a") == f"Edit {min(edit, 24)}."
    assert rows(reader.paths, "SELECT entry_id, times FROM rewrites") == [(reader.ids["On a"], 24)]
    # A new title is another matter, and brings the text of the day.
    done = await reader.sees(post("a", title="On a, at last", text="Edit 27."), post("b"))
    assert (done.updated, reader.text("On a, at last"), reader.counts) == (1, "Edit 27.", (2, 1))


async def test_e08_the_readers_own_files_are_always_read_anew(reader: Reader, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    reader.paths = home_with(tmp_path / "home", str(folder), kind="essay")
    for edit in (1, 2, 3):
        (folder / "a.md").write_text(f"---\ntitle: On a\ndate: 2026-05-11\n---\n\nEdit {edit}.\n")
        await reader.gets(b"")
        assert f"Edit {edit}." in reader.text("On a")
        reader.rewritten("On a", 24)


async def test_e09_what_drops_out_of_the_feed_stays(reader: Reader) -> None:
    await reader.sees(*posts(20))
    reader.mark("On p19", read=True)
    done = await reader.sees(*posts(3))
    assert (done.new, done.updated, reader.counts, reader.read) == (0, 0, (20, 19), {"On p19"})


async def test_e10_d5_what_is_older_than_kept_goes_and_stays_away(reader: Reader) -> None:
    listed = [post(f"p{n}", at=NOW - n * 10 * DAY, text=f"Words {n}") for n in range(10)]
    await reader.sees(*listed)
    reader.mark("On p9", starred=True)
    reader.mark("On p8", later=True)
    reader.begin("On p7")
    reader.mark("On p6", read=True)
    reader.config = Config(time_zone="UTC", keep_days=30)
    await reader.gets(answer(body=feed(*listed)))
    assert reader.counts == (10, 9)  # it came two days ago: nobody had the time to read it
    await reader.gets(answer(body=feed(*listed, post("late"))), 30 * DAY)
    kept = ["On late", "On p7", "On p8", "On p9"]
    assert sorted(reader.titles) == sorted(kept)
    assert reader.counts == (4, 4)
    with closing(db.connect_reader(reader.paths.library)) as conn:
        assert {hit.title for hit in search.search(conn, parse("words"))} == {"On p7", "On p8", "On p9"}
        assert sum(day.total for day in editions.days(conn)) == 4
    # The document as it was, in another order, under other ids.
    for again in (
        feed(*listed[::-1]),
        feed(*(replace(each, guid=f"urn:{each.guid}") for each in listed)),
        feed(*(replace(each, guid="", link=f"http://www.e.example/{n}/") for n, each in enumerate(listed))),
    ):
        await reader.gets(answer(body=again))
        assert not set(reader.titles) - set(kept)
    reader.config = Config(time_zone="UTC")
    done = await reader.gets(answer(body=feed(*listed, post("z", at=reader.now))))
    assert (done.new, set(reader.titles) - set(kept)) == (1, {"On z"})


async def test_e10_a_source_that_comes_back_brings_what_was_there_and_nothing_that_went(
    reader: Reader, server: Server
) -> None:
    listed = [post("new", at=NOW + 20 * DAY), post("old", at=NOW - 50 * DAY)]
    reader.paths.config.write_text('time_zone = "UTC"\nkeep_days = 30\n')
    reader.config = load(reader.paths.config)
    await reader.sees(*listed)
    reader.mark("On new", read=True)
    await reader.gets(answer(body=feed(*listed, post("b", at=NOW + 31 * DAY))), 31 * DAY)
    id_ = reader.ids["On new"]
    with closing(db.connect_writer(reader.paths.library)) as writer:
        sources.remove(writer, "s0")
        assert entries.essay_count(writer.conn) == (0, 0)
        again = Source("again", server.url("/feed"), "essay", "Essays")
        assert sources.subscribe(writer, again, reader.now).id == "s0"
    assert (reader.titles, reader.ids["On new"], reader.read) == (["On b", "On new"], id_, {"On new"})
    done = await reader.sees(*listed)
    assert (done.new, reader.titles) == (0, ["On b", "On new"])


@pytest.mark.parametrize("wrong", ["-1", "true", '"a month"', "99999999"])
def test_e10_a_wrong_number_of_days_is_said_and_removes_nothing(tmp_path: Path, wrong: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"keep_days = {wrong}\n")
    with pytest.raises(UsageError, match="keep_days"):
        load(config)


async def test_e10_keeping_all_removes_nothing(reader: Reader) -> None:
    await reader.sees(*(post(f"p{n}", at=NOW - n * 400 * DAY) for n in range(10)))
    await reader.gets(answer(body=feed()), 3000 * DAY)
    assert reader.counts == (10, 10)
    assert rows(reader.paths, "SELECT count(*) FROM tombstones") == [(0,)]


MAINTENANCE = b"<!doctype html><title>Maintenance</title><p>We are back soon.</p>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (feed(), "unchanged"),
        (b"<rss version='2.0'></rss>", "unchanged"),
        (MAINTENANCE, "failed"),
        (b"", "failed"),
        (b"<rss version='2.0'><channel><item><title>On", None),
        (b"\x00\x01\x02" * 999, "failed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}', "unchanged"),
    ],
    ids=["no items", "no channel", "html", "empty", "cut", "no text", "json"],
)
async def test_e11_d6_an_answer_without_entries_deletes_nothing(
    reader: Reader, body: bytes, status: str | None
) -> None:
    await reader.sees(*posts(5))
    reader.mark("On p3", read=True)
    reader.config = Config(time_zone="UTC", keep_days=30)
    before = rows(reader.paths, "SELECT * FROM entries ORDER BY id")
    done = await reader.gets(answer(headers=[("Content-Type", "text/html")], body=body))
    if status:
        assert (done.status, done.new) == (status, 0)
        assert rows(reader.paths, "SELECT * FROM entries ORDER BY id") == before
    assert set(reader.titles) >= {item.title for item in posts(5)}
    assert reader.read == {"On p3"}
    # And what comes after is known.
    done = await reader.gets(answer(body=feed(*posts(6))))
    assert (done.new, reader.read) == (1, {"On p3"})


# -- whatever comes, in whatever order


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(db.connect_writer(tmp_path_factory.mktemp("identity") / "library.db")) as writer:
        writer.execute("PRAGMA synchronous = OFF")
        yield writer


ENTRY = st.builds(
    ParsedEntry,
    key=st.sampled_from(["1", "2", "3", "g", "g|https://e.example/a", "https://e.example/a", "sha256:1"]),
    url=st.sampled_from(["", "https://e.example/a", "http://www.e.example/a/", "https://e.example/b"]),
    title=st.sampled_from(["One", "one!", "Two", "Three"]),
    published=st.sampled_from([None, NOW - 100 * DAY, NOW - DAY, NOW]),
    body=st.sampled_from(["", "x", "y"]),
)
DOCUMENT = st.lists(ENTRY, max_size=5, unique_by=lambda one: one.key).map(tuple)
# Long enough for the brake, where a site moves as a whole.
MOVES = st.tuples(st.sampled_from(["", "m"]), st.integers(10, 14)).map(
    lambda how: tuple(
        ParsedEntry(f"{how[0]}{n}", f"Title {n}", f"https://{how[0]}.example/{n}", published=NOW - n)
        for n in range(how[1])
    )
)
HISTORY = st.lists(st.tuples(DOCUMENT | MOVES, st.sampled_from([1, 50 * DAY]), st.booleans()), max_size=5)


def carried_out(writer: Database, source_id: str, found: Sequence[ParsedEntry], now: int) -> Plan:
    url = f"https://{source_id}.example/feed"
    known, removed = identity.recognised(writer.conn, source_id, found)
    assert not removed
    plan = decide(
        Subscription(Source(source_id, url, "essay", "E"), SourceState("ok")),
        Fetched(url, url, b"", validators=Validators(b"x")),
        ParsedFeed("rss20", entries=tuple(found)),
        known,
        now,
        lambda moment: f"2026-05-{moment // DAY % 28 + 1:02}",
    )
    arrivals.apply(writer, plan)
    return plan


@given(history=HISTORY)
@settings(max_examples=60, deadline=None)
def test_plans_converge_whatever_came_before(
    library: Database, history: list[tuple[tuple[ParsedEntry, ...], int, bool]]
) -> None:
    count = library.execute("SELECT count(*) FROM sources").fetchone()[0]
    source_id = f"s{count}"
    sources.subscribe(library, Source(source_id, f"https://{source_id}.example/feed", "essay", "E"), NOW)
    now = NOW

    def stored() -> dict[int, str]:
        found = library.execute("SELECT id, key FROM entries WHERE source_id = ?", [source_id])
        return dict(found.fetchall())

    for document, later, is_read in history:
        now += later
        before, marked = stored(), library.execute("SELECT * FROM marks").fetchall()
        plan = carried_out(library, source_id, document, now)
        after = stored()
        # Nothing went, nothing changed its row, and what is new is what was said to be.
        assert before.keys() <= after.keys()
        assert len(after) - len(before) == sum(one.id is None for one in plan.entries)
        assert library.execute("SELECT * FROM marks").fetchall() == marked
        # Every entry of the document is there under its key.
        assert {one.key for one in document} <= set(after.values())
        again = carried_out(library, source_id, document[::-1], now + 1)
        assert (again.entries, again.rekeyed) == ((), ())
        if is_read:
            marks.set_marks(library, after, read=True, now=now)
    assert counting.counts_are_right(library.conn)


def test_e08_d4_a_text_is_rewritten_24_times(library: Database) -> None:
    sources.subscribe(library, Source("e08", "https://e08.example/feed", "essay", "E"), NOW)
    entry = ParsedEntry("a", "On a", "https://e.example/a", published=NOW)
    carried_out(library, "e08", [entry], NOW)
    written = [
        len(carried_out(library, "e08", [replace(entry, body=f"Edit {edit}.")], NOW + edit).entries)
        for edit in range(30)
    ]
    assert written == [1] * 24 + [0] * 6
    changed = library.execute("SELECT changed_at FROM entries WHERE source_id = 'e08'").fetchall()
    assert changed == [(NOW + 23,)]


@given(number=st.integers(10, 30), order=st.randoms(use_true_random=False), dated=st.booleans())
@settings(max_examples=25, deadline=None)
def test_d3_a_migration_keeps_every_row(library: Database, number: int, order: Any, dated: bool) -> None:
    count = library.execute("SELECT count(*) FROM sources").fetchone()[0]
    source_id = f"s{count}"
    sources.subscribe(library, Source(source_id, f"https://{source_id}.example/feed", "essay", "E"), NOW)
    old = [
        ParsedEntry(f"k{n}", f"Title {n}", f"https://old.example/{n}", published=NOW - n if dated else None)
        for n in range(number)
    ]
    carried_out(library, source_id, old, NOW)
    sql = "SELECT title, id FROM entries WHERE source_id = ?"
    ids = dict(library.execute(sql, [source_id]).fetchall())
    new = [replace(one, key=f"new-{one.key}", url=f"https://new.example/{one.key}") for one in old]
    order.shuffle(new)
    plan = carried_out(library, source_id, new, NOW + DAY)
    assert dict(library.execute(sql, [source_id]).fetchall()) == ids
    assert {one.id for one in plan.entries} == set(ids.values())
    assert f"{number} entries have new ids" in plan.state.note
