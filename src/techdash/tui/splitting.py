"""Splitting a story that is none: its entries stand by themselves, at once and from then on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from techdash.errors import TechdashError
from techdash.store import marks
from techdash.tui import tasting

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.store.db import Writer
    from techdash.tui.app import TechdashApp


def keep(db: Writer, config: Config, entry_id: int, now: int) -> bool:
    """Keep the entries of a story apart, on the library's thread; False where there is one only."""
    days = marks.split(db, entry_id, now)
    for day in days:
        tasting.compose(db, config, day)
    return bool(days)


async def split(app: TechdashApp) -> None:
    """Split the story under the cursor, and say so."""
    current = app.digest.current if app.room == "digest" and not app.reading else None
    item = current.item if current is not None else None
    if item is None or not item.also_in:
        app.say(app.words("split_nothing"))
        return
    try:
        done = await app.gateway.write(keep, app.config, item.entry_id, int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    await app.read_again()
    app.say(app.words("split" if done else "split_nothing"))
