"""The rows of entries that a query means, as the essay room shows them."""

from __future__ import annotations

from techdash.models.entries import EntryRow
from techdash.tui.languages import Choice
from techdash.tui.rooms.essays import EssayRows
from techdash.tui.words import Words


class FoundRows(EssayRows):
    """All of them at hand, nothing above them."""

    def __init__(self, found: list[EntryRow], words: Words, choice: Choice, *, compact: bool) -> None:
        super().__init__(len(found), [], lambda _: None, words, choice, compact=compact)
        self.found = found

    def at(self, item: int) -> EntryRow | None:
        return self.choice.row(self.found[item]) if 0 <= item < len(self.found) else None

    def find(self, entry_id: int) -> EntryRow | None:
        place = self.listed(entry_id)
        return None if place is None else self.found[place]

    def listed(self, entry_id: int) -> int | None:
        """The item that an entry, or the other one of its pair, is."""
        for at, row in enumerate(self.found):
            if entry_id == row.id or (row.other is not None and entry_id == row.other.id):
                return at
        return None
