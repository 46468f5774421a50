"""The reader beside the lists: one entry at a time, its place kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from techdash.document.layout import Line, Span
from techdash.document.tree import Document
from techdash.models import Entry, Place
from techdash.store import entries, marks
from techdash.text.linebreak import breaks
from techdash.tui.jobs import job
from techdash.tui.messages import LibraryChanged, PositionChanged
from techdash.tui.widgets.document_view import DocumentView
from techdash.tui.words import Words

if TYPE_CHECKING:
    import sqlite3

    from techdash.config import Config
    from techdash.tui.gateway import Gateway

SAVE_AFTER = 1.0


class Reader(Vertical):
    """Opens entries, keeps their places, and shows what the cursor rests on while nothing is open."""

    def __init__(self, gateway: Gateway, words: Words, config: Config) -> None:
        super().__init__(id="reader")
        self.gateway = gateway
        self.words = words
        self.config = config
        self.entry: Entry | None = None
        self.document: Document | None = None
        self._saving: Timer | None = None
        self._saved: tuple[int, Place] | None = None

    def compose(self) -> ComposeResult:
        yield DocumentView(self.config.column, self.config.ambiguous, id="document")

    @property
    def view(self) -> DocumentView:
        return self.query_one(DocumentView)

    @property
    def entry_id(self) -> int | None:
        return self.entry.row.id if self.entry else None

    @job("open an entry", group="open")
    async def open(self, entry_id: int, *, focus: bool = True) -> None:
        """Show an entry at its kept place and mark it read."""
        if entry_id != self.entry_id:
            self.keep_place()
            found = await self.gateway.document(entry_id)
            if found is None:
                return
            place = await self.gateway.read(marks.place, entry_id)
            self.entry, self.document = found
            self._saved = (entry_id, place) if place else None
            self.view.show(self._head_of(self.entry, self.document), self.document, place)
        if focus:
            self.view.focus()
        self._tell()
        if self.entry is not None and not self.entry.row.marks.read:
            self._mark_read(entry_id)

    @job("mark read", group="marks", exclusive=False)
    async def _mark_read(self, entry_id: int) -> None:
        row = await self.gateway.read(_is_read, entry_id)
        if row is False:
            await self.gateway.write(marks.set_marks, [entry_id], read=True, now=int(time.time()))
            self.post_message(LibraryChanged())

    def preview(self, title: str, meta: str, text: str) -> None:
        """Show what is at hand of an unopened item."""
        # the window may be closing, its parts already gone
        if self.entry is not None or not self.query(DocumentView):
            return

        def head(cells: int) -> list[Line]:
            lines = _title_lines(title, meta, cells)
            lines += [_line(text[a:b].strip(), "text") for a, b in breaks(text, cells)] if text else []
            return [*lines, Line((), 0), _line(self.words("nothing_open"), "faint")]

        self.view.show(head, Document((), (), lambda _: ()))

    def close(self) -> None:
        """Back to nothing open; the place is kept."""
        self.keep_place()
        self.entry = self.document = None

    def _head_of(self, entry: Entry, document: Document) -> Callable[[int], list[Line]]:
        row = entry.row
        facts = [
            row.source_title,
            row.author if row.author != row.source_title else "",
            self.words.day(row.day) if row.day else "",
            self.words("minutes", n=row.minutes) if row.minutes else "",
            self.words(f"lang.{row.language}") if row.language in ("zh", "en") else "",
        ]
        meta = " · ".join(fact for fact in facts if fact)

        def head(cells: int) -> list[Line]:
            lines = _title_lines(row.title, meta, cells)
            if not len(document):
                if entry.summary:
                    lines += [
                        _line(entry.summary[a:b].strip(), "text") for a, b in breaks(entry.summary, cells)
                    ]
                    lines.append(Line((), 0))
                if row.url:
                    lines += [
                        Line((Span(row.url[a:b], "link", row.url),), 0) for a, b in breaks(row.url, cells)
                    ]
                lines.append(Line((), 0))
                lines += [
                    _line(self.words("no_body")[a:b].strip(), "faint")
                    for a, b in breaks(self.words("no_body"), cells)
                ]
            return lines

        return head

    # -- place

    def on_document_view_scrolled(self, event: DocumentView.Scrolled) -> None:
        event.stop()
        self._tell()
        if self.entry is not None and self._saving is None:
            self._saving = self.set_timer(SAVE_AFTER, self.keep_place)

    def keep_place(self) -> None:
        """Write the place of the open entry, if it moved."""
        if self._saving is not None:
            self._saving.stop()
            self._saving = None
        if self.entry is None:
            return
        entry_id, place = self.entry.row.id, self.view.place
        if self._saved == (entry_id, place) or (self._saved is None and place.offset == 0):
            return
        self._saved = entry_id, place
        self._save(entry_id, place)

    @job("keep the place", group="places", exclusive=False)
    async def _save(self, entry_id: int, place: Place) -> None:
        await self.gateway.write(marks.save_place, entry_id, place, int(time.time()))

    def _tell(self) -> None:
        if self.has_focus_within and self.entry is not None:
            self.post_message(PositionChanged("reader", f"{round(self.view.progress * 100)} %"))

    def tell_position(self) -> None:
        """Say how far the reader is, for the status bar."""
        self._tell()


def _is_read(conn: sqlite3.Connection, entry_id: int) -> bool | None:
    row = entries.row(conn, entry_id)
    return row.marks.read if row else None


def _line(text: str, role: str) -> Line:
    return Line((Span(text, role),), 0)


def _title_lines(title: str, meta: str, cells: int) -> list[Line]:
    lines = [Line((), 0)]
    lines += [_line(title[a:b].strip(), "heading1") for a, b in breaks(title, cells)] if title else []
    lines += [_line(meta[a:b].strip(), "muted") for a, b in breaks(meta, cells)] if meta else []
    return [*lines, Line((), 0)]
