"""Files for the reader to keep: where they go, what they are called, and that no word of theirs is lost.

A folder remembers in ``.techdash-exports.json`` what was written into it: a file that is still as it was
written may be written anew, one that was changed since stays, and gets the new one beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from techdash.config import Config
from techdash.paths import Paths

MEMORY = ".techdash-exports.json"
_LONGEST_NAME = 120
"""Bytes of a name before its number and ending; most file systems take 255."""
_NO_FILE = b"\0"
_NOT_IN_NAMES = re.compile(r"[^\w.+-]+")
# Names that are devices on Windows, where a vault may be synchronised to.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))]
)


class Kept(Struct, frozen=True):
    """A file, and what became of it: ``beside`` is new because the reader changed the one that was there."""

    file: Path
    state: Literal["new", "same", "updated", "beside"]


def folder(paths: Paths, config: Config) -> Path:
    """The folder for exports: the configured one, a relative one beside the library, else ``exports``."""
    return paths.library.parent / Path(config.exports or "exports").expanduser()


class Folder:
    """A folder for exports, held against other processes while it is written to; see :func:`opened`."""

    def __init__(self, where: Path, memory: dict[str, Any]) -> None:
        self._where = where
        self.memory = memory

    def keep(self, identity: str, name: str, content: bytes, ending: str = "md") -> Kept:
        """Write what ``identity`` is now, under a name where it has none yet. Raises ``OSError``.

        A file that is there and not known stays as it is: one that says the same is given back, beside any
        other the new one gets a number.
        """
        key = f"{identity} {ending}"
        known = self._known(key)
        digest = _digest(content)
        changed = False
        if known is not None:
            held = _read(known[0])
            if held == content:
                return self._remember(key, known[0], digest, "same")
            if held is not None and _digest(held) == known[1]:
                _replace(known[0], content)
                return self._remember(key, known[0], digest, "updated")
            changed = held is not None
        stem, number = file_name(name), 1
        while True:
            file = self._where / (f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}")
            try:
                _create(file, content)
            except FileExistsError:
                if _read(file) == content:
                    return self._remember(key, file, digest, "same")
            else:
                return self._remember(key, file, digest, "beside" if changed else "new")
            number += 1

    def _known(self, key: str) -> tuple[Path, str] | None:
        found = self.memory.get(key)
        if not (isinstance(found, list) and len(found) == 2 and all(isinstance(each, str) for each in found)):
            return None
        name, digest = found
        # a memory that another program wrote leads nowhere else
        return None if Path(name).name != name or name in ("", ".", "..") else (self._where / name, digest)

    def _remember(
        self, key: str, file: Path, digest: str, state: Literal["new", "same", "updated", "beside"]
    ) -> Kept:
        self.memory[key] = [file.name, digest]
        return Kept(file, state)


@contextmanager
def opened(where: Path) -> Iterator[Folder]:
    """A folder to write files into, made where there is none. Raises ``OSError``."""
    where.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with open(os.open(where / MEMORY, flags, 0o644), "r+b") as file:  # noqa: PTH123 - never through a link
        fcntl.flock(file, fcntl.LOCK_EX)
        memory: Any = None
        with suppress(ValueError):  # forgotten is no harm: what is there is then left as it is
            memory = json.loads(file.read() or b"{}")
        found = Folder(where, memory if isinstance(memory, dict) else {})
        before = json.dumps(found.memory)
        try:
            yield found
        finally:
            if json.dumps(found.memory) != before:
                file.seek(0)
                file.write(json.dumps(found.memory, indent=0).encode())
                file.truncate()


def file_name(title: str) -> str:
    """A title as a file may be called anywhere."""
    name = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", title))
    name = name.encode(errors="ignore")[:_LONGEST_NAME].decode(errors="ignore").strip("-. ")
    return f"_{name}" if name.split(".")[0].lower() in _DEVICES else name or "text"


def _create(file: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with open(os.open(file, flags, 0o644), "wb") as new:  # noqa: PTH123 - never through a link
        new.write(content)


def _replace(file: Path, content: bytes) -> None:
    """Write a file anew: it is the old one or the new one, whatever happens meanwhile."""
    beside = file.with_name(f".{file.name[:80]}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        _create(beside, content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _read(file: Path) -> bytes | None:
    """What a file holds; None where there is none, and nothing of ours where a link or a folder is there."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return _NO_FILE
    return file.read_bytes() if file.exists() else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
