"""The reader's rules: what they say, what they do to entries that arrive, and what they would do."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct

from techdash.config import Rule
from techdash.models.entries import Hit
from techdash.query import Query, QueryError, parse
from techdash.store import ruling, search
from techdash.store.db import Writer
from techdash.store.ruling import Wanted
from techdash.text import tags

_MARKS = {"read": "read", "star": "starred", "later": "later", "mute": "muted"}
_TAG = "tag:"
DOES = (*_MARKS, "feature")


class Understood(Struct, frozen=True):
    """A rule: its query, and what it wants of the entries that this means."""

    rule: Rule
    query: Query
    wanted: Wanted


class Trial(Struct, frozen=True):
    """What a rule would do to what is stored: of how many entries, and to the newest of them.

    ``problem`` is what is wrong with it; then it does nothing.
    """

    rule: Rule
    problem: str = ""
    count: int = 0
    newest: tuple[Hit, ...] = ()


def understood(rule: Rule) -> Understood | str:
    """A rule, or what is wrong with it and where, in a sentence."""
    if rule.problem:
        return rule.problem
    try:
        query = parse(rule.when)
    except QueryError as error:
        return f"{rule.place}: {error}"
    if not query:
        return f"{rule.place}: rules.when says nothing; it is a query, as for techdash search."
    if not rule.do:
        return f"{rule.place}: rules.do says nothing; it takes some of {', '.join(DOES)} and tag:NAME."
    wanted = Wanted()
    for word in rule.do:
        found = _wanted(word, str(query))
        if found is None:
            near = difflib.get_close_matches(word.lower(), DOES, 1)
            told = f"did you mean {near[0]}?" if near else f"known are {', '.join(DOES)} and tag:NAME."
            return f"{rule.place}: rules.do knows no {word!r}; {told}"
        wanted |= found
    return Understood(rule, query, wanted)


def _wanted(word: str, query: str) -> Wanted | None:
    """What a word of ``do`` means."""
    if word == "feature":
        return Wanted(featured=query)
    if word in _MARKS:
        return Wanted(frozenset((_MARKS[word],)))
    if word.startswith(_TAG) and (name := tags.tag(word.removeprefix(_TAG))):
        return Wanted(tags=frozenset((name,)))
    return None


def problems(rules: Iterable[Rule]) -> list[str]:
    """What is wrong with rules, a sentence each."""
    return [found for rule in rules if isinstance(found := understood(rule), str)]


def on_arrival(db: Writer, rules: Sequence[Rule], now: int, today: str) -> int:
    """Do to the entries that came since the last time what the rules want; gives how many were marked.

    An entry is asked about once, so that nothing is marked again that the reader has unmarked. What one rule
    does, the others don't see: all are asked of the entries as they came.
    """
    last = ruling.newest(db.conn)
    ids = ruling.arrived(db.conn)
    if not ids:
        return 0
    wanted: dict[int, Wanted] = {}
    for rule in rules:
        found = understood(rule)
        if isinstance(found, str):
            continue
        for id_ in search.matching(db.conn, found.query, ids, now=now, today=today):
            wanted[id_] = wanted.get(id_, Wanted()) | found.wanted
    return ruling.mark(db, wanted, last, now)


def trials(
    conn: sqlite3.Connection, rules: Sequence[Rule], limit: int, *, now: float, today: str
) -> list[Trial]:
    """What each rule would do to all that is stored, with its newest ``limit`` entries."""
    found = []
    for rule in rules:
        one = understood(rule)
        if isinstance(one, str):
            found.append(Trial(rule, one))
            continue
        newest = search.search(conn, one.query, limit, now=now, today=today)
        count = search.count(conn, one.query, now=now, today=today)
        found.append(Trial(rule, "", count, tuple(newest)))
    return found
