"""Which of several parts of one name counts, and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from techdash.models.setup import Level, Part, Saying

# docs, skills: "enterprise overrides personal, and personal overrides project"
_SKILLS: tuple[Level, ...] = ("managed", "user", "project")
# docs, sub-agents: managed, project (nearest first), user; output-styles: nearest first
_AGENTS: tuple[Level, ...] = ("managed", "project", "user")
# docs, mcp: local, project, user
_SERVERS: tuple[Level, ...] = ("managed", "local", "project", "user")
# What is wrong with a part that Claude Code takes all the same, so that it still stands before others.
_TAKEN = frozenset(
    ("no_front", "no_description", "no_program", "no_such_program", "not_executable", "program_is_folder")
)


def ordered(parts: Iterable[Part]) -> list[Part]:
    """The parts, each that another of its name takes the place of marked with which and why."""
    found = list(parts)
    groups: dict[tuple[str, str], list[int]] = {}
    for number, part in enumerate(found):
        # what Claude Code skips takes nobody's place
        taken = all(fault.what in _TAKEN for fault in part.faults)
        if part.unused is None and taken and part.kind in _RULES:
            called = "skill" if part.kind == "command" else part.kind
            groups.setdefault((called, part.name), []).append(number)
    for (kind, _), members in groups.items():
        if len(members) > 1:
            key, why = _RULES[kind]
            first, *others = sorted(members, key=lambda number: key(found[number]))
            for number in others:
                what = why(found[first], found[number])
                unused = Saying(what, {"by": found[first].path})
                found[number] = replace(found[number], unused=unused)
    return _without_others(found)


def _without_others(parts: list[Part]) -> list[Part]:
    """Where the organisation lays down the servers, no others are used (docs, managed-mcp)."""
    laid_down = next((part.path for part in parts if (part.kind, part.level) == ("server", "managed")), "")
    if not laid_down:
        return parts
    unused = Saying("servers_managed", {"by": laid_down})
    return [
        replace(part, unused=unused) if part.kind == "server" and part.level != "managed" else part
        for part in parts
    ]


def _skill_key(part: Part) -> tuple[int, int, int]:
    return int(part.kind == "command"), _SKILLS.index(part.level), part.near


def _why_skill(first: Part, other: Part) -> str:
    if first.kind == "skill" and other.kind == "command":
        return "skill_first"
    return "skill_level" if first.level != other.level else "either"


def _agent_key(part: Part) -> tuple[int, int]:
    return _AGENTS.index(part.level), part.near


def _why_agent(first: Part, other: Part) -> str:
    if first.level != other.level:
        return "agent_level"
    return "nearest" if first.near != other.near else "either"


def _server_key(part: Part) -> tuple[int, int]:
    return _SERVERS.index(part.level), part.near


def _why_server(first: Part, other: Part) -> str:
    return "server_level" if first.level != other.level else "either"


_RULES: dict[str, tuple[Callable[[Part], tuple[int, ...]], Callable[[Part, Part], str]]] = {
    "skill": (_skill_key, _why_skill),
    "command": (_skill_key, _why_skill),
    "agent": (_agent_key, _why_agent),
    "style": (_agent_key, lambda first, other: _why_agent(first, other).replace("agent", "style")),
    "server": (_server_key, _why_server),
}
