"""Key x: the page of what is read, fetched by the real child from a real server, in place of the text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from techdash.tui.app import TechdashApp
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_window import top_line, until, until_text

PARAGRAPHS = [f"Paragraph {n} tells of the harbour and of its clock, at no great length." for n in range(60)]
TEASER = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
FORMULA = (
    '<span class="katex-display"><span class="katex"><span class="katex-mathml"><math><semantics>'
    '<annotation encoding="application/x-tex">a^2 + b^2</annotation></semantics></math></span></span></span>'
)


def page(head: str = "") -> bytes:
    before = "<p>A beginning that the feed does not have, of a line or more.</p>" * 3
    after = "".join(f"<p>Only the page has sentence {n}, which comes after all else.</p>" for n in range(30))
    return (
        f"<html lang='en'><head><title>The clock</title>{head}</head><body><nav>Home</nav>"
        f"<article><h1>The clock</h1>{before}{TEASER}{FORMULA}{after}</article></body></html>"
    ).encode()


class Site:
    """A feed of one essay and its page; ``said`` is what the page answers with."""

    def __init__(self) -> None:
        self.said = (200, page())
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, body = (200, site.feed()) if self.path == "/feed" else site.said
                self.send_response(status)
                self.send_header("Content-Type", "text/html" if self.path != "/feed" else "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def feed(self) -> bytes:
        return (
            f"<rss version='2.0'><channel><title>Harbour</title><item><title>The clock</title>"
            f"<link>{self.url}/clock</link><guid>clock</guid><pubDate>Tue, 12 May 2026 08:00:00 GMT</pubDate>"
            f"<description>{escape(TEASER)}</description></item></channel></rss>"
        ).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def base(site: Site, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    write_sources(
        home,
        {"id": "harbour", "name": "Harbour", "url": f"{site.url}/feed", "kind": "essay", "full_text": "feed"},
        starter=False,
    )
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    assert site.asked == ["/feed"]
    return tmp_path


async def read_the_clock(pilot: object, app: TechdashApp) -> None:
    await pilot.press("2")  # type: ignore[attr-defined]
    await until_text(pilot, "The clock")  # type: ignore[arg-type]
    await pilot.press("enter")  # type: ignore[attr-defined]
    await until(pilot, lambda: app.reading and app.reader.entry is not None)  # type: ignore[arg-type]
    await until_text(pilot, "Paragraph 0 tells")  # type: ignore[arg-type]


async def test_x_puts_the_page_in_place_and_the_reader_stays_where_he_is(
    make_app: MakeApp, site: Site
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await read_the_clock(pilot, app)
        await pilot.press("space", "j", "j")
        kept = top_line(app)
        assert kept.startswith("Paragraph")
        await pilot.press("x")
        await until_text(pilot, "The text of the page is here.")
        assert site.asked == ["/feed", "/clock"]
        await until(pilot, lambda: app.reader.entry is not None and app.reader.entry.has_page)
        await until(pilot, lambda: top_line(app) == kept)
        await pilot.press("G")
        await until_text(pilot, "Only the page has sentence 29")
        await pilot.press("g", "x")
        await until_text(pilot, "The feed's own text; x brings back the page's.")
        await until(pilot, lambda: app.reader.entry is not None and not app.reader.entry.has_page)
        await until_text(pilot, "Paragraph 0 tells")
        assert "A beginning that the feed does not have" not in screen_text(app)
        await pilot.press("space", "j", "j")
        kept = top_line(app)
        await pilot.press("x")
        await until(pilot, lambda: app.reader.entry is not None and app.reader.entry.has_page)
        await until(pilot, lambda: top_line(app) == kept)
        await pilot.press("g")
        await until_text(pilot, "A beginning that the feed does not have")
        assert site.asked == ["/feed", "/clock"]


async def test_x_says_why_there_is_no_more(make_app: MakeApp, site: Site) -> None:
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await read_the_clock(pilot, app)
        site.said = (404, b"")
        await pilot.press("x")
        await until_text(pilot, "No full text: The server answered 404")
        assert "Paragraph 0 tells" in screen_text(app)
        site.said = (200, b"<title>Sign in</title><form><input type=password></form>")
        await pilot.press("x")
        await until_text(pilot, "there is a page to log in")
        assert "Paragraph 0 tells" in screen_text(app)


async def test_x_names_a_paywall_in_the_status_bar_and_under_the_title(make_app: MakeApp, site: Site) -> None:
    head = '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>'
    site.said = (200, page(head))
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await read_the_clock(pilot, app)
        await pilot.press("x")
        await until(
            pilot, lambda: screen_text(app).count("only the beginning: the rest is for subscribers") == 2
        )
