"""The worked pages that ship, as a user of the room meets them."""

from __future__ import annotations

import pytest

from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_cheatsheet import enter
from tests.tui.test_window import until, until_text


@pytest.mark.parametrize(
    ("language", "query", "title", "words"),
    [
        ("en", "vibe", "From vibe coding to agentic engineering", "Commands: steer instead of hoping."),
        ("zh", "长任务", "长任务", "想清楚要什么"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_page_is_found_and_read(
    make_app: MakeApp, language: str, query: str, title: str, words: str, size: tuple[int, int]
) -> None:
    app = make_app(language=language)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, app)
        await pilot.press(*query)
        await until_text(pilot, title)
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        await until_text(pilot, words)
        assert app.reader.entry.row.title == title
        await pilot.press("q")
        assert not app.reading
        assert app.room == "cheatsheet"
        assert title in screen_text(app)
