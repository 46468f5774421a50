"""What parsing gives: entries, editions and cards as their source has them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from techdash.models.sources import Kind

SectionKind = Literal["featured", "article", "social", "github", "podcast", "paper", "other", "muted"]
SECTION_KINDS: tuple[SectionKind, ...] = (
    "featured",
    "article",
    "social",
    "github",
    "podcast",
    "paper",
    "other",
    "muted",
)
BodyFormat = Literal["html", "markdown", "text", "notion"]
PageNote = Literal["", "behind a password", "the rest is for subscribers", "cut short"]
Cadence = Literal["daily", "weekly"]


class Enclosure(Struct, frozen=True):
    """A file that belongs to an entry (RSS 2.0 ``enclosure``); ``length`` in bytes, 0 where unknown."""

    url: str
    type: str = ""
    length: int = 0


class ParsedItem(Struct, frozen=True):
    """One line of a published edition as its text gives it."""

    title: str
    url: str = ""
    who: str = ""
    summary: str = ""


class ParsedSection(Struct, frozen=True):
    """A section of a published edition; ``prose`` is what it says beside its items, a paragraph a line."""

    kind: SectionKind
    title: str
    items: tuple[ParsedItem, ...] = ()
    prose: str = ""


class ParsedEdition(Struct, frozen=True):
    """A digest entry taken apart. ``day`` is the first day it covers; weeklies are ``cadence='weekly'``."""

    day: str
    cadence: Cadence
    lead: str
    lead_cut: bool = False
    stated_counts: dict[str, int] | None = None
    sections: tuple[ParsedSection, ...] = ()


class Card(Struct, frozen=True):
    """One row of a sheet, or a document of its own, of which ``page`` is the entry to open.

    That has no syntax, nor has a row of which nothing is to be typed; either is called by its ``item``.

    ``since`` is the version it came with, ``removed`` the one that it went with ("yes": known to be gone, not
    when). ``also`` holds what people call it besides, comma-separated, in any language. ``literal``: brackets
    in the syntax are the command's own, and say nothing of what may be left out.
    """

    sheet: str
    section: str
    item: str
    syntax: str
    text: str
    text_zh: str = ""
    section_zh: str = ""
    example: str = ""
    since: str = ""
    source: str = ""
    note: str = ""
    note_zh: str = ""
    also: str = ""
    removed: str = ""
    item_zh: str = ""
    literal: bool = False
    page: int = 0


class OwnCard(Card, frozen=True):
    """A card made of the reader's own set-up; it is in no library.

    ``level`` and ``path`` say where it stands, ``shadowed_by`` the path of what takes its place, ``broken``
    what is wrong with it, in English; ``unused`` is whether it has no effect.
    """

    sheet_zh: str = ""
    level: str = ""
    path: str = ""
    shadowed_by: str = ""
    broken: tuple[str, ...] = ()
    unused: bool = False


class CardMark(Struct, frozen=True):
    """What the reader did with a card: starred it, wrote a note to it; ``updated`` in seconds."""

    starred: bool = False
    note: str = ""
    updated: int = 0


class ParsedEntry(Struct, frozen=True):
    """One published thing, as its source gives it; ``published`` is None where absent or false (P-11).

    ``translation`` names a text in all its languages, where its author does (Hugo's ``translationKey``).
    """

    key: str
    title: str
    url: str = ""
    author: str = ""
    published: int | None = None
    date_only: bool = False
    language: str = ""
    kind: Kind | None = None
    summary: str = ""
    body: str = ""
    body_format: BodyFormat = "html"
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    comments_url: str = ""
    words: int = 0
    minutes: int = 0
    edition: ParsedEdition | None = None
    cards: tuple[Card, ...] = ()
    translation: str = ""


class ParsedFeed(Struct, frozen=True, tag=True):
    """What a document holds; ``version`` as feedparser names it (``rss20``, ``atom10``, ``json11``).

    ``note`` says in words what was untidy or cut ("imperfect XML", "300 of 900 entries kept"). ``ttl`` in
    seconds; ``skip_hours`` (0 to 23, UTC) and ``skip_days`` (0 is Monday) are RSS 2.0's. ``following``: of
    each list page the address of the next one, with the keys of the posts it lists itself.
    """

    version: str
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    ttl: int | None = None
    note: str = ""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    following: tuple[tuple[str, tuple[str, ...]], ...] = ()


class ParsedPage(Struct, frozen=True, tag=True):
    """What the page of an entry gives: its text, taken apart as the entry's own would be.

    ``note`` says in words why the text is not whole. ``notionnext``: the page is one of such a site.
    ``entry`` is what the page says of itself, for a page that no entry is known of yet.
    """

    entry: ParsedEntry
    note: PageNote = ""
    notionnext: bool = False


class ParsedSitemap(Struct, frozen=True, tag=True):
    """The posts of a sitemap, newest first: address and ``lastmod`` (a date, or empty).

    ``sitemaps`` are those that an index of sitemaps names; such a one has no posts.
    """

    posts: tuple[tuple[str, str], ...] = ()
    sitemaps: tuple[str, ...] = ()
