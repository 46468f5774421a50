"""A document as XHTML: well-formed, formulas as their LaTeX, pictures as links with their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from techdash.document.outline import walk
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Style,
    Table,
    Text,
)
from techdash.text.urls import web_link

# What XML 1.0 has no place for (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS: dict[Style, tuple[str, str]] = {
    "strong": ("<strong>", "</strong>"),
    "em": ("<em>", "</em>"),
    "strike": ("<del>", "</del>"),
    "underline": ('<span class="underline">', "</span>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
}


def escaped(text: str) -> str:
    """A text as XML has it, in an element or in an attribute."""
    text = _NOT_XML.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def to_xhtml(blocks: Sequence[Block], level: int = 1) -> str:
    """Blocks as the content of a body; headings begin below ``level``."""
    return _Writer(blocks, level).blocks(blocks)


class _Writer:
    def __init__(self, blocks: Sequence[Block], level: int) -> None:
        self._level = level
        every = list(walk(blocks))
        # ids of our own: those of a page may be no names, or stand twice
        self._places: dict[str, str] = {}
        for block in every:
            if isinstance(block, Heading) and block.id:
                self._places.setdefault(block.id, f"h{len(self._places) + 1}")
        self._unplaced = set(self._places)
        self._notes: dict[str, str] = {}
        for block in every:
            if isinstance(block, Footnotes):
                for note in block.notes:
                    self._notes.setdefault(note.label, f"n{len(self._notes) + 1}")
        self._unnoted = set(self._notes)

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p>{self._inlines(block.inlines)}</p>"
            case Heading():
                name = f"h{min(6, self._level + block.level)}"
                mark = ""
                if block.id in self._unplaced:
                    self._unplaced.discard(block.id)
                    mark = f' id="{self._places[block.id]}"'
                return f"<{name}{mark}>{self._inlines(block.inlines)}</{name}>"
            case CodeBlock():
                return f"<pre><code>{escaped(block.text)}</code></pre>"
            case MathBlock():
                number = f"  ({escaped(block.tag)})" if block.tag else ""
                return f'<pre class="math">{escaped(block.tex)}{number}</pre>'
            case Quote():
                return f"<blockquote>\n{self.blocks(block.children)}\n</blockquote>"
            case List():
                return self._list(block)
            case Table():
                return self._table(block)
            case Figure():
                said = self._inlines(block.caption)
                caption = f"<figcaption>{said}</figcaption>" if said else ""
                return f"<figure>{self._picture(block.src, block.alt)}{caption}</figure>"
            case Rule():
                return "<hr/>"
            case Callout():
                title = self._inlines(block.title) or escaped(block.kind)
                head = f'<p class="title">{title}</p>\n' if title else ""
                return f"<aside>\n{head}{self.blocks(block.children)}\n</aside>"
            case Details():
                title = f'<p class="title">{self._inlines(block.summary)}</p>'
                return f'<div class="details">\n{title}\n{self.blocks(block.children)}\n</div>'
            case Footnotes():
                return self._footnotes(block)

    def _list(self, block: List) -> str:
        name = "ol" if block.ordered else "ul"
        start = f' start="{block.first}"' if block.ordered and block.first != 1 else ""
        items = []
        for item in block.items:
            box = {None: "", True: "<p>☑</p>\n", False: "<p>☐</p>\n"}[item.checked]
            items.append(f"<li>{box}{self.blocks(item.children)}</li>")
        return f"<{name}{start}>\n{chr(10).join(items)}\n</{name}>" if items else ""

    def _table(self, block: Table) -> str:
        rows = [("th", block.head)] if block.head else []
        rows += [("td", row) for row in block.rows]
        lines = [
            f"<tr>{''.join(f'<{cell}>{self._inlines(each)}</{cell}>' for each in row)}</tr>"
            for cell, row in rows
            if row
        ]
        return f"<table>\n{chr(10).join(lines)}\n</table>" if lines else ""

    def _footnotes(self, block: Footnotes) -> str:
        found = []
        for note in block.notes:
            mark = ""
            if note.label in self._unnoted:
                self._unnoted.discard(note.label)
                mark = f' id="{self._notes[note.label]}"'
            body = self.blocks(note.children)
            found.append(f'<div class="note"{mark}>\n<p>[{escaped(note.label)}]</p>\n{body}\n</div>')
        return f"<section>\n<hr/>\n{chr(10).join(found)}\n</section>"

    def _inlines(self, inlines: Iterable[Inline], *, linked: bool = False) -> str:
        return "".join(self._inline(inline, linked) for inline in inlines)

    def _inline(self, inline: Inline, linked: bool) -> str:
        match inline:
            case Text(text, styles):
                names = [style for style in _TAGS if style in styles]
                opening = "".join(_TAGS[name][0] for name in names)
                closing = "".join(_TAGS[name][1] for name in reversed(names))
                return f"{opening}{escaped(text)}{closing}"
            case Code(text):
                return f"<code>{escaped(text)}</code>"
            case Math(tex):
                return f'<code class="math">{escaped(tex)}</code>'
            case Link(href, children):
                return self._link(href, self._inlines(children, linked=True), linked)
            case Image(src, alt):
                return self._picture(src, alt, linked)
            case FootnoteRef(label):
                place = self._notes.get(label)
                said = f"[{escaped(label)}]"
                return f'<a href="#{place}">{said}</a>' if place and not linked else said
            case Break():
                return "<br/>"

    def _link(self, href: str, said: str, linked: bool) -> str:
        """A link where it leads somewhere; one within another has no sense."""
        if href.startswith("#"):
            place = self._places.get(href[1:])
            target = f"#{place}" if place else None
        else:
            target = web_link(href)
        return f'<a href="{escaped(target)}">{said}</a>' if target and not linked else said

    def _picture(self, src: str, alt: str, linked: bool = False) -> str:
        return self._link(src, escaped(alt) or "🖼", linked)
