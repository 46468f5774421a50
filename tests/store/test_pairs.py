"""Essays in two languages: what is a pair, and that a pair is one essay in lists, counts and marks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database, Migrations

from techdash.models.entries import Place
from techdash.models.plans import PlannedEntry
from techdash.store import arrivals, counting, db, entries, identity, marks, pairs, schema, sources
from techdash.text.translations import unmarked
from tests.store.build import NOW, plan, planned, source


def essay(key: str, language: str, **more: Any) -> PlannedEntry:
    return planned(key, kind="essay", language=language, body="words", **more)


def sync(writer: Database, *found: PlannedEntry, source_id: str = "essays") -> tuple[int, ...]:
    if not sources.find(writer.conn, source_id):
        sources.subscribe(writer, source(source_id), NOW)
    applied = arrivals.apply(writer, plan(source_id, found))
    return applied.new


def is_pair(conn: sqlite3.Connection, one: int, other: int) -> bool:
    paired = dict(conn.execute("SELECT id, paired_with FROM entries WHERE id IN (?, ?)", (one, other)))
    assert (paired[one] == other) is (paired[other] == one)
    return bool(paired[one] == other)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ({"url": "https://x.example/a"}, {"url": "https://x.example/en/a"}),
        ({"url": "https://x.example/zh-cn/blog/a/"}, {"url": "https://x.example/en/blog/a"}),
        ({"url": "https://x.example/a"}, {"url": "https://x.example/a-en"}),
        ({"url": "https://x.example/a_zh.html"}, {"url": "https://x.example/a_en.html"}),
        ({"url": "https://x.example/?p=7&lang=zh"}, {"url": "https://x.example/?p=7"}),
        ({"url": "", "key": "posts/a.zh.md"}, {"url": "", "key": "posts/a.en.md"}),
        ({"url": "", "key": "a.md"}, {"url": "", "key": "a.en.md"}),
        ({"translation": "a-b"}, {"translation": "a-b"}),
    ],
)
def test_one_text_in_two_languages_is_a_pair(
    writer: Database, zh: dict[str, Any], en: dict[str, Any]
) -> None:
    ids = sync(writer, essay(zh.pop("key", "1"), "zh", **zh), essay(en.pop("key", "2"), "en", **en))
    assert is_pair(writer.conn, *ids)
    assert entries.essay_count(writer.conn) == (1, 1)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ({"url": "https://x.example/a"}, {"url": "https://x.example/en/b"}),
        ({"url": "https://x.example/"}, {"url": "https://x.example/en/"}),
        ({"url": "https://x.example/home"}, {"url": "https://x.example/home"}),
        ({"url": "https://x.example/?p=7&lang=zh"}, {"url": "https://x.example/?p=8"}),
        ({"url": "https://x.example/en/a"}, {"url": "https://x.example/a-en"}),
        ({"url": "https://x.example/a", "language": "en"}, {"url": "https://x.example/en/a"}),
        ({"url": "https://x.example/a"}, {"url": "https://x.example/en/a", "language": "fr"}),
        ({"url": "https://x.example/a"}, {"url": "https://x.example/en/a", "translation": "t"}),
        ({"url": "https://x.example/a", "title": "T"}, {"url": "https://x.example/b", "title": "T"}),
        ({"url": "", "key": "golden.md"}, {"url": "", "key": "gold.en.md"}),
    ],
)
def test_what_only_looks_alike_is_none(writer: Database, zh: dict[str, Any], en: dict[str, Any]) -> None:
    one = essay(zh.pop("key", "1"), zh.pop("language", "zh"), **zh)
    ids = sync(writer, one, essay(en.pop("key", "2"), en.pop("language", "en"), **en))
    assert not is_pair(writer.conn, *ids)
    assert entries.essay_count(writer.conn) == (2, 2)


def test_a_third_of_the_same_name_parts_them_and_leaving_pairs_them_again(writer: Database) -> None:
    zh, en = sync(writer, essay("a", "zh"), essay("a-en", "en"))
    sync(writer, essay("3", "en", url="https://posts.example/a_en"))
    assert not is_pair(writer.conn, zh, en)
    sync(writer, essay("3", "en", url="https://posts.example/other"))
    assert not is_pair(writer.conn, zh, en)  # they were not looked at: nothing of theirs changed
    sync(writer, essay("a", "zh", title="New"))
    assert is_pair(writer.conn, zh, en)


def test_essays_of_two_sources_are_none(writer: Database) -> None:
    (zh,) = sync(writer, essay("a", "zh"))
    (en,) = sync(writer, essay("a-en", "en"), source_id="others")
    assert not is_pair(writer.conn, zh, en)


def test_a_pair_is_one_row_with_the_other_language_in_it(
    writer: Database, reader: sqlite3.Connection
) -> None:
    zh, en = sync(writer, essay("a", "zh", time=NOW - 9), essay("a-en", "en", title="Later", time=NOW + 9))
    (single,) = sync(writer, essay("b", "en"))
    listed = entries.essays(reader, offset=0, limit=9)
    assert [row.id for row in listed] == [single, zh]
    assert listed[1].other is not None
    assert (listed[1].other.id, listed[1].other.title, listed[1].other.language) == (en, "Later", "en")
    assert listed[1].other.other is None
    assert [entries.essay_position(reader, id_) for id_ in (single, zh, en)] == [0, 1, 1]
    row = entries.row(reader, en)
    assert row is not None
    assert row.other is not None
    assert (row.id, row.other.id) == (en, zh)


def test_marks_are_on_both_and_undone_in_one_step(writer: Database, reader: sqlite3.Connection) -> None:
    zh, en = sync(writer, essay("a", "zh"), essay("a-en", "en"))

    def marked() -> list[tuple[bool, bool]]:
        rows = [entries.row(reader, id_) for id_ in (zh, en)]
        return [(row.marks.read, row.marks.starred) for row in rows if row]

    assert marks.set_marks(writer, [en], read=True, starred=True, now=NOW) == 1
    assert marked() == [(True, True)] * 2
    assert entries.essay_count(reader) == (1, 0)
    assert marks.set_marks(writer, [zh, en], read=True, now=NOW) == 0
    marks.undo(writer, NOW)
    assert marked() == [(False, False)] * 2
    assert entries.essay_count(reader) == (1, 1)
    marks.redo(writer, NOW)
    assert marked() == [(True, True)] * 2


def test_the_marks_of_both_are_those_of_the_pair_that_comes_to_be(writer: Database) -> None:
    (zh,) = sync(writer, essay("a", "zh"))
    marks.set_marks(writer, [zh], read=True, now=NOW)
    (en,) = sync(writer, essay("a-en", "en"))
    assert entries.essay_count(writer.conn) == (1, 0)
    sync(writer, essay("a", "zh", url="https://posts.example/elsewhere"))
    assert not is_pair(writer.conn, zh, en)
    assert entries.essay_count(writer.conn) == (2, 0)


def test_what_a_real_essay_takes_the_place_of_leaves_its_pair(writer: Database) -> None:
    sources.subscribe(writer, source("starter", origin="starter"), NOW)
    zh, en = sync(writer, essay("s.zh.md", "zh", url=""), essay("s.en.md", "en", url=""), source_id="starter")
    assert is_pair(writer.conn, zh, en)
    (real,) = sync(writer, essay("real", "zh", title="Title of s.zh.md"))
    assert not is_pair(writer.conn, zh, en)
    assert {row.id for row in entries.essays(writer.conn, offset=0, limit=9)} == {real, en}


def test_a_source_that_is_removed_and_comes_back_brings_its_pairs(writer: Database) -> None:
    zh, en = sync(writer, essay("a", "zh"), essay("a-en", "en"))
    sources.remove(writer, "essays")
    assert entries.essay_count(writer.conn) == (0, 0)
    sources.subscribe(writer, source("essays"), NOW)
    assert is_pair(writer.conn, zh, en)
    assert entries.essay_count(writer.conn) == (1, 1)


ADDRESSES = ("a", "a-en", "a-zh", "en/a", "b", "b-en")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.tuples(st.sampled_from("1234"), st.sampled_from(ADDRESSES), st.sampled_from(["zh", "en"])),
                min_size=1,
                max_size=4,
                unique_by=lambda one: one[0],
            ),
            st.sampled_from(["read", "undo", ""]),
        ),
        max_size=6,
    )
)
def test_whatever_comes_pairs_stay_whole_and_counts_right(
    tmp_path_factory: pytest.TempPathFactory, syncs: list[tuple[list[tuple[str, str, str]], str]]
) -> None:
    with closing(db.connect_writer(tmp_path_factory.mktemp("pairs") / "library.db")) as writer:
        writer.execute("PRAGMA synchronous = OFF")
        for number, (found, then) in enumerate(syncs):
            sync(
                writer,
                *(
                    essay(key, language, url=f"https://x.example/{address}", title=f"{key} {number}")
                    for key, address, language in found
                ),
            )
            if then == "read":
                marks.set_marks(writer, [1 + number % 4], read=True, now=NOW)
            elif then == "undo":
                marks.undo(writer, NOW)
            held = dict(
                db.rows(writer.conn, "SELECT id, paired_with FROM entries WHERE paired_with IS NOT NULL")
            )
            assert all(held.get(other) == id_ for id_, other in held.items())
            listed = entries.essays(writer.conn, offset=0, limit=99)
            assert (
                len(listed) + sum(row.other is not None for row in listed)
                == db.rows(writer.conn, "SELECT count(*) FROM entries")[0][0]
            )
            assert counting.counts_are_right(writer.conn)
            for row in listed:
                if row.other is not None:
                    other = entries.row(writer.conn, row.other.id)
                    assert other is not None
                    assert other.marks == row.marks
                    assert row.language != row.other.language


# -- a library from before


def test_a_library_from_before_has_its_pairs_found_and_its_marks_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    older = Migrations("techdash")
    older._migrations = [one for one in schema.migrations._migrations if one.name == "1 tables"]
    with monkeypatch.context() as before:
        before.setattr(schema, "migrations", older)
        before.setattr(db, "SCHEMA_VERSION", 1)
        with closing(db.connect_writer(path)) as writer:
            writer.execute(
                """
                INSERT INTO sources (id, url, url_key, host, kind, title, site_url, language, topics, weight,
                  max_items, full_text, enabled, origin, added_at)
                VALUES ('essays', '', '', '', 'essay', '', '', '', '[]', 1, 50, 'auto', 1, 'user', 1)
                """
            )
            for number, (key, language) in enumerate([("a.zh.md", "zh"), ("a.en.md", "en"), ("b.md", "en")]):
                writer.execute(
                    """
                    INSERT INTO entries (source_id, key, kind, sort_time, day, url, url_key, title, author,
                      language, words, minutes, has_body, hash, first_seen, changed_at, comments_url, tags,
                      summary)
                    VALUES ('essays', ?, 'essay', ?, '2026-05-12', '', '', ?, '', ?, 1, 1, 1, x'', 1, 1, '',
                      '[]', '')
                    """,
                    (key, NOW + number, key, language),
                )
            writer.execute("INSERT INTO marks (entry_id, read_at, later_at) VALUES (2, 7, 8), (3, 7, NULL)")
            writer.execute("INSERT INTO places VALUES (2, 120, 'words', 0.4, 9)")
    with closing(db.connect_writer(path)) as writer:
        assert is_pair(writer.conn, 1, 2)
        assert entries.essay_count(writer.conn) == (2, 0)
        assert counting.counts_are_right(writer.conn)
        row = entries.row(writer.conn, 1)
        assert row is not None
        assert (row.marks.read, row.marks.later) == (True, True)
        assert pairs.last_place(writer.conn, 1) == (2, Place(120, "words", 0.4))
        # What it held is found again by title and date.
        twins = [identity.twin("a.zh.md", None)]
        assert [one.id for one in entries.alike(writer.conn, "essays", [], twins).values()] == [1]


# -- progress


def test_the_essays_begun_come_last_read_first_until_they_are_finished_or_read(writer: Database) -> None:
    ids = sync(writer, *(essay(key, "en") for key in "abcdefg"))
    sync(writer, planned("article", body="words"))
    for number, progress in enumerate([0.01, 0.02, 0.5, 0.97, 0.98, 1.0, 0.4]):
        marks.save_place(writer, ids[number], Place(9, "", progress), NOW + number)
    marks.save_place(writer, ids[-1] + 1, Place(9, "", 0.5), NOW + 9)

    def begun(limit: int = 9) -> list[int]:
        return [ids.index(row.id) for row in entries.begun(writer.conn, limit)]

    assert begun() == [6, 3, 2, 1]
    assert begun(2) == [6, 3]
    marks.save_place(writer, ids[2], Place(10, "", 0.6), NOW + 20)
    assert begun() == [2, 6, 3, 1]
    marks.set_marks(writer, [ids[6]], read=True, now=NOW)
    assert begun() == [2, 3, 1]
    marks.save_place(writer, ids[3], Place(10, "", 1.0), NOW + 21)
    assert begun() == [2, 1]
    marks.undo(writer, NOW)
    assert begun() == [2, 6, 1]
    sources.remove(writer, "essays")
    assert begun() == []


def test_a_pair_begun_is_one_by_the_place_kept_last(writer: Database) -> None:
    zh, en = sync(writer, essay("a", "zh"), essay("a-en", "en"))
    marks.save_place(writer, zh, Place(9, "字", 0.3), NOW)
    marks.save_place(writer, en, Place(8, "w", 0.4), NOW + 1)
    assert [row.id for row in entries.begun(writer.conn, 9)] == [zh]
    assert pairs.last_place(writer.conn, zh) == (en, Place(8, "w", 0.4))
    marks.save_place(writer, en, Place(99, "w", 1.0), NOW + 2)
    assert entries.begun(writer.conn, 9) == []
    marks.save_place(writer, zh, Place(9, "字", 0.3), NOW + 3)
    assert pairs.last_place(writer.conn, en) == (zh, Place(9, "字", 0.3))
    assert len(entries.begun(writer.conn, 9)) == 1
    assert pairs.last_place(writer.conn, 99) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.example/en/a", ("https://x.example/a", "en")),
        ("https://x.example/en", ("https://x.example/en", "")),
        ("https://en.example/a", ("https://en.example/a", "")),
        ("https://x.example/garden", ("https://x.example/garden", "")),
        ("https://x.example/-en", ("https://x.example/-en", "")),
        ("https://x.example", ("", "")),
        ("notes/a.en.md", ("notes/a.md", "en")),
        ("a.zh-Hans.md", ("a.md", "zh")),
        ("a.en", ("a", "en")),
        (".en.md", (".en.md", "")),
        ("", ("", "")),
    ],
)
def test_the_mark_of_a_language_in_an_address(address: str, expected: tuple[str, str]) -> None:
    assert unmarked(address) == expected
