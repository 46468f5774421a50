"""Screens as pictures in text: what each room looks like at each width, held against what was looked at.

``TECHDASH_SCREENS=write python -m pytest tests/tui/test_screens.py`` writes them anew: look before you keep.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from techdash.tui.widgets.status_bar import TopBar
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until

SCREENS = Path(__file__).parent / "screens"
SIZES = {"wide": (200, 60), "middle": (120, 40), "narrow": (80, 24), "small": (60, 20)}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("room", ["digest", "essays", "reader", "cheatsheet"])
async def test_a_room_looks_as_it_did(make_app: MakeApp, room: str, size: str, language: str) -> None:
    if language == "zh" and size not in ("middle", "narrow"):
        return
    file = SCREENS / f"{room}-{size}-{language}.txt"
    write = os.environ.get("TECHDASH_SCREENS") == "write"
    app = make_app(language=language)
    async with app.run_test(size=SIZES[size]) as pilot:
        await until(pilot, lambda: bool(app.digest.items and app.cheatsheet.cards and app.essays.total))
        app.query_one(TopBar).date = ""
        app.query_one(TopBar).refresh()
        if room != "digest":
            await pilot.press({"essays": "2", "reader": "2", "cheatsheet": "3"}[room])
        if room == "reader":
            await pilot.press("G", "enter")
            await until(pilot, lambda: app.reading and app.reader.entry is not None)
            await pilot.press("]", "]")
        await pilot.pause()
        # the preview comes when the cursor has rested
        await until(pilot, lambda: not app.resting)
        await app.workers.wait_for_complete()
        if not write:
            # messages may still be on their way; what it looks like in the end is what counts
            with suppress(AssertionError):
                await until(pilot, lambda: screen_text(app) + "\n" == file.read_text("utf-8"))
        await pilot.pause()
        seen = screen_text(app) + "\n"
    if write:
        file.write_text(seen, "utf-8")
    assert seen == file.read_text("utf-8")
