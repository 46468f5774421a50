"""What a language model wrote, in the library: kept, shown with its edition, counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from techdash.models.editions import Draft, Edition
from techdash.store import db, drafts, editions, entries
from tests.store.build import DAY, NOW, composed

LEAD = Draft("Two things happened.", "small-model", "en")
SUMMARY = Draft("它说了这些。", "small-model", "zh")


def of_the_day(conn: sqlite3.Connection) -> Edition:
    (edition,) = (one for one in editions.on(conn, DAY) if one.composed)
    return edition


def shown(writer: Database) -> tuple[bool, Edition]:
    edition = of_the_day(writer.conn)
    entry_id = edition.sections[0].items[0].entry_id
    key = editions.composed_key(writer.conn, DAY)
    return drafts.show(writer, DAY, key, LEAD, {entry_id: SUMMARY}), of_the_day(writer.conn)


def test_an_edition_shows_what_was_written_of_it_beside_its_own_lead(small: Path) -> None:
    with closing(db.connect_writer(small)) as writer:
        before = of_the_day(writer.conn)
        assert (before.draft, before.sections[0].items[0].draft) == (None, None)
        changed, edition = shown(writer)
        assert changed
        assert (edition.lead, edition.draft) == (before.lead, LEAD)
        item = edition.sections[0].items[0]
        assert (item.summary, item.draft) == (before.sections[0].items[0].summary, SUMMARY)
        assert [one.draft for section in edition.sections for one in section.items].count(SUMMARY) == 1
        assert not shown(writer)[0]


def test_composed_anew_an_edition_shows_nothing_that_was_written_of_the_one_before(small: Path) -> None:
    with closing(db.connect_writer(small)) as writer:
        shown(writer)
        before = editions.composed_key(writer.conn, DAY)
        rows = entries.day_entries(writer.conn, DAY)
        editions.save_composed(writer, DAY, composed(DAY, rows), b"another")
        edition = of_the_day(writer.conn)
        assert edition.draft is None
        assert all(item.draft is None for section in edition.sections for item in section.items)
        assert not drafts.show(writer, DAY, before, LEAD, {})
        assert of_the_day(writer.conn).draft is None


def test_what_was_written_is_kept_by_its_key_and_forgotten_after_two_months(small: Path) -> None:
    with closing(db.connect_writer(small)) as writer:
        drafts.keep(writer, {b"a": "So.", b"refused": ""}, NOW)
        assert drafts.kept(writer.conn, [b"a", b"refused", b"never"]) == {b"a": "So.", b"refused": ""}
        drafts.keep(writer, {b"b": "Then."}, NOW + drafts.KEPT_SECONDS + 1)
        assert drafts.kept(writer.conn, [b"a", b"b"]) == {b"b": "Then."}
        assert drafts.kept(writer.conn, []) == {}


def test_what_a_model_was_used_for_is_kept(small: Path) -> None:
    with closing(db.connect_writer(small)) as writer:
        assert drafts.use(writer.conn) == drafts.Use()
        used = drafts.Use(DAY, 3, 4_000, NOW, "It answered 429.")
        drafts.note_use(writer, used)
        assert drafts.use(writer.conn) == used
