"""Six real layouts as they are read: at three widths in two themes, held against what was looked at.

``TECHDASH_SCREENS=write python -m pytest tests/tui/test_pages.py`` writes them anew: look before you keep.
With ``TECHDASH_PICTURES=folder`` each is also drawn there, as an SVG of the whole window.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.style import Style
from selectolax.lexbor import LexborHTMLParser
from textual.pilot import Pilot
from textual.strip import Strip

from techdash.config import Config
from techdash.document.layout import lay_out, source_text
from techdash.document.lines import Line, Setting
from techdash.document.load import load
from techdash.paths import find
from techdash.text.cells import width as cells_of
from techdash.tui import themes
from techdash.tui.app import TechdashApp
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first
from techdash.tui.widgets.reading_line import FULL
from tests.homes import write_sources
from tests.tui.conftest import refresh
from tests.tui.test_window import until

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tests" / "data" / "pages"
SCREENS = Path(__file__).parent / "screens" / "pages"
# Each with how many headings down its second screen begins, where the first one hasn't shown all of its kind.
FILES = {
    "starter": (ROOT / "data" / "starter" / "essays" / "norm-as-progress.zh.md", 8),
    "hugo": (PAGES / "hugo.html", 2),
    "readme": (PAGES / "readme.md", 6),
    "mixed": (PAGES / "mixed.html", 4),
    "substack": (PAGES / "substack.html", 2),
    "arxiv": (PAGES / "arxiv.html", 4),
}
WIDTHS = (60, 100, 160)
ALONE = 100  # cells: here the text has the window, in the other two it is as it opens
HEIGHT = 45
THEMES = ("techdash-dark", "techdash-light")
COLOURS = (
    *("foreground", "background", "panel", "accent", "muted", "faint", "rule", "link", "code", "math"),
    *("tok-keyword", "tok-comment", "tok-number", "tok-type", "tok-operator", "tok-error", "warning"),
)
SETTING = Setting(sideways=True, gaps=True)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the six as essays, each a day older than the one before it."""
    base = tmp_path_factory.mktemp("pages")
    home, folder = base / "home", base / "pages"
    folder.mkdir()
    for age, (file, _) in enumerate(FILES.values()):
        copy = folder / file.name
        # the starter essay has a date of its own, later ones would stand above it
        shutil.copy(file, copy)
        day = 1_767_225_600 - 86_400 * age
        os.utime(copy, (day, day))
    write_sources(home, {"id": "pages", "name": "Pages", "url": str(folder), "kind": "essay"}, starter=False)
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return home


@pytest.fixture
def home(library: Path, tmp_path: Path) -> Path:
    """A copy, since reading keeps places."""
    return Path(shutil.copytree(library, tmp_path / "home"))


def window(home: Path) -> TechdashApp:
    gateway = Gateway(find(str(home)))
    first = gateway.submit(read_first)
    first.result(20)
    return TechdashApp(gateway, Config(refresh=False, language="en"), first, str(home))


@pytest.mark.parametrize("name", FILES)
async def test_a_page_looks_as_it_did(home: Path, name: str) -> None:
    seen: dict[str, dict[str, str]] = {theme: {} for theme in THEMES}
    app = window(home)
    async with app.run_test(size=(WIDTHS[0], HEIGHT)) as pilot:
        await until(pilot, lambda: app.essays.total == len(FILES))
        await pilot.press("2", *"j" * list(FILES).index(name), "enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        for theme in THEMES:
            app.theme = theme
            for width in WIDTHS:
                await pilot.resize_terminal(width, HEIGHT)
                if (width == ALONE) != app.desk.has_class("zen"):
                    await pilot.press("z")
                screens = [
                    await screen(app, pilot, keys, f"{name}-{width}-{theme}-{keys[-1]}")
                    for keys in ("g", "]" * FILES[name][1], "G")
                ]
                rule = f"\n{'=' * width}\n"
                for kind, texts in zip(("txt", "styles"), zip(*screens, strict=True), strict=True):
                    seen[theme][f"{name}-{width}.{kind}"] = rule.join(texts) + "\n"
    assert seen[THEMES[0]] == seen[THEMES[1]]  # a theme changes colours, nothing else
    for file, text in seen[THEMES[0]].items():
        held(file, text)


async def test_the_bar_below_a_text_is_as_wide_as_its_column(home: Path) -> None:
    app = window(home)
    async with app.run_test(size=(WIDTHS[0], HEIGHT)) as pilot:
        await until(pilot, lambda: app.essays.total == len(FILES))
        await pilot.press("2", "enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        for width in WIDTHS:
            await pilot.resize_terminal(width, HEIGHT)
            await pilot.press("G")
            await pilot.pause()
            view, line = app.reader.view, app.reader.reading_line
            bar = line.render_line(0).text
            assert view.region.x == line.region.x
            assert bar.index(FULL) == len(view._left)
            assert len(bar.rstrip()) == len(view._left) + view._cells


def test_the_colours_are_those_that_were_looked_at() -> None:
    shades = {
        theme.name: themes.complete({**theme.to_color_system().generate(), **theme.variables})
        for theme in themes.OURS
        if theme.name in THEMES
    }
    rows = [f"{name:12} {'  '.join(shades[theme][name].lower() for theme in THEMES)}" for name in COLOURS]
    held("colours.txt", "\n".join(rows) + "\n")


def held(file: str, text: str) -> None:
    """Compare with what was looked at, or write it to be looked at."""
    if os.environ.get("TECHDASH_SCREENS") == "write":
        SCREENS.mkdir(exist_ok=True)
        (SCREENS / file).write_text(text, "utf-8")
    assert text == (SCREENS / file).read_text("utf-8"), file


async def screen(app: TechdashApp, pilot: Pilot[int], keys: str, name: str) -> tuple[str, str]:
    """The text after some keys: its words, and how each run of them is drawn."""
    await pilot.press(*keys)
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    if folder := os.environ.get("TECHDASH_PICTURES"):
        # the stated length of a text counts characters, where Chinese takes two cells each
        picture = re.sub(r' textLength="[\d.]+"', "", app.export_screenshot(title=name))
        (Path(folder) / f"{name}.svg").write_text(picture, "utf-8")
    # without the scroll bar: how long it is changes while the rest of the text is laid out
    region = app.reader.view.scrollable_content_region
    strips = app.screen._compositor.render_strips()[region.y : region.bottom]
    rows = [strip.crop(region.x, region.right) for strip in strips]
    names = colours(app)
    looks = [
        f"{number:2} {text.strip() or '␣'}: {look}"
        for number, row in enumerate(rows, 1)
        for text, look in runs(row, names)
    ]
    return "\n".join(row.text.rstrip() for row in rows), "\n".join(looks)


def colours(app: TechdashApp) -> dict[str, str]:
    """What the theme's own colours are called; of two names for one the first."""
    variables = app.get_css_variables()
    return {variables[name].lower(): name for name in reversed(COLOURS)}


def runs(row: Strip, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The runs of a row that are not plain words, each with its ink, its manner and its paper."""
    found: list[tuple[str, str]] = []
    for segment in row:
        style = segment.style or Style()
        ink, paper = (
            names[color.get_truecolor().hex.lower()] if color is not None else ""
            for color in (style.color, style.bgcolor)
        )
        manner = [
            word for word in ("bold", "italic", "underline", "strike", "reverse") if getattr(style, word)
        ]
        inks = [ink] if ink != "foreground" else []
        papers = [f"on {paper}"] if paper != "background" else []
        blank = not segment.text.strip() and not papers
        look = "" if blank else " ".join([*inks, *manner, *papers])
        if found and found[-1][1] == look:
            found[-1] = (found[-1][0] + segment.text, look)
        else:
            found.append((segment.text, look))
    return [run for run in found if run[1]]


# -- nothing lost

# What is no word of the text: what a site puts around it, the numbers of notes and equations, and formulas,
# which have tests of their own.
NOT_WORDS = (
    "nav, script, style, rp, math, iframe, form, button, .katex-html, .math, .anchor, .button-wrapper"
    ", .subscription-widget-wrap-editor, .footnote-number, .ltx_note_content .ltx_note_mark, .ltx_tag_note"
    ", .ltx_tag_equation"
)
NOT_WORDS_OF_MARKDOWN = re.compile(
    r"\A---\n[\s\S]*?\n---\n|^ *(?:```|~~~).*$|\]\([^)\n]*\)|<[a-z/][^>]*>|^ *\d+\. |^> \[!.*\]$|^\[\^\w+\]:",
    re.MULTILINE,
)
FORMULAS = re.compile(r"\$\$.*?\$\$|\\\(.*?\\\)|\$[^$\n]+?\$(?!\d)", re.DOTALL)
WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff10-\uff5a]|[A-Za-z0-9À-ɏ]+")


def words_of(file: Path) -> Counter[str]:
    """The words of a page, found without anything of ours."""
    source = file.read_text("utf-8")
    if file.suffix == ".md":
        # a price has no second dollar on its line
        text = NOT_WORDS_OF_MARKDOWN.sub(" ", FORMULAS.sub(" ", source.replace("$5 or $7", "5 or 7")))
    else:
        page = LexborHTMLParser(source)
        for node in page.css(NOT_WORDS):
            node.decompose()
        body = page.css_first("main, article")
        assert body is not None
        text = FORMULAS.sub(" ", body.text(separator="\n"))
    return Counter(word.casefold() for word in WORD.findall(text))


@pytest.mark.parametrize("width", [*WIDTHS, 20])
@pytest.mark.parametrize("name", FILES)
def test_no_word_of_a_page_is_lost(name: str, width: int) -> None:
    file, _ = FILES[name]
    text = source_text(lines_of(file.read_text("utf-8"), file.suffix, width))
    expected = words_of(file)
    assert expected.total() > 300
    assert not expected - Counter(word.casefold() for word in WORD.findall(text))


def lines_of(source: str, suffix: str, width: int) -> list[Line]:
    document = load(source, "markdown" if suffix == ".md" else "html", "https://site.example/post/")
    return lay_out(list(document.blocks()), width, SETTING)


@pytest.mark.parametrize("width", [*WIDTHS, 20])
@pytest.mark.parametrize("name", FILES)
def test_no_line_is_wider_than_its_column(name: str, width: int) -> None:
    file, _ = FILES[name]
    for line in lines_of(file.read_text("utf-8"), file.suffix, width):
        assert sum(cells_of(span.text) for span in line.spans) <= max(width, line.wide)


@pytest.mark.system("hugo")
def test_hugo_still_makes_the_page_that_is_kept(tmp_path: Path) -> None:
    source = shutil.copytree(PAGES / "hugo", tmp_path / "source")  # it writes a lock beside what it reads
    built = subprocess.run(
        ["hugo", "--quiet", "--source", source, "--destination", tmp_path / "public"],
        env={**os.environ, "HUGO_CACHEDIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr + built.stdout
    page = (tmp_path / "public" / "posts" / "least-squares-tides" / "index.html").read_text("utf-8")
    kept = (PAGES / "hugo.html").read_text("utf-8")
    assert lines_of(page, ".html", 76) == lines_of(kept, ".html", 76)
