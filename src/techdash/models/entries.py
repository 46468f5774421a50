"""Stored entries as lists and the reader show them, with what the reader did."""

from __future__ import annotations

from msgspec import Struct

from techdash.models.parsed import BodyFormat, Enclosure, PageNote
from techdash.models.sources import Kind


class Marks(Struct, frozen=True):
    """What the reader did with an entry. ``noted``: there is a note to it; ``tags`` are in order."""

    read: bool = False
    starred: bool = False
    later: bool = False
    muted: bool = False
    noted: bool = False
    tags: tuple[str, ...] = ()


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
    reader may change between them. ``own_note`` is what the reader wrote to it.
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
    own_note: str = ""


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


class SavedSearch(Struct, frozen=True):
    """A query that the reader kept under a name."""

    name: str
    query: str


class ChangelogEntry(Struct, frozen=True):
    """An entry that tells what is new in versions of something; ``day`` in ISO 8601, UTC."""

    id: int
    title: str
    day: str
    url: str
    format: BodyFormat
    body: str
