"""Cuts a Markdown source into top-level parts by its lines alone, so that each can be parsed on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from techdash.document.formulas import LONGEST
from techdash.document.plain import pieces

PartKind = Literal["", "code", "fence", "details", "html", "list", "quote", "literal"]

# Beyond this a part is cut even inside its list or quote; real ones stay whole.
_LONG = 6000
# Beyond this code, a table or HTML goes into several parts, each with the head of the first.
_LONG_WHOLE = 32_000
_LONGEST_HEAD = 4000
# Beyond this even that did not help, and no parser of Markdown is quick enough.
_HUGE = 64_000

_FENCE = re.compile(r" {0,3}(`{3,})[^`\n]*$| {0,3}(~{3,})", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)", re.MULTILINE)
_BULLET = re.compile(r" {0,3}(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
# What may end a paragraph and begin a list at once.
_BULLET_WITH_TEXT = re.compile(r" {0,3}(?:[-+*]|1[.)])[ \t]+\S")
_QUOTE = re.compile(r" {0,3}>")
_MATH = re.compile(r" {0,3}(?:(\$\$)|(\\\[)|\\begin\{([a-zA-Z]+\*?)\})")
_VERBATIM_HTML = re.compile(r" {0,3}<(?:(pre|script|style|textarea)\b|(!--))", re.IGNORECASE)
_DETAILS = re.compile(r" {0,3}<details\b", re.IGNORECASE)
_DETAILS_TAG = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)
_HTML_BLOCK = re.compile(
    r" {0,3}</?(?:address|article|aside|blockquote|body|center|dd|details|dialog|div|dl|dt|fieldset"
    r"|figcaption|figure|footer|form|h[1-6]|header|hr|html|iframe|legend|li|main|menu|nav|ol|p|section|summary|table"
    r"|tbody|td|tfoot|th|thead|tr|ul)\b",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,80})\]:[ \t]*")
_REFERENCE = re.compile(r" {0,3}\[(?!\^)[^\]\n]{1,999}\]:")
_TERM = re.compile(r" {0,3}[:~][ \t]")
_LONE_IMAGE = re.compile(r" {0,3}!\[[^\n]*\]\([^\n]*\)[ \t]*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"[ \t|:]*-[ \t|:-]*\n")
# A paragraph of lines that begin with a letter, the blank lines after it, and no definition after those.
_PROSE = re.compile(r"((?:[^\W\d_][^\n]*(?:\n|\Z))++)(?:\Z|(?:[ \t]*\n)++(?![ \t]*[:~][ \t]))")
_EMPHASISED = re.compile(r" {0,3}([*_])(?![*_\s])[^\n]*[^*_\s]\1[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Parts:
    """The spans of the parts, with their kind; footnotes by label and link definitions are apart.

    What is cut in its middle has in ``prefixes``, by the start of a part, what opens it again there.
    """

    spans: list[tuple[int, int, PartKind]] = field(default_factory=list)
    prefixes: dict[int, str] = field(default_factory=dict)
    footnotes: dict[str, tuple[int, int]] = field(default_factory=dict)
    references: list[tuple[int, int]] = field(default_factory=list)


def cut(source: str, begin: int = 0, end: int | None = None) -> Parts:
    """The parts of ``source[begin:end]``. Linear in its length, whatever it holds."""
    return _Scanner(source, begin, len(source) if end is None else end).run()


class _Scanner:
    def __init__(self, source: str, begin: int, end: int) -> None:
        self.source = source
        self.position = begin
        self.end = end
        self.parts = Parts()
        self.start = -1  # of the open part, -1 while none is
        self.last = begin  # end of its last line that is not blank
        self.kind: PartKind | Literal["footnote"] = ""
        self.blank = False  # whether a blank line came since
        self.label = ""
        self.unclosed_details = False

    def run(self) -> Parts:
        while self.position < self.end:
            if self.start < 0:
                self._pass_prose()
                if self.position >= self.end:
                    break
            newline = self.source.find("\n", self.position, self.end)
            after = self.end if newline < 0 else newline + 1
            line = self.source[self.position : newline if newline >= 0 else self.end]
            if not line or line.isspace():
                self._blank_line(after)
            elif not self._goes_on(line):
                self._close()
                self._open(line, after)
            self.position = max(self.position, after)
            if self.start >= 0 and not (not line or line.isspace()):
                self.last = self.position
        self._close()
        return self.parts

    def _pass_prose(self) -> None:
        """Adds paragraphs of which nothing but their length need be looked at: most of most texts."""
        source, position, last, spans = self.source, self.position, self.end, self.parts.spans
        while prose := _PROSE.match(source, position, last):
            start, end = prose.span(1)
            position = prose.end()
            if end - start > _LONG:
                spans.extend((a, b, "") for a, b in pieces(source, start, end))
            else:
                spans.append((start, end, ""))
        self.position = position

    # -- one line

    def _blank_line(self, after: int) -> None:
        if self.kind in ("list", "code", "footnote"):
            self.blank = True
        elif self.start >= 0 and not self._awaits_more(after):
            self._close()

    def _goes_on(self, line: str) -> bool:
        """Whether a line that is not blank belongs to the open part."""
        if self.start < 0:
            return False
        indent = _indent(line)
        if self.kind == "code":
            return indent >= 4
        if self.kind in ("list", "footnote"):
            if indent >= 2:
                self.blank = False
                return True
            if self.kind == "list" and (_BULLET.match(line) or _TERM.match(line)):
                if self.position - self.start > _LONG:
                    return False
                self.blank = False
                return True
            if self.position - self.start > _LONG:
                return False
            return not self.blank and not self._begins_something(line)
        if self.kind == "quote":
            if _QUOTE.match(line):
                return self.position - self.start <= _LONG
            return not self._begins_something(line)
        if _TERM.match(line):
            self.kind = "list"  # a definition list goes on past blank lines like any other
            return True
        return not self._begins_something(line)

    def _begins_something(self, line: str) -> bool:
        """Whether the line ends a paragraph by being the start of something else."""
        first = line.lstrip(" ")[:1]
        if first not in "#`~$\\<>-+*1[":
            return False
        if _indent(line) >= 4:
            return False
        return bool(
            _HEADING.match(line)
            or _FENCE.match(line)
            or _QUOTE.match(line)
            or (_BULLET_WITH_TEXT.match(line) and self.kind != "list")
            or _FOOTNOTE.match(line)
            or _HTML_BLOCK.match(line)
            or _VERBATIM_HTML.match(line)
            or self._math_end(line) >= 0
        )

    def _open(self, line: str, after: int) -> None:
        self.start = self.position
        self.kind, self.blank = "", False
        if _indent(line) >= 4:
            self.kind = "code"
        elif fence := _FENCE.match(line):
            self._until(self._fence_end(fence[1] or fence[2], after), "fence")
        elif _HEADING.match(line):
            self._until(after)
        elif (end := self._math_end(line)) >= 0:
            self._until(end)
        elif _DETAILS.match(line) and (end := self._details_end()) >= 0:
            self._until(end, "details")
        elif verbatim := _VERBATIM_HTML.match(line):
            closing = "-->" if verbatim[2] else f"</{verbatim[1].lower()}>"
            self._until(self._line_end(closing))
        elif note := _FOOTNOTE.match(line):
            self.kind, self.label = "footnote", note[1]
        elif _BULLET.match(line):
            self.kind = "list"
        elif _QUOTE.match(line):
            self.kind = "quote"

    def _until(self, end: int, kind: PartKind = "") -> None:
        """Ends the part that has just begun at ``end``, past all the lines before it."""
        self.kind = kind
        self.position = self.last = end
        self._close()

    def _close(self) -> None:
        if self.start < 0:
            return
        start, end = self.start, self.last
        self.start = -1
        if self.kind == "" and _REFERENCE.match(self.source, start):
            self.parts.references.append((start, end))
        if self.kind == "footnote":
            self.parts.footnotes.setdefault(self.label, (start, end))
        elif self.kind in ("fence", "code"):
            first_line = self.source[start : self.source.find("\n", start, end) + 1]
            self._add_in_rows(start, end, self.kind, first_line if self.kind == "fence" else "")
        elif self.kind == "" and _HTML_BLOCK.match(self.source, start):
            self._add_html(start, end)
        elif self.kind == "" and end - start > _LONG_WHOLE and (head := self._table_head(start, end)):
            self._add_in_rows(start, end, "", head)
        elif end - start > _HUGE or (self.kind == "" and self._is_prose(start, end)):
            kind: PartKind = "literal" if end - start > _HUGE and self.kind != "" else ""
            self.parts.spans.extend((a, b, kind) for a, b in pieces(self.source, start, end))
        else:
            self.parts.spans.append((start, end, self.kind))
        self.kind = ""

    def _table_head(self, start: int, end: int) -> str:
        """The first two lines of a table that has any rows to be cut between, else nothing."""
        newline = self.source.find("\n", start, min(end, start + _LONGEST_HEAD))
        if newline < 0 or self.source.find("|", start, newline) < 0:
            return ""
        rule = _TABLE_RULE.match(self.source, newline + 1, min(end, start + 2 * _LONGEST_HEAD))
        return self.source[start : rule.end()] if rule else ""

    def _add_in_rows(self, start: int, end: int, kind: PartKind, head: str) -> None:
        """Adds what may be cut at any line, ``head`` again in front of each piece but the first."""
        first = start
        while end - start > _LONG_WHOLE:
            cut = self.source.rfind("\n", start + 1, start + _LONG_WHOLE) + 1
            cut = cut if cut > start + len(head) else start + _LONG_WHOLE
            self._add_row_piece(start, cut, kind, head if start > first else "")
            start = cut
        self._add_row_piece(start, end, kind, head if start > first else "")

    def _add_row_piece(self, start: int, end: int, kind: PartKind, prefix: str) -> None:
        self.parts.spans.append((start, end, kind))
        if prefix:
            self.parts.prefixes[start] = prefix

    def _add_html(self, start: int, end: int) -> None:
        if end - start <= _LONG_WHOLE:
            self.parts.spans.append((start, end, "html"))
            return
        from techdash.document import html_parts

        for part in html_parts.cut(self.source[start:end]).parts:
            self._add_row_piece(start + part.start, start + part.end, "html", part.prefix)

    # -- looking ahead

    def _awaits_more(self, after: int) -> bool:
        """Whether what follows the blank line still belongs: a term's definition, a picture's caption."""
        newline = self.source.find("\n", after, self.end)
        line = self.source[after : newline if newline >= 0 else self.end]
        if self.kind:
            return False
        if _TERM.match(line):
            return True
        return bool(
            _EMPHASISED.match(line)
            and self.last - self.start < 2000
            and _LONE_IMAGE.fullmatch(self.source[self.start : self.last].rstrip("\n"))
        )

    def _fence_end(self, marker: str, after: int) -> int:
        closing = re.compile(rf"^ {{0,3}}{re.escape(marker[0])}{{{len(marker)},}}[ \t]*$", re.MULTILINE)
        found = closing.search(self.source, after, self.end)
        if found is None:
            return self.end
        return min(self.end, found.end() + 1)

    def _math_end(self, line: str) -> int:
        """The end of the lines of display math that begins with this line, -1 where none does."""
        opening = _MATH.match(line)
        if opening is None:
            return -1
        closing = "$$" if opening[1] else "\\]" if opening[2] else f"\\end{{{opening[3]}}}"
        begin = self.position + opening.end()
        limit = min(self.end, begin + LONGEST)
        blank = self.source.find("\n\n", begin, limit)
        found = self.source.find(closing, begin, limit if blank < 0 else blank)
        if found < 0:
            return -1
        newline = self.source.find("\n", found, self.end)
        line_end = self.end if newline < 0 else newline
        if self.source[found + len(closing) : line_end].strip():
            return -1
        return min(self.end, line_end + 1)

    def _details_end(self) -> int:
        if self.unclosed_details:
            return -1
        depth = 0
        for tag in _DETAILS_TAG.finditer(self.source, self.position, self.end):
            depth += -1 if tag[1] else 1
            if depth == 0:
                newline = self.source.find("\n", tag.end(), self.end)
                line_end = self.end if newline < 0 else newline
                return min(self.end, line_end + 1)
        self.unclosed_details = True
        return -1

    def _line_end(self, closing: str) -> int:
        found = re.compile(re.escape(closing), re.IGNORECASE).search(self.source, self.position, self.end)
        newline = self.source.find("\n", found.end(), self.end) if found else -1
        return self.end if newline < 0 else newline + 1

    def _is_prose(self, start: int, end: int) -> bool:
        """Whether an overlong paragraph may be cut anywhere: no table, no HTML."""
        head = self.source[start : min(end, start + 200)].lstrip()
        return not head.startswith(("<", "|"))


def _indent(line: str) -> int:
    expanded = line[:64].expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
