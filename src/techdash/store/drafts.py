"""What a language model wrote: kept by what it was given, shown with its edition, counted day by day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from msgspec import Struct, convert
from msgspec import json as encoded

from techdash.models.editions import Draft
from techdash.store import marks
from techdash.store.db import Writer, rows, upsert, writing

KEPT_SECONDS = 60 * 86_400
_USE = "model"


class Use(Struct, frozen=True):
    """What a model was used for on a day, and how it went last.

    ``calls`` and ``tokens`` are of ``day``; ``not_before`` is the moment from which it may be asked again,
    ``problem`` says why the last answer could not be had or used.
    """

    day: str = ""
    calls: int = 0
    tokens: int = 0
    not_before: int = 0
    problem: str = ""


def kept(conn: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, str]:
    """What was written for these keys; an empty text where the answer was refused."""
    wanted = list(keys)
    places = ", ".join("?" * len(wanted))
    sql = f"SELECT key, text FROM drafts WHERE key IN ({places})"  # noqa: S608 - question marks alone
    return dict(rows(conn, sql, wanted))


def keep(db: Writer, written: Mapping[bytes, str], now: int) -> None:
    """Keep what was written, "" where it was refused, and forget what nobody asked for in two months."""
    with writing(db):
        for key, text in written.items():
            upsert(db, "drafts", {"key": key, "text": text, "made_at": now}, "key")
        db.execute("DELETE FROM drafts WHERE made_at < ?", (now - KEPT_SECONDS,))


def show(
    db: Writer, day: str, composed: bytes | None, lead: Draft | None, items: Mapping[int, Draft]
) -> bool:
    """Have the composed edition of a day show these: its lead, and summaries by entry; whether it changed.

    Nothing is, where it was composed anew since (``composed``: its key): they would speak of another one.
    """
    with writing(db):
        found = rows(
            db.conn,
            """
            SELECT ed.id, ed.draft FROM editions ed CROSS JOIN composing c ON c.day = ed.day
            WHERE ed.day = ? AND ed.entry_id IS NULL AND c.key IS ?
            """,
            (day, composed),
        )
        if not found:
            return False
        edition_id, shown = found[0]
        before = dict(rows(db.conn, "SELECT entry_id, draft FROM items WHERE edition_id = ?", (edition_id,)))
        wanted = {entry_id: _encoded(items.get(entry_id)) for entry_id in before}
        changed = [(text, edition_id, id_) for id_, text in wanted.items() if text != before[id_]]
        db.conn.executemany("UPDATE items SET draft = ? WHERE edition_id = ? AND entry_id = ?", changed)
        if is_other := _encoded(lead) != shown:
            db.execute("UPDATE editions SET draft = ? WHERE id = ?", (_encoded(lead), edition_id))
        return is_other or bool(changed)


def use(conn: sqlite3.Connection) -> Use:
    """What the model was used for last."""
    stored = marks.state(conn, _USE)
    return convert(stored, Use) if stored else Use()


def note_use(db: Writer, used: Use) -> None:
    """Keep what the model was used for."""
    with writing(db):
        upsert(db, "state", {"key": _USE, "value": encoded.encode(used).decode()}, "key")


def _encoded(draft: Draft | None) -> str:
    return encoded.encode(draft).decode() if draft else ""
