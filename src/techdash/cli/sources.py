"""``techdash sources``: what is subscribed to, with its health; changing it, OPML."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from techdash import config
from techdash.cli import opml
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.names import short_name
from techdash.cli.options import Parser, add_json, add_width
from techdash.cli.output import WIDEST, Output, Piece, indented, moment, say
from techdash.errors import UsageError
from techdash.models.sources import KINDS, Kind, Subscription
from techdash.paths import Paths
from techdash.standing import STANDINGS, TROUBLE, Advice, Standing, advice_of, pace_of, standing_of
from techdash.text.urls import without_user

if TYPE_CHECKING:
    from sqlite_utils import Database


_ACTIONS: tuple[tuple[str, str, str | int, str], ...] = (
    ("list", "", 0, "list them, as happens without an action"),
    ("remove", "ID_OR_URL", "+", "unsubscribe; starred entries stay"),
    ("enable", "ID_OR_URL", "+", "have them refreshed again"),
    ("disable", "ID_OR_URL", "+", "keep them, and refresh them no more"),
    ("rename", "TITLE", 1, "call one otherwise"),
    ("kind", "KIND", 1, "say what one brings"),
    ("revive", "ID_OR_URL", "+", "have those that are gone tried once more"),
    ("unmove", "ID_OR_URL", "+", "give those that have moved their former address back"),
    ("import", "FILE", 1, "subscribe to every feed of an OPML file"),
    ("export", "", 0, "print the feeds as OPML"),
)
# Actions on one source that say what it is to be, with the words that are allowed.
_OF_ONE: dict[str, tuple[str, ...]] = {"rename": (), "kind": KINDS}

# What can be done, in the words of the command line.
_ADVICE: dict[Advice, str] = {
    "again": "A fault at its server; it is tried again by itself.",
    "login": "It keeps readers out: look for another feed at its site, or disable it.",
    "missing": "The feed is no longer there: add its new address, and remove this one.",
    "no_feed": "Its address gives no feed any more: `techdash add` finds the feed behind a page.",
    "certificate": "Only its owner can mend the certificate; nothing is fetched without one.",
    "address": "Its address leads nowhere: if others work, add its new one, and remove this one.",
    "large": "It sends more than techdash takes from one source; `techdash sources disable` ends that.",
    "file": "Put the file or folder back, or remove the source.",
    "bug": "What it sent could not be read. It is tried again by itself.",
    "gone": "`techdash sources revive {id}` tries it once more.",
    "waiting": "That is kept to, whatever is asked.",
    "moving": "It is read where it is now; nothing need be done.",
    "moved": "`techdash sources unmove {id}` goes back.",
    "untidy": "What can be read of it is here; nothing need be done.",
    "new": "It has not been asked yet.",
    "off": "`techdash sources enable {id}` has it asked again.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    add_width(parser)
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", parser_class=Parser)
    for name, argument, number, summary in _ACTIONS:
        about = f"{summary[0].upper()}{summary[1:]}."
        action = actions.add_parser(name, help=summary, description=about)
        if name in _OF_ONE:
            action.add_argument("name", metavar="ID_OR_URL")
            action.add_argument("to", metavar=argument, choices=_OF_ONE[name] or None)
            continue
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
    elif action in _OF_ONE:
        _say_of_one(action, options.name, options.to, paths, output)
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


class _Listed(Struct, frozen=True):
    """A source with all that the list says of it."""

    one: Subscription
    standing: Standing
    wait_until: int
    total: int
    unread: int

    @property
    def advice(self) -> str:
        found = advice_of(self.one, self.standing)
        return _ADVICE[found].format(id=self.one.source.id) if found else ""

    @property
    def next_due(self) -> int:
        """When it is asked next; 0 where it is not."""
        state = self.one.state
        if self.standing in ("off", "gone"):
            return 0
        return max(state.next_due, state.not_before, self.wait_until)


def _listed(paths: Paths) -> list[_Listed]:
    from techdash.store import db, sources

    now = int(time.time())
    with closing(open_library(paths)) as library, db.snapshot(library):
        counts = sources.entry_counts(library)
        waits = {one.source.id: until for one, until in sources.waiting(library, now)}
        return [
            _Listed(one, standing_of(one, wait, now), wait, *counts.get(one.source.id, (0, 0)))
            for one in sources.subscriptions(library)
            for wait in (waits.get(one.source.id, 0),)
        ]


def _list(options: argparse.Namespace, paths: Paths, output: Output) -> None:
    found = _listed(paths)
    if options.json:
        output.json([_as_json(each) for each in found])
        return
    settings = config.load(paths.config)
    _print(found, output, output.width(options.width, WIDEST), settings.ambiguous)
    if not found:
        say("There is no source; techdash add URL subscribes to one.")


def _as_json(listed: _Listed) -> dict[str, Any]:
    source, state = listed.one.source, listed.one.state
    return {
        "id": source.id,
        "kind": source.kind,
        "title": source.title,
        "url": without_user(source.url),
        "enabled": source.enabled,
        "state": state.state,
        "last_ok": moment(state.last_ok),
        "next_due": moment(state.next_due),
        "failures": state.failures,
        "error": state.error or None,
        "standing": listed.standing,
        "advice": listed.advice or None,
        "note": "; ".join(filter(None, (state.note, state.pages_note))) or None,
        "site_url": without_user(source.site_url) or None,
        "previous_url": without_user(state.previous_url) or None,
        "moved_to": without_user(state.moved_to) or None,
        "http": state.http,
        "last_checked": moment(state.last_checked),
        "last_new": moment(state.last_new),
        "failing_since": moment(state.failing_since),
        "waits_until": moment(listed.wait_until),
        "pace": pace_of(listed.one),
        "entries": listed.total,
        "unread": listed.unread,
    }


def _print(found: list[_Listed], output: Output, width: int, ambiguous: int) -> None:
    from techdash.text import cells

    longest = max((cells.width(each.one.source.id, ambiguous) for each in found), default=0)
    column = min(longest, max(8, width // 3))
    kind = ""
    # those in trouble first within their kind; titles as the library sorts them
    order = sorted(found, key=lambda each: (each.one.source.kind, STANDINGS.index(each.standing)))
    for each in order:
        source, state = each.one.source, each.one.state
        if source.kind != kind:
            if kind:
                output.text()
            output.pieces([(source.kind, "heading2")])
        kind = source.kind
        name = cells.truncate(source.id, column, ambiguous=ambiguous)
        role = "callout" if each.standing in TROUBLE else "muted"
        unread = f"{each.unread}/{each.total}"
        head: list[Piece] = [
            ("  " + cells.pad(name, column, ambiguous=ambiguous), "strong"),
            (f"  {each.standing:<8} {_day(state.last_ok):<10}  {unread:>9}  ", role),
        ]
        left = width - sum(cells.width(text, ambiguous) for text, _ in head)
        if left >= 8:
            head.append((cells.truncate(source.title, left, ambiguous=ambiguous), ""))
        output.pieces(head)
        for remark in _remarks(each):
            indented(output, [(remark, "muted")], width, "    ", ambiguous)


def _remarks(each: _Listed) -> Iterator[str]:
    """Why a source stands as it does, since when, and what to do; nothing where all is well."""
    state = each.one.state
    if state.error:
        yield state.error
    if state.failures:
        since = f" since {_moment(state.failing_since)}" if state.failing_since else ""
        then = f"; next {_moment(each.next_due)}" if each.next_due else ""
        yield f"Failed {state.failures} {'time' if state.failures == 1 else 'times in a row'}{since}{then}."
    if state.moved_note:
        yield state.moved_note
    if state.note:
        yield state.note
    if state.pages_note:
        yield state.pages_note
    if each.advice and each.standing not in ("new", "untidy"):
        yield each.advice


def _day(seconds: int | None) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds)) if seconds else "-"


def _moment(seconds: int | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds)) if seconds else "-"


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
            elif action == "revive":
                sources.revive(database, source.id)
            elif action == "unmove":
                sources.undo_move(database, source.id)
            else:
                sources.set_enabled(database, source.id, action == "enable")
            output.text(f"{action.capitalize()}d: {source.id} ({source.title}).")
    finally:
        database.close()


def _say_of_one(action: str, name: str, to: str, paths: Paths, output: Output) -> None:
    """Rename a source, or change its kind."""
    from techdash.store import sources

    with closing(open_library(paths)) as library:
        source = _find(library, name).source
    database = _writer(paths)
    try:
        if action == "rename":
            sources.retitle(database, source.id, to)
        else:
            sources.set_kind(database, source.id, cast("Kind", to))
        changed = sources.find(database.conn, source.id)
    finally:
        database.close()
    if changed is not None:
        output.text(f"{source.id}: {changed.source.title}, {changed.source.kind}.")


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
    named = [replace(one, id=one.id or short_name(one.title, one.url)) for one in wanted]
    database = _writer(paths)
    try:
        added = sources.subscribe_all(database, named, int(time.time()))
    finally:
        database.close()
    for source in added:
        output.text(f"Added: {source.id} ({source.title}).")
    sentence = f"{len(added)} added, {len(wanted) - len(added)} subscribed to already"
    output.text(f"{sentence}, {unusable} without an http(s) address." if unusable else f"{sentence}.")
