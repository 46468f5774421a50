"""What texts are made of for finding: runs of Chinese, what stands between spaces, and what begins in that.

Chinese sets no space, so a word may begin anywhere in a run of it; elsewhere a word begins after what is no
letter or digit, and at a capital inside of a name (``autoMode``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techdash.text.folding import fold

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_PARTS = re.compile(rf"[{_HAN}]+(?:\s+[{_HAN}]+)*|[^{_HAN}\s]+")
_CHUNK = re.compile(rf"[^{_HAN}\s]+")
_BEGINNING = re.compile(r"(?<!\S)\S|(?<![^\W_])[^\W_]|(?<=[a-z0-9])[A-Z]")
_CLOSING = ")]}>.,;:!?\"'`，。；：！？）」”-_/+"

Token = tuple[str, tuple[int, ...]]
"""What begins somewhere and goes on to the next space, and where in it parts begin: the first at 0."""


def parts_of(text: str) -> list[str]:
    """The parts of a text from left to right: parted by space, and where Chinese and other script meet."""
    return _PARTS.findall(text)


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded, each once."""
    return tuple(dict.fromkeys(part for word in query.split() for part in parts_of(fold(word).text)))


def is_han(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def tokens_of(text: str, folded: str) -> Iterator[tuple[int, Token]]:
    """What begins in a text other than Chinese, and where in the folded text."""
    written = text if len(text) == len(folded) else folded
    beginnings = {found.start() for found in _BEGINNING.finditer(written)}
    for chunk in _CHUNK.finditer(folded):
        begin, end = chunk.span()
        starts = [begin, *(at for at in range(begin + 1, end) if at in beginnings)]
        for number, at in enumerate(starts):
            yield at, (trimmed(folded[at:end]), tuple(start - at for start in starts[number:]))


def trimmed(token: str) -> str:
    """A token without what closes it: ``hello`` of ``hello).``."""
    return token.rstrip(_CLOSING) or token


def first_part(token: Token) -> str:
    """The first of the parts that a token has: ``auto`` of ``automode``."""
    text, beginnings = token
    return trimmed(text[: beginnings[1]]) if len(beginnings) > 1 else text
