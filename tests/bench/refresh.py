"""Figures of refreshing over HTTP: whole processes beside newsboat, and what the open window notices."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from techdash.tui.words import Words
from tests.bench import feedserver, library
from tests.bench.figures import Measured, Setting, Values, in_turn, milliseconds, p95, ratios
from tests.bench.inside import watched, worst_stall
from tests.bench.keys import LATENCY, subscribed_copy
from tests.bench.start import STILL, window
from tests.bench.subscribed import Reader, feeds, newsboat_reader, techdash_reader
from tests.homes import write_sources

_ARRIVALS = 8


@contextmanager
def _both(setting: Setting, how: str = "--quiet") -> Iterator[tuple[feedserver.Served, Reader, Reader]]:
    """A feed server and the two readers, each subscribed to all of its feeds and empty."""
    run = setting.work / "refresh"
    shutil.rmtree(run, ignore_errors=True)
    with feedserver.serving(feeds(setting, feedserver.FEEDS)) as served:
        beside = newsboat_reader(run / "newsboat", served.urls)
        ours = techdash_reader(run / "techdash", served.urls, how)
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


def _ratios(setting: Setting, ours: Reader, beside: Reader, total: int) -> tuple[list[float], ...]:
    """Wall and CPU, memory, and wall and CPU until the last feed was stored."""
    one, other = in_turn(setting, partial(_again, ours, total), partial(_again, beside, total), warm_up=0)
    whole = tuple(ratios(one, other, key) for key in ("wall", "cpu", "rss"))
    read = [
        [mine[f"read {key}"] / its[key] for mine, its in zip(one, other, strict=True)]
        for key in ("wall", "cpu")
        if f"read {key}" in one[0]
    ]
    return (*whole, *read)


def cold(setting: Setting) -> Values:
    """R1, until the entries can be read and until their days are composed too, and R6."""
    with _both(setting, "--events") as (served, ours, beside):
        served.tell(f"latency {LATENCY}")
        wall, cpu, memory, *read = _ratios(setting, ours, beside, len(served.urls) * feedserver.ENTRIES)
        return [*read, wall, cpu, memory]


def unchanged(setting: Setting) -> Values:
    """R2."""
    with _both(setting) as (served, ours, beside):
        for reader in (ours, beside):
            _fill(reader)
        served.tell(f"latency {LATENCY}")
        return _ratios(setting, ours, beside, len(served.urls) * feedserver.ENTRIES)[:2]


def changed(setting: Setting) -> Values:
    """R4."""
    with _both(setting) as (served, ours, beside):
        for reader in (ours, beside):
            _fill(reader)
        served.tell(f"latency {LATENCY}")
        served.tell("generation 1")
        feeds_served = len(served.urls)
        renewed = len(range(0, feeds_served, feedserver.CHANGED_EVERY))
        total = feeds_served * feedserver.ENTRIES + renewed * feedserver.NEW_ENTRIES
        return _ratios(setting, ours, beside, total)[:2]


# -- what the window notices


class _Publisher(HTTPServer):
    """One feed with one essay, another at every request; ``answered``: when each answer was written."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answered: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/feed.xml"

    def feed(self) -> bytes:
        name = _arrival(len(self.answered))
        link = f"https://example.org/{name.replace(' ', '-')}"
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(time.time() - 60))
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Arrivals</title>'
            f"<link>https://example.org/</link><description>Arrivals</description><item><title>{name}</title>"
            f"<link>{link}</link><guid>{link}</guid><pubDate>{when}</pubDate>"
            f"<description>{'A short text. ' * 40}</description></item></channel></rss>\n"
        ).encode()


class _Answer(BaseHTTPRequestHandler):
    server: _Publisher

    def do_GET(self) -> None:
        if self.path != "/feed.xml":
            self.send_error(404)
            return
        body = self.server.feed()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.answered.append(time.perf_counter())

    def log_message(self, *_: object) -> None:
        """Say nothing: the screen belongs to the figures."""


def _arrival(number: int) -> str:
    return f"Arrival number {number:03d}"


def _arrivals(setting: Setting, publisher: _Publisher) -> Measured:
    """Few enough essays that all of them stand on the screen: what comes in does not move what is read."""
    copy = subscribed_copy(setting, library.editions(setting, 7), "arrivals", [])
    row = {"id": "arrivals", "url": publisher.url, "kind": "essay", "full_text": "feed"}
    write_sources(copy, row, starter=False)
    over = f"{Words('en')('sync_new', n=1)}|{Words('en')('sync_none')}"
    took = []
    with window(copy) as probe:
        probe.until(library.LEAD)
        probe.press("2")
        for _ in range(_ARRIVALS):
            number = len(publisher.answered)
            probe.settle()
            probe.screen()
            probe.send("R")
            shown = probe.until(_arrival(number))
            took.append(shown - publisher.answered[number])
            probe.until(over)
    return {"shown": p95(took)}


def arrivals(setting: Setting) -> Values:
    """R7."""
    with _Publisher() as publisher:
        threading.Thread(target=publisher.serve_forever, daemon=True).start()
        try:
            (found,) = in_turn(setting, partial(_arrivals, setting, publisher), warm_up=0)
        finally:
            publisher.shutdown()
    return [milliseconds(found, "shown")]


def _stall(setting: Setting, served: feedserver.Served, notes: Path) -> Measured:
    home = library.essays(setting, setting.scaled(10_000))
    copy = library.as_new(subscribed_copy(setting, home, "stalled", served.urls))
    with watched(notes, STILL, "techdash", "--home", copy) as probe:
        probe.until(library.LEAD)
        probe.settle(quiet=0.5)
        since = time.perf_counter()
        probe.press_until("R", Words("en")("sync_new", n=r"\d+"), timeout=180)
        probe.settle(quiet=1.5)
        return {"stall": worst_stall(notes, since, time.perf_counter())}


def loop_while_refreshed(setting: Setting) -> Values:
    """D6, of a refresh."""
    notes = setting.work / "stalls.txt"
    with feedserver.serving(feeds(setting, 500)) as served:
        served.tell(f"latency {LATENCY}")
        (found,) = in_turn(setting, partial(_stall, setting, served, notes), warm_up=0)
    return [milliseconds(found, "stall")]
