"""The feeds that a page leads to: by link tags and the Link header, by what it links to, by what made it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from techdash.feeds.addresses import is_private_host
from techdash.feeds.candidates import Candidate, full_text_of, kind_of_host
from techdash.feeds.patterns import youtube
from techdash.feeds.rules import primary_language
from techdash.text.clean import one_line
from techdash.text.urls import canonical, host, resolve

_FEED_TYPE = re.compile(
    r"(?:application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|text/(?:rss|atom)(?:\+xml)?)\s*(?:;.*)?",
    re.IGNORECASE,
)
# Types that feeds share with much else: WordPress names its API and its embeds in the same way.
_LOOSE_TYPE = re.compile(r"(?:application/(?:json|xml)|text/xml)\s*(?:;.*)?", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|atom|feed|feeds)(?:/|$|\.)|(?:rss|atom|feed|index)\.(?:xml|json)$", re.IGNORECASE
)
_COMMENTS = re.compile(
    r"comment|commentaire|kommentar|comentario|комментар|评论|評論|留言|コメント", re.IGNORECASE
)
_CHANNEL = re.compile(
    r'itemprop="(?:identifier|channelId)" content="(UC[\w-]{22})"'
    r'|"(?:externalId|externalChannelId|channelId)"\s*:\s*"(UC[\w-]{22})"'
)
# Where the programs that make sites put their feed, below the site.
_PLACES = {
    "wordpress": "feed/",
    "ghost": "rss/",
    "hugo": "index.xml",
    "jekyll": "feed.xml",
    "hexo": "atom.xml",
    "astro": "rss.xml",
    "gatsby": "rss.xml",
    "wix": "blog-feed.xml",
    "squarespace": "?format=rss",
    "blogger": "feeds/posts/default",
}
_TAG = re.compile(
    r"""<(a|base|html|link|meta|script|style|title)(?=[\s/>])((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
# Elements whose content is text, with what ends them.
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title")}
_LONGEST_TAG = 16_384
_MOST = 20
_MOST_PLACES = 10
# Of a tag on Mastodon; the page itself names its feed only to those who run its scripts.
_TAG_PAGE = re.compile(r"/tags/[^/.]+")
_HEAD = 4 << 20
# A Link header's link and its parameters (RFC 8288, 3).
_HEADER_LINK = re.compile(
    r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)'
)
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')


class Page(Struct, frozen=True):
    """What a page says of its feeds; ``place`` is where a site made like this one has its feed."""

    title: str
    language: str
    feeds: tuple[Candidate, ...]
    place: str = ""


def read(html: str, url: str, header: str = "") -> Page:
    """The feeds of a page, those of comments last; of what it merely links to only where it names none.

    ``url`` is where the page was found at last, ``header`` its Link header (RFC 8288). A public page's links
    to private addresses are left out.
    """
    found = _Feeds(url)
    title = language = generator = ""
    anchors: list[str] = []
    for name, given, text in _tags(html[:_HEAD]):
        href = given.get("href", "")
        match name:
            case "html":
                language = language or primary_language(given.get("lang", ""))
            case "title":
                title = title or one_line(unescape(text))[:200]
            case "base":
                found.rebase(href)
            case "link" if "alternate" in given.get("rel", "").lower().split():
                found.add(href, given.get("type", ""), given.get("title", ""), given.get("hreflang", ""))
            case "a" if len(anchors) < _MOST and _is_feed_link(href, given.get("type", "")):
                anchors.append(href)
            case "meta" if given.get("name", "").lower() == "generator":
                generator = generator or given.get("content", "").strip().lower()
    for href, values in _header_links(header):
        if "alternate" in values.get("rel", "").lower().split():
            found.add(href, values.get("type", ""), values.get("title", ""), values.get("hreflang", ""))
    if not found.feeds and host(url).endswith("youtube.com") and (channel := _CHANNEL.search(html)):
        number = channel[1] or channel[2]
        found.take(youtube(f"channel_id={number}", title.removesuffix(" - YouTube")))
    if not found.feeds:
        for href in anchors:
            found.add_linked(href)
    place = next((place for name, place in _PLACES.items() if generator.startswith(name)), "")
    named = [
        replace(one, title=one.title or title or host(one.url), language=one.language or language)
        for one in found.feeds.values()
    ]
    return Page(title, language, tuple(sorted(named, key=is_comments)), place)


class _Feeds:
    """Collects feeds, each once, in the page's order."""

    def __init__(self, url: str) -> None:
        self.feeds: dict[str, Candidate] = {}
        self._page = url
        self._base = url

    def rebase(self, href: str) -> None:
        self._base = resolve(self._page, href) or self._base

    def add(self, href: str, type_: str, title: str, language: str) -> None:
        """A feed that the page names."""
        loose = _LOOSE_TYPE.fullmatch(type_.strip())
        if not _FEED_TYPE.fullmatch(type_.strip()) and not (loose and _has_feed_path(href)):
            return
        if href.strip() and (link := resolve(self._base, href)):
            self._put(link, title, language)

    def add_linked(self, href: str) -> None:
        """A feed that the page has a link to: one of its own site, or of a host that is there for feeds."""
        link = resolve(self._base, href)
        if link and (host(link) == host(self._page) or _is_feed_host(link)):
            self._put(link, "", "")

    def take(self, candidate: Candidate) -> None:
        if len(self.feeds) < _MOST:
            self.feeds.setdefault(canonical(candidate.url), candidate)

    def _put(self, url: str, title: str, language: str) -> None:
        elsewhere = host(url) != host(self._page) and not is_private_host(host(self._page))
        if elsewhere and is_private_host(host(url)):
            return
        kind = kind_of_host(url) or "article"
        self.take(
            Candidate(
                url,
                one_line(title)[:200],
                kind,
                language=primary_language(language),
                site_url=self._page,
                full_text=full_text_of(kind),
                public_only=elsewhere,
            )
        )


def is_comments(candidate: Candidate) -> bool:
    """Whether it is the feed of the comments, which WordPress names beside the one of the posts."""
    return bool(_COMMENTS.search(urlsplit(candidate.url).path) or _COMMENTS.search(candidate.title))


def _tags(html: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The tags that matter here with their attributes, and the text of a title, in time linear in the page.

    What stands in comments, scripts and styles is no tag. A tree is not built: parsers that follow the HTML
    standard take quadratic time for deep ones.
    """
    at = 0
    while (at := html.find("<", at)) >= 0:
        if html.startswith("<!--", at):
            at = html.find("-->", at + 4)
            if at < 0:
                return
            continue
        tag = _TAG.match(html, at)
        if tag is None:
            at += 1
            continue
        at, name, text = tag.end(), tag[1].lower(), ""
        if name in _RAW:
            end = _RAW[name].search(html, at)
            text = html[at : end.start() if end else at + 1000]
            at = end.end() if end else len(html)
        yield name, _attributes(tag[2]), text


def _attributes(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text[:_LONGEST_TAG]):
        values.setdefault(name.lower(), unescape(double or single or bare))
    return values


def _is_feed_link(href: str, type_: str) -> bool:
    return bool(_FEED_TYPE.fullmatch(type_.strip())) or _has_feed_path(href) or _is_feed_host(href)


def _has_feed_path(href: str) -> bool:
    try:
        return bool(_FEED_PATH.search(urlsplit(href).path))
    except ValueError:
        return False


def _is_feed_host(link: str) -> bool:
    return host(link).partition(".")[0] in ("feed", "feeds", "rss") and urlsplit(link).path.strip("/") != ""


def _header_links(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The links of a Link header with their parameters, of which the first of a name counts."""
    for target, parameters in _HEADER_LINK.findall(header):
        values: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(parameters):
            value = re.sub(r"\\(.)", r"\1", quoted) or bare
            if name.endswith("*"):  # RFC 8187: charset'language'percent-encoded
                name, value = name[:-1], unquote(value.rpartition("'")[2])
                values.pop(name.lower(), None)
            values.setdefault(name.lower(), value)
        yield target.strip(), values


def usual_places(page: str, place: str) -> list[str]:
    """Where sites have their feeds: what made the page says the first, then below the page and the host."""
    below = page.partition("?")[0].partition("#")[0].rstrip("/")
    root = (resolve(page, "/") or "").rstrip("/")
    steps = below[len(root) :].count("/")
    is_section = 0 < steps <= 2 and "." not in below.rpartition("/")[2]
    paths = ("feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss")
    sites = [below, root] if is_section else [root]
    places = [f"{below}.rss"] if _TAG_PAGE.fullmatch(below[len(root) :]) else []
    places += [f"{site}/{place}" for site in sites if place]
    places += [f"{below}/{path}" for path in paths[:4] if is_section]
    places += [f"{root}/{path}" for path in paths]
    return list(dict.fromkeys(places))[:_MOST_PLACES]
