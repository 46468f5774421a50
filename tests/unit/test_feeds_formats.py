"""P01 to P11: every format and version, each fixture beside what it means; and what is not a feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import to_builtins

from techdash.feeds.parse import NotAFeed, parse
from techdash.models import Fetched, ParsedEntry, ParsedFeed, ParseJob

NOW = 1_790_000_000
FOLDER = Path(__file__).parents[1] / "data" / "feeds"
FIXTURES = sorted(
    path for path in FOLDER.iterdir() if path.suffix in (".xml", ".json") and ".expected" not in path.name
)
GOOD = "<item><title>Good</title><link>https://x.example/good</link><guid>good</guid></item>"


def read(body: bytes | str, *, max_items: int = 50, url: str = "https://feeds.example/x") -> ParsedFeed:
    document = Fetched(url, url, body.encode() if isinstance(body, str) else body)
    return parse(ParseJob("s", "article", "S", "", max_items, "auto", NOW, (document,)))


def rss(items: str, *, before: str = '<?xml version="1.0"?>', after: str = "</channel></rss>") -> str:
    return (
        f'{before}<rss version="2.0"><channel><title>T</title><link>https://x.example/</link>{items}{after}'
    )


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_a_fixture_gives_what_stands_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    blank = to_builtins(ParsedEntry("", ""))
    found = to_builtins(read(path.read_bytes()))
    del found["type"]
    found["entries"] = [{k: v for k, v in entry.items() if v != blank[k]} for entry in found["entries"]]
    for entry in found["entries"]:
        if "enclosures" in entry:
            entry["enclosures"] = [list(one.values()) for one in entry["enclosures"]]
    shown = {key: value for key, value in found.items() if value not in ("", None)}
    assert json.loads(json.dumps(shown)) == expected


def test_there_is_a_fixture_for_every_version() -> None:
    versions = {json.loads(p.read_text("utf-8"))["version"] for p in FOLDER.glob("*.expected.json")}
    assert versions == {
        *("rss090", "rss091n", "rss092", "rss10", "rss20", "atom03", "atom10", "json1", "json11"),
    }


@pytest.mark.parametrize(
    ("attribute", "version"),
    [('version="0.91"', "rss091u"), ('version="0.93"', "rss093"), ('version="2.01"', "rss20"), ("", "rss")],
)
def test_the_version_is_told(attribute: str, version: str) -> None:
    assert read(f"<rss {attribute}><channel><title>T</title>{GOOD}</channel></rss>").version == version


@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>First</title><description>a<br>b</description></item>" + GOOD),
        rss("<item><title>First</title><link>https://x.example/?a=1&b=2</link></item>" + GOOD),
        rss("<item><title>First &nbsp; &unheard;</title></item>" + GOOD),
        rss("<item><title>First</title><itunes:summary>S</itunes:summary></item>" + GOOD),
        rss("<item><title>First</title><b><i>x</b></i></item>" + GOOD),
        rss("<item><title>First\x08</title></item>" + GOOD),
        rss("<item><title>First</title><description>a<p>b</description></item>" + GOOD),
        rss("<item><title>First</title></item>" + GOOD, after="</channel></rss><script>track()</script>"),
        rss("<item><title>First</title></item>" + GOOD + "<item><title>cut", after=""),
        rss("<item><title>First</title></item>" + GOOD, after=""),
    ],
)
def test_untidy_xml_gives_its_entries_and_a_note(document: str) -> None:
    feed = read(document)
    assert [entry.title.split()[0] for entry in feed.entries] == ["First", "Good"]
    assert feed.entries[1].url == "https://x.example/good"
    assert "imperfect XML" in feed.note


@pytest.mark.parametrize(
    "before",
    [
        "\n\n \n",
        "\ufeff",
        '<?xml-stylesheet href="x.xsl"?>\n<!-- made by hand -->\n',
        "<!DOCTYPE rss>\n",
        "<br />\n<b>Warning</b>: Undefined variable in <b>/var/www/x.php</b> on line <b>3</b><br />\n",
    ],
)
def test_what_stands_before_the_root_is_no_matter(before: str) -> None:
    feed = read(rss(GOOD, before=before))
    assert [entry.title for entry in feed.entries] == ["Good"]
    assert feed.note == ""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\0" * 1000, "empty"),
        (b"<!DOCTYPE html><html><head><title>Down</title></head><body>Maintenance</body></html>", "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "html"),
        (b"<p>One.</p><p>Two: an &lt;rss&gt; element.</p>", "html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "xml"),
        (b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "xml"),
        (b'{"error": "not found"}', "json"),
        (b"[1, 2, 3]", "json"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "json"),
        (b"Just a line of text.", "other"),
        (b"/etc/hostname", "other"),
        (bytes(range(256)) * 40, "other"),
    ],
)
def test_what_is_no_feed_is_said_in_a_sentence(body: bytes, kind: str) -> None:
    with pytest.raises(NotAFeed) as refusal:
        read(body)
    assert refusal.value.kind == kind
    assert str(refusal.value).startswith(("The ", "What "))


def test_a_web_page_says_how_to_find_its_feed() -> None:
    with pytest.raises(NotAFeed, match="Try: techdash add URL"):
        read("<html><body>Hello</body></html>")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read('<rss version="2.0"></rss>').entries == ()
    assert read(rss("")).version == "rss20"
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"/>').version == "atom10"
    assert read('{"version": "https://jsonfeed.org/version/1.1", "items": []}').version == "json11"


def test_json_feeds_with_values_of_the_wrong_type() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": ["x"], "authors": 7, "items": ['
        '{"id": 12345678901234567890123, "title": [5], "content_text": "Number", "tags": "no list"},'
        '{"id": 1.50, "content_html": null, "summary": "Float", "attachments": [3, {"url": []}]},'
        '{"id": "s", "title": "\\ud800x", "date_published": NaN}, null, "text"]}'
    )
    assert [(entry.key, entry.title) for entry in feed.entries] == [
        ("12345678901234567890123", "Number"),
        ("1.50", "Float"),
        ("s", "\ufffdx"),
    ]
    assert feed.note == "2 items could not be read"


def test_a_number_of_five_thousand_digits_is_an_id() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + "9" * 5000 + ', "title": "T"}]}'
    )
    assert feed.entries[0].key.startswith("sha256:")
