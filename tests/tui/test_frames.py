"""How many frames a change costs: what is seen at once is painted once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from techdash.tui.ahead import prepare
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import open_first_essay, top_line, until


@contextmanager
def frames(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is given to the terminal meanwhile, a frame each."""
    from textual.app import App

    painted: list[Any] = []
    display = App._display

    def watched(self: App[Any], screen: Screen[Any], renderable: Any) -> None:
        if renderable is not None:
            painted.append(renderable)
        display(self, screen, renderable)

    monkeypatch.setattr(App, "_display", watched)
    yield painted
    monkeypatch.undo()


async def test_another_size_is_one_frame(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("z", "space")
        kept = top_line(app)
        for columns in (90, 200, 110):
            with frames(monkeypatch) as painted:
                await pilot.resize_terminal(columns, 40)
                await pilot.pause(0.2)
            assert len(painted) == 1, columns
            assert top_line(app) == kept


async def test_a_page_is_one_frame(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.pause(0.2)
        with frames(monkeypatch) as painted:
            await pilot.press("space")
            await pilot.pause(0.2)
        assert len(painted) == 1


async def test_what_was_read_is_in_the_first_frame(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("space")
        kept = top_line(app)
        await app.action_quit()
    again = make_app()
    assert app.reader.entry_id is not None
    again.gateway.ahead(app.reader.entry_id, partial(prepare, again.gateway.paths))
    again.gateway._ahead[app.reader.entry_id].result(20)
    shown: list[str] = []
    display = type(again)._display

    def watched(self: Any, screen: Screen[Any], renderable: Any) -> None:
        if renderable is not None and not shown:
            shown.append(screen_text(self))
        display(self, screen, renderable)

    monkeypatch.setattr(type(again), "_display", watched)
    async with again.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: again.reader.entry is not None)
    assert kept in shown[0]


async def test_a_second_process_prepares_what_was_read(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_first_essay(pilot, app)
        await pilot.press("G")
        await app.action_quit()
    entry_id, paths = app.reader.entry_id, app.gateway.paths
    program = (
        "import sys; from techdash.paths import find; from techdash.tui.ahead import Preparing;"
        "found = Preparing(find(sys.argv[1])).result();"
        "print(found.entry_id, max(found.parts) == len(found.starts) - 1)"
    )
    home = str(paths.library.parent)
    done = subprocess.run([sys.executable, "-c", program, home], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == [str(entry_id), "True"], done.stderr


def test_what_is_not_wanted_ends_at_once(tmp_path: Path) -> None:
    program = (
        "import os, sys; from techdash.paths import find; from techdash.tui.ahead import Preparing\n"
        "Preparing(find(sys.argv[1])).dismiss()\n"
        "try: os.waitpid(-1, 0)\n"
        "except ChildProcessError: print('none is left')\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.stdout == "none is left\n", done.stderr
