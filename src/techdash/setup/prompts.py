"""Commands, skills, subagents and output styles: Markdown files whose front matter names and tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from techdash.models.setup import Level, Part, PartKind, Saying
from techdash.setup.front import Front, front_matter
from techdash.setup.hiding import shown_name, shown_text
from techdash.setup.places import Places
from techdash.setup.reading import Reader, objects

BUILT_IN_STYLES = ("default", "proactive", "concise", "explanatory", "learning")
# Claude Code fills it with skills of its own (skills, "synced skills").
_SYNCED = "synced"


def prompts(reader: Reader, places: Places) -> Iterator[Part]:
    """All of them, in every place, nearest first; what shadows what isn't told yet."""
    for level, near, folder in _folders(places):
        yield from _skills(reader, places, level, near, folder / "skills")
        if level != "managed":
            yield from _all(reader, places, "command", level, near, folder / "commands")
        yield from _all(reader, places, "agent", level, near, folder / "agents")
        yield from _all(reader, places, "style", level, near, folder / "output-styles")


def _folders(places: Places) -> Iterator[tuple[Level, int, Path]]:
    yield "managed", 0, places.managed / ".claude"
    yield "user", 0, places.config
    for near, folder in places.projects:
        yield "project", near, folder


def _all(
    reader: Reader, places: Places, kind: PartKind, level: Level, near: int, folder: Path
) -> Iterator[Part]:
    for path, fault in reader.markdown(folder):
        if fault is not None:
            yield Part("file", shown_name(path.name), level, places.shown(path), near=near, faults=(fault,))
            continue
        yield _part(reader, places, kind, level, near, path, path.stem)


def _skills(reader: Reader, places: Places, level: Level, near: int, folder: Path) -> Iterator[Part]:
    entries, fault = reader.entries(folder)
    if fault is not None:
        yield Part("file", "skills", level, places.shown(folder), near=near, faults=(fault,))
    for path in entries:
        if path.name.casefold() == _SYNCED:
            continue
        if not path.is_dir():
            if path.is_symlink() and not path.exists():
                reader.stamp(path)
                yield Part(
                    "skill",
                    shown_name(path.name),
                    level,
                    places.shown(path),
                    near=near,
                    faults=(Saying("dangling"),),
                )
            continue
        yield _skill(reader, places, level, near, path)


def _skill(reader: Reader, places: Places, level: Level, near: int, folder: Path) -> Part:
    manifest, file = folder / ".claude-plugin/plugin.json", folder / "SKILL.md"
    if reader.stamp(manifest) is not None:
        return _plugin(reader, places, level, near, manifest)
    reader.stamp(folder)
    if reader.stamp(file) is None and not file.is_symlink():
        fault = Saying("no_skill_file")
        return Part("skill", shown_name(folder.name), level, places.shown(folder), near=near, faults=(fault,))
    return _part(reader, places, "skill", level, near, file, folder.name)


def _plugin(reader: Reader, places: Places, level: Level, near: int, manifest: Path) -> Part:
    """A skill's folder with a manifest is a plugin (plugins-reference)."""
    held, fault = reader.json(manifest, dict[str, object])
    name = f"{shown_name(manifest.parents[1].name)}@skills-dir"
    text = objects(held).get("description")
    return Part(
        "plugin",
        name,
        level,
        places.shown(manifest),
        text=shown_text(text) if isinstance(text, str) else "",
        near=near,
        faults=() if fault is None else (fault,),
    )


def _part(
    reader: Reader, places: Places, kind: PartKind, level: Level, near: int, path: Path, name: str
) -> Part:
    text, fault = reader.text(path)
    shown = places.shown(path)
    if fault is not None:
        return Part(kind, shown_name(name), level, shown, syntax="", near=near, faults=(fault,))
    front = front_matter(text)
    if kind in ("agent", "style"):
        name = front.said("name") or name
    name = shown_name(name)
    faults = tuple(_JUDGES[kind](front))
    return Part(
        kind,
        name,
        level,
        shown,
        text=shown_text(front.said("description")),
        syntax=_syntax(kind, name, front),
        near=near,
        facts=tuple(_facts(kind, front)),
        faults=faults,
    )


def _syntax(kind: PartKind, name: str, front: Front) -> str:
    """What is typed to call it."""
    if kind == "agent":
        return f"@agent-{name}"
    if kind == "style" or front.said("user-invocable").lower() == "false":
        return ""
    hint = shown_text(front.said("argument-hint"), 80)
    return f"/{name} {hint}".rstrip()


def _facts(kind: PartKind, front: Front) -> Iterator[Saying]:
    if kind == "command" and not front.said("description"):
        yield Saying("first_paragraph")
    if front.said("disable-model-invocation").lower() == "true":
        yield Saying("only_you")
    if front.said("user-invocable").lower() == "false":
        yield Saying("only_claude")
    for field in ("model", "tools", "allowed-tools"):
        if value := front.said(field):
            yield Saying("field", {"field": field, "value": shown_text(value.strip("[]"), 120)})
    if "hooks" in front.fields:
        yield Saying("own_hooks")


def _of_skill(front: Front) -> Iterator[Saying]:
    if not front.there:
        yield Saying("no_front")
    elif front.fault is not None:
        yield front.fault
    elif not front.said("description"):
        yield Saying("no_description")


def _of_agent(front: Front) -> Iterator[Saying]:
    name = front.said("name")
    if not front.there:
        yield Saying("agent_no_front")
    elif front.fault is not None:
        yield front.fault
    elif not name:
        yield Saying("agent_no_name")
    elif name.startswith("-") or ":" in name:
        yield Saying("agent_bad_name")
    elif not front.said("description"):
        yield Saying("agent_no_description")


def _of_others(front: Front) -> Iterable[Saying]:
    return () if front.fault is None else (front.fault,)


_JUDGES = {"skill": _of_skill, "agent": _of_agent, "command": _of_others, "style": _of_others}


def with_styles(parts: Iterable[Part], chosen: str) -> Iterator[Part]:
    """The parts, the output style that is in use marked."""
    for part in parts:
        if part.kind == "style" and part.unused is None and part.name == chosen:
            yield msgspec.structs.replace(part, facts=(Saying("style_chosen"), *part.facts))
        else:
            yield part
