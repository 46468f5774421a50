"""H-15 behind a proxy: which addresses are asked for, where we see no address that is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from techdash.config import Config
from techdash.feeds.client import Client
from techdash.models.fetched import Failed, Fetched
from techdash.refresh import sync
from tests.network.feeds import gathered, home_with, rows, rss
from tests.network.server import Server, answer

NOW = 1_778_580_000
PUBLIC = "http://public.example"


class Proxy:
    """A forwarding proxy (RFC 9112, 3.2.2) whose names all lead to one server, and what it was asked for."""

    def __init__(self, server: Server) -> None:
        self.asked: list[str] = []
        self._server = server

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, rest = head.split(b" ", 2)
            self.asked.append(f"{method.decode()} {target.decode()}")
            there = urlsplit(target.decode())
            if method == b"GET" and there.scheme == "http":
                further, out = await asyncio.open_connection("127.0.0.2", self._server.port)
                line = b" ".join((method, (there.path or "/").encode(), rest))
                out.write(line.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                out.write_eof()
                writer.write(await further.read())
                out.close()
            else:
                writer.write(answer("502 Bad Gateway"))
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    one = Proxy(server)
    listener = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, address)
    monkeypatch.setenv("no_proxy", "127.0.0.3")
    yield one
    listener.close()
    await listener.wait_closed()


async def fetch(url: str, *, public_only: bool = False) -> Fetched | Failed:
    client = Client(gap=0.0)
    try:
        found = await client.fetch(url, now=NOW, public_only=public_only)
    finally:
        await client.aclose()
    assert isinstance(found, Fetched | Failed)
    return found


async def test_a_public_page_comes_through_a_proxy_that_is_private(server: Server, proxy: Proxy) -> None:
    server.say("/feed", answer(body=rss("a", 1)))
    for public_only in (False, True):
        assert isinstance(await fetch(f"{PUBLIC}/feed", public_only=public_only), Fetched)
    assert proxy.asked == [f"GET {PUBLIC}/feed"] * 2


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "router.localhost", "192.168.1.1", "[::1]"]
)
async def test_h52_a_public_page_may_not_have_the_proxy_send_us_home(
    server: Server, proxy: Proxy, scheme: str, host: str
) -> None:
    server.say("/", answer("302 Found", [("Location", f"{scheme}://{host}:{server.port}/x")]))
    server.say("/x", answer(body=rss("a", 1)))
    found = await fetch(f"{PUBLIC}/")
    assert isinstance(found, Failed)
    assert found.kind == "private"
    assert proxy.asked == [f"GET {PUBLIC}/"]
    assert not server.asked("/x")


async def test_h52_not_by_a_way_around_the_proxy_either(server: Server, proxy: Proxy) -> None:
    home = server.url("/x", "127.0.0.3")  # no_proxy names it
    server.say("/", answer("302 Found", [("Location", home)]))
    server.say("/x", answer(body=rss("a", 1)))
    for found in (await fetch(f"{PUBLIC}/"), await fetch(home, public_only=True)):
        assert isinstance(found, Failed)
        assert found.kind == "private"
    assert not server.asked("/x")
    assert isinstance(await fetch(home), Fetched)  # which the user may
    assert proxy.asked == [f"GET {PUBLIC}/"]


async def test_h15_what_a_page_offers_may_not_be_private_behind_a_proxy(proxy: Proxy) -> None:
    for url in ("http://192.168.1.1/feed", "https://localhost/feed"):
        found = await fetch(url, public_only=True)
        assert isinstance(found, Failed)
        assert found.kind == "private"
    assert not proxy.asked


async def test_h52_a_refresh_behind_a_proxy_says_why(server: Server, proxy: Proxy, tmp_path: Path) -> None:
    server.say("/well", answer(body=rss("a", 3)))
    server.say("/ill", answer("301 Moved", [("Location", f"http://127.0.0.1:{server.port}/well")]))
    paths = home_with(tmp_path, f"{PUBLIC}/well", "http://other.example/ill")
    done, end = await gathered(
        sync(paths, Config(time_zone="UTC"), now=lambda: NOW, open_client=lambda: Client(gap=0.0))
    )
    assert (done["s0"].status, done["s1"].status, end.failed) == ("new", "failed", 1)
    assert "A public page leads to the private address 127.0.0.1" in done["s1"].error
    assert rows(paths, "SELECT error_kind FROM source_state WHERE source_id = 's1'") == [("private",)]
    assert sorted(proxy.asked) == ["GET http://other.example/ill", f"GET {PUBLIC}/well"]
