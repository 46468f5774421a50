"""An edition in words for paper and pipe: titles, counts and days in English, and a day as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from techdash import days
from techdash.models.editions import Draft, Edition, Item

if TYPE_CHECKING:
    from techdash.document.tree import Block, Inline, ListItem

T = TypeVar("T", Edition, Item)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COUNTED = ("article", "featured", "social", "github", "podcast", "paper")
_NAMES = {
    "article": ("article", "articles"),
    "featured": ("featured", "featured"),
    "social": ("post", "posts"),
    "github": ("project", "projects"),
    "podcast": ("episode", "episodes"),
    "paper": ("paper", "papers"),
}


_LANGUAGES = {"en": "English", "zh": "Chinese"}


def title(edition: Edition) -> str:
    """What an edition is called."""
    return "From your sources" if edition.composed else edition.title


def long_day(day: str) -> str:
    """``Tuesday 12 May 2026``."""
    date = days.parse(day)
    return f"{_WEEKDAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"


def about(item: Item) -> str:
    """Who an item is by, its source, how many sources have the story and how long it is."""
    parts = [item.who]
    if item.source_title.casefold() != item.who.casefold():
        parts.append(item.source_title)
    if item.sources > 1:
        parts.append(f"{item.sources} sources")
    if item.minutes:
        parts.append(f"{item.minutes} min")
    if item.other is not None:
        parts.append(f"also in {_LANGUAGES.get(item.other.language, item.other.language)}")
    return " · ".join(part for part in parts if part)


def counted(counts: dict[str, int]) -> str:
    """``21 articles (5 featured) · 26 posts``."""
    parts = []
    for name in ("article", "social", "github", "podcast", "paper"):
        if number := counts.get(name, 0):
            parts.append(f"{number} {_NAMES[name][number != 1]}")
        if name == "article" and counts.get("featured"):
            featured = f"{counts['featured']} featured"
            parts = [f"{parts[0]} ({featured})"] if parts else [featured]
    return " · ".join(parts)


def lead(edition: Edition) -> list[str]:
    """The paragraphs of an edition's lead, marked where its source cut it short."""
    said = edition.draft.text if edition.draft else edition.lead
    said += " …" if edition.lead_cut and said else ""
    return [paragraph for paragraph in said.split("\n\n") if paragraph]


def in_numbers(edition: Edition) -> str:
    """How much was found in an edition; a composed one's own lead says it, also where a model wrote one."""
    if edition.composed:
        return edition.lead if edition.draft else ""
    return counted(edition.counts)


def written_by(draft: Draft | None) -> str:
    """That a model wrote this and which, in the language it wrote; empty where none did."""
    if draft is None:
        return ""
    return f"由 {draft.model} 撰写" if draft.language == "zh" else f"written by {draft.model}"


def summary(item: Item) -> str:
    """An item's summary, with the name of the model that wrote it where one did."""
    if item.draft is None:
        return item.summary
    by = written_by(item.draft)
    return f"{item.draft.text}（{by}）" if item.draft.language == "zh" else f"{item.draft.text} ({by})"


def differing(edition: Edition) -> str:
    """What an edition states of itself where other counts were found; else empty."""
    stated = counted(edition.stated_counts or {}) if edition.miscounts else ""
    return f"The edition itself states {stated}." if stated else ""


def rising(edition: Edition) -> str:
    """``Rising: inference 9 (usually 1.4) · agents 7 (usually 3)``; empty where nothing does."""
    found = [f"{trend.term} {trend.today} (usually {trend.usual:g})" for trend in edition.trend]
    return f"Rising: {' · '.join(found)}" if found else ""


def with_rising_apart(edition: Edition) -> Edition:
    """The edition with what rises left out of its lead, for where :func:`rising` says it."""
    from techdash.editions.lead import without_rising

    return replace(edition, lead=without_rising(edition.lead)) if edition.trend else edition


def in_language(edition: Edition, language: str) -> Edition:
    """The edition with its lead, and essays, in English or Chinese (``en``, ``zh``), where they are in both.

    What a model wrote in the other language is left out.
    """
    if not edition.composed:
        return edition
    sections = tuple(
        replace(section, items=tuple(_item_in(item, language) for item in section.items))
        for section in edition.sections
    )
    lead = edition.lead_zh if language == "zh" and edition.lead_zh else edition.lead
    return _with_draft_in(replace(edition, lead=lead, sections=sections), language)


def _item_in(item: Item, language: str) -> Item:
    return _with_draft_in(item.facing(language), language)


def _with_draft_in(one: T, language: str) -> T:
    return replace(one, draft=None) if one.draft and one.draft.language != language else one


# -- Markdown


def markdown(by_day: Mapping[str, Sequence[Edition]]) -> str:
    """The editions of some days as one Markdown text (CommonMark)."""
    from techdash.document.to_markdown import to_markdown
    from techdash.document.tree import Document

    blocks = tuple(_blocks(by_day))
    return to_markdown(Document(starts=[0], sizes=[1], parse_part=lambda _: blocks)).rstrip()


def _blocks(by_day: Mapping[str, Sequence[Edition]]) -> Iterator[Block]:
    from techdash.document.tree import Heading, List, Paragraph, Text

    for day, editions in by_day.items():
        yield Heading(0, 1, (Text(long_day(day)),))
        for edition in editions:
            yield Heading(0, 2, (_linked(title(edition), edition.url),))
            told = (*lead(edition), written_by(edition.draft), in_numbers(edition), differing(edition))
            for text in filter(None, told):
                yield Paragraph(0, (Text(text),))
            for section in edition.sections:
                yield Heading(0, 3, (Text(section.title),))
                for text in filter(None, section.prose.split("\n")):
                    yield Paragraph(0, (Text(text),))
                if section.items:
                    yield List(0, ordered=False, items=tuple(map(_list_item, section.items)))


def _list_item(item: Item) -> ListItem:
    from techdash.document import tree

    inlines = [_linked(item.title, item.url, strong=item.featured)]
    if by := about(item):
        inlines.append(tree.Text(f" ({by})"))
    if said := summary(item):
        inlines.append(tree.Text(f": {said}"))
    return tree.ListItem((tree.Paragraph(0, tuple(inlines)),))


def _linked(words: str, url: str, *, strong: bool = False) -> Inline:
    from techdash.document.tree import Link, Text

    text = Text(words, frozenset({"strong"}) if strong else frozenset())
    return Link(url, (text,)) if url.startswith(("https://", "http://")) else text
