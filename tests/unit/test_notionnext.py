"""What a NotionNext site serves: posts' pages, lists, the sitemap; which posts are one, and which a pair."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.notionnext import EQUATION_TEX, PER_PAGE, Blog, Post
from tests.notion import ENVELOPES, block, record_map

from techdash.document.load import load
from techdash.document.outline import own_text, plain_text, walk
from techdash.document.tree import CodeBlock, Heading, MathBlock, Table
from techdash.editions.takeapart import take_apart
from techdash.feeds import notionnext
from techdash.feeds.notionnext import ListPage, PostPage
from techdash.feeds.parse import parse
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedEntry
from techdash.store import pairs
from techdash.text.clean import is_clean
from techdash.text.urls import canonical

SITE = "https://blog.notes.example"
NOW = 1_778_630_400  # 2026-05-13
BLOG = Blog(Path(), SITE, date(2026, 5, 13), archive=30)
FILES = BLOG.files()


def page_of(post: Post) -> PostPage:
    found = notionnext.post(FILES[f"{post.path}.html"], f"{SITE}/{post.path}", now=NOW, language="zh")
    assert found is not None
    return found


def listed(*names: str) -> list[ListPage]:
    found = [notionnext.read(FILES[f"{name}.html"], _url(name), now=NOW, language="zh") for name in names]
    return [page for page in found if page is not None]


def _url(name: str) -> str:
    return f"{SITE}/{'' if name == 'index' else name}"


def page(properties: dict[str, Any], body: str = "") -> str:
    data = {"props": {"pageProps": properties}}
    return (
        f"<!DOCTYPE html><html><body><div id='__next'>{body}</div>"
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></body></html>'
    )


def post_of(path: str = "/article/x", **fields: Any) -> ParsedEntry:
    """The entry of a post's page."""
    given = {"title": "Title", "slug": "article/x", "summary": "A summary in English.", **fields}
    found = notionnext.post(page({"post": given}), SITE + path, now=NOW, language="zh")
    assert found is not None
    return found.entry


# -- what is recognised


def test_a_site_is_recognised_by_what_it_serves() -> None:
    assert all(
        notionnext.recognised(html)
        for name, html in FILES.items()
        if name.endswith(".html") and name != "404.html"
    )
    assert not notionnext.recognised("<html><body>NotionNext</body></html>")
    assert not notionnext.recognised(page({"posts": []}))
    assert not notionnext.recognised(page({"siteInfo": {"title": "x"}, "article": {}}))
    assert not notionnext.recognised('<script id="__NEXT_DATA__">[[[')


# -- a post's own page


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_page_gives_the_whole_text_of_its_record_map(envelope: str) -> None:
    post = next(one for one in BLOG.archive if one.envelope == envelope)
    found = page_of(post)
    assert (found.entry.body_format, found.locked, found.note) == ("notion", False, "")
    assert found.id == post.id.replace("-", "")
    entry = found.entry
    assert (entry.key, entry.title, entry.url) == (f"post:{post.slug}", post.title, f"{SITE}/{post.slug}")
    assert (entry.body_format, entry.tags, entry.language, entry.summary) == (
        "notion",
        ("优化",),
        "zh",
        post.summary,
    )
    assert entry.date_only
    assert entry.words > 300
    assert entry.minutes > 0
    blocks = list(walk(load(entry.body, entry.body_format, entry.url).blocks()))
    assert [own_text(one) for one in blocks if isinstance(one, Heading)] == ["范数是进度"]
    assert [one.tex for one in blocks if isinstance(one, MathBlock)] == [EQUATION_TEX]
    assert [(one.text, one.language) for one in blocks if isinstance(one, CodeBlock)] == [
        ("angle = step / norm", "python")
    ]
    assert [len(one.rows) for one in blocks if isinstance(one, Table)] == [2]
    assert "Published" not in plain_text(blocks)


def test_a_page_without_html_is_as_whole_as_one_with_it() -> None:
    with_html, without = (
        next(one for one in BLOG.archive if one.prerendered is said) for said in (True, False)
    )
    assert "范数是进度</span>" in FILES[f"{with_html.path}.html"]
    assert "范数是进度</span>" not in FILES[f"{without.path}.html"]
    assert page_of(with_html).entry.words == page_of(without).entry.words


def test_a_page_without_a_record_map_gives_its_html_by_the_rules_of_the_site() -> None:
    found = page_of(BLOG.without_map)
    assert found.entry.body_format == "html"
    blocks = list(load(found.entry.body, "html", found.entry.url).blocks())
    assert [own_text(one) for one in blocks if isinstance(one, Heading)] == ["一条公式"]
    assert [one.tex for one in blocks if isinstance(one, MathBlock)] == [EQUATION_TEX]
    said = plain_text(blocks)
    assert "这一篇没有记录表。" in said
    assert not {"status", "Published", "password", "priority"} & set(found.entry.body.split())
    assert "Published" not in found.entry.body
    assert found.entry.words < 20


@pytest.mark.parametrize("password", ["open sesame", "5f4dcc3b5aa765d61d8327deb882cf99", 7])
def test_what_is_behind_a_password_shows_its_summary_and_says_so(password: object) -> None:
    found = page_of(BLOG.locked)
    assert (found.locked, found.note, found.entry.body) == (True, "behind a password", "")
    assert found.entry.summary == BLOG.locked.summary
    hidden = record_map(BLOG.locked.id, [block("text", "hidden")])
    given = {"title": "T", "slug": "x", "password": password, "blockMap": hidden}
    again = notionnext.post(page({"post": given}), SITE, now=NOW)
    assert again is not None
    assert again.locked
    assert "hidden" not in again.entry.body


def test_a_page_that_holds_neither_map_nor_html_has_its_summary() -> None:
    entry = post_of(summary="All there is.")
    assert (entry.body, entry.body_format, entry.summary, entry.words) == ("", "text", "All there is.", 3)


def test_a_text_that_was_cut_says_so() -> None:
    long = record_map(BLOG.locked.id, [block("text", "x" * 4_000) for _ in range(400)])
    given = {"title": "T", "slug": "x", "id": BLOG.locked.id, "blockMap": long}
    found = notionnext.post(page({"post": given}), SITE, now=NOW)
    assert found is not None
    assert found.note == "cut short"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html>",
        FILES["404.html"],
        FILES["index.html"],
        page({"post": None}),
        page({"post": []}),
        page({"post": {}}),
        page({"post": {"title": "About", "slug": "about", "type": "Page"}}),
        page({"post": {"title": "Draft", "slug": "draft", "type": "Post", "status": "Draft"}}),
    ],
)
def test_other_pages_are_no_posts(html: str) -> None:
    assert notionnext.post(html, SITE + "/x", now=NOW) is None


@pytest.mark.parametrize("junk", [None, 7, [], {"block": 7}, {"block": {"a": {"value": {"value": 7}}}}])
def test_values_of_other_types_do_no_harm(junk: Any) -> None:
    entry = post_of(
        blockMap=junk, tags=junk, author=junk, publishDay=junk, publishDate=junk, id=junk, href=junk
    )
    assert entry.body == ""
    assert is_clean(entry.title)


# -- lists


def test_the_lists_go_on_as_far_as_they_say() -> None:
    (first,) = listed("index")
    url = f"{SITE}/"
    assert len(first.posts) == PER_PAGE
    following = notionnext.next_pages(FILES["index.html"], url, first)
    assert following == [f"{SITE}/page/{number}" for number in range(2, -(-first.count // PER_PAGE) + 1)]
    names = ["index", *(link.removeprefix(f"{SITE}/") for link in following)]
    keys = [post.entry.key for one in listed(*names) for post in one.posts]
    assert len(keys) == len(set(keys)) == first.count
    assert f"post:{BLOG.archive[-1].slug}" in keys


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/en", ["/en/page/2", "/en/page/3", "/en/page/4"]),
        ("/en/", ["/en/page/2", "/en/page/3", "/en/page/4"]),
        ("/en/page/3", ["/en/page/4"]),
        ("/zh-CN/page/2", ["/zh-CN/page/3"]),
        ("/en/page/4", []),
    ],
)
def test_following_pages_are_those_of_the_same_list(path: str, following: list[str]) -> None:
    html = page({"posts": [{"title": "T", "slug": f"s{n}"} for n in range(10)], "postCount": 37})
    found = notionnext.read(html, SITE + path, now=NOW)
    assert found is not None
    assert notionnext.next_pages(html, SITE + path, found) == [SITE + one for one in following]


def test_no_page_too_many_is_named() -> None:
    def read(path: str, *posts: object) -> tuple[str, notionnext.ListPage]:
        html = page({"posts": list(posts), "postCount": 37})
        found = notionnext.read(html, SITE + path, now=NOW)
        assert found is not None
        return html, found

    whole = [{"title": "T", "slug": f"s{n}"} for n in range(9)]
    html, first = read("/en", *whole, {"title": "without an address"})
    assert len(first.posts) == 9
    assert notionnext.next_pages(html, f"{SITE}/en", first)[-1] == f"{SITE}/en/page/4"
    # The last page is short, which only the first one can tell; another list's says nothing of it.
    html, last = read("/en/page/4", *whole[:7])
    assert notionnext.next_pages(html, f"{SITE}/en/page/4", last, [first]) == []
    _, other = read("/", *whole[:3])
    html, third = read("/en/page/3", *whole, whole[0])
    assert notionnext.next_pages(html, f"{SITE}/en/page/3", third, [other]) == [f"{SITE}/en/page/4"]


def test_without_a_count_the_links_of_a_page_say_what_follows() -> None:
    links = '<a href="/en/page/2">2</a><a class="x" href="/en/page/5/">5</a><a href="/page/9">9</a>'
    html = page({"posts": [{"title": "T", "slug": "s"}]}, links)
    found = notionnext.read(html, f"{SITE}/en", now=NOW)
    assert found is not None
    assert notionnext.next_pages(html, f"{SITE}/en", found) == [f"{SITE}/en/page/{n}" for n in range(2, 6)]
    assert notionnext.next_pages(html, f"{SITE}/tag/a", found) == []


@pytest.mark.parametrize("count", [-1, 10**9, "many", True, None, 1.5])
def test_a_count_that_is_none_asks_for_no_page(count: object) -> None:
    html = page({"posts": [{"title": "T", "slug": "s"}], "postCount": count})
    found = notionnext.read(html, SITE, now=NOW)
    assert found is not None
    assert notionnext.next_pages(html, SITE, found) == []


# -- the sitemap


def test_the_sitemap_names_every_post_newest_first() -> None:
    found = notionnext.sitemap(FILES["sitemap.xml"], f"{SITE}/sitemap.xml")
    assert {url for url, _ in found} == {f"{SITE}/{post.path}" for post in BLOG.posts}
    days = [day for _, day in found]
    assert days == sorted(days, reverse=True)
    assert days[0] == "2026-05-12"


def located(*rows: tuple[str, str], holder: str = "url") -> str:
    inner = "".join(
        f"<{holder}><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{holder}>"
        for url, day in rows
    )
    root = "urlset" if holder == "url" else "sitemapindex"
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'
    )


def test_a_sitemap_s_addresses_are_those_of_posts_on_the_site() -> None:
    xml = located(
        (f"{SITE}/", ""),
        (f"{SITE}/en", "2026-05-12"),
        (f"{SITE}/en/archive", ""),
        (f"{SITE}/tag/ai", ""),
        (f"{SITE}/page/2", ""),
        ("https://www.notes.example//article//a", "2026-04-01"),
        ("https://notes.example/article/b?x=1&amp;y=2", "2026-05-01T08:00:00+08:00"),
        (f"{SITE}/article/c", ""),
        (f" {SITE}/article/a ", "2026-04-02"),
        ("https://elsewhere.example/article/d", "2026-05-02"),
        ("javascript:alert(1)", "2026-05-02"),
        (f"{SITE}/en/article/a", "2026-03-01"),
    )
    assert notionnext.sitemap(xml, f"{SITE}/sitemap.xml") == (
        (f"{SITE}/article/b?x=1&y=2", "2026-05-01T08:00:00+08:00"),
        (f"{SITE}/article/a", "2026-04-02"),
        (f"{SITE}/en/article/a", "2026-03-01"),
        (f"{SITE}/article/c", ""),
    )


def test_an_index_of_sitemaps_names_others() -> None:
    xml = located((f"{SITE}/a.xml", "2026-01-01"), (f"{SITE}/b.xml", "2026-02-01"), holder="sitemap")
    assert notionnext.sitemap(xml, f"{SITE}/sitemap.xml") == ()
    assert notionnext.sitemaps(xml, f"{SITE}/sitemap.xml") == (f"{SITE}/b.xml", f"{SITE}/a.xml")
    assert notionnext.sitemaps(FILES["sitemap.xml"], SITE) == ()


def test_a_sitemap_that_is_broken_gives_what_stands_before() -> None:
    xml = located((f"{SITE}/a", ""), (f"{SITE}/b", ""))
    cut = xml[: xml.index("<loc>https://blog.notes.example/b")]
    assert notionnext.sitemap(cut, SITE) == ((f"{SITE}/a", ""),)
    assert notionnext.sitemap("\ufeff\n" + xml.replace("/a<", "/a\x1b\x00<"), SITE)[0] == (f"{SITE}/a", "")
    images = xml.replace(
        "</url>", "<i:image xmlns:i='x'><i:loc>https://blog.notes.example/i.png</i:loc></i:image></url>"
    )
    assert len(notionnext.sitemap(images, SITE)) == 2


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<html><body><url><loc>https://blog.notes.example/a</loc>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname"><urlset><url><loc>https://blog.notes.example/a</loc></url></urlset>',
        "<urlset>" * 100_000,
    ],
)
def test_what_is_no_sitemap_gives_no_more_than_it_says(xml: str) -> None:
    assert all(url == f"{SITE}/a" for url, _ in notionnext.sitemap(xml, SITE))
    assert "<!DOCTYPE" not in xml or notionnext.sitemap(xml, SITE) == ()


# -- identity


@pytest.mark.parametrize(
    "path",
    ["/article/x", "//article//x", "/en/article/x", "/0c5b1f0e7e1d4c579d4e1b0a54a0a111", "/article/X.html"],
)
@pytest.mark.parametrize(
    "site", ["https://blog.notes.example", "https://www.notes.example", "https://notes.example"]
)
def test_a_post_s_page_is_one_entry_at_any_address(path: str, site: str) -> None:
    given = {"title": "标题", "slug": "article/x", "summary": "一段话。"}
    found = notionnext.post(page({"post": given}), site + path, now=NOW, language="zh")
    assert found is not None
    assert found.entry.key == "post:x"
    from_list = notionnext.read(page({"posts": [given]}), SITE, now=NOW, language="zh")
    assert from_list is not None
    assert from_list.posts[0].entry.key == found.entry.key


def test_an_address_that_ends_like_a_file_is_the_same_post() -> None:
    for given in (
        {"href": "/article/x.html"},
        {"slug": "x"},
        {"slug": "article/x", "href": "/article/x.html"},
    ):
        found = notionnext.read(page({"posts": [{"title": "标题", **given}]}), SITE, now=NOW)
        assert found is not None
        assert [one.entry.key for one in found.posts] == ["post:x"]


def pair_keys(*entries: ParsedEntry) -> list[str]:
    return [
        pairs.key_of("essay", one.language, canonical(one.url), one.key, one.translation) for one in entries
    ]


def merged(*names: str, max_items: int = 200) -> dict[str, ParsedEntry]:
    documents = [Fetched(_url(name), _url(name), FILES[f"{name}.html"].encode()) for name in names]
    feed = Fetched(f"{SITE}/rss/feed.xml", f"{SITE}/rss/feed.xml", FILES["rss/feed.xml"].encode())
    job = ParseJob("b", "digest", "B", "zh", max_items, "notionnext", NOW, (feed, *documents))
    return {entry.key: entry for entry in parse(job).entries}


def test_one_slug_in_two_languages_is_two_entries_that_pair() -> None:
    entries = merged("index", "en")
    chinese, english = entries["post:layernorm-adamw"], entries["post:en/layernorm-adamw"]
    assert (chinese.language, english.language) == ("zh", "en")
    assert (chinese.url, english.url) == (f"{SITE}/layernorm-adamw", f"{SITE}/en/layernorm-adamw")
    first, second = pair_keys(chinese, english)
    assert first == second != ""
    pages = [page_of(BLOG.doubled).entry, page_of(BLOG.translated).entry]
    assert [one.key for one in pages] == [chinese.key, english.key]
    assert pair_keys(*pages) == [first, second]


def test_a_daily_and_its_english_version_pair() -> None:
    entries = merged("index", "en")
    day = BLOG.paired_daily[0].day
    chinese, english = entries[f"post:ai-daily-{day}"], entries[f"post:ai-daily-en-{day}"]
    assert chinese.translation == english.translation == f"ai-daily-{day}"
    assert (chinese.language, english.language) == ("zh", "en")


@pytest.mark.parametrize(
    ("chinese", "english"),
    [("growth", "growth-en"), ("growth-zh", "growth"), ("notes-2026", "notes-en-2026"), ("g-cn", "g-en")],
)
def test_slugs_that_differ_by_a_language_pair(chinese: str, english: str) -> None:
    zh = post_of(f"/article/{chinese}", slug=f"article/{chinese}", title="增长", summary="一段关于增长的话。")
    en = post_of(f"/en/article/{english}", slug=f"article/{english}", title="Growth")
    assert (zh.language, en.language) == ("zh", "en")
    assert zh.key != en.key
    first, second = pair_keys(zh, en)
    assert first == second


def test_a_chinese_essay_in_the_english_list_is_neither_english_nor_another_one() -> None:
    chinese, english = (notionnext.merged(None, listed(name), max_items=200) for name in ("index", "en"))
    in_chinese = {entry.key: entry for entry in chinese.entries}
    in_english = {entry.key: entry for entry in english.entries}
    for post in (BLOG.by_uuid, BLOG.only_listed, BLOG.posts[0]):
        if post.language == "zh":
            key = f"post:{post.slug}"
            assert in_english[key] == in_chinese[key]
    mixed = "post:claude-code"  # its title is Latin for the most part
    assert (in_chinese[mixed].language, in_english[mixed].language) == ("zh", "zh")
    everything = merged("index", "en")
    assert len([key for key in everything if key.endswith("claude-code")]) == 1
    slugs = [post.slug for post in BLOG.posts]
    assert {slug for slug in slugs if slugs.count(slug) > 1} == {"layernorm-adamw"}


def test_keys_do_not_depend_on_what_else_came() -> None:
    alone = [merged(), merged("index"), merged("en"), merged("index", "en")]
    together = alone[-1]
    for entries in alone:
        assert set(entries) <= set(together)
        for key, entry in entries.items():
            assert entry.translation == together[key].translation


def test_an_english_site_keeps_its_plain_keys() -> None:
    html = page({"posts": [{"title": "A title", "slug": "a", "summary": "In English."}]})
    found = notionnext.read(html, SITE, now=NOW, language="en")
    assert found is not None
    assert found.posts[0].entry.key == "post:a"


def test_a_daily_is_taken_apart_alike_from_its_record_map_and_its_html() -> None:
    post = BLOG.dailies[0]
    entry = page_of(post).entry
    editions = [
        take_apart(load(body, form, entry.url), entry.title, str(post.day), "daily")
        for body, form in ((entry.body, entry.body_format), (post.body, "html"))
    ]
    assert editions[0] == editions[1]
    assert [section.kind for section in editions[0].sections] == [
        *("featured", "article", "social", "github", "podcast"),
    ]
    assert editions[0].sections[0].items[0].title == "The case for inference moving to the centre"
