"""Permission rules: what is wrong with the way one is written (https://code.claude.com/docs/en/permissions)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from techdash.models.setup import Saying
from techdash.setup.hiding import shown_command, shown_name, shown_text
from techdash.text.near import nearest

LISTS = ("deny", "ask", "allow")
"""The lists of rules, in the order in which Claude Code looks at them."""

# https://code.claude.com/docs/en/tools-reference, with names that rules still use for what they were.
_TOOLS = (
    "Agent", "Artifact", "AskUserQuestion", "Bash", "BashOutput", "Cd", "CronCreate", "CronDelete",
    "CronList", "Edit", "EndConversation", "EnterPlanMode", "EnterWorktree", "ExitPlanMode", "ExitWorktree",
    "Glob", "Grep", "KillShell", "LS", "LSP", "ListAgents", "ListMcpResourcesTool", "Monitor", "MultiEdit",
    "NotebookEdit", "NotebookRead", "PowerShell", "PushNotification", "Read", "ReadMcpResourceTool",
    "RemoteTrigger", "ReportFindings", "ScheduleWakeup", "SendMessage", "SendUserFile",
    "ShareOnboardingGuide", "Skill", "SlashCommand", "Task", "TaskCreate", "TaskGet", "TaskList",
    "TaskOutput", "TaskStop", "TaskUpdate", "TodoWrite", "ToolSearch", "WaitForMcpServers", "WebFetch",
    "WebSearch", "Workflow", "Write",
)  # fmt: skip
_SHELLS = ("Bash", "PowerShell", "Monitor")
_RULE = re.compile(r"([^()\s]+)(?:\((.*)\))?", re.DOTALL)
_GLOB_OF_A_SERVER = re.compile(r"mcp__[^*]+?__.*")
# Path rules for these are accepted and never looked at; what is looked at instead.
_PATHS = {"Write": "Edit", "NotebookEdit": "Edit", "MultiEdit": "Edit", "Glob": "Read"}
_CONTENTS = {
    "Bash": "command", "PowerShell": "command", "Read": "file_path", "Edit": "file_path",
    "Write": "file_path", "Grep": "path", "Glob": "path", "NotebookEdit": "notebook_path", "WebFetch": "url",
}  # fmt: skip


def shown_rule(rule: str) -> str:
    """A rule without what may be secret in it."""
    name, bracket, rest = rule.partition("(")
    if not bracket:
        return shown_name(rule)
    inside, closing = (rest[:-1], ")") if rest.endswith(")") else (rest, "")
    shell = name.strip() in _SHELLS
    return f"{shown_name(name)}({shown_command(inside) if shell else shown_text(inside, 200)}{closing}"


def faults_of(rule: str, where: str) -> Iterator[Saying]:
    """What is wrong with a rule of a list (:data:`LISTS`); ``where`` may be "if", of a hook."""
    if not rule.strip():
        yield Saying("rule_empty")
        return
    found = _RULE.fullmatch(rule.strip())
    if found is None:
        yield Saying("rule_form")
        return
    tool, inside = found[1], found[2]
    if inside is not None and not inside.strip():
        yield Saying("rule_no_content", {"tool": shown_name(tool)})
    elif "*" in tool and where == "allow" and not _GLOB_OF_A_SERVER.fullmatch(tool):
        yield Saying("rule_allow_glob")
    elif tool not in _TOOLS and not {"_", "*"} & set(tool):
        like = nearest(tool, _TOOLS)
        if like:
            yield Saying("rule_tool", {"tool": shown_name(tool), "like": like})
        elif where != "allow":
            yield Saying("rule_unknown_tool", {"tool": shown_name(tool)})
    elif inside:
        yield from _of_content(tool, inside.strip())


def _of_content(tool: str, inside: str) -> Iterator[Saying]:
    field = _CONTENTS.get(tool, "")
    if field and re.match(rf"{field}\s*:", inside):
        yield Saying("rule_field", {"tool": tool, "field": field})
    elif tool in _PATHS and ":" not in inside:
        yield Saying("rule_path", {"tool": tool, "instead": _PATHS[tool]})
    elif tool == "WebFetch" and "://" in inside:
        yield Saying("rule_address")
    elif tool in _SHELLS and ":*" in inside[:-2]:
        yield Saying("rule_colon")
