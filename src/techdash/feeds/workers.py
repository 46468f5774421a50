"""The parent's side of parsing: child processes that read documents for us and can be killed.

A child has no file of ours but its three pipes. It ends when its input does, so none outlives us.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import techdash
from techdash.feeds import wire
from techdash.feeds.wire import Job, Refused

LONGEST_JOB = 45.0
JOBS_OF_A_CHILD = 200  # then a fresh one takes over, for parsers leak
# A child costs a third of a second of imports; a job that has waited longer is worth another one.
PATIENCE = 0.5

_TOO_LONG = "This document took too long to read."
_COMMAND = (sys.executable, "-P", "-m", "techdash.worker")
_BUFFER = 1 << 20
_PIECE = 256 << 10
_F_SETPIPE_SZ = getattr(fcntl, "F_SETPIPE_SZ", None)  # Linux


class _Child:
    """One worker process, and how many jobs it has had."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.jobs = 0

    async def ask(self, frame: bytearray) -> bytes:
        """Send a job, which empties its frame, and read the answer.

        OSError or EOFError where the process is gone or talks nonsense.
        """
        entrance, way_out = self.process.stdin, self.process.stdout
        if entrance is None or way_out is None:
            raise EOFError
        self.jobs += 1
        # Piece by piece, for what the pipe doesn't take at once is copied; and not kept while it is read.
        for start in range(0, len(frame), _PIECE):
            entrance.write(frame[start : start + _PIECE])
            await entrance.drain()
        frame.clear()
        (length,) = wire.LENGTH.unpack(await way_out.readexactly(wire.LENGTH.size))
        if length > wire.LARGEST_ANSWER:
            raise EOFError
        return await way_out.readexactly(length)

    async def end(self) -> int:
        """Kill the process, wait for its end, and close its pipes, unread answers and all; how it ended."""
        if self.process.returncode is None:
            # Not Process.kill(): it may reap the child before asyncio does, which then complains.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
        code = await self.process.wait()
        self.process._transport.close()  # type: ignore[attr-defined]  # nothing public does this
        return code


class WorkerPool:
    """Up to ``size`` worker processes, each started when there is work for it.

    Args:
        size: processes at most.
        longest_job: seconds by the clock after which a job's process is killed.
        command: what to start.
        log: the file that gets what the processes write to their standard error.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        longest_job: float = LONGEST_JOB,
        command: Sequence[str] = _COMMAND,
        log: Path | None = None,
    ) -> None:
        self._size = size
        self._longest_job = longest_job
        self._command = command
        self._log = log
        self._children: set[_Child] = set()
        self._idle: list[_Child] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._waiting: deque[asyncio.Future[_Child]] = deque()
        self._large = asyncio.Lock()

    def start(self) -> None:
        """Start the first process now, so that its imports overlap with what we do meanwhile."""
        if not self._children and not self._starting:
            self._begin()

    async def parse(self, job: Job) -> bytes | Refused:
        """A worker's answer, for :func:`techdash.feeds.wire.decode_answer`; large jobs one after the other.

        A process that dies or takes too long is this job's failure alone: it is replaced for the next.
        """
        async with self._large if wire.size(job) > wire.LARGE else contextlib.nullcontext():
            try:
                child = await self._next_child()
            except OSError as error:
                return Refused(
                    "parse", f"The process that reads documents can't be started: {error.strerror}."
                )
            # Not before: a job that waits would be held twice.
            frame = wire.encode_job(job)
            del job
            usable = False
            try:
                async with asyncio.timeout(self._longest_job):
                    answer = await child.ask(frame)
                usable = child.jobs < JOBS_OF_A_CHILD
                return answer
            except TimeoutError:
                return Refused("parse", _TOO_LONG)
            except (OSError, EOFError):
                if await child.end() == -signal.SIGXCPU:
                    return Refused("parse", _TOO_LONG)
                return Refused("parse", "Reading this document failed: the process that read it broke down.")
            finally:
                self._give_back(child, usable)

    async def aclose(self) -> None:
        """End every process."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*self._ending, *(child.end() for child in self._children))
        self._children.clear()

    async def _next_child(self) -> _Child:
        if self._idle:
            return self._idle.pop()
        loop = asyncio.get_running_loop()
        place: asyncio.Future[_Child] = loop.create_future()
        self._waiting.append(place)
        self.start()
        late = loop.call_later(PATIENCE, self._begin)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and not place.exception():
                self._give_back(place.result(), usable=True)
            raise
        finally:
            late.cancel()

    def _give_back(self, child: _Child, usable: bool) -> None:
        if not usable:
            self._children.discard(child)
            ending = asyncio.create_task(child.end(), name="end a worker process")
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            if self._waiting:
                self.start()
        elif (place := self._next_place()) is not None:
            place.set_result(child)
        else:
            self._idle.append(child)

    def _next_place(self) -> asyncio.Future[_Child] | None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                return place
        return None

    def _begin(self) -> None:
        if len(self._children) + len(self._starting) >= self._size:
            return
        task = asyncio.create_task(self._start_one(), name="start a worker process")
        self._starting.add(task)

    async def _start_one(self) -> None:
        me = asyncio.current_task()
        try:
            child = _Child(await self._spawn())
        except OSError as error:
            if place := self._next_place():
                place.set_exception(error)
            self._starting.discard(me)
            if self._waiting:
                self.start()
            return
        self._starting.discard(me)
        self._children.add(child)
        self._give_back(child, usable=True)

    async def _spawn(self) -> asyncio.subprocess.Process:
        log = subprocess.DEVNULL if self._log is None else os.open(self._log, _APPEND, 0o600)
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                limit=_BUFFER,
            )
            _widen(process)
            return process
        finally:
            if log >= 0:
                os.close(log)


def _widen(process: asyncio.subprocess.Process) -> None:
    """Let a job and an answer fit into their pipes, so that neither side waits for the other, bit by bit."""
    if _F_SETPIPE_SZ is None:
        return
    for number in (0, 1):
        pipe = process._transport.get_pipe_transport(number)  # type: ignore[attr-defined]  # nothing public does this
        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe.get_extra_info("pipe"), _F_SETPIPE_SZ, _BUFFER)


_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


def _environment() -> dict[str, str]:
    """Ours; and where we run from a folder that only ``python -m`` put on the path, that folder too."""
    here = str(Path(techdash.__file__).parent.parent)
    if sys.path[:1] != [here]:
        return dict(os.environ)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
