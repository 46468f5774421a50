"""``--json`` of every command: exactly the documented keys, in documents that other programs can rely on."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.cli.hostile import DAY
from tests.cli.program import Program

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
REFRESH = {"started", "finished", "new", "updated", "failed", "sources"}
SOURCE_DONE = {
    *("id", "url", "kind", "status", "http", "new", "updated", "error", "bytes", "seconds", "next_due"),
}
EDITION = {
    *("id", "source", "title", "url", "lead", "composed", "counts", "stated_counts", "trend", "sections"),
    "written",
}
ITEM = {
    "title",
    "url",
    "who",
    "summary",
    "featured",
    "score",
    "also_in",
    "entry",
    "parts",
    "muted",
    "other_language",
    "written",
}
ENTRY = {
    *(
        "id",
        "title",
        "url",
        "source",
        "author",
        "published",
        "language",
        "words",
        "minutes",
        "note",
        "tags",
        "own_note",
        "blocks",
    ),
}
HIT = {"id", "kind", "title", "source", "url", "published", "snippet", "score"}
CARD = {
    *("sheet", "section", "item", "syntax", "text", "since", "source"),
    *("text_zh", "example", "removed", "note", "also"),
}
SUBSCRIPTION = {
    *("id", "kind", "title", "url", "enabled", "state", "last_ok", "next_due", "failures", "error"),
    *("standing", "advice", "note", "site_url", "previous_url", "moved_to", "http", "last_checked"),
    *("last_new", "failing_since", "waits_until", "pace", "entries", "unread"),
}


def keys(rows: list[dict[str, Any]]) -> set[str]:
    """The keys of rows that all have the same."""
    assert rows
    assert all(row.keys() == rows[0].keys() for row in rows)
    return set(rows[0])


def test_refresh(program: Program) -> None:
    told = program.run("--refresh", "--json", "--force").json()
    assert set(told) == REFRESH
    assert keys(told["sources"]) == SOURCE_DONE
    assert {source["status"] for source in told["sources"]} == {"unchanged"}
    assert TIME.fullmatch(told["started"])
    assert all(TIME.fullmatch(source["next_due"]) for source in told["sources"])
    assert {source["error"] for source in told["sources"]} == {None}


def test_events(fresh: Program) -> None:
    done = fresh.run("--refresh", "--events")
    told = [json.loads(line) for line in done.out.splitlines()]
    by_name = {
        name: [event for event in told if event["event"] == name] for name in ("start", "source", "composed")
    }
    assert told[0] == {"event": "start", "due": 3, "total": 3}
    assert keys(by_name["source"]) == SOURCE_DONE | {"event", "title"}
    assert keys(by_name["composed"]) == {"event", "days"}
    assert set(told[-1]) == {"event", "new", "updated", "failed", "offline"}
    assert told[-1]["event"] == "end"
    assert told[-1]["new"] == sum(source["new"] for source in by_name["source"])
    assert told[-1]["offline"] is False


def test_digest(program: Program) -> None:
    (day,) = program.run("digest", "--json", DAY).json()
    assert set(day) == {"day", "editions"}
    assert day["day"] == DAY
    assert keys(day["editions"]) == EDITION
    daily = next(edition for edition in day["editions"] if edition["source"] == "Daily")
    counted = {"article", "featured", "social", "github", "podcast", "paper"}
    assert set(daily["counts"]) == counted
    assert daily["stated_counts"]["article"] == 2
    assert keys(daily["sections"]) == {"kind", "title", "prose", "items"}
    assert keys(daily["sections"][0]["items"]) == ITEM
    assert "plain" in daily["sections"][0]["items"][1]["summary"]
    assert (
        program.run("read", "--json", daily["sections"][0]["items"][1]["entry"]).json()["title"]
        == "Second item"
    )


def test_digest_of_several_days_is_in_their_order(program: Program) -> None:
    found = program.run("digest", "--json", "2026-05-05..2026-05-12").json()
    days = [day["day"] for day in found]
    assert days == sorted(set(days))
    assert len(days) == 8


def test_read(program: Program) -> None:
    (hit, *_) = program.run("search", "--json", "wicked paragraph").json()
    entry = program.run("read", "--json", hit["id"]).json()
    assert set(entry) == ENTRY
    assert (entry["id"], entry["source"]) == (hit["id"], hit["source"])
    assert TIME.fullmatch(entry["published"])
    assert entry["words"] > 5
    assert {"heading", "paragraph", "code", "table"} <= {block["type"] for block in entry["blocks"]}
    assert all("type" in block for block in entry["blocks"])


def test_read_of_a_file_has_the_same_keys(program: Program) -> None:
    file = program.home / "letter.txt"
    file.write_text("Dear reader,\n\nall is well.\n", "utf-8")
    entry = program.run("read", "--json", file).json()
    assert set(entry) == ENTRY
    assert (entry["id"], entry["title"], entry["published"]) == (None, "letter.txt", None)
    assert entry["url"] == str(file)


def test_search(program: Program) -> None:
    hits = program.run("search", "--json", "wicked").json()
    assert keys(hits) == HIT
    assert {hit["source"] for hit in hits} >= {"Daily", "Wire"}
    assert len(program.run("search", "--json", "--limit", "1", "wicked").json()) == 1


def test_cheat(program: Program) -> None:
    cards = program.run("cheat", "--json").json()
    assert keys(cards) == CARD
    assert len({card["sheet"] for card in cards}) > 1
    assert program.run("cheat", "--json", "no such thing at all").json() == []


def test_sources(program: Program) -> None:
    found = program.run("sources", "--json").json()
    assert keys(found) == SUBSCRIPTION
    by_id = {source["id"]: source for source in found}
    assert by_id["notes"]["state"] == "ok"
    assert TIME.fullmatch(by_id["notes"]["last_ok"])
    assert (by_id["notes"]["enabled"], by_id["notes"]["error"]) == (True, None)


def test_doctor(program: Program) -> None:
    found = program.run("doctor", "--json").json()
    assert set(found) == {
        *("version", "library", "sources", "configuration", "terminal", "refreshing", "backup", "repair"),
        *("model", "setup"),
    }
    assert found["library"]["problem"] is None
    assert found["library"]["counts"]["entries"] > 0
    assert found["refreshing"] is None


@pytest.mark.parametrize("place", ["before", "after"])
def test_json_may_stand_on_either_side_of_the_command(program: Program, place: str) -> None:
    arguments = ("--json", "sources") if place == "before" else ("sources", "--json")
    assert program.run(*arguments).json()
