"""The other forms of a document: Markdown again, JSON, plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from techdash.document import html, markdown
from techdash.document.inlines import trimmed
from techdash.document.outline import plain_text
from techdash.document.to_json import to_json
from techdash.document.to_markdown import to_markdown
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
    Figure,
    Footnote,
    FootnoteRef,
    Footnotes,
    Heading,
    Inline,
    Inlines,
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

EVERYTHING = """# Head *x* $a_1$

Para **重点：**下文 [link](https://a.org/) `code` $x^2$\\
next[^1] 2 \\* 3 snake_case [not\\] \\<b> 1\\. a

$$
a = b \\tag{3}
$$

- a

- b

  para

  1. c

     ```py
     x
     ```

- [x] done

> [!NOTE] Title
> body
>
> > quote

| a | b\\|c |
| --- | ---: |
| 1<br>2 | **3** |

![alt](https://a.org/i.png)
*caption $x$*

<details open><summary>Sum</summary>

inner

</details>

---

[^1]: Note **one**

    more
"""


def shape(source: str) -> str:
    return re.sub(r"start=\d+", "", str(list(markdown.parse(source).blocks())))


def test_markdown_reads_back_as_it_was() -> None:
    again = to_markdown(markdown.parse(EVERYTHING))
    assert shape(again) == shape(EVERYTHING)
    assert to_markdown(markdown.parse(again)) == again


@pytest.mark.parametrize(
    ("markup", "source"),
    [
        ("<p># no heading</p>", "\\# no heading\n"),
        ("<p>- no<br>+ list<br>1. at all</p>", "\\- no\\\n\\+ list\\\n1\\. at all\n"),
        ("<p>a * b * c, *d*, `e`, [f](g), &lt;h&gt;</p>", None),
        ("<p><b>a </b>b<i> c</i></p>", "**a** b *c*\n"),
        ("<p><b>a <i>b</i></b> <i>c <b>d</b></i></p>", None),
        ("<p>$5 is 5 dollars</p>", "$5 is 5 dollars\n"),
        ("<p><code>a`b</code> <code>``</code></p>", "``a`b`` ``` `` ```\n"),
        ("<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````\n"),
        ('<a href="https://a.org/x(y)">t</a>', "[t](<https://a.org/x(y)>)\n"),
        ('<a href="https://a.org/">https://a.org/</a>', "<https://a.org/>\n"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b\n"),
        ("<ul><li>a<blockquote>b</blockquote></li></ul>", "- a\n  > b\n"),
        (
            "<img src='https://a.org/i'><p><i>no caption</i></p>",
            "![](https://a.org/i)\n\n<!-- -->\n\n*no caption*\n",
        ),
        ("<p><b>a <a href='https://a.org/'>b</a></b></p>", "**a [b](https://a.org/)**\n"),
        ("<hr><p>a</p><hr>", "***\n\na\n\n---\n"),
        ("<ul><li><hr></li></ul>", "- ___\n"),
        ("<p><b>a </b><a href='https://a.org/'><b>b</b> c</a></p>", "**a** [**b** c](https://a.org/)\n"),
        ("", ""),
    ],
)
def test_html_as_markdown(markup: str, source: str | None) -> None:
    written = to_markdown(html.parse(markup))
    if source is not None:
        assert written == source
    before, after = html.parse(markup), markdown.parse(written)
    assert plain_text(after.blocks()) == plain_text(before.blocks())
    assert [type(block) for block in after.blocks()] == [type(block) for block in before.blocks()]


TEXT = st.text("ab1 *_`[]<>&$#-+.:|~\\！中，(", min_size=1, max_size=12)


@given(
    st.lists(
        st.tuples(TEXT, st.sampled_from(["", "b", "i", "code", "s", "a href='https://a.org/'"])),
        min_size=1,
        max_size=4,
    )
)
@settings(deadline=None, max_examples=300)
def test_words_survive_the_way_to_markdown_and_back(pieces: list[tuple[str, str]]) -> None:
    markup = "".join(
        f"<{tag}>{_escape(text)}</{tag.split(' ')[0]}>" if tag else _escape(text) for text, tag in pieces
    )
    doc = html.parse(f"<p>{markup}</p>")
    again = markdown.parse(to_markdown(doc))
    assert plain_text(again.blocks()) == plain_text(doc.blocks())


WORDS = (
    st.text("ab1 *_`[]<>&$#-+.:|~\\!(){}^='\"/，。中é", min_size=1, max_size=10)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
STYLES = st.frozensets(st.sampled_from(["strong", "em", "strike", "underline", "sup", "sub"]), max_size=2)
WORD = st.builds(Text, WORDS, STYLES) | st.builds(Text, WORDS)
CODE = st.text("ab `|*$\\<", min_size=1, max_size=6).map(str.strip).filter(bool).map(Code)
TEX = ["x", "a_1", "\\frac{a}{b}", "a|b", "x < y", "\\{a\\}", "\\text{a b}", "|x|", "a*b*c"]
MATH = st.sampled_from(TEX).map(Math)


def row(inlines: Iterable[Inline]) -> Inlines:
    """As every front end leaves a row: trimmed, and no two links side by side."""
    apart: list[Inline] = []
    for inline in inlines:
        if apart and isinstance(inline, Link) and isinstance(apart[-1], Link):
            apart.append(Text(" "))
        apart.append(inline)
    return trimmed(apart)


LINK = st.builds(
    Link,
    st.sampled_from(["https://a.org/", "https://a.org/x_(y)", "#id"]),
    st.lists(WORD | CODE | MATH, min_size=1, max_size=2).map(trimmed).filter(bool),
)
FLAT = st.lists(WORD | CODE | MATH | LINK, min_size=1, max_size=3).map(row).filter(bool)
ROW = (
    st.lists(WORD | CODE | MATH | LINK | st.just(FootnoteRef("1")) | st.just(Break()), min_size=1, max_size=5)
    .map(row)
    .filter(bool)
)
CELL = st.lists(WORD | CODE | MATH | LINK | st.just(Break()), max_size=3).map(row)
CAPTION = st.just(()) | FLAT.filter(
    lambda inlines: not any("em" in getattr(one, "styles", ()) for one in inlines)
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(2, 3))
    line = st.lists(CELL, min_size=columns, max_size=columns).map(tuple)
    head = draw(line)
    align = draw(st.tuples(*[st.sampled_from(["", "left", "right", "center"])] * columns))
    rows = tuple(draw(st.lists(line, min_size=1, max_size=3)))
    return Table(0, head if any(head) else (), rows, align if any(align) else ())


LEAF = st.one_of(
    ROW.map(lambda inlines: Paragraph(0, inlines)),
    st.builds(lambda level, inlines: Heading(0, level, inlines), st.integers(1, 6), FLAT),
    st.builds(
        lambda text, language: CodeBlock(0, text, language),
        st.text("ab `~\n#>$\\|<-", min_size=1, max_size=20).map(lambda text: text.strip("\n ")).filter(bool),
        st.sampled_from(["", "python", "c++"]),
    ),
    st.builds(
        lambda tex, tag: MathBlock(0, tex, tag),
        st.sampled_from(["a = b", "\\begin{cases}1 & x\\\\ 2\\end{cases}", "\\frac{a}{b}", "x\n= y"]),
        st.sampled_from(["", "3"]),
    ),
    st.just(Rule(0)),
    tables(),
    st.builds(lambda alt, caption: Figure(0, "https://a.org/i.png", alt, caption), WORDS, CAPTION),
)


def holders(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    held = st.lists(inner, min_size=1, max_size=3).map(tuple)
    paragraph = ROW.map(lambda inlines: (Paragraph(0, inlines),))
    items = st.lists(st.builds(ListItem, held), min_size=1, max_size=3).map(tuple)
    tasks = st.lists(st.builds(ListItem, paragraph, st.booleans()), min_size=1, max_size=3).map(tuple)
    title = st.just(()) | FLAT
    return st.one_of(
        held.map(lambda blocks: Quote(0, blocks)),
        items.map(lambda found: List(0, False, found)),
        st.builds(lambda found, first: List(0, True, found, first), items, st.integers(0, 12)),
        tasks.map(lambda found: List(0, False, found)),
        st.builds(
            lambda kind, words, blocks: Callout(0, kind, words, blocks),
            st.sampled_from(["note", "tip"]),
            title,
            held,
        ),
        st.builds(
            lambda words, blocks, is_open: Details(0, (Text(words),), blocks, is_open),
            WORDS.filter(lambda words: "$" not in words and "\\" not in words),
            held,
            st.booleans(),
        ),
    )


NOTE = Footnotes(0, (Footnote("1", (Paragraph(0, (Text("n"),)),)),))


def bare(value: object) -> object:
    """A tree without what depends on where its source stood: offsets, ids, blank lines between items."""
    if isinstance(value, tuple):
        return tuple(bare(one) for one in value)
    if isinstance(value, msgspec.Struct):
        kept = {
            name: bare(getattr(value, name))
            for name in value.__struct_fields__
            if name not in ("start", "id", "tight")
        }
        return type(value).__name__, tuple(kept.items())
    return value


@given(st.lists(st.recursive(LEAF, holders, max_leaves=6), min_size=1, max_size=3))
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_a_tree_written_as_markdown_is_read_back_as_it_was(blocks: list[Block]) -> None:
    whole = (*blocks, NOTE)
    again = markdown.parse(to_markdown(Document([0], [0], lambda _: whole)))
    assert bare(tuple(again.blocks())) == bare(whole)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def test_json() -> None:
    found = to_json(markdown.parse(EVERYTHING))
    assert json.loads(json.dumps(found)) == found
    assert [block["type"] for block in found] == [
        *(
            "heading",
            "paragraph",
            "math",
            "list",
            "callout",
            "table",
            "figure",
            "details",
            "rule",
            "footnotes",
        ),
    ]
    by_type = {block["type"]: block for block in found}
    assert all(isinstance(block["text"], str) for block in found)
    assert by_type["heading"]["level"] == 1
    assert by_type["heading"]["inlines"] == [{"type": "math", "tex": "a_1"}]
    assert by_type["paragraph"]["inlines"] == [
        {"type": "link", "href": "https://a.org/", "text": "link"},
        {"type": "code", "text": "code"},
        {"type": "math", "tex": "x^2"},
    ]
    assert (by_type["math"]["tex"], by_type["math"]["tag"]) == ("a = b", "3")
    assert by_type["list"]["ordered"] is False
    assert by_type["list"]["items"] == ["a", "b\n\npara\n\nc\nx", "done"]
    assert by_type["list"]["checked"] == [None, None, True]
    assert [block["type"] for block in by_type["list"]["item_blocks"][1]] == [
        "paragraph",
        "paragraph",
        "list",
    ]
    assert [block["type"] for block in by_type["callout"]["blocks"]] == ["paragraph", "quote"]
    assert (by_type["callout"]["kind"], by_type["callout"]["title"]) == ("note", "Title")
    assert by_type["table"]["rows"] == [["a", "b|c"], ["1\n2", "3"]]
    figure = by_type["figure"]
    assert (figure["src"], figure["alt"], figure["caption"]) == ("https://a.org/i.png", "alt", "caption x")
    assert by_type["details"]["summary"] == "Sum"
    assert by_type["footnotes"]["notes"] == [{"label": "1", "text": "Note one\n\nmore"}]
    code = to_json(markdown.parse("```py\nx\n```"))
    assert code == [{"type": "code", "text": "x", "language": "py"}]
