"""What a feed document says, before any rule is applied: the one shape that every parser gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# "guess" is what RSS gives: text that may be HTML and does not say.
RawFormat = Literal["html", "text", "markdown", "guess"]


class RawText(NamedTuple):
    value: str
    format: RawFormat = "guess"


class RawEnclosure(NamedTuple):
    url: str
    type: str = ""
    length: str = ""


NO_TEXT = RawText("")


@dataclass(slots=True)
class RawEntry:
    """``base`` is what its links are relative to, as far as the document says; ``dates`` best first."""

    guid: str = ""
    guid_may_be_link: bool = False
    link: str = ""
    base: str = ""
    title: RawText = NO_TEXT
    author: str = ""
    dates: list[str] = field(default_factory=list)
    content: list[RawText] = field(default_factory=list)
    summaries: list[RawText] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    enclosures: list[RawEnclosure] = field(default_factory=list)
    comments: str = ""
    language: str = ""
    duration: str = ""


@dataclass(slots=True)
class RawFeed:
    """``version`` as feedparser names it; ``ttl`` in seconds; ``note`` what was untidy.

    ``skip_hours`` and ``skip_days`` as they are written.
    """

    version: str
    title: RawText = NO_TEXT
    link: str = ""
    base: str = ""
    language: str = ""
    author: str = ""
    ttl: int | None = None
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    note: str = ""
