"""The document tree: what an entry, a file or a sheet is before it is laid out.

A :class:`Document` is a row of *parts* (top-level pieces of the source), each parsed into blocks only when
asked for, so that the first screen of a long text never waits for the rest. ``start`` of a block is its
offset in the document's own coordinate (characters of the Markdown source, or of the text of an HTML
body): it grows from block to block and does not depend on width or theme, so a place can be kept as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Style = Literal["strong", "em", "strike", "underline", "sup", "sub"]


# -- inlines


class Text(Struct, frozen=True):
    text: str
    styles: frozenset[Style] = frozenset()


class Code(Struct, frozen=True):
    text: str


class Math(Struct, frozen=True):
    """Inline math as LaTeX, without delimiters."""

    tex: str


class Link(Struct, frozen=True):
    """``href`` is an http(s) URL, or ``#id`` within the document; anything else never becomes a Link."""

    href: str
    children: tuple[Inline, ...]


class Image(Struct, frozen=True):
    """An image among text; a picture alone in its paragraph is a :class:`Figure` block."""

    src: str
    alt: str


class FootnoteRef(Struct, frozen=True):
    label: str


class Break(Struct, frozen=True):
    """A hard line break."""


Inline = Text | Code | Math | Link | Image | FootnoteRef | Break
Inlines = tuple[Inline, ...]


# -- blocks


class Heading(Struct, frozen=True):
    start: int
    level: int
    inlines: Inlines
    id: str = ""


class Paragraph(Struct, frozen=True):
    start: int
    inlines: Inlines


class CodeBlock(Struct, frozen=True):
    start: int
    text: str
    language: str = ""


class MathBlock(Struct, frozen=True):
    """Display math as LaTeX; ``tag`` is its number where the source gives one."""

    start: int
    tex: str
    tag: str = ""


class Quote(Struct, frozen=True):
    start: int
    children: tuple[Block, ...]


class ListItem(Struct, frozen=True):
    """``checked`` is None where the item is no task."""

    children: tuple[Block, ...]
    checked: bool | None = None


class List(Struct, frozen=True):
    start: int
    ordered: bool
    items: tuple[ListItem, ...]
    first: int = 1
    tight: bool = True


class Table(Struct, frozen=True):
    """``head`` may be empty; ``align`` has one of ``left right center`` or ``""`` a column."""

    start: int
    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    align: tuple[str, ...] = ()


class Figure(Struct, frozen=True):
    start: int
    src: str
    alt: str
    caption: Inlines = ()


class Rule(Struct, frozen=True):
    start: int


class Callout(Struct, frozen=True):
    """``kind`` is ``note``, ``tip``, ``warning`` …, empty where the source names none."""

    start: int
    kind: str
    title: Inlines
    children: tuple[Block, ...]


class Details(Struct, frozen=True):
    start: int
    summary: Inlines
    children: tuple[Block, ...]
    open: bool = False


class Footnote(Struct, frozen=True):
    label: str
    children: tuple[Block, ...]


class Footnotes(Struct, frozen=True):
    start: int
    notes: tuple[Footnote, ...]


Block = (
    Heading
    | Paragraph
    | CodeBlock
    | MathBlock
    | Quote
    | List
    | Table
    | Figure
    | Rule
    | Callout
    | Details
    | Footnotes
)


@dataclass(slots=True)
class Document:
    """Parts parsed on demand and kept. ``sizes`` are source characters a part, to guess heights from."""

    starts: Sequence[int]
    sizes: Sequence[int]
    parse_part: Callable[[int], tuple[Block, ...]]
    meta: dict[str, object] = field(default_factory=dict)
    _parsed: dict[int, tuple[Block, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, index: int) -> tuple[Block, ...]:
        """The blocks of one part, parsed at the first call."""
        found = self._parsed.get(index)
        if found is None:
            found = self._parsed[index] = self.parse_part(index)
        return found

    def blocks(self) -> Iterator[Block]:
        """Every block in order; parses the whole document."""
        for index in range(len(self)):
            yield from self.part(index)
