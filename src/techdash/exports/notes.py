"""An entry as a note for a vault (Markdown with front matter, as Obsidian reads it), and as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from techdash.document.load import load
from techdash.document.tree import Block, Document, Heading
from techdash.models.entries import Entry
from techdash.text.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOT_IN_TAGS = re.compile(r"[^\w/-]+")


def document_of(entry: Entry) -> Document:
    """The document of an entry; where only its head came with the feed, of that."""
    if entry.body.strip():
        return load(entry.body, entry.body_format, entry.row.url)
    return load(entry.summary, "text", entry.row.url)


def as_markdown(entry: Entry, document: Document) -> str:
    """An entry's title, address and text: what is copied and piped."""
    from techdash.document.to_markdown import to_markdown

    head = [f"# {entry.row.title}", entry.row.url] if entry.row.url else [f"# {entry.row.title}"]
    return "\n\n".join([*head, to_markdown(document)])


def as_note(entry: Entry) -> str:
    """An entry as a file of a vault: front matter, title, text, and what the reader wrote to it."""
    from techdash.document.to_markdown import to_markdown

    row = entry.row
    blocks = without_title(tuple(document_of(entry).blocks()), row.title)
    parts = [front_matter(_properties(entry)), f"# {_heading(row.title)}"]
    parts.append(to_markdown(Document([0], [1], lambda _: blocks)).rstrip())
    if entry.own_note:
        parts.append(f"## {'我的笔记' if row.language == 'zh' else 'My note'}\n\n{entry.own_note.strip()}")
    return "\n\n".join(part for part in parts if part) + "\n"


def front_matter(properties: Mapping[str, object]) -> str:
    """Properties as YAML 1.2, of which JSON's strings and lists are part."""
    lines = [f"{name}: {_yaml(value)}" for name, value in properties.items() if value not in ("", None, [])]
    return "\n".join(["---", *lines, "---"])


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry with its marks and its text as blocks, with the names of ``techdash read --json``."""
    from techdash.document.to_json import to_json

    row = entry.row
    return {
        "id": row.id,
        "title": row.title,
        "url": row.url,
        "source": row.source_title,
        "author": row.author,
        "published": moment(row.published),
        "day": row.day,
        "language": row.language,
        "words": entry.words,
        "minutes": row.minutes,
        "note": entry.note,
        "read": row.marks.read,
        "starred": row.marks.starred,
        "later": row.marks.later,
        "tags": list(row.marks.tags),
        "own_note": entry.own_note,
        "blocks": to_json(document_of(entry)),
    }


def without_title(blocks: tuple[Block, ...], title: str) -> tuple[Block, ...]:
    """The blocks of a text without its own title at the beginning."""
    from techdash.document.outline import plain_text

    first = blocks[:1]
    is_title = bool(first) and isinstance(first[0], Heading) and one_line(plain_text(first)) == title
    return blocks[1:] if is_title else blocks


def moment(seconds: int | None) -> str | None:
    """A time as RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None


def _properties(entry: Entry) -> dict[str, object]:
    row = entry.row
    return {
        "title": row.title,
        "author": row.author,
        "source": row.source_title,
        "url": row.url,
        "published": moment(row.published),
        "day": row.day,
        "language": row.language,
        "tags": list(_tags(row.marks.tags)),
        **{name: True for name in ("starred", "later") if getattr(row.marks, name)},
    }


def _tags(names: tuple[str, ...]) -> Iterator[str]:
    """Tags as a vault takes them: letters, digits, ``_ - /``, not digits alone."""
    for name in names:
        tag = _NOT_IN_TAGS.sub("-", name).strip("-")
        if tag:
            yield f"{tag}_" if tag.isdecimal() else tag


def _yaml(value: object) -> str:
    # a date or a time is one without quotes only
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _heading(title: str) -> str:
    """A title as the text of a heading, in which nothing is markup."""
    from techdash.document.to_markdown import to_markdown
    from techdash.document.tree import Paragraph, Text

    block = Paragraph(0, (Text(title),))
    return to_markdown(Document([0], [1], lambda _: (block,))).strip()
