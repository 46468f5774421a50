"""The reader as a user meets it: finding, outline, labels, links within the library, notes, progress."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from techdash.paths import find
from techdash.store import db, entries, marks
from techdash.tui.app import TechdashApp
from techdash.tui.views import STATE
from techdash.tui.widgets.hint_keys import labels
from techdash.tui.widgets.reading_line import minutes_left
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_window import top_line, until, until_text

ESSAY = """---
title: On norms
date: 2026-06-09
url: https://essays.example/norms
---
# On norms

Read [the other essay](https://essays.example/other?utm_source=x), [a page](https://elsewhere.example/) or
[the last part](#the-last-part). There is a note[^long] here and another[^2].

We take $\\nabla f$ of it, and then

$$
\\frac{a}{b} = c
$$

$$
\\nosuch{x}
$$

```python
def norm(x):
    return x
```

{filler}

## Of needles 一

First a Needle, then ｎｅｅｄｌｅ 大模型 AI 的　模型.

{filler}

### Deeper

{filler}

## Another part

A needle is here too, and the last needle after a very long line that goes on and on until it must surely
break somewhere, with the words split over lines of the screen wherever that may happen to be.

<details><summary>More</summary>

A thimble is folded away.

</details>

{filler}

## The last part

The end of it.

[^long]: A long note. {long}
[^2]: See [the site](https://elsewhere.example/note) with $\\alpha$.
"""

OTHER = """---
title: The other essay
date: 2026-06-08
url: https://essays.example/other
---
# The other essay

This is where the link led. Back to [the middle](https://essays.example/norms#another-part).

{filler}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two essays that link to each other."""
    base = tmp_path_factory.mktemp("reading")
    home, essays = base / "home", base / "essays"
    home.mkdir()
    essays.mkdir()
    filler = "\n\n".join(f"Paragraph {number} of the filler says little." for number in range(20))
    long = " ".join(f"Sentence {number} of the note." for number in range(120))
    (essays / "norms.md").write_text(ESSAY.replace("{filler}", filler).replace("{long}", long), "utf-8")
    (essays / "other.md").write_text(OTHER.replace("{filler}", filler), "utf-8")
    write_sources(home, {"id": "essays", "name": "Essays at hand", "url": str(essays), "kind": "essay"})
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return base


@pytest.fixture
def prepared(written: Path) -> Path:
    return written


async def open_norms(pilot: Pilot[int], app: TechdashApp) -> None:
    await pilot.press("2")
    await until_text(pilot, "On norms")
    await pilot.press("enter")
    await until(pilot, lambda: app.reading and app.reader.entry is not None)
    await until_text(pilot, "the other essay")


def at_top(app: TechdashApp, words: str) -> Callable[[], bool]:
    return lambda: top_line(app).startswith(words)


def shown(app: TechdashApp) -> list[str]:
    """The lines of the text."""
    return [app.reader.view.render_line(y).text for y in range(app.reader.view.size.height)]


def last_line(app: TechdashApp) -> str:
    """The line below the text."""
    return screen_text(app).split("\n")[-3]


# -- find


async def test_finding_goes_along_with_what_is_typed_and_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        before = top_line(app)
        await pilot.press("slash", *"needle")
        await until(pilot, lambda: "1/5" in last_line(app))
        assert "First a Needle" in screen_text(app)
        await pilot.press(*" 大模")
        await until(pilot, lambda: "1/1" in last_line(app))
        await pilot.press(*"xx")
        await until(pilot, lambda: "not found" in last_line(app))
        await until(pilot, at_top(app, before))
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: top_line(app) != before)
        await pilot.press("escape")
        assert app.reading
        await until(pilot, at_top(app, before))
        assert "min left" in last_line(app)


async def test_a_kept_search_walks_its_matches(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("slash", *"NEEDLE", "enter")
        await until(pilot, lambda: "1/5" in last_line(app))
        for count in ("2/5", "3/5", "4/5", "5/5", "1/5"):
            await pilot.press("n")
            assert count in last_line(app)
            assert [unicodedata.normalize("NFKC", text).lower() for text in marked(app)] == ["needle"]
        await pilot.press("N")
        assert "5/5" in last_line(app)
        assert "the last needle" in screen_text(app)
        place = top_line(app)
        opened = app.reader.entry_id
        await pilot.press("escape")
        assert app.reading
        assert "5/5" not in last_line(app)
        assert top_line(app) == place
        await pilot.press("n")
        await until(pilot, lambda: app.reader.entry_id != opened)


async def test_a_moved_reader_goes_on_from_where_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("slash", *"needle", "enter")
        await until(pilot, lambda: "1/5" in last_line(app))
        await pilot.press("G", "n")
        assert "1/5" in last_line(app)
        await pilot.press("G", "N")
        assert "5/5" in last_line(app)


@pytest.mark.parametrize("query", ["∇", "nabla", "\\nabla", "∇f"])
async def test_a_formula_is_found_and_marked(make_app: MakeApp, query: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("slash")
        app.reader.find_bar.input.value = query
        await until(pilot, lambda: "1/1" in last_line(app))
        await until(pilot, lambda: any("∇" in text for text in marked(app)))


def marked(app: TechdashApp) -> list[str]:
    """What stands highlighted as the current match."""
    view = app.reader.view
    style = view.role("match-current")
    return [
        segment.text
        for y in range(view.size.height)
        for segment in view.render_line(y)
        if segment.style
        and segment.style.bgcolor == style.bgcolor
        and segment.style.reverse == style.reverse
        and segment.text.strip()
    ]


async def test_what_is_folded_is_found_and_opened(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("slash", *"thimble")
        await until(pilot, lambda: "A thimble is folded away" in screen_text(app))
        assert "1/1" in last_line(app)


async def test_a_match_goes_over_the_end_of_a_line(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 30)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("slash", *"until it must surely break somewhere", "enter")
        await until(pilot, lambda: "1/1" in last_line(app))
        await until(pilot, lambda: " ".join("".join(marked(app)).split()).startswith("until"))
        assert len(marked(app)) > 1


async def test_keys_typed_faster_than_the_window_works_find_their_line(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        for key in ("slash", *"needle", "enter", "n"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: "/5" in last_line(app))
        assert app.reader.find_bar.input.value == "needle"
        assert app.reader.view.has_focus


# -- outline


async def test_the_outline_follows_narrows_and_leads(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("t")
        await until_text(pilot, "  Deeper")
        await pilot.press(*"ANOTHER", "enter")
        await until(pilot, at_top(app, "Another part"))
        assert app.reading
        assert not app.reader.outline.display
        await pilot.press("t")
        await until(pilot, lambda: app.reader.outline.display)
        rows = app.reader.outline.item_list
        assert rows.rows.headings[rows.cursor][1] == "Another part"
        await pilot.press("up", "up", "enter")
        await until(pilot, at_top(app, "Of needles"))
        await pilot.press("t", *"zzz", "escape")
        assert not app.reader.outline.display
        assert top_line(app).startswith("Of needles")


async def test_the_outline_stands_beside_the_text_where_there_is_room(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(200, 50)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("z", "t", *"needles", "enter")
        await until(pilot, at_top(app, "Of needles"))
        assert app.reader.outline.display
        assert app.reader.view.region.right <= app.reader.outline.region.x
        await pilot.press("]", "]")
        rows = app.reader.outline.item_list
        await until(pilot, lambda: rows.rows.headings[rows.cursor][1] == "Another part")
        await pilot.press("t")
        assert not app.reader.outline.display


# -- labels and links


def test_labels_differ_and_none_begins_another() -> None:
    for count in (0, 1, 9, 10, 81, 82, 500):
        found = labels(count)
        assert len(set(found)) == count
        assert len({len(label) for label in found}) <= 1
    assert len(labels(9)[0]) == 1
    assert len(labels(10)[0]) == 2


async def follow(pilot: Pilot[int], app: TechdashApp, words: str, wide: bool = False) -> None:
    """Type the label of a link."""
    await pilot.press("f")
    keys = app.reader.hint_keys
    number = next(number for number, each in enumerate(app.reader._hinted) if each.text == words)
    for letter in keys.labels[number]:
        await pilot.press(chr(ord(letter) + 0xFEE0) if wide else letter)


async def test_a_link_into_the_library_opens_in_place_and_the_way_back_is_kept(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press(*"jjjjj")
        norms, place = app.reader.entry_id, top_line(app)
        await follow(pilot, app, "the other essay", wide=True)
        await until_text(pilot, "This is where the link led")
        assert app.reading
        await follow(pilot, app, "the middle")
        await until(pilot, lambda: app.reader.entry_id == norms)
        await until(pilot, at_top(app, "Another part"))
        await pilot.press("backspace")
        await until(pilot, lambda: app.reader.entry_id != norms)
        await pilot.press("q")
        await until(pilot, lambda: app.reader.entry_id == norms)
        await until(pilot, at_top(app, place))
        assert app.reading
        await pilot.press("q")
        assert not app.reading


async def test_a_link_to_a_file_beside_it_opens_in_place(
    make_app: MakeApp, base: Path, prepared: Path
) -> None:
    essays = base / "essays"
    shutil.copytree(prepared / "essays", essays)
    sources = base / "home" / "sources.toml"
    sources.write_text(sources.read_text("utf-8").replace(str(prepared), str(base)), "utf-8")
    (essays / "deep").mkdir()
    front = "---\ntitle: {title}\ndate: {day}\n---\n"
    (essays / "first one.md").write_text(
        front.format(title="First file", day="2026-06-20") + "See [the second](deep/second.html#end).",
        "utf-8",
    )
    (essays / "deep" / "second.html").write_text(
        "<title>Second file</title><p>Here.</p>"
        + "<p>Filler.</p>" * 60
        + "<h2 id=end>End</h2><p>Back to <a href='../first%20one.md'>the first</a>."
        + " <a href='../missing.md'>missing</a> <a href='javascript:x.md'>script</a></p>",
        "utf-8",
    )
    refresh(base / "home", "--force")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2")
        await until_text(pilot, "First file")
        app.reader.open(next(id_ for id_, title in titles(base) if title == "First file"))
        await until_text(pilot, "See the second.")
        await follow(pilot, app, "the second")
        await until_text(pilot, "Back to the first")
        assert app.reader.entry.row.title == "Second file"
        assert "script" not in {each.text for each in app.reader.view.links_in_view()}
        await follow(pilot, app, "missing")
        await until_text(pilot, "There is no link here.")
        await follow(pilot, app, "the first")
        await until(pilot, lambda: app.reader.entry.row.title == "First file")
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: app.reader.entry.row.title == "First file" and not app.reader.history)


def titles(base: Path) -> list[tuple[int, str]]:
    with closing(db.connect_reader(find(str(base / "home")).library)) as conn:
        return [(row.id, row.title) for row in entries.essays(conn, offset=0, limit=99)]


async def test_a_link_within_the_text_leads_there_and_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        before = top_line(app)
        await follow(pilot, app, "the last part")
        await until_text(pilot, "The end of it.")
        await pilot.press("h")
        await until(pilot, at_top(app, before))
        assert app.reading


async def test_other_links_go_to_the_browser(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await follow(pilot, app, "a page")
        await until_text(pilot, "Opened in the browser.")
        assert opened == ["https://elsewhere.example/"]


async def test_labels_are_drawn_and_anything_else_cancels(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        text = shown(app)
        await pilot.press("f")
        assert shown(app) != text
        assert "Type a label" in last_line(app)
        await pilot.press("escape")
        assert shown(app) == text
        assert app.reading
        await pilot.press("f", "x", "j")
        assert app.reading


# -- formulas and code


async def test_a_selected_formula_is_copied_as_latex(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("y")
        assert app.clipboard == "https://essays.example/norms"
        while app.reader.view.selected_formula != "\\nabla f":
            await pilot.press("ctrl+n")
        await pilot.press("y")
        assert app.clipboard == "\\nabla f"
        await pilot.press("ctrl+n", "y")
        assert app.clipboard == "\\frac{a}{b} = c"
        await pilot.press("enter")
        await until_text(pilot, "\\frac{a}{b} = c")
        await pilot.press("escape")
        assert app.reading
        assert "\\frac{a}{b} = c\n" not in screen_text(app)


async def test_a_click_selects_a_formula_and_its_label_copies_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        lines = [app.reader.view.render_line(y).text for y in range(app.reader.view.size.height)]
        row = next(y for y, line in enumerate(lines) if "∇f" in line)
        await pilot.click("#document", offset=(lines[row].index("∇f"), row))
        await until(pilot, lambda: app.reader.view.selected_formula == "\\nabla f")
        await pilot.press("f")
        keys = app.reader.hint_keys
        number = next(
            number for number, each in enumerate(app.reader._hinted) if each.tex.startswith("\\frac")
        )
        await pilot.press(*keys.labels[number])
        assert app.clipboard == "\\frac{a}{b} = c"


async def test_capital_y_copies_the_code_in_view_first(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await until_text(pilot, "def norm")
        await pilot.press("Y")
        assert app.clipboard == "def norm(x):\n    return x"
        await until_text(pilot, "2 lines of code copied.")
        await pilot.press("G", "Y")
        await until(pilot, lambda: app.clipboard.startswith("# On norms"))


async def test_a_source_that_is_shown_as_it_is_can_be_selected_and_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("ctrl+b", "y")
        assert app.clipboard == "\\nosuch{x}"


async def test_what_the_mouse_selects_is_copied_when_it_is_let_go(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        y = next(row for row, line in enumerate(shown(app)) if "There is a note" in line)
        await pilot.mouse_down("#document", offset=(0, y))
        await pilot.hover("#document", offset=(70, y))
        await pilot.mouse_up("#document", offset=(70, y))
        await until(pilot, lambda: "the last part. There is a note[long]" in app.clipboard)
        await until_text(pilot, "Copied: Read the other essay, a page")
        app.copy_to_clipboard("mine")
        await pilot.click("#document", offset=(1, 0))
        assert app.clipboard == "mine"


# -- what a refresh changes


async def test_a_refresh_brings_a_changed_text_at_the_same_sentence(
    make_app: MakeApp, base: Path, prepared: Path
) -> None:
    essays = base / "essays"
    shutil.copytree(prepared / "essays", essays)
    sources = base / "home" / "sources.toml"
    sources.write_text(sources.read_text("utf-8").replace(str(prepared), str(base)), "utf-8")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("]", "]", "j", "j", "j")
        before = top_line(app)
        text = (essays / "norms.md").read_text("utf-8")
        more = "\n\n".join(f"Inserted {number} by its author." for number in range(30))
        (essays / "norms.md").write_text(text.replace("We take", f"{more}\n\nWe now take"), "utf-8")
        opened = app.reader.document
        refresh(base / "home", "--force")
        await until(pilot, lambda: app.reader.document is not opened)
        await until(pilot, at_top(app, before))
        await pilot.press("g")
        await until_text(pilot, "Inserted 3 by its author.")
        # a window's own marks change nothing of the text: what is folded out, found, listed stays
        opened = app.reader.document
        await pilot.press("s")
        await until_text(pilot, "Starred")
        assert app.reader.document is opened


# -- keys that are named


async def test_the_last_line_names_the_keys_of_what_has_them(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)

        def named() -> str:
            return screen_text(app).split("\n")[-1]

        assert "heading" in named()
        await follow(pilot, app, "[2]")
        await until(pilot, lambda: "↵ close" in named())
        assert "heading" not in named()
        await pilot.press("escape")
        assert "heading" in named()
        for key, word in (("slash", "matches"), ("t", "choose"), ("f", "cancel")):
            await pilot.press(key)
            await until(pilot, lambda word=word: word in named())  # type: ignore[misc]
            assert "heading" not in named()
            await pilot.press("escape")
            await until(pilot, lambda: "heading" in named())


# -- after the window was killed


async def test_a_window_that_is_killed_opens_the_same_text_again(make_app: MakeApp, base: Path) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        await pilot.press("greater_than_sign")
        opened = app.reader.entry_id

        def kept() -> dict[str, object]:
            with closing(db.connect_reader(find(str(base / "home")).library)) as conn:
                return marks.state(conn, STATE) or {}

        await until(pilot, lambda: kept().get("opened") == opened and kept().get("column") == 80)
        again = make_app()
        async with again.run_test(size=(120, 40)) as second:
            await until(second, lambda: again.furnished and again.reader.entry_id == opened)
            assert again.reading
            assert again.reader.view.column == 80


# -- notes


async def test_a_note_is_shown_in_place_and_closed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        before = top_line(app)
        await follow(pilot, app, "[long]")
        await until_text(pilot, "Sentence 1 of the note.")
        assert top_line(app) == before
        assert "Sentence 118 of the note." not in screen_text(app)
        await pilot.press("end")
        await until_text(pilot, "Sentence 118 of the note.")
        await pilot.press("enter")
        assert "Sentence 118" not in screen_text(app)
        assert app.reader.view.has_focus
        await follow(pilot, app, "[2]")
        await until_text(pilot, "See the site with")
        await pilot.press("escape")
        assert app.reader.view.has_focus
        await follow(pilot, app, "[2]")
        await until_text(pilot, "See the site with")
        await pilot.press("slash")
        assert app.reader.find_bar.typing
        assert "See the site with" not in screen_text(app)


async def test_a_note_does_not_cover_its_mark(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 16)) as pilot:
        await open_norms(pilot, app)
        await follow(pilot, app, "[2]")
        await until_text(pilot, "See the site with")
        await until_text(pilot, "another[2]")
        opened = app.reader.entry_id
        await pilot.press("space", "space", "enter")
        assert app.reader.entry_id == opened
        assert app.reader.view.has_focus


async def test_from_a_note_to_the_notes_and_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        before = top_line(app)
        await follow(pilot, app, "[2]")
        await until_text(pilot, "See the site with")
        await pilot.press("G")
        await until(pilot, lambda: app.reader.view.has_focus and app.reader.view.progress == 1.0)
        assert "See the site with" in screen_text(app)
        await pilot.press("backspace")
        await until(pilot, at_top(app, before))


# -- progress


def test_minutes_are_left_until_the_end() -> None:
    assert [minutes_left(progress, 10) for progress in (0, 0.01, 0.5, 0.95, 0.999, 1)] == [10, 10, 5, 1, 1, 0]
    assert minutes_left(0.3, 0) == 0


async def test_progress_and_minutes_stand_below_the_text(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_norms(pilot, app)
        first = last_line(app)
        assert "━" not in first or "─" in first
        assert "min left" in first
        await pilot.press("space")
        await until(pilot, lambda: last_line(app).count("━") > first.count("━"))
        await pilot.press("G")
        await until(pilot, lambda: "─" not in last_line(app).split("│")[-1])
        assert "min left" not in last_line(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_key_paints_one_frame(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await open_norms(pilot, app)
        await pilot.press("space")
        # the place is kept and shown in the list, the preview has come: nothing is owed any more
        await until(pilot, lambda: app.reader._saving is None and not app.resting)
        await app.workers.wait_for_complete()
        await app.read_again()
        await pilot.pause(0.2)
        frames: list[object] = []
        display = app._display
        app._display = lambda screen, frame: (frames.append(frame), display(screen, frame))  # type: ignore[method-assign]
        await pilot.press("space")
        await pilot.pause()
        # Textual also calls this with nothing to paint
        await until(pilot, lambda: any(frame is not None for frame in frames))
        assert sum(frame is not None for frame in frames) == 1
