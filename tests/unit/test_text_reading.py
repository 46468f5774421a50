"""Reading time in two scripts, and the language of a text."""

from __future__ import annotations

import pytest

from techdash.text.reading import count, language


@pytest.mark.parametrize(
    ("text", "words", "minutes"),
    [
        ("", 0, 0),
        ("。…—", 0, 0),
        ("one", 1, 1),
        ("it's a state-of-the-art 3.5 model", 5, 1),
        ("字" * 500, 500, 1),
        ("字" * 501, 501, 2),
        ("かな漢字", 4, 1),
        ("word " * 230, 230, 1),
        ("word " * 231, 231, 2),
        ("字" * 250 + " word" * 115, 365, 1),
        ("字" * 251 + " word" * 115, 366, 2),
        ("用LayerNorm做归一化", 6, 1),
    ],
)
def test_count(text: str, words: int, minutes: int) -> None:
    assert count(text) == (words, minutes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("123 …", ""),
        ("Plain English, with “quotes”.", "en"),
        ("权重衰减的第二种读法", "zh"),
        ("LayerNorm 与 AdamW 成为标配的原因", "zh"),
        ("A long English sentence about many things with one 词", "en"),
        ("これは日本語の文章です", ""),
        ("Это русский текст", ""),
        ("هذا نص عربي", ""),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code
