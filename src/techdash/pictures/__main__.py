"""The process that fetches and decodes pictures and may be killed: jobs on standard input, answers on output.

``python -P -m techdash.pictures FOLDER`` keeps what it fetched in the folder. It ends with its input. What it
may use of the machine is bounded, and it starts no other program.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

from techdash.feeds.client import Client
from techdash.pictures import wire
from techdash.pictures.cache import Cache
from techdash.pictures.decode import NotShown, decode
from techdash.pictures.origin import GAP, LIMITS, NotHad, bytes_of, key_of
from techdash.text.clean import one_line
from techdash.text.urls import host

_MEMORY = 1 << 30
_FILES = 64
_FILE_SIZE = 16 << 20
_CPU_SECONDS = 600
# In turns, lest their bytes and pixels add up to more than the memory there is.
_AT_ONCE = 4


async def answer(job: wire.Job, client: Client, cache: Cache) -> wire.Pixels | wire.Refused:
    """The pixels of a job's picture, or why there are none."""
    try:
        body, news = await bytes_of(job, client, cache)
        width, height, natural, rgba = decode(body, job.width, job.height)
    except NotHad as refusal:
        return wire.Refused(job.number, refusal.kind, one_line(host(job.src)), refusal.http)
    except NotShown as refusal:
        return wire.Refused(job.number, refusal.kind, one_line(host(job.src)))
    except Exception:  # noqa: BLE001 - one picture's trouble is told as its own, and the next is read
        traceback.print_exc()
        return wire.Refused(job.number, "damaged", one_line(host(job.src)))
    if news:
        cache.put(key_of(job), body)
    return wire.Pixels(job.number, width, height, natural, rgba)


async def serve(folder: Path) -> None:
    """Answer jobs until the input ends."""
    loop = asyncio.get_running_loop()
    # What a library prints must not get among the answers.
    way_out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    jobs = asyncio.StreamReader(limit=wire.LARGEST_FRAME)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(jobs), sys.stdin.buffer)
    client, cache, slots = Client(LIMITS, gap=GAP), Cache(folder), asyncio.Semaphore(_AT_ONCE)
    running: set[asyncio.Task[None]] = set()

    async def one(job: wire.Job) -> None:
        async with slots:
            frame = memoryview(wire.encode(await answer(job, client, cache)))
            while frame:
                frame = frame[way_out.write(frame) :]

    with contextlib.suppress(asyncio.IncompleteReadError, BrokenPipeError):
        while True:
            (length,) = wire.LENGTH.unpack(await jobs.readexactly(wire.LENGTH.size))
            task = asyncio.create_task(one(wire.decode_job(await jobs.readexactly(length))))
            running.add(task)
            task.add_done_callback(running.discard)
    # Nobody is left to be answered.
    os._exit(0)


def main() -> None:
    """Answer jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_ourselves()
    asyncio.run(serve(Path(sys.argv[1])))


def _bound_ourselves() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, _FILE_SIZE),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        # Some systems know a limit and won't set it; the parent's clock still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
