"""The sheet that ships against the list of facts: none is lost."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from techdash import assets
from techdash.document import markdown
from techdash.models.parsed import Card
from techdash.sheets import cards_of
from techdash.text.folding import fold

FACTS = tomllib.loads((Path(__file__).parent.parent / "data/cheatsheet/facts.toml").read_text("utf-8"))[
    "fact"
]
FOLDER = assets.folder("data") / "cheatsheet"
SECTIONS = sorted({fact["section"] for fact in FACTS})


def bare(text: str) -> str:
    return re.sub(r"[\s`]+", "", fold(text).text)


def said(card: Card) -> str:
    fields = (card.syntax, card.item, card.text, card.note, card.example, card.since, card.removed, card.also)
    return bare(" ".join(fields))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """What each card says; what those of a section say together; what each page says."""
    cards: list[str] = []
    sections: dict[str, str] = defaultdict(str)
    for file in sorted(FOLDER.rglob("*.md")):
        text = file.read_text("utf-8")
        if file.parent != FOLDER:
            cards.append(bare(text))
            continue
        for card in cards_of(markdown.parse(text), file.stem, ""):
            cards.append(said(card))
            sections[card.section] += cards[-1]
    return [*cards, *sections.values()]


def test_the_list_is_whole() -> None:
    assert len(FACTS) == 607


@pytest.mark.parametrize("section", SECTIONS)
def test_every_fact_is_on_a_card(section: str, texts: list[str]) -> None:
    lost = []
    for fact in FACTS:
        wanted = [bare(token) for token in fact["holds"]]
        if fact["section"] == section and not any(all(one in text for one in wanted) for text in texts):
            lost.append(fact["item"])
    assert lost == []
