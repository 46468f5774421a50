"""What the window's parts tell each other."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class OpenEntry(Message):
    """Show an entry in the reader: where it was left, or where the words of ``quote`` stand in it."""

    entry_id: int
    quote: str = ""


@dataclass
class DigestShown(Message):
    """The digest stands on the screen for the first time: the rest can be built."""


@dataclass
class Opened(Message):
    """Another entry is in the reader."""


@dataclass
class Follow(Message):
    """A link was followed in the reader."""

    href: str


@dataclass
class Browse(Message):
    """Open an address in the browser."""

    url: str


@dataclass
class AtEnd(Message):
    """The reader asked for more at the end of a text."""


@dataclass
class Preview(Message):
    """The cursor of a room rests on something: what of it is at hand already, as plain texts."""

    room: str
    entry_id: int | None
    title: str
    meta: str
    text: str


@dataclass
class Say(Message):
    """One short line for the status bar."""

    text: str


@dataclass
class StateChanged(Message):
    """Something was chosen that is kept for the next start."""


@dataclass
class LanguageChosen(Message):
    """Another of the languages that texts are published in was chosen."""


@dataclass
class UnreadChanged(Message):
    """A room's count of unread, for its tab."""

    room: str
    unread: int


@dataclass
class LibraryChanged(Message):
    """Another connection committed to the library, or this window wrote marks."""
