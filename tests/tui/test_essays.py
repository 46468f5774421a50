"""The essay room and the reader of two languages: keys pressed, what stands on the screen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.models.entries import Place
from techdash.paths import find
from techdash.store import db, entries, marks, pairs
from techdash.tui.app import TechdashApp
from tests.tui.conftest import MakeApp, refresh, screen_text, write_essay
from tests.tui.test_window import until, until_text

SIZE = (120, 40)
NORM_EN, NORM_ZH = "The Norm Is an Odometer", "范数是里程表"


@pytest.fixture
def library(base: Path) -> Path:
    return find(str(base / "home")).library


def rows(library: Path) -> dict[str, int]:
    """The essays by the first words of their titles, both of each pair."""
    with closing(db.connect_reader(library)) as conn:
        listed = entries.essays(conn, offset=0, limit=99)
    both = [one for row in listed for one in (row, row.other) if one is not None]
    return {one.title: one.id for one in both}


def id_of(library: Path, title: str) -> int:
    return next(id_ for name, id_ in rows(library).items() if name.startswith(title))


def keep_place(library: Path, title: str, progress: float, now: int, offset: int = 900) -> None:
    with closing(db.connect_writer(library)) as writer:
        marks.save_place(writer, id_of(library, title), Place(offset, "", progress), now)


async def to_essays(pilot: Pilot[int], text: str = "On paragraphs") -> None:
    await pilot.press("2")
    await until_text(pilot, text)


async def to_row(pilot: Pilot[int], app: TechdashApp, title: str) -> None:
    """Walk down the list to the row that is titled so."""
    await pilot.press("g")
    for _ in range(20):
        current = app.essays.current
        if current is not None and current.title.startswith(title):
            return
        await pilot.press("j")
    raise AssertionError(screen_text(app))


async def open_row(pilot: Pilot[int], app: TechdashApp, title: str) -> None:
    await to_row(pilot, app, title)
    await pilot.press("enter")
    await until(pilot, lambda: app.reading and app.reader.entry is not None)


def first_words(app: TechdashApp) -> str:
    """What the first line in view belongs to, in its own language."""
    here = app.reader._own()
    assert here is not None
    entry_id, place = here
    return f"{entry_id}:{place.offset}"


async def until_shown(pilot: Pilot[int], app: TechdashApp, text: str) -> None:
    """The status says in which language one reads."""
    await until(pilot, lambda: text in screen_text(app).splitlines()[-1])


# -- pairs in the list


async def test_a_pair_is_one_row_in_the_readers_language(make_app: MakeApp) -> None:
    for language, shown, other in (("en", NORM_EN, NORM_ZH), ("zh", NORM_ZH, NORM_EN)):
        app = make_app(language=language)
        async with app.run_test(size=SIZE) as pilot:
            await to_essays(pilot)
            text = screen_text(app)
            assert text.count(shown) == 1
            assert other not in text
            assert text.count("中 / EN") == 3
            assert app.essays.total == 5
            assert "5" in text.splitlines()[0]


async def test_marks_of_a_row_are_those_of_both_and_one_undo_takes_them_back(
    make_app: MakeApp, library: Path
) -> None:
    def marked() -> list[bool]:
        with closing(db.connect_reader(library)) as conn:
            found = [entries.row(conn, id_of(library, title)) for title in (NORM_EN, NORM_ZH)]
        return [row.marks.starred and row.marks.read for row in found if row]

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await to_row(pilot, app, NORM_EN)
        await pilot.press("s", "m")
        await until(pilot, lambda: marked() == [True, True])
        await until(pilot, lambda: app.essays.current.marks.read)
        await pilot.press("u")
        await until(pilot, lambda: marked() == [False, False])
        await until(pilot, lambda: not app.essays.current.marks.read)


async def test_b_in_the_list_walks_the_titles_and_stays_on_the_row(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await to_row(pilot, app, NORM_EN)
        cursor = app.essays.item_list.cursor
        await until_shown(pilot, app, "English · ")
        await pilot.press("B")
        await until_shown(pilot, app, "中文+English · ")
        assert NORM_EN in screen_text(app)
        await pilot.press("B")
        await until_shown(pilot, app, "中文 · ")
        await until_text(pilot, NORM_ZH)
        assert app.essays.item_list.cursor == cursor
        await pilot.press("enter")
        await until(pilot, lambda: app.reader.entry_id == id_of(library, NORM_ZH))


async def test_b_on_what_there_is_once_says_so(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("B")
        await until_text(pilot, "B changes the language of essays.")
        await to_essays(pilot)
        await to_row(pilot, app, "On paragraphs")
        await pilot.press("B")
        await until_text(pilot, "Only in English.")
        await open_row(pilot, app, "论段落")
        await pilot.press("B")
        await until_text(pilot, "Only in Chinese.")
        assert app.essays.choice.mode == "en"


# -- two languages in the reader


async def test_b_walks_the_languages_at_the_same_paragraph(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await open_row(pilot, app, NORM_EN)
        await until_shown(pilot, app, "English · ")
        for _ in range(4):
            await pilot.press("]")
        english = first_words(app)
        await pilot.press("B")
        await until_shown(pilot, app, "中文+English · ")
        assert first_words(app) == english
        text = screen_text(app)
        assert "▎" in text
        assert any("\u4e00" <= char <= "\u9fff" for char in text.split("▎", 1)[1])
        await pilot.press("B")
        await until_shown(pilot, app, "中文 · ")
        chinese = first_words(app)
        assert chinese.startswith(f"{id_of(library, NORM_ZH)}:")
        beside = app.reader._aligned
        assert beside is not None
        offset = int(english.split(":")[1])
        assert chinese.endswith(f":{beside.pair.across(0, offset)}")
        await pilot.press("B")
        await until_shown(pilot, app, "English · ")
        assert first_words(app) == english


async def test_the_outline_find_and_headings_work_with_both(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await open_row(pilot, app, NORM_EN)
        await pilot.press("B")
        await until_shown(pilot, app, "中文+English · ")
        await pilot.press("]", "]")
        assert first_words(app).startswith(f"{app.reader.entry_id}:")
        await pilot.press("/", *"权重")
        await until(pilot, lambda: app.reader.find_bar is not None and app.reader.find_bar.active)
        await until_text(pilot, "权重")


async def test_place_and_mode_come_back_after_a_restart(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await open_row(pilot, app, NORM_EN)
        await pilot.press("B")
        await until_shown(pilot, app, "中文+English · ")
        await pilot.press("]", "]", "]")
        # on to words of the second language
        for _ in range(30):
            if first_words(app).startswith(f"{id_of(library, NORM_ZH)}:"):
                break
            await pilot.press("j")
        stood_on = first_words(app)
        assert stood_on.startswith(f"{id_of(library, NORM_ZH)}:")
        await pilot.press("ctrl+q")
    again = make_app()
    async with again.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: again.reader.both is not None)
        await until_shown(pilot, again, "中文+English · ")
        assert first_words(again) == stood_on


async def test_an_essay_left_in_one_language_goes_on_in_the_other(make_app: MakeApp, library: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot)
        await open_row(pilot, app, NORM_EN)
        await pilot.press("]", "]", "]")
        offset = int(first_words(app).split(":")[1])
        await pilot.press("q")
        await until(pilot, lambda: place_of(library, NORM_EN) == offset)
        await to_row(pilot, app, "On paragraphs")
        await pilot.press("enter")
        await until(pilot, lambda: app.reader.entry_id == id_of(library, "On paragraphs"))
        await pilot.press("q")
        await to_row(pilot, app, NORM_EN)
        await pilot.press("B", "B")
        await until_text(pilot, NORM_ZH)
        await pilot.press("enter")
        await until(pilot, lambda: app.reader.entry_id == id_of(library, NORM_ZH))
        beside = app.reader._aligned
        assert beside is not None
        assert first_words(app).endswith(f":{beside.pair.across(0, offset)}")


def place_of(library: Path, title: str) -> int | None:
    with closing(db.connect_reader(library)) as conn:
        found = pairs.last_place(conn, id_of(library, title))
    return found[1].offset if found else None


# -- reading on


def lines_of(app: TechdashApp) -> list[str]:
    return [line.rstrip() for line in screen_text(app).splitlines()]


async def test_what_was_begun_stands_on_top_with_what_is_left(make_app: MakeApp, library: Path) -> None:
    keep_place(library, "On paragraphs", 0.4, 100)
    keep_place(library, NORM_ZH, 0.25, 200)
    keep_place(library, "论段落", 0.99, 300)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, "CONTINUE READING")
        text = screen_text(app)
        assert "ALL ESSAYS  5" in text
        top = text[text.index("CONTINUE READING") : text.index("ALL ESSAYS")]
        assert top.index(NORM_EN) < top.index("On paragraphs")
        assert "论段落" not in top
        assert "25 %" in top
        assert "━━──────" in top
        assert "min left" in top
        await until(pilot, lambda: screen_text(app).count(NORM_EN) >= 2)
        await until_shown(pilot, app, "1 of 2")
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.reader.entry_id == id_of(library, "On paragraphs"))
        await until(pilot, lambda: app.reader.view.place.offset == 900 or app.reader.view.here > 0)


async def test_reading_to_the_end_marks_an_essay_read_and_takes_it_off(
    make_app: MakeApp, library: Path
) -> None:
    keep_place(library, "On paragraphs", 0.4, 100)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, "CONTINUE READING")
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        assert not is_read(library, "On paragraphs")
        assert "CONTINUE READING" in screen_text(app)
        await pilot.press("G")
        await until(pilot, lambda: is_read(library, "On paragraphs"))
        await until(pilot, lambda: "CONTINUE READING" not in screen_text(app))
        # the list stays on what is read: the way back, and the next item, are seen from there
        assert app.essays.current.title == "On paragraphs"


async def test_marking_read_takes_it_off_and_undo_brings_it_back(make_app: MakeApp, library: Path) -> None:
    keep_place(library, "On paragraphs", 0.4, 100)
    keep_place(library, NORM_EN, 0.5, 50)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, "CONTINUE READING")
        await pilot.press("m")
        await until(pilot, lambda: len(app.essays._rows.begun) == 1)
        assert app.essays.current.title.startswith(NORM_EN)
        await pilot.press("u")
        await until(pilot, lambda: len(app.essays._rows.begun) == 2)
        # the cursor stays on its row, one further down now
        assert app.essays.current.title.startswith(NORM_EN)
        assert app.essays.item_list.cursor == 1


async def test_a_refresh_leaves_the_cursor_on_its_row(
    make_app: MakeApp, sources: Path, library: Path
) -> None:
    for day in range(1, 13):
        write_essay(sources / "essays", f"2025-06-{day:02}", f"Essay {day}")
    refresh(sources / "home", "--force")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_essays(pilot)
        await to_row(pilot, app, "On paragraphs")
        at = app.essays.item_list.cursor_row_on_screen
        keep_place(library, NORM_EN, 0.5, 50)
        write_essay(sources / "essays", "2026-06-06", "Newer than all")
        refresh(sources / "home", "--force")
        await until(pilot, lambda: len(app.essays._rows.begun) == 1 and app.essays.total == 18)
        assert app.essays.current.title == "On paragraphs"
        assert app.essays.item_list.cursor == 3
        assert app.essays.item_list.cursor_row_on_screen == at
        await pilot.press("g")
        assert app.essays.current.title.startswith(NORM_EN)
        await until_text(pilot, "CONTINUE READING")


async def test_n_meets_what_is_to_be_read_on_once(make_app: MakeApp, library: Path) -> None:
    keep_place(library, NORM_EN, 0.5, 50)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_essays(pilot, "CONTINUE READING")
        seen = [app.essays.current.title]
        for _ in range(4):
            await pilot.press("n")
            seen.append(app.essays.current.title)
        assert len(set(seen)) == 5
        await pilot.press("n")
        await until_text(pilot, "Nothing unread in this list.")


def is_read(library: Path, title: str) -> bool:
    with closing(db.connect_reader(library)) as conn:
        row = entries.row(conn, id_of(library, title))
    return row is not None and row.marks.read
