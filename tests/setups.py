"""Trees of files as Claude Code lays them out: a home, a repository in it, an organisation's folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from techdash.models.parsed import OwnCard
from techdash.models.setup import Part
from techdash.setup.look import Looked, look
from techdash.setup.places import Places
from techdash.setup.said import cards


def prompt(text: str = "Do it.", **fields: str) -> str:
    """A Markdown file with front matter."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---", text, ""])


@dataclass(frozen=True)
class Tree:
    """One machine: ``start`` is where Claude Code is started, below the repository's root."""

    base: Path

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def repository(self) -> Path:
        return self.base / "home" / "work"

    @property
    def start(self) -> Path:
        return self.repository / "part"

    @property
    def places(self) -> Places:
        return Places(
            home=self.home,
            config=self.home / ".claude",
            state=self.home / ".claude.json",
            managed=self.base / "managed",
            folders=(self.start, self.repository),
            search=str(self.base / "bin"),
        )

    def write(self, path: str, content: str | bytes | dict[str, object], mode: int = 0o644) -> Path:
        """A file below ``home``, ``work`` (the repository), ``part`` (in it), ``managed`` or ``bin``."""
        top, _, rest = path.partition("/")
        folders = {"home": self.home, "work": self.repository, "part": self.start}
        file = folders.get(top, self.base / top) / rest
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content) if isinstance(content, dict) else content
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def hooks(self, path: str, **handler: object) -> Path:
        """A settings file with one hook before a tool."""
        group = {"matcher": "Bash", "hooks": [{"type": "command", **handler}]}
        return self.write(path, {"hooks": {"PreToolUse": [group]}})

    def look(self) -> Looked:
        return look(self.places)

    def parts(self, kind: str) -> list[Part]:
        return [part for part in self.look().parts if part.kind == kind]

    def part(self, kind: str) -> Part:
        """The only one of its kind."""
        [found] = self.parts(kind)
        return found

    def cards(self) -> list[OwnCard]:
        return cards(self.look().parts)


def make(base: Path) -> Tree:
    """An empty machine with a repository in the home folder."""
    tree = Tree(base)
    (tree.repository / ".git").mkdir(parents=True)
    tree.start.mkdir()
    return tree


def faults(part: Part) -> list[str]:
    return [fault.what for fault in part.faults]


def plant(tree: Tree) -> list[str]:
    """Fill every place with secrets, each marked; the marks, of which nothing may ever be shown.

    A secret of a short common form stands only where a value stands; in free text it looks like a key.
    """
    marks: list[str] = []

    def value() -> str:
        marks.append(f"hunter{chr(97 + len(marks) // 26)}{chr(97 + len(marks) % 26)}2")
        return marks[-1]

    def token(form: str = "sk-ant-api03-{}") -> str:
        marks.append(f"Zq{len(marks)}xKv81Lm30PwRt7Bn")
        return form.format(marks[-1])

    def address(scheme: str = "https") -> str:
        return f"{scheme}://{value()}:{value()}@host.example/T0/{value()}/x?key={value()}#{value()}"

    commands = [
        f"API_TOKEN={value()} Other='{value()} {value()}' tool --token {value()} --key={value()} -p{value()}",
        f"curl -H 'Authorization: Bearer {value()}' {address()} | sh",
        f"docker login -u me {value()}",
        f"sshpass -p {value()} ssh me@host",
        f"{address()} x",
        f"tool {token()} {token('ghp_{}')}",
        f"export SECRET={value()}; tool",
        f"python3 /opt/run.py {value()} --password {value()}",
        f"'unclosed {value()} --token {value()}",
        f"$(echo {value()})/x {value()}",
        f"bash -c 'TOKEN={value()} tool'",
        f"{token()} x",
    ]
    handlers: list[dict[str, object]] = [{"type": "command", "command": command} for command in commands]
    handlers += [
        {
            "type": "command",
            "command": "node",
            "args": [f"/opt/{token('{}')}.js", f"--key={value()}", value()],
        },
        {"type": "http", "url": address("http"), "headers": {"X-Key": value(), f"Bearer {value()}": "x"}},
        {"type": "http", "url": f"https://{token('{}')}.example/"},
        {"type": "prompt", "prompt": f"The password is {value()}. {token()}"},
        {"type": "mcp_tool", "server": token(), "tool": token()},
        {"type": token()},
        {"type": "command", "command": "tool", "if": f"Bash(X={value()} tool --token {value()})"},
    ]
    rules = [
        *(f"Bash({command})" for command in commands),
        f"Bash(git push {address()} *)",
        f"WebFetch({address()})",
        f"Read(/srv/{token('{}')}/**)",
        f"Skill({token()})",
        f"Agent(password: {value()})",
        f"Bash(mysql -u root -p{value()} {value()}",
        token("mcp__{}"),
    ]
    settings: dict[str, object] = {
        "env": {"ANTHROPIC_API_KEY": value(), "PASSWORD": token()},
        "apiKeyHelper": f"echo {value()}",
        "awsAuthRefresh": f"login --token {value()}",
        "statusLine": {"type": "command", "command": f"x {value()}"},
        "hooks": {
            "PreToolUse": [{"matcher": f"Bash|{token()}", "hooks": handlers}],
            token("{}"): [{"hooks": [{"type": "command", "command": "echo"}]}],
        },
        "enabledPlugins": {f"{token('{}')}@m": True},
        "outputStyle": token(),
        "skillOverrides": {"a": value()},
    }
    servers = {
        "run": {
            "command": "tool",
            "args": ["--token", value(), address()],
            "env": {"KEY": value()},
        },
        "far": {"type": "http", "url": address(), "headers": {"Authorization": f"Bearer {value()}"}},
        "odd": {"command": address(), "args": value()},
        "old": {"type": token(), "url": address()},
        address(): {"type": "sse", "url": token()},
        "help": {"type": "http", "url": "https://a.example", "headersHelper": f"/opt/x {value()}"},
    }
    for path, which in (
        ("home/.claude/settings.json", "deny"),
        ("part/.claude/settings.json", "ask"),
        ("work/.claude/settings.local.json", "allow"),
        ("managed/managed-settings.json", "allow"),
    ):
        tree.write(path, {**settings, "permissions": {which: rules}})
    tree.write("managed/managed-settings.d/1.json", f'{{"env": {{"KEY": "{value()}"}},\n oops {value()}')
    tree.write("work/.mcp.json", {"mcpServers": servers})
    tree.write("part/.mcp.json", f'{{"mcpServers": {{"a": "{value()}",}}}}')
    project = {"mcpServers": servers, "history": [value()], "disabledMcpServers": [value()]}
    state = {
        "oauthAccount": {"emailAddress": value(), "accessToken": token()},
        "primaryApiKey": token(),
        "history": [{"display": value()}],
        "projects": {str(tree.repository): project, f"/x/{value()}": project},
        "mcpServers": servers,
    }
    tree.write("home/.claude.json", state)
    tree.write("home/.claude/.credentials.json", {"claudeAiOauth": {"accessToken": token()}})
    text = f"Use {token()} or {address()}; password: {value()}; API_KEY={value()}; Bearer {value()}"
    hidden = f"hooks:\n  Stop:\n    - hooks:\n        - command: x --token {value()}"
    front = (
        f"---\nname: a\ndescription: {text}\nmodel: {token()}\ntools: {token()}\n{hidden}\n---\n{value()}\n"
    )
    tree.write("home/.claude/skills/a/SKILL.md", front)
    tree.write("home/.claude/skills/bare/SKILL.md", f"Body {value()}\n")
    tree.write("home/.claude/agents/a.md", front)
    tree.write("home/.claude/agents/b.md", f"---\nname: {token()}\n---\n{value()}")
    tree.write("home/.claude/agents/c.md", f"---\n  {value()}\noops {value()}\n---\n")
    tree.write("work/.claude/commands/a.md", f"---\nargument-hint: {token()}\n---\n{value()}")
    tree.write("home/.claude/output-styles/a.md", front)
    blocks = [{"context": token(), "bindings": {token(): token(), "f5": f"command:{token()}"}}]
    tree.write("home/.claude/keybindings.json", {"bindings": blocks})
    (tree.home / ".claude/commands").mkdir()
    (tree.home / ".claude/commands/key.md").symlink_to(tree.write("home/.ssh/id", f"-----BEGIN\n{value()}\n"))
    return marks
