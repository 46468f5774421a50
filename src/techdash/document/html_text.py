"""The words of an HTML text without its tree: for summaries, counting and search."""

from __future__ import annotations

import re
from html import unescape
from typing import cast

from techdash.text.clean import clean

_UNSEEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|template|svg|iframe|object|form|noscript|select|textarea|title)\b[^<>]*>"
    r".*?(?:</\1\s*>|\Z)"
    r"|<span class=\"katex-mathml\">.*?(?:</span>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAG_END = r"[^<>\"']*+(?:(?:\"[^\"<]*\"|'[^'<]*'|[\"'])[^<>\"']*+)*+>"
_TAG = re.compile(rf"<(/?[a-zA-Z]\w*|[/!?]){_TAG_END}")
_LINES = frozenset(
    [
        *(
            "article",
            "blockquote",
            "br",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "summary"),
        *("table", "td", "th", "tr", "ul"),
    ]
)
_WITHIN_LINES = (
    *(
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
    ),
    *("strong", "sub", "sup", "tbody", "thead", "time", "u"),
)
# What a tag leaves behind, by its name; of what is not here, more has to be known.
_BETWEEN = {
    f"{slash}{name}": left
    for names, left in ((_LINES, "\n"), (_WITHIN_LINES, ""))
    for name in names
    for slash in ("", "/")
}


def to_text(html: str) -> str:
    """The words of an HTML text, a line a block. Linear in its length, and clean."""
    if "<" in html:
        # Text and names of tags in turn.
        pieces = _TAG.split(html)
        between = [_BETWEEN.get(name) for name in pieces[1::2]]
        if None in between or "<!--" in html or "katex" in html:
            # Something that hides its inside, or that is written in no usual way.
            pieces = _TAG.split(_UNSEEN.sub(" ", html))
            between = ["\n" if name.lower().lstrip("/") in _LINES else "" for name in pieces[1::2]]
        pieces[1::2] = cast("list[str]", between)
        html = "".join(pieces)
    text = clean(unescape(html).replace("\xa0", " "))
    return "\n".join([line for part in text.split("\n") if (line := " ".join(part.split()))])


def words_in(html: str) -> int:
    """How many characters of a piece of HTML are words, more or less: its tags and scripts left out."""
    return len(_TAG.sub("", _UNSEEN.sub("", html))) if "<" in html else len(html)
