"""Walks the nodes of parsed HTML into blocks: paragraphs, headings, lists, quotes, callouts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from techdash.document import html_figures, html_notes, html_tables
from techdash.document.formulas import display_only, formulas, split_tag
from techdash.document.html_code import listing, preformatted
from techdash.document.html_math import formula_of, image_formula
from techdash.document.html_names import (
    BLOCKS_OF_THEIR_OWN,
    CALLOUTS,
    CODE,
    FONTS,
    HEADINGS,
    IGNORED,
    NOISE,
    STYLES,
    TRANSPARENT,
    is_hidden,
    is_split_list,
)
from techdash.document.html_nodes import Attributes, children, classes_of, descend
from techdash.document.inlines import (
    BLANK,
    Run,
    folded,
    gathered,
    joined,
    merged,
    only_images,
    text_of,
    trimmed,
    with_links,
)
from techdash.document.outline import own_text, walk
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    Footnote,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
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
from techdash.text.urls import file_link, resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DEEPEST = 200
# Blocks within blocks beyond this are shown without their frame: there is no room left to indent into.
_DEEPEST_FRAME = 16

_CALLOUT_KIND = re.compile(
    r"\b(note|tip|info|hint|important|warning|caution|danger|success|example|question|abstract)\b"
)
_CALLOUT_TITLE = re.compile(r"(?:alert|admonition|callout|custom-block)[-_]?(?:title|heading)", re.IGNORECASE)
_CALLOUT_TAGS = frozenset(["div", "section", "aside", "blockquote", "p", "article"])
_PLAYERS = frozenset(["iframe", "audio", "video"])
_NO_STYLE: frozenset[Style] = frozenset()


class Walker:
    """Walks nodes into blocks; ``offset`` is where the next block starts, never beyond ``end``."""

    def __init__(self, base_url: str, start: int, end: int) -> None:
        self.base_url = base_url
        self.offset = start
        self.end = end
        self.captions: list[LexborNode] | None = None  # of the figure that is being walked
        self.notes: list[Footnote] = []  # that stand where their marks do
        self._link = ""  # around the block that is being walked

    def document(self, body: LexborNode) -> tuple[Block, ...]:
        """The blocks of a whole body, and after them the notes that stood among its words."""
        blocks = self.blocks(children(body))
        if self.notes:
            blocks.append(Footnotes(min(self.offset, self.end), tuple(self.notes)))
        return tuple(blocks)

    def blocks(self, nodes: Iterable[LexborNode], frame: int = 0) -> list[Block]:
        """The blocks of sibling nodes. ``frame`` counts the quotes, lists and cells they stand in."""
        out: list[Block] = []
        runs: list[Run] = []

        def flush() -> None:
            if runs:
                self._paragraphs(runs, out)
                runs.clear()

        # An explicit stack: the depth of a document is its author's, the depth of Python's is not.
        stack: list[tuple[Iterator[LexborNode], frozenset[Style], str, Callable[[], None] | None]] = [
            (iter(nodes), _NO_STYLE, self._link, flush)
        ]
        while stack:
            nodes_left, styles, href, leave = stack[-1]
            node = next(nodes_left, None)
            if node is None:
                stack.pop()
                if leave:
                    leave()
                continue
            tag = node.tag or ""
            if tag == "-text":
                runs.append((Text(node.text_content or "", styles), href))
                continue
            if tag in IGNORED and tag != "script":
                continue
            attributes = node.attributes
            classes = classes_of(attributes)
            if (attributes and is_hidden(attributes)) or (
                tag not in HEADINGS and classes and not NOISE.isdisjoint(classes)
            ):
                continue
            if len(stack) >= _DEEPEST:
                runs.append((Text(node.text() or "", styles), href))
                continue
            formula = formula_of(node, tag, classes, attributes)
            if formula is None and tag == "img":
                formula = image_formula(attributes, classes)
            if formula is not None:
                if formula.display:
                    flush()
                    self.math(formula.tex, out)
                elif formula.tex:
                    runs.append((Math(formula.tex), href))
                continue
            if (
                tag in STYLES
                and "ltx_cite" not in classes
                and not (tag == "sup" and (label := html_notes.mark_of(node, tag, attributes)))
            ):
                stack.append((children(node), styles | {STYLES[tag]}, href, None))
            elif tag == "span" and classes and not FONTS.keys().isdisjoint(classes):
                fonts = {FONTS[name] for name in classes if name in FONTS}
                stack.append((children(node), styles | fonts, href, None))
            elif tag == "sup":
                runs.append((FootnoteRef(label), ""))
            elif tag == "br":
                runs.append((Break(), ""))
            elif tag == "img":
                image = html_figures.image_of(node, attributes, classes, self.base_url)
                if image:
                    runs.append((image, href))
            elif tag in CODE:
                self._code(node, href, runs)
            elif tag == "a":
                if label := html_notes.mark_of(node, tag, attributes):
                    runs.append((FootnoteRef(label), ""))
                elif html_notes.is_way_back(node, attributes):
                    continue
                elif "notion-bookmark" in classes:
                    flush()
                    html_figures.bookmark(self, node, attributes, out)
                else:
                    stack.append((children(node), styles, self.href(attributes) or href, None))
            elif tag in _PLAYERS:
                if link := html_figures.player(node, attributes, self.base_url):
                    flush()
                    self._line([(child, link.href) for child in link.children], out)
            elif tag == "q":
                runs.append((Text("“", styles), href))
                stack.append((children(node), styles, href, _adder(runs, (Text("”", styles), href))))
            elif tag == "rt":
                runs.append((Text("(", styles), href))
                stack.append((children(node), styles, href, _adder(runs, (Text(")", styles), href))))
            elif "ltx_note" in classes:
                self._inner_note(node, runs, frame)
            elif tag == "script":
                continue
            elif "ltx_listingline" in classes or "ltx_creator" in classes:
                stack.append((children(node), styles, href, _adder(runs, (Break(), href))))
            elif "ltx_tag_listingline" in classes:
                stack.append((children(node), styles, href, _adder(runs, (Text(" "), href))))
            elif "notion-equation" in classes:
                # The site draws it in the browser, so its page holds an empty element here.
                runs.append((Text("[formula]", styles | {"em"}), href))
            elif tag in BLOCKS_OF_THEIR_OWN or (
                (classes or "role" in attributes) and self._is_framed(tag, classes, attributes)
            ):
                flush()
                if frame >= _DEEPEST_FRAME and tag not in ("pre", "hr"):
                    stack.append((children(node), styles, href, flush))
                else:
                    around, self._link = self._link, href
                    self._block(node, tag, classes, attributes, frame, out)
                    self._link = around
            elif tag == "figcaption" and self.captions is not None:
                self.captions.append(node)
            elif tag in TRANSPARENT:
                flush()
                stack.append((children(node), styles, href, flush))
            else:
                stack.append((children(node), styles, href, None))
        return out

    def _is_framed(self, tag: str, classes: list[str], attributes: Attributes) -> bool:
        return (
            _is_callout(tag, classes)
            or "notion-to-do-item" in classes
            or "pullquote" in classes
            or "ltx_lstlisting" in classes
            or html_notes.holds_notes(tag, classes, attributes)
        )

    # -- leaves

    def leaf(self, block: Block, out: list[Block]) -> None:
        """Adds a block that holds no others, and moves past its words."""
        out.append(block)
        self._move(len(own_text(block)) + 1)

    def math(self, tex: str, out: list[Block]) -> None:
        """Adds a display formula."""
        if tex:
            self.leaf(MathBlock(self.offset, *split_tag(tex)), out)

    def card(self, title: str, description: str, href: str, out: list[Block]) -> None:
        """Adds a link that stands by itself, with what it says of its target below."""
        row: list[Run] = [(Text(title or href), href)]
        if description:
            row += [(Break(), ""), (Text(description), "")]
        self._line(row, out)

    def row(self, nodes: Iterable[LexborNode], frame: int) -> Inlines:
        """What stands where only a line can: a cell, a caption, a heading."""
        return _flattened(self.blocks(nodes, frame + 1))

    def href(self, attributes: Attributes) -> str:
        """Where a link leads, empty where it may not be followed."""
        value = (attributes.get("href") or "").strip()
        if value.startswith("#"):
            target = clean(value)
            return target if len(target) > 1 else ""
        if not value:
            return ""
        return resolve(self.base_url, value) or (not self.base_url and file_link(value)) or ""

    def _move(self, length: int) -> None:
        # Tabs and formulas may have more characters than their source.
        self.offset = min(self.offset + length, self.end)

    def _paragraphs(self, runs: list[Run], out: list[Block]) -> None:
        """A paragraph of the runs; formulas that stand alone and pictures that do become blocks."""
        row = merged(runs)
        if all(isinstance(inline, (Text, Break)) for inline, _ in row):
            raw = text_of(inline for inline, _ in row)
            if not raw.strip(BLANK):
                return
            if ("$$" in raw or "\\" in raw) and (tex := display_only(raw)):
                self.math(clean(tex), out)
                return
        line: list[Run] = []
        after_space = True
        for inline, href in row:
            if not isinstance(inline, Text):
                line.append((inline, href))
                after_space = isinstance(inline, Break)
                continue
            text = folded(clean(inline.text))
            if after_space and text.startswith(" "):
                text = text[1:]
            if not text:
                continue
            after_space = text.endswith(" ")
            end = 0
            if "$" in text or "\\" in text:
                for formula in formulas(text):
                    line.append((Text(text[end : formula.start], inline.styles), href))
                    end = formula.end
                    if formula.display:
                        self._line(line, out)
                        line = []
                        self.math(formula.tex, out)
                    else:
                        line.append((Math(formula.tex), href))
            rest = text[end:]
            if "://" in rest and not href:
                line.extend((each, "") for each in with_links(rest, inline.styles))
            else:
                line.append((Text(rest, inline.styles), href))
        self._line(line, out)

    def _line(self, line: list[Run], out: list[Block]) -> None:
        inlines = trimmed(gathered(line))
        if not inlines or not (
            text_of(inlines).strip(BLANK) or any(isinstance(inline, (Image, Link)) for inline in inlines)
        ):
            return
        images = only_images(inlines)
        if not images:
            self.leaf(Paragraph(self.offset, inlines), out)
        for image in images:
            self.leaf(Figure(self.offset, image.src, image.alt), out)

    def _code(self, node: LexborNode, href: str, runs: list[Run]) -> None:
        text = folded(clean(node.text() or "")).strip()
        if text:
            link = node.css_first("a[href]")
            runs.append((Code(text), href or (self.href(link.attributes) if link is not None else "")))

    def _inner_note(self, node: LexborNode, runs: list[Run], frame: int) -> None:
        """A LaTeXML footnote: the whole note stands where its mark does."""
        mark, content = node.css_first(".ltx_note_mark"), node.css_first(".ltx_note_content")
        label = one_line(mark.text() or "").replace(" ", "-")[:12] if mark is not None else ""
        if not label or content is None or frame >= _DEEPEST_FRAME:
            return
        runs.append((FootnoteRef(label), ""))
        for inner in content.css(".ltx_note_mark, .ltx_tag_note"):
            inner.decompose()
        start, captions = self.offset, self.captions
        self.captions = None
        self.notes.append(Footnote(label, tuple(self.blocks(children(content), _DEEPEST_FRAME - 1))))
        self.offset, self.captions = start, captions

    # -- blocks

    def _block(
        self,
        node: LexborNode,
        tag: str,
        classes: list[str],
        attributes: Attributes,
        frame: int,
        out: list[Block],
    ) -> None:
        start = self.offset
        if tag in HEADINGS:
            self._heading(node, HEADINGS[tag], attributes, frame, out)
        elif tag == "hr":
            self.leaf(Rule(start), out)
        elif tag == "pre":
            text, language = preformatted(node)
            if text.strip():
                self.leaf(CodeBlock(start, text, language), out)
        elif html_notes.holds_notes(tag, classes, attributes):
            self._footnotes(node, frame, out)
        elif _is_callout(tag, classes):
            self._callout(node, classes, attributes, frame, out)
        elif "ltx_lstlisting" in classes:
            self.leaf(CodeBlock(start, *listing(node, classes)), out)
        elif tag == "blockquote" or "pullquote" in classes:
            if blocks := self.blocks(children(node), frame + 1):
                out.append(Quote(start, tuple(blocks)))
        elif tag in ("ul", "ol"):
            self._list(node, tag == "ol", classes, attributes, frame, out)
        elif tag == "dl":
            self._definitions(node, frame, out)
        elif tag == "table":
            html_tables.table(self, node, classes, attributes, frame, out)
        elif tag == "figure":
            html_figures.figure(self, node, frame, out)
        elif tag == "details":
            self._details(node, attributes, frame, out)
        else:
            checked = node.css_first(".notion-property-checkbox-checked, input[checked]") is not None
            if blocks := self.blocks(children(node), frame + 1):
                _append_items(List(start, False, (ListItem(tuple(blocks), checked),)), out)

    def _heading(
        self, node: LexborNode, level: int, attributes: Attributes, frame: int, out: list[Block]
    ) -> None:
        title = node.css_first(".notion-h-title") or node
        start = self.offset
        row = self.row(children(title), frame)
        inlines = trimmed(Text(" ") if isinstance(inline, Break) else inline for inline in row)
        if not text_of(inlines).strip():
            # The whole title may stand in what looks like an anchor.
            inlines = joined([Text(one_line(title.text() or ""))])
        if not inlines:
            return
        identity = attributes.get("id") or ""
        if not identity and (anchor := node.css_first("[id]")) is not None:
            identity = anchor.attributes.get("id") or ""
        self.offset = start
        self.leaf(Heading(start, level, inlines, one_line(identity)), out)

    def _list(
        self,
        node: LexborNode,
        ordered: bool,
        classes: list[str],
        attributes: Attributes,
        frame: int,
        out: list[Block],
    ) -> None:
        start = self.offset
        tasks = node.css_first("li input[type='checkbox']") is not None
        items: list[ListItem] = []
        for child in children(node):
            if child.tag == "-text" and not (child.text_content or "").strip():
                continue
            is_item = child.tag == "li"
            label = _label_of(child, len(items) + 1) if is_item else ""
            blocks = tuple(self.blocks(children(child) if is_item else (child,), frame + 1))
            if not blocks:
                continue
            if label:
                ordered, blocks = False, _labelled(blocks)
            if child.tag in ("ul", "ol") and items:
                # A list straight in a list belongs to the item above it.
                items[-1] = ListItem(items[-1].children + blocks, items[-1].checked)
                continue
            items.append(ListItem(blocks, _is_checked(child) if tasks and is_item else None))
        if not items:
            return
        first = attributes.get("start") or ""
        block = List(
            start,
            ordered,
            tuple(items),
            int(first) if re.fullmatch(r"[0-9]{1,9}", first) else 1,
            not any(sum(isinstance(child, Paragraph) for child in item.children) > 1 for item in items),
        )
        if is_split_list("ul", classes):
            _append_items(block, out)
        else:
            out.append(block)

    def _definitions(self, node: LexborNode, frame: int, out: list[Block]) -> None:
        """A list of terms as a list of items, the term in front in bold."""
        start = self.offset
        items: list[list[Block]] = []
        for child in descend(node, frozenset(["div"])):
            if child.tag == "dt":
                begin = self.offset
                row = self.row(children(child), frame)
                self.offset = begin
                items.append([])
                if row:
                    self.leaf(Paragraph(begin, _strong(row)), items[-1])
            elif child.tag == "dd":
                if not items:
                    items.append([])
                items[-1].extend(self.blocks(children(child), frame + 1))
        kept = tuple(ListItem(tuple(item)) for item in items if item)
        if kept:
            out.append(List(start, False, kept))

    def _details(self, node: LexborNode, attributes: Attributes, frame: int, out: list[Block]) -> None:
        start = self.offset
        summary: Inlines = ()
        rest: list[LexborNode] = []
        for child in children(node):
            if child.tag == "summary" and not summary:
                summary = self.row(children(child), frame)
            else:
                rest.append(child)
        self.offset = start
        self._move(len(text_of(summary)) + 1)
        blocks = tuple(self.blocks(rest, frame + 1))
        if summary or blocks:
            out.append(Details(start, summary, blocks, "open" in attributes))

    def _callout(
        self, node: LexborNode, classes: list[str], attributes: Attributes, frame: int, out: list[Block]
    ) -> None:
        start = self.offset
        named = " ".join((*classes, attributes.get("data-callout") or "")).lower()
        found = _CALLOUT_KIND.search(named.replace("_", " "))
        kind = found[1] if found else ""
        title: Inlines = ()
        rest: list[LexborNode] = []
        for child in children(node):
            name = (child.attributes.get("class") or "") if child.tag not in ("-text", "-comment") else ""
            if not title and _CALLOUT_TITLE.search(name):
                title = self.row(children(child), frame)
            else:
                rest.append(child)
        if text_of(title).strip().casefold() == kind:
            title = ()  # shown anyway
        self.offset = start
        self._move(len(text_of(title)) + 1)
        blocks = tuple(self.blocks(rest, frame + 1))
        if title or blocks:
            out.append(Callout(start, kind, title, blocks))

    def _footnotes(self, node: LexborNode, frame: int, out: list[Block]) -> None:
        start = self.offset
        notes = html_notes.notes_of(self, node, frame)
        if notes is None:
            out.extend(self.blocks(children(node), frame + 1))
            return
        before = out[-1] if out else None
        if notes and isinstance(before, Footnotes):
            out[-1] = Footnotes(before.start, (*before.notes, *notes))  # each note is an element of its own
        elif notes:
            out.append(Footnotes(start, tuple(notes)))
        if node.tag in ("div", "section", "aside"):
            beside = [child for child in children(node) if child.tag == "p"]
            out.extend(self.blocks(beside, frame + 1))


# -- small judgements on nodes and runs


def _adder(runs: list[Run], run: Run) -> Callable[[], None]:
    return lambda: runs.append(run)


def _is_callout(tag: str, classes: list[str]) -> bool:
    return tag in _CALLOUT_TAGS and (
        not CALLOUTS.isdisjoint(classes)
        or ("alert" in classes and any(name.startswith("alert-") for name in classes))
    )


def _label_of(item: LexborNode, number: int) -> str:
    """What LaTeXML writes before an item; a bullet or the item's number, is taken out."""
    label = next((each for each in children(item) if "ltx_tag_item" in classes_of(each.attributes)), None)
    if label is None:
        return ""
    text = one_line(label.text() or "")
    if text.strip("().:") == str(number) or not any(map(str.isalnum, text)):
        label.decompose()
        return ""
    return text


def _labelled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks of an item, its label in one paragraph with its first words."""
    match blocks:
        case (Paragraph(start, label), Paragraph(_, words), *rest):
            return (Paragraph(start, joined((*label, Text(" "), *words))), *rest)
    return blocks


def _is_checked(item: LexborNode) -> bool | None:
    """Whether a task is done; None where the only box belongs to a list further in."""
    box = item.css_first("input[type='checkbox']")
    if box is None:
        return None
    around = box.parent
    while around is not None and around.tag != "li":
        around = around.parent
    return "checked" in box.attributes if around is not None and around.mem_id == item.mem_id else None


def _append_items(block: List, out: list[Block]) -> None:
    """Adds a list, or its items to the list before it where a site makes one list of each item."""
    before = out[-1] if out else None
    if (
        isinstance(before, List)
        and before.ordered == block.ordered
        and (before.items[-1].checked is None) == (block.items[0].checked is None)
    ):
        out[-1] = List(before.start, before.ordered, before.items + block.items, before.first)
    else:
        out.append(block)


def _strong(inlines: Inlines) -> Inlines:
    return tuple(
        Text(inline.text, inline.styles | {"strong"}) if isinstance(inline, Text) else inline
        for inline in inlines
    )


def _flattened(blocks: list[Block]) -> Inlines:
    """Blocks in one row of inlines, a hard break between them."""
    row: list[Inline] = []
    for block in walk(blocks):
        match block:
            case Paragraph() | Heading():
                inlines: Inlines = block.inlines
            case CodeBlock():
                inlines = tuple(
                    piece for line in block.text.split("\n") for piece in (Code(line), Break()) if line
                )
            case MathBlock():
                inlines = (Math(block.tex),)
            case Figure():
                inlines = (Image(block.src, block.alt), *block.caption)
            case Callout():
                inlines = block.title
            case Details():
                inlines = block.summary
            case Table():
                inlines = tuple(
                    inline
                    for line in (block.head, *block.rows)
                    for cell in line
                    for inline in (*cell, Text(" "))
                )
            case _:
                continue
        if row and inlines:
            row.append(Break())
        row.extend(inlines)
    return trimmed(row)
