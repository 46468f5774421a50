"""``techdash cheat``: cards of the cheat-sheet, best match first."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width
from techdash.cli.output import Output, indented, say
from techdash.errors import UsageError
from techdash.language import chosen
from techdash.models.parsed import Card, OwnCard
from techdash.paths import Paths
from techdash.text.syntax import bare

if TYPE_CHECKING:
    from techdash.changes import Change
    from techdash.models.entries import ChangelogEntry


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="*", help="words of a command, its name, its meaning")
    form = parser.add_mutually_exclusive_group()
    add_json(form)
    form.add_argument("--markdown", action="store_true", help="print Markdown tables")
    form.add_argument("--html", action="store_true", help="print one HTML page")
    own = "'on this machine' is your own Claude Code set-up"
    parser.add_argument("--sheet", metavar="NAME", help=f"only the cards of this sheet; {own}")
    parser.add_argument("--new", action="store_true", help="what is new since the sheets were written")
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash import finding
    from techdash.store import cards as store

    with closing(open_library(paths)) as library:
        cards = store.cards(library)
        logs = store.changelogs(library) if options.new else {}
    sheet, query = finding.in_sheet(" ".join(options.query))
    if sheet:
        cards = [card for card in (*cards, *_own(sheet)) if finding.is_named(card.sheet, sheet)]
    if options.sheet:
        cards = _of_sheet(cards, options.sheet)
    if options.new:
        _print_new(cards, logs, query, output, options)
        return DONE
    found = finding.find_once(cards, query) if query.strip() else cards
    if not found:
        say(_missing(query, cards, options.sheet))
    if options.json:
        output.json([_as_json(card) for card in found])
    elif options.markdown or options.html:
        _print_page(found, output, paths, as_html=options.html)
    else:
        _print(found, output, options.width, paths, grouped=not query.strip())
    return DONE


def _print_new(
    cards: Sequence[Card],
    logs: Mapping[str, tuple[str, list[ChangelogEntry]]],
    query: str,
    output: Output,
    options: argparse.Namespace,
) -> None:
    """What changelogs tell that is newer than the sheets."""
    from techdash import changes
    from techdash.text.tokens import words_of

    kept = {card.sheet for card in cards}
    words = words_of(query)
    found = {
        sheet: [
            change
            for change in changes.since(sheet, entries, day, cards)
            if all(word in change.text.casefold() for word in words)
        ]
        for sheet, (day, entries) in logs.items()
        if sheet in kept
    }
    if options.json:
        output.json([_change_as_json(change) for several in found.values() for change in several])
        return
    if not any(found.values()):
        say("Nothing is known that is newer than the sheets.")
    for sheet, several in found.items():
        if not several:
            continue
        head = f"{sheet}: {len(several)} changes since {logs[sheet][0]}, newest {several[0].version}"
        output.text(head)
        for change in several:
            about = f"  -> {bare(change.card.syntax)}" if change.card else ""
            output.text(f"  {change.version}  {change.text}{about}")


def _change_as_json(change: Change) -> dict[str, str]:
    return {
        "sheet": change.sheet,
        "version": change.version,
        "day": change.day,
        "text": change.text,
        "card": (change.card.syntax or change.card.item) if change.card else "",
        "url": change.url,
    }


def _missing(query: str, cards: Sequence[Card], sheet: str | None) -> str:
    if cards:
        return f"No card holds {query}."
    if sheet:
        return "No Claude Code set-up was found, neither your own nor one of this folder's project."
    return "There is no card in the library yet; techdash --refresh brings some."


def _as_json(card: Card) -> dict[str, object]:
    found = {
        "sheet": card.sheet,
        "section": card.section,
        "item": card.item,
        "syntax": card.syntax,
        "text": card.text or card.text_zh,
        "text_zh": card.text_zh,
        "example": card.example,
        "since": card.since,
        "removed": card.removed,
        "note": card.note or card.note_zh,
        "also": card.also,
        "source": card.source,
    }
    if not isinstance(card, OwnCard):
        return {**found}
    return {
        **found,
        "level": card.level,
        "path": card.path,
        "shadowed_by": card.shadowed_by,
        "broken": list(card.broken),
    }


def _print_page(cards: Iterable[Card], output: Output, paths: Paths, *, as_html: bool) -> None:
    from techdash import cheat_pages, config

    language = chosen(config.load(paths.config).language)
    page = cheat_pages.html if as_html else cheat_pages.markdown
    output.text(page(cards, language).rstrip("\n"))


def _of_sheet(cards: Sequence[Card], name: str) -> list[Card]:
    from techdash.finding import tag_of
    from techdash.setup.said import SHEET, SHEET_ZH

    wanted = name.strip().casefold().replace(SHEET_ZH, SHEET.casefold())
    sheets = list(dict.fromkeys([*(card.sheet for card in cards), SHEET]))
    chosen = [sheet for sheet in sheets if sheet.casefold() == wanted]
    chosen = chosen or [sheet for sheet in sheets if wanted in sheet.casefold()]
    if not chosen:
        raise UsageError(f"There is no sheet {name}; there are {', '.join(sheets)}.")
    if SHEET in chosen:
        cards = [*cards, *_own(tag_of(SHEET))]
    return [card for card in cards if card.sheet in chosen]


def _own(sheet: str) -> list[OwnCard]:
    """The set-up as it is on disk now, where ``sheet`` (a tag) names it: it is in no library."""
    from techdash import finding
    from techdash.setup import look, places, said

    return said.cards(look.look(places.find()).parts) if finding.is_named(said.SHEET, sheet) else []


def _print(cards: Iterable[Card], output: Output, asked: int | None, paths: Paths, *, grouped: bool) -> None:
    from techdash import config

    settings = config.load(paths.config)
    width, ambiguous = output.width(asked, settings.column), settings.ambiguous
    chinese = chosen(settings.language) == "zh"
    last = ""
    for card in cards:
        section = " · ".join(part for part in _headed(card, chinese) if part)
        if section != last:
            if last:
                output.text()
            indented(output, [(section, "heading2" if grouped else "muted")], width, "", ambiguous)
        last = section
        called = card.item_zh if chinese and card.item_zh else card.item
        name = [(card.syntax, "code") if card.syntax else (called, "strong")]
        if card.syntax and card.item and card.item != card.syntax:
            name.append((f"  {card.item}", "strong"))
        if card.since:
            word = "" if not card.since.lstrip("v")[:1].isdigit() else "自 " if chinese else "since "
            name.append((f"  {word}{card.since}", "muted"))
        indented(output, name, width, "  ", ambiguous)
        for text, role in _lines(card, chinese):
            indented(output, [(text, role)], width, "      ", ambiguous)


def _headed(card: Card, chinese: bool) -> tuple[str, str]:
    """The sheet and the section of a card."""
    if chinese and isinstance(card, OwnCard):
        return card.sheet_zh, card.section_zh
    return card.sheet, card.section


def _lines(card: Card, chinese: bool) -> Iterator[tuple[str, str]]:
    """What is said of a card under its name, with roles."""
    if card.removed:
        when = "" if card.removed.lower() == "yes" else card.removed
        yield (f"已在 {when} 移除" if when else "已移除") if chinese else f"Removed {when}".rstrip(), "strong"
    for english, other in ((card.text, card.text_zh), (card.note, card.note_zh)):
        if text := (other or english if chinese else english or other):
            yield text, ""
    if card.example:
        yield card.example, "code"
    if card.source:
        yield card.source, "muted"
