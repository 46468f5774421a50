"""What a short stored text links to: its addresses, found without a parser."""

from __future__ import annotations

import html
import re

from techdash.text.urls import web_link

_MOST = 12
_HREF = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*["']?(https?://[^"'\s<>]+)""", re.IGNORECASE)
# Chinese punctuation ends an address: nobody writes a space before it.
_BARE = re.compile(r"https?://[^\s<>\"'`\]，。；：、！？（）《》「」【】“”‘’…]+", re.IGNORECASE)
_TRAILING = ".,;:!?*_~"


def linked(text: str, form: str) -> tuple[str, ...]:
    """The addresses that a text links to, each once, in order, the first twelve.

    ``form`` is how it is stored (``html``, ``markdown``, ``text``): in HTML the links count, else whatever is
    an address.
    """
    if form == "html":
        found = [html.unescape(address) for address in _HREF.findall(text)]
    else:
        found = [_ended(address) for address in _BARE.findall(text)]
    links = dict.fromkeys(link for address in found if (link := web_link(address)))
    return tuple(links)[:_MOST]


def _ended(address: str) -> str:
    """An address without what of the sentence stands at its end."""
    while address:
        if address[-1] in _TRAILING or (address[-1] == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        else:
            break
    return address
