"""Formulas as text: what both forms promise for any source, and what they must not do."""

from __future__ import annotations

import cmath
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.text.cells import width
from techdash.text.clean import is_clean
from techdash.text.math import Block2D, one_line, search_text, stacked

ESSAYS = sorted((Path(__file__).parents[2] / "data/starter/essays").glob("*.md"))


def formulas_of(markdown: str) -> list[str]:
    """The TeX between dollars, outside of code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    found = re.findall(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)", text, re.DOTALL)
    return [display or inline for display, inline in found]


def drawn(tex: str, cells: int = 100, ambiguous: int = 1) -> list[str]:
    block = stacked(tex, cells, ambiguous)
    assert block is not None, tex
    return [line.rstrip() for line in block.lines]


def check(block: Block2D | None, ambiguous: int = 1) -> None:
    if block is not None:
        assert len({width(line, ambiguous) for line in block.lines}) == 1
        assert 0 <= block.baseline < len(block.lines)
        assert any(line.strip() for line in block.lines)
        assert all(is_clean(line) and "\n" not in line and "\t" not in line for line in block.lines)


# The starter's essays


def test_every_formula_of_the_essays_has_both_forms() -> None:
    assert len(ESSAYS) == 6
    for essay in ESSAYS:
        formulas = formulas_of(essay.read_text(encoding="utf-8"))
        assert len(formulas) > 50
        for tex in formulas:
            line = one_line(tex)
            assert line is not None, tex
            assert not set(line) & set("\\$&#"), (tex, line)
            block = stacked(tex, 76)
            assert block is not None, tex
            assert width(block.lines[0]) <= 76, tex
            check(block)


# What isn't understood


@pytest.mark.parametrize(
    "tex",
    [
        "",
        "   ",
        "% only a comment",
        r"\unknown{x}",
        r"x + \foo",
        r"\frac{a}",
        r"\frac{a}{b",
        "a}",
        "{a",
        "x^a^b",
        "x_a_b",
        "x^2'",
        "x^",
        "_",
        r"\left( x",
        r"\left( x \right",
        r"\right)",
        r"\left\foo x \right)",
        "a & b",
        "a # b",
        "a $ b",
        r"\begin{matrix} a",
        r"\begin{matrix} a \end{pmatrix}",
        r"\begin{unknown} a \end{unknown}",
        r"\begin{array}{p{2cm}} a \end{array}",
        r"\end{matrix}",
        r"\text{a",
        r"\text{a \unknown}",
        r"\text{a $b}",
        r"\sqrt[3{x}",
        r"\not",
        r"\not\sum_{i}^{n}\foo",
        r"\big x",
        r"\newcommand{\a}{b} \a",
        r"\tag{1}",
        "\\",
        "x\x1by",
        "x\u202ey",
        "\u0301x",
        r"\tag{" + "\u202e" + "1} x",
        r"\tag{" + "\x1b" + "1} x",
    ],
)
def test_none_where_not_understood(tex: str) -> None:
    assert one_line(tex) is None
    assert stacked(tex, 76) is None


def test_limits_of_size_and_depth() -> None:
    assert one_line("x" * 20_000) == "x" * 20_000
    assert one_line("x" * 20_001) is None
    assert stacked("x" * 20_001, 76) is None
    for opening, closing in (
        ("{", "}"),
        (r"\sqrt{", "}"),
        ("x^{", "}"),
        (r"\left(", r"\right)"),
        (r"\frac{1}{", "}"),
        (r"\underbrace{", "}_{a}"),
        (r"\overline{a", "}"),
        (r"\text{a", "}"),
    ):
        for depth, understood in ((40, True), (61, False), (3000, False)):
            tex = opening * depth + "x" + closing * depth
            assert (one_line(tex) is not None) is understood, (opening, depth)
            assert (stacked(tex, 76) is not None) is understood, (opening, depth)
    for unclosed in (
        r"\frac",
        r"\sqrt",
        r"\sqrt[",
        "x^",
        "{",
        r"\left(",
        r"\hat",
        "a\\over ",
        "(" * 10 + "{",
    ):
        assert one_line(unclosed * 5000) is None
    for depth, understood in ((40, True), (100, False), (9000, False)):
        assert (one_line("(" * depth + ")" * depth) is not None) is understood


@pytest.mark.parametrize(
    "unit",
    [
        "|",
        "|a+",
        "(",
        "()",
        "x_q^q",
        r"\frac12",
        r"a\frac12",
        "a=b+",
        r"\sum_{i}",
        "'",
        r"\\",
        r"\\[a",
        "中",
        r"\big(",
    ],
)
def test_long_sources_end(unit: str) -> None:
    tex = unit * (19_990 // len(unit))
    one_line(tex)
    check(stacked(tex, 40))


def test_a_table_of_too_many_cells() -> None:
    assert one_line(r"\begin{matrix}" + "&" * 3000 + r"\\" * 3000 + r"\end{matrix}") is None
    assert stacked(r"\begin{matrix}" + r"a\\" * 300 + r"\end{matrix}", 76) is None


# Any source


_FRAGMENTS = st.sampled_from(
    [
        *r"""
        \frac \sqrt \sum \int \lim \left( \left. \right) \right| \middle| \begin{matrix} \end{matrix}
        \begin{cases} \end{cases} \begin{aligned} \end{aligned} \begin{array}{c|c} \end{array} \hline \\ &
        { } { } [ ] ( ) | \| ^ _ ' ^2 _i ^{-q} _{ab} {x} {a+b} + - * / = , ! a b x Q 1 2 . % ~ # $ \, \quad
        \text{ab} \text{ \mathrm{KL} \mathbf{x} \hat \overline{ab} \vec{x} \underbrace{a} \overset \stackrel
        \xrightarrow{f} \xrightarrow[g] \not \over \choose \binom \operatorname{f} \operatorname*{f} \mathop
        \limits \nolimits \phantom{x} \tag{1} \label{a} \color{red} \bigl( \bigr) \big| \rm \bf \alpha \ln
        \le \cdot \dots \substack \pmod \tfrac \cfrac \sqrt[3] \prime 中 é 😀
        """.split(),  # noqa: SIM905 - a list of fragments reads better so
        *("x\u0301", "\u200d", "\u202e", " ", "\n", "\\", "🇨", "\x00"),
    ]
)
_SOURCES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\\{}[]()^_&|'$%#~ abfrcsqtxy12+-=.,中α\u0301", max_size=60),
    st.lists(_FRAGMENTS, max_size=25).map("".join),
    st.lists(_FRAGMENTS, max_size=25).map(" ".join),
)


@given(_SOURCES, st.integers(1, 80), st.sampled_from([1, 2]))
def test_any_source(tex: str, cells: int, ambiguous: int) -> None:
    line = one_line(tex)
    if line is not None:
        assert line.strip()
        assert is_clean(line)
        assert "\n" not in line
        assert "\t" not in line
    check(stacked(tex, cells, ambiguous), ambiguous)
    assert search_text(tex).startswith(tex)


_LETTERS = st.sampled_from("abcdefghjklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WRAPPINGS = [
    r"\frac{%s}{%s}",
    r"\tfrac{%s}{%s}",
    r"\binom{%s}{%s}",
    r"\sqrt{%s} %s",
    r"\sqrt[3]{%s} + %s",
    r"{%s}^{%s}",
    r"{%s}_{%s}",
    r"{%s}_{%s}^{%s}",
    r"\sum_{%s}^{%s} %s",
    r"\lim_{%s} %s",
    r"\left( %s \middle| %s \right]",
    r"\left. %s \right|_{%s}",
    r"(%s)[%s]",
    r"|%s| + \|%s\|",
    r"%s = %s",
    r"%s - %s",
    r"%s, \quad %s",
    r"-%s \cdot %s",
    r"%s / %s",
    r"%s %s",
    r"\hat{%s} \overline{%s}",
    r"\underbrace{%s}_{%s} %s",
    r"\overset{%s}{=} \underset{%s}{%s}",
    r"%s \xrightarrow{%s} %s",
    r"\ln %s \max_{%s} %s",
    r"\mathrm{%s} \mathbf{%s} \mathbb{%s}",
    r"\text{wenn $%s$ so} %s",
    r"\begin{pmatrix} %s & %s \\ %s \end{pmatrix}",
    r"\begin{cases} %s & %s \\ %s \end{cases}",
    r"\begin{aligned} %s &= %s \\ &= %s \end{aligned}",
    r"\begin{array}{l|r} %s & %s \\ \hline %s \end{array}",
    r"\sum_{\substack{%s \\ %s}} %s",
    r"{%s \over %s}",
    r"%s \pmod{%s}",
    r"\operatorname*{argmax}_{%s} %s \not= %s",
]


def _formulas(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrapped(pattern: str) -> st.SearchStrategy[str]:
        return st.tuples(*[inner] * pattern.count("%s")).map(lambda parts: pattern % parts)

    return st.sampled_from(_WRAPPINGS).flatmap(wrapped)


def _shown_letters(text: str) -> Counter[str]:
    return Counter(char for char in unicodedata.normalize("NFKD", text) if char.isalpha() and char.isascii())


@given(st.recursive(_LETTERS, _formulas, max_leaves=12), st.integers(1, 60))
def test_no_letter_is_lost(tex: str, cells: int) -> None:
    words = re.sub(r"\\(?:begin|end)\{\w+\}(?:\{l\|r\})?|\\(?!ln|lim|max)[a-zA-Z]+", " ", tex)
    # The superscript and subscript Greek letters and signs are no Latin ones, so every one counts.
    letters = _shown_letters(words)
    line = one_line(tex)
    assert line is not None
    assert not letters - _shown_letters(line), line
    for brackets in ("()", "[]", "{}"):
        if "middle" not in tex and "cases" not in tex:
            assert line.count(brackets[0]) == line.count(brackets[1]), line
    block = stacked(tex, cells)
    if block is not None:  # else it is more than 200 lines
        check(block)
        assert not letters - _shown_letters("".join(block.lines)), block


# The one line means what the formula means

_VALUES = {"a": 2.3, "b": 3.1, "c": 0.7, "x": 5.9, "y": 1.3, "q": 1.9, "π": 3.14}
_ARITHMETIC = {
    "sum": r"%s + %s",
    "difference": r"%s - %s",
    "negative": r"-%s",
    "product": r"%s %s",
    "times": r"%s \cdot %s",
    "slash": r"%s / %s",
    "fraction": r"\frac{%s}{%s}",
    "small": r"\tfrac{%s}{%s}",
    "power": r"%s^{%s}",
    "root": r"\sqrt{%s}",
    "cube root": r"\sqrt[3]{%s}",
    "letter root": r"\sqrt[q]{%s}",
}
Tree = str | tuple[str, ...]
_TREES: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from(["a", "b", "c", "x", "y", "q", "π", "1", "2", "3", "10", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["sum", "difference", "product", "times", "slash", "fraction", "small", "power"]),
            inner,
            inner,
        ),
        st.tuples(st.sampled_from(["negative", "root", "cube root", "letter root"]), inner),
    ),
    max_leaves=9,
)
_TERMS = ("sum", "difference", "negative")


def _tex(tree: Tree) -> str:
    """TeX in which the author has put brackets where the braces of TeX don't say enough on paper."""
    if isinstance(tree, str):
        return r"\pi" if tree == "π" else tree
    name, *parts = tree
    texts = [_tex(part) for part in parts]
    heads = [part if isinstance(part, str) else part[0] for part in parts]
    if name in ("product", "times", "slash", "negative", "difference"):
        # Authors bracket sums in products, and whatever follows a sign or a slash.
        first = 1 if name == "difference" else 0
        for index in range(first, len(parts)):
            loose = (
                (*_TERMS, "slash", "times", "product") if name == "slash" and index else (*_TERMS, "slash")
            )
            if heads[index] in loose or (index and heads[index] == "negative"):
                texts[index] = f"({texts[index]})"
        if name == "product" and texts[1].lstrip("{")[0].isdigit():
            texts[1] = f"({texts[1]})"
    if name == "sum" and heads[1] == "negative":
        texts[1] = f"({texts[1]})"
    if name == "power":
        texts[0] = f"{{{texts[0]}}}"
    return _ARITHMETIC[name] % tuple(texts)


def _value(tree: Tree) -> complex:
    if isinstance(tree, str):
        return complex(_VALUES.get(tree) or float(tree))
    name, *parts = tree
    values = [_value(part) for part in parts]
    left, right = values[0], values[-1]
    match name:
        case "sum":
            return left + right
        case "difference":
            return left - right
        case "negative":
            return -left
        case "product" | "times":
            return left * right
        case "slash" | "fraction" | "small":
            return left / right
        case "power":
            return _raised(left, right)
    return _raised(left, 1 / {"root": 2.0, "cube root": 3.0, "letter root": _VALUES["q"]}[name])


def _raised(base: complex, exponent: complex) -> complex:
    # Without the sign of a zero, which would choose between two roots.
    return complex((base + 0j) ** (exponent + 0j))


class _Reader:
    """Reads a line as people do. They differ: ``juxtaposed`` binds ab in 1/ab more strongly than the slash,
    and ``greedy`` takes for the body of a root all that is written to it without an operator."""

    _SUPERSCRIPT: ClassVar = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜˣʸ", "0123456789+−()abcxy", strict=True))

    def __init__(self, text: str, *, juxtaposed: bool, greedy: bool) -> None:
        text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜˣʸ]+(?!√)", self._plain, text)
        text = text.replace("³√", "∛")
        for sign, fraction in {"½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)"}.items():
            text = text.replace(sign, fraction)
        self.tokens = re.findall(r"\d+(?:\.\d+)?|root\(q, |\S", text)
        self.juxtaposed, self.greedy = juxtaposed, greedy

    def _plain(self, match: re.Match[str]) -> str:
        return "^(" + "".join(self._SUPERSCRIPT[char] for char in match[0]) + ")"

    def value(self) -> complex:
        value = self.terms()
        assert not self.tokens
        return value

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def terms(self) -> complex:
        value = self.product()
        while self.next() in ("+", "−"):
            sign = 1 if self.tokens.pop(0) == "+" else -1
            value += sign * self.product()
        return value

    def product(self) -> complex:
        if self.next() == "−":
            self.tokens.pop(0)
            return -self.product()
        value = self.factors()
        while self.next() in ("·", "/") or self.begins_factor():
            token = self.next()
            if token in ("·", "/"):
                self.tokens.pop(0)
            value = value / self.factors() if token == "/" else value * self.factors()
        return value

    def begins_factor(self) -> bool:
        return self.next() not in ("", ")", "+", "−", "·", "/", "^")

    def factors(self) -> complex:
        value = self.power()
        while self.juxtaposed and self.begins_factor():
            value *= self.power()
        return value

    def power(self) -> complex:
        value = self.atom()
        while self.next() == "^":
            self.tokens.pop(0)
            value = _raised(value, self.atom())
        return value

    def atom(self) -> complex:
        token = self.tokens.pop(0)
        if token in ("√", "∛"):
            body = self.factors() if self.greedy and self.next() != "(" else self.atom()
            return _raised(body, 1 / (2.0 if token == "√" else 3.0))
        if token in ("(", "root(q, "):
            value = self.terms()
            assert self.tokens.pop(0) == ")"
            return value if token == "(" else _raised(value, 1 / _VALUES["q"])
        return complex(_VALUES.get(token) or float(token))


@given(_TREES)
def test_the_line_means_what_the_formula_means(tree: Tree) -> None:
    try:
        expected = _value(tree)
    except (ZeroDivisionError, OverflowError):
        return
    if not cmath.isfinite(expected):
        return
    line = one_line(_tex(tree))
    assert line is not None
    for juxtaposed in (True, False):
        for greedy in (True, False):
            try:
                found = _Reader(line, juxtaposed=juxtaposed, greedy=greedy).value()
            except (ZeroDivisionError, OverflowError):
                continue
            assert abs(found - expected) <= 1e-6 * max(1, abs(expected)), (_tex(tree), line)


# One line, case by case


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        # Brackets only where the line could be read in two ways
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{2ab}{c}", "2ab/c"),
        (r"\frac{a}{bc}", "a/(bc)"),
        (r"\frac{a}{f(x)}", "a/f(x)"),
        (r"\frac{a}{n(n+1)}", "a/(n(n + 1))"),
        (r"\frac{a}{f(2)}", "a/(f(2))"),
        (r"\frac{a}{n!}", "a/n!"),
        (r"\frac{a}{b}!", "(a/b)!"),
        (r"\frac{\ln x}{x}", "(ln x)/x"),
        (r"\frac{1}{\ln x} + \frac{1}{\ln(x)}", "1/(ln x) + 1/ln(x)"),
        (r"\frac{x_i^2}{\|w\|^2}", "xᵢ²/‖w‖²"),
        (r"a \frac{b}{c}", "a(b/c)"),
        (r"\frac{b}{c} (d)", "(b/c)(d)"),
        (r"a - \frac{b}{c} = \frac{d}{e}, \frac{f}{g}", "a − b/c = d/e, f/g"),
        (r"a \odot \frac{b}{c}", "a ⊙ (b/c)"),
        (r"a / \frac{b}{c}", "a/(b/c)"),
        (r"\int \frac{dx}{x}", "∫ dx/x"),
        (r"\max \frac{a}{b}", "max(a/b)"),
        (r"\sqrt{a} / b", "√(a)/b"),
        (r"\sqrt{ab}\, c", "√(ab) c"),
        (r"\sqrt{\mathrm{KL}}", "√(KL)"),
        (r"x^3 \sqrt[3]{y} \sqrt[4]{z} \sqrt[4]{yz}", "x³ ³√(y) ⁴√(z) ⁴√(yz)"),
        (r"2\frac12 + \frac12 3 + \frac{1}{2}x + \frac34", "2(1/2) + (1/2)3 + ½x + ¾"),
        (r"\frac{dy}{dx} + \frac{a}{dx} + \frac{d}{dx} f", "dy/dx + a/(dx) + (d/dx)f"),
        # Scripts
        (r"x_{ij} + x_{i,j} + x_{\text{max}} + x_{\text{new}}", "xᵢⱼ + x_(i,j) + xₘₐₓ + x_(new)"),
        (r"x^{n+1} + x^{-(2t+1)} + x^{a/b}", "xⁿ⁺¹ + x⁻⁽²ᵗ⁺¹⁾ + x^(a/b)"),
        (r"x_q + x_q y + x_q(y) + x^q(y) + x^q", "x_q + x_q y + x_q(y) + x^q (y) + x^q"),
        (r"x_q^2 + x_i^q + x_q^Q", "x²_q + xᵢ^q + x_q^Q"),
        (r"{x_q}^2 + {x^2}^3 + {x_i}^2", "(x_q)² + (x²)³ + xᵢ²"),
        (r"x^{x^2} + x^{(2)} + x^{(t,q)}", "x^(x²) + x⁽²⁾ + x^((t,q))"),
        (r"\mathbf{AB}^2 + {AB}^2 + \mathrm{AB}^2", "𝐀𝐁² + (AB)² + AB²"),
        (r"x'' + x''' + x'''' + x^\prime + x'^2", "x″ + x‴ + x′′′′ + x′ + x′²"),
        (r"A^*(x) + A^*B + a*b + A^\dagger", "A*(x) + A* B + a ∗ b + A†"),
        (r"x {}^{14}C", "x ¹⁴C"),
        (r"a^{\ln b}", "a^(ln b)"),
        (r"\sin^2 x + \log_2 x + \log_2(x) + \sin^{-1}x", "sin² x + log₂ x + log₂(x) + sin⁻¹ x"),
        # Signs and operators
        (r"-a + (-b) = -c, -d \le -\ln e", "−a + (−b) = −c, −d ≤ −ln e"),
        (r"a{=}b{,}c", "a=b,c"),
        (r"|a| - |-b| + P(A|B) + \{x|y\}", "|a| − |−b| + P(A|B) + {x|y}"),
        (r"\|a\|\|b\| \|\cdot\| (\cdot)", "‖a‖‖b‖‖·‖(·)"),
        (r"\left] a, b \right[ [0,1)", "]a, b[[0, 1)"),
        (r"\bigl| x \bigr|_2 \Big( y \Big) z\big|_{x=0}", "|x|₂(y)z|ₓ₌₀"),
        (r"f\colon X \to Y : x := 1", "f: X → Y : x := 1"),
        (r"\not= \not\in \not\subset \not\mid", "≠∉⊄∤"),
        (r"\sum_i (a) + \ln (a) + \lim_{x} (a)", "∑ᵢ (a) + ln(a) + limₓ (a)"),
        (r"1 \over 2", "½"),
        (r"{n \choose k}", "binom(n, k)"),
        # Names and text
        (r"\mathrm{KL}x + 2\mathrm{KL} + \mathrm{d}x", "KL x + 2KL + dx"),
        (r"\text{if }x\text{ then }y", "if x then y"),
        (r"\text{if}x", "if x"),
        (r"\text{a \textbf{b} $c_1$ \% --- ``d''}", "a b c₁ % — “d”"),
        (r"{\rm KL} {\bf x} x", "KL 𝐱x"),
        (r"\operatorname{arg\,max}_x f + \mathop{\rm tr} A", "arg maxₓ f + tr A"),
        (r"\hat{ab} + \hat{x}_i + \hat{x_i} + \hat{\mathbf x}", "hat(ab) + x̂ᵢ + hat(xᵢ) + 𝐱̂"),
        (r"\mathbb{R}\mathcal{L}\mathfrak{g}\mathbf{x1}\boldsymbol\theta", "ℝℒ𝔤𝐱𝟏𝛉"),
        (r"\overset{a}{b} + \underset{a}{b} + \overset{a}{\to}", "overset(a, b) + underset(a, b)+→ᵃ"),
        (
            r"\underbrace{a+b}_{n} + \overbrace{a} + \underbrace{c}_d^2",
            "underbrace(a + b, n) + overbrace(a) + underbrace(c, d)²",
        ),
        (r"a \pmod{n} + b \bmod c", "a (mod n) + b mod c"),
        # Tables
        (r"\begin{matrix} a & b \\ c & d \end{matrix}", "[a, b; c, d]"),
        (r"\begin{Vmatrix} (a, b) & c,d \\ \end{Vmatrix}", "‖(a, b), (c, d)‖"),
        (r"\left( \begin{array}{c} a \\ b \end{array} \right)", "(a; b)"),
        (
            r"\begin{cases} a, & x > 0, \\ b & \text{if } y \\ c & \text{others} \\ d \end{cases}",
            "{a if x > 0; b if y; c, others; d}",
        ),
        (r"\begin{cases} a & \text{若 } x \\ b & x \text{ 小} \end{cases}", "{a 若 x; b, x 小}"),
        (r"\begin{rcases} a \\ b \end{rcases} = c", "{a; b} = c"),
        (r"\begin{align*} a &= b, & c &= d \\ e &= f \end{align*}", "a = b,  c = d; e = f"),
        (r"\begin{eqnarray} a &=& b \\ &=& -c \end{eqnarray}", "a = b = −c"),
        (r"\begin{split} a &= b \\[2pt] &+ c \\ \end{split}", "a = b + c"),
        (r"\begin{equation} a = b \tag{3} \end{equation}", "a = b  (3)"),
        (r"a \\ [b]", "a; [b]"),
        # Spaces, comments and what shows nothing
        ("a % b\n + c", "a + c"),
        (r"a\,b\;c\!d\quad e\ f~g", "a b cd  e f g"),
        (r"\displaystyle a \nonumber \label{x} \textcolor{red}{b} \color{blue} c", "abc"),
        (r"\phantom{a} b \hphantom{c} d \vphantom{e}", "bd"),
        ("x² ≤ √2 × ∑_i αᵢ", "x² ≤ √2 × ∑ᵢ αᵢ"),
        ("损失_i = \\frac{正确}{总 数}", "损失ᵢ = 正确/总数"),
    ],
)
def test_one_line(tex: str, line: str) -> None:
    assert one_line(tex) == line


# Drawings, case by case


def test_a_formula_is_broken_at_relations() -> None:
    tex = r"\frac{a}{b} = c + d + e + f \le g + h + k"
    assert drawn(tex, 40) == ["a", "─ = c + d + e + f ≤ g + h + k", "b"]
    assert drawn(tex, 24) == ["a", "─ = c + d + e + f", "b", "", "    ≤ g + h + k"]
    assert drawn(r"aaa = bbb = ccc = ddd", 13) == ["aaa = bbb", "    = ccc", "    = ddd"]


def test_a_formula_is_broken_at_wide_spaces_before_relations() -> None:
    assert drawn(r"aa = bb, \qquad cc = dd", 16) == ["aa = bb,", "cc = dd"]


def test_a_formula_is_broken_at_operators_where_nothing_else_helps() -> None:
    assert drawn("a = bbb + ccc + ddd", 13) == ["a = bbb + ccc", "    + ddd"]
    assert drawn("a = bbb + ccc + ddd", 1) == ["a", "    = bbb", "    + ccc", "    + ddd"]


def test_brackets_are_not_broken() -> None:
    assert drawn("(aaa = bbb)", 4) == ["(aaa = bbb)"]


def test_rows_of_a_wide_alignment_are_broken_one_by_one() -> None:
    tex = r"\begin{aligned} aaaa &= bbbb & cc &= d \\ &= eeee + f \end{aligned}"
    assert drawn(tex, 40) == ["aaaa = bbbb      cc = d", "     = eeee + f"]
    assert drawn(tex, 16) == ["aaaa = bbbb", "cc = d", "", "    = eeee + f"]


def test_continuation_lines_keep_within_the_width() -> None:
    for essay in ESSAYS:
        for tex in formulas_of(essay.read_text(encoding="utf-8")):
            block = stacked(tex, 60)
            assert block is not None
            assert width(block.lines[0]) <= 60 or "aligned" in tex or "cases" in tex, tex


def test_tag_and_baseline() -> None:
    assert stacked(r"\frac{a}{b} \tag{4}", 76) == Block2D(("a", "─", "b"), 1, "4")
    assert stacked(r"a \tag*{II}", 76) == Block2D(("a",), 0, "II")
    assert stacked(r"\begin{align} a \tag{1} \\ b \tag{2} \end{align}", 76) == Block2D(("a", "b"), 0, "1, 2")


def test_text_takes_its_cells() -> None:
    block = stacked(r"\frac{\text{正确}}{\text{全部样本}}", 76)
    assert block == Block2D(("  正确  ", "────────", "全部样本"), 1, "")


def test_wide_ambiguous_characters() -> None:
    block = stacked(
        r"\sqrt{\frac{\alpha}{2}} + \left\|\frac{a}{b}\right\| + \underbrace{abc}_{n}", 76, ambiguous=2
    )
    check(block, ambiguous=2)
    assert block is not None
    assert [line.rstrip() for line in block.lines] == [
        " +---",
        " | α   ‖a‖",
        " | -- + ‖-‖ + abc",
        "\\| 2    ‖b‖   \\v/",
        "                 n",
    ]


def test_rules_do_not_merge() -> None:
    assert drawn(r"-\frac{a}{b}\frac{c}{d}") == ["  a c", "− ─ ─", "  b d"]
    assert drawn(r"\frac{\frac{a}{b}}{c}") == [" a", " ─", " b", "───", " c"]


def test_brackets_grow_with_fractions_but_not_with_scripts() -> None:
    assert drawn(r"\left(x_q\right)") == ["(x )", "  q"]
    assert drawn(r"(\frac{a}{b})") == ["⎛a⎞", "⎜─⎟", "⎝b⎠"]
    assert drawn(r"\Big\{ \begin{matrix} a \\ b \\ c \\ d \end{matrix} \Big\}") == [
        "⎧a⎫",
        "⎪b⎪",
        "⎨c⎬",
        "⎩d⎭",
    ]


def test_scripts_are_never_on_the_baseline() -> None:
    assert drawn(r"\left\|\sum_i x\right\|^q") == ["     q", "‖∑ x‖", "‖i  ‖"]
    assert drawn(r"\left\|\sum^i x\right\|_q'") == ["‖i  ‖′", "‖∑ x‖", "     q"]
    assert drawn(r"\left(\frac{a}{b}\right)_q^Q") == ["⎛a⎞Q", "⎜─⎟", "⎝b⎠q"]
    assert drawn(r"(x_q)^2 + x_q^2 + x_{q^Q}") == [
        "         2",
        "(x )² + x  + x",
        "  q      q     Q",
        "              q",
    ]


def test_limits_stand_beside_in_fractions_and_where_told_so() -> None:
    assert drawn(r"\frac{\sum_{i=1}^n x}{2}") == ["∑ᵢ₌₁ⁿ x", "───────", "   2"]
    assert drawn(r"\sum\nolimits_{i=1}^n x") == ["∑ᵢ₌₁ⁿ x"]
    assert drawn(r"\int_0^1 x") == ["∫₀¹ x"]
    assert drawn(r"\int\limits_0^1 x") == ["1", "∫ x", "0"]
    assert drawn(r"\lim_{x \to 0} x") == ["lim x", "x→0"]


# Searching


def test_search_finds_source_names_and_signs() -> None:
    text = search_text(r"\nabla L \le \mathcal{L} + \sum\alpha \frac12")
    assert text == r"\nabla L \le \mathcal{L} + \sum\alpha \frac12 nabla le mathcal sum alpha frac ∇ ≤ ℒ ∑ α"
    assert search_text(r"\unknown{ \alpha") == r"\unknown{ \alpha unknown alpha α"
    assert search_text("x") == "x"


def test_importing_is_light() -> None:
    code = (
        "import sys, techdash.text.math; print(*(set(sys.modules) & {'wcwidth', 'textual', 'rich', 'httpx'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
