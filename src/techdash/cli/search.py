"""``techdash search``: entries that hold the words."""

from __future__ import annotations

import argparse
from contextlib import closing

from techdash import config, days
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width, whole_number
from techdash.cli.output import Output, indented, moment, say
from techdash.errors import UsageError
from techdash.paths import Paths
from techdash.text.cells import width as width_of
from techdash.text.clean import clean


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        metavar="QUERY",
        nargs="+",
        help='words that must all occur, a "phrase", -without, one or other, '
        "source: kind: tag: lang: author: is: has: day: since: min:",
    )
    add_json(parser)
    parser.add_argument(
        "--limit", metavar="N", type=whole_number, default=20, help="at most N results; 20 if not given"
    )
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.query import QueryError, parse
    from techdash.store import search

    typed = " ".join(options.query)
    try:
        query = parse(typed)
    except QueryError as error:
        say(str(error), *_marked(typed, error.start, error.end))
        return error.exit_code
    if not query:
        raise UsageError("There is nothing to search for; give a word.")
    settings = config.load(paths.config)
    with closing(open_library(paths)) as library:
        hits = search.search(library, query, options.limit, today=days.today(settings))
    if options.json:
        output.json(
            [
                {
                    "id": hit.id,
                    "kind": hit.kind,
                    "title": hit.title,
                    "source": hit.source_title,
                    "url": hit.url,
                    "published": moment(hit.published),
                    "snippet": hit.snippet,
                    "score": hit.score,
                }
                for hit in hits
            ]
        )
        return DONE
    width = output.width(options.width, settings.column)
    for number, hit in enumerate(hits):
        if number:
            output.text()
        day = (moment(hit.published) or "")[:10]
        about = " · ".join(part for part in (f"{hit.id}", hit.source_title, day) if part)
        indented(output, [(hit.title, "strong")], width, "", settings.ambiguous)
        indented(output, [(about, "muted")], width, "  ", settings.ambiguous)
        if hit.snippet:
            indented(output, [(hit.snippet, "")], width, "  ", settings.ambiguous)
    if not hits:
        say(f"Nothing holds {query}.")
    return DONE


def _marked(typed: str, start: int, end: int) -> tuple[str, str]:
    """A query on a line of its own, and carets below a part of it."""
    shown = [" " if char.isspace() else clean(char) for char in typed]
    before, part = ("".join(shown[slice(*ends)]) for ends in ((0, start), (start, end)))
    return f"  {''.join(shown)}", f"  {' ' * width_of(before)}{'^' * max(width_of(part), 1)}"
