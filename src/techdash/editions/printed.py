"""An edition in words for paper and pipe, in English or Chinese, and days as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from techdash import days
from techdash.models.editions import Draft, Edition, Item, Section

if TYPE_CHECKING:
    from techdash.document.tree import Block, Inline, ListItem

T = TypeVar("T", Edition, Item)

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COUNTED = ("article", "featured", "social", "github", "podcast", "paper")
# One of it, several of it.
_COUNTS = {
    "en": {
        "article": ("{} article", "{} articles"),
        "featured": ("{} featured", "{} featured"),
        "social": ("{} post", "{} posts"),
        "github": ("{} project", "{} projects"),
        "podcast": ("{} episode", "{} episodes"),
        "paper": ("{} paper", "{} papers"),
    },
    "zh": {
        "article": ("{} 篇文章",) * 2,
        "featured": ("{} 篇精选",) * 2,
        "social": ("{} 条动态",) * 2,
        "github": ("{} 个项目",) * 2,
        "podcast": ("{} 期播客",) * 2,
        "paper": ("{} 篇论文",) * 2,
    },
}
_SECTIONS = {
    "featured": "精选",
    "article": "文章",
    "social": "动态",
    "github": "开源",
    "podcast": "播客",
    "paper": "论文",
    "other": "其他",
    "muted": "已静音",
}
_LANGUAGES = {"en": {"en": "English", "zh": "Chinese"}, "zh": {"en": "英文", "zh": "中文"}}


class Printed:
    """What is said around an edition's own texts, in English or Chinese (``en``, ``zh``)."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language == "zh" else "en"

    def _one(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def title(self, edition: Edition) -> str:
        """What an edition is called."""
        return self._one("From your sources", "来自你的订阅") if edition.composed else edition.title

    def section(self, edition: Edition, section: Section) -> str:
        """What a section is called: a published edition's is called as it is there."""
        if edition.composed and self.language == "zh":
            return _SECTIONS.get(section.kind, section.title)
        return section.title

    def long_day(self, day: str) -> str:
        """``Tuesday 12 May 2026``, ``2026年5月12日 星期二``."""
        date = days.parse(day)
        weekday = _WEEKDAYS[self.language][date.weekday()]
        if self.language == "zh":
            return f"{date.year}年{date.month}月{date.day}日 {weekday}"
        return f"{weekday} {date.day} {_MONTHS[date.month - 1]} {date.year}"

    def about(self, item: Item) -> str:
        """Who an item is by, its source, how many sources have the story and how long it is."""
        parts = [item.who]
        if item.source_title.casefold() != item.who.casefold():
            parts.append(item.source_title)
        if item.sources > 1:
            parts.append(self._one(f"{item.sources} sources", f"{item.sources} 个来源"))
        if item.minutes:
            parts.append(self._one(f"{item.minutes} min", f"{item.minutes} 分钟"))
        if item.other is not None:
            name = _LANGUAGES[self.language].get(item.other.language, item.other.language)
            parts.append(self._one(f"also in {name}", f"另有{name}版"))
        return " · ".join(part for part in parts if part)

    def counted(self, counts: dict[str, int]) -> str:
        """``21 articles (5 featured) · 26 posts``, ``21 篇文章（5 篇精选） · 26 条动态``."""
        words = _COUNTS[self.language]
        parts = []
        for name in ("article", "social", "github", "podcast", "paper"):
            if number := counts.get(name, 0):
                parts.append(words[name][number != 1].format(number))
            if name == "article" and counts.get("featured"):
                featured = words["featured"][0].format(counts["featured"])
                parts = [parts[0] + self._one(f" ({featured})", f"（{featured}）")] if parts else [featured]
        return " · ".join(parts)

    def in_numbers(self, edition: Edition) -> str:
        """How much was found in an edition; a composed one's own lead says it, which a model's replaces."""
        if edition.composed:
            return edition.lead if edition.draft else ""
        return self.counted(edition.counts)

    def differing(self, edition: Edition) -> str:
        """What an edition states of itself where other counts were found; else empty."""
        stated = self.counted(edition.stated_counts or {}) if edition.miscounts else ""
        return self._one(f"The edition itself states {stated}.", f"原文自称：{stated}。") if stated else ""

    def rising(self, edition: Edition) -> str:
        """``Rising: inference 9 (usually 1.4) · agents 7 (usually 3)``; empty where nothing does."""
        found = [
            f"{trend.term} {trend.today}"
            + self._one(f" (usually {trend.usual:g})", f"（平时 {trend.usual:g}）")
            for trend in edition.trend
        ]
        return self._one("Rising: ", "升温：") + " · ".join(found) if found else ""


def lead(edition: Edition) -> list[str]:
    """The paragraphs of an edition's lead, marked where its source cut it short."""
    said = edition.draft.text if edition.draft else edition.lead
    said += " …" if edition.lead_cut and said else ""
    return [paragraph for paragraph in said.split("\n\n") if paragraph]


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


def with_rising_apart(edition: Edition) -> Edition:
    """The edition with what rises left out of its lead, for where :meth:`Printed.rising` says it."""
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


def markdown(by_day: Mapping[str, Sequence[Edition]], language: str) -> str:
    """The editions of some days as one Markdown text (CommonMark), said in a language."""
    from techdash.document.to_markdown import to_markdown
    from techdash.document.tree import Document

    found = blocks(by_day, language)
    return to_markdown(Document(starts=[0], sizes=[1], parse_part=lambda _: found)).rstrip()


def blocks(by_day: Mapping[str, Sequence[Edition]], language: str) -> tuple[Block, ...]:
    """The editions of some days as the blocks of a document, said in a language."""
    return tuple(_blocks(by_day, Printed(language)))


def _blocks(by_day: Mapping[str, Sequence[Edition]], said: Printed) -> Iterator[Block]:
    from techdash.document.tree import Heading, List, Paragraph, Text

    for day, editions in by_day.items():
        yield Heading(0, 1, (Text(said.long_day(day)),))
        for edition in editions:
            yield Heading(0, 2, (_linked(said.title(edition), edition.url),))
            numbers = said.in_numbers(edition), said.differing(edition)
            told = (*lead(edition), written_by(edition.draft), *numbers)
            for text in filter(None, told):
                yield Paragraph(0, (Text(text),))
            for section in edition.sections:
                yield Heading(0, 3, (Text(said.section(edition, section)),))
                for text in filter(None, section.prose.split("\n")):
                    yield Paragraph(0, (Text(text),))
                if section.items:
                    yield List(
                        0, ordered=False, items=tuple(_list_item(item, said) for item in section.items)
                    )


def _list_item(item: Item, said: Printed) -> ListItem:
    from techdash.document import tree

    inlines = [_linked(item.title, item.url, strong=item.featured)]
    if by := said.about(item):
        inlines.append(tree.Text(f" ({by})"))
    if told := summary(item):
        inlines.append(tree.Text(f": {told}"))
    return tree.ListItem((tree.Paragraph(0, tuple(inlines)),))


def _linked(words: str, url: str, *, strong: bool = False) -> Inline:
    from techdash.document.tree import Link, Text

    text = Text(words, frozenset({"strong"}) if strong else frozenset())
    return Link(url, (text,)) if url.startswith(("https://", "http://")) else text
