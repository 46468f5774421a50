"""Two hundred feeds on two hundred loopback hosts: ETag, 304, gzip and a latency for every request.

As a program (``python -m tests.bench.feedserver FOLDER``) it serves ``FOLDER/<generation>/<feed>.xml`` until
its input ends, and is told what to do line by line: ``generation 1``, ``latency 0.05``.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.prose import Prose

FEEDS, ENTRIES, CHANGED_EVERY, NEW_ENTRIES = 200, 50, 5, 3


# -- what is served


def write(folder: Path, feeds: int) -> None:
    """Two generations of feeds: the second has new entries in every fifth, and is the same in the rest."""
    for generation in ("0", "1"):
        (folder / generation).mkdir(parents=True)
    for feed in range(feeds):
        prose = Prose(feed)
        count = ENTRIES if feed % CHANGED_EVERY else ENTRIES + NEW_ENTRIES
        items = [_item(prose, feed, n) for n in range(count)]
        for generation, shown in (("0", items[:ENTRIES]), ("1", items[-ENTRIES:])):
            (folder / generation / f"{feed}.xml").write_text(_feed(feed, shown), "utf-8")


def _item(prose: Prose, feed: int, number: int) -> str:
    chinese = feed % 3 != 2
    when = datetime.now(UTC) - timedelta(days=60) + timedelta(hours=6 * number, minutes=feed % 60)
    size = int(min(20_000, max(1_000, prose.random.lognormvariate(8.1, 0.7))))
    title, body = html.escape(prose.title(chinese)), prose.html(chinese, size)
    link = f"https://example.org/{feed}/{number}"
    if feed % 2:
        return (
            f'<entry><title>{title}</title><link href="{link}"/><id>{link}</id>'
            f"<updated>{when:%Y-%m-%dT%H:%M:%SZ}</updated><author><name>Ada Example</name></author>"
            f'<content type="html">{html.escape(body)}</content></entry>\n'
        )
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{title}</description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
    )


def _feed(feed: int, items: list[str]) -> str:
    """RSS and Atom in turn, newest first; one in ten badly formed, as feeds in the wild are."""
    untidy = "&hellip; " if feed % 10 == 4 else ""
    body = "".join(reversed(items))
    if feed % 2:
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
            f"<title>Feed {feed}</title><id>tag:example.org,2026:{feed}</id>"
            f"<updated>2026-01-01T00:00:00Z</updated>{body}</feed>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{untidy}Feed {feed}</title><link>https://example.org/{feed}</link>"
        f"<description>Feed {feed}</description>{body}</channel></rss>\n"
    )


# -- serving it


class Served:
    """A running server: where its feeds are, and what it does to a request."""

    def __init__(self, process: subprocess.Popen[str], urls: list[str]) -> None:
        self._process, self.urls = process, urls

    def tell(self, order: str) -> None:
        """``generation N`` or ``latency SECONDS``; in force when this returns."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n"


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve ``folder`` from a process of its own until the block ends."""
    command = [sys.executable, "-m", "tests.bench.feedserver", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        count = len(list((folder / "0").iterdir()))
        try:
            yield Served(process, [f"http://{_host(n)}:{port}/{n}.xml" for n in range(count)])
        finally:
            process.terminate()


def _host(feed: int) -> str:
    return f"127.0.{1 + feed // 200}.{1 + feed % 200}"


class _Server:
    def __init__(self, folder: Path) -> None:
        self.latency = 0.0
        self.generations = [self._load(folder / name) for name in ("0", "1")]
        self.feeds = self.generations[0]

    @staticmethod
    def _load(folder: Path) -> dict[str, tuple[bytes, bytes]]:
        """Path -> (ETag, gzipped body)."""
        found = {}
        for path in folder.iterdir():
            data = path.read_bytes()
            tag = b'"%s"' % hashlib.sha256(data).hexdigest()[:16].encode()
            found[f"/{path.name}"] = (tag, gzip.compress(data, 6))
        return found

    async def run(self) -> None:
        first = await asyncio.start_server(self._serve, _host(0), 0, backlog=64)
        port = first.sockets[0].getsockname()[1]
        others = [_host(n) for n in range(1, len(self.feeds))]
        if others:
            await asyncio.start_server(self._serve, others, port, backlog=64)
        print(port, flush=True)
        while order := await asyncio.to_thread(sys.stdin.readline):
            what, value = order.split()
            if what == "generation":
                self.feeds = self.generations[int(value)]
            else:
                self.latency = float(value)
            print("ok", flush=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        path = head[0].split()[1].decode()
        fields = {
            name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in head[1:])
        }
        await asyncio.sleep(self.latency)
        tag, body = self.feeds[path]
        if fields.get(b"if-none-match") == tag:
            writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag)
        else:
            if b"gzip" not in fields.get(b"accept-encoding", b""):
                raise ConnectionError("every reader measured here asks for gzip")
            writer.write(
                b"HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Type: application/xml\r\nContent-Encoding: gzip\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (tag, len(body), body)
            )
        await writer.drain()
        return fields.get(b"connection", b"").lower() != b"close"


if __name__ == "__main__":
    asyncio.run(_Server(Path(sys.argv[1])).run())
