"""The article in a page: its sentences and nothing around them, with every block that it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from techdash.document import html
from techdash.document.outline import plain_text, walk
from techdash.document.tree import (
    Block,
    CodeBlock,
    Figure,
    Footnotes,
    Heading,
    Inlines,
    Link,
    Math,
    MathBlock,
    Table,
)
from techdash.feeds.article import NotAnArticle, entry_of
from techdash.text.clean import is_clean

DATA = Path(__file__).parents[1] / "data"
URL = "https://ledger.example/logs"
NOW = 1_778_580_000
KEPT = (
    "A lighthouse keeper's log is the oldest time series that nobody planned",
    "its gaps are where the weather was worst.",
    "does the length of an entry say more about the night than the words in it do?",
    "It does, and by a wide margin, once the entries are sorted by season and not by keeper.",
    "The fit is poor where fog was common, because a fog horn left little time for ink and paper.",
    "What remains is a measure that costs nothing",
    "Short entries are not lazy ones: they are the nights when both hands were needed elsewhere.",
)
LEFT = (
    "We use cookies",
    "Share this article on Mastodon",
    "My grandfather kept such a log",
    "Seven more posts about harbours",
    "Another post about harbours",
    "Get the weekly letter",
    "All rights reserved",
    "Post status Published",
)
CHINESE = (
    "灯塔守护人的日志，是没有人设计过的最古老的时间序列，缺页的地方正是天气最坏的夜晚。",
    "我们读了三条海岸的四百本日志，只问一个问题：一条记录的长短，是否比其中的文字更能说明那个夜晚？",
    "答案是肯定的，而且差距很大，只要按季节而不是按守护人来排列。",
    "雾多的地方拟合得不好，因为雾号没有给笔墨留下多少时间，守护人的双手都在别处。",
)
CHINESE_LEFT = ("我的祖父也曾经守过三十年的灯塔", "订阅本站的每周来信")
# Headings, formulas, languages of code, tables, figures, footnotes.
BLOCKS: dict[str, tuple[tuple[str, ...], int, tuple[str, ...], int, int, int]] = {
    "hugo": (("The measure", "In code"), 2, ("python",), 1, 1, 1),
    "pelican": (("The measure", "In code"), 2, ("",), 1, 1, 0),
    "wordpress": (("The measure", "In code", "Afterwards"), 1, ("php",), 1, 1, 1),
    "ghost": (("The measure", "In code"), 1, ("rust",), 0, 1, 0),
    "medium": (("The measure", "Afterwards"), 0, ("",), 0, 1, 0),
    "docs": (("The measure", "In code"), 1, ("python",), 1, 0, 0),
    "notionnext": (("The measure", "Nights"), 1, (), 1, 1, 0),
    "chinese": (("度量",), 0, ("python",), 1, 0, 0),
}
# Of the pages in tests/data/pages, of which nothing may be lost.
WHOLE = ("hugo", "arxiv", "mixed", "substack")


def page(name: str) -> str:
    return (DATA / "articles" / f"{name}.html").read_text("utf-8")


def blocks_of(source: str) -> list[Block]:
    return list(walk(html.parse(source, URL).blocks()))


def formulas(blocks: list[Block]) -> Iterator[str]:
    def within(row: Inlines) -> Iterator[str]:
        for inline in row:
            if isinstance(inline, Math):
                yield inline.tex
            elif isinstance(inline, Link):
                yield from within(inline.children)

    for block in blocks:
        if isinstance(block, MathBlock):
            yield block.tex
        if isinstance(block, Table):
            for cell in (cell for row in (block.head, *block.rows) for cell in row):
                yield from within(cell)
        for name in ("inlines", "caption", "title", "summary"):
            yield from within(getattr(block, name, ()))


def shape(blocks: list[Block], title: str = "") -> tuple[object, ...]:
    headings = tuple(plain_text([block]).strip() for block in blocks if isinstance(block, Heading))
    return (
        tuple(heading for heading in headings if heading != title),
        len(list(formulas(blocks))),
        tuple(block.language for block in blocks if isinstance(block, CodeBlock)),
        sum(isinstance(block, Table) for block in blocks),
        sum(isinstance(block, Figure) for block in blocks),
        sum(len(block.notes) for block in blocks if isinstance(block, Footnotes)),
    )


@pytest.mark.parametrize("name", BLOCKS)
def test_the_article_and_nothing_around_it(name: str) -> None:
    entry, note = entry_of(page(name), URL, now=NOW)
    blocks = blocks_of(entry.body)
    text = " ".join(plain_text(blocks).split())
    kept, left = (CHINESE, CHINESE_LEFT) if name == "chinese" else (KEPT, LEFT)
    assert [sentence for sentence in kept if sentence not in text] == []
    assert [sentence for sentence in left if sentence in text] == []
    title = "读灯塔日志" if name == "chinese" else "Reading the logs"
    assert shape(blocks, title) == BLOCKS[name]
    assert note == ""
    assert is_clean(entry.body)
    assert entry.language == ("zh" if name == "chinese" else "en")
    assert entry.words > 100


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_of_a_long_text_is_lost(name: str) -> None:
    source = (DATA / "pages" / f"{name}.html").read_text("utf-8")
    entry, _ = entry_of(source, URL, now=NOW)
    headings, *rest = shape(blocks_of(source))
    found, *kept = shape(blocks_of(entry.body))
    assert kept == rest
    # the head of a page, its title and what stands under it, is the entry's own
    assert set(found) >= set(list(headings)[2:])  # type: ignore[call-overload]


def test_what_the_page_says_of_itself() -> None:
    hugo, _ = entry_of(page("hugo"), URL, now=NOW)
    ghost, _ = entry_of(page("ghost"), URL, now=NOW)
    for entry in (hugo, ghost):
        assert (entry.title, entry.author, entry.published) == ("Reading the logs", "Ada Ink", 1_777_795_200)


def test_links_and_pictures_are_seen_from_anywhere() -> None:
    entry, _ = entry_of(page("hugo"), URL, now=NOW)
    figures = [block for block in blocks_of(entry.body) if isinstance(block, Figure)]
    assert figures[0].src == "https://ledger.example/img/log.png"


def test_no_script_and_no_control_character_gets_through() -> None:
    source = (
        page("hugo")
        .replace("The measure", "The \x1b]0;x\x07measure\u202e")
        .replace("<p>", "<p onclick='x()'><script>alert('no')</script>", 1)
    )
    entry, _ = entry_of(source, URL, now=NOW)
    assert is_clean(entry.body)
    assert "alert" not in entry.body


def told(**facts: object) -> str:
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **facts})
    return page("pelican").replace("</head>", f'<script type="application/ld+json">{data}</script></head>')


@pytest.mark.parametrize(
    ("source", "note"),
    [
        (told(isAccessibleForFree="False"), "the rest is for subscribers"),
        (told(isAccessibleForFree=False, wordCount=4000), "the rest is for subscribers"),
        (told(isAccessibleForFree=False, wordCount=150), ""),
        (told(isAccessibleForFree=True), ""),
        (told(wordCount=4000), "cut short"),
        (told(wordCount=160), ""),
        (
            page("pelican").replace(
                "<head>", '<head><meta property="article:content_tier" content="locked">'
            ),
            "the rest is for subscribers",
        ),
        (
            page("pelican").replace("<head>", '<head><meta property="article:content_tier" content="free">'),
            "",
        ),
        (
            page("ghost").replace(
                "</section>", "</section><aside>This post is for paying subscribers only</aside>"
            ),
            "the rest is for subscribers",
        ),
        (
            page("medium").replace("</section>", "<p>Subscribe to continue reading</p></section>"),
            "the rest is for subscribers",
        ),
        (
            page("chinese").replace("<h2>度量</h2>", "<p>订阅后即可阅读</p><h2>度量</h2>"),
            "the rest is for subscribers",
        ),
    ],
)
def test_a_text_that_is_not_whole_says_so(source: str, note: str) -> None:
    assert entry_of(source, URL, now=NOW)[1] == note


@pytest.mark.parametrize(
    ("source", "url", "kind"),
    [
        ("<title>Sign in - Ledger</title><form><input type=password></form>" + page("hugo"), URL, "gate"),
        ("<title>Before you continue</title><main><p>" + "We value cookies. " * 60, URL, "gate"),
        ("<title>Ledger</title><p>Welcome back to us.</p><input type='password'>", URL, "gate"),
        (page("docs"), "https://consent.ledger.example/logs", "gate"),
        (page("docs"), "https://ledger.example/login?next=/logs", "gate"),
        ("<title>App</title><div id=root></div><script>start()</script>", URL, "empty"),
        ("", URL, "empty"),
        ("<" * 5000, URL, "empty"),
    ],
)
def test_what_is_no_article(source: str, url: str, kind: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        entry_of(source, url, now=NOW)
    assert caught.value.kind == kind


def test_p28_hostile_pages_end() -> None:
    sentences = "".join(f"<p>Sentence {n} of a page that goes on for far too long.</p>" for n in range(3000))
    for source in (
        "<div>" * 5000 + sentences,
        "<article>" + sentences + "<!--" * 3000,
        f"<div style='{'a' * 100_000}'>{sentences}</div>",
        f"<p {' '.join(f'a{n}=1' for n in range(20_000))}>{sentences}",
    ):
        entry, _ = entry_of(source, URL, now=NOW)
        assert "Sentence 2999" in entry.body
