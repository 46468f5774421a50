"""Front matter of skills, commands, subagents and output styles: the plain fields at its top level.

Nested fields (hooks, servers) are passed over. Only what no YAML reader would take is said to be wrong.
"""

from __future__ import annotations

import re

from msgspec import Struct

from techdash.models.setup import Saying

_FIELD = re.compile(r"(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z_][\w .-]*?))\s*:(?:[ \t]+(.*))?")
_BLOCK = re.compile(r"[|>][-+0-9]*(?:\s+#.*)?")


class Front(Struct, frozen=True):
    """``there`` is whether a text begins with front matter; ``fields`` are as written, keys in lower case."""

    there: bool
    fields: dict[str, str]
    fault: Saying | None = None

    def said(self, name: str) -> str:
        return self.fields.get(name, "")


def front_matter(text: str) -> Front:
    """The front matter of a Markdown text."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return Front(False, {})
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return Front(True, {}, Saying("front_open"))
    fields: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate(lines[1:end], 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t-":
            # YAML 1.2, 6.1: tabs never indent
            if line[0] == "\t" or not key:
                return Front(True, {}, Saying("front_line", {"line": number}))
            fields[key].append(line.strip())
            continue
        found = _FIELD.fullmatch(line.rstrip())
        if found is None or _is_open(found[4] or ""):
            return Front(True, {}, Saying("front_line", {"line": number}))
        key = (found[1] or found[2] or found[3]).strip().lower()
        fields[key] = [found[4] or ""]
    return Front(True, {name: _value(parts) for name, parts in fields.items()})


def _value(parts: list[str]) -> str:
    first, *rest = (part.strip() for part in parts)
    if not first or _BLOCK.fullmatch(first):
        return " ".join(part.removeprefix("- ") for part in rest)
    text = " ".join([first, *rest])
    if text[0] in "\"'" and len(text) > 1 and text[-1] == text[0]:
        return text[1:-1].replace("''", "'") if text[0] == "'" else re.sub(r"\\(.)", r"\1", text[1:-1])
    return re.sub(r"\s+#.*", "", text)


def _is_open(value: str) -> bool:
    """Whether a value is a list in brackets or braces that its line closes too often."""
    return value[:1] in ("]", "}", "@", "`", "%")
