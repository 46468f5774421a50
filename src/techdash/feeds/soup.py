"""Feeds that are no XML and can't be mended: feedparser's reading of them."""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import Any

from techdash.feeds.raw import RawEnclosure, RawEntry, RawFeed, RawFormat, RawText
from techdash.feeds.sniff import NotAFeed
from techdash.text.urls import resolve

# Three things take feedparser quadratic time, holding the interpreter's lock: an element with thousands of
# attributes, a long author, thousands of categories. (Its sanitiser has two more, and isn't used.)
_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,80})(\s[^<>]*)>")
_MOST_ATTRIBUTES = 256
_AUTHOR = re.compile(
    r"(<(?:[\w.-]{1,40}:)?(?:author|creator|contributor|publisher|managingeditor|webmaster|owner|name|email)\b"
    r"[^<>]{0,500}>\s*(?:<!\[CDATA\[)?[^<\]]{1024})[^<\]]+",
    re.IGNORECASE,
)
_ENTRY_OR_PART = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:item|entry)\b"
    r"|<((?:[\w.-]{1,40}:)?(?:category|subject|keywords|author|creator|contributor|enclosure|link))\b[^<>]*"
    r"(?:/>|>[^<]*(?:<!\[CDATA\[.{0,2000}?\]\]>\s*)?</\1\s*>)",
    re.IGNORECASE | re.DOTALL,
)
_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)\b", re.IGNORECASE)
_EXTENSION = re.compile(
    r"</?(?!(?:atom\d*|content|dc|dcterms|feedburner|itunes|media|rdf|rss|xhtml):)[A-Za-z][\w.-]{0,40}:[^<>]*>",
    re.IGNORECASE,
)
_MOST = 200
# A third of a millisecond each; nobody keeps more of one source.
_MOST_ENTRIES = 5_000
_FORMATS: dict[str, RawFormat] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
}


def parse(text: str, url: str) -> RawFeed:
    """The feed of a document's text as feedparser reads it; ``url`` is the base of its relative links.

    Raises:
        NotAFeed: it finds neither entries nor a feed, or breaks over them.
    """
    text = guarded(text)
    try:
        try:
            found = _parse(text)
        except Exception:  # noqa: BLE001 - a dozen kinds of them, over hostile input
            # Most are over places, chapters and licences, which nobody here has a use for.
            found = _parse(_EXTENSION.sub("", text))
    except Exception as error:
        raise NotAFeed("broken", "The feed is so broken that it can't be read.") from error
    version = _string(found.get("version"))  # which an empty document has not
    if not version and not found.entries:
        raise NotAFeed("broken", "The feed is so broken that no entry can be found in it.")
    head = found.feed
    minutes = _string(head.get("ttl"))
    atom = version.startswith("atom")
    # As the strict parser has it: what RSS links to from its channel is where it is at home.
    base = url if atom else resolve(url, _string(head.get("link"))) or url
    return RawFeed(
        version=version or "rss",
        title=RawText(_string(head.get("title"))),
        link=_string(head.get("link")),
        base=base,
        language=_string(head.get("language")),
        author=_authors(head) if atom else "",
        entries=[_entry(entry, base, atom=atom) for entry in found.entries],
        ttl=int(minutes[:9]) * 60 if minutes.isascii() and minutes.isdigit() else None,
        skip_hours=_skipped(text, "hour"),
        skip_days=_skipped(text, "day"),
        note="imperfect XML",
    )


def _parse(text: str) -> Any:
    # 80 ms of imports that a well-formed feed never needs.
    import feedparser

    # A stream, never text or bytes: those it would take for a file's name or an address, and open.
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )


def guarded(text: str) -> str:
    """The text without what feedparser would take minutes over: its first 5,000 entries, each bounded."""
    if beyond := next(islice(_ENTRY.finditer(text), _MOST_ENTRIES, None), None):
        text = text[: beyond.start()]
    text = _TAG.sub(_bounded_tag, text)
    text = _AUTHOR.sub(r"\1", text)
    parts = 0

    def bounded(found: re.Match[str]) -> str:
        nonlocal parts
        parts = parts + 1 if found[1] else 0
        return found[0] if parts <= _MOST else ""

    return _ENTRY_OR_PART.sub(bounded, text)


def _skipped(text: str, unit: str) -> list[str]:
    """What stands in RSS's skipHours or skipDays, of which feedparser keeps the last."""
    found = re.search(rf"<skip{unit}s\b(.{{0,2000}}?)</skip{unit}s", text, re.IGNORECASE | re.DOTALL)
    return re.findall(rf"<{unit}\s*>\s*(\w{{1,9}})", found[1], re.IGNORECASE) if found else []


def _bounded_tag(tag: re.Match[str]) -> str:
    if tag[2].count("=") <= _MOST_ATTRIBUTES:
        return tag[0]
    return f"<{tag[1]}{'/' if tag[2].endswith('/') else ''}>"


def _entry(found: Any, base: str, *, atom: bool) -> RawEntry:
    entry = RawEntry(
        guid=_string(found.get("id")),
        guid_may_be_link=atom or bool(found.get("guidislink")),
        link=_string(found.get("feedburner_origlink")) or _string(found.get("link")),
        base=base,
        title=RawText(_string(found.get("title"))),
        author=(_authors(found) or _authors(found.get("source", {})))
        if atom
        else _string(found.get("author")),
        # dict's own get: feedparser's would give one date for another, and warn of it.
        dates=[_string(dict.get(found, name)) for name in ("published", "created", "updated")],
        content=[_text(one, atom=atom) for one in found.get("content", ())[:_MOST]],
        tags=[_string(tag.get("label") or tag.get("term")) for tag in found.get("tags", ())[:_MOST]],
        comments=_string(found.get("comments")),
        duration=_string(found.get("itunes_duration")),
    )
    if found.get("summary"):
        entry.summaries.append(_text(found.get("summary_detail") or {"value": found.summary}, atom=atom))
    for one in found.get("enclosures", ())[:_MOST]:
        entry.enclosures.append(
            RawEnclosure(_string(one.get("href")), _string(one.get("type")), _string(one.get("length")))
        )
    return entry


def _authors(found: Any) -> str:
    """All of them by their names, or else their addresses; feedparser's own text is of the last one."""
    named = [
        _string(one.get("name")) or _string(one.get("email"))
        for one in found.get("authors", ())[:_MOST]
        if one
    ]
    return ", ".join(filter(None, named)) or _string(found.get("author"))


def _text(found: Any, *, atom: bool) -> RawText:
    kind = _string(found.get("type"))
    if kind == "text/plain" and not atom:
        # Its own guess, as RSS doesn't say.
        return RawText(_string(found.get("value")))
    return RawText(_string(found.get("value")), _FORMATS.get(kind, "text"))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
