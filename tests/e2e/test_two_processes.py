"""The window and its refresh are two processes: killing either harms neither, and only one refresh runs."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.reader import Reader
from tests.e2e.terminal import POLL, Terminal
from tests.homes import write_sources

pytestmark = pytest.mark.system("tmux")

STARTER_ESSAY = "The Norm Is an Odometer"


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """A host that takes connections and never answers: the kernel queues them, nobody accepts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def reader(silence: socket.socket, terminal: Terminal, tmp_path: Path) -> Reader:
    """The window open, its refresh waiting for the silent host."""
    url = f"http://127.0.0.1:{silence.getsockname()[1]}/feed.xml"
    write_sources(tmp_path / "home", {"id": "silent", "url": url, "kind": "article"})
    reader = Reader(terminal, tmp_path / "home")
    reader.open()
    terminal.keys("2")
    terminal.wait_for(STARTER_ESSAY)
    terminal.wait_for("syncing")
    return reader


def refresh_of(window: int) -> int:
    """The window's child."""
    (child,) = Path(f"/proc/{window}/task/{window}/children").read_text().split()
    return int(child)


def wait_ended(pid: int, timeout: float = 20) -> None:
    """Wait until a process that isn't ours to wait for is gone, or nobody's zombie."""
    end = time.monotonic() + timeout
    while _runs(pid):
        assert time.monotonic() < end, f"process {pid} still runs"
        time.sleep(POLL)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def check_library(home: Path) -> None:
    with closing(sqlite3.connect(home / "library.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_killed_refresh_leaves_the_window_at_work(reader: Reader) -> None:
    window = reader.terminal.pid()
    os.kill(refresh_of(window), signal.SIGKILL)
    reader.terminal.wait_gone("syncing")
    reader.move_to(STARTER_ESSAY)
    reader.terminal.keys("Enter")
    reader.terminal.wait_for(r"LayerNorm")
    reader.close()
    check_library(reader.home)


def test_a_killed_window_takes_its_refresh_along(reader: Reader, silence: socket.socket) -> None:
    window = reader.terminal.pid()
    refresh = refresh_of(window)
    os.kill(window, signal.SIGKILL)
    assert reader.terminal.wait_exit() == 128 + signal.SIGKILL
    silence.close()
    wait_ended(refresh)
    check_library(reader.home)
    reader.open()
    reader.terminal.keys("2")
    reader.terminal.wait_for(STARTER_ESSAY)
    reader.close()


def test_quitting_ends_the_refresh(reader: Reader) -> None:
    refresh = refresh_of(reader.terminal.pid())
    reader.close()
    wait_ended(refresh)


def test_a_process_that_comes_and_goes_takes_nothing_along(terminal: Terminal, tmp_path: Path) -> None:
    """The last to close a library folds its log in and deletes it; nobody else may think to be the last."""
    reader = Reader(terminal, tmp_path / "home")
    write_sources(reader.home)
    reader.open()
    terminal.wait_for(r"\d+ new")
    terminal.keys("2")
    terminal.wait_for(STARTER_ESSAY)
    terminal.keys("s")
    terminal.wait_until(lambda screen: stars(screen) == 1, "one star")
    command = [sys.executable, "-m", "techdash", "--refresh", "--wait", "30", "--home", str(reader.home)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    terminal.keys("j", "s")
    terminal.wait_until(lambda screen: stars(screen) == 2, "two stars")
    os.kill(terminal.pid(), signal.SIGKILL)
    terminal.wait_exit()
    reader.open()
    terminal.keys("2")
    terminal.wait_until(lambda screen: stars(screen) == 2, "two stars, kept")
    reader.close()


def stars(screen: str) -> int:
    """Starred rows of the list."""
    return sum("★" in line.partition("│")[0] for line in screen.splitlines())


def test_a_second_refresh_names_the_first(reader: Reader) -> None:
    refresh = refresh_of(reader.terminal.pid())
    command = [sys.executable, "-m", "techdash", "--refresh", "--home", str(reader.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 4
    assert str(refresh) in done.stderr
    reader.close()
