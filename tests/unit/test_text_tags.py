"""Tags as they are typed, and notes as they are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.text import notes, tags
from techdash.text.clean import is_clean


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("AI  #Math", ("ai", "math")),
        ("数学，推荐、算法 数学", ("推荐", "数学", "算法")),
        ("ＡＩ; c++;; to-read", ("ai", "c++", "to-read")),
        ("# ## ,", ()),
        ("x\x1b[31m", ("x[31m",)),
        ("", ()),
    ],
)
def test_a_line_as_tags(line: str, found: tuple[str, ...]) -> None:
    assert tags.parse(line) == tuple(sorted(found))


@given(st.text(max_size=200))
def test_any_line_makes_tags_that_are_tags(line: str) -> None:
    found = tags.parse(line)
    assert tags.parse(" ".join(found)) == found
    for name in found:
        assert name
        assert name.split() == [name]
        assert is_clean(name)
        assert len(name) <= tags.LONGEST


def test_a_note_is_kept_tidy() -> None:
    assert notes.tidy("\n\n a \t\n\nb\x07\r\n\n") == " a\n\nb"
    assert len(notes.tidy("x" * 50_000)) == notes.LONGEST
