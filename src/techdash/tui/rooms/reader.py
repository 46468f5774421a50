"""The reader beside the lists: one entry at a time, its place kept, and the ways from text to text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from techdash.document.lines import Line, Span
from techdash.document.tree import Document
from techdash.models.entries import Entry, Place
from techdash.store import entries, marks, pairs
from techdash.text.linebreak import breaks
from techdash.tui.jobs import job
from techdash.tui.languages import Choice, SideBySide, side_by_side
from techdash.tui.messages import Browse, Follow, LanguageChosen, LibraryChanged, Opened, Say
from techdash.tui.rooms.history import History, Visit
from techdash.tui.rooms.reading_pane import ReadingPane
from techdash.tui.slices import first_in_slices
from techdash.tui.widgets.document_view import DocumentView
from techdash.tui.widgets.signs import tags
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    import sqlite3

    from techdash.config import Config
    from techdash.tui.figures import Figures
    from techdash.tui.gateway import Gateway

# A place is kept when the reader pauses, so that no page waits for the list to show it; in long scrolling now
# and then all the same.
SAVE_AFTER = 1.0
SAVE_AT_LAST = 5.0
NOTE_LINES = 8
"""So much of a note stands above the text."""


class Reader(ReadingPane):
    """Opens entries, keeps their places, and shows what the cursor rests on while nothing is open."""

    def __init__(self, gateway: Gateway, words: Words, config: Config, choice: Choice) -> None:
        super().__init__(gateway, words, config)
        self.choice = choice
        self.both: SideBySide | None = None
        self.entry: Entry | None = None
        self.history = History()
        self._figures: Figures | None = None
        self._finished = False
        self._aligned: SideBySide | None = None
        self._saving: Timer | None = None
        self._unsaved_since = 0.0
        self._saved: tuple[int, Place] | None = None

    def on_mount(self) -> None:
        self._bar = self.screen.query_one(StatusBar)

    @property
    def entry_id(self) -> int | None:
        return self.entry.row.id if self.entry else None

    @job("open an entry", group="open")
    async def open(self, entry_id: int, *, focus: bool = True, quote: str = "") -> None:
        """Show an entry from a list at its kept place, or where the words of ``quote`` stand in it.

        In the chosen language where it is in two.
        """
        self.history.clear()
        if entry_id == self.entry_id and self._as_chosen:
            if quote:
                self.view.go_to(0, quote)
            self.look_again()
        elif not await self._open(entry_id, Place(0, quote) if quote else None):
            return
        if focus:
            self.screen.set_focus(self.view)
        self.moved()

    async def _open(self, entry_id: int, place: Place | None = None) -> bool:
        """Show another entry, at ``place`` or where it was left; False where there is none."""
        self.keep_place()
        found = await self.gateway.document(entry_id)
        if found is None:
            return False
        row = found[0].row
        kept = await self.gateway.read(pairs.last_place, row.id)
        if place is not None:
            kept = row.id, place
        await self._show_at(found, kept)
        return True

    @job("open an entry", group="open")
    async def read_on(self, entry_id: int, kept: tuple[int, Place] | None) -> None:
        """Show what was being read when the window was closed, where it was left.

        What was read ahead is shown before anything else is awaited: it is in the first frame.
        """
        found = await self.gateway.document(entry_id)
        if found is not None:
            await self._show_at(found, kept)

    async def _show_at(self, found: tuple[Entry, Document], kept: tuple[int, Place] | None) -> None:
        row = found[0].row
        beside = None
        if row.other is not None and (self.choice.mode == "both" or (kept and kept[0] != row.id)):
            beside = await self._beside(row.id)
        self._show(found, beside, kept)

    def _show(
        self, found: tuple[Entry, Document], beside: SideBySide | None, kept: tuple[int, Place] | None
    ) -> None:
        """Show an entry, alone or with its other language, where ``kept`` says of either of the two."""
        self.end_all()
        self.both = beside if self.choice.mode == "both" else None
        self.entry, self.document = found
        place = kept[1] if kept else None
        if self.both is not None:
            self.entry, self.document = self.both.entry("both", self.choice.own), self.both.pair.document
            place = self.both.shown(*kept) if kept else None
        elif kept and beside is not None and kept[0] != self.entry.row.id:
            place = beside.across(*kept)
        self._saved = kept if kept and place == kept[1] else None
        self._finished = False
        if self._figures is not None:
            self._figures.open()
        self.view.show(self._head_of(self.entry, self.document), self.document, place)
        self.moved()
        self.post_message(Opened())
        if self.entry.row.kind != "essay":
            self._mark_read(self.entry.row.id)
        else:
            self.call_after_refresh(self._see_whether_finished)

    @job("read the open entry again", group="again")
    async def look_again(self) -> None:
        """What a refresh made of the open entry, at the same sentence; not while more is open over it."""
        entry, both = self.entry, self.both
        if entry is None or self.busy:
            return
        shown = both.entries if both is not None else (entry,)
        fresh = [await self.gateway.document(each.row.id) for each in shown]
        if all(now is None or _same(now[0], old) for now, old in zip(fresh, shown, strict=True)):
            return
        self._aligned = None
        beside = await self._beside(entry.row.id) if both is not None else None
        found, here = fresh[0], self._own()
        # another may have been opened meanwhile
        if found is not None and here is not None and entry is self.entry and both is self.both:
            self._show(found, beside, here)

    def _see_whether_finished(self) -> None:
        """An essay is read when its end was; what is begun is to be read on."""
        if self.entry is None or self._finished or self.entry.row.kind != "essay":
            return
        if self.view.progress > entries.FINISHED:
            self._finished = True
            self._mark_read(self.entry.row.id)

    @job("mark read", group="marks", exclusive=False)
    async def _mark_read(self, entry_id: int) -> None:
        row = await self.gateway.read(_is_read, entry_id)
        if row is False:
            await self.gateway.write(marks.set_marks, [entry_id], read=True, now=int(time.time()))
            self.post_message(LibraryChanged())

    def preview(self, title: str, meta: str, text: str) -> None:
        """Show what is at hand of an unopened item."""
        # the window may be closing, its parts already gone
        if self.entry is not None or not self.query("#document"):
            return

        def head(cells: int) -> list[Line]:
            lines = _title_lines(title, meta, cells)
            lines += [_line(text[a:b].strip(), "text") for a, b in breaks(text, cells)] if text else []
            return [*lines, Line((), 0), _line(self.words("nothing_open"), "faint")]

        self.view.show(head, Document((), (), lambda _: ()))

    def close(self) -> None:
        """Back to nothing open; the place is kept."""
        self.keep_place()
        self.end_all()
        self.reading_line.clear()
        self.entry = self.document = self.both = None

    # -- languages

    async def walk_language(self) -> None:
        """The next of Chinese, English, both, at the same paragraph; says so where there is only one."""
        if self.entry is None:
            return
        row = self.entry.row
        if row.other is None:
            name = row.language if row.language in ("zh", "en") else "one"
            self.post_message(Say(self.words(f"only_in.{name}")))
        else:
            self._walk_language()

    @job("show another language", group="open")
    async def _walk_language(self) -> None:
        entry = self.entry
        beside = await self._beside(entry.row.id) if entry is not None else None
        here = self._own()
        if entry is None or beside is None or here is None or entry is not self.entry:
            return
        mode = self.choice.after("both" if self.both is not None else entry.row.language)
        found = await self.gateway.document(beside.entry(mode, self.choice.own).row.id)
        if found is None or entry is not self.entry:
            return
        self.keep_place()
        self.choice.mode = mode
        self._show(found, beside, here)
        self.post_message(LanguageChosen())

    async def _beside(self, entry_id: int) -> SideBySide | None:
        if self._aligned is None or all(entry.row.id != entry_id for entry in self._aligned.entries):
            self._aligned = await side_by_side(self.gateway, entry_id, self.choice.own)
        return self._aligned

    @property
    def _as_chosen(self) -> bool:
        """Whether what is open is shown in as many languages as were chosen last."""
        is_pair = self.entry is not None and self.entry.row.other is not None
        return not is_pair or (self.both is not None) == (self.choice.mode == "both")

    def _own(self) -> tuple[int, Place] | None:
        """The entry that is read, of two the one whose words are on top, and the place in it."""
        if self.entry is None:
            return None
        place = self.view.place
        return self.both.own(place) if self.both is not None else (self.entry.row.id, place)

    def _seen(self, entry_id: int, place: Place) -> Place | None:
        """Where a place of an entry is in the view; None where that is not open."""
        if self.both is not None and any(entry.row.id == entry_id for entry in self.both.entries):
            return self.both.shown(entry_id, place)
        return place if entry_id == self.entry_id else None

    def _language(self) -> str:
        """The language of the open entry; of an essay in two whichever is shown."""
        if self.both is not None:
            return self.words("lang.both")
        language = self.entry.row.language if self.entry is not None else ""
        return self.words(f"lang.{language}") if language in ("zh", "en") else ""

    def _head_of(self, entry: Entry, document: Document) -> Callable[[int], list[Line]]:
        row = entry.row
        facts = [
            row.source_title,
            row.author if row.author != row.source_title else "",
            self.words.day(row.day) if row.day else "",
            self.words("minutes", n=row.minutes) if row.minutes else "",
            self._language(),
        ]
        meta = " · ".join(fact for fact in facts if fact)
        second = row.other.title if self.both is not None and row.other is not None else ""

        def head(cells: int) -> list[Line]:
            lines = _title_lines(row.title, meta, cells, second)
            lines += _own_lines(entry, cells)
            if entry.note:
                said = self.words(f"page_note.{entry.note}")
                lines += [_line(said[a:b].strip(), "faint") for a, b in breaks(said, cells)]
                lines.append(Line((), 0))
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

    def on_pages_view_scrolled(self, event: DocumentView.Scrolled) -> None:
        event.stop()
        self._see_whether_finished()
        if self.outline is not None:
            self.outline.follow(self.view.here)
        if self.entry is None:
            return
        if self._saving is None:
            self._saving = self.set_timer(SAVE_AFTER, self.keep_place)
            self._unsaved_since = time.monotonic()
        elif time.monotonic() - self._unsaved_since < SAVE_AT_LAST - SAVE_AFTER:
            self._saving.reset()

    def keep_place(self) -> None:
        """Write the place of the open entry, if it moved."""
        if self._saving is not None:
            self._saving.stop()
            self._saving = None
        here = self._own()
        if here is None:
            return
        entry_id, place = here
        if self._saved == (entry_id, place) or (self._saved is None and place.offset == 0):
            return
        self._saved = entry_id, place
        self._save(entry_id, place)

    @job("keep the place", group="places", exclusive=False)
    async def _save(self, entry_id: int, place: Place) -> None:
        await self.gateway.write(marks.save_place, entry_id, place, int(time.time()))

    def moved(self) -> None:
        """Say how far the reader is, below the text and in the status bar."""
        if self.entry is None:
            return
        view = self.view
        self.reading_line.show(view.progress, self.entry.row.minutes, view.column)
        language = f"{self._language()} · " if self.entry.row.other is not None else ""
        self._bar.tell("document", f"{language}{round(view.progress * 100)} %")

    def tell_position(self) -> None:
        """Say how far the reader is, for the status bar."""
        self.moved()

    # -- following

    def on_follow(self, event: Follow) -> None:
        event.stop()
        self._follow(event.href)

    @job("follow a link", group="follow")
    async def _follow(self, href: str) -> None:
        """Within the text, to another text of the library, or out to the browser."""
        page, _, anchor = href.partition("#")
        if not page:
            await self._jump(anchor)
            return
        found = await self.gateway.read(_readable, href, self.entry_id)
        if found is None or (found == self.entry_id and not anchor):
            self.post_message(Browse(href))
        elif found == self.entry_id:
            await self._jump(anchor)
        else:
            visit = self._here()
            if await self._open(found, Place(0)):
                self._push(visit)
                self.to_text()
                offset = await self._offset_of(anchor) if anchor else None
                if offset is not None and found == self.entry_id:
                    self.view.go_to(offset)

    async def _jump(self, anchor: str) -> None:
        """Go to a place within the text."""
        document = self.document
        offset = await self._offset_of(anchor)
        if document is not self.document:
            return
        if offset is None:
            self.post_message(Say(self.words("no_such_place")))
        else:
            self.go(offset)

    async def _offset_of(self, anchor: str) -> int | None:
        from techdash.document.anchors import target

        document = self.document
        if document is None:
            return None
        parts = (target(document.part(part), anchor) for part in range(len(document)))
        return await first_in_slices(self.gateway, parts)

    def go(self, offset: int) -> None:
        """Go to a place within the text; the back keys return."""
        self._push(self._here())
        super().go(offset)

    def _here(self) -> Visit | None:
        here = self._own()
        return Visit(*here) if here is not None else None

    def _push(self, visit: Visit | None) -> None:
        if visit is not None:
            self.history.push(visit)

    async def action_back(self) -> None:
        """Out of what is open over the text, then the way back that links led, then to the list."""
        if self.find_bar is not None and self.find_bar.active:
            self._end_find()
        elif self.outline is not None and self.outline.display:
            self.outline.close()
        elif (visit := self.history.pop()) is not None:
            self._return(visit)
        else:
            await self.run_action("app.back(False)")

    @job("go back", group="follow")
    async def _return(self, visit: Visit) -> None:
        seen = self._seen(visit.entry_id, visit.place)
        if seen is not None:
            self.return_to(seen)
        else:
            await self._open(visit.entry_id, visit.place)
            self.to_text()

    # -- pictures

    @property
    def figures(self) -> Figures:
        """What brings pictures, built when they are first wanted."""
        if self._figures is None:
            from techdash.tui.figures import Figures

            self._figures = Figures(self)
        return self._figures

    def on_document_view_figures_in_view(self, event: DocumentView.FiguresInView) -> None:
        event.stop()
        if self.entry is not None and (self._figures is not None or self.config.images == "always"):
            self.figures.came(event.figures)

    def on_document_view_figure_chosen(self, event: DocumentView.FigureChosen) -> None:
        event.stop()
        if self.config.images == "never":
            self._follow(event.src)
        else:
            self.figures.look_closer(event.src)

    def action_pictures(self) -> None:
        """Show the pictures of this text, or hide them."""
        if self.entry is not None:
            self.figures.toggle()

    def action_picture(self) -> None:
        """The first picture in view over the whole window."""
        if self.entry is not None:
            self.figures.look_closer()

    def on_resize(self) -> None:
        self.fit_pictures()

    def fit_pictures(self) -> None:
        """The text has another width or height."""
        if self._figures is not None:
            self._figures.fit()

    def on_unmount(self) -> None:
        if self._figures is not None:
            self._figures.process.stop()


def _readable(conn: sqlite3.Connection, url: str, seen_from: int | None) -> int | None:
    """The entry of a page that the library has the text of, or of a file beside that of another entry."""
    if seen_from is not None and not url.startswith(("http://", "https://")):
        return entries.beside(conn, seen_from, url)
    found = entries.find(conn, url)
    return found.row.id if found is not None and found.body else None


def _same(one: Entry, other: Entry) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("body", "note", "own_note")) and (
        one.row.title,
        one.row.marks.tags,
    ) == (other.row.title, other.row.marks.tags)


def _is_read(conn: sqlite3.Connection, entry_id: int) -> bool | None:
    row = entries.row(conn, entry_id)
    return row.marks.read if row else None


def _line(text: str, role: str) -> Line:
    return Line((Span(text, role),), 0)


def _own_lines(entry: Entry, cells: int) -> list[Line]:
    """The reader's tags, and the beginning of the reader's note."""
    lines = []
    if entry.row.marks.tags:
        lines.append(_line(tags(entry.row.marks, cells), "accent"))
    note = [
        part[a:b].rstrip()
        for part in entry.own_note.splitlines()
        for a, b in breaks(part, cells - 2) or [(0, 0)]
    ]
    if len(note) > NOTE_LINES:
        note[NOTE_LINES - 1 :] = ["…"]
    lines += [_line(("✎ " if number == 0 else "  ") + text, "quote") for number, text in enumerate(note)]
    return [*lines, Line((), 0)] if lines else []


def _title_lines(title: str, meta: str, cells: int, second: str = "") -> list[Line]:
    lines = [Line((), 0)]
    lines += [_line(title[a:b].strip(), "heading1") for a, b in breaks(title, cells)] if title else []
    lines += [_line(second[a:b].strip(), "quote") for a, b in breaks(second, cells)] if second else []
    lines += [_line(meta[a:b].strip(), "muted") for a, b in breaks(meta, cells)] if meta else []
    return [*lines, Line((), 0)]
