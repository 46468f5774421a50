"""Figures of starting and quitting, beside a bare Textual app, newsboat and Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Measured, NotHere, Setting, Values, in_turn, ratios
from tests.bench.inside import DEAR, modules
from tests.bench.probe import Probe
from tests.bench.subscribed import newsboat

PEERS = Path(__file__).with_name("peers.py")
TECHDASH = Path(sys.executable).with_name("techdash")
STILL = {"TEXTUAL_ANIMATIONS": "none", "TZ": "UTC"}
"""Animations off: what is measured is the program, not a glide."""


def techdash(home: Path, *arguments: str) -> list[str | Path]:
    """The installed command, as a user runs it, on a home."""
    return [TECHDASH, "--home", home, *arguments]


def peer(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, PEERS, *arguments]


def pager(name: str, path: Path) -> list[str | Path]:
    """A program that pages a text file; raises :class:`NotHere`."""
    if shutil.which(name) is None:
        raise NotHere(name)
    return [name, "-p", path] if name == "glow" else [name, path]


def window(home: Path) -> Probe:
    """The window opened on its digest; wait for ``library.LEAD``."""
    return Probe(techdash(library.as_new(home)), STILL)


def reading(home: Path, size: str) -> Probe:
    """The window opened in a text of ``library.texts``; wait for ``library.FIRST_WORDS``."""
    return Probe(techdash(library.at_essay(home, library.title(size), reading=True)), STILL)


def beside_text(home: Path, size: str) -> Probe:
    """The window opened with its cursor on a text of ``library.texts``; wait for the title."""
    return Probe(techdash(library.at_essay(home, library.title(size))), STILL)


def hello() -> Probe:
    """The least Textual program; wait for READY."""
    return Probe(peer("hello"), STILL)


def first_paint(probe: Probe, pattern: str) -> Measured:
    """Seconds from exec to ``pattern`` on the screen."""
    with probe:
        return {"shown": probe.until(pattern, timeout=120) - probe.started}


def _first_digest(home: Path) -> Measured:
    return first_paint(window(home), library.LEAD)


def _hello() -> Measured:
    return first_paint(hello(), "READY")


def live_digest(setting: Setting) -> Values:
    """S2."""
    home = library.essays(setting, setting.scaled(100_000))
    ours, beside = in_turn(setting, partial(_first_digest, home), _hello)
    return [ratios(ours, beside, "shown")]


def live_digest_of_fewer(setting: Setting) -> Values:
    """S2 at a tenth of the entries."""
    home = library.essays(setting, setting.scaled(10_000))
    ours, beside = in_turn(setting, partial(_first_digest, home), _hello)
    return [ratios(ours, beside, "shown")]


def beside_newsboat(setting: Setting, count: int = 10_000) -> Values:
    """S2b."""
    home = library.essays(setting, setting.scaled(count))
    reader = newsboat(setting, setting.scaled(count))

    def opened() -> Measured:
        return first_paint(Probe(reader.window, {"HOME": str(reader.folder)}), "Your feeds")

    ours, beside = in_turn(setting, partial(_first_digest, home), opened, warm_up=1 if count < 100_000 else 0)
    return [ratios(ours, beside, "shown")]


def beside_newsboat_with_many(setting: Setting) -> Values:
    """S2b at 100,000, where newsboat takes half a minute."""
    return beside_newsboat(setting, 100_000)


def live_digest_of_a_million(setting: Setting) -> Values:
    """S3."""
    most, few = library.essays(setting, setting.most()), library.essays(setting, 1000)
    ours, beside = in_turn(setting, partial(_first_digest, most), partial(_first_digest, few))
    return [ratios(ours, beside, "shown")]


def _quit(open_window: partial[Probe], pattern: str) -> Measured:
    with open_window() as probe:
        probe.until(pattern)
        return {"quit": probe.quit("q")}


def quitting(setting: Setting) -> Values:
    """S4."""
    home = library.essays(setting, setting.scaled(100_000))
    ours, beside = in_turn(
        setting,
        partial(_quit, partial(window, home), library.LEAD),
        partial(_quit, partial(hello), "READY"),
    )
    return [ratios(ours, beside, "quit")]


def _whole(*command: str | Path, home: Path) -> Measured:
    """Wall seconds of a whole command."""
    began = time.perf_counter()
    environment = {**os.environ, **STILL, "TECHDASH_HOME": str(home)}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return {"wall": time.perf_counter() - began}


def _command(setting: Setting, *arguments: str) -> Values:
    home = library.starter(setting)
    nothing = partial(_whole, sys.executable, "-c", "pass", home=home)
    ours, beside = in_turn(setting, partial(_whole, TECHDASH, *arguments, home=home), nothing)
    return [ratios(ours, beside, "wall")]


def version(setting: Setting) -> Values:
    """S5: the command that should do next to nothing."""
    return _command(setting, "--version")


def cheat(setting: Setting) -> Values:
    """S5: a command that reads the library."""
    return _command(setting, "cheat", "clear")


def imports(setting: Setting) -> Values:
    """I1: how many modules, then for each of the dear ones whether it was loaded (1) or not (0)."""
    home = library.as_new(library.essays(setting, setting.scaled(10_000)))
    ours = modules(setting.work, library.LEAD, STILL, "techdash", "--home", home)
    beside = modules(setting.work, "READY", STILL, "hello")
    return [[len(ours) / len(beside)], *([float(_holds(ours, name))] for name in DEAR)]


def _holds(names: Sequence[str], package: str) -> bool:
    return any(name.partition(".")[0] == package for name in names)
