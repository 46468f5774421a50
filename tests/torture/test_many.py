"""500 sources on as many hosts, a tenth of them hostile: the other 450 all update, in one run."""

from __future__ import annotations

import gzip
import time

from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import Limits, Rig
from tests.torture.server import Connection, Script, Site

ALL, HOSTILE = 500, 50
# The limits of 15 s to a byte and 30 s in all, scaled by three.
LIMITS = Limits(total=10.0, connect=5.0, read=5.0)


def said(data: bytes, *, close: bool = False) -> Script:
    async def script(_: Request, connection: Connection) -> None:
        await connection.say(data)
        if close:
            connection.close()

    return script


async def never(_: Request, connection: Connection) -> None:
    await connection.gone()


async def slow(_: Request, connection: Connection) -> None:
    await connection.say(answer(length=5000))
    await connection.drip(b"<", 0.5)


async def endless(_: Request, connection: Connection) -> None:
    await connection.say(answer(length=None))
    await connection.drip(b"<item>" * 10_000)


async def reset(_: Request, connection: Connection) -> None:
    connection.reset()


HOSTS: dict[str, tuple[Script, str]] = {
    "never": (never, "timeout"),
    "slow": (slow, "timeout"),
    "endless": (endless, "too-large"),
    "reset": (reset, "protocol"),
    "bomb": (
        said(answer(headers=[("Content-Encoding", "gzip")], body=gzip.compress(bytes(16 << 20)))),
        "too-large",
    ),
    "short": (said(answer(body=rss("x", 3), length=99_999), close=True), "truncated"),
    "itself": (said(answer("301 Moved", [("Location", "?")])), "redirect"),
    "garbage": (said(b"\x16\x03\x01\x1b]0;x\x07" * 100, close=True), "protocol"),
    "page": (said(answer(body=b"<!DOCTYPE html><p>\x1b[2J" + b"<b>" * 10_000)), "html"),
    "trouble": (said(answer("500 \x1b]0;x\x07")), "http"),
}


def test_one_run_over_500_sources_of_which_a_tenth_are_hostile(rig: Rig, site: Site) -> None:
    hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(ALL)]
    port = site.listen_at_all(hosts)
    kinds = list(HOSTS)
    urls: dict[str, str] = {}
    expected: dict[str, str] = {}
    for n, host in enumerate(hosts):
        name, path = f"s{n:03}", f"/many/{n}"
        urls[name] = site.url(path, host, port=port)
        if n % (ALL // HOSTILE) == 0:
            script, expected[name] = HOSTS[kinds[n // (ALL // HOSTILE) % len(kinds)]]
            site.do(path, script)
            site.do(f"{path}?", script)
        else:
            site.say(path, answer(headers=[("ETag", '"x"')], body=rss(name, 3)))
    rig.subscribe(urls)
    began = time.perf_counter()
    ran = rig.refresh(limits=LIMITS)
    seconds = time.perf_counter() - began
    updated = [name for name in urls if (ran[name].status, ran[name].entries) == ("new", 3)]
    failed = {name: ran[name].kind for name in urls if ran[name].status == "failed"}
    print(f"500 sources: {len(updated)} updated, {len(failed)} failed, in {seconds:.1f} s")
    assert len(updated) == ALL - HOSTILE
    # What ends by its size or its nonsense may run out of time first, where other tests have the processors.
    assert {name: kind for name, kind in failed.items() if kind != "timeout"}.items() <= expected.items()
    assert failed.keys() == expected.keys()
