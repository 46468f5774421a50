"""The chosen card whole: beside the list as far as there is room, or alone and scrolled."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from techdash.models.parsed import Card, CardMark
from techdash.tui.commands import bindings
from techdash.tui.rooms.card_rows import UNMARKED
from techdash.tui.rooms.card_words import Matches, Wording
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.widgets.highlight import Span, fitted, marked, wrapped


class CardDetail(Drawn, can_focus=True):
    """Name, meaning, own note, notes, example, since when and where that is said."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("card")
    )

    class Left(Message):
        """Back to the list."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(id="card-detail")
        # a place for the keys only while it stands alone
        self.can_focus = False
        self.wording = wording
        self.card: Card | None = None
        self._mark: CardMark = UNMARKED
        self._found: Matches = {}
        self._lines: list[list[Span]] = []
        self._cells = 0

    def show(self, card: Card | None, mark: CardMark, found: Matches, wording: Wording) -> None:
        """Show a card, and what matched in it."""
        shown = card, mark, found, wording
        if shown != (self.card, self._mark, self._found, self.wording):
            self.card, self._mark, self._found, self.wording = shown
            self._cells = 0
            if self.scroll_offset.y:
                self.scroll_to(y=0, animate=False, immediate=True)
            self.refresh()

    @property
    def whole(self) -> bool:
        """Whether it stands alone, with the keys."""
        return self.has_focus

    # -- drawing

    def _fit(self) -> None:
        if self._cells != self.cells:
            self._cells = self.cells
            card = self.card
            self._lines = self._lay_out(card, self.cells - 2) if card is not None and self.cells > 10 else []
            self.set_height(len(self._lines))

    def _lay_out(self, card: Card, cells: int) -> list[list[Span]]:
        found, wording, words = self._found, self.wording, self.wording.words
        lines = wrapped(wording.name(card, found, "strong"), cells)
        if card.removed:
            version = "" if card.removed == "yes" else card.removed
            said = words("card.removed_in", version=version) if version else words("card.is_removed")
            lines += wrapped([(said, "warning")], cells)
        if wording.has_name(card):
            lines += wrapped(marked(card.item, "strong", found.get("item", ())), cells)
        lines += wrapped(wording.text(card, found), cells)
        for line in self._mark.note.split("\n") if self._mark.note else ():
            lines += wrapped([(line, "accent")], cells) or [[]]
        lines += wrapped(wording.note(card, found), cells)
        if card.example:
            example = marked(card.example, "code", found.get("example", ()))
            lines += wrapped([(f"{words('example')}  ", "faint"), *example], cells)
        lines += [line for spans in wording.unseen(card, found) for line in wrapped(spans, cells)]
        if card.page:
            lines += wrapped([(words("card.page"), "faint")], cells)
        facts = [card.since, card.source]
        lines += wrapped([(" · ".join(fact for fact in facts if fact), "faint")], cells)
        return lines

    def render_lines(self, crop: Region) -> list[Strip]:
        self._fit()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        cells, row = self.cells, y + int(self.scroll_offset.y)
        if row >= len(self._lines):
            return self.blank(cells)
        below = len(self._lines) - row - 1
        if y == self.size.height - 1 and below and not self.whole:
            more = [(self.wording.words("card.more", n=below + 1), "faint")]
            return self.strip([(" ", ""), *fitted(more, cells - 2, padded=False)], cells)
        return self.strip([(" ", ""), *self._lines[row]], cells)

    # -- alone

    def action_scroll(self, lines: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True)

    def action_page(self, pages: int) -> None:
        self.action_scroll(pages * max(1, self.size.height - 1))

    def action_leave(self) -> None:
        self.post_message(self.Left())
