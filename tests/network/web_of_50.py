"""Fifty hosts that exist only in a transport: what each publishes and says, and all they were asked.

Time is the event loop's own, which leaps to the next timer instead of waiting for it.
"""

from __future__ import annotations

import asyncio
import random
import selectors
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from techdash.feeds import client, wire
from techdash.worker import answer

START = 1_778_580_000  # Tuesday, 2026-05-12, 10:00 UTC
MINUTE, HOUR, DAY = 60, 3600, 86400


# -- time


class _Leaping(selectors.SelectSelector):
    """Never waits: what the loop would wait, passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        assert timeout is not None, "everybody waits for what never comes"
        self.moment += max(timeout, 1e-6)
        return ready


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock leaps."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.moment

    def now(self) -> float:
        return START + self._leaping.moment


class Inline(ThreadPoolExecutor):
    """Threads that aren't: what they are given is done at once, so that a run is the same each time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # whoever waits gets it
            done.set_exception(error)
        return done


class Parser:
    """The worker's own code, without its process."""

    def start(self) -> None:
        """Nothing has to be started."""

    async def parse(self, job: wire.Job) -> bytes:
        return bytes(wire.encode_answer(answer(job))[wire.LENGTH.size :])

    async def aclose(self) -> None:
        """Nothing has to be ended."""


# -- the servers


@dataclass(frozen=True)
class Reply:
    """What a server says, and after how many seconds; ``broken`` is a connection that never stands."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    after: float = 0.2
    broken: bool = False


@dataclass
class Asked:
    """One request as its server saw it, and what it said; ``status`` 0 where the reader was gone before."""

    at: float
    url: str
    headers: list[tuple[bytes, bytes]]
    is_manual: bool
    run: int
    reply: Reply
    status: int = 0
    most_here: int = 0
    most_at_all: int = 0
    took: float = 0.0

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


Say = Callable[["Feed", "Asked", float], Reply]


@dataclass
class Feed:
    """One address: what it publishes and when, how it marks its versions, and how it answers."""

    url: str
    say: Say
    posts: list[float] = field(default_factory=list)
    etag: str = '"{}"'
    dated: bool = True
    extra: tuple[tuple[bytes, bytes], ...] = ()
    channel: str = ""
    count: int = 0

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def published(self, now: float) -> list[float]:
        return [at for at in self.posts if at <= now]

    def body(self, now: float) -> bytes:
        items = "".join(
            f"<item><title>Post {int(at)}</title><guid>{self.host}-{int(at)}</guid>"
            f"<link>https://posts.example/{self.host}/{int(at)}</link><pubDate>{date(at)}</pubDate>"
            f"<description>Words of {int(at)}.</description></item>"
            for at in self.published(now)[-1:-6:-1]
        )
        return (
            f"<rss version='2.0'><channel><title>{self.host}</title>{self.channel}{items}</channel></rss>"
        ).encode()

    def marks(self, now: float) -> tuple[tuple[bytes, bytes], ...]:
        newest = int(max(self.published(now), default=START))
        found = [(b"ETag", self.etag.format(newest).encode("latin-1"))] * bool(self.etag)
        found += [(b"Last-Modified", date(newest).encode())] * self.dated
        return (*found, (b"Set-Cookie", b"who=you; Max-Age=999999"), *self.extra)


def date(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(moment), UTC), usegmt=True)


def well(feed: Feed, asked: Asked, now: float) -> Reply:
    """A server as it should be."""
    marks = feed.marks(now)
    etag, dated = (asked.header(name) for name in (b"if-none-match", b"if-modified-since"))
    given = dict(marks)
    same = (
        etag == given[b"ETag"] if etag is not None else dated is not None and dated == given[b"Last-Modified"]
    )
    return Reply(304, marks) if same else Reply(200, marks, feed.body(now))


def bare(feed: Feed, asked: Asked, now: float) -> Reply:
    """A server without validators."""
    return Reply(200, (), feed.body(now))


def always_304(feed: Feed, asked: Asked, now: float) -> Reply:
    """A server that takes any validator for the latest."""
    if asked.header(b"if-none-match"):
        return Reply(304)
    return Reply(200, feed.marks(now), feed.body(now))


def lying(feed: Feed, asked: Asked, now: float) -> Reply:
    """A server whose validators stay the same whatever it says."""
    return Reply(200, ((b"ETag", b'"same"'),), feed.body(now))


def status(code: int, *headers: tuple[bytes, bytes], body: bytes = b"") -> Say:
    return lambda feed, asked, now: Reply(code, headers, body)


def in_turn(*says: Say) -> Say:
    """Each of these in turn, over and over."""

    def say(feed: Feed, asked: Asked, now: float) -> Reply:
        feed.count += 1
        return says[(feed.count - 1) % len(says)](feed, asked, now)

    return say


def once(first: Say, then: Say) -> Say:
    def say(feed: Feed, asked: Asked, now: float) -> Reply:
        feed.count += 1
        return (first if feed.count == 1 else then)(feed, asked, now)

    return say


def wait_by_date(seconds: int) -> Say:
    def say(feed: Feed, asked: Asked, now: float) -> Reply:
        return Reply(503, ((b"Retry-After", date(now + seconds).encode()), (b"Date", date(now).encode())))

    return say


def silent(feed: Feed, asked: Asked, now: float) -> Reply:
    return Reply(200, (), b"", after=99.0)


def refused(feed: Feed, asked: Asked, now: float) -> Reply:
    return Reply(0, broken=True)


class Web:
    """All servers behind one transport, and the log of what they were asked."""

    def __init__(self, loop: Loop, feeds: list[Feed], offline: list[tuple[float, float]]) -> None:
        self.loop = loop
        self.feeds = {feed.url: feed for feed in feeds}
        self.offline = offline
        self.log: list[Asked] = []
        self.knocks: list[Asked] = []
        self.open: dict[str, int] = {}
        self.runs = 0

    def is_offline(self) -> bool:
        return any(begin <= self.loop.now() < end for begin, end in self.offline)

    def client(self, is_manual: bool) -> client.Client:
        """The real client, for one run, over this transport and this clock."""
        self.runs += 1
        one = client.Client(clock=self.loop.time, pause=asyncio.sleep)
        transport = _Transport(self, is_manual, self.runs)

        async def ours(_: str) -> Any:
            return transport

        async def finds_any(names: Iterable[str]) -> bool:
            return bool(names) and not self.is_offline()

        one._transport = ours  # type: ignore[method-assign]
        one.finds_any = finds_any  # type: ignore[method-assign]
        return one


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, web: Web, is_manual: bool, run: int) -> None:
        self._web, self._is_manual, self._run = web, is_manual, run

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        web, url = self._web, str(request.url)
        feed, now = web.feeds[url], web.loop.now()
        if web.is_offline():
            await asyncio.sleep(0.05)
            raise httpx.ConnectError("offline") from socket.gaierror(-3, "no answer")
        asked = Asked(now, url, list(request.headers.raw), self._is_manual, self._run, Reply(0))
        asked.reply = feed.say(feed, asked, now)
        if asked.reply.broken:
            self._web.knocks.append(asked)
            raise httpx.ConnectError("refused") from ConnectionRefusedError()
        web.log.append(asked)
        web.open[feed.host] = web.open.get(feed.host, 0) + 1
        asked.most_here, asked.most_at_all = web.open[feed.host], sum(web.open.values())
        try:
            await asyncio.sleep(asked.reply.after)
        finally:
            web.open[feed.host] -= 1
            asked.took = web.loop.now() - now
        asked.status = asked.reply.status
        return httpx.Response(
            asked.reply.status, headers=list(asked.reply.headers), stream=_Body(asked.reply.body)
        )


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def posts(chance: random.Random, until: float, mean: float) -> list[float]:
    """Moments at which something is published: some before the start, then at random."""
    found = [START - 9 * HOUR, START - 3 * HOUR]
    at = float(START)
    while (at := at + chance.expovariate(1 / mean)) < until:
        found.append(float(int(at)))
    return found
