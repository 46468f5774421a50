"""What retrieving gives, and what the worker process is asked to make of it."""

from __future__ import annotations

from msgspec import Struct

from techdash.models.sources import FullText, Kind, Validators


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
