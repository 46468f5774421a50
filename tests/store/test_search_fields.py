"""Search by what an entry is and what the reader did with it; for rules, which of some entries are meant."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from techdash.query import parse
from techdash.store import arrivals, db, marks, search, sources
from tests.store.build import NOW, plan, planned, source

HOUR = 3600
TODAY = "2026-05-12"


@pytest.fixture(autouse=True)
def entries(writer: Database) -> None:
    sources.subscribe(writer, source("essays", kind="essay"), NOW)
    sources.subscribe(writer, source("frontier", "https://recsys.example/rss", title="RecSys 前沿"), NOW)
    math = "<p>So <span class='katex'>x</span> and <pre>code</pre></p>"
    found = [
        planned(
            "zh", "权重衰减", kind="essay", language="zh", minutes=12, author="李沐", body=math, time=NOW
        ),
        planned(
            "en", "Weight decay", kind="essay", language="en", minutes=3, author="Ada B", time=NOW - HOUR
        ),
        planned(
            "old", "Old norm", kind="paper", day="2026-05-01", time=NOW - 11 * 86_400, tags=("Norm", "权重")
        ),
    ]
    arrivals.apply(writer, plan("essays", found))
    picture = planned(
        "a",
        "A picture",
        body="![x](y.png) costs $5 or $6",
        body_format="markdown",
        day="2026-05-11",
        time=NOW - 86_400,
    )
    arrivals.apply(writer, plan("frontier", [picture]))
    marks.set_marks(writer, [1], read=True, now=NOW)
    marks.set_marks(writer, [2], starred=True, now=NOW)
    marks.set_marks(writer, [3], later=True, now=NOW)
    with db.writing(writer):
        writer.execute("INSERT INTO tags (entry_id, tag) VALUES (2, 'reading')")
        writer.execute("UPDATE marks SET note = 'Compare with momentum' WHERE entry_id = 3")


def found(reader: sqlite3.Connection, query: str) -> list[int]:
    return [hit.id for hit in search.search(reader, parse(query), now=NOW, today=TODAY)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("kind:essay", [1, 2]),
        ("-kind:essay", [4, 3]),
        ("kind:essay or kind:paper", [1, 2, 3]),
        ("source:essays", [1, 2, 3]),
        ("source:recsys", [4]),
        ("source:前沿", [4]),
        ("source:ＲｅｃＳｙｓ", [4]),
        ("source:none", []),
        ("tag:reading", [2]),
        ("tag:norm", [3]),
        ("tag:权重", [3]),
        ("lang:zh", [1]),
        ("lang:en", [2]),
        ("author:李沐", [1]),
        ("author:ada", [2]),
        ("-author:ada kind:essay", [1]),
        ("is:read", [1]),
        ("is:unread", [2, 4, 3]),
        ("is:starred or is:later", [2, 3]),
        ("has:math", [1]),
        ("has:code", [1]),
        ("has:figure", [4]),
        ("-has:figure", [1, 2, 3]),
        ("has:note", [3]),
        ("day:2026-05-01", [3]),
        ("day:today", [1, 2]),
        ("day:yesterday", [4]),
        ("day:2026-05-01..2026-05-11", [4, 3]),
        ("day:..2026-05-11", [4, 3]),
        ("since:2026-05-11", [1, 2, 4]),
        ("since:2h", [1, 2]),
        ("since:7d", [1, 2, 4]),
        ("min:10m", [1]),
        ("-min:1", [4, 3]),
        # words and fields
        ("decay is:starred", [2]),
        ("decay is:read", []),
        ("权重 or is:starred", [1, 2]),
        ("-decay", [1, 4, 3]),
        ("-(decay or is:later)", [1, 4]),
        ("-(decay is:read)", [1, 2, 4, 3]),
        ("momentum", [3]),
        ("decay or (picture since:2h)", [2]),
    ],
)
def test_what_a_field_means(reader: sqlite3.Connection, query: str, ids: list[int]) -> None:
    assert found(reader, query) == ids
    assert search.count(reader, parse(query), now=NOW, today=TODAY) == len(ids)
    assert search.matching(reader, parse(query), [1, 2, 3, 4, 99], now=NOW, today=TODAY) == set(ids)
    assert search.matching(reader, parse(query), [3], now=NOW, today=TODAY) == {3} & set(ids)


def test_what_says_nothing_means_nothing(reader: sqlite3.Connection) -> None:
    assert found(reader, "  * ") == []
    assert search.matching(reader, parse(""), [1, 2]) == set()
    assert search.count(reader, parse("")) == 0


def test_counting_stops_where_it_may(reader: sqlite3.Connection) -> None:
    assert search.count(reader, parse("-kind:podcast"), most=3) == 3
    assert search.count(reader, parse("picture or decay"), most=1) == 1
