"""Plain search: every word of the query must stand in the title, author, summary or text of an entry."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import closing

from techdash.models.entries import Hit
from techdash.models.parsed import BodyFormat
from techdash.store.db import each, first
from techdash.text.clean import clean, one_line

_LONGEST_QUERY = 1000
_SNIPPET = 120

_FIELDS = ("e.title", "e.author", "e.summary", "b.body")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
# White space may be several, or a tag; the others stand as entities in HTML.
_WRITTEN_OTHERWISE = frozenset(" &<>\"'")
# Characters that may become several when folded; few texts hold many.
_MAY_GROW = re.compile("[^\x00-\x7f\u3001-\u30ff\u4e00-\u9fff\uff01-\uffef]")


def search(conn: sqlite3.Connection, query: str, limit: int = 50) -> list[Hit]:
    """The newest entries that hold every word and every quoted phrase of the query.

    Upper and lower case count as the same, as do full and half width as far as SQLite's LIKE finds them.
    A query without a word finds nothing.
    """
    words = _words(query)
    if not words or limit <= 0:
        return []
    patterns = [re.compile(r"\s+".join(map(re.escape, _folded(word).split()))) for word in words]
    hits: list[Hit] = []
    with closing(each(conn, *_candidates(words))) as candidates:
        for (entry_id,) in candidates:
            if hit := _hit(conn, entry_id, patterns):
                hits.append(hit)
                if len(hits) == limit:
                    break
    return hits


def _words(query: str) -> list[str]:
    terms = (phrase or word for phrase, word in _TERM.findall(clean(query[:_LONGEST_QUERY])))
    words = (" ".join(term.split()) for term in terms)
    return [word for word in dict.fromkeys(words) if _folded(word).split()]


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _candidates(words: list[str]) -> tuple[str, list[str]]:
    """SQL for the ids of all entries that match and of some that don't, newest first."""
    patterns: list[str] = []
    conditions: list[str] = []
    for word in words:
        matches: list[str] = []
        for spelling in _spellings(word):
            patterns.append(_like(spelling))
            matches += (f"{field} LIKE ?{len(patterns)} ESCAPE '\\'" for field in _FIELDS)
        conditions.append(f"({' OR '.join(matches)})")
    sql = (
        "SELECT e.id FROM entries e LEFT JOIN bodies b ON b.entry_id = e.id "  # noqa: S608 - no user text
        f"WHERE e.hidden = 0 AND {' AND '.join(conditions)} ORDER BY e.sort_time DESC, e.id DESC"
    )
    return sql, patterns


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
    """The candidate as a hit, if its text really holds every word."""
    found = first(
        conn,
        """
        SELECT e.kind, e.title, s.title, e.url, e.published, e.author, e.summary, b.format, b.body
        FROM entries e CROSS JOIN sources s ON s.id = e.source_id LEFT JOIN bodies b ON b.entry_id = e.id
        WHERE e.id = ?
        """,
        (entry_id,),
    )
    if found is None:
        return None
    kind, title, source_title, url, published, author, summary, body_format, body = found
    text = _plain(body, body_format) if body else ""
    folded_title, folded_summary, folded_text = _folded(title), _folded(summary), _folded(text)
    everything = "\0".join((folded_title, _folded(author), folded_summary, folded_text))
    if not all(pattern.search(everything) for pattern in patterns):
        return None
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
