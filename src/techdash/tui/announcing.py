"""What the terminal itself is told: the window's title, and that a refresh brought something."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.tui.app import TechdashApp

# XTWINOPS 22 and 23 (xterm, "Control Sequences"): put the title by, and bring it back.
_KEEP, _RESTORE = "\x1b[22;0t", "\x1b[23;0t"
_LONGEST = 100
# These show what they don't know, or wait for an end that they don't know.
_WITHOUT_TITLES = ("", "dumb", "linux")


@contextmanager
def own_title(config: Config) -> Iterator[None]:
    """Put the terminal's title by, and bring it back however the window ends."""
    # where Textual writes too
    file = sys.__stderr__
    if file is None or not config.title or not has_titles():
        yield
        return
    _write(file, _KEEP)
    try:
        yield
    finally:
        _write(file, _RESTORE)


def _write(file: TextIO, text: str) -> None:
    with suppress(OSError, ValueError):  # the terminal may be gone
        file.write(text)
        file.flush()


def has_titles() -> bool:
    """Whether the terminal understands OSC sequences."""
    return os.environ.get("TERM", "") not in _WITHOUT_TITLES


def title(app: TechdashApp) -> None:
    """Name what is on screen in the terminal's title (OSC 0), where that is wanted."""
    if not app.config.title or not has_titles():
        return
    if app.reading and app.reader.entry is not None:
        name = app.reader.entry.row.title
    else:
        unread = app.top.unread.get(app.room)
        name = f"{app.words(app.room)} {unread}" if unread else app.words(app.room)
    named = f"{plain(name)} · techdash"
    if named != app.told_title:
        app.told_title = named
        app.tell_terminal(f"\x1b]0;{named}\x07")


def arrived(app: TechdashApp, new: int) -> None:
    """Say that a refresh brought ``new`` entries, in the way that the configuration asks for."""
    unread = app.top.unread
    said = plain(app.words("notify", n=new, digest=unread.get("digest", 0), essays=unread.get("essays", 0)))
    match app.config.notify:
        case "bell":
            app.tell_terminal("\x07")
        case "osc9":  # iTerm2, WezTerm, Windows Terminal, Ghostty
            app.tell_terminal(f"\x1b]9;techdash: {said}\x07")
        case "osc777":  # urxvt, foot, Ghostty; a semicolon would end its field
            app.tell_terminal(f"\x1b]777;notify;techdash;{said.replace(';', ',')}\x1b\\")


def plain(text: str) -> str:
    """A text as one short line without controls, for use within a control sequence."""
    from techdash.text.clean import one_line

    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
