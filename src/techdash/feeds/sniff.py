"""What a document is, by its first characters: servers' content types are not to be trusted."""

from __future__ import annotations

import re
from typing import Literal

What = Literal["feed", "json", "html", "xml", "image", "empty", "other"]

# The root of RSS, RDF or Atom, under any prefix, whatever stands before it.
FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)

# A document type may stand before the root, with all the names of HTML in it.
_LOOK_AHEAD = 1 << 18
_PROLOG = r"(?:\s|<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->)*"
_PAGE = re.compile(_PROLOG + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(_PROLOG + r"(?:<!DOCTYPE[^>]*>\s*)?<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HTML_PART = re.compile(r"<(?:title|meta|link|script|div|p|br|h1|table|center)\b", re.IGNORECASE)
_IMAGES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"\0\0\1\0", b"BM")

_SENTENCES: dict[str, str] = {
    "html": "The address gives a web page, not a feed. Try: techdash add URL.",
    "image": "The address gives an image, not a feed.",
    "empty": "The answer is empty: there is no feed in it.",
    "json": "The address gives JSON, but not a JSON Feed.",
    "xml": "The address gives XML, but not a feed.",
    "other": "What the address gives is not a feed.",
}


class NotAFeed(Exception):
    """A document that gives no entries: ``kind`` for programs, ``str(error)`` a sentence for people."""

    def __init__(self, kind: str, sentence: str = "") -> None:
        super().__init__(sentence or _SENTENCES[kind])
        self.kind = kind


def what(text: str, body: bytes = b"") -> What:
    """What the document is; ``body`` are its bytes, for what is no text at all."""
    if body.startswith(_IMAGES):
        return "image"
    head = text[:_LOOK_AHEAD].lstrip("\ufeff \t\r\n\0")
    if not head:
        return "empty"
    if head[0] in "{[":
        return "json"
    if _PAGE.match(head):
        return "html"
    if FEED_ROOT.search(head):
        return "feed"
    if root := _XML.match(head):
        return "html" if _HTML_PART.match(f"<{root[1]} ") else "xml"
    return "html" if head.count("\0") == 0 and len(_HTML_PART.findall(head)) > 1 else "other"
