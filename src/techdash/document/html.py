"""HTML to a document: any tag soup, cut into parts, each walked straight into the tree when asked for."""

from __future__ import annotations

import re
from html import unescape

from techdash.document.html_parts import Cut, Part, cut, left_open
from techdash.document.html_text import to_text, words_in
from techdash.document.html_walk import Walker
from techdash.document.soup import bounded
from techdash.document.tree import Block, Document
from techdash.text.clean import one_line

__all__ = ["fragment", "parse", "to_text"]

# How much of a text tells how much of its source is words.
_SAMPLE = 32_000
_LONG_PART = 100_000
# Whether a page's article has most of its words is not worth counting beyond this.
_MOST_COUNTED = 2_000_000
_HEAD = 100_000

_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_BODY = re.compile(r"<(?:body|main|article|h1|p)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^<>]*?\slang\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)


def parse(html: str, base_url: str = "") -> Document:
    """The document of an HTML page or fragment; never raises, whatever the markup.

    Links are kept where they lead to http(s) (seen from ``base_url``) or to an id; scripts, styles, forms and
    drawings are passed over, frames and players become links. Offsets are characters of the source.
    """
    parts = _content(html, cut(html))
    known: dict[int, str] = {}  # by the end of a part, what it leaves open

    def parse_part(index: int) -> tuple[Block, ...]:
        part = parts[index]
        prefix = part.prefix
        if not prefix and index and parts[index - 1].end == part.start:
            before = parts[index - 1]
            if part.start not in known:
                known[part.start] = left_open(before.prefix + html[before.start : before.end])
            prefix = known[part.start]
        return _blocks(prefix + html[part.start : part.end], base_url, part.start, part.end)

    return Document([part.start for part in parts], _sizes(html, parts), parse_part, _meta(html))


def fragment(html: str, base_url: str = "", start: int = 0) -> tuple[Block, ...]:
    """The blocks of a piece of HTML that stands inside another document at the offset ``start``."""
    blocks: list[Block] = []
    for part in cut(html).parts:
        blocks.extend(
            _blocks(part.prefix + html[part.start : part.end], base_url, start + part.start, start + part.end)
        )
    return tuple(blocks)


def _blocks(source: str, base_url: str, start: int, end: int) -> tuple[Block, ...]:
    from selectolax.lexbor import LexborHTMLParser

    # A fragment that began with a script or a style would have it put into a head of its own.
    body = LexborHTMLParser(f"<body>{bounded(source)}").body
    return Walker(base_url, start, end).document(body) if body is not None else ()


def _content(html: str, found: Cut) -> list[Part]:
    """The parts of a page's one ``main`` or ``article`` where it has most of the words, else all."""
    for spans in (found.mains, found.articles):
        if len(spans) != 1:
            continue
        start, end = spans[0]
        within = [part for part in found.parts if start <= part.start and part.end <= end]
        whole = sum(part.end - part.start for part in found.parts)
        if whole <= _MOST_COUNTED:
            inside = sum(words_in(html[part.start : part.end]) for part in within)
            if 2 * inside >= sum(words_in(html[part.start : part.end]) for part in found.parts):
                return within
        elif 2 * (end - start) >= whole:
            return within
    return found.parts


def _sizes(html: str, parts: list[Part]) -> list[int]:
    """How many characters of words each part has, guessed from what the first ones have."""
    sample = html[parts[0].start : parts[0].start + _SAMPLE] if parts else ""
    share = max(words_in(sample), 1) / max(len(sample), 1)
    return [
        # A long part may be one picture written into its address.
        words_in(html[part.start : part.end])
        if part.end - part.start > _LONG_PART
        else int((part.end - part.start) * share)
        for part in parts
    ]


def _meta(html: str) -> dict[str, object]:
    meta: dict[str, object] = {}
    body = _BODY.search(html, 0, _HEAD)
    end = body.start() if body else _HEAD
    title = _TITLE.search(html, 0, end)
    if title is not None and (words := one_line(unescape(title[1]))):
        meta["title"] = words
    if language := _LANGUAGE.search(html, 0, end):
        meta["language"] = language[1]
    return meta
