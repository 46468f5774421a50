"""Draws the README's pictures from the starter library: ``python docs/screenshots.py``."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from techdash.config import Config
from techdash.paths import find
from techdash.text.cells import width
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first

HERE = Path(__file__).parent
PICTURES = {
    "digest.svg": ("techdash-dark", "1"),
    "essay.svg": ("techdash-light", "2", "enter", "]", "]"),
    "cheatsheet.svg": ("techdash-dark", "3", *"undo", "tab"),
}
_TEXT = re.compile(r'(<text [^>]*?) textLength="[\d.]+"([^>]*>)([^<]*)(?=</text>)')


async def draw(home: str, name: str, theme: str, *keys: str) -> None:
    """One window of 120x40, its picture written beside this file."""
    gateway = Gateway(find(home))
    first = gateway.submit(read_first)
    first.result(10)
    app = TechdashApp(gateway, Config(refresh=False, theme=theme, language="en"), first, home)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        picture = app.export_screenshot(title="techdash")
    (HERE / name).write_text(_wide(picture), "utf-8")


def _wide(picture: str) -> str:
    """Without the stated length of wide text: it counts characters, where Chinese takes two cells each."""
    return _TEXT.sub(
        lambda found: found[0] if width(found[3]) == len(found[3]) else f"{found[1]}{found[2]}{found[3]}",
        picture,
    )


if __name__ == "__main__":
    # in the colours of a terminal that has all of them, wherever this is run
    os.environ.pop("NO_COLOR", None)
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    with tempfile.TemporaryDirectory() as home:
        starter = ("starter-editions", "starter-essays", "cheatsheet")
        only = [part for name in starter for part in ("--source", name)]
        subprocess.run(
            [sys.executable, "-m", "techdash", "--home", home, "--refresh", "--quiet", *only], check=True
        )
        for name, (theme, *keys) in PICTURES.items():
            asyncio.run(draw(home, name, theme, *keys))
