"""The window's way to the library: SQL on one thread, searches and documents on others, never waited for."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from techdash.errors import LibraryMissing
from techdash.paths import Paths
from techdash.store import db, entries
from techdash.tui.ahead import FIRST_SCREEN, Once, made, parsed

if TYPE_CHECKING:
    import sqlite3

    from techdash.document.tree import Document
    from techdash.models.entries import Entry
    from techdash.tui.ahead import Opening

_Kept: TypeAlias = "tuple[bytes | None, Entry, Future[Document]]"
P = ParamSpec("P")
T = TypeVar("T")

KEPT_DOCUMENTS = 8


class Lane:
    """One daemon thread that runs jobs in order."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Queue a job; its future can be awaited with :func:`asyncio.wrap_future`."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        return future

    def close(self, timeout: float) -> None:
        """Let the queued jobs end, for at most ``timeout`` seconds."""
        self._jobs.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (found := self._jobs.get()) is not None:
            future, job = found
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever awaits the future
                future.set_exception(error)


class Gateway:
    """Reads and writes one library for the window.

    Both use the standard library's ``sqlite3``: a read-only connection, and one for marks made at the first.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._sql = Lane("library")
        self._prose = Lane("documents")
        self._looking: Lane | None = None
        self._reader: sqlite3.Connection | None = None
        self._looker: sqlite3.Connection | None = None
        self._writer: db.Writer | None = None
        self._documents: OrderedDict[int, _Kept] = OrderedDict()
        self._ahead: dict[int, Future[_Kept | None]] = {}
        self._begun: Once | None = None

    def submit(
        self,
        query: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[T | None]:
        """Run a query on the library's thread; the result is None while there is no library yet."""

        def job() -> T | None:
            try:
                if self._reader is None:
                    self._reader = db.connect_reader(self.paths.library)
            except LibraryMissing:
                return None
            return query(self._reader, *args, **kwargs)

        return self._sql.submit(job)

    async def read(
        self,
        query: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """As :meth:`submit`, awaited."""
        return await asyncio.wrap_future(self.submit(query, *args, **kwargs))

    async def look(
        self,
        query: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """As :meth:`read`, for what may take long: nothing else waits for it."""
        if self._looking is None:
            self._looking = Lane("searches")

        def job() -> T | None:
            try:
                if self._looker is None:
                    self._looker = db.connect_reader(self.paths.library)
            except LibraryMissing:
                return None
            return query(self._looker, *args, **kwargs)

        return await asyncio.wrap_future(self._looking.submit(job))

    async def write(
        self, change: Callable[Concatenate[db.Writer, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a change on the library's thread; it is committed when this returns."""

        def job() -> T:
            if self._writer is None:
                self._writer = db.connect_plain(self.paths.library)
            return change(self._writer, *args, **kwargs)

        return await asyncio.wrap_future(self._sql.submit(job))

    async def document(self, entry_id: int) -> tuple[Entry, Document] | None:
        """An entry with its document, its first parts parsed; None where there is no such entry.

        What a refresh has changed since is read anew.
        """
        ahead = self._ahead.pop(entry_id, None)
        if ahead is not None and not ahead.done():
            await asyncio.wait([asyncio.wrap_future(ahead)])
        if ahead is not None and (read_ahead := ahead.result()) is not None:
            return await self._awaited(entry_id, read_ahead)
        version = await self.read(entries.version, entry_id)
        kept = self._documents.get(entry_id)
        if kept is None or kept[0] != version:
            entry = await self.read(entries.entry, entry_id)
            if entry is None:
                return None
            kept = version, entry, self._prose.submit(partial(_load, entry))
        return await self._awaited(entry_id, kept)

    async def _awaited(self, entry_id: int, kept: _Kept) -> tuple[Entry, Document]:
        """Keep a document, made or in the making; whoever asks again meanwhile gets the same."""
        self._documents[entry_id] = kept
        self._documents.move_to_end(entry_id)
        if len(self._documents) > KEPT_DOCUMENTS:
            self._documents.popitem(last=False)
        _, entry, document = kept
        try:
            if not document.done():  # what is made is shown before anything else happens
                await asyncio.shield(asyncio.wrap_future(document))
            return entry, document.result()
        except Exception:
            self._documents.pop(entry_id, None)
            raise

    def ahead(self, entry_id: int, opening_of: Callable[[], Opening | None]) -> None:
        """Have an entry read now, its first screens prepared elsewhere: it will be asked for in a moment."""

        def job() -> _Kept | None:
            found = self.submit(entries.version, entry_id)
            entry = self.submit(entries.entry, entry_id).result()
            opening, version = opening_of(), found.result()
            if entry is None:
                return None
            document: Future[Document] = Future()
            if opening is not None and (opening.entry_id, opening.version) == (entry_id, version):
                self._begun = Once(partial(made, entry))
                document.set_result(opening.document(self._begun))
            else:
                document.set_result(_load(entry))
            return version, entry, document

        self._ahead[entry_id] = self._prose.submit(job)

    def warm(self) -> None:
        """Load what parses Markdown, and the rest of what was prepared, before they are asked for."""
        self._prose.submit(_load_parser)
        # not kept: the document holds it as long as it is wanted
        begun, self._begun = self._begun, None
        if begun is not None:
            self._prose.submit(begun)

    async def aside(self, job: Callable[[], T]) -> T:
        """Run something slow that is not SQL off the loop."""
        return await asyncio.wrap_future(self._prose.submit(job))

    def note(self, what: str, error: BaseException) -> None:
        """Write a failure to the log, on the documents' thread."""

        def job() -> None:
            import traceback
            from datetime import UTC, datetime

            text = "".join(traceback.format_exception(error))
            with self.paths.log.open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} window: {what}\n{text}")

        self._prose.submit(job)

    def close(self, timeout: float = 2.0) -> None:
        """Let pending writes end, at most ``timeout`` seconds; nothing else is waited for."""
        self._sql.close(timeout)


def _load_parser() -> None:
    from techdash.document import markdown

    markdown.parse("*A* text.").part(0)


def _load(entry: Entry) -> Document:
    document = made(entry)
    parsed(document, 0, FIRST_SCREEN)
    return document
