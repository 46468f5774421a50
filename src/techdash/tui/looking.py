"""What the window asks the library for with a query, and where in a text its words stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from msgspec import Struct

from techdash.models.entries import EntryRow, Hit, SavedSearch
from techdash.query import And, Is, OfKind, Or, Phrase, Query, QueryError, Term, Word, parse
from techdash.store import entries, marks, search, searches
from techdash.store.db import Writer
from techdash.text.folding import fold
from techdash.tui.words import Words

LAST = "searches"
"""Under which key of the library's state the last searches are kept."""
MOST_LAST = 20
MOST_LISTED = 1000
"""Entries that a list of found ones holds at most."""


class Results(Struct, frozen=True):
    """What was found for a query, each hit with the entry's row; ``more`` where there may be more."""

    hits: list[tuple[Hit, EntryRow]]
    more: bool


class Lists(Struct, frozen=True):
    """The searches that were kept, with how much of each is unread, and the last ones."""

    saved: list[SavedSearch]
    last: list[str]


# -- on the library's thread


def results(conn: sqlite3.Connection, query: Query, limit: int, today: str) -> Results:
    """The best hits for a query."""
    hits = search.search(conn, query, limit, today=today)
    found = [(hit, entries.row(conn, hit.id)) for hit in hits]
    return Results([(hit, row) for hit, row in found if row is not None], len(hits) == limit)


def lists(conn: sqlite3.Connection) -> Lists:
    """What can be looked for again."""
    last = marks.state(conn, LAST)
    return Lists(searches.kept(conn), [str(one) for one in last] if isinstance(last, list) else [])


def remember(db: Writer, query: str) -> None:
    """Keep a query as the last one."""
    held = marks.state(db.conn, LAST)
    others = [one for one in held if one != query] if isinstance(held, list) else []
    marks.save_state(db, LAST, [query, *others][:MOST_LAST])


def unread(conn: sqlite3.Connection, saved: Iterable[SavedSearch], today: str) -> dict[str, int]:
    """How much of each search is unread, by its name; one that can't be understood any more has none."""
    found = {}
    for one in saved:
        query = understood(one.query)
        wanted = both(query, Query(Is("unread"))) if query else Query()
        found[one.name] = entries.number_of(conn, search.ids(conn, wanted, MOST_LISTED, today=today))
    return found


def listed(conn: sqlite3.Connection, query: Query, held: Collection[int], today: str) -> list[EntryRow]:
    """The entries that a query means, newest first, with those that are ``held`` whether it still does.

    Of an essay in two languages there is one row, as in the list of essays.
    """
    return entries.newest(conn, [*search.ids(conn, query, MOST_LISTED, today=today), *held])


# -- queries


def understood(text: str) -> Query:
    """What a query means; nothing where it has a mistake."""
    try:
        return parse(text)
    except QueryError:
        return Query()


def essays_only(query: Query) -> Query:
    """The same among essays."""
    return both(query, Query(OfKind("essay")))


def both(one: Query, other: Query) -> Query:
    """What both queries mean; one that says nothing takes nothing away."""
    if one.term is None or other.term is None:
        return one if other.term is None else other
    terms = (part.terms if isinstance(part, And) else (part,) for part in (one.term, other.term))
    return Query(And(tuple(term for part in terms for term in part)))


def sought(term: Term | None) -> list[str]:
    """The words and phrases that a query asks for."""
    match term:
        case Word(text) | Phrase(text):
            return [text]
        case And(terms) | Or(terms):
            return [text for one in terms for text in sought(one)]
    return []


def asks_for_cards(term: Term | None) -> bool:
    """Whether cards can be meant: by words alone, or as ``kind:cheatsheet``; they have no other field."""
    match term:
        case Word() | Phrase():
            return True
        case And(terms):
            return all(map(asks_for_cards, terms))
        case OfKind(kind):
            return kind == "cheatsheet"
    return False


def ranges(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where in a text these words stand, folded as search folds them; from left to right and apart."""
    folded = fold(text)
    found: list[tuple[int, int]] = []
    for word in words:
        wanted = fold(word).text
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0:
            found.append(folded.source(at, at + len(wanted)))
            at = folded.text.find(wanted, at + len(wanted))
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def complaint(error: QueryError, words: Words) -> str:
    """What is wrong with a query, in the reader's language."""
    if words.language != "zh":
        return str(error)
    name, nearest = error.word, error.nearest
    if error.reason == "field":
        meant = words("query.meant", nearest=f"{nearest}:") if nearest else ""
        return words("query.no_field", name=name) + meant
    if not name:
        return words("query.no_value", name=error.reason)
    meant = words("query.meant", nearest=f"{error.reason}:{nearest}") if nearest else ""
    return words("query.wrong_value", name=error.reason, value=name) + meant
