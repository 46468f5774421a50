"""From what a user types to the feeds behind it: the address itself, its page's links, known patterns."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from techdash.feeds import charset, jsonfeed, strict
from techdash.feeds.raw import RawFeed
from techdash.feeds.sniff import NotAFeed, what
from techdash.feeds.titles import title_of
from techdash.models import Failed, Fetched, Kind, Outcome
from techdash.text.clean import one_line
from techdash.text.urls import canonical, host, resolve, web_link

Fetch = Callable[[str], Awaitable[Outcome]]

_FEED_TYPE = re.compile(
    r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json|json)|text/(?:rss|atom)(?:\+xml)?", re.IGNORECASE
)
_LINK = re.compile(r"<(link|base|a)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PAGE_TITLE = re.compile(r"<title\b[^>]*>([^<]*)</title", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|atom|feed|feeds)(?:/|$|\.)|(?:rss|atom|feed|index)\.(?:xml|json)$", re.IGNORECASE
)
_CHANNEL_ID = re.compile(r'"(?:channelId|externalId)"\s*:\s*"(UC[\w-]{22})"')
_WELL_KNOWN = ("/feed", "/rss.xml", "/atom.xml", "/index.xml", "/feed.xml", "/feed.json", "/rss")
_MOST = 20
_HEAD = 1 << 20
# Hosts whose "/@name" is no Mastodon profile.
_NOT_MASTODON = frozenset(
    ("youtube.com", "medium.com", "substack.com", "tiktok.com", "threads.net", "threads.com")
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that could be subscribed to; ``kind`` is what its entries most likely are."""

    url: str
    title: str
    kind: Kind


async def find(fetch: Fetch, url: str) -> list[Candidate]:
    """The feeds at or behind an address, the best first; empty where there is none.

    Asks for as little as it can: nothing where the address follows a known pattern, else the address, and
    the usual places of the site only where its page names no feed. A bare host counts as https. ``fetch``
    gets an address and gives an outcome.
    """
    address = address_of(url)
    if address is None:
        return []
    if known := by_pattern(address):
        return [known]
    outcome = await fetch(address)
    base = address
    if isinstance(outcome, Fetched):
        base = outcome.final_url or address
        if feed := _feed(outcome):
            return [feed]
        text = charset.decode(outcome.body, outcome.charset)
        if what(text, outcome.body) == "html" and (linked := _linked(text, base)):
            return linked
    return await _at_well_known(fetch, base)


def address_of(typed: str) -> str | None:
    """What a user typed as a web address: ``feed:`` addresses and bare hosts too; None where it is none."""
    typed = typed.strip()
    scheme, _, rest = typed.partition(":")
    if scheme.lower() in ("feed", "rss"):
        typed = rest if rest.lower().startswith(("http://", "https://")) else "https://" + rest.lstrip("/")
    elif not re.match(r"https?://", typed, re.IGNORECASE):
        if (
            re.match(r"[a-z][a-z0-9+.-]*://|[/.~]", typed, re.IGNORECASE)
            or "." not in typed.partition("/")[0]
        ):
            return None
        typed = "https://" + typed
    return web_link(typed)


def by_pattern(address: str) -> Candidate | None:
    """The feed of a site whose feeds' addresses follow a pattern, without asking anyone."""
    parts = urlsplit(address)
    site = host(address).removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/")
    if site == "youtube.com":
        if match := re.fullmatch(r"/channel/(UC[\w-]{22})", path):
            return _youtube(f"channel_id={match[1]}", match[1])
        if path == "/playlist" and (match := re.search(r"(?:^|&)list=([\w-]+)", parts.query)):
            return _youtube(f"playlist_id={match[1]}", match[1])
    elif site == "github.com":
        if match := re.fullmatch(r"/([\w.-]+)/([\w.-]+?)(?:\.git)?(?:/releases|/tags)?", path):
            place = "tags" if path.endswith("/tags") else "releases"
            name = f"{match[1]}/{match[2]}"
            return Candidate(f"https://github.com/{name}/{place}.atom", name, "github")
    elif site == "bsky.app":
        if match := re.fullmatch(r"/profile/([\w.:-]+)", path):
            return Candidate(f"https://bsky.app/profile/{match[1]}/rss", match[1], "social")
    elif site in ("reddit.com", "old.reddit.com", "new.reddit.com"):
        if match := re.fullmatch(r"/(r|user)/([\w+-]+)", path):
            return Candidate(f"https://www.reddit.com{path}/.rss", f"{match[1]}/{match[2]}", "social")
    elif site == "medium.com" and (match := re.fullmatch(r"/(@?[\w.-]+)", path)):
        return Candidate(f"https://medium.com/feed/{match[1]}", match[1], "article")
    elif site not in _NOT_MASTODON and (match := re.fullmatch(r"/@([\w.]+)", path)):
        return Candidate(f"{parts.scheme}://{parts.netloc}{path}.rss", f"@{match[1]}@{site}", "social")
    return None


def _youtube(query: str, title: str) -> Candidate:
    return Candidate(f"https://www.youtube.com/feeds/videos.xml?{query}", title, "podcast")


def _feed(outcome: Fetched) -> Candidate | None:
    """What was fetched as a candidate, where it is a feed itself."""
    text = charset.decode(outcome.body, outcome.charset)
    url = outcome.moved_to or outcome.url
    title = host(url)
    try:
        match what(text, outcome.body):
            case "feed":
                feed = strict.parse(text, outcome.final_url)
            case "json":
                feed = jsonfeed.parse(text, outcome.final_url)
            case _:
                return None
    except strict.NotXml:
        # Tag soup is read by the worker only; that it begins as a feed does is enough here.
        return Candidate(url, title, _kind(url, RawFeed("rss")))
    except NotAFeed:
        return None
    return Candidate(url, title_of(feed.title) or title, _kind(url, feed))


def _kind(url: str, feed: RawFeed) -> Kind:
    place = host(url).removeprefix("www.")
    if place == "github.com" or "githubtrending" in url.lower():
        return "github"
    if place == "youtube.com":
        return "podcast"
    if place in ("bsky.app", "reddit.com", "news.ycombinator.com", "hnrss.org", "lobste.rs"):
        return "social"
    if place.endswith("arxiv.org"):
        return "paper"
    entries = feed.entries[:10]
    heard = sum(
        any(file.type.startswith(("audio", "video")) for file in entry.enclosures) for entry in entries
    )
    if entries and heard * 2 > len(entries):
        return "podcast"
    untitled = sum(not entry.title.value.strip() for entry in entries)
    return "social" if entries and untitled * 2 > len(entries) else "article"


def _linked(html: str, base: str) -> list[Candidate]:
    """The feeds that a page names in its head (RSS Advisory Board, autodiscovery), else those it links to."""
    found: dict[str, Candidate] = {}
    anchors: list[str] = []
    page_title = _PAGE_TITLE.search(html, 0, _HEAD)
    own_title = one_line(unescape(page_title[1])) if page_title else ""
    for element, attributes in _LINK.findall(html[:_HEAD]):
        values = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(attributes[:4096])
        }
        href = values.get("href", "")
        if not href:
            continue
        if element.lower() == "base":
            base = resolve(base, href) or base
        elif element.lower() == "link":
            relations = values.get("rel", "").lower().split()
            if "alternate" in relations and _FEED_TYPE.match(values.get("type", "").strip()):
                _add(found, resolve(base, href), values.get("title", "") or own_title)
        elif len(anchors) < _MOST and _FEED_PATH.search(urlsplit(href).path if "[" not in href else ""):
            anchors.append(href)
    if channel := _CHANNEL_ID.search(html):
        known = _youtube(f"channel_id={channel[1]}", own_title.removesuffix(" - YouTube"))
        if host(base).endswith("youtube.com"):
            return [known]
    if not found:
        for href in anchors:
            link = resolve(base, href)
            if link and host(link) == host(base):
                _add(found, link, own_title)
    return sorted(found.values(), key=_is_comments)[:_MOST]


def _add(found: dict[str, Candidate], url: str | None, title: str) -> None:
    if url:
        candidate = Candidate(url, one_line(title)[:200] or host(url), _kind(url, RawFeed("")))
        found.setdefault(canonical(url), candidate)


def _is_comments(candidate: Candidate) -> bool:
    """WordPress names the feed of its comments beside the one of its posts."""
    return "comments" in candidate.url.lower() or "comments feed" in candidate.title.lower()


async def _at_well_known(fetch: Fetch, page: str) -> list[Candidate]:
    """The feed at the first of the usual places that has one: below the page, then below the host."""
    below = page.partition("?")[0].partition("#")[0].rstrip("/")
    root = resolve(page, "/") or ""
    places = dict.fromkeys(place.rstrip("/") + path for place in (below, root) for path in _WELL_KNOWN)
    for place in places:
        outcome = await fetch(place)
        if isinstance(outcome, Fetched):
            if feed := _feed(outcome):
                return [feed]
        elif isinstance(outcome, Failed) and outcome.http is None:
            # The host can't be reached or wants to be left alone: no further knocking.
            break
    return []
