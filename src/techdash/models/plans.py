"""What is decided of a sync, for the store to write."""

from __future__ import annotations

from msgspec import Struct, field

from techdash.models.parsed import PageNote, ParsedEntry
from techdash.models.sources import Kind, SourceState, SyncStatus, Validators


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
