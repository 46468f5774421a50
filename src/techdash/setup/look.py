"""Looks at the whole set-up once, and tells whether it has changed since."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from techdash.models.setup import Part, Saying
from techdash.setup import settings as of_settings
from techdash.setup.hiding import shown_name
from techdash.setup.keys import keys
from techdash.setup.order import ordered
from techdash.setup.places import Places
from techdash.setup.programs import Programs
from techdash.setup.prompts import BUILT_IN_STYLES, prompts, with_styles
from techdash.setup.reading import MOST_PARTS, Reader, Stamp, changed
from techdash.setup.servers import servers

_ORDER = ("file", "command", "skill", "agent", "hook", "server", "plugin", "style", "key", "rule")
# The others stand as they do in their files, where their order may mean something.
_NAMED = ("command", "skill", "agent", "server", "plugin", "style")


class Looked(Struct, frozen=True):
    """The parts, by kind, and what every file was like that was looked at."""

    parts: tuple[Part, ...]
    seen: tuple[tuple[str, Stamp], ...]

    @property
    def broken(self) -> list[Part]:
        return [part for part in self.parts if part.faults]


def look(places: Places) -> Looked:
    """Read everything. Never raises for what is in the files, writes nothing and runs nothing."""
    reader = Reader()
    settings = of_settings.read(reader, places)
    programs = Programs(reader, places, "" if settings.sets_path else places.search)
    off = of_settings.skills_off(settings)
    found = [_switched(part, off) for part in prompts(reader, places)]
    found += of_settings.all_hooks(settings, programs)
    found += servers(reader, places, programs, settings.joined("disabledMcpjsonServers"))
    found += of_settings.plugins(settings)
    found += keys(reader, places)
    parts = [*ordered(found), *of_settings.rules(settings), *settings.broken]
    parts = list(with_styles(parts, settings.style))
    parts += _without_style(parts, settings)
    parts.sort(key=lambda part: (_ORDER.index(part.kind), part.name.casefold() * (part.kind in _NAMED)))
    if len(parts) > MOST_PARTS:
        shown, fault = places.shown(places.config), Saying("too_many_parts", {"most": MOST_PARTS})
        parts = [Part("file", places.config.name, "user", shown, faults=(fault,)), *parts[:MOST_PARTS]]
    return Looked(tuple(parts), tuple(reader.looked.items()))


def look_again(places: Places, before: Looked | None) -> Looked:
    """``before`` itself where nothing has changed since; else what there is now."""
    return before if before is not None and not changed(before.seen) else look(places)


def _switched(part: Part, off: dict[str, str]) -> Part:
    if part.kind in ("skill", "command") and part.name in off:
        return replace(part, unused=Saying("skill_off", {"by": off[part.name]}))
    return part


def _without_style(parts: list[Part], settings: of_settings.Settings) -> list[Part]:
    """The chosen output style where there is none of that name; those of plugins aren't known."""
    chosen = settings.style
    known = {part.name.casefold() for part in parts if part.kind == "style"}
    if not chosen or chosen.casefold() in (*BUILT_IN_STYLES, *known) or ":" in chosen:
        return []
    if any(part.kind == "plugin" and part.unused is None for part in parts):
        return []
    file = next(file for file in settings.files if "outputStyle" in file.held)
    return [Part("style", shown_name(chosen), file.level, file.path, faults=(Saying("no_style"),))]
