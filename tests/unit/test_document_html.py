"""HTML to the tree: what is kept, what is passed over, where it stands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document.html import fragment, parse, to_text
from techdash.document.html_walk import Walker
from techdash.document.inlines import text_of
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


def blocks(source: str, base: str = "https://a.org/x/") -> list[Block]:
    return list(parse(source, base).blocks())


def only(source: str, base: str = "https://a.org/x/") -> Any:
    found = blocks(source, base)
    assert len(found) == 1, found
    return found[0]


def strong(text: str) -> Text:
    return Text(text, frozenset({"strong"}))


# -- words


def test_white_space_folds_and_inline_marks_are_kept() -> None:
    assert only("<p> a\n\t b <b>c <i>d</i></b> <code>e  f</code><br> g <del>h</del></p>").inlines == (
        Text("a b "),
        strong("c "),
        Text("d", frozenset({"strong", "em"})),
        Text(" "),
        Code("e f"),
        Break(),
        Text("g "),
        Text("h", frozenset({"strike"})),
    )


def test_a_line_end_between_han_characters_is_no_space() -> None:
    assert text_of(only("<p>一切始于\n归一化层 and\nmore</p>").inlines) == "一切始于归一化层 and more"


def test_entities_are_text_and_never_control_characters() -> None:
    found = only(
        "<p>&lt;b&gt; &amp;amp; &#27;]52;c;x&#7; &#x9b;2J &#x202e; &#xD800; &#x110000; &bogus; &shy;x</p>"
    )
    text = text_of(found.inlines)
    assert is_clean(text)
    assert text.startswith("<b> &amp; ]52;c;x")
    assert text.endswith("&bogus; x")


@pytest.mark.parametrize(
    "element",
    [
        "script",
        "style",
        "iframe",
        "object",
        "form",
        "svg",
        "template",
        "select",
        "textarea",
        "noscript",
        "nav",
    ],
)
def test_passed_over(element: str) -> None:
    source = f"<p>a</p><{element}>EVIL</{element}><p>b</p>"
    assert plain_text(blocks(source)) == "a\n\nb"


@pytest.mark.parametrize("hiding", ["hidden", 'style="display: none"', 'class="sr-only"'])
def test_hidden_text_is_passed_over(hiding: str) -> None:
    assert plain_text(blocks(f"<p>a</p><div {hiding}>EVIL</div>")) == "a"


def test_empty_paragraphs_are_none() -> None:
    assert blocks("<p></p><p>&nbsp;</p><p>\u200b</p><div><span> </span></div><p><br></p>") == []


# -- links and pictures

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
EMBEDDED = f"data:image/png;base64,{'A' * 400}"


@pytest.mark.parametrize(
    ("image", "source"),
    [
        (f'<img src="{EMBEDDED}" alt="a">', EMBEDDED),
        (f'<img src="{EMBEDDED}" data-src="/b.png" alt="a">', "https://e.org/b.png"),
        (
            f'<picture><source srcset="/b.webp"><img src="{EMBEDDED}" alt="a"></picture>',
            "https://e.org/b.webp",
        ),
        (f'<img src="{DOT}" alt="a">', ""),
        (f'<img src="data:image/png;base64,{"A" * 300_000}" alt="a">', ""),
        (f'<img src="data:text/html,{"A" * 400}" alt="a">', ""),
        (f'<img src="data:image/svg+xml,{"A" * 400}" alt="a">', ""),
    ],
)
def test_an_embedded_picture_counts_where_there_is_no_other(image: str, source: str) -> None:
    [figure] = parse(f"<p>{image}</p>", "https://e.org/").blocks()
    assert isinstance(figure, Figure)
    assert figure.src == source


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b.c", "http://[", ""]
)
def test_a_link_that_is_none_leaves_its_words(href: str) -> None:
    assert only(f'<p>a <a href="{href}">b</a></p>').inlines == (Text("a b"),)


def test_links_resolve_and_hold_their_marks() -> None:
    assert only('<p><a href="../y?z">a <b>b</b></a><a href="#id">c</a></p>').inlines == (
        Link("https://a.org/y?z", (Text("a "), strong("b"))),
        Link("#id", (Text("c"),)),
    )


def test_a_link_around_blocks_holds_in_each() -> None:
    found = blocks('<a href="/c"><h3>Title</h3><p>Words</p></a>')
    assert [block.inlines for block in found if isinstance(block, (Heading, Paragraph))] == [
        (Link("https://a.org/c", (Text("Title"),)),),
        (Link("https://a.org/c", (Text("Words"),)),),
    ]


def test_figures() -> None:
    assert only('<p><a href="/big"><img src="i.png" alt=" An\n image "></a></p>') == Figure(
        0, "https://a.org/x/i.png", "An image"
    )
    assert only(
        '<figure><picture><source srcset="z"><img src="data:x" data-src="/i.png" alt="A"></picture>'
        "<figcaption>The <em>caption</em></figcaption></figure>"
    ) == Figure(0, "https://a.org/i.png", "A", (Text("The "), Text("caption", frozenset({"em"}))))
    assert only('<p>a <img src="i.png" alt="b"> c</p>').inlines[1] == Image("https://a.org/x/i.png", "b")


def test_a_picture_with_a_forbidden_source_keeps_its_words_only() -> None:
    assert only('<img src="file:///x" alt="a">') == Figure(0, "", "a")
    assert only('<img src="i.png" alt="a">', "") == Figure(0, "i.png", "a")
    assert blocks('<p><img width="1" height="1" src="https://t.co/p.gif"></p>') == []


def test_a_figure_of_something_else() -> None:
    code, caption = blocks("<figure><pre>x</pre><figcaption>Listing</figcaption></figure>")
    assert isinstance(code, CodeBlock)
    assert text_of(getattr(caption, "inlines", ())) == "Listing"


# -- blocks


def test_headings_with_their_anchors_and_ids() -> None:
    found = blocks(
        '<h1 id="a">One <a class="anchor" href="#a">#</a></h1><h2><a id="b"></a>Two<br>lines</h2>'
        '<h3><a class="anchor" href="#c">All of it</a></h3><h6></h6>'
    )
    assert [(b.level, text_of(b.inlines), b.id) for b in found if isinstance(b, Heading)] == [
        (1, "One", "a"),
        (2, "Two lines", "b"),
        (3, "All of it", ""),
    ]


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ('<pre><code class="language-python">a\n  b\n</code></pre>', "a\n  b", "python"),
        ('<div class="highlight-source-rust"><pre>\nfn x() {}</pre></div>', "fn x() {}", "rust"),
        (
            '<pre class="chroma"><code data-lang="go"><span class="ln">1</span>x<br>y</code></pre>',
            "x\ny",
            "go",
        ),
        ('<pre><code class="hljs cpp">\tx &lt; y</code></pre>', "    x < y", "cpp"),
        ('<pre class="language-text">x</pre>', "x", ""),
        (
            '<table class="rouge-table"><tr><td class="gutter"><pre>1</pre></td><td><pre>a\nb</pre></table>',
            "a\nb",
            "",
        ),
    ],
)
def test_code(source: str, text: str, language: str) -> None:
    assert only(source) == CodeBlock(0, text, language)


def test_lists() -> None:
    found = only(
        '<ol start="3"><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li><ul><li>e</li></ul></ol>'
    )
    assert isinstance(found, List)
    assert (found.ordered, found.first, found.tight, len(found.items)) == (True, 3, False, 2)
    assert [type(block).__name__ for block in walk((found,))].count("List") == 3
    assert plain_text((found,)) == "a\nb\nc\nd\ne"
    tasks = only('<ul><li><input type="checkbox" checked> a</li><li><input type="checkbox">b</li></ul>')
    assert [item.checked for item in tasks.items] == [True, False]


def test_tables() -> None:
    found = only(
        "<table><thead><tr><th>a<th style='text-align:right'>b</tr></thead>"
        "<tr><td>1<td><p>2</p><p>3</p></tr><tr><td colspan=2>4</tr></table>"
    )
    assert isinstance(found, Table)
    assert found.head == ((Text("a"),), (Text("b"),))
    assert found.align == ("", "right")
    assert found.rows == (((Text("1"),), (Text("2"), Break(), Text("3"))), ((Text("4"),), ()))
    assert only("<table><tr><td>x</td><td>y</td></tr></table>").head == ()


def test_a_table_for_layout_is_none() -> None:
    found = blocks(
        "<table><tr><td><table><tr><td><p>a</p><p>b</p></td></tr></table></td><td>c</td></tr></table>"
    )
    assert [type(block) for block in found] == [Paragraph, Paragraph, Paragraph]


def test_quotes_terms_details_rules() -> None:
    assert plain_text(only("<blockquote>a<blockquote>b</blockquote></blockquote>").children) == "a\n\nb"
    terms = only("<dl><dt>T<dd>D<dd>E<dt>U<dd>F</dl>")
    assert [plain_text(item.children) for item in terms.items] == ["T\n\nD\n\nE", "U\n\nF"]
    details = only("<details open><summary>S <b>t</b></summary>a<p>b</p></details>")
    assert isinstance(details, Details)
    assert details.open
    assert (text_of(details.summary), plain_text(details.children)) == ("S t", "a\n\nb")
    assert isinstance(only("<hr>"), Rule)


def test_callouts() -> None:
    found = only(
        '<div class="markdown-alert markdown-alert-warning"><p class="markdown-alert-title">Mind</p>'
        "<p>a</p></div>"
    )
    assert (found.kind, text_of(found.title), plain_text(found.children)) == ("warning", "Mind", "a")


def test_footnotes() -> None:
    found = blocks(
        '<p>a<sup id="r1"><a href="#fn1">1</a></sup> b'
        '<a href="https://a.org/x/#fn:2" class="footnote-ref">[2]</a></p>'
        '<div class="footnotes"><ol><li id="fn1"><p>one <a class="footnote-backref" href="#r1">↩</a></p></li>'
        "<li>two</li></ol></div>"
    )
    assert getattr(found[0], "inlines", ()) == (
        Text("a"),
        FootnoteRef("1"),
        Text(" b"),
        FootnoteRef("2"),
    )
    notes = found[1]
    assert isinstance(notes, Footnotes)
    assert [(note.label, plain_text(note.children)) for note in notes.notes] == [("1", "one"), ("2", "two")]


# -- math

KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>w</mi></mrow>'
    '<annotation encoding="application/x-tex">\\lVert w \\rVert &lt; 1</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span class="strut"></span>∥w∥</span></span>'
)


@pytest.mark.parametrize(
    ("source", "tex"),
    [
        (KATEX, r"\lVert w \rVert < 1"),
        ('<script type="math/tex">a<b</script>', "a<b"),
        ('<math alttext="x^2"><mi>x</mi></math>', "x^2"),
        (r"\(a_1\)", "a_1"),
        ("$a_1$", "a_1"),
        ("$x$", "x"),
        ("$n$-th", "n"),
        ("$f(x)$", "f(x)"),
        (r"$5 \times 4$", r"5 \times 4"),
        ('<img class="latex" alt="x^2" src="/m.png">', "x^2"),
    ],
)
def test_inline_math(source: str, tex: str) -> None:
    assert Math(tex) in only(f"<p>let {source} be</p>").inlines
    assert tex not in [
        block.text for block in only(f"<p>let {source} be</p>").inlines if isinstance(block, Text)
    ]


@pytest.mark.parametrize(
    ("source", "tex", "tag"),
    [
        (f'<p><span class="katex-display">{KATEX}</span></p>', r"\lVert w \rVert < 1", ""),
        ('<script type="math/tex; mode=display">a \\tag{3}</script>', "a", "3"),
        ('<math display="block" alttext="x^2"></math>', "x^2", ""),
        ("<p>$$a\n= b$$</p>", "a\n= b", ""),
        ("<p>\\[a<br>= b\\]</p>", "a\n= b", ""),
        ("<p>\\begin{align}a\\end{align}</p>", "\\begin{align}a\\end{align}", ""),
    ],
)
def test_display_math(source: str, tex: str, tag: str) -> None:
    assert only(source) == MathBlock(0, tex, tag)


def test_display_math_among_words_stands_by_itself() -> None:
    assert [own_text(block) for block in blocks("<p>so $$x+y$$ holds</p>")] == ["so", "x+y", "holds"]


@pytest.mark.parametrize(
    "money",
    [
        "from $5 to $10",
        "$5-$10",
        "US$100 (约 HK$780)",
        "$20/$30",
        "$HOME/$USER",
        "$1,000, or US$ 200.",
        "costs $5M and saves $3M a year",
        "$ 5 $",
        "a $$ b",
    ],
)
def test_money_is_no_math(money: str) -> None:
    assert only(f"<p>{money}</p>").inlines == (Text(money),)


def test_dollars_in_code_are_code() -> None:
    assert only("<p><code>$a_1$</code></p>").inlines == (Code("$a_1$"),)


# -- pages

NOTION = """
<main class="notion"><div class="notion-collection-page-properties">type Post status Published</div>
<div class="notion-text">段落 <b>一</b></div><div class="notion-blank"></div>
<div class="notion-text">段落二</div>
<ul class="notion-list notion-list-disc"><li>a</li></ul>
<ul class="notion-list notion-list-disc"><li>b
<ul class="notion-list notion-list-disc"><li>c</li></ul></li></ul>
<ol start="1" class="notion-list notion-list-numbered"><li>d</li></ol>
<ol start="2" class="notion-list notion-list-numbered"><li>e</li></ol>
<h2 class="notion-h notion-h1"><span><div id="x1" class="notion-header-anchor"></div>
<a class="notion-hash-link" href="#x1"><svg></svg></a><span class="notion-h-title">标题</span></span></h2>
<div class="notion-callout"><div class="notion-page-icon">i</div>
<div class="notion-callout-text">提示</div></div>
<details class="notion-toggle"><summary>折叠</summary><div>里面</div></details>
<a class="notion-bookmark" href="https://b.org/c"><div><div class="notion-bookmark-title">书签</div>
<div class="notion-bookmark-description">说明</div></div></a>
<div class="notion-text">范数
 <span class="notion-equation notion-equation-inline"><span></span></span> 增大</div>
<div class="notion-to-do-item"><span class="notion-property-checkbox-checked"></span><div>do</div></div>
<div class="notion-to-do-item"><div class="notion-to-do-body">then</div></div>
<blockquote class="notion-quote">引用</blockquote>
<table class="notion-simple-table"><tr class="notion-simple-table-header-row"><td>A</td><td>B</td></tr>
<tr><td>1</td><td>2</td></tr></table>
<figure class="notion-asset-wrapper notion-asset-wrapper-image">
<div><img src="https://b.org/i.png" alt="图"></div>
<figcaption class="notion-asset-caption">题注</figcaption></figure></main>
"""


def test_notion() -> None:
    found = blocks(NOTION)
    assert [type(block) for block in found] == [
        *(Paragraph, Paragraph, List, List, Heading, Callout, Details, Paragraph, Paragraph, List, Quote),
        *(Table, Figure),
    ]
    bullets, numbers, tasks = (block for block in found if isinstance(block, List))
    assert [plain_text(item.children) for item in bullets.items] == ["a", "b\n\nc"]
    assert [plain_text(item.children) for item in numbers.items] == ["d", "e"]
    assert [item.checked for item in tasks.items] == [True, False]
    assert isinstance(found[4], Heading)
    assert (found[4].inlines, found[4].id) == ((Text("标题"),), "x1")
    assert found[7] == Paragraph(
        found[7].start, (Link("https://b.org/c", (Text("书签"),)), Break(), Text("说明"))
    )
    assert "[formula]" in own_text(found[8])
    assert isinstance(found[11], Table)
    assert found[11].head == ((Text("A"),), (Text("B"),))
    assert found[12] == Figure(found[12].start, "https://b.org/i.png", "图", (Text("题注"),))
    assert "Post" not in plain_text(found)


def test_a_page_gives_its_article_title_and_language() -> None:
    doc = parse(
        "<!doctype html><html lang=zh-CN><head><title>A &amp; B\n</title></head><body><header>Site</header>"
        "<main><h1>T</h1><p>Long enough words for an article</p></main><footer>Imprint</footer></body></html>"
    )
    assert doc.meta == {"title": "A & B", "language": "zh-CN"}
    assert plain_text(doc.blocks()) == "T\n\nLong enough words for an article"


def test_headings_of_a_document() -> None:
    doc = parse("<h1>A</h1><p>x</p><blockquote><h2>B</h2></blockquote>")
    assert [(level, text) for _, level, text in headings(doc)] == [(1, "A"), (2, "B")]


# -- parts and offsets


def paragraphs(count: int) -> str:
    return "".join(
        f"<p>Paragraph {number} of some words that a person might have written.</p>"
        for number in range(count)
    )


def test_parts_are_parsed_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []
    real = Walker.document

    def spy(self: Walker, body: Any) -> tuple[Block, ...]:
        walked.append(self.offset)
        return real(self, body)

    monkeypatch.setattr(Walker, "document", spy)
    doc = parse(f"<div><div>{paragraphs(300)}</div></div>")
    assert len(doc) > 5
    assert walked == []
    assert "Paragraph 299" in plain_text(doc.part(len(doc) - 1))
    doc.part(len(doc) - 1)
    assert walked == [doc.starts[-1]]


@pytest.mark.parametrize(
    ("opening", "unit", "closing"),
    [
        ("<div>", "<p>Words of a <b>bold</b> claim.</p>", "</div>"),
        ("<div class='callout'>", "<p>Words of a <b>bold</b> claim.</p>", "</div>"),
        ("<blockquote>", "<p>Words of a <b>bold</b> claim.</p>", "</blockquote>"),
        ("<ul>", "<li>Words of an item", "</ul>"),
        ("<table>", "<tr><td>Words</td><td>of a cell</td></tr>", "</table>"),
        ("<pre><code>", "some = code &lt; 1\n", "</code></pre>"),
        ("<p>", "Words of a <b>bold</b> claim. ", "</p>"),
        ("<p><i>", "Words of a <b>bold</b> claim. ", "</i></p>"),
        ("", "Words without any end ", ""),
        ("", "x", ""),
        ("", "一句话。", ""),
    ],
)
def test_no_part_is_large_and_no_word_is_lost_at_a_cut(opening: str, unit: str, closing: str) -> None:
    count = 400_000 // len(unit)
    source = opening + unit * count + closing
    doc = parse(source)
    edges = [*doc.starts, len(source)]
    assert max(after - before for before, after in pairwise(edges)) < 100_000
    words = "".join(plain_text(doc.blocks()).split())
    assert words == "".join(to_text(unit).split()) * count


def test_what_is_cut_stays_what_it_is() -> None:
    items = list(parse("<ol start=5>" + "<li>words of an item</li>" * 4000 + "</ol>").blocks())
    assert len(items) > 1
    following = 5
    for block in items:
        assert isinstance(block, List)
        assert (block.ordered, block.first) == (True, following)
        following += len(block.items)
    quotes = list(parse("<blockquote>" + paragraphs(1000) + "</blockquote>").blocks())
    assert {type(block) for block in quotes} == {Quote}
    code = list(parse("<pre><code class='language-python'>" + "x = 1\n" * 20_000 + "</code></pre>").blocks())
    assert {block.language for block in code if isinstance(block, CodeBlock)} == {"python"}
    assert len(code) > 1
    hidden = parse("<div hidden>" + paragraphs(2000) + "</div><p>seen</p>")
    assert plain_text(hidden.blocks()) == "seen"


def test_a_link_around_many_blocks_holds_in_the_next_part_too() -> None:
    doc = parse(f"<a href='/c'>{paragraphs(60)}</a><p>after</p>", "https://a.org/")
    assert len(doc) > 1
    rows = [block.inlines for block in doc.blocks() if isinstance(block, Paragraph)]
    assert rows[-1] == (Text("after"),)
    # Looked for in the part before only: no part waits for all those above it.
    for part in (doc.part(0), doc.part(1)):
        for block in part:
            assert isinstance(block, Paragraph)
            assert isinstance(block.inlines[0], Link)


@pytest.mark.parametrize(
    "trap",
    [
        "<p title='<ul>'>x</p>",
        "<!-- <ul> -->",
        "<script>'<ul>'</script>",
        "<p>1 < 2</p>",
        "</ul></table>",
        "<svg><title>x</svg>",
    ],
)
def test_what_only_looks_like_a_list_opens_none(trap: str) -> None:
    doc = parse(trap + paragraphs(200))
    assert {type(block) for block in doc.blocks()} == {Paragraph}
    assert len(doc) > 3


def test_a_picture_in_its_address_is_no_long_text() -> None:
    doc = parse(f"<p>a <img src='data:image/png;base64,{'A' * 300_000}' alt=b></p>")
    assert max(doc.sizes) < 1000


TAGS = st.sampled_from(
    [
        *(
            "p",
            "div",
            "b",
            "i",
            "ul",
            "ol",
            "li",
            "table",
            "tr",
            "td",
            "th",
            "blockquote",
            "pre",
            "code",
            "h2",
        ),
        *(
            "a href='/x'",
            "figure",
            "figcaption",
            "details",
            "summary",
            "dl",
            "dt",
            "dd",
            "br",
            "hr",
            "sup",
            "q",
        ),
        *(
            "img src=i alt=x",
            "span class=katex",
            "div class=notion-callout",
            "math",
            "svg",
            "script",
            "section",
        ),
        *(
            "div class=footnotes",
            "div class=notion-to-do-item",
            "input type=checkbox",
            "body",
            "html",
            "main",
        ),
    ]
)
SOUP = st.lists(
    st.one_of(
        TAGS.map(lambda tag: f"<{tag}>"),
        TAGS.map(lambda tag: f"</{tag.split(' ')[0]}>"),
        st.sampled_from(
            ["word ", "中文，", "$x^2$", "&amp;", "&#27;", "<", ">", "<!--", "-->", "\n", '"', "$$"]
        ),
    ),
    max_size=60,
).map("".join)


@given(SOUP)
@settings(deadline=None, max_examples=300)
def test_any_soup_gives_a_clean_tree_with_growing_offsets(source: str) -> None:
    doc = parse(source, "https://a.org/")
    limits = [*list(doc.starts)[1:], 1 << 60]
    assert list(doc.starts) == sorted(doc.starts)
    for index in range(len(doc)):
        last = doc.starts[index]
        for block in walk(doc.part(index)):
            assert last <= block.start
            last = block.start
            assert block.start + len(own_text(block)) <= limits[index]
            assert is_clean(own_text(block))
    assert is_clean(to_text(source))
    assert fragment(source) is not None


# -- to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("a &lt;b&gt; &amp;nbsp; c&nbsp;d", "a <b> &nbsp; c d"),
        ("<p>a <b>b</b></p><p>c</p>", "a b\nc"),
        ("a<br>b<li>c", "a\nb\nc"),
        ("<p>a<script>x()</script>b<!-- c --><style>d</style></p>", "a b"),
        ('<p title="a > b">x</p>', "x"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a&#27;[2Jb", "a[2Jb"),
        ("<script>never closed", ""),
    ],
)
def test_to_text(source: str, text: str) -> None:
    assert to_text(source) == text
