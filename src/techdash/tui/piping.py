"""Texts to other programs: a command reads the text on its standard input, and what it says is shown.

A command is a list of arguments, never a line for a shell. It has no terminal: what wants one ends with an
error of its own.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from techdash.document.outline import plain_text
from techdash.exports.notes import as_markdown
from techdash.text.clean import clean, one_line
from techdash.text.urls import web_link
from techdash.tui.dialogs import Ask, Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from techdash.tui.app import TechdashApp

LONGEST = 30.0
"""Seconds that a command may take."""
MOST_READ = 65_536
"""Bytes of what it says that are read; the rest is thrown away."""
SHOWN_LINES = 6


class Text(NamedTuple):
    """What is given to a command: the text, and the address it has (``{url}`` as an argument)."""

    markdown: str
    url: str = ""


class Answer(NamedTuple):
    """What a command said: the first lines; ``code`` is None where it was ended for taking too long."""

    code: int | None
    said: str


def command_of(typed: str, pipes: Mapping[str, Sequence[str]]) -> list[str]:
    """The arguments that were typed, or those of the command that has this name.

    Raises:
        ValueError: a quote is left open.
    """
    typed = typed.strip()
    return list(pipes[typed]) if typed in pipes else shlex.split(typed)


def with_url(arguments: Sequence[str], url: str) -> list[str] | None:
    """The arguments with the address in place of each that is ``{url}``; None where there is none to put."""
    link = web_link(url) if url else None
    if "{url}" in arguments and link is None:
        return None
    return [link if each == "{url}" and link is not None else each for each in arguments]


async def run(arguments: Sequence[str], text: str) -> Answer:
    """Give a text to a command.

    Raises:
        OSError: it can't be started.
        ValueError: an argument that no program can be given (a null character).
    """
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # its own: it can't draw on our terminal, and ends with all that it started
    )
    try:
        async with asyncio.timeout(LONGEST):
            _, said = await asyncio.gather(_give(process, text.encode(errors="replace")), _first(process))
            code: int | None = await process.wait()
    except TimeoutError:
        code, said = None, b""
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    lines = [clean(line.expandtabs(4)).rstrip() for line in said.decode(errors="replace").splitlines()]
    return Answer(code, "\n".join([line for line in lines if line.strip()][:SHOWN_LINES]))


async def _give(process: asyncio.subprocess.Process, content: bytes) -> None:
    if process.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # it has read what it wanted
        process.stdin.write(content)
        await process.stdin.drain()
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.close()
        await process.stdin.wait_closed()


async def _first(process: asyncio.subprocess.Process) -> bytes:
    """The beginning of what it says; the rest is read too, so that it can end."""
    said = b""
    while process.stdout is not None and (more := await process.stdout.read(MOST_READ)):
        said += more[: MOST_READ - len(said)]
    return said


# -- in the window


class Said(ModalScreen[None]):
    """What a command said, in a few lines; any key that leaves closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,ｑ", "dismiss", show=False)]

    def __init__(self, title: str, text: str, keys: str) -> None:
        super().__init__(classes="dialog")
        self._title, self._text, self._keys = title, text, keys

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._title, "strong")
            for line in self._text.split("\n"):
                yield Paragraph(line, "text")
            yield Paragraph(self._keys, "faint")


async def ask(app: TechdashApp) -> None:
    """Ask for a command, and give it the text that is read or under the cursor."""
    text = await _text(app)
    if text is None:
        app.say(app.words("pipe.nothing"))
        return
    pipes = app.config.pipes
    names = app.words("pipe.names", names=one_line(", ".join(pipes))) if pipes else ""

    def choose(typed: str | None) -> None:
        if typed:
            app.carry_out(_pipe(app, typed, text))

    app.push_screen(Ask(app.words("pipe.prompt") + names, "", app.words("pipe.keys")), choose)


async def _text(app: TechdashApp) -> Text | None:
    """What a command is given here: the open text, or that of the entry under the cursor; a card's words."""
    from techdash.tui import marking

    if app.room == "cheatsheet" and not app.reading:
        card = app.cheatsheet.current
        return Text(f"{card.syntax or card.item}\n", card.source) if card is not None else None
    parts, url = [], ""
    for entry_id in await marking.meant(app):
        found = await app.gateway.document(entry_id)
        if found is not None:
            parts.append(await app.gateway.aside(partial(as_markdown, *found)))
            url = found[0].row.url
    return Text("\n\n".join(parts), url if len(parts) == 1 else "") if parts else None


async def _pipe(app: TechdashApp, typed: str, text: Text) -> None:
    words = app.words
    try:
        arguments = with_url(command_of(typed, app.config.pipes), text.url)
    except ValueError:
        app.say(words("pipe.open_quote"))
        return
    if not arguments:
        app.say(words("no_link") if arguments is None else words("pipe.nothing_typed"))
        return
    name = one_line(arguments[0])
    app.say(words("pipe.running", command=name))
    try:
        answer = await run(arguments, text.markdown)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        app.say(words("pipe.not_started", command=name, why=why))
        return
    if answer.code is None:
        app.say(words("pipe.too_long", command=name, n=int(LONGEST)))
        return
    title = words("pipe.done" if answer.code == 0 else "pipe.failed", command=name, code=answer.code)
    if "\n" in answer.said:
        app.say("")
        app.push_screen(Said(title, answer.said, words("pipe.said_keys")))
    else:
        app.say(f"{title} {answer.said}".rstrip())


# -- quoting


def quote(app: TechdashApp) -> None:
    """Copy what is selected, else the paragraph in view, as a quotation with its source."""
    reader, words = app.reader, app.words
    text = app.screen.get_selected_text() or ""
    if not text.strip():
        block = reader.view.paragraph_in_view()
        text = plain_text([block]) if block is not None else ""
    if not text.strip() or reader.entry is None:
        app.say(words("quote.nothing"))
        return
    app.copy_to_clipboard(quotation(text, reader.entry.row.title, reader.entry.row.url))
    app.say(words("quote.copied", text=" ".join(text.split())))


def quotation(text: str, title: str, url: str) -> str:
    """Words as a quotation in Markdown, with where they are from."""
    lines = [f"> {line}".rstrip() for line in text.strip().split("\n")]
    link = web_link(url)
    name = title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    source = f"[{name}](<{link}>)" if link else name
    return "\n".join([*lines, ">", f"> — {source}"])
