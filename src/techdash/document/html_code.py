"""Code in HTML: the text of ``pre`` as its highlighter was given it, and its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from techdash.document.html_names import CODE_TABLES, IGNORED, LINE_NUMBERS
from techdash.document.html_nodes import children
from techdash.text.clean import clean, one_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight(?=-)|sourceCode|brush:|src-|prettyprint lang)"
    r"[-: ]?([\w+#.-]+)"
)
_NO_LANGUAGES = frozenset(
    ["text", "plain", "plaintext", "none", "undefined", "default", "notranslate", "txt", "raw"]
)
_LINES = frozenset(["div", "li", "tr", "p"])
_MORE_THAN_TEXT = (
    ".ln, .lnt, .lineno, .linenos, .gutter, .linenumber, .line-number, .line-numbers-rows"
    ", button, br, div, li, tr, [style], [hidden]"
)


def preformatted(node: LexborNode) -> tuple[str, str]:
    """Text and language of a ``pre``; tabs are four cells, trailing lines are gone."""
    text = clean(_verbatim(node)).expandtabs(4).rstrip()
    return text.removeprefix("\n"), language_of(node)


def listing(node: LexborNode, classes: list[str]) -> tuple[str, str]:
    """Text and language of code as LaTeXML sets it, a line an element, numbers in front."""
    rows: list[str] = []
    for line in node.css(".ltx_listingline"):
        for number in line.css(".ltx_tag_listingline"):
            number.decompose()
        rows.append((line.text() or "").strip("\n").replace("\xa0", " ").rstrip())
    named = (name.removeprefix("ltx_lst_language_") for name in classes if "_lst_language_" in name)
    return clean("\n".join(rows)).expandtabs(4), next(named, "").lower()


def code_of_table(table: LexborNode, classes: list[str]) -> tuple[str, str] | None:
    """Text and language where a table has line numbers on its left and code on its right, else None.

    So write Hugo's Chroma, Rouge, Pygments and GitHub.
    """
    code = table.css("pre")
    if code and (not CODE_TABLES.isdisjoint(classes) or len(table.css("td")) == len(code) == 2):
        return preformatted(code[-1])
    lines = table.css("td.blob-code, td.hljs-ln-code")
    if lines:
        text = "\n".join((line.text() or "").strip("\n") for line in lines)
        return clean(text).expandtabs(4).rstrip(), language_of(table)
    return None


def language_of(pre: LexborNode) -> str:
    """The language that a highlighter's classes or attributes name, else empty."""
    code = pre.css_first("code")
    for node in (code, pre, pre.parent, pre.parent.parent if pre.parent is not None else None):
        if node is None or node.tag is None or node.tag.startswith("-"):
            continue
        attributes = node.attributes
        classes = attributes.get("class") or ""
        found = _LANGUAGE.search(classes)
        named = (
            attributes.get("data-lang")
            or attributes.get("data-language")
            or attributes.get("data-code-block-lang")
            or (found[1] if found else "")
            or ("hljs" in classes.split() and " ".join(set(classes.split()) - {"hljs"}))
            or ""
        )
        if named:
            language = one_line(named).lower().removeprefix("source-")[:40]
            return "" if language in _NO_LANGUAGES else language
    return ""


def _verbatim(node: LexborNode) -> str:
    if node.css_first(_MORE_THAN_TEXT) is None:
        return node.text() or ""
    texts: list[str] = []
    stack: list[tuple[Iterator[LexborNode], bool]] = [(children(node), False)]
    while stack:
        nodes, is_line = stack[-1]
        child = next(nodes, None)
        if child is None:
            stack.pop()
            if is_line and texts and not texts[-1].endswith("\n"):
                texts.append("\n")
            continue
        tag = child.tag or ""
        if tag == "-text":
            texts.append(child.text_content or "")
        elif tag == "br":
            texts.append("\n")
        elif tag not in IGNORED and not _is_number(child):
            stack.append((children(child), tag in _LINES))
    return "".join(texts)


def _is_number(node: LexborNode) -> bool:
    """Whether an element is a line's number, or anything else beside the code that is not to be selected."""
    attributes = node.attributes
    classes = (attributes.get("class") or "").split()
    if not LINE_NUMBERS.isdisjoint(classes) or "hidden" in attributes:
        return True
    style = attributes.get("style") or ""
    return "user-select" in style and "none" in style and not (node.text() or "").strip(" \n0123456789")
