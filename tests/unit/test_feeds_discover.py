"""What an address and a page say of feeds by themselves: what is typed, known patterns, links of a page."""

from __future__ import annotations

import time

import pytest

from techdash.feeds import page_links
from techdash.feeds.patterns import address_of, apple_podcast, by_pattern, profile_feed, without_feeds

CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("  a.example/x ", "https://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("FEED:HTTP://a.example/x", "http://a.example/x"),
        ("feed://a.example/x", "https://a.example/x"),
        ("podcast://a.example/x", "https://a.example/x"),
        ("HTTP://a.example", "http://a.example"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("@ada@social.example", "https://social.example/@ada"),
        ("ada@social.example", "https://social.example/@ada"),
        ("@ada.bsky.social", "https://bsky.app/profile/ada.bsky.social"),
        ("https://u:p@a.example/x", "https://u:p@a.example/x"),
        ("notes", None),
        ("@ada", None),
        ("/home/me/notes", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("feed:javascript:alert(1)", None),
        ("", None),
    ],
)
def test_what_a_user_types(typed: str, address: str | None) -> None:
    assert address_of(typed) == address


YOUTUBE = "https://www.youtube.com/feeds/videos.xml?"
PATTERNS = {
    f"https://www.youtube.com/channel/{CHANNEL}": [f"{YOUTUBE}channel_id={CHANNEL}"],
    f"https://m.youtube.com/channel/{CHANNEL}/videos": [f"{YOUTUBE}channel_id={CHANNEL}"],
    "https://www.youtube.com/playlist?list=PLabc-1": [f"{YOUTUBE}playlist_id=PLabc-1"],
    "https://github.com/openai": ["https://github.com/openai.atom"],
    "https://github.com/openai/codex.git": [
        "https://github.com/openai/codex/releases.atom",
        "https://github.com/openai/codex/tags.atom",
        "https://github.com/openai/codex/commits.atom",
    ],
    "https://github.com/openai/codex/releases/": ["https://github.com/openai/codex/releases.atom"],
    "https://github.com/openai/codex/releases/tag/v1": ["https://github.com/openai/codex/releases.atom"],
    "https://github.com/openai/codex/tags": ["https://github.com/openai/codex/tags.atom"],
    "https://github.com/openai/codex/commits": ["https://github.com/openai/codex/commits.atom"],
    "https://github.com/openai/codex/commits/main": ["https://github.com/openai/codex/commits/main.atom"],
    "https://github.com/openai/codex/tree/a/b": ["https://github.com/openai/codex/commits/a/b.atom"],
    "https://gitlab.com/inkscape": ["https://gitlab.com/inkscape.atom"],
    "https://gitlab.com/inkscape/sub/inkscape": [
        "https://gitlab.com/inkscape/sub/inkscape/-/releases.atom",
        "https://gitlab.com/inkscape/sub/inkscape/-/tags?format=atom",
        "https://gitlab.com/inkscape/sub/inkscape.atom",
    ],
    "https://gitlab.com/inkscape/inkscape/-/commits/master": [
        "https://gitlab.com/inkscape/inkscape/-/commits/master?format=atom"
    ],
    "https://codeberg.org/forgejo": ["https://codeberg.org/forgejo.rss"],
    "https://codeberg.org/forgejo/forgejo": [
        "https://codeberg.org/forgejo/forgejo/releases.rss",
        "https://codeberg.org/forgejo/forgejo/tags.rss",
        "https://codeberg.org/forgejo/forgejo.rss",
    ],
    "https://codeberg.org/forgejo/forgejo/src/branch/main": [
        "https://codeberg.org/forgejo/forgejo/rss/branch/main"
    ],
    "https://bsky.app/profile/a.bsky.social": ["https://bsky.app/profile/a.bsky.social/rss"],
    "https://old.reddit.com/r/MachineLearning/": ["https://www.reddit.com/r/MachineLearning/.rss"],
    "https://www.reddit.com/r/a+b/top/?t=week": ["https://www.reddit.com/r/a+b/top/.rss?t=week"],
    "https://www.reddit.com/u/ada": ["https://www.reddit.com/user/ada/.rss"],
    "https://news.ycombinator.com": [
        "https://news.ycombinator.com/rss",
        "https://hnrss.org/frontpage?points=150",
    ],
    "https://news.ycombinator.com/show": ["https://hnrss.org/show"],
    "https://news.ycombinator.com/user?id=dang": [
        "https://hnrss.org/submitted?id=dang",
        "https://hnrss.org/threads?id=dang",
    ],
    "https://lobste.rs/": ["https://lobste.rs/rss"],
    "https://lobste.rs/t/ai,ml": ["https://lobste.rs/t/ai,ml.rss"],
    "https://importai.substack.com/p/issue-1": ["https://importai.substack.com/feed"],
    "https://medium.com/@user/a-post-1": ["https://medium.com/feed/@user"],
    "https://medium.com/tag/ai/latest": ["https://medium.com/feed/tag/ai"],
    "https://user.medium.com/": ["https://user.medium.com/feed"],
    "https://a.wordpress.com/2026/05/post": ["https://a.wordpress.com/feed/"],
    "https://a.ghost.io": ["https://a.ghost.io/rss/"],
    "https://dev.to/user/a-post": ["https://dev.to/feed/user"],
    "https://dev.to/t/python": ["https://dev.to/feed/tag/python"],
    "https://a.hashnode.dev": ["https://a.hashnode.dev/rss.xml"],
    "https://a.blogspot.com": ["https://a.blogspot.com/feeds/posts/default"],
    "https://arxiv.org/list/cs.AI/recent": ["https://rss.arxiv.org/rss/cs.AI"],
    "https://arxiv.org/archive/astro-ph": ["https://rss.arxiv.org/rss/astro-ph"],
}


@pytest.mark.parametrize("address", PATTERNS)
def test_known_patterns_need_no_request(address: str) -> None:
    found = by_pattern(address)
    assert [one.url for one in found] == PATTERNS[address]
    assert all(one.title for one in found)


KINDS = {
    "https://github.com/a/b/releases": ("github", "feed"),
    "https://gitlab.com/a/b/-/releases": ("github", "feed"),
    f"https://www.youtube.com/channel/{CHANNEL}": ("podcast", "feed"),
    "https://bsky.app/profile/a.bsky.social": ("social", "none"),
    "https://lobste.rs/t/ai": ("social", "none"),
    "https://arxiv.org/list/cs.IR/new": ("paper", "none"),
    "https://a.substack.com": ("article", "auto"),
}


@pytest.mark.parametrize("address", KINDS)
def test_a_pattern_says_what_it_brings(address: str) -> None:
    (one,) = by_pattern(address)
    assert (one.kind, one.full_text) == KINDS[address]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@handle",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://github.com",
        "https://github.com/trending",
        "https://github.com/openai.atom",
        "https://github.com/openai/codex/releases.atom",
        "https://github.com/openai/codex/issues/1",
        "https://news.ycombinator.com/item?id=1",
        "https://substack.com/@user",
        "https://www.reddit.com/",
        "https://medium.com/feed/@user",
        "https://dev.to/",
        "https://a.wordpress.com/comments/feed/",
        "https://a.tumblr.com/tagged/x/rss",
        "https://a.blogspot.com/feeds/posts/default/-/label",
        "https://arxiv.org/abs/2501.00001",
        "https://a.example/",
    ],
)
def test_other_addresses_follow_no_pattern(address: str) -> None:
    assert by_pattern(address) == []


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("https://social.example/@ada", "https://social.example/@ada.rss"),
        ("https://social.example/@ada.rss", "https://social.example/@ada.rss"),
        ("http://127.0.0.1:8080/@ada/", "http://127.0.0.1:8080/@ada.rss"),
        ("https://social.example/@ada@other.example", "https://other.example/@ada.rss"),
        ("https://social.example/@ada/115", None),
        ("https://www.youtube.com/@handle", None),
        ("https://substack.com/@user", None),
    ],
)
def test_profiles_of_the_fediverse(address: str, feed: str | None) -> None:
    found = profile_feed(address)
    assert (found.url if found else None) == feed


def test_a_podcast_of_apples_directory_is_asked_for_by_its_number() -> None:
    assert apple_podcast("https://podcasts.apple.com/us/podcast/x/id15?i=7").endswith("id=15&entity=podcast")
    assert apple_podcast("https://podcasts.apple.com/us/charts") == ""
    assert apple_podcast("https://a.example/id15") == ""


def test_sites_without_feeds_are_named() -> None:
    assert without_feeds("https://mobile.twitter.com/a") == "X"
    assert "知乎" in without_feeds("https://www.zhihu.com/people/a")
    assert without_feeds("https://a.example/") == ""


# -- pages


def page(head: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>A Blog</title>{head}</head><body>{body}</body></html>"


def found(head: str, body: str = "", header: str = "", url: str = "https://a.example/blog/") -> list[str]:
    return [one.url for one in page_links.read(page(head, body), url, header).feeds]


def test_a_page_names_its_feeds() -> None:
    read = page_links.read(
        page(
            "<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='/comments/feed/'>"
            '<link rel="stylesheet alternate" type="text/css" href="/x.css">'
            '<LINK TYPE="application/atom+xml; charset=utf-8" REL="Alternate" HREF="atom.xml?a=1&amp;b=2" '
            'title="Posts">'
            "<link rel=alternate type=application/feed+json href=https://feeds.example/a.json>"
            '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
            '<!-- <link rel="alternate" type="application/rss+xml" href="/commented-out"> -->'
            """<script>'<link rel="alternate" type="application/rss+xml" href="/in-a-script">'</script>"""
        ),
        "https://a.example/blog/",
    )
    assert [(one.url, one.title) for one in read.feeds] == [
        ("https://a.example/blog/atom.xml?a=1&b=2", "Posts"),
        ("https://feeds.example/a.json", "A Blog"),
        ("https://a.example/comments/feed/", "Comments Feed"),
    ]


def test_what_wordpress_names_beside_its_feeds_is_none() -> None:
    assert found(
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
        '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed">'
        '<link rel="alternate" type="text/xml+oembed" href="/wp-json/oembed/1.0/embed?format=xml">'
        '<link rel="alternate" hreflang="de" href="/de/">'
        '<link rel="alternate" type="application/json" href="/feed.json">'
    ) == ["https://a.example/feed.json"]


def test_comments_stand_last_in_every_language() -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    links = [
        ("博客 » 评论 Feed", "/1"),
        ("Kommentar-Feed", "/2"),
        ("Alles", "/x/comments/feed"),
        ("博客", "/4"),
    ]
    assert found("".join(link.format(*one) for one in links))[0] == "https://a.example/4"


def test_the_base_of_a_page_counts() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="rss.xml">'
    assert found(f'<base href="https://cdn.example/x/">{link}') == ["https://cdn.example/x/rss.xml"]
    assert found(f'<base href="javascript:x">{link}') == ["https://a.example/blog/rss.xml"]


def test_a_page_that_only_links_to_a_feed() -> None:
    links = (
        '<a href="/about">About</a> <a class="x" href="/index.xml">RSS</a>'
        '<a href="https://elsewhere.example/feed">theirs</a>'
    )
    assert found("", links) == ["https://a.example/index.xml"]
    assert found("", '<a type="application/atom+xml" href="/a?b=c">x</a>') == ["https://a.example/a?b=c"]
    alternate = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    assert found(alternate, links) == ["https://a.example/rss.xml"]


def test_a_feed_is_listed_once_under_all_its_spellings() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    spellings = ("http://a.example/feed", "https://www.a.example/feed/", "HTTPS://A.EXAMPLE:443/feed")
    assert len(found("".join(link.format(one) for one in spellings))) == 1


@pytest.mark.parametrize(
    ("header", "feeds"),
    [
        ("", []),
        ("</a>; rel=alternate; type=application/rss+xml", ["https://a.example/a"]),
        ('<a>;REL="alternate home";TYPE="application/atom+xml"', ["https://a.example/blog/a"]),
        (
            '</a,b>; title="x, </c>; rel=alternate"; rel="alternate"; type="text/rss"',
            ["https://a.example/a,b"],
        ),
        ("</a>; rel=alternate", []),
        ("</a>; rel=stylesheet; type=application/rss+xml", []),
        ("<javascript:x>; rel=alternate; type=application/rss+xml", []),
        ("</a; rel=alternate; type=application/rss+xml", []),
        ('</a>; rel="alternate; type=application/rss+xml', []),
        ("<>" * 2000, []),
        ("<a>" + ";x" * 4000, []),
    ],
)
def test_the_link_header(header: str, feeds: list[str]) -> None:
    assert found("", header=header) == feeds


def test_the_usual_places_are_ten_at_most() -> None:
    assert page_links.usual_places("https://a.example/", "")[:2] == [
        "https://a.example/feed",
        "https://a.example/rss.xml",
    ]
    assert page_links.usual_places("https://a.example/", "index.xml")[0] == "https://a.example/index.xml"
    section = page_links.usual_places("https://a.example/en/blog?x#y", "feed/")
    assert section[:2] == ["https://a.example/en/blog/feed/", "https://a.example/feed/"]
    assert len(section) == 10
    assert page_links.usual_places("https://social.example/tags/ai", "")[0] == (
        "https://social.example/tags/ai.rss"
    )
    article = page_links.usual_places("https://a.example/2026/05/12/post.html", "")
    assert article[0] == "https://a.example/feed"


@pytest.mark.parametrize(
    "hostile",
    [
        "<link " * 200_000,
        "<a href=" + "a" * 1_000_000,
        "<link " + "a" * 1_000_000,
        "<a " + "b " * 400_000 + ">",
        "<div>" * 300_000,
        "<!-- " * 200_000,
        '<link rel="alternate" type="application/rss+xml" href="/a">' * 20_000,
    ],
    ids=lambda text: text[:10],
)
def test_a_hostile_page_is_read_in_little_time(hostile: str) -> None:
    began = time.process_time()
    assert len(page_links.read(hostile, "https://a.example/").feeds) <= 20
    assert time.process_time() - began < 5
