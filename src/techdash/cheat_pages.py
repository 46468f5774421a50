"""Cards to be printed: as Markdown, and as one HTML page that needs no other file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from techdash.language import Language
from techdash.models.parsed import Card

_HEADS = {
    "en": ("Command", "Meaning", "Example", "Source", "since", "removed"),
    "zh": ("命令", "含义", "示例", "来源", "自", "已移除"),
}
_STYLE = """
body { font: 10.5pt/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 64em; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin: 1.6em 0 .4em; break-after: avoid; }
table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; }
th, td { border-top: 1px solid #ccc; padding: .3em .6em .3em 0; text-align: left; vertical-align: top; }
thead { display: table-header-group; } th { font-weight: 600; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
small { color: #555; display: block; } td:first-child { width: 34%; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } a { color: inherit; } }
"""
_MARKS = re.compile(r"([\\`*_\[\]<>#|~$])")


def said(card: Card, field: str, language: Language) -> str:
    """A card's field in a language, where it has one in it, else in the other."""
    texts = [getattr(card, field), getattr(card, f"{field}_zh")]
    return next(filter(None, reversed(texts) if language == "zh" else texts), "")


def markdown(cards: Iterable[Card], language: Language) -> str:
    """The cards as tables of GitHub Flavored Markdown, under their sheets and sections."""
    command, meaning, example, source, *_ = _HEADS[language]
    parts = []
    for sheet, sections in _grouped(cards, language):
        parts.append(f"# {_plain(sheet)}\n")
        for section, members in sections:
            rows = [f"| {command} | {meaning} | {example} | {source} |", "|---|---|---|---|"]
            rows += [
                f"| {_code(card.syntax) or _plain(said(card, 'item', language))} | "
                f"{' · '.join(map(_plain, [said(card, 'text', language), *_besides(card, language)]))} | "
                f"{_code(card.example)} | {f'<{card.source}>' if card.source else ''} |"
                for card in members
            ]
            parts.append(f"## {_plain(section)}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def html(cards: Iterable[Card], language: Language) -> str:
    """The cards as one page of HTML (the living standard): all escaped, no script, no request."""
    command, meaning, example, source, *_ = _HEADS[language]
    body, title = [], ""
    for sheet, sections in _grouped(cards, language):
        title = title or sheet
        body.append(f"<h1>{escape(sheet)}</h1>")
        for section, members in sections:
            head = "".join(f"<th>{one}</th>" for one in (command, meaning, example, source))
            rows = "\n".join(_row(card, language) for card in members)
            body.append(
                f"<h2>{escape(section)}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n"
                "</tbody></table>"
            )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _row(card: Card, language: Language) -> str:
    name = f"<code>{escape(card.syntax)}</code>" if card.syntax else escape(said(card, "item", language))
    if card.removed:
        name = f"<s>{name}</s>"
    besides = "".join(f"<small>{escape(one)}</small>" for one in _besides(card, language))
    example = f"<code>{escape(card.example)}</code>" if card.example else ""
    link = f'<a href="{escape(card.source)}">{escape(card.source)}</a>' if card.source else ""
    return (
        f"<tr><td>{name}</td><td>{escape(said(card, 'text', language))}{besides}</td>"
        f"<td>{example}</td><td>{link}</td></tr>"
    )


def _besides(card: Card, language: Language) -> list[str]:
    """What a card says besides its meaning, each by itself."""
    *_, since, removed = _HEADS[language]
    gone = card.removed if card.removed.lower() != "yes" else ""
    return [
        *([f"{removed} {gone}".rstrip()] if card.removed else []),
        *([said(card, "note", language)] if said(card, "note", language) else []),
        *([f"{since} {card.since}"] if card.since else []),
    ]


def _grouped(
    cards: Iterable[Card], language: Language
) -> list[tuple[str, Sequence[tuple[str, Sequence[Card]]]]]:
    """Cards by sheet and section, in their own order; a section that comes again is named again."""
    sheets: list[tuple[str, Sequence[tuple[str, Sequence[Card]]]]] = []
    for sheet, members in groupby(cards, key=lambda card: card.sheet):
        sections = groupby(members, key=lambda card: said(card, "section", language))
        sheets.append((sheet, [(name, list(found)) for name, found in sections]))
    return sheets


def _plain(text: str) -> str:
    """A text that Markdown takes for nothing but text."""
    return _MARKS.sub(r"\\\1", text)


def _code(text: str) -> str:
    """A code span in a table's cell (CommonMark 0.31, 6.1; bars are escaped even there), or nothing."""
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text.replace('|', chr(92) + '|')}{pad}{ticks}"
