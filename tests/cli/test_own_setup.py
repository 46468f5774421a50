"""``techdash cheat --sheet "on this machine"`` and ``doctor``, as processes on a prepared machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.setups import Tree, make, plant, prompt

KEYS = "sheet section item syntax text text_zh example since removed note also source"
OWN_KEYS = "level path shadowed_by broken"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    made = make(tmp_path / "machine")
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.chdir(made.start)
    return made


def test_nothing_found_is_said(program: Program, tree: Tree) -> None:
    done = program.run("cheat", "--sheet", "on this machine")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("techdash: No Claude Code set-up was found")
    assert "Claude Code" not in program.run("doctor").out


def test_the_set_up_is_a_sheet(program: Program, tree: Tree) -> None:
    tree.write("home/.claude/skills/zap/SKILL.md", prompt(description="Zaps the cache"))
    tree.write("part/.claude/skills/zap/SKILL.md", prompt(description="Zaps this cache"))
    tree.write("home/.claude/settings.json", '{\n "hooks": {},\n}')
    found = program.run("cheat", "--sheet", "On this machine", "--json").json()
    assert [set(card) for card in found] == [{*KEYS.split(), *OWN_KEYS.split()}] * 3
    broken, used, shadowed = found
    assert (broken["section"], broken["item"], broken["path"]) == (
        "Broken files",
        "settings.json",
        "~/.claude/settings.json",
    )
    assert broken["broken"][0].startswith("Line 3 is no valid JSON")
    assert (used["syntax"], used["text"], used["level"], used["broken"]) == (
        "/zap",
        "Zaps the cache",
        "user",
        [],
    )
    assert shadowed["shadowed_by"] == used["path"] == "~/.claude/skills/zap/SKILL.md"
    assert program.run("cheat", "sheet:on-this-machine", "--json").json() == found
    out = program.run("cheat", "--sheet", "machine", "broken").out
    assert "settings.json" in out
    assert "/zap" not in out
    assert "On this machine · Skills" in program.run("cheat", "--sheet", "machine").out
    assert (
        "本机 · 技能" in program.run("cheat", "--sheet", "本机", LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8").out
    )
    assert "3 parts of a set-up here, 1 broken" in program.run("doctor").out
    assert program.run("doctor", "--json").json()["setup"] == {
        "parts": 3,
        "broken": [{"kind": "file", "name": "settings.json", "path": "~/.claude/settings.json"}],
    }


def test_without_the_sheet_only_the_library_answers(program: Program, tree: Tree) -> None:
    tree.write("home/.claude/skills/zap/SKILL.md", prompt(description="Zaps the cache"))
    assert program.run("cheat", "zap", "--json").json() == []


def test_no_secret_is_printed(program: Program, tree: Tree) -> None:
    marks = plant(tree)
    for form in ((), ("--json",), ("--markdown",), ("--html",)):
        done = program.run("cheat", "--sheet", "machine", *form)
        assert done.code == 0
        assert "host.example" in done.out
        assert [mark for mark in marks if mark in done.out + done.err] == []
    for form in ((), ("--json",)):
        done = program.run("doctor", *form)
        assert "broken" in done.out
        assert [mark for mark in marks if mark in done.out + done.err] == []
