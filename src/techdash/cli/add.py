"""``techdash add``: subscribes to a feed, to the feed behind a page, or to a local file or folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from techdash.cli.codes import DONE, USAGE
from techdash.cli.first_run import open_library
from techdash.cli.names import checked, short_name
from techdash.cli.output import Output, say
from techdash.errors import TechdashError, UsageError
from techdash.models import KINDS, Failed, Fetched, Kind, Outcome, Source
from techdash.paths import Paths

if TYPE_CHECKING:
    import sqlite3

    from techdash.feeds.discover import Candidate


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url", metavar="URL", help="a feed, a page that has one, or the path of a feed, a text or a folder"
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"what it brings: {', '.join(KINDS)}")
    parser.add_argument("--title", metavar="TITLE", help="what to call it")
    parser.add_argument("--id", metavar="ID", type=checked, help="a short name for commands")
    parser.add_argument("--yes", action="store_true", help="take the first where a page has several feeds")


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.store import db, sources

    with closing(open_library(paths)) as library:
        if options.id:
            _must_be_free(library, options.id)
        found = _local(options.url) if _is_local(options.url) else _on_the_web(options.url, library)
        chosen = _choose(found, output, take_first=options.yes)
        if chosen is None:
            return USAGE
        _must_be_free(library, chosen.url)
    title = options.title or chosen.title
    kind: Kind = options.kind or chosen.kind
    source = Source(options.id or short_name(title, chosen.url), chosen.url, kind, title)
    database = db.connect_writer(paths.library)
    try:
        source = sources.subscribe(database, source, int(time.time()))
    finally:
        database.close()
    output.text(f"Subscribed: {source.id} ({source.title}), {source.kind}, {source.url}")
    return DONE


def _must_be_free(library: sqlite3.Connection, id_or_url: str) -> None:
    from techdash.store import sources

    if known := sources.find(library, id_or_url):
        raise UsageError(
            f"{id_or_url} is subscribed to already, as {known.source.id} ({known.source.title})."
        )


# -- what there is to subscribe to


def _is_local(typed: str) -> bool:
    return typed.startswith(("/", "~", ".", "file:")) or Path(typed).exists()


def _local(typed: str) -> list[Candidate]:
    from techdash.feeds import charset, local, sniff
    from techdash.feeds.discover import Candidate
    from techdash.text.clean import one_line

    path = local.path_of(typed).absolute()
    outcome = local.read(str(path))
    if isinstance(outcome, Failed):
        raise UsageError(outcome.message)
    if isinstance(outcome, Fetched):
        text = charset.decode(outcome.body, outcome.charset)
        if sniff.what(text, outcome.body) not in ("feed", "json"):
            raise UsageError(f"{path} is neither a feed nor a text that techdash reads.")
        return [Candidate(str(path), one_line(path.stem), "article")]
    return [Candidate(str(path), one_line(path.stem), "essay")]


def _on_the_web(typed: str, library: sqlite3.Connection) -> list[Candidate]:
    import asyncio

    from techdash.feeds import discover

    address = discover.address_of(typed)
    if address is None:
        raise UsageError(f"{typed} is no http(s) address, and there is no file or folder of that name.")
    _must_be_free(library, address)
    found, failure = asyncio.run(_find(address))
    if found:
        return found
    if failure is not None and failure.http is None:
        raise TechdashError(failure.message)
    raise UsageError(f"There is no feed at {address}." + (f" {failure.message}" if failure else ""))


async def _find(address: str) -> tuple[list[Candidate], Failed | None]:
    """The feeds at an address, and why the first request failed, if it did."""
    from techdash.feeds import discover
    from techdash.feeds.client import Client

    outcomes: list[Outcome] = []
    client = Client()

    async def fetch(url: str) -> Outcome:
        outcome = await client.fetch(url, now=int(time.time()))
        outcomes.append(outcome)
        return outcome

    try:
        found = await discover.find(fetch, address)
    finally:
        await client.aclose()
    first = outcomes[0] if outcomes else None
    return found, first if isinstance(first, Failed) else None


def _choose(found: Sequence[Candidate], output: Output, *, take_first: bool) -> Candidate | None:
    if len(found) == 1 or take_first:
        return found[0]
    for number, candidate in enumerate(found, 1):
        output.text(f"{number:>2}  {candidate.title}  {candidate.url}")
    output.flush()
    if not (output.terminal and sys.stdin and sys.stdin.isatty()):
        say("There are several feeds; add one of these addresses, or take the first with --yes.")
        return None
    sys.stderr.write("Which one? ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(found):
        return found[int(answer) - 1]
    say("Nothing was added.")
    return None
