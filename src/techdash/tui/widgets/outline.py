"""The outline over the text: its headings, narrowed by typing, the one being read followed."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from techdash.document.inlines import text_of
from techdash.document.outline import walk
from techdash.document.tree import Document, Heading
from techdash.text.folding import fold
from techdash.tui.jobs import job
from techdash.tui.slices import in_slices
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techdash.tui.gateway import Gateway

DEEPEST = 4


class HeadingRows:
    """A heading a line, indented by its level."""

    def __init__(self, headings: list[tuple[Heading, str]]) -> None:
        self.headings = headings
        self.top = min((heading.level for heading, _ in headings), default=1)

    def fit(self, cells: int) -> None:
        pass

    @property
    def line_count(self) -> int:
        return len(self.headings)

    item_count = line_count

    def item_at(self, line: int) -> int | None:
        return line

    def lines_of(self, item: int) -> tuple[int, int]:
        return item, 1

    def line(self, index: int, width: int) -> Spans:
        heading, words = self.headings[index]
        depth = min(heading.level - self.top, DEEPEST)
        return [(fit("  " * depth + words, width), "muted" if depth else "text")]


class Outline(Vertical):
    """Lists headings; typing narrows, Enter goes there, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("pageup", "step(-10)", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Chosen(Message):
        """Go to a heading."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    class Left(Message):
        """The outline is done with."""

    def __init__(self, gateway: Gateway, words: Words) -> None:
        super().__init__(id="outline")
        self.gateway = gateway
        self.words = words
        self.headings: list[tuple[Heading, str]] = []
        self.here = 0
        self._document: Document | None = None
        self._moved = False

    def compose(self) -> ComposeResult:
        yield Input(placeholder=self.words("outline_narrow"), compact=True, id="outline-input")
        headings = ItemList(self.screen.query_one(StatusBar), id="outline-list")
        headings.can_focus = False
        yield headings

    @property
    def item_list(self) -> ItemList:
        return self.query_one(ItemList)

    def open(self, document: Document, here: int) -> None:
        """Show the headings of a document, the cursor on the one that ``here`` stands under."""
        self.display = True
        self.here, self._moved = here, False
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = ""
        self.screen.set_focus(line)
        if document is not self._document:
            self._document, self.headings = document, []
            self._read(document)
        else:
            self._narrow("")

    def rest(self) -> None:
        """A heading was gone to, and the outline stays beside the text: all of it again, followed."""
        self._moved = False
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self._narrow("")

    def close(self) -> None:
        """Hide it."""
        self.display = False

    def forget(self) -> None:
        """Another text is open."""
        self.close()
        self.workers.cancel_group(self, "outline")
        self._document = None

    def follow(self, here: int) -> None:
        """The reader moved: the cursor goes along, unless it was moved by hand or something is typed."""
        self.here = here
        if self.display and not self._moved and not self.query_one(Input).value:
            self.item_list.go(self._current(self.headings))

    @job("read the headings", group="outline")
    async def _read(self, document: Document) -> None:
        def headings() -> Iterator[list[tuple[Heading, str]]]:
            for part in range(len(document)):
                yield [
                    (block, text_of(block.inlines))
                    for block in walk(document.part(part))
                    if isinstance(block, Heading)
                ]

        self._narrow("")
        async for given in in_slices(self.gateway, headings()):
            found = [heading for part in given for heading in part]
            if found:
                self.headings = [*self.headings, *found]
                self._narrow(self.query_one(Input).value, keep=True)

    def _narrow(self, query: str, *, keep: bool = False) -> None:
        wanted = fold(query).text.split()
        found = [
            (heading, words)
            for heading, words in self.headings
            if not wanted or all(each in fold(words).text for each in wanted)
        ]
        cursor = self.item_list.cursor if keep and self._moved else self._current(found)
        self.item_list.show(HeadingRows(found), cursor)

    def _current(self, headings: list[tuple[Heading, str]]) -> int:
        """The last of some headings at or above where the reader is."""
        return max(0, bisect_right(headings, self.here, key=lambda each: each[0].start) - 1)

    # -- keys

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._moved = False
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose()

    def on_item_list_opened(self, event: ItemList.Opened) -> None:
        event.stop()
        self._choose()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        event.stop()

    def _choose(self) -> None:
        rows = self.item_list.rows
        if isinstance(rows, HeadingRows) and rows.headings:
            heading, _ = rows.headings[self.item_list.cursor]
            self.post_message(self.Chosen(heading.start))
        else:
            self.post_message(self.Left())

    def action_step(self, step: int) -> None:
        self._moved = True
        self.item_list.action_move(step)

    def action_leave(self) -> None:
        self.post_message(self.Left())
