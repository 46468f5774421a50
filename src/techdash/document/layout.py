"""Blocks to lines of a width: pure, so that a window, a pipe and a test see the same page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from techdash.document.inlines import text_of
from techdash.document.layout_code import code
from techdash.document.layout_math import display_math
from techdash.document.layout_tables import table
from techdash.document.layout_text import Piece, pieces, roles, wrapped
from techdash.document.lines import Line, Setting, Span, Tokens, line_text, source_text
from techdash.document.outline import children, plain_text
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Details,
    Figure,
    Footnotes,
    Heading,
    List,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)
from techdash.text.cells import width as cells_of
from techdash.text.clean import UncleanTextError, is_clean
from techdash.text.reading import language

__all__ = ["Line", "Setting", "Span", "Tokens", "hidden_in", "lay_out", "line_text", "source_text"]

# Below this a frame (a bar, an indent) would leave no room for what it frames.
_NARROWEST = 8
_BULLETS = "•◦▪"
_WARNINGS = frozenset(["warning", "caution", "danger"])
# What a callout without a title of its own is called in a Chinese text; elsewhere its kind says it.
_CALLOUTS_ZH = {
    "note": "注",
    "info": "说明",
    "tip": "提示",
    "hint": "提示",
    "important": "重要",
    "warning": "警告",
    "caution": "小心",
    "danger": "危险",
}


def lay_out(blocks: Sequence[Block], width: int, setting: Setting = Setting()) -> list[Line]:  # noqa: B008
    """The lines of some blocks, a blank one between them; none is wider than ``width`` cells (from 8 up).

    Those are that have ``wide`` set, which only ``setting.sideways`` allows.

    Raises:
        UncleanTextError: a text holds what :func:`techdash.text.clean.clean` would have taken away.
    """
    lines = _Page(setting).blocks(blocks, max(_NARROWEST, width), "")
    # All at once: a question for each span takes longer than breaking the lines.
    text = "\n".join(map(line_text, lines))
    if text.count("\n") != max(0, len(lines) - 1) or not is_clean(text):
        unclean = (row for row in map(line_text, lines) if "\n" in row or not is_clean(row))
        raise UncleanTextError(repr(next(unclean, text)[:80]))
    return lines


def hidden_in(blocks: Iterable[Block], offset: int, setting: Setting) -> tuple[int, ...]:
    """The folds, by their starts, that must be turned for the text at a document offset to be seen."""
    found: list[int] = []
    inner = list(blocks)
    while block := next((each for each in reversed(inner) if each.start <= offset), None):
        inner = list(children(block))
        within = bool(inner) and inner[0].start <= offset
        if isinstance(block, Details) and within and not _is_open(block, setting):
            found.append(block.start)
    return tuple(found)


def _is_open(block: Details, setting: Setting) -> bool:
    return not setting.folds or block.open != (block.start in setting.toggled)


class _Page:
    """Lays blocks out; ``base`` is the role that everything within a block has."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.depth = 0  # of lists

    def cells(self, text: str) -> int:
        return cells_of(text, self.setting.ambiguous)

    def wrapped(self, row: list[Piece], width: int, start: int, block: int) -> list[Line]:
        return wrapped(row, width, start, self.setting, block)

    def blocks(self, blocks: Sequence[Block], width: int, base: str, *, tight: bool = False) -> list[Line]:
        lines: list[Line] = []
        for block in blocks:
            added = self.block(block, width, base)
            if not added:
                continue
            if lines and not tight:
                lines.append(_blank(added[0]))
            lines.extend(added)
        return lines

    def block(self, block: Block, width: int, base: str) -> list[Line]:
        match block:
            case Paragraph():
                return self.wrapped(pieces(block.inlines, base), width, block.start, block.start)
            case Heading():
                return self.heading(block, width, base)
            case CodeBlock():
                return code(block, width, self.setting)
            case MathBlock():
                return display_math(block, width, self.setting)
            case Quote():
                bar = self.bar
                inner = self.blocks(block.children, self.within(width, bar), roles(base, "quote"))
                return self.framed(inner, width, bar, roles(base, "marker"))
            case List():
                return self.items(block, width, base)
            case Table():
                return table(block, width, base, self.setting)
            case Figure():
                return self.figure(block, width, base)
            case Rule():
                return self.rule(width, block.start)
            case Callout():
                return self.callout(block, width, base)
            case Details():
                return self.details(block, width, base)
            case Footnotes():
                return self.footnotes(block, width, base)

    # -- frames

    def within(self, width: int, prefix: str) -> int:
        """The width inside a frame; the whole where the frame would take too much of it."""
        inner = width - self.cells(prefix)
        return inner if inner >= _NARROWEST else width

    def framed(
        self, lines: list[Line], width: int, prefix: str, role: str, first: Span | None = None
    ) -> list[Line]:
        """Lines with a prefix before each of them; ``first`` stands in for it on the first line."""
        cells = self.cells(prefix)
        if width - cells < _NARROWEST:
            return lines
        bar = (Span(prefix, role, drawn=True),)
        blank = prefix.isspace()
        framed: list[Line] = []
        for line in lines:
            if first is not None and not framed:
                frame: tuple[Span, ...] = (first,)
            else:
                frame = bar if line.spans or line.picture or not blank else ()
            wide = line.wide + cells if line.wide else 0
            framed.append(
                Line((*frame, *line.spans), line.start, line.before, wide, line.block, line.picture)
            )
        return framed

    @property
    def bar(self) -> str:
        """What stands before each line of a quote or a callout."""
        return "  " if self.setting.linear else "▎ "

    def rule(self, width: int, start: int) -> list[Line]:
        if self.setting.linear:
            return []
        return [Line((Span("─" * (width // self.cells("─")), "rule", drawn=True),), start, "", 0, start)]

    # -- blocks

    def heading(self, block: Heading, width: int, base: str) -> list[Line]:
        role = roles(base, f"heading{min(block.level, 3)}")
        lines = self.wrapped(pieces(block.inlines, role), width, block.start, block.start)
        # A chapter stands further from what is above it than from what it heads.
        return [_blank(lines[0]), *lines] if block.level <= 2 and block.start > 0 and not base else lines

    def items(self, block: List, width: int, base: str) -> list[Line]:
        last = block.first + len(block.items) - 1
        bullet = _BULLETS[min(self.depth, len(_BULLETS) - 1)]
        lines: list[Line] = []
        self.depth += 1
        for number, item in enumerate(block.items, block.first):
            if item.checked is not None:
                marker = "☑ " if item.checked else "☐ "
            elif block.ordered:
                marker = f"{number}. ".rjust(len(f"{last}. "))
            else:
                marker = f"{bullet} "
            hang = " " * self.cells(marker)
            inner = self.blocks(item.children, self.within(width, hang), base, tight=block.tight)
            if not inner:
                inner = [Line((), lines[-1].start if lines else block.start, "\n", 0, block.start)]
            if lines and not block.tight:
                lines.append(_blank(inner[0]))
            sign = Span(marker, roles(base, "marker"), drawn=True)
            if width - len(hang) < _NARROWEST:
                lines.append(self.alone(sign, inner[0]))
            lines.extend(self.framed(inner, width, hang, "", sign))
        self.depth -= 1
        return lines

    def alone(self, sign: Span, following: Line) -> Line:
        """A marker on a line of its own, where there is no room beside it."""
        return Line(
            (Span(sign.text.strip(), sign.style, drawn=True),), following.start, "", 0, following.block
        )

    def figure(self, block: Figure, width: int, base: str) -> list[Line]:
        """The picture where there is one, what it shows, which leads to it, and its caption."""
        sign = "image: " if self.setting.linear else "▢ "
        start = block.start
        href = block.src if block.src.startswith(("http://", "https://")) else ""
        caption = pieces(block.caption, roles(base, "caption"))
        role = roles(base, "link" if href else "muted")
        name = [Piece(block.alt or "image", len(block.alt), role, href, drawn=not block.alt)]
        offset = start + len(block.alt) + 1 if block.alt else start
        inner = self.within(width, sign)
        lines: list[Line] = []
        if caption and block.alt in ("", text_of(block.caption)):
            caption = [piece._replace(href=piece.href or href) for piece in caption]
        else:
            lines = self.wrapped(name, inner, start, start)
        if caption:
            lines += self.wrapped(caption, inner, offset, start)
        marker = Span(sign, roles(base, "marker"), drawn=True)
        _, rows = self.setting.pictures.get(block.src, (0, 0))
        return [
            *(Line((), start, "", 0, start, (block.src, row)) for row in range(rows)),
            *self.framed(lines, width, " " * self.cells(sign), "", marker),
        ]

    def callout(self, block: Callout, width: int, base: str) -> list[Line]:
        bar = self.bar
        inner = self.within(width, bar)
        role = roles("callout", "warning" if block.kind in _WARNINGS else "")
        title = pieces(block.title, f"{role} strong")
        if not title and block.kind:
            name = block.kind.capitalize()
            if language(plain_text(block.children)) == "zh":
                name = _CALLOUTS_ZH.get(block.kind, name)
            title = [Piece(name, 0, f"{role} strong", drawn=True)]
        lines = self.wrapped(title, inner, block.start, block.start) if title else []
        body = self.blocks(block.children, inner, base)
        return self.framed(lines + body, width, bar, role)

    def details(self, block: Details, width: int, base: str) -> list[Line]:
        """A summary and what it folds, or how many lines that would be."""
        unfolded = _is_open(block, self.setting)
        sign = "▾ " if unfolded else "▸ "
        inner = self.within(width, sign)
        summary = pieces(block.summary, roles(base, "strong")) or [Piece("…", 0, base, drawn=True)]
        body = self.blocks(block.children, inner, base)
        if not unfolded:
            hidden = sum(1 for line in body if line.spans or line.picture)
            summary.append(Piece(f"  +{hidden}", 0, roles(base, "muted"), drawn=True))
            body = []
        head = self.wrapped(summary, inner, block.start, block.start)
        if self.setting.linear:
            return head + body
        marker = Span(sign, roles(base, "marker"), drawn=True)
        return self.framed(head + body, width, " " * self.cells(sign), "", marker)

    def footnotes(self, block: Footnotes, width: int, base: str) -> list[Line]:
        lines = self.rule(min(width, 12), block.start)
        for note in block.notes:
            marker = f"[{note.label}] "
            hang = " " * self.cells(marker)
            inner = self.blocks(note.children, self.within(width, hang), roles(base, "muted"), tight=True)
            sign = Span(marker, roles(base, "marker"), drawn=True)
            if width - len(hang) < _NARROWEST:
                label = Piece(marker.strip(), 0, sign.style, drawn=True)
                lines += self.wrapped([label], width, block.start, block.start)
            lines.extend(self.framed(inner, width, hang, "", sign))
        return lines


def _blank(following: Line) -> Line:
    """A blank line above another, which is of the same block."""
    return Line((), following.start, "\n", 0, following.block)
