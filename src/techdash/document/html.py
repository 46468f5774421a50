"""HTML to a document: any tag soup, walked straight into the tree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import TYPE_CHECKING

from techdash.document.formulas import display_only, formulas, split_tag
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
)
from techdash.document.outline import own_text, walk
from techdash.document.soup import bounded
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
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
from techdash.text.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DEEPEST = 200
# Blocks within blocks beyond this are shown without their frame: there is no room left to indent into.
_DEEPEST_FRAME = 16
_LARGE = 4000
_MOST_COLUMNS = 64
_MOST_CELLS = 20_000

_IGNORED = frozenset(
    [
        *("applet", "audio", "base", "button", "canvas", "datalist", "embed", "form", "frame", "frameset"),
        *(
            "head",
            "iframe",
            "input",
            "link",
            "map",
            "meta",
            "nav",
            "noembed",
            "noframes",
            "noscript",
            "object",
        ),
        *("option", "param", "progress", "select", "source", "style", "svg", "template", "textarea", "title"),
        *("track", "video", "-comment", "!doctype"),
    ]
)
_TRANSPARENT = frozenset(
    [
        *("address", "article", "aside", "body", "center", "dialog", "dir", "div", "fieldset", "footer"),
        *("header", "hgroup", "html", "legend", "main", "menu", "p", "section", "search", "caption"),
        *("li", "dt", "dd", "figcaption", "summary", "tbody", "thead", "tfoot", "tr", "td", "th"),
    ]
)
_WRAPPERS = frozenset(["article", "body", "center", "div", "html", "main", "section"])
_STYLES: dict[str, Style] = {
    "b": "strong",
    "strong": "strong",
    "mark": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "u": "underline",
    "ins": "underline",
    "sup": "sup",
    "sub": "sub",
}
_CODE = frozenset(["code", "kbd", "samp", "tt"])
_BLOCKS_OF_THEIR_OWN = frozenset(
    [
        *("blockquote", "details", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "pre"),
        *("table", "ul"),
    ]
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# What a site puts into a text and no reader wants: property tables, anchors, line numbers, previews.
_NOISE = frozenset(
    [
        *(
            "notion-collection-page-properties",
            "notion-header-anchor",
            "notion-hash-link",
            "notion-page-icon",
        ),
        *("notion-table-of-contents", "anchor", "anchor-link", "headerlink", "header-anchor", "heading-link"),
        *("footnote-backref", "reversefootnote", "data-footnote-backref", "MathJax_Preview", "MathJax"),
        *("MathJax_Display", "MathJax_CHTML", "MathJax_SVG", "katex-html", "mw-editsection", "lnt", "ln"),
        *(
            "screen-reader-text",
            "sr-only",
            "visually-hidden",
            "subscription-widget-wrap",
            "gutter",
            "linenos",
        ),
    ]
)
_CALLOUTS = frozenset(["notion-callout", "markdown-alert", "admonition", "callout"])
_CALLOUT_KINDS = re.compile(
    r"\b(note|tip|info|hint|important|warning|caution|danger|success|example|question|abstract)\b"
)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|sourceCode|brush:|src-)[-: ]?([\w+#.-]+)")
_FOOTNOTE_HREF = re.compile(r"#(?:user-content-)?(?:fn|footnote|_ftn|note)\W?.*", re.IGNORECASE)
_FOOTNOTE_LABEL = re.compile(r"\[?([\w*†‡§.-]{1,12})\]?")
_NO_STYLE: frozenset[Style] = frozenset()
_FOOTNOTES = frozenset(["footnotes", "footnotes-list", "footnote-list", "footnote"])
_CODE_TABLES = frozenset(["lntable", "rouge-table", "highlighttable", "highlight"])
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


_UNSEEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|template|svg|iframe|object|form|noscript|select|textarea|title)\b[^<>]*>"
    r".*?(?:</\1\s*>|\Z)"
    r"|<span class=\"katex-mathml\">.*?(?:</span>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAG_END = r"[^<>\"']*+(?:(?:\"[^\"<]*\"|'[^'<]*'|[\"'])[^<>\"']*+)*+>"
_TAG = re.compile(rf"<(/?[a-zA-Z]\w*|[/!?]){_TAG_END}")
_LINES = frozenset(
    [
        *(
            "article",
            "blockquote",
            "br",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "summary"),
        *("table", "td", "th", "tr", "ul"),
    ]
)
# A fragment that began with a script or a style would have it put into a head of its own.
_PAGE = re.compile(r"<(?:!doctype|html|head|body|title|meta)\b", re.IGNORECASE)


def parse(html: str, base_url: str = "") -> Document:
    """The document of an HTML page or fragment; never raises, whatever the markup.

    Links are kept where they lead to http(s) (seen from ``base_url``) or to an id; scripts, styles, frames,
    forms and drawings are passed over. Offsets are characters of the parsed body.
    """
    from selectolax.lexbor import LexborHTMLParser

    source = bounded(html)
    tree = LexborHTMLParser(source if _PAGE.search(source, 0, 2000) else f"<body>{source}")
    root = tree.body or tree.root
    if root is None:
        return Document([], [], lambda _: ())
    groups = list(_groups(_content_of(root)))
    starts: list[int] = []
    sizes: list[int] = []
    offset = 0
    for group in groups:
        starts.append(offset)
        sizes.append(sum(len(node.text() or "") for node in group))
        # The length of the markup: never less than that of the text that is made of it.
        offset += sum(len(node.html or "") for node in group) + 1

    def parse_part(index: int) -> tuple[Block, ...]:
        return tuple(_Walker(base_url, starts[index]).blocks(groups[index]))

    return Document(starts, sizes, parse_part, _meta(tree.root or root))


def fragment(html: str, base_url: str = "", start: int = 0) -> tuple[Block, ...]:
    """The blocks of a piece of HTML that stands inside another document at the offset ``start``."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(f"<body>{bounded(html)}").body
    return tuple(_Walker(base_url, start).blocks(_siblings(root.child))) if root else ()


def to_text(html: str) -> str:
    """The words of an HTML text, a line a block: for summaries, counting and search. Linear and clean."""
    if "<" in html:
        # Text and names of tags in turn.
        pieces = _TAG.split(_UNSEEN.sub(" ", html))
        pieces[1::2] = ["\n" if name.lower().lstrip("/") in _LINES else "" for name in pieces[1::2]]
        html = "".join(pieces)
    text = clean(unescape(html).replace("\xa0", " "))
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def _meta(root: LexborNode) -> dict[str, object]:
    meta: dict[str, object] = {}
    title = root.css_first("head > title")
    if title is not None and (words := one_line(title.text() or "")):
        meta["title"] = words
    language = one_line((root.attributes.get("lang") if root.tag == "html" else "") or "")
    if language:
        meta["language"] = language
    return meta


def _content_of(body: LexborNode) -> LexborNode:
    """What holds the text: a page's one ``main`` or ``article`` where it has most of the words."""
    for selector in ("main", "article"):
        found = body.css(selector)
        if len(found) == 1 and 2 * len(found[0].text() or "") >= len(body.text() or ""):
            return found[0]
    return body


def _siblings(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None:
        yield node
        node = node.next


def _groups(root: LexborNode) -> Iterator[list[LexborNode]]:
    """The parts: a block each, loose inline content between blocks together, wrappers opened."""
    group: list[LexborNode] = []
    joins = False  # whether the group waits for more items of a list that is split into one list an item
    stack: list[Iterator[LexborNode]] = [_siblings(root.child)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        else:
            tag = node.tag or ""
            if tag == "-text" and not group and not (node.text_content or "").strip():
                continue
            if tag not in _TRANSPARENT and tag not in _BLOCKS_OF_THEIR_OWN:
                if tag not in _IGNORED or tag == "script":
                    if joins and not (tag == "-text" and not (node.text_content or "").strip()):
                        yield group
                        group, joins = [], False
                    group.append(node)
                continue
            classes = (node.attributes.get("class") or "").split() if node.attributes else []
            if _is_split_list(tag, classes):
                if group and not joins:
                    yield group
                    group = []
                group.append(node)
                joins = True
                continue
        if group:
            yield group
            group, joins = [], False
        if node is None:
            continue
        if _is_wrapper(tag, classes) and not _is_hidden(node.attributes):
            stack.append(_siblings(node.child))
        elif node.child is not None or tag == "hr":
            yield [node]
    if group:
        yield group


def _is_split_list(tag: str, classes: list[str]) -> bool:
    return (
        tag in ("ul", "ol") and any(name.startswith("notion-list") for name in classes)
    ) or "notion-to-do-item" in classes


def _is_framed(classes: list[str]) -> bool:
    """Whether a ``div`` is a block of its own kind."""
    return any(name in _CALLOUTS or name in _FOOTNOTES or name == "notion-to-do-item" for name in classes)


def _is_wrapper(tag: str, classes: list[str]) -> bool:
    return tag in _WRAPPERS and not (
        _is_framed(classes)
        or any(
            name in _NOISE or name == "latex-rendered" or name.startswith(("notion-equation", "katex"))
            for name in classes
        )
    )


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style") or ""
    return "none" in style and bool(_NOT_DISPLAYED.search(style))


class _Walker:
    """Walks nodes into blocks; ``offset`` is where the next block starts."""

    def __init__(self, base_url: str, start: int) -> None:
        self.base_url = base_url
        self.offset = start
        self._captions: list[LexborNode] | None = None  # of the figure that is being walked

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
            (iter(nodes), _NO_STYLE, "", flush)
        ]
        while stack:
            siblings, styles, href, leave = stack[-1]
            node = next(siblings, None)
            if node is None:
                stack.pop()
                if leave:
                    leave()
                continue
            tag = node.tag or ""
            if tag == "-text":
                runs.append((Text(node.text_content or "", styles), href))
                continue
            if tag in _IGNORED:
                continue
            attributes = node.attributes
            classes = (attributes.get("class") or "").split()
            if (attributes and _is_hidden(attributes)) or (
                tag not in _HEADINGS and not _NOISE.isdisjoint(classes)
            ):
                continue
            if len(stack) >= _DEEPEST:
                runs.append((Text(node.text() or "", styles), href))
                continue
            formula = self._formula(node, tag, classes, attributes)
            if formula is not None:
                tex, display = formula
                if display:
                    flush()
                    self._add_math(tex, out)
                elif tex:
                    runs.append((Math(tex), href))
                continue
            if tag == "script":
                continue
            if "notion-equation" in classes:
                # The site draws it in the browser, so its page holds an empty element here.
                runs.append((Text("[formula]", styles | {"em"}), href))
                continue
            if tag == "br":
                runs.append((Break(), ""))
            elif tag == "img":
                image = self._image(attributes, classes)
                if image:
                    runs.append((image, href))
            elif tag in _CODE:
                self._code(node, href, runs)
            elif tag in ("a", "sup") and (label := _footnote_label(node, tag, attributes)):
                runs.append((FootnoteRef(label), ""))
            elif tag == "a" and "notion-bookmark" in classes:
                flush()
                self._bookmark(node, attributes, out)
            elif tag == "a":
                stack.append((_siblings(node.child), styles, self._href(attributes) or href, None))
            elif tag in _STYLES:
                stack.append((_siblings(node.child), styles | {_STYLES[tag]}, href, None))
            elif tag == "q":
                runs.append((Text("“", styles), href))
                stack.append((_siblings(node.child), styles, href, _adder(runs, (Text("”", styles), href))))
            elif tag in _BLOCKS_OF_THEIR_OWN or (classes and _is_framed(classes)):
                flush()
                if frame >= _DEEPEST_FRAME and tag not in ("pre", "hr"):
                    stack.append((_siblings(node.child), styles, href, flush))
                else:
                    self._block(node, tag, classes, attributes, frame, out)
            elif tag == "figcaption" and self._captions is not None:
                self._captions.append(node)
            elif tag in _TRANSPARENT:
                flush()
                stack.append((_siblings(node.child), styles, href, flush))
            else:
                stack.append((_siblings(node.child), styles, href, None))
        return out

    # -- leaves

    def _leaf(self, block: Block, out: list[Block]) -> None:
        out.append(block)
        self.offset += len(own_text(block)) + 1

    def _paragraphs(self, runs: list[Run], out: list[Block]) -> None:
        """A paragraph of the runs; formulas that stand alone and pictures that do become blocks."""
        row = merged(runs)
        if all(isinstance(inline, (Text, Break)) for inline, _ in row):
            raw = text_of(inline for inline, _ in row)
            if not raw.strip(BLANK):
                return
            if ("$$" in raw or "\\" in raw) and (tex := display_only(raw)):
                self._add_math(clean(tex), out)
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
                        self._add_line(line, out)
                        line = []
                        self._add_math(formula.tex, out)
                    else:
                        line.append((Math(formula.tex), href))
            line.append((Text(text[end:], inline.styles), href))
        self._add_line(line, out)

    def _add_line(self, line: list[Run], out: list[Block]) -> None:
        inlines = trimmed(gathered(line))
        if not inlines or not (
            text_of(inlines).strip(BLANK) or any(isinstance(inline, (Image, Link)) for inline in inlines)
        ):
            return
        images = only_images(inlines)
        if not images:
            self._leaf(Paragraph(self.offset, inlines), out)
        for image in images:
            self._leaf(Figure(self.offset, image.src, image.alt), out)

    def _add_math(self, tex: str, out: list[Block]) -> None:
        if tex:
            self._leaf(MathBlock(self.offset, *split_tag(tex)), out)

    def _formula(
        self, node: LexborNode, tag: str, classes: list[str], attributes: dict[str, str | None]
    ) -> tuple[str, bool] | None:
        """TeX and whether it is displayed, for the elements that only carry a formula."""
        if tag == "script":
            kind = attributes.get("type") or ""
            if not kind.startswith("math/tex"):
                return None
            return clean(node.text() or "").strip(), "mode=display" in kind
        if tag == "math":
            display = attributes.get("display") == "block"
            return self._tex_within(node) or one_line(node.text() or ""), display
        if not classes:
            return None
        if "katex-display" in classes or "katex" in classes:
            tex = self._tex_within(node)
            return None if tex is None else (tex, "katex-display" in classes)
        if "latex-rendered" in classes:
            found = re.search(
                r'"persistentExpression"\s*:\s*("(?:[^"\\]|\\.)*")', attributes.get("data-attrs") or ""
            )
            return (clean(json.loads(found[1])), True) if found else None
        if "notion-equation" in classes or "notion-equation-block" in classes:
            tex = self._tex_within(node)
            return None if tex is None else (tex, "notion-equation-block" in classes)
        return None

    def _tex_within(self, node: LexborNode) -> str | None:
        annotation = node.css_first("annotation[encoding='application/x-tex']")
        if annotation is not None:
            return clean(annotation.text() or "").strip()
        math = node if node.tag == "math" else node.css_first("math[alttext]")
        alternative = clean((math.attributes.get("alttext") if math is not None else "") or "").strip()
        return alternative or None

    def _image(self, attributes: dict[str, str | None], classes: list[str]) -> Inline | None:
        alt = one_line(attributes.get("alt") or "")
        if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
            return None  # a pixel that counts readers
        if not {"emoji", "wp-smiley"}.isdisjoint(classes):
            return Text(alt)
        if alt and not {"latex", "tex", "mwe-math-fallback-image-inline"}.isdisjoint(classes):
            return Math(alt)
        return Image(self._source(attributes), alt)

    def _source(self, attributes: dict[str, str | None]) -> str:
        first = ""
        # Lazy loading keeps the address elsewhere and puts a placeholder into src.
        for name in ("data-src", "data-original", "data-lazy-src", "src", "srcset", "data-srcset"):
            value = (attributes.get(name) or "").strip()
            if name.endswith("srcset"):
                value = value.split(" ")[0].rstrip(",")
            if not value or value.startswith("data:"):
                continue
            link = resolve(self.base_url, value)
            if link:
                return link
            if not first and not _SCHEME.match(value):
                first = one_line(value)
        return first

    def _href(self, attributes: dict[str, str | None]) -> str:
        value = (attributes.get("href") or "").strip()
        if value.startswith("#"):
            target = clean(value)
            return target if len(target) > 1 else ""
        return (resolve(self.base_url, value) or "") if value else ""

    def _code(self, node: LexborNode, href: str, runs: list[Run]) -> None:
        text = folded(clean(node.text() or "")).strip()
        if text:
            link = node.css_first("a[href]")
            runs.append((Code(text), href or (self._href(link.attributes) if link is not None else "")))

    def _bookmark(self, node: LexborNode, attributes: dict[str, str | None], out: list[Block]) -> None:
        def words(name: str) -> str:
            found = node.css_first(f".notion-bookmark-{name}")
            return one_line(found.text(separator=" ") or "") if found is not None else ""

        href = self._href(attributes)
        title = words("title") or words("link-text") or href
        row: list[Run] = [(Text(title), href)]
        if description := words("description"):
            row += [(Break(), ""), (Text(description), "")]
        self._add_line(row, out)

    # -- blocks

    def _block(
        self,
        node: LexborNode,
        tag: str,
        classes: list[str],
        attributes: dict[str, str | None],
        frame: int,
        out: list[Block],
    ) -> None:
        start = self.offset
        if tag in _HEADINGS:
            self._heading(node, _HEADINGS[tag], attributes, frame, out)
        elif tag == "hr":
            self._leaf(Rule(start), out)
        elif tag == "pre":
            self._preformatted(node, out)
        elif tag == "blockquote":
            if children := self.blocks(_siblings(node.child), frame + 1):
                out.append(Quote(start, tuple(children)))
        elif not _FOOTNOTES.isdisjoint(classes):
            self._footnotes(node, frame, out)
        elif tag in ("ul", "ol"):
            self._list(node, tag == "ol", classes, attributes, frame, out)
        elif tag == "dl":
            self._definitions(node, frame, out)
        elif tag == "table":
            self._table(node, classes, frame, out)
        elif tag == "figure":
            self._figure(node, frame, out)
        elif tag == "details":
            self._details(node, attributes, frame, out)
        elif "notion-to-do-item" in classes:
            checked = node.css_first(".notion-property-checkbox-checked, input[checked]") is not None
            if children := self.blocks(_siblings(node.child), frame + 1):
                _append_items(List(start, False, (ListItem(tuple(children), checked),)), out)
        else:
            self._callout(node, classes, attributes, frame, out)

    def _row(self, nodes: Iterable[LexborNode], frame: int) -> Inlines:
        """What stands where only a line can: a cell, a caption, a heading."""
        return _flattened(self.blocks(nodes, frame + 1))

    def _heading(
        self, node: LexborNode, level: int, attributes: dict[str, str | None], frame: int, out: list[Block]
    ) -> None:
        title = node.css_first(".notion-h-title") or node
        start = self.offset
        row = self._row(_siblings(title.child), frame)
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
        self._leaf(Heading(start, level, inlines, one_line(identity)), out)

    def _preformatted(self, node: LexborNode, out: list[Block]) -> None:
        text = clean(_verbatim(node)).expandtabs(4).rstrip()
        text = text.removeprefix("\n")
        if text.strip():
            self._leaf(CodeBlock(self.offset, text, _language_of(node)), out)

    def _list(
        self,
        node: LexborNode,
        ordered: bool,
        classes: list[str],
        attributes: dict[str, str | None],
        frame: int,
        out: list[Block],
    ) -> None:
        start = self.offset
        tasks = node.css_first("li input[type='checkbox']") is not None
        items: list[ListItem] = []
        for child in _siblings(node.child):
            if child.tag == "-text" and not (child.text_content or "").strip():
                continue
            is_item = child.tag == "li"
            children = tuple(self.blocks(_siblings(child.child) if is_item else (child,), frame + 1))
            if not children:
                continue
            if child.tag in ("ul", "ol") and items:
                # A list straight in a list belongs to the item above it.
                items[-1] = ListItem(items[-1].children + children, items[-1].checked)
                continue
            checked = None
            if tasks and is_item and (box := child.css_first("input[type='checkbox']")) is not None:
                checked = "checked" in box.attributes
            items.append(ListItem(children, checked))
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
        if _is_split_list("ul", classes):
            _append_items(block, out)
        else:
            out.append(block)

    def _definitions(self, node: LexborNode, frame: int, out: list[Block]) -> None:
        """A list of terms as a list of items, the term in front in bold."""
        start = self.offset
        items: list[list[Block]] = []
        for child in _descend(node, frozenset(["div"])):
            if child.tag == "dt":
                begin = self.offset
                row = self._row(_siblings(child.child), frame)
                self.offset = begin
                items.append([])
                if row:
                    self._leaf(Paragraph(begin, _strong(row)), items[-1])
            elif child.tag == "dd":
                if not items:
                    items.append([])
                items[-1].extend(self.blocks(_siblings(child.child), frame + 1))
        kept = tuple(ListItem(tuple(item)) for item in items if item)
        if kept:
            out.append(List(start, False, kept))

    def _table(self, node: LexborNode, classes: list[str], frame: int, out: list[Block]) -> None:
        start = self.offset
        code = node.css("pre")
        if code and (not _CODE_TABLES.isdisjoint(classes) or len(node.css("td")) == len(code) == 2):
            self._preformatted(code[-1], out)
            return
        rows: list[tuple[LexborNode, list[LexborNode]]] = []
        for child in _descend(node, frozenset(["thead", "tbody", "tfoot"])):
            if child.tag == "caption":
                out.extend(self.blocks(_siblings(child.child), frame + 1))
            elif child.tag == "tr":
                rows.append((child, [cell for cell in _siblings(child.child) if cell.tag in ("td", "th")]))
        if max((len(cells) for _, cells in rows), default=0) < 2 or node.css_first("td table, th table"):
            # A table for the layout of the page only.
            for _, cells in rows:
                for cell in cells:
                    out.extend(self.blocks(_siblings(cell.child), frame + 1))
            return
        head: tuple[Inlines, ...] = ()
        body: list[tuple[Inlines, ...]] = []
        align: list[str] = []
        cells_left = _MOST_CELLS
        for row, cells in rows:
            line: list[Inlines] = []
            for cell in cells[:_MOST_COLUMNS]:
                line.append(self._row(_siblings(cell.child), frame))
                span = cell.attributes.get("colspan") or ""
                if span.isdigit() and len(span) < 4:
                    line.extend([()] * min(int(span) - 1, _MOST_COLUMNS - len(line)))
            cells_left -= len(line)
            if cells_left < 0:
                break
            if not any(text_of(cell).strip() for cell in line):
                continue
            if not align:
                align = [_alignment(cell) for cell in cells[:_MOST_COLUMNS]]
            is_head = (
                all(cell.tag == "th" for cell in cells)
                or (row.parent is not None and row.parent.tag == "thead")
                or "notion-simple-table-header-row" in (row.attributes.get("class") or "").split()
            )
            if is_head and not head and not body:
                head = tuple(line)
            else:
                body.append(tuple(line))
        self.offset = start
        if head or body:
            self._leaf(Table(start, head, tuple(body), tuple(align) if any(align) else ()), out)

    def _figure(self, node: LexborNode, frame: int, out: list[Block]) -> None:
        outer, self._captions = self._captions, []
        children = self.blocks(_siblings(node.child), frame + 1)
        captions, self._captions = self._captions, outer
        words = [self._row(_siblings(caption.child), frame) for caption in captions]
        caption = trimmed(inline for row in words for inline in (*row, Text(" ")))
        if children and isinstance(children[-1], Figure) and caption:
            last = children[-1]
            children[-1] = Figure(last.start, last.src, last.alt, caption)
        elif caption:
            self._leaf(Paragraph(self.offset, caption), children)
        out.extend(children)

    def _details(
        self, node: LexborNode, attributes: dict[str, str | None], frame: int, out: list[Block]
    ) -> None:
        start = self.offset
        summary: Inlines = ()
        rest: list[LexborNode] = []
        for child in _siblings(node.child):
            if child.tag == "summary" and not summary:
                summary = self._row(_siblings(child.child), frame)
            else:
                rest.append(child)
        self.offset = start + len(text_of(summary)) + 1
        children = tuple(self.blocks(rest, frame + 1))
        if summary or children:
            out.append(Details(start, summary, children, "open" in attributes))

    def _callout(
        self,
        node: LexborNode,
        classes: list[str],
        attributes: dict[str, str | None],
        frame: int,
        out: list[Block],
    ) -> None:
        start = self.offset
        kind = _CALLOUT_KINDS.search(" ".join((*classes, attributes.get("data-callout") or "")).lower())
        title: Inlines = ()
        rest: list[LexborNode] = []
        for child in _siblings(node.child):
            named = (child.attributes.get("class") or "") if child.tag not in ("-text", "-comment") else ""
            if not title and re.search(r"(?:alert|admonition|callout)-?(?:title|heading)", named):
                title = self._row(_siblings(child.child), frame)
            else:
                rest.append(child)
        self.offset = start + len(text_of(title)) + 1
        children = tuple(self.blocks(rest, frame + 1))
        if title or children:
            out.append(Callout(start, kind[1] if kind else "", title, children))

    def _footnotes(self, node: LexborNode, frame: int, out: list[Block]) -> None:
        start = self.offset
        notes: list[Footnote] = []
        items = node.css("li")
        for number, item in enumerate(items, 1):
            if children := self.blocks(_siblings(item.child), frame + 1):
                notes.append(Footnote(str(number), tuple(children)))
        if not items:
            mark, content = node.css_first(".footnote-number"), node.css_first(".footnote-content")
            label = one_line((mark.text() if mark is not None else "") or "")
            if label and content is not None:
                notes.append(Footnote(label, tuple(self.blocks(_siblings(content.child), frame + 1))))
        if notes:
            out.append(Footnotes(start, tuple(notes)))
        else:
            out.extend(self.blocks(_siblings(node.child), frame + 1))


# -- small judgements on nodes and runs


def _adder(runs: list[Run], run: Run) -> Callable[[], None]:
    return lambda: runs.append(run)


def _descend(node: LexborNode, through: frozenset[str]) -> Iterator[LexborNode]:
    for child in _siblings(node.child):
        if child.tag in through:
            yield from _siblings(child.child)
        else:
            yield child


def _footnote_label(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> str:
    """The label where an ``a`` or ``sup`` refers to a footnote, else empty."""
    if tag == "sup":
        link = node.css_first("a[href*='#']")
        if link is None:
            return ""
        attributes = link.attributes
    elif "#" not in (attributes.get("href") or "") or not (
        "footnote" in (attributes.get("class") or "")
        or (node.parent is not None and node.parent.tag == "sup")
        or (node.child is not None and node.child.tag == "sup")
    ):
        return ""
    if not _FOOTNOTE_HREF.fullmatch("#" + (attributes.get("href") or "").partition("#")[2]):
        return ""
    label = _FOOTNOTE_LABEL.fullmatch(one_line(node.text() or ""))
    return label[1] if label else ""


def _verbatim(node: LexborNode) -> str:
    if node.css_first("br, .ln, .lnt, .lineno, .linenos, button") is None:
        return node.text() or ""
    texts: list[str] = []
    stack = [_siblings(node.child)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == "-text":
            texts.append(child.text_content or "")
        elif child.tag == "br":
            texts.append("\n")
        elif child.tag not in _IGNORED and {"ln", "lnt", "lineno", "linenos"}.isdisjoint(
            (child.attributes.get("class") or "").split()
        ):
            stack.append(_siblings(child.child))
    return "".join(texts)


def _language_of(pre: LexborNode) -> str:
    code = pre.css_first("code")
    for node in (code, pre, pre.parent, pre.parent.parent if pre.parent is not None else None):
        if node is None or node.tag is None or node.tag.startswith("-"):
            continue
        attributes = node.attributes
        classes = attributes.get("class") or ""
        found = _LANGUAGE.search(classes)
        named = (
            attributes.get("data-lang")
            or attributes.get("data-language")
            or (found[1] if found else "")
            or ("hljs" in classes.split() and " ".join(set(classes.split()) - {"hljs"}))
            or ""
        )
        if named:
            language = one_line(named).lower().removeprefix("source-")[:40]
            return "" if language in ("text", "plain", "plaintext", "none", "undefined") else language
    return ""


def _alignment(cell: LexborNode) -> str:
    attributes = cell.attributes
    found = re.search(r"text-align:\s*(left|right|center)", attributes.get("style") or "")
    value = found[1] if found else (attributes.get("align") or "").lower()
    return value if value in ("left", "right", "center") else ""


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
