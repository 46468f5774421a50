"""When two titles are one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.text.titles import title_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What’s new?", "What's New"),
        ("Ｔｈｅ  Ｔｉｔｌｅ", "the title"),
        ("归一化：权重", "归一化权重"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
    ],
)
def test_spellings_of_one_title(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""


def test_titles_without_letters_have_no_key() -> None:
    assert title_key("… – !") == title_key("?!") == ""
    assert title_key("C++ 1") != title_key("C++ 2")


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_titles_are_read_as_any_other(title: str) -> None:
    assert title_key(title) == "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).casefold()))
