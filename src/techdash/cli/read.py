"""``techdash read``: an entry of the library, or a file, laid out as in the reader."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from techdash import config
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width
from techdash.cli.output import Output, Piece, indented, moment, say
from techdash.document.lines import Setting, Tokens
from techdash.document.tree import Block, CodeBlock, Document, Heading, Text
from techdash.errors import UsageError
from techdash.models.entries import Entry
from techdash.models.parsed import BodyFormat
from techdash.paths import Paths

_FORMATS: dict[str, BodyFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
}


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read: a document with what is known of it."""

    document: Document
    title: str
    url: str
    id: int | None = None
    source: str = ""
    author: str = ""
    published: int | None = None
    day: str = ""
    language: str = ""
    words: int = 0
    minutes: int = 0
    note: str = ""
    tags: tuple[str, ...] = ()
    own_note: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="ID_OR_URL_OR_FILE",
        help="an entry's number or address, or a .md, .html or .txt file",
    )
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument("--markdown", action="store_true", help="print Markdown")
    how.add_argument("--plain", action="store_true", help="for a screen reader: no colour, nothing drawn")
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    settings = config.load(paths.config)
    text = _of_library(options.what, paths) if _is_of_library(options.what) else _of_file(options.what)
    if options.json:
        output.json(_as_json(text))
    elif options.markdown:
        output.text(_as_markdown(text))
    else:
        output.colour = output.colour and not options.plain
        width = output.width(options.width, settings.column)
        linear = options.plain
        setting = Setting(ambiguous=settings.ambiguous, gaps=output.terminal and not linear, linear=linear)
        _print(text, output, width, setting)
    return DONE


def _is_of_library(what: str) -> bool:
    return what.isdecimal() or what.lower().startswith(("http://", "https://"))


def _of_library(what: str, paths: Paths) -> _Text:
    from techdash.document.load import load
    from techdash.store import entries

    with closing(open_library(paths)) as library:
        entry = entries.find(library, what)
    if entry is None:
        raise UsageError(f"There is no entry {what} in the library; techdash search finds entries by words.")
    row = entry.row
    return _Text(
        load(*_body(entry), row.url),
        row.title,
        row.url,
        id=row.id,
        source=row.source_title,
        author=row.author,
        published=row.published,
        day=row.day,
        language=row.language,
        words=entry.words,
        minutes=row.minutes,
        note=entry.note,
        tags=row.marks.tags,
        own_note=entry.own_note,
    )


def _body(entry: Entry) -> tuple[str, BodyFormat]:
    """The entry's text; where only its head came with the feed, that, with a word of it."""
    if entry.body.strip():
        return entry.body, entry.body_format
    say("Only this much came with the feed; the rest is at the entry's address.")
    return entry.summary, "text"


def _of_file(name: str) -> _Text:
    from techdash.document.load import load
    from techdash.document.outline import plain_text
    from techdash.feeds.charset import decode
    from techdash.text import reading
    from techdash.text.clean import clean, one_line

    path = Path(name).expanduser()
    body_format = _FORMATS.get(path.suffix.lower())
    if body_format is None and not path.exists():
        raise UsageError(f"{name} is no entry's number, no http(s) address and no file that is there.")
    if body_format is None:
        raise UsageError(f"{name} is not a file of text that techdash reads: {', '.join(_FORMATS)}.")
    try:
        body = clean(decode(path.read_bytes()).replace("\r\n", "\n"))
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}.") from error
    document = load(body, body_format, "")
    blocks = list(document.blocks())
    headings = (block for block in blocks if isinstance(block, Heading))
    named = document.meta.get("title") or next((plain_text([block]) for block in headings), "") or path.name
    plain = plain_text(blocks)
    words, minutes = reading.count(plain)
    return _Text(
        document,
        one_line(str(named)),
        str(path.absolute()),
        author=one_line(str(document.meta.get("author") or "")),
        language=reading.language(plain),
        words=words,
        minutes=minutes,
    )


# -- how it is printed


def _as_json(text: _Text) -> dict[str, Any]:
    from techdash.document.to_json import to_json

    return {
        "id": text.id,
        "title": text.title,
        "url": text.url,
        "source": text.source,
        "author": text.author,
        "published": moment(text.published),
        "language": text.language,
        "words": text.words,
        "minutes": text.minutes,
        "note": text.note,
        "tags": list(text.tags),
        "own_note": text.own_note,
        "blocks": to_json(text.document),
    }


def _as_markdown(text: _Text) -> str:
    from techdash.document.to_markdown import to_markdown

    blocks = tuple(text.document.blocks())
    if not _begins_with_title(blocks, text.title):
        blocks = (Heading(0, 1, (Text(text.title),)), *blocks)
    return to_markdown(Document(starts=[0], sizes=[1], parse_part=lambda _: blocks)).rstrip()


def _print(text: _Text, output: Output, width: int, setting: Setting) -> None:
    from techdash.document.layout import lay_out

    blocks = tuple(text.document.blocks())
    if _begins_with_title(blocks, text.title):
        blocks = blocks[1:]

    def line(*pieces: Piece) -> None:
        indented(output, pieces, width, "", setting.ambiguous)

    line((text.title, "heading1"))
    about = [text.source, text.author, text.day, f"{text.minutes} min" if text.minutes else ""]
    line((" · ".join(part for part in about if part), "muted"))
    if text.id is not None and text.url:
        output.pieces([(text.url, "muted")])
    if text.note:
        line((f"Not the whole text: {text.note}.", "muted"))
    output.text()
    tokens = _tokens(blocks) if output.colour else {}
    output.lines(lay_out(blocks, width, replace(setting, tokens=tokens)))


def _tokens(blocks: tuple[Block, ...]) -> dict[int, Tokens]:
    """Code in colour, by the start of its block."""
    from techdash.document.outline import walk

    code = [block for block in walk(blocks) if isinstance(block, CodeBlock) and block.language]
    if not code:
        return {}
    from techdash.document.highlight import highlight

    return {block.start: highlight(block.text, block.language) for block in code}


def _begins_with_title(blocks: tuple[Block, ...], title: str) -> bool:
    from techdash.document.outline import plain_text
    from techdash.text.clean import one_line

    return bool(blocks) and isinstance(blocks[0], Heading) and one_line(plain_text(blocks[:1])) == title
