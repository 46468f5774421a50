"""What is said of a card in a list or beside it: its name, its meaning in one language, what matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from techdash.language import Language
from techdash.models.parsed import Card, OwnCard
from techdash.tui.widgets.highlight import Ranges, Span, marked
from techdash.tui.words import Words

Matches = Mapping[str, Ranges]
"""What matched, by the field of a card."""

_OTHER: dict[Language, Language] = {"en": "zh", "zh": "en"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The language that cards are read in, and the words of the window, which may be in another."""

    language: Language
    words: Words

    def field(self, card: Card, name: str) -> str:
        """The field that holds ``name`` in the language of the sheet, else in the other."""
        return _in(self.language, card, name) or _in(_OTHER[self.language], card, name) or name

    def _telling(self, card: Card, name: str, found: Matches) -> str:
        """The same, but the field in the other language where only that matched."""
        field, other = self.field(card, name), _in(_OTHER[self.language], card, name)
        return other if other in found and field not in found else field

    def sheet(self, card: Card) -> str:
        """What the sheet is called: of one's own set-up in the language of the sheet."""
        return card.sheet_zh if isinstance(card, OwnCard) and self.language == "zh" else card.sheet

    def section(self, card: Card) -> str:
        return str(getattr(card, self.field(card, "section")))

    def name(self, card: Card, found: Matches, role: str = "") -> list[Span]:
        """The command; of a page its title. ``role`` is added to that of either."""
        field = "syntax" if card.syntax else self._telling(card, "item", found)
        own = "faint strike" if card.removed else "code" if card.syntax else "strong"
        return marked(getattr(card, field), f"{own} {role}".rstrip(), found.get(field, ()))

    def meaning(self, card: Card, found: Matches, role: str = "text") -> list[Span]:
        """All that a line has room for: whether it is gone, what it is called besides, and what it does."""
        spans: list[Span] = []
        if card.removed:
            spans.append((f"{self.words('card.removed')} · ", "warning"))
        names = {"syntax", "item"} if card.syntax else {"item", "item_zh"}
        if not found.keys() & {*names, self._telling(card, "text", found)}:
            called = _matched_words(card.also, found.get("also", ()))
            spans += [span for word in called for span in (*word, (" · ", "faint"))]
        if self.names(card) or ("item" in found and self.has_name(card)):
            spans += [*marked(card.item, "strong", found.get("item", ())), (" · ", "faint")]
        return spans + self.text(card, found, role)

    def text(self, card: Card, found: Matches, role: str = "text") -> list[Span]:
        """What it does: in the other language where only that matched, so that it is seen why it is here."""
        field = self.field(card, "text")
        if not {"syntax", "item", "item_zh"} & found.keys():
            field = self._telling(card, "text", found)
        if isinstance(card, OwnCard) and (card.broken or card.unused):
            role = "warning" if card.broken else "muted"
        return marked(getattr(card, field), role, found.get(field, ()))

    def note(self, card: Card, found: Matches) -> list[Span]:
        """What else must be known; of what was removed, what came in its place."""
        field = self.field(card, "note")
        return marked(getattr(card, field), "muted", found.get(field, ()))

    def names(self, card: Card) -> bool:
        """Whether its meaning begins with its name: names are in English."""
        return self.language == "en" and self.has_name(card)

    def has_name(self, card: Card) -> bool:
        """Whether it has a name that its command does not say."""
        return bool(card.syntax) and card.item not in card.syntax

    def unseen(self, card: Card, found: Matches) -> list[list[Span]]:
        """What matched and is not said of the card otherwise: other names, notes in the other language."""
        lines = []
        if "also" in found:
            named = (f"{self.words('card.also')}  ", "faint")
            lines.append([named, *marked(card.also, "muted", found["also"])])
        other = _in(_OTHER[self.language], card, "note")
        if other in found and other != self.field(card, "note"):
            lines.append(marked(getattr(card, other), "muted", found[other]))
        return lines


def _in(language: Language, card: Card, name: str) -> str:
    """The field that holds ``name`` in a language; empty where the card has none."""
    field = f"{name}_zh" if language == "zh" else name
    return field if getattr(card, field) else ""


def _matched_words(text: str, ranges: Ranges) -> list[list[Span]]:
    """The comma-separated parts of a text in which something matched."""
    found, start = [], 0
    for part in text.split(","):
        end = start + len(part)
        begin = end - len(part.lstrip())
        within = [(first - begin, last - begin) for first, last in ranges if begin <= first and last <= end]
        if within:
            found.append(marked(text[begin:end], "text", within))
        start = end + 1
    return found
