"""``techdash rules``: what is there, what it would do, and what is wrong with it."""

from __future__ import annotations

from tests.cli.program import Program

RULES = """
[[rules]]
when = "lang:zh is:unread"
do = ["later", "tag:zh"]

[[rules]]
when = "knid:essay"
do = ["read"]
"""


def test_rules_are_tried_and_nothing_is_done(small: Program) -> None:
    (small.home / "config.toml").write_text(RULES, "utf-8")
    library = (small.home / "library.db").read_bytes()
    done = small.run("rules", "--dry-run", "--json")
    tried, wrong = done.json()
    assert done.code == 2
    assert (tried["when"], tried["do"], tried["problem"]) == ("lang:zh is:unread", ["later", "tag:zh"], None)
    assert tried["count"] >= 3
    assert 1 <= len(tried["newest"]) <= 5
    assert tried["newest"][0].keys() == {"id", "title", "source", "url", "published"}
    assert "config.toml, line 6: " in wrong["problem"]
    assert "knid" in wrong["problem"]
    assert (small.home / "library.db").read_bytes() == library
    said = small.run("rules", "--dry-run", "--limit", "1").out
    assert "lang:zh is:unread  later, tag:zh" in said
    assert f"{tried['count']} of what is stored" in said
    assert tried["newest"][0]["title"] in said
    assert tried["newest"][1]["title"] not in said


def test_without_rules_it_says_how_they_look(small: Program) -> None:
    done = small.run("rules")
    assert (done.code, done.out) == (0, "")
    assert "techdash config --example" in done.err


def test_a_refresh_says_which_rule_is_wrong(small: Program) -> None:
    (small.home / "config.toml").write_text(RULES, "utf-8")
    done = small.run("--refresh", "--quiet")
    assert done.code == 0
    assert "config.toml, line 6: " in done.err
    found = small.run("doctor", "--json").json()["configuration"]
    assert "line 6" in found["problem"]
    assert found["settings"]["rules"][0]["when"] == "lang:zh is:unread"
