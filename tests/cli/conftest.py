"""One prepared home for all tests, copied for each; HTTP servers on loopback."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli import hostile
from tests.cli.program import Program
from tests.homes import write_sources


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A place for bytecode, wherever none is wanted beside the sources: there are hundreds of processes."""
    with pytest.MonkeyPatch.context() as changes:
        changes.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        changes.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first refresh: the starter, and four local sources that mean harm."""
    base = tmp_path_factory.mktemp("prepared")
    home = base / "home"
    notes = hostile.folder(base, "notes", hostile.NOTE)
    daily = hostile.folder(base, "daily", hostile.DIGEST)
    sheet = hostile.folder(base, "sheet", hostile.SHEET)
    wire = hostile.file(base, "wire.xml", hostile.FEED)
    write_sources(
        home,
        {"id": "notes", "url": notes, "kind": "essay", "name": f"Notes{hostile.ALL}"},
        {"id": "daily", "url": daily, "kind": "digest", "name": "Daily"},
        {"id": "sheet", "url": sheet, "kind": "cheatsheet", "name": "Sheet"},
        {"id": "wire", "url": wire, "kind": "article", "name": "Wire"},
    )
    done = Program(home).run("--refresh")
    assert done.code == 0, done.err
    return home


@pytest.fixture
def program(prepared: Path, tmp_path: Path) -> Program:
    """The program on a copy of the prepared home."""
    return Program(Path(shutil.copytree(prepared, tmp_path / "home")))


@pytest.fixture
def fresh(tmp_path: Path) -> Program:
    """The program on a home without a library, all sources on the network off."""
    write_sources(tmp_path / "fresh")
    return Program(tmp_path / "fresh")


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the starter in it, all sources on the network off."""
    home = tmp_path_factory.mktemp("starter") / "home"
    write_sources(home)
    assert Program(home).run("--refresh").code == 0
    return home


@pytest.fixture
def small(starter: Path, tmp_path: Path) -> Program:
    """The program on a copy of the home that has the starter only."""
    return Program(Path(shutil.copytree(starter, tmp_path / "small")))


FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title><link>https://example.org/</link>
<item><title>First</title><link>https://example.org/1</link><guid>1</guid><description>One.</description></item>
<item><title>Second</title><link>https://example.org/2</link><guid>2</guid><description>Two.</description></item>
</channel></rss>"""
LINK = b'<link rel="alternate" type="application/rss+xml" title="Posts" href="/feed.xml">'
ONE = b"<html><head><title>A page</title>" + LINK + b"</head><body>Words.</body></html>"
PAGE = ONE.replace(LINK, LINK + LINK.replace(b"Posts", b"Other").replace(b"/feed", b"/other"))


@dataclass
class Site:
    """A small HTTP server: what it serves by path, and what was asked of it."""

    address: str
    pages: dict[str, tuple[str, bytes]]
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site(
        "",
        {
            "/feed.xml": ("application/rss+xml", FEED),
            "/other.xml": ("application/rss+xml", FEED.replace(b"A feed", b"Another feed")),
            "/page": ("text/html", PAGE),
            "/one": ("text/html", ONE),
        },
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            found = served.pages.get(self.path)
            if found is None:
                self.send_error(404)
                return
            kind, body = found
            tag = f'"{hash(body) & 0xFFFF:x}"'
            is_known = self.headers.get("If-None-Match") == tag
            self.send_response(304 if is_known else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", "0" if is_known else str(len(body)))
            self.end_headers()
            if not is_known:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a host that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed.xml"


@pytest.fixture
def closed() -> str:
    """An address that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}/feed.xml"
