"""Figures of memory: the window's own process, beside a bare Textual app's."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Measured, Setting, Values, in_turn, ratios
from tests.bench.start import hello, reading, window


def _of_hello() -> Measured:
    with hello() as probe:
        probe.until("READY")
        probe.settle()
        return {"rss": probe.rss()}


def _of_reading(home: Path, pages: int) -> Measured:
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


def of_reading(setting: Setting) -> Values:
    """M1, without its refresh: that runs in another process."""
    home = library.essays(setting, setting.scaled(100_000))
    ours, beside = in_turn(
        setting, partial(_of_reading, home, setting.scaled(20_000) // 100), _of_hello, warm_up=0
    )
    return [ratios(ours, beside, "rss")]


def with_a_million(setting: Setting) -> Values:
    """M2, with as many pages as 1,000 entries have."""
    most, few = library.essays(setting, setting.most()), library.essays(setting, 1000)
    ours, beside = in_turn(setting, partial(_of_reading, most, 70), partial(_of_reading, few, 70), warm_up=0)
    return [ratios(ours, beside, "rss")]


def _of_a_text(home: Path) -> Measured:
    with reading(home, "1 MB") as probe:
        probe.until(library.FIRST_WORDS)
        probe.settle(quiet=0.5)
        return {"rss": probe.rss()}


def with_a_text(setting: Setting) -> Values:
    """D5."""
    ours, beside = in_turn(setting, partial(_of_a_text, library.texts(setting)), _of_hello, warm_up=0)
    return [ratios(ours, beside, "rss")]
