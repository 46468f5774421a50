"""A footnote shown in place: a few lines over the bottom of the text, scrolled and followed like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from techdash.document.layout import lay_out
from techdash.document.lines import Line, Setting, Span
from techdash.document.tree import Block, Document
from techdash.tui.commands import bindings
from techdash.tui.widgets.document_view import DocumentView
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

SHARE = 0.4
"""Of the reader's height, that a long note takes at most."""


class NoteView(DocumentView):
    """Shows one note, or the source of a formula; Enter and Esc close it."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("note")
    )

    class Closed(Message):
        """The note is read."""

    class ToNotes(Message):
        """Go to where the note stands in the text."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self, words: Words, gateway: Gateway, ambiguous: int) -> None:
        super().__init__(0, ambiguous, aside=gateway.aside, id="note")
        self.words = words
        self.label = ""
        self.stands_at: int | None = None

    def open(self, label: str, blocks: tuple[Block, ...], offset: int | None, room: Size, column: int) -> int:
        """Show blocks that stand at ``offset`` of the text; gives how many rows of ``room`` it takes."""
        self.label, self.stands_at, self.column = label, offset, column
        lines = lay_out(blocks, min(column, room.width - 5), Setting())
        rows = min(len(lines) + 4, max(5, round(room.height * SHARE)))
        self.styles.height = rows
        self.display = True
        self.show(self._title, Document((0,), (len(lines) * column,), lambda _: blocks))
        return rows

    def _title(self, cells: int) -> list[Line]:
        keys = self.words("note_keys" if self.stands_at is not None else "source_keys")
        return [Line((Span(self.label, "strong", drawn=True), Span(f"   {keys}", "faint", drawn=True)), 0)]

    def close(self) -> None:
        """Hide it."""
        self.label = ""
        self.display = False

    def action_read_on(self) -> None:
        """A note has no next one."""
        self.action_page(1)

    def action_close(self) -> None:
        self.post_message(self.Closed())

    def action_to_notes(self) -> None:
        if self.stands_at is not None:
            self.post_message(self.ToNotes(self.stands_at))
