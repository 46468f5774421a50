"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read with distrust: any value may be of any type."""

from __future__ import annotations

import json
from typing import Any

from techdash.feeds.raw import RawEnclosure, RawEntry, RawFeed, RawText
from techdash.feeds.sniff import NotAFeed

_MOST = 200


def parse(text: str, url: str) -> RawFeed:
    """The feed of a JSON document; ``url`` is the base of its relative links.

    Numbers stay as they are written, so that an id of any length is its text. Items that are no objects are
    counted in the note.

    Raises:
        NotAFeed: no JSON, or JSON of something else.
    """
    try:
        feed = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(
            "json", "The address gives JSON that can't be read: it is broken or cut short."
        ) from error
    if not isinstance(feed, dict):
        raise NotAFeed("json")
    version, items = _text(feed.get("version")), feed.get("items")
    if not isinstance(items, list) and not version.startswith(
        ("https://jsonfeed.org/", "http://jsonfeed.org/")
    ):
        raise NotAFeed("json")
    items = items if isinstance(items, list) else []
    good = [item for item in items if isinstance(item, dict)]
    bad = len(items) - len(good)
    return RawFeed(
        version="json11" if version.rstrip("/").endswith("1.1") else "json1",
        title=RawText(_text(feed.get("title")), "text"),
        link=_text(feed.get("home_page_url")),
        base=url,
        language=_text(feed.get("language")),
        author=_authors(feed),
        entries=[_entry(item, url) for item in good],
        note=f"{bad} {'item' if bad == 1 else 'items'} could not be read" if bad else "",
    )


def _entry(item: dict[str, Any], base: str) -> RawEntry:
    content = [(_text(item.get("content_html")), "html"), (_text(item.get("content_text")), "text")]
    entry = RawEntry(
        guid=_text(item.get("id")),
        guid_may_be_link=True,
        link=_text(item.get("url")) or _text(item.get("external_url")),
        base=base,
        title=RawText(_text(item.get("title")), "text"),
        author=_authors(item),
        dates=[_text(item.get("date_published")), _text(item.get("date_modified"))],
        content=[RawText(value, "html" if form == "html" else "text") for value, form in content if value][
            :1
        ],
        tags=[_text(tag) for tag in _list(item.get("tags"))[:_MOST]],
        language=_text(item.get("language")),
    )
    if summary := _text(item.get("summary")):
        entry.summaries.append(RawText(summary, "text"))
    for attachment in _list(item.get("attachments"))[:_MOST]:
        if isinstance(attachment, dict):
            entry.enclosures.append(
                RawEnclosure(
                    _text(attachment.get("url")),
                    _text(attachment.get("mime_type")),
                    _text(attachment.get("size_in_bytes")),
                )
            )
            entry.duration = entry.duration or _text(attachment.get("duration_in_seconds")).partition(".")[0]
    return entry


def _authors(value: dict[str, Any]) -> str:
    """1.1 has a list of authors, 1.0 one."""
    authors = _list(value.get("authors"))[:_MOST] or [value.get("author")]
    names = [_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in authors]
    return ", ".join(name for name in names if name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
