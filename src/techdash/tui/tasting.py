"""What the reader wants more and less of, by keys: asked and kept on the library's thread, said in words."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from techdash.errors import TechdashError
from techdash.models.editions import Item, Tastes
from techdash.store import editions, tastes, terms
from techdash.tui import rising
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.store.db import Writer
    from techdash.tui.app import TechdashApp
    from techdash.tui.rooms.edition_rows import EditionItem

_MOST_NAMES = 4
_MOST_DAYS = 3


class Tasted(Struct, frozen=True):
    """What an entry could be wanted for, best first (the last is its source), and what is wanted now."""

    names: list[str]
    tastes: Tastes

    def liking(self, name: str) -> int:
        """1 of an interest, -1 of a mute, 0 of neither."""
        from techdash.editions.tastes import folded

        wanted = folded(name)
        if any(folded(one) == wanted for one in self.tastes.mutes):
            return -1
        return int(any(folded(one) == wanted for one in self.tastes.interests))


def choice(item: Item | None, found: Tasted, liking: int) -> tuple[str, int] | None:
    """What a key for more (1) or less (-1) means on an item: a name, and what is wanted of it from now on.

    On what is muted, more takes the mute away, and less an interest; else it is the best name, and where that
    is said already the source. None where both are.
    """
    if item is not None and item.taste and item.muted is (liking > 0):
        return item.taste, 0
    wanted = [name for name in (*found.names[:1], *found.names[-1:]) if not found.liking(name)]
    return (wanted[0], liking) if wanted else None


# -- on the library's thread


def tasted(conn: sqlite3.Connection, config: Config, title: str, source: str, day: str | None) -> Tasted:
    """The names in a title and its source, with the reader's tastes."""
    from techdash import composing
    from techdash.editions.tastes import names

    known = terms.counts(conn, [day]).get(day, {}) if day else {}
    found = names(title, known)[:_MOST_NAMES]
    return Tasted(
        list(dict.fromkeys([*found, *([source] if source else [])])), composing.tastes(conn, config)
    )


def keep(db: Writer, config: Config, name: str, liking: int, day: str | None, now: int) -> None:
    """Want more (1), less (-1) or neither of something, and show it in the edition of a day at once."""
    tastes.say(db, name, liking, now)
    compose(db, config, day)


def compose(db: Writer, config: Config, day: str | None) -> None:
    """Make the edition of a day anew where it would be another now than when it was made."""
    from techdash import composing

    made_of = editions.composed_key(db.conn, day) if day else None
    if day is None or made_of is None:
        return
    wanted = composing.tastes(db.conn, config)
    if made_of != editions.compose_key(db.conn, day, wanted):
        composing.compose_days(db, [day], wanted, config.aliases)


def compose_for_tastes(db: Writer, config: Config, day: str) -> None:
    """Make the edition of a day anew where other tastes hold now; not where a refresh is going to make it."""
    if day not in editions.uncomposed(db.conn):
        compose(db, config, day)


def take_back(
    db: Writer, config: Config, change: Callable[[Writer, int], str | None], day: str | None, now: int
) -> tuple[str | None, bool]:
    """Undo or redo, and show it at once in the edition of a day and in all that it touches.

    Gives what was done, None where there was nothing to do, and whether it was what is wanted.
    """
    likings, stale = tastes.by_key(db.conn), set(editions.uncomposed(db.conn))
    done = change(db, now)
    is_taste = tastes.by_key(db.conn) != likings
    touched = set(editions.uncomposed(db.conn)) - stale
    if day is not None and (is_taste or day in stale):
        touched.add(day)
    # of many days those that are not on the screen can wait for the next refresh
    for one in sorted(touched) if len(touched) <= _MOST_DAYS else [day]:
        compose(db, config, one)
    return done, is_taste


# -- in the window


def follow_tastes(app: TechdashApp) -> None:
    """The other days are composed as they are walked to, and all of the last ones with the next refresh."""

    async def composed(day: str) -> None:
        # one that can't be written now is shown as it is
        with suppress(TechdashError):
            await app.gateway.write(compose_for_tastes, app.config, day)

    app.digest.read_composed(composed)


async def want(app: TechdashApp, liking: int) -> None:
    """More (1) or less (-1) of what the cursor rests on, said in the last line."""
    current = app.digest.current if app.room == "digest" else None
    if current is not None and current.trend is not None:
        await settle(app, current.trend.term, liking)
        return
    about = _about(app)
    if about is None:
        app.say(app.words("taste_nothing"))
        return
    found = await app.gateway.read(tasted, app.config, *about, app.digest.day)
    item = current.item if current is not None else None
    wanted = choice(item, found, liking) if found else None
    if wanted is None:
        app.say(app.words("taste_already"))
    else:
        await settle(app, *wanted)


async def settle(app: TechdashApp, name: str, liking: int) -> None:
    """Keep what is wanted of a name, show it and say it."""
    here = app.digest.current
    moves = here is None or here.edition.composed  # what others chose stays where they put it
    if liking < 0 and moves:
        app.digest.pass_on()
    follow_tastes(app)
    try:
        await app.gateway.write(keep, app.config, name, liking, app.digest.day, int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    await app.read_again()
    app.say(said(app.words, name, liking, moves=moves))


def said(words: Words, name: str, liking: int, *, moves: bool) -> str:
    """What the last line says of it; ``moves``: where less is wanted of it, it goes to the end of the day."""
    less = "taste_less" if moves else "taste_less_elsewhere"
    return words({1: "taste_more", -1: less, 0: "taste_neither"}[liking], name=name)


async def why(app: TechdashApp) -> None:
    """Show why the item under the cursor is here."""
    current = app.digest.current if app.room == "digest" and not app.reading else None
    if current is not None and current.trend is not None:
        app.say(rising.said(current.trend, app.words))
        return
    item = current.item if current is not None else None
    if current is None or item is None:
        app.say(app.words("why_nothing"))
        return
    source = _source(current)
    found = await app.gateway.read(tasted, app.config, item.title, source, app.digest.day)
    if found is None:
        return
    from techdash.tui.why_screen import WhyScreen

    rule = ""
    if item.featured:
        from techdash.store import ruling

        told = [item.entry_id, *(other.entry_id for other in item.also_in)]
        rule = await app.gateway.read(ruling.featured_by, told) or ""
    app.push_screen(WhyScreen(item, source, found, app.words, rule), app.want_name)


def _about(app: TechdashApp) -> tuple[str, str] | None:
    """The title of what is meant and its source."""
    if app.reading and app.reader.entry is not None:
        row = app.reader.entry.row
        return row.title, row.source_title
    if app.room == "essays":
        essay = app.essays.current
        return (essay.title, essay.source_title) if essay else None
    current = app.digest.current if app.room == "digest" else None
    return (current.item.title, _source(current)) if current and current.item else None


def _source(row: EditionItem) -> str:
    """Where an item is from: its own source, or that of the edition that links to it."""
    return (row.item.source_title if row.item else "") or row.edition.source_title
