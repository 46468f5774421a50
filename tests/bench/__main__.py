"""``python -m tests.bench``: measure, print a line a figure, say which are over their limit."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import keys, refresh, start
from tests.bench.figures import Figure, Setting
from tests.bench.probe import NeverShown

FIGURES: dict[str, Callable[[Setting], Figure | Iterable[Figure]]] = {
    "S2": start.live_digest,
    "S2-10k": start.live_digest_of_fewer,
    "S4": start.quitting,
    "S5-version": start.version,
    "S5-cheat": start.cheat,
    "M1": start.memory,
    "K1": keys.down,
    "K4-week": keys.another_day_of_a_week,
    "K4-years": keys.another_day_of_five_years,
    "D3": keys.essay,
    "R1": refresh.cold,
    "R2": refresh.unchanged,
    "R4": refresh.changed,
}


def main() -> int:
    """Exit status 0 if every figure chosen was measured and is within its limit, else 1."""
    options = _parser().parse_args()
    for name in ("TECHDASH_HOME", "NO_COLOR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        os.environ.pop(name, None)
    chosen = [name for name in FIGURES if re.match(options.only, name)]
    if not chosen:
        print(f"No figure begins like {options.only}; there are {', '.join(FIGURES)}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="techdash-bench-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        if options.small:
            print("Small: every size is a hundredth of what is said, so the figures mean nothing.")
        setting = Setting(work.absolute(), options.rounds, options.small)
        went_well = [_measure(name, setting) for name in chosen]
    return 0 if all(went_well) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Ratios of techdash to other programs, measured in turn on this machine. "
        "Only ratios of one run count: two runs on a noisy machine do not compare.",
    )
    parser.add_argument("--only", default="", metavar="REGEX", help=f"of {', '.join(FIGURES)}")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after a warm-up (default: 7)")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep libraries and feeds here for the next run"
    )
    parser.add_argument(
        "--small", action="store_true", help="a hundredth of the size: tries the bench itself"
    )
    return parser


def _measure(name: str, setting: Setting) -> bool:
    """Measure and print; whether all went well. A figure that can't be had says why, the others go on."""
    try:
        found = FIGURES[name](setting)
        figures = [found] if isinstance(found, Figure) else list(found)
    except (NeverShown, RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"{name:9} not measured: {error}", flush=True)
        return False
    for figure in figures:
        print(figure, flush=True)
    return all(figure.within for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
