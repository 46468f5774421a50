"""H50 to H55: certificates, names that lie, the user's own network, dead lines, many feeds on one host."""

from __future__ import annotations

import asyncio
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import HOUR, Limits, Rig
from tests.torture.server import Authority, Connection, Site

Names = dict[str, list[list[str]]]
# No address of loopback is public: 127.0.0.4 plays one. Whoever connects to the others has been sent home.
PUBLIC, CANARY = "127.0.0.4", "127.0.0.59"


def is_private(address: str) -> bool:
    return address != PUBLIC


def feed(name: str = "a", entries: int = 3) -> bytes:
    return answer(body=rss(name, entries))


# -- TLS


@pytest.mark.system("openssl")
def test_h50_certificates(
    rig: Rig, site: Site, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = authority.context("IP:127.0.0.2")
    with warnings.catch_warnings(action="ignore"):  # that it is deprecated is the point
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    old.set_ciphers("ALL:@SECLEVEL=0")
    contexts = {
        "good": (authority.context("IP:127.0.0.2"), ""),
        "self-signed": (authority.context("IP:127.0.0.2", own=True), "is signed by nobody but itself"),
        "expired": (authority.context("IP:127.0.0.2", days=-1), "has expired"),
        "wrong-host": (authority.context("DNS:other.example"), "is for another address"),
        "wrong-address": (authority.context("IP:127.0.0.9"), "is for another address"),
        "nobody": (Authority(tmp_path).context("IP:127.0.0.2"), "is signed by nobody"),
        "tls-1.0": (old, "No secure connection"),
    }
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    urls = {
        name: site.url(f"/h50/{name}", port=site.listen("127.0.0.2", tls=context), scheme="https")
        for name, (context, _) in contexts.items()
    }
    # A server that speaks plain HTTP where TLS is wanted; it would answer if it were asked so.
    urls["plain"] = site.url("/h50/plain", scheme="https")
    for name in urls:
        site.say(f"/h50/{name}", feed(name))
    rig.subscribe(urls)
    ran = rig.refresh()
    assert (ran["good"].status, ran["good"].entries) == ("new", 3)
    for name, (_, says) in [*contexts.items(), ("plain", (None, "No secure connection"))]:
        if says:
            it = ran[name]
            assert (it.status, it.kind, it.entries, it.state["failures"]) == (
                "failed",
                "certificate",
                0,
                1,
            ), it.error
            assert says in it.error
    # Nothing was asked of any of them, over TLS or without.
    assert [request.path for request in site.asked("/h50/")] == ["/h50/good"]


# -- names


def test_h51_names_that_do_not_exist(rig: Rig) -> None:
    urls = {
        "nowhere": "http://nowhere.invalid/feed",
        "long": f"http://{'x' * 64}.example/feed",
        "longer": f"http://{'.'.join(['x' * 60] * 5)}.invalid/feed",
        "dots": "http://a..b.invalid/feed",
    }
    rig.subscribe(urls)
    ran = rig.refresh()
    assert (ran["nowhere"].kind, ran["nowhere"].state["failures"]) == ("dns", 1)
    assert "The name nowhere.invalid could not be looked up." in ran["nowhere"].error
    assert {ran[name].status for name in urls} == {"failed"}
    assert {ran[name].kind for name in urls} <= {"dns", "protocol"}


def test_h51_a_name_that_leads_home(rig: Rig, site: Site, names: Names) -> None:
    names.update(
        {"public.example": [[PUBLIC]], "home.example": [[CANARY]], "both.example": [[PUBLIC], [CANARY]]}
    )
    canary = site.connections[CANARY]
    home = answer("302 Found", [("Location", site.url("/h51/private", "home.example"))])
    again = answer("302 Found", [("Location", site.url("/h51/private", "both.example"))])
    site.say("/h51/private", feed())
    rig.subscribe(
        {
            "redirect": site.say("/h51/redirect", home).replace("127.0.0.2", "public.example"),
            # Rebinding: public when it is asked first, private when it has sent us to itself.
            "rebinding": site.say("/h51/rebinding", again).replace("127.0.0.2", "both.example"),
            "own": site.say("/h51/own", feed("own")).replace("127.0.0.2", "home.example"),
        }
    )
    ran = rig.refresh(is_private=is_private, gap=0.0)
    for name in ("redirect", "rebinding"):
        assert (ran[name].status, ran[name].kind, ran[name].entries) == ("failed", "private", 0)
        assert "private address" in ran[name].error
    # A name that the user typed may be of the user's own network.
    assert (ran["own"].status, ran["own"].entries) == ("new", 3)
    assert not site.asked("/h51/private")
    assert site.connections[CANARY] - canary <= 3  # one was asked; two stood, and not a byte was said on them


def test_h51_a_name_that_was_public_and_leads_home_the_next_day(rig: Rig, site: Site, names: Names) -> None:
    names["turncoat.example"] = [[PUBLIC]]
    url = site.say("/h51/turncoat", feed("turncoat")).replace("127.0.0.2", "turncoat.example")
    rig.subscribe({"turncoat": url})
    assert rig.refresh(is_private=is_private, gap=0.0)["turncoat"].status == "new"
    names["turncoat.example"] = [[CANARY]]
    asked = len(site.asked("/h51/turncoat"))
    ran = rig.refresh(is_private=is_private, gap=0.0, after=2 * 3600)
    assert (ran["turncoat"].status, ran["turncoat"].kind) == ("failed", "private")
    assert len(site.asked("/h51/turncoat")) == asked
    assert ran["turncoat"].entries == 3


def test_h52_a_public_page_may_not_send_us_home(rig: Rig, site: Site, names: Names) -> None:
    names["public.example"] = [[PUBLIC]]
    site.say("/h52/private", feed())
    six = site.listen("::1") if socket.has_ipv6 else site.port
    targets = {
        "loopback": f"http://{CANARY}:{site.port}/h52/private",
        "number": f"http://2130706433:{site.port}/h52/private",
        "hex": f"http://0x7f.1:{site.port}/h52/private",
        "octal": f"http://0177.0.0.1:{site.port}/h52/private",
        "short": f"http://127.1:{site.port}/h52/private",
        "nought": f"http://0:{site.port}/h52/private",
        "any": f"http://0.0.0.0:{site.port}/h52/private",
        "localhost": f"http://localhost:{site.port}/h52/private",
        "localhost-dot": f"http://LOCALHOST.:{site.port}/h52/private",
        "six": f"http://[::1]:{six}/h52/private",
        "mapped": f"http://[::ffff:127.0.0.1]:{site.port}/h52/private",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "ten": "http://10.0.0.1/",
        "shared": "http://100.64.0.1/",
        "unique-local": "http://[fd00::1]/",
        "full-width": f"http://１２７.0.0.1:{site.port}/h52/private",
        "hop": site.url("/h52/on", "public.example"),
    }
    site.say("/h52/on", answer("301 Moved", [("Location", f"http://{CANARY}:{site.port}/h52/private")]))
    rig.subscribe(
        {
            name: site.say(f"/h52/{name}", answer("302 Found", [("Location", target.encode())])).replace(
                "127.0.0.2", "public.example"
            )
            for name, target in targets.items()
        }
    )
    before = dict(site.connections)
    ran = rig.refresh(is_private=is_private, gap=0.0, allowed=2)
    for name in targets:
        assert (ran[name].status, ran[name].kind, ran[name].entries) == ("failed", "private", 0), (
            name,
            ran[name].error,
        )
    assert not site.asked("/h52/private")
    # Not even a connection was tried: these are private to see.
    for host in ("127.0.0.1", "::1", CANARY):
        assert site.connections[host] == before.get(host, 0), host


# -- lines


@pytest.fixture
def dead_six(site: Site) -> Iterator[None]:
    """The port of the site on ::1, where connecting neither succeeds nor fails: its queue is full."""
    with ExitStack() as opened:
        try:
            listening = opened.enter_context(socket.socket(socket.AF_INET6))
            listening.bind(("::1", site.port))
        except OSError as error:
            pytest.skip(f"H53: this machine has no IPv6 loopback: {error}")
        listening.listen(0)
        for _ in range(16):
            waiting = opened.enter_context(socket.socket(socket.AF_INET6))
            waiting.settimeout(0.1)
            try:
                waiting.connect(("::1", site.port))
            except TimeoutError:
                break
        else:
            pytest.skip("H53: this kernel answers where the queue of a listening socket is full")
        yield


@pytest.mark.usefixtures("dead_six")
def test_h53_a_dead_line_beside_a_live_one(rig: Rig, site: Site, names: Names) -> None:
    """One after the other would take longer than the two seconds that a connection is given here."""
    names["dual.example"] = [["::1", "127.0.0.2"]]
    names["dead.example"] = [["::1"]]
    rig.subscribe(
        {
            "dual": site.say("/h53", feed("dual")).replace("127.0.0.2", "dual.example"),
            "dead": site.say("/h53/dead", feed("dead")).replace("127.0.0.2", "dead.example"),
        }
    )
    ran = rig.refresh(limits=Limits(total=4.0, connect=1.0, read=2.0))
    assert (ran["dual"].status, ran["dual"].entries) == ("new", 3)
    assert [request.address for request in site.asked("/h53")] == ["127.0.0.2"]
    assert (ran["dead"].kind, ran["dead"].error.partition(" Next")[0]) == (
        "connect",
        "dead.example did not answer within 1 seconds.",
    )


def test_h53_a_refused_line_beside_a_live_one(rig: Rig, site: Site, names: Names) -> None:
    if not socket.has_ipv6:
        pytest.skip("H53: this machine has no IPv6")
    port = site.listen("::1")
    site.say("/h53/six", feed("six"))
    names["six.example"] = [["127.0.0.2", "::1"]]  # nobody listens at this port of 127.0.0.2
    rig.subscribe(
        {
            "six": site.url("/h53/six", "six.example", port=port),
            "literal": site.url("/h53/six", "[::1]", port=port),
        }
    )
    ran = rig.refresh(allowed=2)
    assert {ran[name].status for name in ("six", "literal")} == {"new"}


def closed_port() -> int:
    with socket.create_server(("127.0.0.2", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def test_h54_fifty_hosts_and_none_can_be_reached(rig: Rig) -> None:
    port = closed_port()
    urls = {f"s{n}": f"http://127.0.0.{n + 2}:{port}/feed" for n in range(46)}
    urls |= {f"n{n}": f"http://host{n}.invalid/feed" for n in range(4)}
    rig.subscribe(urls, healthy=False)
    ran = rig.refresh(code=3)
    # One of them all is reached: that is hardly a network, and the fifty are blamed as little.
    rig.subscribe({}, healthy=True)
    again = rig.refresh(after=2 * HOUR, code=3)
    assert again["healthy"].status == "new"
    for each in (ran, again):
        (said,) = each.err.splitlines()  # one sentence, not fifty
        assert "offline" in said
        for name in urls:
            state = each[name].state
            assert (state["failures"], state["state"], state["error_kind"]) == (0, "new", "")
            assert 0 < state["next_due"] - rig.now + (2 * HOUR if each is ran else 0) <= HOUR


def test_h55_forty_feeds_on_one_host(rig: Rig, site: Site, names: Names) -> None:
    """And eight elsewhere that lead there.

    The clock that gaps are kept with is the test's own, and goes on only where the client waits.
    """
    names["many.example"] = [["127.0.0.5"]]
    clock, starts = [0.0], []

    async def pause(seconds: float) -> None:
        clock[0] += seconds

    async def script(request: Request, connection: Connection) -> None:
        starts.append(clock[0])
        for _ in range(100):  # long enough for others to come, were they let
            await asyncio.sleep(0)
        await connection.say(feed(request.path.rpartition("/")[2]))

    urls = {f"s{n}": site.do(f"/h55/s{n}", script).replace("127.0.0.2", "many.example") for n in range(40)}
    for n in range(8):
        there = site.do(f"/h55/there{n}", script).replace("127.0.0.2", "many.example")
        site.say(f"/h55/r{n}", answer("302 Found", [("Location", there)]))
        urls[f"r{n}"] = site.url(f"/h55/r{n}", f"127.0.0.{20 + n}")
    rig.subscribe(urls)
    ran = rig.refresh(clock=lambda: clock[0], pause=pause, limits=Limits(total=20.0, read=10.0))
    assert {ran[name].entries for name in urls} == {3}
    assert len(starts) == 48
    assert min(b - a for a, b in pairwise(starts)) >= 1.0
    assert site.most_at_once["127.0.0.5"] == 1
