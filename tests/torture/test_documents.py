"""P01 to P32: documents that are old, broken, in the wrong encoding or out to do harm, one refresh for all.

Every document is a source of its own at a host of its own, taken by the program from the request to the
library; what must hold after any run is looked at once, after all of them. Those of several MiB come later.
P33 is tests/unit/test_feeds_mutants.py.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from tests.network.server import answer
from tests.torture.morning import BROKEN, Cases, Document, Morning, item, morning_of, rss
from tests.torture.server import Site
from tests.unit.test_feeds_charset import MATRIX

FIXTURES = Path(__file__).parents[1] / "data" / "feeds"
KIB, MIB = 1 << 10, 1 << 20
CASES = Cases()
CANARY = "/p19/canary"
SECRET = "XYZZY-from-a-file"

# -- P01 to P12: formats and untidiness

for n, name in enumerate(("rss090", "rss091", "rss092", "rss10", "rss20"), 1):
    CASES.add(f"p{n:02}", (FIXTURES / f"{name}.xml").read_bytes())
CASES.add("p06", "<rss><channel><title>T</title><item><title>One</title></item></channel></rss>")
CASES.add("p07", (FIXTURES / "atom03.xml").read_bytes())
CASES.add("p08", (FIXTURES / "atom10.xml").read_bytes())
CASES.add("p08-prefixed", (FIXTURES / "atom10-prefixed.xml").read_bytes())
FIXED = {
    "p01": "rss090",
    "p02": "rss091",
    "p03": "rss092",
    "p04": "rss10",
    "p05": "rss20",
    "p07": "atom03",
    "p08": "atom10",
    "p08-prefixed": "atom10-prefixed",
}

JSON_ITEMS = [
    {"id": "a", "content_text": "1 < 2 and <b>not bold</b>", "authors": [{"name": "Ada"}, {"name": "Grace"}]},
    {"id": 42, "title": "Number", "attachments": [{"url": "https://e.org/a.mp3", "mime_type": "audio/mpeg"}]},
    {"id": "twice", "title": "First", "url": "https://e.org/1"},
    {"id": "twice", "title": "First again", "url": "https://e.org/1"},
    {"title": "No id", "url": "https://e.org/no-id"},
    {"id": "d800", "title": "half \ud800 pair"},
    "no item",
    {"id": 1, "title": ["no text"], "tags": {"a": 1}, "attachments": "x", "authors": 7, "url": None},
]
JSON_HEAD = {"version": "https://jsonfeed.org/version/1.1", "title": "T"}
JSON_TYPE = "application/feed+json"
CASES.add("p09", json.dumps(JSON_HEAD | {"items": JSON_ITEMS}), JSON_TYPE)
CASES.add("p09-deep", "[" * 100_000, JSON_TYPE)
CASES.add(
    "p09-deep-inside",
    '{"version": "https://jsonfeed.org/version/1", "items": ' + '[{"a":' * 50_000,
    JSON_TYPE,
)
CASES.add(
    "p09-number",
    '{"version": "https://jsonfeed.org/version/1", "items": [{"id": %s, "title": "Long"}]}' % ("9" * 5_000),
    JSON_TYPE,
)
CASES.add(
    "p09-nan",
    '{"version": "https://jsonfeed.org/version/1", "items": [{"id": NaN, "title": "NaN"}]}',
    JSON_TYPE,
)

UNTIDY = {
    "unclosed": f"{item()}<item><title>Two</title><guid>two</guid>",
    "ampersand": item(title="One & two") + item(guid="two", title="R&D, AT&T"),
    "br": item("<description>a<br>b</description>") + item(guid="two"),
    "prefix": item("<nope:x>y</nope:x>") + item(guid="two"),
    "mismatched": item("<b><i>x</b></i>") + item(guid="two"),
    "entity": item(title="One&nbsp;more&hellip;") + item(guid="two"),
}
for name, items in UNTIDY.items():
    CASES.add(f"p10-{name}", rss(items))
CASES.add("p11-blank", "\n\n \n" + rss(item()))
CASES.add("p11-warning", "<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b><br />\n" + rss(item()))
CASES.add("p11-script", rss(item()) + "<script>track('1 < 2')</script>\n<!-- 0.2 s -->")
CASES.add(
    "p12", rss(item() + item(guid="two", title="Two") + item("<description>and then", guid="three"))[:-40]
)

# -- P13 to P18: encodings

for n, (text, encoding, label, http) in enumerate(MATRIX):
    declared = f' encoding="{label}"' if label else ""
    channel = f"<channel><item><title>{text}</title></item></channel>"
    document = f'<?xml version="1.0"{declared}?><rss version="2.0">{channel}</rss>'
    CASES.add(f"p13-{n:02}", document.encode(encoding), f"text/xml; charset={http}" if http else "text/xml")
CASES.add("p17", rss(item(title="Intact 完好 X né")).encode().replace(b"X", b"\xff"))
LABELS = (
    "punycode",
    "undefined",
    "zlib_codec",
    "idna",
    "x-nonsense",
    "utf-7",
    "unicode_escape",
    "hex",
    "rot13",
)
for label in LABELS:
    CASES.add(f"p18-{label.replace('_', '-')}", rss(item(title="中文 works"), label=label))

# -- P19 to P28: abuse


def _doctype(url: str, file: str) -> str:
    return (
        f'<!DOCTYPE rss SYSTEM "{url}" [<!ENTITY file SYSTEM "{file}"><!ENTITY net SYSTEM "{url}">'
        f'<!ENTITY % p SYSTEM "{url}"> %p;]>'
    )


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
CASES.both("p20-laughs", item(title="&a9;"), f'<!DOCTYPE rss [<!ENTITY a0 "lol">{LAUGHS}]>')
CASES.both("p20-quadratic", item(title="&a;" * 20_000), f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>')
CASES.both(
    "p20-short",
    item(f"<description>{'&a;' * 200_000}</description>"),
    f'<!DOCTYPE rss [<!ENTITY a "{"x" * 200}">]>',
)
CASES.both("p21", item(title="x &p; y"), r'<!DOCTYPE rss [<!ENTITY p "C:\data">]>')
REFERENCES = ("&#xD800;", "&#x110000;", "&#99999999999999;", "&#0;", "&#x9b;", "&#27;", "&#155;", "&#xFFFE;")
for n, reference in enumerate(REFERENCES):
    CASES.both(f"p22-{n}", item(f"<description>{reference}d</description>", title=f"a {reference} b"))
CASES.both("p22-escaped", item(title="a &amp;#27;]0;x&amp;#7; &amp;amp;#x9b; b"))
for size in (16, 100):
    styled = f'<p style="{"a" * size * KIB}">read me</p>'
    CASES.both(f"p23-{size}", item(f"<description><![CDATA[{styled}]]></description>"))
CASES.both("p24", item(f"<description><![CDATA[read me {'<!-- ' * 200_000}]]></description>"))
CASES.both("p24-outside", item(f"<description>read me{'<!-- ' * 200_000}</description>"))
for count in (10_000, 100_000):
    CASES.both(f"p25-{count}", item(f"<author>{'a.' * count}</author>"))
    CASES.both(f"p25-creator-{count}", item(f"<dc:creator><![CDATA[{'a.' * count}]]></dc:creator>"))
for count in (32_000, 100_000):
    attributes = " ".join(f'a{n}=""' for n in range(count))
    CASES.both(f"p26-{count}", item(f"<x {attributes}/>"))
    CASES.both(
        f"p26-inside-{count}", item(f"<description><![CDATA[<p {attributes}>read me</p>]]></description>")
    )
CASES.both("p27-categories", item("".join(f"<category>c{n}</category>" for n in range(20_000))))
CASES.both("p27-enclosures", item("".join(f'<enclosure url="https://e.org/{n}"/>' for n in range(100_000))))
CASES.both("p27-authors", item("<dc:creator>Ada</dc:creator>" * 100_000))
CASES.add("p28-elements-xml", rss(item("<x>" * 100_000 + "</x>" * 100_000)))
CASES.add("p28-elements-soup", rss(item("<x>" * 25_000 + "</x>" * 25_000) + BROKEN))  # 45 µs each there
CASES.both("p28-divs", item(f"<description><![CDATA[{'<div>' * 100_000}read me]]></description>"))
CASES.both("p28-xhtml", item(f"<description>{'<div>' * 20_000}read me{'</div>' * 20_000}</description>"))

# -- P31 and P32: no feed at all

NOISE = random.Random(31)
CASES.add("p31-nul", b"\0" * (64 * KIB))
CASES.add("p31-noise", NOISE.randbytes(256 * KIB))
CASES.add("p31-empty", b"")
CASES.add("p31-space", b" ")
CASES.add("p32-path", b"/etc/hostname")
CASES.add("p32-secret", b"{secret}")
CASES.add("p32-file", b"file://{secret}")
CASES.add("p32-url", b"{canary}")


@pytest.fixture(scope="module")
def morning(prepared: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    folder = tmp_path_factory.mktemp("documents")
    secret = folder / "secret.xml"
    secret.write_text(rss(item(title=SECRET)))
    canary = site.say(CANARY, answer(body=rss(item(title=SECRET)).encode()))
    documents = dict(CASES.documents)
    for name in ("p32-secret", "p32-file", "p32-url"):
        body = (
            documents[name]
            .body.replace(b"{secret}", str(secret).encode())
            .replace(b"{canary}", canary.encode())
        )
        documents[name] = Document(body)
    outside = Cases()
    items = item("<description>&net;</description>", title="a &file; b")
    outside.both("p19", items, _doctype(canary, secret.as_uri()))
    yield from morning_of(documents | outside.documents, prepared, site, folder / "home")


@pytest.mark.parametrize("name", FIXED)
def test_p01_to_p08_every_format(morning: Morning, name: str) -> None:
    expected = json.loads((FIXTURES / f"{FIXED[name]}.expected.json").read_text("utf-8"))["entries"]
    assert sorted(morning.titles(name)) == sorted(entry["title"] for entry in expected)
    assert sorted(morning.column(name, "url")) == sorted(entry.get("url", "") for entry in expected)  # type: ignore[type-var]
    # 0.91 has names of HTML in it, which its document type would explain.
    assert morning.note(name) == ("imperfect XML" if name == "p02" else "")


def test_p06_without_a_version(morning: Morning) -> None:
    assert morning.titles("p06") == ["One"]


def test_p09_json_feed(morning: Morning) -> None:
    assert morning.titles("p09") == [
        *("1 < 2 and <b>not bold</b>", "Number", "First", "No id", "half \ufffd pair", "(untitled)"),
    ]
    assert morning.note("p09") == "1 item could not be read"
    assert morning.column("p09", "author")[0] == "Ada, Grace"
    assert morning.column("p09", "key")[:3] == ["a", "42", "twice"]
    assert "<b>not bold</b>" in morning.shown("p09")
    for name in ("p09-deep", "p09-deep-inside"):
        assert (
            morning.refusal(name) == "The address gives JSON that can't be read: it is broken or cut short."
        )
    assert morning.titles("p09-number") == ["Long"]
    (key,) = morning.column("p09-number", "key")
    assert str(key).startswith("sha256:")  # a key of 5,000 digits, as its text
    assert morning.titles("p09-nan") == ["NaN"]


@pytest.mark.parametrize("name", UNTIDY)
def test_p10_untidy_xml_gives_its_entries(morning: Morning, name: str) -> None:
    titles = morning.titles(f"p10-{name}")
    assert len(titles) == 2
    assert titles[0] in ("One", "One & two", "One more…")
    assert morning.note(f"p10-{name}") == "imperfect XML"
    assert "imperfect XML" in morning.rig.program("sources").out


@pytest.mark.parametrize("name", ["p11-blank", "p11-warning", "p11-script"])
def test_p11_what_stands_around_a_feed(morning: Morning, name: str) -> None:
    assert morning.titles(name) == ["One"]


def test_p12_a_document_that_was_cut_before_it_was_sent(morning: Morning) -> None:
    assert morning.titles("p12") == ["One", "Two"]
    assert morning.note("p12") == "imperfect XML"


@pytest.mark.parametrize("number", range(len(MATRIX)))
def test_p13_to_p16_every_code_point_is_right(morning: Morning, number: int) -> None:
    assert morning.titles(f"p13-{number:02}") == [MATRIX[number][0]]


def test_p17_one_bad_byte_costs_one_character(morning: Morning) -> None:
    assert morning.titles("p17") == ["Intact 完好 \ufffd né"]


@pytest.mark.parametrize("label", LABELS)
def test_p18_a_label_that_is_no_encoding(morning: Morning, label: str) -> None:
    assert morning.titles(f"p18-{label.replace('_', '-')}") == ["中文 works"]


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_p19_nothing_outside_the_document_is_read(morning: Morning, site: Site, parser: str) -> None:
    title = morning.titles(f"p19-{parser}")[-1 if parser == "xml" else 0]
    assert title.startswith("a ")
    assert title.endswith(" b")
    assert site.asked(CANARY) == []
    assert SECRET not in "".join(
        str(row)
        for row in morning.rig.rows("SELECT * FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id")
    )


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_p20_entities_do_not_explode(morning: Morning, parser: str) -> None:
    assert "&a9;" in morning.titles(f"p20-laughs-{parser}")
    assert all(len(title) <= 500 for title in morning.titles(f"p20-quadratic-{parser}"))
    assert all(len(body) <= MIB for body in morning.bodies(f"p20-short-{parser}"))


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_p21_an_entity_with_a_backslash(morning: Morning, parser: str) -> None:
    assert r"x C:\data y" in morning.titles(f"p21-{parser}")


@pytest.mark.parametrize("parser", ["xml", "soup"])
@pytest.mark.parametrize("number", range(len(REFERENCES)))
def test_p22_a_forbidden_reference(morning: Morning, number: int, parser: str) -> None:
    assert "a \ufffd b" in morning.titles(f"p22-{number}-{parser}")


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_p22_a_reference_that_was_escaped_first(morning: Morning, parser: str) -> None:
    (title,) = [title for title in morning.titles(f"p22-escaped-{parser}") if title.startswith("a ")]
    assert not re.search("[\x00-\x1f\x7f-\x9f]", title)


TEXTS = ["p23-16", "p23-100", "p24", "p26-inside-32000", "p26-inside-100000", "p28-divs", "p28-xhtml"]


@pytest.mark.parametrize("parser", ["xml", "soup"])
@pytest.mark.parametrize("name", TEXTS)
def test_p23_to_p28_a_text_stays_readable(morning: Morning, name: str, parser: str) -> None:
    one = morning.titles(f"{name}-{parser}").index("One")
    assert "read me" in morning.bodies(f"{name}-{parser}")[one]


HEADS = [
    "p24-outside",
    "p25-10000",
    "p25-100000",
    "p25-creator-10000",
    "p25-creator-100000",
    "p26-32000",
    "p26-100000",
    "p28-elements",
]


@pytest.mark.parametrize("parser", ["xml", "soup"])
@pytest.mark.parametrize("name", HEADS)
def test_p25_to_p28_what_is_too_long_or_too_deep_costs_only_itself(
    morning: Morning, name: str, parser: str
) -> None:
    assert "One" in morning.titles(f"{name}-{parser}")
    assert all(len(str(author)) <= 200 for author in morning.column(f"{name}-{parser}", "author"))


@pytest.mark.parametrize("parser", ["xml", "soup"])
def test_p27_what_is_too_much_is_bounded_and_told(morning: Morning, parser: str) -> None:
    assert "One" in morning.titles(f"p27-categories-{parser}")
    tags = [json.loads(str(tags)) for tags in morning.column(f"p27-categories-{parser}", "tags")]
    assert max(map(len, tags)) == 100
    assert "1 entry with more than 100 tags" in morning.note(f"p27-categories-{parser}")
    count = "SELECT count(*) FROM enclosures f JOIN entries e ON e.id = f.entry_id WHERE e.source_id = ?"
    assert morning.rig.rows(count, f"p27-enclosures-{parser}") == [(50,)]
    assert "1 entry with more than 50 files" in morning.note(f"p27-enclosures-{parser}")
    assert max(len(str(author)) for author in morning.column(f"p27-authors-{parser}", "author")) <= 200


def test_p28_depth_is_no_matter_to_the_reader(morning: Morning) -> None:
    for name in ("p28-divs-xml", "p28-xhtml-xml"):
        assert "read me" in morning.shown(name)


@pytest.mark.parametrize("name", ["p31-nul", "p31-noise", "p31-empty", "p31-space"])
def test_p31_noise_is_no_feed(morning: Morning, name: str) -> None:
    said = morning.refusal(name)
    assert said in ("What the address gives is not a feed.", "The answer is empty: there is no feed in it.")


@pytest.mark.parametrize("name", ["p32-path", "p32-secret", "p32-file", "p32-url"])
def test_p32_a_body_that_is_a_path_or_an_address_is_not_opened(
    morning: Morning, site: Site, name: str
) -> None:
    assert morning.refusal(name) == "What the address gives is not a feed."
    assert site.asked(CANARY) == []


# -- P29 and P30: large ones


def many(count: int) -> str:
    text = f"<description>{escape('<p>Some text.</p>') * 3}</description>"
    return "".join(item(text, f"Title {n}", str(n)) for n in range(count))


@pytest.fixture(scope="module")
def heavy(prepared: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    """Documents of up to 8 MiB, which is within what is taken; of one host, so that they come in turn."""
    cases = Cases()
    cases.add("p29-many", rss(many(40_000)))
    cases.add("p29-cut", rss(many(40_000))[:-2_000_000])
    cases.add("p29-soup", rss(many(6_000) + BROKEN))
    cases.add("p30-cdata", rss(item(f"<description><![CDATA[<p>begins {'word ' * 800_000}]]></description>")))
    cases.add("p30-title", rss(item(title="word " * 800_000)))
    cases.add("p30-attribute", rss(item(f'<enclosure url="https://e.org/{"x" * 4 * MIB}"/>')))
    cases.add("p30-comment", rss(f"<!--{'x' * 4 * MIB}-->" + item()))
    home = tmp_path_factory.mktemp("heavy") / "home"
    yield from morning_of(cases.documents, prepared, site, home, hosts=1, max_items=1_000)


def test_p29_thousands_of_entries_are_bounded_and_counted(heavy: Morning) -> None:
    assert (
        heavy.source("p29-many").entries == 1_000
    )  # the most a source may be given; 5,000 is the parser's own
    assert heavy.note("p29-many") == "1000 of 40000 entries kept"
    assert heavy.source("p29-cut").entries == 1_000
    assert re.fullmatch(r"imperfect XML; 1000 of \d{5} entries kept", heavy.note("p29-cut"))
    assert heavy.source("p29-soup").entries == 1_000


def test_p30_a_text_without_end_is_cut_and_told(heavy: Morning) -> None:
    (body,) = heavy.bodies("p30-cdata")
    assert len(body) <= MIB
    assert heavy.note("p30-cdata") == "1 text cut at 1 MB"
    (title,) = heavy.titles("p30-title")
    assert len(title) <= 500
    assert heavy.note("p30-title") == "1 title cut at 500 characters"
    assert heavy.titles("p30-attribute") == ["One"]
    assert heavy.titles("p30-comment") == ["One"]


def test_every_case_is_served() -> None:
    """P14 to P16 are rows of P13's table, P19 needs a server, P29 and P30 have a refresh of their own."""
    served = {name[:3] for name in CASES.documents} | {"p14", "p15", "p16", "p19", "p29", "p30"}
    assert served == {f"p{n:02}" for n in range(1, 33)}
