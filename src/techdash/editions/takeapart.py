"""A published digest taken apart by its structure: lead, sections, items.

No publisher's layout is known here: headings make sections, list items and paragraphs led by a link or by
bold words make items, and the prose after an item describes it. What is neither stays in the body, as prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from techdash.document.tree import Document
from techdash.editions import counts, phrases
from techdash.editions.items import (
    Draft,
    bare_title,
    draft_of_line,
    is_navigation,
    item_of,
    names_a_person,
    shortened,
)
from techdash.editions.parts import BOLD_LEVEL, Part, Prose, Row, Rows, Run, Runs, address, links, parts, text
from techdash.editions.sections import TITLES, is_aside, is_overview, kind_of_heading, kind_of_links
from techdash.models.parsed import Cadence, ParsedEdition, ParsedSection, SectionKind

_MOST_ITEMS = 500
_LONGEST_LEAD = 1200
_LONGEST_PROSE = 2400
_WORD = re.compile(r"\w")


def take_apart(doc: Document, title: str, day: str, cadence: Cadence) -> ParsedEdition:
    """The edition in a digest's document.

    The lead is the prose before the first section or item, or that of an overview section; links in it are
    no items. What is neither lead nor item is the prose of its section, of which there may be one without
    items; what only leads around the site stays in the document alone. ``doc.meta["lead_cut"]`` says whether
    its source cut the lead short; where nothing says so, a document without any item whose prose stops in
    mid-sentence was cut. An item without an address has an empty ``url``.
    """
    above, root = _without_wrapper(parts(doc.blocks()), title)
    lead, beside, rest = _lead(root, title)
    if above and not _same(above, title):
        beside.append((Run(above),))
    sections = tuple(_bounded(_sections(rest, None)))
    said = doc.meta.get("lead_cut")
    found = any(section.items for section in sections)
    cut = not found and counts.is_cut(lead) if said is None else str(said).lower() == "true"
    if sections and (prose := _passage(beside)):
        sections = (*sections, ParsedSection("other", TITLES["other"], (), prose))
    return ParsedEdition(day, cadence, lead, cut, counts.stated(lead), sections)


# -- the lead


_PROPERTIES = re.compile(r"type\s+\w+\s+status\b", re.IGNORECASE)  # NotionNext's property table, as text


def _without_wrapper(root: Part, title: str) -> tuple[str, Part]:
    """The one heading above all others that a page may have, its title, and the part that holds the rest."""
    inner = [child for child in root.children if isinstance(child, Part)]
    if len(inner) != 1 or inner[0].href:
        return "", root
    part = inner[0]
    above_others = any(isinstance(child, Part) for child in part.children)
    if _same(part.title, title) or (above_others and not kind_of_heading(part.title)):
        others = [child for child in root.children if child is not part]
        return part.title, Part("", children=others + part.children)
    return "", root


def _lead(root: Part, title: str) -> tuple[str, list[Runs], Part]:
    """The lead, what stood beside it, and the document without both."""
    rest = list(root.children)
    before: list[Prose] = []
    while rest:
        if isinstance(first := rest[0], Prose) and (first.quoted or not draft_of_line(first.runs)):
            before.append(first)
            rest.pop(0)
        elif isinstance(first, Part) and _same(first.title, title):
            rest[:1] = first.children
        else:
            break
    lead, beside = _prose(before)
    if rest and isinstance(part := rest[0], Part):
        own = [child for child in part.children if isinstance(child, Prose)]
        headline = part.level == BOLD_LEVEL and not any(_level(other) == BOLD_LEVEL for other in rest[1:])
        passage = bool(own) and len(own) == len(part.children)
        # Below the headline of a whole edition other headings come, and it may link to what it is about.
        above_all = headline and any(isinstance(other, Part) for other in rest[1:])
        passage = passage and (above_all or not address(prose.runs for prose in own))
        overview = is_overview(part.title)
        if overview or (not lead and passage and (headline or part.level < BOLD_LEVEL)):
            said, more = _prose(own) if own else _points(part)
            title = part.title if headline and not overview else ""
            if not (headline or overview):
                beside.append((Run(part.title),))
            fits = not lead or len(lead) + len(said) <= _LONGEST_LEAD
            lead = _joined([lead, title, said if fits else ""])
            beside += more if fits else [prose.runs for prose in own]
            # The points of an overview repeat what comes below it; where nothing does, they are the items.
            if own and len(rest) > 1:
                beside += _rows_of(part)
            kept = (Part, Rows) if own and len(rest) == 1 else Part
            rest[0] = Part("", children=[c for c in part.children if isinstance(c, kept)])
    return lead, beside, Part("", children=rest)


def _level(child: Prose | Rows | Part) -> int:
    return child.level if isinstance(child, Part) else 0


def _prose(paragraphs: Sequence[Prose]) -> tuple[str, list[Runs]]:
    """Paragraphs as one text, and those left over: remarks in italics beside others, and what is too long."""
    lines = [prose.runs for prose in paragraphs if not is_navigation(prose.runs)]
    lines = [runs for runs in lines if text(runs) and not _PROPERTIES.match(text(runs))]
    upright = [runs for runs in lines if not all(run.em for run in runs if run.text.strip())] or lines
    taken = _fitting(upright)
    return _joined(map(text, taken)), [runs for runs in lines if runs not in taken]


def _points(part: Part) -> tuple[str, list[Runs]]:
    rows = _rows_of(part)
    taken = _fitting(rows)
    return _joined(map(text, taken)), rows[len(taken) :]


def _rows_of(part: Part) -> list[Runs]:
    return [line for child in part.children if isinstance(child, Rows) for line in child.all_lines()]


def _fitting(lines: Sequence[Runs]) -> list[Runs]:
    """As many of the lines as a lead has room for, one at least."""
    size = 0
    for number, runs in enumerate(lines):
        size += len(text(runs))
        if number and size > _LONGEST_LEAD:
            return list(lines[:number])
    return list(lines)


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(shortened(words, _LONGEST_LEAD) for words in texts if words)


def _passage(lines: Iterable[Runs]) -> str:
    """Lines as the prose of a section, a paragraph a line; the document has what is longer."""
    kept = [text(runs) for runs in lines if not is_navigation(runs)]
    kept = [words for words in kept if _WORD.search(words) and not phrases.leads_around(words)]
    return shortened("\n".join(kept), _LONGEST_PROSE)


def _same(heading: str, title: str) -> bool:
    bare = re.sub(r"\W+", "", heading).casefold()
    return bool(bare) and bare == re.sub(r"\W+", "", title).casefold()


# -- sections and their items


def _sections(part: Part, inherited: SectionKind | None, above: str = "") -> Iterator[ParsedSection]:
    """The section of a part's own items and prose, then those of the parts below it."""
    if is_aside(part.title):
        return
    name = bare_title(part.title)
    if is_overview(part.title):
        if prose := _passage(_lines_of(part)):
            yield ParsedSection("other", name, (), prose)
        return
    known = kind_of_heading(part.title) or inherited
    title = " · ".join(filter(None, (above, name)))
    drafts, said, below = _content(part, known)
    kind = known or (kind_of_links(draft.address() for draft in drafts) if drafts else "other")
    found = [(draft, item_of(draft, kind)) for draft in drafts]
    items = tuple(item for _, item in found if item.title)
    prose = _passage(said)
    if items or prose:
        yield ParsedSection(kind, title or TITLES[kind], items, prose)
        title = ""
    for inner in below:
        for section in _sections(inner, known, title):
            yield section
            title = ""  # the first section below it has its name


def _content(part: Part, known: SectionKind | None) -> tuple[list[Draft], list[Runs], list[Part]]:
    """The items of a part, what it says beside them, and the parts below it that are sections themselves."""
    drafts: list[Draft] = []
    said: list[Runs] = []
    below: list[Part] = []
    current: Draft | None = None  # the item that the next paragraphs describe
    children = list(_adopted(part.children))
    levels = (
        {it.level for it in children if isinstance(it, Part) and _is_section(it)} if known is None else ()
    )
    for child in children:
        if isinstance(child, Part):
            current = None
            draft = _item_of(child, known, among_sections=child.level in levels)
            if draft:
                drafts.append(draft)
            elif child.children:
                below.append(child)
            elif not is_aside(child.title):
                said.append((Run(child.title),))
        elif isinstance(child, Rows):
            rows, more, groups = _content_of_rows(child, known, part.level)
            if current is not None and not groups and not any(draft.address() for draft in rows):
                current.below += child.all_lines()
            else:
                said += filter(text, [child.head])
                drafts += rows
                said += more
                below += groups
                current = None
        elif draft := None if child.quoted else draft_of_line(child.runs) or _post(child.runs, known):
            drafts.append(draft)
            current = draft
        elif current is not None:
            current.below.append(child.runs)
        else:
            said.append(child.runs)
    return drafts, said, below


def _adopted(children: Sequence[Prose | Rows | Part]) -> Iterator[Prose | Rows | Part]:
    """The children; an empty heading takes in the headings of its own level that are its items.

    Those are linked ones, and below the name of a section all that name none themselves.
    """
    heading: Part | None = None
    for child in children:
        if heading is not None and isinstance(child, Part) and _is_below(child, heading):
            heading.children.append(child)
            continue
        if heading is not None:
            yield heading
            heading = None
        if isinstance(child, Part) and not child.href and not child.children:
            heading = Part(child.title, child.level)
        else:
            yield child
    if heading is not None:
        yield heading


def _is_below(part: Part, heading: Part) -> bool:
    """Whether a part that comes after an empty heading stands below it, though of the same level."""
    if part.level != heading.level or part.href:
        return part.level == heading.level
    names_one = kind_of_heading(part.title) or is_overview(part.title) or is_aside(part.title)
    return bool(part.children) and kind_of_heading(heading.title) is not None and not names_one


def _content_of_rows(
    block: Rows, known: SectionKind | None, level: int
) -> tuple[list[Draft], list[Runs], list[Part]]:
    """The items of a list, its other lines, and the parts: a row over a list of links is one."""
    drafts: list[Draft] = []
    said: list[Runs] = []
    groups: list[Part] = []
    found_below = [[draft for it in row.rows if (draft := _draft_of_row(it, known))] for row in block.rows]
    is_grouped = any(
        len(under) > 1 and not links(row.runs) for row, under in zip(block.rows, found_below, strict=True)
    )
    for row, under in zip(block.rows, found_below, strict=True):
        inner = Rows(row.rows)
        heading = text(row.runs).rstrip(":：")
        if not heading and row.rows:
            items, more, parts_of_it = _content_of_rows(inner, known, level)
            drafts += items
            said += more
            groups += parts_of_it
        elif under and not links(row.runs) and (is_grouped or kind_of_heading(heading)):
            groups.append(Part(heading, level + 1, children=[*map(Prose, row.below), inner]))
        elif draft := _draft_of_row(row, known):
            drafts.append(draft)
        elif (under or address(row.below)) and not is_navigation(row.runs):
            drafts.append(Draft("", rest=row.runs, below=row.all_lines()[1:]))
        else:
            said += row.all_lines()
    return drafts, said, groups


def _draft_of_row(row: Row, known: SectionKind | None) -> Draft | None:
    """The item of a row: led by a link or bold words, or with a link anywhere in its first line."""
    if is_navigation(row.runs):
        return None
    draft = draft_of_line(row.runs)
    if draft is None and (links(row.runs) or _post(row.runs, known)):
        draft = Draft("", rest=row.runs)
    if draft is not None:
        draft.below += row.all_lines()[1:]
    return draft


def _post(runs: Runs, known: SectionKind | None) -> Draft | None:
    """A line in a section of posts that begins with its author."""
    return Draft("", rest=runs) if known == "social" and names_a_person(text(runs)) else None


def _is_section(part: Part) -> bool:
    if not part.children or is_aside(part.title):
        return False
    return kind_of_heading(part.title) is not None or len(_linked_items(part, None)) > 1


def _item_of(part: Part, parent: SectionKind | None, *, among_sections: bool) -> Draft | None:
    """The item that a part is, if its heading is a title and the rest its description.

    It is one if the heading is a link, or if no lines below it are items with links of their own; a heading
    that names a kind of section is none unless it stands within a section, nor is one that stands among such.
    """
    if not part.title or is_overview(part.title) or is_aside(part.title):
        return None
    section = parent is None and kind_of_heading(part.title) is not None
    below = _lines_of(part)
    linked = _linked_items(part, parent)
    if part.href:
        item = not (section and len(linked) > 1)
    elif section or not below or any(isinstance(child, Part) for child in part.children):
        item = False
    elif part.level == BOLD_LEVEL and linked and isinstance(part.children[0], Rows):
        item = False  # bold words right above a list of links are its heading
    elif parent is None and (among_sections or (part.level < BOLD_LEVEL and not address(below))):
        item = False  # prose under a heading at the top is a passage of the digest's own
    elif parent is None and all(isinstance(child, Prose) and child.quoted for child in part.children):
        item = False
    else:
        one_source = len(linked) == 1 and len(below) > 1 and _names_a_source(linked[0], below[-1])
        sources = (
            parent is not None
            and _tells_first(part)
            and all(not it.below and not text(it.rest) for it in linked)
        )
        item = sources or (len(linked) < 2 and (one_source or not any(draft.linked for draft in linked)))
    return Draft(part.title, part.href, bool(part.href), below=below) if item else None


def _lines_of(part: Part) -> list[Runs]:
    """All that is said under a heading, in order."""
    lines: list[Runs] = []
    for child in part.children:
        if isinstance(child, Prose):
            lines.append(child.runs)
        elif isinstance(child, Rows):
            lines += child.all_lines()
        else:
            lines += [(Run(child.title, marked=True, href=child.href),), *_lines_of(child)]
    return lines


def _linked_items(part: Part, parent: SectionKind | None) -> list[Draft]:
    """The lines right under a heading that would be items with an address."""
    drafts: list[Draft | None] = []
    for child in part.children:
        if isinstance(child, Rows):
            drafts += [_draft_of_row(row, parent) for row in child.rows]
        elif isinstance(child, Prose) and not child.quoted:
            drafts.append(draft_of_line(child.runs))
    return [draft for draft in drafts if draft and draft.address()]


def _tells_first(part: Part) -> bool:
    """Whether prose comes before all else that is said under a heading."""
    first = part.children[0]
    return isinstance(first, Prose) and not draft_of_line(first.runs)


def _names_a_source(draft: Draft, last: Runs) -> bool:
    """Whether a linked line, the last below a story, only says where the story is from."""
    at_the_end = draft.url in (run.href for run in last)
    return at_the_end and not text(draft.rest) and len(draft.lead.split()) <= 4 and len(draft.lead) <= 40


def _bounded(sections: Iterator[ParsedSection]) -> Iterator[ParsedSection]:
    """No more items than anyone reads, whatever a page holds."""
    left = _MOST_ITEMS
    for section in sections:
        if left <= 0:
            return
        yield replace(section, items=section.items[:left])
        left -= max(1, len(section.items))
