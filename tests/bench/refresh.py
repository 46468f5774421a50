"""Figures of refreshing 200 feeds over HTTP, beside newsboat: wall, CPU and memory of whole processes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import feedserver
from tests.bench.figures import Figure, Measured, Setting, in_turn, ratios
from tests.bench.start import techdash
from tests.homes import write_sources

LATENCY = 0.05
_NEWSBOAT = "auto-reload no\nreload-threads 8\nmax-items 0\ncleanup-on-quit no\n"


@dataclass(frozen=True, slots=True)
class Reader:
    """A feed reader to run: how it refreshes a folder of its own, and how many entries it then holds."""

    name: str
    folder: Path
    command: Sequence[str | Path]
    count: str

    @property
    def template(self) -> Path:
        return self.folder.with_name(f"{self.name}-filled")

    def refresh(self) -> Measured:
        """Run it once: wall and CPU seconds (children counted), MiB of its largest process."""
        began = time.perf_counter()
        environment = {**os.environ, "HOME": str(self.folder), "TZ": "UTC"}
        with subprocess.Popen(self.command, env=environment, stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"{self.name} ended with {process.returncode}")
        return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss / 1024}

    def entries(self) -> int:
        (store,) = self.folder.glob("*.db")
        with closing(sqlite3.connect(store)) as conn:
            return int(conn.execute(self.count).fetchone()[0])


def _techdash(folder: Path, urls: Sequence[str]) -> Reader:
    rows = [{"id": f"f{n}", "url": url, "kind": "article", "full_text": "feed"} for n, url in enumerate(urls)]
    write_sources(folder, *rows, starter=False)
    command = techdash(folder, "--refresh", "--force", "--quiet")
    return Reader("techdash", folder, command, "SELECT count(*) FROM entries")


def _newsboat(folder: Path, urls: Sequence[str]) -> Reader:
    folder.mkdir(parents=True)
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    (folder / "config").write_text(_NEWSBOAT, "utf-8")
    places = ("-C", folder / "config", "-u", folder / "urls", "-c", folder / "cache.db")
    return Reader("newsboat", folder, ["newsboat", *places, "-x", "reload"], "SELECT count(*) FROM rss_item")


@contextmanager
def _both(setting: Setting) -> Iterator[tuple[feedserver.Served, Reader, Reader]]:
    """A feed server and the two readers, each subscribed to all of its feeds and empty."""
    if shutil.which("newsboat") is None:
        raise RuntimeError("newsboat is not installed; there is nothing to stand beside")
    feeds, run = setting.work / "feeds", setting.work / "refresh"
    if not feeds.exists():
        feedserver.write(feeds, min(setting.scaled(feedserver.FEEDS), feedserver.FEEDS))
    shutil.rmtree(run, ignore_errors=True)
    with feedserver.serving(feeds) as served:
        ours, beside = _techdash(run / "techdash", served.urls), _newsboat(run / "newsboat", served.urls)
        for reader in (ours, beside):
            shutil.copytree(reader.folder, reader.template)
        yield served, ours, beside


def _again(reader: Reader, expected: int) -> Measured:
    """One refresh from the reader's template."""
    shutil.rmtree(reader.folder)
    shutil.copytree(reader.template, reader.folder)
    os.sync()
    measured = reader.refresh()
    held = reader.entries()
    if held != expected:
        raise RuntimeError(f"{reader.name} holds {held} entries, not {expected}")
    return measured


def _fill(reader: Reader) -> None:
    """Two refreshes into the template: newsboat keeps a feed's ETag from its second on."""
    for _ in range(2):
        reader.refresh()
    shutil.rmtree(reader.template)
    shutil.copytree(reader.folder, reader.template)


def _in_turn(
    setting: Setting, ours: Reader, beside: Reader, total: int
) -> tuple[list[Measured], list[Measured]]:
    one, other = in_turn(setting, partial(_again, ours, total), partial(_again, beside, total), warm_up=0)
    return one, other


def _figures(
    id_: str, what: str, limits: tuple[float, float], ours: list[Measured], beside: list[Measured]
) -> Iterator[Figure]:
    for key, limit in zip(("wall", "cpu"), limits, strict=True):
        yield Figure(f"{id_} {key}", what, "newsboat, 8 threads", ratios(ours, beside, key), limit)


def cold(setting: Setting) -> Iterator[Figure]:
    """R1 and R6: from nothing until the entries can be read."""
    with _both(setting) as (served, ours, beside):
        served.tell(f"latency {LATENCY}")
        total = len(served.urls) * feedserver.ENTRIES
        pair = _in_turn(setting, ours, beside, total)
        what = f"cold refresh, {len(served.urls)} feeds x {feedserver.ENTRIES}"
        yield from _figures("R1", what, (0.7, 0.7), *pair)
        yield Figure("R6", f"{what}: peak RSS", "newsboat's", ratios(*pair, "rss"), 3.0)


def unchanged(setting: Setting) -> Iterator[Figure]:
    """R2: every feed answers 304."""
    with _both(setting) as (served, ours, beside):
        for reader in (ours, beside):
            _fill(reader)
        served.tell(f"latency {LATENCY}")
        total = len(served.urls) * feedserver.ENTRIES
        pair = _in_turn(setting, ours, beside, total)
        yield from _figures("R2", "refresh, all 304", (0.30, 0.35), *pair)


def changed(setting: Setting) -> Iterator[Figure]:
    """R4: one feed in five has new entries, the others answer 304."""
    with _both(setting) as (served, ours, beside):
        for reader in (ours, beside):
            _fill(reader)
        served.tell(f"latency {LATENCY}")
        served.tell("generation 1")
        feeds = len(served.urls)
        renewed = len(range(0, feeds, feedserver.CHANGED_EVERY))
        total = feeds * feedserver.ENTRIES + renewed * feedserver.NEW_ENTRIES
        pair = _in_turn(setting, ours, beside, total)
        yield from _figures("R4", f"refresh, {renewed} of {feeds} changed", (0.35, 0.40), *pair)
