"""One text in two languages: its documents side by side, block by block, as one document.

Blocks are put together by structure. Headings, code, formulas, figures, tables, lists and the like are
anchors: those of the two documents that belong together are found first, in order. Between two anchors the
paragraphs are distributed by their lengths, as translations of each other have lengths in proportion (Gale
and Church, 1993). What is the same in both languages stands once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

from msgspec.structs import replace

from techdash.document.outline import own_text, walk
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Details,
    Document,
    Figure,
    FootnoteRef,
    Footnotes,
    Heading,
    Inline,
    Inlines,
    Link,
    List,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

Group = tuple[range, range]
"""Blocks of the first and of the second document that belong together; either may be empty."""

# Comparisons of one alignment: beyond, only what stands about as far into its text is compared.
_CELLS = 200_000
_MERGED = 0.4
_ALONE = 0.9
_ANCHORS: dict[type, float] = {
    Heading: 4,
    Footnotes: 4,
    CodeBlock: 2,
    MathBlock: 2,
    Figure: 2,
    Table: 2,
    List: 2,
    Quote: 2,
    Callout: 2,
    Details: 2,
    Rule: 1,
}
_SAME = 6.0


# -- which blocks belong together


def align(first: Sequence[Block], second: Sequence[Block]) -> list[Group]:
    """The blocks of two documents in groups: each stands in exactly one, and both keep their order."""
    one, other = _Side(first), _Side(second)
    groups: list[Group] = []
    i = j = 0
    for a, b in [*_anchors(one, other), (len(first), len(second))]:
        groups += _between(one, other, range(i, a), range(j, b))
        if a < len(first):
            groups.append((range(a, a + 1), range(b, b + 1)))
        i, j = a + 1, b + 1
    return groups


class _Side:
    """The blocks of one document with their lengths, and how far into it each begins, from 0 to 1."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.lengths = [sum(len(own_text(inner)) for inner in walk((block,))) + 1 for block in blocks]
        self.total = max(1, sum(self.lengths))
        self.far = [at / self.total for at in accumulate(self.lengths, initial=0)]
        self.anchors = [at for at, block in enumerate(blocks) if type(block) in _ANCHORS]


def _anchors(one: _Side, other: _Side) -> list[tuple[int, int]]:
    """Blocks that hold the two texts together, in order."""

    def cost(i: int, j: int, shape: tuple[int, int]) -> float:
        if shape != (1, 1):
            return 0.0
        a, b = one.anchors[i], other.anchors[j]
        left, right = one.blocks[a], other.blocks[b]
        if type(left) is not type(right):
            return inf
        worth = _SAME if _is_content(left) and is_same(left, right) else _ANCHORS[type(left)]
        if isinstance(left, Heading) and isinstance(right, Heading) and left.level != right.level:
            worth = 1
        worth -= 2 * abs(one.far[a] - other.far[b])
        return -worth if worth > 0 else inf

    found = _cheapest(len(one.anchors), len(other.anchors), ((1, 1), (1, 0), (0, 1)), cost)
    return [(one.anchors[i], other.anchors[j]) for i, j, shape in found if shape == (1, 1)]


def _between(one: _Side, other: _Side, left: range, right: range) -> list[Group]:
    """The blocks between two anchors in groups, by their lengths where their numbers differ."""
    alike = len(left) == len(right) and all(
        type(one.blocks[i]) is type(other.blocks[j]) for i, j in zip(left, right, strict=True)
    )
    if alike:
        return [(range(i, i + 1), range(j, j + 1)) for i, j in zip(left, right, strict=True)]

    def cost(i: int, j: int, shape: tuple[int, int]) -> float:
        if 0 in shape:
            return _ALONE
        kinds = {type(block) for block in one.blocks[left[i] : left[i] + shape[0]]}
        kinds |= {type(block) for block in other.blocks[right[j] : right[j] + shape[1]]}
        if len(kinds) > 1:
            return inf
        a = one.far[left[i] + shape[0]] - one.far[left[i]]
        b = other.far[right[j] + shape[1]] - other.far[right[j]]
        return abs(a - b) / (a + b) + (_MERGED if shape != (1, 1) else 0.0)

    shapes = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))
    return [
        (range(left.start + i, left.start + i + di), range(right.start + j, right.start + j + dj))
        for i, j, (di, dj) in _cheapest(len(left), len(right), shapes, cost)
    ]


def _cheapest(
    n: int,
    m: int,
    shapes: Sequence[tuple[int, int]],
    cost: Callable[[int, int, tuple[int, int]], float],
) -> list[tuple[int, int, tuple[int, int]]]:
    """The cheapest way through ``n`` and ``m`` things, in steps of the given shapes, near the diagonal."""
    reach = max(_CELLS // (2 * max(1, n)), m // max(1, n) + 1)
    lows = [max(0, i * m // max(1, n) - reach) for i in range(n + 1)]
    costs: list[list[float]] = []
    steps: list[list[int]] = []
    for i, low in enumerate(lows):
        high = min(m, i * m // max(1, n) + reach) if n else m
        costs.append([inf] * (high - low + 1))
        steps.append([0] * (high - low + 1))
        for j in range(low, high + 1):
            if i == j == 0:
                costs[0][0] = 0.0
                continue
            for number, shape in enumerate(shapes):
                a, b = i - shape[0], j - shape[1]
                if a < 0 or b < lows[a] or b - lows[a] >= len(costs[a]) or costs[a][b - lows[a]] == inf:
                    continue
                total = costs[a][b - lows[a]] + cost(a, b, shape)
                if total < costs[i][j - low]:
                    costs[i][j - low], steps[i][j - low] = total, number
    found = []
    i, j = n, m
    while i or j:
        shape = shapes[steps[i][j - lows[i]]]
        i, j = i - shape[0], j - shape[1]
        found.append((i, j, shape))
    return found[::-1]


def _is_content(block: Block) -> bool:
    return isinstance(block, CodeBlock | MathBlock | Figure | Table)


def is_same(one: Block, other: Block) -> bool:
    """Whether a block says the same in both languages: code, a formula, a picture, figures in a table."""
    match one, other:
        case CodeBlock(), CodeBlock():
            return one.text.strip() == other.text.strip()
        case MathBlock(), MathBlock():
            return "".join(one.tex.split()) == "".join(other.tex.split())
        case Figure(), Figure():
            return one.src == other.src and bool(one.src)
        case Table(), Table():
            return one.head == other.head and one.rows == other.rows
        case Paragraph(), Paragraph():
            return one.inlines == other.inlines
        case Rule(), Rule():
            return True
    return False


# -- the two as one document


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block in the common document: where it stands there, of which language it is, where it began."""

    at: int
    side: int
    start: int
    length: int


class Pair:
    """Two documents walked paragraph by paragraph, and the ways between their offsets.

    ``side`` is 0 for the first document and 1 for the second. In ``document`` what is of the second stands
    as a quotation below what it translates; its headings are paragraphs there, so that an outline names
    every section once, and its footnotes bear ``mark``.
    """

    def __init__(self, first: Document, second: Document, mark: str) -> None:
        self._blocks = (tuple(first.blocks()), tuple(second.blocks()))
        self._starts = tuple([block.start for block in blocks] for blocks in self._blocks)
        self._ends = (_end(first), _end(second))
        self.groups = align(*self._blocks)
        self._group_of: tuple[list[int], list[int]] = ([], [])
        for number, group in enumerate(self.groups):
            for side in (0, 1):
                self._group_of[side].extend([number] * len(group[side]))
        # Where each block stands in the common document.
        self._at: tuple[list[int], list[int]] = ([], [])
        self._pieces: list[_Piece] = []
        self.document = self._join(_Names.of(self._blocks, self.groups, mark))

    def where(self, offset: int) -> tuple[int, int]:
        """The side and the offset in its document of an offset in the common one."""
        if not self._pieces:
            return 0, 0
        piece = self._pieces[max(0, bisect_right(self._pieces, offset, key=lambda one: one.at) - 1)]
        return piece.side, piece.start + max(0, min(offset - piece.at, piece.length - 1))

    def offset(self, side: int, offset: int) -> int:
        """The offset in the common document of one in a document of the two."""
        if not self._at[side]:
            return 0
        block = self._block(side, offset)
        at = self._at[side][block]
        if self.where(at) != (side, self._starts[side][block]):
            return at  # it stands in the other's words
        return at + max(0, min(offset - self._starts[side][block], self._length(side, block) - 1))

    def across(self, side: int, offset: int) -> int:
        """The offset in the other document of the block that belongs to the one at ``offset``."""
        mine, others = self._starts[side], self._starts[1 - side]
        if not mine or not others or offset <= mine[0]:
            return 0
        block = self._block(side, offset)
        number = self._group_of[side][block]
        here, there = (self.groups[number][one] for one in (side, 1 - side))
        if there:
            return others[there[(block - here.start) * len(there) // len(here)]]
        # nothing answers to it: what comes before in the other language
        return others[max(0, there.start - 1)]

    def _block(self, side: int, offset: int) -> int:
        return max(0, bisect_right(self._starts[side], offset) - 1)

    def _length(self, side: int, block: int) -> int:
        """Room for the offsets of a block: its source's, and more where its words are longer."""
        starts = self._starts[side]
        end = starts[block + 1] if block + 1 < len(starts) else self._ends[side]
        return max(1, end - starts[block], len(own_text(self._blocks[side][block])) + 1)

    def _join(self, names: _Names) -> Document:
        parts: list[tuple[Block, ...]] = []
        starts: list[int] = []
        top = 0

        def place(side: int, block: int) -> int:
            nonlocal top
            at, length = top, self._length(side, block)
            self._pieces.append(_Piece(at, side, self._starts[side][block], length))
            self._at[side].append(at)
            top += length
            return at

        for left, right in self.groups:
            starts.append(top)
            blocks: list[Block] = []
            for number in left:
                block = self._blocks[0][number]
                blocks.append(_moved(block, place(0, number) - block.start, None))
            second: list[Block] = []
            for number in right:
                block = self._blocks[1][number]
                twin = self._blocks[0][left.start] if len(left) == len(right) == 1 else None
                if twin is not None and is_same(twin, block):
                    self._at[1].append(self._at[0][left.start])
                    if (
                        isinstance(block, Figure)
                        and isinstance(twin, Figure)
                        and block.caption != twin.caption
                    ):
                        second.append(Paragraph(self._at[1][-1], _renamed(block.caption, names)))
                    continue
                moved = _moved(block, place(1, number) - block.start, names)
                if isinstance(moved, Heading) and isinstance(twin, Heading):
                    moved = Paragraph(moved.start, tuple(map(_strong, moved.inlines)))
                second.append(moved)
            if second:
                blocks.append(Quote(second[0].start, tuple(second)))
            parts.append(tuple(blocks))
        sizes = [end - start for start, end in pairwise([*starts, top])]
        return Document(starts, sizes, parts.__getitem__)


def _end(document: Document) -> int:
    return document.starts[-1] + document.sizes[-1] if len(document) else 0


@dataclass(frozen=True, slots=True)
class _Names:
    """What the second document's anchors and footnotes are called beside those of the first."""

    mark: str
    ids: dict[str, str]

    @classmethod
    def of(
        cls, blocks: tuple[tuple[Block, ...], tuple[Block, ...]], groups: Sequence[Group], mark: str
    ) -> _Names:
        ids = {
            block.id: f"{block.id}-{mark}"
            for block in walk(blocks[1])
            if isinstance(block, Heading) and block.id
        }
        for left, right in groups:
            if len(left) == len(right) == 1:
                one, other = blocks[0][left.start], blocks[1][right.start]
                if isinstance(one, Heading) and isinstance(other, Heading) and other.id:
                    ids[other.id] = one.id or ids[other.id]
        return cls(mark, ids)

    def label(self, label: str) -> str:
        return f"{label}·{self.mark}"


def _moved(block: Block, by: int, names: _Names | None) -> Block:
    """A block with its offsets moved, and renamed where ``names`` are given."""

    def inner(children: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(_moved(child, by, names) for child in children)

    def words(inlines: Inlines) -> Inlines:
        return inlines if names is None else _renamed(inlines, names)

    start = block.start + by
    match block:
        case Heading():
            name = names.ids.get(block.id, "") if names else block.id
            return replace(block, start=start, inlines=words(block.inlines), id=name)
        case Paragraph():
            return replace(block, start=start, inlines=words(block.inlines))
        case Quote():
            return replace(block, start=start, children=inner(block.children))
        case List():
            items = tuple(replace(item, children=inner(item.children)) for item in block.items)
            return replace(block, start=start, items=items)
        case Table():
            rows = tuple(tuple(map(words, row)) for row in block.rows)
            return replace(block, start=start, head=tuple(map(words, block.head)), rows=rows)
        case Figure():
            return replace(block, start=start, caption=words(block.caption))
        case Callout():
            return replace(block, start=start, title=words(block.title), children=inner(block.children))
        case Details():
            return replace(block, start=start, summary=words(block.summary), children=inner(block.children))
        case Footnotes():
            notes = tuple(
                replace(
                    note,
                    label=names.label(note.label) if names else note.label,
                    children=inner(note.children),
                )
                for note in block.notes
            )
            return replace(block, start=start, notes=notes)
        case CodeBlock() | MathBlock() | Rule():
            return replace(block, start=start)


def _renamed(inlines: Inlines, names: _Names) -> Inlines:
    found: list[Inline] = []
    for inline in inlines:
        match inline:
            case FootnoteRef(label):
                found.append(FootnoteRef(names.label(label)))
            case Link(href, children):
                target = f"#{names.ids[href[1:]]}" if href[:1] == "#" and href[1:] in names.ids else href
                found.append(Link(target, _renamed(children, names)))
            case _:
                found.append(inline)
    return tuple(found)


def _strong(inline: Inline) -> Inline:
    match inline:
        case Text(text, styles):
            return Text(text, styles | {"strong"})
        case Link(href, children):
            return Link(href, tuple(map(_strong, children)))
    return inline
