"""Reads a local source: a folder of Markdown, HTML and text files, one such file, or a feed in a file."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from techdash.models.fetched import Failed, Fetched, Files, LocalFile
from techdash.models.sources import Validators
from techdash.text.clean import one_line

SUFFIXES = (".md", ".markdown", ".html", ".htm", ".txt")
SHEETS = (*SUFFIXES, ".cheat", "")
"""Of cheat-sheets: cheat's own have no suffix."""
MOST_FILES = 5000
MOST_SHEETS = 20_000
LARGEST_FILE = 2 << 20
LARGEST_FEED = 10 << 20
MOST_BYTES = 64 << 20
# A clone of tldr has its pages in forty languages.
_OTHER_LANGUAGE = re.compile(r"pages\.(?!en$|zh$)[\w-]+")


def path_of(url: str) -> Path:
    """The path that a local source's address means: a path, one below ``~``, or a file URL (RFC 8089)."""
    if url.lower().startswith("file:"):
        url = unquote(urlsplit(url).path)
    return Path(url).expanduser()


def has_sheets(path: Path) -> bool:
    """Whether a path is known by its names for cheat-sheets of another program: of navi, or pages of tldr."""
    if path.suffix == ".cheat":
        return True
    try:
        return any((path / name).is_dir() for name in ("pages/common", "common")) or any(path.glob("*.cheat"))
    except OSError:
        return False  # reading it will say why


def read(url: str, *, sheets: bool = False) -> Fetched | Files | Failed:
    """What a local source holds now; ``sheets``: it holds cheat-sheets, of other programs perhaps.

    Hidden files and links that lead out of the folder are passed over; files over 2 MiB are too, and of more
    than 5,000 files (20,000 of sheets) or 64 MiB the newest are taken, which a note says. The hash covers
    names, contents, change times and the note.
    """
    try:
        path = path_of(url)
        if path.is_dir():
            return _folder(url, path, sheets=sheets)
        if path.is_file():
            return _file(url, path, sheets=sheets)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "that is no path"
        return Failed(url, "file", f"{url} can't be read: {reason}.")
    return Failed(url, "file", f"There is nothing to read at {url}.")


def _file(url: str, path: Path, *, sheets: bool) -> Fetched | Files | Failed:
    is_text = path.suffix.lower() in (SHEETS if sheets else SUFFIXES)
    largest = LARGEST_FILE if is_text else LARGEST_FEED
    status = path.stat()
    if status.st_size > largest:
        return Failed(url, "too-large", f"{url} is larger than {largest >> 20} MiB.")
    body = path.read_bytes()
    if is_text:
        return _files(url, [LocalFile(path.name, int(status.st_mtime), body)])
    digest = hashlib.sha256(body).digest()
    return Fetched(url, path.absolute().as_uri(), body, validators=Validators(body_hash=digest))


def _folder(url: str, root: Path, *, sheets: bool) -> Files | Failed:
    texts = sorted(_walk(os.fspath(root), os.path.realpath(root), "", sheets=sheets), reverse=True)
    found = [text for text in texts if text[1] <= LARGEST_FILE]
    notes = [_too_large([name for _, size, name in texts if size > LARGEST_FILE])]
    files: list[LocalFile] = []
    left = MOST_BYTES
    for modified, size, name in found[: MOST_SHEETS if sheets else MOST_FILES]:
        if size > left:
            break
        left -= size
        try:
            files.append(LocalFile(name, int(modified), (root / name).read_bytes()))
        except OSError:
            continue  # deleted or closed to us since it was found
    if not files and notes[0]:
        return Failed(url, "too-large", f"There is nothing else to read in {url}: {notes[0]}.")
    if not files:
        return Failed(url, "file", f"There is no Markdown, HTML or text file in {url}.")
    if len(files) < len(found):
        notes.append(f"{len(files)} of {len(found)} files kept")
    return _files(url, sorted(files, key=lambda file: file.name), "; ".join(filter(None, notes)))


def _too_large(names: list[str]) -> str:
    """That files are too large, in words; one of them by its name."""
    if not names:
        return ""
    name, most = one_line(min(names)), f"larger than {LARGEST_FILE >> 20} MiB"
    if len(names) == 1:
        return f"{name} is {most} and was left out"
    return f"{len(names)} files are {most} and were left out, {name} among them"


def _files(url: str, files: list[LocalFile], note: str = "") -> Files:
    digest = hashlib.sha256(note.encode())
    for file in files:
        name = file.name.encode("utf-8", "surrogateescape")
        digest.update(b"%d %d %d\n" % (len(name), len(file.body), file.modified))
        digest.update(name)
        digest.update(file.body)
    return Files(url, tuple(files), Validators(body_hash=digest.digest()), note)


def _walk(folder: str, root: str, below: str, *, sheets: bool) -> Iterator[tuple[float, int, str]]:
    """Change time, size and name (with ``/``) of each text there."""
    suffixes = SHEETS if sheets else SUFFIXES
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{below}{entry.name}"
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not (sheets and _OTHER_LANGUAGE.fullmatch(entry.name)):
                        yield from _walk(entry.path, root, f"{name}/", sheets=sheets)
                elif os.path.splitext(entry.name)[1].lower() in suffixes and entry.is_file():  # noqa: PTH122
                    if entry.is_symlink() and not os.path.realpath(entry.path).startswith(f"{root}{os.sep}"):
                        continue
                    status = entry.stat()
                    yield status.st_mtime, status.st_size, name
            except OSError:
                continue  # one unreadable folder doesn't hide the rest
