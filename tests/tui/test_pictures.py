"""Pictures in the window: keys pressed, cells on the screen, the words where there is no picture."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from textual.pilot import Pilot

from techdash.tui import graphics
from techdash.tui.app import TechdashApp
from techdash.tui.picture_screen import PictureScreen
from techdash.tui.pictures import Look, Notice, Picture, PictureProcess
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_window import until, until_text

RED, BLUE = (200, 10, 10), (10, 10, 200)

ESSAY = """---
title: On pictures
date: 2026-06-07
language: en
---
# On pictures

{before}

![A field of two colours](图/第一%20张.png)

Between the two.

![A drawing](plan.svg)

![](none.png)

![Elsewhere](http://127.0.0.1:9/a.png)

{after}
"""


def with_pictures(base: Path) -> Path:
    """A home with one essay that has four figures, one of which can be shown."""
    home, essays = base / "home", base / "essays"
    home.mkdir(parents=True)
    (essays / "图").mkdir(parents=True)
    image = Image.new("RGB", (300, 100), RED)
    image.paste(BLUE, (150, 0, 300, 100))
    image.save(essays / "图" / "第一 张.png")
    (essays / "plan.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    before = "\n\n".join(f"Paragraph {number} stands before the pictures." for number in range(3))
    after = "\n\n".join(f"Paragraph {number} stands after the pictures." for number in range(60))
    (essays / "a.md").write_text(ESSAY.format(before=before, after=after), "utf-8")
    write_sources(home, {"id": "essays", "name": "Essays at hand", "url": str(essays), "kind": "essay"})
    done = refresh(home)
    assert done.returncode == 0, done.stderr
    return base


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_pictures(tmp_path_factory.mktemp("pictures") / "base")


@pytest.fixture
def base(filled: Path, tmp_path: Path) -> Path:
    """A copy of the home, for one test to change."""
    shutil.copytree(filled / "home", tmp_path / "home")
    return tmp_path


@asynccontextmanager
async def reading(app: TechdashApp, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[int]]:
    """The essay open in the window."""
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.furnished)
        await pilot.press("2")
        await until_text(pilot, "On pictures")
        while app.essays.current is None or app.essays.current.title != "On pictures":
            await pilot.press("j")
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and "A field of two colours" in screen_text(app))
        yield pilot


def colours(app: TechdashApp) -> list[list[tuple[int, int, int]]]:
    """For each row of the screen the papers of its cells that are red, blue or between the two."""
    rows = []
    for strip in app.screen._compositor.render_strips():
        row = []
        for segment in strip:
            paper = segment.style.bgcolor.triplet if segment.style and segment.style.bgcolor else None
            if paper is not None and abs(paper.green - 10) < 5 and 190 < paper.red + paper.blue < 230:
                row += [tuple(paper)] * len(segment.text)
        rows.append(row)
    return [row for row in rows if row]


def words_of(app: TechdashApp) -> list[str]:
    """The lines of the reader's text that have words, without what frames them."""
    lines = screen_text(app).splitlines()[2:-3]
    return [words for line in lines if (words := line.partition("│")[2].strip(" ▁▂▃▄▅▆▇"))]


async def test_i_shows_the_picture_and_the_reasons_and_hides_them(make_app: MakeApp) -> None:
    app = make_app()
    async with reading(app) as pilot:
        before = words_of(app)
        assert any("A drawing" in line for line in before)
        await pilot.pause(0.1)
        assert app.reader._figures is None  # nothing is fetched that nobody asked for
        await pilot.press("i")
        await until(pilot, lambda: bool(colours(app)))
        await until_text(pilot, "picture: an SVG drawing, which is not shown here")
        rows = colours(app)
        cells = app.reader.view.setting.pictures["图/第一%20张.png"][0]
        assert 60 < cells < app.reader.view.column
        assert len(rows) == round(cells / 3 / 2)  # 300 by 100 pixels, a cell is twice as high as wide
        assert rows[0][:30] == [RED] * 30
        assert rows[-1][-30:] == [BLUE] * 30
        shown = screen_text(app)
        assert shown.index("A field of two colours") < shown.index("Between the two.")
        assert "▢ A field of two colours" in shown
        await pilot.press("i")
        await until(pilot, lambda: not colours(app))
        await until_text(pilot, "Pictures are hidden.")
        assert words_of(app) == before


async def test_every_figure_without_a_picture_has_its_line(make_app: MakeApp) -> None:
    app = make_app(images="always")
    async with reading(app) as pilot:
        await until(pilot, lambda: bool(colours(app)))
        for words in (
            "picture: an SVG drawing, which is not shown here",
            "picture: there is no such file",
            "picture: 127.0.0.1 is a private address; a page may not lead there",
        ):
            await until_text(pilot, words)


async def test_the_place_is_kept_when_pictures_come_and_go(make_app: MakeApp) -> None:
    app = make_app()
    async with reading(app) as pilot:
        await pilot.press("j", "j", "j", "j", "j", "j")
        await pilot.pause()
        place = app.reader.view.place
        first = words_of(app)[0]
        await pilot.press("i")
        await until(pilot, lambda: bool(colours(app)))
        assert app.reader.view.place.offset == place.offset
        assert words_of(app)[0] == first
        await pilot.press("i")
        await until(pilot, lambda: not colours(app))
        assert app.reader.view.place.offset == place.offset
        assert words_of(app)[0] == first


async def test_never_fetches_nothing_and_says_so(make_app: MakeApp) -> None:
    app = make_app(images="never")
    async with reading(app) as pilot:
        await pilot.press("i")
        await until_text(pilot, 'Pictures are off: images = "never" in config.toml.')
        await pilot.press("I")
        await pilot.pause(0.1)
        assert app.reader.figures.process.pid is None
        assert not colours(app)


async def test_another_size_asks_for_another_picture(make_app: MakeApp) -> None:
    app = make_app(images="always")
    async with reading(app) as pilot:
        await until(pilot, lambda: bool(colours(app)))
        await pilot.press("<", "<", "<")
        await until(pilot, lambda: bool(colours(app)) and len(colours(app)[0]) == app.reader.view.column - 4)


async def test_a_killed_process_is_said_and_i_twice_tries_again(make_app: MakeApp) -> None:
    app = make_app()
    async with reading(app) as pilot:
        figures = app.reader.figures
        figures.process._command = ("/bin/sh", "-c", "exec sleep 60", "x", "x")
        await pilot.press("i")
        await until(pilot, lambda: figures.process.pid is not None)
        os.kill(figures.process.pid or 0, signal.SIGKILL)
        await until_text(pilot, "picture: reading it failed; i twice tries again")
        figures.process = PictureProcess(app.gateway.paths.cache / "pictures", app.gateway.paths.log)
        await pilot.press("i", "i")
        await until(pilot, lambda: bool(colours(app)))


async def test_one_picture_over_the_whole_window_and_back(make_app: MakeApp) -> None:
    app = make_app()
    async with reading(app) as pilot:
        place = app.reader.view.place
        await pilot.press("I")
        await until(pilot, lambda: bool(colours(app)))
        assert isinstance(app.screen, PictureScreen)
        assert len(colours(app)[0]) == 120
        assert len(colours(app)) == 20
        assert "A field of two colours" in screen_text(app)
        await pilot.resize_terminal(60, 30)
        await until(pilot, lambda: bool(colours(app)) and len(colours(app)[0]) == 60)
        await pilot.resize_terminal(120, 40)
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(app.screen, PictureScreen))
        assert app.reading
        assert app.reader.view.place == place


async def test_a_click_on_a_picture_opens_it(make_app: MakeApp) -> None:
    app = make_app(images="always")
    async with reading(app) as pilot:
        await until(pilot, lambda: bool(colours(app)))
        strips = app.screen._compositor.render_strips()
        row = next(
            y for y, strip in enumerate(strips)
            if any(s.style and s.style.bgcolor and s.style.bgcolor.triplet == RED for s in strip)
        )  # fmt: skip
        view = app.reader.view
        await pilot.click(view, offset=(view.size.width // 2, row - view.region.y + 1))
        await until(pilot, lambda: isinstance(app.screen, PictureScreen))


async def test_enter_on_a_figures_link_opens_the_picture_and_no_browser(make_app: MakeApp) -> None:
    app = make_app()
    async with reading(app) as pilot:
        await pilot.press("ctrl+n", "enter")
        await until(pilot, lambda: isinstance(app.screen, PictureScreen))
        await until_text(pilot, "picture: 127.0.0.1 is a private address; a page may not lead there")
        assert "Elsewhere" in screen_text(app)


@pytest.mark.parametrize("name", ["SixelImage", "TGPImage", "HalfcellImage"])
async def test_the_terminals_own_graphics(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """textual-image's real widgets; what is not real is the terminal's answer that it has the protocol."""
    widget = pytest.importorskip("textual_image.widget")
    monkeypatch.setattr(graphics, "widget_class", lambda app: getattr(widget, name))
    app = make_app()
    async with reading(app) as pilot:
        await pilot.press("I")
        await until(pilot, lambda: bool(app.screen.query(getattr(widget, name))))
        shown = app.screen.query_one(getattr(widget, name))
        await until(pilot, lambda: shown.size.width > 0)
        assert shown.size.width == 120  # as wide as the window, as high as the aspect says
        assert shown.size.height == 20
        text = screen_text(app)
        if name == "SixelImage":
            assert "\x1bP" in text
        if name == "HalfcellImage":
            assert "▀" in text
        await pilot.press("escape")
        await until(pilot, lambda: app.reading)


def test_without_the_extra_there_are_half_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "find_spec", lambda name: None)
    graphics.widget_class.cache_clear()
    assert graphics.widget_class(TechdashApp) is None  # type: ignore[arg-type]
    graphics.widget_class.cache_clear()


# -- cells

PAPER = (0, 0, 0)


def pixels(*colours: tuple[int, int, int, int]) -> bytes:
    return b"".join(bytes(colour) for colour in colours)


def test_two_pixels_share_a_cell_and_neighbours_a_run() -> None:
    red, blue = (255, 0, 0, 255), (0, 0, 255, 255)
    picture = Picture(3, 3, pixels(red, red, blue, blue, blue, blue, red, red, red))
    assert (picture.cells, picture.rows) == (3, 2)
    look = Look(PAPER)
    assert picture.runs(0, look) == [("▀▀", "#ff0000", "#0000ff"), (" ", "", "#0000ff")]
    assert picture.runs(1, look) == [("▀▀▀", "#ff0000", "")]


def test_what_is_transparent_shows_the_page() -> None:
    none, half, white = (9, 9, 9, 0), (255, 255, 255, 128), (255, 255, 255, 255)
    picture = Picture(3, 2, pixels(none, none, half, none, white, white))
    assert picture.runs(0, Look((0, 0, 100))) == [
        (" ", "", ""),
        ("▄", "#ffffff", ""),
        ("▀", "#8080b1", "#ffffff"),
    ]


def test_where_a_half_block_is_two_cells_wide_only_spaces_are_drawn() -> None:
    picture = Picture(2, 2, pixels((0, 0, 0, 255), (9, 9, 9, 0), (100, 0, 0, 255), (2, 2, 2, 255)))
    assert picture.runs(0, Look(PAPER, "spaces")) == [(" ", "", "#320000"), (" ", "", "#020202")]


@pytest.mark.parametrize(("dark", "text"), [(True, " +@"), (False, " = ")])
def test_without_colours_a_picture_is_drawn_in_characters(dark: bool, text: str) -> None:
    none, grey, white = (0, 0, 0, 0), (128, 128, 128, 255), (255, 255, 255, 255)
    picture = Picture(3, 1, pixels(none, grey, white))
    assert picture.runs(0, Look(PAPER, "ramp", dark)) == [(text, "", "")]


def test_a_notice_is_as_wide_as_the_column() -> None:
    assert Notice("图片：文件损坏").runs(10, "") == [("图片：文… ", "", "")]
