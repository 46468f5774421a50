"""Cards come back as they were taken from their entries."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from techdash.models import Card
from techdash.store import arrivals, cards, sources
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
