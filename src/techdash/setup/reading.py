"""Reads files and folders of a set-up within bounds, and remembers what it looked at."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec

from techdash.models.setup import Saying

LARGEST = 1 << 20
"""Bytes of a settings file, and of a Markdown file, that are read."""
LARGEST_STATE = 16 << 20
"""Claude Code keeps its own state in one file, which grows."""
MOST_FILES = 400
MOST_PARTS = 2_000
_DEEPEST = 6
_BEGINNING = 64 << 10

Stamp: TypeAlias = tuple[int, int, int, int] | None
T = TypeVar("T")
_BYTE = re.compile(r"\(byte (\d+)\)")


class Reader:
    """Looks at files; ``looked`` holds what it saw of each, so that a change can be told.

    Only regular files are opened, and never so that opening waits: a pipe among them stops nobody.
    """

    def __init__(self) -> None:
        self.looked: dict[str, Stamp] = {}

    def stamp(self, path: Path) -> Stamp:
        """What changes with a file; None where there is none. The path is remembered."""
        found = stamp_of(str(path))
        self.looked[str(path)] = found
        return found

    def body(self, path: Path, largest: int, most: int | None = None) -> tuple[bytes, Saying | None]:
        """A file's first ``most`` bytes, all by default; or why it can't be read: "absent" or a fault."""
        self.stamp(path)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                found = os.fstat(descriptor)
                if not stat.S_ISREG(found.st_mode):
                    return b"", Saying("no_file")
                if found.st_size > largest:
                    return b"", Saying("too_large", {"size": _size(found.st_size), "most": _size(largest)})
                return file.read(largest if most is None else most), None
        except OSError as error:
            return b"", _why(path, error)

    def json(self, path: Path, kind: type[T], largest: int = LARGEST) -> tuple[T | None, Saying | None]:
        """What a JSON file (RFC 8259) holds; None where it is absent or broken, with what is wrong."""
        body, fault = self.body(path, largest)
        if fault is not None:
            return None, None if fault.what == "absent" else fault
        body = body.removeprefix(b"\xef\xbb\xbf")
        try:
            return msgspec.json.decode(body, type=kind), None
        except msgspec.ValidationError:
            return None, Saying("not_object")
        except UnicodeDecodeError:
            return None, Saying("not_utf8")
        except msgspec.DecodeError as error:
            at = _BYTE.search(str(error))
            line = body.count(b"\n", 0, int(at[1]) if at else len(body.rstrip())) + 1
            return None, Saying("bad_json", {"line": line})
        except RecursionError:
            return None, Saying("too_deep")

    def text(self, path: Path) -> tuple[str, Saying | None]:
        """The beginning of a Markdown file; "absent" is a fault here: it was listed a moment ago."""
        body, fault = self.body(path, LARGEST, _BEGINNING)
        text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n"), fault

    def entries(self, folder: Path) -> tuple[list[Path], Saying | None]:
        """What a folder holds, by name, the first of many; none of what is hidden."""
        if self.stamp(folder) is None:
            return [], None
        found = []
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    if not entry.name.startswith("."):
                        found.append(entry.name)
                    if len(found) > MOST_FILES * 4:
                        break
        except NotADirectoryError:
            return [], Saying("no_folder")
        except OSError as error:
            why = _why(folder, error)
            return [], None if why.what == "absent" else why
        fault = Saying("too_many", {"most": MOST_FILES}) if len(found) > MOST_FILES else None
        return [folder / name for name in sorted(found)[:MOST_FILES]], fault

    def markdown(self, folder: Path) -> Iterator[tuple[Path, Saying | None]]:
        """The Markdown files below a folder, and what in it can't be read; a link in a circle is such."""
        yield from self._below(folder, set(), 0, [MOST_FILES])

    def _below(
        self, folder: Path, above: set[tuple[int, int]], depth: int, left: list[int]
    ) -> Iterator[tuple[Path, Saying | None]]:
        seen = self.stamp(folder)
        if seen is None:
            return
        identity = _identity(folder)
        if identity is None or identity in above or depth > _DEEPEST:
            yield folder, Saying("loop" if identity in above else "too_deep_folder", {"most": _DEEPEST})
            return
        found, fault = self.entries(folder)
        if fault is not None:
            yield folder, fault
        for path in found:
            if left[0] <= 0:
                return
            if path.is_dir():
                yield from self._below(path, {*above, identity}, depth + 1, left)
            elif path.suffix.lower() == ".md":
                left[0] -= 1
                yield path, None


def stamp_of(path: str) -> Stamp:
    """A file's size, time, number and mode; None where it can't be looked at."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


def changed(looked: Iterable[tuple[str, Stamp]]) -> bool:
    """Whether any file is not as it was when it was looked at."""
    return any(stamp_of(path) != stamp for path, stamp in looked)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _why(path: Path, error: OSError) -> Saying:
    if error.errno == errno.ELOOP:
        return Saying("loop")
    if isinstance(error, PermissionError):
        return Saying("unreadable")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Saying("dangling" if path.is_symlink() else "absent")
    if isinstance(error, IsADirectoryError):
        return Saying("no_file")
    return Saying("unreadable")


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MiB"


def objects(value: Any) -> dict[str, Any]:
    """A JSON object as it is, of anything else an empty one."""
    return value if isinstance(value, dict) else {}


def strings(value: Any) -> list[str]:
    """The strings of a JSON array, of anything else none."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
