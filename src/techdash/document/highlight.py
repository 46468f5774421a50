"""Code to tokens with roles, by Pygments: imported when first asked, and bounded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from techdash.document.lines import Tokens

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Lexers take quadratic time on what nobody writes by hand, some for a single token: so bounds on characters,
# on those of a line, on empty lines in a row, and on the seconds of this thread.
_LONGEST = 30_000
_LONGEST_LINE = 1_000
_MOST_EMPTY = 50
_SECONDS = 0.3

# The kinds of tokens (Pygments' hierarchy, as its dotted names) that have a role; those within them too.
ROLES = {
    "Token.Keyword": "tok-keyword",
    "Token.Keyword.Type": "tok-type",
    "Token.Operator": "tok-operator",
    "Token.Operator.Word": "tok-keyword",
    "Token.Literal.String": "tok-string",
    "Token.Literal.Date": "tok-string",
    "Token.Literal.Number": "tok-number",
    "Token.Comment": "tok-comment",
    "Token.Error": "tok-error",
    "Token.Name.Function": "tok-name",
    "Token.Name.Decorator": "tok-name",
    "Token.Name.Attribute": "tok-name",
    "Token.Name.Label": "tok-name",
    "Token.Name.Property": "tok-name",
    "Token.Name.Class": "tok-type",
    "Token.Name.Exception": "tok-type",
    "Token.Name.Namespace": "tok-type",
    "Token.Name.Builtin": "tok-type",
    "Token.Name.Builtin.Pseudo": "tok-keyword",
    "Token.Name.Tag": "tok-keyword",
    "Token.Generic.Deleted": "tok-error",
    "Token.Generic.Inserted": "tok-string",
    "Token.Generic.Heading": "tok-keyword",
    "Token.Generic.Subheading": "tok-keyword",
    "Token.Generic.Prompt": "tok-comment",
    "Token.Generic.Traceback": "tok-error",
}


def highlight(text: str, language: str) -> Tokens:
    """The lines of some code, each a row of (text, role) that together are the line.

    Nothing for a language that Pygments has no lexer for. What stands beyond 30,000 characters, from a line
    of more than 1,000 on, after fifty empty ones, or is reached after 0.3 seconds, has no roles.
    Never raises.
    """
    end = _readable(text)
    try:
        lexer = _lexer(language.strip())
        if lexer is None:
            return ()
        # Some lexers understand a line only with its newline: the last one gets it, and gives it back.
        runs = list(_runs(lexer, text[:end] + "\n"))
    except Exception:  # noqa: BLE001 - hundreds of lexers by as many hands; the code is there without colour
        return ()
    if "".join(token for token, _ in runs) != text[:end] + "\n":
        return ()
    rows = _rows(runs)[:-1]
    rest, *others = text[end:].split("\n")
    if rest:
        rows[-1] = (*rows[-1], (rest, ""))
    return (*rows, *(((line, ""),) if line else () for line in others))


def _runs(lexer: Lexer, text: str) -> Iterator[tuple[str, str]]:
    """Tokens with their roles, until the time is up."""
    until = time.thread_time() + _SECONDS
    at = 0
    for _, kind, token in lexer.get_tokens_unprocessed(text):
        yield token, _role(str(kind))
        at += len(token)
        if time.thread_time() > until:
            break
    yield text[at:], ""


def _readable(text: str) -> int:
    """How much of the text is looked at: whole lines."""
    end, empty = -1, 0
    for line in text[: _LONGEST + 1].split("\n"):
        empty = 0 if line.strip() else empty + 1
        if len(line) > _LONGEST_LINE or end + 1 + len(line) > _LONGEST or empty > _MOST_EMPTY:
            return max(0, end)
        end += 1 + len(line)
    return end


def _rows(runs: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """Tokens as lines of them, neighbours of one role made one."""
    rows: list[tuple[tuple[str, str], ...]] = []
    row: list[tuple[str, str]] = []
    for token, role in runs:
        for index, piece in enumerate(token.split("\n")):
            if index:
                rows.append(tuple(row))
                row = []
            if piece and row and row[-1][1] == role:
                row[-1] = (row[-1][0] + piece, role)
            elif piece:
                row.append((piece, role))
    return [*rows, tuple(row)]


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _role(kind: str) -> str:
    while kind:
        if (role := ROLES.get(kind)) is not None:
            return role
        kind = kind.rpartition(".")[0]
    return ""
