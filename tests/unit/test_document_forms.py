"""The other forms of a document: Markdown again, JSON, plain text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document import html, markdown
from techdash.document.outline import plain_text
from techdash.document.to_json import to_json
from techdash.document.to_markdown import to_markdown

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
