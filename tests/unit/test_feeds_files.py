"""Local files as entries: front matter, then what the text says, then the file's name and time."""

from __future__ import annotations

from techdash.feeds.parse import parse
from techdash.models.fetched import Files, LocalFile, ParseJob
from techdash.models.parsed import ParsedEntry, ParsedFeed
from techdash.models.sources import Validators
from techdash.text.clean import is_clean

NOW = 1_778_630_400  # 2026-05-13
MODIFIED = 1_700_000_000


def read(*files: tuple[str, str | bytes]) -> ParsedFeed:
    found = tuple(
        LocalFile(name, MODIFIED, body.encode() if isinstance(body, str) else body) for name, body in files
    )
    document = Files("/notes", found, Validators())
    return parse(ParseJob("notes", "essay", "Notes", "", 50, "none", NOW, (document,)))


def one(name: str, body: str | bytes) -> ParsedEntry:
    (entry,) = read((name, body)).entries
    return entry


FRONT = """---
title: "The Norm Is an Odometer"
date: 2026-02-11
author: Ada Lovelace
language: en
kind: essay
url: https://a.example/norm
summary: "In one sentence."
tags: [optimisation, AdamW]
---

> [!NOTE]
> A word before.

# A heading

Ask what the length means.
"""


def test_front_matter_says_what_an_entry_is() -> None:
    entry = one("essays/norm.en.md", FRONT)
    assert entry.key == "essays/norm.en.md"
    assert entry.title == "The Norm Is an Odometer"
    assert (entry.published, entry.date_only) == (1_770_768_000, True)
    assert (entry.author, entry.language, entry.kind) == ("Ada Lovelace", "en", "essay")
    assert entry.url == "https://a.example/norm"
    assert entry.summary == "In one sentence."
    assert entry.tags == ("optimisation", "AdamW")
    assert entry.body.startswith("> [!NOTE]")
    assert entry.body_format == "markdown"
    assert "odometer" not in entry.body.lower()
    assert 10 <= entry.words <= 13


def test_front_matter_names_a_text_in_all_its_languages() -> None:
    for name in ("translation_key", "translationKey", "pair"):
        assert one("a.en.md", f"---\n{name}: norms\n---\nWords.").translation == "norms"
    assert one("a.en.md", "Words.").translation == ""


def test_without_front_matter_the_text_says_it() -> None:
    entry = one("2026-03-04 ideas.md", "# What *I* think\n\nFirst, a paragraph.\n\nSecond.\n")
    assert entry.title == "What I think"
    assert (entry.published, entry.date_only) == (1_772_582_400, True)
    assert (entry.summary, entry.language, entry.kind) == ("First, a paragraph.", "en", None)


def test_without_anything_the_file_does() -> None:
    entry = one("deep/my_notes.txt", "just text\n")
    assert (entry.title, entry.published, entry.date_only) == ("my notes", MODIFIED, False)
    assert (entry.body, entry.body_format) == ("just text\n", "text")


def test_html_files_have_their_title() -> None:
    page = "<html><head><title>A &amp; B</title></head><body><h1>Other</h1><p>Two words</p></body></html>"
    entry = one("page.html", page)
    assert (entry.title, entry.body_format) == ("A & B", "html")
    assert one("page.htm", "<h1>Only a heading</h1><p>x</p>").title == "Only a heading"


def test_a_plan_keeps_its_date() -> None:
    assert one("plan.md", "---\ndate: 2026-06-01\n---\nx").published == 1_780_272_000


def test_what_front_matter_gets_wrong_is_left_out() -> None:
    entry = one("x.md", "---\nkind: poem\ndate: soon\nurl: javascript:x\ntags: a, b\n---\n\nText\n")
    assert (entry.kind, entry.url, entry.published, entry.tags) == (None, "", MODIFIED, ("a", "b"))


def test_chinese_in_any_encoding_and_any_newline() -> None:
    text = "# 范数是里程表\r\n\r\n在处处归一化的网络里，损失看不见权重的长度。\r\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        entry = one("a.md", text.encode(encoding))
        assert (entry.title, entry.language) == ("范数是里程表", "zh")
        assert entry.summary == "在处处归一化的网络里，损失看不见权重的长度。"
        assert "\r" not in entry.body


def test_addresses_and_fences_are_no_words() -> None:
    assert one("a.md", "[one](https://a.example/b/c/d/e) two\n\n```python\nthree\n```\n").words == 3


def test_names_and_texts_are_clean() -> None:
    entry = one("a\x1b]0;x\x07\u202eb.md", "# T\x9b2J\n\nx\x00y\n")
    assert all(is_clean(text) for text in (entry.key, entry.title, entry.body, entry.summary))


def test_every_file_is_an_entry_in_the_order_of_names() -> None:
    feed = read(*((f"{n:03}.md", f"# T{n}\n") for n in range(80)))
    assert feed.version == "files"
    assert [entry.title for entry in feed.entries] == [f"T{n}" for n in range(80)]


def test_empty_and_odd_files() -> None:
    assert one("empty.md", "").title == "empty"
    assert one("open.md", "---\ntitle: never closed\n").body
    assert one(".md", "x").title
    assert one("noise.txt", bytes(range(256))).title == "noise"
