"""A query as SQL: what it says of an entry ``e`` with its marks ``m``, and what it may say of the words."""

from __future__ import annotations

import json
import sqlite3
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeGuard

from techdash import days
from techdash.query import (
    And,
    AtLeast,
    ByAuthor,
    Field,
    Has,
    InLanguage,
    Is,
    Not,
    OfKind,
    OfSource,
    OnDays,
    Or,
    Phrase,
    Query,
    Since,
    Tagged,
    Term,
    Text,
    Word,
    resolve,
)
from techdash.store.db import rows
from techdash.text.folding import fold

# What has to be looked up in an entry's words, or in the source of its text.
Textual: TypeAlias = Word | Phrase | ByAuthor | Has
Leaf: TypeAlias = Text | Field

_STATES = {
    "unread": "m.read_at IS NULL",
    "read": "m.read_at IS NOT NULL",
    "starred": "m.starred_at IS NOT NULL",
    "later": "m.later_at IS NOT NULL",
}


class Conditions:
    """A query's conditions for one connection, at one moment.

    ``now`` in seconds and ``today`` (``YYYY-MM-DD``, the reader's) are what ``since:`` and ``day:`` count
    from; the clock says them where they aren't given. ``parameters`` are those of all SQL it made.
    """

    def __init__(
        self, conn: sqlite3.Connection, query: Query, now: float | None = None, today: str | None = None
    ) -> None:
        self.term = query.term
        self.parameters: dict[str, Any] = {}
        self._conn = conn
        self._now = time.time() if now is None else now
        self._today = days.day_of(self._now, None) if today is None else today
        self._made: dict[Leaf, str] = {}

    def textual(self) -> list[Textual]:
        """The terms that SQL can't tell by itself."""
        return list(dict.fromkeys(filter(_is_textual, leaves(self.term))))

    def fields(self) -> list[Leaf]:
        """The terms that it can."""
        return list(dict.fromkeys(leaf for leaf in leaves(self.term) if not _is_textual(leaf)))

    def at_most(self, words: Callable[[Textual], str]) -> str:
        """SQL that every entry meets which the query means, and maybe more.

        ``words`` gives the same for a textual term.
        """
        return "1" if self.term is None else self._bound(self.term, words, upper=True)

    def field(self, term: Leaf) -> str:
        """SQL that says exactly whether an entry meets a field."""
        if term not in self._made:
            self._made[term] = self._field(term)
        return self._made[term]

    def given(self, value: Any) -> str:
        """The name of a parameter with this value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def _bound(self, term: Term, words: Callable[[Textual], str], *, upper: bool) -> str:
        match term:
            case And(terms) | Or(terms):
                joint = " AND " if isinstance(term, And) else " OR "
                return f"({joint.join(self._bound(one, words, upper=upper) for one in terms)})"
            case Not(inner):
                return f"NOT {self._bound(inner, words, upper=not upper)}"
            case Word() | Phrase() | ByAuthor():
                return words(term) if upper else "0"
            case Has(feature):
                return self.field(term) if feature == "note" else "1" if upper else "0"
            case _:
                return self.field(term)

    def _field(self, term: Leaf) -> str:
        match term:
            case OfSource(name):
                ids = self.given(self._sources(name))
                return f"e.source_id IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - a parameter
            case OfKind(kind):
                return f"e.kind = {self.given(kind)}"
            case Tagged(tag):
                wanted = self.given(unicodedata.normalize("NFKC", tag).casefold())
                return f"""(
                  EXISTS (SELECT 1 FROM tags t WHERE t.entry_id = e.id AND lower(t.tag) = {wanted})
                  OR (e.tags <> '[]'
                    AND EXISTS (SELECT 1 FROM json_each(e.tags) j WHERE lower(j.value) = {wanted})))
                """  # noqa: S608 - a parameter
            case InLanguage(code):
                wanted = self.given(code)
                return f"(e.language = {wanted} OR e.language LIKE {wanted} || '-%')"
            case Is(state):
                return f"({_STATES[state]})"
            case Has():
                return "(m.note IS NOT NULL AND m.note <> '')"
            case OnDays():
                first, last = resolve(term, self._today)
                bounds = [(">=", first)] * bool(first) + [("<=", last)] * bool(last)
                return f"({' AND '.join(f'e.day {sign} {self.given(day)}' for sign, day in bounds)})"
            case Since(hours):
                return f"(e.sort_time >= {self.given(int(self._now) - hours * 3600)})"
            case AtLeast(minutes):
                return f"(e.minutes >= {self.given(minutes)})"
            case Word() | Phrase() | ByAuthor():
                raise TypeError("words are looked up in the text")

    def _sources(self, name: str) -> str:
        """The ids of the sources that a name means, as JSON."""
        wanted = fold(name).text
        found = rows(self._conn, "SELECT id, title, url FROM sources")
        return json.dumps(
            [id_ for id_, title, url in found if id_ == name]
            or [id_ for id_, title, url in found if wanted in fold(title).text or wanted in url.casefold()]
        )


def leaves(term: Term | None) -> Iterator[Leaf]:
    """The terms of a query that are made of no others."""
    match term:
        case And(terms) | Or(terms):
            for one in terms:
                yield from leaves(one)
        case Not(inner):
            yield from leaves(inner)
        case None:
            pass
        case _:
            yield term


def holds(term: Term, told: Callable[[Term], bool]) -> bool:
    """Whether a query holds where ``told`` says it of its leaves."""
    match term:
        case And(terms):
            return all(holds(one, told) for one in terms)
        case Or(terms):
            return any(holds(one, told) for one in terms)
        case Not(inner):
            return not holds(inner, told)
        case _:
            return told(term)


def _is_textual(term: Leaf) -> TypeGuard[Textual]:
    return isinstance(term, Word | Phrase | ByAuthor) or (isinstance(term, Has) and term.feature != "note")
