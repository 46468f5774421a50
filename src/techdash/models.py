"""The words of techdash as plain values: what store and feeds, cli and tui hand to each other.

Times are whole seconds since 1970-01-01 UTC, days are ``YYYY-MM-DD`` in the reader's time zone.
Every text in these values has passed :func:`techdash.text.clean.clean`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

Kind = Literal["digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet"]
KINDS: tuple[Kind, ...] = ("digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet")
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
FullText = Literal["feed", "page", "notionnext", "none", "auto"]
PageNote = Literal["", "behind a password", "the rest is for subscribers", "cut short"]
Cadence = Literal["daily", "weekly"]
SyncStatus = Literal["new", "unchanged", "failed", "gone", "skipped"]


# -- sources


class Source(Struct, frozen=True):
    """What is subscribed to. ``url`` is an http(s) address or the path of a local file or folder.

    ``interval`` is how many minutes the user wants between two visits, 0 where the rules decide.
    ``backfill``: what its sitemap names and its lists don't is fetched too, a few pages a run. ``named`` are
    the fields that the user's own file gives a word on; the library doesn't keep it.
    """

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
    interval: int = 0
    backfill: bool = False
    named: tuple[str, ...] = ()


class Validators(Struct, frozen=True):
    """What a server gave for one exact URL, to be echoed byte for byte (RFC 9110, 8.8).

    ``given_by`` is that URL where redirects led to it; empty, it is the one that was asked for.
    """

    etag: bytes | None = None
    last_modified: bytes | None = None
    body_hash: bytes | None = None
    given_by: str = ""


class SourceState(Struct, frozen=True):
    """How the last syncs of a source went, and what its server and its feed said of the next.

    ``state``: new, ok, failed or gone. ``last_new``: when it brought its newest entry. ``last_whole``: when
    it was last asked without validators. ``bare``: answers in a row without a validator, up to three.
    ``failing_since``, ``gone_since``: the first of the failures, or of the 410s, in a row. ``max_age`` and
    ``ttl`` in seconds, 0 where not given; ``skip_hours`` and ``skip_days`` as in :class:`ParsedFeed`.
    ``moved_to``: the address it says it has moved to for good, ``moved_since`` when it first said so;
    ``moved_note`` says it in words. ``previous_url``: the address it had before a move was followed;
    ``move_refused``: one that the user does not want followed. ``pages_note``: how many pages of entries
    could not be fetched, in words. ``public``: it has answered from a public address, so that no private one
    may speak for it from then on.
    """

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
    last_new: int | None = None
    last_whole: int | None = None
    bare: int = 0
    failing_since: int | None = None
    gone_since: int | None = None
    max_age: int = 0
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    moved_to: str = ""
    moved_since: int | None = None
    moved_note: str = ""
    previous_url: str = ""
    move_refused: str = ""
    pages_note: str = ""
    public: bool = False


class Subscription(Struct, frozen=True):
    """A source with its health."""

    source: Source
    state: SourceState


# -- what retrieving gives (feeds.retrieve -> refresh)


class Fetched(Struct, frozen=True, tag=True):
    """One document, whole: ``url`` as asked for, ``final_url`` after redirects, ``body`` unpacked.

    ``max_age`` is the server's floor in seconds (RFC 9111, 5.2.2.1 and 5.3), ``moved_to`` the new address
    where every redirect was permanent (301, 308), ``wire_bytes`` what crossed the network, ``links`` the
    Link header (RFC 8288). ``public``: it came from a public address.
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
    links: str = ""
    public: bool = False


class NotModified(Struct, frozen=True):
    """The server said 304, or the local files are as they were; the rest as in :class:`Fetched`."""

    url: str
    validators: Validators
    max_age: int | None = None
    http: int | None = 304
    moved_to: str = ""
    public: bool = False


class Failed(Struct, frozen=True):
    """Why there is no document, in a word for programs and a sentence for people.

    ``wait_until`` is set where the host asked us to wait (429, 503 with Retry-After); ``host`` is the one
    that answered, where redirects led to another than that of ``url``.
    """

    url: str
    kind: str
    message: str
    http: int | None = None
    wait_until: int | None = None
    gone: bool = False
    host: str = ""


class LocalFile(Struct, frozen=True):
    """A file of a local source: its path below the source's folder with ``/``, and its change time."""

    name: str
    modified: int
    body: bytes


class Files(Struct, frozen=True, tag=True):
    """The readable files of a local source; ``validators.body_hash`` covers names, contents and the note.

    ``note`` says in words what was left out.
    """

    url: str
    files: tuple[LocalFile, ...]
    validators: Validators
    note: str = ""


Outcome = Fetched | NotModified | Failed | Files


class ParseJob(Struct, frozen=True, tag=True):
    """What the worker process is asked to parse for one source: every document that changed."""

    source_id: str
    kind: Kind
    title: str
    language: str
    max_items: int
    full_text: FullText
    now: int
    documents: tuple[Fetched | Files, ...]


class PageJob(Struct, frozen=True, tag=True):
    """What the worker process is asked of one page: the text of the entry that it is the page of.

    ``title``, ``kind``, ``day`` and ``tags`` are the entry's, empty where the page has to say it.
    ``full_text`` is the source's.
    """

    source_id: str
    kind: Kind
    full_text: FullText
    language: str
    now: int
    document: Fetched
    title: str = ""
    day: str = ""
    tags: tuple[str, ...] = ()


class SitemapJob(Struct, frozen=True, tag=True):
    """What the worker process is asked of a sitemap: the addresses of the posts in it."""

    document: Fetched


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
    """One row of a sheet, or a document of its own: that has no syntax, and ``page`` is the entry to open.

    ``since`` is the version it came with, ``removed`` the one that it went with ("yes": known to be gone, not
    when). ``also`` holds what people call it besides, comma-separated, in any language.
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
    page: int = 0


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


# -- decide -> store


class Known(Struct, frozen=True):
    """What the store already holds of an entry: enough to decide.

    ``rewrites`` is how often its text alone was written anew, ``has_page`` whether its text is its page's.
    """

    id: int
    key: str
    hash: bytes
    has_body: bool
    url_key: str = ""
    title: str = ""
    published: int | None = None
    first_seen: int = 0
    rewrites: int = 0
    has_page: bool = False


class PlannedEntry(Struct, frozen=True):
    """An entry to be written: inserted where ``id`` is None, else updated in place.

    ``hash`` is 16 bytes over the head (title, url, published, author, tags) and 16 over the text (summary,
    body). ``keep_text`` says that the stored summary, body, edition and cards stay: this time the source
    gave less than we already hold (a list page instead of the article). ``rewrites`` is set where the text
    alone changed: how often it did, this time included.
    """

    entry: ParsedEntry
    kind: Kind
    day: str
    sort_time: int
    url_key: str
    hash: bytes
    id: int | None = None
    keep_text: bool = False
    rewrites: int = 0


class Plan(Struct, frozen=True):
    """All that one sync writes of one source, in one transaction. Marks are no part of it.

    ``moved`` is the source's new address, where it has moved for good; ``rekeyed`` are stored entries (by id)
    and the keys they go by from now on. ``pages`` are the keys of entries whose own pages are wanted.
    """

    source_id: str
    now: int
    status: SyncStatus
    state: SourceState
    validators: dict[str, Validators] = field(default_factory=dict)
    entries: tuple[PlannedEntry, ...] = ()
    host_wait: tuple[str, int] | None = None
    site_url: str = ""
    moved: str = ""
    rekeyed: tuple[tuple[int, str], ...] = ()
    pages: frozenset[str] = frozenset()


class Applied(Struct, frozen=True):
    """What a plan changed: ids of entries, and the days whose editions need composing."""

    new: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    days: tuple[str, ...] = ()


class WantedPage(Struct, frozen=True):
    """An entry whose page is to be asked for. ``words`` and ``body_format`` are those of what is held of it.

    ``held``: that is the page's text already, and ``note`` what it said of it; ``validators``
    are the page's (RFC 9110, 8.8). ``tries`` is how often asking failed, ``not_before`` until when its server
    wants no request for it.
    """

    entry_id: int
    url: str
    title: str
    kind: Kind
    day: str
    language: str
    tags: tuple[str, ...] = ()
    words: int = 0
    body_format: str = ""
    tries: int = 0
    held: bool = False
    note: PageNote = ""
    validators: Validators = Validators()
    not_before: int = 0


# -- what the reader wants more and less of


class Tastes(Struct, frozen=True):
    """Words, topics and sources (by id or title) that the reader wants more of, and less of."""

    interests: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()


class Trend(Struct, frozen=True):
    """A term that rises on a day: how many entries have it, and how many a day usually do.

    ``sources``: of how many sources they are. ``week``: how many had it on each of seven days, this one last.
    """

    term: str
    today: int
    usual: float
    entry_ids: tuple[int, ...] = ()
    sources: int = 0
    week: tuple[int, ...] = ()


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
    """An entry whole, with its stored source form; ``note`` says why its text is not whole.

    ``has_page``: the text is that of its page. ``has_both``: that and the feed's own are stored, and the
    reader may change between them.
    """

    row: EntryRow
    summary: str
    body: str
    body_format: BodyFormat
    words: int
    comments_url: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    note: PageNote = ""
    has_page: bool = False
    has_both: bool = False


class AlsoIn(Struct, frozen=True):
    """Another entry of a story: the title of its source, its own, and where it is."""

    source: str
    title: str
    url: str
    entry_id: int


class Other(Struct, frozen=True):
    """An essay of a composed edition in its other language."""

    entry_id: int
    title: str
    url: str
    summary: str
    language: str
    minutes: int


class Draft(Struct, frozen=True):
    """What a language model wrote of a day or an item: in ``en`` or ``zh``, never shown without its name."""

    text: str
    model: str
    language: str


class Item(Struct, frozen=True):
    """One line of a stored edition.

    ``parts`` add up to the score, by the names of :mod:`techdash.editions.score`; ``taste`` is the interest
    or the mute that counted among them, ``muted`` says which. ``other``: the same essay in the other
    language, where there is one.
    """

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
    parts: dict[str, float] = field(default_factory=dict)
    taste: str = ""
    muted: bool = False
    also_in: tuple[AlsoIn, ...] = ()
    language: str = ""
    other: Other | None = None
    opens: int = 0
    draft: Draft | None = None

    def facing(self, language: str) -> Item:
        """The item with its essay in that language, where there is one."""
        other = self.other
        if other is None or self.language == language or other.language != language:
            return self
        own = Other(
            self.opens or self.entry_id, self.title, self.url, self.summary, self.language, self.minutes
        )
        return replace(
            self,
            title=other.title,
            url=other.url,
            summary=other.summary,
            language=other.language,
            minutes=other.minutes,
            other=own,
            opens=other.entry_id,
        )

    @property
    def sources(self) -> int:
        """How many sources have the story; one that is known by its address alone has one."""
        return len({self.source_title, *(other.source for other in self.also_in)})


class Section(Struct, frozen=True):
    """A section of a stored edition; ``prose`` as in :class:`ParsedSection`."""

    kind: SectionKind
    title: str
    items: tuple[Item, ...]
    prose: str = ""


class Edition(Struct, frozen=True):
    """One day's digest. ``entry_id`` is its own entry, None for a composed one.

    ``lead_zh`` is the lead of a composed one in Chinese.
    """

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
    lead_zh: str = ""
    trend: tuple[Trend, ...] = ()
    draft: Draft | None = None

    @property
    def miscounts(self) -> bool:
        """Whether it states a count of something of which another number was found."""
        stated = self.stated_counts or {}
        return any(number != self.counts.get(kind, 0) for kind, number in stated.items())


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
    """An entry as composing sees it; ``weight`` and ``topics`` are its source's.

    ``has_text``: more of it is stored than its summary. ``read``: by the reader, who has split it from the
    stories of the entries in ``apart``. ``ending``: the last characters of a post's stored form, where its
    points may stand beyond the summary. ``links``: the addresses that a post's text links to.
    """

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
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has_text: bool = False
    read: bool = False
    apart: frozenset[int] = frozenset()
    ending: str = ""
    links: tuple[str, ...] = ()


class ComposedItem(Struct, frozen=True):
    entry_id: int
    title: str
    url: str
    who: str
    summary: str
    featured: bool
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    taste: str = ""
    muted: bool = False
    also_in: tuple[AlsoIn, ...] = ()


class ComposedEdition(Struct, frozen=True):
    """A day's edition made of its entries; equal inputs make equal values, in whatever order they come."""

    day: str
    lead: str
    counts: dict[str, int]
    sections: tuple[tuple[SectionKind, str, tuple[ComposedItem, ...]], ...]
    lead_zh: str = ""
    trend: tuple[Trend, ...] = ()
