"""Formulas in HTML: what KaTeX, MathJax, MathML, LaTeXML, Wikipedia and Notion write, as TeX."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

from techdash.document.html_nodes import Attributes
from techdash.text.clean import clean, one_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DISPLAY_STYLE = re.compile(r"\{?\s*\\displaystyle(?![A-Za-z])\s*")
_PERSISTENT = re.compile(r'"persistentExpression"\s*:\s*("(?:[^"\\]|\\.)*")')
_MATHJAX = frozenset(
    ["MathJax", "MathJax_Display", "MathJax_CHTML", "MathJax_SVG", "mjx-chtml", "mjx-container"]
)
_IMAGES = frozenset(
    ["latex", "tex", "math", "mwe-math-fallback-image-inline", "mwe-math-fallback-image-display"]
)
_DISPLAYED_IMAGES = frozenset(["mwe-math-fallback-image-display"])
# Services that draw the TeX in their own address.
_DRAWN = re.compile(r"//[^/]*(?:/equation\?tex=|latex\.php\?|codecogs\.com/|/chart\?.*cht=tx|/math/render/)")
_EQUATIONS = frozenset(["ltx_equation", "ltx_equationgroup"])
# A page that lost its scripts keeps what MathJax drew, but not what it was drawn from.
_UNKNOWN = "[formula]"


class Found(NamedTuple):
    """A formula as TeX, and whether it stands on lines of its own."""

    tex: str
    display: bool


def formula_of(node: LexborNode, tag: str, classes: list[str], attributes: Attributes) -> Found | None:
    """The formula that an element is, where it is one; with empty ``tex`` it is one to be passed over."""
    if tag == "script":
        kind = attributes.get("type") or ""
        if not kind.startswith("math/tex"):
            return None
        return Found(_without_cdata(clean(node.text() or "").strip()), "mode=display" in kind)
    if tag == "math":
        display = attributes.get("display") == "block" or attributes.get("mode") == "display"
        return Found(_tex_within(node) or one_line(node.text() or ""), display)
    if tag == "mjx-container" or not _MATHJAX.isdisjoint(classes):
        return _mathjax(node, tag, classes, attributes)
    if not classes:
        return None
    if "katex-display" in classes or "katex" in classes:
        tex = _tex_within(node)
        if tex is None and node.css_first("math, .katex-html") is not None:
            tex = f"\\text{{{_UNKNOWN}}}"
        return None if tex is None else Found(tex, "katex-display" in classes)
    if "latex-rendered" in classes:
        found = _PERSISTENT.search(attributes.get("data-attrs") or "")
        return Found(clean(json.loads(found[1])), True) if found else None
    if "notion-equation" in classes or "notion-equation-block" in classes:
        tex = _tex_within(node)
        return None if tex is None else Found(tex, "notion-equation-block" in classes)
    return None


def image_formula(attributes: Attributes, classes: list[str]) -> Found | None:
    """The formula that an image shows: its TeX is the alternative text, or stands in the address."""
    source = attributes.get("src") or ""
    alt = one_line(attributes.get("alt") or "")
    drawn = bool(_DRAWN.search(source))
    if _IMAGES.isdisjoint(classes) and not drawn:
        return None
    tex = alt
    if drawn and not tex:
        query = parse_qs(urlsplit(source).query)
        tex = one_line((query.get("tex") or query.get("latex") or query.get("chl") or [""])[0])
    if not tex:
        return None
    display = not _DISPLAYED_IMAGES.isdisjoint(classes) or attributes.get("eeimg") == "2"
    return Found(without_display_style(tex.strip("$") if tex.startswith("$") else tex), display)


def equations(table: LexborNode, classes: list[str]) -> list[tuple[str, str]] | None:
    """TeX and number of each row of a table in which LaTeXML sets equations, None for any other table."""
    if _EQUATIONS.isdisjoint(classes):
        return None
    rows: list[tuple[str, str]] = []
    for row in table.css("tr"):
        tex = " ".join(
            found for cell in row.css("math") if (found := without_display_style(_tex_within(cell) or ""))
        )
        number = row.css_first(".ltx_tag_equation, .ltx_tag_equationgroup")
        label = one_line(number.text() or "").strip("()") if number is not None else ""
        if tex:
            rows.append((tex, label))
    return rows


def without_display_style(tex: str) -> str:
    """The TeX without the ``\\displaystyle`` that a generator puts around all of it."""
    found = _DISPLAY_STYLE.match(tex)
    if found is None:
        return tex
    if tex.startswith("{"):
        return tex[found.end() : -1].strip() if tex.endswith("}") else tex
    return tex[found.end() :].strip()


def _mathjax(node: LexborNode, tag: str, classes: list[str], attributes: Attributes) -> Found | None:
    if any((after.attributes.get("type") or "").startswith("math/tex") for after in _scripts_after(node)):
        return Found("", False)  # the script has the source itself
    display = (
        attributes.get("display") == "true"
        or "MathJax_Display" in classes
        or node.css_first("math[display='block']") is not None
    )
    tex = _tex_within(node)
    if (
        tex is None
        and "MathJax_Display" in classes
        and (inner := node.css_first("[data-mathml]")) is not None
    ):
        attributes = inner.attributes
    if tex is None and (markup := attributes.get("data-mathml")):
        from selectolax.lexbor import LexborHTMLParser

        from techdash.document.soup import bounded

        math = LexborHTMLParser(bounded(markup)).css_first("math")
        tex = _tex_within(math) if math is not None else None
    if tex is None:
        if tag == "mjx-container" or node.css_first("nobr, svg, mjx-math, .mjx-math") is not None:
            return Found(f"\\text{{{_UNKNOWN}}}", display)
        return None
    return Found(tex, display)


def _scripts_after(node: LexborNode) -> Iterator[LexborNode]:
    """The scripts that follow at once, in the element itself or in the one around it."""
    for place in (node, node.parent):
        after = place.next if place is not None else None
        while after is not None and after.tag == "-text" and not (after.text_content or "").strip():
            after = after.next
        if after is not None and after.tag == "script":
            yield after


def _tex_within(node: LexborNode) -> str | None:
    annotation = node.css_first(
        "annotation[encoding='application/x-tex'], annotation[encoding='application/x-latex']"
    )
    if annotation is not None and (tex := clean(annotation.text() or "").strip()):
        return without_display_style(tex)
    math = node if node.tag == "math" else node.css_first("math")
    if math is None:
        return None
    attributes = math.attributes
    if latex := clean(attributes.get("data-latex") or "").strip():
        return without_display_style(latex)
    alternative = clean(attributes.get("alttext") or "").strip()
    is_tex = "ltx_Math" in (attributes.get("class") or "").split() or re.search(r"[\\^_{}]", alternative)
    if alternative and (is_tex or math.child is None):
        return without_display_style(alternative)
    from techdash.document.mathml import to_tex

    return clean(to_tex(math)).strip() or alternative or None


def _without_cdata(tex: str) -> str:
    return re.sub(r"\A(?:%\s*)?<!\[CDATA\[|(?:%\s*)?\]\]>\Z", "", tex).strip()
