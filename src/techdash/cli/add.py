"""``techdash add``: subscribes to a feed, to the feed behind a page, or to a local file or folder."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from techdash.cli.codes import DONE, USAGE
from techdash.cli.first_run import open_library
from techdash.cli.names import checked, short_name
from techdash.cli.options import add_json
from techdash.cli.output import Output, say
from techdash.errors import TechdashError, UsageError
from techdash.models.fetched import Failed, Fetched, ParseJob
from techdash.models.parsed import ParsedFeed
from techdash.models.sources import KINDS, Kind, Source
from techdash.paths import Paths
from techdash.text.urls import canonical, host, without_user

if TYPE_CHECKING:
    import sqlite3

    from techdash.feeds.discover import Candidate, Fetch, Found, Parse

T = TypeVar("T")

# The server is not there, or not now: nothing is wrong with the address.
_UNREACHED = ("dns", "connect", "timeout", "truncated", "wait")
_BUSY = (429, 500, 502, 503, 504)
# Entries that show what a feed brings.
_SAMPLE = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        help="a feed, a page that leads to one, @user@host, or the path of a feed, a text or a folder",
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"what it brings: {', '.join(KINDS)}")
    parser.add_argument("--title", metavar="TITLE", help="what to call it")
    parser.add_argument("--id", metavar="ID", type=checked, help="a short name for commands")
    parser.add_argument("--yes", action="store_true", help="take the first where a page has several feeds")
    add_json(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    if not options.json:
        return _add(options, paths, output, {})
    answer: dict[str, Any] = {"subscribed": None, "candidates": [], "error": None}
    try:
        code = _add(options, paths, output, answer)
    except TechdashError as error:
        answer["error"] = str(error)
        output.json(answer)
        output.flush()
        raise
    output.json(answer)
    return code


def _add(options: argparse.Namespace, paths: Paths, output: Output, answer: dict[str, Any]) -> int:
    """Find, choose, check and subscribe; ``answer`` gets what ``--json`` tells of it."""
    with closing(open_library(paths)) as library:
        if options.id:
            _must_be_free(library, options.id)
        if _is_local(options.url):
            chosen = _local(options.url, options.kind)
        else:
            found = _find(options.url, library, paths)
            answer["candidates"] = [
                {"url": without_user(one.url), "title": one.title, "kind": one.kind} for one in found
            ]
            taken = _choose(found, output, take_first=options.yes, ask=not options.json)
            if taken is None:
                return USAGE
            _must_be_free(library, taken.url)
            chosen = _confirm(taken, library, paths)
            if chosen.final_url:
                _must_be_free(library, chosen.final_url)
        _must_be_free(library, chosen.url)
    source = _subscribe(options, paths, chosen)
    answer["subscribed"] = {
        "id": source.id,
        "kind": source.kind,
        "title": source.title,
        "url": without_user(source.url),
        "language": source.language,
        "full_text": source.full_text,
    }
    if not options.json:
        output.text(f"Subscribed: {source.id} ({source.title}), {source.kind}, {without_user(source.url)}")
    return DONE


def _subscribe(options: argparse.Namespace, paths: Paths, chosen: Candidate) -> Source:
    from techdash.feeds.candidates import full_text_of
    from techdash.store import db, sources

    title = options.title or chosen.title
    kind: Kind = options.kind or chosen.kind
    source = Source(
        id=options.id or short_name(title, chosen.url),
        url=chosen.url,
        kind=kind,
        title=title,
        site_url=chosen.site_url,
        language=chosen.language,
        full_text="notionnext" if chosen.full_text == "notionnext" else full_text_of(kind),
    )
    database = db.connect_writer(paths.library)
    try:
        return sources.subscribe(database, source, int(time.time()))
    finally:
        database.close()


def _must_be_free(library: sqlite3.Connection, id_or_url: str) -> None:
    """Refuse an id that is taken, and an address of what is subscribed to, by whatever address it was."""
    from techdash.store import sources

    known = sources.find(library, id_or_url)
    if known is None and "://" in id_or_url:
        key = canonical(id_or_url)
        known = next(
            (
                one
                for one in sources.subscriptions(library)
                if key in (canonical(one.state.moved_to), canonical(one.state.previous_url))
            ),
            None,
        )
    if known is None:
        return
    source = known.source
    hint = "" if source.enabled else f" It is switched off; techdash sources enable {source.id} has it asked."
    raise UsageError(
        f"{without_user(id_or_url)} is subscribed to already, as {source.id} ({source.title}).{hint}"
    )


# -- what there is to subscribe to


def _is_local(typed: str) -> bool:
    # Path.exists() fails on what is too long for a name, or no name at all.
    return typed.startswith(("/", "~", ".", "file:")) or os.path.exists(typed)  # noqa: PTH110


def _local(typed: str, kind: Kind | None) -> Candidate:
    from techdash.feeds import charset, local, sniff
    from techdash.feeds.discover import Candidate
    from techdash.text.clean import one_line

    path = local.path_of(typed).absolute()
    has_sheets = kind == "cheatsheet" or (kind is None and local.has_sheets(path))
    outcome = local.read(str(path), sheets=has_sheets)
    if isinstance(outcome, Failed):
        raise UsageError(outcome.message)
    if isinstance(outcome, Fetched):
        text = charset.decode(outcome.body, outcome.charset)
        if sniff.what(text, outcome.body) not in ("feed", "json"):
            raise UsageError(f"{path} is neither a feed nor a text that techdash reads.")
        return Candidate(str(path), one_line(path.stem), "article")
    return Candidate(str(path), one_line(path.stem), "cheatsheet" if has_sheets else "essay")


def _find(typed: str, library: sqlite3.Connection, paths: Paths) -> Sequence[Candidate]:
    """The feeds at or behind what was typed.

    Raises:
        UsageError: it is no address or is subscribed to already, or there is no feed.
        TechdashError: its server can't be reached now.
    """
    from techdash.feeds import discover, patterns

    address = patterns.address_of(typed)
    if address is None:
        raise UsageError(
            f"{without_user(typed)} is no http(s) address, and there is no file or folder of that name."
        )
    _must_be_free(library, address)

    async def find(fetch: Fetch, parse: Parse) -> Found:
        return await discover.find(address, fetch, parse)

    found = _with_network(find, library, paths)
    if not found.candidates:
        if found.failure is not None:
            raise _error(found.failure, address)
        raise UsageError(found.sentence)
    return found.candidates


def _confirm(candidate: Candidate, library: sqlite3.Connection, paths: Paths) -> Candidate:
    """The chosen feed as it describes itself, after a look at it where there was none yet."""
    from techdash.feeds import discover

    if candidate.is_read:
        return candidate

    async def confirm(fetch: Fetch, parse: Parse) -> Candidate | Failed:
        return await discover.confirmed(candidate, fetch, parse)

    found = _with_network(confirm, library, paths)
    if isinstance(found, Failed):
        raise _error(found, candidate.url)
    return found


def _error(failed: Failed, address: str) -> TechdashError:
    if failed.kind in _UNREACHED or failed.http in _BUSY:
        return TechdashError(failed.message)
    return UsageError(f"There is no feed at {without_user(address)}. {failed.message}")


def _with_network(
    ask: Callable[[Fetch, Parse], Awaitable[T]], library: sqlite3.Connection, paths: Paths
) -> T:
    """What ``ask`` gives, with a client under the rules of a refresh and a process that reads feeds."""
    import asyncio

    from msgspec import DecodeError

    from techdash.feeds import addresses, schedule, wire
    from techdash.feeds.client import Client
    from techdash.feeds.workers import WorkerPool
    from techdash.store import db, sources

    now = int(time.time())
    waits = sources.host_waits(library, now)
    asked_to_wait: dict[str, int] = {}

    async def whole() -> T:
        client, workers = Client(), WorkerPool(1, log=paths.log)

        async def fetch(url: str, *, public_only: bool = False) -> Any:
            if (until := waits.get(host(url), 0)) > now:
                moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(until))
                return Failed(url, "wait", f"{host(url)} asked to be left alone until {moment}.")
            outcome = await client.fetch(url, now=now, public_only=public_only)
            if isinstance(outcome, Failed) and (outcome.wait_until or outcome.http == 429):
                name = outcome.host or host(url)
                if not addresses.is_private_host(name):
                    asked_to_wait[name] = outcome.wait_until or now + schedule.SHORTEST_WAIT
            return outcome

        async def parse(document: Fetched) -> ParsedFeed | None:
            job = ParseJob("", "digest", "", "", _SAMPLE, "feed", now, (document,))
            answer = await workers.parse(wire.Job(job))
            try:
                found = wire.decode_answer(answer) if isinstance(answer, bytes) else answer
            except DecodeError:
                return None
            return found if isinstance(found, ParsedFeed) else None

        try:
            workers.start()
            return await ask(fetch, parse)
        finally:
            await workers.aclose()
            await client.aclose()

    found = asyncio.run(whole())
    if asked_to_wait:
        database = db.connect_writer(paths.library)
        try:
            for name, until in asked_to_wait.items():
                sources.have_host_wait(database, name, until, now)
        finally:
            database.close()
    return found


def _choose(found: Sequence[Candidate], output: Output, *, take_first: bool, ask: bool) -> Candidate | None:
    if len(found) == 1 or take_first:
        return found[0]
    if not ask:
        return None
    for number, candidate in enumerate(found, 1):
        output.text(f"{number:>2}  {candidate.title} ({candidate.kind})  {without_user(candidate.url)}")
    output.flush()
    if not (output.terminal and sys.stdin and sys.stdin.isatty()):
        say("There are several feeds; add one of these addresses, or take the first with --yes.")
        return None
    while True:
        sys.stderr.write(f"Which one? 1 to {len(found)}, or Enter for none: ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip()
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer[:4]) <= len(found):
            return found[int(answer[:4]) - 1]
        if not answer:
            say("Nothing was added.")
            return None
