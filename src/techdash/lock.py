"""The lock that one refresh of a library holds at a time: the kernel's, on a file with the holder's number.

It goes with the process that holds it, however that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

from techdash.errors import AlreadyRefreshing


@contextlib.asynccontextmanager
async def held(path: Path, wait: float) -> AsyncIterator[None]:
    """Hold the lock, waiting ``wait`` seconds for whoever has it.

    Raises:
        AlreadyRefreshing: another process holds it all that time.
    """
    deadline = time.monotonic() + wait
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # Without a number the holder has only just begun, or is about to end.
                if time.monotonic() >= deadline and (holder := os.pread(file, 20, 0).strip()).isdigit():
                    raise AlreadyRefreshing(int(holder)) from None
                await asyncio.sleep(0.05)
        os.ftruncate(file, 0)
        os.pwrite(file, b"%d\n" % os.getpid(), 0)
        yield
        os.ftruncate(file, 0)
    finally:
        os.close(file)
