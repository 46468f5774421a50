"""The pictures of the open text: brought as figures come into view, on ``i`` or where the setting says so."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.timer import Timer

from techdash.document.tree import Figure
from techdash.store import entries
from techdash.tui.messages import Say
from techdash.tui.pictures import Notice, Picture, PictureProcess, look_of, said
from techdash.tui.widgets.pages_view import MARGIN

if TYPE_CHECKING:
    from techdash.tui.rooms.reader import Reader

# A figure in a quote or in a list has so much less room than the column.
INDENT = 4
NARROWEST = 8
# Of the pane's height, so that the text around a picture stays in view.
PART_OF_PANE = 2 / 3
RESIZE_AFTER = 0.3


class Figures:
    """Asks for pictures in the size of the pane, and gives them to the reader's view.

    What was brought is kept while its text is open, so hiding and showing again asks nobody.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        paths = reader.gateway.paths
        self.process = PictureProcess(paths.cache / "pictures", paths.log)
        self.shown = False
        self._entry_id: int | None = None
        self._size = (0, 0)
        self._asked: set[str] = set()
        self._brought: dict[str, Picture | Notice] = {}
        self._resizing: Timer | None = None
        self.open()
        reader.app.theme_changed_signal.subscribe(reader, lambda _: self._repaint())

    def open(self) -> None:
        """Another text is open, or none."""
        self.shown = self._reader.config.images == "always"
        self._entry_id = self._reader.entry_id
        self._forget()

    def toggle(self) -> None:
        """Show the pictures of this text, or hide them; asking again for those that could not be had."""
        reader = self._reader
        if reader.config.images == "never":
            reader.post_message(Say(reader.words("pictures_never")))
            return
        self.shown = not self.shown
        for src in [src for src, found in self._brought.items() if isinstance(found, Notice)]:
            del self._brought[src]
            self._asked.discard(src)
        reader.view.set_setting(replace(reader.view.setting, pictures={}))
        reader.post_message(Say(reader.words("pictures_shown" if self.shown else "pictures_hidden")))

    def came(self, figures: Sequence[Figure]) -> None:
        """Figures without pictures came into view."""
        if not self.shown:
            return
        size = self._room()
        if size != self._size:
            self._forget()
            self._size = size
        for src in dict.fromkeys(figure.src for figure in figures):
            if src in self._brought:
                self._put(src)
            elif src not in self._asked:
                self._asked.add(src)
                self._run("fetch a picture", self._bring(src))

    def fit(self) -> None:
        """The pane has another size: ask again for its pictures, once it stays as it is."""
        if self._resizing is not None:
            self._resizing.stop()
        self._resizing = self._reader.set_timer(RESIZE_AFTER, self._fit)

    def look_closer(self, src: str = "") -> None:
        """One picture over the whole window: this one, or that of the first figure in view."""
        reader = self._reader
        found = [figure for figure in reader.view.figures_in_view() if src in ("", figure.src)]
        if reader.config.images == "never":
            reader.post_message(Say(reader.words("pictures_never")))
        elif found:
            self._look_closer(found[0])
        else:
            reader.post_message(Say(reader.words("no_picture")))

    def _look_closer(self, figure: Figure) -> None:
        from techdash.document.inlines import text_of
        from techdash.tui.graphics import widget_class
        from techdash.tui.picture_screen import PictureScreen

        reader = self._reader
        caption = " ".join((text_of(figure.caption) or figure.alt or figure.src).split())

        async def ask(width: int, height: int) -> Picture | Notice:
            return await self._had(figure.src, width, height)

        look = look_of(reader.app, reader.config.ambiguous)
        reader.app.push_screen(PictureScreen(ask, caption, look, reader.words, widget_class(reader.app)))

    async def _bring(self, src: str) -> None:
        entry_id, size = self._entry_id, self._size
        found = await self._had(src, *size)
        if (entry_id, size) == (self._entry_id, self._size):
            self._brought[src] = found
            self._put(src)

    async def _had(self, src: str, width: int, height: int) -> Picture | Notice:
        """A picture, or in words why there is none."""
        reader = self._reader
        origin = None
        if self._entry_id is not None:
            origin = await reader.gateway.read(entries.origin, self._entry_id)
        page, key = origin or ("", "")
        found = await self.process.ask(src, width, height, page=page, entry=key)
        return found if isinstance(found, Picture) else said(reader.words, found)

    def _put(self, src: str) -> None:
        if not self.shown:
            return
        found, reader = self._brought[src], self._reader
        if isinstance(found, Notice):
            ink = reader.app.theme_variables.get("muted", "")
            runs = [found.runs(self._size[0], ink if ink.startswith("#") else "")]
        else:
            look = look_of(reader.app, reader.config.ambiguous)
            runs = [found.runs(row, look) for row in range(found.rows)]
        reader.view.set_picture(src, runs)

    def _repaint(self) -> None:
        for src in self._brought:
            self._put(src)

    def _fit(self) -> None:
        self._resizing = None
        if self.shown and self._brought and self._room() != self._size:
            self._forget()
            view = self._reader.view
            view.set_setting(replace(view.setting, pictures={}))

    def _room(self) -> tuple[int, int]:
        """Pixels that a picture may have: two to a cell's height."""
        view = self._reader.view
        width = min(view.column, view.cells - 2 * MARGIN) - INDENT
        return max(NARROWEST, width), max(2, 2 * int(view.size.height * PART_OF_PANE))

    def _forget(self) -> None:
        self._asked.clear()
        self._brought.clear()
        self._size = (0, 0)

    def _run(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - whatever it is, the window goes on and says so
                window: Any = self._reader.app
                window.report(what, error)

        self._reader.run_worker(guarded(), group="pictures", description=what, exit_on_error=False)
