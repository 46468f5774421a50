"""Presentation MathML to TeX (MathML Core and MathML 3, chapter 3), for pages that keep no TeX beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from techdash.text.math_symbols import SIGNS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DEEPEST = 60

_VARIANTS = {
    "normal": "mathrm",
    "bold": "mathbf",
    "bold-italic": "boldsymbol",
    "double-struck": "mathbb",
    "script": "mathcal",
    "bold-script": "mathcal",
    "fraktur": "mathfrak",
    "sans-serif": "mathsf",
    "monospace": "mathtt",
}
_SPECIAL = {
    "{": "\\{",
    "}": "\\}",
    "%": "\\%",
    "$": "\\$",
    "#": "\\#",
    "&": "\\&",
    "_": "\\_",
    "\\": "\\backslash ",
}
_OPERATORS = {
    "−": "-",
    "∗": "*",
    "′": "'",
    "″": "''",
    "‴": "'''",
    "\u2061": "",  # function application
    "\u2062": "",  # invisible times
    "\u2063": "",  # invisible comma
    "\u2064": "",  # invisible plus
    "‖": "\\|",
    "∥": "\\|",
}
_OVER = {
    "¯": "bar",
    "‾": "overline",
    "ˉ": "bar",
    "_": "overline",
    "^": "hat",
    "ˆ": "hat",
    "~": "tilde",
    "˜": "tilde",
    "→": "vec",
    "⃗": "vec",
    "˙": "dot",
    ".": "dot",
    "¨": "ddot",
    "ˇ": "check",
    "˘": "breve",
    "´": "acute",
    "`": "grave",
    "⏞": "overbrace",
}
_UNDER = {"_": "underline", "¯": "underline", "‾": "underline", "̲": "underline", "⏟": "underbrace"}
_ATOM = re.compile(r"[A-Za-z0-9]|\\[A-Za-z]+ ?|[^\x00-\x7f]")
_FENCES = {"{": "\\{", "}": "\\}", "‖": "\\|", "∥": "\\|", "": "."}


def to_tex(node: LexborNode, depth: int = 0) -> str:
    """The TeX of a MathML element; of what has no rule here, that of its children in a row."""
    tag = node.tag or ""
    if tag == "-text":
        return ""
    if depth >= _DEEPEST:
        return _escaped((node.text() or "").strip())
    leaf = _LEAVES.get(tag)
    if leaf is not None:
        return leaf(node, " ".join((node.text() or "").split()))
    if tag in ("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"):
        return ""
    children = _elements(node)
    if tag == "semantics":
        children = children[:1]
    rule = _RULES.get(tag)
    if rule is not None and (made := rule(node, children, depth + 1)) is not None:
        return made
    return _row(children, depth + 1)


def _elements(node: LexborNode) -> list[LexborNode]:
    found: list[LexborNode] = []
    child = node.child
    while child is not None:
        if child.tag and not child.tag.startswith("-"):
            found.append(child)
        child = child.next
    return found


def _row(children: Sequence[LexborNode], depth: int) -> str:
    out = ""
    for child in children:
        out = _beside(out, to_tex(child, depth))
    return out


def _beside(left: str, right: str) -> str:
    """Two pieces in a row, a space where a command would swallow a letter."""
    if re.search(r"\\[A-Za-z]+\Z", left) and right[:1].isalpha():
        return f"{left} {right}"
    return left + right


def _group(tex: str) -> str:
    return f"{{{tex.strip()}}}"


def _base(tex: str) -> str:
    """What scripts hang on: one atom as it is, anything more in braces."""
    return tex.rstrip() if _ATOM.fullmatch(tex) or re.fullmatch(r"\\[a-z]+\{[^{}]*\}", tex) else _group(tex)


# -- leaves


@cache
def _commands() -> dict[str, str]:
    """The command of each sign, the first that the table has for it."""
    found: dict[str, str] = {}
    for name, sign in SIGNS.items():
        if name.isalpha() and len(sign.text) == 1 and not sign.text.isascii():
            found.setdefault(sign.text, f"\\{name}")
    return found


def _sign(char: str) -> str:
    command = _commands().get(char)
    return f"{command} " if command else _SPECIAL.get(char, char)


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)


def _identifier(node: LexborNode, text: str) -> str:
    variant = node.attributes.get("mathvariant") or ""
    if len(text) > 1 and text in SIGNS and SIGNS[text].kind == "op":
        return f"\\{text} "
    tex = "".join(map(_sign, text))
    if len(text) > 1 and not variant:
        return f"\\mathrm{{{tex.strip()}}}" if text.isalnum() else tex
    command = _VARIANTS.get(variant)
    if command and not (variant == "normal" and not text.isascii()):
        return f"\\{command}{{{tex.strip()}}}"
    return tex


def _operator(node: LexborNode, text: str) -> str:
    if text in _OPERATORS:
        return _OPERATORS[text]
    if len(text) > 1 and text.isalpha():
        return f"\\{text} " if text in SIGNS else f"\\operatorname{{{text}}}"
    return "".join(map(_sign, text))


def _text(node: LexborNode, text: str) -> str:
    words = (node.text() or "").replace("\xa0", " ")
    return f"\\text{{{_escaped(words)}}}" if words.strip() else " "


def _space(node: LexborNode, text: str) -> str:
    width = re.match(r"([\d.]+)em", node.attributes.get("width") or "")
    return "\\quad " if width and float(width[1].strip(".") or 0) >= 0.8 else "\\, "


_LEAVES: dict[str, Callable[[LexborNode, str], str]] = {
    "mi": _identifier,
    "mn": lambda node, text: _escaped(text),
    "mo": _operator,
    "mtext": _text,
    "ms": _text,
    "mspace": _space,
}


# -- constructions

_Rule = Callable[["LexborNode", Sequence["LexborNode"], int], "str | None"]


def _fraction(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    if len(children) != 2:
        return None
    top, bottom = (to_tex(child, depth) for child in children)
    thickness = node.attributes.get("linethickness") or ""
    if re.fullmatch(r"0(?:\.0*)?\s*[a-z%]*", thickness):
        return f"\\begin{{matrix}}{top.strip()} \\\\ {bottom.strip()}\\end{{matrix}}"
    return f"\\frac{_group(top)}{_group(bottom)}"


def _scripts(order: str) -> _Rule:
    def rule(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
        if len(children) != 1 + len(order):
            return None
        out = _base(to_tex(children[0], depth))
        for mark, child in zip(order, children[1:], strict=True):
            script = to_tex(child, depth).strip()
            if mark == "^" and script and not script.strip("'"):
                out += script
            elif script:
                out += mark + _group(script)
        return out

    return rule


def _over_under(where: str) -> _Rule:
    def rule(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
        if len(children) != 1 + len(where):
            return None
        base = to_tex(children[0], depth).strip()
        words = re.fullmatch(r"\\(?:mathrm|text|operatorname)\{([A-Za-z ]+)\}", base)
        has_limits = (children[0].tag in ("mo", "mi", "mtext") and words is not None) or _has_limits(base)
        if words is not None and has_limits:
            base = f"\\operatorname*{{{words[1]}}}"
        out = base
        for place, child in zip(where, children[1:], strict=True):
            script = to_tex(child, depth).strip()
            sign = (child.text() or "").strip()
            accent = (_OVER if place == "^" else _UNDER).get(sign)
            if accent:
                if accent in ("hat", "tilde", "bar") and not _ATOM.fullmatch(out):
                    accent = {"hat": "widehat", "tilde": "widetilde", "bar": "overline"}[accent]
                out = f"\\{accent}{_group(out)}"
            elif not script:
                continue
            elif has_limits or out.startswith(("\\overbrace", "\\underbrace")):
                out += place + _group(script)
            else:
                out = f"\\{'over' if place == '^' else 'under'}set{_group(script)}{_group(out)}"
        return out

    return rule


def _has_limits(base: str) -> bool:
    sign = SIGNS.get(base.removeprefix("\\"))
    return sign is not None and sign.kind == "op"


def _root(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    if len(children) != 2:
        return None
    return f"\\sqrt[{to_tex(children[1], depth).strip()}]{_group(to_tex(children[0], depth))}"


def _square_root(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    return f"\\sqrt{_group(_row(children, depth))}"


def _fenced(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    attributes = node.attributes
    left = (attributes.get("open", "(") or "").strip()
    right = (attributes.get("close", ")") or "").strip()
    separators = (attributes.get("separators", ",") or "").replace(" ", "")
    out = ""
    for index, child in enumerate(children):
        if index and separators:
            out += separators[min(index - 1, len(separators) - 1)]
        out = _beside(out, to_tex(child, depth))
    return f"\\left{_FENCES.get(left, left)} {out.strip()} \\right{_FENCES.get(right, right)}"


def _table(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    rows: list[str] = []
    for row in children:
        cells = _elements(row) if row.tag in ("mtr", "mlabeledtr") else [row]
        if row.tag == "mlabeledtr":
            cells = cells[1:]
        rows.append(" & ".join(_row(_elements(cell), depth + 1).strip() for cell in cells))
    body = " \\\\ ".join(rows)
    return f"\\begin{{matrix}}{body}\\end{{matrix}}"


def _mrow(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    """A row; brackets around one table are those of a matrix, and one brace before it that of cases."""
    kinds = [child.tag for child in children]
    if kinds == ["mo", "mtable", "mo"]:
        signs = (children[0].text() or "").strip() + (children[2].text() or "").strip()
        name = {"()": "pmatrix", "[]": "bmatrix", "{}": "Bmatrix", "||": "vmatrix", "‖‖": "Vmatrix"}.get(
            signs
        )
        if name:
            return to_tex(children[1], depth).replace("{matrix}", f"{{{name}}}")
    if kinds == ["mo", "mfrac", "mo"] and (children[1].attributes.get("linethickness") or "").startswith("0"):
        parts = _elements(children[1])
        if len(parts) == 2 and (children[0].text() or "").strip() == "(":
            top, bottom = (to_tex(part, depth) for part in parts)
            return f"\\binom{_group(top)}{_group(bottom)}"
    if kinds[:2] == ["mo", "mtable"] and len(kinds) <= 3 and (children[0].text() or "").strip() == "{":
        rest = (children[2].text() or "").strip() if len(kinds) == 3 else ""
        if not rest:
            return to_tex(children[1], depth).replace("{matrix}", "{cases}")
    return None


def _multiscripts(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    if not children:
        return None
    after, before, found = "", "", False
    pairs = [child for child in children[1:] if child.tag != "mprescripts"]
    split = next(
        (index for index, child in enumerate(children[1:]) if child.tag == "mprescripts"), len(pairs)
    )
    for index, child in enumerate(pairs):
        script = "" if child.tag in ("none", "mrow") and child.child is None else to_tex(child, depth).strip()
        if not script:
            continue
        found = True
        mark = ("_" if (index if index < split else index - split) % 2 == 0 else "^") + _group(script)
        if index < split:
            after += mark
        else:
            before += mark
    base = _base(to_tex(children[0], depth))
    return f"{'{}' + before if before else ''}{base}{after}" if found else base


def _enclosed(node: LexborNode, children: Sequence[LexborNode], depth: int) -> str | None:
    notation = (node.attributes.get("notation") or "").split()
    inner = _row(children, depth)
    if "radical" in notation:
        return f"\\sqrt{_group(inner)}"
    return f"\\boxed{_group(inner)}" if "box" in notation else inner


_RULES: dict[str, _Rule] = {
    "mfrac": _fraction,
    "msup": _scripts("^"),
    "msub": _scripts("_"),
    "msubsup": _scripts("_^"),
    "mover": _over_under("^"),
    "munder": _over_under("_"),
    "munderover": _over_under("_^"),
    "msqrt": _square_root,
    "mroot": _root,
    "mfenced": _fenced,
    "mtable": _table,
    "mrow": _mrow,
    "mmultiscripts": _multiscripts,
    "menclose": _enclosed,
}
