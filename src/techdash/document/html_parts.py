"""Cuts an HTML source into parts by its block tags alone, so that each can be parsed on its own.

Only the tags of what holds blocks are looked at; words, links and emphasis are passed over by one regular
expression. A part is some kilobytes of whole blocks. A list, quote or table goes into several parts, and a
paragraph into several paragraphs, only where it is longer than any that a person wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from techdash.document.html_names import is_hidden, is_split_list, is_wrapper
from techdash.document.soup import TOKEN, VOID, attributes, raw_end

# A parser's start costs more than a part smaller than this.
_LEAST = 2000
# Beyond this a part is cut inside its list or quote; a table, which loses its head by that, much later.
_LONG = 24_000
_LONG_TABLE = 64_000
# Beyond this a paragraph is a dump without markup; in pieces its first screen does not wait for the rest.
_LONGEST_PARAGRAPH = 32_000
_PIECE = 12_000
_DEEPEST = 200
_DEEPEST_MARKS = 32
_LONGEST_TAG_KEPT = 500

_RAW = ("script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp")
_HOLDERS = (
    *("html", "body", "main", "article", "section", "div", "center", "header", "footer", "aside", "address"),
    *("fieldset", "form", "nav", "ul", "ol", "dl", "menu", "table", "blockquote", "pre", "details", "figure"),
    *("svg", "object", "select", "template"),
)
_NAMES = "|".join(name for lower in (*_HOLDERS, *_RAW) for name in (lower, lower.upper()))
# In both cases rather than without case, which is six times slower.
_HOLDER = re.compile(rf"<(?:!--|/?(?:{_NAMES})(?=[\s/>]))")
_BLOCK = re.compile(r"<(?:[pP]|[hH][1-6r])(?=[\s/>])")
_ITEM = re.compile(r"<(?:[pP]|[hH][1-6r]|li|LI|d[td]|D[TD]|tr|TR)(?=[\s/>])")
_ROW = re.compile(r"<(?:tr|TR)(?=[\s/>])")
_TAG_START = re.compile("<[a-zA-Z/!?]")
_LIST_ITEM = re.compile(r"<(?:li|LI)(?=[\s/>])")
_MARKED = re.compile(r"<(/?)(a|b|i|em|strong|code|u|s|del|ins|sub|sup|A|B|I|EM|STRONG)(?=[\s/>])")

_ANY_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
_NEED_NO_END = VOID | {"p", "li", "td", "tr"}
_SENTENCE = re.compile(r"[。！？；]|[.!?;] |<br ?/?>")
_NEAR = 3000
_MOST_TRIED = 8
_SENTENCE_ENDS = ("。", "！", "？", ". ", "! ", "? ", "; ", "；")
# Between whose tags a paragraph may be cut: their start tags are written again in the next part.
_CUT_WITHIN = frozenset(
    [
        *(
            "a",
            "b",
            "blockquote",
            "code",
            "dd",
            "div",
            "dl",
            "dt",
            "em",
            "font",
            "i",
            "li",
            "mark",
            "ol",
            "p",
        ),
        *("pre", "s", "small", "span", "strong", "table", "tbody", "td", "th", "tr", "u", "ul"),
    ]
)
_NOT_WITHIN = re.compile(r"class=[\"']?[^\"'>]*\b(?:katex|MathJax|math|mwe-math)", re.IGNORECASE)


class Part(NamedTuple):
    """A span of the source; ``prefix`` opens again what was open where it begins."""

    start: int
    end: int
    prefix: str = ""


@dataclass(slots=True)
class Cut:
    """The parts of a source in order, and the spans of its ``main`` and ``article`` elements."""

    parts: list[Part] = field(default_factory=list)
    mains: list[tuple[int, int]] = field(default_factory=list)
    articles: list[tuple[int, int]] = field(default_factory=list)


class _Open(NamedTuple):
    name: str
    tag: str  # its start tag, to be written again
    wrapper: bool
    start: int


class _Mark(NamedTuple):
    name: str
    tag: str
    may_cut: bool  # whether a paragraph may be cut within it
    in_pre: bool


def cut(source: str) -> Cut:
    """The parts of a page or fragment. Linear in its length, whatever it holds."""
    return _Scanner(source).run()


def left_open(source: str) -> str:
    """The start tags of links and emphasis that a part opens and does not close."""
    if not _MARKED.search(source):
        return ""
    opened: dict[str, int] = {}
    for closing, name in _MARKED.findall(source):
        opened[name] = opened.get(name, 0) + (-1 if closing else 1)
    if not any(count > 0 for count in opened.values()):
        return ""
    stack: list[_Mark] = []
    position = 0
    while token := TOKEN.search(source, position):
        position = token.end()
        name = (token["name"] or "").lower()
        if name in _RAW and not token["close"]:
            _, position = raw_end(name, source, position)
        else:
            _step(stack, name, token)
    return "".join(mark.tag for mark in stack if _MARKED.match(mark.tag))


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.cut = Cut()
        self.start = 0  # of the open part
        self.prefix = ""  # of the open part
        self.stack: list[_Open] = []
        self.items: list[int] = []  # list items so far, beside each ordered list in the stack
        self.counted = 0  # up to where list items were counted
        self.opaque = 0  # how many in the stack are more than wrappers
        self.joins = False  # whether the block that ended last may go on in the next one

    def run(self) -> Cut:
        source, position = self.source, 0
        gap = 0
        while found := _HOLDER.search(source, position):
            at = found.start()
            if at > position and (end := self._end_of_tag_around(position, at)) >= 0:
                position = end
                continue
            if at > gap:
                self._gap(gap, at)
            token = TOKEN.match(source, at)
            if token is None:
                break
            position = token.end()
            name = (token["name"] or "").lower()
            if not name:
                pass
            elif token["close"]:
                self._close(name, at)
            elif name in _RAW and not (name == "title" and self.stack and self.stack[-1].name == "svg"):
                _, position = raw_end(name, source, position)
                if position - at > _LONG and "math/tex" not in token[0]:
                    self._end_part(at)
                    self.start = position
            elif not token[0].endswith("/>") or name != "svg":
                self._open(name, token[0], at)
            gap = position
        self._gap(gap, len(source))
        self._end_part(len(source))
        self._pop_to(0, len(source))
        return self.cut

    def _end_of_tag_around(self, begin: int, at: int) -> int:
        """The end of the tag in whose attributes ``at`` stands, -1 where it stands in none."""
        opening = self.source.rfind("<", begin, at)
        if opening < 0 or self.source.find(">", opening, at) >= 0:
            return -1
        around = TOKEN.match(self.source, opening)
        return around.end() if around is not None and around.end() > at else -1

    # -- what holds blocks

    def _open(self, name: str, tag: str, at: int) -> None:
        found = attributes(tag[1 + len(name) :].rstrip(">")) if len(tag) > len(name) + 2 else {}
        classes = found.get("class", "").split()
        wrapper = is_wrapper(name, classes) and not is_hidden(found) and "footnote" not in found.get("id", "")
        if not self.opaque:
            joins = is_split_list(name, classes)
            if (at - self.start >= _LEAST and not (joins and self.joins)) or name in ("main", "article"):
                self._end_part(at)
            self.joins = joins
        elif at - self.start >= _LONG and self.stack and self.stack[-1].name != "table":
            self._end_part(at)
        if len(self.stack) >= _DEEPEST:
            return
        self.stack.append(_Open(name, tag if len(tag) <= _LONGEST_TAG_KEPT else f"<{name}>", wrapper, at))
        self.items.append(_first_item(found) if name == "ol" else 0)
        self.opaque += not wrapper

    def _close(self, name: str, at: int) -> None:
        for index in range(len(self.stack) - 1, -1, -1):
            held = self.stack[index].name
            if held == name:
                self._pop_to(index, at)
                return
            if held == "table":
                return

    def _pop_to(self, index: int, at: int) -> None:
        for held in reversed(self.stack[index:]):
            self.opaque -= not held.wrapper
            if held.name in ("main", "article") and not self.opaque:
                self._end_part(at)
                spans = self.cut.mains if held.name == "main" else self.cut.articles
                spans.append((held.start, at))
        del self.stack[index:]
        del self.items[index:]

    # -- what stands between their tags

    def _gap(self, begin: int, end: int) -> None:
        """Cuts a span without any tag of what holds blocks."""
        self.counted = begin
        if self.joins and begin < end and not self.source[begin : min(end, begin + 200)].isspace():
            self.joins = False
        boundary, least = _BLOCK, _LEAST
        if self.opaque:
            in_table = self.stack[-1].name == "table"
            boundary, least = (_ROW, _LONG_TABLE) if in_table else (_ITEM, _LONG)
        if end - self.start > least:
            self._cut_gap(begin, end, boundary, least, least + _LONGEST_PARAGRAPH)
        self._count_items(end)

    def _cut_gap(self, begin: int, end: int, boundary: re.Pattern[str], least: int, longest: int) -> None:
        inline: list[_Mark] = []
        while True:
            found = boundary.search(self.source, max(begin, self.start + least), end)
            limit = found.start() if found else end
            while limit - self.start > longest:
                at = self._soft_cut(max(begin, self.start), limit, inline)
                if at >= limit:
                    break
                self._end_part(at, inline)
            if found is None:
                return
            if self._end_of_tag_around(max(begin, limit - _LONG), limit) >= 0:
                begin = found.end()
                continue
            self._end_part(limit)
            inline.clear()
            begin = limit

    def _count_items(self, end: int) -> None:
        if self.stack and self.stack[-1].name == "ol" and end > self.counted:
            self.items[-1] += len(_LIST_ITEM.findall(self.source, self.counted, end))
            self.counted = end

    def _soft_cut(self, begin: int, limit: int, stack: list[_Mark]) -> int:
        """Where to cut a paragraph without end: after a sentence, else a word, else anywhere but in a tag.

        ``stack`` has what is open at ``begin`` and is left with what is open at the cut.
        """
        source = self.source
        target = min(limit, begin + _PIECE)
        in_pre = bool(self.stack) and self.stack[-1].name == "pre"
        if not in_pre and (quick := self._balanced_end(begin, target)) > begin:
            return quick
        sentence = word = -1
        at_sentence: list[_Mark] = []
        at_word: list[_Mark] = []
        position = begin
        while position < target:
            opening = _TAG_START.search(source, position, target)
            token = TOKEN.match(source, opening.start()) if opening else None
            run_end = token.start() if token else target
            if run_end > position and (not stack or stack[-1].may_cut):
                ends = ("\n",) if in_pre or (stack and stack[-1].in_pre) else _SENTENCE_ENDS
                marks = ((source.rfind(mark, position, run_end), len(mark)) for mark in ends)
                last = max((at + length for at, length in marks if at >= 0), default=-1)
                if last > begin:
                    sentence, at_sentence = last, list(stack)
                space = max(source.rfind(" ", position, run_end), source.rfind("\n", position, run_end)) + 1
                if space > begin:
                    word, at_word = space, list(stack)
            if token is None:
                position = target
                break
            position = token.end()
            name = (token["name"] or "").lower()
            _step(stack, name, token)
            if name == "br" and position < limit:
                sentence, at_sentence = position, list(stack)
        if sentence > begin:
            stack[:] = at_sentence
            return sentence
        if word > begin:
            stack[:] = at_word
            return word
        if position > target:
            return position  # a tag that is longer than any piece
        entity = source.rfind("&", max(begin + 1, target - 32), target)
        return entity if entity > begin else target

    def _balanced_end(self, begin: int, target: int) -> int:
        """A sentence's end before which every tag since ``begin`` is closed, -1 where none is near."""
        ends = [found.end() for found in _SENTENCE.finditer(self.source, max(begin, target - _NEAR), target)]
        for end in ends[: -_MOST_TRIED - 1 : -1]:
            opening = self.source.rfind("<", begin, end)
            if opening >= 0 and self.source.find(">", opening, end) < 0:
                continue
            level = 0
            for closing, name in _ANY_TAG.findall(self.source, begin, end):
                if name.lower() not in _NEED_NO_END:
                    level += -1 if closing else 1
                    if level < 0:
                        return -1
            if level == 0:
                return end
        return -1

    def _end_part(self, at: int, inline: list[_Mark] | None = None) -> None:
        """Ends the open part at ``at`` and begins the next one there."""
        if at - self.start > _LEAST or self.source[self.start : at].strip():
            self.cut.parts.append(Part(self.start, at, self.prefix))
        self.start = max(at, self.start)
        self.prefix = ""
        if self.opaque:
            self._count_items(at)
            self.prefix = "".join(
                f'<ol start="{count}">' if held.name == "ol" and count != 1 else held.tag
                for held, count in zip(self.stack, self.items, strict=True)
            )
        if inline:
            self.prefix += "".join(mark.tag for mark in inline)


def _first_item(found: dict[str, str]) -> int:
    first = found.get("start", "")
    return int(first) if re.fullmatch("[0-9]{1,9}", first) else 1


def _step(stack: list[_Mark], name: str, token: re.Match[str]) -> None:
    """Keeps in ``stack`` what is open while tags are walked over."""
    if not name or name in VOID:
        return
    if token["close"] or name == "p":
        for index in range(len(stack) - 1, -1, -1):
            if stack[index].name == name:
                del stack[index:]
                break
    if not token["close"] and len(stack) < _DEEPEST_MARKS:
        tag = token[0] if len(token[0]) <= _LONGEST_TAG_KEPT else f"<{name}>"
        around = stack[-1] if stack else None
        may_cut = name in _CUT_WITHIN and not _NOT_WITHIN.search(tag)
        stack.append(
            _Mark(
                name,
                tag,
                may_cut and (around is None or around.may_cut),
                name == "pre" or (around is not None and around.in_pre),
            )
        )
