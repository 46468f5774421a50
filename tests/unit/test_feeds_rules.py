"""D-1, D-2, P-8 to P-14: what becomes of an entry on its way from a document to the store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds import soup
from techdash.feeds.parse import parse
from techdash.feeds.rules import cut_markup, name_key
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedEntry, ParsedFeed

NOW = 1_778_630_400  # 2026-05-13
URL = "https://feeds.example/feeds/main.xml"


def read(
    items: str, *, max_items: int = 50, site: str = "https://site.example/blog/", head: str = ""
) -> ParsedFeed:
    body = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>T</title><link>{site}</link>{head}{items}</channel></rss>"
    )
    return parse(
        ParseJob("s", "article", "S", "", max_items, "auto", NOW, (Fetched(URL, URL, body.encode()),))
    )


def one(inside: str, **more: str) -> ParsedEntry:
    (entry,) = read(f"<item>{inside}</item>", **more).entries  # type: ignore[arg-type]
    return entry


def keys(*items: str) -> list[str]:
    return [entry.key for entry in read("".join(f"<item>{item}</item>" for item in items)).entries]


# -- identity


def test_the_key_is_the_guid_else_the_link_else_what_it_says() -> None:
    assert keys("<guid>tag:x,2026:1</guid><link>https://a.example/1</link>") == ["tag:x,2026:1"]
    assert keys("<link>https://a.example/1</link>") == ["https://a.example/1"]
    said = keys("<title>T</title><description>D</description>")
    assert said[0].startswith("sha256:")
    assert said == keys("<title>T</title><description>D</description>")
    assert said != keys("<title>T</title><description>E</description>")


@pytest.mark.parametrize(
    "later",
    [
        "https://www.a.example/post?id=7",
        "http://a.example/post?id=7",
        "https://A.example/post?id=7&amp;utm_source=rss&amp;utm_medium=feed",
        "https://a.example/post/?id=7",
    ],
)
def test_an_address_as_guid_keeps_its_key_when_the_site_moves(later: str) -> None:
    first = keys("<guid>https://a.example/post?id=7</guid>")
    assert keys(f"<guid>{later}</guid>") == first


def test_the_fragment_of_a_guid_tells_entries_apart() -> None:
    assert len(set(keys("<guid>https://a.example/log#1</guid>", "<guid>https://a.example/log#2</guid>"))) == 2


def test_the_same_guid_with_different_links_keeps_both_whatever_the_order() -> None:
    items = [f"<guid>same</guid><link>https://a.example/{n}</link><title>{n}</title>" for n in range(3)]
    forwards, backwards = keys(*items), keys(*reversed(items))
    assert len(set(forwards)) == 3
    assert set(forwards) == set(backwards)


def test_the_same_guid_and_link_is_one_entry_and_the_first_counts() -> None:
    link = "<guid>same</guid><link>https://a.example/1</link>"
    feed = read(f"<item>{link}<title>First</title></item><item>{link}<title>Second</title></item>")
    assert [entry.title for entry in feed.entries] == ["First"]
    assert feed.note == ""


@given(st.text(max_size=600))
def test_a_key_is_stable_and_short(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert len(name_key(name)) <= 520


# -- links


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("HTTPS://a.example/x", "https://a.example/x"),
        ("post/", "https://site.example/blog/post/"),
        ("/post", "https://site.example/post"),
        ("//cdn.example/post", "https://cdn.example/post"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ("https://例子.example/路", "https://xn--fsqu00a.example/%E8%B7%AF"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_links_are_absolute_web_links_or_none(link: str, expected: str) -> None:
    assert one(f"<link>{link}</link><title>T</title>").url == expected


def test_xml_base_counts_before_the_site() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://one.example/a/">'
        '<entry xml:base="b/"><id>1</id><link href="c"/><link xml:base="/d/" rel="enclosure" href="e"/>'
        "</entry>"
        "</feed>"
    )
    job = ParseJob("s", "article", "S", "", 50, "auto", NOW, (Fetched(URL, URL, body.encode()),))
    entry = parse(job).entries[0]
    assert entry.url == "https://one.example/a/b/c"
    assert [file.url for file in entry.enclosures] == ["https://one.example/d/e"]


def test_a_guid_is_a_link_only_where_it_may_be() -> None:
    guid = "https://a.example/1"
    assert one(f"<guid>{guid}</guid>").url == guid
    assert one(f'<guid isPermaLink="false">{guid}</guid>').url == ""
    assert one('<guid isPermaLink="true">no address</guid>').url == ""


def test_what_can_be_heard_is_the_link_of_an_episode_without_one() -> None:
    entry = one('<title>E</title><enclosure url="https://a.example/e.mp3" type="audio/mpeg" length="-1"/>')
    assert entry.url == "https://a.example/e.mp3"
    assert entry.enclosures[0].length == 0


# -- texts


def test_the_richest_text_is_the_body_and_the_description_its_summary() -> None:
    entry = one(
        "<description>Short.</description>"
        "<content:encoded><![CDATA[<p>Long and long and long.</p>]]></content:encoded>"
        "<itunes:summary>Shorter</itunes:summary>"
    )
    assert entry.body == "<p>Long and long and long.</p>"
    assert (entry.body_format, entry.summary) == ("html", "Short.")
    longer = one(
        "<description>A long description is the text.</description><content:encoded>x</content:encoded>"
    )
    assert longer.body == "A long description is the text."


@pytest.mark.parametrize(
    ("description", "form"),
    [
        ("Plain words.", "text"),
        ("1 &lt; 2 &gt; 0", "text"),
        ("C++ &lt;T&gt; template", "text"),
        ("&lt;p&gt;Markup&lt;/p&gt;", "html"),
        ("One&lt;br&gt;two", "html"),
        ("AT&amp;amp;T", "html"),
        ("<p>Naked markup</p>", "html"),
    ],
)
def test_rss_text_is_html_only_where_it_looks_like_it(description: str, form: str) -> None:
    assert one(f"<description>{description}</description>").body_format == form


def test_a_summary_is_made_of_the_text_where_there_is_none() -> None:
    entry = one(f"<content:encoded><![CDATA[<h2>Head</h2><p>{'word ' * 100}</p>]]></content:encoded>")
    assert entry.summary.startswith("Head word word")
    assert entry.summary.endswith("…")
    assert len(entry.summary) <= 300
    assert (entry.words, entry.minutes) == (101, 1)


def test_scripts_are_no_words() -> None:
    entry = one("<description><![CDATA[<p>Two words</p><script>a b c d e</script>]]></description>")
    assert entry.words == 2


def test_a_text_is_cut_at_one_megabyte_and_not_inside_a_tag() -> None:
    body = "<p>" + "word " * 209_714 + '<a href="https://a.example/">link</a></p>'
    feed = read(f"<item><guid>1</guid><content:encoded><![CDATA[{body}]]></content:encoded></item>")
    assert feed.entries[0].body.endswith("word ")
    assert feed.note == "1 text cut at 1 MB"


@given(st.text(alphabet="<>!-ab ", max_size=60), st.integers(0, 60))
def test_cut_markup_leaves_no_open_tag(html: str, most: int) -> None:
    cut = cut_markup(html, most)
    assert html.startswith(cut)
    assert "<" not in cut[cut.rfind(">") + 1 :]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ada@a.example (Ada Lovelace)", "Ada Lovelace"),
        ("Ada Lovelace &lt;ada@a.example&gt;", "Ada Lovelace"),
        ("ada@a.example", "ada@a.example"),
        ("李雷&#x202e;", "李雷"),
    ],
)
def test_an_author_is_a_name(author: str, expected: str) -> None:
    assert one(f"<author>{author}</author>").author == expected


@pytest.mark.parametrize(
    ("duration", "minutes"), [("1:02:03", 63), ("90", 2), ("62:03", 63), ("about an hour", 1), ("", 1)]
)
def test_an_episode_takes_as_long_as_it_is(duration: str, minutes: int) -> None:
    assert (
        one(f"<description>x</description><itunes:duration>{duration}</itunes:duration>").minutes == minutes
    )


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("en-us", "这是一篇关于推荐系统的文章。", "zh"),
        ("zh-CN", "An article about recommender systems.", "en"),
        ("fr", "Un article sur les systèmes de recommandation.", "fr"),
        ("", "An article about recommender systems.", "en"),
        ("ja", "推薦システムについての記事です。", "ja"),
    ],
)
def test_the_language_is_what_the_text_shows(declared: str, text: str, language: str) -> None:
    feed = read(f"<item><description>{text}</description></item>", head=f"<language>{declared}</language>")
    assert feed.entries[0].language == language


# -- bounds


def test_the_newest_are_kept_and_the_rest_counted() -> None:
    items = "".join(
        f"<item><guid>{n}</guid><pubDate>2026-05-{n:02} 10:00</pubDate></item>" for n in (3, 9, 1, 7, 5, 8)
    )
    feed = read(items, max_items=3)
    assert [entry.key for entry in feed.entries] == ["9", "8", "7"]
    assert feed.note == "3 of 6 entries kept"
    undated = "".join(f"<item><guid>{n}</guid></item>" for n in range(6))
    assert [entry.key for entry in read(undated, max_items=2).entries] == ["0", "1"]


def test_a_false_date_gives_way_to_the_next_one_or_to_none() -> None:
    assert one(
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate><atom:updated>2026-05-01T10:00:00Z</atom:updated>"
    ).published
    entry = one("<pubDate>2123-01-01</pubDate>")
    assert (entry.published, entry.date_only) == (None, False)


def test_enclosures_and_tags_are_bounded_and_each_there_once() -> None:
    entry = one(
        "".join(f'<enclosure url="https://a.example/{n % 60}" length="{n}"/>' for n in range(120))
        + "".join(f"<category>c{n % 110}</category>" for n in range(150))
    )
    assert len(entry.enclosures) == 50
    assert len(entry.tags) == 100
    assert len(set(entry.tags)) == 100


def test_media_is_read() -> None:
    entry = one(
        "<title>Item</title><media:group><media:title>Media</media:title><media:description>Described.</media:description>"
        '<media:content url="https://a.example/v" type="application/x-shockwave-flash"/>'
        '<media:content url="https://a.example/v.mp4" type="video/mp4" fileSize="12"/><media:thumbnail/>'
        "</media:group>"
    )
    assert (entry.title, entry.body) == ("Item", "Described.")
    assert [(file.url, file.length) for file in entry.enclosures] == [("https://a.example/v.mp4", 12)]


# -- tag soup goes by the same rules


def test_tag_soup_gives_the_same_entry() -> None:
    inside = (
        "<title>One &amp;amp; two</title><link>https://a.example/1</link><guid isPermaLink='false'>g</guid>"
        "<pubDate>Tue, 12 May 2026 08:30:00 GMT</pubDate><dc:creator>Ada</dc:creator><category>c</category>"
        "<comments>https://a.example/1#c</comments><description>Short.</description>"
        "<content:encoded><![CDATA[<p>Long and long.</p>]]></content:encoded>"
        '<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="5"/>'
    )
    document = read(f"<item>{inside}</item>")
    broken = read(f"<item>{inside}</item><item><title>x</titel></item>")
    assert broken.note == "imperfect XML"
    assert broken.entries[0] == document.entries[0]


def test_the_guard_bounds_what_feedparser_is_slow_at() -> None:
    categories = "".join(f"<category>c{n}</category>" for n in range(1_000))
    text = soup.guarded(f"<item><title>a</title>{categories}</item><item>{categories}</item>")
    assert text.count("<category>") == 400
    assert soup.guarded("<p " + " ".join(f"a{n}=1" for n in range(300)) + ">") == "<p>"
    assert len(soup.guarded(f"<author>{'a.' * 50_000}</author>")) < 1_100
    assert len(soup.guarded(f"<author><![CDATA[{'a.' * 50_000}]]></author>")) < 1_100
    assert soup.guarded("<item/>" * 5_001).count("<item") == 5_000
