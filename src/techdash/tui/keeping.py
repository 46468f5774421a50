"""Keeping a search under a name, so that it is a list of the essay room, and renaming it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from techdash.errors import TechdashError
from techdash.store import searches
from techdash.text.clean import one_line
from techdash.tui.dialogs import Ask

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp


def keep(app: TechdashApp) -> None:
    """Keep what the list is narrowed to; on a list that is kept already, rename it."""
    room = None if app.room == "cheatsheet" else app.list_room
    if room is app.essays and app.essays.chosen is not None and not app.essays.narrowing:
        name = app.essays.chosen.name
        prompt = app.words("list_rename", name=name)
        app.push_screen(Ask(prompt, name, app.words("rename_keys")), lambda new: _rename(app, new))
    elif room is app.essays and app.essays.wanted is not None:
        ask(app, str(app.essays.wanted))
    elif room is not None and room.line is not None and room.narrowing:
        ask(app, str(room.line.meant))
    else:
        app.say(app.words("search.nothing_to_keep"))


def ask(app: TechdashApp, query: str) -> None:
    """Ask for a name to keep a query under."""
    if not query:
        app.say(app.words("search.nothing_to_keep"))
        return

    def named(given: str | None) -> None:
        if given is not None:
            app.carry_out(_keep(app, _name(given), query))

    app.push_screen(Ask(app.words("search.name", query=query), "", app.words("search.name_keys")), named)


async def _keep(app: TechdashApp, name: str, query: str) -> None:
    try:
        await app.gateway.write(searches.save, name, query, int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    await app.read_again()
    app.say(app.words("search.kept", name=name))


def _rename(app: TechdashApp, given: str | None) -> None:
    if given is not None:
        app.carry_out(app.essays.rename_list(_name(given)))


def _name(given: str) -> str:
    return one_line(given)[: searches.LONGEST_NAME].strip()
