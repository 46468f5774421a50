"""Pictures, frames and players in HTML: which address is the real one, and what words go with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from techdash.document.html_nodes import Attributes, children, siblings
from techdash.document.inlines import embedded_picture, trimmed
from techdash.document.tree import Block, Figure, Image, Inline, Inlines, Link, Paragraph, Text
from techdash.text.clean import clean, one_line
from techdash.text.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from techdash.document.html_walk import Walker

# Lazy loading keeps the address elsewhere and puts a placeholder into src.
_SOURCES = (
    *("data-src", "data-original", "data-lazy-src", "data-lazy", "data-actualsrc", "data-echo", "src"),
    *("data-srcset", "data-lazy-srcset", "srcset"),
)
_WIDEST = 1600
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|\Z)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
# What LaTeXML writes where it knows no alternative text.
_NO_ALT = "Refer to caption"
_EMOJI = frozenset(["emoji", "wp-smiley", "g-emoji", "twemoji"])
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:blank|placeholder|spacer|transparent|lazy|loading|pixel|1x1)\.(?:gif|png|svg)", re.IGNORECASE
)
_YOUTUBE = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})")
_PLAYERS = (
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (
        re.compile(r"https?://player\.bilibili\.com/player\.html\?.*\bbvid=(BV\w+)"),
        "https://www.bilibili.com/video/{}",
    ),
)


def image_of(node: LexborNode, attributes: Attributes, classes: list[str], base_url: str) -> Inline | None:
    """What an ``img`` shows: a picture, an emoji as text, or nothing where it only counts readers."""
    alt = one_line(attributes.get("alt") or "")
    if alt == _NO_ALT:
        alt = ""
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return None
    if not _EMOJI.isdisjoint(classes):
        return Text(alt)
    source = source_of(attributes, base_url)
    if not source or source.startswith("data:") or _PLACEHOLDER.search(source):
        source = _source_beside(node, base_url) or source
    return Image(source, alt)


def source_of(attributes: Attributes, base_url: str) -> str:
    """The address of a picture; without a ``base_url`` a relative one as it is.

    A picture held in the page itself counts where there is no other: most of these are placeholders.
    """
    first = placeholder = embedded = ""
    for name in _SOURCES:
        value = (attributes.get(name) or "").strip()
        if value[:11].lower() == "data:image/":
            embedded = embedded or embedded_picture(value)
            continue
        if name.endswith("srcset"):
            value = _best_of(value)
        if not value or value[:5].lower() == "data:":
            continue
        link = resolve(base_url, value)
        if link and _PLACEHOLDER.search(link):
            placeholder = placeholder or link
        elif link:
            return link
        elif not first and not _SCHEME.match(value):
            first = one_line(value)
    return first or placeholder or embedded


def _best_of(srcset: str) -> str:
    """The widest picture of a ``srcset`` that is no wider than a screen needs."""
    best, best_width = "", -1.0
    for address, size, unit in _CANDIDATE.findall(srcset[:20_000]):
        width = (
            float(size) * (800 if unit == "x" else 1) if re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", size) else 0.0
        )
        if not best or (width <= _WIDEST and (width > best_width or best_width > _WIDEST)):
            best, best_width = address, width
    return best


def _source_beside(node: LexborNode, base_url: str) -> str:
    """The address in the ``source`` of the ``picture`` that an image stands in."""
    parent = node.parent
    if parent is None or parent.tag not in ("picture", "source"):
        return ""
    for source in parent.css("source"):
        if link := source_of(source.attributes, base_url):
            return link
    return ""


def figure(walker: Walker, node: LexborNode, frame: int, out: list[Block]) -> None:
    """A ``figure``: its caption goes to its last picture, or stands above or below anything else."""
    outer, walker.captions = walker.captions, []
    nodes = [child for child in children(node) if child.tag not in ("-text", "-comment")]
    if nodes and nodes[0].tag == "figcaption" and node.css_first("img") is None:
        # Blocks begin in the order they are read in, so a caption is walked where it stands.
        above = trimmed(_emphasised(_row_at(walker, nodes[0], frame)))
        if above:
            walker.leaf(Paragraph(walker.offset, above), out)
        blocks = walker.blocks(siblings(nodes[0].next), frame + 1)
    else:
        blocks = walker.blocks(children(node), frame + 1)
    captions, walker.captions = walker.captions, outer
    words = [walker.row(children(caption), frame) for caption in captions]
    caption = trimmed(inline for row in words for inline in (*row, Text(" ")))
    if blocks and isinstance(blocks[-1], Figure) and caption:
        last = blocks[-1]
        blocks[-1] = Figure(last.start, last.src, last.alt, caption)
    elif caption:
        walker.leaf(Paragraph(walker.offset, _emphasised(caption)), blocks)
    out.extend(blocks)


def _row_at(walker: Walker, node: LexborNode, frame: int) -> Inlines:
    """The words of a caption; the next block starts where they do."""
    start = walker.offset
    row = walker.row(children(node), frame)
    walker.offset = start
    return row


def _emphasised(row: Inlines) -> Inlines:
    """The words of what no picture stands by: they are told apart from the text around them."""
    return tuple(
        Text(inline.text, inline.styles | {"em"})
        if isinstance(inline, Text)
        else Link(inline.href, _emphasised(inline.children))
        if isinstance(inline, Link)
        else inline
        for inline in row
    )


def player(node: LexborNode, attributes: Attributes, base_url: str) -> Link | None:
    """The link that stands for a frame, a film or a sound; None where it leads nowhere or shows nothing."""
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return None
    value = (attributes.get("src") or attributes.get("data-src") or "").strip()
    if not value and (source := node.css_first("source[src]")) is not None:
        value = (source.attributes.get("src") or "").strip()
    href = resolve(base_url, value) if value else None
    if href is None:
        return None
    if video := _YOUTUBE.match(href):
        href = f"https://www.youtube.com/watch?v={video[1]}"
    for embedded, page in _PLAYERS:
        if found := embedded.match(href):
            href = page.format(found[1])
    title = one_line(attributes.get("title") or attributes.get("aria-label") or "")
    return Link(href, (Text(title[:200] or _name_of(href)),))


def _name_of(href: str) -> str:
    """A file's name, or the site and path that a frame shows."""
    parts = urlsplit(href)
    name = one_line(clean(unquote(parts.path.rpartition("/")[2])))
    if "." in name:
        return name[:80]
    query = f"?{parts.query}" if parts.query else ""
    return one_line(clean(f"{parts.netloc.removeprefix('www.')}{parts.path}{query}"))[:80]


def bookmark(walker: Walker, node: LexborNode, attributes: Attributes, out: list[Block]) -> None:
    """A Notion bookmark: its title as a link, its description below."""

    def words(name: str) -> str:
        found = node.css_first(f".notion-bookmark-{name}")
        return one_line(found.text(separator=" ") or "") if found is not None else ""

    title = words("title") or words("link-text")
    walker.card(title, words("description"), walker.href(attributes), out)
