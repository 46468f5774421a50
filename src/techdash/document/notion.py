"""A Notion page in its stored form to a document, in parts, each made into a tree when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from techdash.document import plain
from techdash.document.formulas import split_tag
from techdash.document.inlines import BLANK, Run, gathered, merged, text_of, trimmed, with_links
from techdash.document.notion_form import DEEPEST, Node, Words, decode
from techdash.document.notion_records import stored
from techdash.document.outline import own_text
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
    Figure,
    Heading,
    Inline,
    Inlines,
    Link,
    List,
    ListItem,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Style,
    Table,
    Text,
)
from techdash.text.clean import clean, one_line
from techdash.text.urls import resolve

__all__ = ["parse", "stored", "to_text"]

# Characters of a part: some screens.
_PART = 4_000
_LISTS = frozenset(["ul", "ol", "todo"])
_LEVELS = {"h2": 2, "h3": 3, "h4": 4, "h5": 5}
_STYLES: dict[str, Style] = {"b": "strong", "i": "em", "s": "strike", "_": "underline"}
# What a callout's icon says of it; the words of an author who chose another are a note.
_ICONS = {
    **dict.fromkeys(("💡", "✅", "👍", "🌟", "⭐"), "tip"),
    **dict.fromkeys(("⚠", "🚧", "❗", "‼", "☢"), "warning"),
    **dict.fromkeys(("🚨", "🛑", "⛔", "❌", "🔥"), "caution"),
}
# As the languages are called in code, where Notion's menu calls them otherwise.
_LANGUAGES = {
    "plain text": "",
    "text": "",
    "java/c/c++/c#": "c",
    "visual basic": "vb",
    "markup": "html",
    "notion formula": "",
    "ascii art": "",
}


def parse(text: str, base: str = "") -> Document:
    """The document of a stored form; any other text is shown as it stands.

    Links are kept where they lead to http(s), seen from ``base``, or to a heading. Offsets are characters of
    the words. ``meta["cut"]`` is set where the page was longer than what is kept.
    """
    form = decode(text)
    if form is None:
        return plain.parse(text)
    parts, starts, sizes = _parts(form.nodes)

    def parse_part(index: int) -> tuple[Block, ...]:
        nodes, first = parts[index]
        return tuple(_Maker(base, starts[index], starts[index] + sizes[index]).blocks(nodes, first=first))

    return Document(starts, sizes, parse_part, {"cut": True} if form.cut else {})


def to_text(text: str) -> str:
    """The words of a stored form, a line a block or a cell, for search."""
    form = decode(text)
    if form is None:
        return text
    return "\n".join(words.text for words in _all_words(form.nodes) if words.text)


def _all_words(nodes: Iterable[Node], depth: int = 0) -> Iterator[Words]:
    for node in nodes:
        if node.words:
            yield node.words
        if node.kind == "img" and node.about:
            yield Words(node.about)
        if node.below:
            yield node.below
        for row in node.rows:
            yield from row
        if depth <= DEEPEST:
            yield from _all_words(node.inside, depth + 1)


# -- parts


def _parts(nodes: Sequence[Node]) -> tuple[list[tuple[Sequence[Node], int]], list[int], list[int]]:
    """Blocks by the part, with the number that a list begins with there; where parts start, their lengths."""
    parts: list[tuple[Sequence[Node], int]] = []
    starts: list[int] = []
    sizes: list[int] = []
    begin = start = size = 0
    first = number = 0
    for index, node in enumerate(nodes):
        before = nodes[index - 1].kind if index else ""
        number = number + 1 if node.kind == before == "ol" and not node.first else (node.first or 1)
        # A list is one block, so it goes into several parts only where it is very long.
        least = 8 * _PART if node.kind in _LISTS and node.kind == before else _PART
        if size >= least:
            parts.append((nodes[begin:index], first))
            starts.append(start)
            sizes.append(size)
            begin, start, size = index, start + size, 0
        if index == begin:
            first = number
        size += _size(node)
    if begin < len(nodes):
        parts.append((nodes[begin:], first))
        starts.append(start)
        sizes.append(size)
    return parts, starts, sizes


def _size(node: Node, depth: int = 0) -> int:
    size = 2 + len(node.about) + len(node.url)
    for words in (node.words, node.below):
        size += len(words.text) + 2 if words else 0
    for row in node.rows:
        size += sum(len(words.text) + 1 for words in row)
    return size + (sum(_size(inner, depth + 1) for inner in node.inside) if depth <= DEEPEST else 0)


# -- blocks


class _Maker:
    """Makes the blocks of one part; ``offset`` is where the next one starts, never beyond ``end``."""

    def __init__(self, base: str, start: int, end: int) -> None:
        self.base = base
        self.offset = start
        self.end = end

    def blocks(self, nodes: Sequence[Node], depth: int = 0, first: int = 0) -> list[Block]:
        """The blocks of sibling nodes, neighbouring items in one list; ``first`` numbers the first item."""
        out: list[Block] = []
        at = 0
        while at < len(nodes):
            node = nodes[at]
            if node.kind not in _LISTS:
                self._block(node, depth, out)
                at += 1
                continue
            end = at + 1
            while end < len(nodes) and nodes[end].kind == node.kind and not nodes[end].first:
                end += 1
            self._list(nodes[at:end], node.first or (first if at == 0 and first else 1), depth, out)
            at = end
        return out

    def _list(self, nodes: Sequence[Node], first: int, depth: int, out: list[Block]) -> None:
        start = self.offset
        items: list[ListItem] = []
        for node in nodes:
            children = self._framed(node, depth)
            if children:
                items.append(ListItem(children, node.done if node.kind == "todo" else None))
        if items:
            tight = not any(
                sum(isinstance(child, Paragraph) for child in item.children) > 1 for item in items
            )
            out.append(List(start, nodes[0].kind == "ol", tuple(items), first, tight))

    def _framed(self, node: Node, depth: int, icon: str = "") -> tuple[Block, ...]:
        """A node's own words as a paragraph, and the blocks inside it."""
        blocks: list[Block] = []
        row = self._row(node.words)
        if icon and row:
            row = trimmed([Text(f"{icon} "), *row])
        if row:
            self._leaf(Paragraph(self.offset, row), blocks)
        blocks += self._inside(node, depth)
        return tuple(blocks)

    def _inside(self, node: Node, depth: int) -> list[Block]:
        # A form that we made is never deeper.
        return self.blocks(node.inside, depth + 1) if depth <= DEEPEST else []

    def _block(self, node: Node, depth: int, out: list[Block]) -> None:
        start = self.offset
        if level := _LEVELS.get(node.kind):
            row = trimmed(Text(" ") if isinstance(one, Break) else one for one in self._row(node.words))
            if row:
                self._leaf(Heading(start, level, row, one_line(node.about)), out)
            out += self._inside(node, depth)
        elif node.kind == "quote":
            if children := self._framed(node, depth):
                out.append(Quote(start, children))
        elif node.kind == "callout":
            icon = one_line(node.about)
            kind = _ICONS.get(icon.rstrip("\ufe0f"), "note")
            if children := self._framed(node, depth, icon):
                out.append(Callout(start, kind, (), children))
        elif node.kind == "toggle":
            self._toggle(node, depth, out)
        elif node.kind == "table":
            self._table(node, out)
        elif node.kind == "code":
            if text := clean(node.words.text if node.words else "").expandtabs(4).rstrip():
                self._leaf(CodeBlock(start, text, _language(node.about)), out)
            self._caption(node, out)
        elif node.kind == "math":
            if tex := clean(node.words.text if node.words else "").strip():
                self._leaf(MathBlock(start, *split_tag(tex)), out)
        elif node.kind == "img":
            alt, source = one_line(node.about), resolve(self.base, node.url) if node.url else None
            if source:
                self._leaf(Figure(start, source, alt, self._row(node.below)), out)
            else:
                self._line([(Text(alt, frozenset({"em"})), "")], out)
                self._caption(node, out)
        elif node.kind == "link":
            self._card(node, out)
        elif node.kind == "hr":
            self._leaf(Rule(start), out)
        else:
            out += self._framed(node, depth)
            self._caption(node, out)

    def _toggle(self, node: Node, depth: int, out: list[Block]) -> None:
        start, summary = self.offset, self._row(node.words)
        self._move(len(text_of(summary)) + 1)
        children = tuple(self._inside(node, depth))
        if children:
            out.append(Details(start, summary, children))
        elif summary:
            out.append(Paragraph(start, summary))

    def _table(self, node: Node, out: list[Block]) -> None:
        columns = max(map(len, node.rows), default=0)
        rows = [tuple(self._row(words) for words in row) + ((),) * (columns - len(row)) for row in node.rows]
        if node.head_column:
            rows = [(_strong(row[0]), *row[1:]) for row in rows]
        if not any(cell for row in rows for cell in row):
            return
        head = rows[0] if node.head_row else ()
        self._leaf(Table(self.offset, head, tuple(rows[1:] if node.head_row else rows)), out)

    def _card(self, node: Node, out: list[Block]) -> None:
        """A link that stands by itself, with what it says of its target below."""
        href = self._href(node.url)
        title = node.words.text if node.words else ""
        row: list[Run] = [(Text(one_line(title) or href), href)]
        if below := self._row(node.below):
            row.append((Break(), ""))
            row += ((one, "") for one in below)
        self._line(row, out)

    def _caption(self, node: Node, out: list[Block]) -> None:
        self._line([(one, "") for one in _emphasised(self._row(node.below))], out)

    def _line(self, line: list[Run], out: list[Block]) -> None:
        row = trimmed(gathered(line))
        if text_of(row).strip(BLANK):
            self._leaf(Paragraph(self.offset, row), out)

    def _leaf(self, block: Block, out: list[Block]) -> None:
        out.append(block)
        self._move(len(own_text(block)) + 1)

    def _move(self, length: int) -> None:
        self.offset = min(self.offset + length, self.end)

    # -- words

    def _row(self, words: Words | None) -> Inlines:
        """The inlines of a text; none where it is blank."""
        if words is None or not words.text.strip(BLANK):
            return ()
        text = clean(words.text)
        runs: list[Run] = []
        at = 0
        for mark in words.marks:
            if at <= mark.start < mark.end <= len(text):
                _plain(text[at : mark.start], runs)
                self._marked(text[mark.start : mark.end], mark.styles, self._href(mark.href), runs)
                at = mark.end
        _plain(text[at:], runs)
        return trimmed(gathered(merged(runs)))

    def _marked(self, text: str, styles: str, href: str, runs: list[Run]) -> None:
        core = text.strip(BLANK)
        if not core:
            _plain(text, runs)
        elif "e" in styles:
            runs.append((Math(" ".join(core.split())), href))
        elif "c" in styles:
            before, _, after = text.partition(core)
            runs += [(Text(before), ""), (Code(" ".join(core.split())), href), (Text(after), "")]
        else:
            kinds = frozenset(_STYLES[one] for one in styles if one in _STYLES)
            if href:
                _lines(text, kinds, href, runs)
            else:
                _plain(text, runs, kinds)

    def _href(self, href: str) -> str:
        if href.startswith("#"):
            target = one_line(href)
            return target if len(target) > 1 else ""
        return (resolve(self.base, href) or "") if href else ""


def _plain(text: str, runs: list[Run], styles: frozenset[Style] = frozenset()) -> None:
    """Text without a link of its own, its bare addresses made links."""
    if "://" not in text:
        _lines(text, styles, "", runs)
        return
    for inline in with_links(text, styles):
        if isinstance(inline, Text):
            _lines(inline.text, styles, "", runs)
        else:
            runs.append((inline, ""))


def _lines(text: str, styles: frozenset[Style], href: str, runs: list[Run]) -> None:
    for number, line in enumerate(text.split("\n")):
        if number:
            runs.append((Break(), href))
        runs.append((Text(line, styles), href))


def _language(name: str) -> str:
    name = one_line(name).lower()
    return _LANGUAGES.get(name, name.replace(" ", "-")[:40])


def _emphasised(row: Inlines) -> Inlines:
    return _styled(row, "em")


def _strong(row: Inlines) -> Inlines:
    return _styled(row, "strong")


def _styled(row: Inlines, style: Style) -> Inlines:
    return tuple(_with(one, style) for one in row)


def _with(inline: Inline, style: Style) -> Inline:
    match inline:
        case Text(text, styles):
            return Text(text, styles | {style})
        case Link(href, children):
            return Link(href, _styled(children, style))
    return inline
