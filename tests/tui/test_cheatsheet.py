"""The cheat-sheet room as a user meets it: typed in, copied from, starred, noted."""

from __future__ import annotations

import shutil
import webbrowser
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.events import Key, Paste
from textual.pilot import Pilot

from techdash.tui.app import TechdashApp
from tests.homes import write_sources
from tests.tui.conftest import MakeApp, refresh, screen_text
from tests.tui.test_window import until, until_text

SHEET = """---
title: Commands
title_zh: 命令
sheet: Tool
kind: cheatsheet
language: en
---

## Sessions / 会话

| Syntax | Name | Meaning | 中文 | Example | Since | Notes | 备注 | Also | Removed | Source |
|---|---|---|---|---|---|---|---|---|---|---|
| `/clear [name]` | | Starts over with nothing | 从头开始 | | | | | reset, 重来 | | [Doc](https://docs.example/clear) |
| `/rewind` | | Goes back to an earlier point | 回到之前，撤销改动 | `/rewind 3` | v2.1.9 | Files come back too | 文件一并恢复 | undo | | [Doc](https://docs.example/rewind) |
| `/old` | | Did it the old way | 旧办法 | | | Use /rewind | 改用 /rewind | | v2.1.7 | [Doc](https://docs.example/old) |
| `/cost` | | Says what it cost | 显示花费 | | | | | | | [Doc](https://docs.example/cost) |

## Servers / 服务器

| Syntax | Meaning | 中文 | Also | Source |
|---|---|---|---|---|
| `tool add <name> [-s user\\|project] -- <command>` | Adds a server | 添加服务器 | | [Doc](https://docs.example/add) |
| `tool list` | Lists the servers | 列出服务器 | | [Doc](https://docs.example/list) |
| `--skip-asking` | Never asks before it acts | 动手前不再询问 | yolo | [Doc](https://docs.example/skip) |

## Habits / 习惯

| Syntax | Name | 中文名 | Meaning | 中文 | Example | Source |
|---|---|---|---|---|---|---|
| | Be specific | 说具体 | Names files up front | 一开始就写明文件 | `look at @a.py` | [Doc](https://docs.example/habits) |
| | Correct early | 及早纠正 | Stops at once | 立刻打断 | | [Doc](https://docs.example/habits) |
"""  # noqa: E501

PAGE = """---
title: {title}
title_zh: {title_zh}
sheet: Tool
section: Workflows / 工作流
kind: cheatsheet
page: true
summary: In steps
summary_zh: 一步一步来
language: {language}
translation_key: {key}
---

# {title}

{body}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one small sheet and two pages, read by the real refresh."""
    base = tmp_path_factory.mktemp("sheets")
    sheets = base / "sheets"
    sheets.mkdir()
    (sheets / "1-commands.md").write_text(SHEET, "utf-8")
    for key, title in (("2-explore", "Explore first"), ("3-test", "Test first")):
        for language, shown in (("en", title), ("zh", f"流程 {title}")):
            step = "Step {} of it." if language == "en" else "第 {} 步。"
            body = "\n\n".join(step.format(number) for number in range(1, 60))
            text = PAGE.format(title=shown, title_zh=f"流程 {title}", language=language, key=key, body=body)
            (sheets / f"{key}.{language}.md").write_text(text, "utf-8")
    home = base / "home"
    row = {"id": "tool", "name": "Tool", "url": str(sheets), "kind": "cheatsheet"}
    write_sources(home, row, starter=False)
    found = refresh(home)
    assert found.returncode == 0, found.stderr
    return base


async def enter(pilot: Pilot[int], app: TechdashApp) -> None:
    """Into the room, its cards there."""
    await until(pilot, lambda: bool(app.cheatsheet.cards))
    await pilot.press("3")


async def narrow(pilot: Pilot[int], app: TechdashApp, query: str) -> None:
    """In the room, with something typed, the keys on the list."""
    await enter(pilot, app)
    await pilot.press(*query, "tab")


def listed(app: TechdashApp) -> list[str]:
    return [each.card.syntax or each.card.item for each in app.cheatsheet.item_list.rows.found]  # type: ignore[attr-defined]


def found_in(app: TechdashApp, text: str) -> list[str]:
    """What is underlined as found in the line of the list that has ``text``."""
    view = app.cheatsheet.item_list
    for y in range(view.size.height):
        strip = view.render_line(y)
        if text in strip.text:
            return [each.text for each in strip if each.style is not None and each.style.underline]
    raise AssertionError(f"no {text!r} in the list:\n{screen_text(app)}")


# -- finding


async def test_typing_narrows_best_first_and_underlines_what_matched(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        whole = listed(app)
        await pilot.press(*"rew")
        assert listed(app)[0] == "/rewind"
        assert len(listed(app)) < len(whole)
        assert found_in(app, "/rewind") == ["rew"]
        assert "SESSIONS" not in screen_text(app)
        await pilot.press("escape")
        assert listed(app) == whole
        assert app.cheatsheet.current.syntax == "/rewind"
        assert found_in(app, "/rewind") == []


async def test_it_is_found_by_the_other_language_and_by_other_names(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"撤销")
        assert listed(app) == ["/rewind"]
        assert found_in(app, "回到之前，撤销改动") == ["撤销"]
        await pilot.press("escape", *"yolo")
        assert found_in(app, "yolo · Never asks") == ["yolo"]
        assert "also  yolo" in screen_text(app)


async def test_sections_are_walked(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "")
        await pilot.press("]")
        assert app.cheatsheet.current.section == "Servers"
        await pilot.press("j", "[")
        assert app.cheatsheet.current.syntax.startswith("tool add")
        await pilot.press("[")
        assert app.cheatsheet.current.syntax == "/clear [name]"


async def test_q_leads_from_what_was_narrowed_to_the_whole_sheet(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "list")
        assert listed(app)[0] == "tool list"
        await pilot.press("q")
        assert "/clear [name]" in listed(app)
        assert app.cheatsheet.current.syntax == "tool list"


# -- using


async def test_enter_copies_what_has_no_placeholders_at_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"rewind", "enter")
        assert app.clipboard == "/rewind"
        await until_text(pilot, "Copied: /rewind")
        await pilot.press("escape", *"list", "tab", "enter")
        assert app.clipboard == "tool list"


async def test_placeholders_are_filled_in_one_after_the_other(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"tool add", "enter", *"docs")
        assert "tool add docs [-s user|project] -- <command>" in screen_text(app)
        await pilot.press("tab", "tab", *"npx", "space", *"x")
        await pilot.press("shift+tab", "down")
        assert "tool add docs -s user -- npx x" in screen_text(app)
        await pilot.press("enter")
        assert app.clipboard == "tool add docs -s user -- npx x"
        assert app.focused is app.cheatsheet.finder


async def test_what_is_left_of_optional_parts_is_left_out(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"tool add", "enter", *"docs", "enter")
        assert app.clipboard == "tool add docs -- <command>"


async def test_esc_leaves_the_line_and_copies_nothing(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "clear")
        await pilot.press("enter", *"abc", "escape")
        assert app.clipboard == ""
        assert app.focused is app.cheatsheet.item_list
        assert app.cheatsheet.finder.value == "clear"


async def test_y_copies_the_example_and_says_where_there_is_none(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"rewind", "ctrl+y")
        assert app.clipboard == "/rewind 3"
        await pilot.press("escape", *"cost", "tab", "y")
        await until_text(pilot, "There is no example here.")
        assert app.clipboard == "/rewind 3"


async def test_where_there_is_nothing_to_type_enter_copies_the_example(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "be specific")
        await pilot.press("enter")
        assert app.clipboard == "look at @a.py"
        await pilot.press("/", *"及早纠正", "tab", "enter")
        await until_text(pilot, "There is nothing to copy here.")
        await pilot.press("y")
        assert app.clipboard == "look at @a.py"
        await pilot.press("B")
        await until_text(pilot, "立刻打断")
        assert "Correct early" not in screen_text(app)


async def test_o_opens_the_source(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "cost")
        await pilot.press("o")
        await until(pilot, lambda: opened == ["https://docs.example/cost"])


async def test_what_was_removed_says_so_and_what_replaced_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"/old")
        text = screen_text(app)
        assert "removed · Did it the old way" in text
        assert "Removed in v2.1.7" in text
        assert "Use /rewind" in text
        first = app.cheatsheet.item_list.render_line(0)
        assert any(each.text.strip() == "/old" and each.style.strike for each in first)


def at_once(app: TechdashApp, *keys: str) -> None:
    """Keys that come faster than any of them is answered."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_what_is_typed_after_enter_finds_the_line_however_fast(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"clear")
        at_once(app, "enter", "x", "y", "enter")
        await until(pilot, lambda: app.clipboard == "/clear xy")
        await pilot.press("tab")
        at_once(app, "e", "q", "3", "escape")
        await until_text(pilot, "Note kept.")
        assert "q3" in screen_text(app)


async def test_enter_copies_what_was_typed_however_fast(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        at_once(app, *"rew", "enter")
        await until(pilot, lambda: app.clipboard == "/rewind")


async def test_the_best_match_stays_on_top_when_cards_come_in(
    make_app: MakeApp, prepared: Path, base: Path
) -> None:
    sheets = base / "sheets"
    shutil.copytree(prepared / "sheets", sheets)
    file = base / "home" / "sources.toml"
    file.write_text(file.read_text("utf-8").replace(str(prepared), str(base)), "utf-8")
    assert refresh(base / "home", "--force").returncode == 0
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"rew")
        assert listed(app)[0] == "/rewind"
        sheet = sheets / "1-commands.md"
        sheet.write_text(sheet.read_text("utf-8").replace("| `/old` |", "| `/rew` |"), "utf-8")
        assert refresh(base / "home", "--force").returncode == 0
        await until(pilot, lambda: "/rew" in listed(app))
        assert listed(app)[:2] == ["/rew", "/rewind"]
        assert app.cheatsheet.current.syntax == "/rew"


async def test_control_keys_hold_while_typing(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, app)
        await pilot.press(*"rew", "ctrl+s")
        await until_text(pilot, "Starred. u undoes.")
        await pilot.press("ctrl+l", "ctrl+t", "i")
        assert app.cheatsheet.kept == {"view": "texts", "language": "zh"}
        assert app.cheatsheet.finder.value == "rewi"
        assert "★" in screen_text(app)


# -- own


async def test_a_star_leads_to_the_top_and_undo_takes_it_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await narrow(pilot, app, "")
        await pilot.press("G", *"kkkkk")
        row = app.cheatsheet.item_list.cursor_row_on_screen
        before = listed(app)
        await pilot.press("s")
        await until(pilot, lambda: listed(app) == ["tool list", *before])
        assert app.cheatsheet.current.syntax == "tool list"
        assert app.cheatsheet.item_list.cursor_row_on_screen == row
        await until_text(pilot, f"6 of {len(before)}")
        await pilot.press("g")
        assert "STARRED" in screen_text(app)
        await pilot.press("u")
        await until(pilot, lambda: listed(app) == before)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: listed(app)[0] == "tool list")
        await app.action_quit()
    again = make_app()
    async with again.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(again.cheatsheet.cards) and listed(again)[0] == "tool list")


@pytest.mark.parametrize("leave", ["ctrl+s", "escape"])
async def test_a_note_is_typed_in_lines_and_kept(make_app: MakeApp, leave: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await narrow(pilot, app, "rewind")
        await pilot.press("e", *"q3se", "enter", *"你好", leave)
        await until_text(pilot, "Note kept. u undoes.")
        assert app.focused is app.cheatsheet.item_list
        assert app.cheatsheet.current.syntax == "/rewind"
        lines = [line.strip() for line in screen_text(app).split("\n")]
        assert "q3se" in lines
        assert "你好" in lines
        await pilot.press("e")
        assert "q3se" in screen_text(app)
        await pilot.press("escape", "/", *"q3se")
        assert listed(app) == ["/rewind"]
        await pilot.press("tab", "u")
        await until(pilot, lambda: listed(app) == [])


async def test_a_note_that_is_being_typed_is_kept_at_quitting(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await narrow(pilot, app, "cost")
        await pilot.press("e", *"dear", "ctrl+q")
    again = make_app()
    async with again.run_test(size=(80, 24)) as pilot:
        await narrow(pilot, again, "cost")
        await until_text(pilot, "dear")


async def test_the_language_and_the_view_are_kept(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "")
        await pilot.press("j")
        assert "SESSIONS" in screen_text(app)
        await pilot.press("B")
        assert "会话" in screen_text(app)
        assert "回到之前，撤销改动" in screen_text(app)
        assert "文件一并恢复" in screen_text(app)
        assert app.cheatsheet.current.syntax == "/rewind"
        assert not app.cheatsheet.item_list.rows.lines_of(1)[1] > 1
        await pilot.press("v")
        assert app.cheatsheet.current.syntax == "/rewind"
        assert app.cheatsheet.item_list.rows.lines_of(1)[1] > 3
        await app.action_quit()
    again = make_app()
    async with again.run_test(size=(120, 40)) as pilot:
        await enter(pilot, again)
        assert "会话" in screen_text(again)
        assert "/rewind 3" in screen_text(again)
        await pilot.press("escape", "B", "v")
        assert "SESSIONS" in screen_text(again)
        assert again.cheatsheet.kept == {"card": ["Tool", "/rewind", "/rewind"]}


async def test_the_palette_has_what_can_be_done_with_a_card(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await narrow(pilot, app, "cost")
        await pilot.press("ctrl+p", *"Star: to")
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count == 1)
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1 and "★" in screen_text(app))


# -- pages


@pytest.mark.parametrize("size", [(60, 20), (120, 40), (200, 60)])
async def test_a_page_opens_in_the_reader_and_q_leads_back(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await narrow(pilot, app, "")
        await pilot.press("G", "k", "enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        await until_text(pilot, "Step 1 of it.")
        await pilot.press("J")
        await until(pilot, lambda: app.reader.entry.row.title == "Test first")
        await pilot.press("K")
        await until(pilot, lambda: app.reader.entry.row.title == "Explore first")
        await pilot.press("q")
        assert not app.reading
        assert app.room == "cheatsheet"
        assert app.focused is app.cheatsheet.item_list
        assert app.cheatsheet.current.item == "Explore first"
        await pilot.press("B", "enter")
        await until(pilot, lambda: app.reading and "第 1 步。" in screen_text(app))


# -- sizes


@pytest.mark.parametrize(("size", "rows"), [((60, 20), 5), ((80, 24), 9), ((120, 40), 7), ((200, 60), 14)])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_list_and_card_are_useful_at_every_size(
    make_app: MakeApp, size: tuple[int, int], rows: int, language: str
) -> None:
    app = make_app(language=language)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, app)
        await pilot.press("down")
        await until_text(pilot, "v2.1.9")
        text = screen_text(app)
        assert "/rewind" in text
        assert ("Files come back too" if language == "en" else "文件一并恢复") in text
        assert app.cheatsheet.item_list.size.height >= rows
        await pilot.press("tab", "v")
        assert "v2.1.9" in screen_text(app)
        assert "/rewind 3" in screen_text(app)


async def test_a_card_is_shown_alone_where_there_is_little_room(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await narrow(pilot, app, "rewind")
        await pilot.press("e")
        app.post_message(Paste("\nx" * 17))
        await pilot.press("ctrl+s")
        await until_text(pilot, "more lines")
        assert "docs.example/rewind" not in screen_text(app)
        await pilot.press("right", "space", "space")
        assert "docs.example/rewind" in screen_text(app)
        await pilot.press("y")
        assert app.clipboard == "/rewind 3"
        await pilot.press("q")
        assert app.focused is app.cheatsheet.item_list
        assert app.cheatsheet.item_list.region.height
        await pilot.press("l", "/", *"list")
        assert listed(app)[0] == "tool list"
        assert app.cheatsheet.item_list.region.height
        await pilot.press("right")
        assert app.focused is app.cheatsheet.detail
