"""The registry: no key twice in one place, the README's table the same, every action there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from techdash.tui.app import TechdashApp
from techdash.tui.commands import COMMANDS, PLACES, READER, Where, bindings, key_table, reader_bindings
from techdash.tui.month_screen import MonthScreen
from techdash.tui.rooms.card_detail import CardDetail
from techdash.tui.rooms.cheatsheet import CheatSheetRoom
from techdash.tui.rooms.reader import Reader
from techdash.tui.search_screen import SearchScreen
from techdash.tui.sources_screen import SourcesScreen
from techdash.tui.widgets.document_view import DocumentView
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.note_view import NoteView
from techdash.tui.words import _WORDS, Words

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("where", PLACES)
def test_no_key_stands_twice_in_one_place(where: Where) -> None:
    found = bindings(where) + (reader_bindings() if where == "reader" else [])
    counts = Counter(key for binding in found for key in binding.key.split(","))
    assert [key for key, count in counts.items() if count > 1] == []


def test_the_readme_shows_the_registry() -> None:
    text = README.read_text("utf-8")
    table = text.split("<!-- keys:begin -->")[1].split("<!-- keys:end -->")[0].strip()
    assert table == key_table()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_action_exists(command: object) -> None:
    action: str = command.action.split("(")[0]  # type: ignore[attr-defined]
    where: str = command.where  # type: ignore[attr-defined]
    owner = {
        "anywhere": TechdashApp,
        "lists": ItemList,
        "reader": DocumentView,
        "note": NoteView,
        "sheet": CheatSheetRoom,
        "card": CardDetail,
        "sources": SourcesScreen,
        "month": MonthScreen,
        "search": SearchScreen,
    }[where]
    if action.startswith("app."):
        owner, action = TechdashApp, action.removeprefix("app.")
    elif action.startswith(READER):
        owner, action = Reader, action.removeprefix(READER)
    assert hasattr(owner, f"action_{action}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_name_commands_that_there_are(language: str) -> None:
    words = Words(language)
    marked = [key for key, texts in _WORDS.items() if any("‹" in text for text in texts)]
    assert len(marked) > 50
    for key in marked:
        assert "‹" not in words(key)
        assert words(key).count("{") == _WORDS[key][language == "zh"].count("{")
