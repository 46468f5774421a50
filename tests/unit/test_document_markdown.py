"""Markdown to the tree, part by part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document.inlines import text_of
from techdash.document.load import load
from techdash.document.markdown import front_matter, parse
from techdash.document.outline import headings, own_text, plain_text, walk
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from techdash.text.clean import is_clean


def blocks(source: str) -> list[Block]:
    return list(parse(source).blocks())


def only(source: str) -> Any:
    found = blocks(source)
    assert len(found) == 1, found
    return found[0]


def styled(text: str, *styles: Any) -> Text:
    return Text(text, frozenset(styles))


# -- inlines


@pytest.mark.parametrize(
    ("source", "inlines"),
    [
        ("a **b *c* d** e", (
            Text("a "), styled("b ", "strong"), styled("c", "strong", "em"), styled(" d", "strong"),
            Text(" e"),
        )),
        ("**重点：**下文", (styled("重点：", "strong"), Text("下文"))),
        ("前文**（注）**后文", (Text("前文"), styled("（注）", "strong"), Text("后文"))),
        ("2 * 3 * 4 和 snake_case_name", (Text("2 * 3 * 4 和 snake_case_name"),)),
        ("~~gone~~ `a  b`", (styled("gone", "strike"), Text(" "), Code("a  b"))),
        ("[a](https://a.org/ 'title')", (Link("https://a.org/", (Text("a"),)),)),
        ("[a *b*][r]\n\n[r]: <https://a.org/x y>", (
            Link("https://a.org/x%20y", (Text("a "), styled("b", "em"))),
        )),
        ("[a](javascript:x) [b](file:///x) [c](#d)", (Text("a b "), Link("#d", (Text("c"),)))),
        ("<https://a.org/>", (Link("https://a.org/", (Text("https://a.org/"),)),)),
        ("见 https://a.org/x(y)。再看(https://b.org)", (
            Text("见 "), Link("https://a.org/x(y)", (Text("https://a.org/x(y)"),)), Text("。再看("),
            Link("https://b.org", (Text("https://b.org"),)), Text(")"),
        )),
        ("一行\n二行 and\nthree  \nfour", (Text("一行二行 and three"), Break(), Text("four"))),
        ("H<sub>2</sub>O <kbd>Ctrl</kbd><br/><b>x</b>", (
            Text("H"), styled("2", "sub"), Text("O "), Code("Ctrl"), Break(), styled("x", "strong"),
        )),
        ("a ![alt *x*](i.png) b", (Text("a "), Image("i.png", "alt x"), Text(" b"))),
        ("let $a_1 * b_2 * c$, \\(x*y*z\\)", (
            Text("let "), Math("a_1 * b_2 * c"), Text(", "), Math("x*y*z"),
        )),
        ("escaped \\[not\\] \\(brackets\\)", (Text("escaped [not] (brackets)"),)),
        ("from $5 to $10, `$x$`, \\$y\\$", (Text("from $5 to $10, "), Code("$x$"), Text(", $y$"))),
        ("&lt;b&gt; &copy; &#27;[2J &#x202e;x", (Text("<b> © \ufffd[2J x"),)),
    ],
)  # fmt: skip
def test_inlines(source: str, inlines: tuple[Any, ...]) -> None:
    assert only(source).inlines == inlines


# -- blocks


def test_headings_with_the_ids_of_forges() -> None:
    doc = parse("# One `two` $x$\nright after\n\nTwo\n===\n\n### 三、标题：x #\n")
    assert headings(doc) == [(0, 1, "One two x"), (29, 1, "Two"), (38, 3, "三、标题：x")]
    ids = [block.id for block in doc.blocks() if isinstance(block, Heading)]
    assert ids == ["one-two-x", "two", "三标题x"]


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("```python {1,3}\na\n\nb\n```", "a\n\nb", "python"),
        ("~~~~\n```\n~~~\n~~~~", "```\n~~~", ""),
        ("```\nnever closed\n\n# x", "never closed\n\n# x", ""),
        ("   ```c++\n   a\n     b\n   ```", "a\n  b", "c++"),
        ("    a\n\n    \tb", "a\n\n    b", ""),
        ("```js:src/x.js\nx\n```", "x", "js"),
    ],
)
def test_code(source: str, text: str, language: str) -> None:
    found = only(source)
    assert (found.text, found.language) == (text, language)
    assert isinstance(found, CodeBlock)


@pytest.mark.parametrize(
    ("source", "tex", "tag"),
    [
        ("$$\na\n= b\n- c\n$$", "a\n= b\n- c", ""),
        ("$$ x $$", "x", ""),
        ("\\[\nx \\tag{3}\n\\]", "x", "3"),
        ("\\begin{aligned}\na &= b\\\\\n\\end{aligned}", "\\begin{aligned}\na &= b\\\\\n\\end{aligned}", ""),
    ],
)
def test_display_math(source: str, tex: str, tag: str) -> None:
    found = only(source)
    assert isinstance(found, MathBlock)
    assert (found.tex, found.tag) == (tex, tag)


def test_display_math_between_and_within() -> None:
    found = blocks("so\n$$\nx\n$$\nholds $$y$$ here\n\n- a\n\n  $$\n  z\n  $$\n\n> $$w$$")
    assert [own_text(block) for block in walk(found) if isinstance(block, (MathBlock, Paragraph))] == [
        *("so", "x", "holds", "y", "here", "a", "z", "w"),
    ]


def test_dollars_that_open_nothing_stay_words() -> None:
    assert [own_text(block) for block in blocks("$$\n\nx\n\n$$ y")] == ["$$", "x", "$$ y"]


def test_lists() -> None:
    found = only("3. a\n   - b\n\n     c\n4. d\n\n   ```\n   x\n\n   y\n   ```\n")
    assert isinstance(found, List)
    assert (found.ordered, found.first, found.tight, len(found.items)) == (True, 3, False, 2)
    assert plain_text(found.items[1].children) == "d\n\nx\n\ny"
    tasks = only("- [x] a\n- [ ] b\n- [y](https://a.org) c")
    assert [item.checked for item in tasks.items] == [True, False, None]
    assert tasks.tight
    assert [plain_text(item.children) for item in tasks.items] == ["a", "b", "y c"]


def test_terms() -> None:
    found = only("Term *x*\n: one\n\n: two\n\n    more\n")
    assert [plain_text(item.children) for item in found.items] == ["Term x\n\none\n\ntwo\n\nmore"]
    assert found.items[0].children[0].inlines == (styled("Term ", "strong"), styled("x", "strong", "em"))


def test_quotes_and_callouts() -> None:
    assert plain_text(only("> a\nlazy\n> > b").children) == "a lazy\n\nb"
    found = only("> [!WARNING]- Mind *this*\n> a\n>\n> - b")
    assert isinstance(found, Callout)
    assert (found.kind, text_of(found.title), plain_text(found.children)) == (
        "warning",
        "Mind this",
        "a\n\nb",
    )
    bare = only("> [!NOTE]\n> a")
    assert (bare.kind, bare.title, plain_text(bare.children)) == ("note", (), "a")
    assert isinstance(only("> [!] a"), Quote)


def test_tables() -> None:
    found = only("| a | **b** |\n|:-:|--:|\n| 1 \\| 2 | $x|y$ |\n| 3 |")
    assert isinstance(found, Table)
    assert found.head == ((Text("a"),), (styled("b", "strong"),))
    assert found.align == ("center", "right")
    assert found.rows[0][0] == (Text("1 | 2"),)
    assert len(found.rows[1]) == 2


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ('![a](https://a.org/i.png "The *caption*")', "The *caption*"),
        ("![a](https://a.org/i.png)\n*The `caption`*", "The caption"),
        ("![a](https://a.org/i.png)\n\n*The **caption** $x$*", "The caption x"),
        ("[![a](https://a.org/i.png)](https://a.org)", ""),
    ],
)
def test_figures(source: str, caption: str) -> None:
    found = only(source)
    assert isinstance(found, Figure)
    assert (found.src, found.alt, text_of(found.caption)) == ("https://a.org/i.png", "a", caption)


def test_what_follows_a_figure_is_no_caption_unless_all_of_it_is_emphasised() -> None:
    found = blocks("![a](i.png)\n\n*not* all\n\n![b](file:///x)\n\n**bold**")
    assert [type(block) for block in found] == [Figure, Paragraph, Figure, Paragraph]
    assert [block.src for block in found if isinstance(block, Figure)] == ["i.png", ""]


def test_footnotes_gather_at_the_end_in_the_order_of_their_marks() -> None:
    doc = parse("a[^b] c[^a] d[^missing]\n\n[^a]: one\n[^b]: two\n\n    more\n\nlast[^a]")
    found = list(doc.blocks())
    assert getattr(found[0], "inlines", ()) == (
        *(Text("a"), FootnoteRef("b"), Text(" c"), FootnoteRef("a"), Text(" d[^missing]")),
    )
    notes = found[-1]
    assert isinstance(notes, Footnotes)
    assert [(note.label, plain_text(note.children)) for note in notes.notes] == [
        ("b", "two\n\nmore"),
        ("a", "one"),
    ]
    assert plain_text(found[1:2]) == "last[a]"


def test_html_goes_through_the_html_front_end() -> None:
    found = blocks(
        '<div align="center">\n<b>a</b>\n</div>\n\n<p>b<script>evil</script></p>\n\n<!-- c -->\n\n<hr>'
    )
    assert plain_text(found) == "a\n\nb"
    assert isinstance(found[-1], Rule)


def test_details_hold_markdown() -> None:
    found = only(
        "<details open><summary>S <b>t</b></summary>\n\n**a**\n\n"
        "<details>\n<summary>in</summary>\n\nb[^1]\n\n</details>\n\n</details>"
    )
    assert isinstance(found, Details)
    assert found.open
    assert text_of(found.summary) == "S t"
    inner = found.children[1]
    assert isinstance(inner, Details)
    assert plain_text(inner.children) == "b[^1]"


# -- front matter


def test_front_matter() -> None:
    source = (
        '---\ntitle: "A \\"q\\": b"\nTags: [a, \'b, c\', "d"]\nn: 12\ndraft: false\n'
        "list:\n  - x\n  - 'y''s'\n# comment\nsummary: >\n  folded\n  text\nday: 2026-05-12 # when\n"
        "url: https://a.org/#x\nempty:\n---\n\n# Text\n"
    )
    meta, end = front_matter(source)
    assert meta == {
        "title": 'A "q": b',
        "tags": ["a", "b, c", "d"],
        "n": 12,
        "draft": False,
        "list": ["x", "y's"],
        "summary": "folded text",
        "day": "2026-05-12",
        "url": "https://a.org/#x",
        "empty": "",
    }
    assert source[end:] == "\n# Text\n"
    doc = parse(source)
    assert doc.meta == meta
    assert headings(doc) == [(source.index("# Text"), 1, "Text")]


def test_toml_front_matter() -> None:
    assert parse('+++\ntitle = "A"\nn = 1\n+++\nx').meta == {"title": "A", "n": 1}


@pytest.mark.parametrize(
    "source", ["---\n\nProse: it is.\n\nMore prose\n\n---\nx", "---\nx", "a\n---\nb: c\n---", "+++\n= =\n+++"]
)
def test_what_is_no_front_matter_is_text(source: str) -> None:
    doc = parse(source)
    assert doc.meta == {}
    assert plain_text(doc.blocks()).replace("\n", "")[:1] in "Pxa+"


# -- parts

WHOLE = """# Title

Para one
still one

- item

  more of it
- item

```py
code

more
```

$$
x
$$

> quote

| a | b |
|---|---|
| 1 | 2 |

    indented

    more

last"""


def test_a_part_is_a_top_level_piece_of_the_source() -> None:
    doc = parse(WHOLE)
    pieces = [
        WHOLE[start : start + size].split("\n")[0] for start, size in zip(doc.starts, doc.sizes, strict=True)
    ]
    assert pieces == [
        "# Title",
        "Para one",
        "- item",
        "```py",
        "$$",
        "> quote",
        "| a | b |",
        "    indented",
        "last",
    ]
    assert [len(doc.part(index)) for index in range(len(doc))] == [1] * 9


def test_parts_are_parsed_when_asked_for_in_any_order() -> None:
    doc = parse(WHOLE)
    late = doc.part(8)
    assert plain_text(late) == "last"
    assert list(doc._parsed) == [8]
    assert doc.part(8) is late


LINES = st.sampled_from(
    [
        *(
            "# h",
            "text",
            "more *text*",
            "",
            "",
            "- a",
            "  b",
            "    c",
            "1. x",
            "> q",
            "```",
            "~~~ py",
            "$$",
            "\\[",
            "\\]",
        ),
        *(
            "| a | b |",
            "|---|---|",
            "[^1]: n",
            "[r]: https://a.org",
            "<div>",
            "</div>",
            "<details>",
            "</details>",
        ),
        *(
            "---",
            "===",
            "$x_1$ and [^1] [r]",
            "![i](j.png)",
            "*cap*",
            ": def",
            "    ",
            "\t- t",
            "<!--",
            "-->",
            "<pre>",
        ),
        *(
            "> [!NOTE]",
            "\\begin{a}",
            "\\end{a}",
            "&#27;[2J",
            "中文，**粗：**体",
            "* * *",
            "+ [x] t",
            "[",
            "`",
            "\x1b]52",
        ),
    ]
)
SOURCES = st.lists(LINES, max_size=30).map("\n".join)


@given(SOURCES)
@settings(deadline=None, max_examples=300)
def test_any_source_gives_a_clean_tree_with_growing_offsets(source: str) -> None:
    doc = parse(source)
    assert list(doc.starts) == sorted(doc.starts)
    for index in range(len(doc)):
        last = doc.starts[index]
        for block in walk(doc.part(index)):
            assert last <= block.start
            last = block.start
            assert is_clean(own_text(block))


@given(SOURCES)
@settings(deadline=None, max_examples=200)
def test_parts_cover_the_source(source: str) -> None:
    doc = parse(source)
    if doc.meta or source.startswith("---") or any(isinstance(block, Footnotes) for block in doc.blocks()):
        return
    from techdash.text.clean import clean

    cleaned = clean(source)
    end = 0
    for start, size in zip(doc.starts, doc.sizes, strict=True):
        assert not cleaned[end:start].strip()
        end = start + size
    assert not cleaned[end:].strip()


def test_load_picks_the_front_end() -> None:
    assert plain_text(load("<p>a <b>b</b></p>", "html").blocks()) == "a b"
    assert plain_text(load("a **b**", "markdown").blocks()) == "a b"
    assert plain_text(load("a **b** <c>", "text").blocks()) == "a **b** <c>"
    for form in ("html", "markdown"):
        body = '<a href="y">x</a>'
        doc = load(body, form, "https://a.org/z")  # type: ignore[arg-type]
        assert next(iter(doc.blocks())).inlines == (Link("https://a.org/y", (Text("x"),)),)  # type: ignore[union-attr]


def test_plain_text_is_literal() -> None:
    doc = load("  a *b*\n\tc https://a.org/.\n\n \n$x$ \x1b[2J\n", "text")
    first, second = doc.blocks()
    assert getattr(first, "inlines", ()) == (
        *(
            Text("  a *b*"),
            Break(),
            Text("    c "),
            Link("https://a.org/", (Text("https://a.org/"),)),
            Text("."),
        ),
    )
    assert getattr(second, "inlines", ()) == (Text("$x$ [2J"),)
    assert list(doc.starts) == [0, 30]


def test_details_within_a_list_hold_markdown() -> None:
    found = only("- a\n  <details open><summary>S</summary>\n\n  in **b**\n\n  </details>\n- c")
    assert len(found.items) == 2
    details = found.items[0].children[1]
    assert isinstance(details, Details)
    assert (text_of(details.summary), details.open) == ("S", True)
    (paragraph,) = details.children
    assert isinstance(paragraph, Paragraph)
    assert paragraph.inlines == (Text("in "), styled("b", "strong"))


def test_html_among_words() -> None:
    found = only(
        "漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby> <kbd>Ctrl</kbd> <audio src='https://a.org/s.mp3'></audio>"
    )
    assert text_of(found.inlines) == "漢字(じ) Ctrl s.mp3"
    assert found.inlines[-1] == Link("https://a.org/s.mp3", (Text("s.mp3"),))


def test_a_backslash_before_a_formula_is_no_escape_of_it() -> None:
    assert only("\\\\\\(x\\)").inlines == (Text("\\"), Math("x"))


def test_a_table_too_wide_says_what_is_left_out() -> None:
    table = only("|" + "a|" * 100 + "\n|" + "-|" * 100)
    assert len(table.head) == 64
    assert text_of(table.head[-1]) == "… +37"


@pytest.mark.parametrize("kind", ["png", "svg+xml"])
def test_an_embedded_picture_is_kept_and_other_data_is_not(kind: str) -> None:
    embedded = f"data:image/{kind};base64,{'A' * 400}"
    kept = embedded if kind == "png" else ""
    [block] = parse(f'b <img src="{embedded}" alt="a"> c').blocks()
    assert isinstance(block, Paragraph)
    assert [inline.src for inline in block.inlines if isinstance(inline, Image)] == [kept]
    found = [block.src for block in parse(f"![a]({embedded})").blocks() if isinstance(block, Figure)]
    assert found == [kept]
