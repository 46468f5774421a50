"""Interests and mutes in the library, what composed editions keep of scores and trends, and terms of days."""

from __future__ import annotations

import sqlite3

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from techdash import composing
from techdash.config import Config
from techdash.editions import score
from techdash.models.editions import ComposedEdition, ComposedItem, DayRow, Tastes, Trend
from techdash.store import arrivals, db, editions, entries, marks, sources, tastes, terms
from tests.store.build import DAY, NOW, plan, planned, source


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    for name in ("news", "more"):
        sources.subscribe(writer, source(name, topics=("ai",)), NOW)


def made(*items: ComposedItem, **more: object) -> ComposedEdition:
    return ComposedEdition(DAY, "A lead.", {"article": len(items)}, (("article", "Articles", items),), **more)  # type: ignore[arg-type]


def line(entry_id: int, **more: object) -> ComposedItem:
    return ComposedItem(entry_id, "T", "", "W", "S", False, 62.5, **more)  # type: ignore[arg-type]


def save(writer: Database, edition: ComposedEdition, **more: object) -> None:
    editions.save_composed(writer, DAY, edition, editions.compose_key(writer.conn, DAY), **more)  # type: ignore[arg-type]


def test_a_taste_is_kept_undone_and_done_again(writer: Database, reader: sqlite3.Connection) -> None:
    tastes.say(writer, "agents", 1, NOW)
    tastes.say(writer, "crypto", -1, NOW)
    tastes.say(writer, "agents", 0, NOW)
    assert tastes.by_key(reader) == {"agents": 0, "crypto": -1}
    assert marks.undo(writer, NOW) == "Undone: neither more nor less of agents."
    assert tastes.by_key(reader) == {"agents": 1, "crypto": -1}
    assert marks.undo(writer, NOW) == "Undone: less of crypto."
    assert marks.undo(writer, NOW) == "Undone: more of agents."
    assert tastes.by_key(reader) == {}
    assert marks.undo(writer, NOW) is None
    assert marks.redo(writer, NOW) == "Redone: more of agents."
    assert tastes.by_key(reader) == {"agents": 1}


def test_tastes_and_marks_are_undone_in_turn(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    (row,) = entries.day_entries(reader, DAY)
    marks.set_marks(writer, [row.id], read=True, now=NOW)
    tastes.say(writer, "agents", 1, NOW)
    marks.undo(writer, NOW)
    assert entries.day_entries(reader, DAY)[0].read is True
    assert marks.undo(writer, NOW) == "Undone: read, 1 entry."
    assert entries.day_entries(reader, DAY)[0].read is False


def test_other_tastes_make_the_last_days_stale_once(writer: Database, reader: sqlite3.Connection) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (3, 4) for day in range(1, 29)]
    for day in days:
        arrivals.apply(writer, plan("news", [planned(day, day=day)]))
        editions.save_composed(writer, day, None, editions.compose_key(writer.conn, day))
    tastes.apply(writer, Tastes())
    composing.compose_days(writer, editions.uncomposed(reader), Tastes(), {})
    assert editions.uncomposed(reader) == []
    tastes.apply(writer, Tastes(("agents",), ()))
    assert editions.uncomposed(reader) == days[-tastes.RECENT_DAYS :]
    composing.compose_days(writer, editions.uncomposed(reader), Tastes(("agents",), ()), {})
    tastes.apply(writer, Tastes(("agents",), ()))
    assert editions.uncomposed(reader) == []


def test_the_compose_key_changes_with_tastes_only_where_they_change(writer: Database) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    keys = {
        editions.compose_key(writer.conn, DAY, it)
        for it in (None, Tastes(), Tastes(("a",)), Tastes((), ("a",)))
    }
    assert len(keys) == 3


def test_keys_and_configuration_are_one(writer: Database) -> None:
    config = Config(interests=("Agents", "rust"), mutes=("crypto",))
    assert composing.tastes(writer.conn, config) == Tastes(("Agents", "rust"), ("crypto",))
    tastes.say(writer, "RUST", -1, NOW)
    assert composing.tastes(writer.conn, config) == Tastes(("Agents",), ("RUST", "crypto"))


def test_parts_trend_and_the_chinese_lead_come_back(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("news", [planned("a")]))
    (row,) = entries.day_entries(reader, DAY)
    trend = (Trend("智能体", 4, 1.5, (row.id,), 3, (0, 1, 4)),)
    parts = {"source": 15.0, "interest": 15.0}
    save(writer, made(line(row.id, parts=parts, taste="agents"), lead_zh="导语。", trend=trend))
    (found,) = editions.on(reader, DAY)
    assert (found.lead_zh, found.trend) == ("导语。", trend)
    item = found.sections[0].items[0]
    assert (item.parts, item.taste, item.muted, item.score) == (parts, "agents", False, 62.5)


def test_what_is_muted_need_not_be_read(writer: Database, reader: sqlite3.Connection) -> None:
    arrivals.apply(writer, plan("news", [planned("a"), planned("b")]))
    one, other = (line(row.id) for row in entries.day_entries(reader, DAY))
    save(writer, made(one, replace(other, muted=True)))
    assert editions.days(reader) == [DayRow(DAY, 1, 1)]
    marks.set_marks(writer, [one.entry_id], read=True, now=NOW)
    assert editions.days(reader) == [DayRow(DAY, 1, 0)]
    assert len(editions.on(reader, DAY)[0].sections[0].items) == 2


def test_an_entry_brings_topics_tags_and_whether_it_has_a_text(writer: Database) -> None:
    arrivals.apply(
        writer, plan("news", [planned("a", tags=("Rust",), body="<p>Text.</p>", words=1), planned("b")])
    )
    one, other = entries.day_entries(writer.conn, DAY)
    assert (one.topics, one.tags, one.has_text) == (("ai",), ("Rust",), True)
    assert (other.tags, other.has_text) == ((), False)


def test_the_end_of_a_long_post_is_looked_at_for_its_points(writer: Database) -> None:
    body = f"<p>{'Long. ' * 200}</p><p>Points: 41</p>"
    posts = [planned("a", body=body, words=200, kind="social"), planned("b", body=body, words=200)]
    posts.append(planned("c", body=body, summary="Points: 40", words=200, kind="social"))
    arrivals.apply(writer, plan("news", posts))
    rows = entries.day_entries(writer.conn, DAY)
    assert [row.ending.endswith("<p>Points: 41</p>") for row in rows] == [True, False, False]
    assert sorted(score.standings(rows).values()) == [0.25, 0.75]


def test_a_post_brings_the_links_of_its_text(writer: Database) -> None:
    body = '<p>See <a href="https://lab.example/a?b=1&amp;c=2">this</a>.</p>'
    posts = [
        planned("a", body=body, words=1, kind="social"),
        planned("b", summary="It is at https://lab.example/b.", kind="social"),
        planned("c", body=body, words=1),
        planned(
            "d", body=f"{body}<p>{'Long. ' * 2000}</p>{body.replace('/a?', '/d?')}", words=1, kind="social"
        ),
    ]
    arrivals.apply(writer, plan("news", posts))
    rows = entries.day_entries(writer.conn, DAY)
    assert [row.links for row in rows] == [
        ("https://lab.example/a?b=1&c=2",),
        ("https://lab.example/b",),
        (),
        ("https://lab.example/a?b=1&c=2", "https://lab.example/d?b=1&c=2"),
    ]


def test_terms_of_days_are_kept_for_the_days_written_last(
    writer: Database, reader: sqlite3.Connection
) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    for day in days:
        with db.writing(writer):
            terms.save(writer, {day: {"智能体": 2, "": 9}})
    assert list(terms.counts(reader, days)) == days[-terms.KEPT_DAYS :]
    assert terms.counts(reader, days[-1:]) == {days[-1]: {"智能体": 2, "": 9}}


def test_terms_of_a_day_that_changed_since_are_not_given(
    writer: Database, reader: sqlite3.Connection
) -> None:
    arrivals.apply(writer, plan("news", [planned("a", "Mamba is here")]))
    composing.compose_days(writer, [DAY], Tastes(), {})
    assert terms.counts(reader, [DAY])[DAY]["mamba"] == 1
    arrivals.apply(writer, plan("news", [planned("b", "Mamba is there")]))
    assert terms.counts(reader, [DAY]) == {}
    composing.compose_days(writer, [DAY], Tastes(), {})
    assert terms.counts(reader, [DAY])[DAY]["mamba"] == 2


def test_a_day_is_composed_with_the_trend_against_the_days_before(
    writer: Database, reader: sqlite3.Connection
) -> None:
    for number in range(1, 10):
        arrivals.apply(
            writer, plan("news", [planned(f"p{number}", f"Plain {number}", day=f"2026-05-{number:02}")])
        )
    for name in ("news", "more"):
        found = [
            planned(f"{name}{n}", f"Mamba {name} {n}", url=f"https://{name}.example/{n}") for n in range(2)
        ]
        arrivals.apply(writer, plan(name, found))
    tastes.apply(writer, Tastes())
    composing.compose_days(writer, editions.uncomposed(reader), Tastes(), {})
    (edition,) = editions.on(reader, DAY)
    assert [(it.term, it.today, it.usual, it.sources) for it in edition.trend] == [("Mamba", 4, 0.0, 2)]
    assert edition.lead.endswith("Rising: Mamba (2 sources).")
    muted = Tastes((), ("mamba",))
    composing.compose_days(writer, [DAY], muted, {})
    assert editions.on(reader, DAY)[0].trend == ()
