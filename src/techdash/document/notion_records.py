"""A Notion record map to the stored form: envelopes, references and rich text, whatever they hold.

The record map is what Notion's own client gets, as react-notion-x and NotionNext (4.9) hand it on:
``{"block": {id: envelope}, "collection": …, "notion_user": …}``, an envelope being ``{value}``,
``{role, value}`` or ``{spaceId, value: {value, role}}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

from techdash.document.notion_form import DEEPEST, LARGEST, Form, Mark, Node, Words, encode
from techdash.document.plain import pieces
from techdash.text.clean import clean, one_line
from techdash.text.urls import resolve

_MOST_BLOCKS = 20_000
_MOST_PIECES = 5_000
_MOST_CELLS = 10_000
_MOST_COLUMNS = 100
_LONGEST_ABOUT = 500
# Characters beyond which a block is a dump; in pieces its first screen does not wait for the rest.
_LONG = 32_000
# Characters of JSON around a block, a mark and a cell.
_FRAME, _MARK = 20, 14

_HEADINGS = {
    "header": "h2",
    "sub_header": "h3",
    "sub_sub_header": "h4",
    "sub_sub_sub_header": "h5",
    "header_4": "h5",
}
_LISTS = {"bulleted_list": "ul", "numbered_list": "ol", "to_do": "todo"}
_FRAMES = {"quote": "quote", "callout": "callout", "toggle": "toggle"}
# What only arranges other blocks.
_TRANSPARENT = frozenset(
    ["column_list", "column", "transclusion_container", "transclusion_reference", "sync_block", "tab"]
)
# What a page says of itself, not of its subject.
_DROPPED = frozenset(["table_of_contents", "breadcrumb", "table_row"])
_STYLES = frozenset("bis_c")
_IMAGE_PROXY = "https://www.notion.so/image/{}?table=block&id={}&cache=v2"
_FILE_PROXY = "https://www.notion.so/signed/{}?table=block&id={}"
_SIGNED_HOSTS = re.compile(
    r"https://(?:prod-files-secure\.s3|s3)[\w.-]*\.amazonaws\.com/|https://[\w.-]*secure\.notion-static\.com/"
)
_PAGE_PATH = re.compile(r"/?(?:[^/?#]*-)?([0-9a-fA-F-]{32,36})(?:\?[^#]*)?(?:#([0-9a-fA-F-]{32,36}))?")
_ID = re.compile(r"[0-9a-f]{32}")
_SPACES = re.compile("[ \t\r\f\v\xa0]+")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n\s*\n")


def stored(record_map: object, page_id: str, base: str) -> str:
    """The text of a page's record map in its stored form, empty where there is none.

    ``base`` is the page's address. Never raises: blocks that are missing, of other types or within
    themselves are passed over, what is unknown gives its text, its link and what stands in it. At most 1 MB.
    """
    records = _Records(record_map, page_id, base)
    nodes = records.nodes()
    return encode(Form(nodes, records.cut)) if nodes else ""


class _Records:
    def __init__(self, record_map: object, page_id: str, base: str) -> None:
        tables = _dict(record_map)
        self.blocks = _table(tables.get("block"))
        self.collections = _table(tables.get("collection"))
        self.users = _table(tables.get("notion_user"))
        self.signed = _dict(tables.get("signed_urls"))
        self.base = base
        self.page_id = self._root(_plain_id(page_id))
        self.room = LARGEST - 64
        self.cut = False

    def _root(self, page_id: str) -> str:
        if page_id in self.blocks:
            return page_id
        pages = (id_ for id_, block in self.blocks.items() if block.get("type") == "page" and _ids(block))
        return next(pages, "")

    def nodes(self) -> list[Node]:
        """The blocks of the page in order, those of lists, quotes and toggles inside them."""
        out: list[Node] = []
        # An explicit stack: how deep blocks stand in each other is their author's business.
        path = {self.page_id}
        stack = [(iter(_ids(self.blocks.get(self.page_id, {}))), out, 0, self.page_id)]
        seen = 0
        while stack and not self.cut:
            ids, target, depth, owner = stack[-1]
            id_ = next(ids, None)
            if id_ is None:
                stack.pop()
                path.discard(owner)
                continue
            seen += 1
            self.cut = seen > _MOST_BLOCKS
            block = self.blocks.get(id_)
            if block is None or id_ in path or block.get("alive") is False:
                continue
            kind = _text(block.get("type"))
            inside = _ids(block)
            if kind == "transclusion_reference":
                id_ = _pointed(block, "transclusion_reference_pointer")
                inside = _ids(self.blocks.get(id_, {}))
                if id_ in path:
                    continue
            elif kind in ("page", "collection_view_page", "table"):
                inside = []  # a page of its own; rows of a table are read with it
            node = None if kind in _TRANSPARENT or kind in _DROPPED else self._node(id_, kind, block)
            inner = target
            if node is not None:
                target.extend(_pieces_of(node))
                if depth < DEEPEST and node.kind in ("ul", "ol", "todo", "quote", "callout", "toggle"):
                    inner = node.inside
                    depth += 1
            if inside:
                path.add(id_)
                stack.append((iter(inside), inner, depth, id_))
        return out

    # -- blocks

    def _node(self, id_: str, kind: str, block: dict[str, Any]) -> Node | None:
        """A block without those inside it; None where it shows nothing by itself."""
        properties, form = _dict(block.get("properties")), _dict(block.get("format"))
        self._take(_FRAME)
        if kind in _HEADINGS:
            words = self._words(properties.get("title"))
            return Node(_HEADINGS[kind], words, about=self._about(id_)) if words else None
        if kind == "text":
            words = self._words(properties.get("title"))
            return Node("p", words) if words else None
        if kind in _LISTS:
            first = form.get("list_start_index")
            return Node(
                _LISTS[kind],
                self._words(properties.get("title")),
                done=kind == "to_do" and _flat(properties.get("checked")).lower() == "yes",
                first=first if type(first) is int and 0 <= first < 1_000_000_000 else 0,
            )
        if kind in _FRAMES:
            icon = _text(form.get("page_icon")) if kind == "callout" else ""
            about = "" if len(icon) > 16 or "/" in icon else self._about(icon)
            return Node(_FRAMES[kind], self._words(properties.get("title")), about)
        if kind == "table":
            return self._rows(block, form)
        if kind == "divider":
            return Node("hr")
        if kind == "code":
            return self._code(properties)
        if kind == "equation":
            tex = _BLANK_LINES.sub("\n", self._within(clean(_flat(properties.get("title"))).strip()))
            return Node("math", Words(tex)) if tex else None
        if kind == "image":
            return self._image(id_, properties, form)
        return self._link(id_, kind, block, properties, form)

    def _rows(self, block: dict[str, Any], form: dict[str, Any]) -> Node | None:
        rows = [
            _dict(row.get("properties"))
            for id_ in _ids(block)
            if (row := self.blocks.get(id_)) is not None and row.get("type") == "table_row"
        ]
        order = [name for name in _list(form.get("table_block_column_order")) if isinstance(name, str)]
        order = list(dict.fromkeys([*order, *([] if order else (name for row in rows for name in row))]))
        order = order[:_MOST_COLUMNS]
        if not order:
            return None
        kept = rows[: _MOST_CELLS // len(order)]
        self.cut = self.cut or len(kept) < len(rows)
        cells = [[self._words(row.get(name)) or Words() for name in order] for row in kept]
        self._take(4 * len(order) * len(kept))
        return Node(
            "table",
            rows=cells,
            head_row=form.get("table_block_column_header") is True,
            head_column=form.get("table_block_row_header") is True,
        )

    def _code(self, properties: dict[str, Any]) -> Node | None:
        text = clean(_LINE_ENDS.sub("\n", _flat(properties.get("title"))))
        text = self._within(text.expandtabs(4).rstrip().removeprefix("\n"))
        language = self._about(_flat(properties.get("language")))
        below = self._words(properties.get("caption"))
        return Node("code", Words(text), language, below=below) if text or below else None

    def _image(self, id_: str, properties: dict[str, Any], form: dict[str, Any]) -> Node | None:
        source = _flat(properties.get("source")) or _text(form.get("display_source"))
        return Node(
            "img",
            about=self._about(_flat(properties.get("alt_text")) or _text(form.get("alt_text"))),
            url=self._address(source, id_, _IMAGE_PROXY),
            below=self._words(properties.get("caption")),
        )

    def _link(
        self, id_: str, kind: str, block: dict[str, Any], properties: dict[str, Any], form: dict[str, Any]
    ) -> Node | None:
        """What stands elsewhere: a page, a file, a player; and any block that is not known."""
        title = self._words(properties.get("title"))
        below = self._words(properties.get("description")) or self._words(properties.get("caption"))
        if kind in ("page", "alias", "link_to_page"):
            target = id_ if kind == "page" else _pointed(block, "alias_pointer", "link_to_page_pointer")
            title = title or self._title_of(target)
            return (
                Node("link", title or Words("page"), url=self._address(f"/{target}", id_)) if target else None
            )
        if kind in ("collection_view", "collection_view_page"):
            collection = self.collections.get(
                _pointed(block, "collection_pointer") or _plain_id(block.get("collection_id")), {}
            )
            title = self._words(collection.get("name")) or title or Words("database")
            # A view in a page has no page of its own.
            path = f"/{id_}" if kind == "collection_view_page" else (resolve(self.base, f"#{id_}") or "")
            return Node("link", title, url=self._address(path, id_))
        drive = _dict(form.get("drive_properties"))
        source = (
            _flat(properties.get("source"))
            or _flat(properties.get("link"))
            or _text(drive.get("url"))
            or _text(form.get("original_url"))
            or _text(form.get("display_source"))
        )
        if source:
            url = self._address(source, id_, _FILE_PROXY, signed=_text(self.signed.get(block.get("id", ""))))
            title = (
                title
                or self._words([[_text(drive.get("title"))]])
                or below
                or self._words([[_named(source)]])
            )
            return Node(
                "link", title or self._words([[kind]]), url=url, below=None if below is title else below
            )
        if title or below:
            return Node("p", title or below, below=below if title else None)
        # Silence would look as if there were nothing.
        return (
            None
            if _ids(block)
            else Node("p", self._words([[f"[{kind.replace('_', ' ') or 'block'}]", [["i"]]]]))
        )

    def _title_of(self, id_: str) -> Words | None:
        block = self.blocks.get(id_)
        title = _flat(_dict(block.get("properties")).get("title")) if block is not None else ""
        if not title and block is not None:
            title = _flat(self.collections.get(_plain_id(block.get("collection_id")), {}).get("name"))
        return self._words([[title]])

    def _address(self, source: str, id_: str, proxy: str = "", signed: str = "") -> str:
        """An address as the site would have it: Notion's files through Notion, its pages by their id."""
        source = clean(source.strip())
        if proxy and (source.startswith("attachment:") or _SIGNED_HOSTS.match(source)):
            source = signed or proxy.format(quote(source, safe=""), id_)
        elif source.startswith(("/images/", "/image/")):
            source = f"https://www.notion.so{source}"
        elif not source.startswith(("http://", "https://")):
            source = self._inner(source)
        return self._about(source, 2048)

    def _inner(self, link: str) -> str:
        """A link to a page of the same workspace; one to a block of this page is an anchor."""
        found = _PAGE_PATH.fullmatch(link) if len(link) < 500 else None
        if found is None:
            return link
        page, block = _plain_id(found[1]), _plain_id(found[2])
        if block and page == self.page_id:
            return f"#{block}"
        return f"/{page}" + (f"#{block}" if block else "")

    # -- texts

    def _words(self, rich: object) -> Words | None:
        """A rich text (``[[text, [[mark, argument], …]], …]``), None where it is empty."""
        texts: list[str] = []
        marks: list[Mark] = []
        at = 0
        for text, decorations in _pieces(rich):
            styles, href = set[str](), ""
            for name, argument in decorations:
                if name in _STYLES:
                    styles.add(name)
                elif name == "a":
                    href = _text(argument)
                elif name == "e":
                    text, styles = _text(argument), {"e"}
                    break
                elif text == "‣":
                    text, href = self._mentioned(name, argument)
            formula = "e" in styles
            text = clean(_LINE_ENDS.sub("\n", text))
            text = " ".join(text.split()) if formula else _SPACES.sub(" ", text)
            if not formula and texts and texts[-1].endswith(" "):
                text = text.lstrip(" ")
            text = self._within(text)
            if not text:
                continue
            if href:
                href = href.strip()
                href = href if href.startswith(("http://", "https://")) else self._inner(href)
                href = self._about(href, 2048)
            if styles or href:
                marks.append(Mark(at, at + len(text), "".join(sorted(styles)), href))
                self._take(_MARK)
            texts.append(text)
            at += len(text)
        whole = "".join(texts)
        return Words(whole, marks) if whole and not whole.isspace() else None

    def _mentioned(self, name: str, argument: object) -> tuple[str, str]:
        """Text and link of what a ``‣`` stands for."""
        if name == "p":
            id_ = _plain_id(argument)
            title = self._title_of(id_)
            return (title.text if title else "page"), (f"/{id_}" if _ID.fullmatch(id_) else "")
        if name == "u":
            user = self.users.get(_plain_id(argument), {})
            said = _text(user.get("name")) or " ".join(
                filter(None, (_text(user.get("given_name")), _text(user.get("family_name"))))
            )
            return f"@{one_line(said) or 'someone'}", ""
        if name == "d":
            return _date(_dict(argument)), ""
        if name == "lm":
            link = _dict(argument)
            href = _text(link.get("href"))
            return one_line(_text(link.get("title"))) or _named(href), href
        if name == "eoi":
            id_ = _plain_id(argument)
            form = _dict(self.blocks.get(id_, {}).get("format"))
            href = _text(form.get("original_url")) or _text(form.get("uri"))
            title = self._title_of(id_)
            return (title.text if title else _named(href)), href
        return "‣", ""

    def _about(self, text: str, most: int = _LONGEST_ABOUT) -> str:
        text = one_line(text)
        text = text if len(text) <= most else ""
        self._take(len(text) + 6)
        return text

    def _within(self, text: str) -> str:
        """As much of a text as there is room for."""
        if len(text) + _escapes(text) > self.room:
            text = text[: max(self.room, 0)]
            text, self.cut = text[: max(self.room - _escapes(text), 0)], True
        self._take(len(text) + _escapes(text))
        return text

    def _take(self, characters: int) -> None:
        self.room -= characters
        self.cut = self.cut or self.room <= 0


def _pieces_of(node: Node) -> list[Node]:
    """A paragraph, a listing or a table in several where it is longer than any that a person wrote."""
    words = node.words or Words()
    if node.kind == "p" and len(words.text) > _LONG:
        found = [Node("p", _part_of(words, *span)) for span in pieces(words.text, 0, len(words.text))]
    elif node.kind == "code" and len(words.text) > _LONG:
        spans = _lines(words.text)
        found = [Node("code", Words(words.text[start:end]), node.about) for start, end in spans]
    elif node.kind == "table":
        found, size = [replace(node, rows=[])], 0
        for row in node.rows:
            if size > _LONG:
                found.append(Node("table", head_column=node.head_column))
                size = 0
            found[-1].rows.append(row)
            size += sum(len(cell.text) + 1 for cell in row)
    else:
        return [node]
    found[-1].below = node.below
    return found


def _part_of(words: Words, start: int, end: int) -> Words:
    within = (mark for mark in words.marks if mark.start < end and mark.end > start)
    marks = [
        replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start) for one in within
    ]
    return Words(words.text[start:end], marks)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """A text in spans of whole lines, as far as it has any."""
    start = 0
    while len(text) - start > _LONG:
        line_end = text.rfind("\n", start + 1, start + _LONG)
        end = line_end if line_end > 0 else start + _LONG
        yield start, end
        start = end + (line_end > 0)
    yield start, len(text)


def _escapes(text: str) -> int:
    """How many characters JSON adds to a text."""
    return sum(map(text.count, '"\\\n\t'))


# -- values of any type as those of one


def _table(table: object) -> dict[str, dict[str, Any]]:
    """The records of a table by their ids without hyphens, out of their envelopes."""
    return {_plain_id(id_): _record(envelope) for id_, envelope in _dict(table).items()}


def _record(envelope: object) -> dict[str, Any]:
    record = _dict(envelope)
    for _ in range(3):
        inner = record.get("value")
        if not isinstance(inner, dict) or "type" in record:
            break
        record = inner
    return record


def _ids(block: dict[str, Any]) -> list[str]:
    """The blocks inside a block, by their ids."""
    return [_plain_id(id_) for id_ in _list(block.get("content")) if isinstance(id_, str)]


def _pointed(block: dict[str, Any], *names: str) -> str:
    form = _dict(block.get("format"))
    for name in names:
        if id_ := _plain_id(_dict(form.get(name)).get("id")):
            return id_
    return ""


def _pieces(rich: object) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """Each piece of a rich text with its decorations."""
    if isinstance(rich, str):
        rich = [[rich]]
    for piece in _list(rich)[:_MOST_PIECES]:
        match piece:
            case str(text) | [str(text)]:
                yield text, []
            case [str(text), decorations, *_]:
                yield text, [one for each in _list(decorations)[:32] for one in _decorations(each)]


def _decorations(given: object) -> Iterator[tuple[str, object]]:
    match given:
        case ["‣", [str(name), argument, *_]]:
            yield name, argument
        case ["‣", [[str(name), argument, *_], *_]]:
            yield name, argument
        case [str(name), argument, *_]:
            yield name, argument
        case [str(name)]:
            yield name, None


def _flat(rich: object) -> str:
    """A rich text without its decorations, but formulas as TeX."""
    return "".join(
        next((_text(argument) for name, argument in decorations if name == "e"), text)
        for text, decorations in _pieces(rich)
    )


def _date(date: dict[str, Any]) -> str:
    """A date mention as it reads: ``2026-05-12 09:00 → 2026-05-13``."""
    ends = [
        " ".join(filter(None, (_text(date.get(f"{end}_date")), _text(date.get(f"{end}_time")))))
        for end in ("start", "end")
    ]
    return one_line(" → ".join(filter(None, ends)))[:80]


def _named(url: str) -> str:
    """A name for what has none: the file's, else the site and the path."""
    if url.startswith("attachment:"):
        return one_line(url.rpartition(":")[2])[:80]
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    name = one_line(unquote(parts.path.rpartition("/")[2]))
    if "." in name:
        return name[:80]
    return one_line(unquote(f"{parts.netloc.removeprefix('www.')}{parts.path}").rstrip("/"))[:80]


def _plain_id(id_: object) -> str:
    return id_.replace("-", "").lower()[:64] if isinstance(id_, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
