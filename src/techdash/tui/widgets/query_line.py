"""The line in which a query is typed, and what is wrong with it below, at its place."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from techdash.query import Query, QueryError, parse
from techdash.text.cells import width
from techdash.text.linebreak import breaks
from techdash.tui.looking import complaint
from techdash.tui.widgets.drawn import Drawn
from techdash.tui.widgets.finder import Finder
from techdash.tui.widgets.pane import Pane
from techdash.tui.words import Words

_HIGHEST = 4


class QueryInput(Finder):
    """An input whose up, down and Enter act on the list below it; every character is typed."""

    async def _on_key(self, event: events.Key) -> None:
        # the digits that lead to rooms from an empty line of cards may begin a query
        await Input._on_key(self, event)


class Complaint(Drawn):
    """A sentence below the line, and carets where the mistake is."""

    def __init__(self) -> None:
        super().__init__(classes="query-complaint")
        self._place = (0, 0)
        self._text = ""

    def say(self, text: str, before: int = 0, cells: int = 0) -> None:
        """Show what is wrong ``before`` cells from the left; nothing where all is well."""
        self._text, self._place = text, (before, max(1, cells))
        self.display = bool(text)
        self._grow()
        self.refresh()

    def on_resize(self) -> None:
        self._grow()

    def _lines(self) -> list[str]:
        cells = max(8, self.cells)
        return [self._text[start:end].strip() for start, end in breaks(self._text, cells)]

    def _grow(self) -> None:
        self.styles.height = min(_HIGHEST, 1 + len(self._lines()))

    def render_line(self, y: int) -> Strip:
        before, marked = self._place
        if y == 0:
            carets = "^" * min(marked, self.cells - before) if before < self.cells else ""
            return self.strip([(" " * min(before, self.cells), ""), (carets, "warning")], self.cells)
        lines = self._lines()
        return (
            self.strip([(lines[y - 1], "warning")], self.cells) if y <= len(lines) else self.blank(self.cells)
        )


class QueryLine(Pane):
    """A query as it is typed; says when it means something else, but not while it is mistaken."""

    class Changed(Message):
        """Another query stands in the line."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    def __init__(self, words: Words, placeholder: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="query-line")
        self.words = words
        self.input = QueryInput(
            placeholder=placeholder, id=f"{id}-input", compact=True, select_on_focus=False
        )
        self.complaint = Complaint()
        self.meant = Query()

    def compose(self) -> ComposeResult:
        yield self.input
        yield self.complaint

    def on_mount(self) -> None:
        self.complaint.say("")

    @property
    def text(self) -> str:
        """What is typed."""
        return self.input.value.strip()

    def put(self, text: str) -> None:
        """Have another query stand there, the cursor behind it."""
        self.input.value = text
        self.input.cursor_position = len(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        typed = event.value
        try:
            meant = parse(typed)
        except QueryError as error:
            before, place = width(typed[: error.start]), width(typed[error.start : error.end])
            self.complaint.say(complaint(error, self.words), before, place)
            return
        self.complaint.say("")
        if meant != self.meant:
            self.meant = meant
            self.post_message(self.Changed(meant))
