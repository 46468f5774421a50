"""Which entries want their own page, whether it gave more than is held, when a failed one is tried again.

Pure. A feed that gives only a teaser is told by its texts: none, a few lines, or one that ends "Read more".
"""

from __future__ import annotations

import re
import zlib

from techdash.models.fetched import Fetched
from techdash.models.parsed import ParsedEntry, ParsedFeed, ParsedPage
from techdash.models.plans import Plan, WantedPage
from techdash.models.sources import Source
from techdash.text.urls import host

# What has fewer words is no article; what has more than the second number is none cut short.
_SHORT, _LONG = 150, 1_500
_READ_KINDS = ("digest", "essay", "article")
_TAIL = 800
_TAG = re.compile(r"<[^<>]*>")
_ENDS_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.|&hellip;|&#8230;)\]|\b(?:read|see) (?:more|the rest|the full (?:article|story|post))"
    r"|\bcontinue reading(?: .{1,120})?|\bthe post .{1,200} (?:first )?appeared first on .{1,100}"
    r"|阅读全文|继续阅读|查看全文)[\s.…»›→>]*\Z"
    r"|(?:…|\.\.\.|&hellip;|&#8230;)\s*\Z",
    re.IGNORECASE,
)
# The marks that NotionNext leaves in the texts of its feed.
_NOTION = re.compile(r"""class=["'][^"']*\bnotion-(?:text|h1|list|collection-page-properties)""")

HOUR, DAY = 3600, 86_400
BACK_OFF = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)


def wanted(source: Source, feed: ParsedFeed, plan: Plan) -> frozenset[str]:
    """The keys of the entries, of those that a plan writes, whose pages are to be asked for."""
    if source.full_text in ("feed", "none") or not plan.entries:
        return frozenset()
    sites = {_site(url) for url in (source.url, source.site_url, feed.site_url)} - {""}
    return frozenset(
        planned.entry.key
        for planned in plan.entries
        if planned.entry.url.startswith(("http://", "https://"))
        and (source.full_text != "auto" or (planned.kind in _READ_KINDS and _is_teaser(planned.entry, sites)))
    )


def _is_teaser(entry: ParsedEntry, sites: set[str]) -> bool:
    """Whether an entry's text is an extract, and the rest is on the publisher's own site.

    A link to another's article is whole as it is.
    """
    if entry.words >= _LONG:
        return False
    if entry.words >= _SHORT:
        text = entry.body or entry.summary
        if not (_ends_cut(text) or (entry.body_format == "html" and _NOTION.search(text))):
            return False
    there = _site(entry.url)
    return any(there == site or there.endswith(f".{site}") or site.endswith(f".{there}") for site in sites)


def _ends_cut(text: str) -> bool:
    return bool(_ENDS_CUT.search(_TAG.sub(" ", text[-_TAIL:]).rstrip()))


def _site(url: str) -> str:
    return host(url).removeprefix("www.")


def is_more(page: ParsedPage, held: WantedPage, source: Source) -> bool:
    """Whether a page's text is to take the place of what is held of its entry.

    The text of a record map has the formulas and the code that the feed's HTML has lost, and not its property
    table. Elsewhere what the feed gave stays, unless the page has more, or the user said that it is better.
    """
    entry = page.entry
    if not entry.body:
        return False
    if entry.body_format == "notion":
        return held.body_format == "notion" or 2 * entry.words >= held.words
    if held.body_format == "notion":
        return False
    if page.note and not held.note and held.held:
        return False
    if held.held or source.full_text == "page":
        return entry.words >= 0.9 * held.words
    return entry.words > (1.1 * held.words if held.body_format else held.words)


def next_try(entry_id: int | str, tries: int, now: int) -> int | None:
    """When a page is asked for again that could not be had so often; None: it is given up."""
    if tries >= len(BACK_OFF):
        return None
    seconds = BACK_OFF[tries - 1]
    return now + seconds + int(seconds * 0.15 * (zlib.crc32(f"{entry_id} {now}".encode()) / 2**32))


def is_a_page(answer: Fetched) -> bool:
    """Whether an answer can be read as a page, by what the server says it is."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    return kind in ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")
