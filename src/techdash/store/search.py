"""Search: the entries that a query means, and where in them its words stand."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from bisect import bisect_right
from collections.abc import Generator, Iterable
from contextlib import closing
from itertools import islice

from msgspec import Struct

from techdash.models.entries import Hit
from techdash.models.parsed import BodyFormat
from techdash.query import ByAuthor, Has, Not, Phrase, Query, Term, Word
from techdash.store.conditions import Conditions, Textual, holds, leaves
from techdash.store.db import each, first
from techdash.text.clean import one_line

_SNIPPET = 120

_FIELDS = ("e.title", "e.author", "e.summary", "b.body", "m.note")
# White space may be several, or a tag; the others stand as entities in HTML.
_WRITTEN_OTHERWISE = frozenset(" &<>\"'")
# Characters that may become several when folded; few texts hold many.
_MAY_GROW = re.compile("[^\x00-\x7f\u3001-\u30ff\u4e00-\u9fff\uff01-\uffef]")


def search(
    conn: sqlite3.Connection,
    query: Query,
    limit: int = 50,
    *,
    now: float | None = None,
    today: str | None = None,
) -> list[Hit]:
    """The newest entries that a query means; none for a query that says nothing.

    ``now`` (seconds) and ``today`` (``YYYY-MM-DD``, see :func:`techdash.days.today`) are what ``since:`` and
    ``day:`` count from; the clock says them where they aren't given.
    """
    if not query or limit <= 0:
        return []
    conditions = Conditions(conn, query, now, today)
    shown = _shown(query.term)
    hits: list[Hit] = []
    with closing(_meant(conn, conditions)) as meant:
        for entry_id in meant:
            if hit := _hit(conn, entry_id, shown):
                hits.append(hit)
                if len(hits) == limit:
                    break
    return hits


def matching(
    conn: sqlite3.Connection,
    query: Query,
    entry_ids: Iterable[int],
    *,
    now: float | None = None,
    today: str | None = None,
) -> set[int]:
    """Which of these entries a query means; as for :func:`search`, hidden ones are none of them."""
    if not query:
        return set()
    conditions = Conditions(conn, query, now, today)
    with closing(_meant(conn, conditions, json.dumps(list(entry_ids)))) as meant:
        return set(meant)


def ids(
    conn: sqlite3.Connection,
    query: Query,
    limit: int,
    *,
    now: float | None = None,
    today: str | None = None,
) -> list[int]:
    """As :func:`search`, without what is shown of a hit."""
    if not query or limit <= 0:
        return []
    with closing(_meant(conn, Conditions(conn, query, now, today))) as meant:
        return list(islice(meant, limit))


def count(
    conn: sqlite3.Connection,
    query: Query,
    *,
    now: float | None = None,
    today: str | None = None,
    most: int = 1000,
) -> int:
    """How many entries a query means; it stops at ``most``, which then means that many or more."""
    found = 0
    if query and most > 0:
        with closing(_meant(conn, Conditions(conn, query, now, today))) as meant:
            for _ in meant:
                found += 1
                if found == most:
                    break
    return found


def _meant(conn: sqlite3.Connection, conditions: Conditions, among: str = "") -> Generator[int, None, None]:
    """The ids of the entries that a query means, newest first; ``among`` these ids (JSON), if given."""
    term = conditions.term
    assert term is not None  # noqa: S101 - who asks has looked
    fields, textual = conditions.fields(), conditions.textual()
    told = "".join(f", {conditions.field(field)}" for field in fields) if textual else ""
    where = conditions.at_most(lambda one: _like_any(conditions, one))
    if among:
        where += f" AND e.id IN (SELECT value FROM json_each({conditions.given(among)}))"  # noqa: S608
    sql = (
        f"SELECT e.id{told} FROM entries e LEFT JOIN marks m ON m.entry_id = e.id "  # noqa: S608 - our own words
        "LEFT JOIN bodies b ON b.entry_id = e.id "
        f"WHERE e.hidden = 0 AND {where} ORDER BY e.sort_time DESC, e.id DESC"
    )
    with closing(each(conn, sql, conditions.parameters)) as candidates:
        for entry_id, *values in candidates:
            if not textual:
                yield entry_id
                continue
            known: dict[Term, bool] = {
                field: bool(value) for field, value in zip(fields, values, strict=True)
            }
            entry = _entry(conn, entry_id)
            known |= {one: _says(entry, one) for one in textual}
            if holds(term, known.__getitem__):
                yield entry_id


class _Entry(Struct, frozen=True):
    """What of an entry is looked at: its words, folded, and its body as it is stored."""

    folded: str
    author: str
    body: str
    body_format: BodyFormat


def _entry(conn: sqlite3.Connection, entry_id: int) -> _Entry:
    found = first(
        conn,
        """
        SELECT e.title, e.author, e.summary, coalesce(m.note, ''), coalesce(b.body, ''),
          coalesce(b.format, 'text')
        FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id LEFT JOIN marks m ON m.entry_id = e.id
        WHERE e.id = ?
        """,
        (entry_id,),
    )
    if found is None:
        return _Entry("", "", "", "text")
    title, author, summary, note, body, body_format = found
    texts = (title, author, summary, note, _plain(body, body_format))
    return _Entry(_folded("\0".join(texts)), _folded(author), body, body_format)


def _says(entry: _Entry, term: Textual) -> bool:
    match term:
        case Word(text) | Phrase(text):
            return _pattern(text).search(entry.folded) is not None
        case ByAuthor(name):
            return _pattern(name).search(entry.author) is not None
        case Has(feature):
            from techdash.document.features import features

            return feature in features(entry.body, entry.body_format)


def _shown(term: Term | None) -> list[re.Pattern[str]]:
    """What a snippet is made around: the words that a query asks for."""
    if isinstance(term, Not):
        return []
    return [_pattern(one.text) for one in leaves(term) if isinstance(one, Word | Phrase)]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, _folded(text).split())))


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _like_any(conditions: Conditions, term: Textual) -> str:
    """SQL that an entry meets which has the words, and some others do."""
    if isinstance(term, Has):
        return "1"
    text, fields = (term.name, ("e.author",)) if isinstance(term, ByAuthor) else (term.text, _FIELDS)
    matches: list[str] = []
    for spelling in _spellings(text):
        pattern = conditions.given(_like(spelling))
        matches += (f"{field} LIKE {pattern} ESCAPE '\\'" for field in fields)
    return f"({' OR '.join(matches)})"


def _spellings(word: str) -> Iterable[str]:
    """The ways a text may write the word that are different ones to LIKE, which folds ASCII letters only."""
    folded = _folded(word)
    return [word] if word.isascii() else dict.fromkeys((word, folded, folded.upper(), folded.title()))


def _like(word: str) -> str:
    """A pattern that finds the word and, where LIKE can't tell, more than the word."""
    return f"%{''.join(_like_char(char, beside_han=not word.isascii()) for char in word)}%"


def _like_char(char: str, *, beside_han: bool) -> str:
    if char in _WRITTEN_OTHERWISE:
        return "%"
    if beside_han and char.isascii() and not char.isalnum():  # it may be ？ in the text
        return "_"
    return "\\" + char if char in "\\%_" else char


def _hit(conn: sqlite3.Connection, entry_id: int, patterns: list[re.Pattern[str]]) -> Hit | None:
    """An entry as a hit; None where it is gone."""
    found = first(
        conn,
        """
        SELECT e.kind, e.title, s.title, e.url, e.published, e.summary, b.format, b.body
        FROM entries e CROSS JOIN sources s ON s.id = e.source_id LEFT JOIN bodies b ON b.entry_id = e.id
        WHERE e.id = ?
        """,
        (entry_id,),
    )
    if found is None:
        return None
    kind, title, source_title, url, published, summary, body_format, body = found
    text = _plain(body, body_format) if body else ""
    folded_title, folded_summary, folded_text = _folded(title), _folded(summary), _folded(text)
    if (at := _first_match(patterns, folded_summary)) is not None:
        snippet = _around(summary, folded_summary, at)
    elif (at := _first_match(patterns, folded_text)) is not None:
        if body_format == "markdown":
            text, folded_text, at = _passage(text, _unfolded(text, folded_text, at), patterns)
        snippet = _around(text, folded_text, at)
    else:
        snippet = _around(summary or text, "", 0)
    in_title = all(pattern.search(folded_title) for pattern in patterns)
    return Hit(entry_id, kind, title, source_title, url, published, snippet, 1.0 if in_title else 0.5)


def _plain(body: str, body_format: BodyFormat) -> str:
    if body_format == "html":
        from techdash.document.html_text import to_text

        return to_text(body)
    if body_format == "notion":
        from techdash.document.notion import to_text as notion_text

        return notion_text(body)
    return body


def _passage(markdown: str, at: int, patterns: list[re.Pattern[str]]) -> tuple[str, str, int]:
    """The plain text of the part of a Markdown text that holds the match, folded too, and the match in it."""
    from techdash.document.markdown import parse
    from techdash.document.outline import plain_text

    document = parse(markdown)
    part = max(bisect_right(document.starts, at) - 1, 0)
    text = plain_text(document.part(part)) if len(document) else ""
    folded = _folded(text)
    return text, folded, _first_match(patterns, folded) or 0


def _first_match(patterns: list[re.Pattern[str]], folded: str) -> int | None:
    return min((match.start() for pattern in patterns if (match := pattern.search(folded))), default=None)


def _unfolded(text: str, folded: str, at: int) -> int:
    """Where in the text a position of the folded text is."""
    if len(text) == len(folded):
        return at
    shift = 0
    for match in _MAY_GROW.finditer(text):
        if match.start() + shift >= at:
            break
        shift += len(_folded(match[0])) - 1
    return max(at - shift, 0)


def _around(text: str, folded: str, at: int) -> str:
    """About 120 characters of the text around a position of the folded text, cut at spaces if it can."""
    at = _unfolded(text, folded, at) if at else 0
    begin = max(0, at - _SNIPPET // 3)
    end = begin + _SNIPPET
    if begin and (space := text.find(" ", begin, at)) >= 0:
        begin = space + 1
    if end < len(text) and (space := text.rfind(" ", at + _SNIPPET // 3, end)) >= 0:
        end = space
    snippet = one_line(text[begin:end])
    return f"{'…' if begin else ''}{snippet}{'…' if end < len(text) else ''}"
