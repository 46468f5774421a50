"""Local Markdown, HTML and text files as entries: front matter first, then what the text itself says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec.structs import replace

from techdash.document import load
from techdash.document.html_text import to_text
from techdash.document.outline import own_text
from techdash.document.tree import Block, Document, Heading, Paragraph
from techdash.feeds import charset, dates
from techdash.feeds.raw import RawText
from techdash.feeds.rules import (
    EXCERPT,
    LARGEST_BODY,
    LARGEST_SUMMARY,
    author_name,
    language_of,
    primary_language,
    tags_of,
)
from techdash.feeds.titles import excerpt, title_of
from techdash.models.fetched import Files, LocalFile
from techdash.models.parsed import BodyFormat, ParsedEntry, ParsedFeed
from techdash.models.sources import KINDS
from techdash.text import reading
from techdash.text.clean import clean, one_line
from techdash.text.urls import web_link

_FORMATS: dict[str, BodyFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HTML_TITLE = re.compile(r"<title\b[^>]*>([^<]*)</title", re.IGNORECASE)
_DAY_IN_NAME = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
# What Markdown writes that is not read: fences, addresses, tags.
_MARKS = re.compile(r"^\s*(?:```|~~~).*$|\]\([^)\n]*\)|<[^<>\n]*>", re.MULTILINE)
# A date in a file is its author's word and no server's clock: one to come is a plan.
_AHEAD = 10 * 366 * 86_400
# Title and summary stand at the beginning; the rest of a long text needn't be parsed for them.
_FIRST_PARTS = 12


def parse(files: Files, *, now: int, language: str = "") -> ParsedFeed:
    """The entries of a local source, one a file, in the order of their names.

    Front matter may give ``title``, ``date``, ``url``, ``author``, ``language``, ``kind``, ``tags``,
    ``summary`` and ``translation_key`` (one word for a text in all its languages); it is no part of the
    body. Without it the title is the first heading, else the file's name; the day one in the file's name,
    else that of its last change. The key is the path below the source's folder.
    """
    entries = tuple(_entry(file, now, language) for file in files.files)
    return ParsedFeed(version="files", language=primary_language(language), entries=entries, note=files.note)


def parse_sheets(files: Files, sheet: str, *, now: int, language: str = "") -> ParsedFeed:
    """The entries of a source of cheat-sheets: with their cards where they are sheets of another program.

    All else is as :func:`parse` has it. ``sheet`` is what sheets without a name of their own are called.
    """
    from techdash.feeds.sheets import trees

    found = trees.read(((file, text_of(file)) for file in files.files), sheet)
    feed = parse(Files(files.url, tuple(found.others), files.validators), now=now, language=language)
    note = "; ".join(filter(None, (files.note, found.note)))
    return replace(feed, entries=(*found.entries, *feed.entries), note=note)


def key_of(file: LocalFile) -> str:
    """What identifies a file's entry: its path below the source's folder."""
    return one_line(file.name)


def text_of(file: LocalFile) -> str:
    """A file's text, front matter and all, cleaned, its lines ended as Unix ends them."""
    return clean(charset.decode(file.body).replace("\r\n", "\n").replace("\r", "\n"))


def _entry(file: LocalFile, now: int, language: str) -> ParsedEntry:
    path = PurePosixPath(key_of(file))
    body_format = _FORMATS.get(path.suffix.lower(), "text")
    text = text_of(file)
    doc = load.load(text, body_format)
    meta: Mapping[str, object] = doc.meta
    body = _FRONT_MATTER.sub("", text, count=1).strip("\n") if body_format == "markdown" else text
    body = body[:LARGEST_BODY]
    title, summary = _title(doc, text, path), _said(meta, "summary", "description") or _first_paragraph(doc)
    moment = _moment(meta, path, file.modified, now)
    plain = {"markdown": lambda: _MARKS.sub(" ", body), "html": lambda: to_text(body)}.get(
        body_format, lambda: body
    )()
    words, minutes = reading.count(plain)
    kind = _said(meta, "kind")
    return ParsedEntry(
        key=key_of(file),
        title=title,
        url=web_link(_said(meta, "url", "link")) or "",
        author=author_name(", ".join(_listed(meta, "author", "authors"))),
        published=moment.seconds,
        date_only=moment.date_only,
        language=primary_language(_said(meta, "language", "lang"))
        or language_of(f"{title} {plain[:1000]}", primary_language(language)),
        kind=kind if kind in KINDS else None,
        summary=excerpt(summary, LARGEST_SUMMARY),
        body=body,
        body_format=body_format,
        tags=tags_of(_listed(meta, "tags", "keywords")),
        words=words,
        minutes=minutes,
        translation=_said(meta, "translation_key", "translationkey", "pair"),
    )


def _title(doc: Document, text: str, path: PurePosixPath) -> str:
    said = _said(doc.meta, "title")
    if (
        not said
        and (match := _HTML_TITLE.search(text, 0, 65_536))
        and path.suffix.lower() in (".html", ".htm")
    ):
        said = title_of(RawText(match[1]))
    if not said:
        said = next((own_text(block) for block in _first_blocks(doc) if isinstance(block, Heading)), "")
    return title_of(RawText(said, "text")) or one_line(path.stem.replace("_", " ")) or path.name


def _first_paragraph(doc: Document) -> str:
    paragraphs = (own_text(block) for block in _first_blocks(doc) if isinstance(block, Paragraph))
    return excerpt(next((line for text in paragraphs if (line := one_line(text))), ""), EXCERPT)


def _first_blocks(doc: Document) -> Iterator[Block]:
    for index in range(min(len(doc), _FIRST_PARTS)):
        yield from doc.part(index)


def _moment(meta: Mapping[str, object], path: PurePosixPath, modified: int, now: int) -> dates.Moment:
    in_name = _DAY_IN_NAME.search(path.name)
    for text in (_said(meta, "date", "published", "day"), in_name[0] if in_name else ""):
        if text and (moment := dates.parse(text, now + _AHEAD)):
            return moment
    return dates.Moment(modified, date_only=False)


def _said(meta: Mapping[str, object], *names: str) -> str:
    for name in names:
        value = meta.get(name)
        if (
            value is not None
            and not isinstance(value, list | tuple | Mapping)
            and (text := one_line(str(value)))
        ):
            return text
    return ""


def _listed(meta: Mapping[str, object], *names: str) -> list[str]:
    for name in names:
        value = meta.get(name)
        if isinstance(value, list | tuple):
            return [str(one) for one in value]
        if isinstance(value, str) and value:
            return value.split(",")
    return []
