"""What the arguments of several commands share."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from techdash.cli.output import NARROWEST, WIDEST, WIDTH_OF_A_PIPE, columns
from techdash.errors import UsageError


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Given a width, argparse doesn't import shutil to ask for it; it makes one for every argument.
    return argparse.HelpFormatter(prog, width=(columns(sys.stdout) if sys.stdout else WIDTH_OF_A_PIPE) - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are one sentence."""

    def __init__(self, *, prog: str, description: str | None = None, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=_formatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def add_json(parser: argparse._ActionsContainer) -> None:
    """``--json``; suppressed where absent, so that one given before the command stays."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def add_width(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--width", metavar="N", type=_cells, help="lines of at most N cells")


def whole_number(text: str) -> int:
    """A number of at least one, as an argument's type."""
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _cells(text: str) -> int:
    if not (text.isdecimal() and NARROWEST <= int(text) <= WIDEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a width from {NARROWEST} to {WIDEST}")
    return int(text)
