"""What is newer than the sheet, from a changelog's feed: listed, gone to, opened, printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_cheatsheet import SHEET, enter
from tests.tui.test_window import until, until_text

FEED = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title>
<id>urn:releases</id><updated>2026-09-03T10:00:00Z</updated>{entries}</feed>"""
ENTRY = """<entry><id>urn:{version}</id><title>v{version}</title><updated>{day}T10:00:00Z</updated>
<link href="https://tool.example/{version}"/>
<content type="html">&lt;ul&gt;{lines}&lt;/ul&gt;</content></entry>"""


def feed(*versions: tuple[str, str, tuple[str, ...]]) -> str:
    entries = [
        ENTRY.format(
            version=version, day=day, lines="".join(f"&lt;li&gt;{line}&lt;/li&gt;" for line in lines)
        )
        for version, day, lines in versions
    ]
    return FEED.format(entries="".join(entries))


OLD = ("2.1.9", "2026-08-20", ("Not new",))
NEW = ("2.1.12", "2026-09-01", ("Made /rewind quicker", "Fixed a crash"))
NEWEST = ("2.1.13", "2026-09-03", ("Added --skip-asking for all",))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a dated sheet and the releases of what it is about."""
    base = tmp_path_factory.mktemp("news")
    (base / "sheets").mkdir()
    (base / "sheets" / "1.md").write_text(SHEET.replace("kind:", "date: 2026-08-22\nkind:"), "utf-8")
    (base / "releases.xml").write_text(feed(OLD, NEW), "utf-8")
    home = base / "home"
    releases = {"id": "releases", "name": "R", "url": str(base / "releases.xml"), "kind": "github"}
    write_sources(
        home,
        {"id": "tool", "name": "Tool", "url": str(base / "sheets"), "kind": "cheatsheet"},
        {**releases, "topics": ["tool"]},
        starter=False,
    )
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return base


def test_the_command_line_says_what_is_new(prepared: Path) -> None:
    program = Program(prepared / "home")
    printed = program.run("cheat", "--new").out
    assert "Tool: 2 changes since 2026-08-22, newest 2.1.12" in printed
    assert "2.1.12  Made /rewind quicker  -> /rewind" in printed
    assert "Not new" not in printed
    (only,) = program.run("cheat", "--new", "--json", "crash").json()
    assert only == {
        "sheet": "Tool",
        "version": "2.1.12",
        "day": "2026-09-01",
        "text": "Fixed a crash",
        "card": "",
        "url": "https://tool.example/2.1.12",
    }


async def test_changes_are_listed_and_lead_to_their_card_or_their_entry(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await until_text(pilot, "2 changes since 2026-08-22, newest 2.1.12")
        await pilot.press("tab", "n")
        assert app.cheatsheet.current.text == "Made /rewind quicker"
        assert "↵ goes to /rewind." in screen_text(app)
        await pilot.press("enter")
        assert app.cheatsheet.current.syntax == "/rewind"
        await pilot.press("n", "j")
        assert app.cheatsheet.current.text == "Fixed a crash"
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert app.reader.entry.row.title == "v2.1.12"


async def test_a_newer_version_is_noticed_while_the_room_is_open(
    make_app: MakeApp, prepared: Path, base: Path
) -> None:
    path = base / "releases.xml"
    path.write_text(feed(OLD, NEW, NEWEST), "utf-8")
    file = base / "home" / "sources.toml"
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await until_text(pilot, "newest 2.1.12")
        file.write_text(file.read_text("utf-8").replace(str(prepared / "releases"), str(base / "releases")))
        assert refresh(base / "home", "--force").returncode == 0
        await until_text(pilot, "3 changes since 2026-08-22, newest 2.1.13")
        await pilot.press(*"asking for all")
        assert app.cheatsheet.current.text == "Added --skip-asking for all"
        await pilot.press("enter")
        assert app.cheatsheet.current.syntax == "--skip-asking"


async def test_where_nothing_is_newer_it_is_said(make_app: MakeApp, base: Path) -> None:
    file = base / "home" / "sources.toml"
    file.write_text(file.read_text("utf-8").replace('["tool"]', '["other"]'), "utf-8")
    assert refresh(base / "home", "--force").returncode == 0
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press("tab", "n")
        await until_text(pilot, "Nothing is known that is newer than the sheet.")
