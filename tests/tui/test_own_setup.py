"""One's own Claude Code set-up in the cheat-sheet room: there, found and followed; its secrets nowhere."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.tui.app import TechdashApp
from tests.setups import Tree, make, plant, prompt
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_cheatsheet import listed
from tests.tui.test_window import until, until_text


@pytest.fixture
def tree(make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A machine with a small set-up, on which the window is started in the project."""
    made = make(tmp_path / "machine")
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    monkeypatch.setattr("techdash.setup.places.MANAGED", made.places.managed)
    monkeypatch.setattr("techdash.tui.rooms.cheatsheet.LOOK_EVERY", 0.05)
    monkeypatch.chdir(made.start)
    made.write("home/.claude/skills/zap/SKILL.md", prompt(description="Zaps the cache"))
    made.write("part/.claude/skills/zap/SKILL.md", prompt(description="Zaps this cache"))
    made.hooks("part/.claude/settings.json", command="./gone.sh --token hunter2")
    return made


async def enter(pilot: Pilot[int], app: TechdashApp, *keys: str) -> None:
    await until(pilot, lambda: bool(app.cheatsheet.cards))
    await pilot.press("3", *keys)


def names(app: TechdashApp) -> list[str]:
    return [card.item for card in app.cheatsheet.cards if card.sheet == "On this machine"]


async def test_it_stands_beside_the_reference_once_the_room_is_entered(make_app: MakeApp, tree: Tree) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.cheatsheet.cards))
        assert names(app) == []
        await pilot.press("3")
        await until(pilot, lambda: names(app) == ["/zap", "/zap", "PreToolUse · ./gone.sh"])
        assert len(app.cheatsheet.cards) > 600
        await pilot.press("tab", "G")
        shown = screen_text(app)
        assert "SKILLS  On this machine" in shown
        assert "HOOKS  On this machine" in shown
        await pilot.press("B")
        assert "技能  本机" in screen_text(app)


async def test_typing_finds_it_with_the_others_and_says_what_is_wrong(make_app: MakeApp, tree: Tree) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await until(pilot, lambda: bool(names(app)))
        await pilot.press(*"zap")
        assert listed(app)[:2] == ["/zap", "/zap"]
        shown = screen_text(app)
        assert "From ~/.claude/skills/zap/SKILL.md, your own." in shown
        assert "Shadowed by ~/.claude/skills/zap/SKILL.md" in shown
        await pilot.press("enter")
        assert app.clipboard == "/zap"
        await pilot.press("escape", *"broken")
        await until_text(pilot, "./gone.sh does not exist.")
        assert "/zap" not in listed(app)
        await pilot.press("escape", *"损坏")
        assert "PreToolUse · ./gone.sh" in listed(app)
        assert "/zap" not in listed(app)


async def test_a_change_on_disk_shows_while_the_room_is_open(make_app: MakeApp, tree: Tree) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app, *"gone.sh")
        await until_text(pilot, "./gone.sh does not exist.")
        tree.write("part/gone.sh", "#!/bin/sh\n")
        await until_text(pilot, "./gone.sh is not executable")
        (tree.start / "gone.sh").chmod(0o755)
        await until(pilot, lambda: "gone.sh" in screen_text(app) and "not executable" not in screen_text(app))
        tree.write("home/.claude/commands/gone.sh.md", prompt(description="A new command"))
        await until_text(pilot, "A new command")
        assert app.cheatsheet.finder.value == "gone.sh"


async def test_out_of_view_nothing_is_read(make_app: MakeApp, tree: Tree) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await until(pilot, lambda: bool(names(app)))
        await pilot.press("1")
        await until(pilot, lambda: not app.cheatsheet.is_on_screen)
        tree.write("home/.claude/commands/later.md", prompt(description="Later"))
        for _ in range(20):
            await pilot.pause(0.01)
        assert "/later" not in names(app)
        await pilot.press("3")
        await until(pilot, lambda: "/later" in names(app))


async def test_a_star_and_a_note_hold_on_it_too(make_app: MakeApp, tree: Tree) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app, *"gone.sh", "tab", "s")
        await until_text(pilot, "Starred. u undoes.")
        await pilot.press("escape", "g")
        await until(pilot, lambda: listed(app)[0] == "PreToolUse · ./gone.sh")
        await app.action_quit()
    again = make_app()
    async with again.run_test(size=(120, 40)) as pilot:
        await enter(pilot, again)
        await until(pilot, lambda: bool(names(again)) and listed(again)[0] == "PreToolUse · ./gone.sh")


async def test_no_secret_reaches_the_screen_the_library_or_the_log(
    make_app: MakeApp, tree: Tree, base: Path
) -> None:
    marks = plant(tree)
    app = make_app()
    seen = []
    async with app.run_test(size=(120, 150)) as pilot:
        await enter(pilot, app, "tab")
        await until(pilot, lambda: len(names(app)) > 100)
        for view in ("v", "B"):
            await pilot.press("G")
            while app.cheatsheet.current.sheet == "On this machine":
                seen.append(screen_text(app))
                await pilot.press("pageup")
            await pilot.press(view)
        await pilot.press("G", "enter", "l")
        seen += [screen_text(app), app.clipboard]
        await pilot.press("escape", "s")
        await until_text(pilot, "Starred. u undoes.")
        await app.action_quit()
    shown = "\n".join(seen)
    assert [mark for mark in marks if mark in shown] == []
    assert "host.example" in shown
    kept = [path for path in (base / "home").rglob("*") if path.is_file()]
    assert any(path.name == "library.db" for path in kept)
    for path in kept:
        body = path.read_bytes()
        assert [mark for mark in marks if mark.encode() in body] == [], path
    with sqlite3.connect(base / "home" / "library.db") as library:
        dump = "\n".join(library.iterdump())
    assert "On this machine" in dump, "the star"
    assert [mark for mark in marks if mark in dump] == []
