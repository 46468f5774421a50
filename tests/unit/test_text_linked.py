"""What a post links to, in each form that a text is stored in."""

from __future__ import annotations

import pytest

from techdash.text.linked import linked


@pytest.mark.parametrize(
    ("form", "text", "links"),
    [
        ("html", '<p>See <a class="x" href="https://e.org/a?b=1&amp;c=2">e.org/a</a>.</p>', ["a?b=1&c=2"]),
        ("html", "<A rel=nofollow HREF='https://e.org/a'>A</A><a href=https://e.org/b>B</a>", ["a", "b"]),
        ("html", '<img src="https://e.org/i.png"> https://e.org/bare <a name="x">x</a>', []),
        ("html", '<a href="https://e.org/a">1</a> <a href="https://e.org/a">2</a>', ["a"]),
        ("html", '<a href="javascript:alert(1)">x</a><a href="/here">y</a>', []),
        (
            "text",
            "Read https://e.org/a, then (https://e.org/b) and https://e.org/c_(d).",
            ["a", "b", "c_(d)"],
        ),
        ("text", "读这篇https://e.org/a。", ["a"]),
        ("markdown", "[A](https://e.org/a) and <https://e.org/b>", ["a", "b"]),
        ("text", "no link", []),
    ],
)
def test_links_of_a_text(form: str, text: str, links: list[str]) -> None:
    assert linked(text, form) == tuple(f"https://e.org/{link}" for link in links)


def test_links_are_bounded() -> None:
    text = " ".join(f"https://e.org/{number}" for number in range(50))
    assert len(linked(text, "text")) == 12
    assert linked("<a " * 20_000, "html") == ()
    assert linked("https://" + "(" * 20_000 + ")" * 20_000, "text") == ()
