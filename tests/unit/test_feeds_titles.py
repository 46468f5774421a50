"""P-10: a table of titles, and titles for what has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds.raw import RawFormat, RawText
from techdash.feeds.titles import excerpt, title_from, title_of
from techdash.text.clean import is_clean

# As the title stands after XML's own decoding.
TABLE: list[tuple[str, RawFormat, str]] = [
    ("Plain words", "guess", "Plain words"),
    ("Fish &amp; chips", "guess", "Fish & chips"),
    ("Fish &amp;amp; chips", "guess", "Fish &amp; chips"),
    ("Fish & chips", "guess", "Fish & chips"),
    ("It&rsquo;s &#8220;new&#8221;", "guess", "It’s “new”"),
    ("<b>Bold</b> and <em>fine</em>", "guess", "Bold and fine"),
    ("&lt;b&gt;Bold&lt;/b&gt; twice", "guess", "Bold twice"),
    ("One<br>two<br/>three", "guess", "One two three"),
    ("C++ <T> template", "guess", "C++ <T> template"),
    ("1 < 2 > 0", "guess", "1 < 2 > 0"),
    ("How to use <dialog> and <details>", "guess", "How to use <dialog> and <details>"),
    ("How to center a <b>div</b>", "text", "How to center a <b>div</b>"),
    ("  Two\n\tlines  of\r\nspace ", "guess", "Two lines of space"),
    (" \n ", "guess", ""),
    ("🎉🎉", "guess", "🎉🎉"),
    ("x" * 1_000_000, "guess", "x" * 499 + "…"),
    ("ring \x07 and \x1b]52;c;Zm9v\x07 bell", "guess", "ring and ]52;c;Zm9v bell"),
]


@pytest.mark.parametrize(("raw", "form", "expected"), TABLE)
def test_a_title_is_one_line_of_plain_text(raw: str, form: RawFormat, expected: str) -> None:
    assert title_of(RawText(raw, form)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A short post. And more of it.", "A short post."),
        ("一句话。第二句话。", "一句话。"),
        ("\n\n  After empty lines\nthe rest", "After empty lines"),
        ("Version 2.5 is out", "Version 2.5 is out"),
        ("word " * 40, "word " * 15 + "…"),
        ("字" * 200, "字" * 79 + "…"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_a_post_without_a_title_is_called_by_its_first_sentence(text: str, expected: str) -> None:
    assert title_from(text) == expected.replace(" …", "…")


@given(st.text(max_size=300))
def test_titles_are_clean_short_and_on_one_line(text: str) -> None:
    for title in (title_of(RawText(text)), title_from(text), excerpt(title_of(RawText(text)), 80)):
        assert is_clean(title)
        assert "\n" not in title
        assert len(title) <= 500
    assert len(title_from(text)) <= 80
