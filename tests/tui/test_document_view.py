"""The reader's text, its keys pressed and its mouse moved, in a small window of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset, Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from techdash import assets
from techdash.document.layout import Setting
from techdash.document.lines import Line, Span
from techdash.document.tree import CodeBlock, Details, Document, Figure
from techdash.document.tree import Document as Tree
from techdash.models.entries import Place
from techdash.text.cells import width
from techdash.text.clean import UncleanTextError
from techdash.tui import themes
from techdash.tui.desk import Desk
from techdash.tui.keyboard import Keyboard
from techdash.tui.messages import Follow
from techdash.tui.widgets.document_view import DocumentView
from techdash.tui.words import Words

PATIENCE = 20.0
WIDE = "def call(first, second): return [" + ", ".join(f"number_{n}" for n in range(12)) + "]  # 末"
TEXT = """\
# 第一章 Opening

The first paragraph has a [link](https://one.example/a) and $E = mc^2$ in it, and another
[link of several words that is broken over two lines](https://two.example/b) before it ends[^1].

```python
{wide}
short = 1
```

$$
\\frac{{a}}{{b}}
$$

<details><summary>More of it</summary>

What was hidden, with a [third](https://three.example/c).

</details>

> - quoted 中文 in a list, which is long enough to go on in the next line of it, twice over
> - and more

## Middle

{body}

[^1]: The note.
"""


def body(count: int) -> str:
    return "\n\n".join(
        f"Sentence {n} of the text stands here 和中文 together, so that it needs two lines at least. It ends."
        for n in range(count)
    )


def essay(count: int = 60) -> Document:
    from techdash.document.markdown import parse

    return parse(TEXT.format(wide=WIDE, body=body(count)))


class Window(App[None]):
    """Nothing but a text."""

    CSS_PATH = [assets.folder("styles") / name for name in ("base.tcss", "widgets.tcss")]  # noqa: RUF012

    def __init__(self, document: Document, place: Place | None = None, column: int = 60) -> None:
        super().__init__()
        for theme in themes.OURS:
            self.register_theme(theme)
        self.theme = themes.DARK.name
        self._shown = document, place
        self._column = column
        self.words = Words("en")
        self.keyboard = Keyboard(self, {})  # type: ignore[arg-type]
        self.told: list[Message] = []

    def get_default_screen(self) -> Screen[Any]:
        return Desk(id="_default")

    def get_css_variables(self) -> dict[str, str]:
        return themes.complete(super().get_css_variables())

    def compose(self) -> ComposeResult:
        yield DocumentView(self._column, 1)

    def on_mount(self) -> None:
        document, place = self._shown
        self.view.focus()
        self.view.show(lambda _: [Line((Span("The title", "heading1"),), 0)], document, place)

    @property
    def view(self) -> DocumentView:
        return self.query_one(DocumentView)

    def report(self, what: str, error: BaseException) -> None:
        raise AssertionError(what) from error

    def on_follow(self, message: Follow) -> None:
        self.told.append(message)

    def on_document_view_footnote_asked(self, message: DocumentView.FootnoteAsked) -> None:
        self.told.append(message)

    def on_document_view_figures_in_view(self, message: DocumentView.FiguresInView) -> None:
        self.told.append(message)

    def rows(self) -> list[str]:
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]

    def row_of(self, text: str) -> int:
        return next(y for y, row in enumerate(self.rows()) if text in row)


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Let the window work until something holds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not holds():
        if loop.time() > end:
            raise AssertionError("never so; the screen:\n" + "\n".join(pilot.app.rows()))  # type: ignore[attr-defined]
        await pilot.pause()


# -- places


def sentence_on_top(app: Window) -> str:
    """What the first lines say, as the text has it."""
    return "".join("".join(app.rows()[:4]).split()).replace(" ", "")


async def test_a_sentence_stays_through_sizes_columns_and_themes() -> None:
    document = essay()
    offset = document.starts[30]
    app = Window(document)
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.go_to(offset)
        await pilot.pause()
        words = sentence_on_top(app)[:30]
        assert words.startswith("Sentence")
        for size in ((50, 12), (120, 40), (33, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert words in sentence_on_top(app), size
        for column in (30, 90, 60):
            app.view.set_column(column)
            await pilot.pause()
            assert words in sentence_on_top(app), column
        app.theme = themes.LIGHT.name
        await pilot.pause()
        assert words in sentence_on_top(app)
        assert app.view.here == offset


async def test_a_line_down_and_up_in_between_never_drifts() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.go_to(app.view.document.starts[30])
        await pilot.press("j")
        here = app.view.here
        for size in ((44, 20), (71, 24), (38, 12), (100, 30)) * 2:
            await pilot.resize_terminal(*size)
            await pilot.press("j", "j", "k", "k")
            assert app.view.here == here, size


async def test_an_edit_above_moves_the_text_not_the_reader() -> None:
    from techdash.document.markdown import parse

    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.go_to(app.view.document.starts[40])
        await pilot.press("j", "k")
        place, words = app.view.place, sentence_on_top(app)[:40]
    edited = parse(TEXT.format(wide=WIDE, body="Added before it. " * 90 + "\n\n" + body(60)))
    again = Window(edited, place)
    async with again.run_test(size=(57, 20)) as pilot:
        await until(pilot, lambda: words in sentence_on_top(again))
        assert again.view.here == edited.starts[41]


async def test_the_end_is_whole_and_the_way_back_is_the_same() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(app.view.setting.tokens))
        top = app.rows()
        await pilot.press("G")
        assert "The note." in "".join(app.rows()[-3:])
        assert app.view.progress == 1.0
        await pilot.press("g")
        assert app.rows() == top


async def test_near_the_end_the_lines_above_are_there_too() -> None:
    app = Window(essay(400))
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.go_to(app.view.document.starts[-2])
        assert sum(row.strip().startswith("Sentence") for row in app.rows()) > 5
        await pilot.press("k")
        assert sum(row.strip().startswith("Sentence") for row in app.rows()) > 5


async def test_the_scroll_bar_leads_to_text_that_is_laid_out_and_kept() -> None:
    app = Window(essay(400))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.view.show_vertical_scrollbar)
        app.view.scroll_to(y=app.view.max_scroll_y // 2, animate=False)
        await until(pilot, lambda: any(row.strip().startswith("Sentence") for row in app.rows()))
        words, here = sentence_on_top(app)[:20], app.view.here
        assert here > 0
        await pilot.resize_terminal(61, 24)
        await pilot.pause()
        assert app.view.here == here
        assert words[:10] in sentence_on_top(app)


async def test_the_scroll_bar_looks_as_textuals_and_is_dragged() -> None:
    app = Window(essay(400))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.view.show_vertical_scrollbar)
        bar = app.view.vertical_scrollbar
        whole = Region(0, 0, *bar.size)
        await pilot.press("pagedown")
        for _ in range(2):
            ours, textuals = bar.render_lines(whole), ScrollBar.render_lines(bar, whole)
            assert [strip.text for strip in ours] == [strip.text for strip in textuals]
            assert [_colours(strip) for strip in ours] == [_colours(strip) for strip in textuals]
            app.theme = themes.LIGHT.name
            await pilot.pause()
        await pilot.mouse_down(bar, offset=(0, 0))
        await pilot.hover(bar, offset=(0, 12))
        await pilot.mouse_up(bar, offset=(0, 12))
        await until(pilot, lambda: 0.3 < app.view.scroll_y / app.view.max_scroll_y < 0.7)
        await pilot.click(bar, offset=(0, 23))
        await until(pilot, lambda: any(row.strip().startswith("Sentence") for row in app.rows()))


def _colours(strip: Strip) -> list[object]:
    """What is seen: a space shows its paper alone, or its ink where the two are exchanged."""
    styles = [(part.text, part.style) for part in strip if part.style is not None]
    return [(style.bgcolor, style.color if text.strip() or style.reverse else None) for text, style in styles]


# -- sideways


async def test_wide_code_moves_sideways_alone_between_its_marks() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        y = app.row_of("def call")
        left = (app.view.cells - 60) // 2
        assert app.rows()[y].endswith("›")
        assert app.view.render_line(y).text[left + 60] == "›"
        others = [row for number, row in enumerate(app.rows()) if abs(number - y) > 1]
        await pilot.press("shift+right", "right_curly_bracket")
        moved = app.view.render_line(y).text
        assert moved[left - 1] == "‹"
        assert moved[left : left + 20] == (" " + WIDE)[16:36]
        assert [row for number, row in enumerate(app.rows()) if abs(number - y) > 1] == others
        await pilot.press(*["shift+right"] * 16)
        end = app.rows()[y]
        assert "末" in end
        assert not end.endswith("›")
        await pilot.press(*["shift+left"] * 16)
        assert app.rows()[y].strip().startswith("def call")


async def test_the_wheel_with_shift_moves_sideways_and_without_it_down() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        y = app.row_of("def call")

        def wheel(shift: bool) -> events.MouseScrollDown:
            return events.MouseScrollDown(app.view, 30, y, 0, 1, 0, shift, False, False)

        app.view.post_message(wheel(True))
        await pilot.pause()
        assert "def call" not in app.rows()[y]
        assert int(app.view.scroll_offset.y) == 0
        app.view.post_message(wheel(False))
        await pilot.pause()
        assert int(app.view.scroll_offset.y) == 3


@pytest.mark.parametrize("shift", [0, 3, 8, 40, 400])
async def test_nothing_is_drawn_outside_the_pane(shift: int) -> None:
    app = Window(essay())
    async with app.run_test(size=(64, 24)) as pilot:
        app.view._shifts[next(iter(_code(app.view.document))).start] = shift
        await pilot.pause()
        for y in range(app.view.size.height):
            strip = app.view.render_line(y)
            assert width(strip.text) == app.view.cells


def _code(document: Tree) -> Iterator[CodeBlock]:
    return (block for block in document.blocks() if isinstance(block, CodeBlock))


# -- code


async def test_code_is_plain_first_and_coloured_from_aside() -> None:
    app = Window(essay())
    jobs: list[Callable[[], Any]] = []
    go = asyncio.Event()

    async def aside(job: Callable[[], Any]) -> Any:
        jobs.append(job)
        await go.wait()
        return job()

    async with app.run_test(size=(80, 24)) as pilot:
        app.view._aside = aside
        y = app.row_of("def call")
        await until(pilot, lambda: bool(jobs))
        before = [segment.style for segment in app.view.render_line(y) if "def" in segment.text]
        rows = app.rows()
        go.set()
        start = next(_code(app.view.document)).start
        await until(pilot, lambda: start in app.view.setting.tokens)
        after = [segment.style for segment in app.view.render_line(y) if segment.text.strip() == "def"]
        assert after
        assert before[0] != after[0]
        assert app.rows() == rows


# -- links, notes, folds


async def test_links_are_chosen_with_keys_and_followed() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        seen = app.view.links_in_view()
        hrefs = [each.href for each in seen if each.href]
        assert hrefs == ["https://one.example/a", "https://two.example/b"]
        for each in (each for each in seen if not each.tex):
            text = app.view.render_line(each.y).text
            assert width(text[: text.index(each.text[:3])]) <= each.x
        await pilot.press("ctrl+n", "enter")
        await pilot.press("ctrl+b")
        await until(pilot, lambda: bool(app.told))
        assert app.told[0].href == "https://one.example/a"  # type: ignore[attr-defined]


async def test_a_fold_opens_by_enter_and_by_click_and_where_it_hides_something() -> None:
    app = Window(essay())
    fold = next(block for block in app._shown[0].blocks() if isinstance(block, Details))
    async with app.run_test(size=(80, 40)) as pilot:
        assert not any("What was hidden" in row for row in app.rows())
        while app.view._selected is None or app.view._selected[1].fold is None:
            await pilot.press("ctrl+n")
        await pilot.press("enter")
        assert "What was hidden" in app.rows()[app.row_of("More of it") + 1]
        await pilot.click(DocumentView, offset=(14, app.row_of("More of it")))
        assert not any("What was hidden" in row for row in app.rows())
        app.view.go_to(fold.children[0].start + 3)
        await pilot.pause()
        assert any("What was hidden" in row for row in app.rows())


async def test_the_mark_of_a_note_asks_for_it() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        mark = next(each for each in app.view.links_in_view() if each.text == "[1]")
        await pilot.click(DocumentView, offset=(mark.x, mark.y))
        await until(pilot, lambda: bool(app.told))
        assert [message.label for message in app.told] == ["1"]  # type: ignore[attr-defined]


# -- what is in view


async def test_formulas_code_and_blocks_in_view_are_told() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 40)) as pilot:
        assert app.view.formulas_in_view() == ["E = mc^2", "\\frac{a}{b}"]
        code = app.view.code_in_view()
        assert code is not None
        assert code.text.startswith(WIDE)
        assert app.view.block_at(code.start) == code
        await pilot.press("G")
        assert app.view.formulas_in_view() == []
        assert app.view.code_in_view() is None


async def test_matches_are_laid_over_the_text_even_over_a_line_end() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        text = "and another link of several words"

        def matcher(whole: str) -> list[tuple[int, int]]:
            at = whole.find(text)
            return [(at, at + len(text))] if at >= 0 else []

        def marked() -> str:
            match = app.view.role("match")
            return " ".join(
                segment.text
                for y in range(app.view.size.height)
                for segment in app.view.render_line(y)
                if segment.style
                and (segment.style.bgcolor, segment.style.reverse) == (match.bgcolor, match.reverse)
            )

        assert text not in marked()
        app.view.set_matcher(matcher, None)
        await pilot.pause()
        assert " ".join(marked().split()) == text
        app.view.set_matcher(None, None)
        assert marked() == ""


async def test_hints_stand_over_what_they_lead_to() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        first = app.view.links_in_view()[0]
        before = app.view.render_line(first.y).text
        app.view.set_hints({first.key: "ab"})
        await pilot.pause()
        row = app.view.render_line(first.y).text
        assert row == before[: first.x] + "ab" + before[first.x + 2 :]
        app.view.set_hints({})
        assert app.view.render_line(first.y).text[first.x : first.x + 2] == first.text[:2]


async def test_no_picture_writes_more_than_cells() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)):
        app.view._pictures["a.png"] = [[("\x1b[2J", "", "")]]
        with pytest.raises(UncleanTextError):
            app.view._picture(Line((), 0, "", 0, 0, ("a.png", 0)))


# -- mouse and copy


async def drag(pilot: Pilot[Any], begin: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(DocumentView, offset=begin)
    await pilot.hover(DocumentView, offset=end)
    await pilot.mouse_up(DocumentView, offset=end)
    # what the driver makes of a button pressed and released over one widget
    pilot.app.query_one(DocumentView).post_message(
        events.Click(pilot.app.query_one(DocumentView), *end, 0, 0, 1, False, False, False)
    )
    await pilot.pause()


async def test_dragging_selects_the_source_text_of_whole_sentences() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 40)) as pilot:
        left = (app.view.cells - 60) // 2
        await pilot.press("]", "]")
        y = app.row_of("Sentence 0 ")
        await drag(pilot, (0, y), (left + 59, y + 3))
        await pilot.press("ctrl+c")
        lines = app.clipboard.splitlines()
        sentence = body(1)
        assert lines[0] == sentence
        assert lines[1] == ""
        assert "和中文 together" in app.rows()[y] + app.rows()[y + 1] or "和中文" in lines[0]


async def test_bullets_bars_and_margins_are_not_copied() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 40)) as pilot:
        y = app.row_of("quoted")
        assert "▎" in app.rows()[y]
        await drag(pilot, (0, y), (78, app.row_of("and more")))
        await pilot.press("ctrl+c")
        assert app.clipboard.strip() == (
            "quoted 中文 in a list, which is long enough to go on in the next line of it, twice over"
            "\nand more"
        )


async def test_a_part_of_a_line_is_selected_by_cells() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        y = app.row_of("第一章")
        x = app.view.render_line(y).text.index("第")
        await drag(pilot, (x + 2, y), (x + 4, y))
        assert app.screen.get_selected_text() == "一章"
        selected = [
            segment.text
            for segment in app.view.render_line(y)
            if segment.style and segment.style.bgcolor == app.view.role("selected").bgcolor
        ]
        assert selected == ["一章"]


async def test_a_click_follows_and_a_drag_over_a_link_does_not() -> None:
    app = Window(essay())
    async with app.run_test(size=(80, 24)) as pilot:
        first = app.view.links_in_view()[0]
        await drag(pilot, (first.x, first.y), (first.x + 3, first.y))
        assert app.told == []
        assert app.screen.get_selected_text() == "link"
        await pilot.click(DocumentView, offset=Offset(first.x, first.y))
        await until(pilot, lambda: bool(app.told))
        assert app.screen.get_selected_text() is None


# -- pictures


async def test_a_picture_stands_in_its_lines_and_no_wider_than_the_column() -> None:
    figure = Figure(0, "https://pictures.example/a.png", "A view")
    app = Window(Document([0], [80], lambda _: (figure,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(app.told))
        assert app.told[0].figures == [figure]  # type: ignore[attr-defined]
        app.view.set_picture(figure.src, [[("▀" * 20, "#ff0000", "#0000ff")], [("▀" * 90, "#00ff00", "")]])
        await pilot.pause()
        found = [y for y, row in enumerate(app.rows()) if "▀" in row]
        assert len(found) == 2
        for y in found:
            assert width(app.view.render_line(y).text) == app.view.cells
            assert len(app.rows()[y].strip()) <= 60
        strip = app.view.render_line(found[0])
        inks = [part.style.color for part in strip if part.style and "▀" in part.text]
        assert [ink.name for ink in inks if ink] == ["#ff0000"]


# -- large parts


async def test_a_part_too_large_for_a_turn_is_waited_for_quietly_and_reached() -> None:
    code = CodeBlock(10, "\n".join(f"line {number} of the code" for number in range(40_000)), "")
    go = asyncio.Event()

    async def aside(job: Callable[[], Any]) -> Any:
        await go.wait()
        return job()

    app = Window(Document([10], [len(code.text)], lambda _: (code,)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.view._aside = aside
        app.view.set_setting(Setting(sideways=True))
        app.view.go_to(10 + code.text.index("line 30000 of"))
        await pilot.pause()
        assert any(row.strip() == "…" for row in app.rows())
        assert not any("line" in row for row in app.rows())
        go.set()
        await until(pilot, lambda: any("line 30000 of" in row for row in app.rows()[:2]))
        await pilot.press("G")
        assert any("line 39999 of" in row for row in app.rows())
        known = sum(app.view._pages.known(index) for index in range(len(app.view._pages)))
        assert known < len(app.view._pages) / 4
