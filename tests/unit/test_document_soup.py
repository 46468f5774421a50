"""Tag soup within bounds: same text, same tree for honest pages, no blow-up for hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from techdash.document import soup
from techdash.document.html import parse
from techdash.document.outline import plain_text
from techdash.document.soup import attributes, bounded


def depth(html: str) -> int:
    deepest, stack = 0, [(LexborHTMLParser(html).root, 1)]
    while stack:
        node, level = stack.pop()
        while node is not None:
            deepest = max(deepest, level)
            if node.child is not None:
                stack.append((node.child, level + 1))
            node = node.next
    return deepest


def nodes(html: str) -> int:
    root = LexborHTMLParser(html).root
    assert root is not None
    return sum(1 for _ in root.traverse(include_text=True))


def test_what_is_small_stays_as_it_is() -> None:
    html = "<p>a<b>c" * 400
    assert bounded(html) is html


@pytest.mark.parametrize(
    "unit", ["<div>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<b>", "<span>", "<details>", "<svg><g>"]
)
def test_nesting_is_bounded(unit: str) -> None:
    html = bounded(unit * 20_000 + "words")
    assert depth(html) < 500
    assert "words" in html


def test_formatting_that_is_never_closed_does_not_multiply() -> None:
    html = bounded("".join(f"<p><b id={number}>x" for number in range(2000)))
    assert nodes(html) < 10_000
    assert plain_text(parse(html).blocks()).count("x") == 2000


def test_attributes_are_bounded() -> None:
    html = bounded("<p " + " ".join(f"a{number}=1" for number in range(30_000)) + " >words</p>")
    found = LexborHTMLParser(html).css_first("p")
    assert found is not None
    assert len(found.attributes) <= 32
    assert found.text() == "words"


@pytest.mark.parametrize(
    "trick",
    [
        "<<!---->div>",
        "<div><!--></div><div>--></div>",
        '<div title="</div>">',
        "<div title='</div>'>",
        '<div a="></div>">',
        "<div></span>",
        "<div><table><tr><td></div></td></tr></table>",
        "<script><!--<script></script></div>--></script><div>",
        "</div><div>",
    ],
)
def test_no_trick_gets_past(trick: str) -> None:
    assert depth(bounded(trick * 3000)) < 700


def test_attribute_forms() -> None:
    assert attributes(""" a=1 B='two' c="3 > 2" d e = f g=h/ a=no""") == {
        "a": "1",
        "b": "two",
        "c": "3 > 2",
        "d": "",
        "e": "f",
        "g": "h/",
    }


INLINE = st.recursive(
    st.sampled_from(["word ", "中文", "&lt;x&gt;", "<br>", "<img src=/i.png alt='a &gt; b'>", "<!-- no -->"]),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["b", "i", "code", "span", "sup"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=6,
)
BLOCK = st.recursive(
    st.lists(INLINE, max_size=4).map("".join).map("<p>{}</p>".format),
    lambda inner: st.one_of(
        st.builds(
            "<{0}>{1}</{0}>".format,
            st.sampled_from(["div", "blockquote", "section"]),
            st.lists(inner, max_size=3).map("".join),
        ),
        st.lists(inner, max_size=3).map(
            lambda items: f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        ),
        st.lists(INLINE, min_size=2, max_size=3).map(
            lambda cells: f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(BLOCK, max_size=5).map("".join))
@settings(deadline=None, max_examples=150)
def test_an_honest_page_is_the_same_tree_rewritten(html: str) -> None:
    rewritten = soup._rewritten(html)
    one = list(parse(html, "https://a.org/").blocks())
    two = list(parse(rewritten, "https://a.org/").blocks())
    assert plain_text(one) == plain_text(two)
    assert [type(block) for block in one] == [type(block) for block in two]
