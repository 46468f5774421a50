"""What a language model wrote, on screen: in the reader's language, never without the model's name."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from techdash.models.editions import Draft
from techdash.store import db, drafts, editions
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until_text

DAY = "2026-06-05"


@pytest.fixture
def home(base: Path) -> Path:
    """A day of which a model wrote in English."""
    home = base / "home"
    with closing(db.connect_writer(home / "library.db")) as writer:
        (edition,) = (one for one in editions.on(writer.conn, DAY) if one.composed)
        items = [item.entry_id for section in edition.sections for item in section.items]
        lead = Draft("Three stories of one day are told, all of them short.", "small-model", "en")
        summary = Draft("It says what its title says.", "small-model", "en")
        assert drafts.show(
            writer, DAY, editions.composed_key(writer.conn, DAY), lead, dict.fromkeys(items, summary)
        )
    return home


async def test_a_lead_and_a_summary_are_shown_with_the_name_of_the_model(
    home: Path, make_app: MakeApp
) -> None:
    app = make_app()
    async with app.run_test(size=(190, 50)) as pilot:
        await until_text(pilot, "Three stories of one day are told")
        screen = screen_text(app)
        at = [screen.index(text) for text in ("Three stories", "written by small-model", " sources: ")]
        assert at == sorted(at)
        await pilot.press("j")
        await until_text(pilot, "It says what its title says.")
        assert screen_text(app).count("written by small-model") == 2


async def test_in_the_other_language_there_is_only_the_template(home: Path, make_app: MakeApp) -> None:
    app = make_app(language="zh")
    async with app.run_test(size=(190, 50)) as pilot:
        await until_text(pilot, " 个来源：")
        screen = screen_text(app)
        assert "small-model" not in screen
        assert "Three stories" not in screen
