"""What a sync does for the library once all is stored: what is too old goes, days are made right.

A little at a time, each in a short transaction with a pause after it, for others write in between (S-8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from techdash import redating
from techdash.store import dating, retention
from techdash.store.db import Writer

if TYPE_CHECKING:
    from techdash.fulltext import Library

# Seconds between two transactions of one after the other, for who waits to write.
_PAUSE = 0.005


async def expire(library: Library, db: Writer, before: int) -> None:
    """Remove what is from before a moment, as far as nothing holds it.

    Raises:
        LibraryError: the library can't be written; what went before that is gone.
    """
    place: retention.Place | None = retention.START
    while place is not None:
        place = await library(retention.expire, db, before, place)
        await asyncio.sleep(_PAUSE)


async def redate(
    library: Library, db: Writer, way: str, now: Callable[[], float], day_of: Callable[[int], str]
) -> None:
    """Make the stored days right where the reader's days, or the clock, changed.

    ``way`` says how days are counted now, ``day_of`` gives the day of a moment in that way. Raises
    :class:`~techdash.errors.LibraryError` where the library can't be written; the next time goes on there.
    """

    def some(after: int) -> int | None:
        found, further = dating.some(db.conn, after)
        dating.redate(db, way, redating.redated(found, int(now()), day_of), further)
        return further

    def ahead() -> bool:
        """Bring back to now what came while the clock was ahead; False where nothing did."""
        moment = int(now())
        changes = list(redating.redated(dating.ahead(db.conn, moment), moment, day_of))
        if changes:
            dating.redate(db, way, changes, None)
        return bool(changes)

    after = await library(dating.place, db, way)
    while after is not None:
        after = await library(some, after)
        await asyncio.sleep(_PAUSE)
    is_ahead = await library(ahead)
    while is_ahead:
        await asyncio.sleep(_PAUSE)
        is_ahead = await library(ahead)
