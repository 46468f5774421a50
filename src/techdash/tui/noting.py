"""The reader's note to an entry: written in the reader's own editor, or in a few lines over the window."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from techdash.errors import TechdashError
from techdash.store import own_words
from techdash.tui import marking
from techdash.tui.dialogs import Paragraph

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp
    from techdash.tui.words import Words


class EditorFailed(Exception):
    """The editor could not be started, or said that it failed."""


def editor() -> list[str]:
    """The command of ``$VISUAL``, else of ``$EDITOR``; empty where neither is set or can be read."""
    for name in ("VISUAL", "EDITOR"):
        try:
            if command := shlex.split(os.environ.get(name, "")):
                return command
        except ValueError:  # quotes that do not end
            continue
    return []


def edited(command: list[str], text: str) -> str:
    """The text as it is when the editor, which has the terminal, is left. Raises :class:`EditorFailed`."""
    with tempfile.TemporaryDirectory(prefix="techdash-") as folder:
        file = Path(folder) / "note.md"
        file.write_text(f"{text}\n" if text else "", "utf-8")
        try:
            status = subprocess.run([*command, str(file)], check=False).returncode  # noqa: S603 - the user's own
            if status == 0:
                return file.read_text("utf-8", "replace")
        except OSError as error:
            raise EditorFailed(error.strerror or str(error)) from error
    raise EditorFailed(str(status))


class _Area(TextArea):
    """Plain text; both keys that leave it keep what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,escape", "screen.done", show=False)]


class NoteScreen(ModalScreen[str]):
    """Asks for a note; gives it, as it was or as it is now."""

    def __init__(self, title: str, text: str, words: Words) -> None:
        super().__init__(classes="dialog")
        self._title, self._text, self._words = title, text, words

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._words("note_on", title=self._title), "strong")
            yield _Area(self._text, id="entry-note", compact=True, highlight_cursor_line=False)
            yield Paragraph(self._words("keys.card_note"), "faint")

    def on_mount(self) -> None:
        area = self.query_one(_Area)
        area.move_cursor(area.document.end)

    def action_done(self) -> None:
        """Keep what was typed and go back."""
        self.dismiss(self.query_one(_Area).text)

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Go back; also by a click beside it what was typed is kept."""
        return super().dismiss(self.query_one(_Area).text if result is None else result)


async def write(app: TechdashApp) -> None:
    """Have the note to the entry that is meant written, and keep it."""
    ids = await marking.meant(app)
    if len(ids) != 1:
        if ids:
            app.say(app.words("note_on_one"))
        return
    text = await app.gateway.read(own_words.note, ids[0]) or ""
    if command := editor():
        failed = ""
        try:
            with app.suspend():
                try:
                    text = edited(command, text)
                except EditorFailed as error:  # passed on here, the terminal would stay the editor's
                    failed = str(error)
        except SuspendNotSupported:
            pass
        else:
            if failed:
                app.say(app.words("editor_failed", name=command[0], why=failed))
            else:
                await _keep(app, ids[0], text)
            return
    app.push_screen(NoteScreen(app.title_of(ids[0]), text, app.words), partial(_written, app, ids[0]))


def _written(app: TechdashApp, entry_id: int, text: str | None) -> None:
    if text is not None:
        app.carry_out(_keep(app, entry_id, text))


async def _keep(app: TechdashApp, entry_id: int, text: str) -> None:
    try:
        changed = await app.gateway.write(own_words.write_note, entry_id, text, int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    if changed:
        await app.read_again()
        app.say(app.words("card.noted" if text.strip() else "card.note_gone"))
