"""Tag soup made safe to parse: tokens as HTML's tokenizer sees them, nesting and attributes bounded.

The tree builder that HTML prescribes is quadratic on some inputs (30 kB of ``<p><b id=1><p><b id=2>…`` cost
3 s and a gigabyte, 100,000 nested tags 20 s and more). What could be such an input goes through
:func:`bounded` first; usual documents never do.
"""

from __future__ import annotations

import re

_MOST_TAGS = 1000
_LONGEST_TAG = 20_000
_DEEPEST = 200
_MOST_ATTRIBUTES = 32
_LONGEST_VALUE = 4096
_LONGEST_KEPT_AS_IT_IS = 500

_WS = " \t\n\r\f"
# HTML, 13.2.5.32 to 13.2.5.39: how a tag's attributes are told apart. Possessive, so linear.
_ATTRIBUTE = re.compile(
    rf"([^{_WS}/>][^{_WS}/>=]*+)"
    rf"(?:[{_WS}]*+=[{_WS}]*+(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^{_WS}>]*+)))?"
)
TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<close>/?)(?P<name>[a-zA-Z][^{_WS}/>]*+)"
    rf"(?P<attributes>(?:[{_WS}/]++|[^{_WS}/>][^{_WS}/>=]*+"
    rf"(?:[{_WS}]*+=[{_WS}]*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^{_WS}>]*+))?)*+)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.DOTALL,
)
_RAW_TEXT = frozenset(
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"]
)
VOID = frozenset(
    [
        *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input"),
        *("keygen", "link", "meta", "param", "source", "track", "wbr"),
    ]
)
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "time", "tt", "u", "var"),
    ]
)
# Whose start tag ends which open element, and what that end never crosses.
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(["li"]), frozenset(["ul", "ol", "menu", "table"])),
    "dt": (frozenset(["dt", "dd"]), frozenset(["dl", "table"])),
    "dd": (frozenset(["dt", "dd"]), frozenset(["dl", "table"])),
    "tr": (frozenset(["tr"]), frozenset(["table"])),
    "td": (frozenset(["td", "th"]), frozenset(["table", "tr"])),
    "th": (frozenset(["td", "th"]), frozenset(["table", "tr"])),
    "thead": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
    "tbody": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
    "tfoot": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
    "option": (frozenset(["option"]), frozenset(["select"])),
    "a": (frozenset(["a"]), frozenset(["table", "td", "th"])),
}
_TABLE_SCOPE = frozenset(["table", "td", "th", "caption", "svg", "math"])


def bounded(html: str) -> str:
    """The HTML as it is where it is small enough to be harmless, else rewritten within bounds.

    Rewritten, it is well nested, at most 200 deep, without comments and scripts (TeX in ``script`` stays),
    and no tag has more than 32 attributes. Its text is the same.
    """
    if html.count("<") <= _MOST_TAGS and (
        len(html) <= _LONGEST_TAG or max(map(len, html.split(">"))) <= _LONGEST_TAG
    ):
        return html
    return _rewritten(html)


def attributes(source: str) -> dict[str, str]:
    """The attributes in the source of a start tag, names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        value = double or single or bare
        if len(value) <= _LONGEST_VALUE:
            found.setdefault(name.lower(), value)
        if len(found) >= _MOST_ATTRIBUTES:
            break
    return found


def _rewritten(html: str) -> str:
    out: list[str] = []
    stack: list[str] = []
    position = 0
    while token := TOKEN.search(html, position):
        # Escaped, so that no "<" meets what follows a dropped token and becomes a tag.
        out.append(html[position : token.start()].replace("<", "&lt;"))
        position = token.end()
        name = (token["name"] or "").lower()
        if not name:
            continue
        if token["close"]:
            _close(name, stack, out)
        elif name in _RAW_TEXT:
            position = _raw_text(name, token["attributes"], html, position, out)
        elif name in VOID:
            _end_paragraph(name, stack, out)
            out.append(f"<{name}{_within_bounds(token['attributes'])}>")
        else:
            _end_implied(name, stack, out)
            if len(stack) < _DEEPEST:
                stack.append(name)
                out.append(f"<{name}{_within_bounds(token['attributes'])}>")
    out.append(html[position:].replace("<", "&lt;"))
    return "".join(out)


def _within_bounds(source: str) -> str:
    if len(source) <= _LONGEST_KEPT_AS_IT_IS:
        return source
    return "".join(
        f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in attributes(source).items()
    )


def raw_end(name: str, html: str, position: int) -> tuple[int, int]:
    """Where the content of an element that holds no markup ends, and where its end tag does."""
    end = re.compile(rf"</{name}(?=[{_WS}/>])[^>]*>", re.IGNORECASE).search(html, position)
    return (end.start(), end.end()) if end else (len(html), len(html))


def _raw_text(name: str, source: str, html: str, position: int, out: list[str]) -> int:
    """Passes over an element whose content is no markup; TeX in a script is kept."""
    content_end, end = raw_end(name, html, position)
    content = html[position:content_end]
    if name == "script" and "math/tex" in source and "<!--" not in content:
        out.append(f'<script type="{attributes(source).get("type", "")}">{content}</script>')
    elif name == "iframe":
        out.append(f"<iframe{_within_bounds(source)}></iframe>")  # a film is shown as a link
    return end


def _close(name: str, stack: list[str], out: list[str]) -> None:
    if name == "br":
        out.append("<br>")
        return
    if name not in stack:
        return
    index = len(stack) - 1
    while stack[index] != name:
        crossed = stack[index]
        if (name in _INLINE and crossed not in _INLINE) or (
            crossed in _TABLE_SCOPE and name not in ("table", "tr", "tbody", "thead", "tfoot")
        ):
            return
        index -= 1
    _pop_to(index, stack, out)


def _end_implied(name: str, stack: list[str], out: list[str]) -> None:
    _end_paragraph(name, stack, out)
    ended, barriers = _ENDS.get(name, (frozenset(), frozenset()))
    if not ended:
        return
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] in ended:
            _pop_to(index, stack, out)
            return
        if stack[index] in barriers:
            return


def _end_paragraph(name: str, stack: list[str], out: list[str]) -> None:
    """A block's start tag ends the paragraph it stands in."""
    if name in _INLINE or (name in VOID and name != "hr") or "p" not in stack:
        return
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] == "p":
            _pop_to(index, stack, out)
            return
        if stack[index] not in _INLINE:
            return


def _pop_to(index: int, stack: list[str], out: list[str]) -> None:
    out.extend(f"</{name}>" for name in reversed(stack[index:]))
    del stack[index:]
