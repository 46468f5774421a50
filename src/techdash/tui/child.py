"""The refresh as a child process: starts ``techdash --refresh --events`` and reads its lines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

LINE_LIMIT = 1 << 20


class Child:
    """One refresh at a time. The child outlives a killed window only until it next writes."""

    def __init__(self, home: str | None) -> None:
        self._home = home
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The running child's process."""
        return self._process.pid if self._process else None

    async def run(self, *arguments: str) -> AsyncIterator[dict[str, Any]]:
        """Refresh, yielding the child's events; the last is ``{"event": "exit", "code": …}``."""
        # -P: what lies in the folder techdash was started in must not be imported for a module of ours
        command = [sys.executable, "-P", "-m", "techdash", "--refresh", "--events", *arguments]
        if self._home:
            command += ["--home", self._home]
        self._process = process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LINE_LIMIT,
            env=dict(os.environ, PYTHONUTF8="1"),
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101 - we asked for a pipe
        try:
            while line := await process.stdout.readline():
                with contextlib.suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict):
                        yield found
            yield {"event": "exit", "code": await process.wait()}
        finally:
            self._process = None
            self._end(process)

    def stop(self) -> None:
        """End the child: it finishes its current transaction and goes."""
        if self._process is not None:
            self._end(self._process)

    @staticmethod
    def _end(process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
