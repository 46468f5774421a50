"""The stored form of a Notion page: its blocks as compact JSON, already unwrapped, cleaned and bounded.

A text is kept whole, in one string, with what marks its parts beside it: so a search finds words that are
half bold, and what stands there is what the reader counts, formulas as TeX included.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

# Characters of a form; the same bound as for any other text.
LARGEST = 1 << 20
# Blocks in blocks: beyond this they stand beside each other.
DEEPEST = 16


class Mark(Struct, array_like=True, omit_defaults=True, gc=False):
    """What a piece of a text is: ``styles`` of the letters Notion has (``b i s _ c``; ``e`` is TeX)."""

    start: int
    end: int
    styles: str = ""
    href: str = ""


class Words(Struct, array_like=True, omit_defaults=True):
    """A text with the marks of its pieces, in order and apart from each other."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)


class Node(Struct, omit_defaults=True):
    """A block. ``kind`` is one of ``h2 … h5 p ul ol todo quote callout toggle table code math img link hr``.

    ``about`` is what only one kind has: a heading's id, a callout's icon, the language of code, the other
    text of an image. ``first`` is the number that a list begins with, ``below`` a caption or a description.
    """

    kind: str = field(name="t")
    words: Words | None = field(default=None, name="x")
    about: str = field(default="", name="a")
    url: str = field(default="", name="u")
    below: Words | None = field(default=None, name="c")
    done: bool = field(default=False, name="d")
    first: int = field(default=0, name="f")
    rows: list[list[Words]] = field(default_factory=list, name="r")
    head_row: bool = field(default=False, name="h")
    head_column: bool = field(default=False, name="k")
    inside: list[Node] = field(default_factory=list, name="n")


class Form(Struct, omit_defaults=True):
    """A page; ``cut`` where it was longer than what is kept."""

    nodes: list[Node] = field(name="b")
    cut: bool = False


_decoder = msgspec.json.Decoder(Form)


def encode(form: Form) -> str:
    """The form as text."""
    return msgspec.json.encode(form).decode()


def decode(text: str) -> Form | None:
    """The form of a text that :func:`encode` gave, None for any other text."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
