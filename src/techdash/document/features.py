"""What a stored text has besides words, told from its source without parsing it: formulas, code, figures."""

from __future__ import annotations

import re

from techdash.document.formulas import formulas
from techdash.models.parsed import BodyFormat

_HTML = {
    "math": re.compile(r"<math\b|class=[\"']?[^\"'>]*\b(?:katex|math|mathjax|MathJax)\b", re.IGNORECASE),
    "code": re.compile(r"<pre\b", re.IGNORECASE),
    "figure": re.compile(r"<(?:img|figure|picture|svg|video)\b", re.IGNORECASE),
}
_MARKDOWN = {
    "math": re.compile(r"^ {0,3}(?:`{3,}|~{3,})math\b|<math\b", re.MULTILINE),
    "code": re.compile(r"^[ >]*(?:`{3,}|~{3,})|<pre\b", re.MULTILINE),
    "figure": re.compile(r"!\[[^\]\n]*\][(\[]|<img\b"),
}
_NOTION = {
    "math": re.compile(r'"t":"math"|\[\d+,\d+,"[a-z_]*e'),
    "code": re.compile(r'"t":"code"'),
    "figure": re.compile(r'"t":"img"'),
}
_BY_FORMAT = {"html": _HTML, "markdown": _MARKDOWN, "notion": _NOTION, "text": {}}


def features(body: str, body_format: BodyFormat) -> frozenset[str]:
    """Which of ``math``, ``code`` and ``figure`` a body has; linear in its length."""
    found = {name for name, sign in _BY_FORMAT[body_format].items() if sign.search(body)}
    may_have_math = body_format in ("html", "markdown") and ("$" in body or "\\(" in body or "\\[" in body)
    if "math" not in found and may_have_math and formulas(body):
        found.add("math")
    return frozenset(found)
