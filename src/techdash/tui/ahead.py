"""The text that was being read, prepared by a second process while this one imports Textual.

Both are work for the interpreter alone, so a thread would only take turns with the import.
"""

from __future__ import annotations

import os
import pickle
import signal
from bisect import bisect_right
from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from techdash.document.tree import Block, Document

if TYPE_CHECKING:
    from techdash.models.entries import Entry
    from techdash.paths import Paths

FIRST_SCREEN = 4_000
"""Characters of source, about, that the first screen of a text shows."""

# What is laid out ahead of the first screen, before anything else of the text is asked for.
_SCREENS = 4


class Opening(NamedTuple):
    """What the first screens of an entry's document need; ``version`` is that of :func:`entries.version`."""

    entry_id: int
    version: bytes | None
    starts: list[int]
    sizes: list[int]
    meta: dict[str, object]
    parts: dict[int, tuple[Block, ...]]

    def document(self, whole: Callable[[], Document]) -> Document:
        """The document, which asks for the ``whole`` where more than the opening is wanted."""
        return Document(self.starts, self.sizes, lambda index: whole().part(index), self.meta, self.parts)


class Once:
    """Makes a document when it is first asked for, on whichever thread; others wait for it."""

    def __init__(self, make: Callable[[], Document]) -> None:
        self._make = make
        self._made: Document | None = None
        self._lock = Lock()

    def __call__(self) -> Document:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return self._made


class Preparing:
    """A process that prepares what was being read; it must be asked or dismissed."""

    def __init__(self, paths: Paths) -> None:
        self._reading, writing = os.pipe()
        self._pid: int | None
        # No thread runs yet, so that a copy of this process is whole.
        try:
            self._pid = os.fork()
        except OSError:  # no more processes here: the window reads by itself
            self._pid = None
        if self._pid == 0:
            _answer(paths, writing)
        os.close(writing)

    def result(self) -> Opening | None:
        """Wait for the answer; None where nothing was being read, or the process failed."""
        with os.fdopen(self._reading, "rb") as answer:
            try:
                found: Opening | None = pickle.load(answer)  # noqa: S301 - written by this very program
            except (EOFError, pickle.UnpicklingError):
                found = None
        if self._pid is not None:
            os.waitpid(self._pid, 0)
        return found

    def dismiss(self) -> None:
        """Nothing is wanted of it: it only reads, and can be ended at any moment."""
        os.close(self._reading)
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _answer(paths: Paths, writing: int) -> None:
    """In the copy: write the opening, and end without a word whatever happens."""
    try:
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(prepare(paths), answer, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def prepare(paths: Paths) -> Opening | None:
    """The opening of what was being read, around the place where it was left; None where there is none."""
    from techdash.store import db, entries
    from techdash.tui.views import read_reading_on

    with closing(db.connect_reader(paths.library)) as conn:
        entry_id, place = read_reading_on(conn)
        if entry_id is None:
            return None
        version, entry = entries.version(conn, entry_id), entries.entry(conn, entry_id)
    if entry is None:
        return None
    document = made(entry)
    start = place[1].offset if place is not None and place[0] == entry_id else 0
    first = max(0, bisect_right(document.starts, start - FIRST_SCREEN) - 1)
    parts = parsed(document, first, FIRST_SCREEN * (_SCREENS + (first > 0)))
    return Opening(entry_id, version, list(document.starts), list(document.sizes), document.meta, parts)


def made(entry: Entry) -> Document:
    """The document of an entry, without the heading that only says its title again."""
    from techdash.document.load import load
    from techdash.document.untitled import without_title

    return without_title(load(entry.body, entry.body_format, entry.row.url), entry.row.title)


def parsed(document: Document, first: int, most: int) -> dict[int, tuple[Block, ...]]:
    """Parse from part ``first`` on, ``most`` characters of source about; what that gave."""
    parts = {}
    for index in range(first, len(document)):
        parts[index] = document.part(index)
        most -= document.sizes[index]
        if most < 0:
            break
    return parts
