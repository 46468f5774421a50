"""A formula on one line of Unicode that says what the formula says: brackets wherever the line needs them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from typing import Literal, NamedTuple

from techdash.text.cells import width
from techdash.text.math_symbols import (
    ACCENTS,
    GAPS,
    GAPS_IN_SCRIPTS,
    RAISED_BY_NATURE,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    VULGAR_FRACTIONS,
    Kind,
    subscript,
    superscript,
)
from techdash.text.math_tree import (
    Accent,
    Arrow,
    Brace,
    Fence,
    Fraction,
    Group,
    Node,
    Phantom,
    Root,
    Row,
    Script,
    Space,
    Symbol,
    Table,
    Text,
    kinds,
)


class Shape(IntEnum):
    """How much a piece of a line holds together: what may be done to it without brackets."""

    ATOM = 0  # may be raised to a power, stand under a root
    POWER = 1  # may be divided by: x², √x, f(x)
    PRODUCT = 2  # may be divided: 2ηλ
    TERMS = 3


class Line(NamedTuple):
    """``mark`` is ``^`` or ``_`` if the text ends in a script written that way without brackets."""

    text: str
    shape: Shape = Shape.ATOM
    mark: str = ""


# What a fraction or a root has beside it: "operand" would be drawn into it, "number" also into ½.
Guard = Literal["", "operand", "number"]


class Placed(NamedTuple):
    """An atom of a row, with the cells of space asked for before it."""

    node: Node
    space: int
    guard: Guard


_BARE_ROOTS = {"": "√", "3": "∛", "4": "∜"}
_BARS = (Symbol("|"), Symbol("‖"))
_SHORT_NAMES = {"widehat": "hat", "widetilde": "tilde", "widecheck": "check", "underbar": "underline"}
# Words that join a value to its condition by themselves.
_JOINING = frozenset(
    ["if", "when", "for", "where", "unless", "otherwise", "else", "若", "当", "如果", "否则"]
)


def line(node: Node, *, tight: bool = False, guard: Guard = "") -> Line:
    """The node on one line; ``tight`` as in a script, without spaces around operators."""
    match node:
        case Symbol(text) | Text(text) | Arrow(text):
            return Line(text, Shape.TERMS if " " in text and isinstance(node, Text) else Shape.ATOM)
        case Row(items):
            return _row(items, tight)
        case Script():
            return _script(node, tight=tight)
        case Fraction():
            return _fraction(node, tight, guard)
        case Root(body, index):
            return _root(body, index, guard)
        case Accent(body, name):
            return _accent(body, name)
        case Fence():
            return _fence(node, tight)
        case Group(body, kind):
            inside = line(body, tight=tight)
            return Line(inside.text) if kind == "op" else inside
        case Brace(body, over):
            return Line(f"{'over' if over else 'under'}brace({line(body).text})")
        case Table():
            return _table(node, tight)
        case Space() | Phantom():
            return Line("")


def arrange(items: Sequence[Node], *, tight: bool) -> tuple[list[Placed], int]:
    """The atoms of a row with the space before each and what stands beside it, and the space at the end."""
    found: list[Placed] = []
    space = 0
    for item in items:
        if isinstance(item, Space):
            space += item.tight if tight else item.cells
        else:
            found.append(Placed(item, space, ""))
            space = 0
    for index, (node, before, _) in enumerate(found):
        if isinstance(node, Fraction | Root):
            left = found[index - 1].node if index and before < 2 else None
            right = found[index + 1] if index + 1 < len(found) else None
            guard = _guard(node, left, right.node if right and right.space < 2 else None)
            found[index] = Placed(node, before, guard)
    return found, space


def gap(left: Placed, left_text: str, right: Placed, right_text: str, *, tight: bool) -> int:
    """Cells between two neighbours whose texts meet on the line."""
    left_kind, right_kind = _outer_kind(left)[1], _outer_kind(right)[0]
    cells = (GAPS_IN_SCRIPTS if tight else GAPS)[left_kind, right_kind]
    if left_kind == "op" and right_kind == "open" and not tight and _is_wide_operator(left.node):
        cells = 1
    cells = max(cells, right.space)
    return cells or int(_run_together(left.node, left_text, right.node, right_text))


def is_additive(node: Node) -> bool:
    """Whether the node is a plus or minus between two terms."""
    return isinstance(node, Symbol) and node.kind == "bin" and node.text in "+−±∓"


def vulgar_fraction(node: Fraction) -> str | None:
    """The one character for a fraction like ½."""
    match node:
        case Fraction(Symbol(over), Symbol(under), form) if form != "choose":
            return VULGAR_FRACTIONS.get((over, under))
    return None


def primes(count: int) -> str:
    """That many primes, as one sign up to three."""
    return ("", "′", "″", "‴")[count] if count < 4 else "′" * count


def _outer_kind(placed: Placed) -> tuple[Kind, Kind]:
    """The kinds of an atom, a fraction in brackets being a bracket."""
    if placed.guard and isinstance(placed.node, Fraction):
        return "open", "close"
    return kinds(placed.node)


def _is_wide_operator(node: Node) -> bool:
    """∑ and its like, and operators with something under them: all the term after them is theirs."""
    if isinstance(node, Script):
        return node.limits or (node.base is not None and _is_wide_operator(node.base))
    return isinstance(node, Symbol) and not node.text[0].isalpha()


def _guard(node: Fraction | Root, left: Node | None, right: Node | None) -> Guard:
    if right is not None and not _ends_an_operand(right, of_root=isinstance(node, Root)):
        return "number" if _is_number(right) or _is_number(left) else "operand"
    if isinstance(node, Root) or left is None:
        return ""
    kind = kinds(left)[1]
    if kind in ("rel", "punct", "open", "sign") or is_additive(left):
        return ""
    if kind == "op" and _is_wide_operator(left) and not _is_name(left):
        return ""
    return "number" if _is_number(left) else "operand"


def _ends_an_operand(node: Node, *, of_root: bool) -> bool:
    """Whether what comes before the node can't be drawn into it, as into ab² or into a/b·c."""
    if isinstance(node, Symbol) and (node.text in ("!", "?", "/") or (node.text in "|‖" and not of_root)):
        return False
    kind = kinds(node)[0]
    if kind == "bin":
        return of_root or is_additive(node)
    return kind in ("rel", "punct", "close") or (isinstance(node, Symbol) and node.text in "|‖")


def _is_number(node: Node | None) -> bool:
    if isinstance(node, Script):
        return _is_number(node.base)
    if isinstance(node, Fraction):
        return vulgar_fraction(node) is not None
    return isinstance(node, Symbol) and node.text[-1:].isdigit()


def _is_name(operator: Node) -> bool:
    """Whether it is a function like max, whose a/b could be taken apart; a limit is of all that follows."""
    if isinstance(operator, Script) and operator.base is not None:
        return _is_name(operator.base)
    return not (isinstance(operator, Symbol) and (operator.text == "lim" or not operator.text[0].isalpha()))


def _is_word(node: Node) -> bool:
    if isinstance(node, Script) and node.base is not None:
        node = node.base
    if isinstance(node, Symbol):
        return len(node.text) > 1 and node.text.isalpha()
    return isinstance(node, Text | Group)


def _run_together(left: Node, left_text: str, right: Node, right_text: str) -> bool:
    """Whether two texts without a space between would be read as something else."""
    if not left_text or not right_text:
        return False
    last, first = left_text[-1], right_text[0]
    if isinstance(right, Script | Root) and (first in SUPERSCRIPTS or first in SUBSCRIPTS):
        return True
    if first in "√∛∜":
        return last in SUPERSCRIPTS
    if last in RAISED_BY_NATURE:
        return isinstance(left, Script) and first.isalnum()
    if last.isalnum() and first.isalnum() and width(last + first) == 2:
        return _is_word(left) or (_is_word(right) and first.isalpha() and last.isalpha())
    return False


def _row(items: Sequence[Node], tight: bool) -> Line:
    placed, _ = arrange(items, tight=tight)
    if len(placed) == 1 and not placed[0].space:
        return line(placed[0].node, tight=tight)
    texts: list[str] = []
    lines: list[Line] = []
    for index, each in enumerate(placed):
        piece = line(each.node, tight=tight, guard=each.guard)
        if index:
            before = lines[-1]
            cells = gap(placed[index - 1], before.text, each, piece.text, tight=tight)
            if not cells and before.mark and piece.text:
                first = piece.text[0]
                cells = int(first.isalnum() or (before.mark == "^" and first in "([{|‖⟨√"))
        else:
            cells = each.space
        texts += (" " * cells, piece.text)
        lines.append(piece)
    return Line("".join(texts), _shape(placed, lines), lines[-1].mark if lines else "")


def _shape(placed: Sequence[Placed], lines: Sequence[Line]) -> Shape:
    if not placed:
        return Shape.ATOM
    if len(placed) == 2 and _is_application(placed[0].node, placed[1].node):
        return Shape.POWER
    for (node, space, _), piece in zip(placed, lines, strict=True):
        if space > 1 or piece.shape == Shape.TERMS:
            return Shape.TERMS
        if any(kind in ("op", "bin", "rel", "punct", "sign") for kind in kinds(node)):
            return Shape.TERMS
        if isinstance(node, Symbol) and (node.text in ("/", "|", "‖", ":") or node.kind == "inner"):
            return Shape.TERMS
    return Shape.PRODUCT


def _is_application(function: Node, argument: Node) -> bool:
    """Whether the two are f(x), and can't be meant as a product like n(n+1)."""
    if isinstance(argument, Symbol):
        return argument.text == "!" and kinds(function)[1] in ("ord", "close")
    if not isinstance(argument, Fence) or argument.delimiters[0] == "":
        return False
    if _is_word(function) or kinds(function)[1] == "op":
        return True
    if not isinstance(function, Symbol | Script | Accent) or _is_number(function):
        return False
    items = [item for part in argument.parts for item in part.items]
    alone = len(items) == 1 and isinstance(items[0], Symbol | Script | Accent) and not _is_number(items[0])
    return alone or any(kinds(item)[0] in ("punct", "rel") or item in _BARS for item in items)


def _bracketed(piece: Line, loosest: Shape) -> str:
    return piece.text if piece.shape <= loosest else f"({piece.text})"


def _script(node: Script, *, tight: bool) -> Line:
    if node.limits and isinstance(node.base, Brace):
        return _labelled_brace(node.base, node)
    base = line(node.base, tight=tight) if node.base is not None else Line("")
    if node.limits and node.base is not None and kinds(node.base)[0] not in ("op", "rel", "bin"):
        return _over_and_under(node, base)
    text = _bracketed(base, Shape.ATOM) + primes(node.primes)
    low = line(node.sub, tight=True) if node.sub is not None else Line("")
    high = line(node.sup, tight=True) if node.sup is not None else Line("")
    sub, sup = subscript(low.text), superscript(high.text)
    mark = ""
    if sub is None and sup is not None:
        # Not x_q², which could be a q squared.
        text += sup
        sup = ""
    if sub is None:
        sub, mark = _marked("_", low)
    if sup is None:
        sup, mark = _marked("^", high)
    raised = node.sup is not None or node.primes > 3
    return Line(text + sub + sup, Shape.POWER if raised or mark else Shape.ATOM, mark)


def _marked(mark: str, script: Line) -> tuple[str, str]:
    if len(script.text) == 1:
        return mark + script.text.replace("∗", "*"), mark
    return f"{mark}({script.text})", ""


def _over_and_under(node: Script, base: Line) -> Line:
    text = base.text
    if node.sup is not None:
        text = f"overset({line(node.sup).text}, {text})"
    if node.sub is not None:
        text = f"underset({line(node.sub).text}, {text})"
    return Line(text)


def _labelled_brace(brace: Brace, node: Script) -> Line:
    label, other = (node.sup, node.sub) if brace.over else (node.sub, node.sup)
    inside = line(brace.body).text
    if label is not None:
        inside += f", {line(label).text}"
    name = Symbol(f"{'over' if brace.over else 'under'}brace({inside})")
    if other is None:
        return Line(name.text)
    return _script(Script(name, other, None) if brace.over else Script(name, None, other), tight=False)


def _fraction(node: Fraction, tight: bool, guard: Guard) -> Line:
    if node.form == "choose":
        return Line(f"binom({line(node.over).text}, {line(node.under).text})")
    if guard != "number" and (sign := vulgar_fraction(node)):
        return Line(sign, Shape.POWER)
    over, under = line(node.over, tight=tight), line(node.under, tight=tight)
    divisor = under.text if _is_derivative(node.over, node.under) else _bracketed(under, Shape.POWER)
    loosest = Shape.ATOM if _ends_in_bare_root(node.over, over.text) else Shape.PRODUCT
    text = f"{_bracketed(over, loosest)}/{divisor}"
    return Line(f"({text})") if guard else Line(text, Shape.TERMS)


def _ends_in_bare_root(node: Node, text: str) -> bool:
    """Whether a slash after it would make √a/b of it."""
    last = node.items[-1] if isinstance(node, Row) and node.items else node
    return isinstance(last, Root) and not text.endswith(")")


def _is_derivative(over: Node, under: Node) -> bool:
    """Whether the two are like dy/dx and ∂ℒ/∂w: then the divisor is one, though two atoms."""
    match under:
        case Row((Symbol("d" | "∂" as sign), Symbol() | Script(base=Symbol()))):
            first = over.items[0] if isinstance(over, Row) and over.items else over
            if isinstance(first, Script):
                first = first.base or first
            return isinstance(first, Symbol) and first.text == sign
    return False


def _root(body: Node, index: Node | None, guard: Guard) -> Line:
    inside = line(body)
    degree = line(index, tight=True).text if index is not None else ""
    bare = inside.shape == Shape.ATOM and not guard and not _is_word(body)
    if bare and degree in _BARE_ROOTS:
        return Line(_BARE_ROOTS[degree] + inside.text, Shape.POWER)
    high = superscript(degree)
    if high is None:
        return Line(f"root({degree}, {inside.text})")
    if isinstance(body, Fence) and body.delimiters == ("(", ")"):
        return Line(f"{high}√{inside.text}", Shape.POWER)
    return Line(f"{high}√({inside.text})", Shape.POWER)


def accented(body: Node, name: str) -> str | None:
    """A single narrow letter with its combining mark; None for anything longer."""
    if isinstance(body, Accent):
        text = accented(body.body, body.name)
    else:
        text = body.text if isinstance(body, Symbol) and len(body.text) == 1 else None
    if not text or width(text) != 1:
        return None
    return unicodedata.normalize("NFC", text + ACCENTS[name][0])


def _accent(body: Node, name: str) -> Line:
    if text := accented(body, name):
        return Line(text)
    return Line(f"{_SHORT_NAMES.get(name, name)}({line(body).text})")


def _fence(node: Fence, tight: bool) -> Line:
    left, *middle, right = node.delimiters
    only = node.parts[0].items[0] if len(node.parts) == 1 and len(node.parts[0].items) == 1 else None
    if isinstance(only, Table) and not (only.left or only.right):
        if (left, right) == ("{", ""):
            return Line(_cases(only.rows))
        if left and right and only.form == "matrix":
            return Line(left + _matrix(only.rows) + right)
    parts = [line(part, tight=tight) for part in node.parts]
    if not middle and not (left and right):
        if not (left or right):
            return parts[0]
        if left + right in ("|", "‖"):
            return Line(left + _bracketed(parts[0], Shape.POWER) + right)
    between = "" if tight else " "
    text = parts[0].text
    for bar, part in zip(middle, parts[1:], strict=True):
        text += f"{between}{bar}{between}{part.text}"
    return Line(left + text.strip() + right)


def _table(node: Table, tight: bool) -> Line:
    match node.form:
        case "matrix":
            return Line((node.left or "[") + _matrix(node.rows) + (node.right or "]"))
        case "cases":
            return Line(_cases(node.rows))
        case "lines":
            separator = "," if tight else ";"
            rows = [line(row[0], tight=tight).text for row in node.rows]
        case "aligned":
            separator = ";"
            rows = [_aligned(row) for row in node.rows]
    text = ""
    for index, row in enumerate(rows):
        if text and row:
            if node.form == "aligned" and _goes_on(node.rows[index]):
                text += " "
            else:
                text = text.rstrip(",;") + ("," if text.endswith(",") else separator) + " "
        text += row
    return Line(text, Shape.TERMS)


def _matrix(rows: Sequence[Sequence[Row]]) -> str:
    return "; ".join(", ".join(_cell(cell) for cell in row) for row in rows)


def _cell(cell: Row) -> str:
    text = line(cell).text
    return f"({text})" if any(kinds(item)[0] == "punct" for item in cell.items) else text


def _cases(rows: Sequence[Sequence[Row]]) -> str:
    return "{" + "; ".join(_case(row) for row in rows) + "}"


def _case(row: Sequence[Row]) -> str:
    value = line(row[0]).text.rstrip(" ,;")
    condition = ", ".join(line(cell).text for cell in row[1:]).strip(" ,;")
    if not condition:
        return value
    first = next((item for item in row[1].items if not isinstance(item, Space)), None)
    if isinstance(first, Text) and (first.text.split()[0].lower() in _JOINING or first.text[:1] in _JOINING):
        return f"{value} {condition}"
    has_words = isinstance(first, Text) or any(char > "\u2e80" for char in condition)
    return f"{value}, {condition}" if has_words else f"{value} if {condition}"


def _aligned(row: Sequence[Row]) -> str:
    """A row of ``aligned``: the columns of a pair belong together, pairs stand apart."""
    pairs = [row[index : index + 2] for index in range(0, len(row), 2)]
    texts = [line(Row(tuple(item for cell in pair for item in cell.items))).text.strip() for pair in pairs]
    return "  ".join(text for text in texts if text)


def _goes_on(row: Sequence[Row]) -> bool:
    """Whether a row of ``aligned`` goes on with the formula of the row before it: it begins with = or +."""
    items = [item for cell in row[:2] for item in cell.items if not isinstance(item, Space)]
    return bool(items) and not row[0].items and kinds(items[0])[0] in ("rel", "bin")
