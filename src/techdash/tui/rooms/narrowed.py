"""A room whose list a query narrows; the line to type it is built when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from techdash.tui.jobs import job
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.pane import Pane
from techdash.tui.words import Words

if TYPE_CHECKING:
    from textual.widgets import Input

    from techdash.query import Query
    from techdash.tui.widgets.finder import Finder
    from techdash.tui.widgets.query_line import QueryLine


class NarrowedPane(Pane):
    """Shows all of its list, or what a query means of it. A subclass says what that is."""

    LINE: ClassVar[str]
    """The id of the line."""

    def __init__(self, words: Words, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.words = words
        self.line: QueryLine | None = None

    @property
    def item_list(self) -> ItemList:
        """The list that is narrowed."""
        raise NotImplementedError

    def narrow_to(self, query: Query) -> None:
        """Show what a query means of the list; all of it where that says nothing."""
        raise NotImplementedError

    @property
    def narrowing(self) -> bool:
        """Whether a line stands over the list."""
        return self.line is not None and self.line.display

    @job("narrow the list", group="narrow-line")
    async def narrow(self) -> None:
        """Ask what to show of the list."""
        line = await self._stand()
        line.input.focus()

    @property
    def narrowed_by(self) -> str:
        """What is typed in the line; empty where none stands there."""
        return self.line.input.value if self.line is not None and self.line.display else ""

    @job("narrow the list as before", group="narrow-line")
    async def narrow_again(self, typed: str) -> None:
        """Show what was typed in the window before, and what it means."""
        line = await self._stand()
        line.put(typed)

    async def _stand(self) -> QueryLine:
        from techdash.tui.widgets.query_line import QueryLine

        if self.line is None:
            self.line = QueryLine(self.words, self.words("narrow.hint"), id=self.LINE)
            await self.mount(self.line, before=self.item_list)
        self.line.display = True
        return self.line

    def widen(self) -> bool:
        """Back to the whole list; False where that is shown already."""
        if self.line is None or not self.line.display:
            return False
        if self.line.has_focus_within:
            self.item_list.focus()
        self.line.put("")
        self.line.display = False
        return True

    def on_finder_stepped(self, event: Finder.Stepped) -> None:
        event.stop()
        self.item_list.action_move(event.step)

    def on_finder_left(self, event: Finder.Left) -> None:
        event.stop()
        self.widen()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.item_list.focus()
        else:
            self.widen()

    def on_query_line_changed(self, event: QueryLine.Changed) -> None:
        event.stop()
        self.narrow_to(event.query)
