"""A folder of sheets as entries with cards: pages of tldr by platform and letter, of the others each file.

What is no sheet of another program's is left to be read as any text is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from techdash.feeds.sheets import cheat, navi, tldr
from techdash.models.fetched import LocalFile
from techdash.models.parsed import Card, ParsedEntry
from techdash.text.clean import one_line

MOST_CARDS = 20_000
"""Of a source: beyond that a letter typed is no longer answered at once."""
_MOST_OF_A_FILE = 2000
_PLATFORM = {"linux": "linux", "darwin": "osx", "win32": "windows"}.get(sys.platform, sys.platform)
_CHINESE = re.compile(r"(?:^|(?<=/))pages\.zh/")
_OTHER_LANGUAGE = re.compile(r"(?:^|/)pages\.(?!zh/|en/)[\w-]+/")


@dataclass(frozen=True, slots=True)
class Sheets:
    """Entries, what was left out in words, and the files that are no sheets of other programs."""

    entries: Sequence[ParsedEntry]
    note: str
    others: Sequence[LocalFile]


@dataclass(frozen=True, slots=True)
class _Page:
    platform: str
    file: LocalFile
    page: tldr.Page


def read(files: Iterable[tuple[LocalFile, str]], sheet: str) -> Sheets:
    """The sheets among files with their texts; those that name no sheet are of the one called ``sheet``."""
    pages: list[_Page] = []
    chinese: dict[str, tldr.Page] = {}
    entries: list[ParsedEntry] = []
    others: list[LocalFile] = []
    left = MOST_CARDS
    for file, text in files:
        path = PurePosixPath(file.name)
        if path.suffix in (".md", ".txt") and tldr.is_page(text):
            if _CHINESE.search(file.name):
                chinese[_CHINESE.sub("pages/", file.name)] = tldr.page(text)
            elif not _OTHER_LANGUAGE.search(file.name):
                platform = path.parent.name if path.parent.name in tldr.PLATFORMS else ""
                pages.append(_Page(platform, file, tldr.page(text)))
            continue
        found = [] if b"\0" in file.body else _cards(file.name, text, sheet)
        if found is None:
            others.append(file)
        elif found:
            kept = tuple(found[:left])
            left -= len(kept)
            entries.append(_entry(file.name, path.stem, kept, file.modified, text))
    told = [f"{MOST_CARDS - left} cards kept, the rest left out"] if not left else []
    if pages:
        several, note = _of_pages(pages, chinese, left)
        entries += several
        told += [note] if note else []
    return Sheets(entries, "; ".join(told), others)


def _cards(name: str, text: str, sheet: str) -> list[Card] | None:
    """The cards of a sheet of navi or cheat; none of a file without a suffix that is neither; else None."""
    suffix = PurePosixPath(name).suffix
    found: Iterator[Card]
    if suffix == ".cheat" or name.endswith(".cheat.md"):
        found = navi.cards(text, sheet) if navi.is_sheet(text) else cheat.cards(text, name, sheet)
    elif not suffix:
        found = cheat.cards(text, name, sheet) if cheat.is_sheet(text) else iter(())
    else:
        return None
    return [card for card, _ in zip(found, range(_MOST_OF_A_FILE), strict=False)]


def _of_pages(
    pages: Sequence[_Page], chinese: Mapping[str, tldr.Page], left: int
) -> tuple[list[ParsedEntry], str]:
    """Pages as an entry for each letter of each platform, with no more than ``left`` cards in all.

    Where there are more, those of other platforms than this machine's go first, then of every page the last
    examples: the first ones are what is wanted most.
    """
    total = sum(len(one.page.examples) for one in pages)
    told: list[str] = []
    if total > left:
        own = [one for one in pages if one.platform not in tldr.PLATFORMS - {"common", _PLATFORM}]
        if own and len(own) < len(pages):
            told.append(f"only pages of common and {_PLATFORM}")
            pages = own
    most = max((len(one.page.examples) for one in pages), default=0)
    while most > 1 and sum(min(most, len(one.page.examples)) for one in pages) > left:
        most -= 1
        told = [*told[:1], f"the first {most} examples of a page"]
    entries = []
    kept = 0
    for (platform, letter), several in groupby(sorted(pages, key=_place), key=_letter):
        cards: list[Card] = []
        modified = 0
        for one in several:
            name = one.file.name
            cards += tldr.cards(one.page, chinese.get(name), one.platform, most)
            modified = max(modified, one.file.modified)
        cards = cards[: max(0, left - kept)]
        kept += len(cards)
        if cards:
            title = f"tldr: {platform}, {letter}" if platform else f"tldr: {letter}"
            entries.append(_entry(f"tldr/{platform}/{letter}", title, tuple(cards), modified, ""))
    if kept < total:
        told.append(f"{kept:,} of {total:,} cards kept")
    return entries, ", ".join(told)


def _place(one: _Page) -> tuple[bool, str, str, str]:
    """Common pages first, then by platform and name."""
    return one.platform != "common", one.platform, _letter(one)[1], one.page.name.casefold()


def _letter(one: _Page) -> tuple[str, str]:
    first = one.page.name[:1].casefold()
    return one.platform, first if first.isascii() and first.isalpha() else "#"


def _entry(key: str, title: str, cards: tuple[Card, ...], modified: int, text: str) -> ParsedEntry:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return ParsedEntry(
        key=one_line(key),
        title=one_line(title) or one_line(key),
        published=modified,
        kind="cheatsheet",
        body=f"{fence}\n{text}\n{fence}" if text else "",
        body_format="markdown",
        cards=cards,
    )
