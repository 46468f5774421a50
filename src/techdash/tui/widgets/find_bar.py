"""Finding in the open text: the line that is typed in, the matches found so far, the one that is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from techdash.document.find import Index, Match, Pattern
from techdash.document.tree import Document
from techdash.models.entries import Place
from techdash.text.cells import width
from techdash.tui.jobs import job
from techdash.tui.slices import in_slices
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

MOST = 10_000
"""Matches that are kept: nobody walks more, and a letter has a million in a book."""


class Count(Drawn):
    """Which match is shown, of how many; the keys that go on once the query is kept."""

    def __init__(self) -> None:
        super().__init__(id="find-count")
        self._spans: list[tuple[str, str]] = []

    def show(self, *spans: tuple[str, str]) -> None:
        """Other words; as wide as they are."""
        if list(spans) != self._spans:
            self._spans = list(spans)
            self.styles.width = sum(width(text) for text, _ in spans) + 1
            self.refresh()

    def render_line(self, y: int) -> Strip:
        return self.strip(self._spans, self.cells)


class FindBar(Horizontal):
    """Stands below the text while the reader finds in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        # before the line sees it: what is typed after it is meant for the text
        Binding("enter", "keep", show=False, priority=True),
        Binding("escape", "leave", show=False),
    ]

    class Show(Message):
        """A match is to be brought into view, ``None`` where there is none: back to the beginning."""

        def __init__(self, bar: FindBar, match: Match | None) -> None:
            super().__init__()
            self.bar = bar
            self.match = match

    class Left(Message):
        """The user gave it up while typing."""

    def __init__(self, gateway: Gateway, words: Words, kept: Callable[[], None]) -> None:
        """``kept`` gives the keys back to the text, at once."""
        super().__init__(id="find-bar")
        self._kept = kept
        self.gateway = gateway
        self.words = words
        self.active = False
        self.origin = Place(0)
        self.pattern = Pattern("")
        self.matches: list[Match] = []
        self.current: Match | None = None
        self.done = True
        self._index: Index | None = None

    def compose(self) -> ComposeResult:
        yield Input(placeholder=self.words("find_here"), compact=True, id="find-input")
        yield Count()

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    @property
    def typing(self) -> bool:
        """Whether the line has the keys."""
        return self.input.has_focus

    def begin(self, document: Document, origin: Place) -> None:
        """Ask for words, to be looked for from ``origin`` on; those of before stand there, selected."""
        if self._index is None or self._index.document is not document:
            self._index = Index(document)
        self.active = self.display = True
        self.origin = origin
        line = self.input
        self.screen.set_focus(line)
        line.select_all()
        self._tell()

    def end(self) -> None:
        """Find no longer."""
        self.active = self.display = False
        self.workers.cancel_group(self, "find")
        with self.prevent(Input.Changed):
            self.input.value = ""
        self._reset("")

    def forget(self) -> None:
        """Another text is open."""
        self.end()
        self._index = None

    def _reset(self, query: str) -> None:
        self.pattern = Pattern(query)
        self.matches, self.current, self.done = [], None, not self.pattern

    # -- searching

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value.strip() != self.pattern.query:
            self._search(event.value)

    @job("find in a text", group="find")
    async def _search(self, query: str) -> None:
        """The whole text, from where the reader was on and round its end."""
        self._reset(query)
        self._tell()
        index, pattern = self._index, self.pattern
        if index is None or not pattern:
            self.post_message(self.Show(self, None))
            return
        first = max(0, bisect_right(index.document.starts, self.origin.offset) - 1)
        async for given in in_slices(self.gateway, index.search(pattern, first)):
            self.matches += [match for matches in given for match in matches]
            self.matches.sort()
            self._show_first(whole=False)
            self._tell()
            if len(self.matches) >= MOST:
                break
        self.done = len(self.matches) < MOST
        self._show_first(whole=True)
        if self.current is None:
            self.post_message(self.Show(self, None))
        self._tell()

    def _show_first(self, *, whole: bool) -> None:
        """Show the first match after where the reader was; one before it only once all are known."""
        if self.current is not None or not self.matches:
            return
        at = bisect_left(self.matches, self.origin.offset, key=lambda match: match.start)
        if at < len(self.matches) or whole:
            self._show(self.matches[at % len(self.matches)])

    def _show(self, match: Match) -> None:
        self.current = match
        self.post_message(self.Show(self, match))
        self._tell()

    def step(self, step: int, here: int | None = None) -> None:
        """Show the next or previous match, from ``here`` where the reader has moved away."""
        if not self.matches:
            return
        if here is None and self.current is not None:
            at = bisect_left(self.matches, self.current) + step
        else:
            at = bisect_left(self.matches, here or 0, key=lambda match: match.start) - (step < 0)
        self._show(self.matches[at % len(self.matches)])

    def action_step(self, step: int) -> None:
        self.step(step)

    # -- words

    def _tell(self) -> None:
        count = self.query_one(Count)
        if not self.pattern:
            count.show()
            return
        if not self.matches:
            count.show((f"  {self.words('find_none') if self.done else '…'}", "muted"))
            return
        at = bisect_left(self.matches, self.current) + 1 if self.current else 0
        name = "find_count" if self.done else "find_more"
        spans = [(f"  {self.words(name, at=at, total=len(self.matches))}", "accent")]
        if not self.typing:
            spans.append((f"   {self.words('find_keys')}", "faint"))
        count.show(*spans)

    def action_keep(self) -> None:
        """The query stands, and the keys go to the text; with what is still on its way into the line."""
        self._kept()
        self.input.call_later(self._settled)

    def _settled(self) -> None:
        if self.input.value.strip():
            self._tell()
        else:
            self.post_message(self.Left())

    def action_leave(self) -> None:
        self.post_message(self.Left())
