"""The cards of the cheat-sheets, read back in the order of their sources."""

from __future__ import annotations

import sqlite3
from typing import Any

from techdash.models import Card
from techdash.store.db import rows


def sheets(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """(sheet, title of the entry it begins in) of every sheet."""
    found: dict[str, str] = {}
    for _, _, _, title, sheet, *_ in _ordered(conn):
        found.setdefault(sheet, title)
    return list(found.items())


def cards(conn: sqlite3.Connection, sheet: str | None = None) -> list[Card]:
    """The cards of a sheet, or of all."""
    return [Card(*values) for _, _, _, _, *values in _ordered(conn) if sheet in (None, values[0])]


def _ordered(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    # From the few cards to their entries, whatever SQLite would guess of their numbers.
    return sorted(
        rows(
            conn,
            """
            SELECT e.source_id, e.key, c.position, e.title,
              c.sheet, c.section, c.item, c.syntax, c.text, c.text_zh, c.section_zh, c.example, c.since,
              c.source
            FROM cards c CROSS JOIN entries e ON e.id = c.entry_id WHERE e.hidden = 0
            """,
        )
    )
