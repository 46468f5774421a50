"""The reader's own note to a card, written in a few lines below the list."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from techdash.models.parsed import Card
from techdash.text.notes import tidy
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.widgets.highlight import fitted
from techdash.tui.widgets.pane import Pane
from techdash.tui.words import Words


class _Head(Drawn):
    """Which card the note is about, and the keys."""

    def __init__(self, words: Words) -> None:
        super().__init__(id="card-note-head")
        self.words = words
        self.about = ""

    def render_line(self, y: int) -> Strip:
        spans = [(self.words("card.note", name=self.about), "strong")]
        spans.append((f"   {self.words('card.note_keys')}", "faint"))
        return self.strip([(" ", ""), *fitted(spans, self.cells - 1)], self.cells)


class NoteArea(TextArea):
    """Plain text; both keys that leave it keep what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,escape", "done", show=False),
    ]

    class Done(Message):
        """The user is done typing."""

    def action_done(self) -> None:
        self.post_message(self.Done())


class CardNote(Pane):
    """Writes the note of one card."""

    def __init__(self, words: Words) -> None:
        super().__init__(id="card-note")
        self.words = words
        self.card: Card | None = None
        self._before = ""

    def compose(self) -> ComposeResult:
        yield _Head(self.words)
        yield NoteArea(id="card-note-area", compact=True, highlight_cursor_line=False)

    @property
    def area(self) -> NoteArea:
        return self.query_one(NoteArea)

    def open(self, card: Card, kept: str, text: str) -> None:
        """Show a card's note, ``kept`` as it is or as it was written since, the cursor at its end."""
        self.card, self._before = card, kept
        head = self.query_one(_Head)
        head.about = card.syntax or card.item
        head.refresh()
        self.area.text = text
        self.area.move_cursor(self.area.document.end)
        self.display = True
        self.screen.set_focus(self.area)

    def close(self) -> tuple[Card, str] | None:
        """Hide it; the card and its note, if that is another one now."""
        card, note = self.card, tidy(self.area.text)
        self.card = None
        self.display = False
        return (card, note) if card is not None and note != self._before else None
