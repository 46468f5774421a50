"""Sheets of other programs in the window: found beside the others, chosen alone, filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_cheatsheet import SHEET, enter, listed
from tests.unit.test_feeds_sheets import PACK, ROUTE


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a sheet of ours, a page of tldr and a sheet of cheat."""
    base = tmp_path_factory.mktemp("sheets")
    page = base / "clone" / "pages" / "common" / "pack.md"
    page.parent.mkdir(parents=True)
    page.write_text(PACK, "utf-8")
    for folder, name, text in (("tool", "1.md", SHEET), ("cheats", "ip", ROUTE)):
        (base / folder).mkdir()
        (base / folder / name).write_text(text, "utf-8")
    rows = [
        {"id": name, "name": name, "url": str(base / name), "kind": "cheatsheet"}
        for name in ("tool", "clone", "cheats")
    ]
    home = base / "home"
    write_sources(home, *rows, starter=False)
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return base


async def test_a_sheet_is_chosen_and_its_command_filled_in(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"list")
        assert {"tool list", "pack --list <e.g. 10> <e.g. /srv/a.pk> | grep [a-z]*"} <= {*listed(app)}
        await pilot.press("escape", *"sheet:tl")
        assert {each.card.sheet for each in app.cheatsheet.item_list.rows.found} == {"tldr"}
        assert "PACK" in screen_text(app)
        await pilot.press("space", *"list", "enter", *"3")
        assert "pack --list 3 <e.g. /srv/a.pk> | grep [a-z]*" in screen_text(app)
        await pilot.press("tab", *"/x", "enter")
        assert app.clipboard == "pack --list 3 /x | grep [a-z]*"


async def test_a_key_walks_the_sheets_and_leads_back_to_all(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        whole = listed(app)
        seen = []
        await pilot.press("tab")
        for _ in range(3):
            await pilot.press("w")
            seen.append({each.card.sheet for each in app.cheatsheet.item_list.rows.found})
        assert sorted(map(len, seen)) == [1, 1, 1]
        assert set().union(*seen) == {"cheats", "tldr", "Tool"}
        await pilot.press("w")
        assert listed(app) == whole
        assert app.cheatsheet.finder.value == ""
