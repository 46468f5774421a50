"""Input made to hang or break a reader: everything is read to its end, and ends soon.

A test that hangs is stopped by the alarm of :func:`patience`, far above what any of these takes.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import pairwise
from types import FrameType

import pytest

from techdash.document import html, markdown, plain
from techdash.document.layout import lay_out
from techdash.document.outline import plain_text
from techdash.document.to_json import to_json
from techdash.document.to_markdown import to_markdown
from techdash.text.cells import width as cells_of
from techdash.text.clean import clean, is_clean

PATIENCE = 60


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


HTML = {
    **{tag: f"<{tag}>" * 100_000 + "words" for tag in ("div", "blockquote", "b", "details", "li")},
    "ul li": "<ul><li>" * 50_000 + "words",
    "table": "<table><tr><td>" * 30_000 + "words",
    "open b": "".join(f"<p><b id={number}>x" for number in range(2_000)) + "words",
    "closing": "</div>" * 100_000 + "words",
    "attributes": "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">words",
    "comments": "words<!-- " * 100_000,
    "tags without end": "words" + "<a " * 200_000,
    "quotes": "words" + "<a \"'" * 100_000,
    "empty paragraphs": "<p></p>" * 50_000 + "words",
    "open paragraphs": "<p>x" * 20_000 + "words",
    "one line": "word " * 400_000 + "words",
    "no space": "x" * 2_000_000 + " words",
    "entities": "&#xD800;&#x110000;&#0;&#99999999999;&bogus;&amp" * 20_000 + " words",
    "dollars": "$a " * 100_000 + "words",
    "brackets": "\\[ x \\) " * 60_000 + "words",
    "white space": " \n" * 500_000 + "words",
    "line breaks": "x<br>" * 30_000 + "words",
    "cells": "<table>" + "<tr><td>a<td>b" * 8_000 + "</table>words",
    "nul": "\0" * 500_000 + "words",
    "notes in notes": "<div class=footnotes><ol><li>" * 5_000 + "words",
    "tags that never end": "words" + "<div " * 100_000,
    "formulas in formulas": "<p>words <math>" + "<mfrac><mi>a</mi>" * 10_000,
    "a frame in a frame": "<section class=callout>" * 20_000 + "words",
}
MARKDOWN = {
    **{
        repr(unit): unit * 6_000 + "\n\nwords"
        for unit in ("[", "![", "](", "*", "**a*", "`", "``a`", "<", "<a ", "&", "_")
    },
    **{
        repr(unit): unit * 6_000 + "\n\nwords"
        for unit in (
            "$$\n",
            "$$x\n",
            "\\[\n",
            "\\begin{a}\n",
            "<details>\n",
            "<div>\n",
            "> ",
            "- ",
            "[^a]: ",
            "[a]: b\n",
        )
    },
    "quotes in quotes": ">" * 50_000 + " words",
    "lists further and further in": "\n".join("  " * depth + "- words" for depth in range(300)),
    "a table of many columns": "|" + " words |" * 10_000 + "\n|" + "---|" * 10_000,
    "a table of many rows": "| a | b |\n|---|---|\n" + "| x | words |\n" * 20_000,
    "lists in lists": "\n".join(" " * depth + "- x" for depth in range(400)) + "\n\nwords",
    "long list": "- x\n" * 10_000 + "\nwords",
    "terms": "a\n: b\n" * 4_000 + "\n\nwords",
    "one line": "word " * 400_000 + "words",
    "one line in a quote": "> " + "word " * 400_000 + "words",
    "one line in a list": "- " + "word " * 400_000 + "words",
    "one line of code": "```\n" + "x y " * 500_000 + "\n```\nwords",
    "empty paragraphs": "&nbsp;\n\n" * 10_000 + "words",
    "front matter without end": "---\n" + "a: b\n" * 20_000 + "\nwords",
    "white space": " " * 1_000_000 + "\n\nwords",
}


@pytest.mark.parametrize("source", HTML.values(), ids=HTML.keys())
def test_html(source: str) -> None:
    doc = html.parse(clean(source), "https://a.org/")
    words = plain_text(doc.blocks())
    assert words.endswith("words") or words.startswith("words")
    assert is_clean(words)
    assert lay_out(doc.part(len(doc) - 1), 80) is not None
    html.to_text(source)


@pytest.mark.parametrize("source", MARKDOWN.values(), ids=MARKDOWN.keys())
def test_markdown(source: str) -> None:
    doc = markdown.parse(source)
    assert "words" in plain_text(doc.blocks())
    assert lay_out(doc.part(0), 80) is not None
    assert lay_out(doc.part(len(doc) - 1), 80) is not None


def test_a_part_of_a_line_without_end_is_small() -> None:
    for doc in (markdown.parse("word " * 200_000), plain.parse("word " * 200_000)):
        assert max(doc.sizes) <= 10_000
        assert all(
            cells_of("".join(span.text for span in line.spans)) <= 80 for line in lay_out(doc.part(3), 80)
        )


@pytest.mark.parametrize(
    ("source", "unit"),
    [
        ("```python\n" + "x = 1\n" * 50_000, "x = 1"),
        ("| a | b |\n|---|---|\n" + "| x | y |\n" * 20_000, "x\ty"),
        ("<div>\n" + "<p>one</p>\n" * 20_000 + "</div>\n", "one"),
        ("> one\n" * 40_000, "one"),
        ("- one\n" * 40_000, "one"),
    ],
    ids=["code", "table", "html", "quote", "list"],
)
def test_no_part_of_markdown_is_large_and_no_line_is_lost_at_a_cut(source: str, unit: str) -> None:
    doc = markdown.parse(source)
    edges = [*doc.starts, len(source)]
    assert max(after - before for before, after in pairwise(edges)) <= 70_000
    assert len({type(block) for block in doc.blocks()}) == 1
    assert plain_text(doc.blocks()).count(unit) == source.count(unit.replace("\t", " | "))


def test_quotes_and_lists_deeper_than_any_keep_their_words() -> None:
    lists = "\n".join("  " * depth + f"- word{depth}." for depth in range(200))
    words = plain_text(markdown.parse(lists).blocks())
    assert [depth for depth in range(200) if f"word{depth}." not in words] == []
    assert plain_text(markdown.parse(">" * 10_000 + " words").blocks()) == "words"


def test_deep_nesting_is_written_out_too() -> None:
    for source in ("<blockquote>" * 1000 + "words", "<ul><li>" * 400 + "words", "<div><b>" * 400 + "words"):
        doc = html.parse(source)
        assert "words" in to_markdown(doc)
        assert "words" in str(to_json(doc))
