"""Titles and other short texts of feeds, whose markup nobody declared: to one line of plain text."""

from __future__ import annotations

import re
from html import unescape

from techdash.feeds.raw import RawText
from techdash.text.clean import one_line

LONGEST_TITLE = 500
_FROM_TEXT = 80

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*|/)?>")
_VOID = frozenset(("br", "img", "wbr", "hr"))
# Those that part two words.
_BREAKS = frozenset(
    [
        *("blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "td", "tr"),
        "ul",
    ]
)
ELEMENTS = _BREAKS | {
    *("a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "caption"),
    *("center", "cite", "code", "dd", "del", "details", "dfn", "dl", "dt", "em", "figcaption", "figure"),
    *("font", "footer", "header", "i", "iframe", "img", "ins", "kbd", "main", "mark", "math", "nav"),
    *("picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "script", "section", "small", "span"),
    *("strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "tfoot", "th", "thead"),
    *("time", "tt", "u", "var", "video", "wbr"),
}
_SENTENCE_END = re.compile(r"[。！？…]+[」』”’）]*|[.!?]+[\"')\]”’]*(?=\s|$)|\n")


def title_of(raw: RawText) -> str:
    """The title as one line of text of at most 500 characters; empty where there is none.

    References are resolved once more than XML does, for most feeds write titles as HTML. Tags go only where
    they are markup: an element of HTML with both its ends, or a void one. So ``C++ <T> template``,
    ``1 < 2 > 0`` and "How to use <dialog>" keep what they say.
    """
    text = raw.value
    if "&" in text:
        text = unescape(text)
    if "<" in text and raw.format != "text":
        text = without_markup(text)
    text = one_line(text)
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1].rstrip() + "…"


def without_markup(text: str) -> str:
    """The text without the tags that are markup; anything else in angle brackets stays."""
    opened: set[str] = set()
    closed: set[str] = set()
    for slash, name in _TAG.findall(text):
        (closed if slash else opened).add(name.lower())
    markup = (opened & closed & ELEMENTS) | (opened & _VOID)
    if not markup:
        return text

    def replaced(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in markup:
            return tag[0]
        return " " if name in _BREAKS else ""

    return _TAG.sub(replaced, text)


def title_from(text: str) -> str:
    """A title for what has none: its first sentence, at most 80 characters, broken between words."""
    text = text.lstrip()
    end = _SENTENCE_END.search(text, 0, 4 * _FROM_TEXT)
    sentence = one_line(text[: end.end()] if end else text[: 4 * _FROM_TEXT])
    return (
        excerpt(sentence, _FROM_TEXT) if sentence or not text else title_from(text[end.end() if end else 1 :])
    )


def excerpt(text: str, most: int) -> str:
    """The beginning of a text, at most so many characters, with ``…`` where it was cut between words."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    # In Chinese a space is rare, and any place is one to cut at.
    if space > most * 0.6:
        cut = cut[:space]
    return cut.rstrip(" ,;:，、；：") + "…"
