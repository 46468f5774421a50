"""``techdash cheat``: cards of the cheat-sheet, best match first."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from contextlib import closing

from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width
from techdash.cli.output import Output, indented, say
from techdash.errors import UsageError
from techdash.language import chosen
from techdash.models import Card
from techdash.paths import Paths


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="*", help="words of a command, its name, its meaning")
    add_json(parser)
    parser.add_argument("--sheet", metavar="NAME", help="only the cards of this sheet")
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash import narrow
    from techdash.store import cards as store

    with closing(open_library(paths)) as library:
        cards = store.cards(library)
    if options.sheet:
        cards = _of_sheet(cards, options.sheet)
    query = " ".join(options.query)
    found = narrow.narrow(cards, query)
    if not found:
        say(_nothing(cards, query))
    if options.json:
        output.json(
            [
                {
                    "sheet": card.sheet,
                    "section": card.section,
                    "item": card.item,
                    "syntax": card.syntax,
                    "text": card.text or card.text_zh,
                    "since": card.since,
                    "source": card.source,
                }
                for card in found
            ]
        )
    else:
        _print(found, output, options.width, paths, grouped=not query.strip())
    return DONE


def _of_sheet(cards: Sequence[Card], name: str) -> list[Card]:
    wanted = name.casefold()
    sheets = list(dict.fromkeys(card.sheet for card in cards))
    chosen = [sheet for sheet in sheets if sheet.casefold() == wanted]
    chosen = chosen or [sheet for sheet in sheets if wanted in sheet.casefold()]
    if not chosen:
        raise UsageError(f"There is no sheet {name}; there are {', '.join(sheets) or 'none yet'}.")
    return [card for card in cards if card.sheet in chosen]


def _nothing(cards: Sequence[Card], query: str) -> str:
    """What to say instead of a card; with the nearest command or name, where there is one."""
    if not cards:
        return "There is no card in the library yet; techdash --refresh brings some."
    import difflib

    from techdash.narrow import fold

    names = {fold(name).lstrip("/-"): name for card in cards for name in (card.item, card.syntax) if name}
    words = {word.strip("/-`"): word for name in names for word in name.split()}
    asked = fold(query).lstrip("/-")
    near = difflib.get_close_matches(asked, names, 1) or difflib.get_close_matches(asked, words, 1)
    if not near:
        return f"No card holds {query}."
    return f"No card holds {query}. Near to it: {names.get(near[0]) or words[near[0]]}."


def _print(cards: Iterable[Card], output: Output, asked: int | None, paths: Paths, *, grouped: bool) -> None:
    from techdash import config

    settings = config.load(paths.config)
    width, ambiguous = output.width(asked, settings.column), settings.ambiguous
    chinese = chosen(settings.language) == "zh"
    last = ""
    for card in cards:
        section = " · ".join(part for part in (card.sheet, card.section) if part)
        if section != last:
            if last:
                output.text()
            indented(output, [(section, "heading2" if grouped else "muted")], width, "", ambiguous)
        last = section
        name = [(card.syntax or card.item, "code")]
        if card.syntax and card.item and card.item != card.syntax:
            name.append((f"  {card.item}", "strong"))
        if card.since:
            word = "since " if card.since.lstrip("v")[:1].isdigit() else ""
            name.append((f"  {word}{card.since}", "muted"))
        indented(output, name, width, "  ", ambiguous)
        texts = (card.text_zh, card.text) if chinese else (card.text, card.text_zh)
        if text := next(filter(None, texts), ""):
            indented(output, [(text, "")], width, "      ", ambiguous)
