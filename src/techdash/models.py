"""The words of techdash as plain values: what store and feeds, cli and tui hand to each other.

Times are whole seconds since 1970-01-01 UTC, days are ``YYYY-MM-DD`` in the reader's time zone.
Every text in these values has passed :func:`techdash.text.clean.clean`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Kind = Literal["digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet"]
KINDS: tuple[Kind, ...] = ("digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet")
SectionKind = Literal["featured", "article", "social", "github", "podcast", "paper", "other"]
SECTION_KINDS: tuple[SectionKind, ...] = (
    "featured",
    "article",
    "social",
    "github",
    "podcast",
    "paper",
    "other",
)
BodyFormat = Literal["html", "markdown", "text"]
FullText = Literal["feed", "page", "notionnext", "none", "auto"]
Cadence = Literal["daily", "weekly"]
SyncStatus = Literal["new", "unchanged", "failed", "gone", "skipped"]


# -- sources


class Source(Struct, frozen=True):
    """What is subscribed to. ``url`` is an http(s) address or the path of a local file or folder."""

    id: str
    url: str
    kind: Kind
    title: str
    site_url: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    weight: float = 1.0
    max_items: int = 50
    full_text: FullText = "auto"
    enabled: bool = True
    origin: Literal["starter", "default", "user"] = "user"


class Validators(Struct, frozen=True):
    """What a server gave for one exact URL, to be echoed byte for byte (RFC 9110, 8.8)."""

    etag: bytes | None = None
    last_modified: bytes | None = None
    body_hash: bytes | None = None


class SourceState(Struct, frozen=True):
    """How the last syncs of a source went. ``state``: new, ok, failed or gone."""

    state: Literal["new", "ok", "failed", "gone"] = "new"
    last_checked: int | None = None
    last_ok: int | None = None
    next_due: int = 0
    not_before: int = 0
    failures: int = 0
    http: int | None = None
    error_kind: str = ""
    error: str = ""
    note: str = ""


class Subscription(Struct, frozen=True):
    """A source with its health."""

    source: Source
    state: SourceState


# -- what retrieving gives (feeds.retrieve -> refresh)


class Fetched(Struct, frozen=True, tag=True):
    """One document, whole: ``url`` as asked for, ``final_url`` after redirects, ``body`` unpacked.

    ``max_age`` is the server's floor in seconds (RFC 9111, 5.2.2.1 and 5.3), ``moved_to`` the new address
    where every redirect was permanent (301, 308), ``wire_bytes`` what crossed the network.
    """

    url: str
    final_url: str
    body: bytes
    content_type: str = ""
    charset: str = ""
    validators: Validators = Validators()
    http: int = 200
    max_age: int | None = None
    moved_to: str = ""
    wire_bytes: int = 0


class NotModified(Struct, frozen=True):
    """The server said 304, or the local files are as they were."""

    url: str
    validators: Validators
    max_age: int | None = None
    http: int | None = 304


class Failed(Struct, frozen=True):
    """Why there is no document, in a word for programs and a sentence for people.

    ``wait_until`` is set where the host asked us to wait (429, 503 with Retry-After).
    """

    url: str
    kind: str
    message: str
    http: int | None = None
    wait_until: int | None = None
    gone: bool = False


class LocalFile(Struct, frozen=True):
    """A file of a local source: its path below the source's folder with ``/``, and its change time."""

    name: str
    modified: int
    body: bytes


class Files(Struct, frozen=True, tag=True):
    """The readable files of a local source; ``validators.body_hash`` covers names and contents."""

    url: str
    files: tuple[LocalFile, ...]
    validators: Validators


Outcome = Fetched | NotModified | Failed | Files


class ParseJob(Struct, frozen=True):
    """What the worker process is asked to parse for one source: every document that changed."""

    source_id: str
    kind: Kind
    title: str
    language: str
    max_items: int
    full_text: FullText
    now: int
    documents: tuple[Fetched | Files, ...]


# -- what parsing gives (worker process -> refresh)


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
    kind: SectionKind
    title: str
    items: tuple[ParsedItem, ...] = ()


class ParsedEdition(Struct, frozen=True):
    """A digest entry taken apart. ``day`` is the first day it covers; weeklies are ``cadence='weekly'``."""

    day: str
    cadence: Cadence
    lead: str
    lead_cut: bool = False
    stated_counts: dict[str, int] | None = None
    sections: tuple[ParsedSection, ...] = ()


class Card(Struct, frozen=True):
    """One row of a sheet."""

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

    ``note`` says in words what was untidy or cut ("imperfect XML", "300 of 900 entries kept").
    """

    version: str
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    ttl: int | None = None
    note: str = ""


# -- decide -> store


class Known(Struct, frozen=True):
    """What the store already holds of an entry: enough to decide."""

    id: int
    key: str
    hash: bytes
    has_body: bool


class PlannedEntry(Struct, frozen=True):
    """An entry to be written: inserted where ``id`` is None, else updated in place.

    ``hash`` is 16 bytes over the head (title, url, published, author, tags) and 16 over the text (summary,
    body). ``keep_text`` says that the stored summary, body, edition and cards stay: this time the source
    gave less than we already hold (a list page instead of the article).
    """

    entry: ParsedEntry
    kind: Kind
    day: str
    sort_time: int
    url_key: str
    hash: bytes
    id: int | None = None
    keep_text: bool = False


class Plan(Struct, frozen=True):
    """All that one sync writes of one source, in one transaction. Marks are no part of it."""

    source_id: str
    now: int
    status: SyncStatus
    state: SourceState
    validators: dict[str, Validators] = field(default_factory=dict)
    entries: tuple[PlannedEntry, ...] = ()
    host_wait: tuple[str, int] | None = None
    site_url: str = ""


class Applied(Struct, frozen=True):
    """What a plan changed: ids of entries, and the days whose editions need composing."""

    new: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    days: tuple[str, ...] = ()


# -- store -> cli, tui


class Marks(Struct, frozen=True):
    read: bool = False
    starred: bool = False
    later: bool = False


class Place(Struct, frozen=True):
    """Where the reader is: an offset into the document and the words that stand there, to find it again."""

    offset: int
    quote: str = ""
    progress: float = 0.0


class EntryRow(Struct, frozen=True):
    """An entry as a list shows it. ``other`` is the same essay in the other language, where there is one.

    ``read_last`` is when its place was last kept.
    """

    id: int
    source_id: str
    source_title: str
    kind: Kind
    title: str
    url: str
    author: str
    published: int | None
    day: str
    language: str
    minutes: int
    marks: Marks = Marks()
    progress: float = 0.0
    read_last: int = 0
    other: EntryRow | None = None


class Entry(Struct, frozen=True):
    """An entry whole, with its stored source form."""

    row: EntryRow
    summary: str
    body: str
    body_format: BodyFormat
    words: int
    comments_url: str = ""
    enclosures: tuple[Enclosure, ...] = ()


class Item(Struct, frozen=True):
    """One line of a stored edition."""

    title: str
    url: str
    who: str
    summary: str
    featured: bool
    score: float
    entry_id: int
    minutes: int = 0
    marks: Marks = Marks()
    source_title: str = ""


class Section(Struct, frozen=True):
    kind: SectionKind
    title: str
    items: tuple[Item, ...]


class Edition(Struct, frozen=True):
    """One day's digest. ``entry_id`` is its own entry, None for a composed one."""

    id: int
    day: str
    source_id: str
    source_title: str
    title: str
    url: str
    lead: str
    composed: bool
    cadence: Cadence = "daily"
    lead_cut: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    stated_counts: dict[str, int] | None = None
    sections: tuple[Section, ...] = ()
    entry_id: int | None = None
    marks: Marks = Marks()


class DayRow(Struct, frozen=True):
    """A day of the strip: how much it held and how much of that is unread."""

    day: str
    total: int
    unread: int


class Hit(Struct, frozen=True):
    """A search result; ``snippet`` is plain text around the match."""

    id: int
    kind: Kind
    title: str
    source_title: str
    url: str
    published: int | None
    snippet: str
    score: float


# -- composing an edition (store -> editions -> store)


class DayEntry(Struct, frozen=True):
    """An entry as composing sees it; ``weight`` is its source's."""

    id: int
    source_id: str
    source_title: str
    kind: Kind
    title: str
    url: str
    author: str
    summary: str
    sort_time: int
    minutes: int
    weight: float


class ComposedItem(Struct, frozen=True):
    entry_id: int
    title: str
    url: str
    who: str
    summary: str
    featured: bool
    score: float


class ComposedEdition(Struct, frozen=True):
    """A day's edition made of its entries; equal inputs make equal values, in whatever order they come."""

    day: str
    lead: str
    counts: dict[str, int]
    sections: tuple[tuple[SectionKind, str, tuple[ComposedItem, ...]], ...]
