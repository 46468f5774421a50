"""I8: how much of large documents is held at a time, counted in bytes, whoever sends them and how slowly."""

from __future__ import annotations

import asyncio

import pytest

from techdash import refresh
from techdash.feeds.client import Client, Limits
from techdash.feeds.holding import Holding, Part
from techdash.models.fetched import Fetched
from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import NOW, Rig
from tests.torture.server import Connection, Site
from tests.torture.test_bodies import hosts

MIB = 1 << 20
SOURCES = 14


class Counted(Holding):
    """Remembers the most that was held at a time."""

    most_held = most_large = 0

    def take(self, part: Part, size: int) -> bool:
        taken = super().take(part, size)
        Counted.most_held = max(Counted.most_held, self.held)
        Counted.most_large = max(Counted.most_large, len(self._parts))
        return taken


def padded(name: str, size: int) -> bytes:
    """A feed of three entries with so many bytes after them that say nothing."""
    return rss(name, 3).replace(b"</rss>", b"<!--" + b"." * size + b"--></rss>")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    monkeypatch.setattr(Counted, "most_held", 0)
    monkeypatch.setattr(Counted, "most_large", 0)
    monkeypatch.setattr(refresh, "Holding", lambda: Counted(most=4 * MIB))
    return Counted


def test_i8_large_feeds_are_held_back_and_all_come(rig: Rig, site: Site, counted: type[Counted]) -> None:
    size = 3 * MIB
    urls = {f"I8-{n}": site.say(f"/i8/{n}", answer(body=padded(f"i8-{n}", size))) for n in range(SOURCES)}
    rig.subscribe(hosts(urls, site), full_text="feed")
    ran = rig.refresh()
    assert {name: ran[name].new for name in urls} == dict.fromkeys(urls, 3)
    # Several came at the same time; beyond what all may have, only the rest of the first one's.
    assert counted.most_large > 1
    assert 2 * MIB < counted.most_held <= 4 * MIB + 2 * MIB + len(rss("i8-00", 3))


def test_i8_who_sends_slowly_holds_what_he_sent_and_no_more(
    rig: Rig, site: Site, counted: type[Counted]
) -> None:
    async def slow(_: Request, connection: Connection) -> None:
        await connection.say(answer(length=9 * MIB) + b"<rss>" + b" " * (MIB + MIB // 8))
        await connection.gone()

    urls = {f"slow-{n}": site.do(f"/i8/slow-{n}", slow) for n in range(6)}
    urls |= {f"well-{n}": site.say(f"/i8/w{n}", answer(body=padded("w", 3 * MIB))) for n in range(3)}
    rig.subscribe(hosts(urls, site), full_text="feed")
    ran = rig.refresh(limits=Limits(total=4.0, connect=2.0, read=2.0))
    assert {name: ran[name].kind for name in urls} == {
        name: "timeout" if name.startswith("slow") else "" for name in urls
    }
    assert counted.most_held <= 4 * MIB + 2 * MIB + MIB // 8


def test_the_first_may_go_on_where_all_are_full() -> None:
    holding = Holding(most=10, free=2)
    with holding.part() as first, holding.part() as second, holding.part() as third:
        assert first.fits(2)
        assert second.fits(2)
        assert (first.counted, holding.held) == (0, 0)  # so much is free
        assert second.fits(5)
        assert first.fits(5)
        assert not first.fits(1)  # second was large before it
        assert second.fits(7)
        assert not third.fits(3)
        assert third.fits(2)
        assert holding.held == 17
    assert holding.held == 0


async def test_what_is_given_back_lets_the_next_one_on() -> None:
    holding = Holding(most=10, free=0)
    with holding.part() as second:
        with holding.part() as first:
            assert first.fits(8)
            waiting = asyncio.create_task(second.wait_for(6))
            for _ in range(5):
                await asyncio.sleep(0)
            assert not waiting.done()
        await waiting
        assert (second.size, holding.held) == (6, 6)


async def test_who_is_held_back_is_not_too_late(site: Site) -> None:
    url = site.say("/i8/late", answer(body=padded("late", MIB)))
    holding, client = Holding(most=10), Client(Limits(total=0.4, connect=0.4, read=0.4), gap=0.0)
    try:
        with holding.part() as part:
            with holding.part() as first:
                assert first.fits(2 * MIB)
                asking = asyncio.create_task(client.fetch(url, now=NOW, part=part))
                await asyncio.wait([asking], timeout=0.8)  # twice as long as it may take
                assert not asking.done()
            came = await asking
        assert isinstance(came, Fetched), came
        assert len(came.body) > MIB
    finally:
        await client.aclose()
