"""The page: width, rhythm, offsets, trust."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from techdash.document import html, markdown
from techdash.document.layout import Line, Span, lay_out, line_text
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    Footnote,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Link,
    List,
    ListItem,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from techdash.text.cells import width as cells_of
from techdash.text.clean import UncleanTextError, is_clean


def page(source: str, width: int = 40, ambiguous: int = 1) -> list[str]:
    return [
        line_text(line).rstrip() for line in lay_out(list(markdown.parse(source).blocks()), width, ambiguous)
    ]


# -- what it looks like


@pytest.mark.parametrize(
    ("source", "width", "lines"),
    [
        ("one\n\ntwo", 20, ["one", "", "two"]),
        (
            "# One\n\ntext\n\n## Two\n\nmore\n\n### Three",
            20,
            ["One", "", "text", "", "", "Two", "", "more", "", "Three"],
        ),
        ("- a\n- b\n  - c\n    1. d", 20, ["• a", "• b", "  ◦ c", "    1. d"]),
        ("- a\n\n  b\n- c", 20, ["• a", "", "  b", "", "• c"]),
        ("9. 九九九九九九九九\n10. b", 14, [" 9. 九九九九九", "    九九九", "10. b"]),
        ("- [x] a\n- [ ] b", 20, ["☑ a", "☐ b"]),
        ("> a\n>\n> - b", 20, ["▎ a", "▎", "▎ • b"]),
        ("> [!TIP]\n> a", 20, ["▎ Tip", "▎ a"]),
        ("> [!TIP] Do\n> a", 20, ["▎ Do", "▎ a"]),
        ("<details><summary>S</summary>\n\na\n\n</details>", 20, ["▾ S", "  a"]),
        ("![alt](https://a.org/i.png)\n*cap*", 20, ["▢ alt", "  cap"]),
        ('![same](i.png "same")', 20, ["▢ same"]),
        ("$$\na\n= bcd\n$$", 11, ["  a = bcd"]),
        ("$$\n\\frac{a}{b} \\tag{1}\n$$", 11, ["     a", "     ─  (1)", "     b"]),
        ("$$\n\\frac{aaaaaaaaaaaaa}{b}\n$$", 9, ["aaaaaaaaa", " aaaa/b"]),
        ("$$\n\\nosuch{a}\n$$", 11, ["\\nosuch{a}"]),
        ("$$\nabc \\tag{1}\n$$", 13, ["     abc  (1)"]),
        ("a[^1]\n\n[^1]: n o", 20, ["a[1]", "", "────────────", "[1] n o"]),
        ("x<sup>2</sup> H<sub>2</sub>O 1<sup>st</sup>", 20, ["x² H₂O 1st"]),
        ("---", 8, ["────────"]),
        ("a  \nb", 8, ["a", "b"]),
        ("see ![pic](i.png) here", 20, ["see ▢ pic here"]),
    ],
)
def test_looks(source: str, width: int, lines: list[str]) -> None:
    assert page(source, width) == lines


def test_code_is_a_ground_of_full_width_with_its_language_and_marked_turns() -> None:
    lines = lay_out(list(markdown.parse("```py\nabcdefghijklmnop\n\n中文中文中文中\n```").blocks()), 12)
    assert [line_text(line) for line in lines] == [
        " py         ",
        " abcdefghij ",
        " ↪ klmnop   ",
        "            ",
        " 中文中文中 ",
        " ↪ 文中     ",
    ]
    assert {span.style for line in lines[1:] for span in line.spans} == {"code-block"}
    assert lines[0].spans[0].style == "code-block muted"


def test_tables_align_by_cells() -> None:
    source = "| 名称 | key | 值 |\n|---|:-:|--:|\n| 归一化 | a | 1 |\n| b | norm | 1000 |"
    assert page(source, 40) == [
        "名称    key     值",
        "──────────────────",
        "归一化   a       1",
        "b       norm  1000",
    ]


def test_wide_tables_shrink_then_become_records() -> None:
    source = "| a | b |\n|---|---|\n| 一二三四五六七八 | word |\n| x | y |"
    assert page(source, 16) == [
        "a           b",
        "────────────────",
        "一二三四五  word",
        "六七八",
        "",
        "x           y",
    ]
    columns = "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | |"
    assert page(columns, 12) == ["a  1", "b  2", "c  3", "", "a  4", "b  5", "c"]


def test_roles_and_links() -> None:
    source = "a **b** [c *d*](https://a.org) `e` $f$\n\n# G **h**\n\n> i *j*"
    spans = {
        span.text: span for line in lay_out(list(markdown.parse(source).blocks()), 60) for span in line.spans
    }
    assert spans["b"].style == "strong"
    assert spans["c "] == Span("c ", "link", "https://a.org")
    assert spans["d"] == Span("d", "link em", "https://a.org")
    assert (spans["e"].style, spans["f"].style) == ("code", "math")
    assert spans["G "].style == "heading1"
    assert spans["h"].style == "heading1 strong"
    assert (spans["▎ "].style, spans["i "].style, spans["j"].style) == ("marker", "quote", "quote em")


def test_ambiguous_width_counts_in_frames_too() -> None:
    for line in page("> “一二三四五六”\n\n- “a” — “b” — “c”\n\n---", 16, 2):
        assert cells_of(line, 2) <= 16
    assert page("---", 16, 2) == ["─" * 8]


# -- offsets


def test_a_line_starts_where_its_words_stand_in_the_source() -> None:
    source = "前言一二三四五六七八九十，结束。\n\n> 引用的话也有它自己的起点\n\n```\nab\ncd\n```"
    lines = lay_out(list(markdown.parse(source).blocks()), 12)
    starts = {line_text(line).strip(" ▎"): line.start for line in lines if line.spans}
    assert starts["前言一二三四"] == 0
    assert starts["五六七八九"] == source.index("五六七八九")
    assert starts["cd"] - starts["ab"] == 3


def test_offsets_count_what_stands_in_the_text_not_what_is_shown() -> None:
    blocks: list[Block] = [
        Paragraph(100, (Image("", "pic"), Text(" word "), Math("\\nosuch{b}"), Text(" end")))
    ]
    assert [(line_text(line), line.start) for line in lay_out(blocks, 8)] == [
        ("▢ pic", 100),
        ("word", 104),
        ("\\nosuch{", 109),
        ("b} end", 117),
    ]


# -- anything at all

WORD = st.sampled_from(
    [
        *[
            "word",
            "中文字符",
            "，",
            "（",
            "“",
            "LayerNorm",
            "https://a.org/x/y?z=1&w=2",
            "x" * 30,
            "👨‍👩‍👧‍👦",
            "🇨🇳",
        ],
        *["e\u0301", "한국", "﷽", "⸻", " ", " ", "\u3000", "\xa0", "—", "\u200b", "क्षि", "\t", "1"],
    ]
)
WORDS = st.lists(WORD, max_size=8).map("".join)
STYLES = st.frozensets(st.sampled_from(["strong", "em", "strike", "underline", "sup", "sub"]), max_size=2)
LEAF = st.one_of(
    st.builds(Text, WORDS, STYLES),
    st.builds(Code, WORDS),
    st.builds(Math, WORDS),
    st.builds(Image, st.just("https://a.org/i"), WORDS),
    st.builds(FootnoteRef, st.sampled_from(["1", "long-label"])),
    st.just(Break()),
)
INLINES = st.lists(
    st.one_of(LEAF, st.builds(Link, st.just("https://a.org"), st.lists(LEAF, max_size=3).map(tuple))),
    max_size=5,
).map(tuple)
OFFSET = st.integers(0, 1000)
ROW = st.lists(INLINES, min_size=1, max_size=4).map(tuple)
SIMPLE = st.one_of(
    st.builds(Paragraph, OFFSET, INLINES),
    st.builds(Heading, OFFSET, st.integers(1, 6), INLINES),
    st.builds(
        CodeBlock,
        OFFSET,
        st.lists(WORDS, max_size=3).map("\n".join),
        st.sampled_from(["", "python", "x" * 50]),
    ),
    st.builds(MathBlock, OFFSET, st.lists(WORDS, max_size=3).map("\n".join), st.sampled_from(["", "3"])),
    st.builds(Figure, OFFSET, st.sampled_from(["", "https://a.org/i"]), WORDS, INLINES),
    st.builds(Rule, OFFSET),
    st.builds(
        Table,
        OFFSET,
        st.one_of(st.just(()), ROW),
        st.lists(ROW, max_size=3).map(tuple),
        st.just(("right", "center")),
    ),
)
BLOCK: st.SearchStrategy[Block] = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(Quote, OFFSET, st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            List,
            OFFSET,
            st.booleans(),
            st.lists(
                st.builds(
                    ListItem, st.lists(inner, max_size=2).map(tuple), st.sampled_from([None, True, False])
                ),
                min_size=1,
                max_size=3,
            ).map(tuple),
            st.integers(0, 9999),
            st.booleans(),
        ),
        st.builds(
            Callout, OFFSET, st.sampled_from(["", "note"]), INLINES, st.lists(inner, max_size=2).map(tuple)
        ),
        st.builds(Details, OFFSET, INLINES, st.lists(inner, max_size=2).map(tuple)),
        st.builds(
            Footnotes,
            OFFSET,
            st.lists(
                st.builds(
                    Footnote, st.sampled_from(["1", "a-long-label"]), st.lists(inner, max_size=2).map(tuple)
                ),
                max_size=2,
            ).map(tuple),
        ),
    ),
    max_leaves=3,
)


@given(st.lists(BLOCK, max_size=3), st.integers(8, 100), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=120)
def test_no_line_of_any_tree_is_too_wide_or_unclean(blocks: list[Block], width: int, ambiguous: int) -> None:
    for line in lay_out(blocks, width, ambiguous):
        text = line_text(line)
        assert cells_of(text, ambiguous) <= width
        # The window draws span by span.
        assert sum(cell_len(span.text) for span in line.spans) <= width
        assert "\n" not in text
        assert "\t" not in text
        assert is_clean(text)
        assert all(span.text for span in line.spans)


@given(
    st.lists(
        st.sampled_from(
            ["一段中文，", "words and more ", "**bold** ", "`code` ", "$x_1$ ", "[l](https://a.org) "]
        ),
        min_size=1,
        max_size=30,
    ).map("".join),
    st.integers(8, 80),
)
@settings(deadline=None, max_examples=100)
def test_the_page_holds_every_word_in_order(source: str, width: int) -> None:
    blocks = list(markdown.parse(source).blocks())
    once = "".join(line_text(line) for line in lay_out(blocks, 10_000))
    assert re.sub(r"\s", "", "".join(page(source, width))) == re.sub(r"\s", "", once)
    starts = [line.start for line in lay_out(blocks, width)]
    assert starts == sorted(starts)


@pytest.mark.parametrize("payload", ["\x1b]52;c;x\x07", "\x9b2J", "a\u202eb", "\ud800"])
def test_unclean_text_stops_here(payload: str) -> None:
    for block in (
        Paragraph(0, (Text(f"a{payload}"),)),
        CodeBlock(0, payload, ""),
        Heading(0, 1, (Code(payload),)),
        Table(0, (), (((Text(payload),),),)),
        Callout(0, f"x{payload}", (), ()),
    ):
        with pytest.raises(UncleanTextError):
            lay_out([block], 40)


def test_a_grapheme_across_styles_is_in_one_span() -> None:
    blocks: list[Block] = [
        Paragraph(
            0,
            (Text("a👩"), Text("\u200d👩", frozenset({"em"})), Text("e"), Text("\u0301x", frozenset({"em"}))),
        )
    ]
    (line,) = lay_out(blocks, 20)
    assert [span.text for span in line.spans] == ["a👩\u200d👩e\u0301", "x"]


def test_lines_are_values() -> None:
    assert Line((Span("a"),), 0) == Line((Span("a", "", ""),), 0)


def test_html_and_markdown_look_alike() -> None:
    source = "# T\n\na **b** `c`\n\n- d\n- e\n\n> f\n\n```py\ng\n```\n\n| h | i |\n|---|---|\n| j | k |"
    markup = (
        "<h1>T</h1><p>a <b>b</b> <code>c</code></p><ul><li>d</li><li>e</li></ul><blockquote>f</blockquote>"
        '<pre><code class="language-py">g</code></pre><table><thead><tr><th>h</th><th>i</th></tr></thead>'
        "<tr><td>j</td><td>k</td></tr></table>"
    )
    one = lay_out(list(markdown.parse(source).blocks()), 40)
    two = lay_out(list(html.parse(markup).blocks()), 40)
    assert [line.spans for line in one] == [line.spans for line in two]
