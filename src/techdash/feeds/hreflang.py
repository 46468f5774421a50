"""The versions in other languages that a page names of itself: HTML's ``<link rel=alternate hreflang=…>``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techdash.feeds.rules import primary_language
from techdash.text.translations import unmarked
from techdash.text.urls import canonical, resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser


def translation(page: LexborHTMLParser, url: str) -> str:
    """A name that a page at ``url`` and its version in the other language have in common; empty for none.

    Both name one page in Chinese and one in English, of which the page itself is one, as is asked of them
    (WHATWG HTML, 4.6.7.1; RFC 5646 for the languages). Where the addresses differ in the mark of a language
    alone the name is empty too: these are known by that, whether their pages are fetched or not.
    """
    base = page.css_first("base[href]")
    here = (resolve(url, base.attributes.get("href") or "") or url) if base is not None else url
    named: dict[str, set[str]] = {"en": set(), "zh": set()}
    for link in page.css("link[rel~=alternate i][hreflang]"):
        language = primary_language(link.attributes.get("hreflang") or "")
        address = resolve(here, link.attributes.get("href") or "")
        if address and language in named:
            named[language].add(canonical(address))
    if {len(addresses) for addresses in named.values()} != {1}:
        return ""
    english, chinese = (addresses.pop() for addresses in named.values())
    if english == chinese or canonical(url) not in (english, chinese):
        return ""
    return "" if unmarked(english)[0] == unmarked(chinese)[0] else f"{english} {chinese}"
