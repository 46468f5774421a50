"""Files for the reader to keep: where they go, what they are called, and that none is overwritten."""

from __future__ import annotations

import re
from pathlib import Path

from techdash.config import Config
from techdash.paths import Paths

_LONGEST_NAME = 120
"""Bytes of a name before its number and ending; most file systems take 255."""
_NOT_IN_NAMES = re.compile(r"[^\w.+-]+")


def folder(paths: Paths, config: Config) -> Path:
    """The folder for exports: the configured one, a relative one beside the library, else ``exports``."""
    return paths.library.parent / Path(config.exports or "exports").expanduser()


def keep(where: Path, name: str, text: str) -> Path:
    """Write a text as Markdown under a name; gives the file.

    A file that is there already stays as it is: one that says the same is given back, beside any other the
    new one gets a number. Raises ``OSError``.
    """
    where.mkdir(parents=True, exist_ok=True)
    stem = _file_name(name)
    content = (text.rstrip() + "\n").encode()
    number = 1
    while True:
        file = where / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        try:
            with file.open("xb") as new:
                new.write(content)
            return file
        except FileExistsError:
            if file.is_file() and file.read_bytes() == content:
                return file
        number += 1


def _file_name(title: str) -> str:
    """A title as a file may be called anywhere."""
    name = _NOT_IN_NAMES.sub("-", title)
    name = name.encode()[:_LONGEST_NAME].decode(errors="ignore").strip("-. ")
    return name or "text"
