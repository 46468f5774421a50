"""Changelogs read by version and line, what is newer than a sheet, and the cards that a line is about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from techdash.changes import by_name, since
from techdash.models.entries import ChangelogEntry
from techdash.models.parsed import Card

CARDS = [
    Card("Tool", "S", "/rewind", "/rewind [n]", "Goes back", since="v2.1.9"),
    Card("Tool", "S", "--bare", "--bare", "Skips"),
    Card("Tool", "S", "", "autoMode", "Rules", since="v2.1.10"),
    Card("Other", "S", "/model", "/model", "Model", since="v9.9"),
]


def entry(title: str, day: str, body: str, form: str = "html") -> ChangelogEntry:
    return ChangelogEntry(7, title, day, "https://x.example/1", form, body)  # type: ignore[arg-type]


def test_what_came_after_the_sheet_is_new_by_version_and_line() -> None:
    entries = [
        entry("2.1.9", "2026-01-01", "<ul><li>Old</li></ul>"),
        entry(
            "v2.1.12",
            "2026-02-03",
            "<ul><li>Added <code>--bare</code> to it</li><li>Fixed a/rewind</li></ul>",
        ),
        entry(
            "Tool 2.1.100", "2026-02-04", "<p>All:</p><ul><li>See <code>/rewind</code> and autoMode</li></ul>"
        ),
        entry("2.1.12", "2026-02-05", "<ul><li>Told twice</li></ul>"),
    ]
    found = since("Tool", entries, "2026-01-02", CARDS)
    assert [(one.version, one.text) for one in found] == [
        ("2.1.100", "See /rewind and autoMode"),
        ("2.1.12", "Added --bare to it"),
        ("2.1.12", "Fixed a/rewind"),
    ]
    assert [one.card and one.card.syntax for one in found] == ["/rewind [n]", "--bare", None]


def test_of_one_page_with_all_versions_those_after_the_newest_of_a_card_are_new() -> None:
    page = "# Changelog\n\n## 2.1.11\n\n- Changed autoMode\n  - and /model\n\n## 2.1.10\n\n- Old\n"
    found = since("Tool", [entry("Changelog", "2026-01-01", page, "markdown")], "2026-05-05", CARDS)
    assert [(one.version, one.text) for one in found] == [
        ("2.1.11", "Changed autoMode"),
        ("2.1.11", "and /model"),
    ]
    assert found[0].card is CARDS[2]
    assert found[1].card is None  # of another sheet


def test_names_are_commands_flags_variables_and_settings() -> None:
    cards = [Card("T", "", "", text, "x") for text in ("A_B=1", "/a-b, /c", "cost", "path/to")]
    assert set(by_name(cards)) == {"A_B", "/a-b", "/c"}


@given(st.text(max_size=80), st.text(max_size=20), st.sampled_from(["html", "markdown", "text"]))
def test_any_entry_is_read(body: str, title: str, form: str) -> None:
    entries = [entry(title, "2026-02-02", body, form), entry("1.2", "2026-02-02", f"- {body}", "markdown")]
    for change in since("Tool", entries, "2026-01-01", CARDS):
        assert "\n" not in change.text
