"""Finds TeX between its delimiters in running text, and tells math from money."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

# A formula is a few lines; two delimiters further apart have nothing to do with each other.
LONGEST = 4000
_OPENING = re.compile(r"\\\[|\\\(|\$\$|\$")
_CLOSING = {r"\[": r"\]", r"\(": r"\)", "$$": "$$", "$": "$"}

_ENVIRONMENT = re.compile(
    r"\\begin\{(equation|align|alignat|gather|multline|eqnarray|displaymath|flalign)(\*?)\}"
)

_TEX = re.compile(r"[\\^_{}]")
_NUMBER = re.compile(r"\\tag\*?\{([^{}]*)\}")
_RELATION = re.compile("[=<>≤≥≈≠∈⊂×·±∑∏∂∇√→∞]")
_PROSE = re.compile("[A-Za-z]{4,}|[¥€£]")
_SYMBOLS = re.compile(r"[A-Za-z0-9Α-ω()\[\]+\-*/,.|!'%: ]{1,40}")
_ARITHMETIC = re.compile("(?=.*[A-Za-z])[0-9]*[A-Za-z]?(?: ?[-+*/] ?[0-9]*[A-Za-z]?){1,8}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "log",
        "exp",
        "max",
        "min",
        "det",
        "dim",
        "ker",
        "mod",
        "lim",
        "sup",
        "inf",
        "gcd",
        "softmax",
        "argmax",
        "argmin",
    ]
)


class Formula(NamedTuple):
    start: int
    end: int
    tex: str
    display: bool


def formulas(text: str) -> list[Formula]:
    """The formulas of a text in order: ``\\[…\\]`` and ``$$…$$``, ``\\(…\\)`` and ``$…$``."""
    found: list[Formula] = []
    position = 0
    while opening := _OPENING.search(text, position):
        formula = formula_at(text, opening.start())
        if formula:
            found.append(formula)
        position = formula.end if formula else opening.end()
    return found


def formula_at(text: str, start: int) -> Formula | None:
    """The formula whose opening delimiter stands at ``start``, if it is one."""
    opening = _OPENING.match(text, start)
    if opening is None or _is_escaped(text, start):
        return None
    delimiter = opening[0]
    begin = opening.end()
    end = text.find(_CLOSING[delimiter], begin, begin + LONGEST)
    while delimiter == "$" and end > 0 and text[end - 1] == "\\":
        end = text.find("$", end + 1, begin + LONGEST)
    if end < 0:
        return None
    tex = text[begin:end]
    if not tex.strip() or "\n\n" in tex:
        return None
    if delimiter == "$":
        before, after = text[start - 1 : start], text[end + 1 : end + 3]
        if not _is_math(tex, before, after):
            return None
    return Formula(start, end + len(_CLOSING[delimiter]), tex.strip(), delimiter in ("$$", r"\["))


def _is_escaped(text: str, start: int) -> bool:
    """Whether an odd number of backslashes stands in front."""
    begin = start
    while begin and text[begin - 1] == "\\":
        begin -= 1
    return (start - begin) % 2 == 1


def is_escape(formula: Formula, opening: str) -> bool:
    """Whether ``\\(…\\)`` or ``\\[…\\]`` in Markdown is more likely an escaped bracket than a formula."""
    if opening == "\\[":
        return not (_TEX.search(formula.tex) or _RELATION.search(formula.tex))
    tex = formula.tex
    a_word = tex.isascii() and tex.isalpha() and _is_prose(tex) and tex not in _FUNCTIONS
    return bool(a_word) or _evidence(tex) == "none"


def display_only(text: str) -> str | None:
    """The TeX of a text that is one display formula and nothing else."""
    text = text.strip()
    for opening, closing in (("$$", "$$"), (r"\[", r"\]")):
        if len(text) > 4 and text.startswith(opening) and text.endswith(closing):
            tex = text[2:-2].strip()
            if tex and opening not in tex and closing not in tex:
                return tex
    environment = _ENVIRONMENT.match(text)
    if environment and text.endswith(f"\\end{{{environment[1]}{environment[2]}}}"):
        return text
    return None


def _is_math(tex: str, before: str, after: str) -> bool:
    """Whether what stands between two dollars is a formula. ``$5 and $10``, ``$HOME/$USER`` are none."""
    if tex[0].isspace() or tex[-1].isspace() or before == "$" or _is_ascii_word(before):
        return False
    if not any(char.isalnum() for char in tex):
        return False
    if after[:1].isdigit() or (after[:1] == "$"):
        return False
    kind = _evidence(tex)
    if kind == "none":
        return False
    return kind == "certain" or not _is_ascii_word(after[:1]) or (len(tex) == 1 and after == "th")


def _evidence(tex: str) -> Literal["certain", "likely", "none"]:
    if _TEX.search(tex):
        return "certain"
    if tex.isascii() and tex.isalpha():
        return "likely"  # a name; money has digits, and shell variables have no second dollar
    if _is_prose(tex) and not any(word in tex for word in _FUNCTIONS):
        return "none"
    if _ARITHMETIC.fullmatch(tex):
        return "likely"
    if tex[0].isdigit() and " " in tex and re.search("[A-Za-z]", tex) and not _RELATION.search(tex):
        return "none"
    if _RELATION.search(tex):
        return "likely"
    words = _WORD.findall(tex)
    return "likely" if _SYMBOLS.fullmatch(tex) and all(word in _FUNCTIONS for word in words) else "none"


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def split_tag(tex: str) -> tuple[str, str]:
    """A display formula without its ``\\tag{…}``, and the number that stood there."""
    found = _NUMBER.search(tex)
    if found is None:
        return tex, ""
    return (tex[: found.start()] + tex[found.end() :]).strip(), found[1].strip()


def _is_prose(tex: str) -> bool:
    return bool(_PROSE.search(tex)) or any("\u2e80" <= char <= "\u9fff" for char in tex)
