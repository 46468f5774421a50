"""Hooks: which event, for what, and what is run; and what is wrong with them (docs, hooks)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from techdash.models.setup import Level, Part, Saying
from techdash.setup.hiding import HIDDEN, shown_address, shown_headers, shown_name, shown_text
from techdash.setup.programs import Programs
from techdash.setup.reading import MOST_FILES, objects, strings
from techdash.setup.rules import faults_of, shown_rule
from techdash.text.near import nearest

EVENTS = (
    "SessionStart", "Setup", "UserPromptSubmit", "UserPromptExpansion", "PreToolUse", "PermissionRequest",
    "PermissionDenied", "PostToolUse", "PostToolUseFailure", "PostToolBatch", "Notification",
    "MessageDisplay", "SubagentStart", "SubagentStop", "TaskCreated", "TaskCompleted", "Stop",
    "StopFailure", "TeammateIdle", "InstructionsLoaded", "ConfigChange", "CwdChanged", "DirectoryAdded",
    "FileChanged", "WorktreeCreate", "WorktreeRemove", "PreCompact", "PostCompact", "Elicitation",
    "ElicitationResult", "SessionEnd",
)  # fmt: skip
"""The events of https://code.claude.com/docs/en/hooks; a test holds them against the sheet's own cards."""

_TYPES = ("command", "http", "mcp_tool", "prompt", "agent")


def hooks(value: Any, level: Level, path: str, programs: Programs) -> Iterator[tuple[Part, object]]:
    """The hooks of a settings file, each with what it is known by: the same one elsewhere runs only once."""
    if not isinstance(value, dict):
        yield Part("hook", "hooks", level, path, faults=(Saying("not_object_key", {"key": "hooks"}),)), None
        return
    for event, groups in list(value.items())[:MOST_FILES]:
        unknown = _of_event(event)
        if not isinstance(groups, list):
            faults = (*unknown, Saying("hook_groups"))
            yield Part("hook", shown_name(event), level, path, faults=faults), None
            continue
        for group in groups[:MOST_FILES]:
            yield from _of_group(event, group, unknown, Part("hook", "", level, path), programs)


def _of_event(event: str) -> tuple[Saying, ...]:
    if event in EVENTS:
        return ()
    like = nearest(event, EVENTS)
    shown = shown_name(event)
    return (
        Saying("event_like", {"event": shown, "like": like}) if like else Saying("event", {"event": shown}),
    )


def _of_group(
    event: str, group: Any, unknown: tuple[Saying, ...], made: Part, programs: Programs
) -> Iterator[tuple[Part, object]]:
    name = shown_name(event)
    handlers = objects(group).get("hooks")
    if not isinstance(handlers, list):
        yield _with(made, name, (), (*unknown, Saying("hook_shape"))), None
        return
    matcher = group.get("matcher")
    facts: tuple[Saying, ...] = ()
    if isinstance(matcher, str) and matcher not in ("", "*"):
        facts = (Saying("matcher", {"matcher": shown_text(matcher, 120)}),)
    elif matcher is not None and not isinstance(matcher, str):
        unknown = (*unknown, Saying("hook_matcher"))
    for handler in handlers[:MOST_FILES]:
        runs, more, faults = _of_handler(handler, programs)
        part = _with(made, f"{name} · {runs}" if runs else name, (*facts, *more), (*unknown, *faults))
        yield part, (event, matcher, repr(handler))


def _with(part: Part, name: str, facts: tuple[Saying, ...], faults: tuple[Saying, ...]) -> Part:
    return Part(part.kind, name, part.level, part.path, facts=facts, faults=faults)


def _of_handler(handler: Any, programs: Programs) -> tuple[str, list[Saying], list[Saying]]:
    """What a handler runs, what else there is to say, and what is wrong with it."""
    if not isinstance(handler, dict):
        return "", [], [Saying("hook_handler")]
    kind = handler.get("type")
    if kind not in _TYPES:
        given = shown_name(kind) if isinstance(kind, str) else ""
        fault = Saying("hook_type", {"type": given}) if given else Saying("hook_no_type")
        return "", [], [fault]
    runs, facts, faults = {
        "command": _of_command,
        "http": _of_address,
        "mcp_tool": _of_tool,
    }.get(kind, _of_model)(handler, programs)
    rule = handler.get("if")
    if isinstance(rule, str):
        facts.append(Saying("hook_if", {"rule": shown_rule(rule)}))
        faults += faults_of(rule, "if")
    return runs, facts, faults


def _of_command(handler: dict[str, Any], programs: Programs) -> tuple[str, list[Saying], list[Saying]]:
    command = handler.get("command")
    if not isinstance(command, str) or not command.strip():
        return "", [], [Saying("hook_no_command")]
    if isinstance(handler.get("args"), list):
        shown, faults = programs.of_words(command.strip(), strings(handler["args"]))
    elif handler.get("shell") == "powershell":
        shown, faults = "PowerShell", []
    else:
        shown, faults = programs.of_command(command)
    return shown, [Saying("runs", {"program": shown})], faults


def _of_address(handler: dict[str, Any], _: Programs) -> tuple[str, list[Saying], list[Saying]]:
    address = handler.get("url")
    if not isinstance(address, str) or not address.strip():
        return "", [], [Saying("hook_no_address")]
    shown = shown_address(address)
    facts = [Saying("posts", {"address": shown})]
    if names := shown_headers(handler.get("headers")):
        facts.append(Saying("headers", {"names": names}))
    return shown, facts, []


def _of_tool(handler: dict[str, Any], _: Programs) -> tuple[str, list[Saying], list[Saying]]:
    names = [handler.get("server"), handler.get("tool")]
    shown = " ".join(shown_name(name) for name in names if isinstance(name, str))
    return shown, [Saying("calls", {"tool": shown or HIDDEN})], [] if shown else [Saying("hook_no_tool")]


def _of_model(handler: dict[str, Any], _: Programs) -> tuple[str, list[Saying], list[Saying]]:
    kind = str(handler["type"])
    if not isinstance(handler.get("prompt"), str):
        return kind, [], [Saying("hook_no_prompt")]
    return kind, [Saying("asks", {"type": kind})], []
