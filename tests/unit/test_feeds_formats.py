"""P01 to P11: every format and version, each fixture beside what it means; and what is not a feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import to_builtins

from techdash.feeds.parse import NotAFeed, parse
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedEntry, ParsedFeed

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
    shown = {key: value for key, value in found.items() if value not in ("", None, ())}
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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<rss version='2.0'><channel><title>T</title>{}</channel></rss>", id="H34 strict"),
        pytest.param("<rss version='2.0'><channel><title>T & <b></title>{}<item>", id="H34 soup"),
    ],
)
def test_h34_when_a_feed_need_not_be_asked(text: str) -> None:
    hints = (
        "<ttl>90</ttl><skipHours><hour>0</hour><hour> 05 </hour><hour>24</hour><hour>25</hour><hour>x</hour>"
        f"<hour>{'9' * 500}</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>saturday</day><day>?</day></skipDays>"
    )
    item = "<item><guid>1</guid><title>One</title></item>"
    feed = read(text.replace("{}", hints + item))
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (5400, (0, 5), (5, 6))


# -- what feedparser's own corpus taught


def test_the_channel_definition_format() -> None:
    feed = read(
        '<CHANNEL BASE="https://base.example/"><TITLE>T</TITLE>'
        '<ITEM HREF="/1" LASTMOD="2026-04-06T23:05:43Z">'
        "<TITLE>One</TITLE><ABSTRACT>Said shortly.</ABSTRACT></ITEM></CHANNEL>"
    )
    (entry,) = feed.entries
    assert (entry.title, entry.url, entry.summary) == ("One", "https://base.example/1", "Said shortly.")
    assert entry.published == 1_775_516_743


def test_elements_of_atom_in_rss_without_a_namespace() -> None:
    inside = (
        "<title>One</title><id>urn:1</id><published>2026-05-12T08:30:00Z</published>"
        '<link rel="enclosure" type="audio/mpeg" length="7" href="https://e.org/a.mp3"/>'
        '<link href="https://e.org/1"/>'
    )
    (entry,) = read(rss(f"<item>{inside}</item>")).entries
    assert (entry.key, entry.url, entry.published) == ("urn:1", "https://e.org/1", 1_778_574_600)
    assert [(file.url, file.length) for file in entry.enclosures] == [("https://e.org/a.mp3", 7)]


def test_short_entities_of_a_document_type() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY site "Our site"><!ENTITY b \'Be & <b>\'><!ENTITY amp "x">]>'
    feed = read(rss("<item><title>&site; &amp; &b; &c;</title></item>", before=doctype))
    assert [entry.title for entry in feed.entries] == ["Our site & &b; &c;"]


def test_references_to_the_punctuation_of_windows() -> None:
    (entry,) = read(rss("<item><title>&#147;It&#146;s&#148; &#x97; &#133; &#x9b;</title></item>")).entries
    assert entry.title == "“It’s” — … \ufffd"


def test_categories_of_podcasts_and_of_pictures() -> None:
    inside = (
        '<itunes:category xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" text="Technology">'
        '<itunes:category text="Gadgets"/></itunes:category>'
        '<media:category xmlns:media="http://search.yahoo.com/mrss/" label="Cats">c</media:category>'
        "<category>Named <image><url>https://e.org/i.png</url></image></category>"
    )
    (entry,) = read(rss(f"<item><title>One</title>{inside}</item>")).entries
    assert entry.tags == ("Named", "Technology", "Gadgets", "Cats")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('safe<iframe src="https://e.org/"> description', "html"),
        ("<blink>safe</blink> description", "html"),
        ("How to use <iframe> and <object>", "text"),
        ("1 < 2 = true > x", "text"),
    ],
)
def test_markup_that_one_tag_tells(text: str, form: str) -> None:
    (entry,) = read(
        rss(f"<item><title>One</title><description><![CDATA[{text}]]></description></item>")
    ).entries
    assert entry.body_format == form


def test_what_is_cut_is_counted() -> None:
    texts = f"<summary>{'word ' * 20_000}</summary><description>{'text ' * 250_000}</description>"
    items = "".join(f"<item><title>{'t' * 600}</title><guid>{n}</guid>{texts}</item>" for n in range(2))
    assert read(rss(items)).note == (
        "2 texts cut at 1 MB; 2 summaries cut at 64 KB; 2 titles cut at 500 characters"
    )


@pytest.mark.parametrize("broken", ["", "<item><title>Broken</titel></item>"], ids=["xml", "soup"])
def test_all_the_authors_by_their_names(broken: str) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><author><name>Feed</name></author>'
        "<entry><title>One</title><id>1</id><author><name>Ada</name><email>a@e.org</email></author>"
        "<author><name>Grace</name></author></entry>"
        f"<entry><title>Two</title><id>2</id></entry>{broken}</feed>"
    )
    authors = {entry.title: entry.author for entry in read(body).entries}
    assert (authors["One"], authors["Two"]) == ("Ada, Grace", "Feed")
