"""From arguments to an exit code: which command runs, and what a reader sees of its errors."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence

from techdash import __version__
from techdash import paths as places
from techdash.cli.codes import CANNOT_RUN, DONE, INTERRUPTED
from techdash.cli.options import Parser
from techdash.cli.output import Output, OutputClosed, say
from techdash.errors import TechdashError, UsageError
from techdash.paths import Paths

COMMANDS = {
    "digest": "print the edition of a day",
    "read": "print an entry, or a Markdown, HTML or text file",
    "search": "search everything in the library",
    "cheat": "print matching cards of the cheat-sheet",
    "add": "subscribe to a feed, a page that has one, or a local folder",
    "sources": "list what is subscribed to, with its health; change it",
    "doctor": "check library, configuration and terminal",
}
_OF_REFRESH = ("events", "quiet", "force", "source", "wait")
_HOME = "keep everything in this folder, as TECHDASH_HOME does"
_LARGEST_LOG = 1_000_000


def run(arguments: Sequence[str]) -> int:
    """Run one command; whatever goes wrong ends as one sentence on standard error and an exit code."""
    output = Output()
    found: list[Paths] = []
    try:
        code = _dispatch(arguments, output, found)
        output.flush()
    except OutputClosed:
        return DONE
    except TechdashError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place that catches everything
        return _unexpected(error, found)
    return code


def _dispatch(arguments: Sequence[str], output: Output, found: list[Paths]) -> int:
    """``found`` receives the paths as soon as they are known, for the log."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit:  # --help and --version have printed what they had to
        return DONE
    paths = places.find(options.home)
    found.append(paths)
    command = options.command
    if options.refresh:
        if command:
            raise UsageError(f"--refresh and {command} are two commands; run one after the other.")
        command = "sync"
    elif lost := [f"--{name}" for name in _OF_REFRESH if getattr(options, name)]:
        raise UsageError(f"{lost[0]} goes with --refresh.")
    if command is None:
        if options.json:
            raise UsageError("--json goes with --refresh or with a command; techdash --help lists them.")
        return _window(options.home, paths)
    module = importlib.import_module(f"techdash.cli.{command}")
    code: int = module.run(options, paths, output)
    return code


def _window(home: str | None, paths: Paths) -> int:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageError("techdash needs a terminal; try techdash digest.")
    from techdash import config

    settings = config.load(paths.config)
    paths.make()
    from techdash.tui.launch import run as open_window

    return open_window(paths, settings, home)


class _CommandParser(Parser):
    """A command's parser; the command's module is loaded, and asked for its arguments, when it is used."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def, override]
        command = self.prog.rpartition(" ")[2]
        importlib.import_module(f"techdash.cli.{command}").arguments(self)
        self.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help=_HOME)
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="techdash",
        description="A terminal reader for the daily digest, long essays and the cheat-sheet. "
        "Without a command it opens the window.",
        epilog="techdash COMMAND --help says more about one command. Exit codes: 0 done, 1 some source "
        "failed, 2 wrong usage, 3 could not run, 4 another refresh is running, 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--home", metavar="DIR", help=_HOME)
    parser.add_argument("--version", action="version", version=f"techdash {__version__}")
    sync = parser.add_argument_group("refreshing")
    sync.add_argument("--refresh", action="store_true", help="fetch what is due from every source, then end")
    sync.add_argument("--json", action="store_true", help="print one JSON object at the end")
    sync.add_argument("--events", action="store_true", help="print a JSON line for everything that happens")
    sync.add_argument("--quiet", action="store_true", help="print nothing but failures")
    sync.add_argument("--force", action="store_true", help="do not wait until sources are due")
    sync.add_argument("--source", metavar="ID_OR_URL", action="append", help="only this source; repeatable")
    sync.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_seconds,
        default=0,
        help="wait this long for another refresh to end",
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", parser_class=_CommandParser, prog="techdash"
    )
    for name, summary in COMMANDS.items():
        commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
        )
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


def _unexpected(error: Exception, found: Sequence[Paths]) -> int:
    """Write the traceback to the log, and say where it is."""
    import traceback

    from techdash.text.clean import clean

    trace = clean("".join(traceback.format_exception(error)))
    arguments = clean(" ".join(sys.argv[1:]))
    try:
        log = (found[0] if found else places.find()).log
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            flags |= os.O_TRUNC
        with open(os.open(log, flags, 0o600), "a", encoding="utf-8") as file:  # noqa: PTH123 - mode 0600
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} techdash {__version__} {arguments}\n{trace}\n")
        say(f"Something went wrong that should not have ({type(error).__name__}); {log} says what.")
    except OSError:
        say(f"Something went wrong that should not have ({type(error).__name__}: {error}).")
    return CANNOT_RUN
