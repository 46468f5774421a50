"""Which language essays are read in: Chinese, English, or both side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from techdash.models.entries import Entry, EntryRow, Place

if TYPE_CHECKING:
    from techdash.document.pair import Pair
    from techdash.document.tree import Document
    from techdash.language import Language
    from techdash.tui.gateway import Gateway

Mode = Literal["zh", "en", "both"]
MODES: tuple[Mode, ...] = ("zh", "en", "both")


class Choice:
    """The language chosen last, for every essay that there is in both. ``own`` is the reader's."""

    def __init__(self, own: Language, kept: object = None) -> None:
        self.own = own
        self.mode: Mode = next((mode for mode in MODES if mode == kept), own)

    @property
    def kept(self) -> Mode | None:
        """What is kept for the next start: nothing while it is the reader's own language."""
        return self.mode if self.mode != self.own else None

    @property
    def language(self) -> Language:
        """The one that titles are in."""
        return self.own if self.mode == "both" else self.mode

    def after(self, mode: str) -> Mode:
        """What follows a mode: Chinese, English, both."""
        return MODES[(MODES.index(mode) + 1) % len(MODES)] if mode in MODES else self.mode

    def row(self, row: EntryRow) -> EntryRow:
        """The row of a pair in the chosen language; any other row as it is."""
        return facing(row, self.language)


def facing(row: EntryRow, language: Language) -> EntryRow:
    """A row by its entry in that language, where it has one."""
    other = row.other
    if other is None or row.language == language or other.language != language:
        return row
    return replace(other, other=replace(row, other=None))


def latest(row: EntryRow) -> EntryRow:
    """Of the two entries of a pair the one that was read last."""
    return row.other if row.other is not None and row.other.read_last > row.read_last else row


class SideBySide:
    """The two entries of a pair, the reader's language first, and the pair of their documents."""

    def __init__(self, entries: tuple[Entry, Entry], pair: Pair) -> None:
        self.entries = entries
        self.pair = pair

    def entry(self, mode: Mode, own: Language) -> Entry:
        """The entry that a mode is read by."""
        language = own if mode == "both" else mode
        first, second = self.entries
        return second if second.row.language == language else first

    def own(self, place: Place) -> tuple[int, Place]:
        """The entry that a place in both belongs to, and the place in that."""
        side, offset = self.pair.where(place.offset)
        return self.entries[side].row.id, replace(place, offset=offset)

    def shown(self, entry_id: int, place: Place) -> Place:
        """The place in both of one in an entry."""
        return replace(place, offset=self.pair.offset(self.side(entry_id), place.offset))

    def across(self, entry_id: int, place: Place) -> Place:
        """The place of the same paragraph in the other entry."""
        offset = self.pair.across(self.side(entry_id), place.offset) if place.offset > 0 else 0
        return Place(offset, "", place.progress)

    def side(self, entry_id: int) -> int:
        return int(self.entries[1].row.id == entry_id)


async def side_by_side(gateway: Gateway, entry_id: int, own: Language) -> SideBySide | None:
    """An entry beside its other language, aligned off the loop; None where there is none."""
    found = await gateway.document(entry_id)
    other = found[0].row.other if found else None
    answer = await gateway.document(other.id) if other else None
    if found is None or answer is None:
        return None
    first, second = (found, answer) if answer[0].row.language != own else (answer, found)

    def aligned(one: Document, two: Document) -> Pair:
        from techdash.document.pair import Pair

        return Pair(one, two, second[0].row.language)

    pair = await gateway.aside(lambda: aligned(first[1], second[1]))
    return SideBySide((first[0], second[0]), pair)
