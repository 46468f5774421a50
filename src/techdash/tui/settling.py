"""Configuration while the window is open: a file that changes is read again, and what it says is done."""

from __future__ import annotations

import difflib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from techdash import config, days
from techdash.errors import UsageError
from techdash.language import chosen as language_of
from techdash.text.clean import one_line
from techdash.tui import custom_styles, themes

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.tui.app import TechdashApp
    from techdash.tui.gateway import Gateway

Stamp = tuple[int, int] | None
_TASTES = ("interests", "mutes", "aliases")
_WORDED = ("language", "dates")


class Following:
    """Sees by their times and sizes that ``config.toml`` or ``custom.tcss`` is another."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._seen: tuple[Stamp, Stamp] | None = None
        self._looking = False

    @property
    def looked(self) -> bool:
        """Whether it was looked at them once: what they were when the window was opened is known."""
        return self._seen is not None

    async def look(self, app: TechdashApp) -> None:
        """Read what has changed since the last look; a mistake is said, and nothing changed."""
        # what takes long is not begun again meanwhile
        if self._looking:
            return
        self._looking = True
        try:
            await self._look(app)
        finally:
            self._looking = False

    async def _look(self, app: TechdashApp) -> None:
        path = self._gateway.paths.config
        seen = await self._gateway.aside(partial(_stamps, path))
        if self._seen is None and (wrong := await self._gateway.aside(partial(_wrong_rules, app.config))):
            app.say(wrong)
        before, self._seen = self._seen or seen, seen
        if before[1] != seen[1]:
            await self._restyle(app, path)
        if before[0] == seen[0]:
            return
        try:
            found = await self._gateway.aside(partial(_read, path))
        except UsageError as error:
            # the place of the file is known: its line is what there is room for
            app.say(app.words("settings_kept", why=str(error).replace(str(path), path.name)))
            return
        if found != app.config:
            wrong = await self._gateway.aside(partial(_wrong_rules, found))
            app.say(wrong or app.words("settings_read"))
            await apply(app, found)

    async def _restyle(self, app: TechdashApp, path: Path) -> None:
        """Wear the reader's own styles as they are now; with a mistake in them, as they were."""
        try:
            wrong = custom_styles.wear(app, await self._gateway.aside(partial(custom_styles.read, path)))
        except (OSError, UnicodeDecodeError) as error:
            wrong = custom_styles.unreadable(error)
        if wrong:
            app.say(app.words("settings_kept", why=wrong))
        else:
            app.refresh_css(animate=False)
            app.say(app.words("styles_read"))


async def apply(app: TechdashApp, found: Config) -> None:
    """Do what a configuration says, where it differs from the one that held."""
    before, app.config = app.config, found

    def changed(*names: str) -> bool:
        return any(getattr(before, name) != getattr(found, name) for name in names)

    reader = app.reader
    reader.config = found
    if changed("theme"):
        use_theme(app, found.theme)
    if changed("column"):
        reader.view.set_column(found.column)
    if changed("ambiguous"):
        reader.reading_line.ambiguous = found.ambiguous
        reader.view.set_setting(replace(reader.view.setting, ambiguous=found.ambiguous))
    if changed("keys"):
        app.keyboard.take(found.keys)
        app.bar.commands = app.keyboard.commands
        app.bar.refresh()
        app.keyboard.tell_problems()
    if changed(*_WORDED):
        app.words.language, app.words.dates = language_of(found.language), found.dates
    if changed(*_TASTES):
        from techdash.tui import tasting

        tasting.follow_tastes(app)
        await app.gateway.write(tasting.compose, found, app.digest.day)
    if changed("density", *_WORDED):
        _look(app, found)
    if changed(*_TASTES, *_WORDED):
        await app.read_again()
    if changed("density", *_WORDED):
        for room in (app.digest, app.essays, app.cheatsheet):
            room.show_anew()


def use_theme(app: TechdashApp, name: str) -> None:
    """Wear a theme; of one that isn't there say which may be meant."""
    if name in app.available_themes:
        app.theme = name
    else:
        app.say(no_theme(app, name))


def no_theme(app: TechdashApp, name: str) -> str:
    """That there is no such theme, and the nearest."""
    near = difflib.get_close_matches(name.lower(), app.available_themes, 1) or [themes.DARK.name]
    return app.words("no_theme", name=one_line(name), near=near[0])


def _look(app: TechdashApp, found: Config) -> None:
    """What hangs on density and on how days are written."""
    compact = found.density == "compact"
    app.desk.set_class(compact, "compact")
    app.digest.compact = app.essays.compact = compact
    app.top.date = app.words.day(days.today(found))
    for bar in (app.top, app.bar, app.strip):
        bar.refresh()


def _wrong_rules(found: Config) -> str:
    """What is wrong with the first rule that has a mistake; the others are followed."""
    if not found.rules:
        return ""
    from techdash import rules

    return next(iter(rules.problems(found.rules)), "")


def _read(path: Path) -> Config:
    found = config.load(path)
    days.zone(found)
    return found


def _stamps(path: Path) -> tuple[Stamp, Stamp]:
    return _stamp(path), _stamp(path.with_name(custom_styles.NAME))


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
