"""``techdash sources``: what is subscribed to, with its health; removing, switching off and on, OPML."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from techdash import config
from techdash.cli import opml
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.names import short_name
from techdash.cli.options import Parser, add_json, add_width
from techdash.cli.output import WIDEST, Output, Piece, indented, moment, say
from techdash.errors import UsageError
from techdash.models import Subscription
from techdash.paths import Paths

if TYPE_CHECKING:
    from sqlite_utils import Database


_ACTIONS: tuple[tuple[str, str, str | int, str], ...] = (
    ("list", "", 0, "list them, as happens without an action"),
    ("remove", "ID_OR_URL", "+", "unsubscribe; starred entries stay"),
    ("enable", "ID_OR_URL", "+", "have them refreshed again"),
    ("disable", "ID_OR_URL", "+", "keep them, and refresh them no more"),
    ("import", "FILE", 1, "subscribe to every feed of an OPML file"),
    ("export", "", 0, "print the feeds as OPML"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    add_width(parser)
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", parser_class=Parser)
    for name, argument, number, summary in _ACTIONS:
        about = f"{summary[0].upper()}{summary[1:]}."
        action = actions.add_parser(name, help=summary, description=about)
        if argument:
            action.add_argument("names", metavar=argument, nargs=number)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    action = options.action or "list"
    if options.json and action != "list":
        raise UsageError(f"--json goes with the list of sources, not with {action}.")
    if action == "list":
        _list(options, paths, output)
    elif action == "import":
        _import(Path(options.names[0]).expanduser(), paths, output)
    elif action == "export":
        output.text(opml.write(each.source for each in _subscriptions(paths)))
    else:
        _change(action, options.names, paths, output)
    return DONE


def _subscriptions(paths: Paths) -> list[Subscription]:
    from techdash.store import sources

    with closing(open_library(paths)) as library:
        return sources.subscriptions(library)


# -- the list


def _list(options: argparse.Namespace, paths: Paths, output: Output) -> None:
    found = _subscriptions(paths)
    if options.json:
        output.json([_as_json(each) for each in found])
        return
    settings = config.load(paths.config)
    _print(found, output, output.width(options.width, WIDEST), settings.ambiguous)
    if not found:
        say("There is no source; techdash add URL subscribes to one.")


def _as_json(subscription: Subscription) -> dict[str, Any]:
    source, state = subscription.source, subscription.state
    return {
        "id": source.id,
        "kind": source.kind,
        "title": source.title,
        "url": source.url,
        "enabled": source.enabled,
        "state": state.state,
        "last_ok": moment(state.last_ok),
        "next_due": moment(state.next_due),
        "failures": state.failures,
        "error": state.error or None,
    }


def _print(found: list[Subscription], output: Output, width: int, ambiguous: int) -> None:
    from techdash.text import cells

    longest = max((cells.width(each.source.id, ambiguous) for each in found), default=0)
    column = min(longest, max(8, width // 3))
    kind = ""
    for each in found:
        source, state = each.source, each.state
        if source.kind != kind:
            if kind:
                output.text()
            output.pieces([(source.kind, "heading2")])
        kind = source.kind
        name = cells.truncate(source.id, column, ambiguous=ambiguous)
        head: list[Piece] = [
            ("  " + cells.pad(name, column, ambiguous=ambiguous), "strong"),
            (f"  {_state(each):<7} {_day(state.last_ok):<10}  ", "callout" if state.error else "muted"),
        ]
        left = width - sum(cells.width(text, ambiguous) for text, _ in head)
        if left >= 8:
            head.append((cells.truncate(source.title, left, ambiguous=ambiguous), ""))
        output.pieces(head)
        for remark in (state.error, state.note):
            if remark:
                indented(output, [(remark, "muted")], width, "    ", ambiguous)


def _state(subscription: Subscription) -> str:
    return subscription.state.state if subscription.source.enabled else "off"


def _day(seconds: int | None) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds)) if seconds else "-"


# -- changes


def _writer(paths: Paths) -> Database:
    """The library to write to, with the starter in it if it is new."""
    from techdash.store import db

    open_library(paths).close()
    return db.connect_writer(paths.library)


def _change(action: str, names: list[str], paths: Paths, output: Output) -> None:
    from techdash.store import sources

    with closing(open_library(paths)) as library:
        chosen = [found.source for name in names if (found := _find(library, name))]
    database = _writer(paths)
    try:
        for source in chosen:
            if action == "remove":
                sources.remove(database, source.id)
            else:
                sources.set_enabled(database, source.id, action == "enable")
            output.text(f"{action.capitalize()}d: {source.id} ({source.title}).")
    finally:
        database.close()


def _find(library: Any, name: str) -> Subscription:
    from techdash.store import sources

    found = sources.find(library, name)
    if found is not None:
        return found
    import difflib

    known = [each.source.id for each in sources.subscriptions(library)]
    near = [known_id for known_id in known if name in known_id] or difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else "techdash sources lists them."
    raise UsageError(f"There is no source {name}; {hint}")


def _import(file: Path, paths: Paths, output: Output) -> None:
    """Read and check the whole file first; then subscribe to what isn't subscribed to yet, all or none."""
    from techdash.store import sources

    try:
        wanted, unusable = opml.read(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.") from error
    except UsageError as error:
        raise UsageError(f"{file} can't be imported: {error}") from error
    named = [replace(source, id=short_name(source.title, source.url)) for source in wanted]
    database = _writer(paths)
    try:
        added = sources.subscribe_all(database, named, int(time.time()))
    finally:
        database.close()
    for source in added:
        output.text(f"Added: {source.id} ({source.title}).")
    sentence = f"{len(added)} added, {len(wanted) - len(added)} subscribed to already"
    output.text(f"{sentence}, {unusable} without an http(s) address." if unusable else f"{sentence}.")
