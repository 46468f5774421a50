"""A reader's own Claude Code set-up, as it is found on this machine: its parts, and what is said of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

PartKind: TypeAlias = Literal[
    "command", "skill", "agent", "hook", "server", "style", "key", "rule", "plugin", "file"
]
Level: TypeAlias = Literal["managed", "user", "project", "local"]


class Saying(Struct, frozen=True):
    """Something to be said in words: which sentence, and what stands in it. Nothing in it is secret."""

    what: str
    values: dict[str, str | int] = {}


class Part(Struct, frozen=True):
    """One part of the set-up. Every string is clean and safe to show.

    ``path`` is the file it stands in (home as ``~``), ``near`` how many folders up from where Claude Code
    is started, ``syntax`` what calls it. ``unused`` says why it has no effect (``by`` names the part that
    has), ``faults`` what is broken.
    """

    kind: PartKind
    name: str
    level: Level
    path: str
    text: str = ""
    syntax: str = ""
    near: int = 0
    facts: tuple[Saying, ...] = ()
    faults: tuple[Saying, ...] = ()
    unused: Saying | None = None
