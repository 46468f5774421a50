"""Settings files: the hooks, permission rules, plugins and switches in them, strongest level first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from techdash.models.setup import Level, Part, Saying
from techdash.setup.hiding import shown_name
from techdash.setup.hooks import hooks
from techdash.setup.places import Places
from techdash.setup.programs import Programs
from techdash.setup.reading import MOST_FILES, Reader, objects, strings
from techdash.setup.rules import LISTS, faults_of, shown_rule


class File(Struct):
    """One settings file that could be read."""

    level: Level
    path: str
    held: dict[str, Any]


class Settings(Struct):
    """The settings files, strongest first: managed, local, project, user; and those that are broken."""

    files: list[File]
    broken: list[Part]

    def first(self, key: str) -> Any:
        """What the strongest file that has a key says."""
        return next((file.held[key] for file in self.files if key in file.held), None)

    def joined(self, key: str) -> set[str]:
        """The strings of a list, which add up across the files."""
        return {each for file in self.files for each in strings(file.held.get(key))}

    @property
    def sets_path(self) -> bool:
        """Whether programs are looked for in other folders than ours."""
        return any("PATH" in objects(file.held.get("env")) for file in self.files)

    @property
    def style(self) -> str:
        """The output style that is chosen."""
        chosen = self.first("outputStyle")
        return chosen if isinstance(chosen, str) else ""


def read(reader: Reader, places: Places) -> Settings:
    """Read every settings file, in the order of precedence (docs, settings)."""
    found = Settings([], [])
    for level, path in _places(reader, places, found.broken):
        held, fault = reader.json(path, dict[str, Any])
        shown = places.shown(path)
        if held is not None and level != "managed" and "mcpServers" in held:
            fault = Saying("servers_in_settings")
        if fault is not None:
            found.broken.append(Part("file", path.name, level, shown, faults=(fault,)))
        if held is not None:
            found.files.append(File(level, shown, held))
    return found


def _places(reader: Reader, places: Places, broken: list[Part]) -> Iterator[tuple[Level, Path]]:
    # Of the organisation's own files those in the folder come after, so they win: by name, the last most.
    drops = places.managed / "managed-settings.d"
    entries, fault = reader.entries(drops)
    if fault is not None:
        broken.append(Part("file", drops.name, "managed", places.shown(drops), faults=(fault,)))
    for path in reversed([path for path in entries if path.suffix == ".json"]):
        yield "managed", path
    yield "managed", places.managed / "managed-settings.json"
    local = places.start if places.root == places.home else places.root
    yield "local", local / ".claude/settings.local.json"
    if (project := places.start / ".claude") != places.config:
        yield "project", project / "settings.json"
    yield "user", places.config / "settings.json"


def all_hooks(settings: Settings, programs: Programs) -> Iterator[Part]:
    """The hooks of all files: they add up, and none takes another's place."""
    off = _hooks_off(settings)
    seen: dict[str, str] = {}
    for file in settings.files:
        if "hooks" not in file.held:
            continue
        for part, same in hooks(file.held["hooks"], file.level, file.path, programs):
            unused = off.get(file.level)
            if same is not None and unused is None:
                there = seen.setdefault(repr(same), file.path)
                if there != file.path:
                    unused = Saying("hook_same", {"by": there})
            yield _unused(part, unused)


def _hooks_off(settings: Settings) -> dict[Level, Saying]:
    """Why the hooks of a level don't run."""
    others: tuple[Level, ...] = ("user", "project", "local")
    for file in settings.files:
        if file.level == "managed" and file.held.get("allowManagedHooksOnly") is True:
            return dict.fromkeys(others, Saying("hooks_managed_only", {"by": file.path}))
    for file in settings.files:
        if file.held.get("disableAllHooks") is True:
            levels: tuple[Level, ...] = (*others, "managed") if file.level == "managed" else others
            return dict.fromkeys(levels, Saying("hooks_off", {"by": file.path}))
    return {}


def rules(settings: Settings) -> Iterator[Part]:
    """The permission rules of all files, as Claude Code looks at them: deny, ask, allow."""
    first: dict[str, tuple[str, str]] = {}
    for where in LISTS:
        for file in settings.files:
            permissions = file.held.get("permissions", {})
            if not isinstance(permissions, dict):
                if where == LISTS[0]:
                    fault = Saying("not_object_key", {"key": "permissions"})
                    yield Part("rule", "permissions", file.level, file.path, faults=(fault,))
                continue
            given = permissions.get(where, [])
            if not isinstance(given, list):
                fault = Saying("not_list", {"key": f"permissions.{where}"})
                yield Part("rule", where, file.level, file.path, faults=(fault,))
                continue
            for rule in given[:MOST_FILES]:
                yield _rule(rule, where, file, first)


def _rule(rule: Any, where: str, file: File, first: dict[str, tuple[str, str]]) -> Part:
    facts = (Saying(f"rule_{where}"),)
    if not isinstance(rule, str):
        return Part("rule", where, file.level, file.path, facts=facts, faults=(Saying("rule_text"),))
    faults = tuple(faults_of(rule, where))
    unused = None
    if not faults:
        tool = rule.partition("(")[0].strip()
        earlier = first.get(rule.strip()) or (
            first.get(tool) if first.get(tool, ("",))[0] == "deny" else None
        )
        if earlier is not None:
            what = "rule_same" if earlier[0] == where else "rule_after"
            unused = Saying(what, {"list": earlier[0], "by": earlier[1]})
        first.setdefault(rule.strip(), (where, file.path))
    return Part(
        "rule", shown_rule(rule.strip()), file.level, file.path, facts=facts, faults=faults, unused=unused
    )


def plugins(settings: Settings) -> Iterator[Part]:
    """The plugins that the files turn on or off; what is in them isn't looked at."""
    first: dict[str, str] = {}
    for file in settings.files:
        given = file.held.get("enabledPlugins", {})
        if not isinstance(given, dict):
            fault = Saying("not_object_key", {"key": "enabledPlugins"})
            yield Part("plugin", "enabledPlugins", file.level, file.path, faults=(fault,))
            continue
        for name, on in list(given.items())[:MOST_FILES]:
            faults: list[Saying] = []
            if not isinstance(on, bool):
                faults.append(Saying("plugin_value"))
            if "@" not in name.strip("@"):
                faults.append(Saying("plugin_name"))
            earlier = first.setdefault(name, file.path)
            unused = None
            if earlier != file.path:
                unused = Saying("setting_first", {"by": earlier})
            elif on is False:
                unused = Saying("plugin_off")
            yield Part(
                "plugin",
                shown_name(name),
                file.level,
                file.path,
                facts=(Saying("plugin_on"),) if on is True else (),
                faults=tuple(faults),
                unused=unused,
            )


def skills_off(settings: Settings) -> dict[str, str]:
    """The skills that ``skillOverrides`` turns off, with the file that does."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for file in settings.files:
        for name, state in objects(file.held.get("skillOverrides")).items():
            if name not in seen and state == "off":
                found[shown_name(name)] = file.path
            seen.add(name)
    return found


def _unused(part: Part, unused: Saying | None) -> Part:
    return (
        part
        if unused is None
        else Part(
            part.kind,
            part.name,
            part.level,
            part.path,
            facts=part.facts,
            faults=part.faults,
            unused=unused,
        )
    )
