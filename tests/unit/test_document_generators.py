"""HTML in the shapes that generators give it: math, footnotes, code, figures, callouts, tasks, players.

The samples are written after what each generator's documentation and pages show: MathJax 2.7 and 3 (output
jax, assistive MathML), MathML Core, MediaWiki's Math and Cite, WordPress (Jetpack LaTeX, footnotes block),
LaTeXML, goldmark and Chroma (Hugo), Pandoc, kramdown and Rouge (Jekyll), Substack, GitHub, Docusaurus, Prism.
"""

# ruff: noqa: E501
# Markup is kept on the lines its generators would write it on.

from __future__ import annotations

import pytest

from techdash.document.html import parse
from techdash.document.inlines import text_of
from techdash.document.mathml import to_tex
from techdash.document.outline import plain_text, walk
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Figure,
    FootnoteRef,
    Footnotes,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Table,
)
from techdash.text.math import one_line


def blocks(source: str) -> list[Block]:
    return list(parse(source, "https://a.org/x/").blocks())


def formulas(source: str) -> list[str]:
    found: list[str] = []
    for block in walk(blocks(source)):
        if isinstance(block, MathBlock):
            found.append(f"{block.tex} ({block.tag})" if block.tag else block.tex)
        elif isinstance(block, Paragraph):
            found += [inline.tex for inline in block.inlines if isinstance(inline, Math)]
    return found


# -- math

MATHJAX_3 = (
    '<mjx-container class="MathJax" jax="CHTML"{display}><mjx-math class="MJX-TEX" aria-hidden="true">'
    '<mjx-mi class="mjx-i"><mjx-c class="mjx-c1D465"></mjx-c></mjx-mi></mjx-math>'
    '<mjx-assistive-mml unselectable="on"><math xmlns="http://www.w3.org/1998/Math/MathML">'
    "<msup><mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container>"
)
MATHJAX_2 = (
    '<span class="MathJax_Preview"></span><span class="MathJax" id="MathJax-Element-1-Frame" '
    'data-mathml="&lt;math&gt;&lt;msqrt&gt;&lt;mi&gt;y&lt;/mi&gt;&lt;/msqrt&gt;&lt;/math&gt;">'
    '<nobr><span class="math">√y</span></nobr></span>'
)
WIKIPEDIA = (
    '<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none;">'
    '<math alttext="{\\displaystyle y}"><semantics><mi>y</mi>'
    '<annotation encoding="application/x-tex">{\\displaystyle y}</annotation></semantics></math></span>'
    '<img src="https://wikimedia.org/api/rest_v1/media/math/render/svg/0" aria-hidden="true" '
    'class="mwe-math-fallback-image-inline" alt="{\\displaystyle {\\frac {a}{b}}}"></span>'
)
LATEXML_ROW = (
    '<table class="ltx_equation ltx_eqn_table"><tbody><tr class="ltx_equation ltx_eqn_row">'
    '<td class="ltx_eqn_cell ltx_eqn_center_padleft"></td><td class="ltx_eqn_cell ltx_align_center">'
    '<math class="ltx_Math" alttext="\\displaystyle E=mc^{2}" display="block"><mi>E</mi></math></td>'
    '<td class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag ltx_tag_equation">(1)</span></td>'
    "</tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("source", "tex"),
    [
        (f"<p>let {MATHJAX_3.format(display='')} be</p>", "x^{2}"),
        (MATHJAX_3.format(display=' display="true"'), "x^{2}"),
        (f"<p>a {MATHJAX_2}<script type='math/tex'>\\sqrt y</script></p>", "\\sqrt y"),
        (f"<p>a {MATHJAX_2} without its script</p>", "\\sqrt{y}"),
        (
            (
                '<div class="MathJax_Display"><span class="MathJax">junk</span></div>'
                '<script type="math/tex; mode=display">a \\tag{7}</script>'
            ),
            "a (7)",
        ),
        (f"<p>with {WIKIPEDIA}</p>", "{\\frac {a}{b}}"),
        ('<p>a <img src="https://s0.wp.com/latex.php?latex=x%5E2" alt="x^2" class="latex"></p>', "x^2"),
        ('<p>a <img src="https://www.zhihu.com/equation?tex=%5Calpha" alt="" eeimg="1"></p>', "\\alpha"),
        (LATEXML_ROW, "E=mc^{2} (1)"),
        ('<p>a <math class="ltx_Math" alttext="x\\in A"><mi>x</mi></math></p>', "x\\in A"),
        ('<p>a <math alttext="x squared"><msup><mi>x</mi><mn>2</mn></msup></math></p>', "x^{2}"),
        ('<p>a <span class="katex"><span class="katex-html">x2</span></span></p>', "\\text{[formula]}"),
    ],
)
def test_math(source: str, tex: str) -> None:
    assert formulas(source) == [tex]
    assert "junk" not in plain_text(blocks(source))
    assert "√" not in plain_text(blocks(source))


MATHML = [
    ("<mrow><mi>a</mi><mo>+</mo><mn>1.5</mn></mrow>", "a+1.5"),
    ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>−</mo><mi>c</mi></mrow></mfrac>", "\\frac{a}{b-c}"),
    ("<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^{2}"),
    ("<msubsup><mi>x</mi><mi>i</mi><mo>′</mo></msubsup>", "x_{i}'"),
    ("<msub><mi>α</mi><mi>k</mi></msub><mi>β</mi>", "\\alpha_{k}\\beta"),
    ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "\\sqrt{a+b}"),
    ("<mroot><mi>x</mi><mn>3</mn></mroot>", "\\sqrt[3]{x}"),
    (
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
        "\\sum_{i=1}^{n}i",
    ),
    ("<munder><mo>∑</mo><mrow></mrow></munder><mi>x</mi>", "\\sum x"),
    ("<munder><mo>lim</mo><mi>x</mi></munder>", "\\lim_{x}"),
    ("<mover><mi>x</mi><mo>¯</mo></mover>", "\\bar{x}"),
    ("<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>^</mo></mover>", "\\widehat{AB}"),
    ("<mover><mo>=</mo><mtext>def</mtext></mover>", "\\overset{\\text{def}}{=}"),
    (
        "<munder><munder><mi>a</mi><mo>⏟</mo></munder><mtext>n</mtext></munder>",
        "\\underbrace{a}_{\\text{n}}",
    ),
    (
        (
            "<mrow><mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr>"
            "<mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable><mo>)</mo></mrow>"
        ),
        "\\begin{pmatrix}a & b \\\\ c & d\\end{pmatrix}",
    ),
    (
        "<mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mtext>if</mtext></mtd></mtr></mtable></mrow>",
        "\\begin{cases}1 & \\text{if}\\end{cases}",
    ),
    ("<mfenced open='[' close=']'><mi>a</mi><mi>b</mi></mfenced>", "\\left[ a,b \\right]"),
    ("<mi mathvariant='double-struck'>R</mi><mi>sin</mi><mo>\u2061</mo><mi>x</mi>", "\\mathbb{R}\\sin x"),
    ("<mtext>当 x&gt;0</mtext><mo>%</mo>", "\\text{当 x>0}\\%"),
    ("<mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>", "\\binom{n}{k}"),
]


@pytest.mark.parametrize(("markup", "tex"), MATHML)
def test_mathml(markup: str, tex: str) -> None:
    wrapped = f"<mrow>{markup}</mrow>"
    assert formulas(f"<p>a <math>{wrapped}</math></p>") == [tex]
    assert one_line(tex) is not None  # what is made can be set


def test_mathml_as_deep_as_it_likes() -> None:
    from selectolax.lexbor import LexborHTMLParser

    found = LexborHTMLParser("<body><math>" + "<mrow><mi>a</mi>" * 300 + "</math>").css_first("math")
    assert found is not None
    assert to_tex(found).count("a") == 300


# -- footnotes

NOTES = {
    "goldmark": '<p>t<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup></p>'
    '<div class="footnotes" role="doc-endnotes"><hr><ol><li id="fn:1"><p>one&#160;<a href="#fnref:1" '
    'class="footnote-backref" role="doc-backlink">&#x21a9;&#xfe0e;</a></p></li></ol></div>',
    "pandoc": '<p>t<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a></p>'
    '<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes"><hr /><ol>'
    '<li id="fn1"><p>one<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>',
    "kramdown": '<p>t<sup id="fnref:a"><a href="#fn:a" class="footnote" rel="footnote">1</a></sup></p>'
    '<div class="footnotes"><ol><li id="fn:a"><p>one <a href="#fnref:a" class="reversefootnote">&#8617;</a>'
    '&nbsp;<a href="#fnref:a:1" class="reversefootnote">&#8617;<sup>2</sup></a></p></li></ol></div>',
    "wordpress": '<p>t<sup data-fn="5b9e" class="fn"><a href="#5b9e" id="5b9e-link">1</a></sup></p>'
    '<ol class="wp-block-footnotes"><li id="5b9e">one <a href="#5b9e-link">↩︎</a></li></ol>',
    "substack": '<p>t<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1</a></p>'
    '<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a>'
    '<div class="footnote-content"><p>one</p></div></div>',
    "mediawiki": '<p>t<sup id="cite_ref-a_1-0" class="reference"><a href="#cite_note-a-1">&#91;1&#93;</a></sup></p>'
    '<div class="reflist"><ol class="references"><li id="cite_note-a-1"><span class="mw-cite-backlink"><b>'
    '<a href="#cite_ref-a_1-0">^</a></b></span> <span class="reference-text">one</span></li></ol></div>',
    "github": '<p>t<sup><a href="#user-content-fn-1-a" id="user-content-fnref-1-a" data-footnote-ref="">1</a></sup>'
    '</p><section data-footnotes="" class="footnotes"><h2 class="sr-only">Footnotes</h2><ol><li '
    'id="user-content-fn-1-a"><p>one <a href="#user-content-fnref-1-a" data-footnote-backref="">↩</a></p></li>'
    "</ol></section>",
    "latexml": '<p>t<span id="footnote1" class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup>'
    '<span class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">1</sup>'
    '<span class="ltx_tag ltx_tag_note">1</span>one</span></span></span></p>',
}


@pytest.mark.parametrize("source", NOTES.values(), ids=NOTES.keys())
def test_footnotes(source: str) -> None:
    text, notes = blocks(source)
    assert isinstance(text, Paragraph)
    assert text.inlines[1:] == (FootnoteRef("1"),)
    assert isinstance(notes, Footnotes)
    assert [(note.label, plain_text(note.children).strip()) for note in notes.notes] == [("1", "one")]


def test_a_way_back_says_so_in_any_words() -> None:
    source = '<ol class="footnotes-list"><li>one <a role="doc-backlink" href="#x">back</a></li></ol>'
    assert plain_text(blocks(source)).strip() == "one"


def test_footnotes_apart() -> None:
    one = '<div class="footnote"><a class="footnote-number">{0}</a><div class="footnote-content">n{0}</div></div>'
    (notes,) = blocks(one.format(1) + one.format(2))
    assert isinstance(notes, Footnotes)
    assert [note.label for note in notes.notes] == ["1", "2"]
    (group,) = blocks('<ol class="references" data-mw-group="lower-alpha"><li>x</li><li>y</li></ol>')
    assert isinstance(group, Footnotes)
    assert [note.label for note in group.notes] == ["a", "b"]


# -- code

CODE = {
    "chroma table": (
        (
            '<div class="highlight"><div class="chroma"><table class="lntable"><tr><td class="lntd"><pre class="chroma">'
            '<code><span class="lnt">1\n</span><span class="lnt">2\n</span></code></pre></td><td class="lntd">'
            '<pre class="chroma"><code class="language-go" data-lang="go"><span class="line">a\n</span>b\n</code></pre>'
            "</td></tr></table></div></div>"
        ),
        "a\nb",
        "go",
    ),
    "chroma inline numbers": (
        (
            '<pre><code class="language-py" data-lang="py"><span style="display:flex;"><span style="white-space:pre;'
            'user-select:none;color:#7f7f7f">1</span><span>x = 1\n</span></span></code></pre>'
        ),
        "x = 1",
        "py",
    ),
    "rouge": (
        (
            '<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>'
            '<table class="rouge-table"><tbody><tr><td class="gutter gl"><pre class="lineno">1\n2\n</pre></td>'
            '<td class="code"><pre>def x\nend\n</pre></td></tr></tbody></table></code></pre></div></div>'
        ),
        "def x\nend",
        "ruby",
    ),
    "github": (
        '<div class="highlight highlight-source-shell"><pre>ls <span class="pl-k">|</span> wc</pre></div>',
        "ls | wc",
        "shell",
    ),
    "gist": (
        (
            '<table class="highlight js-file-line-container"><tr><td class="blob-num" data-line-number="1"></td>'
            '<td class="blob-code js-file-line">one</td></tr><tr><td class="blob-num"></td>'
            '<td class="blob-code js-file-line">two</td></tr></table>'
        ),
        "one\ntwo",
        "",
    ),
    "prism": (
        (
            '<pre class="line-numbers language-css"><code class="language-css">a {}<span class="line-numbers-rows">'
            "<span>1</span></span></code></pre>"
        ),
        "a {}",
        "css",
    ),
    "docusaurus": (
        (
            '<pre class="prism-code language-js"><code><span class="token-line">a<br></span><span class="token-line">b'
            "<br></span></code><button>Copy</button></pre>"
        ),
        "a\nb",
        "js",
    ),
    "sphinx": (
        (
            '<div class="highlight-python notranslate"><div class="highlight"><pre><span></span>'
            '<span class="linenos">1</span>import x\n</pre></div></div>'
        ),
        "import x",
        "python",
    ),
    "wordpress": ('<pre class="brush: python; title: ; notranslate">y</pre>', "y", "python"),
}


@pytest.mark.parametrize(("source", "text", "language"), CODE.values(), ids=CODE.keys())
def test_code(source: str, text: str, language: str) -> None:
    (block,) = blocks(source)
    assert isinstance(block, CodeBlock)
    assert (block.text, block.language) == (text, language)


# -- the rest


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (
            '<picture><source srcset="/a-400.webp 400w"><img src="data:,x" data-src="/a.jpg" alt="p"></picture>',
            "a.jpg",
        ),
        (
            '<picture><source srcset="/b-1.webp 1x, /b-2.webp 2x"><img src="/blank.gif" alt="p"></picture>',
            "b-2.webp",
        ),
        ('<img srcset="/c,1-400.png 400w, /c-1500.png 1500w, /c-3000.png 3000w" alt="p">', "c-1500.png"),
        ('<img src="/d.gif" data-actualsrc="/d.jpg" alt="p">', "d.jpg"),
        ('<img src="/e.png" srcset="/e-2.png 2x" alt="p">', "e.png"),
    ],
)
def test_the_real_address_of_a_picture(source: str, address: str) -> None:
    (figure,) = blocks(f"<figure>{source}<figcaption>c</figcaption></figure>")
    assert isinstance(figure, Figure)
    assert (figure.src, figure.alt, text_of(figure.caption)) == (f"https://a.org/{address}", "p", "c")


@pytest.mark.parametrize(
    ("source", "href", "words"),
    [
        (
            '<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?si=x" title="A film"></iframe>',
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "A film",
        ),
        (
            '<iframe src="//player.bilibili.com/player.html?bvid=BV1xx411c7mD&page=1"></iframe>',
            "https://www.bilibili.com/video/BV1xx411c7mD",
            "bilibili.com/video/BV1xx411c7mD",
        ),
        ('<video><source src="/v/film.mp4">old</video>', "https://a.org/v/film.mp4", "film.mp4"),
        ('<audio src="/s.mp3"></audio>', "https://a.org/s.mp3", "s.mp3"),
    ],
)
def test_players_are_links(source: str, href: str, words: str) -> None:
    (row,) = blocks(f"<div>{source}</div>")
    assert isinstance(row, Paragraph)
    (link,) = row.inlines
    assert isinstance(link, Link)
    assert (link.href, text_of(link.children)) == (href, words)


@pytest.mark.parametrize(
    "source", ['<iframe src="/x" width=1 height=1>', "<iframe src='javascript:x'>", "<video>"]
)
def test_players_of_nothing_are_none(source: str) -> None:
    assert (
        blocks(f"{source}</iframe></video><p>after</p>")[0]
        == blocks(f"{source}</iframe></video><p>after</p>")[-1]
    )


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        (
            (
                '<div class="markdown-alert markdown-alert-note"><p class="markdown-alert-title"><svg></svg>Note</p>'
                "<p>a</p></div>"
            ),
            "note",
            "",
        ),
        (
            (
                '<div class="theme-admonition theme-admonition-tip admonition_xJq3 alert"><div '
                'class="admonitionHeading_Gvgb">mind</div><div class="admonitionContent_BuS1"><p>a</p></div></div>'
            ),
            "tip",
            "mind",
        ),
        (
            '<div class="admonition warning"><p class="admonition-title">Watch out</p><p>a</p></div>',
            "warning",
            "Watch out",
        ),
        (
            '<blockquote class="alert alert-note"><p class="alert-heading">Note</p><p>a</p></blockquote>',
            "note",
            "",
        ),
        ('<div class="tip custom-block"><p class="custom-block-title">TIP</p><p>a</p></div>', "tip", ""),
    ],
)
def test_callouts(source: str, kind: str, title: str) -> None:
    (callout,) = blocks(source)
    assert isinstance(callout, Callout)
    assert (callout.kind, text_of(callout.title), plain_text(callout.children)) == (kind, title, "a")


def test_tasks_of_a_list_within_are_its_own() -> None:
    (tasks,) = blocks(
        '<ul class="contains-task-list"><li><input type="checkbox" checked disabled> done</li><li>none<ul><li>'
        '<input type="checkbox"> open</li></ul></li></ul>'
    )
    assert isinstance(tasks, List)
    assert [item.checked for item in tasks.items] == [True, None]
    inner = tasks.items[1].children[1]
    assert isinstance(inner, List)
    assert [item.checked for item in inner.items] == [False]


def test_cells_that_reach_across_and_down() -> None:
    (table,) = blocks(
        "<table><tr><th rowspan=2>A<th colspan=2>B</tr><tr><td>1<td>2</tr><tr><td>x<td>3<td>4</tr></table>"
    )
    assert isinstance(table, Table)
    rows = [[text_of(cell) for cell in row] for row in (table.head, *table.rows)]
    assert rows == [["A", "B", ""], ["", "1", "2"], ["x", "3", "4"]]


def test_a_table_too_wide_says_what_is_left_out() -> None:
    (table,) = blocks("<table><tr>" + "<td>x</td>" * 1000 + "</tr></table>")
    assert isinstance(table, Table)
    assert len(table.rows[0]) == 64
    assert text_of(table.rows[0][-1]) == "… +937"


def test_a_table_with_headings_in_it_is_layout() -> None:
    assert plain_text(blocks("<table><tr><td><h2>a</h2></td><td><p>b</p></td></tr></table>")) == "a\n\nb"


def test_a_film_in_a_long_page_is_a_link_too() -> None:
    frame = '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>'
    source = f"<blockquote>{'<p>x</p>' * 600}{frame}</blockquote>"
    assert "dQw4w9WgXcQ" in plain_text(blocks(source))


def test_ruby_keeps_its_reading_apart() -> None:
    assert (
        plain_text(blocks("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby></p>"))
        == "漢(かん)字(じ)"
    )
