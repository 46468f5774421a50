"""Figures of keys in the open window: from the key to the last byte of the frame that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench import library
from tests.bench.figures import Figure, Measured, Setting, in_turn, p95, ratios
from tests.bench.probe import Answer, Probe
from tests.bench.start import STILL, peer, window


def _times(answers: Sequence[Answer]) -> Measured:
    return {
        "frame": p95([answer.frame for answer in answers]),
        "rest": p95([answer.rest for answer in answers]),
    }


def _down_in_essays(home: Path) -> Measured:
    with window(home) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        return _times([probe.press("<down>") for _ in range(60)])


def _down_in_options(count: int) -> Measured:
    with Probe(peer("options", str(count)), STILL) as probe:
        probe.until("row 0000000")
        return _times([probe.press("<down>") for _ in range(60)])


def down(setting: Setting) -> Iterator[Figure]:
    """K1: the down key in a list of 100,000."""
    home = library.essays(setting, setting.scaled(100_000))
    ours, beside = in_turn(
        setting, partial(_down_in_essays, home), partial(_down_in_options, setting.scaled(10_000))
    )
    what = "down key in a list of 100,000, p95"
    yield Figure("K1", what, "Textual's OptionList with 10,000", ratios(ours, beside, "frame"), 0.5)
    yield Figure("K1 rest", f"{what}, preview and all", "the same", ratios(ours, beside, "rest"))


def _other_days(home: Path) -> Measured:
    """Six days back and six forward, three times."""
    with window(home) as probe:
        probe.until(library.LEAD)
        before = probe.screen()
        answers = [probe.press(key) for _ in range(3) for key in "[" * 6 + "]" * 6]
        probe.press("[")
        assert probe.screen() != before, "the day did not change"
        return _times(answers)


def _another_day(setting: Setting, days: int, words: str) -> Iterator[Figure]:
    (found,) = in_turn(setting, partial(_other_days, library.editions(setting, days)), warm_up=0)
    what = f"[ and ]: another day painted, p95, {words} of editions"
    yield Figure("K4", what, "30 ms", [1000 * one["frame"] for one in found], 30, unit="ms")
    rest = [1000 * one["rest"] for one in found]
    yield Figure("K4 rest", f"{what}, preview and all", "–", rest, unit="ms")


def another_day_of_a_week(setting: Setting) -> Iterator[Figure]:
    """K4 with few editions."""
    return _another_day(setting, 7, "one week")


def another_day_of_five_years(setting: Setting) -> Iterator[Figure]:
    """K4 with many; the two figures should be the same."""
    return _another_day(setting, setting.scaled(1825), "five years")


def _open_essay(home: Path) -> Measured:
    with window(home) as probe:
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
