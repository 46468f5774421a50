"""Cheat-sheets: the cards in a document's tables, and in its lines that begin with code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from techdash.document.inlines import text_of
from techdash.document.tree import (
    Block,
    Callout,
    Code,
    Details,
    Document,
    Heading,
    Inlines,
    Link,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
    Text,
)
from techdash.models.parsed import Card
from techdash.text.clean import one_line
from techdash.text.syntax import bare
from techdash.text.urls import web_link

_MOST_CARDS = 5000
_LONGEST_SENTENCE = 300

# A card's field, by what a table's column may be headed.
_COLUMNS = {
    name: field
    for field, names in {
        "section": "section|group|分组|章节",
        "item": "item|name|feature|名称|名字|项目",
        "item_zh": "中文名|中文名称",
        "syntax": "syntax|command|commands|key|keys|shortcut|flag|usage|语法|命令|按键|快捷键|用法",
        "text": "meaning|what it does|does|description|action|effect|说明|含义|作用|描述|功能|解释",
        "text_zh": "中文|中文说明|中文含义|chinese",
        "example": "example|examples|示例|例子",
        "since": "since|since / notes|version|版本|起始版本|自",
        "note": "notes|note|remarks",
        "note_zh": "备注|中文备注|注",
        "also": "also|also called|aliases|synonyms|别名|又称|同义词",
        "removed": "removed|removed in|移除|已移除|移除版本",
        "source": "source|sources|link|来源|链接|出处",
    }.items()
    for name in names.split("|")
}
_HAN = re.compile(r"[\u3400-\u9fff]")
_COMMA = re.compile(r"\s*[,，、]\s*")
_SAID = ("sheet", "title", "title_zh", "section", "source", "summary", "summary_zh", "page")
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|[。！？])", re.DOTALL)
_EDGES = " \t:：–—-|·"


def cards_of(doc: Document, title: str, fallback_source: str) -> tuple[Card, ...]:
    """The cards of a document, in order; always at least one.

    A table's row is a card: its columns by their headings (syntax, name, 中文名, meaning, 中文, example,
    since, notes, 备注, also, removed, source), or with code in its first column; one with an empty syntax
    is called by its name. So is a list item or a paragraph that begins with code. The section is the
    nearest heading, in both languages perhaps ("Keys / 快捷键").

    ``doc.meta`` may give ``sheet``, ``title``, ``title_zh``, ``section`` (before the first heading) and
    ``source``; without them the sheet is called ``title``, and what states no source has ``fallback_source``
    if that is a web link. A document without any of this, or with ``page: true``, is one card without a
    syntax: its title and its ``summary``, else its first sentence (``summary_zh`` and ``also`` as well).
    """
    said = {key: one_line(str(doc.meta.get(key) or "")) for key in _SAID}
    title = said["title"] or one_line(title)
    section = _in_both_languages(said["section"]) if said["section"] else (title, said["title_zh"])
    sheet = _Sheet(
        said["sheet"] or title,
        *section,
        source=web_link(said["source"]) or web_link(fallback_source) or "",
    )
    if said["page"].lower() not in ("true", "yes"):
        cards = tuple(card for card, _ in zip(sheet.read(doc.blocks()), range(_MOST_CARDS), strict=False))
        if cards:
            return cards
        sheet.section, sheet.section_zh = section
    also = doc.meta.get("also")
    page = sheet.card(
        item=title,
        item_zh=said["title_zh"],
        text=said["summary"] or _first_sentence(doc.blocks()),
        text_zh=said["summary_zh"],
        also=_listed(", ".join(map(str, also)) if isinstance(also, list) else str(also or "")),
    )
    return (page,)


@dataclass(slots=True)
class _Sheet:
    """Where reading a sheet has got to: the section, and the line before, which may describe bare code."""

    name: str
    section: str
    section_zh: str
    source: str
    before: str = ""

    def read(self, blocks: Iterable[Block]) -> Iterator[Card]:
        for block in blocks:
            match block:
                case Heading():
                    self._enter(text_of(block.inlines))
                case Details():
                    self._enter(text_of(block.summary))
                    yield from self.read(block.children)
                case Table():
                    yield from self._rows(block)
                case List():
                    for item in block.items:
                        yield from self._list_item(item)
                case Paragraph():
                    yield from self._line(block.inlines)
                case Quote() | Callout():
                    yield from self.read(block.children)
                case _:
                    self.before = ""

    def card(self, **fields: Any) -> Card:
        section, section_zh = self.section, self.section_zh
        if named := fields.pop("section", ""):
            section, section_zh = _in_both_languages(named)
        return Card(
            sheet=self.name,
            section=section,
            section_zh=section_zh,
            item=fields.pop("item", "") or bare(fields.get("syntax", "")),
            syntax=fields.pop("syntax", ""),
            text=fields.pop("text", ""),
            source=fields.pop("source", "") or self.source,
            **fields,
        )

    def _enter(self, heading: str) -> None:
        if heading := one_line(heading):
            self.section, self.section_zh = _in_both_languages(heading)
        self.before = ""

    def _rows(self, table: Table) -> Iterator[Card]:
        fields = [_COLUMNS.get(one_line(text_of(cell)).lower(), "") for cell in table.head]
        for row in table.rows:
            if card := self._row(fields, row):
                yield card

    def _row(self, columns: Sequence[str], row: Sequence[Inlines]) -> Card | None:
        fields: dict[str, str] = {}
        others: list[str] = []
        for number, cell in enumerate(row):
            field = columns[number] if number < len(columns) else ""
            if number == 0 and not field and "syntax" not in columns and _leading_code(cell):
                field = "syntax"
            value = _link(cell) if field == "source" else one_line(text_of(cell))
            if field == "also":
                value = _listed(value)
            if field and field not in fields:
                fields[field] = value
            elif value:
                others.append(value)
        if "syntax" not in fields and "text" not in fields:
            return None
        fields["text"] = " · ".join(filter(None, [fields.get("text", ""), *others]))
        fields.setdefault("syntax", fields.get("item", ""))
        return self.card(**fields) if fields["syntax"] or fields.get("item") else None

    def _list_item(self, item: ListItem) -> Iterator[Card]:
        first, rest = item.children[:1], item.children[1:]
        below = " ".join(text_of(block.inlines) for block in rest if isinstance(block, Paragraph))
        if first and isinstance(first[0], Paragraph) and _leading_code(first[0].inlines):
            yield from self._line(first[0].inlines, below)
            yield from self.read(block for block in rest if not isinstance(block, Paragraph))
        else:
            yield from self.read(item.children)

    def _line(self, inlines: Inlines, below: str = "") -> Iterator[Card]:
        code = _leading_code(inlines)
        words = one_line(text_of(inlines))
        if not code:
            self.before = words
            return
        text = one_line(f"{words[len(code) :].lstrip(_EDGES)} {below}").strip() or self.before.rstrip(_EDGES)
        self.before = ""
        if text:
            yield self.card(syntax=code, text=text, source=_link(inlines))


def _leading_code(inlines: Inlines) -> str:
    """The code that a line begins with, or empty."""
    for inline in inlines:
        if isinstance(inline, Code):
            return one_line(inline.text)
        if isinstance(inline, Link) and inline.children:
            return _leading_code(inline.children)
        if not (isinstance(inline, Text) and not inline.text.strip()):
            break
    return ""


def _link(inlines: Inlines) -> str:
    """The first address in a line: that of a link, or one written out; or empty."""
    for inline in inlines:
        if isinstance(inline, Link) and (found := web_link(inline.href)):
            return found
    return web_link(one_line(text_of(inlines))) or ""


def _listed(words: str) -> str:
    """Words between commas of either width, as :class:`Card` lists them."""
    return ", ".join(filter(None, _COMMA.split(one_line(words).strip())))


def _in_both_languages(heading: str) -> tuple[str, str]:
    """A heading "Title / 标题", in either order, as title and Chinese title."""
    first, slash, second = (part.strip() for part in heading.rpartition(" / "))
    if slash and bool(_HAN.search(first)) != bool(_HAN.search(second)):
        return (second, first) if _HAN.search(first) else (first, second)
    return heading, ""


def _first_sentence(blocks: Iterable[Block]) -> str:
    for block in blocks:
        words = one_line(text_of(block.inlines)) if isinstance(block, Paragraph) else ""
        if words:
            sentence = _SENTENCE.match(words)
            return (sentence[0] if sentence else words)[:_LONGEST_SENTENCE]
    return ""
