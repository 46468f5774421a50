"""A full-screen program in a pty, timed as a person sees it: from exec or key to the end of a frame."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

QUIET = 0.06
"""Seconds of silence that end a burst of output."""

_FRAME_END = b"\x1b[?2026l"
_NAMES = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[H",
    "enter": "\r",
    "escape": "\x1b",
}
_QUERY = re.compile(
    rb"\x1b\[\?(?P<mode>\d+)\$p|\x1b\](?P<colour>1[01]);\?(?:\x07|\x1b\\)|\x1b\[(?P<size>1[468])t"
    rb"|\x1b\[(?P<plain>>?0?c|>0?q|6n|5n)"
)
# What pyte would print as text: private CSI, intermediates, and the strings of OSC, DCS, APC.
_UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[ -/]*[@-~]|\x1b\[\??[0-9;]*[ -/]+[@-~]|\x1b\[\?u|\x1b[P_^X][^\x1b]*\x1b\\"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:?<>= -/]*|[P_^X\]][^\x07\x1b]*\x1b?)?$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read gave, and when (``time.perf_counter``)."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Seconds from a key to the first byte, to the end of the first whole frame, to the last byte of all.

    The last, before silence, is what the figures mean by a painted key; they differ where something follows,
    such as a row that had to be fetched.
    """

    first: float
    frame: float
    rest: float


class NeverShown(Exception):
    """The text waited for did not come; the message has the screen."""


class Probe:
    """A running program. Times are seconds; ``started`` is just before the fork."""

    def __init__(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self.columns, self.rows = columns, rows
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._unseen: list[Chunk] = []
        self._rest = b""
        self._asked = b""
        self._tail = b""
        self._last = self._first_frame = 0.0
        self._ended = False
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        arguments = [str(part) for part in command]
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, self._size())
                os.execvpe(arguments[0], arguments, environment)
            finally:
                os._exit(127)
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    # -- what a person does and sees

    def until(self, pattern: str, timeout: float = 60) -> float:
        """When the chunk was read after which ``pattern`` is on the screen (``time.perf_counter``)."""
        found = re.compile(pattern)
        looked = time.perf_counter()
        limit = looked + timeout
        while not self._ended and (now := time.perf_counter()) < limit:
            came = self._read(0.02)
            # Emulating a terminal takes time that the program needs: only in its pauses, or now and then.
            if self._unseen and (not came or now - looked > 0.25):
                for chunk in self._show():
                    if found.search(self.text()):
                        return chunk.at
                looked = time.perf_counter()
        for chunk in self._show():
            if found.search(self.text()):
                return chunk.at
        raise NeverShown(f"{pattern} never came\n{self.screen()}")

    def settle(self, quiet: float = QUIET, timeout: float = 20) -> float:
        """Wait for ``quiet`` seconds of silence; when the last byte before it was read."""
        limit = time.perf_counter() + timeout
        while not self._ended and (now := time.perf_counter()) < limit:
            left = max(self._last, self.started) + quiet - now
            if left <= 0:
                break
            self._read(left)
        return self._last

    def press(self, keys: str) -> Answer:
        """Send keys and wait until the program is at rest."""
        return self._answer_to(lambda: self.send(keys), repr(keys), QUIET)

    def resize(self, columns: int, rows: int, quiet: float = QUIET) -> Answer:
        """Give the terminal another size and wait for ``quiet`` seconds of silence."""

        def change() -> None:
            self.columns, self.rows = columns, rows
            self._screen.resize(rows, columns)
            fcntl.ioctl(self._fd, termios.TIOCSWINSZ, self._size())

        return self._answer_to(change, f"{columns} columns", quiet)

    def _answer_to(self, act: Callable[[], None], named: str, quiet: float) -> Answer:
        """A frame ends where the program marks it (synchronized output), else with the last byte."""
        self.settle()
        self.screen()
        self._first_frame = 0.0
        before = self._last
        sent = time.perf_counter()
        act()
        while self._last == before and not self._ended:
            if not self._read(2.0):
                raise NeverShown(f"nothing answered {named}\n{self.screen()}")
        first = self._last
        rest = self.settle(quiet)
        return Answer(first - sent, (self._first_frame or rest) - sent, rest - sent)

    def press_until(self, keys: str, pattern: str, timeout: float = 60) -> float:
        """Send keys; seconds until ``pattern`` is on the screen."""
        self.settle()
        self.screen()
        sent = time.perf_counter()
        self.send(keys)
        return self.until(pattern, timeout) - sent

    def quit(self, keys: str, timeout: float = 20) -> float:
        """Send keys; seconds until the program has ended."""
        self.settle()
        sent = time.perf_counter()
        self.send(keys)
        while not self._ended and time.perf_counter() < sent + timeout:
            self._read(0.5)
        if not self._ended:
            raise NeverShown(f"{keys!r} did not end it\n{self.screen()}")
        os.waitpid(self.pid, 0)
        self.pid = 0
        return time.perf_counter() - sent

    def screen(self) -> str:
        """The screen as it is now, a line a row."""
        self._show_all()
        return self.text()

    def text(self) -> str:
        """The screen as far as it was emulated; pyte keeps an empty cell behind a wide character."""
        rows = (self._screen.buffer[y] for y in range(self.rows))
        return "\n".join("".join(row[x].data for x in range(self.columns)).rstrip() for row in rows)

    def rss(self) -> float:
        """Resident memory of the program itself, in MiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    # -- bytes

    def _size(self) -> bytes:
        return struct.pack("HHHH", self.rows, self.columns, self.columns * 9, self.rows * 18)

    def send(self, keys: str) -> None:
        """Send keys and wait for nothing."""
        os.write(self._fd, _keys(keys))

    def _read(self, wait: float) -> bool:
        """One read, stamped; whether anything came."""
        ready, _, _ = select.select([self._fd], [], [], wait)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # the other end is closed
            data = b""
        now = time.perf_counter()
        if not data:
            self._ended = True
            return False
        self._unseen.append(Chunk(now, data))
        self._last = now
        if not self._first_frame and _FRAME_END in self._tail + data:
            self._first_frame = now
        self._tail = data[-len(_FRAME_END) + 1 :]
        self._answer(data)
        return True

    def _answer(self, data: bytes) -> None:
        """Answer as a plain modern terminal would; one that never answers makes programs wait."""
        data = self._asked + data
        end = 0
        for query in _QUERY.finditer(data):
            end = query.end()
            os.write(self._fd, self._reply(query))
        unfinished = _UNFINISHED.search(data, end)
        self._asked = unfinished.group() if unfinished else b""

    def _reply(self, query: re.Match[bytes]) -> bytes:
        if mode := query["mode"]:
            return b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0)
        if colour := query["colour"]:
            return b"\x1b]%s;rgb:%s\x1b\\" % (
                colour,
                b"0000/0000/0000" if colour == b"11" else b"dddd/dddd/dddd",
            )
        if size := query["size"]:
            replies = {b"14": (4, self.rows * 18, self.columns * 9), b"16": (6, 18, 9)}
            return b"\x1b[%d;%d;%dt" % replies.get(size, (8, self.rows, self.columns))
        plain = query["plain"]
        if plain.endswith(b"n"):
            return b"\x1b[0n" if plain == b"5n" else b"\x1b[1;1R"
        if plain.endswith(b"q"):
            return b"\x1bP>|bench\x1b\\"
        return b"\x1b[>41;0;0c" if plain.startswith(b">") else b"\x1b[?62;22c"

    def _show(self) -> Iterator[Chunk]:
        """Emulate what was read, a chunk at a time."""
        while self._unseen:
            chunk = self._unseen.pop(0)
            data = self._rest + chunk.data
            unfinished = _UNFINISHED.search(data)
            self._rest = unfinished.group() if unfinished and len(unfinished.group()) < 4096 else b""
            data = data[: len(data) - len(self._rest)]
            self._stream.feed(_UNKNOWN.sub(b"", data))
            yield chunk

    def _show_all(self) -> None:
        while self._read(0):
            pass
        for _ in self._show():
            pass


def _keys(names: str) -> bytes:
    """``<down>`` and its like as a terminal sends them, all else as it is."""
    return re.sub(r"<(\w+)>", lambda name: _NAMES.get(name[1], name[0]), names).encode()
