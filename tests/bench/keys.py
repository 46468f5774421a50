"""Figures of keys in the open window: from the key to the last byte of what it paints."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from techdash.store.db import connect_writer
from techdash.store.sources import set_enabled, subscriptions
from techdash.tui.words import Words
from tests.bench import feedserver, library
from tests.bench.figures import Measured, Setting, Values, in_turn, milliseconds, p95, ratios
from tests.bench.probe import Answer, NeverShown, Probe
from tests.bench.start import STILL, pager, peer, reading, window
from tests.bench.subscribed import feeds, subscribe

PAGES = 40
LATENCY = 0.05
_LOST = 5.0


def _times(answers: Sequence[Answer]) -> Measured:
    """95th percentiles: to the first byte, to the end of the first frame, to the last byte before silence."""
    return {name: p95([getattr(answer, name) for answer in answers]) for name in ("first", "frame", "rest")}


@contextmanager
def _essay_list(home: Path) -> Iterator[Probe]:
    with window(home) as probe:
        probe.until(library.LEAD)
        probe.press_until("2", library.LONG_ESSAY)
        yield probe


def _in_essays(home: Path, key: str, times: int) -> Measured:
    with _essay_list(home) as probe:
        return _times([probe.press(key) for _ in range(times)])


def in_options(count: int) -> Measured:
    """The down key in an OptionList of that many rows."""
    with Probe(peer("options", str(count)), STILL) as probe:
        probe.until("row 0000000")
        return _times([probe.press("<down>") for _ in range(60)])


def down(setting: Setting) -> Values:
    """K1."""
    home = library.essays(setting, setting.scaled(100_000))
    beside = partial(in_options, setting.scaled(10_000))
    ours, others = in_turn(setting, partial(_in_essays, home, "<down>", 60), beside)
    return [ratios(ours, others, "rest"), milliseconds(ours, "first"), milliseconds(ours, "rest")]


def page_of_list(setting: Setting) -> Values:
    """K2 in a list."""
    home = library.essays(setting, max(setting.scaled(100_000), 1000))
    (found,) = in_turn(setting, partial(_in_essays, home, "<pagedown>", PAGES), warm_up=0)
    return [milliseconds(found, "rest"), milliseconds(found, "first")]


def _in_text(home: Path) -> Measured:
    with reading(home, "1 MB") as probe:
        probe.until(library.FIRST_WORDS)
        return _times([probe.press("<pagedown>") for _ in range(PAGES)])


def page_of_text(setting: Setting) -> Values:
    """K2 in a text."""
    (found,) = in_turn(setting, partial(_in_text, library.texts(setting)), warm_up=0)
    return [milliseconds(found, "rest"), milliseconds(found, "first")]


def page_beside(name: str, setting: Setting) -> Values:
    """K2 in a text, beside a pager."""
    command = pager(name, library.text_file(setting, "1 MB"))

    def paged() -> Measured:
        with Probe(command) as probe:
            probe.until(library.FIRST_WORDS, timeout=120)
            return _times([probe.press("<pagedown>") for _ in range(PAGES)])

    ours, beside = in_turn(setting, partial(_in_text, library.texts(setting)), paged, warm_up=0)
    return [ratios(ours, beside, "rest"), milliseconds(beside, "rest")]


# -- while feeds are refreshed


def subscribed_copy(setting: Setting, home: Path, name: str, urls: Sequence[str]) -> Path:
    """A fresh copy of a library, its own sources silenced, subscribed to ``urls``, none of them asked yet."""
    copy = setting.work / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    with closing(connect_writer(copy / "library.db")) as db:
        for one in subscriptions(db.conn):
            set_enabled(db, one.source.id, False)
    subscribe(copy, urls)
    return copy


@dataclass
class _Stepping:
    """The down key again and again, each until the cursor's new position is on the screen.

    Silence, which ends a key's answer elsewhere, there is none while sources are being counted.
    """

    probe: Probe
    total: int
    lost: int = 0

    def step(self) -> float:
        """Seconds; one that is not answered, or is undone, counts as ``lost`` and takes five."""
        at = self._position()
        wanted = re.escape(Words("en")("position", at=at + 1, total=self.total))
        try:
            return self.probe.press_until("<down>", rf"(?<!\d){wanted}", timeout=_LOST)
        except NeverShown:
            self.lost += 1
            return _LOST

    def _position(self) -> int:
        pattern = Words("en")("position", at=r"(\d+)", total=self.total)
        found = re.search(pattern, self.probe.screen())
        if found is None:
            raise NeverShown(f"no position\n{self.probe.screen()}")
        return int(found[1])


def _down_while_refreshing(setting: Setting, served: feedserver.Served, total: int) -> Measured:
    copy = subscribed_copy(setting, library.essays(setting, total), "busy", served.urls)
    over = Words("en")("sync_new", n=r"\d+")
    busy: list[float] = []
    with _essay_list(copy) as probe:
        keys = _Stepping(probe, total)
        idle = [keys.step() for _ in range(PAGES)]
        probe.press_until("R", Words("en")("sync_starting"))
        limit = time.perf_counter() + 120
        while not re.search(over, probe.screen()):
            busy.append(keys.step())
            if time.perf_counter() > limit:
                raise RuntimeError(f"the refresh did not end\n{probe.screen()}")
    if not busy:
        raise RuntimeError("the refresh was over before the first key")
    return {"idle": p95(idle), "busy": p95(busy), "keys": len(busy), "lost": keys.lost}


def down_while_refreshing(setting: Setting) -> Values:
    """K3."""
    total = max(setting.scaled(100_000), 1000)
    with feedserver.serving(feeds(setting, feedserver.FEEDS)) as served:
        served.tell(f"latency {LATENCY}")
        measured = partial(_down_while_refreshing, setting, served, total)
        (found,) = in_turn(setting, measured, warm_up=0)
    return [
        [one["busy"] / one["idle"] for one in found],
        milliseconds(found, "busy"),
        [one["keys"] for one in found],
        [sum(one["lost"] for one in found)],
    ]


# -- days


def _other_days(home: Path) -> Measured:
    """Six days back and six forward, three times."""
    with window(home) as probe:
        probe.until(library.LEAD)
        before = probe.screen()
        answers = [probe.press(key) for _ in range(3) for key in "[" * 6 + "]" * 6]
        probe.press("[")
        assert probe.screen() != before, "the day did not change"
        return _times(answers)


def _another_day(setting: Setting, days: int) -> Values:
    (found,) = in_turn(setting, partial(_other_days, library.editions(setting, days)), warm_up=0)
    return [milliseconds(found, "rest"), milliseconds(found, "first")]


def another_day_of_a_week(setting: Setting) -> Values:
    """K4 with few editions."""
    return _another_day(setting, 7)


def another_day_of_five_years(setting: Setting) -> Values:
    """K4 with many; the two figures should be the same."""
    return _another_day(setting, setting.scaled(library.FIVE_YEARS))
