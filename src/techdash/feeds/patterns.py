"""Feeds whose addresses follow from those of their pages, known without asking anyone."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from techdash.feeds.candidates import Candidate, named
from techdash.text.urls import host, web_link

_ACCOUNT = re.compile(r"@?([\w.-]+)@((?:[\w-]+\.)+[\w-]+)")
_HANDLE = re.compile(r"@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_CHANNEL = re.compile(r"UC[\w-]{22}")
_PROFILE = re.compile(r"/@([\w.]+)(?:@((?:[\w-]+\.)+[\w-]+))?")
# Sites whose "/@name" is no profile of the fediverse.
_NO_FEDIVERSE = frozenset(
    ("youtube.com", "medium.com", "substack.com", "tiktok.com", "threads.net", "threads.com", "zhihu.com")
)
# Sites that serve no feed to anybody, by the name people call them.
_SHUT = {
    "x.com": "X",
    "twitter.com": "X",
    "mobile.twitter.com": "X",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "linkedin.com": "LinkedIn",
    "tiktok.com": "TikTok",
    "open.spotify.com": "Spotify",
    "zhihu.com": "知乎 (Zhihu)",
    "zhuanlan.zhihu.com": "知乎 (Zhihu)",
    "mp.weixin.qq.com": "微信公众号 (WeChat)",
    "weibo.com": "微博 (Weibo)",
    "xiaohongshu.com": "小红书 (Xiaohongshu)",
}
_NO_OWNER = frozenset(
    (
        *("about", "apps", "collections", "customer-stories", "enterprise", "events", "explore", "features"),
        *("issues", "login", "marketplace", "new", "notifications", "organizations", "orgs", "pricing"),
        *("pulls", "search", "security", "settings", "signup", "site", "sponsors", "topics", "trending"),
    )
)
_NO_WRITER = frozenset(("about", "m", "me", "membership", "new-story", "p", "plans", "search", "topics"))
_NO_DEV = frozenset(("about", "api", "challenges", "latest", "new", "pod", "search", "tags", "top", "videos"))
_HN_LISTS = frozenset(("active", "ask", "best", "bestcomments", "jobs", "newcomments", "newest", "show"))


def address_of(typed: str) -> str | None:
    """What a user typed as a web address, or None.

    ``feed:`` addresses and bare hosts too; ``@user@host`` is a profile of the fediverse, ``@name.example``
    one of Bluesky.
    """
    typed = typed.strip()
    if account := _ACCOUNT.fullmatch(typed):
        return web_link(f"https://{account[2]}/@{account[1]}")
    if handle := _HANDLE.fullmatch(typed):
        return f"https://bsky.app/profile/{handle[1]}"
    scheme, _, rest = typed.partition(":")
    if scheme.lower() in ("feed", "feeds", "rss", "pcast", "podcast", "itpc"):
        typed = rest if rest.lower().startswith(("http://", "https://")) else "https://" + rest.lstrip("/")
    elif not re.match(r"https?://", typed, re.IGNORECASE):
        if (
            re.match(r"[a-z][a-z0-9+.-]*://|[/.~]", typed, re.IGNORECASE)
            or "." not in typed.partition("/")[0]
        ):
            return None
        typed = "https://" + typed
    return web_link(typed)


def without_feeds(address: str) -> str:
    """The name of the site, where it is one that serves no feed; else empty."""
    return _SHUT.get(host(address).removeprefix("www."), "")


def profile_feed(address: str) -> Candidate | None:
    """The feed of what looks like a profile of the fediverse (Mastodon and its kin), on whatever host.

    A profile seen through another server is asked for at its own.
    """
    place, path = host(address).removeprefix("www."), urlsplit(address).path.rstrip("/")
    match = _PROFILE.fullmatch(path)
    if match is None or place in _NO_FEDIVERSE:
        return None
    parts = urlsplit(address)
    base = f"https://{match[2]}" if match[2] else f"{parts.scheme}://{parts.netloc}"
    user = match[1].removesuffix(".rss")
    return Candidate(f"{base}/@{user}.rss", f"@{user}@{match[2] or place}", "social", full_text="none")


def apple_podcast(address: str) -> str:
    """Where Apple says which feed a podcast of its directory has (the iTunes Search API); else empty."""
    if host(address) not in ("podcasts.apple.com", "itunes.apple.com"):
        return ""
    number = re.search(r"/id(\d+)$", urlsplit(address).path.rstrip("/"))
    return f"https://itunes.apple.com/lookup?id={number[1]}&entity=podcast" if number else ""


def by_pattern(address: str) -> list[Candidate]:
    """The feeds of a site whose feeds' addresses follow a pattern, the likeliest first; empty for others."""
    parts = urlsplit(address)
    place = host(address).removeprefix("www.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    if place in _SITES:
        return _SITES[place](steps, parts.query)
    name, _, domain = place.partition(".")
    # Its other feeds, of comments or a section, are what they say.
    if domain in _HOSTED and name not in ("api", "blog", "help", "support") and not _names_a_feed(steps):
        return [Candidate(f"https://{place}{_HOSTED[domain]}", name, "article")]
    return []


def _names_a_feed(steps: list[str]) -> bool:
    return any(re.fullmatch(r"rss|feeds?|atom|.*\.(?:xml|rss|atom|json)", step) for step in steps)


def youtube(query: str, title: str) -> Candidate:
    """A channel's or a playlist's feed."""
    return Candidate(f"https://www.youtube.com/feeds/videos.xml?{query}", title, "podcast", full_text="feed")


def _youtube(steps: list[str], query: str) -> list[Candidate]:
    match steps:
        case ["channel", channel, *_] if _CHANNEL.fullmatch(channel):
            return [youtube(f"channel_id={channel}", channel)]
        case ["playlist"] if lists := parse_qs(query).get("list"):
            return [youtube(f"playlist_id={quote(lists[0], safe='')}", lists[0])]
    return []


def _github(steps: list[str], _: str) -> list[Candidate]:
    if not steps or steps[0] in _NO_OWNER or steps[-1].endswith(".atom"):
        return []
    owner = steps[0]
    if len(steps) == 1:
        return [named(f"https://github.com/{owner}.atom", f"{owner} on GitHub")]
    name = f"{owner}/{steps[1].removesuffix('.git')}"
    base = f"https://github.com/{name}"
    releases = named(f"{base}/releases.atom", f"{name} releases")
    tags = named(f"{base}/tags.atom", f"{name} tags")
    match steps[2:]:
        case []:
            return [releases, tags, named(f"{base}/commits.atom", f"{name} commits")]
        case ["releases", *_]:
            return [releases]
        case ["tags"]:
            return [tags]
        case ["commits"]:
            return [named(f"{base}/commits.atom", f"{name} commits")]
        case ["commits" | "tree", *branch]:
            return [named(f"{base}/commits/{'/'.join(branch)}.atom", f"{name} {'/'.join(branch)}")]
        case ["wiki", *_]:
            return [named(f"{base}/wiki.atom", f"{name} wiki")]
    return []


def _gitlab(steps: list[str], _: str) -> list[Candidate]:
    if not steps or steps[0] in ("explore", "users", "help", "search", "dashboard", "-"):
        return []
    cut = steps.index("-") if "-" in steps else len(steps)
    name, below = "/".join(steps[:cut]), steps[cut + 1 :]
    base = f"https://gitlab.com/{name}"
    activity = named(f"{base}.atom", f"{name} on GitLab")
    if cut == 1:
        return [activity]
    releases = named(f"{base}/-/releases.atom", f"{name} releases")
    tags = named(f"{base}/-/tags?format=atom", f"{name} tags")
    match below:
        case []:
            return [releases, tags, activity]
        case ["releases", *_]:
            return [releases]
        case ["tags", *_]:
            return [tags]
        case ["commits" | "tree", branch, *_]:
            return [named(f"{base}/-/commits/{branch}?format=atom", f"{name} {branch}")]
    return []


def _codeberg(steps: list[str], _: str) -> list[Candidate]:
    if not steps or steps[0] in ("explore", "user", "api", "assets") or steps[-1].endswith((".rss", ".atom")):
        return []
    if len(steps) == 1:
        return [named(f"https://codeberg.org/{steps[0]}.rss", f"{steps[0]} on Codeberg")]
    name = f"{steps[0]}/{steps[1].removesuffix('.git')}"
    base = f"https://codeberg.org/{name}"
    releases = named(f"{base}/releases.rss", f"{name} releases")
    tags = named(f"{base}/tags.rss", f"{name} tags")
    match steps[2:]:
        case []:
            return [releases, tags, named(f"{base}.rss", f"{name} on Codeberg")]
        case ["releases", *_]:
            return [releases]
        case ["tags"]:
            return [tags]
        case ["src" | "commits", "branch", branch, *_]:
            return [named(f"{base}/rss/branch/{branch}", f"{name} {branch}")]
    return []


def _bluesky(steps: list[str], _: str) -> list[Candidate]:
    match steps:
        case ["profile", handle]:
            return [Candidate(f"https://bsky.app/profile/{handle}/rss", handle, "social", full_text="none")]
    return []


def _reddit(steps: list[str], query: str) -> list[Candidate]:
    match steps:
        case ["r", name]:
            return [named(f"https://www.reddit.com/r/{name}/.rss", f"r/{name}")]
        case ["r", name, "new" | "top" | "rising" | "hot" | "controversial" as order]:
            span = f"?{query}" if query.startswith("t=") else ""
            return [named(f"https://www.reddit.com/r/{name}/{order}/.rss{span}", f"r/{name} {order}")]
        case ["user" | "u", name, *_]:
            return [named(f"https://www.reddit.com/user/{name}/.rss", f"u/{name}")]
    return []


def _hacker_news(steps: list[str], query: str) -> list[Candidate]:
    who = parse_qs(query).get("id", [""])[0]
    match steps:
        case [] | ["news" | "front"]:
            return [
                named("https://news.ycombinator.com/rss", "Hacker News"),
                named("https://hnrss.org/frontpage?points=150", "Hacker News, 150 points and more"),
            ]
        case [name] if name in _HN_LISTS:
            return [named(f"https://hnrss.org/{name}", f"Hacker News {name}")]
        case ["user" | "submitted"] if who:
            return [
                named(f"https://hnrss.org/submitted?id={quote(who)}", f"{who} on Hacker News"),
                named(f"https://hnrss.org/threads?id={quote(who)}", f"{who} on Hacker News: comments"),
            ]
        case ["threads"] if who:
            return [named(f"https://hnrss.org/threads?id={quote(who)}", f"{who} on Hacker News: comments")]
    return []


def _lobsters(steps: list[str], _: str) -> list[Candidate]:
    match steps:
        case []:
            return [named("https://lobste.rs/rss", "Lobsters")]
        case ["t", tags] if not tags.endswith(".rss"):
            return [named(f"https://lobste.rs/t/{tags}.rss", f"Lobsters {tags}")]
        case ["newest"]:
            return [named("https://lobste.rs/newest.rss", "Lobsters newest")]
    return []


def _medium(steps: list[str], _: str) -> list[Candidate]:
    match steps:
        case ["tag", tag, *_]:
            return [named(f"https://medium.com/feed/tag/{tag}", f"Medium: {tag}", "article")]
        case [writer, *_] if writer not in _NO_WRITER and writer != "feed":
            return [Candidate(f"https://medium.com/feed/{writer}", writer, "article")]
    return []


def _dev_to(steps: list[str], _: str) -> list[Candidate]:
    match steps:
        case ["t", tag, *_]:
            return [named(f"https://dev.to/feed/tag/{tag}", f"DEV: {tag}", "article")]
        case [writer, *_] if writer not in _NO_DEV and writer != "feed":
            return [Candidate(f"https://dev.to/feed/{writer}", writer, "article")]
    return []


def _arxiv(steps: list[str], _: str) -> list[Candidate]:
    match steps:
        case ["list" | "archive", archive, *_] if re.fullmatch(r"[a-z-]+(?:\.[A-Za-z-]+)?", archive):
            return [named(f"https://rss.arxiv.org/rss/{archive}", f"arXiv {archive}")]
    return []


_SITES: dict[str, Callable[[list[str], str], list[Candidate]]] = {
    "youtube.com": _youtube,
    "music.youtube.com": _youtube,
    "github.com": _github,
    "gitlab.com": _gitlab,
    "codeberg.org": _codeberg,
    "bsky.app": _bluesky,
    "reddit.com": _reddit,
    "old.reddit.com": _reddit,
    "new.reddit.com": _reddit,
    "news.ycombinator.com": _hacker_news,
    "lobste.rs": _lobsters,
    "medium.com": _medium,
    "dev.to": _dev_to,
    "arxiv.org": _arxiv,
}
# Hosts that give every blog a name of its own below theirs, and where its feed is.
_HOSTED = {
    "substack.com": "/feed",
    "medium.com": "/feed",
    "wordpress.com": "/feed/",
    "ghost.io": "/rss/",
    "hashnode.dev": "/rss.xml",
    "blogspot.com": "/feeds/posts/default",
    "tumblr.com": "/rss",
    "bearblog.dev": "/feed/",
}
