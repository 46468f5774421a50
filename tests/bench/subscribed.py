"""Feed readers with their subscriptions: techdash and newsboat, each in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench import feedserver
from tests.bench.figures import Measured, NotHere, Setting
from tests.homes import write_sources

_NEWSBOAT = "auto-reload no\nreload-threads 8\nmax-items 0\ncleanup-on-quit no\n"


@dataclass(frozen=True, slots=True)
class Reader:
    """A feed reader to run: its window, how it refreshes its folder, and how many entries it then holds."""

    name: str
    folder: Path
    window: Sequence[str | Path]
    refreshing: Sequence[str]
    count: str

    @property
    def template(self) -> Path:
        return self.folder.with_name(f"{self.name}-filled")

    def refresh(self) -> Measured:
        """Run it once: wall and CPU seconds (children counted), MiB of its largest process.

        Where it says of each feed that it is stored, also when the last one was: ``read wall``, ``read cpu``.
        """
        began = time.perf_counter()
        environment = {**os.environ, "HOME": str(self.folder), "TZ": "UTC"}
        command = [*self.window, *self.refreshing]
        read: dict[str, float] = {}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout
            due = 0
            for line in process.stdout if "--events" in self.refreshing else ():
                event = json.loads(line)
                due = event.get("due", due) - (event["event"] == "source")
                if not due and not read:
                    read = {"read wall": time.perf_counter() - began, "read cpu": _cpu(process.pid)}
            process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"{self.name} ended with {process.returncode}")
        return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss / 1024, **read}

    def entries(self) -> int:
        with closing(sqlite3.connect(self.store)) as conn:
            return int(conn.execute(self.count).fetchone()[0])

    @property
    def store(self) -> Path:
        (found,) = self.folder.glob("*.db")
        return found


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far, and of those that it started, whether they have ended or not."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended meanwhile
            of_process = file.read_text().rpartition(")")[2].split()
            if pid in (int(file.parent.name), int(of_process[1])):
                ticks += sum(map(int, of_process[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def subscribe(folder: Path, urls: Sequence[str]) -> None:
    """Make ``folder`` a home of techdash with these feeds and no others."""
    rows = [{"id": f"f{n}", "url": url, "kind": "article", "full_text": "feed"} for n, url in enumerate(urls)]
    write_sources(folder, *rows, starter=False)


def techdash_reader(folder: Path, urls: Sequence[str], how: str = "--quiet") -> Reader:
    subscribe(folder, urls)
    window: list[str | Path] = [Path(sys.executable).with_name("techdash"), "--home", folder]
    refreshing = ("--refresh", "--force", how)
    return Reader("techdash", folder, window, refreshing, "SELECT count(*) FROM entries")


def newsboat_reader(folder: Path, urls: Sequence[str]) -> Reader:
    """Raises :class:`NotHere`."""
    if shutil.which("newsboat") is None:
        raise NotHere("newsboat")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    (folder / "config").write_text(_NEWSBOAT, "utf-8")
    window: list[str | Path] = [
        "newsboat",
        "-C",
        folder / "config",
        "-u",
        folder / "urls",
        "-c",
        folder / "cache.db",
    ]
    return Reader("newsboat", folder, window, ("-x", "reload"), "SELECT count(*) FROM rss_item")


def feeds(setting: Setting, count: int) -> Path:
    """A folder to serve feeds from, made once for each number of them."""
    count = min(setting.scaled(count), count)
    folder = setting.work / f"feeds-{count}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        feedserver.write(folder, count)
        (folder / "complete").touch()
    return folder


def newsboat(setting: Setting, count: int) -> Reader:
    """A newsboat with ``count`` articles; raises :class:`NotHere`."""
    folder = setting.work / f"newsboat-{count}"
    if (folder / "complete").exists():
        return newsboat_reader(folder, (folder / "urls").read_text("utf-8").split())
    shutil.rmtree(folder, ignore_errors=True)
    with feedserver.serving(feeds(setting, feedserver.FEEDS)) as served:
        reader = newsboat_reader(folder, served.urls)
        reader.refresh()
    _grow(reader, count)
    (folder / "complete").touch()
    return reader


def _grow(reader: Reader, count: int) -> None:
    """Bring the number of newsboat's articles to ``count``: the same ones again, else fewer."""
    with closing(sqlite3.connect(reader.store)) as conn:
        columns = [name for _, name, *_ in conn.execute("PRAGMA table_info(rss_item)") if name != "id"]
        held = int(conn.execute(reader.count).fetchone()[0])
        values = [f"{name} || '#' || ?" if name == "guid" else name for name in columns]
        for copy in range(1, -(-count // held)):
            conn.execute(
                f"INSERT INTO rss_item ({', '.join(columns)}) SELECT {', '.join(values)} "
                "FROM rss_item ORDER BY id LIMIT ?",
                (copy, held),
            )
        newest = "SELECT id FROM rss_item ORDER BY id LIMIT ?"
        conn.execute(f"DELETE FROM rss_item WHERE id NOT IN ({newest})", (count,))
        conn.commit()
