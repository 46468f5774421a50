"""Figures of reading: from exec or key to the first screen of a text, another width, the loop meanwhile."""

from __future__ import annotations

import re
import time
from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Measured, Setting, Values, in_turn, milliseconds, ratios
from tests.bench.inside import watched, worst_stall
from tests.bench.probe import Probe
from tests.bench.start import STILL, beside_text, first_paint, hello, pager, peer, reading, window

_RESTED = 0.5
"""Silence, in seconds, after which the window is at rest: its rooms built, its cursor on the text."""
_RELAID = 1.0
"""Silence after a resize, in seconds: a text laid out in a worker may paint in several bursts."""
_MOUNTED = 3.0
"""Silence, in seconds, after which Markdown has made all of its widgets."""
_TELLING = 12


def _start(home: Path, size: str) -> Measured:
    return first_paint(reading(home, size), library.FIRST_WORDS)


def _open(home: Path, size: str) -> Measured:
    with beside_text(home, size) as probe:
        probe.until(library.title(size))
        probe.settle(quiet=_RESTED)
        return {"shown": probe.press_until("<enter>", library.FIRST_WORDS)}


def first_screen(setting: Setting) -> Values:
    """D1, from exec."""
    home = library.texts(setting)
    ours, beside = in_turn(setting, partial(_start, home, "1 MB"), lambda: first_paint(hello(), "READY"))
    return [ratios(ours, beside, "shown")]


def first_screen_beside(name: str, setting: Setting) -> Values:
    """D1, beside a pager."""
    home, command = library.texts(setting), pager(name, library.text_file(setting, "1 MB"))
    paged = partial(Probe, command)
    ours, beside = in_turn(
        setting, partial(_start, home, "1 MB"), lambda: first_paint(paged(), library.FIRST_WORDS)
    )
    return [ratios(ours, beside, "shown")]


def key_to_text(setting: Setting) -> Values:
    """D1, in the open window."""
    (found,) = in_turn(setting, partial(_open, library.texts(setting), "1 MB"))
    return [milliseconds(found, "shown")]


def sizes(setting: Setting) -> Values:
    """D2: from exec, then from the key."""
    home = library.texts(setting)
    found = []
    for way in (_start, _open):
        least, one, ten = in_turn(setting, *(partial(way, home, size) for size in ("10 KB", "1 MB", "10 MB")))
        found += [ratios(one, least, "shown"), ratios(ten, least, "shown")]
    return found


def _open_essay(home: Path) -> Measured:
    with window(home) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        return {"shown": probe.press_until("<enter>", library.FIRST_WORDS)}


def _open_markdown(paper: Path) -> Measured:
    with Probe(peer("paper", paper), STILL) as probe:
        probe.until("READY")
        return {"shown": probe.press_until("<enter>", library.FIRST_WORDS)}


def essay(setting: Setting) -> Values:
    """D3: in the open window of either."""
    home = library.essays(setting, setting.scaled(10_000))
    paper = setting.work / "paper.md"
    paper.write_text(library.long_essay(), "utf-8")
    ours, beside = in_turn(setting, partial(_open_essay, home), partial(_open_markdown, paper))
    return [ratios(ours, beside, "shown")]


# -- another width


def _telling(screen: str) -> str:
    """The beginning of the first long line, without its spaces."""
    lines = (re.sub(r"\s", "", line) for line in screen.splitlines()[2:])
    return next(line for line in lines if len(line) > 2 * _TELLING)[:_TELLING]


def _widths(probe: Probe) -> Measured:
    """To 90 columns and back, twice; ``lost``: how often the sentence at the top went."""
    for _ in range(2):
        probe.press("<pagedown>")
    took, lost = [], 0
    for columns in (90, 120) * 2:
        sentence = _telling(probe.screen())
        took.append(probe.resize(columns, 40, quiet=_RELAID).rest)
        lost += sentence not in re.sub(r"\s", "", probe.screen())
    return {"rest": sum(took) / len(took), "lost": lost}


def _resize_ours(home: Path) -> Measured:
    with reading(home, "100 KB") as probe:
        probe.until(library.FIRST_WORDS)
        probe.press("z")
        return _widths(probe)


def _resize_markdown(paper: Path) -> Measured:
    with Probe(peer("paper", paper), STILL) as probe:
        probe.until("READY")
        probe.press_until("<enter>", library.FIRST_WORDS)
        probe.settle(quiet=_MOUNTED)
        return _widths(probe)


def resized(setting: Setting) -> Values:
    """D4; the last row is how many resizes of all rounds lost the sentence."""
    home, paper = library.texts(setting), library.text_file(setting, "100 KB")
    ours, beside = in_turn(setting, partial(_resize_ours, home), partial(_resize_markdown, paper), warm_up=0)
    return [ratios(ours, beside, "rest"), milliseconds(ours, "rest"), [sum(one["lost"] for one in ours)]]


# -- the loop


def _stall(home: Path, notes: Path) -> Measured:
    """From Enter on 5 MB, to its end and back to its beginning."""
    library.at_essay(home, library.title("5 MB"))
    with watched(notes, STILL, "techdash", "--home", home) as probe:
        probe.until(library.title("5 MB"))
        probe.settle(quiet=0.5)
        since = time.perf_counter()
        probe.press_until("<enter>", library.FIRST_WORDS)
        for key in ("<pagedown>", "G", "<pageup>", "g"):
            probe.press(key)
        probe.settle(quiet=0.5)
        return {"stall": worst_stall(notes, since, time.perf_counter())}


def loop_while_laid_out(setting: Setting) -> Values:
    """D6, of a text."""
    notes = setting.work / "stalls.txt"
    (found,) = in_turn(setting, partial(_stall, library.texts(setting), notes), warm_up=0)
    return [milliseconds(found, "stall")]
