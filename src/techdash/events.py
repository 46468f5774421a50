"""What a sync tells while it runs: that it began, what came of each source and its pages, how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from techdash.models.parsed import PageNote
from techdash.models.sources import Kind, SyncStatus


@dataclass(frozen=True, slots=True)
class Started:
    """The lock is ours; ``due`` of ``total`` sources are going to be asked."""

    due: int
    total: int


@dataclass(frozen=True, slots=True)
class SourceDone:
    """One source is through: what it brought, or in ``error`` why not. ``bytes`` crossed the network."""

    id: str
    url: str
    kind: Kind
    title: str
    status: SyncStatus
    http: int | None = None
    new: int = 0
    updated: int = 0
    error: str = ""
    bytes: int = 0
    seconds: float = 0.0
    next_due: int = 0


@dataclass(frozen=True, slots=True)
class Composed:
    """The editions of these days were made anew."""

    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a run. ``offline``: none of the servers, or less than a fifth of them, could be reached."""

    started: int
    finished: int
    new: int
    updated: int
    failed: int
    offline: bool = False


@dataclass(frozen=True, slots=True)
class PagesDone:
    """The pages of a source's entries were asked for: texts that came, and pages that could not be had.

    ``error`` says why the last could not, ``note`` why the last text is not whole.
    """

    id: str
    title: str
    updated: int
    failed: int
    error: str = ""
    note: PageNote = ""


Event = Started | SourceDone | PagesDone | Composed | Finished
