"""What a formula says, as a small tree; brackets found, bars told apart, signs told from operators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from techdash.text.math_symbols import CLOSED_BY, Kind

TableForm = Literal["matrix", "cases", "aligned", "lines"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One atom: a letter, a number, a sign, a name of several letters."""

    text: str
    kind: Kind = "ord"
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Running text without spaces at its ends."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """Space asked for, in cells; ``tight`` is its width within a script."""

    cells: int
    tight: int


@dataclass(frozen=True, slots=True)
class Row:
    """Atoms side by side: a group in braces, an operand, a cell."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A base with what stands low and high beside it, or below and above it if ``limits``."""

    base: Node | None
    sub: Node | None
    sup: Node | None
    primes: int = 0
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Fraction:
    """``small`` fractions stay on the line also in a display; ``choose`` is the binomial coefficient."""

    over: Node
    under: Node
    form: Literal["stacked", "small", "choose"] = "stacked"


@dataclass(frozen=True, slots=True)
class Root:
    body: Node
    index: Node | None = None


@dataclass(frozen=True, slots=True)
class Accent:
    """``name`` is the command, one of ``ACCENTS``."""

    body: Node
    name: str


@dataclass(frozen=True, slots=True)
class Fence:
    """Parts between delimiters, one more delimiter than parts; an empty one isn't drawn."""

    delimiters: tuple[str, ...]
    parts: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Brace:
    """A horizontal brace; its label is the script of a :class:`Script` around it."""

    body: Node
    over: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as long as the labels above and below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """A body that behaves as an atom of another kind: ``\\operatorname``, ``\\mathrel``."""

    body: Node
    kind: Kind
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Phantom:
    """As much room as the body takes on the line, and nothing in it."""

    body: Node


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. ``columns`` has ``l``, ``c``, ``r``, ``|``; ``rules`` are the rows with a line above."""

    form: TableForm
    rows: tuple[tuple[Row, ...], ...]
    columns: str
    left: str = ""
    right: str = ""
    rules: frozenset[int] = frozenset()


Node = (
    Symbol
    | Text
    | Space
    | Row
    | Script
    | Fraction
    | Root
    | Accent
    | Fence
    | Brace
    | Arrow
    | Group
    | Phantom
    | Table
)


def kinds(node: Node) -> tuple[Kind, Kind]:
    """The kind that the neighbours to the left and to the right see."""
    # Asked for every atom several times: an isinstance each is much faster than a match.
    while isinstance(node, Script) and node.base is not None:
        node = node.base
    if isinstance(node, Symbol | Group):
        return node.kind, node.kind
    if isinstance(node, Fence):
        return "open", "close"
    if isinstance(node, Fraction | Brace):
        return "inner", "inner"
    if isinstance(node, Arrow):
        return "rel", "rel"
    if isinstance(node, Table):
        return "open" if node.left else "ord", "close" if node.right else "ord"
    return "ord", "ord"


def has_limits(node: Node | None) -> bool:
    """Whether scripts stand above and below the node in a display."""
    return isinstance(node, Symbol | Group) and node.limits


# Kinds after which an operand begins.
_BEFORE_AN_OPERAND = frozenset[Kind](["bin", "op", "rel", "open", "punct", "sign"])


def row(items: Iterable[Node], *, after_operand: bool = False) -> Row:
    """A row of atoms in which brackets, bars and signs are what they mean.

    ``after_operand``: TeX has something empty before it, as in the second column of ``aligned``.
    """
    found = _without_bars(_bracketed(items))
    return Row(tuple(_signs(found, after_operand=after_operand)))


def operand(row: Row) -> Node:
    """The row's only item, unless the braces made something ordinary of it, as in ``{=}``."""
    if len(row.items) != 1 or isinstance(only := row.items[0], Space):
        return row
    return only if kinds(only) in (("ord", "ord"), ("open", "close"), ("inner", "inner")) else row


def height(root: Node, limit: int) -> int:
    """How many nodes deep the tree is; counting ends above the limit."""
    level: list[Node] = [root]
    found = 0
    while level and found <= limit:
        level = [child for node in level for child in _children(node) if child is not None]
        found += 1
    return found


def _delimiter(node: Node) -> Symbol | None:
    """The bracket or bar that a node is, its scripts aside."""
    while isinstance(node, Script) and node.base is not None:
        node = node.base
    return node if isinstance(node, Symbol) and node.kind in ("open", "close", "bar") else None


def _on_base(node: Node, base: Node) -> Node:
    """The base, with the node's scripts if it has any."""
    if not isinstance(node, Script) or node.base is None:
        return base
    return replace(node, base=_on_base(node.base, base))


def _bracketed(items: Iterable[Node]) -> list[Node]:
    """The items with matching brackets and what is between them made into fences."""
    found: list[Node] = []
    open_at: list[int] = []
    for item in items:
        sign = _delimiter(item)
        if sign is not None and sign.kind == "close" and open_at:
            opening = found[open_at[-1]]
            if isinstance(opening, Symbol) and sign.text in CLOSED_BY.get(opening.text, ""):
                start = open_at.pop()
                inside = Row(tuple(_signs(_without_bars(found[start + 1 :]))))
                del found[start:]
                found.append(_on_base(item, Fence((opening.text, sign.text), (inside,))))
                continue
        if sign is item and sign.kind == "open":
            open_at.append(len(found))
        found.append(item)
    return found


def _without_bars(items: list[Node]) -> list[Node]:
    """The items with |…| and ‖…‖ made into fences; a bar without a partner stays, as in P(A|B)."""
    bars = [sign.text if (sign := _delimiter(item)) and sign.kind == "bar" else "" for item in items]
    if not any(bars):
        return items
    left = Counter(bars)
    found: list[Node] = []
    open_at: dict[str, int] = {}
    for item, bar in zip(items, bars, strict=True):
        start = open_at.get(bar)
        if not bar:
            found.append(item)
        elif start is not None and _closes(found[max(start + 1, len(found) - 2) :]):
            inside = Row(tuple(_signs(found[start + 1 :])))
            del found[start:]
            found.append(_on_base(item, Fence((bar, bar), (inside,))))
            open_at = {other: at for other, at in open_at.items() if at < start}
        else:
            opens = not found or _wants_operand(found[-1]) or left[bar] % 2 == 0
            if opens and start is None and isinstance(item, Symbol):
                open_at[bar] = len(found)
            found.append(_on_base(item, Symbol(bar)))
        if bar:
            left[bar] -= 1
    return found


def _closes(before: Sequence[Node]) -> bool:
    """Whether a bar may close what began before these items, the last two: ‖w‖ and ‖·‖, but not ‖a + ‖."""
    return bool(before) and (len(before) == 1 or not _wants_operand(before[-1]))


def _wants_operand(node: Node) -> bool:
    while isinstance(node, Script) and node.base is not None:
        node = node.base
    return isinstance(node, Symbol | Group | Arrow) and kinds(node)[1] in _BEFORE_AN_OPERAND


def _signs(items: Sequence[Node], *, after_operand: bool = False) -> list[Node]:
    """The items with each operator that lacks an operand made a sign: TeX's rules 5 and 6."""
    found = list(items)
    operand_before = after_operand
    last: int | None = None
    for index, item in enumerate(found):
        if isinstance(item, Space):
            continue
        left, right = kinds(item)
        if left in ("rel", "close", "punct") and last is not None:
            found[last] = _as_sign(found[last])
        if left == "bin" and not operand_before:
            found[index] = _as_sign(item)
        operand_before = right not in _BEFORE_AN_OPERAND
        last = index
    if last is not None:
        found[last] = _as_sign(found[last])
    return found


def _as_sign(node: Node) -> Node:
    if isinstance(node, Symbol) and node.kind == "bin":
        return replace(node, kind="sign" if node.text in "+−±∓" else "ord")
    return node


def _children(node: Node) -> Iterable[Node | None]:
    match node:
        case Row(items):
            return items
        case Script(base, sub, sup):
            return base, sub, sup
        case Fraction(over, under):
            return over, under
        case Root(body, index):
            return body, index
        case Accent(body) | Brace(body) | Group(body) | Phantom(body):
            return (body,)
        case Fence(_, parts):
            return parts
        case Table(rows=rows):
            return [cell for row in rows for cell in row]
    return ()
