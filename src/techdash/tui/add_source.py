"""Adding a source: asks for an address and has ``techdash add`` look at it in a child process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from techdash.text.clean import one_line
from techdash.text.urls import without_user
from techdash.tui.dialogs import ChoiceList, Choices, Paragraph
from techdash.tui.jobs import job
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

_MOST_SHOWN = 6


class Added(Struct, frozen=True):
    """What was subscribed to."""

    id: str
    title: str


class Offer(Struct, frozen=True):
    """What the child said: one was added, or there are several, or it went wrong."""

    added: Added | None = None
    candidates: tuple[tuple[str, str, str], ...] = ()
    error: str = ""


async def add(home: str | None, address: str) -> Offer:
    """Run ``techdash add`` on an address; an :class:`Offer` without anything says that it broke down."""
    # -P: as for the refresh, nothing of the folder techdash was started in is imported
    command = [sys.executable, "-P", "-m", "techdash", "add", "--json"]
    if home:
        command += ["--home", home]
    process = await asyncio.create_subprocess_exec(
        *command,
        "--",
        address,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(os.environ, PYTHONUTF8="1"),
        start_new_session=True,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    with contextlib.suppress(ValueError):
        found = json.loads(said)
        if isinstance(found, dict):
            return _offer(found)
    return Offer()


def _offer(found: dict[str, Any]) -> Offer:
    subscribed, candidates = found.get("subscribed"), found.get("candidates")
    if isinstance(subscribed, dict):
        return Offer(Added(_text(subscribed, "id"), _text(subscribed, "title")))
    offered = [one for one in candidates if isinstance(one, dict)] if isinstance(candidates, list) else []
    error = _text(found, "error")
    return Offer(
        candidates=()
        if error
        else tuple((_text(o, "url"), _text(o, "title"), _text(o, "kind")) for o in offered),
        error=error,
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return one_line(value) if isinstance(value, str) else ""


class AddSource(ModalScreen[Added | None]):
    """The question, what comes of it, and the candidates where there are several."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, gateway: Gateway, words: Words, home: str | None) -> None:
        super().__init__(id="add-source", classes="dialog")
        self._gateway, self._words, self._home_folder = gateway, words, home
        self._offered: tuple[tuple[str, str, str], ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._words("add_prompt"), "strong")
            yield Input(compact=True, id="add-input", classes="dialog-input")
            yield Paragraph(self._words("add_hint"), "muted", id="add-said")
            yield ChoiceList(StatusBar(self._words), id="candidates")
            yield Paragraph(self._words("add_keys"), "faint", id="add-keys")

    def on_mount(self) -> None:
        self.query_one(ChoiceList).display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if address := one_line(event.value):
            self._try(address)

    def on_input_changed(self) -> None:
        self.query_one(ChoiceList).display = False
        self._offered = ()

    def on_item_list_opened(self, message: ItemList.Opened) -> None:
        self._try(self._offered[message.item][0])

    @job("add a source", group="add")
    async def _try(self, address: str) -> None:
        words, said = self._words, self.query_one("#add-said", Paragraph)
        said.say(words("add_looking", address=without_user(address)), "muted")
        try:
            offer = await add(self._home_folder, address)
        except OSError:
            offer = Offer()
        if offer.added is not None:
            self.dismiss(offer.added)
        elif offer.candidates:
            said.say(words("add_several"), "text")
            self._show(offer.candidates)
        else:
            said.say(offer.error or words("add_failed", path=self._gateway.paths.log), "error")

    def _show(self, candidates: tuple[tuple[str, str, str], ...]) -> None:
        self._offered = candidates
        choices = self.query_one(ChoiceList)
        rows = Choices([(f"{title or url}  ({self._kind(kind)})", url) for url, title, kind in candidates])
        choices.display = True
        choices.styles.height = 2 * min(_MOST_SHOWN, len(candidates))
        choices.show(rows)
        choices.focus()
        self.query_one("#add-keys", Paragraph).say(self._words("choose_keys"), "faint")

    def _kind(self, kind: str) -> str:
        key = f"kind.{kind}"
        return self._words(key) if self._words.knows(key) else kind
