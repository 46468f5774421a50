"""Fourteen days with fifty hosts: what a polite reader asks, judged by what its servers saw.

Real are the refresh, what it decides and when, the library (SQLite, on disk), the client with its turns and
its limits, and the code that parses. Scripted are the transport beneath the client, with the servers behind
it, and time. Cron starts a refresh each minute; in most of the minutes in which the library says that nothing
is due it is taken at its word, for a run would only find the same. A window is opened and closed at random,
also in the middle of a refresh, and its reader presses keys. Rules and values: reliability.md, 5.2 and 5.4.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise

import pytest

from techdash import refresh, starter
from techdash.config import Config
from techdash.errors import AlreadyRefreshing
from techdash.events import SourceDone
from techdash.models.sources import Source
from techdash.paths import Paths, find
from techdash.store import db, sources
from tests.network import web_of_50 as web
from tests.network.web_of_50 import DAY, HOUR, MINUTE, START, Asked, Feed, Loop, Web

DAYS = 14
END = START + DAYS * DAY
SEED = 20260512
CONFIG = Config(time_zone="UTC")
OFFLINE = [(START + 3.4 * DAY, START + 3.6 * DAY), (START + 9.1 * DAY, START + 9.2 * DAY)]
RETRY_429 = web.status(429, (b"Retry-After", b"5400"))


def feeds() -> list[Feed]:
    """Fifty hosts. The first six publish all day; the others are what else there is on the web."""
    chance = random.Random(SEED)
    found: list[Feed] = []

    def add(
        host: str, say: web.Say = web.well, path: str = "feed", mean: float = 30 * HOUR, **more: object
    ) -> Feed:
        feed = Feed(f"https://{host}/{path}", say, web.posts(chance, END, mean), **more)  # type: ignore[arg-type]
        found.append(feed)
        return feed

    shapes = ("{}", '"é{}"', '"\x01{}"', 'W/"a,b {}"')
    for number, etag in enumerate(shapes):
        add(f"active{number}.example", mean=4 * HOUR, etag=etag, dated=number % 2 == 0)
    add("active4.example", mean=4 * HOUR, etag="")
    add("active5.example", web.lying, mean=4 * HOUR)
    # hints
    day = (b"Cache-Control", b"max-age=86400")
    half, later = (b"Cache-Control", b"max-age=43200"), (b"Cache-Control", b"public, max-age=21600")
    for number in range(16):
        add(f"cached{number}.example", extra=(half if number % 2 else day,))
    add("years.example", extra=((b"Cache-Control", b"max-age=504921600"),))
    add("ttl.example", channel="<ttl>300</ttl>")
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(7))
    add("hours.example", channel=f"<ttl>120</ttl><skipHours>{hours}</skipHours>")
    add("days.example", channel="<ttl>120</ttl><skipDays><day>Saturday</day><day>Sunday</day></skipDays>")
    # without validators
    for number in range(3):
        add(f"bare{number}.example", web.bare)
    add("always304.example", web.always_304, extra=((b"Cache-Control", b"max-age=7200"),))
    # that want to be left alone
    busy = web.in_turn(*[web.well] * 6, RETRY_429)
    for number in range(3):
        add("busy.example", busy, f"feed{number}", extra=(later,))
    add("dated.example", web.in_turn(web.well, web.well, web.wait_by_date(5 * HOUR)), extra=(later,))
    add("headerless.example", web.in_turn(*[web.status(429)] * 5, web.well), extra=(half,))
    add("overloaded.example", web.in_turn(web.status(503), web.well, web.well), extra=(later,))
    for number in range(2):
        add(
            "10.0.0.5",
            web.in_turn(RETRY_429, web.well, web.well) if number else web.well,
            f"feed{number}",
            extra=(later,),
        )
    # in trouble
    add("broken.example", web.status(500))
    add("html.example", web.status(200, body=b"<html><body>Maintenance</body></html>"))
    add("missing.example", web.status(404))
    add("forbidden.example", web.status(403))
    add("silent.example", web.silent)
    add("refused.example", web.refused)
    add("gone.example", web.status(410))
    add("blinked.example", web.once(web.status(410), web.well), extra=(half,))
    # that lead elsewhere
    new = add("new.example", extra=(half,))
    for name, code, target in (
        ("moved", 301, new.url),
        ("for-now", 302, "https://elsewhere.example/feed"),
        ("twin", 308, "https://cached0.example/feed"),
        ("lost", 301, "https://portal.example/login"),
        ("to-busy", 302, "https://busy.example/led"),
    ):
        add(f"{name}.example", web.status(code, (b"Location", target.encode())))
    add("elsewhere.example", extra=(half,))
    add("portal.example", web.status(200, body=b"<html><body>Sign in</body></html>"), "login")
    add("busy.example", busy, "led", extra=(later,))
    # one server with many
    for number in range(11):
        add("many.example", path=f"feed{number}", extra=(day,))
    return found


# Where redirects lead: the last is subscribed to as well, and so asked by two.
_LED_TO = tuple(f"https://{name}/feed" for name in ("new.example", "elsewhere.example"))
_LED_TO += ("https://portal.example/login", "https://busy.example/led", "https://cached0.example/feed")


@dataclass
class Story:
    """What happened: the servers' log, and the library at the end."""

    web: Web
    paths: Paths
    done: list[tuple[float, SourceDone]]
    started: dict[str, int]
    reader: sqlite3.Connection | None = None

    def of(self, url: str) -> list[Asked]:
        return [asked for asked in self.web.log if asked.url == url]

    def answered(self) -> dict[str, list[Asked]]:
        """By address, what the reader stayed for."""
        found = defaultdict(list)
        for asked in self.web.log:
            if asked.status:
                found[asked.url].append(asked)
        return found

    def by_one(self) -> dict[str, list[Asked]]:
        """The same, without the address that two sources ask."""
        return {url: log for url, log in self.answered().items() if url != _LED_TO[-1]}

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(db.connect_reader(self.paths.library)) as conn:
            return db.rows(conn, sql)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    paths = find(str(tmp_path_factory.mktemp("fortnight")))
    everything = feeds()
    catalogue = [
        Source(f"s{number}", feed.url, "article", feed.host, full_text="feed")
        for number, feed in enumerate(everything)
        if feed.url not in _LED_TO[:-1]
    ]
    with pytest.MonkeyPatch.context() as patch:
        # Not read from its files, nor compared with the library, at each of many thousand runs.
        runs = count()
        patch.setattr(starter, "catalogue", lambda paths: catalogue if next(runs) % 50 == 0 else [])
        patch.setattr(refresh, "ThreadPoolExecutor", web.Inline)
        loop = Loop()
        told = Story(Web(loop, everything, OFFLINE), paths, [], defaultdict(int))
        patch.setattr(random, "shuffle", random.Random(SEED).shuffle)
        patch.setattr(random, "sample", random.Random(SEED).sample)
        try:
            loop.run_until_complete(_fortnight(told))
        finally:
            loop.close()
    return told


async def _fortnight(story: Story) -> None:
    tasks = [asyncio.create_task(_cron(story)), asyncio.create_task(_reader(story))]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()


async def _run(story: Story, who: str, *, only: tuple[str, ...] = (), force: bool = False) -> None:
    """One refresh, as its command line would start it."""
    loop = story.web.loop
    story.started[who] += 1
    running = refresh.sync(
        story.paths,
        CONFIG,
        force=force,
        only=only,
        now=loop.now,
        open_client=lambda: story.web.client(is_manual=force),
        open_workers=lambda log: web.Parser(),  # type: ignore[arg-type, return-value]
    )
    async with contextlib.aclosing(running):  # type: ignore[type-var]
        try:
            async for event in running:
                if isinstance(event, SourceDone):
                    story.done.append((loop.now(), event))
        except AlreadyRefreshing:
            story.started[f"{who}, and found another"] += 1


async def _cron(story: Story) -> None:
    loop, chance = story.web.loop, random.Random(SEED + 1)
    while loop.now() < END:
        if _due(story) <= loop.now() or chance.random() < 0.02:
            await _run(story, "cron")
        await asyncio.sleep(MINUTE - loop.time() % MINUTE)


def _due(story: Story) -> float:
    """When the library says that something is due."""
    if story.reader is None:
        if not story.paths.library.exists():
            return 0
        # Kept open, as a window keeps one: the last to close a library has its log to tidy up.
        story.reader = db.connect_reader(story.paths.library)
    return sources.next_due(story.reader) or 0


async def _reader(story: Story) -> None:
    """Opens the window now and then, and closes it, whatever it is doing just then."""
    chance = random.Random(SEED + 2)
    while True:
        await asyncio.sleep(chance.uniform(0.5, 7) * HOUR)
        window = asyncio.create_task(_window(story, chance), name="window")
        # Now and then only seconds after a refresh has begun.
        open_for = chance.choice([chance.uniform(0, 20), chance.uniform(1, 90) * MINUTE])
        try:
            await asyncio.wait([window], timeout=open_for)
            if window.done():
                window.result()
        finally:
            window.cancel()
            await asyncio.wait([window])


async def _window(story: Story, chance: random.Random) -> None:
    loop = story.web.loop
    while True:
        await _run(story, "window")
        due = min(HOUR, max(30.0, _due(story) - loop.now()))
        key = chance.uniform(0, 45 * MINUTE)
        await asyncio.sleep(min(due, key))
        if key < due:
            one = f"s{chance.randrange(60)}"
            with contextlib.suppress(refresh.UsageError):
                if chance.random() < 0.15:
                    await _run(story, "key R", force=True)
                else:
                    await _run(story, "key r", only=(one,), force=True)


# -- what the servers saw


def test_the_fortnight_was_as_full_as_it_says(story: Story) -> None:
    hosts = {asked.url.split("/")[2] for asked in story.web.log + story.web.knocks}
    assert len(hosts) >= 50
    assert story.started["cron"] > 3000
    assert min(story.started["window"], story.started["key r"]) > 30
    assert story.started["key R"] > 5
    assert sum(not asked.status for asked in story.web.log) > 5  # cut off in the middle
    assert {asked.status for asked in story.web.log} >= {
        200,
        301,
        302,
        304,
        308,
        403,
        404,
        410,
        429,
        500,
        503,
    }


def test_h9_nobody_is_asked_before_the_moment_it_named(story: Story) -> None:
    """Retry-After in both forms, and without one half an hour doubled to a day; for all of a public host."""
    until: dict[str, float] = {}
    unnamed: dict[str, int] = defaultdict(int)
    waits = 0
    for asked in sorted(story.web.log, key=lambda asked: asked.at):
        place = asked.url if "10.0.0.5" in asked.url else asked.url.split("/")[2]
        assert asked.at >= until.get(place, 0), (asked.url, asked.at - START, until[place] - START)
        if asked.status in (429, 503):
            value = dict(asked.reply.headers).get(b"Retry-After", b"")
            if value.isdigit():
                wait = int(value)
            elif value:
                wait = 5 * HOUR
            else:
                wait = min(30 * MINUTE << unnamed[asked.url], DAY)
                unnamed[asked.url] += 1
            answered = asked.at + asked.reply.after
            until[place] = max(until.get(place, 0), int(answered) + wait - 1)  # whole seconds
            waits += 1
        elif asked.status:
            unnamed[asked.url] = 0
    assert waits > 40


def test_q12_the_whole_is_asked_for_no_more_often_than_it_may(story: Story) -> None:
    """The first time, and after a week or so of 304; of who gives no validators once a day."""
    for url, log in story.by_one().items():
        given: tuple[bytes | None, bytes | None] = (None, None)
        last = 0.0
        answers = 0
        for asked in log:
            if asked.status in (200, 304) and _is_unconditional(asked):
                if given != (None, None):
                    assert asked.at - last >= 7 * DAY, (url, asked.at - START)
                elif answers >= 3 and not (asked.is_manual or "html" in url or "portal" in url):
                    assert asked.at - last >= DAY, (url, asked.at - START)
                last = asked.at
            if asked.status in (200, 304):
                answers += 1
                given = _given(asked, given)


def test_h7_who_says_304_for_ever_is_seen_through(story: Story) -> None:
    url = "https://always304.example/feed"
    wholes = [asked.at for asked in story.answered()[url] if asked.status == 200]
    assert len(wholes) == 2
    assert 7 * DAY <= wholes[1] - wholes[0] <= 9 * DAY + 4 * HOUR


def test_h6_validators_come_back_byte_for_byte(story: Story) -> None:
    conditional = 0
    for url, log in story.by_one().items():
        given: tuple[bytes | None, bytes | None] = (None, None)
        for asked in log:
            sent = asked.header(b"if-none-match"), asked.header(b"if-modified-since")
            if sent != (None, None):
                assert sent == given, url
                conditional += 1
            if asked.status in (200, 304):
                given = _given(asked, given)
    assert conditional > 1500


def test_q5_one_request_at_a_time_to_a_host_and_sixteen_in_all(story: Story) -> None:
    assert max(asked.most_here for asked in story.web.log) == 1
    assert max(asked.most_at_all for asked in story.web.log) == 16


def test_q5_requests_to_a_host_begin_a_second_apart(story: Story) -> None:
    by_host = defaultdict(list)
    for asked in story.web.log:
        by_host[asked.url.split("/")[2]].append(asked)
    for host, log in by_host.items():
        for before, after in pairwise(sorted(log, key=lambda asked: asked.at)):
            assert after.at - before.at >= 1 - 1e-6, (host, before.at - START, after.at - before.at)
    first = [asked.at for asked in by_host["many.example"] if asked.run == by_host["many.example"][0].run]
    assert len(first) == 11
    assert all(after - before >= 2 - 1e-6 for before, after in pairwise(first))


def test_h16_no_cookie_no_referer_and_an_honest_name(story: Story) -> None:
    for asked in story.web.log:
        names = {name.lower() for name, _ in asked.headers}
        assert not names & {b"cookie", b"referer", b"from"}
        assert (asked.header(b"user-agent") or b"").startswith(b"techdash/")
        assert asked.header(b"accept-encoding") == b"gzip"


def test_h12_what_is_gone_is_asked_twice_and_never_again(story: Story) -> None:
    first, *others = story.answered()["https://gone.example/feed"]
    assert [asked.at - first.at >= DAY for asked in others].count(True) == 1
    assert others[-1] == story.of("https://gone.example/feed")[-1]
    assert story.rows(
        "SELECT state FROM source_state JOIN sources ON id = source_id WHERE host = 'gone.example'"
    ) == [("gone",)]
    assert len(story.of("https://blinked.example/feed")) > 10


def test_no_feed_is_asked_more_than_24_times_a_day(story: Story) -> None:
    for url, log in story.answered().items():
        by_day: dict[int, int] = defaultdict(int)
        for asked in log:
            by_day[int((asked.at - START) // DAY)] += 1
        assert max(by_day.values()) <= 24, (url, by_day)


def test_q4_not_even_a_key_asks_twice_within_ten_minutes(story: Story) -> None:
    manual = 0
    for url, log in story.by_one().items():
        if url in _LED_TO:
            continue
        for before, after in pairwise(log):
            manual += after.is_manual
            least = 10 * MINUTE if after.is_manual else 30 * MINUTE
            answered = before.at + before.reply.after
            assert after.at - answered >= least - 2, (url, before.at - START, after.at - before.at)
    assert manual > 100


def test_h10_nobody_is_asked_before_its_answer_is_old(story: Story) -> None:
    floors = {"years": DAY, "ttl": 5 * HOUR, "hours": 2 * HOUR, "days": 2 * HOUR, "always304": 2 * HOUR}
    floors |= {f"cached{n}": (12 if n % 2 else 24) * HOUR for n in range(16)} | {"many": DAY}
    checked = 0
    for url, log in story.by_one().items():
        floor = floors.get(url.split("/")[2].partition(".")[0], HOUR)
        for before, after in pairwise(log):
            if before.status in (200, 304) and not after.is_manual and url not in _LED_TO:
                assert after.at - before.at >= floor - 2, (url, after.at - before.at)
                checked += floor > HOUR
    assert checked > 200


def test_h10_hours_and_days_that_a_feed_skips_are_skipped(story: Story) -> None:
    by_itself = [asked for asked in story.web.log if not asked.is_manual]
    hours = {datetime.fromtimestamp(it.at, UTC).hour for it in by_itself if "hours.example" in it.url}
    days = {datetime.fromtimestamp(it.at, UTC).weekday() for it in by_itself if "//days.example" in it.url}
    assert hours <= set(range(7, 24))
    assert len(hours) > 8
    assert days == {0, 1, 2, 3, 4}


def test_q7_q8_who_fails_is_asked_more_and_more_seldom(story: Story) -> None:
    firsts = {"broken": HOUR, "html": HOUR, "silent": HOUR, "refused": HOUR, "missing": DAY, "forbidden": DAY}
    for name, first in firsts.items():
        url = f"https://{name}.example/feed"
        # What the window left half-way was never heard to fail.
        log = [it for it in story.of(url) if it.status or it.took > 29]
        log += [it for it in story.web.knocks if it.url == url]
        longest = DAY if first == HOUR else 7 * DAY
        gaps = [
            (number, after.at - before.at)
            for number, (before, after) in enumerate(pairwise(log))
            if not after.is_manual
        ]
        assert gaps, name
        for number, gap in gaps:
            assert gap >= min(first << number, longest) - 2, (name, number, gap)


def test_h13_a_move_is_followed_after_two_looks_a_day_apart_and_only_to_the_same_feed(story: Story) -> None:
    old = story.of("https://moved.example/feed")
    assert old[-1].at - old[0].at >= DAY
    assert old[-1].at - old[0].at < 3 * DAY
    assert len(story.of("https://new.example/feed")) > len(old)
    urls = dict(story.rows("SELECT id, url FROM sources"))  # type: ignore[arg-type]
    moved = [url for url in urls.values() if url == "https://new.example/feed"]
    assert len(moved) == 1
    for host in ("for-now", "twin", "lost", "to-busy"):
        assert f"https://{host}.example/feed" in urls.values()
        assert story.of(f"https://{host}.example/feed")[-1].at > END - 8 * DAY
    (note,) = story.rows(
        "SELECT moved_note FROM source_state JOIN sources ON id = source_id WHERE host = 'twin.example'"
    )
    assert "is the address of cached0.example: remove one of the two" in str(note[0])


# -- and what the reader saw


def test_what_active_feeds_publish_is_seen_within_75_minutes(story: Story) -> None:
    seen: dict[str, float] = {
        str(key): float(at)  # type: ignore[arg-type]
        for key, at in story.rows("SELECT key, first_seen FROM entries")
    }
    delays = []
    for feed in story.web.feeds.values():
        if feed.host.startswith("active"):
            published = [at for at in feed.posts if START < at < END - 75 * MINUTE]
            assert len(published) > 40
            delays += [seen[f"{feed.host}-{int(at)}"] - at for at in published]
    delays.sort()
    assert delays[int(len(delays) * 0.95)] <= 75 * MINUTE
    assert delays[0] >= 0


def test_q14_being_offline_is_held_against_nobody(story: Story) -> None:
    at_fault = {
        event.url
        for at, event in story.done
        if any(begin <= at < end for begin, end in OFFLINE) and "looked up" in event.error
    }
    assert len(at_fault) > 5  # told
    for url in at_fault:
        if url.startswith("https://active"):
            back = min(asked.at for asked in story.of(url) if asked.at >= OFFLINE[0][1])
            assert back - OFFLINE[0][1] <= 10 * MINUTE
    assert story.rows(
        "SELECT DISTINCT failures FROM source_state JOIN sources ON id = source_id WHERE host LIKE 'active%'"
    ) == [(0,)]


def _is_unconditional(asked: Asked) -> bool:
    return asked.header(b"if-none-match") is None and asked.header(b"if-modified-since") is None


def _given(asked: Asked, before: tuple[bytes | None, bytes | None]) -> tuple[bytes | None, bytes | None]:
    """The validators that hold after an answer: a 200 replaces both, a 304 what it repeats."""
    said = dict(asked.reply.headers)
    found = said.get(b"ETag"), said.get(b"Last-Modified")
    return found if asked.status == 200 else (found[0] or before[0], found[1] or before[1])
