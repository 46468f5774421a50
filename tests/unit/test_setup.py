"""A Claude Code set-up read from real trees of files: each kind, each rule of precedence, each fault."""

from __future__ import annotations

import os
import re
import string
from pathlib import Path

import pytest
from tests.setups import Tree, faults, make, prompt

from techdash import assets
from techdash.document import markdown
from techdash.setup import places, reading
from techdash.setup.hooks import EVENTS
from techdash.setup.keys import CONTEXTS
from techdash.setup.look import look, look_again
from techdash.setup.rules import faults_of
from techdash.setup.said import _WORDS, words_of
from techdash.sheets import cards_of
from techdash.text.clean import is_clean


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return make(tmp_path)


# -- places


def test_nothing_at_all_is_no_fault(tree: Tree) -> None:
    assert tree.look().parts == ()


def test_the_project_reaches_from_the_working_directory_to_the_repository(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tree.home))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    found = places.find(tree.start)
    assert found.folders == (tree.start, tree.repository)
    assert (found.config, found.state) == (tree.home / ".claude", tree.home / ".claude.json")
    assert found.shown(tree.start / "x") == "~/work/part/x"
    outside = places.find(tree.base)
    assert outside.folders == (tree.base,)


def test_another_configuration_folder_holds_the_state_too(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tree.base / "other"))
    found = places.find(tree.start)
    assert (found.config, found.state) == (tree.base / "other", tree.base / "other/.claude.json")


def test_the_home_folder_is_no_project_of_its_own(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", {"permissions": {"allow": ["Read"]}})
    tree.write("home/.claude/skills/a/SKILL.md", prompt(description="One"))
    here = places.Places(
        home=tree.home,
        config=tree.home / ".claude",
        state=tree.home / ".claude.json",
        managed=tree.base / "managed",
        folders=(tree.home,),
    )
    assert [(part.kind, part.level) for part in look(here).parts] == [("skill", "user"), ("rule", "user")]


def test_a_copied_list_is_that_of_the_sheet() -> None:
    """The events and contexts that are judged by are those of the cards."""
    cards = []
    for file in sorted((assets.folder("data") / "cheatsheet").glob("*.md")):
        cards += cards_of(markdown.parse(file.read_text("utf-8")), file.stem, "")
    named = {card.syntax for card in cards if re.fullmatch("[A-Z][A-Za-z]+", card.syntax)}
    assert set(EVENTS) <= named
    assert any(card.syntax == ", ".join(CONTEXTS) for card in cards)
    sections = {
        card.syntax for card in cards if card.section.startswith("Hooks: ") and "event" in card.section
    }
    assert {name for name in sections if name.isalpha()} <= set(EVENTS)


# -- commands and skills


def test_a_command_is_called_as_its_file(tree: Tree) -> None:
    tree.write("home/.claude/commands/git/ship.md", prompt(description="Ships it", argument_hint="[where]"))
    part = tree.part("command")
    assert (part.name, part.syntax, part.text, part.level) == ("ship", "/ship [where]", "Ships it", "user")
    assert part.path == "~/.claude/commands/git/ship.md"
    assert part.faults == ()


def test_a_command_needs_no_description(tree: Tree) -> None:
    tree.write("work/.claude/commands/ship.md", "Ship $ARGUMENTS.")
    part = tree.part("command")
    assert (part.level, part.faults, [fact.what for fact in part.facts]) == (
        "project",
        (),
        ["first_paragraph"],
    )


def test_a_skill_is_called_as_its_folder(tree: Tree) -> None:
    tree.write("part/.claude/skills/check/SKILL.md", prompt(name="Checker", description="Checks it"))
    part = tree.part("skill")
    assert (part.name, part.syntax, part.text, part.near) == ("check", "/check", "Checks it", 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do it.", "no_front"),
        (prompt(name="a"), "no_description"),
        ("---\ndescription: x\nDo it.\n", "front_open"),
        ("---\ndescription: x\n\tmodel: y\n---\n", "front_line"),
        ("---\nthis is no field\n---\n", "front_line"),
    ],
)
def test_a_skill_that_says_nothing_of_itself(tree: Tree, text: str, expected: str) -> None:
    tree.write("home/.claude/skills/a/SKILL.md", text)
    assert faults(tree.part("skill")) == [expected]


def test_a_folder_without_skill_file(tree: Tree) -> None:
    tree.write("home/.claude/skills/a/skill.txt", "x")
    assert faults(tree.part("skill")) == ["no_skill_file"]


def test_descriptions_over_several_lines(tree: Tree) -> None:
    tree.write("home/.claude/skills/a/SKILL.md", "---\ndescription: >\n  Checks\n  it all.\nmodel: x\n---\n")
    tree.write("home/.claude/skills/b/SKILL.md", '---\n"description": "It\'s \\"so\\""\n---\n')
    hooks = "hooks:\n  PreToolUse:\n    - matcher: Bash\n      hooks:\n        - type: command\n"
    tree.write("home/.claude/skills/c/SKILL.md", f"---\n{hooks}description: After hooks\n---\n")
    assert [part.text for part in tree.parts("skill")] == ["Checks it all.", 'It\'s "so"', "After hooks"]
    assert [part.faults for part in tree.parts("skill")] == [(), (), ()]


def test_of_skills_the_organisation_comes_before_oneself_and_oneself_before_the_project(tree: Tree) -> None:
    tree.write("managed/.claude/skills/a/SKILL.md", prompt(description="M"))
    tree.write("home/.claude/skills/a/SKILL.md", prompt(description="U"))
    tree.write("work/.claude/skills/a/SKILL.md", prompt(description="P"))
    used, *others = sorted(tree.parts("skill"), key=lambda part: part.unused is not None)
    assert used.text == "M"
    assert {(part.text, part.unused.what, part.unused.values["by"]) for part in others if part.unused} == {
        ("U", "skill_level", used.path),
        ("P", "skill_level", used.path),
    }
    (tree.base / "managed/.claude/skills/a/SKILL.md").unlink()
    assert [part.text for part in tree.parts("skill") if not part.faults and part.unused is None] == ["U"]


def test_a_skill_comes_before_a_command_of_its_name(tree: Tree) -> None:
    tree.write("home/.claude/commands/a.md", prompt(description="C"))
    tree.write("work/.claude/skills/a/SKILL.md", prompt(description="S"))
    assert tree.part("skill").unused is None
    unused = tree.part("command").unused
    assert unused is not None
    assert unused.what == "skill_first"


def test_two_of_a_project_are_told_apart_by_no_rule(tree: Tree) -> None:
    tree.write("part/.claude/skills/a/SKILL.md", prompt(description="Near"))
    tree.write("work/.claude/skills/a/SKILL.md", prompt(description="Far"))
    assert [part.unused and part.unused.what for part in tree.parts("skill")] == [None, "either"]


def test_a_skill_that_is_turned_off(tree: Tree) -> None:
    tree.write("home/.claude/skills/a/SKILL.md", prompt(description="U"))
    tree.write("home/.claude/settings.json", {"skillOverrides": {"a": "off"}})
    assert tree.part("skill").unused == words("skill_off", by="~/.claude/settings.json")
    tree.write("work/.claude/settings.local.json", {"skillOverrides": {"a": "on"}})
    assert tree.part("skill").unused is None


def words(what: str, **values: str) -> object:
    from techdash.models.setup import Saying

    return Saying(what, dict(values))


def test_a_skill_with_a_manifest_is_a_plugin(tree: Tree) -> None:
    tree.write("home/.claude/skills/kit/.claude-plugin/plugin.json", {"name": "kit", "description": "A kit"})
    part = tree.part("plugin")
    assert (part.name, part.text) == ("kit@skills-dir", "A kit")


# -- subagents and output styles


def test_of_subagents_the_nearest_of_the_project_comes_before_ones_own(tree: Tree) -> None:
    tree.write("home/.claude/agents/a.md", prompt(name="rev", description="U"))
    tree.write("work/.claude/agents/b.md", prompt(name="rev", description="Far"))
    tree.write("part/.claude/agents/deep/c.md", prompt(name="rev", description="Near", tools="Read, Grep"))
    found = {part.text: part for part in tree.parts("agent")}
    assert found["Near"].unused is None
    assert found["Near"].syntax == "@agent-rev"
    assert [found[text].unused and found[text].unused.what for text in ("Far", "U")] == [  # type: ignore[union-attr]
        "nearest",
        "agent_level",
    ]
    tree.write("managed/.claude/agents/d.md", prompt(name="rev", description="M"))
    found = {part.text: part for part in tree.parts("agent")}
    assert [text for text, part in found.items() if part.unused is None] == ["M"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You review.", "agent_no_front"),
        (prompt(description="x"), "agent_no_name"),
        (prompt(name="a:b", description="x"), "agent_bad_name"),
        (prompt(name="-a", description="x"), "agent_bad_name"),
        (prompt(name="a"), "agent_no_description"),
    ],
)
def test_a_subagent_that_is_skipped(tree: Tree, text: str, expected: str) -> None:
    tree.write("home/.claude/agents/a.md", text)
    assert faults(tree.part("agent")) == [expected]


def test_what_is_skipped_takes_nobodys_place(tree: Tree) -> None:
    tree.write("work/.claude/agents/a.md", prompt(name="rev"))
    tree.write("home/.claude/agents/a.md", prompt(name="rev", description="U"))
    assert [part.text for part in tree.parts("agent") if not part.faults and part.unused is None] == ["U"]


def test_two_subagents_of_one_folder(tree: Tree) -> None:
    tree.write("home/.claude/agents/a.md", prompt(name="rev", description="1"))
    tree.write("home/.claude/agents/x/b.md", prompt(name="rev", description="2"))
    assert [part.unused and part.unused.what for part in tree.parts("agent")] == [None, "either"]


def test_the_output_style_in_use(tree: Tree) -> None:
    tree.write("home/.claude/output-styles/brief.md", prompt(name="Brief", description="Short"))
    tree.write("home/.claude/settings.json", {"outputStyle": "Explanatory"})
    tree.write("work/.claude/settings.local.json", {"outputStyle": "Brief"})
    part = tree.part("style")
    assert (part.name, [fact.what for fact in part.facts]) == ("Brief", ["style_chosen"])
    tree.write("work/.claude/settings.local.json", {"outputStyle": "Brieff"})
    assert [(part.name, faults(part)) for part in tree.parts("style")] == [
        ("Brief", []),
        ("Brieff", ["no_style"]),
    ]
    tree.write("work/.claude/settings.local.json", {"outputStyle": "Concise"})
    assert [faults(part) for part in tree.parts("style")] == [[]]


def test_an_output_style_of_the_project_comes_before_ones_own(tree: Tree) -> None:
    tree.write("home/.claude/output-styles/brief.md", "x")
    tree.write("part/.claude/output-styles/brief.md", "x")
    found = {part.level: part.unused and part.unused.what for part in tree.parts("style")}
    assert found == {"project": None, "user": "style_level"}


# -- hooks


def test_a_hook_says_when_and_what(tree: Tree) -> None:
    tree.write("bin/tidy", "#!/bin/sh\n", 0o755)
    tree.hooks("part/.claude/settings.json", command="tidy --all")
    part = tree.part("hook")
    assert (part.name, part.level, part.faults) == ("PreToolUse · tidy", "project", ())
    assert [words_of(fact)[0] for fact in part.facts] == ["For Bash.", "Runs tidy."]


def test_hooks_of_all_files_add_up(tree: Tree) -> None:
    for number, path in enumerate(
        ("home/.claude/settings.json", "part/.claude/settings.json", "work/.claude/settings.local.json")
    ):
        tree.hooks(path, command=f"echo {number}")
    tree.hooks("managed/managed-settings.json", command="echo 4")
    tree.hooks("managed/managed-settings.d/10.json", command="echo 5")
    assert [part.level for part in tree.parts("hook")] == ["managed", "managed", "local", "project", "user"]
    assert all(part.unused is None for part in tree.parts("hook"))


def test_the_same_hook_twice_runs_once(tree: Tree) -> None:
    tree.hooks("home/.claude/settings.json", command="echo 1")
    tree.hooks("part/.claude/settings.json", command="echo 1")
    assert [part.unused and part.unused.what for part in tree.parts("hook")] == [None, "hook_same"]


def test_hooks_that_are_turned_off(tree: Tree) -> None:
    tree.hooks("home/.claude/settings.json", command="echo 1")
    tree.hooks("managed/managed-settings.json", command="echo 2")
    tree.write("work/.claude/settings.local.json", {"disableAllHooks": True})
    found = {part.level: part.unused and part.unused.what for part in tree.parts("hook")}
    assert found == {"managed": None, "user": "hooks_off"}
    tree.write("managed/managed-settings.d/1.json", {"allowManagedHooksOnly": True})
    found = {part.level: part.unused and part.unused.what for part in tree.parts("hook")}
    assert found == {"managed": None, "user": "hooks_managed_only"}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("PreToolUsed", "There is no event PreToolUsed; PreToolUse is like it."),
        ("posttooluse", "There is no event posttooluse; PostToolUse is like it."),
        ("Lunch", "There is no event Lunch."),
    ],
)
def test_an_unknown_event(tree: Tree, event: str, said: str) -> None:
    group = {"hooks": [{"type": "command", "command": "echo"}]}
    tree.write("home/.claude/settings.json", {"hooks": {event: [group]}})
    assert [words_of(fault)[0] for fault in tree.part("hook").faults] == [said]


@pytest.mark.parametrize(
    ("hooks", "expected"),
    [
        ([], "not_object_key"),
        ({"Stop": {}}, "hook_groups"),
        ({"Stop": [{"type": "command", "command": "echo"}]}, "hook_shape"),
        ({"Stop": ["echo"]}, "hook_shape"),
        ({"Stop": [{"matcher": 3, "hooks": [{"type": "command", "command": "echo"}]}]}, "hook_matcher"),
        ({"Stop": [{"hooks": ["echo"]}]}, "hook_handler"),
        ({"Stop": [{"hooks": [{"command": "echo"}]}]}, "hook_no_type"),
        ({"Stop": [{"hooks": [{"type": "comand", "command": "echo"}]}]}, "hook_type"),
        ({"Stop": [{"hooks": [{"type": "command"}]}]}, "hook_no_command"),
        ({"Stop": [{"hooks": [{"type": "http"}]}]}, "hook_no_address"),
        ({"Stop": [{"hooks": [{"type": "mcp_tool"}]}]}, "hook_no_tool"),
        ({"Stop": [{"hooks": [{"type": "prompt"}]}]}, "hook_no_prompt"),
        ({"Stop": [{"hooks": [{"type": "command", "command": "echo", "if": "Bash("}]}]}, "rule_form"),
    ],
)
def test_a_hook_of_another_shape(tree: Tree, hooks: object, expected: str) -> None:
    tree.write("home/.claude/settings.json", {"hooks": hooks})
    assert faults(tree.part("hook")) == [expected]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("tidy", []),
        ("X=1 Y='2 3' tidy --all", []),
        ("gone --all", ["no_program"]),
        ("./check.sh", []),
        ("./gone.sh", ["no_such_program"]),
        ("./plain.sh", ["not_executable"]),
        ("./.claude", ["program_is_folder"]),
        ('"$CLAUDE_PROJECT_DIR"/root.sh x', []),
        ("${CLAUDE_PROJECT_DIR}/gone.sh", ["no_such_program"]),
        ("~/own.sh", []),
        ("$HOME/gone.sh && x", ["no_such_program"]),
        ("sh ./plain.sh", []),
        ("sh -x ./gone.sh", ["no_such_program"]),
        ("sh -c './gone.sh'", []),
        ("gone.py; tidy", ["no_program"]),
        ("cd /nowhere && ./gone.sh", []),
        ("if [ -f x ]; then gone; fi", []),
        ("$TOOL x", []),
        ("(gone)", []),
        ("echo 'unclosed", []),
    ],
)
def test_whether_a_hooks_command_is_there(tree: Tree, command: str, expected: list[str]) -> None:
    for path in ("bin/tidy", "bin/sh", "part/check.sh", "work/root.sh", "home/own.sh"):
        tree.write(path, "#!/bin/sh\n", 0o755)
    tree.write("part/plain.sh", "#!/bin/sh\n", 0o644)
    tree.hooks("part/.claude/settings.json", command=command)
    assert faults(tree.part("hook")) == expected


def test_a_program_without_a_shell(tree: Tree) -> None:
    tree.write("bin/node", "", 0o755)
    tree.hooks("part/.claude/settings.json", command="node", args=["${CLAUDE_PROJECT_DIR}/gone.js", "x"])
    part = tree.part("hook")
    assert (part.name, faults(part)) == (
        "PreToolUse · node ${CLAUDE_PROJECT_DIR}/gone.js",
        ["no_such_program"],
    )


def test_where_path_is_set_elsewhere_no_name_is_missed(tree: Tree) -> None:
    tree.hooks("part/.claude/settings.json", command="gone")
    tree.write("home/.claude/settings.json", {"env": {"PATH": "/opt/bin"}})
    assert faults(tree.part("hook")) == []


# -- servers


def test_of_servers_the_local_comes_before_the_project_and_the_project_before_ones_own(tree: Tree) -> None:
    def server(host: str) -> dict[str, object]:
        return {"mcpServers": {"docs": {"type": "http", "url": f"https://{host}/mcp"}}}

    tree.write(
        "home/.claude.json",
        {**server("user.example"), "projects": {str(tree.repository): server("local.example")}},
    )
    tree.write("work/.mcp.json", server("project.example"))
    found = {part.level: part.unused and part.unused.what for part in tree.parts("server")}
    assert found == {"local": None, "project": "server_level", "user": "server_level"}
    [used] = [part for part in tree.parts("server") if part.level == "local"]
    assert words_of(used.facts[0])[0] == "http, https://local.example/…."
    tree.write("home/.claude.json", server("user.example"))
    found = {part.level: part.unused and part.unused.what for part in tree.parts("server")}
    assert found == {"project": None, "user": "server_level"}


def test_the_organisations_servers_are_the_only_ones(tree: Tree) -> None:
    entry = {"type": "http", "url": "https://a.example"}
    tree.write("managed/managed-mcp.json", {"mcpServers": {"ours": entry}})
    tree.write("work/.mcp.json", {"mcpServers": {"docs": entry}})
    assert {part.name: part.unused and part.unused.what for part in tree.parts("server")} == {
        "docs": "servers_managed",
        "ours": None,
    }


def test_a_server_that_is_turned_off(tree: Tree) -> None:
    entry = {"type": "http", "url": "https://a.example"}
    tree.write("work/.mcp.json", {"mcpServers": {"docs": entry}})
    tree.write(
        "home/.claude.json",
        {"mcpServers": {"mine": entry}, "projects": {str(tree.start): {"disabledMcpServers": ["mine"]}}},
    )
    tree.write("work/.claude/settings.local.json", {"disabledMcpjsonServers": ["docs"]})
    assert [part.unused and part.unused.what for part in tree.parts("server")] == ["server_off"] * 2


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"command": "tidy", "args": ["a"]}, []),
        ({"command": "gone"}, ["no_program"]),
        ({"command": "/nowhere/x"}, ["no_such_program"]),
        ({"command": "${TOOLS}/x"}, []),
        ({"url": "https://a.example"}, ["server_no_type"]),
        ({"type": "http"}, ["server_no_address"]),
        ({"type": "htpp", "url": "https://a.example"}, ["server_type"]),
        ({"type": 3}, ["server_type"]),
        ({}, ["server_no_command"]),
        ("tidy", ["server_object"]),
    ],
)
def test_a_server_that_cannot_be_reached(tree: Tree, entry: object, expected: list[str]) -> None:
    tree.write("bin/tidy", "", 0o755)
    tree.write("work/.mcp.json", {"mcpServers": {"docs": entry}})
    assert faults(tree.part("server")) == expected


def test_servers_in_the_wrong_place(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", {"mcpServers": {}})
    tree.write("work/.mcp.json", {"servers": {}})
    tree.write("part/.mcp.json", {"mcpServers": {"workspace": {"type": "http", "url": "https://a.example"}}})
    assert sorted(faults(part)[0] for part in tree.parts("file")) == ["no_servers", "servers_in_settings"]
    assert faults(tree.part("server")) == ["server_reserved"]


# -- plugins, keys, rules


def test_of_plugins_the_strongest_setting_counts(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", {"enabledPlugins": {"a@m": False, "b": True, "c@m": 3}})
    tree.write("part/.claude/settings.json", {"enabledPlugins": {"a@m": True}})
    tree.write("work/.claude/settings.local.json", {"enabledPlugins": {"a@m": False}})
    found = [(part.name, part.level, part.unused and part.unused.what) for part in tree.parts("plugin")]
    assert found == [
        ("a@m", "local", "plugin_off"),
        ("a@m", "project", "setting_first"),
        ("a@m", "user", "setting_first"),
        ("b", "user", None),
        ("c@m", "user", None),
    ]
    assert [faults(part) for part in tree.parts("plugin")][3:] == [["plugin_name"], ["plugin_value"]]


def test_key_bindings(tree: Tree) -> None:
    bindings = {"ctrl+e": "chat:externalEditor", "ctrl+u": None, "ctrl+c": "chat:cancel", "f5": "run it"}
    blocks = [{"context": "Chat", "bindings": bindings}, {"context": "Chatt", "bindings": {"f6": "app:x"}}, 3]
    tree.write("home/.claude/keybindings.json", {"bindings": blocks})
    found = {part.name: faults(part) for part in tree.parts("key")}
    assert found == {
        "ctrl+e": [],
        "ctrl+u": [],
        "ctrl+c": ["key_reserved"],
        "f5": ["key_action"],
        "f6": ["context_like"],
        "bindings": ["keys_block"],
    }
    again = {"context": "Chat", "bindings": {"Ctrl+E": "chat:x"}}
    tree.write("home/.claude/keybindings.json", {"bindings": [blocks[0], again]})
    assert faults(tree.parts("key")[-1]) == ["key_twice"]
    tree.write("home/.claude/keybindings.json", {"bindings": {}})
    assert faults(tree.part("file")) == ["keys_shape"]


def test_of_rules_deny_is_looked_at_first(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", {"permissions": {"deny": ["Bash(rm *)", "WebSearch"]}})
    tree.write(
        "part/.claude/settings.json",
        {
            "permissions": {
                "ask": ["Bash(git push *)"],
                "allow": ["Bash(git push *)", "Bash(rm *)", "WebSearch"],
            }
        },
    )
    tree.write("work/.claude/settings.local.json", {"permissions": {"allow": ["Read", "WebSearch"]}})
    found = [(part.name, part.facts[0].what, part.unused and part.unused.what) for part in tree.parts("rule")]
    assert found == [
        ("Bash(rm *)", "rule_deny", None),
        ("WebSearch", "rule_deny", None),
        ("Bash(git push *)", "rule_ask", None),
        ("Read", "rule_allow", None),
        ("WebSearch", "rule_allow", "rule_after"),
        ("Bash(git push *)", "rule_allow", "rule_after"),
        ("Bash(rm *)", "rule_allow", "rule_after"),
        ("WebSearch", "rule_allow", "rule_after"),
    ]


@pytest.mark.parametrize(
    ("rule", "where", "expected"),
    [
        ("Bash(npm run *)", "allow", []),
        ("Read(./.env)", "deny", []),
        ("mcp__github__get_*", "allow", []),
        ("mcp__*", "deny", []),
        ("Agent(model:opus)", "ask", []),
        ("Bash(ls:*)", "allow", []),
        ("", "allow", ["rule_empty"]),
        ("Bash(npm run *", "allow", ["rule_form"]),
        ("Bash)", "allow", ["rule_form"]),
        ("Bash()", "deny", ["rule_no_content"]),
        ("mcp__*", "allow", ["rule_allow_glob"]),
        ("Bsah(ls)", "allow", ["rule_tool"]),
        ("bash(ls)", "deny", ["rule_tool"]),
        ("Teleport", "deny", ["rule_unknown_tool"]),
        ("Teleport", "allow", []),
        ("Bash(command:rm *)", "deny", ["rule_field"]),
        ("Write(docs/**)", "deny", ["rule_path"]),
        ("Write", "deny", []),
        ("WebFetch(https://a.example/x)", "allow", ["rule_address"]),
        ("Bash(git:* push)", "allow", ["rule_colon"]),
    ],
)
def test_how_a_rule_is_written(rule: str, where: str, expected: list[str]) -> None:
    assert [fault.what for fault in faults_of(rule, where)] == expected


def test_rules_of_another_shape(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", {"permissions": []})
    assert faults(tree.part("rule")) == ["not_object_key"]
    tree.write("home/.claude/settings.json", {"permissions": {"allow": "Bash", "deny": [3]}})
    assert sorted(faults(part)[0] for part in tree.parts("rule")) == ["not_list", "rule_text"]


# -- files


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{\n "a": 1,\n}', "Line 3 is no valid JSON"),
        (b'{\n // why\n "a": 1}', "Line 2 is no valid JSON"),
        (b'{"a": {\n\n', "Line 1 is no valid JSON"),
        (b"", "Line 1 is no valid JSON"),
        (b"[1]", "The file holds no JSON object"),
        (b'{"a": "\xff"}', "The file is not UTF-8."),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "The JSON is nested too deeply to be read."),
        (b'{"a":"' + b"x" * reading.LARGEST + b'"}', "It has 1.0 MiB; no more than 1.0 MiB is read here."),
    ],
)
def test_a_settings_file_that_cannot_be_read(tree: Tree, body: bytes, said: str) -> None:
    tree.write("home/.claude/settings.json", body)
    part = tree.part("file")
    assert words_of(part.faults[0])[0].startswith(said)


def test_a_byte_order_mark_is_no_fault(tree: Tree) -> None:
    tree.write("home/.claude/settings.json", b'\xef\xbb\xbf{"permissions": {"allow": ["Read"]}}')
    assert tree.part("rule").name == "Read"


def test_an_unreadable_file_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tree.write("home/.claude/settings.json", {}, 0o000)
    opens = os.open

    def refuse(path: Path, flags: int) -> int:
        # root, too, is refused here
        if Path(path) == file:
            raise PermissionError(13, "denied")
        return opens(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert faults(tree.part("file")) == ["unreadable"]


def test_links_in_a_circle_and_to_nothing(tree: Tree) -> None:
    agents = tree.home / ".claude/agents"
    tree.write("home/.claude/agents/deep/a.md", prompt(name="a", description="x"))
    (agents / "deep/up").symlink_to(agents)
    (agents / "self.md").symlink_to(agents / "self.md")
    (agents / "gone.md").symlink_to("nowhere")
    (tree.home / ".claude/skills").mkdir()
    (tree.home / ".claude/skills/gone").symlink_to("nowhere")
    found = [(part.kind, faults(part)) for part in tree.look().parts if part.faults]
    assert sorted(found) == [
        ("agent", ["dangling"]),
        ("agent", ["loop"]),
        ("file", ["loop"]),
        ("skill", ["dangling"]),
    ]


def test_a_link_to_another_folder_is_followed(tree: Tree) -> None:
    tree.write("work/shared/a/SKILL.md", prompt(description="Shared"))
    (tree.home / ".claude/skills").mkdir(parents=True)
    (tree.home / ".claude/skills/mine").symlink_to(tree.repository / "shared/a")
    assert (tree.part("skill").name, tree.part("skill").text) == ("mine", "Shared")


def test_a_pipe_is_not_waited_for(tree: Tree) -> None:
    (tree.home / ".claude/commands").mkdir(parents=True)
    os.mkfifo(tree.home / ".claude/commands/wait.md")
    os.mkfifo(tree.home / ".claude/settings.json")
    assert sorted(faults(part)[0] for part in tree.look().parts) == ["no_file", "no_file"]


def test_numbers_and_depth_are_bounded(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(reading.MOST_FILES + 5):
        tree.write(f"home/.claude/commands/c{number:04}.md", "x")
    tree.write("home/.claude/agents/" + "d/" * 9 + "a.md", prompt(name="a", description="x"))
    assert len(tree.parts("command")) == reading.MOST_FILES
    assert sorted(faults(part)[0] for part in tree.parts("file")) == ["too_deep_folder", "too_many"]
    tree.write("home/.claude/settings.json", {"permissions": {"allow": ["Read"] * 5000}})
    assert len(tree.parts("rule")) == reading.MOST_FILES
    monkeypatch.setattr("techdash.setup.look.MOST_PARTS", 100)
    assert len(tree.look().parts) == 101
    assert faults(tree.look().parts[0]) == ["too_many_parts"]


def test_a_file_where_a_folder_is_expected(tree: Tree) -> None:
    tree.write("home/.claude/skills", "x")
    assert faults(tree.part("file")) == ["no_folder"]


# -- following, saying


def test_a_look_again_reads_only_what_changed(tree: Tree) -> None:
    tree.write("home/.claude/skills/a/SKILL.md", prompt(description="One"))
    script = tree.write("part/x.sh", "#!/bin/sh\n", 0o644)
    tree.hooks("part/.claude/settings.json", command="./x.sh")
    first = tree.look()
    assert look_again(tree.places, first) is first
    for change in (
        lambda: tree.write("home/.claude/skills/b/SKILL.md", prompt(description="Two")),
        lambda: tree.write("home/.claude/skills/a/SKILL.md", prompt(description="Another")),
        lambda: script.chmod(0o755),
        lambda: tree.write("work/.mcp.json", {"mcpServers": {}}),
        lambda: (tree.home / ".claude/skills/a/SKILL.md").unlink(),
        lambda: tree.write("home/.claude/agents/a.md", "x"),
    ):
        change()
        again = look_again(tree.places, first)
        assert again is not first
        first = again
        assert look_again(tree.places, first) is first


def test_every_saying_has_both_languages_and_the_same_values() -> None:
    for what, (english, chinese) in _WORDS.items():
        held = [
            {name for _, name, _, _ in string.Formatter().parse(one) if name} for one in (english, chinese)
        ]
        assert held[0] == held[1], what
        assert re.search("[\u4e00-\u9fff]", chinese) or not re.search(
            "[a-z]", re.sub("{.*?}", "", english)
        ), what
        assert "!" not in english, what
        assert "！" not in chinese, what


def test_whatever_is_in_the_files_comes_out_clean(tree: Tree) -> None:
    wild = "\x1b[31mred\u202e\x07"
    tree.write("home/.claude/skills/a/SKILL.md", prompt(description=f"{wild} text"))
    tree.write("home/.claude/agents/a.md", prompt(name=wild, description=wild))
    tree.write(f"home/.claude/commands/{wild}.md", "x")
    hook = {"matcher": wild, "hooks": [{"type": "command", "command": f"{wild} x"}, {"type": wild}]}
    tree.write(
        "home/.claude/settings.json",
        {
            "hooks": {wild: [hook]},
            "permissions": {"allow": [f"Bash({wild})", wild]},
            "enabledPlugins": {wild: True},
            "outputStyle": wild,
        },
    )
    tree.write("work/.mcp.json", {"mcpServers": {wild: {"type": "http", "url": f"https://a.example/{wild}"}}})
    cards = tree.cards()
    assert len(cards) > 8
    for card in cards:
        for value in (card.item, card.syntax, card.text, card.text_zh, card.note, card.note_zh, card.path):
            assert is_clean(value)
            assert "\n" not in value
