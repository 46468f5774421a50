"""MCP servers: where each is written down, how it is reached, and what is wrong (docs, mcp, managed-mcp)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from techdash.models.setup import Level, Part, Saying
from techdash.setup.hiding import shown_address, shown_headers, shown_name, shown_variables
from techdash.setup.places import Places
from techdash.setup.programs import Programs
from techdash.setup.reading import LARGEST_STATE, MOST_FILES, Reader, strings
from techdash.text.near import nearest

_TYPES = ("stdio", "http", "streamable-http", "sse", "ws")
_RESERVED = ("workspace", "claude-in-chrome", "computer-use", "claude preview", "claude browser")


class _Project(Struct):
    mcpServers: Any = None  # noqa: N815 - the name in the file
    disabledMcpServers: Any = None  # noqa: N815


class _State(Struct):
    """What is read of Claude Code's own state; all else in it (accounts, history) is passed over unread."""

    mcpServers: Any = None  # noqa: N815
    projects: dict[str, _Project] = {}


def servers(reader: Reader, places: Places, programs: Programs, rejected: set[str]) -> Iterator[Part]:
    """The servers of every place; ``rejected`` are those of ``.mcp.json`` that the settings turn off."""
    managed = places.managed / "managed-mcp.json"
    yield from _of_file(reader, places, programs, "managed", 0, managed, set())
    state, fault = reader.json(places.state, _State, LARGEST_STATE)
    shown = places.shown(places.state)
    if fault is not None:
        yield Part("file", places.state.name, "user", shown, faults=(fault,))
    if state is not None:
        entries = ((str(folder), state.projects.get(str(folder))) for folder in places.folders)
        own = next((entry for _, entry in entries if entry is not None), _Project())
        off = set(strings(own.disabledMcpServers))
        if own.mcpServers is not None:
            yield from _of_map(own.mcpServers, "local", 0, shown, programs, off)
        if state.mcpServers is not None:
            yield from _of_map(state.mcpServers, "user", 0, shown, programs, off)
    for near, folder in enumerate(places.folders):
        yield from _of_file(reader, places, programs, "project", near, folder / ".mcp.json", rejected)


def _of_file(
    reader: Reader,
    places: Places,
    programs: Programs,
    level: Level,
    near: int,
    path: Path,
    rejected: set[str],
) -> Iterator[Part]:
    held, fault = reader.json(path, dict[str, Any])
    shown = places.shown(path)
    if held is not None and "mcpServers" not in held:
        fault = Saying("no_servers")
    if fault is not None:
        yield Part("file", path.name, level, shown, near=near, faults=(fault,))
    elif held is not None:
        yield from _of_map(held["mcpServers"], level, near, shown, programs, rejected)


def _of_map(
    value: Any, level: Level, near: int, path: str, programs: Programs, off: set[str]
) -> Iterator[Part]:
    if not isinstance(value, dict):
        fault = Saying("not_object_key", {"key": "mcpServers"})
        yield Part("server", "mcpServers", level, path, near=near, faults=(fault,))
        return
    for name, entry in list(value.items())[:MOST_FILES]:
        facts, faults = _of_entry(entry, programs)
        if name.casefold() in _RESERVED:
            faults.append(Saying("server_reserved"))
        unused = Saying("server_off") if name in off else None
        yield Part(
            "server",
            shown_name(name),
            level,
            path,
            near=near,
            facts=tuple(facts),
            faults=tuple(faults),
            unused=unused,
        )


def _of_entry(entry: Any, programs: Programs) -> tuple[list[Saying], list[Saying]]:
    if not isinstance(entry, dict):
        return [], [Saying("server_object")]
    kind = entry.get("type", "stdio")
    if not isinstance(kind, str) or kind not in _TYPES:
        like = nearest(kind, _TYPES) if isinstance(kind, str) else ""
        given = shown_name(kind) if isinstance(kind, str) else "?"
        fault = Saying("server_type", {"type": given, "like": like or ", ".join(_TYPES)})
        return [], [fault]
    if kind == "stdio":
        return _of_program(entry, programs)
    address = entry.get("url")
    if not isinstance(address, str) or not address.strip():
        return [], [Saying("server_no_address")]
    facts = [Saying("server_at", {"type": kind, "address": shown_address(address)})]
    if names := shown_headers(entry.get("headers")):
        facts.append(Saying("headers", {"names": names}))
    return facts, []


def _of_program(entry: dict[str, Any], programs: Programs) -> tuple[list[Saying], list[Saying]]:
    command = entry.get("command")
    if not isinstance(command, str) or not command.strip():
        fault = "server_no_type" if isinstance(entry.get("url"), str) else "server_no_command"
        return [], [Saying(fault)]
    arguments = strings(entry.get("args"))
    shown, faults = programs.of_words(command.strip(), arguments)
    facts = [Saying("starts", {"program": shown})]
    if arguments:
        facts.append(Saying("arguments", {"n": len(arguments)}))
    if names := shown_variables(entry.get("env")):
        facts.append(Saying("variables", {"names": names}))
    return facts, faults
