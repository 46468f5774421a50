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

Style = Literal["strong", "em", "strike", "underline", "sup", "sub"]


# -- inlines


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    styles: frozenset[Style] = frozenset()


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """Inline math as LaTeX, without delimiters."""

    tex: str


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is an http(s) URL, or ``#id`` within the document; anything else never becomes a Link."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """An image among text; a picture alone in its paragraph is a :class:`Figure` block."""

    src: str
    alt: str


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    label: str


@dataclass(frozen=True, slots=True)
class Break:
    """A hard line break."""


Inline = Text | Code | Math | Link | Image | FootnoteRef | Break
Inlines = tuple[Inline, ...]


# -- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    level: int
    inlines: Inlines
    id: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class CodeBlock:
    start: int
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class MathBlock:
    """Display math as LaTeX; ``tag`` is its number where the source gives one."""

    start: int
    tex: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    start: int
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """``checked`` is None where the item is no task."""

    children: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    start: int
    ordered: bool
    items: tuple[ListItem, ...]
    first: int = 1
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` may be empty; ``align`` has one of ``left right center`` or ``""`` a column."""

    start: int
    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    align: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    start: int
    src: str
    alt: str
    caption: Inlines = ()


@dataclass(frozen=True, slots=True)
class Rule:
    start: int


@dataclass(frozen=True, slots=True)
class Callout:
    """``kind`` is ``note``, ``tip``, ``warning`` …, empty where the source names none."""

    start: int
    kind: str
    title: Inlines
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Details:
    start: int
    summary: Inlines
    children: tuple[Block, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Footnote:
    label: str
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Footnotes:
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
