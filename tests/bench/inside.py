"""A window watched from within: how long its loop stood still, and what its first frame had loaded.

As a program (``inside.py FILE hello``, ``inside.py FILE techdash ARGUMENTS``) it opens the window and appends
to FILE a line ``stall AT SECONDS`` whenever the loop came back late (AT: ``time.perf_counter``, one clock for
all processes), and a line ``modules NAME NAME …`` when the first live frame stands.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

    from tests.bench.probe import Probe

DEAR = ("httpx", "feedparser", "lxml", "trafilatura", "sqlite_utils")
"""What the first frame must not wait for."""

TICK = 0.002
_TOLD_FROM = 0.002


# -- read by the bench


def watched(notes: Path, env: Mapping[str, str], *program: str | Path) -> Probe:
    """``techdash`` with its arguments, or ``hello``, in a pty, its notes written to a new file."""
    from tests.bench.probe import Probe

    notes.unlink(missing_ok=True)
    return Probe([sys.executable, "-P", __file__, notes, *program], env)


def modules(work: Path, pattern: str, env: Mapping[str, str], *program: str | Path) -> list[str]:
    """The modules loaded when the first live frame stood."""
    notes = work / "modules.txt"
    with watched(notes, env, *program) as probe:
        probe.until(pattern)
        probe.settle()
    (line,) = [line for line in notes.read_text("utf-8").splitlines() if line.startswith("modules ")]
    return line.split()[1:]


def worst_stall(notes: Path, since: float, until: float) -> float:
    """Seconds by which the loop came back late at most, between two moments of ``time.perf_counter``."""
    lines = (line.split() for line in notes.read_text("utf-8").splitlines() if line.startswith("stall "))
    return max((float(late) for _, at, late in lines if since <= float(at) <= until), default=0.0)


# -- run in the window's process


def _watching(base: type[App[Any]], notes: int) -> type[App[Any]]:
    """The app with an observer; Textual calls these handlers beside those of the class itself."""

    class Watched(base):  # type: ignore[misc, valid-type]
        def on_mount(self) -> None:
            self.watching = asyncio.create_task(_tick(notes))
            if not hasattr(base, "on_digest_shown"):
                self.call_after_refresh(self.on_digest_shown)

        def on_digest_shown(self) -> None:
            os.write(notes, f"modules {' '.join(sys.modules)}\n".encode())

    return Watched


async def _tick(notes: int) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        now = time.perf_counter()
        if (late := now - began - TICK) > _TOLD_FROM:
            os.write(notes, f"stall {now} {late}\n".encode())


def main() -> None:
    """Open the program that the arguments name."""
    notes = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    program, *sys.argv[1:] = sys.argv[2:]
    if program == "hello":
        sys.path.append(os.path.dirname(__file__))  # noqa: PTH120 - hello must not load pathlib for us
        from peers import Hello  # type: ignore[import-not-found]

        _watching(Hello, notes)().run()
        return
    import techdash.cli
    from techdash.tui import app

    app.TechdashApp = _watching(app.TechdashApp, notes)  # type: ignore[misc, assignment]
    sys.exit(techdash.cli.main())


if __name__ == "__main__":
    main()
