"""P19 to P32 in small: hostile documents give entries or a refusal, soon, and touch nothing."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from techdash.feeds import soup
from techdash.feeds.parse import NotAFeed, parse
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import Enclosure, ParsedEntry, ParsedFeed
from techdash.text.clean import is_clean

FOLDER = Path(__file__).parents[1] / "data" / "feeds"
SEEDS = [
    path.read_bytes()
    for path in sorted(FOLDER.iterdir())
    if path.suffix in (".xml", ".json") and ".expected" not in path.name
]
# Forces the parser of tag soup: no mending makes this XML.
BROKEN = "<item><title>Broken</titel></item>"


def read(body: bytes | str, max_items: int = 50) -> ParsedFeed:
    url = "https://feeds.example/x"
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return parse(
        ParseJob("s", "article", "S", "", max_items, "auto", 1_790_000_000, (Fetched(url, url, data),))
    )


def rss(items: str, doctype: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>T</title>{items}</channel></rss>"
    )


def item(inside: str = "", title: str = "One") -> str:
    return f"<item><title>{title}</title>{inside}</item>"


def strings(entry: ParsedEntry) -> Iterator[str]:
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if isinstance(value, str):
            yield value
    yield from entry.tags
    for file in entry.enclosures:
        assert isinstance(file, Enclosure)
        yield from (file.url, file.type)


def assert_harmless(feed: ParsedFeed) -> None:
    for text in (feed.version, feed.title, feed.site_url, feed.language, feed.note):
        assert is_clean(text)
    keys = [entry.key for entry in feed.entries]
    assert len(keys) == len(set(keys))
    for entry in feed.entries:
        assert entry.key
        assert entry.title
        assert all(is_clean(text) for text in strings(entry))
        assert "\n" not in entry.title + entry.author + entry.url + "".join(entry.tags)
        assert entry.url == "" or entry.url.startswith(("http://", "https://"))


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/canary", hits
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("broken", ["", BROKEN])
def test_p19_nothing_outside_the_document_is_read(
    tmp_path: Path, canary: tuple[str, list[str]], broken: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("XYZZY")
    url, hits = canary
    doctype = (
        f'<!DOCTYPE rss SYSTEM "{url}" [<!ENTITY file SYSTEM "{secret.as_uri()}"><!ENTITY net SYSTEM "{url}">'
        f'<!ENTITY % p SYSTEM "{url}"> %p;]>'
    )
    feed = read(rss(item("<description>&net;</description>", "a &file; b") + broken, doctype))
    assert "XYZZY" not in repr(feed)
    assert hits == []
    assert feed.entries[0].title.startswith("a ")


@pytest.mark.parametrize("body", ["{secret}", "{url}", "file://{secret}"])
def test_p32_a_body_that_is_a_path_or_an_address_is_not_opened(
    tmp_path: Path, canary: tuple[str, list[str]], body: str
) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(item()))
    url, hits = canary
    with pytest.raises(NotAFeed):
        read(body.format(secret=secret, url=url))
    with pytest.raises(NotAFeed):
        soup.parse(body.format(secret=secret, url=url), "https://feeds.example/x")
    assert hits == []


@pytest.mark.parametrize("broken", ["", BROKEN])
def test_p20_entities_are_not_expanded(broken: str) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    feed = read(rss(item(title="&a9;") + broken, f'<!DOCTYPE rss [<!ENTITY a0 "lol">{laughs}]>'))
    assert len(feed.entries[0].title) < 100


@pytest.mark.parametrize("broken", ["", BROKEN])
def test_p21_an_entity_with_a_backslash(broken: str) -> None:
    assert read(rss(item(title="x &p;") + broken, r'<!DOCTYPE rss [<!ENTITY p "C:\data">]>')).entries


@pytest.mark.parametrize("broken", ["", BROKEN])
def test_p22_forbidden_references_become_replacement_characters(broken: str) -> None:
    forbidden = "&#xD800; &#x110000; &#99999999999999; &#0; &#x9b; &#27; &#xFFFE; &#" + "9" * 5000 + ";"
    title = read(rss(item(title=f"a {forbidden} b") + broken)).entries[0].title
    assert title == "a " + " ".join("\ufffd" * 8) + " b"


QUADRATIC = {
    "P23 style": item(f'<description><![CDATA[<p style="{"a" * 20_000}">x</p>]]></description>'),
    "P24 comment": item(f"<description><![CDATA[{'<!-- ' * 20_000}]]></description>"),
    "P24 comment outside": item(f"<description>{'<!-- ' * 20_000}</description>"),
    "P25 author": item(f"<author>{'a.' * 20_000}</author>"),
    "P25 creator": item(f"<dc:creator><![CDATA[{'a.' * 20_000}]]></dc:creator>"),
    "P26 attributes": item("<x " + " ".join(f'a{n}="x"' for n in range(20_000)) + "/>"),
    "P26 attributes inside": item(
        "<description><p " + " ".join(f'a{n}="x"' for n in range(20_000)) + ">x</p></description>"
    ),
    "P27 categories": item("".join(f"<category>c{n}</category>" for n in range(20_000))),
    "P27 categories in CDATA": item("<category><![CDATA[" * 5_000),
    "P27 enclosures": item("".join(f'<enclosure url="http://x.example/{n}"/>' for n in range(20_000))),
    "P27 authors": item("<dc:creator>a</dc:creator>" * 20_000),
    "P28 elements": item("<x>" * 10_000 + "</x>" * 10_000),
    "P28 divs": item(f"<description><![CDATA[{'<div>' * 10_000}deep]]></description>"),
    "P28 items": "<item>" * 5_000,
    "P30 text": item(f"<description><![CDATA[<p>{'word ' * 400_000}]]></description>"),
    "P30 title": item(title="word " * 200_000),
    "P30 attribute": item(f'<enclosure url="{"x" * 1_000_000}"/>'),
    "P30 comment": f"<!--{'x' * 1_000_000}-->" + item(),
    "angle brackets": item(f"<description><![CDATA[{'<' * 200_000}]]></description>"),
    "ampersands": item(f"<description>{'&' * 200_000}</description>"),
    "open CDATA": item(f"<description>{'<![CDATA[' * 20_000}</description>"),
}


@pytest.mark.parametrize("broken", ["", BROKEN], ids=["xml", "soup"])
@pytest.mark.parametrize("name", QUADRATIC)
def test_quadratic_inputs_are_read(name: str, broken: str) -> None:
    # Without the guards several of these take minutes; the suite's time is what fails.
    feed = read(rss(QUADRATIC[name] + broken))
    assert feed.entries
    assert_harmless(feed)
    for entry in feed.entries:
        assert len(entry.body) <= 1 << 20
        assert len(entry.title) <= 500
        assert len(entry.tags) <= 100
        assert len(entry.enclosures) <= 50
        assert len(entry.author) <= 200


def test_p29_thousands_of_entries_are_bounded_and_counted() -> None:
    many = "".join(item(f"<guid>{n}</guid>", f"T{n}") for n in range(5_200))
    feed = read(rss(many), max_items=10_000)
    assert len(feed.entries) == 5_000
    assert feed.note == "5000 of 5200 entries kept"
    assert len(read(rss(many + BROKEN), max_items=300).entries) == 300


def test_p31_noise_is_refused() -> None:
    noise = random.Random(1)
    for size in (1, 10, 100_000):
        with pytest.raises(NotAFeed):
            read(noise.randbytes(size))


PAYLOADS = [
    *("\x1b]52;c;Zm9v\x07", "\x9b2J", "\u202egpj.exe", "\u2066x", "a\0b", "[/nope]", "\U000e0041"),
    "e" + "\u0301" * 300,
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("broken", ["", BROKEN], ids=["xml", "soup"])
def test_no_field_carries_a_control_character(payload: str, broken: str) -> None:
    everywhere = (
        f"<item><title>{payload}t</title><link>https://x.example/{payload}</link><guid>{payload}g</guid>"
        f"<dc:creator>{payload}a</dc:creator><category>{payload}c</category><comments>{payload}</comments>"
        f'<description>{payload}d</description><enclosure url="https://x.test/{payload}" type="{payload}"/>'
        f"<pubDate>{payload}</pubDate><dc:language>{payload}</dc:language></item>"
    )
    feed = read(rss(everywhere + broken))
    assert len(feed.entries) == 1 + bool(broken)
    assert_harmless(feed)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "--version",
        "-x",
        "vbscript:x",
        "http://",
    ],
)
def test_only_web_links_are_kept(link: str) -> None:
    entry = read(
        rss(item(f'<link>{link}</link><enclosure url="{link}"/><comments>{link}</comments>'))
    ).entries[0]
    assert all(
        url == "" or url.startswith("https://feeds.example/") for url in (entry.url, entry.comments_url)
    )
    assert all(file.url.startswith("https://feeds.example/") for file in entry.enclosures)


TOKENS = [
    *(
        b"<",
        b">",
        b"&",
        b"&#x",
        b"&#0;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"<?",
        b"<!DOCTYPE x [",
        b"\0",
        b"\xff",
    ),
    *(
        b"</item>",
        b"<item>",
        b"</entry>",
        b'xml:base="http://[',
        b'encoding="punycode"',
        b"\xed\xa0\x80",
        b"][",
    ),
    *(b"{", b"}", b'"', b"\\ud800", b"null", b"\x1b]0;x\x07", b"&amp;lt;b&amp;gt;", b"99999999999999999999"),
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=6)),
        max_size=6,
    ),
)
def test_p33_mutants_give_harmless_entries_or_a_refusal(
    seed: bytes, changes: list[tuple[float, int, bytes]]
) -> None:
    for place, length, token in changes:
        start = int(place * len(seed))
        seed = seed[:start] + token + seed[start + length :]
    with contextlib.suppress(NotAFeed):
        assert_harmless(read(seed))
