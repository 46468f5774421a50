"""A document as Markdown, which :mod:`techdash.document.markdown` reads back as the same tree.

But for what Markdown has no words for: styles and dollars in a summary, two paragraphs in a tight item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from techdash.document.formulas import formula_at
from techdash.document.inlines import text_of
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
    Figure,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Inline,
    Inlines,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Style,
    Table,
    Text,
)

# Not "[": before it a backslash would begin a formula. Without its "]" it is nothing.
_SPECIAL = re.compile(r"[\\`*\]<~]|(?<![^\W_])_|_(?![^\W_])|&(?=#|[A-Za-z])")
_LINE_START = re.compile(r"^( *)(#{1,6}(?= |$)|[-+](?=[ -]|$)|>|=|[:~](?= )|\|)", re.MULTILINE)
_NUMBER_START = re.compile(r"^( *\d{1,9})([.)])(?= |$)", re.MULTILINE)
_MARKS: dict[Style, tuple[str, str]] = {
    "strong": ("**", "**"),
    "em": ("*", "*"),
    "strike": ("~~", "~~"),
    "underline": ("<u>", "</u>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
}
_TAGS: dict[Style, tuple[str, str]] = {
    "strong": ("<b>", "</b>"),
    "em": ("<i>", "</i>"),
    "strike": ("<s>", "</s>"),
}


def to_markdown(doc: Document) -> str:
    """The whole document as Markdown, ending with a newline where there is anything."""
    text = _blocks(list(doc.blocks()))
    if text.startswith("---\n"):
        text = f"***{text[3:]}"  # else front matter
    return text + "\n" if text else ""


def _blocks(blocks: Sequence[Block], *, tight: bool = False) -> str:
    written: list[str] = []
    before: Block | None = None
    other = False
    for block in blocks:
        # Two lists in a row would be one: the second takes the other marker.
        other = (
            isinstance(before, List)
            and isinstance(block, List)
            and before.ordered == block.ordered
            and not other
        )
        if text := _block(block, other):
            if before is not None:
                # Only what ends a paragraph by itself may follow one without a blank line.
                close = tight and isinstance(before, Paragraph) and _ends_paragraph(block)
                written.append("\n" if close else "\n\n")
                if isinstance(before, Figure) and not before.caption and text.startswith("*"):
                    written.append("<!-- -->\n\n")  # else its caption
            written.append(text)
            before = block
    return "".join(written)


def _ends_paragraph(block: Block) -> bool:
    if isinstance(block, List) and block.ordered:
        return block.first == 1  # any other number at the beginning of a line is a word of the paragraph
    return isinstance(block, (CodeBlock, List, Quote))


def _block(block: Block, other_marker: bool = False) -> str:
    match block:
        case Paragraph():
            return _paragraph(block.inlines)
        case Heading():
            return f"{'#' * block.level} {_inlines(block.inlines).replace(chr(92) + chr(10), ' ')}"
        case CodeBlock():
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", block.text)), default=0))
            return f"{fence}{block.language}\n{block.text}\n{fence}"
        case MathBlock():
            number = f" \\tag{{{block.tag}}}" if block.tag else ""
            if block.tex.startswith("\\begin{") and not number:
                return block.tex
            return f"$$\n{block.tex}{number}\n$$"
        case Quote():
            return _quoted(_blocks(block.children))
        case List():
            return _list(block, other_marker)
        case Table():
            return _table(block)
        case Figure():
            caption = _inlines(_without(block.caption, frozenset({"em"})))
            return _image(block.src, block.alt) + (f"\n*{caption}*" if caption else "")
        case Rule():
            return "---"
        case Callout():
            title = _inlines(block.title)
            body = _blocks(block.children)
            # After a blank line nothing but a paragraph could be more of the first line, or its underline.
            gap = "\n" if block.children and isinstance(block.children[0], Paragraph) else "\n\n"
            return _quoted(
                f"[!{(block.kind or 'note').upper()}]{' ' + title if title else ''}{gap}{body}".rstrip()
            )
        case Details():
            opening = "<details open>" if block.open else "<details>"
            summary = f"<summary>{_html(text_of(block.summary))}</summary>"
            return f"{opening}{summary}\n\n{_blocks(block.children)}\n\n</details>"
        case Footnotes():
            return "\n\n".join(
                f"[^{note.label}]: {_indented(_blocks(note.children), '    ')}" for note in block.notes
            )


def _paragraph(inlines: Inlines) -> str:
    text = _LINE_START.sub(r"\1\\\2", _inlines(inlines))
    return _NUMBER_START.sub(r"\1\\\2", text)


def _list(block: List, other_marker: bool) -> str:
    items: list[str] = []
    for number, item in enumerate(block.items, block.first):
        if block.ordered:
            marker = f"{number}{')' if other_marker else '.'} "
        else:
            marker = "* " if other_marker else "- "
        box = "" if item.checked is None else "[x] " if item.checked else "[ ] "
        body = _blocks(item.children, tight=block.tight)
        if item.children and isinstance(item.children[0], Rule):
            body = body.replace("---", "___", 1)  # else marker and rule are one rule
        items.append(f"{marker}{box}{_indented(body, ' ' * len(marker))}".rstrip())
    return ("\n" if block.tight else "\n\n").join(items)


def _table(block: Table) -> str:
    columns = max(len(row) for row in (block.head, *block.rows))
    align = [*block.align, *[""] * (columns - len(block.align))]
    rule = {"left": ":---", "right": "---:", "center": ":---:"}
    rows = [block.head, *block.rows]
    lines = [
        f"| {' | '.join(_cell(cell) for cell in (*row, *((),) * (columns - len(row))))} |" for row in rows
    ]
    lines.insert(1, f"| {' | '.join(rule.get(side, '---') for side in align)} |")
    return "\n".join(lines)


def _cell(inlines: Inlines) -> str:
    return _inlines(inlines).replace("\\\n", "<br>").replace("\n", " ").replace("|", "\\|")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _indented(text: str, indent: str) -> str:
    """All lines but the first pushed in."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(indent + line if line else "" for line in rest)])


# -- inlines


def _inlines(inlines: Inlines, label: bool = False) -> str:
    """The Markdown of a row. In a ``label`` no bracket and no dollar may meet one outside it."""
    dollars = label or text_of(inlines).count("$") > 1 or _has_math(inlines)
    out: list[str] = []
    opened: list[tuple[Style, int]] = []  # the styles that are open, and where in ``out`` each began
    for place, inline in enumerate(inlines):
        words = inline.text if isinstance(inline, Text) else "x"
        styles = _styles_of(inline, frozenset(style for style, _ in opened))
        while not styles.issuperset(style for style, _ in opened):
            _close(*opened.pop(), out, words[:1])
        match inline:
            case Text(text, _):
                wanted = [
                    style for style in _MARKS if style in styles and all(style != one for one, _ in opened)
                ]
                if wanted and text.strip(" "):
                    # A mark does not hold against a space.
                    lead = text[: len(text) - len(text.lstrip(" "))]
                    out.append(lead)
                    text = text[len(lead) :]
                    for style in wanted:
                        opened.append((style, len(out)))
                        out.append(_MARKS[style][0])
                text = _SPECIAL.sub(r"\\\g<0>", text)
                text = text.replace("$", "\\$") if dollars else text
                out.append(text.replace("[", "&#91;") if label else text)
            case Code(text):
                fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
                edge = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
                out.append(f"{fence}{edge}{text}{edge}{fence}")
            case Math(tex):
                out.append(_formula(tex, _last(out), text_of(inlines[place + 1 : place + 2])[:1]))
            case Link(href, children):
                if out and out[-1].endswith("!"):
                    out[-1] = f"{out[-1][:-1]}\\!"  # else it is a picture
                inner = _without(children, frozenset(style for style, _ in opened))
                out.append(
                    f"<{href}>"
                    if text_of(children) == href
                    else f"[{_inlines(inner, label=True)}]({_target(href)})"
                )
            case Image(src, alt):
                out.append(_image(src, alt))
            case FootnoteRef(name):
                out.append(f"[^{name}]")
            case Break():
                out.append("\\\n")
    while opened:
        _close(*opened.pop(), out, "")
    return "".join(out)


def _formula(tex: str, before: str, after: str) -> str:
    """A formula among words, between dollars where they would be read as such there."""
    row = f"{before}${tex}${after}"
    found = formula_at(row, len(before))
    return f"${tex}$" if found and found.tex == tex else f"\\({tex}\\)"


def _has_math(inlines: Inlines) -> bool:
    return any(
        isinstance(inline, Math) or (isinstance(inline, Link) and _has_math(inline.children))
        for inline in inlines
    )


def _close(style: Style, began: int, out: list[str], after: str) -> None:
    """Ends a style, before the spaces its text ends with; ``after`` is what follows, empty at the end."""
    text = "".join(out[began + 1 :])
    words = text.rstrip(" ")
    before = _last(out[:began])
    opening, closing = _MARKS[style]
    # A mark between a letter and a punctuation mark neither opens nor closes (CommonMark 6.2): a tag does.
    inside = (words[0], words[-1]) if words else ("", "")
    if _is_stuck(before, inside[0]) or _is_stuck(after if text == words else " ", inside[1]):
        opening, closing = _TAGS.get(style, (opening, closing))
    out[began:] = [opening, words, closing, text[len(words) :]]


def _last(out: list[str]) -> str:
    """The last character written, empty at the beginning."""
    return next((piece[-1] for piece in reversed(out) if piece), "")


def _is_stuck(outside: str, inside: str) -> bool:
    return not inside.isalnum() and bool(outside) and not outside.isspace()


def _image(src: str, alt: str) -> str:
    return f"![{_inlines((Text(alt),), label=True)}]({_target(src)})"


def _target(href: str) -> str:
    return f"<{href}>" if re.search(r"[\s()<>]", href) else href


def _styles_of(inline: Inline, opened: frozenset[Style]) -> frozenset[Style]:
    """The styles in which an inline stands: what has none of its own may stand in any."""
    match inline:
        case Text(_, styles):
            return styles
        case Link(_, children):
            for child in children:
                opened &= _styles_of(child, opened)
            return opened
    return opened


def _without(inlines: Inlines, styles: frozenset[Style]) -> Inlines:
    return tuple(
        Text(inline.text, inline.styles - styles) if isinstance(inline, Text) else inline
        for inline in inlines
    )


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
