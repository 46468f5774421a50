"""What a changelog says is new since a cheat-sheet was written, and the cards that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from techdash.document.inlines import text_of
from techdash.document.load import load
from techdash.document.tree import Block, Details, Heading, List, Paragraph
from techdash.models.entries import ChangelogEntry
from techdash.models.parsed import Card
from techdash.text.clean import one_line
from techdash.text.syntax import bare

_VERSION = re.compile(r"(?<![\d.])v?(\d+(?:\.\d+)+)(?![\d.])")
# A command, a flag, a variable, the name of a setting.
_NAME = re.compile(
    r"(?<![\w/.])/[a-z][\w-]*|(?<![\w-])--[A-Za-z][\w-]*|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b"
    r"|\b[a-z]+(?:[A-Z][a-z0-9]*)+\b"
)
_MOST = 1000


class Change(Struct, frozen=True):
    """One line of a changelog; ``day`` in ISO 8601, empty where unknown, ``card`` what it is about."""

    sheet: str
    version: str
    day: str
    text: str
    url: str
    entry: int
    card: Card | None = None


def since(sheet: str, entries: Iterable[ChangelogEntry], day: str, cards: Sequence[Card]) -> list[Change]:
    """The changes after ``day``, on which the sheet was written: newest version first, each version once.

    Where one entry tells several versions, those after the newest that a card names are new.
    """
    named = by_name(card for card in cards if card.sheet == sheet)
    known = max((_parts(card.since) for card in cards if card.sheet == sheet), default=())
    found: dict[str, list[Change]] = {}
    for entry in entries:
        versions: dict[str, list[Change]] = {}
        for version, text in _lines(entry):
            change = Change(sheet, version, entry.day, text, entry.url, entry.id, _about(text, named))
            versions.setdefault(version, []).append(change)
        for version, several in versions.items():
            is_new = entry.day > day if len(versions) == 1 else _parts(version) > known
            if is_new and version not in found:
                found[version] = several
    newest = sorted(found, key=_parts, reverse=True)
    return [change for version in newest for change in found[version]][:_MOST]


def by_name(cards: Iterable[Card]) -> dict[str, Card]:
    """Cards by the commands, flags, variables and settings that they are of, the first of each name."""
    found: dict[str, Card] = {}
    for card in cards:
        for text in (bare(card.syntax), card.item):
            for name in _NAME.findall(text):
                found.setdefault(name, card)
    return found


def _about(text: str, named: Mapping[str, Card]) -> Card | None:
    return next((named[name] for name in _NAME.findall(text) if name in named), None)


def _lines(entry: ChangelogEntry) -> Iterator[tuple[str, str]]:
    """The changes of an entry, each with its version: that of the heading above, else of the title."""
    titled = _VERSION.search(entry.title)
    yield from _read(
        load(entry.body, entry.format).blocks(), [titled[1] if titled else one_line(entry.title)]
    )


def _read(blocks: Iterable[Block], version: list[str]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        match block:
            case Heading():
                if found := _VERSION.search(text_of(block.inlines)):
                    version[0] = found[1]
            case List():
                for item in block.items:
                    for child in item.children:
                        if isinstance(child, Paragraph) and (text := one_line(text_of(child.inlines))):
                            yield version[0], text
                        else:
                            yield from _read([child], version)
            case Details():
                yield from _read(block.children, version)
            case _:
                pass


def _parts(version: str) -> tuple[int, ...]:
    found = _VERSION.search(version)
    return tuple(int(part[:9]) for part in found[1].split(".")) if found else ()
