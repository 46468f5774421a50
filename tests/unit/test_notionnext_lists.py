"""NotionNext list pages, alone and with the feed: each post once, under one key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from techdash.feeds.parse import NotAFeed, parse
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedEntry, ParsedFeed
from techdash.models.sources import FullText
from techdash.text.clean import is_clean

SITE = "https://blog.notes.example"
NOW = 1_778_630_400  # 2026-05-13
LEAD = (
    "Today's report covers 21 articles (5 featured), 26 KOL tweets, 5 GitHub projects, and 1 podcast "
    "episode. The most notable trend is the shift from training-centric to inference-centric infrastructure, "
    "highlighted by a deep dive and a new security effort, which everyone now wants to have seen com"
)
DAILY: dict[str, Any] = {
    "id": "0c5b1f0e-7e1d-4c57-9d4e-1b0a54a0a111",
    "type": "Post",
    "status": "Published",
    "title": "AI Tech Daily - 2026-05-12",
    "summary": LEAD,
    "slug": "article/ai-daily-en-2026-05-12",
    "href": "/en/article/ai-daily-en-2026-05-12",
    "category": "Daily",
    "tags": ["AI Daily"],
    "publishDay": "2026-5-12",
    "publishDate": 1_778_544_000_000,
    "password": "",
}
ESSAY: dict[str, Any] = {
    "id": "11111111-2222-3333-4444-555555555555",
    "type": "Post",
    "title": "范数是里程表",
    "summary": "从尺度不变性到梯度动力学。",
    "slug": "article/Norm-As-Progress",
    "href": "/article/norm-as-progress",
    "tags": ["优化"],
    "publishDay": "2026-4-2",
}


def page(*posts: Any, path: str = "/en", host: str = SITE) -> Fetched:
    data = {"props": {"pageProps": {"posts": list(posts), "siteInfo": {"title": "Notes"}}, "__N_SSG": True}}
    html = (
        "<!DOCTYPE html><html lang='zh-CN'><head><title>Notes</title></head><body><div id='__next'></div>"
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></body></html>'
    )
    return Fetched(host + path, host + path, html.encode())


def feed(*items: tuple[str, str, str, str]) -> Fetched:
    """Items of title, link, description, content."""
    body = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Tue, 12 May 2026 00:00:00 GMT</pubDate><description>{description}</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
        for title, link, description, content in items
    )
    url = f"{SITE}/rss/feed.xml"
    text = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Notes</title><link>{SITE}</link><language>zh-CN</language>{body}</channel></rss>"
    )
    return Fetched(url, url, text.encode())


def read(*documents: Fetched, full_text: FullText = "notionnext", max_items: int = 50) -> ParsedFeed:
    return parse(ParseJob("notes", "digest", "Notes", "zh", max_items, full_text, NOW, documents))


def only(found: ParsedFeed) -> ParsedEntry:
    (entry,) = found.entries
    return entry


def test_a_list_page_gives_its_posts() -> None:
    found = read(page(DAILY, ESSAY))
    daily, essay = found.entries
    assert (found.version, found.title, found.site_url) == ("notionnext", "Notes", SITE + "/")
    assert daily.key == "post:ai-daily-en-2026-05-12"
    assert daily.url == f"{SITE}/en/article/ai-daily-en-2026-05-12"
    assert (daily.published, daily.date_only) == (1_778_544_000, True)
    assert (daily.summary, daily.body, daily.language) == (LEAD, "", "en")
    assert daily.tags == ("Daily", "AI Daily")
    assert (essay.key, essay.language) == ("post:norm-as-progress", "zh")
    assert (essay.published, essay.date_only) == (1_775_088_000, True)


@pytest.mark.parametrize(
    "link",
    [
        f"{SITE}/article/ai-daily-en-2026-05-12",
        f"{SITE}//article//ai-daily-en-2026-05-12/",
        "https://www.notes.example/en/article/AI-Daily-en-2026-05-12",
        "https://notes.example/article/ai-daily-en-2026-05-12?utm_source=rss",
        f"{SITE}/article/0c5b1f0e-7e1d-4c57-9d4e-1b0a54a0a111",
        f"{SITE}/0c5b1f0e7e1d4c579d4e1b0a54a0a111",
    ],
)
def test_a_post_under_any_address_is_one_entry(link: str) -> None:
    body = "<div class='notion-text'>The whole text.</div>"
    entry = only(read(feed(("AI Tech Daily - 2026-05-12", link, "Short.", body)), page(DAILY)))
    assert entry.key == "post:ai-daily-en-2026-05-12"
    assert entry.url == f"{SITE}/en/article/ai-daily-en-2026-05-12"
    assert entry.body == body
    assert entry.summary == LEAD  # the longer one
    assert entry.tags == ("Daily", "AI Daily")
    assert entry.words == 3


def test_the_longer_summary_is_kept() -> None:
    whole = LEAD + "ing, for years."
    link = f"{SITE}/article/ai-daily-en-2026-05-12"
    assert only(read(feed(("D", link, whole, f"<p>{whole}</p>")), page(DAILY))).summary == whole


def test_each_document_alone_gives_the_same_key_and_head() -> None:
    link = f"{SITE}/article/norm-as-progress"
    both = only(
        read(
            feed(("范数是里程表", link, "摘要。", "<p>正文</p>")), page({**ESSAY, "publishDay": "2026-5-12"})
        )
    )
    alone = only(read(page({**ESSAY, "publishDay": "2026-5-12"})))
    from_feed = only(read(feed(("范数是里程表", link, "摘要。", "<p>正文</p>"))))
    assert both.key == alone.key == from_feed.key
    assert replace(both, body="", body_format="text", words=0, minutes=0) == replace(
        alone, words=0, minutes=0
    )
    assert (from_feed.title, from_feed.url, from_feed.published) == (both.title, both.url, both.published)


def test_a_post_in_two_languages_lists_is_one_entry() -> None:
    assert len(read(page(ESSAY, path="/"), page(ESSAY, DAILY, path="/en")).entries) == 2


def test_pages_and_drafts_are_no_posts_and_locked_ones_are_told() -> None:
    found = read(
        page(
            DAILY,
            {**ESSAY, "password": "secret"},
            {**DAILY, "slug": "about", "type": "Page"},
            {**DAILY, "slug": "draft", "status": "Draft"},
            {"title": "No slug"},
            {"slug": "no-title"},
            "no post",
            None,
        )
    )
    assert [entry.key for entry in found.entries] == ["post:ai-daily-en-2026-05-12", "post:norm-as-progress"]
    assert found.note == "1 behind a password"


def test_the_newest_posts_are_kept() -> None:
    posts = [
        {**ESSAY, "id": "", "slug": f"s{n}", "href": "", "publishDay": f"2026-4-{n}"} for n in range(1, 10)
    ]
    found = read(page(*posts), max_items=2)
    assert [entry.url for entry in found.entries] == [f"{SITE}/en/s9", f"{SITE}/en/s8"]
    assert found.note == "2 of 9 entries kept"


def test_a_source_that_is_the_page_itself() -> None:
    assert only(read(page(DAILY, path="/"), full_text="auto")).key == "post:ai-daily-en-2026-05-12"


def test_a_feed_elsewhere_keeps_its_keys() -> None:
    link = "https://other.example/one/about"
    assert only(read(feed(("T", link, "D", "<p>x</p>")), full_text="auto")).key == link


def test_a_page_that_fails_is_a_note_beside_the_feed() -> None:
    down = Fetched(SITE + "/en", SITE + "/en", b"<!DOCTYPE html><html><body>Bad gateway</body></html>")
    found = read(feed(("T", f"{SITE}/article/x", "D", "<p>x</p>")), down)
    assert [entry.key for entry in found.entries] == ["post:en/x"]
    assert "web page" in found.note
    with pytest.raises(NotAFeed):
        read(down)


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[" * 50_000,
        "null",
        '{"props": []}',
        '{"props": {"pageProps": {"posts": 7}}}',
        '{"props": {"pageProps": {"post": {}}}}',
    ],
)
def test_other_data_is_a_web_page(data: str) -> None:
    html = f'<html><body><script id="__NEXT_DATA__" type="application/json">{data}</script></body></html>'
    with pytest.raises(NotAFeed):
        read(Fetched(SITE, SITE, html.encode()))


def test_values_of_other_types_are_left_out() -> None:
    odd = {
        "id": 7,
        "title": "Odd\x1b]0;x\x07",
        "slug": "odd",
        "href": ["x"],
        "tags": "no list",
        "summary": {},
    }
    entry = only(read(page({**odd, "publishDate": "2026-05-11", "publishDay": 3})))
    assert (entry.title, entry.url, entry.tags) == ("Odd]0;x", f"{SITE}/en/odd", ())
    assert entry.published == 1_778_457_600
    assert is_clean(entry.title)
