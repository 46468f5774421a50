"""Searching everything: results while typing, mistakes at their place, opening and coming back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from techdash.query import QueryError, parse
from techdash.tui import looking
from techdash.tui.app import TechdashApp
from techdash.tui.looking import asks_for_cards
from techdash.tui.search_screen import SearchScreen
from techdash.tui.words import Words
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

SIZE = (120, 40)
SMALL = (80, 24)


async def to_search(pilot: Pilot[int], app: TechdashApp, typed: str = "") -> None:
    await until_text(pilot, "FRIDAY 5 JUNE")
    await pilot.press("F")
    await until(pilot, lambda: isinstance(app.screen, SearchScreen))
    await pilot.press(*typed)


def titles(app: TechdashApp) -> list[str]:
    return [hit.title for hit, _ in getattr(app.screen.list.rows, "hits", ())]


@pytest.mark.parametrize("size", [SIZE, SMALL])
async def test_results_come_while_typing_and_what_was_found_is_set_off(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await to_search(pilot, app, "attention")
        await until(pilot, lambda: "On paragraphs" in titles(app))
        assert "says that attention and norms matter" in screen_text(app)
        rows = app.screen.list.rows
        found = [text for _, spans in rows._lines for text, role in spans if "found" in role]
        assert found
        assert {text.casefold() for text in found} == {"attention"}
        await pilot.press("space", *"zzz")
        await until_text(pilot, "Nothing was found.")
        await pilot.press("escape")
        await until_text(pilot, "Words, ")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)


async def test_chinese_is_typed_and_found(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_search(pilot, app, "范数")
        await until(pilot, lambda: any(title.startswith("范数是里程表") for title in titles(app)))
        app.screen.line.put("注意力 ＯＲ 归一化 is：unread")
        await until(pilot, lambda: "论段落" in titles(app))


async def test_a_mistake_is_shown_at_its_place_and_what_was_found_stays(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await to_search(pilot, app, "attention")
        await until(pilot, lambda: "On paragraphs" in titles(app))
        app.screen.line.put("attention is:unraed")
        await until_text(pilot, "did you mean is:unread?")
        lines = screen_text(app).splitlines()
        typed = next(at for at, line in enumerate(lines) if "attention is:unraed" in line)
        start = lines[typed].index("is:")
        assert lines[typed + 1].index("^") >= start
        assert lines[typed + 1].strip("^ ") == ""
        assert "On paragraphs" in titles(app)
        await pilot.press(*["backspace"] * 3, *"ead")
        await until(pilot, lambda: "did you mean" not in screen_text(app))
        assert "On paragraphs" in titles(app)
        assert str(app.screen.line.meant) == "attention is:unread"


async def test_an_entry_is_opened_at_the_words_and_q_leads_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_search(pilot, app, '"Paragraph 40 says that attention"')
        await until(pilot, lambda: titles(app) == ["On paragraphs"])
        await pilot.press("enter")
        await until(pilot, lambda: app.reading and app.reader.entry is not None)
        await until_text(pilot, "Paragraph 40 says")
        assert "Paragraph 1 says" not in screen_text(app)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        assert app.screen.line.text == '"Paragraph 40 says that attention"'
        assert titles(app) == ["On paragraphs"]
        await pilot.press("enter")
        await until(pilot, lambda: app.reading)
        # who goes elsewhere from there comes back to where that is
        await pilot.press("2")
        await until(pilot, lambda: app.room == "essays" and not app.reading)
        await pilot.press("enter")
        await until(pilot, lambda: app.reading)
        await pilot.press("q")
        await until(pilot, lambda: not app.reading)
        assert app.screen is app.desk


@pytest.mark.parametrize(
    ("query", "cards"), [("clear", True), ("clear kind:cheatsheet", True), ("clear kind:essay", False)]
)
def test_cards_are_among_what_words_find_and_not_of_other_kinds(query: str, cards: bool) -> None:
    assert asks_for_cards(parse(query).term) is cards


async def test_a_card_is_opened_in_its_sheet(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_search(pilot, app, "worktree")
        await until(pilot, lambda: bool(getattr(app.screen.list.rows, "cards", ())))
        card = app.screen.list.rows.cards[0].card
        await pilot.press("enter")
        await until(pilot, lambda: app.room == "cheatsheet" and app.screen is app.desk)
        assert app.cheatsheet.current == card


async def test_the_last_searches_are_kept_over_a_restart(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        for typed in ("attention", "norms"):
            await to_search(pilot, app) if typed == "attention" else await pilot.press("escape")
            await pilot.press(*typed)
            await until(pilot, lambda: bool(titles(app)))
            await pilot.press("down", "enter")
            await until(pilot, lambda: app.screen is app.desk and app.reading)
            await pilot.press("q")
            await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await pilot.press("escape", "escape", "q")
    again = make_app()
    async with again.run_test(size=SIZE) as pilot:
        await to_search(pilot, again)
        await until_text(pilot, "BEFORE")
        lines = [line.strip("▌ ") for line in screen_text(again).splitlines()]
        assert lines.index("norms") < lines.index("attention")
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(titles(again)))
        assert again.screen.line.text == "attention"


async def test_a_slow_answer_to_earlier_words_is_dropped(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    found = looking.results

    def noted(conn, query, limit, today):  # type: ignore[no-untyped-def]
        asked.append(str(query))
        return found(conn, query, limit, today)

    monkeypatch.setattr(looking, "results", noted)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await to_search(pilot, app)
        app.screen.line.put("attention")
        app.screen.line.put("norms")
        app.screen.line.put("论段落")
        await until(pilot, lambda: titles(app) == ["论段落"])
        await pilot.pause()
        assert titles(app) == ["论段落"]
        assert asked[-1] == "论段落"


@pytest.mark.parametrize("query", ["sourc:x", "is:unraed", "tag:", "day:yesterda", "since:soon"])
def test_every_mistake_has_words_in_both_languages(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    en, zh = (looking.complaint(caught.value, Words(language)) for language in ("en", "zh"))
    assert en == str(caught.value)
    assert zh.endswith(("。", "？"))
    assert query.partition(":")[0] in zh


def test_what_is_set_off_is_folded_and_apart() -> None:
    assert looking.ranges("ＡＩ and ai, AI2", ["ai"]) == [(0, 2), (7, 9), (11, 13)]
    assert looking.ranges("归一化层", ["归一化", "一化层"]) == [(0, 4)]
    assert looking.ranges("none", ["x", ""]) == []


def test_a_query_is_bound_to_essays() -> None:
    assert str(looking.essays_only(parse("a or b"))) == "(a or b) kind:essay"
    assert str(looking.essays_only(parse("a -b"))) == "a -b kind:essay"
    assert str(looking.essays_only(parse(""))) == "kind:essay"
    assert looking.sought(parse('a -b (c or "d e") is:read').term) == ["a", "c", "d e"]
