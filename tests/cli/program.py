"""The real program in a process of its own, on a home of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What must never reach a terminal or a pipe (T-1), newline and tab excepted.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Program:
    """techdash on one home."""

    home: Path

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "techdash", *map(str, arguments)]

    def environment(self, **changes: str) -> dict[str, str]:
        return {**os.environ, "TECHDASH_HOME": str(self.home), "PYTHONUTF8": "1", **changes}

    def run(self, *arguments: str | Path, **changes: str) -> Done:
        """Run to the end with both outputs piped; ``changes`` are environment variables."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(self, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Have it run beside the test; ended with the block at the latest."""
        with subprocess.Popen(
            self.command(*arguments),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def in_terminal(self, *arguments: str | Path, typed: bytes = b"", **changes: str) -> Done:
        """Run with all three of its files a terminal of 80 columns; ``out`` is all it wrote there."""
        parent, child = pty.openpty()
        process = subprocess.Popen(
            self.command(*arguments),
            env=self.environment(**{"TERM": "xterm-256color", "COLUMNS": "80", **changes}),
            stdin=child,
            stdout=child,
            stderr=child,
        )
        os.close(child)
        if typed:
            os.write(parent, typed)
        try:
            written = b"".join(_until_closed(parent))
            return Done(process.wait(PATIENCE), written.decode(), "")
        finally:
            process.kill()
            process.wait()
            os.close(parent)


def _until_closed(terminal: int) -> Iterator[bytes]:
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed (EIO)
            return
        if not piece:
            return
        yield piece
    raise TimeoutError("the program still holds its terminal")
