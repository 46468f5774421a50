"""Finding feeds on a web of named sites: what is found at each shape of site, and how little is asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from techdash import worker
from techdash.feeds import discover, wire
from techdash.feeds.client import Client
from techdash.feeds.discover import Candidate, Found
from techdash.feeds.patterns import address_of
from techdash.models.fetched import Failed, Fetched, ParseJob
from techdash.models.parsed import ParsedFeed
from tests.network.web import Said, Web, certificate, served

pytestmark = pytest.mark.system("openssl")

NOW = 1_795_000_000
WORDS = "A feed of some words that says a little about engines and how they are kept in order. "


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("web"))


@pytest.fixture
def web(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with served(pem) as one:
        for name, value in one.environment.items():
            monkeypatch.setenv(name, value)
        yield one


class Asks:
    """What the command line gives to discovery, in one process."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def fetch(self, url: str, *, public_only: bool = False) -> Any:
        return await self.client.fetch(url, now=NOW, public_only=public_only)

    async def parse(self, document: Fetched) -> ParsedFeed | None:
        answer = worker.answer(wire.Job(ParseJob("", "digest", "", "", 20, "feed", NOW, (document,)), "UTC"))
        return answer if isinstance(answer, ParsedFeed) else None

    async def find(self, typed: str) -> Found:
        address = address_of(typed)
        assert address is not None
        return await discover.find(address, self.fetch, self.parse)

    async def one(self, typed: str) -> Candidate:
        """The only feed behind an address, confirmed."""
        found = await self.find(typed)
        assert len(found.candidates) == 1, found
        chosen = await discover.confirmed(found.candidates[0], self.fetch, self.parse)
        assert isinstance(chosen, Candidate), chosen
        return chosen


@pytest_asyncio.fixture
async def asks(web: Web) -> AsyncIterator[Asks]:
    client = Client(gap=0)
    yield Asks(client)
    await client.aclose()


def rss(title: str, *entries: str, language: str = "en") -> str:
    items = entries or tuple(
        f"<item><title>Entry {n}</title><link>https://a.example/{n}</link>"
        f"<description>{WORDS * 3}</description></item>"
        for n in range(4)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://a.example/</link><language>{language}</language>{''.join(items)}</channel></rss>"
    )


def page(head: str = "", body: str = "", language: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>A Page</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


ALTERNATE = '<link rel="alternate" type="application/rss+xml" title="RSS" href="{}">'


# -- one site of each shape: what is typed, what is served, what is found, what was asked for


async def test_a_feed_takes_one_request(web: Web, asks: Asks) -> None:
    web["https://a.example/feed.xml"] = rss("The Feed", language="de")
    found = await asks.one("a.example/feed.xml")
    assert (found.url, found.title, found.kind) == ("https://a.example/feed.xml", "The Feed", "article")
    assert found.site_url == "https://a.example/"
    assert web.asked == ["https://a.example/feed.xml"]


async def test_a_page_with_one_feed_takes_two(web: Web, asks: Asks) -> None:
    web["https://a.example/"] = page(ALTERNATE.format("/rss"), language="zh-CN")
    web["https://a.example/rss"] = rss("引擎札记", language="")
    found = await asks.one("https://a.example/")
    assert (found.url, found.title) == ("https://a.example/rss", "引擎札记")
    assert found.language == "en", "the entries are English, whatever the page says"
    assert web.asked == ["https://a.example/", "https://a.example/rss"]


async def test_a_page_with_several_is_read_alone(web: Web, asks: Asks) -> None:
    web["https://a.example/"] = page(
        ALTERNATE.replace("RSS", "A » Comments Feed").format("/comments/feed/")
        + ALTERNATE.replace("RSS", "Posts").format("/feed/")
        + ALTERNATE.replace("RSS", "Talks").format("/talks/feed/")
    )
    found = await asks.find("https://a.example/")
    assert [one.title for one in found.candidates] == ["Posts", "Talks", "A » Comments Feed"]
    assert web.asked == ["https://a.example/"]


async def test_the_link_header_of_a_page_or_a_paper_names_feeds(web: Web, asks: Asks) -> None:
    header = (
        "<https://a.example/style.css>; rel=preload, "
        '</posts.atom>; rel="alternate"; type="application/atom+xml"; title="Posts, and more", '
        "</zh.xml>; rel=alternate; type=application/rss+xml; title*=UTF-8''%E5%BC%95%E6%93%8E"
    )
    web["https://a.example/"] = Said(page().encode(), headers={"Link": header})
    web["https://a.example/paper.pdf"] = Said(b"%PDF-1.7\n\x00\xff", headers={"Link": header})
    for address in ("https://a.example/", "https://a.example/paper.pdf"):
        found = await asks.find(address)
        assert [(one.url, one.title) for one in found.candidates] == [
            ("https://a.example/posts.atom", "Posts, and more"),
            ("https://a.example/zh.xml", "引擎"),
        ]
    assert len(web.asked) == 2


async def test_a_plain_page_is_told_of_after_ten_places(web: Web, asks: Asks) -> None:
    web["https://a.example/blog"] = page()
    found = await asks.find("https://a.example/blog")
    assert found.candidates == ()
    assert found.sentence.startswith(
        "There is no feed at https://a.example/blog: the page names none, and 10"
    )
    assert len(web.asked) == 11
    assert web.asked[1] == "https://a.example/blog/feed"


async def test_a_page_of_a_known_program_takes_one_guess(web: Web, asks: Asks) -> None:
    web["https://a.example/"] = page('<meta name="generator" content="Hugo 0.111.3">')
    web["https://a.example/index.xml"] = rss("Notes")
    assert (await asks.one("https://a.example/")).url == "https://a.example/index.xml"
    assert web.asked == ["https://a.example/", "https://a.example/index.xml"]


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_a_server_that_wants_to_be_left_alone_is_not_knocked_at_again(
    web: Web, asks: Asks, status: int
) -> None:
    web["https://a.example/"] = page()
    web["https://a.example/feed"] = Said(status=status)
    assert (await asks.find("https://a.example/")).candidates == ()
    assert len(web.asked) == 2


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_an_address_that_gives_nothing_takes_one_request(web: Web, asks: Asks, status: int) -> None:
    web["https://a.example/blog"] = Said(b"<html>no</html>", status)
    found = await asks.find("https://a.example/blog")
    assert found.failure is not None
    assert found.failure.http == status
    assert len(web.asked) == 1


async def test_a_picture_is_neither(web: Web, asks: Asks) -> None:
    web["https://a.example/a.png"] = b"\x89PNG\r\n\x1a\n"
    assert "neither a feed nor a page" in (await asks.find("https://a.example/a.png")).sentence


CHANNEL = "UCabcdefghijklmnopqrstuv"
CHANNEL_FEED = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
VIDEOS = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>A Channel</title>'
    "<entry><id>1</id><title>A talk</title></entry></feed>"
)


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        ("@handle", ALTERNATE.format(CHANNEL_FEED)),
        ("c/name", f'<meta itemprop="identifier" content="{CHANNEL}">'),
        ("user/name", f'<script>var d={{"externalId":"{CHANNEL}"}}</script>'),
        ("watch?v=abcdefghijk", f'<meta itemprop="channelId" content="{CHANNEL}">'),
    ],
)
async def test_youtube_needs_the_channel_from_the_page(web: Web, asks: Asks, path: str, markup: str) -> None:
    web[f"https://www.youtube.com/{path}"] = page(markup)
    web[CHANNEL_FEED] = VIDEOS
    found = await asks.one(f"https://www.youtube.com/{path}")
    assert (found.url, found.title, found.kind) == (CHANNEL_FEED, "A Channel", "podcast")
    assert len(web.asked) == 2


async def test_youtube_by_id_needs_the_feed_alone(web: Web, asks: Asks) -> None:
    web[CHANNEL_FEED] = VIDEOS
    assert (await asks.one(f"https://www.youtube.com/channel/{CHANNEL}")).title == "A Channel"
    assert web.asked == [CHANNEL_FEED]


async def test_youtube_asks_for_consent(web: Web, asks: Asks) -> None:
    web.redirect("https://www.youtube.com/@handle", "https://consent.youtube.com/m?continue=x")
    web["https://consent.youtube.com/m?continue=x"] = page("", "<form>Before you continue</form>")
    found = await asks.find("https://www.youtube.com/@handle")
    assert "asks for consent to cookies" in found.sentence
    assert len(web.asked) == 2


async def test_youtube_has_no_such_channel(web: Web, asks: Asks) -> None:
    found = await asks.find("https://www.youtube.com/@nobody")
    assert found.failure is not None
    assert found.failure.http == 404
    assert len(web.asked) == 1


POSTS = rss("@ada", *(f"<item><guid>{n}</guid><description>Hello {n}.</description></item>" for n in "123"))


@pytest.mark.parametrize(
    "typed", ["@ada@social.example", "ada@social.example", "https://social.example/@ada"]
)
async def test_a_mastodon_profile_needs_the_feed_alone(web: Web, asks: Asks, typed: str) -> None:
    web["https://social.example/@ada.rss"] = POSTS
    found = await asks.one(typed)
    assert (found.url, found.kind, found.full_text) == ("https://social.example/@ada.rss", "social", "none")
    assert web.asked == ["https://social.example/@ada.rss"]


async def test_a_profile_seen_through_another_server_is_asked_for_at_home(web: Web, asks: Asks) -> None:
    web["https://social.example/@ada.rss"] = POSTS
    assert (await asks.one("https://other.example/@ada@social.example")).kind == "social"
    assert web.asked == ["https://social.example/@ada.rss"]


async def test_an_account_whose_profiles_live_elsewhere_is_found_by_webfinger(web: Web, asks: Asks) -> None:
    finger = "https://ada.example/.well-known/webfinger?resource=acct%3Aada%40ada.example"
    profile = {"rel": "http://webfinger.net/rel/profile-page", "href": "https://social.example/@ada"}
    web[finger] = json.dumps({"links": [{"rel": "self"}, profile]})
    web["https://social.example/@ada.rss"] = POSTS
    found = await asks.one("@ada@ada.example")
    assert found.url == "https://social.example/@ada.rss"
    assert len(web.asked) == 4


async def test_webfinger_leads_to_no_private_address(web: Web, asks: Asks) -> None:
    finger = "https://ada.example/.well-known/webfinger?resource=acct%3Aada%40ada.example"
    profile = {"rel": "http://webfinger.net/rel/profile-page", "href": "http://127.0.0.1:1/@ada"}
    web[finger] = json.dumps({"links": [profile]})
    assert (await asks.find("@ada@ada.example")).candidates == ()


async def test_a_blog_with_an_at_in_its_path_is_no_profile(web: Web, asks: Asks) -> None:
    web["https://a.example/@ada"] = page(ALTERNATE.format("/ada/feed"))
    web["https://a.example/ada/feed"] = rss("Ada")
    assert (await asks.one("https://a.example/@ada")).kind == "article"
    assert len(web.asked) == 3


async def test_a_podcast_in_apples_directory(web: Web, asks: Asks) -> None:
    lookup = "https://itunes.apple.com/lookup?id=1516093381&entity=podcast"
    web[lookup] = json.dumps(
        {"results": [{"collectionName": "Talks", "feedUrl": "https://feeds.example/talks"}]}
    )
    episode = '<item><title>One</title><enclosure url="https://a.example/1.mp3" type="audio/mpeg"/></item>'
    web["https://feeds.example/talks"] = rss("Talks of Engines", episode)
    found = await asks.one("https://podcasts.apple.com/us/podcast/talks/id1516093381?uo=4")
    assert (found.title, found.kind) == ("Talks of Engines", "podcast")
    assert web.asked == [lookup, "https://feeds.example/talks"]


@pytest.mark.parametrize(
    "answer", ['{"results":[]}', "[]", "no", '{"results":[{"feedUrl":"http://127.0.0.1/"}]}']
)
async def test_apple_may_name_no_feed(web: Web, asks: Asks, answer: str) -> None:
    web["https://itunes.apple.com/lookup?id=1&entity=podcast"] = answer
    found = await asks.find("https://podcasts.apple.com/us/podcast/talks/id1")
    assert found.candidates == ()
    assert "Apple names no feed" in found.sentence


async def test_a_podcast_page_that_links_to_its_feed_at_a_feed_host(web: Web, asks: Asks) -> None:
    web["https://a.example/show"] = page(
        "", '<a href="https://a.example/about">About</a><a href="https://feeds.cast.example/show">RSS</a>'
    )
    found = await asks.find("https://a.example/show")
    assert [(one.url, one.public_only) for one in found.candidates] == [
        ("https://feeds.cast.example/show", True)
    ]


@pytest.mark.parametrize("titles", [("AI Daily - 2026-05-12", "Essay"), ("An essay", "Another")])
async def test_a_notionnext_site_is_known_by_what_it_serves(
    web: Web, asks: Asks, titles: tuple[str, ...]
) -> None:
    posts = [
        {"id": f"{n:032x}", "type": "Post", "status": "Published", "title": title, "slug": f"post-{n}"}
        for n, title in enumerate(titles)
    ]
    properties = {
        "siteInfo": {"title": "A Blog"},
        "posts": posts,
        "NOTION_CONFIG": {},
        "postCount": len(posts),
        "latestPosts": posts,
        "tagOptions": [],
        "categoryOptions": [],
    }
    data = json.dumps({"props": {"pageProps": properties}})
    web["https://a.example/"] = page(
        "", f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    )
    found = await asks.one("https://a.example/")
    assert (found.url, found.title, found.full_text) == (
        "https://a.example/rss/feed.xml",
        "A Blog",
        "notionnext",
    )
    assert found.kind == ("digest" if "Daily" in titles[0] else "essay")
    assert len(web.asked) == 1


# -- what the feed says of itself


@pytest.mark.parametrize(
    ("kind", "feed"),
    [
        ("article", rss("A")),
        ("social", POSTS),
        ("essay", rss("A", f"<item><title>Long</title><description>{WORDS * 90}</description></item>")),
        (
            "digest",
            rss(
                "A",
                *(
                    f"<item><title>AI Daily 2026-05-{n}</title><description>x</description></item>"
                    for n in (11, 12, 13)
                ),
            ),
        ),
        (
            "podcast",
            rss(
                "A",
                '<item><title>1</title><enclosure url="https://a.example/1.mp4" type="video/mp4"/></item>',
            ),
        ),
        (
            "social",
            '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_text":"Hi."}]}',
        ),
        ("article", "<rss><channel><item><title>a</titel></item></channel></rss>"),
        ("article", rss("A", "<x/>")),
    ],
)
async def test_the_kind_is_guessed_from_the_entries(web: Web, asks: Asks, kind: str, feed: str) -> None:
    web["https://a.example/feed"] = feed
    assert (await asks.one("https://a.example/feed")).kind == kind


async def test_the_language_is_that_of_the_entries(web: Web, asks: Asks) -> None:
    chinese = "<item><title>引擎如何保持秩序</title><description>关于引擎的一些话</description></item>"
    web["https://a.example/feed"] = rss("札记", chinese, chinese.replace("秩序", "安静"), language="en")
    assert (await asks.one("https://a.example/feed")).language == "zh"


async def test_a_feed_that_has_moved_for_good_is_found_where_it_is(web: Web, asks: Asks) -> None:
    web.redirect("https://a.example/feed", "https://b.example/feed", 301)
    web.redirect("https://c.example/feed", "https://b.example/feed", 302)
    web["https://b.example/feed"] = rss("B")
    assert (await asks.one("https://a.example/feed")).url == "https://b.example/feed"
    found = await asks.one("https://c.example/feed")
    assert (found.url, found.final_url) == ("https://c.example/feed", "https://b.example/feed")


async def test_what_a_page_names_may_be_no_feed(web: Web, asks: Asks) -> None:
    web["https://a.example/"] = page(ALTERNATE.format("/feed"))
    web["https://a.example/feed"] = page()
    found = await asks.find("https://a.example/")
    failed = await discover.confirmed(found.candidates[0], asks.fetch, asks.parse)
    assert isinstance(failed, Failed)
    assert failed.kind == "not-a-feed"


# -- H58, H-15: what a page may lead to


async def test_h58_a_page_leads_to_valid_public_feeds_only(web: Web, asks: Asks) -> None:
    private = ("http://127.0.0.1:8080/feed", "http://[::1]/feed", "http://2130706433/feed")
    private += ("http://0x7f.1/feed", "http://192.168.1.1/feed", "http://169.254.169.254/latest")
    private += ("http://localhost/feed", "http://[::ffff:10.0.0.1]/feed")
    named = ("atom.xml", "javascript:alert(1)", "file:///etc/passwd", "data:text/xml,<rss/>", "")
    named += ("//cdn.example/feed", *private)
    web["https://a.example/blog/"] = page("".join(ALTERNATE.format(href) for href in named))
    found = await asks.find("https://a.example/blog/")
    assert [one.url for one in found.candidates] == [
        "https://a.example/blog/atom.xml",
        "https://cdn.example/feed",
    ]
    assert [one.public_only for one in found.candidates] == [False, True]
    assert web.asked == ["https://a.example/blog/"], "nothing until chosen"


async def test_h15_a_chosen_feed_may_not_redirect_to_a_private_address(web: Web, asks: Asks) -> None:
    web["https://a.example/"] = page(ALTERNATE.format("https://b.example/feed"))
    web.redirect("https://b.example/feed", "http://127.0.0.1:9/feed")
    (chosen,) = (await asks.find("https://a.example/")).candidates
    failed = await discover.confirmed(chosen, asks.fetch, asks.parse)
    assert isinstance(failed, Failed)
    assert failed.kind == "private"


async def test_shut_sites_are_told_of_without_a_request(web: Web, asks: Asks) -> None:
    found = await asks.find("https://x.com/somebody")
    assert found.sentence.startswith("X serves no feeds.")
    assert web.asked == []
