"""What reaches standard output: no control, escape or bidi character; colour on terminals only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import hostile
from tests.cli.program import FORBIDDEN, Program

SGR = re.compile(r"\x1b\[[0-9;]*m")


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of keys too."""
    match value:
        case str():
            yield value
        case dict():
            yield from value
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)


COMMANDS = [
    ("digest", hostile.DAY),
    ("digest", hostile.DAY, "--width", "40"),
    ("digest", hostile.DAY, "--markdown"),
    ("search", "wicked"),
    ("cheat", "wicked"),
    ("cheat", "--sheet", "wicked"),
    ("sources",),
    ("sources", "export"),
    ("doctor",),
    ("--refresh", "--force"),
]
WITH_JSON = [
    ("digest", hostile.DAY),
    ("search", "wicked"),
    ("cheat", "wicked"),
    ("sources",),
    ("--refresh", "--force"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_pipe_gets_clean_text(program: Program, command: tuple[str, ...]) -> None:
    done = program.run(*command)
    assert done.code == 0
    assert done.out.strip()
    assert not FORBIDDEN.search(done.out + done.err)


@pytest.mark.parametrize("command", WITH_JSON, ids=" ".join)
def test_json_holds_clean_texts(program: Program, command: tuple[str, ...]) -> None:
    done = program.run(*command, "--json")
    assert not [text for text in texts(done.json()) if FORBIDDEN.search(text)]
    assert not FORBIDDEN.search(done.out)


def test_events_hold_clean_texts(program: Program) -> None:
    done = program.run("--refresh", "--force", "--events")
    events = [json.loads(line) for line in done.out.splitlines()]
    assert not [text for event in events for text in texts(event) if FORBIDDEN.search(text)]
    assert any(event.get("title", "").startswith("Notes]52") for event in events)


@pytest.mark.parametrize("how", ["--plain", "--markdown", "--json", "--width=33"])
def test_an_entry_is_printed_clean_and_whole(program: Program, how: str) -> None:
    for words in ("wicked paragraph", "wicked body"):
        (hit,) = program.run("search", "--json", words).json()
        done = program.run("read", hit["id"], how)
        assert done.code == 0
        assert "wicked" in done.out
        assert not FORBIDDEN.search(done.out)
        if how == "--json":
            assert not [text for text in texts(done.json()) if FORBIDDEN.search(text)]


def test_markup_is_shown_as_it_stands(program: Program) -> None:
    assert "[/nope] [@click=app.quit]go[/]" in program.run("digest", hostile.DAY, "--width", "200").out


@pytest.mark.parametrize("suffix", [".md", ".html", ".txt"])
def test_a_file_is_printed_clean(program: Program, suffix: str) -> None:
    file = program.home / f"evil{suffix}"
    references = "&#27;[2J&#x9b;2J&#x202e;"
    file.write_text(f"<h1>Evil{hostile.ALL}</h1><p>wicked{hostile.ALL} {references}\x00", "utf-8")
    for how in ("--plain", "--markdown", "--json"):
        done = program.run("read", file, how)
        assert "wicked" in done.out
        assert not FORBIDDEN.search(done.out)


def test_arguments_are_quoted_clean(program: Program) -> None:
    for command in (("digest", hostile.ALL), ("read", hostile.ALL), ("cheat", hostile.ALL)):
        done = program.run(*command)
        assert not FORBIDDEN.search(done.out + done.err)


def read_essay(program: Program) -> str:
    (hit, *_) = program.run("search", "--json", "wicked paragraph").json()
    return str(hit["id"])


def test_a_terminal_gets_weight_and_colour_and_nothing_else(program: Program) -> None:
    done = program.in_terminal("read", read_essay(program))
    assert SGR.search(done.out)
    assert not FORBIDDEN.search(SGR.sub("", done.out).replace("\r\n", "\n"))


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_wants_no_colour_gets_none(program: Program, changes: dict[str, str]) -> None:
    done = program.in_terminal("read", read_essay(program), **changes)
    assert "wicked" in done.out
    assert "\x1b" not in done.out


def test_plain_is_plain_on_a_terminal_too(program: Program) -> None:
    assert "\x1b" not in program.in_terminal("read", read_essay(program), "--plain").out


def test_an_encoding_without_chinese_is_no_failure(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text("# 标题\n\n正文 text\n", "utf-8")
    done = program.run("read", file, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "?? text" in done.out
    assert (
        program.run("read", file, "--json", PYTHONUTF8="0", PYTHONIOENCODING="ascii").json()["title"]
        == "标题"
    )
