"""What was chosen to be exported, read from the library, and the files that it becomes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct

from techdash.exports.files import Kept, opened
from techdash.models.editions import Edition
from techdash.models.entries import Entry
from techdash.query import Query
from techdash.store import db, editions, entries, marks, search

Format = Literal["markdown", "json", "epub"]
FORMATS: tuple[Format, ...] = ("markdown", "json", "epub")
MOST = 1000
"""Entries of a search, at most."""
_WEEK = 7 * 86_400


class Chosen(Struct, frozen=True):
    """Some entries, or a day with its editions. ``identity`` stays from one export of it to the next."""

    identity: str
    title: str
    entries: tuple[Entry, ...] = ()
    day: str = ""
    editions: tuple[Edition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries or self.editions)


# -- from the library


def of_entries(conn: sqlite3.Connection, ids: Iterable[int], title: str = "") -> Chosen:
    """Some entries in their order; a title tells several from others."""
    with db.snapshot(conn):
        found = tuple(entry for each in ids if (entry := entries.entry(conn, each)) is not None)
    if len(found) == 1 and not title:
        return Chosen(_identity(found[0]), found[0].row.title, found)
    return Chosen(f"entries {title}", title, found)


def of_day(conn: sqlite3.Connection, day: str, language: str) -> Chosen:
    """A day's editions, said in a language, and the entries that its items lead to."""
    from techdash.editions.printed import in_language

    with db.snapshot(conn):
        found = tuple(in_language(each, language) for each in editions.on(conn, day))
        items = (item for each in found for section in each.sections for item in section.items)
        ids = dict.fromkeys(item.entry_id for item in items if item.entry_id is not None)
        texts = tuple(entry for each in ids if (entry := entries.entry(conn, each)) is not None)
    return Chosen(f"day {day}", day, texts, day, found)


def of_search(conn: sqlite3.Connection, query: Query, name: str, now: float, today: str) -> Chosen:
    """What a query means, newest first, at most :data:`MOST` entries."""
    return of_entries(conn, search.ids(conn, query, MOST, now=now, today=today), name)


def of_later(conn: sqlite3.Connection, now: float, language: str) -> Chosen:
    """What was kept for later in the last seven days, in the order in which it was."""
    year, week, _ = datetime.fromtimestamp(now, UTC).isocalendar()
    title = f"{'稍后再读' if language == 'zh' else 'Later'} {year}-W{week:02d}"
    found = of_entries(conn, marks.kept_for_later(conn, int(now) - _WEEK), title)
    return Chosen(f"later {year}-W{week:02d}", title, found.entries)


# -- as files


def write(chosen: Chosen, form: Format, where: Path, language: str) -> list[Kept]:
    """Write it into a folder: a note for each entry, or one file of JSON, or one book.

    Raises:
        OSError: the folder, or a file in it, takes nothing; what was written before it stays.
    """
    with opened(where) as folder:
        return [
            folder.keep(identity, name, content, ending)
            for identity, name, content, ending in _files(chosen, form, language)
        ]


def _files(chosen: Chosen, form: Format, language: str) -> Iterator[tuple[str, str, bytes, str]]:
    if form == "epub":
        yield chosen.identity, chosen.title, _book(chosen, language), "epub"
    elif form == "json":
        text = json.dumps(_json(chosen), ensure_ascii=False, indent=2)
        yield chosen.identity, chosen.title, f"{text}\n".encode(), "json"
    elif chosen.day:
        yield chosen.identity, chosen.title, f"{day_note(chosen, language)}\n".encode(), "md"
    else:
        from techdash.exports.notes import as_note

        for entry in chosen.entries:
            yield _identity(entry), entry.row.title, as_note(entry).encode(), "md"


def day_note(chosen: Chosen, language: str) -> str:
    """A day's editions as a note."""
    from techdash.editions.printed import markdown
    from techdash.exports.notes import front_matter

    head = front_matter({"title": chosen.day, "day": chosen.day, "tags": ["techdash/digest"]})
    return f"{head}\n\n{markdown({chosen.day: chosen.editions}, language)}"


def _json(chosen: Chosen) -> object:
    from techdash.editions.to_json import as_json as edition_as_json
    from techdash.exports.notes import as_json

    if chosen.day:
        return {"day": chosen.day, "editions": [edition_as_json(each) for each in chosen.editions]}
    return {"title": chosen.title, "entries": [as_json(entry) for entry in chosen.entries]}


def _book(chosen: Chosen, language: str) -> bytes:
    from techdash.exports.epub import Chapter, book, chapter

    chapters = [chapter(entry) for entry in chosen.entries if entry.body.strip() or entry.summary.strip()]
    if chosen.day:
        from techdash.editions.printed import blocks

        page = blocks({chosen.day: chosen.editions}, language)
        newest = max((each.published for each in chapters), default=0)
        chapters.insert(0, Chapter(chosen.day, page, language=language, published=newest))
    return book(chosen.identity, chosen.title, chapters)


def _identity(entry: Entry) -> str:
    # an entry's number is another in a library that was made anew
    return f"entry {entry.row.source_id} {entry.row.url or entry.row.id}"
