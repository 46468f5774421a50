"""How many bytes of documents are held at one time, from the network until what they say is stored.

Most documents are small and pass unhindered. What a source brings beyond a mebibyte waits its turn: a
connection that nobody reads holds its server back, and not our memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

# Of each source, what isn't counted; and of all of them together, what may be held beyond that.
FREE = 1 << 20
MOST = 12 << 20


class Holding:
    """What is held beyond ``free`` bytes a source, ``most`` bytes of all of them.

    The source that has been large for the longest may have more than that, for else each could wait for the
    others' end: it is the one whose end is sure.
    """

    def __init__(self, most: int = MOST, free: int = FREE) -> None:
        self.free = free
        self.held = 0
        self._most = most
        self._parts: dict[Part, None] = {}
        self._changed = asyncio.Event()

    @contextmanager
    def part(self) -> Iterator[Part]:
        """One source's part, given back at the end."""
        part = Part(self)
        try:
            yield part
        finally:
            self.held -= part.counted
            self._parts.pop(part, None)
            self._changed.set()
            self._changed = asyncio.Event()

    def take(self, part: Part, size: int) -> bool:
        """Count so many bytes more as held, if there is room for them now."""
        self._parts.setdefault(part)
        if self.held + size > self._most and next(iter(self._parts)) is not part:
            return False
        self.held += size
        part.counted += size
        return True

    async def change(self) -> None:
        """Wait until somebody gives back what he held."""
        await self._changed.wait()


class Part:
    """What is held for one source: ``size`` bytes, of which ``counted`` are beyond the free ones."""

    def __init__(self, holding: Holding) -> None:
        self.size = 0
        self.counted = 0
        self._holding = holding

    def fits(self, size: int) -> bool:
        """Hold so many bytes more, if that can be now; if not, :meth:`wait_for` them."""
        beyond = max(0, self.size + size - self._holding.free) - self.counted
        if beyond > 0 and not self._holding.take(self, beyond):
            return False
        self.size += size
        return True

    async def wait_for(self, size: int) -> None:
        """Hold so many bytes more as soon as that can be."""
        while not self.fits(size):
            await self._holding.change()
