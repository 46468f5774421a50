"""``techdash read``: what a terminal gets beyond a pipe, and nothing of it anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.program import Program

SOURCE = (
    "# 标题\n\n用LayerNorm与50%的数据。\n\n```python\ndef f(x):\n    return x  # 注释abc\n```\n\n"
    "<details><summary>折叠</summary>\n\n里面\n\n</details>\n"
)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.md"
    path.write_text(SOURCE, "utf-8")
    return path


def test_a_terminal_gets_colour_for_code_and_gaps_between_scripts(fresh: Program, text: Path) -> None:
    out = fresh.in_terminal("read", text, TERM="xterm", NO_COLOR="").out
    assert "\x1b[36;35mdef\x1b[0m" in out
    assert "\x1b[36;2;39m# 注释abc\x1b[0m" in out
    assert "用 LayerNorm 与 50% 的数据。" in re.sub("\x1b\\[[0-9;]*m", "", out)


def test_a_terminal_without_colour_gets_the_gaps(fresh: Program, text: Path) -> None:
    out = fresh.in_terminal("read", text, TERM="xterm", NO_COLOR="1").out
    assert "用 LayerNorm 与 50% 的数据。" in out
    assert "\x1b" not in out


def test_plain_pipes_and_forms_for_programs_hold_the_text_alone(fresh: Program, text: Path) -> None:
    for out in (
        fresh.in_terminal("read", "--plain", text, TERM="xterm", NO_COLOR="").out,
        fresh.in_terminal("read", "--markdown", text, TERM="xterm", NO_COLOR="").out,
        fresh.run("read", text).out,
        fresh.run("read", "--json", text, PYTHONIOENCODING="utf-8").out,
    ):
        assert "用LayerNorm与50%的数据。" in out
        assert "\x1b[3" not in out


def test_what_folds_is_printed_open(fresh: Program, text: Path) -> None:
    assert "▾ 折叠\n  里面\n" in fresh.run("read", text).out
    assert "里面" in fresh.in_terminal("read", text, TERM="xterm", NO_COLOR="").out
