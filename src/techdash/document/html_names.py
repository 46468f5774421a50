"""The names in HTML that decide how it is read: elements by their kind, classes that generators use."""

from __future__ import annotations

import re

from techdash.document.tree import Style

IGNORED = frozenset(
    [
        *("applet", "base", "button", "canvas", "datalist", "embed", "form", "frame", "frameset", "head"),
        *("input", "link", "map", "meta", "nav", "noembed", "noframes", "noscript", "object", "option"),
        *("param", "progress", "rp", "select", "source", "style", "svg", "template", "textarea", "title"),
        *("track", "-comment", "!doctype"),
    ]
)
# Blocks that add nothing of their own to what they hold.
TRANSPARENT = frozenset(
    [
        *("address", "article", "aside", "body", "center", "dialog", "dir", "div", "fieldset", "footer"),
        *("header", "hgroup", "html", "legend", "main", "menu", "p", "section", "search", "caption"),
        *("li", "dt", "dd", "figcaption", "summary", "tbody", "thead", "tfoot", "tr", "td", "th"),
    ]
)
# Of these, those that hold whole texts: a document may be cut between the blocks within.
WRAPPERS = frozenset(
    [
        *("address", "article", "aside", "body", "center", "div", "fieldset", "footer", "header", "html"),
        *("main", "section"),
    ]
)
BLOCKS_OF_THEIR_OWN = frozenset(
    [
        *("blockquote", "details", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "pre"),
        *("table", "ul"),
    ]
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
STYLES: dict[str, Style] = {
    "b": "strong",
    "strong": "strong",
    "mark": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "u": "underline",
    "ins": "underline",
    "sup": "sup",
    "sub": "sub",
}
# The classes by which LaTeXML says the same.
FONTS: dict[str, Style] = {"ltx_font_bold": "strong", "ltx_font_italic": "em"}
CODE = frozenset(["code", "kbd", "samp", "tt"])

# What a site puts into a text and no reader wants: property tables, anchors, line numbers, previews.
NOISE = frozenset(
    [
        *("notion-collection-page-properties", "notion-header-anchor", "notion-hash-link"),
        *("notion-page-icon", "notion-table-of-contents"),
        *("anchor", "anchor-link", "headerlink", "header-anchor", "heading-link", "hash-link"),
        *(
            "footnote-backref",
            "footnote-back",
            "reversefootnote",
            "data-footnote-backref",
            "mw-cite-backlink",
        ),
        *("MathJax_Preview", "katex-html", "mw-editsection", "mjx-svg-source"),
        *("lnt", "ln", "lineno", "linenos", "gutter", "line-numbers-rows", "line-number", "rouge-gutter"),
        *("screen-reader-text", "sr-only", "visually-hidden", "subscription-widget-wrap"),
        *("subscription-widget-wrap-editor", "subscription-widget", "button-wrapper"),
        *("ltx_listing_data", "ltx_page_navbar", "ltx_page_logo"),
    ]
)
LINE_NUMBERS = frozenset(["ln", "lnt", "lineno", "linenos", "gutter", "line-numbers-rows", "line-number"])
CALLOUTS = frozenset(
    [
        *("notion-callout", "markdown-alert", "admonition", "callout", "theme-admonition", "custom-block"),
        *("book-hint", "hint", "confluence-information-macro"),
    ]
)
FOOTNOTES = frozenset(["footnotes", "footnotes-list", "footnote-list", "footnote", "wp-block-footnotes"])
REFERENCES = frozenset(["references", "mw-references-wrap", "reflist"])
CODE_TABLES = frozenset(["lntable", "rouge-table", "highlighttable", "highlight", "js-file-line-container"])

_NOT_DISPLAYED = re.compile(r"display\s*:\s*none")


def is_framed(classes: list[str]) -> bool:
    """Whether a ``div``, ``section`` or ``aside`` of these classes is a block of its own kind."""
    return any(
        name in CALLOUTS
        or name in FOOTNOTES
        or name in REFERENCES
        or name in ("notion-to-do-item", "pullquote", "ltx_listing")
        for name in classes
    )


def is_wrapper(tag: str, classes: list[str]) -> bool:
    """Whether an element only holds a text together: the document may be cut between its blocks."""
    return tag in WRAPPERS and not (
        is_framed(classes)
        or any(
            name in NOISE
            or name == "latex-rendered"
            or name.startswith(("notion-equation", "katex", "MathJax"))
            for name in classes
        )
    )


def is_split_list(tag: str, classes: list[str]) -> bool:
    """Whether the element is one item of a list that a site writes as one list an item."""
    return (
        tag in ("ul", "ol") and any(name.startswith("notion-list") for name in classes)
    ) or "notion-to-do-item" in classes


def is_hidden(attributes: dict[str, str] | dict[str, str | None]) -> bool:
    """Whether an element's own attributes keep it from being shown."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style") or ""
    return "none" in style and bool(_NOT_DISPLAYED.search(style))
