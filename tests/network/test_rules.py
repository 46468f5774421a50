"""Rules on arrival, by real refreshes: each new entry is asked about once, and one undo takes a run back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from techdash import rules
from techdash.config import Config, Rule, load
from techdash.paths import Paths
from techdash.refresh import sync
from techdash.store import db, editions, marks, own_words, ruling
from tests.network.feeds import gathered, home_with, rows, rss
from tests.network.server import Server, answer
from tests.network.test_refresh import quick

NOW = 1_778_580_000


def config(*wanted: Rule) -> Config:
    return Config(time_zone="UTC", rules=wanted)


async def refreshed(paths: Paths, settings: Config) -> None:
    await gathered(sync(paths, settings, force=True, now=lambda: NOW, open_client=quick))


def marked(paths: Paths, column: str) -> set[str]:
    """The titles of what has a mark."""
    sql = f"SELECT e.title FROM entries e JOIN marks m ON m.entry_id = e.id WHERE m.{column} IS NOT NULL"
    return {title for (title,) in rows(paths, sql)}


async def test_new_entries_are_marked_once_and_one_undo_takes_a_run_back(
    tmp_path: Path, server: Server
) -> None:
    server.say("/one", answer(body=rss("one", 2)))
    server.say("/two", answer(body=rss("two", 2)))
    paths = home_with(tmp_path, server.url("/one"), server.url("/two"))
    wanted = config(
        Rule("source:one", ("read", "tag:First")),
        Rule('"two 1" or "one 1"', ("star", "later")),
        Rule("source:s1 -title", ("mute",)),
    )
    await refreshed(paths, config())
    assert not marked(paths, "read_at")
    server.say("/one", answer(body=rss("one", 4)))
    server.say("/two", answer(body=rss("two", 4)))
    await refreshed(paths, wanted)
    # what was there before the rules is left alone
    assert marked(paths, "read_at") == {"one 2", "one 3"}
    assert {tag for (tag,) in rows(paths, "SELECT tag FROM tags")} == {"first"}
    assert marked(paths, "starred_at") == marked(paths, "later_at") == set()
    assert marked(paths, "muted_at") == {"two 2", "two 3"}
    # what the reader unmarks stays so
    with closing(db.connect_writer(paths.library)) as writer:
        first = rows(paths, "SELECT id FROM entries WHERE title = 'one 2'")[0][0]
        marks.set_marks(writer, [first], read=False, now=NOW)
        own_words.tag(writer, [first], [], ["first"], NOW)
    server.say("/one", answer(body=rss("one", 5)))
    await refreshed(paths, wanted)
    assert marked(paths, "read_at") == {"one 3", "one 4"}
    with closing(db.connect_writer(paths.library)) as writer:
        assert marks.undo(writer, NOW) == "Undone: what rules marked, 1 entry."
        assert marked(paths, "read_at") == {"one 3"}
        marks.undo(writer, NOW)
        marks.undo(writer, NOW)
        assert marks.undo(writer, NOW) == "Undone: what rules marked, 4 entries."
        assert marks.undo(writer, NOW) is None
    assert not marked(paths, "read_at") | marked(paths, "muted_at")
    assert not rows(paths, "SELECT tag FROM tags")


async def test_a_rule_with_a_mistake_is_skipped_and_the_others_are_not(
    tmp_path: Path, server: Server
) -> None:
    server.say("/one", answer(body=rss("one", 2)))
    paths = home_with(tmp_path, server.url("/one"))
    text = """
[[rules]]
when = "sorce:one"
do = ["read"]
[[rules]]
when = "source:one"
do = ["raed"]
[[rules]]
when = "source:one"
does = ["read"]
[[rules]]
do = ["read"]
[[rules]]
when = "source:one"
[[rules]]
when = "source:one"
do = ["later"]
"""
    paths.config.write_text(text, "utf-8")
    found = load(paths.config)
    said = [each.removeprefix(f"{paths.config}, ") for each in rules.problems(found.rules)]
    assert said[0].startswith("line 2: ")
    assert "sorce" in said[0]
    assert said[1:] == [
        "line 5: rules.do knows no 'raed'; did you mean read?",
        "line 10: there is no setting 'rules.does'; did you mean rules.do?",
        "line 11: rules.when says nothing; it is a query, as for techdash search.",
        "line 13: rules.do says nothing; it takes some of read, star, later, mute, feature and tag:NAME.",
    ]
    await refreshed(paths, found)
    assert marked(paths, "later_at") == {"one 0", "one 1"}
    assert not marked(paths, "read_at")


async def test_what_a_rule_features_is_featured_whatever_its_score(tmp_path: Path, server: Server) -> None:
    server.say("/one", answer(body=rss("one", 12)))
    paths = home_with(tmp_path, server.url("/one"))
    await refreshed(paths, config(Rule('"one 3"', ("feature",))))
    with closing(db.connect_reader(paths.library)) as library:
        (edition,) = editions.on(library, "2026-05-12")
        featured = {
            item.title: item for section in edition.sections for item in section.items if item.featured
        }
        assert "one 3" in featured
        assert edition.sections[0].kind == "featured"
        assert ruling.featured_by(library, [featured["one 3"].entry_id]) == '"one 3"'
        titles = [item.title for section in edition.sections for item in section.items]
        assert sorted(titles) == sorted({f"one {n}" for n in range(12)})
    with closing(db.connect_writer(paths.library)) as writer:
        marks.undo(writer, NOW)
        assert editions.uncomposed(writer.conn) == ["2026-05-12"]
    await refreshed(paths, config())
    with closing(db.connect_reader(paths.library)) as library:
        (edition,) = editions.on(library, "2026-05-12")
        assert not any(item.title == "one 3" and item.featured for s in edition.sections for item in s.items)


async def test_a_run_that_was_cut_short_leaves_its_entries_to_the_next(
    tmp_path: Path, server: Server
) -> None:
    server.say("/one", answer(body=rss("one", 2)))
    paths = home_with(tmp_path, server.url("/one"))
    await refreshed(paths, config())
    with closing(sqlite3.connect(paths.library)) as library, library:
        # as it is when a run is killed between storing what came and asking the rules
        library.execute("UPDATE state SET value = '0' WHERE key = 'rules passed'")
    await refreshed(paths, config(Rule("source:one", ("later",))))
    assert marked(paths, "later_at") == {"one 0", "one 1"}


@pytest.mark.parametrize("rule", [Rule("x", ("tag:",)), Rule("x", ("tag: #",)), Rule("x", ("",))])
def test_a_tag_has_a_name(rule: Rule) -> None:
    assert isinstance(rules.understood(rule), str)
