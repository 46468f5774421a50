"""The arguments of the program: those of the refresh here, those of a command in its own module."""

from __future__ import annotations

import argparse
import importlib

from techdash.cli.options import Parser

COMMANDS = {
    "digest": "print the edition of a day",
    "read": "print an entry, or a Markdown, HTML or text file",
    "search": "search everything in the library",
    "cheat": "print matching cards of the cheat-sheet",
    "export": "keep an entry, a day, a search or what is for later as files",
    "add": "subscribe to a feed, a page that has one, or a local folder",
    "sources": "list what is subscribed to, with its health; change it",
    "rules": "list the rules for what arrives, and try them",
    "config": "print the settings that hold and where each comes from",
    "doctor": "check library, configuration and terminal",
}
_HOME = "keep everything in this folder, as TECHDASH_HOME does"


class _CommandParser(Parser):
    """A command's parser; the command's module is loaded, and asked for its arguments, when it is used."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        command = self.prog.rpartition(" ")[2]
        importlib.import_module(f"techdash.cli.{command}").arguments(self)
        if command == "search":  # `-word` is a word of the query; one that begins with a space is no option
            args = [f" {arg}" if arg[:1] == "-" and arg[:2] != "--" and arg != "-h" else arg for arg in args]
        self.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help=_HOME)
        return super().parse_known_args(args, namespace)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = Parser(
        prog="techdash",
        description="A terminal reader for the daily digest, long essays and the cheat-sheet. "
        "Without a command it opens the window.",
        epilog="techdash COMMAND --help says more about one command. Exit codes: 0 done, 1 some source "
        "failed, 2 wrong usage, 3 could not run, 4 another refresh is running, 130 interrupted.",
    )
    whole.add_argument("--home", metavar="DIR", help=_HOME)
    whole.add_argument("--version", action="store_true", help="print the version")
    sync = whole.add_argument_group("refreshing")
    sync.add_argument("--refresh", action="store_true", help="fetch what is due from every source, then end")
    sync.add_argument("--json", action="store_true", help="print one JSON object at the end")
    sync.add_argument("--events", action="store_true", help="print a JSON line for everything that happens")
    sync.add_argument("--quiet", action="store_true", help="print nothing but failures")
    sync.add_argument("--force", action="store_true", help="do not wait until sources are due")
    sync.add_argument(
        "--no-jitter", action="store_true", help="start at once, even where nobody waits (from cron, say)"
    )
    sync.add_argument("--source", metavar="ID_OR_URL", action="append", help="only this source; repeatable")
    sync.add_argument(
        "--entry", metavar="ID", type=_number, help="only the page of this entry, for its whole text"
    )
    sync.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_seconds,
        default=0,
        help="wait this long for another refresh to end",
    )
    commands = whole.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", parser_class=_CommandParser, prog="techdash"
    )
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    return whole


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of an entry")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds
