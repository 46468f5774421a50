"""What the keys for marks do: to the open entry, to the item under the cursor, or to what is selected."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Literal

from techdash.errors import TechdashError
from techdash.store import entries, marks, own_words
from techdash.tui import tasting

if TYPE_CHECKING:
    from collections.abc import Collection

    from techdash.config import Config
    from techdash.store.db import Writer
    from techdash.tui.app import TechdashApp
    from techdash.tui.rooms.essays import EssayRoom

Mark = Literal["read", "starred", "later", "muted"]

_SAID: dict[tuple[str, bool], str] = {
    ("read", True): "marked_read",
    ("read", False): "marked_unread",
    ("starred", True): "starred",
    ("starred", False): "unstarred",
    ("later", True): "later",
    ("later", False): "not_later",
    ("muted", True): "muted",
    ("muted", False): "not_muted",
}


# What can be done with several at once, for the last line.
_OF_SEVERAL = ("read", "star", "later", "tag", "mute")


def keys_of_several(app: TechdashApp) -> str:
    """The keys that act on all that is selected, as they are in force."""
    commands = {command.id: command for command in app.keyboard.commands}
    found = [commands[name] for name in _OF_SEVERAL if commands[name].keys]
    language = app.words.language
    said = [f"{command.key_names().split('  ')[0]} {command.short(language)}" for command in found]
    return "   ".join([app.words("keys.selecting"), *said])


# -- on the library's thread


def toggle(db: Writer, config: Config, entry_ids: list[int], mark: Mark, day: str | None, now: int) -> bool:
    """Set a mark on all of the entries, or where all have it take it off; gives which of the two."""
    value = not marks.all_have(db.conn, entry_ids, mark)
    keep(db, config, entry_ids, mark, value, day, now)
    return value


def keep(
    db: Writer, config: Config, entry_ids: list[int], mark: Mark, value: bool, day: str | None, now: int
) -> None:
    """Set a mark or take it off. What is muted leaves the edition of a day at once."""
    marks.set_marks(db, entry_ids, **{mark: value}, now=now)
    if mark == "muted":
        tasting.compose(db, config, day)


# -- in the window


async def meant(app: TechdashApp) -> list[int]:
    """The entries that a key is meant for: the open one, the selected ones, or the one under the cursor."""
    if app.reading:
        return [app.reader.entry.row.id] if app.reader.entry is not None else []
    if app.room == "cheatsheet":
        return []
    items = app.list_room.item_list.selected
    if app.room == "digest":
        if items is None:
            current = app.digest.current
            return [current.entry_id] if current and current.entry_id is not None else []
        found = (app.digest.items[item].entry_id for item in items if item < len(app.digest.items))
        return list(dict.fromkeys(id_ for id_ in found if id_ is not None))
    if items is None:
        return [app.essays.current.id] if app.essays.current else []
    return await ids_of(app.essays, items)


async def ids_of(room: EssayRoom, items: range, *, unread: bool = False) -> list[int]:
    """The entries of items of the essay list, also of those that never came into view."""
    above, listed = room.parts(items)
    found = [row.id for row in above if not (unread and row.marks.read)]
    if listed:
        found += await room.gateway.read(entries.essay_ids, listed.start, len(listed), unread=unread) or []
    return list(dict.fromkeys(found))


async def mark(app: TechdashApp, name: Mark) -> None:
    """Set a mark or take it off, and say so."""
    ids = await meant(app)
    if not ids:
        return
    room = None if app.reading else app.list_room
    if room is not None and name == "muted":
        room.pass_over(ids)
    try:
        value = await app.gateway.write(toggle, app.config, ids, name, app.digest.day, int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    if room is not None:
        room.item_list.end_selection()
    said = _SAID[name, value]
    await _show(app, app.words(said) if len(ids) == 1 else app.words(f"n_{said}", n=len(ids)))


async def _show(app: TechdashApp, said: str) -> None:
    """What was written is shown, and said with what it makes of the day."""
    before = app.digest.unread
    await app.read_again()
    done = app.digest.done if app.room == "digest" and before else ""
    app.say(f"{said} {done}".rstrip())


async def mark_read(app: TechdashApp, ids: list[int], said: str) -> None:
    """Mark entries read as one action."""
    try:
        await app.gateway.write(marks.set_marks, ids, read=True, now=int(time.time()))
    except TechdashError:
        app.digest.part_failed()
        app.say(app.words("library_problem"))
        return
    app.list_room.item_list.end_selection()
    await _show(app, said)


async def mark_all(app: TechdashApp) -> None:
    """Mark the section read, then the day; of the essays the whole list."""
    if app.room == "cheatsheet":
        return
    if app.room == "digest":
        part, ids = app.digest.part()
    else:
        part, ids = "", await ids_of(app.essays, range(app.essays.item_list.rows.item_count), unread=True)
    if not ids:
        app.say(app.words("nothing_unread_here"))
    elif part:
        await mark_read(app, ids, app.words("marked_part", part=part, n=len(ids)))
    else:
        await mark_read(app, ids, app.words("marked_all", n=len(ids)))


async def mark_beside(app: TechdashApp, step: int) -> None:
    """Mark read what stands above the cursor (-1) or below it (1)."""
    if app.room == "cheatsheet":
        return
    items = app.list_room.item_list
    beside = range(items.cursor) if step < 0 else range(items.cursor + 1, items.rows.item_count)
    if app.room == "digest":
        ids = app.digest.unread_among(beside)
    else:
        ids = await ids_of(app.essays, beside, unread=True)
    if ids:
        await mark_read(app, ids, app.words("marked_above" if step < 0 else "marked_below", n=len(ids)))
    else:
        app.say(app.words("nothing_above" if step < 0 else "nothing_below"))


async def ask_tags(app: TechdashApp) -> None:
    """Ask for the tags of what is meant."""
    ids = await meant(app)
    held = await app.gateway.read(own_words.tags_of, ids) if ids else None
    if not held:
        return
    from techdash.tui.tag_screen import TagScreen

    common = frozenset.intersection(*held)
    known = await app.gateway.read(own_words.known_tags) or []
    title = app.title_of(ids[0]) if len(ids) == 1 else app.words("n_entries", n=len(ids))
    app.push_screen(TagScreen(title, sorted(common), known, app.words), partial(_tagged, app, ids, common))


def _tagged(
    app: TechdashApp, ids: list[int], before: Collection[str], wanted: tuple[str, ...] | None
) -> None:
    if wanted is not None and set(wanted) != set(before):
        add = [name for name in wanted if name not in before]
        app.carry_out(_tag(app, ids, add, [name for name in before if name not in wanted]))


async def _tag(app: TechdashApp, ids: list[int], add: list[str], remove: list[str]) -> None:
    try:
        await app.gateway.write(own_words.tag, ids, add, sorted(remove), int(time.time()))
    except TechdashError:
        app.say(app.words("library_problem"))
        return
    if not app.reading and app.room != "cheatsheet":
        app.list_room.item_list.end_selection()
    names = " ".join(f"#{name}" for name in add or sorted(remove))
    said = "tagged" if add else "untagged"
    await _show(app, app.words(said if len(ids) == 1 else f"n_{said}", tags=names, n=len(ids)))
