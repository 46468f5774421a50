"""The worked pages of the sheet: alike in both languages, short, naming cards that are there."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from techdash import assets
from techdash.document import markdown
from techdash.document.inlines import text_of
from techdash.document.layout import lay_out
from techdash.document.outline import walk
from techdash.document.tree import Block, Code, CodeBlock, Document, List, ListItem, Paragraph
from techdash.models.parsed import Card
from techdash.sheets import cards_of
from techdash.text.cells import width

FOLDER = assets.folder("data") / "cheatsheet"
KEYS = sorted({file.name.split(".")[0] for file in (FOLDER / "workflows").glob("*.md")})
LANGUAGES = ("en", "zh")
SCREEN = 40
COLUMN = 76
CODE = COLUMN - 6
# What the reader sets above a text: its title, what it is about, a blank line.
HEAD = 3
NAMING = {"en": "Cards: ", "zh": "卡片："}
SOURCE = "https://code.claude.com/docs/en/"


def page(key: str, language: str) -> Document:
    return markdown.parse((FOLDER / "workflows" / f"{key}.{language}.md").read_text("utf-8"))


def card(key: str, language: str = "en") -> Card:
    [found] = cards_of(page(key, language), key, "")
    return found


def steps(key: str, language: str) -> tuple[ListItem, ...]:
    [found] = [block for block in page(key, language).blocks() if isinstance(block, List)]
    assert found.ordered
    return found.items


def named(step: ListItem, language: str) -> list[str]:
    """The cards that a step uses: the code spans of its last paragraph."""
    last = step.children[-1]
    assert isinstance(last, Paragraph)
    assert text_of(last.inlines).startswith(NAMING[language])
    return [inline.text for inline in last.inlines if isinstance(inline, Code)]


def examples(blocks: list[Block], language: str = "") -> list[str]:
    found = [each for each in walk(blocks) if isinstance(each, CodeBlock)]
    return [each.text for each in found if language in ("", each.language)]


@pytest.fixture(scope="module")
def called() -> dict[str, Card]:
    """The cards by what a page calls them: the syntax, or the name where there is none."""
    found = {}
    for file in sorted(FOLDER.glob("*.md")):
        for each in cards_of(markdown.parse(file.read_text("utf-8")), file.stem, ""):
            for name in [each.syntax] if each.syntax else [each.item, each.item_zh]:
                found.setdefault(name, each)
    return found


def test_there_are_a_dozen() -> None:
    assert len(KEYS) == 12
    assert len(list((FOLDER / "workflows").iterdir())) == 2 * len(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_page_is_a_card_with_a_source_in_both_languages(key: str) -> None:
    found = card(key)
    assert (found.sheet, found.syntax) == ("Claude Code", "")
    assert found.section_zh
    assert found.source.startswith(SOURCE)
    assert found.item
    assert found.text
    assert found.also
    assert not re.search("[\u4e00-\u9fff]", found.item + found.text)
    assert (card(key, "zh").item, card(key, "zh").text) == (found.item_zh, found.text_zh)
    metas = [page(key, language).meta for language in LANGUAGES]
    assert [meta["language"] for meta in metas] == list(LANGUAGES)
    for field in ("sheet", "section", "kind", "page", "date", "version", "source", "translation_key"):
        assert metas[0][field] == metas[1][field]
    assert metas[0]["translation_key"] == key.split("-", 1)[1]


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_take_the_same_steps_with_the_same_cards(key: str, called: dict[str, Card]) -> None:
    english, chinese = (steps(key, language) for language in LANGUAGES)
    assert 5 <= len(english) == len(chinese)
    for one, two in zip(english, chinese, strict=True):
        names = named(one, "en"), named(two, "zh")
        unknown = [name for name in (*names[0], *names[1]) if name not in called]
        assert unknown == []
        assert names[0]
        assert [called[name] for name in names[0]] == [called[name] for name in names[1]]
        assert [type(block) for block in one.children] == [type(block) for block in two.children]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fills_a_screen_and_a_half_at_most(key: str, language: str) -> None:
    lines = lay_out(tuple(page(key, language).blocks()), COLUMN)
    assert HEAD + len(lines) <= SCREEN * 3 // 2


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_pasted_can_be_read_by_what_it_is_for(key: str, language: str) -> None:
    blocks = list(page(key, language).blocks())
    for text in examples(blocks, "json"):
        json.loads(text if text.startswith("{") else f"{{{text}}}")
    for text in examples(blocks, "bash"):
        done = subprocess.run(["sh", "-n"], input=text, text=True, capture_output=True)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
    lines = [line for text in examples(blocks) for line in text.split("\n")]
    assert [line for line in lines if width(line) > CODE] == []


@pytest.mark.parametrize("key", KEYS)
def test_chinese_is_set_as_chinese_is(key: str) -> None:
    paragraphs = [block for block in walk(page(key, "zh").blocks()) if isinstance(block, Paragraph)]
    for paragraph in paragraphs:
        text = re.sub(r"`[^`]*`", "x", text_of(paragraph.inlines))
        assert not re.search(r"[\u4e00-\u9fff][,;:?!.]|[，。：；？！] ", text), text
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", text), text


def test_the_hook_of_its_page_refuses_what_it_says() -> None:
    script, _ = examples(list(page("07-writing-a-hook", "en").blocks()), "bash")
    for command, code in (("git push origin main", 2), ("git status", 0)):
        call = json.dumps({"tool_input": {"command": command}})
        done = subprocess.run(["sh", "-c", script], input=call, text=True, capture_output=True)
        assert done.returncode == code, done.stderr
