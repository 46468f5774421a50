"""Rows of inlines: their plain text, joining what belongs together, links found in bare text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from techdash.document.tree import Break, Code, FootnoteRef, Image, Inline, Inlines, Link, Math, Text
from techdash.text.clean import is_clean
from techdash.text.urls import web_link

# Chinese punctuation ends an address: nobody writes a space before it.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`，。；：、！？（）《》「」【】“”‘’…]+")
_TRAILING = ".,;:!?*_~"
# Where a line of the source ends between two of these, no space is meant.
_SCRIPT_WITHOUT_SPACES = (
    "\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff"
)
# Signs of both kinds of script: of the one that stands beside them.
_SHARED_SIGNS = "“”‘’—…"
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)\b", re.IGNORECASE)
_SPACES = re.compile("[ \t\r\n\f]+")
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp)[;,]\S+", re.IGNORECASE)
# Characters of an address: what is smaller is a dot that holds another's place.
SMALLEST_EMBEDDED, LARGEST_EMBEDDED = 256, 256 << 10


# A paragraph of nothing but these is an empty one.
BLANK = " \t\r\n\f\xa0\u200b\u2060\ufeff"

# An inline and the address of the link it stands in, empty where it stands in none.
Run = tuple[Inline, str]


def text_of(inlines: Iterable[Inline]) -> str:
    """The plain text: what the offsets within a block count."""
    return "".join(_texts(inlines))


def _texts(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                yield text
            case Math(tex):
                yield tex
            case Link(_, children):
                yield from _texts(children)
            case Image(_, alt):
                yield alt
            case FootnoteRef(label):
                yield f"[{label}]"
            case Break():
                yield "\n"


def formulas_in(inlines: Iterable[Inline], start: int = 0) -> Iterator[tuple[int, str]]:
    """The formulas among inlines, each with its place where the first inline is at ``start``."""
    for inline in inlines:
        match inline:
            case Math(tex):
                yield start, tex
            case Link(_, within):
                yield from formulas_in(within, start)
        start += len(text_of((inline,)))


def folded(text: str) -> str:
    """White space as HTML folds it: every run is one space, a line end between two Han characters none.

    Soft hyphens go: a terminal would show them.
    """
    text = text.replace("\xad", "")
    return _SPACES.sub(" ", _joined_lines().sub("", text) if "\n" in text.strip() else text)


@cache
def _joined_lines() -> re.Pattern[str]:
    # compiled when it is first needed: that takes as long as reading a page
    script, signs = _SCRIPT_WITHOUT_SPACES, _SHARED_SIGNS
    return re.compile(
        f"(?:(?<=[{script}])|(?<=[{script}][{signs}])|(?<=[{script}][{signs}]{{2}}))"
        f"[ \t\r]*\n[ \t\r\n\f]*(?=[{signs}]{{0,2}}[{script}])"
    )


def joined(inlines: Iterable[Inline]) -> Inlines:
    """Neighbouring texts of one style made one, and neighbouring pieces of code; empty texts dropped."""
    row: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text):
            if not inline.text:
                continue
            before = row[-1] if row else None
            if isinstance(before, Text) and before.styles == inline.styles:
                row[-1] = Text(before.text + inline.text, before.styles)
                continue
        elif isinstance(inline, Code) and row and isinstance(before := row[-1], Code):
            row[-1] = Code(before.text + inline.text)
            continue
        row.append(inline)
    return tuple(row)


def trimmed(inlines: Iterable[Inline]) -> Inlines:
    """Joined, without white space at the ends and around hard breaks, without breaks at the ends."""
    row = list(joined(inlines))
    for index, inline in enumerate(row):
        if not isinstance(inline, Text):
            continue
        text = inline.text
        if index == 0 or isinstance(row[index - 1], Break):
            text = text.lstrip(" \n\u3000")  # an ideographic space indents what stands apart by itself here
        if index == len(row) - 1 or isinstance(row[index + 1], Break):
            text = text.rstrip(" \n")
        if text != inline.text:
            row[index] = Text(text, inline.styles)
    while row and _is_void(row[-1]):
        row.pop()
    start = 0
    while start < len(row) and _is_void(row[start]):
        start += 1
    return joined(row[start:])


def with_links(text: str, styles: frozenset[str] = frozenset()) -> Inlines:
    """The text with its bare http(s) addresses made links."""
    kind = Text("", styles)  # type: ignore[arg-type]
    row: list[Inline] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(_TRAILING)
        link = web_link(address)
        if link is None:
            continue
        row.append(Text(text[end : found.start()], kind.styles))
        row.append(Link(link, (Text(address, kind.styles),)))
        end = found.start() + len(address)
    row.append(Text(text[end:], kind.styles))
    return joined(row)


def merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring texts of one style and link made one; linear for a thousand scraps of text too."""
    row: list[Run] = []
    scraps: list[str] = []

    def close() -> None:
        if len(scraps) > 1 and isinstance(row[-1][0], Text):
            row[-1] = (Text("".join(scraps), row[-1][0].styles), row[-1][1])
        scraps.clear()

    for inline, href in runs:
        if isinstance(inline, Text) and scraps:
            last, last_href = row[-1]
            if isinstance(last, Text) and last.styles == inline.styles and last_href == href:
                scraps.append(inline.text)
                continue
        close()
        row.append((inline, href))
        if isinstance(inline, Text):
            scraps.append(inline.text)
    close()
    return row


def gathered(line: list[Run]) -> list[Inline]:
    """The inlines of a line with those of one link gathered in it."""
    row: list[Inline] = []
    inside: list[Inline] = []
    current = ""
    for inline, href in [*line, (Text(""), "")]:
        if href != current:
            if current and (children := joined(inside)):
                row.append(Link(current, children))
            inside, current = [], href
        if href:
            inside.append(inline)
        else:
            row.append(inline)
    return row


def embedded_picture(address: str) -> str:
    """The address where it holds a picture itself (RFC 2397) that is worth showing, of up to 256 KiB."""
    fits = SMALLEST_EMBEDDED <= len(address) <= LARGEST_EMBEDDED
    return address if fits and _EMBEDDED.fullmatch(address) and is_clean(address) else ""


def only_images(inlines: Inlines) -> list[Image]:
    """The pictures of a paragraph that has nothing else; none where it is a row of badges.

    Those are small pictures among which each leads elsewhere than to itself enlarged.
    """
    links = [inline.href for inline in inlines if isinstance(inline, Link)]
    if len(links) > 1 and not any(map(_PICTURE.search, links)):
        return []
    images: list[Image] = []
    for inline in inlines:
        parts = inline.children if isinstance(inline, Link) else (inline,)
        for part in parts:
            if isinstance(part, Image):
                images.append(part)
            elif not (isinstance(part, Break) or (isinstance(part, Text) and not part.text.strip(BLANK))):
                return []
    return images


def _is_void(inline: Inline) -> bool:
    return isinstance(inline, Break) or (isinstance(inline, Text) and not inline.text)
