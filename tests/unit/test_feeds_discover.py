"""Finding feeds: by the address itself, by a page's links, by known patterns, at the usual places."""

from __future__ import annotations

import pytest

from techdash.feeds.discover import Candidate, address_of, by_pattern, find
from techdash.models import Failed, Fetched, Outcome

RSS = (
    '<rss version="2.0"><channel><title>The &amp;amp; Feed</title>'
    "<item><title>a</title></item></channel></rss>"
)
PODCAST = (
    '<rss version="2.0"><channel><title>Talks</title><item><title>1</title>'
    '<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/></item></channel></rss>'
)
POSTS = (
    '<rss version="2.0"><channel><title>@a</title>'
    "<item><description>Hello.</description></item></channel></rss>"
)


class Web:
    """Answers from a table, and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []

    def __setitem__(self, address: str, body: str) -> None:
        self.pages[address] = body

    async def __call__(self, url: str) -> Outcome:
        self.asked.append(url)
        if url not in self.pages:
            return Failed(url, "http", "Not found.", 404)
        return Fetched(url, url, self.pages[url].encode(), content_type="text/html")


def page(head: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>A Blog</title>{head}</head><body>{body}</body></html>"


async def found(web: Web, url: str) -> list[tuple[str, str]]:
    return [(one.url, one.title) for one in await find(web, url)]


async def test_the_address_itself_is_a_feed() -> None:
    web = Web()
    web["https://a.example/feed"] = RSS
    assert await find(web, "https://a.example/feed") == [
        Candidate("https://a.example/feed", "The & Feed", "article")
    ]
    assert web.asked == ["https://a.example/feed"]


@pytest.mark.parametrize(("body", "kind"), [(RSS, "article"), (PODCAST, "podcast"), (POSTS, "social")])
async def test_the_kind_is_guessed_from_the_entries(body: str, kind: str) -> None:
    web = Web()
    web["https://a.example/feed"] = body
    assert [one.kind for one in await find(web, "https://a.example/feed")] == [kind]


async def test_broken_and_json_feeds_are_feeds() -> None:
    web = Web()
    web["https://a.example/1"] = "<rss><channel><item><title>a</titel></item></channel></rss>"
    web["https://a.example/2"] = '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": []}'
    assert await found(web, "https://a.example/1") == [("https://a.example/1", "a.example")]
    assert await found(web, "https://a.example/2") == [("https://a.example/2", "J")]


async def test_a_page_names_its_feeds() -> None:
    web = Web()
    web["https://a.example/blog/"] = page(
        "<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='/comments/feed/'>"
        '<link rel="stylesheet alternate" type="text/css" href="/x.css">'
        '<LINK TYPE="application/atom+xml" REL="alternate" HREF="atom.xml?a=1&amp;b=2" title="Posts">'
        "<link rel=alternate type=application/feed+json href=https://feeds.example/a.json>"
        '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
    )
    assert await found(web, "https://a.example/blog/") == [
        ("https://a.example/blog/atom.xml?a=1&b=2", "Posts"),
        ("https://feeds.example/a.json", "A Blog"),
        ("https://a.example/comments/feed/", "Comments Feed"),
    ]
    assert len(web.asked) == 1


async def test_the_base_of_a_page_counts() -> None:
    web = Web()
    web["https://a.example/"] = page(
        '<base href="https://cdn.example/x/"><link rel="alternate" type="application/rss+xml" href="rss.xml">'
    )
    assert await found(web, "a.example") == []
    assert web.asked[0] == "https://a.example"
    assert await found(web, "https://a.example/") == [("https://cdn.example/x/rss.xml", "A Blog")]


async def test_a_page_that_only_links_to_a_feed() -> None:
    web = Web()
    web["https://a.example/"] = page("", '<a href="/about">About</a> <a class="x" href="/index.xml">RSS</a>')
    assert await found(web, "https://a.example/") == [("https://a.example/index.xml", "A Blog")]


async def test_the_usual_places_below_the_page_and_the_host() -> None:
    web = Web()
    web["https://a.example/blog"] = page("")
    web["https://a.example/index.xml"] = RSS
    web["https://a.example/rss.xml"] = page("")
    assert await found(web, "https://a.example/blog") == [("https://a.example/index.xml", "The & Feed")]
    assert web.asked[1] == "https://a.example/blog/feed"


async def test_a_host_that_does_not_answer_is_not_knocked_at_again() -> None:
    asked: list[str] = []

    async def silence(url: str) -> Outcome:
        asked.append(url)
        return Failed(url, "connect", "No answer.")

    assert await find(silence, "https://a.example/") == []
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
        (
            "https://www.youtube.com/playlist?list=PLabc-1",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PLabc-1",
        ),
        ("https://github.com/openai/codex", "https://github.com/openai/codex/releases.atom"),
        ("https://github.com/openai/codex/tags", "https://github.com/openai/codex/tags.atom"),
        ("https://mastodon.example/@user", "https://mastodon.example/@user.rss"),
        ("https://bsky.app/profile/a.bsky.social", "https://bsky.app/profile/a.bsky.social/rss"),
        ("https://old.reddit.com/r/MachineLearning/", "https://www.reddit.com/r/MachineLearning/.rss"),
        ("https://medium.com/@user", "https://medium.com/feed/@user"),
    ],
)
async def test_known_patterns_need_no_request(address: str, expected: str) -> None:
    web = Web()
    assert [one.url for one in await find(web, address)] == [expected]
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@handle",
        "https://github.com/openai",
        "https://github.com/openai/codex/releases.atom",
        "https://github.com/openai/codex/issues/1",
        "https://a.example/",
        "https://a.example/@user/post",
    ],
)
def test_other_addresses_follow_no_pattern(address: str) -> None:
    assert by_pattern(address) is None


async def test_a_youtube_page_gives_its_channel() -> None:
    web = Web()
    web["https://www.youtube.com/@handle"] = page(
        "", '<script>{"externalId":"UCabcdefghijklmnopqrstuv"}</script>'
    )
    (one,) = await find(web, "https://www.youtube.com/@handle")
    assert one.url.endswith("channel_id=UCabcdefghijklmnopqrstuv")
    assert one.kind == "podcast"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("  a.example/x ", "https://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://a.example/x", "https://a.example/x"),
        ("HTTP://a.example", "http://a.example"),
        ("notes", None),
        ("/home/me/notes", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_what_a_user_types(typed: str, address: str | None) -> None:
    assert address_of(typed) == address
