"""The driver of the end-to-end tests: what a program writes is what the tests read."""

from __future__ import annotations

import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.system("tmux")


def test_chinese_keeps_its_width(terminal: Terminal) -> None:
    terminal.start(["printf", "%s\n", "你好 world", "│中文│abc│"])
    assert terminal.wait_exit() == 0
    terminal.wait_for("│中文│abc│")
    assert terminal.screen().splitlines()[:2] == ["你好 world", "│中文│abc│"]


def test_keys_size_clipboard_and_exit_status(terminal: Terminal) -> None:
    copy = 'printf "\\033]52;c;5L2g5aW9\\007"'
    script = f'{copy}; stty size; read line; echo "got <$line>"; stty size; read again; exit 3'
    terminal.start(["sh", "-c", script], {"SOME": "where"})
    terminal.wait_for("40 120")
    assert terminal.clipboard() == "你好"
    terminal.resize(80, 24)
    terminal.type("二 words")
    terminal.keys("Enter")
    terminal.wait_for(r"got <二 words>\n24 80")
    terminal.keys("Enter")
    assert terminal.wait_exit() == 3
    terminal.start(["sh", "-c", "echo $SOME; read line"], {"SOME": "where"})
    terminal.wait_for("^where")


def test_a_screen_that_never_comes_is_shown(terminal: Terminal) -> None:
    terminal.start(["sh", "-c", "echo something else; read line"])
    with pytest.raises(AssertionError, match="something else"):
        terminal.wait_for("what we hoped for", timeout=1)
