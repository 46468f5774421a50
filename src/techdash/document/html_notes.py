"""Footnotes in HTML: marks and notes in the shapes that generators give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from techdash.document.html_names import FOOTNOTES, REFERENCES
from techdash.document.html_nodes import Attributes, children
from techdash.document.tree import Footnote
from techdash.text.clean import one_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from techdash.document.html_walk import Walker

_TARGET = re.compile(
    r"(?:user-content-)?(?:fn|footnote|_ftn|note|cite_note|endnote)(?!ref|-anchor)\W?.*", re.IGNORECASE
)
_LABEL = re.compile(r"\[?([\w*†‡§¶.-]{1,12}(?: [\w.-]{1,6})?)\]?")
_MARKS = frozenset(["footnote-ref", "footnote-anchor", "footnote", "footnoteRef", "fn", "reference"])
_BACK = re.compile(
    r"#(?:user-content-)?(?:fnref|_ftnref|cite_ref|footnote-(?:ref|anchor)|r|ref)\W?.*|#.*-link",
    re.IGNORECASE,
)
_ARROWS = frozenset("↩↑^⏎↵⤴⮐🔙")
_HOLDERS = frozenset(["div", "section", "aside", "ol", "ul", "footer"])


def mark_of(node: LexborNode, tag: str, attributes: Attributes) -> str:
    """The label where an ``a`` or ``sup`` refers to a footnote, else empty."""
    classes = (attributes.get("class") or "").split()
    link = attributes
    if tag == "sup":
        found = node.css_first("a[href*='#']")
        if found is None:
            return ""
        link = found.attributes
        classes += (link.get("class") or "").split()
    target = (link.get("href") or "").partition("#")[2]
    if not target:
        return ""
    is_mark = (
        not _MARKS.isdisjoint(classes)
        or "data-footnote-ref" in link
        or link.get("role") == "doc-noteref"
        or link.get("epub:type") == "noteref"
    )
    if not is_mark and not (
        _TARGET.fullmatch(target)
        and (
            tag == "sup"
            or (node.parent is not None and node.parent.tag == "sup")
            or (node.child is not None and node.child.tag == "sup")
        )
    ):
        return ""
    label = _LABEL.fullmatch(one_line(node.text() or "").replace("[ ", "[").replace(" ]", "]"))
    return label[1].replace(" ", "-") if label else ""


def is_way_back(node: LexborNode, attributes: Attributes) -> bool:
    """Whether a link leads from a note back to its mark."""
    if attributes.get("role") == "doc-backlink" or "data-footnote-backref" in attributes:
        return True
    href = attributes.get("href") or ""
    if not _BACK.fullmatch("#" + href.partition("#")[2]) or "#" not in href:
        return False
    text = one_line(node.text() or "").replace("\ufe0e", "").replace("\ufe0f", "")
    return bool(text) and all(char in _ARROWS for char in text)


def holds_notes(tag: str, classes: list[str], attributes: Attributes) -> bool:
    """Whether an element is where a text's footnotes stand."""
    return tag in _HOLDERS and (
        not FOOTNOTES.isdisjoint(classes)
        or not REFERENCES.isdisjoint(classes)
        or attributes.get("role") == "doc-endnotes"
        or "data-footnotes" in attributes
    )


def notes_of(walker: Walker, node: LexborNode, frame: int) -> list[Footnote] | None:
    """The notes within an element, labelled as their marks are: by their place in the list.

    None where it has no list.
    """
    number, content = node.css_first(".footnote-number"), node.css_first(".footnote-content")
    if number is not None and content is not None:
        label = one_line(number.text() or "")
        words = tuple(walker.blocks(children(content), frame + 1))
        return [Footnote(label, words)] if label and words else []
    held = node if node.tag in ("ol", "ul") else node.css_first("ol, ul")
    if held is None:
        return None
    attributes = held.attributes
    first = attributes.get("start") or ""
    index = int(first) if re.fullmatch(r"[0-9]{1,9}", first) else 1
    group = attributes.get("data-mw-group") or ""
    notes: list[Footnote] = []
    for item in children(held):
        is_note = item.tag == "li"
        blocks = tuple(walker.blocks(children(item) if is_note else (item,), frame + 1))
        if blocks and notes and not is_note:
            notes[-1] = Footnote(notes[-1].label, notes[-1].children + blocks)
        elif blocks:
            notes.append(Footnote(_label(index, group), blocks))
        index += is_note
    return notes


def _label(index: int, group: str) -> str:
    """How MediaWiki numbers the notes of a group; those of none are plain numbers."""
    if group in ("lower-alpha", "upper-alpha") and index <= 26:
        return chr((97 if group == "lower-alpha" else 65) + index - 1)
    return f"{one_line(group).replace(' ', '-')[:20]}-{index}" if group else str(index)
