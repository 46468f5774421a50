"""``techdash search``: entries that hold the words."""

from __future__ import annotations

import argparse
from contextlib import closing

from techdash import config
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width, whole_number
from techdash.cli.output import Output, indented, moment, say
from techdash.errors import UsageError
from techdash.paths import Paths


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", metavar="QUERY", nargs="+", help='words that must all occur; "in quotes" as they stand there'
    )
    add_json(parser)
    parser.add_argument(
        "--limit", metavar="N", type=whole_number, default=20, help="at most N results; 20 if not given"
    )
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.store import search

    query = " ".join(options.query)
    if not query.strip():
        raise UsageError("There is nothing to search for; give a word.")
    with closing(open_library(paths)) as library:
        hits = search.search(library, query, options.limit)
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
    settings = config.load(paths.config)
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
