"""A real terminal for tests: tmux with its own socket and configuration, driven by keys, read as text."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

POLL = 0.03
"""Seconds between two looks at the screen. tmux can't say when a screen changed, so we look again."""

_CONFIG = """\
set -g default-terminal tmux-256color
set -g status off
set -g history-limit 2000
set -g mouse off
set -s escape-time 0
set -s set-clipboard on
set -as terminal-features ",*:RGB"
"""

# Notes how the program ended and keeps its last screen. (remain-on-exit scrolls it, and loses statuses.)
_KEEP = '"$@"; echo $? > "$0.new"; mv "$0.new" "$0"; exec cat > /dev/null'


class Terminal:
    """One window of a tmux server that is ours alone; ``columns`` by ``rows`` cells, UTF-8.

    Use as a context manager: what still runs is ended with it.
    """

    def __init__(self, columns: int = 120, rows: int = 40) -> None:
        self.columns, self.rows = columns, rows
        self._folder = Path(tempfile.mkdtemp(prefix="tmux-"))
        self._status = self._folder / "status"
        self._running = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    # -- driving

    def start(self, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Run a command in the window; after it has ended, another may be started in the same window."""
        variables = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor", **(env or {})}
        settings = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
        self._status.unlink(missing_ok=True)
        line = shlex.join(["exec", "sh", "-c", _KEEP, str(self._status), *map(str, command)])
        if self._running:
            self._tmux("respawn-pane", "-k", *settings, line)
            return
        (self._folder / "tmux.conf").write_text(_CONFIG, "utf-8")
        self._tmux(
            *("-f", str(self._folder / "tmux.conf"), "new-session", "-d", *settings),
            *("-x", str(self.columns), "-y", str(self.rows), line),
        )
        self._running = True

    def keys(self, *names: str) -> None:
        """Press keys, by tmux's names (``Enter``, ``Escape``, ``C-d``, ``Down``) or as single characters.

        A key right behind Escape would be read as Alt and that key: wait for what Escape does in between.
        """
        self._tmux("send-keys", "--", *names)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", "--", text)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def kill(self) -> None:
        """End the server and all that runs in it."""
        if self._running:
            self._tmux("kill-server")
            self._running = False

    # -- looking

    def screen(self) -> str:
        """What the window shows: a line a row, without blanks at the ends."""
        return self._tmux("capture-pane", "-p").rstrip("\n")

    def settled(self) -> str:
        """The screen, once two looks agree: never one that is being painted."""
        before = self.screen()
        while (now := self._look_again()) != before:
            before = now
        return now

    def clipboard(self) -> str:
        """What the program last copied by OSC 52."""
        return self._tmux("show-buffer")

    def wait_for(self, pattern: str, timeout: float = 20) -> str:
        """The screen, as soon as ``pattern`` is found on it; an AssertionError that shows it otherwise."""
        found = re.compile(pattern)
        return self.wait_until(lambda screen: bool(found.search(screen)), pattern, timeout)

    def wait_gone(self, pattern: str, timeout: float = 20) -> str:
        """The screen, as soon as ``pattern`` is no longer on it."""
        found = re.compile(pattern)
        return self.wait_until(lambda screen: not found.search(screen), f"no {pattern}", timeout)

    def wait_until(self, holds: Callable[[str], object], what: str, timeout: float = 20) -> str:
        """The screen, as soon as ``holds`` is true of it."""
        end = time.monotonic() + timeout
        screen = self.screen()
        while not holds(screen):
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout:g} s for: {what}\n{screen}")
            screen = self._look_again()
        return screen

    def _look_again(self) -> str:
        time.sleep(POLL)
        return self.screen()

    def wait_exit(self, timeout: float = 20) -> int:
        """The exit status of the command, once it has ended; 128 + n where signal n ended it."""
        self.wait_until(lambda _: self._status.exists(), "the command to end", timeout)
        return int(self._status.read_text())

    def pid(self) -> int:
        """The process of the command."""
        shell = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])

    def _tmux(self, *arguments: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TERM")}
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self._folder / "socket"), *arguments],
            env={**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=20,
        )
        assert done.returncode == 0, f"tmux {arguments}: {done.stderr}"
        return done.stdout
