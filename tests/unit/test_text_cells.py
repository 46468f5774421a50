"""Display width: by grapheme, and never below what Rich draws with."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from techdash.text.cells import character_width, graphemes, is_plain, pad, truncate, width

WIDTHS = {
    "": 0,
    "plain ascii": 11,
    "中文": 4,
    "ｆｕｌｌ": 8,
    "ｱｲ": 2,
    "한국": 4,
    "\u1112\u1161\u11ab": 2,
    "é": 1,
    "e\u0301": 1,
    "👨‍👩‍👧‍👦": 2,
    "👍🏽": 2,
    "🇨🇳🇯🇵": 4,
    "1\ufe0f\u20e3": 2,
    "❤": 1,
    "❤\ufe0f": 2,
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": 2,
    "a\u200db": 2,
    "中\u200d文": 4,
    "⸻": 1,
    "﷽": 1,
    "∂ℒ/∂w": 5,
    "x\n": 1,
}
TRICKY = st.text(
    st.sampled_from(
        "a1 中，。“”—…·é\u0301\u0336\u200d\u200b\u2060\ufe0e\ufe0f👩🏽❤☀🇨🇳🏴\U000e0067\U000e007f©#‼कि्क"
        "\u1112\u1161\u11ab가\ud7b0\u3099﷽⸻\u00ad★→─▎▢↪ﾞ"
    ),
    max_size=14,
)


@pytest.mark.parametrize(("text", "cells"), WIDTHS.items(), ids=map(ascii, WIDTHS))
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


@given(st.one_of(TRICKY, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)))
@settings(deadline=None, max_examples=400)
def test_never_narrower_than_rich_draws(text: str) -> None:
    assert width(text) >= cell_len(text)


@given(TRICKY)
@settings(deadline=None, max_examples=300)
def test_graphemes_part_a_text_and_its_width(text: str) -> None:
    parts = list(graphemes(text))
    assert "".join(parts) == text
    assert all(parts)
    assert sum(map(width, parts)) == width(text)


def test_the_table_of_plain_characters_agrees_with_wcwidth_and_rich() -> None:
    from wcwidth import wcwidth

    plain = [
        chr(code) for code in range(0x20, 0x20000) if not 0xD800 <= code < 0xE000 and is_plain(chr(code))
    ]
    assert len(plain) > 40_000
    assert not [
        hex(ord(char)) for char in plain if not character_width(char) == wcwidth(char) == cell_len(char)
    ]


def test_ambiguous_characters_take_the_width_they_are_given() -> None:
    assert width("“中”—…·★─α", ambiguous=1) == 10
    assert width("“中”—…·★─α", ambiguous=2) == 18
    assert width("e\u0301", ambiguous=2) == 1


def test_an_endless_chain_of_joiners_is_not_two_cells() -> None:
    assert width("👩\u200d" * 10_000) > 1000
    assert max(map(len, graphemes("👩\u200d" * 200))) <= 32


@given(TRICKY, st.integers(0, 12), st.sampled_from(["…", "", "..."]))
@settings(deadline=None, max_examples=300)
def test_truncated_text_fits_and_is_a_beginning(text: str, cells: int, ellipsis: str) -> None:
    cut = truncate(text, cells, ellipsis)
    assert width(cut) <= cells or not cut.strip()
    if width(text) <= cells:
        assert cut == text
    else:
        assert text.startswith(cut.removesuffix(ellipsis))


def test_truncate_says_that_something_is_missing() -> None:
    assert truncate("一二三四五", 7) == "一二三…"
    assert truncate("一二三四五", 6) == "一二…"
    assert truncate("👨‍👩‍👧‍👦abc", 3) == "👨‍👩‍👧‍👦…"
    assert truncate("“中文中文”", 6, ambiguous=2) == "“中…"[:2] + "…"


@pytest.mark.parametrize(
    ("align", "padded"), [("left", "中文   "), ("right", "   中文"), ("center", " 中文  ")]
)
def test_pad(align: str, padded: str) -> None:
    assert pad("中文", 7, align) == padded  # type: ignore[arg-type]
    assert pad("中文中文", 7, align) == "中文中文"  # type: ignore[arg-type]


def test_chinese_and_latin_need_no_table() -> None:
    code = (
        "import sys; from techdash.text.cells import width; width('标题 Title — “引用”…'); "
        "print('wcwidth' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"False\s*", run.stdout)
