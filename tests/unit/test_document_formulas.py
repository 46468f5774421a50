"""TeX in running text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document.formulas import formulas, split_tag


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$loss$ and $softmax(x)$", ["loss", "softmax(x)"]),
        ("$x$, $a+b$ and $\\alpha$", ["x", "a+b", "\\alpha"]),
        ("的$x$是", ["x"]),
        ("$n$th, $k$-means, $5$", ["n", "k", "5"]),
        ("\\(a\\) \\[b\\] $$c$$", ["a", "b", "c"]),
        ("$\\$5$", ["\\$5"]),
        ("$O(n \\log n)$ in $[0, 1]$", ["O(n \\log n)", "[0, 1]"]),
        ("$x = y$ or $x<y$", ["x = y", "x<y"]),
        ("$5 and $10", []),
        ("a$x$", []),
        ("$x$1", []),
        ("$ x $", []),
        ("$HOME/$USER/bin", []),
        ("$HOME/bin:$PATH", []),
        ("export A=$B; echo $C", []),
        ("售价$5，原价$6。", []),
        ("从$5涨到$10元", []),
        ("the price ($10) and ($20)", []),
        ("$10-20 and $30–40 a month", []),
        ("5$ or 6$", []),
        ("时间$O(n)$，空间$1$", ["O(n)", "1"]),
        ("\\$x$ y$", []),
        ("$10 or US$ 5", []),
        ("$a\n\nb$", []),
        ("$$$$ $$", []),
        ("$x", []),
    ],
)
def test_formulas(text: str, found: list[str]) -> None:
    assert [formula.tex for formula in formulas(text)] == found


@given(st.text("$\\()[]a1 _^{}\n=,", max_size=60))
@settings(deadline=None, max_examples=300)
def test_formulas_are_in_order_and_apart(text: str) -> None:
    end = 0
    for formula in formulas(text):
        assert end <= formula.start < formula.end
        assert formula.tex in text[formula.start : formula.end]
        end = formula.end


def test_the_number_of_a_formula() -> None:
    assert split_tag("a = b \\tag{3.1}") == ("a = b", "3.1")
    assert split_tag("a = b") == ("a = b", "")
