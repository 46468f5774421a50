"""Pictures in a real pty: what a terminal says it can draw is what it gets."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.bench.probe import Probe
from tests.tui.test_pictures import with_pictures

pytest.importorskip("textual_image")

KITTY_ASKS = re.compile(rb"\x1b_G[^;\x1b]*i=(\d+)[^;\x1b]*;[^\x1b]*\x1b\\")


class Window(Probe):
    """techdash in a pty that answers as a terminal with ``graphics`` does, and every byte it wrote."""

    def __init__(self, home: Path, graphics: str) -> None:
        self.graphics = graphics
        self.raw = bytearray()
        super().__init__([sys.executable, "-m", "techdash", "--home", str(home)], env={"TZ": "UTC"})

    def _answer(self, data: bytes) -> None:
        self.raw += data
        if self.graphics == "kitty":
            for asked in KITTY_ASKS.finditer(data):
                if b"a=q" in asked.group():
                    os.write(self._fd, b"\x1b_Gi=%s;OK\x1b\\" % asked[1])
        super()._answer(data)

    def _reply(self, query: re.Match[bytes]) -> bytes:
        if query["plain"] in (b"c", b"0c") and self.graphics == "sixel":
            return b"\x1b[?62;4;22c"
        return super()._reply(query)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_pictures(tmp_path_factory.mktemp("pictures") / "base")


@pytest.mark.parametrize("graphics", ["sixel", "kitty", "none"])
def test_a_terminal_gets_the_graphics_it_says_it_has(filled: Path, tmp_path: Path, graphics: str) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled / "home", home)
    (home / "config.toml").write_text('refresh = false\nlanguage = "en"\n')
    with Window(home, graphics) as window:
        window.until("On pictures")
        window.press_until("2", "2026 · English")
        window.press_until("<enter>", "A field of two colours")
        window.press_until("i", "an SVG drawing")
        assert b"\x1bP" not in window.raw
        assert b"\x1b_G" not in window.raw
        window.raw.clear()
        window.press_until("I", "Esc back")
        window.settle(0.4)
        assert (re.search(rb"\x1bP[0-9;]*q", window.raw) is not None) == (graphics == "sixel")
        placed = re.search(rb"\x1b_G[^;\x1b]*a=T", window.raw) or re.search(
            rb"\x1b_G[^;\x1b]*a=p", window.raw
        )
        assert (placed is not None) == (graphics == "kitty")
        # the window has the terminal back: keys arrive, and the text is where it was
        window.press_until("q", "Between the two")
        window.press_until("j", "A field of two colours")
        window.press("q")
        window.quit("q")
