"""``python -m tests.bench``: measure, print a line a figure, say which are over their limit."""

from __future__ import annotations

import argparse
import compileall
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import techdash
from tests.bench.figures import Measure, NotHere, Row, Setting
from tests.bench.probe import NeverShown
from tests.bench.table import SLOW, TABLE

_OF_A_PERSON = (
    "TECHDASH_HOME",
    "PYTHONDONTWRITEBYTECODE",
    "NO_COLOR",
    "LESS",
    "http_proxy",
    "HTTP_PROXY",
    "all_proxy",
    "ALL_PROXY",
)


def main() -> int:
    """Exit status 0 if every figure chosen was measured and is within its limit, else 1."""
    options = _parser().parse_args()
    for name in _OF_A_PERSON:
        os.environ.pop(name, None)
    # as installing does: compiling every module at every start would be measured instead
    compileall.compile_dir(Path(techdash.__file__).parent, quiet=1)
    chosen = [
        (measure, rows)
        for measure, rows in TABLE
        if any(re.match(options.only, row.id) for row in rows) and (options.slow or measure not in SLOW)
    ]
    if not chosen:
        print(f"No figure begins like {options.only}; there are {_names()}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="techdash-bench-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        if options.small:
            print("Small: nearly every size is a hundredth of what is said, so the figures mean nothing.")
        setting = Setting(work.absolute(), options.rounds, options.small)
        went_well = [_measure(measure, rows, setting) for measure, rows in chosen]
    return 0 if all(went_well) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Ratios of techdash to other programs, measured in turn on this machine. "
        "Only ratios of one run count: two runs on a noisy machine do not compare.",
    )
    parser.add_argument("--only", default="", metavar="REGEX", help=f"of {_names()}")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after a warm-up (default: 7)")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep libraries and feeds here for the next run"
    )
    parser.add_argument(
        "--small", action="store_true", help="a hundredth of the size: tries the bench itself"
    )
    parser.add_argument(
        "--slow", action="store_true", help="also beside newsboat with 100,000 entries: half a minute a round"
    )
    return parser


def _names() -> str:
    return ", ".join(row.id for _, rows in TABLE for row in rows)


def _measure(measure: Measure, rows: Sequence[Row], setting: Setting) -> bool:
    """Measure and print; whether all went well. A figure that can't be had says why, the others go on."""
    began = time.perf_counter()
    name = rows[0].id
    try:
        found = measure(setting)
    except NotHere as missing:
        print(f"{name:20} not here: {missing}", flush=True)
        return True
    except (NeverShown, RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"{name:20} not measured: {error}", flush=True)
        return False
    for row, values in zip(rows, found, strict=True):
        print(row.line(values), flush=True)
    print(f"{'':20} {time.perf_counter() - began:.0f} s", flush=True)
    return all(row.within(values) for row, values in zip(rows, found, strict=True))


if __name__ == "__main__":
    sys.exit(main())
