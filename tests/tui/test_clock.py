"""A window that stays open: over midnight, over a sleep, over a clock that is set, in another zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tui.conftest import MakeApp, refresh, screen_text, write_news
from tests.tui.test_window import until, until_text


class Clock:
    """The machine's clock, set by hand; it goes on from where it was set."""

    ahead = 0.0

    def set(self, text: str) -> None:
        self.ahead = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() - self.now_really()

    def now_really(self) -> float:
        return time.clock_gettime(time.CLOCK_REALTIME)

    def __call__(self) -> float:
        return self.now_really() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    found = Clock()
    monkeypatch.setattr(time, "time", found)
    yield found
    monkeypatch.undo()
    time.tzset()


async def test_the_night_passes_and_the_new_day_comes(make_app: MakeApp, sources: Path, clock: Clock) -> None:
    clock.set("2026-06-06T03:59:30")
    app = make_app(day_starts=4)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        assert "5 Jun 2026" in screen_text(app).splitlines()[0]
        await pilot.press("j", "j")
        stood_on = app.digest.current
        clock.set("2026-06-06T04:00:20")
        await until(pilot, lambda: "6 Jun 2026" in screen_text(app).splitlines()[0])
        # what was on the screen stays, and today has nothing yet
        assert app.digest.day == "2026-06-05"
        assert app.digest.current == stood_on
        await pilot.press("T")
        await until_text(pilot, "No edition for today yet. The latest is 5 Jun.")
        write_news(sources / "news", "2026-06-06", 1)
        assert refresh(sources / "home", "--force").returncode == 0
        await until(pilot, lambda: app.strip.days[-1].day == "2026-06-06")
        assert "Sat 6" in screen_text(app)
        assert app.digest.day == "2026-06-05"
        await pilot.press("T")
        await until_text(pilot, "SATURDAY 6 JUNE")


async def test_a_clock_that_is_set_back_and_another_zone(
    make_app: MakeApp, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2026-06-05T20:00:00")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        monkeypatch.setenv("TZ", "Asia/Kathmandu")  # a quarter to two there
        await until(pilot, lambda: "6 Jun 2026" in screen_text(app).splitlines()[0])
        clock.set("2026-06-04T12:00:00")
        await until(pilot, lambda: "4 Jun 2026" in screen_text(app).splitlines()[0])


async def test_a_machine_that_slept_asks_what_fell_due(make_app: MakeApp, clock: Clock) -> None:
    clock.set("2026-06-05T20:00:00")
    app = make_app(refresh=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await until(pilot, lambda: not app.syncing)
        clock.set("2026-06-06T07:00:00")
        await until(pilot, lambda: app.syncing)
        await until(pilot, lambda: not app.syncing)
        assert "6 Jun 2026" in screen_text(app).splitlines()[0]
