"""From arguments to an exit code: which command runs, and what a reader sees of its errors."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Sequence

from techdash import __version__
from techdash import paths as places
from techdash.cli.codes import CANNOT_RUN, DONE, INTERRUPTED
from techdash.cli.output import Output, OutputClosed, say
from techdash.errors import TechdashError, UsageError
from techdash.paths import Paths

_OF_REFRESH = ("events", "quiet", "force", "source", "entry", "wait", "no_jitter")
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
    except OSError as error:
        if error.filename is None:
            return _unexpected(error, found)
        say(f"{os.fsdecode(error.filename)} can't be used: {error.strerror}.")
        return CANNOT_RUN
    except Exception as error:  # noqa: BLE001 - the one place that catches everything
        return _unexpected(error, found)
    return code


def _dispatch(arguments: Sequence[str], output: Output, found: list[Paths]) -> int:
    """``found`` receives the paths as soon as they are known, for the log."""
    if not arguments or (len(arguments) == 2 and arguments[0] == "--home"):
        # every import counts before the window's first frame, argparse's too
        home = arguments[1] if arguments else None
        found.append(places.find(home))
        return _window(home, found[0])
    from techdash.cli.parser import parser

    try:
        options = parser().parse_args(list(arguments))
    except SystemExit:  # --help has printed what it had to
        return DONE
    if options.version:
        output.text(f"techdash {__version__}")
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
