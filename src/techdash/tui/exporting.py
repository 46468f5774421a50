"""What ``e`` does: asks once what to export and as what, writes the files, and says where they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from techdash import days
from techdash.exports import choice
from techdash.exports.choice import FORMATS, Chosen, Format
from techdash.exports.files import Kept, folder
from techdash.tui import marking
from techdash.tui.dialogs import Choose

if TYPE_CHECKING:
    import sqlite3

    from techdash.tui.app import TechdashApp

Read = Callable[["sqlite3.Connection"], Chosen]


async def ask(app: TechdashApp) -> None:
    """Offer what there is here to export, and as what."""
    found = await _offered(app)
    words = app.words
    labels = [
        words("export.as", what=what, format=words(f"export.{form}")) for what, _ in found for form in FORMATS
    ]

    def choose(number: int | None) -> None:
        if number is not None:
            _, read = found[number // len(FORMATS)]
            app.carry_out(_export(app, read, FORMATS[number % len(FORMATS)]))

    app.push_screen(Choose(words("export.prompt"), labels, -1, words), choose)


async def _offered(app: TechdashApp) -> list[tuple[str, Read]]:
    words, language = app.words, app.words.language
    found: list[tuple[str, Read]] = []
    now, today = time.time(), days.today(app.config)
    query = app.searched
    ids = await marking.meant(app) if app.screen is app.desk else []
    if query:
        name = str(query)
        found.append(
            (
                words("export.search", query=name),
                partial(choice.of_search, query=query, name=name, now=now, today=today),
            )
        )
    several = len(ids) > 1
    day = app.digest.day if query is None and app.room == "digest" and not app.reading else None
    if several:
        title = words("export.selection", n=len(ids), day=today)
        found.append((words("n_entries", n=len(ids)), partial(choice.of_entries, ids=ids, title=title)))
    if day is not None and app.digest.view is not None:
        found.append(
            (words("export.day", day=words.day(day)), partial(choice.of_day, day=day, language=language))
        )
    if ids and not several:
        found.append((words("export.text"), partial(choice.of_entries, ids=ids)))
    found.append((words("export.later"), partial(choice.of_later, now=now, language=language)))
    return found


async def _export(app: TechdashApp, read: Read, form: Format) -> None:
    chosen = await app.gateway.read(read)
    if not chosen:
        app.say(app.words("nothing_to_export"))
        return
    where = folder(app.gateway.paths, app.config)
    try:
        kept = await app.gateway.aside(partial(choice.write, chosen, form, where, app.words.language))
    except OSError as error:
        app.say(app.words("export_failed", path=error.filename, why=error.strerror))
        return
    app.say(_said(app, kept))


def _said(app: TechdashApp, kept: list[Kept]) -> str:
    place = _from_home(kept[0].file.parent)
    beside = sum(each.state == "beside" for each in kept)
    if len(kept) == 1:
        key = "exported_beside" if beside else "exported"
        return app.words(key, name=kept[0].file.name, folder=place)
    said = app.words("exported_files", n=len(kept), folder=place)
    return said + (app.words("exported_n_beside", n=beside) if beside else "")


def _from_home(where: Path) -> str:
    """A folder as a person writes it."""
    with suppress(ValueError):
        return f"~/{where.relative_to(Path.home())}"
    return str(where)
