"""Lines of spans: inlines flattened to one text, broken, and cut back into what each piece looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from techdash.document.tree import Break, Code, FootnoteRef, Image, Inline, Link, Math, Text
from techdash.text.clean import is_clean
from techdash.text.linebreak import breaks


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; ``style`` names roles, space-separated, ``href`` is set on links."""

    text: str
    style: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """``start`` is the document offset of the line's first character."""

    spans: tuple[Span, ...]
    start: int


class UncleanTextError(AssertionError):
    """A control character was about to be laid out: a boundary let it through."""


def line_text(line: Line) -> str:
    """A line as plain text."""
    return "".join(span.text for span in line.spans)


def span(text: str, style: str = "", href: str = "") -> Span:
    """A span whose text is known to be clean.

    Raises:
        UncleanTextError: it is not.
    """
    if not is_clean(text):
        raise UncleanTextError(repr(text[:80]))
    return Span(text, style, href)


def flatten(inlines: Iterable[Inline], style: str = "", href: str = "") -> list[Span]:
    """Inlines as spans in order; math and images by their source and description."""
    found: list[Span] = []
    for inline in inlines:
        match inline:
            case Text(text, styles):
                roles = " ".join([style, *sorted(styles - {"sup", "sub"})]).strip()
                found.append(span(text.replace("\n", " ").replace("\t", " "), roles, href))
            case Code(text):
                found.append(span(text.replace("\n", " ").replace("\t", " "), f"{style} code".strip(), href))
            case Math(tex):
                found.append(span(" ".join(tex.split()), f"{style} math".strip(), href))
            case Link(target, children):
                found += flatten(children, f"{style} link".strip(), target)
            case Image(_, alt):
                found.append(span(f"▢ {alt}".strip(), f"{style} caption".strip(), href))
            case FootnoteRef(label):
                found.append(span(f"[{label}]", f"{style} link".strip(), f"#fn-{label}"))
            case Break():
                found.append(Span("\n", style, href))
    return found


def wrap(spans: list[Span], cells: int, start: int, ambiguous: int) -> list[Line]:
    """Spans broken into lines of at most ``cells`` cells; ``start`` is the offset of the first character."""
    text = "".join(each.text for each in spans)
    lines = []
    index, offset = 0, 0
    for left, right in breaks(text, cells, ambiguous):
        pieces = []
        while index < len(spans) and offset + len(spans[index].text) <= left:
            offset += len(spans[index].text)
            index += 1
        at, place = index, offset
        while at < len(spans) and place < right:
            each = spans[at]
            piece = each.text[max(0, left - place) : right - place]
            if piece:
                pieces.append(Span(piece, each.style, each.href))
            place += len(each.text)
            at += 1
        lines.append(Line(tuple(pieces), start + left))
    return lines
