"""A digest's document as parts: headings, and under each its prose, its rows and the parts below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from techdash.document import tree
from techdash.editions import phrases
from techdash.text.clean import one_line

BOLD_LEVEL = 7  # a paragraph that is bold throughout heads what follows, below every real heading


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look. ``marked`` is bold or code: what leads are set in."""

    text: str
    marked: bool = False
    em: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; ``quoted`` where it stands in a block quote, so begins no item."""

    runs: Runs
    quoted: bool = False


@dataclass(slots=True)
class Row:
    """A list item or a table row: its first line, the paragraphs and the rows below it."""

    runs: Runs = ()
    below: list[Runs] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def all_lines(self) -> list[Runs]:
        """Every line of the row, in order."""
        return [self.runs, *self.below, *(line for row in self.rows for line in row.all_lines())]


@dataclass(slots=True)
class Rows:
    """A list or a table; ``head`` names a table's columns."""

    rows: list[Row]
    head: Runs = ()

    def all_lines(self) -> list[Runs]:
        """Every line, in order."""
        head = [self.head] if text(self.head) else []
        return [*head, *(line for row in self.rows for line in row.all_lines())]


@dataclass(slots=True)
class Part:
    """A heading and what stands under it, in order; ``href`` where most of the heading is a link."""

    title: str
    level: int = 0
    href: str = ""
    children: list[Prose | Rows | Part] = field(default_factory=list)


def parts(blocks: Iterable[tree.Block]) -> Part:
    """The part without a heading that holds the whole document."""
    root = Part("")
    _fill([root], blocks)
    return root


def text(runs: Iterable[Run]) -> str:
    """The words of a line."""
    return one_line("".join(run.text for run in runs))


def links(runs: Runs) -> list[tuple[str, str]]:
    """Address and words of each link of a line, without those that only lead around the site."""
    found: list[tuple[str, str]] = []
    for run in runs:
        if run.href and found and found[-1][0] == run.href:
            found[-1] = (run.href, found[-1][1] + run.text)
        elif run.href:
            found.append((run.href, run.text))
    return [(href, words) for href, words in found if not phrases.leads_around(words)]


def says_where_to_read(runs: Runs) -> bool:
    """Whether a line is nothing but a pointer to the text: "Read more: *title*"."""
    start = next((number for number, run in enumerate(runs) if run.href), 0)
    return phrases.leads_to_the_text(text(runs[:start]))


def address(lines: Iterable[Runs]) -> str:
    """Where a story is to be read, or empty: the link that says so ("read more"), else the first."""
    found: list[str] = []
    for runs in lines:
        for href, words in links(runs):
            if phrases.leads_to_the_text(words) or says_where_to_read(runs):
                return href
            found.append(href)
    return found[0] if found else ""


def _fill(open_parts: list[Part], blocks: Iterable[tree.Block]) -> None:
    """Hang blocks below the innermost open part; a heading closes those of its level and deeper."""
    for block in blocks:
        match block:
            case tree.Heading():
                runs = _runs(block.inlines)
                _open(open_parts, Part(text(runs), block.level, _main_link(runs)))
            case tree.Paragraph():
                lines = _split(_runs(block.inlines))
                over_links = len(lines) > 1 and _is_over_links(lines)
                for number, runs in enumerate(lines):
                    if _is_bold_line(runs) or (over_links and not number):
                        _open(open_parts, Part(text(runs).rstrip(":："), BOLD_LEVEL))
                    else:
                        open_parts[-1].children.append(Prose(runs))
            case tree.List():
                open_parts[-1].children.append(Rows([_row(item) for item in block.items]))
            case tree.Table():
                rows = [Row(_cells(row)) for row in block.rows]
                open_parts[-1].children.append(Rows(rows, _cells(block.head)))
            case tree.Quote():
                open_parts[-1].children += [Prose(runs, quoted=True) for runs in _lines(block.children)]
            case tree.Callout():
                if text(runs := _runs(block.title)):
                    open_parts[-1].children.append(Prose(runs, quoted=True))
                _fill(open_parts, block.children)
            case tree.Details():
                part = Part(text(_runs(block.summary)), open_parts[-1].level + 1)
                open_parts[-1].children.append(part)
                _fill([part], block.children)
            case _:  # code, formulas, captions, notes: said, but no item
                open_parts[-1].children += [Prose(runs, quoted=True) for runs in _lines([block])]


def _open(open_parts: list[Part], part: Part) -> None:
    while len(open_parts) > 1 and open_parts[-1].level >= part.level:
        open_parts.pop()
    open_parts[-1].children.append(part)
    open_parts.append(part)


def _row(item: tree.ListItem) -> Row:
    row = Row()
    for block in item.children:
        if isinstance(block, tree.List):
            row.rows += [_row(inner) for inner in block.items]
        else:
            row.below += _lines([block])
    row.below = [runs for runs in row.below if text(runs)]
    if row.below:
        row.runs = row.below.pop(0)
    return row


def _split(runs: Runs) -> list[Runs]:
    """The lines of a paragraph that hold something."""
    if not any(run.text == "\n" for run in runs):
        return [runs] if text(runs) else []
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    return [tuple(line) for line in lines if text(line)]


def _is_over_links(lines: Sequence[Runs]) -> bool:
    """Whether the first line of a paragraph is a heading: short, without a link, over lines with links."""
    return (
        len(text(lines[0])) <= 40
        and not any(run.href for run in lines[0])
        and all(any(run.href for run in runs) for runs in lines[1:])
    )


def _cells(cells: Iterable[tree.Inlines]) -> Runs:
    """A table's row as one line, led by the first cell whose link is a title, else by its first cell."""
    lines = [runs for runs in map(_runs, cells) if text(runs)]
    lines.sort(key=lambda runs: all(phrases.leads_to_the_text(words) for _, words in links(runs)))
    if lines and not any(run.href for run in lines[0]):
        lines[0] = tuple(replace(run, marked=True) for run in lines[0])
    return tuple(run for runs in lines for run in (*runs, Run(" · ")))[:-1]


def _lines(blocks: Iterable[tree.Block]) -> Iterator[Runs]:
    for block in blocks:
        match block:
            case tree.Paragraph() | tree.Heading():
                yield _runs(block.inlines)
            case tree.Quote():
                yield from _lines(block.children)
            case tree.Callout():
                yield from filter(text, [_runs(block.title)])
                yield from _lines(block.children)
            case tree.Details():
                yield from filter(text, [_runs(block.summary)])
                yield from _lines(block.children)
            case tree.List():
                for item in block.items:
                    yield from _lines(item.children)
            case tree.Table():
                yield from filter(text, map(_cells, (block.head, *block.rows)))
            case tree.CodeBlock():
                yield (Run(block.text),)
            case tree.MathBlock():
                yield (Run(block.tex),)
            case tree.Figure():
                yield from filter(text, [_runs(block.caption)])
            case tree.Footnotes():
                for note in block.notes:
                    yield from _lines(note.children)
            case _:
                pass


def _runs(inlines: Iterable[tree.Inline], href: str = "") -> Runs:
    found: list[Run] = []
    for inline in inlines:
        match inline:
            case tree.Text():
                found.append(Run(inline.text, "strong" in inline.styles, "em" in inline.styles, href))
            case tree.Code():
                found.append(Run(inline.text, marked=True, href=href))
            case tree.Math():
                found.append(Run(inline.tex, href=href))
            case tree.Link():
                # A link within the page leads nowhere that an item could.
                found += _runs(inline.children, "" if inline.href.startswith("#") else inline.href)
            case tree.Break():
                found.append(Run("\n", href=href))
            case _:
                pass
    return tuple(found)


def _is_bold_line(runs: Runs) -> bool:
    return 0 < len(text(runs)) <= 120 and all(run.marked and not run.href for run in runs if run.text.strip())


def _main_link(runs: Runs) -> str:
    linked = [run for run in runs if run.href]
    length = sum(len(run.text) for run in runs)
    return linked[0].href if linked and sum(len(run.text) for run in linked) * 2 >= length else ""
