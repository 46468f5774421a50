"""The child process: what it tells, whatever folder it starts in, and what its death does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from techdash.tui.child import Child
from techdash.tui.sync import Sync
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text


async def test_it_tells_start_sources_end_and_its_exit_code(base: Path) -> None:
    child = Child(str(base / "home"))
    events = [event async for event in child.run("--force", "--source", "news")]
    assert [event["event"] for event in events if event["event"] != "composed"] == [
        "start",
        "source",
        "end",
        "exit",
    ]
    assert events[-1]["code"] == 0
    assert not child.running


async def test_modules_of_the_folder_it_starts_in_are_not_its_own(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "html", "select", "techdash"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    events = [event async for event in Child(str(base / "home")).run("--source", "news")]
    assert events[-1] == {"event": "exit", "code": 0}
    assert not (tmp_path / "imported").exists()


async def test_a_killed_child_leaves_the_window_reading(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        sync: Sync = app._sync
        assert sync.start("--force")
        await until(pilot, lambda: sync.child.pid is not None)
        os.kill(sync.child.pid or 0, signal.SIGKILL)
        await until_text(pilot, "the refresh stopped early")
        await pilot.press("j")
        assert "FRIDAY 5 JUNE" in screen_text(app)
        assert sync.start("--force", "--source", "news")
        await until_text(pilot, "up to date")
