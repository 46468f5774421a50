"""A feed that could be subscribed to, and what its entries most likely are."""

from __future__ import annotations

from collections import Counter
from statistics import median

from msgspec import Struct

from techdash.models.parsed import ParsedFeed
from techdash.models.sources import FullText, Kind
from techdash.text.urls import host

# Words of a text from which on it is read at length.
_ESSAY = 1_200
_OF_HOST: dict[str, Kind] = {
    "github.com": "github",
    "gitlab.com": "github",
    "codeberg.org": "github",
    "youtube.com": "podcast",
    "bsky.app": "social",
    "reddit.com": "social",
    "news.ycombinator.com": "social",
    "hnrss.org": "social",
    "lobste.rs": "social",
    "rss.arxiv.org": "paper",
    "export.arxiv.org": "paper",
    "arxiv.org": "paper",
}
# What is worth reading beyond the feed itself, by kind; of the others each entry tells.
_FULL_TEXT: dict[Kind, FullText] = {"social": "none", "paper": "none", "github": "feed", "podcast": "feed"}


class Candidate(Struct, frozen=True):
    """A feed that a user may choose.

    ``is_named`` says that the title is better than the feed's own; ``public_only`` that a public page named
    the feed, which then must not be a private address; ``is_read`` that the feed was fetched and has entries
    or could have; ``final_url`` where it was found at last.
    """

    url: str
    title: str
    kind: Kind
    language: str = ""
    site_url: str = ""
    full_text: FullText = "auto"
    is_named: bool = False
    public_only: bool = False
    is_read: bool = False
    final_url: str = ""


def named(url: str, title: str, kind: Kind | None = None) -> Candidate:
    """A feed that is known by its address alone."""
    kind = kind or kind_of_host(url) or "article"
    return Candidate(url, title, kind, full_text=full_text_of(kind), is_named=True)


def kind_of_host(url: str) -> Kind | None:
    """What everything at this address is, where its host says so."""
    if "githubtrending" in url.lower():
        return "github"
    return _OF_HOST.get(host(url).removeprefix("www."))


def full_text_of(kind: Kind) -> FullText:
    """Where the texts of a source of this kind come from, as far as the kind tells."""
    return _FULL_TEXT.get(kind, "auto")


def kind_of(feed: ParsedFeed, text: str, url: str) -> Kind:
    """What a feed brings, guessed from its host, its enclosures, its titles and the length of its texts.

    ``feed`` was parsed as a digest source's, so that each entry says whether it is an edition; ``text`` is
    the document, whose titles are counted: those of entries without one are made up when it is parsed.
    """
    if known := kind_of_host(url):
        return known
    entries = feed.entries
    if not entries:
        return "article"
    heard = sum(
        any(file.type.startswith(("audio", "video")) for file in entry.enclosures) for entry in entries
    )
    if heard * 2 > len(entries):
        return "podcast"
    given = text.count("<item") + text.count("<entry")
    titles = text.count("<title")
    # The feed and its picture have a title each.
    if given and (titles - 2) * 2 < given and titles < given:
        return "social"
    if feed.version.startswith("json") and text.count('"title"') * 2 <= len(entries):
        return "social"
    if sum(entry.kind == "digest" for entry in entries) * 2 > len(entries):
        return "digest"
    return "essay" if median(entry.words for entry in entries) >= _ESSAY else "article"


def language_of(feed: ParsedFeed) -> str:
    """The language a feed declares, unless most of its entries show another one."""
    seen = Counter(entry.language for entry in feed.entries if entry.language)
    if seen:
        language, times = seen.most_common(1)[0]
        if times * 2 > len(feed.entries):
            return language
    return feed.language
