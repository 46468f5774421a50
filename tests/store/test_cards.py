"""Cards come back as they were taken from their entries."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from techdash.models.parsed import Card, CardMark
from techdash.store import arrivals, cards, marks, sources
from tests.store.build import CARDS, NOW, plan, planned, source


def test_cards_keep_their_order(writer: Database, reader: sqlite3.Connection) -> None:
    assert (cards.sheets(reader), cards.cards(reader)) == ([], [])
    sources.subscribe(writer, source("sheet", "/srv/sheet", "cheatsheet"), NOW)
    more = tuple(Card("More", f"Section {n}", "", f"code {n}", "text") for n in range(12))
    arrivals.apply(
        writer,
        plan(
            "sheet",
            [
                planned("02", "Second file", kind="cheatsheet", cards=more),
                planned("01", "First file", kind="cheatsheet", cards=CARDS),
            ],
        ),
    )
    assert cards.sheets(reader) == [("Basics", "First file"), ("Keys", "First file"), ("More", "Second file")]
    assert cards.cards(reader) == [*CARDS, *more]
    assert cards.cards(reader, "Basics") == list(CARDS[:2])
    assert cards.cards(reader, "None") == []


def test_cards_are_rewritten_and_go_with_their_source(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("sheet", "/srv/sheet", "cheatsheet"), NOW)
    arrivals.apply(writer, plan("sheet", [planned("k", kind="cheatsheet", cards=CARDS)]))
    arrivals.apply(writer, plan("sheet", [planned("k", kind="cheatsheet", cards=CARDS[2:], id=1)]))
    assert cards.cards(reader) == [CARDS[2]]
    sources.remove(writer, "sheet")
    assert (cards.sheets(reader), cards.cards(reader)) == ([], [])


def test_marks_outlive_the_rows_and_are_undone(writer: Database, reader: sqlite3.Connection) -> None:
    old = Card("Tool", "Session", "/copy", "/copy [N]", "Copies the answer")
    new = Card("Tool", "Elsewhere", "Copy", "/copy [N|all]", "Copies answers", note="New")
    assert cards.key_of(old) == cards.key_of(new) == ("Tool", "/copy")
    sources.subscribe(writer, source("sheet", "/srv/sheet", "cheatsheet"), NOW)
    arrivals.apply(writer, plan("sheet", [planned("k", kind="cheatsheet", cards=(old,))]))
    cards.star(writer, old, True, NOW)
    cards.write_note(writer, old, "Mine", NOW + 1)
    cards.write_note(writer, old, "Mine", NOW + 2)  # nothing new
    arrivals.apply(writer, plan("sheet", [planned("k", kind="cheatsheet", cards=(new,), id=1)]))
    assert cards.cards(reader) == [new]
    assert cards.marks(reader) == {("Tool", "/copy"): CardMark(True, "Mine", NOW + 1)}
    assert marks.undo(writer, NOW) == "Undone: note on /copy."
    assert cards.marks(reader) == {("Tool", "/copy"): CardMark(True, "", NOW)}
    assert marks.undo(writer, NOW) == "Undone: starred /copy."
    assert cards.marks(reader) == {}
    assert marks.redo(writer, NOW) == "Redone: starred /copy."
    assert cards.marks(reader) == {("Tool", "/copy"): CardMark(True, "", NOW)}


def test_a_page_in_two_languages_is_one_card_that_opens(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("sheet", "/srv/sheet", "cheatsheet"), NOW)
    pages = [
        planned(
            f"workflows/plan.{language}.md",
            kind="cheatsheet",
            url="",
            language=language,
            cards=(Card("Tool", "Workflows", title, "", "How"),),
        )
        for language, title in (("en", "Plan"), ("zh", "计划"))
    ]
    arrivals.apply(writer, plan("sheet", pages))
    [card] = cards.cards(reader)
    assert (card.item, card.page) == ("Plan", 1)


def test_a_row_without_syntax_opens_nothing(writer: Database, reader: sqlite3.Connection) -> None:
    sources.subscribe(writer, source("sheet", "/srv/sheet", "cheatsheet"), NOW)
    rows = (Card("Tool", "Habits", "Be specific", "", "How"), Card("Tool", "Habits", "Ask", "", "Why"))
    arrivals.apply(writer, plan("sheet", [planned("k", kind="cheatsheet", url="", cards=rows)]))
    assert [(card.item, card.page) for card in cards.cards(reader)] == [("Be specific", 0), ("Ask", 0)]
