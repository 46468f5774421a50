"""LaTeX to a small tree of what the formula says, without any drawing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from techdash.text.cells import character_width
from techdash.text.math_symbols import (
    ACCENTS,
    CHARACTERS,
    DELIMITERS,
    EXTENSIBLE_ARROWS,
    FONT_SWITCHES,
    FONTS,
    SIGNS,
    SPACES,
    Font,
    Kind,
    in_font,
    negated,
    words,
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
    TableForm,
    Text,
    has_limits,
    height,
    operand,
    row,
)

_LONGEST = 20_000
_DEEPEST = 60
# Of the finished tree: a group may hold a script that holds a fraction, and brackets nest without braces.
_HIGHEST = 150
_MOST_CELLS = 4_000
_LONGEST_OPTION = 20


class NotUnderstood(Exception):
    """The source isn't mathematics that this module knows; the reader should see the source."""


@dataclass(frozen=True, slots=True)
class Formula:
    """``tag`` is what stood in ``\\tag{…}``, several of them with commas between."""

    body: Row | Table
    tag: str


def parse(tex: str) -> Formula:
    """The formula as a tree.

    Raises:
        NotUnderstood: an unknown command or environment, unbalanced groups, more than 20,000 characters, or
            groups in groups more than 60 deep.
    """
    if len(tex) > _LONGEST:
        raise NotUnderstood("too long")
    parser = _Parser(tex)
    body = parser.whole()
    if height(body, _HIGHEST) > _HIGHEST:
        raise NotUnderstood("too deep")
    return Formula(body, ", ".join(parser.tags))


# Control words and symbols, comments, white space, characters.
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|%[^\n]*\n?|\s+|.", re.DOTALL)
_LENGTH = re.compile(r"\s*-?[0-9.]+\s*(?:em|ex|pt|cm|mm|in|mu|pc|bp|\\[a-z]+)\s*")

_IGNORED = frozenset(
    words(
        """
        displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag allowbreak nobreak mathstrut strut
        relax null
        """
    )
)
_TEXT = frozenset(words("text textrm textit textbf textsf texttt textnormal textup textmd emph mbox hbox"))
_CLASSES: dict[str, Kind] = {
    "mathord": "ord",
    "mathop": "op",
    "mathbin": "bin",
    "mathrel": "rel",
    "mathopen": "open",
    "mathclose": "close",
    "mathpunct": "punct",
    "mathinner": "inner",
}
_SIZES = re.compile(r"(?:big|Big|bigg|Bigg)([lmr]?)")
_MATRICES = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
}
_ALIGNED = frozenset(words("aligned align alignedat alignat flalign split eqnarray"))
_LINES = frozenset(words("gathered gather equation displaymath math multline"))
_CASES = {"cases": ("{", ""), "dcases": ("{", ""), "rcases": ("", "}"), "drcases": ("", "}")}
_ROW_ENDS = frozenset(["\\\\", "\\cr", "\\newline"])
_CELL_ENDS = _ROW_ENDS | {"&", "\\end"}
_FENCE_ENDS = _CELL_ENDS | {"\\middle", "\\right", "}"}
_NO_ARGUMENT = _FENCE_ENDS | {"^", "_", "'"}
_NO_ATOM = frozenset("}&#$^_")
_BRACE = frozenset("}")
_BRACKET = frozenset("]")
_LIMITS = {"\\limits": True, "\\displaylimits": True, "\\nolimits": False}
_SIDES: dict[str, Kind] = {"l": "open", "r": "close", "m": "rel"}
_TYPOGRAPHY = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("`", "‘"), ("'", "’"))


def _fail(why: str) -> NoReturn:
    raise NotUnderstood(why)


class _Parser:
    def __init__(self, tex: str) -> None:
        pieces = _TOKEN.findall(tex)
        self.tokens = [" " if piece[0].isspace() else piece for piece in pieces if piece[0] != "%"]
        self.at = 0
        self.depth = 0
        self.font: Font = ""
        self.tags: list[str] = []

    # Reading tokens

    def peek(self) -> str:
        """The next token that isn't white space, or an empty string at the end."""
        while self.at < len(self.tokens):
            piece = self.tokens[self.at]
            if piece != " ":
                return piece
            self.at += 1
        return ""

    def take(self, expected: str) -> bool:
        """Whether the next token is the expected one, which then is behind us."""
        if self.peek() != expected:
            return False
        self.at += 1
        return True

    def need(self, expected: str) -> None:
        if not self.take(expected):
            _fail(f"{expected} expected")

    def raw_argument(self) -> str:
        """What stands between the next braces, as it is."""
        self.need("{")
        start = self.at
        level = 1
        while self.at < len(self.tokens):
            piece = self.tokens[self.at]
            self.at += 1
            level += (piece == "{") - (piece == "}")
            if not level:
                return "".join(self.tokens[start : self.at - 1]).strip()
        _fail("unbalanced braces")

    def raw_option(self) -> str | None:
        """What stands between the next brackets, if brackets with a short word in them come next."""
        start = self.at
        if self.take("["):
            for end in range(self.at, min(len(self.tokens), self.at + _LONGEST_OPTION)):
                if self.tokens[end] == "]":
                    option = "".join(self.tokens[self.at : end])
                    self.at = end + 1
                    return option
        self.at = start
        return None

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            _fail("too deep")

    # Rows and tables

    def whole(self) -> Row | Table:
        table = self.table("lines", "")
        if len(table.rows) > 1:
            return table
        only = table.rows[0][0]
        if len(only.items) == 1 and isinstance(inner := only.items[0], Table):
            return inner
        return only

    def row(self, stops: frozenset[str], *, after_operand: bool = False) -> Row:
        """Atoms up to one of the stops (not taken) or the end. A row has its own font."""
        font = self.font
        items: list[Node] = []
        while (piece := self.peek()) and piece not in stops:
            if piece in ("^", "_", "'"):
                base = items.pop() if items and not isinstance(items[-1], Space) else None
                items.append(self.scripts(base))
            elif piece in ("\\over", "\\choose"):
                self.at += 1
                over = operand(row(items))
                self.deeper()
                under = operand(self.row(stops))
                self.depth -= 1
                items = [Fraction(over, under, "stacked" if piece == "\\over" else "choose")]
            elif piece[0] == "\\" and piece[1:] in FONT_SWITCHES:
                self.at += 1
                self.font = FONT_SWITCHES[piece[1:]]
            else:
                items += self.atoms()
        self.font = font
        return row(items, after_operand=after_operand)

    def table(self, form: TableForm, stop: str, columns: str = "") -> Table:
        """Cells up to the stop, which is taken; an empty stop is the end."""
        stops = _CELL_ENDS | {stop}
        rows: list[tuple[Row, ...]] = []
        cells: list[Row] = []
        rules: set[int] = set()
        count = widest = 0
        while True:
            while self.take("\\hline"):
                rules.add(len(rows))
            cells.append(self.row(stops, after_operand=form == "aligned" and len(cells) % 2 == 1))
            end = self.peek()
            if end == "&" and form != "lines":
                self.at += 1
                continue
            rows.append(tuple(cells))
            count += len(cells)
            widest = max(widest, len(cells))
            if max(count, widest * len(rows)) > _MOST_CELLS:
                _fail("too many cells")
            cells = []
            if end not in _ROW_ENDS:
                break
            self.at += 1
            self.take_row_end_options()
        if end != stop:
            _fail(f"unexpected {end}")
        self.at += 1
        if len(rows) > 1 and not any(cell.items for cell in rows[-1]):
            rows.pop()
        return Table(form, tuple(rows), columns, rules=frozenset(rules))

    def take_row_end_options(self) -> None:
        """``\\\\*`` and ``\\\\[2pt]``; a bracket that isn't a length belongs to the formula."""
        if self.at < len(self.tokens) and self.tokens[self.at] == "*":
            self.at += 1
        start = self.at
        option = self.raw_option()
        if option is not None and not _LENGTH.fullmatch(option):
            self.at = start

    # Atoms

    def argument(self) -> Node:
        """A group in braces or a single atom."""
        piece = self.peek()
        if not piece or piece in _NO_ARGUMENT:
            _fail("missing argument")
        if piece == "{":
            self.at += 1
            return self.group()
        self.deeper()
        atoms = self.atoms(single=True)
        self.depth -= 1
        return operand(row(atoms))

    def group(self) -> Node:
        """The group whose opening brace was just taken, without its braces where they say nothing."""
        self.deeper()
        inside = self.row(_BRACE)
        self.need("}")
        self.depth -= 1
        return operand(inside)

    def option(self) -> Node | None:
        """The formula in the brackets that come next, if they do."""
        if not self.take("["):
            return None
        self.deeper()
        inside = self.row(_BRACKET)
        self.need("]")
        self.depth -= 1
        return operand(inside)

    def atoms(self, *, single: bool = False) -> Sequence[Node]:
        """The next atom; none where a command shows nothing, several where it stands for several.

        ``single``: an argument without braces, of which TeX takes one character.
        """
        piece = self.peek()
        self.at += 1
        if piece[0] == "\\":
            return self.command(piece[1:])
        if piece == "{":
            return (self.group(),)
        if piece in _NO_ATOM:
            _fail(f"unexpected {piece}")
        if piece == "~":
            return (Space(1, 1),)
        if sign := CHARACTERS.get(piece):
            return (Symbol(*sign),)
        if not piece.isascii():
            return (self.foreign(piece),)
        if not piece.isprintable():
            _fail("control character")
        return (Symbol(in_font(piece, self.font) if single else self.longer(piece)),)

    def longer(self, piece: str) -> str:
        """The number, or the name in upright letters, that begins with the piece."""
        text = in_font(piece, self.font)
        if piece.isdigit() or (piece == "." and self.is_digit(self.at)):
            while self.is_digit(self.at) or (self.is_point(self.at) and self.is_digit(self.at + 1)):
                text += in_font(self.tokens[self.at], self.font)
                self.at += 1
        elif self.font == "word" and piece.isalpha():
            while (piece := self.peek()).isascii() and piece.isalnum():
                text += piece
                self.at += 1
        return text

    def is_digit(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].isascii() and self.tokens[at].isdigit()

    def is_point(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at] == "."

    def foreign(self, piece: str) -> Node:
        """A letter or sign that is in no table, with its combining marks; wide ones run together."""
        if unicodedata.category(piece)[0] not in "LNSP":
            _fail("no character of a formula")
        text = in_font(piece, self.font)
        if _is_wide(piece):
            while (piece := self.peek()) and _is_wide(piece):
                text += piece
                self.at += 1
            return Text(text)
        while self.at < len(self.tokens) and unicodedata.category(self.tokens[self.at][0]) == "Mn":
            text += self.tokens[self.at]
            self.at += 1
        return Symbol(text)

    def scripts(self, base: Node | None) -> Script:
        """Everything that is attached to the base, in any order, as TeX allows it."""
        limits = has_limits(base) or isinstance(base, Brace | Arrow)
        sub = sup = None
        primes = 0
        while piece := self.peek():
            if piece == "_" and sub is None:
                self.at += 1
                sub = self.argument()
            elif piece == "'" and sup is None:
                self.at += 1
                primes += 1
            elif piece == "^" and sup is None:
                self.at += 1
                sup = self.argument()
                if only_primes := _primes(sup):
                    primes += only_primes
                    sup = None
            elif piece in ("^", "_", "'"):
                _fail("two scripts in one place")
            else:
                break
        return Script(base, sub, sup, primes, limits)

    def command(self, name: str) -> Sequence[Node]:
        """What the command that was just taken shows."""
        if sign := SIGNS.get(name):
            if sign.kind == "ord":
                return (Symbol(in_font(sign.text, self.font)),)
            return (self.with_limits(Symbol(*sign)),)
        if name in SPACES:
            return (Space(*SPACES[name]),)
        if name in _IGNORED:
            return ()
        if name in FONTS:
            return self.in_font(FONTS[name])
        if name in ACCENTS:
            return (Accent(self.argument(), name),)
        if name in _TEXT:
            return self.text()
        if structure := _STRUCTURES.get(name):
            return structure(self)
        if name in EXTENSIBLE_ARROWS:
            below = self.option()
            return (Script(Arrow(EXTENSIBLE_ARROWS[name]), below, self.argument(), limits=True),)
        if name in _CLASSES:
            kind = _CLASSES[name]
            return (self.with_limits(Group(self.argument(), kind, limits=kind == "op")),)
        if size := _SIZES.fullmatch(name):
            return (self.sized_delimiter(size[1]),)
        _fail(f"unknown command {name}")

    def with_limits(self, sign: Symbol | Group) -> Symbol | Group:
        r"""The sign as ``\limits`` or ``\nolimits`` after it want it."""
        while self.peek() in _LIMITS:
            sign = replace(sign, limits=_LIMITS[self.tokens[self.at]])
            self.at += 1
        return sign

    def in_font(self, font: Font) -> Sequence[Node]:
        """The argument in a font. That makes no group of it: a script after it belongs to its last atom."""
        outer, self.font = self.font, font
        node = self.argument()
        self.font = outer
        return node.items if isinstance(node, Row) and node.items else (node,)

    def sized_delimiter(self, side: str) -> Symbol:
        piece = self.peek()
        text = self.delimiter()
        if not text:
            _fail("no delimiter")
        if side:
            return Symbol(text, _SIDES[side])
        return Symbol(*(SIGNS.get(piece[1:]) or CHARACTERS.get(text) or (text,)))

    def delimiter(self) -> str:
        text = DELIMITERS.get(self.peek())
        if text is None:
            _fail("no delimiter")
        self.at += 1
        return text

    def text(self) -> Sequence[Node]:
        r"""``\text{…}``: its spaces count, ``$…$`` in it is mathematics again."""
        self.need("{")
        outer, self.font = self.font, ""
        found: list[Node] = []
        self.running_text(found)
        self.font = outer
        return found

    def running_text(self, found: list[Node]) -> None:
        """Text up to its closing brace, which is taken."""
        self.deeper()
        pieces: list[str] = []
        while self.at < len(self.tokens):
            piece = self.tokens[self.at]
            self.at += 1
            name = piece[1:]
            if piece[0] != "\\" and piece not in "{}$":
                pieces.append(" " if piece == "~" else piece)
            elif name in SPACES:
                pieces.append(" " * min(1, SPACES[name][0]))
            elif (sign := SIGNS.get(name)) and sign.kind in ("ord", "inner", "open", "close"):
                pieces.append(sign.text)
            else:
                found += _running_text("".join(pieces))
                pieces.clear()
                if piece == "}":
                    self.depth -= 1
                    return
                if piece == "{":
                    self.running_text(found)
                elif closing := {"$": "$", "\\(": "\\)"}.get(piece):
                    found += self.row(frozenset([closing])).items
                    self.need(closing)
                elif name in _TEXT:
                    found += self.text()
                else:
                    _fail(f"unknown command {name} in text")
        _fail("unbalanced braces")


def _is_wide(piece: str) -> bool:
    return character_width(piece[0]) == 2 and unicodedata.category(piece[0])[0] in "LNSP"


def _primes(node: Node) -> int:
    r"""How many primes a superscript is made of, 0 if of anything else."""
    items = node.items if isinstance(node, Row) else (node,)
    return len(items) if all(item == Symbol("′") for item in items) else 0


def _running_text(text: str) -> list[Node]:
    """Text between two commands; the spaces at its ends join those of the formula."""
    stripped = " ".join(text.split())
    if not stripped:
        return [Space(1, 1)] if text else []
    if "-" in text or "'" in text or "`" in text:
        for source, sign in _TYPOGRAPHY:
            stripped = stripped.replace(source, sign)
    before = [Space(1, 1)] if text[0] == " " else []
    after = [Space(1, 1)] if text[-1] == " " else []
    return [*before, Text(stripped), *after]


# Commands with arguments of their own


def _environment(parser: _Parser) -> Sequence[Node]:
    name = parser.raw_argument()
    plain = name.removesuffix("*")
    parser.deeper()
    if plain in _ALIGNED:
        parser.raw_option()
        if plain in ("alignat", "alignedat"):
            parser.raw_argument()
        table = parser.table("aligned", "\\end")
        if plain == "eqnarray":
            table = replace(table, rows=tuple(_with_relation(row) for row in table.rows))
    elif plain in _LINES:
        parser.raw_option()
        table = parser.table("lines", "\\end")
    elif name in _CASES:
        left, right = _CASES[name]
        table = replace(parser.table("cases", "\\end"), left=left, right=right)
    elif name in _MATRICES:
        left, right = _MATRICES[name]
        table = replace(parser.table("matrix", "\\end"), left=left, right=right)
    elif name in ("array", "subarray"):
        parser.raw_option()
        columns = re.sub(r"\s|@\{[^{}]*\}", "", parser.raw_argument())
        if not re.fullmatch("[lcr|]*", columns):
            _fail("columns of an array")
        table = parser.table("matrix" if name == "array" else "lines", "\\end", columns)
    else:
        _fail(f"unknown environment {name}")
    if parser.raw_argument() != name:
        _fail(f"{name} isn't closed")
    parser.depth -= 1
    return table.rows[0][0].items if table.form == "lines" and len(table.rows) == 1 else (table,)


def _with_relation(cells: tuple[Row, ...]) -> tuple[Row, ...]:
    """A row of ``eqnarray``, whose relations have a column of their own, as one of ``aligned``."""
    return (cells[0], Row(tuple(item for cell in cells[1:] for item in cell.items)))


def _left_right(parser: _Parser) -> Sequence[Node]:
    parser.deeper()
    delimiters = [parser.delimiter()]
    parts = []
    while True:
        parts.append(parser.row(_FENCE_ENDS))
        middle = parser.take("\\middle")
        if not middle:
            parser.need("\\right")
        delimiters.append(parser.delimiter())
        if not middle:
            break
    parser.depth -= 1
    return (Fence(tuple(delimiters), tuple(parts)),)


_Structure = Callable[[_Parser], Sequence[Node]]


def _fraction(form: Literal["stacked", "small", "choose"]) -> _Structure:
    return lambda parser: (Fraction(parser.argument(), parser.argument(), form),)


def _root(parser: _Parser) -> Sequence[Node]:
    index = parser.option()
    return (Root(parser.argument(), index),)


def _operator_name(parser: _Parser) -> Sequence[Node]:
    limits = parser.take("*")
    outer, parser.font = parser.font, "word"
    body = parser.argument()
    parser.font = outer
    if isinstance(body, Row):
        # A hyphen in a name is none of arithmetic.
        body = Row(tuple(Symbol("-") if item == Symbol("−", "bin") else item for item in body.items))
    return (parser.with_limits(Group(body, "op", limits)),)


def _overset(parser: _Parser) -> Sequence[Node]:
    above = parser.argument()
    return (Script(_sign(parser.argument()), None, above, limits=True),)


def _underset(parser: _Parser) -> Sequence[Node]:
    below = parser.argument()
    return (Script(_sign(parser.argument()), below, None, limits=True),)


def _sign(node: Node) -> Node:
    """The only item of a group, which stays the relation or operator that it is."""
    return node.items[0] if isinstance(node, Row) and len(node.items) == 1 else node


def _stackrel(parser: _Parser) -> Sequence[Node]:
    above = parser.argument()
    return (Script(Group(parser.argument(), "rel"), None, above, limits=True),)


def _brace(*, over: bool) -> _Structure:
    return lambda parser: (Brace(parser.argument(), over),)


def _substack(parser: _Parser) -> Sequence[Node]:
    parser.need("{")
    parser.deeper()
    table = parser.table("lines", "}")
    parser.depth -= 1
    return (table,)


def _modulo(parser: _Parser) -> Sequence[Node]:
    return (Space(1, 1), Fence(("(", ")"), (row((Symbol("mod", "op"), parser.argument())),)))


def _modulo_bare(parser: _Parser) -> Sequence[Node]:
    return (Space(1, 1), Symbol("mod", "op"), parser.argument())


def _modulo_unnamed(parser: _Parser) -> Sequence[Node]:
    return (Space(1, 1), Fence(("(", ")"), (row((parser.argument(),)),)))


def _not(parser: _Parser) -> Sequence[Node]:
    if (piece := parser.peek()) and piece not in _NO_ARGUMENT:
        atoms = parser.atoms(single=True)
        if len(atoms) == 1 and isinstance(sign := atoms[0], Symbol) and len(sign.text) == 1:
            return (replace(sign, text="∤" if sign == Symbol("|", "rel") else negated(sign.text)),)
    _fail("nothing to negate")


def _tag(parser: _Parser) -> Sequence[Node]:
    parser.take("*")
    parser.tags.append(parser.raw_argument())
    return ()


def _dropped(parser: _Parser) -> Sequence[Node]:
    parser.take("*")
    parser.raw_argument()
    return ()


def _color(parser: _Parser) -> Sequence[Node]:
    parser.raw_option()
    return _dropped(parser)


def _textcolor(parser: _Parser) -> Sequence[Node]:
    _color(parser)
    return (parser.argument(),)


def _horizontal_space(parser: _Parser) -> Sequence[Node]:
    parser.take("*")
    return (Space(0, 0) if parser.raw_argument().startswith("-") else Space(1, 1),)


def _as_it_is(parser: _Parser) -> Sequence[Node]:
    parser.raw_option()
    return (parser.argument(),)


def _phantom(parser: _Parser) -> Sequence[Node]:
    return (Phantom(parser.argument()),)


def _vphantom(parser: _Parser) -> Sequence[Node]:
    parser.argument()
    return ()


_STRUCTURES: dict[str, _Structure] = {
    "begin": _environment,
    "left": _left_right,
    "frac": _fraction("stacked"),
    "dfrac": _fraction("stacked"),
    "cfrac": _fraction("stacked"),
    "tfrac": _fraction("small"),
    "binom": _fraction("choose"),
    "dbinom": _fraction("choose"),
    "tbinom": _fraction("choose"),
    "sqrt": _root,
    "operatorname": _operator_name,
    "overset": _overset,
    "underset": _underset,
    "stackrel": _stackrel,
    "overbrace": _brace(over=True),
    "underbrace": _brace(over=False),
    "substack": _substack,
    "pmod": _modulo,
    "mod": _modulo_bare,
    "pod": _modulo_unnamed,
    "not": _not,
    "tag": _tag,
    "label": _dropped,
    "vspace": _dropped,
    "color": _color,
    "textcolor": _textcolor,
    "hspace": _horizontal_space,
    "mspace": _horizontal_space,
    "boxed": _as_it_is,
    "smash": _as_it_is,
    "mathllap": _as_it_is,
    "mathrlap": _as_it_is,
    "mathclap": _as_it_is,
    "vcenter": _as_it_is,
    "ensuremath": _as_it_is,
    "phantom": _phantom,
    "hphantom": _phantom,
    "vphantom": _vphantom,
}
