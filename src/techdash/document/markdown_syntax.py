"""Markdown as techdash reads it: CommonMark, tables, strikethrough, definition lists, math, footnote marks.

Two rules differ from CommonMark's letter, both for the reader's sake: ``**重点：**下文`` is bold, although
its end is not right-flanking, and TeX between dollars or ``\\(``, ``\\[`` is TeX before it is emphasis.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from techdash.document.formulas import LONGEST, formula_at, is_escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# Blocks in blocks beyond this stay text; each level costs several Python frames.
_MOST_NESTING = 40

# First and last of each range; as an expression it would take longer to compile than most texts to parse.
_CJK = (
    ("\u2e80", "\u303f"),
    ("\u3041", "\u30ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\uff00", "\uffef"),
)
_FOOTNOTE_MARK = re.compile(r"\[\^([^\]\s]{1,80})\]")
_ENVIRONMENT = re.compile(r"\\begin\{([a-zA-Z]+\*?)\}")


@cache
def parser() -> MarkdownIt:
    """The parser; its ``env`` may hold ``references`` and, under ``footnotes``, the labels that exist."""
    # Imported here: what only opens HTML never needs it.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin

    md = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTING}).enable(["table", "strikethrough"])
    md.use(deflist_plugin)
    md.inline.ruler.before("escape", "math", _inline_math)
    md.inline.ruler.before("link", "footnote_mark", _footnote_mark)
    md.inline.ruler.at("emphasis", _emphasis)
    md.block.ruler.before(
        "fence", "math_block", _math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    # Which links may be followed is decided where the tree is built, for every front end alike.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return md


def _inline_math(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    formula = formula_at(state.src, state.pos)
    if formula is None or formula.end > state.posMax:
        return False
    if state.src[state.pos] == "\\" and is_escape(formula, state.src[state.pos : state.pos + 2]):
        return False
    if not silent:
        token = state.push("math_display" if formula.display else "math_inline", "", 0)
        token.content = formula.tex
    state.pos = formula.end
    return True


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    mark = _FOOTNOTE_MARK.match(state.src, state.pos)
    if mark is None or mark.end() > state.posMax or mark[1] not in state.env.get("footnotes", ()):
        return False
    if not silent:
        state.push("footnote_mark", "", 0).content = mark[1]
    state.pos = mark.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Emphasis as CommonMark has it, but a Han neighbour outside lets a run open or close by punctuation."""
    from markdown_it.rules_inline.state_inline import Delimiter

    start = state.pos
    marker = state.src[start]
    if silent or marker not in "_*":
        return False
    opens, closes, length = state.scanDelims(start, marker == "*")
    end = start + length
    if (marker == "*" and opens is not closes) or not opens:
        before = state.src[start - 1] if start else " "
        after = state.src[end] if end < state.posMax else " "
        if marker == "*":
            opens = opens or (_is_cjk(before) and not after.isspace())
            closes = closes or (_is_cjk(after) and not before.isspace())
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos = end
    return True


def _is_cjk(char: str) -> bool:
    return any(first <= char <= last for first, last in _CJK)


def _math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """``$$ … $$``, ``\\[ … \\]`` and ``\\begin{…} … \\end{…}`` from the start of a line to the end of one."""
    position = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[position : position + 1] not in ("$", "\\") or state.is_code_block(start_line):
        return False
    first = state.src[position : state.eMarks[start_line]]
    environment = _ENVIRONMENT.match(first)
    if first.startswith("$$"):
        skip, closing = 2, "$$"
    elif first.startswith("\\["):
        skip, closing = 2, "\\]"
    elif environment:
        skip, closing = 0, f"\\end{{{environment[1]}}}"
    else:
        return False
    if state.src.find(closing, position + skip, position + LONGEST) < 0:
        return False
    lines: list[str] = []
    for line in range(start_line, end_line):
        text = (
            first[skip:]
            if line == start_line
            else state.getLines(line, line + 1, state.blkIndent, False).strip()
        )
        if line > start_line and (not text or text.startswith("\\[") or state.sCount[line] < state.blkIndent):
            return False
        end = text.find(closing)
        if end >= 0:
            if text[end + len(closing) :].strip():
                return False
            lines.append(text[: end + (0 if skip else len(closing))])
            break
        lines.append(text)
    else:
        return False
    tex = "\n".join(lines).strip()
    if not tex:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("math_block", "", 0)
        token.content = tex
        token.map = [start_line, line + 1]
    return True
