"""Printed cards: whatever a sheet holds stays text, in Markdown as in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from techdash import cheat_pages
from techdash.document import markdown
from techdash.document.outline import own_text
from techdash.document.tree import Table
from techdash.models.parsed import Card

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a | b",
    "`tick` ``ticks``",
    "[link](https://evil.example) *b* $x$",
    "</td></table>",
]


def card(text: str) -> Card:
    return Card(sheet=text, section=text, item=text, syntax=text, text=text, note=text, example=text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_holds_a_hostile_card_as_text(text: str) -> None:
    plain, hostile = Tags(), Tags()
    plain.feed(cheat_pages.html([card("word")], "en"))
    hostile.feed(cheat_pages.html([card(text)], "en"))
    assert hostile.names == plain.names
    assert "".join(hostile.words).count(text) == "".join(plain.words).count("word")


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_holds_a_hostile_card_as_text(text: str) -> None:
    blocks = list(markdown.parse(cheat_pages.markdown([card(text)], "en")).blocks())
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables) == 1
    assert len(tables[0].rows) == 1
    assert own_text(tables[0]).count(text) >= 2
