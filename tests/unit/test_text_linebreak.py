"""Line breaking: kinsoku, whole words, nothing lost, never too wide."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from techdash.text.cells import graphemes, width
from techdash.text.linebreak import CLOSING, OPENING, breaks, gaps


def lines(text: str, cells: int, ambiguous: int = 1) -> list[str]:
    return [text[start:end] for start, end in breaks(text, cells, ambiguous)]


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("一切始于归一化层", 8, ["一切始于", "归一化层"]),
        ("输出不变，却不", 8, ["输出不", "变，却不"]),
        ("输出不变（见论文", 10, ["输出不变", "（见论文"]),
        ("他说“输出不变”。好", 10, ["他说“输出", "不变”。好"]),
        ("一二三四……五", 8, ["一二三", "四……五"]),
        ("一二三四——五", 8, ["一二三", "四——五"]),
        ("约百分之 5.5% 的人", 10, ["约百分之", "5.5% 的人"]),
        ("用 LayerNorm 与 AdamW", 12, ["用 LayerNorm", "与 AdamW"]),
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("don’t panic", 6, ["don’t", "panic"]),
        ("a state-of-the-art model", 12, ["a state-of-", "the-art", "model"]),
        ("词语 ，前面有空格", 6, ["词", "语 ，", "前面有", "空格"]),
        ('他说"你好"吗', 8, ['他说"你', '好"吗']),
        ("f(中文)x", 4, ["f(中", "文)x"]),
        ("见 https://a.org/long/path?x=1&y=2 吧", 16, ["见", "https://a.org/", "long/path?x=1&", "y=2 吧"]),
        ("a\n\nb", 8, ["a", "", "b"]),
        ("", 8, [""]),
        ("   ", 8, [""]),
        ("  indented", 10, ["  indented"]),
        ("xxxxxxxxxxxx", 8, ["xxxxxxxx", "xxxx"]),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4, ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]),
        ("한국어 문장입니다", 10, ["한국어", "문장입니다"]),
        ("कि" * 6, 9, ["कि" * 4, "कि" * 2]),
        ("zero\u200bwidth", 5, ["zero\u200b", "width"]),
    ],
)
def test_breaks(text: str, cells: int, expected: list[str]) -> None:
    assert lines(text, cells) == expected


def test_a_width_for_each_line() -> None:
    ranges = breaks("一二三四五六七八九十", [4, 6, 8])
    assert [end - start for start, end in ranges] == [2, 3, 4, 1]
    # What fits the next line whole is not cut to fill this one.
    text = "ab x/yyyyyyyyyy"
    assert [text[start:end] for start, end in breaks(text, [6, 30])] == ["ab", "x/yyyyyyyyyy"]


def test_ambiguous_marks_are_measured_as_the_terminal_draws_them() -> None:
    assert lines("“一二三”", 8, ambiguous=1) == ["“一二三”"]
    assert lines("“一二三”", 8, ambiguous=2) == ["“一二", "三”"]


WORDS = st.sampled_from(
    [
        *"一切始于归一化层，。、；：？！）》」』】…”’—（《「『【“‘〔％·",
        *["，", "。", "（见", "图）", "“引", "用”，", "——", "……", " ", " ", "\n"],
        *["LayerNorm", "AdamW", "3.14", "50%", "state-of-the-art", "don’t", "(SOTA)", '"quoted"', "x"],
        *[
            "https://example.org/a/long/path?with=query&and=more-things",
            "y" * 60,
            "👩‍👩‍👧",
            "🇨🇳",
            "e\u0301",
            "\u200b",
        ],
        *["한국어", "ไทยภาษา", "क्षि", "﷽", "⸻", "\u3000", "\xa0", "★", "foo_bar", "--flag"],
    ]
)
TEXTS = st.lists(WORDS, max_size=40).map("".join)


@given(TEXTS, st.integers(8, 200), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=400)
def test_lines_fit_and_nothing_is_lost_or_moved(text: str, cells: int, ambiguous: int) -> None:
    position = 0
    for start, end in breaks(text, cells, ambiguous):
        assert not text[position:start].strip(" \n\u200b")
        assert start <= end
        assert width(text[start:end], ambiguous) <= cells
        assert cell_len(text[start:end]) <= cells
        position = end
    assert not text[position:].strip(" \n\u200b")
    assert len(breaks(text, cells, ambiguous)) >= text.count("\n") + 1


@given(TEXTS, st.integers(8, 60))
@settings(deadline=None, max_examples=200)
def test_no_grapheme_is_cut(text: str, cells: int) -> None:
    ends, at = {0}, 0
    for grapheme in graphemes(text):
        at += len(grapheme)
        ends.add(at)
    for start, end in breaks(text, cells):
        assert start in ends
        assert end in ends


# Sane prose: a mark or two after a character or a short word, so that no rule has to give way.
PHRASES = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "", "（", "“", "《", "（“"]),
        st.sampled_from(["归一化", "层", "尺度不变", "LayerNorm", "3.14", "权重 decay", "model"]),
        st.sampled_from(["", "", "，", "。", "）", "”。", "》，", "……", "——", "！", "％", "”）。"]),
    ),
    min_size=1,
    max_size=30,
).map("".join)


@given(PHRASES, st.integers(20, 120))
@settings(deadline=None, max_examples=300)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, cells: int) -> None:
    for index, line in enumerate(lines(text, cells)):
        if index:
            assert line[:1] not in CLOSING + ",.;:?!)]}%"
        if line != text[-len(line) :]:
            assert line[-1:] not in OPENING + "([{"


@given(PHRASES, st.integers(20, 120))
@settings(deadline=None, max_examples=200)
def test_latin_words_and_numbers_stay_whole(text: str, cells: int) -> None:
    ranges = breaks(text, cells)
    for word in re.finditer(r"[A-Za-z0-9.]+", text):
        if len(word[0]) <= 12:  # several in a row without a space may have to be cut
            assert any(start <= word.start() and word.end() <= end for start, end in ranges)


def test_lines_are_filled() -> None:
    text = "归一化层带来的尺度不变性，" * 40
    full = lines(text, 40)[:-1]
    assert all(width(line) >= 36 for line in full)


@pytest.mark.parametrize("piece", ["x", "，", "（", "中，", "a/b-", " ", "\n", "👩\u200d", '"', "ab-"])
def test_a_long_run_of_anything_is_no_trouble(piece: str) -> None:
    text = piece * 20_000
    assert all(width(text[start:end]) <= 40 for start, end in breaks(text, 40))


# -- gaps between scripts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用LayerNorm与AdamW", "用|LayerNorm|与|AdamW"),
        ("约50%的，占3.14倍", "约|50%|的，占|3.14|倍"),
        ("C++的C#的α与∇f到x²是", "C++|的|C#|的|α|与|∇f|到|x²|是"),
        ("花$5买@you的#1", "花|$5|买|@you|的|#1"),
        ("已 有 space，（a）“b”、c。", "已 有 space，（a）“b”、c。"),
        ("中(a)文", "中(a)文"),
        ("中→文+中", "中→文+中"),
        ("한국a어", "한국a어"),
        ("𠀀a豈b", "𠀀|a|豈|b"),
        ("ひらaカb゙", "ひら|a|カ|b゙"),
        ("e\u0301中\u0301e中\ufe00a", "e\u0301中\u0301e|中\ufe00a"),
        ("中👩\u200d👩文", "中👩\u200d👩文"),
        ("ascii only", "ascii only"),
        ("", ""),
    ],
)
def test_gaps(text: str, expected: str) -> None:
    found = gaps(text)
    parts = [text[a:b] for a, b in zip([0, *found], [*found, len(text)], strict=True)]
    assert "|".join(parts) == expected


@given(TEXTS)
@settings(deadline=None, max_examples=300)
def test_a_gap_parts_no_grapheme_and_stands_beside_no_space_or_mark(text: str) -> None:
    ends, at = {0}, 0
    for grapheme in graphemes(text):
        at += len(grapheme)
        ends.add(at)
    for place in gaps(text):
        assert place in ends
        for char in text[place - 1 : place + 1]:
            assert not char.isspace()
            assert char not in OPENING + CLOSING + _ASCII
    spaced, at = "", 0
    for place in gaps(text):
        spaced, at = f"{spaced}{text[at:place]} ", place
    assert gaps(spaced + text[at:]) == []


_ASCII = ",.;:?!()[]{}\"'"
