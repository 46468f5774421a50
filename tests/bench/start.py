"""Figures of starting, quitting and memory: the window beside a bare Textual app, commands beside Python."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Figure, Measured, Setting, in_turn, ratios
from tests.bench.probe import Probe

PEERS = Path(__file__).with_name("peers.py")
TECHDASH = Path(sys.executable).with_name("techdash")
STILL = {"TEXTUAL_ANIMATIONS": "none", "TZ": "UTC"}
"""Animations off: what is measured is the program, not a glide."""


def techdash(home: Path, *arguments: str) -> list[str | Path]:
    """The installed command, as a user runs it, on a home."""
    return [TECHDASH, "--home", home, *arguments]


def peer(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, PEERS, *arguments]


def window(home: Path) -> Probe:
    """The window opened on its digest; wait for ``library.LEAD``."""
    return Probe(techdash(library.as_new(home)), STILL)


def _first_paint(probe: Probe, pattern: str) -> Measured:
    """Seconds from exec to ``pattern`` on the screen, and from the quit key to the end."""
    with probe:
        shown = probe.until(pattern) - probe.started
        return {"shown": shown, "quit": probe.quit("q")}


def _window_and_hello(setting: Setting, count: int) -> tuple[list[Measured], ...]:
    home = library.essays(setting, setting.scaled(count))
    return in_turn(
        setting,
        lambda: _first_paint(window(home), library.LEAD),
        lambda: _first_paint(Probe(peer("hello"), STILL), "READY"),
    )


def live_digest(setting: Setting, count: int = 100_000, limit: float = 1.25) -> Figure:
    """S2: exec to the digest of the newest day."""
    ours, hello = _window_and_hello(setting, count)
    what = f"exec to the live digest, {count:,} entries"
    return Figure("S2", what, "bare Textual hello", ratios(ours, hello, "shown"), limit)


def live_digest_of_fewer(setting: Setting) -> Figure:
    """S2 at a tenth of the entries."""
    return live_digest(setting, 10_000)


def quitting(setting: Setting) -> Figure:
    """S4: quit key to exit."""
    ours, hello = _window_and_hello(setting, 100_000)
    return Figure("S4", "quit key to exit, 100,000 entries", "hello's", ratios(ours, hello, "quit"), 1.0)


def _whole(*command: str | Path, home: Path) -> Measured:
    """Wall seconds of a whole command."""
    began = time.perf_counter()
    environment = {**os.environ, **STILL, "TECHDASH_HOME": str(home)}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return {"wall": time.perf_counter() - began}


def _command(setting: Setting, limit: float, *arguments: str) -> Figure:
    home = library.starter(setting)
    nothing = partial(_whole, sys.executable, "-c", "pass", home=home)
    ours, beside = in_turn(setting, partial(_whole, TECHDASH, *arguments, home=home), nothing)
    what = f"techdash {' '.join(arguments)}"
    return Figure("S5", what, "python -c pass", ratios(ours, beside, "wall"), limit)


def version(setting: Setting) -> Figure:
    """S5: the command that should do next to nothing."""
    return _command(setting, 3.0, "--version")


def cheat(setting: Setting) -> Figure:
    """S5: a command that reads the library."""
    return _command(setting, 8.0, "cheat", "clear")


def _memory_of_hello() -> Measured:
    with Probe(peer("hello"), STILL) as probe:
        probe.until("READY")
        probe.settle()
        return {"rss": probe.rss()}


def _memory_of_reading(home: Path, pages: int) -> Measured:
    """An essay, pages of the list, cards narrowed by typing."""
    with window(home) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        probe.press_until("<enter>", library.FIRST_WORDS)
        probe.press("q")
        for _ in range(pages):
            probe.press("<pagedown>")
        probe.press("3")
        probe.press("/")
        probe.press("a")
        return {"rss": probe.rss()}


def memory(setting: Setting) -> Figure:
    """M1, without its refresh: that runs in another process."""
    home = library.essays(setting, setting.scaled(100_000))
    reading = partial(_memory_of_reading, home, setting.scaled(20_000) // 100)
    ours, hello = in_turn(setting, reading, _memory_of_hello, warm_up=0)
    what = "RSS after 200 pages, an essay, narrowing"
    return Figure("M1", what, "hello's RSS", ratios(ours, hello, "rss"), 1.6)
