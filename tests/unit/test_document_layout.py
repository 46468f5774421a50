"""The page: width, rhythm, offsets, trust."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from rich.cells import cell_len

from techdash.document import html, markdown
from techdash.document.layout import Line, Setting, Span, hidden_in, lay_out, line_text, source_text
from techdash.document.outline import own_text, walk
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


def laid(source: str, width: int = 40, setting: Setting = Setting()) -> list[Line]:  # noqa: B008
    return lay_out(list(markdown.parse(source).blocks()), width, setting)


def page(source: str, width: int = 40, ambiguous: int = 1) -> list[str]:
    return [line_text(line).rstrip() for line in laid(source, width, Setting(ambiguous=ambiguous))]


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
        ("$$\naa = bb = cc\n$$", 10, [" aa = bb", "     = cc"]),
        ("$$\nabcdef \\tag{12}\n$$", 12, [" abcdef (12)"]),
        ("$$\nabcdefgh \\tag{1}\n$$", 9, ["abcdefgh", "      (1)"]),
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
    columns = "| a | b | c |\n|---|---|---|\n| 1 | 2 | 333333 |\n| 4 | 5 | |"
    assert page(columns, 12) == ["a  b  c", "────────────", "1  2  333333", "4  5"]
    assert page(columns, 11) == ["a  1", "b  2", "c  333333", "", "a  4", "b  5", "c"]


WIDE_TABLE = (
    "| 名称 | what it is | more of it |\n|---|---|---|\n"
    "| 归一化 | some words about it | and others to be read |\n| b | c | d |"
)


def test_a_table_of_unreadable_columns_stays_wide_where_the_page_can_be_moved() -> None:
    lines = laid(f"> {WIDE_TABLE}".replace("\n", "\n> "), 30, Setting(sideways=True))
    assert [line_text(line) for line in lines] == [
        "▎ 名称    what it is           more of it",
        "▎ " + "─" * 50,
        "▎ 归一化  some words about it  and others to be read",
        "▎ b       c                    d",
    ]
    assert [line.wide for line in lines] == [52] * 4
    assert laid(WIDE_TABLE, 50, Setting(sideways=True))[0].wide == 0
    assert max(line.wide for line in laid(WIDE_TABLE, 30)) == 0


def test_cells_beyond_what_anybody_reads_across_are_wrapped_in_a_wide_table() -> None:
    source = "| a | b | c |\n|---|---|---|\n" + f"| {'word ' * 20} | {'字' * 40} | c |"
    lines = laid(source, 20, Setting(sideways=True))
    assert {line.wide for line in lines} == {2 * 32 + 2 * 2 + 1}
    assert len(lines) == 2 + 4


def test_numbers_stand_right_only_where_the_source_says_so() -> None:
    assert page("| a | b |\n|---|--:|\n| 1 | 1 |\n| 100 | 100 |")[2:] == ["1      1", "100  100"]


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


def test_a_formula_too_wide_to_break_is_wide_where_the_page_can_be_moved() -> None:
    source = "- $$\\frac{aaaaaaaaaaaaa}{b}$$"
    lines = laid(source, 11, Setting(sideways=True))
    assert [line_text(line).rstrip() for line in lines] == ["• aaaaaaaaaaaaa", "  ─────────────", "        b"]
    assert [(line.wide, line.block) for line in lines] == [(15, lines[0].start)] * 3


def test_every_line_of_a_formula_names_its_block() -> None:
    source = "x\n\n$$\n\\frac{a}{b} = c = d \\tag{9}\n$$\n\ny"
    for width in (8, 20, 60):
        drawn = [line for line in laid(source, width) if "math" in str(line.spans)]
        assert {line.block for line in drawn} == {source.index("$$")}


def test_a_formula_that_is_not_understood_is_its_source_as_code() -> None:
    (line,) = laid("$$\n\\nosuch{a}\n$$", 20)
    assert line.spans == (Span("\\nosuch{a}", "math code"),)


def test_long_code_stays_whole_where_the_page_can_be_moved() -> None:
    source = "```py\nabcdefghijklmnop\n\n中文\n```"
    lines = laid(source, 12, Setting(sideways=True))
    assert [line_text(line) for line in lines] == [
        " py               ",
        " abcdefghijklmnop ",
        "                  ",
        " 中文             ",
    ]
    assert {line.wide for line in lines} == {18}
    assert {line.wide for line in laid(source, 18, Setting(sideways=True))} == {0}
    assert laid("```\n" + "x" * 10_000 + "\n```", 12, Setting(sideways=True))[0].wide == 502


def test_colour_changes_no_line_of_code() -> None:
    code = CodeBlock(7, "def f(x):\n\treturn x  # 中文e\u0301注释很长的", "py")
    tokens = (
        (("def", "tok-keyword"), (" f(x):", "")),
        (
            ("\treturn", "tok-keyword"),
            (" x  ", ""),
            ("# 中文e", "tok-comment"),
            ("\u0301注释很长的", "tok-error"),
        ),
    )
    plain, coloured = lay_out([code], 20), lay_out([code], 20, Setting(tokens={7: tokens}))
    assert [line_text(line) for line in coloured] == [line_text(line) for line in plain]
    assert coloured[1].spans[1:3] == (
        Span("def", "code-block tok-keyword"),
        Span(" f(x):", "code-block"),
    )
    assert [span.text for span in coloured[2].spans] == [" ", " return", " x  ", "# 中文e\u0301", " "]
    # Of another text, or of another number of lines, they are of no use.
    for wrong in (tokens[:1], (tokens[1], tokens[0]), ()):
        assert lay_out([code], 20, Setting(tokens={7: wrong})) == plain


FOLDS = (
    "<details><summary>Su</summary>\n\na\n\n<details open><summary>in</summary>\n\nb\n\n</details>\n\n"
    "</details>\n\nc"
)


def test_what_folds_is_folded_only_where_it_can_be_unfolded() -> None:
    start = FOLDS.index("<details>")
    assert page(FOLDS) == ["▾ Su", "  a", "", "  ▾ in", "    b", "", "c"]
    folded = laid(FOLDS, 40, Setting(folds=True))
    assert [line_text(line) for line in folded] == ["▸ Su  +3", "", "c"]
    assert source_text(folded) == "Su\n\nc"
    unfolded = laid(FOLDS, 40, Setting(folds=True, toggled=frozenset({start})))
    assert [line_text(line) for line in unfolded] == ["▾ Su", "  a", "", "  ▾ in", "    b", "", "c"]
    inner = next(line.block for line in unfolded if "in" in line_text(line))
    again = laid(FOLDS, 40, Setting(folds=True, toggled=frozenset({start, inner})))
    assert [line_text(line) for line in again] == ["▾ Su", "  a", "", "  ▸ in  +1", "", "c"]
    assert (folded[0].block, unfolded[0].block) == (start, start)


def test_the_folds_over_a_place_are_known() -> None:
    blocks = list(markdown.parse(FOLDS).blocks())
    lines = laid(FOLDS, 40)
    at = {line_text(line).strip(): line.start for line in lines if line.spans}
    outer, inner = (block.start for block in walk(blocks) if isinstance(block, Details))
    folds = Setting(folds=True)
    both = Setting(folds=True, toggled=frozenset({inner}))
    assert hidden_in(blocks, at["a"], folds) == (outer,)
    assert hidden_in(blocks, at["b"], folds) == (outer,)
    assert hidden_in(blocks, at["b"], both) == (outer, inner)
    assert hidden_in(blocks, at["▾ in"], both) == (outer,)
    for place in (at["▾ Su"], at["c"], 10_000):
        assert hidden_in(blocks, place, folds) == ()
    assert hidden_in(blocks, at["b"], Setting()) == ()
    # Turned as it says, the place is seen.
    shown = Setting(folds=True, toggled=frozenset({inner} ^ {*hidden_in(blocks, at["b"], both)}))
    assert any(line_text(line).strip() == "b" for line in lay_out(blocks, 40, shown))


def test_a_picture_stands_above_its_caption() -> None:
    source = "> ![alt](https://a.org/i.png)\n> *cap*"
    lines = laid(source, 20, Setting(pictures={"https://a.org/i.png": (10, 2)}))
    assert [line_text(line) for line in lines] == ["▎ ", "▎ ", "▎ ▢ alt", "▎   cap"]
    src = "https://a.org/i.png"
    assert [line.picture for line in lines] == [(src, 0), (src, 1), None, None]
    assert source_text(lines) == source_text(laid(source, 20))
    lines = laid(f"- a\n\n  ![alt]({src})", 20, Setting(pictures={src: (10, 1)}))
    assert [line_text(line) for line in lines] == ["• a", "", "  ", "  ▢ alt"]


def test_lists_quotes_and_code_keep_their_rhythm() -> None:
    source = (
        "- a\n  - b\n    - c c c c c c c c c\n\n1. d\n\n   ```\n   e\n   ```\n2. f\n\n"
        "   > g\n   >\n   > > h\n   > > - i\n\n> [!NOTE]\n> j\n>\n> - k\n> - l"
    )
    assert page(source, 18) == [
        "• a",
        "  ◦ b",
        "    ▪ c c c c c c",
        "      c c c",
        "",
        "1. d",
        "",
        "    e",
        "",
        "2. f",
        "",
        "   ▎ g",
        "   ▎",
        "   ▎ ▎ h",
        "   ▎ ▎",
        "   ▎ ▎ ◦ i",
        "",
        "▎ Note",
        "▎ j",
        "▎",
        "▎ • k",
        "▎ • l",
    ]


# -- gaps between scripts


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("用LayerNorm与AdamW", "用 LayerNorm 与 AdamW"),
        ("约50%的，占3.14倍", "约 50% 的，占 3.14 倍"),
        ("用C++的，花$5买", "用 C++ 的，花 $5 买"),
        ("已有 space 与（Latin）、“x”", "已有 space 与（Latin）、“x”"),
        ("用`f()`的与$\\nabla f$和**B**到", "用 f() 的与 ∇f 和 B 到"),
        ("代码`中a文`里，公式$\\text{中}a$里", "代码中a文里，公式中a 里"),
        ("见[链接a文](https://a.org)b", "见链接 a 文 b"),
        ("注[^1]\n\n[^1]: 一a", "注[1]\n\n────────────\n[1] 一 a"),
        ("か゚a・カAぺb", "か゚a・カ A ぺ b"),
    ],
)
def test_a_gap_stands_between_chinese_and_latin(source: str, shown: str) -> None:
    lines = laid(source, 60, Setting(gaps=True))
    assert "\n".join(map(line_text, lines)) == shown
    assert source_text(lines) == source_text(laid(source, 60))


def test_a_gap_is_drawn_and_belongs_to_its_link() -> None:
    (line,) = laid("[中a](https://a.org)中", 20, Setting(gaps=True))
    assert line.spans == (
        Span("中", "link", "https://a.org"),
        Span(" ", "link", "https://a.org", drawn=True),
        Span("a", "link", "https://a.org"),
        Span(" ", drawn=True),
        Span("中"),
    )
    (line,) = laid("[中**a**](https://a.org)", 20, Setting(gaps=True))
    assert line.spans[1] == Span(" ", "link", "https://a.org", drawn=True)


def test_columns_have_room_for_their_gaps() -> None:
    lines = laid("| 用a | b |\n|---|---|\n| 中 | c |", 20, Setting(gaps=True))
    assert [line_text(line) for line in lines] == ["用 a  b", "───────", "中    c"]


def test_a_gap_is_not_counted_and_goes_with_the_end_of_a_line() -> None:
    lines = laid("归一LayerNorm层中Adam", 10, Setting(gaps=True))
    assert [(line_text(line), line.start, line.before) for line in lines] == [
        ("归一", 0, "\n"),
        ("LayerNorm", 2, ""),
        ("层中 Adam", 11, ""),
    ]


def test_what_stands_between_two_lines_is_told() -> None:
    lines = laid("one two三四五六七\\\neight\n\nnine", 8)
    assert [(line_text(line), line.before) for line in lines] == [
        ("one two", "\n"),
        ("三四五六", ""),
        ("七", ""),
        ("eight", "\n"),
        ("", "\n"),
        ("nine", "\n"),
    ]
    assert source_text(lines) == "one two三四五六七\neight\n\nnine"


def test_copied_text_has_nothing_of_what_is_drawn() -> None:
    source = (
        "> - one two three\n> - [x] four\n\n```py\nabcdefghijkl\n\nm\n```\n\n"
        "| a | b |\n|---|--:|\n| c | d |\n\n[^1]\n\n> [!TIP]\n> e\n\n[^1]: f"
    )
    assert source_text(laid(source, 12)) == (
        "one two three\nfour\n\nabcdefghijkl\n\nm\n\na b\nc d\n\n[1]\n\n\ne\n\nf"
    )


def test_a_stacked_formula_is_copied_as_its_source() -> None:
    lines = laid("Before\n\n$$\n\\frac{a}{b}\n$$\n\n$$\n\\frac{c}{d} = 1\n$$\n\nafter", 40)
    assert source_text(lines) == "Before\n\n\\frac{a}{b}\n\n\\frac{c}{d} = 1\n\nafter"
    assert "─" in "".join(map(line_text, lines))


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


SETTING = st.builds(
    Setting,
    ambiguous=st.sampled_from([1, 2]),
    sideways=st.booleans(),
    gaps=st.booleans(),
    folds=st.booleans(),
    toggled=st.frozensets(OFFSET, max_size=3),
    pictures=st.sampled_from([{}, {"https://a.org/i": (8, 2)}]),
)


@given(st.lists(BLOCK, max_size=3), st.integers(8, 200), SETTING)
@settings(deadline=None, max_examples=200)
def test_no_line_of_any_tree_is_too_wide_or_unclean(
    blocks: list[Block], width: int, setting: Setting
) -> None:
    lines = lay_out(blocks, width, setting)
    for (_, wide), group in groupby(lines, lambda line: (line.block, line.wide)):
        if wide:
            assert setting.sideways
            assert max(cells_of(line_text(line), setting.ambiguous) for line in group) == wide > width
    for line in lines:
        text = line_text(line)
        assert cells_of(text, setting.ambiguous) <= (line.wide or width)
        # The window draws span by span.
        assert sum(cell_len(span.text) for span in line.spans) <= (line.wide or width)
        assert "\n" not in text
        assert "\t" not in text
        assert is_clean(text)
        assert all(span.text for span in line.spans)


# What is shown as it stands, so that it can be compared: no formulas, nothing raised.
SHOWN = st.lists(
    st.one_of(
        st.builds(Text, WORDS, st.frozensets(st.sampled_from(["strong", "em"]))),
        st.builds(Code, WORDS),
        st.builds(Image, st.just("https://a.org/i"), WORDS),
        st.builds(FootnoteRef, st.sampled_from(["1", "long-label"])),
        st.just(Break()),
        st.builds(Link, st.just("https://a.org"), st.builds(Text, WORDS).map(lambda text: (text,))),
    ),
    max_size=5,
).map(tuple)
SHOWN_LEAF = st.one_of(
    st.builds(Paragraph, OFFSET, SHOWN),
    st.builds(Heading, OFFSET, st.integers(1, 6), SHOWN),
    st.builds(CodeBlock, OFFSET, st.lists(WORDS, max_size=3).map("\n".join), st.sampled_from(["", "py"])),
    st.builds(Figure, OFFSET, st.just("https://a.org/i"), WORDS, SHOWN.map(lambda row: (*row, Text(" end")))),
)
SHOWN_CHILDREN = st.lists(SHOWN_LEAF, max_size=3).map(tuple)
SHOWN_BLOCK = st.one_of(
    SHOWN_LEAF,
    st.builds(Quote, OFFSET, SHOWN_CHILDREN),
    st.builds(
        List, OFFSET, st.booleans(), st.lists(st.builds(ListItem, SHOWN_CHILDREN), max_size=3).map(tuple)
    ),
    st.builds(Callout, OFFSET, st.sampled_from(["", "note"]), SHOWN, SHOWN_CHILDREN),
    st.builds(Details, OFFSET, SHOWN, SHOWN_CHILDREN),
    st.builds(Footnotes, OFFSET, st.lists(st.builds(Footnote, st.just("1"), SHOWN_CHILDREN)).map(tuple)),
)


SHOWN_ROW = st.lists(SHOWN, min_size=1, max_size=4).map(tuple)


def words(text: str) -> str:
    return re.sub("[\\s\u200b]", "", text)


@given(st.lists(SHOWN_BLOCK, max_size=3), st.integers(8, 200), SETTING)
@settings(deadline=None, max_examples=200)
def test_nothing_of_any_tree_is_lost_or_moved(blocks: list[Block], width: int, setting: Setting) -> None:
    setting = structs.replace(setting, folds=False)
    copied = source_text(lay_out(blocks, width, setting))
    assert words(copied) == words("".join(own_text(block) for block in walk(blocks)))


@given(
    st.builds(Table, OFFSET, SHOWN_ROW, st.lists(SHOWN_ROW, max_size=3).map(tuple)),
    st.integers(8, 200),
    SETTING,
)
@settings(deadline=None, max_examples=100)
def test_nothing_of_a_table_is_lost(table: Table, width: int, setting: Setting) -> None:
    lines = lay_out([table], width, setting)
    assert Counter(words(source_text(lines))) == Counter(words(own_text(table)))
    # In order too where no cell is of several lines: one may break at a space without width, or be told to.
    own = own_text(table)
    if "\u200b" not in own and own.count("\n") == len(table.rows):
        assert words(source_text(lay_out([table], 10_000, setting))) == words(own)


@given(
    st.lists(
        st.sampled_from(
            ["一段中文", "，", "（", "words", " ", "3.14", "50%", "$5", "e\u0301", "🇨🇳", "α", "x" * 30]
        ),
        max_size=30,
    ).map("".join),
    st.integers(8, 200),
    st.integers(0, 30),
)
@settings(deadline=None, max_examples=300)
def test_copying_gives_the_text_whatever_is_drawn_in_it(text: str, width: int, cut: int) -> None:
    text = " ".join(text.split())
    row = tuple(
        Text(piece, frozenset(style)) for piece, style in ((text[:cut], ()), (text[cut:], ("em",))) if piece
    )
    setting = Setting(gaps=True)
    lines = lay_out([Paragraph(5, row)], width, setting)
    assert source_text(lines) == text
    for line in lines:
        shown = line_text(line)
        assert "  " not in shown
        assert not any(span.drawn for span in (*line.spans[:1], *line.spans[-1:]))
        found = "".join(span.text for span in line.spans if not span.drawn)
        assert text[line.start - 5 :].startswith(found)
        for span in line.spans:
            assert span.text == " " or not span.drawn
    assert not re.search("[一段中文](?=[a-z0-9α])|[a-z0-9α](?=[一段中文])", "\n".join(map(line_text, lines)))


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


def test_offsets_are_right_behind_a_grapheme_across_styles() -> None:
    blocks: list[Block] = [Paragraph(0, (Text("e"), Text("\u0301一段中文", frozenset({"em"}))))]
    assert [(line_text(line), line.start) for line in lay_out(blocks, 8)] == [("e\u0301一段中", 0), ("文", 5)]


def test_lines_are_values() -> None:
    assert Line((Span("a"),), 0) == Line((Span("a", "", ""),), 0)


@pytest.mark.parametrize(
    ("words", "name"), [("这是一段中文的说明文字。", "注"), ("Some words in English.", "Note")]
)
def test_a_callout_is_named_in_the_language_of_its_text(words: str, name: str) -> None:
    lines = lay_out([Callout(0, "note", (), (Paragraph(0, (Text(words),)),))], 40)
    assert line_text(lines[0]) == f"▎ {name}"


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
