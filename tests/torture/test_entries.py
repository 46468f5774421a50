"""E12 to E26: links, dates, titles, texts and media of entries, as careless feeds have them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.torture.morning import Cases, Morning, item, morning_of, rss
from tests.torture.rig import NOW
from tests.torture.server import Site
from tests.unit.test_feeds_dates import TABLE as DATES
from tests.unit.test_feeds_titles import TABLE as TITLES

CASES = Cases()
FILES_OF = (
    "SELECT f.url, length FROM enclosures f JOIN entries e ON e.id = f.entry_id"
    " WHERE source_id = ? ORDER BY position"
)


def entry(inside: str, n: int = 0) -> str:
    return f"<entry><title>E{n}</title><id>tag:e.org,2026:{n}</id>{inside}</entry>"


def atom(entries: str, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title>{entries}</feed>'


def date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


# -- E12 to E14: links

PERMALINKS = [
    # guid, what stands beside it, the link that is stored
    ('<guid isPermaLink="false">https://e.org/false</guid>', "", ""),
    ("<guid>https://e.org/true</guid>", "", "https://e.org/true"),
    ('<guid isPermaLink="true">12345</guid>', "", ""),
    ('<guid isPermaLink="true">javascript:x()</guid>', "", ""),
    ("<guid>https://e.org/guid</guid>", "<link>https://e.org/link</link>", "https://e.org/link"),
    ("<guid><![CDATA[<a href='https://e.org/x'>x</a>]]></guid>", "", ""),
    ("<guid><b>bold</b> id</guid>", "", ""),
    ("<guid> </guid>", "<link>https://e.org/blank</link>", "https://e.org/blank"),
]
CASES.add(
    "e12",
    rss("".join(f"<item><title>E{n}</title>{g}{more}</item>" for n, (g, more, _) in enumerate(PERMALINKS))),
)

LINKS = [
    # link, what becomes of it at https://e.org/
    ("/a/../b", "https://e.org/b"),
    ("//cdn.e.org/x", "https://cdn.e.org/x"),
    ("HTTPS://E.org/Caps", "https://E.org/Caps"),
    ("https://e.org/with space", "https://e.org/with%20space"),
    ("  https://e.org/around \n ", "https://e.org/around"),
    ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
    ("?page=2", "https://e.org/?page=2"),
    ("javascript:alert(1)", ""),
    ("file:///etc/passwd", ""),
    ("data:text/html,x", ""),
    ("--version", "https://e.org/--version"),
    ("http://", ""),
    ("http://[", ""),
    ("https://e.org/" + "x" * 3_000, ""),
]
CASES.add(
    "e13",
    rss("".join(f"<item><title>E{n}</title><link>{link}</link></item>" for n, (link, _) in enumerate(LINKS))),
)
CASES.add(
    "e13-base",
    atom(
        entry('<link href="x"/>', 0)
        + '<entry xml:base="deep/"><title>E1</title><id>1</id><link href="x"/></entry>'
        + entry('<link xml:base="https://other.example/" href="x"/>', 2)
        + '<entry xml:base="http://["><title>E3</title><id>3</id><link href="x"/></entry>',
        'xml:base="https://base.example/blog/"',
    ),
)
RELATIONS = [
    ('<link rel="self" href="https://e.org/self"/><link href="https://e.org/right"/>', "https://e.org/right"),
    (
        (
            '<link rel="alternate" type="application/json" href="https://e.org/json"/>'
            '<link rel="alternate" type="text/html" href="https://e.org/right"/>'
        ),
        "https://e.org/right",
    ),
    (
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://e.org/right"/>',
        "https://e.org/right",
    ),
    ('<link rel="enclosure" type="audio/mpeg" href="https://e.org/a.mp3"/>', "https://e.org/a.mp3"),
    (
        '<link rel="replies" href="https://e.org/replies"/><link rel="related" href="https://e.org/related"/>',
        "",
    ),
]
CASES.add(
    "e14",
    atom(
        "".join(entry(links, n) for n, (links, _) in enumerate(RELATIONS))
        + "<entry><title>E5</title><id>https://e.org/id</id></entry>"
    ),
)

# -- E15 to E18: dates

CASES.add(
    "e15",
    rss("".join(item(f"<pubDate>{text}</pubDate>", f"E{n}", str(n)) for n, (text, _) in enumerate(DATES))),
)
FALSE = [
    *(
        "",
        "yesterday",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0000-00-00T00:00:00Z",
        "1672-01-01",
        "2123-05-12T00:00:00Z",
    ),
    *(
        "9999-12-31T23:59:59Z",
        "-0001-01-01T00:00:00Z",
        "1672653600000000000",
        "2026-02-30",
        "2026-05-12T08:30:00+25:00",
    ),
    *("0", "-1", "99999999999999999999", "Tue, 32 May 2026 00:00:00 GMT", "12 May 2026 99:99:99"),
]
CASES.add(
    "e16", rss("".join(item(f"<pubDate>{text}</pubDate>", f"E{n}", str(n)) for n, text in enumerate(FALSE)))
)
DAY = 86_400
CASES.add(
    "e17",
    rss(
        item(f"<pubDate>{date(NOW + 3650 * DAY)}</pubDate>", "In ten years", "1")
        + item(f"<pubDate>{date(NOW + DAY // 2)}</pubDate>", "Tonight", "2")
        + item(f"<pubDate>{date(NOW - 60)}</pubDate>", "A minute ago", "3")
    ),
)
CASES.add(
    "e18",
    rss(
        item("<pubDate>Sun, 29 Mar 2026 02:30:00 +0100</pubDate>", "Gap", "1")
        + item("<pubDate>2026-05-11T22:30:00Z</pubDate>", "Late", "2")
    ),
)

# -- E19 to E21: texts

E19 = [
    (raw, expected) for raw, form, expected in TITLES if form == "guess" and expected and "\x07" not in raw
]
CASES.add(
    "e19",
    rss(
        "".join(
            f"<item><title><![CDATA[{raw}]]></title><guid>{n}</guid></item>" for n, (raw, _) in enumerate(E19)
        )
    ),
)
CASES.add(
    "e19-none",
    rss(
        "<item><title></title><guid>1</guid><description>First sentence. And more.</description></item>"
        "<item><title> \n\t </title><guid>2</guid><link>https://e.org/2</link></item>"
        "<item><guid>3</guid></item>"
    ),
)
CASES.add(
    "e20",
    rss(
        "<item xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><title>E</title><guid>1</guid>"
        "<itunes:summary>iTunes says.</itunes:summary><description>Described shortly.</description>"
        f"<content:encoded><![CDATA[<p>{'The whole article. ' * 20}</p>]]></content:encoded></item>"
    ),
)
SCRIPT = "<script>steal()</script><b>Said</b>"
TYPES = {
    # type: format that is stored
    "text": "text",
    "html": "html",
    "text/html": "html",
    "text/plain": "text",
    "application/octet-stream": "text",
    "image/svg+xml": "text",
    "text/markdown": "markdown",
    "application/x-nonsense": "text",
}
ESCAPED = SCRIPT.replace("<", "&lt;")
CASES.add(
    "e21",
    atom("".join(entry(f'<content type="{kind}">{ESCAPED}</content>', n) for n, kind in enumerate(TYPES))),
)
BASE64 = base64.b64encode(SCRIPT.encode()).decode()
CASES.add("e21-base64", atom(entry(f'<content type="application/octet-stream">{BASE64}</content>')))
CASES.add(
    "e21-xhtml",
    atom(
        entry(f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{SCRIPT}</div></content>', 0)
        + entry(
            f'<content type="image/svg+xml"><svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg></content>',
            1,
        )
    ),
)

# -- E22 to E26: media and extensions

LENGTHS = {"": 0, "-1": 0, "1e20": 0, "123": 123, "99999999999999999999": 0, "1,024": 0, " 7 ": 7, "٣": 0}
FILES = "".join(
    f'<enclosure url="https://e.org/{n}.mp3" length="{length}" type="audio/mpeg"/>'
    for n, length in enumerate(LENGTHS)
)
CASES.add(
    "e22",
    rss(
        item(
            FILES
            + '<enclosure url="https://e.org/0.mp3"/><enclosure url="relative.mp3"/><enclosure/><enclosure url="file:///x"/>'
        )
    ),
)
CASES.add("e22-hundred", rss(item("".join(f'<enclosure url="https://e.org/{n}.mp3"/>' for n in range(100)))))
DURATIONS = {
    "1:02:03": 63,
    "99:99:99": 6041,
    "90": 2,
    "00:45": 1,
    "an hour": 0,
    "-5": 0,
    "1:2:3:4": 0,
    "": 0,
    "9" * 30: 0,
}
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
CASES.add(
    "e23",
    rss(
        "".join(
            f"<item {ITUNES}><title>E{n}</title><guid>{n}</guid><itunes:duration>{text}</itunes:duration>"
            "<itunes:episode>first</itunes:episode><itunes:season>-1</itunes:season>"
            "<itunes:explicit>perhaps</itunes:explicit><itunes:image/></item>"
            for n, text in enumerate(DURATIONS)
        )
    ),
)
CASES.add(
    "e24",
    rss(
        f"<item {MEDIA}><media:title>Not this</media:title><title>This</title><guid>1</guid>"
        "<media:group><media:content/><media:thumbnail/>"
        "<media:content url='https://e.org/v.mp4' type='video/mp4' fileSize='x'/>"
        "<media:description>Said of it.</media:description></media:group></item>"
        f"<item {MEDIA}><media:title>Only this</media:title><guid>2</guid></item>"
    ),
)
EXTENSIONS = """
<podcast:transcript xmlns:podcast="https://podcastindex.org/namespace/1.0"/>
<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter start="99:x" title="c"/>
<psc:chapter/></psc:chapters>
<georss:point xmlns:georss="http://www.georss.org/georss">north south</georss:point>
<georss:polygon xmlns:georss="http://www.georss.org/georss">1 2 x</georss:polygon>
<gml:Point xmlns:gml="http://www.opengis.net/gml"><gml:pos/></gml:Point>
<cc:license xmlns:cc="http://web.resource.org/cc/"/>
<creativeCommons:license xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"/>
"""
CASES.both("e25", item(EXTENSIONS))
CASES.add(
    "e26",
    atom(
        '<link rel="next" href="/e26/older"/><link rel="prev-archive" href="/e26/archive"/>'
        '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
        + entry(
            '<link href="https://e.org/1"/><link rel="via" href="https://via.example/"/><source><id>x</id><title>Other</title>'
            '<link href="https://other.example/"/><updated>2020-01-01T00:00:00Z</updated></source>'
            '<thr:in-reply-to xmlns:thr="http://purl.org/syndication/thread/1.0" ref="x" href="https://e.org/0"/>'
            '<link rel="replies" type="text/html" href="https://e.org/1#comments"/>',
            1,
        )
    ),
)


@pytest.fixture(scope="module")
def morning(prepared: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    home = tmp_path_factory.mktemp("entries") / "home"
    yield from morning_of(CASES.documents, prepared, site, home, full_text="feed")


def by_title(morning: Morning, name: str, column: str) -> dict[str, object]:
    return dict(zip(morning.titles(name), morning.column(name, column), strict=True))


def numbered(morning: Morning, name: str, column: str, count: int) -> list[object]:
    """A column of the entries E0, E1 and so on."""
    found = by_title(morning, name, column)
    return [found[f"E{n}"] for n in range(count)]


def test_e12_a_guid_is_a_link_where_it_says_so(morning: Morning) -> None:
    assert numbered(morning, "e12", "url", len(PERMALINKS)) == [link for *_, link in PERMALINKS]
    assert len(set(morning.column("e12", "key"))) == len(PERMALINKS)


def test_e13_links_are_absolute_or_none(morning: Morning) -> None:
    found = numbered(morning, "e13", "url", len(LINKS))
    assert dict(zip(LINKS, found, strict=True)) == {pair: pair[1] for pair in LINKS}
    assert numbered(morning, "e13-base", "url", 4) == [
        "https://base.example/blog/x",
        "https://base.example/blog/deep/x",
        "https://other.example/x",
        "https://base.example/blog/x",
    ]


def test_e14_of_several_links_the_right_one(morning: Morning) -> None:
    assert numbered(morning, "e14", "url", 6) == [*(link for _, link in RELATIONS), "https://e.org/id"]


def test_e15_dates_are_read(morning: Morning) -> None:
    found = numbered(morning, "e15", "published", len(DATES))
    # The rig's clock stands a day before that of the table, so that its last row is yet to come.
    for (text, expected), seconds in zip(DATES[:-1], found[:-1], strict=True):
        assert isinstance(seconds, int), text
        assert datetime.fromtimestamp(seconds, UTC).isoformat()[: len(expected)] == expected, text
    assert found[-1] is None


def test_e16_what_can_be_no_date_is_none(morning: Morning) -> None:
    assert numbered(morning, "e16", "published", len(FALSE)) == [None] * len(FALSE)
    assert set(morning.column("e16", "sort_time")) == {NOW}
    assert set(morning.column("e16", "day")) == {"2026-05-12"}


def test_e17_nothing_is_pinned_on_top(morning: Morning) -> None:
    published = by_title(morning, "e17", "published")
    assert published["In ten years"] is None
    assert published["Tonight"] == NOW + DAY // 2
    assert by_title(morning, "e17", "sort_time") == {
        "In ten years": NOW,
        "Tonight": NOW,
        "A minute ago": NOW - 60,
    }


def test_e18_times_are_kept_in_utc(morning: Morning) -> None:
    assert by_title(morning, "e18", "published") == {
        "Gap": int(datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp()),
        "Late": int(datetime(2026, 5, 11, 22, 30, tzinfo=UTC).timestamp()),
    }
    assert by_title(morning, "e18", "day") == {"Gap": "2026-03-29", "Late": "2026-05-11"}


def test_e19_titles_are_a_line_of_plain_text(morning: Morning) -> None:
    assert len(E19) >= 13
    found = dict(zip(morning.column("e19", "key"), morning.titles("e19"), strict=True))
    assert found == {str(n): expected for n, (_, expected) in enumerate(E19)}
    assert morning.titles("e19-none") == ["First sentence.", "https://e.org/2", "(untitled)"]


def test_e20_the_richest_text_is_the_body(morning: Morning) -> None:
    (body,) = morning.bodies("e20")
    assert "The whole article." in body
    assert morning.column("e20", "summary") == ["Described shortly."]


def test_e21_only_html_is_html(morning: Morning) -> None:
    sql = "SELECT title, format, body FROM bodies b JOIN entries e ON e.id = b.entry_id WHERE source_id = ?"
    found = {title: (form, body) for title, form, body in morning.rig.rows(sql, "e21")}
    for n, (kind, form) in enumerate(TYPES.items()):
        assert found[f"E{n}"] == (form, SCRIPT), kind
    assert morning.bodies("e21-base64") == [SCRIPT]
    ids = by_title(morning, "e21", "id")
    for n, (kind, form) in enumerate(TYPES.items()):
        shown = morning.rig.program("read", str(ids[f"E{n}"])).out
        if form == "html":
            assert "steal" not in shown, kind
        elif form == "text":
            assert "<script>steal()</script>" in " ".join(shown.split()), kind
        assert "Said" in shown
    ids = by_title(morning, "e21-xhtml", "id")
    assert "steal" not in morning.rig.program("read", str(ids["E0"])).out


def test_e22_files_are_bounded(morning: Morning) -> None:
    assert morning.rig.rows(FILES_OF, "e22") == [
        *((f"https://e.org/{n}.mp3", length) for n, length in enumerate(LENGTHS.values())),
        ("https://e.org/relative.mp3", 0),
    ]
    assert len(morning.rig.rows(FILES_OF, "e22-hundred")) == 50
    assert morning.note("e22-hundred") == "1 entry with more than 50 files"


def test_e23_an_episode_lasts_as_long_as_it_says_if_it_does(morning: Morning) -> None:
    assert numbered(morning, "e23", "minutes", len(DURATIONS)) == list(DURATIONS.values())


def test_e24_media_rss(morning: Morning) -> None:
    assert morning.titles("e24") == ["This", "Only this"]
    assert morning.rig.rows(FILES_OF, "e24") == [("https://e.org/v.mp4", 0)]
    assert "Said of it." in morning.shown("e24")


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_e25_extensions_that_make_no_sense(morning: Morning, parser: str) -> None:
    assert "One" in morning.titles(f"e25-{parser}")


def test_e26_what_leads_elsewhere_is_not_followed(morning: Morning, site: Site) -> None:
    assert morning.titles("e26") == ["E1"]
    assert morning.column("e26", "url") == ["https://e.org/1"]
    assert morning.column("e26", "comments_url") == ["https://e.org/1#comments"]
    assert site.asked("/e26/") == []


def test_every_case_is_served() -> None:
    assert {name[:3] for name in CASES.documents} == {f"e{n}" for n in range(12, 27)}
