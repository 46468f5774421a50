"""Secrets of a set-up: planted in every place, looked for in all that comes out."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.setups import make, plant

from techdash import cheat_pages
from techdash.setup.hiding import shown_address, shown_command, shown_headers, shown_text, shown_variables


def test_no_planted_secret_comes_out(tmp_path: Path) -> None:
    tree = make(tmp_path)
    marks = plant(tree)
    looked = tree.look()
    cards = tree.cards()
    out = "\n".join(
        (
            msgspec.json.encode(looked.parts).decode(),
            msgspec.json.encode(cards).decode(),
            repr(looked.parts),
            cheat_pages.markdown(cards, "en"),
            cheat_pages.html(cards, "zh"),
        )
    )
    assert len(marks) > 100
    assert [mark for mark in marks if mark in out] == []
    kinds = {part.kind for part in looked.parts}
    assert kinds == {"file", "command", "skill", "agent", "hook", "server", "plugin", "style", "key", "rule"}
    for kept in ("host.example", "API_TOKEN=…", "Authorization", "KEY", "node", "curl -H …"):
        assert kept in out, kept


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("npm run test *", "npm run test *"),
        ("git commit -m *", "git commit -m *"),
        ("git log --oneline main", "git log --oneline …"),
        ("echo hunter2", "echo …"),
        ("git * main", "git * main"),
        ("ls:*", "ls:*"),
        ("./scripts/check.sh src/a.py", "./scripts/check.sh …"),
        ("python3 -m pytest -q tests", "python3 -m …"),
        ("mysql -u root -phunter2", "mysql -u …"),
        ("tool --token=hunter2 x", "tool --token… …"),
        ("docker login hunter2", "docker login …"),
        ("A=1 tool", "A=… tool"),
        ("A='one two three' tool", "A=… …"),
        ("echo 'two words'", "echo …"),
    ],
)
def test_a_command_is_shown_up_to_its_first_value(command: str, shown: str) -> None:
    assert shown_command(command) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Reviews a change for bugs, style and tests; use it before every commit.",
        "Deploys to staging-eu-west-2 with kubernetes-1.29 (see docs/deploy.md).",
        "检查改动，找出问题。",
        "a-very-long-skill-name-of-many-words-v2",
        "internationalisation and counterrevolutionaries",
        "Handles PostToolUseFailure and UserPromptExpansion events.",
    ],
)
def test_a_plain_text_stays_whole(text: str) -> None:
    assert shown_text(text) == text


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "xoxb-1234-5678-abcdef",
        "0123456789abcdef0123456789abcdef",
        "123e4567-e89b-12d3-a456-426614174000",
        "wJalrXUtnFEMIKkMDENGkbPxRfiCYEXAMPLEKEY",
    ],
)
def test_what_looks_like_a_key_is_left_out(secret: str) -> None:
    assert secret not in shown_text(f"Use {secret} for it")
    assert secret not in shown_command(f"tool {secret}")


def test_of_an_address_scheme_and_host_are_kept() -> None:
    assert shown_address("https://user:hunter2@host.example:8080/a/b?c=d") == "https://host.example:8080/…"
    assert shown_address("http://localhost:3000") == "http://localhost:3000"
    assert shown_address("https://[::1") == "…"
    assert shown_address("hunter2") == "…"


def test_of_variables_and_headers_the_names_are_kept() -> None:
    assert shown_variables({"KEY": "hunter2", "hunter2 x": 1}) == "KEY"
    assert shown_headers({"X-Key": "hunter2", "a b": "c"}) == "X-Key"
    assert shown_headers("hunter2") == ""
