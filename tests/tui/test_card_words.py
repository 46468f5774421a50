"""What is said of a card in a row: in one language, or in that which matched."""

from __future__ import annotations

from techdash.finding import Index
from techdash.language import Language
from techdash.models.parsed import Card
from techdash.tui.rooms.card_words import Wording
from techdash.tui.widgets.highlight import Span, fitted, marked, wrapped
from techdash.tui.words import Words

COMMAND = Card(
    sheet="Tool",
    section="Sessions",
    section_zh="会话",
    item="Go back",
    syntax="/rewind",
    text="Returns to an earlier point",
    text_zh="回到之前，撤销改动",
    also="undo, time machine, 反悔",
)
PAGE = Card(
    sheet="Tool",
    section="Ways",
    item="Plan first",
    item_zh="先规划",
    syntax="",
    text="Think, then do",
    page=7,
)


def said(card: Card, language: Language, query: str = "") -> tuple[str, str]:
    """Name and meaning; what matched stands in brackets."""
    wording = Wording(language, Words("en"))
    found = Index([card]).find(query)[0].ranges if query else {}
    return _plain(wording.name(card, found)), _plain(wording.meaning(card, found))


def _plain(spans: list[Span]) -> str:
    return "".join(f"[{text}]" if "found" in role.split() else text for text, role in spans)


def test_a_row_is_in_one_language() -> None:
    assert said(COMMAND, "en") == ("/rewind", "Go back · Returns to an earlier point")
    assert said(COMMAND, "zh") == ("/rewind", "回到之前，撤销改动")
    assert said(PAGE, "zh") == ("先规划", "Think, then do")


def test_what_matched_is_seen_in_whatever_language() -> None:
    assert said(COMMAND, "en", "撤销") == ("/rewind", "Go back · 回到之前，[撤销]改动")
    assert said(COMMAND, "zh", "earlier") == ("/rewind", "Returns to an [earlier] point")
    assert said(COMMAND, "zh", "rew") == ("/[rew]ind", "回到之前，撤销改动")
    assert said(COMMAND, "zh", "go") == ("/rewind", "[Go] back · 回到之前，撤销改动")
    assert said(PAGE, "zh", "plan") == ("[Plan] first", "Think, then do")
    assert said(PAGE, "en", "规划") == ("先[规划]", "Think, then do")


def test_another_name_is_said_where_nothing_else_shows_why() -> None:
    assert said(COMMAND, "en", "machine") == (
        "/rewind",
        "time [machine] · Go back · Returns to an earlier point",
    )


def test_spans_are_cut_where_they_end() -> None:
    spans = marked("abcdef", "text", [(2, 4)])
    assert spans == [("ab", "text"), ("cd", "text found"), ("ef", "text")]
    assert _plain(fitted(spans, 8)) == "ab[cd]ef  "
    assert _plain(fitted(spans, 5)) == "ab[cd]…"
    assert _plain(fitted(spans, 4)) == "ab[c…]"
    assert _plain(fitted(spans, 0)) == ""


def test_spans_go_on_in_the_next_line() -> None:
    spans = marked("one two three", "text", [(2, 6)])
    assert [_plain(line) for line in wrapped(spans, 7)] == ["on[e tw]o", "three"]
    assert [_plain(line) for line in wrapped(spans, 7, 1)] == ["on[e tw]…"]
    assert wrapped([], 7) == []
