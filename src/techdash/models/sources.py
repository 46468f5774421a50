"""Sources: what is subscribed to, and how its last syncs went."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet"]
KINDS: tuple[Kind, ...] = ("digest", "essay", "article", "social", "github", "podcast", "paper", "cheatsheet")
FullText = Literal["feed", "page", "notionnext", "none", "auto"]
SyncStatus = Literal["new", "unchanged", "failed", "gone", "skipped"]


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
