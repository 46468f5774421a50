"""Figures of keys in the open window: from the key to the last byte of the frame that answers it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Figure, Measured, Setting, in_turn, p95, ratios
from tests.bench.probe import Probe
from tests.bench.start import STILL, peer, techdash


def _down_in_essays(home: Path) -> Measured:
    with Probe(techdash(home), STILL) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        return {"p95": p95([probe.press("<down>") for _ in range(60)])}


def _down_in_options(count: int) -> Measured:
    with Probe(peer("options", str(count)), STILL) as probe:
        probe.until("row 0000000")
        return {"p95": p95([probe.press("<down>") for _ in range(60)])}


def down(setting: Setting) -> Figure:
    """K1: the down key in a list of 100,000."""
    home = library.essays(setting, setting.scaled(100_000))
    ours, beside = in_turn(
        setting, partial(_down_in_essays, home), partial(_down_in_options, setting.scaled(10_000))
    )
    what = "down key in a list of 100,000, p95"
    return Figure("K1", what, "Textual's OptionList with 10,000", ratios(ours, beside, "p95"), 0.5)


def _other_days(home: Path) -> Measured:
    """Six days back and six forward, three times."""
    with Probe(techdash(home), STILL) as probe:
        probe.until(library.LEAD)
        before = probe.screen()
        times = [probe.press(key) for _ in range(3) for key in "[" * 6 + "]" * 6]
        probe.press("[")
        assert probe.screen() != before, "the day did not change"
        return {"p95": p95(times)}


def _another_day(setting: Setting, days: int, words: str) -> Figure:
    (found,) = in_turn(setting, partial(_other_days, library.editions(setting, days)), warm_up=0)
    what = f"[ and ]: another day painted, p95, {words} of editions"
    return Figure("K4", what, "30 ms", [1000 * one["p95"] for one in found], 30, unit="ms")


def another_day_of_a_week(setting: Setting) -> Figure:
    """K4 with few editions."""
    return _another_day(setting, 7, "one week")


def another_day_of_five_years(setting: Setting) -> Figure:
    """K4 with many; the two figures should be the same."""
    return _another_day(setting, setting.scaled(1825), "five years")


def _open_essay(home: Path) -> Measured:
    with Probe(techdash(home), STILL) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        return {"shown": probe.press_until("<enter>", library.FIRST_WORDS)}


def _open_markdown(paper: Path) -> Measured:
    with Probe(peer("paper", paper), STILL) as probe:
        probe.until("READY")
        return {"shown": probe.press_until("<enter>", library.FIRST_WORDS)}


def essay(setting: Setting) -> Figure:
    """D3: the first screen of 100 kB, in the open window of either."""
    home = library.essays(setting, setting.scaled(10_000))
    paper = setting.work / "paper.md"
    paper.write_text(library.long_essay(), "utf-8")
    ours, beside = in_turn(setting, partial(_open_essay, home), partial(_open_markdown, paper))
    what = "Enter to the first screen of 100 kB"
    return Figure("D3", what, "Textual's Markdown widget", ratios(ours, beside, "shown"), 0.25)
