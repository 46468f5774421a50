"""Which stored entry each entry of a document is: pure, by its key, else its address, else title and date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from techdash.models.parsed import ParsedEntry
from techdash.models.plans import Known
from techdash.text.titles import title_key
from techdash.text.urls import canonical

T = TypeVar("T")

# From so many entries on, of which so many look new, a document is asked whether it only has new ids.
FEWEST, MOST_PARTS = 10, 0.8
# An id that names another article after so long was given away anew.
REUSED_AFTER = 30 * 86_400
_NAMELESS = "sha256:"


@dataclass(slots=True)
class Matched:
    """The stored entry of each key of the document that has one, and the stored ones whose key changes."""

    stored: dict[str, Known]
    rekeyed: list[tuple[int, str]] = field(default_factory=list)
    migrated: int = 0


def match(entries: Sequence[ParsedEntry], known: Mapping[str, Known], now: int) -> Matched:
    """Find the entries of a document, each under a key of its own, among those stored.

    ``known`` are the stored ones that have a key, an address, or title and date in common with the document.
    An entry keeps its row when its id changes (D-2) and when all ids and addresses do (D-3); an id that is
    given to another article makes a new entry, and the old one stays under a key of its own (E07).
    """
    links = _Links(entries, known.values())
    stored: dict[str, Known] = {}
    strangers: list[ParsedEntry] = []
    for entry in entries:
        row = known.get(entry.key)
        if row is None or _is_another(entry, row, links, now):
            strangers.append(entry)
        else:
            stored[entry.key] = row
    if not strangers or not known:
        return Matched(stored)
    taken = {row.id for row in stored.values()}
    free = [row for row in known.values() if row.id not in taken]
    found = _by_address(strangers, free, links)
    found |= _by_title(
        [entry for entry in strangers if entry.key not in found],
        [row for row in free if row not in found.values()],
        is_whole_change=lambda more: _is_whole_change(len(entries), len(strangers), len(found) + more),
    )
    matched = Matched(stored | found)
    keys = {entry.key for entry in entries}
    taken |= {row.id for row in found.values()}
    for entry in strangers:
        row = matched.stored.get(entry.key)
        if row is not None and row.key != entry.key:
            matched.rekeyed.append((row.id, entry.key))
        holder = known.get(entry.key)
        if holder is not None and holder.id not in taken:
            aside = f"{entry.key}|{holder.url_key}"
            matched.rekeyed.append((holder.id, f"{aside}|{holder.id}" if aside in keys else aside))
    matched.migrated = len(found)
    return matched


def note(matched: Matched, entries: int) -> str:
    """What to say where most of a document came under new ids; empty where it did not."""
    if not _is_whole_change(entries, matched.migrated, matched.migrated):
        return ""
    return f"{matched.migrated} entries have new ids here; they were recognised and stay as they were"


def _is_whole_change(entries: int, strangers: int, found: int) -> bool:
    return entries >= FEWEST and strangers >= MOST_PARTS * entries and found >= MOST_PARTS * strangers


class _Links:
    """The addresses of a document's entries, made when first asked for: mostly nobody does."""

    def __init__(self, entries: Sequence[ParsedEntry], rows: Iterable[Known]) -> None:
        self._entries = entries
        self._rows = rows
        self._of: dict[str, str] | None = None
        self._times: Counter[str] = Counter()
        self._titles: set[tuple[str, str]] = set()

    def of(self, entry: ParsedEntry) -> str:
        if self._of is None:
            self._of = {each.key: canonical(each.url) if each.url else "" for each in self._entries}
            self._times.update(self._of.values())
            self._titles = {(row.url_key, title_key(row.title)) for row in self._rows}
        return self._of[entry.key]

    def times(self, entry: ParsedEntry, link: str) -> int:
        """How many entries have the link."""
        self.of(entry)
        return self._times[link]

    def is_stored(self, entry: ParsedEntry) -> bool:
        """Whether something is stored with the entry's address and title."""
        return (self.of(entry), title_key(entry.title)) in self._titles


def _is_another(entry: ParsedEntry, row: Known, links: _Links, now: int) -> bool:
    """Whether an entry is not the one that is stored under its key: ids are given away anew.

    It has another title and another address; and the stored one is still in the document under its own
    address, or the entry is stored under another id, or it is a month younger.
    """
    if entry.title == row.title or not (entry.url and row.url_key) or links.of(entry) == row.url_key:
        return False
    if title_key(entry.title) == title_key(row.title):
        return False
    if links.times(entry, row.url_key) == 1 or links.is_stored(entry):
        return True
    written = now if entry.published is None else entry.published
    return written - (row.first_seen if row.published is None else row.published) >= REUSED_AFTER


def _by_address(strangers: Iterable[ParsedEntry], free: Iterable[Known], links: _Links) -> dict[str, Known]:
    """The strangers whose address is that of one stored entry, and that nothing shows to be another text.

    Where the address is the identity of neither, a date must speak for it: the bulletins of a station have
    one address and one title, and an id each.
    """
    rows = _single(free, lambda row: row.url_key)
    found = {}
    for entry in strangers:
        link = links.of(entry)
        row = rows.get(link) if link and links.times(entry, link) == 1 else None
        if row is None:
            continue
        if entry.published is None or row.published is None:
            is_same = title_key(entry.title) == title_key(row.title)
        else:
            is_same = entry.published == row.published
        if is_same or link in (row.key, entry.key):
            found[entry.key] = row
    return found


def _by_title(
    strangers: Sequence[ParsedEntry], free: Iterable[Known], is_whole_change: Callable[[int], bool]
) -> dict[str, Known]:
    """The strangers that have title and date of one stored entry.

    They count where they are so many that the whole document changed its ids, and one by one where neither
    has an id or an address at all.
    """
    rows = _single(free, lambda row: (title_key(row.title), row.published))
    same = _single(strangers, lambda entry: (title_key(entry.title), entry.published))
    found = {entry.key: rows[what] for what, entry in same.items() if what in rows}
    if is_whole_change(len(found)):
        return found
    dated = {entry.key for entry in strangers if entry.published is not None}
    return {
        key: row
        for key, row in found.items()
        if key in dated and key.startswith(_NAMELESS) and row.key.startswith(_NAMELESS)
    }


def _single(values: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """The values by a key, without those that share it with another."""
    found: dict[Hashable, T] = {}
    several = set()
    for value in values:
        name = key(value)
        if name in found:
            several.add(name)
        found[name] = value
    return {name: value for name, value in found.items() if name not in several}
