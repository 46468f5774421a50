"""Narrows cards by what was typed: exact command, prefix, word, anywhere; best first, both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from techdash.models import Card

_WORD = re.compile(r"[^\W_]+|[/\-]+[\w\-]+", re.UNICODE)
EXACT, PREFIX, WORD, ANYWHERE = range(4)


def narrow(cards: Iterable[Card], query: str) -> list[Card]:
    """The cards that hold every word of ``query`` in syntax, name, meaning (either language) or section.

    Order: exact command, command that begins so, a word of command or name, anywhere; then the sheet's own.
    """
    wanted = fold(query).split()
    if not wanted:
        return list(cards)
    found = []
    for position, card in enumerate(cards):
        rank = _rank(card, wanted)
        if rank is not None:
            found.append((rank, position, card))
    found.sort(key=lambda each: each[:2])
    return [card for _, _, card in found]


def fold(text: str) -> str:
    """Full-width forms, case and compatibility characters made one (NFKC, casefold)."""
    return unicodedata.normalize("NFKC", text).casefold()


def _rank(card: Card, wanted: list[str]) -> int | None:
    syntax, item = fold(card.syntax), fold(card.item)
    rest = fold(
        f"{card.text} {card.text_zh} {card.section} {card.section_zh} "
        f"{card.example} {card.since} {card.sheet}"
    )
    everything = f"{syntax} {item} {rest}"
    if not all(word in everything for word in wanted):
        return None
    whole = " ".join(wanted)
    command = syntax.lstrip("/-")
    if whole in (syntax, command, item) or whole == command.split(" ")[0]:
        return EXACT
    if any(text.startswith(whole) for text in (syntax, command, item)):
        return PREFIX
    words = {word.lstrip("/-") for word in _WORD.findall(f"{syntax} {item}")}
    if all(any(known.startswith(word.lstrip("/-")) for known in words) for word in wanted):
        return WORD
    return ANYWHERE
