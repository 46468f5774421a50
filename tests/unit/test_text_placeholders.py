"""Placeholders: which there are, how they move while they are filled in, what comes of it."""

from __future__ import annotations

import pytest

from techdash.text.placeholders import Filling, placeholders


def named(syntax: str) -> list[str]:
    return [syntax[start:end] for start, end in placeholders(syntax)]


@pytest.mark.parametrize(
    ("syntax", "found"),
    [
        ("/resume [session]", ["[session]"]),
        ('tool -p "<query>"', ["<query>"]),
        ("/mcp [enable <name>]", ["[enable <name>]", "<name>"]),
        ("--tmux[=classic]", ["[=classic]"]),
        ('tool -r "<id or name>" ["query"]', ["<id or name>", '["query"]']),
        ("/config [key=value …] [--yes]", ["[key=value …]", "[--yes]"]),
        ("@<path>", ["<path>"]),
        ("opus[1m]", []),
        ('paths: ["src/**/*.ts"]', []),
        ('"args": ["x.js"]', []),
        ("$ARGUMENTS[0]", []),
        ('iw i" i( i[ i{', []),
        ("Ctrl+[", []),
        ("a < b > c", []),
        ("/rewind", []),
    ],
)
def test_what_is_a_placeholder(syntax: str, found: list[str]) -> None:
    assert named(syntax) == found


def typed(filling: Filling, text: str) -> None:
    """Type over the current field, a character at a time."""
    start, end = filling.current
    filling.replace("", start, end)
    for number, char in enumerate(text):
        filling.replace(char, start + number, start + number)


def test_fields_are_filled_in_any_order() -> None:
    filling = Filling("tool <a> [--flag <b>] <c>")
    assert filling.current == (5, 8)
    typed(filling, "one two")
    filling.step(-1)
    typed(filling, "3")
    filling.step(-1)
    typed(filling, "x")
    assert filling.text == "tool one two [--flag x] 3"
    assert filling.result() == "tool one two --flag x 3"
    assert filling.step(-2) == (5, 12)


def test_untouched_optional_parts_go_and_required_ones_stay() -> None:
    assert Filling("tool [--all] <name> [more]").result() == "tool <name>"
    assert Filling("--tmux[=classic]").result() == "--tmux"


def test_an_optional_part_typed_over_takes_what_stood_in_it_along() -> None:
    filling = Filling("tool [--flag <b>] <c>")
    typed(filling, "-v")
    assert filling.step(1) == (8, 11)
    assert filling.step(1) == (5, 7)
    assert filling.result() == "tool -v <c>"


def test_alternatives_are_walked_and_what_they_hold_is_filled_in() -> None:
    filling = Filling("/mcp [reconnect <s>|enable|disable [<s>|all]]")
    assert filling.step(1) == filling.current == (5, 45)
    seen = []
    for _ in range(4):
        start, end = filling.choose(1)
        seen.append(filling.text[start:end])
    assert seen == [
        "reconnect <s>",
        "enable",
        "disable [<s>|all]",
        "[reconnect <s>|enable|disable [<s>|all]]",
    ]
    filling.choose(1)
    filling.step(1)
    typed(filling, "docs")
    assert filling.result() == "/mcp reconnect docs"
    assert Filling("[--yes]").choose(1) == (0, 5)


def test_typing_beside_a_field_leaves_it_alone() -> None:
    filling = Filling("tool [a] [b]")
    filling.replace(" -x", 4, 4)
    assert filling.current == (8, 11)
    assert filling.result() == "tool -x"
