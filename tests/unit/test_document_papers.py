"""Papers as LaTeXML writes them, and what their pages share with others: captions, columns, labels."""

from __future__ import annotations

import pytest

from techdash.document import html, markdown
from techdash.document.inlines import folded, text_of
from techdash.document.layout import lay_out
from techdash.document.lines import line_text
from techdash.document.tree import (
    Block,
    CodeBlock,
    Figure,
    Image,
    Link,
    List,
    Paragraph,
    Quote,
    Table,
    Text,
)


def blocks(source: str) -> list[Block]:
    return list(html.parse(source, "https://site.example/").blocks())


def shown(source: str, width: int = 60) -> list[str]:
    return [line_text(line) for line in lay_out(blocks(source), width)]


def item(label: str, words: str) -> str:
    return (
        f'<li class="ltx_item"><span class="ltx_tag ltx_tag_item">{label}</span>'
        f'<div class="ltx_para"><p class="ltx_p">{words}</p></div></li>'
    )


def test_the_bullet_that_latexml_writes_is_not_written_twice() -> None:
    assert shown(f"<ul>{item('•', 'one')}{item('•', 'two')}</ul>") == ["• one", "• two"]
    assert shown(f"<ol>{item('1.', 'one')}{item('2.', 'two')}</ol>") == ["1. one", "2. two"]


def test_a_label_that_others_refer_to_is_kept() -> None:
    (found,) = blocks(f"<ol>{item('(i)', 'one')}{item('(ii)', 'two')}</ol>")
    assert isinstance(found, List)
    assert [text_of(each.children[0].inlines) for each in found.items] == ["(i) one", "(ii) two"]  # type: ignore[union-attr]
    starts = [each.children[0].start for each in found.items]  # type: ignore[union-attr]
    assert starts[1] - starts[0] == len("(i) one") + 1


def test_columns_are_aligned_by_the_classes_of_their_cells() -> None:
    row = '<td class="ltx_td ltx_align_left">a</td><td class="ltx_td ltx_align_right">b</td>'
    (found,) = blocks(f"<table><tr>{row}<td class='has-text-align-center'>c</td></tr></table>")
    assert isinstance(found, Table)
    assert found.align == ("left", "right", "center")


def test_a_caption_stands_where_it_stood_and_is_told_apart() -> None:
    table = "<table><tr><td>a</td><td>b</td></tr></table>"
    caption = '<figcaption>Table 1: <a href="/x">Letters</a>.</figcaption>'
    above, below = (
        blocks(f"<figure>\n{caption}{table}</figure>"),
        blocks(f"<figure>{table}{caption}</figure>"),
    )
    assert [type(block) for block in above] == [Paragraph, Table]
    assert [type(block) for block in below] == [Table, Paragraph]
    em = frozenset({"em"})
    letters = Link("https://site.example/x", (Text("Letters", em),))  # type: ignore[arg-type]
    assert above[0].inlines == (Text("Table 1: ", em), letters, Text(".", em))  # type: ignore[union-attr, arg-type]
    assert above[0].start < above[1].start


def test_a_picture_without_words_is_its_caption() -> None:
    source = '<figure><img src="/a.png" alt="Refer to caption"><figcaption>Waits.</figcaption></figure>'
    (found,) = blocks(source)
    assert isinstance(found, Figure)
    assert found.alt == ""
    (line,) = lay_out([found], 40)
    assert line_text(line) == "▢ Waits."
    assert line.spans[-1].href == "https://site.example/a.png"


def test_what_a_picture_shows_and_its_caption_are_told_apart() -> None:
    (found,) = html.parse(
        "<figure><img src='a.png' alt='A pump'><figcaption>In May.</figcaption></figure>"
    ).blocks()
    assert [(line.spans[-1].text, line.spans[-1].style) for line in lay_out([found], 40)] == [
        ("A pump", "muted"),
        ("In May.", "caption"),
    ]


def test_a_warning_has_a_colour_of_its_own() -> None:
    source = "> [!{}]\n> Words."
    for kind, role in (("WARNING", "callout warning"), ("NOTE", "callout")):
        lines = lay_out(list(markdown.parse(source.format(kind)).blocks()), 40)
        assert {line.spans[0].style for line in lines} == {role}


def test_the_lines_of_an_algorithm_stay_lines() -> None:
    def line(number: int, words: str) -> str:
        tag = f'<span class="ltx_tag ltx_tag_listingline">{number}:</span>'
        return f'<div class="ltx_listingline">{tag}{words}</div>'

    bold = '<span class="ltx_text ltx_font_bold">return</span>'
    source = f'<div class="ltx_listing">{line(1, "wait")}\n{line(2, bold + " m")}</div>'
    assert shown(source) == ["1: wait", "2: return m"]
    (found,) = blocks(source)
    assert Text("return", frozenset({"strong"})) in found.inlines  # type: ignore[union-attr]


def test_a_listing_of_code_is_code() -> None:
    lines = "".join(
        f'<div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline">{n}</span>{text}</div>\n'
        for n, text in ((1, "if x:"), (2, "\xa0\xa0\xa0\xa0<span>go</span>()"))
    )
    source = f'<div class="ltx_listing ltx_lst_language_Python ltx_lstlisting">{lines}</div>'
    (found,) = blocks(source)
    assert isinstance(found, CodeBlock)
    assert (found.text, found.language) == ("if x:\n    go()", "python")


def test_a_pull_quote_is_a_quote_and_a_button_is_nothing() -> None:
    source = (
        '<p>a</p><div class="pullquote"><p>b</p></div><p class="button-wrapper"><a href="/s">Share</a></p>'
    )
    assert [type(block) for block in blocks(source)] == [Paragraph, Quote]


def test_badges_stand_in_one_line_and_pictures_that_lead_to_themselves_do_not() -> None:
    badges = "[![build](b.svg)](https://ci.example/x)\n[![licence](l.svg)](https://site.example/LICENSE)"
    (found,) = markdown.parse(badges).blocks()
    assert isinstance(found, Paragraph)
    assert [line_text(line) for line in lay_out([found], 40)] == ["▢ build ▢ licence"]
    pictures = "[![a](a.png)](https://i.example/a.jpg)\n[![b](b.png)](https://i.example/b.jpg)"
    assert [type(block) for block in markdown.parse(pictures).blocks()] == [Figure, Figure]
    assert Image("b.svg", "build") in found.inlines[0].children  # type: ignore[union-attr]


def test_a_bare_address_in_html_can_be_followed() -> None:
    (found,) = blocks("<p>见 https://site.example/a?b=1#c ，<a href='/x'>https://site.example/y</a></p>")
    assert isinstance(found, Paragraph)
    links = [inline.href for inline in found.inlines if isinstance(inline, Link)]
    assert links == ["https://site.example/a?b=1#c", "https://site.example/x"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“怎么？”\n这篇", "“怎么？”这篇"),
        ("这篇\n“怎么", "这篇“怎么"),
        ("他说……\n然后", "他说……然后"),
        ("say “no”\nto", "say “no” to"),
        ("“no”\n“yes”", "“no” “yes”"),
    ],
)
def test_a_line_end_by_a_quotation_mark_is_no_space_in_chinese(text: str, words: str) -> None:
    assert folded(text) == words


def test_a_short_formula_stays_in_one_line() -> None:
    source = "一二三四五六七八九 $T = 2000$，又 $a = b$"
    found = list(markdown.parse(source).blocks())
    for width in range(30, 40):
        rows = [line_text(line) for line in lay_out(found, width)]
        assert any("T = 2000" in row for row in rows), width
        assert any("a = b" in row for row in rows), width
    assert any("T =" in line_text(line) for line in lay_out(found, 8))
