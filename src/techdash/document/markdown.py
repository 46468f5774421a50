"""Markdown to a document: cut into parts by its lines, each part parsed when it is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from techdash.document.formulas import split_tag
from techdash.document.inlines import (
    Run,
    embedded_picture,
    folded,
    gathered,
    joined,
    merged,
    only_images,
    text_of,
    trimmed,
    with_links,
)
from techdash.document.markdown_parts import PartKind, Parts, cut
from techdash.document.outline import own_text
from techdash.document.soup import attributes as attributes_of
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
    from markdown_it.token import Token

_DEEPEST_DETAILS = 8
_DEEPEST_ITEM = " " * 32
_DEEP_ITEM = re.compile(r"^ {33,}(?=[-+*] |\d{1,9}[.)] )", re.MULTILINE)
_DEEP_QUOTE = re.compile(r"^((?: {0,3}>){12})(?:[ >]*>)", re.MULTILINE)
_MOST_COLUMNS = 64

_FRONT_MATTER = re.compile(
    r"(---|\+\+\+)[ \t]*\n(.*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")
_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)$")
_FOLDED = re.compile(r"[>|][-+]?")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'")
_CALLOUT = re.compile(r"\[!([A-Za-z]+)\][+-]?[ \t]*")
_FOOTNOTE_MARK = re.compile(r"\[\^([^\]\s]{1,80})\](?!:)")
_BARE = re.compile(r"[^\W\d_][^\n\\`*_\[\]<>&~$|{}]*\n?")
_TASK = re.compile(r"\[([ xX])\](?:[ \t\xa0]+|$)")
_DETAILS = re.compile(
    r"[ ]*<details([^>]*)>\s*(?:<summary[^>]*>(.*?)</summary>)?(.*)</details>", re.DOTALL | re.IGNORECASE
)
_DETAILS_START = re.compile(
    r"\s*<details([^>]*)>\s*(?:<summary[^>]*>((?:(?!</summary).)*)</summary>)?\s*", re.DOTALL | re.IGNORECASE
)
_DETAILS_STOP = re.compile(r"\s*</details>\s*", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_ALIGN = re.compile(r"text-align:(left|right|center)")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_TAG_STYLES: dict[str, Style] = {
    "b": "strong",
    "strong": "strong",
    "mark": "strong",
    "em": "em",
    "i": "em",
    "cite": "em",
    "del": "strike",
    "s": "strike",
    "strike": "strike",
    "ins": "underline",
    "u": "underline",
    "sub": "sub",
    "sup": "sup",
}
_PLAYERS = frozenset(["audio", "iframe", "video"])
_CODE_TAGS = frozenset(["code", "kbd", "samp"])
_NO_STYLE: frozenset[Style] = frozenset()


def parse(text: str, base_url: str = "") -> Document:
    """The document of a Markdown text: CommonMark, tables, math, footnotes, callouts, task and term lists.

    Front matter goes to ``meta``. Never raises. Offsets are characters of the source (after cleaning).
    Relative links are seen from ``base_url``; a relative picture without one keeps its path.
    """
    source = clean(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)
    meta, begin = front_matter(source)
    parts = cut(source, begin)
    reader = _Reader(source, parts, base_url)
    starts = [start for start, _, _ in parts.spans]
    sizes = [end - start for start, end, _ in parts.spans]
    if parts.footnotes:
        starts.append(len(source) + 1)
        sizes.append(sum(end - start for start, end in parts.footnotes.values()))

    def parse_part(index: int) -> tuple[Block, ...]:
        if index == len(parts.spans):
            return tuple(reader.footnotes(starts[index]))
        start, end, kind = parts.spans[index]
        return tuple(reader.part(start, end, kind))

    return Document(starts, sizes, parse_part, meta)


def front_matter(source: str) -> tuple[dict[str, object], int]:
    """The front matter of a Markdown source and where the text after it begins.

    Between ``---`` the few forms of YAML that people write there: ``key: value``, ``[a, b]``, ``- a`` lines,
    quoted strings, whole numbers, true and false; between ``+++`` TOML.
    """
    found = _FRONT_MATTER.match(source)
    if found is None:
        return {}, 0
    if found[1] == "+++":
        import tomllib

        try:
            return {str(key): value for key, value in tomllib.loads(found[2]).items()}, found.end()
        except tomllib.TOMLDecodeError:
            return {}, 0
    meta: dict[str, object] = {}
    key = ""
    for line in found[2].split("\n"):
        held = meta.get(key)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key and (entry := _ENTRY.match(line)):
            meta[key] = [*(held if isinstance(held, list) else []), _scalar(entry[1])]
        elif pair := _KEY.match(line):
            key = pair[1].lower()
            value = pair[2] or ""
            meta[key] = "" if _FOLDED.fullmatch(value.strip()) else _value(value)
        elif key and line[0] in " \t" and isinstance(held, str):
            meta[key] = f"{held} {line.strip()}".lstrip()
        else:
            return {}, 0  # two rules with prose between them
    return meta, found.end()


def _value(source: str) -> object:
    source = source.strip()
    if source.startswith("[") and source.endswith("]"):
        items = re.findall(r"\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,]+)\s*(?:,|$)", source[1:-1])
        return [_scalar(item) for item in items if item.strip()]
    return _scalar(source)


def _scalar(source: str) -> object:
    source = source.strip()
    quoted = _QUOTED.match(source)
    if quoted:
        if quoted[2] is not None:
            return quoted[2].replace("''", "'")
        return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), quoted[1])
    source = re.sub(r"(?:^|\s)#.*", "", source).strip()
    if re.fullmatch(r"[-+]?[0-9]{1,18}", source):
        return int(source)
    return {"true": True, "false": False}.get(source.lower(), source)


class _Reader:
    """Parses parts of one source; link and footnote definitions are known to each of them."""

    def __init__(self, source: str, parts: Parts, base_url: str, depth: int = 0) -> None:
        self.source = source
        self.parts = parts
        self.base_url = base_url
        self.depth = depth
        self._env: dict[str, Any] | None = None

    def env(self) -> dict[str, Any]:
        if self._env is None:
            self._env = {"references": {}, "footnotes": self.parts.footnotes}
            if self.parts.references:
                from techdash.document.markdown_syntax import parser

                definitions = "\n\n".join(self.source[start:end] for start, end in self.parts.references)
                parser().block.parse(definitions, parser(), self._env, [])
        return self._env

    def part(self, start: int, end: int, kind: PartKind) -> list[Block]:
        if prefix := self.parts.prefixes.get(start, ""):
            return self._cut_part(prefix, start, end, kind)
        if kind == "fence":
            return [_fence(self.source[start:end], start)]
        if kind == "html":
            return list(_html(self.source[start:end], self.base_url, start))
        if kind == "code":
            return [CodeBlock(start, _dedented(self.source[start:end]), "")]
        if kind == "literal":
            words = folded(self.source[start:end]).strip()
            return [Paragraph(start, joined([Text(words)]))] if words else []
        if kind == "details":
            return self._details(start, end)
        return self._markdown(self.source[start:end], start)

    def _cut_part(self, prefix: str, start: int, end: int, kind: PartKind) -> list[Block]:
        """The blocks of a piece from the middle of something, ``prefix`` being what opens it again."""
        text = self.source[start:end]
        if kind == "fence":
            return [_fence(prefix + text, start)]
        if kind == "html":
            return list(_html(prefix + text, self.base_url, start))
        found = self._markdown(prefix + text, start)
        return [msgspec.structs.replace(block, start=start) for block in found]

    def footnotes(self, start: int) -> list[Block]:
        """Every footnote, in the order in which the text refers to them."""
        known = self.parts.footnotes
        order = dict.fromkeys(label for label in _FOOTNOTE_MARK.findall(self.source) if label in known)
        notes: list[Footnote] = []
        offset = start
        for label in (*order, *(label for label in known if label not in order)):
            begin, end = known[label]
            first, *rest = self.source[begin:end].split("\n")
            body = "\n".join([first.partition("]:")[2].strip(), *map(_dedented_line, rest)])
            notes.append(Footnote(label, tuple(self._markdown(body, offset))))
            offset += len(body) + 1
        return [Footnotes(start, tuple(notes))]

    def _markdown(self, text: str, start: int) -> list[Block]:
        if _BARE.fullmatch(text) and "://" not in text:
            # Most paragraphs of most essays are words and nothing else.
            return [Paragraph(start, (Text(folded(text).strip(" ")),))]
        from techdash.document.markdown_syntax import parser

        tokens = parser().parse(_within_depth(text), self.env())
        line_starts = [start]
        for line in text.split("\n"):
            line_starts.append(line_starts[-1] + len(line) + 1)
        return _Builder(tokens, line_starts, self.base_url).blocks("")

    def _details(self, start: int, end: int) -> list[Block]:
        text = self.source[start:end]
        found = _DETAILS.match(text)
        if found is None or self.depth >= _DEEPEST_DETAILS:
            return list(_html(text, self.base_url, start))
        summary: Inlines = ()
        for block in _html(found[2] or "", self.base_url, start):
            if isinstance(block, (Paragraph, Heading)):
                summary = joined((*summary, *block.inlines))
        inner_start, inner_end = start + found.start(3), start + found.end(3)
        parts = cut(self.source, inner_start, inner_end)
        parts.footnotes = self.parts.footnotes
        reader = _Reader(self.source, parts, self.base_url, self.depth + 1)
        reader._env = self.env()
        children = [block for a, b, kind in parts.spans for block in reader.part(a, b, kind)]
        is_open = "open" in attributes_of(found[1])
        return [Details(start, summary, tuple(children), is_open)]


def _html(source: str, base_url: str, start: int = 0) -> tuple[Block, ...]:
    """The blocks of HTML within Markdown."""
    from techdash.document.html import fragment  # few texts hold any

    return fragment(source, base_url, start)


class _Builder:
    """Builds blocks out of one part's tokens."""

    def __init__(self, tokens: list[Token], line_starts: list[int], base_url: str) -> None:
        self.tokens = tokens
        self.index = 0
        self.line_starts = line_starts
        self.base_url = base_url
        self.titles: dict[Image, str] = {}

    def blocks(self, closing: str) -> list[Block]:
        """The blocks up to the token of type ``closing``, which is passed."""
        out: list[Block] = []
        while self.index < len(self.tokens):
            token = self.tokens[self.index]
            self.index += 1
            if token.type == closing:
                break
            self._block(token, out)
        return out

    def _start(self, token: Token) -> int:
        return self.line_starts[min(token.map[0] if token.map else 0, len(self.line_starts) - 1)]

    def _block(self, token: Token, out: list[Block]) -> None:
        start = self._start(token)
        match token.type:
            case "paragraph_open":
                inline = self._inline("paragraph_close")
                self._paragraph(inline.children or [], start, out)
            case "heading_open":
                inline = self._inline("heading_close")
                row = self._row(inline.children or [])
                if row:
                    out.append(Heading(start, int(token.tag[1]), row, _slug(text_of(row))))
            case "bullet_list_open" | "ordered_list_open":
                out.append(self._list(token, start))
            case "blockquote_open":
                self._quote(start, out)
            case "fence":
                out.append(_code_block(start, token.content, token.info))
            case "code_block":
                out.append(_code_block(start, token.content, ""))
            case "math_block":
                out.append(MathBlock(start, *split_tag(token.content)))
            case "hr":
                out.append(Rule(start))
            case "html_block":
                if (end := self._details_end(token)) > 0:
                    out.append(self._details(token, start, end))
                else:
                    out.extend(_html(token.content, self.base_url, start))
            case "table_open":
                out.append(self._table(start))
            case "dl_open":
                out.append(self._definitions(start))
            case "inline":
                self._paragraph(token.children or [], start, out)

    def _details_end(self, token: Token) -> int:
        """The index of the token that ends the ``details`` begun by this one, 0 where it begins none."""
        if not _DETAILS_START.fullmatch(token.content):
            return 0
        depth = 1
        for index in range(self.index, len(self.tokens)):
            other = self.tokens[index]
            if other.level < token.level:
                return 0
            if other.level == token.level and other.type == "html_block":
                depth += bool(_DETAILS_START.fullmatch(other.content)) - bool(
                    _DETAILS_STOP.fullmatch(other.content)
                )
                if depth == 0:
                    return index
        return 0

    def _details(self, token: Token, start: int, end: int) -> Details:
        """A ``details`` within a list or quote, with Markdown between its tags."""
        found = _DETAILS_START.fullmatch(token.content)
        inner = _Builder(self.tokens[self.index : end], self.line_starts, self.base_url)
        self.index = end + 1
        summary: Inlines = ()
        for block in _html((found and found[2]) or "", self.base_url, start):
            if isinstance(block, (Paragraph, Heading)):
                summary = joined((*summary, *block.inlines))
        is_open = found is not None and "open" in attributes_of(found[1])
        return Details(start, summary, tuple(inner.blocks("")), is_open)

    def _inline(self, closing: str) -> Token:
        """The inline token of a paragraph or heading, whose closing token is passed too."""
        token = self.tokens[self.index]
        self.index += 1
        while self.tokens[self.index - 1].type != closing:
            self.index += 1
        return token

    def _paragraph(self, tokens: list[Token], start: int, out: list[Block]) -> None:
        if (caption := _all_emphasised(tokens)) and out:
            before = out[-1]
            if isinstance(before, Figure) and not before.caption:
                out[-1] = Figure(before.start, before.src, before.alt, self._row(caption))
                return
        line: list[Token] = []
        for token in tokens:
            if token.type != "math_display":
                line.append(token)
                continue
            start = self._line(line, start, out)
            out.append(MathBlock(start, *split_tag(token.content)))
            start += len(token.content) + 1
            line = []
        self._line(line, start, out)

    def _line(self, tokens: list[Token], start: int, out: list[Block]) -> int:
        """Adds a paragraph, or the figures it is made of; gives the offset after it."""
        for index, token in enumerate(tokens):
            if token.type in ("softbreak", "hardbreak"):
                images = only_images(self._row(tokens[:index]))
                if images and (caption := _all_emphasised(tokens[index + 1 :])):
                    return self._figures(images, start, out, self._row(caption))
                break
        row = self._row(tokens)
        if not row:
            return start
        if images := only_images(row):
            return self._figures(images, start, out, ())
        out.append(Paragraph(start, row))
        return start + len(text_of(row)) + 1

    def _figures(self, images: list[Image], start: int, out: list[Block], caption: Inlines) -> int:
        for image in images:
            title = self.titles.get(image, "")
            words = caption if image is images[-1] and caption else joined([Text(title)])
            figure = Figure(start, image.src, image.alt, words)
            out.append(figure)
            start += len(own_text(figure)) + 1
        return start

    def _list(self, token: Token, start: int) -> List:
        ordered = token.type == "ordered_list_open"
        first = token.attrGet("start")
        items: list[ListItem] = []
        tight = True
        while self.tokens[self.index].type == "list_item_open":
            self.index += 1
            first_token = self.tokens[self.index]
            tight = tight and (first_token.hidden or first_token.type != "paragraph_open")
            items.append(_task(self.blocks("list_item_close")))
        self.index += 1
        return List(start, ordered, tuple(items), int(first) if first is not None else 1, tight)

    def _quote(self, start: int, out: list[Block]) -> None:
        callout = self._callout_start()
        children = self.blocks("blockquote_close")
        if callout is None:
            if children:
                out.append(Quote(start, tuple(children)))
            return
        kind, title = callout
        out.append(Callout(start, kind, title, tuple(children)))

    def _callout_start(self) -> tuple[str, Inlines] | None:
        """Kind and title where a quote begins with ``[!KIND]``; its first line is taken out of the tokens."""
        if self.tokens[self.index].type != "paragraph_open":
            return None
        inline = self.tokens[self.index + 1]
        tokens = inline.children or []
        marker = _CALLOUT.match(tokens[0].content) if tokens and tokens[0].type == "text" else None
        if marker is None:
            return None
        tokens[0].content = tokens[0].content[marker.end() :]
        breaks = [place for place, token in enumerate(tokens) if token.type in ("softbreak", "hardbreak")]
        end = breaks[0] if breaks else len(tokens)
        title = self._row(tokens[:end])
        inline.children = tokens[end + 1 :]
        return marker[1].lower(), title

    def _table(self, start: int) -> Table:
        head: tuple[Inlines, ...] = ()
        rows: list[tuple[Inlines, ...]] = []
        align: list[str] = []
        line: list[Inlines] = []
        left_out = 0  # cells of the row beyond what a table may have
        in_head = False
        while (token := self.tokens[self.index]).type != "table_close":
            self.index += 1
            match token.type:
                case "thead_open":
                    in_head = True
                case "thead_close":
                    in_head = False
                case "th_open" if in_head:
                    found = _ALIGN.search(str(token.attrGet("style") or ""))
                    align.append(found[1] if found else "")
                case "inline" if len(line) < _MOST_COLUMNS:
                    line.append(self._row(token.children or []))
                case "inline":
                    left_out += 1
                case "tr_close":
                    if left_out:
                        line[-1] = (Text(f"… +{left_out + 1}"),)
                        left_out = 0
                    if in_head:
                        head = tuple(line)
                    else:
                        rows.append(tuple(line))
                    line = []
        self.index += 1
        if not any(head):
            head = ()
        return Table(start, head, tuple(rows), tuple(align) if any(align) else ())

    def _definitions(self, start: int) -> List:
        items: list[list[Block]] = []
        while (token := self.tokens[self.index]).type != "dl_close":
            self.index += 1
            if token.type == "dt_open":
                begin = self._start(token)
                term = self._inline("dt_close")
                row = self._row(term.children or [], frozenset({"strong"}))
                items.append([Paragraph(begin, row)] if row else [])
            elif token.type == "dd_open":
                children = self.blocks("dd_close")
                if items:
                    items[-1].extend(children)
                else:
                    items.append(children)
        self.index += 1
        return List(start, False, tuple(ListItem(tuple(item)) for item in items if item))

    # -- inlines

    def _row(self, tokens: list[Token], base: frozenset[Style] = _NO_STYLE) -> Inlines:
        runs: list[Run] = []
        hrefs: list[str] = []
        open_styles: list[Style] = []
        styles = base
        bracket_from = 0
        code_from = -1  # the run at which an open HTML code element began
        for token in tokens:
            href = hrefs[-1] if hrefs else ""
            match token.type:
                case "text":
                    runs.append((Text(clean(token.content), styles), href))
                case "softbreak":
                    runs.append((Text("\n", styles), href))
                case "hardbreak":
                    runs.append((Break(), ""))
                case "code_inline":
                    runs.append((Code(clean(token.content)), href))
                case "math_inline" | "math_display":
                    runs.append((Math(token.content), href))
                case "footnote_mark":
                    runs.append((FootnoteRef(token.content), ""))
                case "image":
                    runs.append((self._image(token), href))
                case "link_open":
                    hrefs.append(self._href(str(token.attrGet("href") or "")))
                case "link_close":
                    hrefs.pop()
                case "em_open" | "strong_open" | "s_open":
                    open_styles.append(_TAG_STYLES[token.tag])
                case "em_close" | "strong_close" | "s_close":
                    _remove_last(open_styles, _TAG_STYLES[token.tag])
                case "html_inline" if tag := _TAG.match(token.content):
                    name, closes = tag[2].lower(), bool(tag[1])
                    if name == "br":
                        runs.append((Break(), ""))
                    elif name == "img":
                        found = attributes_of(tag[3])
                        source = self._source(found.get("src", ""))
                        runs.append((Image(source, one_line(found.get("alt", ""))), href))
                    elif name == "rt":
                        runs.append((Text(")" if closes else "(", styles), href))
                    elif name == "rp" and not closes:
                        bracket_from = len(runs)  # for browsers that know no ruby
                    elif name == "rp":
                        del runs[bracket_from:]
                    elif name in _PLAYERS and not closes:
                        runs.extend(self._player(token.content))
                    elif name in _CODE_TAGS and not closes:
                        code_from = len(runs)
                    elif name in _CODE_TAGS and code_from >= 0:
                        words = text_of(inline for inline, _ in runs[code_from:])
                        runs[code_from:] = [(Code(words), href)] if words else []
                        code_from = -1
                    elif name == "a" and not closes:
                        hrefs.append(self._href(attributes_of(tag[3]).get("href", "")))
                    elif name == "a" and hrefs:
                        hrefs.pop()
                    elif name in _TAG_STYLES and closes:
                        _remove_last(open_styles, _TAG_STYLES[name])
                    elif name in _TAG_STYLES:
                        open_styles.append(_TAG_STYLES[name])
            styles = base.union(open_styles) if open_styles else base
        return _finished(runs)

    def _player(self, tag: str) -> list[Run]:
        """The link that stands for a film, a sound or a frame."""
        blocks = _html(tag, self.base_url)
        inlines = blocks[0].inlines if blocks and isinstance(blocks[0], Paragraph) else ()
        return [(child, link.href) for link in inlines if isinstance(link, Link) for child in link.children]

    def _image(self, token: Token) -> Image:
        alt = "".join(child.content if child.type != "softbreak" else " " for child in token.children or [])
        image = Image(self._source(str(token.attrGet("src") or "")), one_line(alt))
        if title := one_line(str(token.attrGet("title") or "")):
            self.titles[image] = title
        return image

    def _source(self, value: str) -> str:
        link = resolve(self.base_url, value)
        if link:
            return link
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", value):
            return embedded_picture(value)
        return one_line(value)

    def _href(self, value: str) -> str:
        if value.startswith("#"):
            return clean(value) if len(value) > 1 else ""
        if not value:
            return ""
        return resolve(self.base_url, value) or (not self.base_url and file_link(value)) or ""


def _within_depth(text: str) -> str:
    """The text with quotes and lists no deeper than the parser follows them; its lines stay lines."""
    if ">>>" in text or "> > >" in text:
        text = _DEEP_QUOTE.sub(r"\1", text)
    return _DEEP_ITEM.sub(_DEEPEST_ITEM, text) if _DEEPEST_ITEM in text else text


def _remove_last(styles: list[Style], style: Style) -> None:
    if style in styles:
        del styles[len(styles) - 1 - styles[::-1].index(style)]


def _finished(runs: list[Run]) -> Inlines:
    """Runs folded, bare addresses made links, each link's runs gathered in it."""
    line: list[Run] = []
    for inline, href in merged(runs):
        if isinstance(inline, Text):
            text = folded(inline.text)
            if not href and "://" in text:
                line.extend((part, "") for part in with_links(text, inline.styles))
            else:
                line.append((Text(text, inline.styles), href))
        else:
            line.append((inline, href))
    return trimmed(gathered(line))


def _all_emphasised(tokens: list[Token]) -> list[Token]:
    """The tokens within where one pair of emphasis holds all of them, else none."""
    if len(tokens) < 3 or tokens[0].type != "em_open" or tokens[-1].type != "em_close":
        return []
    level = tokens[0].level
    inner = tokens[1:-1]
    return [] if any(token.type == "em_close" and token.level == level for token in inner) else inner


def _task(children: list[Block]) -> ListItem:
    """A list item, with its box taken off where it is a task."""
    first = children[0] if children else None
    if isinstance(first, Paragraph) and first.inlines and isinstance(text := first.inlines[0], Text):
        box = _TASK.match(text.text)
        if box:
            rest = joined((Text(text.text[box.end() :], text.styles), *first.inlines[1:]))
            kept = ([Paragraph(first.start + box.end(), rest)] if rest else []) + children[1:]
            return ListItem(tuple(kept), box[1] != " ")
    return ListItem(tuple(children))


def _fence(source: str, start: int) -> CodeBlock:
    """A fenced code block straight from its lines (CommonMark 4.5): however long, it needs no parser."""
    first, _, rest = source.partition("\n")
    indent = len(first) - len(first.lstrip(" "))
    marker = first.strip()[:1]
    info = first.strip().lstrip(marker)
    length = len(first.strip()) - len(info)
    lines = rest.rstrip("\n").split("\n")
    if lines and len(lines[-1].strip()) >= length and not lines[-1].strip().strip(marker):
        lines.pop()
    if indent:
        lines = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines]
    return _code_block(start, "\n".join(lines), info)


def _code_block(start: int, content: str, info: str) -> CodeBlock:
    # "python", "python {1,3}", "{.python}", "python:path" and "python title=x" are all Python.
    name = re.search(r"[\w+#.-]+", info.replace("{.", ""))
    text = clean(content).expandtabs(4).rstrip("\n")
    return CodeBlock(start, text, one_line(name[0]).lower() if name else "")


def _dedented(source: str) -> str:
    return "\n".join(map(_dedented_line, source.expandtabs(4).rstrip().split("\n")))


def _dedented_line(line: str) -> str:
    line = line.expandtabs(4)
    return line[min(4, len(line) - len(line.lstrip(" "))) :]


def _slug(title: str) -> str:
    """The id that forges give a heading."""
    return _NOT_IN_SLUG.sub("", title.lower()).strip().replace(" ", "-")
