"""What changelogs tell that is newer than the sheets, as cards under a title of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from techdash.models.parsed import Card
from techdash.text.syntax import bare
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.changes import Change
    from techdash.models.entries import ChangelogEntry

Changelogs = Mapping[str, tuple[str, Sequence["ChangelogEntry"]]]
News = Mapping[Card, "Change"]


def read(changelogs: Changelogs, cards: Sequence[Card], words: Words) -> dict[Card, Change]:
    """A card for each change of each sheet; parses the changelogs, so best off the loop."""
    from techdash import changes

    found: dict[Card, Change] = {}
    for sheet, (day, entries) in changelogs.items():
        several = changes.since(sheet, entries, day, cards)
        for change in several:
            found[_card(change, said(several, day, words), words)] = change
    return found


def said(changes: Sequence[Change], day: str, words: Words) -> str:
    """How many changes there are, and up to which version."""
    return words("card.news", n=len(changes), day=day, version=changes[0].version) if changes else ""


def _card(change: Change, section: str, words: Words) -> Card:
    about = change.card
    name = (bare(about.syntax) or about.item) if about else ""
    return Card(
        sheet=change.sheet,
        section=section,
        item=f"{change.version}  {name}".rstrip(),
        syntax="",
        text=change.text,
        source=change.url,
        note=words("card.news_about", name=name) if name else words("card.news_opens"),
    )
