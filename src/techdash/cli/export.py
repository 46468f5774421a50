"""``techdash export``: an entry, a day, a search or what is for later as files to keep."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from techdash import config, days
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json
from techdash.cli.output import Output, say
from techdash.errors import UsageError
from techdash.exports.files import Kept, folder
from techdash.language import chosen as language_of
from techdash.paths import Paths
from techdash.text.clean import one_line

if TYPE_CHECKING:
    import sqlite3

    from techdash.exports.choice import Chosen

_SAID = {
    "new": "",
    "same": " (as it was)",
    "updated": " (written anew)",
    "beside": " (beside the one that you changed)",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    from techdash.exports.choice import FORMATS

    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--entry", dest="of_entry", metavar="ID", help="an entry, by its number or address")
    what.add_argument("--day", metavar="DAY", help="a day's editions: 2026-05-12, today, yesterday, latest")
    what.add_argument("--search", metavar="QUERY", help="what a query, or a saved search of this name, finds")
    what.add_argument("--later", action="store_true", help="what was kept for later in the last seven days")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="markdown",
        help="notes with front matter (the default), one file of JSON, or one book",
    )
    parser.add_argument("--to", metavar="DIR", help="the folder; the configured one if not given")
    add_json(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.exports.choice import write

    settings = config.load(paths.config)
    language = language_of(settings.language)
    with closing(open_library(paths)) as library:
        found = _chosen(options, library, settings, language)
    if not found:
        say("There is nothing of that to export.")
        if options.json:
            output.json([])
        return DONE
    where = Path(options.to).expanduser().absolute() if options.to else folder(paths, settings)
    kept = write(found, options.format, where, language)
    if options.json:
        output.json([{"file": str(each.file), "state": each.state} for each in kept])
    else:
        for each in kept:
            output.text(_line(each))
    return DONE


def _line(kept: Kept) -> str:
    return f"{one_line(str(kept.file))}{_SAID[kept.state]}"


def _chosen(
    options: argparse.Namespace, library: sqlite3.Connection, settings: config.Config, language: str
) -> Chosen:
    from techdash.exports.choice import Chosen, of_day, of_entries, of_later, of_search

    now, today = time.time(), days.today(settings)
    if options.later:
        return of_later(library, now, language)
    if options.day is not None:
        from techdash.cli.digest import day_of

        day = day_of(options.day, library, settings)
        return of_day(library, day, language) if day else Chosen("", "")
    if options.of_entry is not None:
        from techdash.store import entries

        entry = entries.find(library, options.of_entry)
        if entry is None:
            raise UsageError(
                f"There is no entry {options.of_entry} in the library; "
                "techdash search finds entries by words."
            )
        return of_entries(library, [entry.row.id])
    from techdash.query import parse
    from techdash.store import searches

    saved = {each.name: each.query for each in searches.kept(library)}
    query = parse(saved.get(options.search, options.search))
    if not query:
        raise UsageError("There is nothing to search for; give a word.")
    return of_search(library, query, options.search, now, today)
