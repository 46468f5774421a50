"""The real program against the torture server, and what must hold of both after every run.

The program is ``techdash --refresh --json`` from its arguments to its exit code, in this process, so that a
case can set the clock and scale the limits, which ``sync()`` and ``Client`` take as arguments. Where memory
counts it is a process of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from techdash import refresh
from techdash.cli.main import run as run_program
from techdash.events import Event
from techdash.feeds.client import Client, Limits
from techdash.paths import Paths
from tests.cli.program import FORBIDDEN
from tests.homes import write_sources
from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.server import Connection, Site

NOW = 1_778_580_000  # Tue, 12 May 2026 10:00:00 GMT, which is what the server's Date says where it says one
HOUR, DAY = 3600, 86400
HEALTHY = "healthy"
# The limits of every case, a tenth of the real ones; cases about time say which of them they scale further.
LIMITS = Limits(total=4.0, connect=2.0, read=2.0)
MOST_MEMORY = 300 << 20
MOST_GROWTH = 64 << 20
LONGEST_STALL = 0.1  # seconds of the processor, so that a busy machine is not held against the loop


@dataclass
class Source:
    """How one source of a run ended: what ``--json`` said of it, and what the library holds of it."""

    said: dict[str, Any]
    state: dict[str, Any]
    entries: int
    etag: bytes | None
    last_modified: bytes | None
    body_hash: bytes | None
    url: str

    @property
    def status(self) -> str:
        return str(self.said["status"])

    @property
    def new(self) -> int:
        return int(self.said["new"])

    @property
    def error(self) -> str:
        return str(self.said["error"] or "")

    @property
    def kind(self) -> str:
        return str(self.state["error_kind"])

    @property
    def wait(self) -> int:
        """Seconds until it is asked again."""
        return int(self.state["next_due"] - self.state["last_checked"])

    @property
    def validators(self) -> tuple[bytes | None, bytes | None]:
        return self.etag, self.last_modified


@dataclass
class Ran:
    """One run of the program."""

    code: int
    out: str
    err: str
    sources: dict[str, Source] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Source:
        return self.sources[name]


class Rig:
    """A home with a healthy source in it, and the ones a case adds."""

    def __init__(self, home: Path, site: Site, changes: pytest.MonkeyPatch) -> None:
        self.site = site
        self.home = home
        self.paths = _paths(home)
        self.now = NOW
        self._changes = changes
        self._rows: list[dict[str, Any]] = [healthy_row(site)]

    def subscribe(self, urls: Mapping[str, str], *, healthy: bool = True, **fields: Any) -> None:
        """Subscribe to these addresses, ids first, as the user's file does."""
        self._rows += [{"id": name, "url": url, "kind": "article"} | fields for name, url in urls.items()]
        rows = [row | {"enabled": healthy} if row["id"] == HEALTHY else row for row in self._rows]
        write_sources(self.home, *rows, starter=False)

    def refresh(
        self,
        *arguments: str,
        after: float = 0,
        limits: Limits = LIMITS,
        allowed: Mapping[str, int] | int = 1,
        code: int | None = None,
        **client: Any,
    ) -> Ran:
        """Refresh, ``after`` so many seconds, with a client made so; then all that must hold, does.

        ``allowed``: the most requests for a path, or for any of them.
        """
        self.now += int(after)
        before = self._snapshot() if self.paths.library.exists() else None
        asked = len(self.site.requests)
        stalls: list[float] = []
        descriptors, memory = _descriptors(self.site), _reset_peak()
        with _watched(self._changes, lambda: self.now, lambda: Client(limits, **client), stalls):
            ran = self.program("--refresh", "--json", *arguments)
        grown = _peak() - memory
        told = json.loads(ran.out)
        ran.sources = {it["id"]: self._source(it) for it in told["sources"]}
        self._holds(ran, before, code)
        # I6: nothing is left open, no child lives, the library is free.
        assert self.site.quiet(), "a connection was left open"
        assert _descriptors(self.site) == descriptors
        assert not _children()
        # I8 (the whole peak is for a process of its own to tell), I9, I10
        assert grown < MOST_GROWTH, f"{grown >> 20} MiB"
        assert max(stalls, default=0.0) < LONGEST_STALL
        counted = Counter(request.path for request in self.site.requests[asked:])
        most = allowed if isinstance(allowed, Mapping) else dict.fromkeys(counted, allowed)
        assert {path: n for path, n in counted.items() if n > most.get(path, 1)} == {}
        return ran

    def program(self, *arguments: str) -> Ran:
        """Run the program in this process; what it writes is clean, whatever it has met."""
        streams = io.BytesIO(), io.BytesIO()
        out, err = (io.TextIOWrapper(stream, "utf-8", write_through=True) for stream in streams)
        collecting = gc.get_threshold()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run_program(["--home", str(self.home), *arguments])
        finally:
            gc.unfreeze()
            gc.set_threshold(*collecting)
        ran = Ran(code, *(stream.getvalue().decode() for stream in streams))
        assert not FORBIDDEN.search(ran.out + ran.err)
        assert "should not have" not in ran.err, self.paths.log.read_text()
        return ran

    def measured(self, *arguments: str) -> tuple[int, Ran]:
        """Run it in a process of its own, on the real clock; its peak in bytes, and how it ended."""
        before = self._snapshot()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, "-m", "techdash", "--home", str(self.home), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        err, _, peak = done.stderr.decode().rpartition("peak ")
        self.now = int(time.time())
        ran = Ran(done.returncode, done.stdout.decode(), err)
        assert not FORBIDDEN.search(ran.out + ran.err)
        ran.sources = {it["id"]: self._source(it) for it in json.loads(ran.out)["sources"]}
        self._holds(ran, before, None)
        assert self.site.quiet(), "a connection was left open"
        assert int(peak) << 10 < MOST_MEMORY, f"{int(peak) >> 10} MiB"
        return int(peak) << 10, ran

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.paths.library)) as conn:
            return conn.execute(sql, parameters).fetchall()

    def titles(self, source: str) -> list[str]:
        found = self.rows("SELECT title FROM entries WHERE source_id = ? ORDER BY title", source)
        return [title for (title,) in found]

    # -- what must hold

    def _source(self, said: dict[str, Any]) -> Source:
        name = said["id"]
        with closing(sqlite3.connect(self.paths.library)) as conn:
            conn.row_factory = sqlite3.Row
            state = dict(conn.execute("SELECT * FROM source_state WHERE source_id = ?", (name,)).fetchone())
            (url,) = conn.execute("SELECT url FROM sources WHERE id = ?", (name,)).fetchone()
            (entries,) = conn.execute(
                "SELECT count(*) FROM entries WHERE source_id = ? AND stub = 0", (name,)
            ).fetchone()
            kept = conn.execute(
                "SELECT etag, last_modified, body_hash FROM validators WHERE source_id = ? AND url = ?",
                (name, url),
            ).fetchone()
        return Source(said, state, entries, *(kept or (None, None, None)), url)

    def _snapshot(self) -> dict[str, Any]:
        """The healthy source's entries as they stand, and the marks."""
        of_healthy = "SELECT id FROM entries WHERE source_id = 'healthy'"
        return {
            "entries": self.rows("SELECT * FROM entries WHERE source_id = 'healthy' ORDER BY id"),
            "bodies": self.rows(f"SELECT * FROM bodies WHERE entry_id IN ({of_healthy}) ORDER BY entry_id"),
            "marks": self.rows("SELECT * FROM marks ORDER BY entry_id"),
            "places": self.rows("SELECT * FROM places ORDER BY entry_id"),
        }

    def _holds(self, ran: Ran, before: dict[str, Any] | None, code: int | None) -> None:
        failed = [it for it in ran.sources.values() if it.status == "failed"]
        # I1: the exit code says whether any source failed.
        assert ran.code == (code if code is not None else 1 if failed else 0), ran.err
        for it in ran.sources.values():
            name = it.said["id"]
            if it.status in ("failed", "gone", "skipped"):
                # A sentence each, in the summary and on standard error; nothing of a failure is stored.
                assert it.error.endswith("."), it.error
                assert it.status == "skipped" or ran.code == 3 or f"({name}): {it.error}" in ran.err
                assert it.new == 0
            # I7, by its own word or its host's
            waits = [until for (until,) in self.rows(_HOST_WAIT, name)]
            due = max(it.state["next_due"], it.state["not_before"], *waits, 0)
            assert it.state["state"] == "gone" or due > self.now, name
        # I2
        assert self.rows("PRAGMA quick_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        if before is not None:
            after = self._snapshot()
            # I3: nothing of the other source has changed, but that it got its one new entry.
            for table in ("entries", "bodies"):
                known = {row[0]: row for row in before[table]}
                assert known == {row[0]: row for row in after[table] if row[0] in known}
            if healthy := ran.sources.get(HEALTHY):
                assert (healthy.status, healthy.new) == ("new", 1), healthy.error
                assert len(after["entries"]) == len(before["entries"]) + 1
            # I4
            assert (before["marks"], before["places"]) == (after["marks"], after["places"])
        self._is_clean()
        # I6: no transaction is open, and the lock of the refresh is free.
        with closing(sqlite3.connect(self.paths.library, timeout=0, isolation_level=None)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("ROLLBACK")
        assert self.paths.lock.read_bytes() == b""
        # Both the list of sources and the doctor show the same state, and neither fails.
        listed = json.loads(self.program("sources", "--json").out)
        shown = {row["id"]: row for row in listed}
        for name, it in ran.sources.items():
            assert (shown[name]["state"], shown[name]["failures"]) == (
                it.state["state"],
                it.state["failures"],
            )
            assert (shown[name]["error"] or "") == it.state["error"]
        assert self.program("doctor").code == 0

    def _is_clean(self) -> None:
        """I5: no text in the library holds what could drive a terminal."""
        with closing(sqlite3.connect(self.paths.library)) as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in conn.execute(f'SELECT * FROM "{table}"'):
                    for value in row:
                        assert not (isinstance(value, str) and FORBIDDEN.search(value)), (table, value)


# A process of its own in between, for the kernel counts the peak of who starts a process as that one's too.
_MEASURE = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, *sys.argv[1:]])
sys.stderr.write(f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
sys.exit(code)
"""
_HOST_WAIT = "SELECT w.until FROM host_waits w JOIN sources s ON s.host = w.host WHERE s.id = ?"


def healthy_row(site: Site) -> dict[str, Any]:
    return {"id": HEALTHY, "url": site.url("/healthy", "127.0.0.60"), "kind": "article"}


async def healthy(request: Request, connection: Connection) -> None:
    """A feed that has one more entry each time: its ETag says how many."""
    number = int(request.headers.get(b"if-none-match", b'"2"').strip(b'"')) + 1
    await connection.say(answer(headers=[("ETag", f'"{number}"')], body=rss("healthy", number)))


def _paths(home: Path) -> Paths:
    from techdash.paths import find

    return find(str(home))


@contextlib.contextmanager
def _watched(changes: pytest.MonkeyPatch, now: Any, open_client: Any, stalls: list[float]) -> Iterator[None]:
    """Have the program's syncs run with this clock and this client, and their loop looked at meanwhile."""
    whole = refresh.sync

    async def sync(*arguments: Any, **named: Any) -> AsyncIterator[Event]:
        watch = asyncio.create_task(_watch(stalls))
        try:
            async for event in whole(*arguments, now=now, open_client=open_client, **named):
                yield event
        finally:
            watch.cancel()

    with changes.context() as patched:
        patched.setattr(refresh, "sync", sync)
        yield


async def _watch(stalls: list[float]) -> None:
    """What the loop's thread used of the processor from one look to the next."""
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.005)
        stalls.append(time.thread_time() - before)


# -- this process, as the kernel sees it (Linux; elsewhere these checks see nothing)

_PROC = Path("/proc/self")


def _descriptors(site: Site) -> Counter[str]:
    """What this process holds open, but for the server's own ends of its connections."""
    ours = _sockets_at(site.ports)
    found: Counter[str] = Counter()
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(_PROC / "fd"):
            with contextlib.suppress(OSError):
                target = str(Path(entry.path).readlink())
                number = re.fullmatch(r"socket:\[(\d+)\]", target)
                if number is None:
                    found[target.partition(":")[0] if ":[" in target else target] += 1
                elif number[1] not in ours:
                    found["socket"] += 1
    found.pop(f"{_PROC.resolve()}/fd", None)
    return found


def _sockets_at(ports: set[int]) -> set[str]:
    """The inodes of TCP sockets whose own end is one of these ports."""
    found = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                if int(columns[1].rpartition(":")[2], 16) in ports:
                    found.add(columns[9])
    return found


def _children() -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return [pid for task in (_PROC / "task").iterdir() for pid in (task / "children").read_text().split()]
    return []


def _reset_peak() -> int:
    """Begin to measure this process's peak anew; gives what it holds now, in bytes."""
    with contextlib.suppress(OSError):
        (_PROC / "clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(name: str) -> int:
    with contextlib.suppress(FileNotFoundError):
        found = re.search(rf"^{name}:\s+(\d+) kB", (_PROC / "status").read_text(), re.MULTILINE)
        return int(found[1]) << 10 if found else 0
    return 0
