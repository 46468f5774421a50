"""What a command loads, seen in a fresh interpreter: reading is light, asking for the version lighter."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.program import Program

HEAVY = {
    *("textual", "rich", "httpx", "httpcore", "feedparser", "fastfeedparser", "lxml", "selectolax"),
    *("markdown_it", "mdit_py_plugins", "sqlite_utils", "platformdirs", "tomlkit", "asyncio", "email"),
}


def loaded(program: Program, *arguments: str) -> set[str]:
    """Names in ``sys.modules`` after a command; top-level ones, and all of techdash's own."""
    code = "import sys\nfrom techdash.cli import main\nmain()\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=program.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    names = done.stderr.splitlines()[-1].split()
    return {name for name in names if "." not in name or name.startswith("techdash.")}


def test_version_loads_nothing(program: Program) -> None:
    names = loaded(program, "--version")
    assert not names & (HEAVY | {"argparse", "sqlite3", "dataclasses", "re", "json"})
    assert {name for name in names if name.startswith("techdash.")} == {"techdash.cli"}


@pytest.mark.parametrize("command", [("cheat", "rewind"), ("search", "wicked"), ("sources",), ("digest",)])
def test_reading_commands_load_no_writer_no_fetcher_and_no_window(
    program: Program, command: tuple[str, ...]
) -> None:
    allowed = {"selectolax", "markdown_it", "mdit_py_plugins"} if command[0] == "search" else set()
    assert not loaded(program, *command) & (HEAVY - allowed)


def test_a_command_loads_only_itself(program: Program) -> None:
    mine = {name for name in loaded(program, "cheat", "rewind") if name.startswith("techdash.cli.")}
    assert mine == {
        f"techdash.cli.{name}"
        for name in ("main", "codes", "output", "parser", "options", "cheat", "first_run")
    }
