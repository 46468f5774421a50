"""``techdash --refresh``: runs a sync to its end, and shows how it goes."""

from __future__ import annotations

import argparse
import gc
import os
import random
import signal
import stat
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from techdash import config
from techdash.cli.codes import CANNOT_RUN, DONE, INTERRUPTED, SOURCES_FAILED
from techdash.cli.output import Output, OutputClosed, moment, say
from techdash.cli.progress import Progress
from techdash.errors import LibraryError, UsageError
from techdash.events import Composed, Event, Finished, PagesDone, SourceDone, Started
from techdash.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path

    Listener = Callable[[Event], None]

_MOST_NAMED_OFFLINE = 5
# Everybody's cron fires in the same second; the servers are spared that.
LONGEST_PAUSE = 30.0
_READER_GONE = "standard output has no reader"


class _Seen:
    """What the run told, kept for its end."""

    def __init__(self) -> None:
        self.started: Started | None = None
        self.sources: list[SourceDone] = []
        self.pages: list[PagesDone] = []
        self.finished: Finished | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Started():
                self.started = event
            case SourceDone():
                self.sources.append(event)
            case PagesDone():
                self.pages.append(event)
            case Finished():
                self.finished = event

    def whole(self) -> list[SourceDone]:
        """The sources, each with what its pages brought too."""
        updated = {pages.id: pages.updated for pages in self.pages}
        return [replace(one, updated=one.updated + updated.get(one.id, 0)) for one in self.sources]


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    import asyncio

    if options.events and options.json:
        raise UsageError("--events and --json are two formats; choose one.")
    if options.entry is not None and (options.source or options.force):
        raise UsageError("--entry asks for one page; it goes neither with --source nor with --force.")
    settings = config.load(paths.config)
    seen = _Seen()
    listeners: list[Listener] = [seen]
    bar: _Bar | None = None
    if options.events:
        listeners.append(lambda event: output.json_line(_event_as_json(event)))
    elif not options.quiet:
        if sys.stderr and sys.stderr.isatty() and (output.terminal or options.json):
            bar = _Bar(Progress(sys.stderr, settings.ambiguous))
            listeners.append(bar)
        elif not options.json:
            listeners.append(lambda event: _line(event, output))
    try:
        asyncio.run(_drive(options, paths, settings, listeners, _pipe(output) if options.events else None))
    except asyncio.CancelledError as reason:  # SIGINT comes as a KeyboardInterrupt
        if reason.args == (_READER_GONE,):
            raise OutputClosed from reason
        return INTERRUPTED
    finally:
        if bar is not None:
            bar.progress.close()
    finished = seen.finished
    assert finished is not None  # noqa: S101 - a sync that ends well tells so
    if options.json:
        output.json(_object(seen.whole(), finished))
    elif not (options.events or options.quiet):
        output.text(_of_page(seen) if options.entry is not None else _summary(seen, finished, paths))
        output.flush()
    if options.entry is not None and finished.failed:
        say(seen.pages[-1].error)
    _name_failures(seen.sources, finished)
    if settings.rules:
        from techdash import rules

        for problem in rules.problems(settings.rules):
            say(problem)
    if finished.offline:
        return CANNOT_RUN
    return SOURCES_FAILED if finished.failed else DONE


def _pipe(output: Output) -> int | None:
    """The number of standard output's file, where that is a pipe."""
    try:
        number = output.stream.fileno()
    except (OSError, ValueError):
        return None
    return number if stat.S_ISFIFO(os.fstat(number).st_mode) else None


async def _drive(
    options: argparse.Namespace,
    paths: Paths,
    settings: config.Config,
    listeners: Sequence[Listener],
    watched: int | None,
) -> None:
    """Run the sync; ended early where the pipe ``watched`` has lost its reader."""
    import asyncio

    from techdash import refresh

    gc.freeze()
    # Ten thousand entries come and go without a cycle among them, and looking for some costs a tenth.
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in one
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    if watched is not None:
        # The writing end of a pipe becomes readable, with an error, when its reader goes.
        loop.add_reader(watched, task.cancel, _READER_GONE)
    only = options.source or ()
    if _is_by_clock(options) and await asyncio.to_thread(_leaves_this_machine, paths.library):
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - no secret
    events = refresh.sync(
        paths, settings, force=options.force, only=only, entry=options.entry, wait=options.wait
    )
    async with aclosing(cast("AsyncGenerator[Event, None]", events)) as running:
        async for event in running:
            for listener in listeners:
                listener(event)


def _is_by_clock(options: argparse.Namespace) -> bool:
    """Whether cron or its like seems to have started the refresh: nobody watches it or waits for anything."""
    if options.no_jitter or options.events or options.json or options.force:
        return False
    if options.source or options.entry is not None:
        return False
    return not any(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _leaves_this_machine(library: Path) -> bool:
    """Whether some source that is due is on another machine; a library that can't be read says no."""
    from techdash.feeds.addresses import is_loopback_host
    from techdash.store import db, sources
    from techdash.text.urls import host

    try:
        with closing(db.connect_reader(library)) as conn:
            hosts = {host(one.source.url) for one in sources.due(conn, int(time.time()))}
    except LibraryError:
        return False
    return any(name and not is_loopback_host(name) for name in hosts)


# -- for programs


def _event_as_json(event: Event) -> dict[str, Any]:
    match event:
        case Started(due, total):
            return {"event": "start", "due": due, "total": total}
        case SourceDone():
            return {"event": "source", **_source_as_json(event), "title": event.title}
        case PagesDone(id_, title, updated, failed, error, note):
            pages = {"id": id_, "title": title, "updated": updated, "failed": failed}
            return {"event": "pages", **pages, "error": error or None, "note": note}
        case Composed(days):
            return {"event": "composed", "days": list(days)}
        case Finished():
            return {
                "event": "end",
                "new": event.new,
                "updated": event.updated,
                "failed": event.failed,
                "offline": event.offline,
            }


def _source_as_json(source: SourceDone) -> dict[str, Any]:
    return {
        "id": source.id,
        "url": source.url,
        "kind": source.kind,
        "status": source.status,
        "http": source.http,
        "new": source.new,
        "updated": source.updated,
        "error": source.error or None,
        "bytes": source.bytes,
        "seconds": source.seconds,
        "next_due": moment(source.next_due),
    }


def _object(sources: Sequence[SourceDone], finished: Finished) -> dict[str, Any]:
    return {
        "started": moment(finished.started),
        "finished": moment(finished.finished),
        "new": finished.new,
        "updated": finished.updated,
        "failed": finished.failed,
        "sources": [_source_as_json(source) for source in sources],
    }


# -- for people


class _Bar:
    """Feeds the progress bar."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._due = self._done = self._new = self._failed = 0

    def __call__(self, event: Event) -> None:
        last = ""
        match event:
            case Started(due):
                self._due = due
            case SourceDone():
                self._done += event.status != "skipped"
                self._new += event.new
                self._failed += event.status == "failed"
                last = event.title
            case _:
                return
        counts = [f"{self._new} new"] + ([f"{self._failed} failed"] if self._failed else [])
        self.progress.draw(self._done, self._due, ", ".join(counts), last)


def _line(event: Event, output: Output) -> None:
    if not isinstance(event, SourceDone):
        return
    brought = _brought(event.new, event.updated) if event.status == "new" else event.error
    output.text(f"{event.status:<9}  {event.id}{'  ' if brought else ''}{brought}")
    output.flush()


def _brought(new: int, updated: int) -> str:
    parts = [f"{new} new"] * bool(new) + [f"{updated} updated"] * bool(updated)
    return ", ".join(parts) or "nothing new"


def _summary(seen: _Seen, finished: Finished, paths: Paths) -> str:
    due = seen.started.due if seen.started else 0
    if not due and seen.sources:  # all of them skipped, each with its reason
        return f"Nothing was asked; {_sources(len(seen.sources))} can't be yet."
    if not due:
        return _nothing_due(paths)
    failed = f" {finished.failed} of {_sources(due)} failed." if finished.failed else ""
    brought = _brought(finished.new, finished.updated)
    asked = "" if failed else f" from {_sources(due)}"
    return f"{brought[0].upper()}{brought[1:]}{asked}.{failed}"


def _of_page(seen: _Seen) -> str:
    """What came of the one page that was asked for."""
    pages = seen.pages[-1]
    if pages.updated:
        return f"The text of the page is here{f', but {pages.note}' if pages.note else ''}."
    return "The page could not be had." if pages.error else "The page has no more than is here already."


def _sources(number: int) -> str:
    return "1 source" if number == 1 else f"{number} sources"


def _nothing_due(paths: Paths) -> str:
    from techdash.store import db, sources

    with closing(db.connect_reader(paths.library)) as library:
        due = sources.next_due(library)
    if due is None:
        return "Nothing is due: no source is enabled."
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(due))
    return f"Nothing is due before {when}; --force asks all the same."


def _name_failures(sources: Sequence[SourceDone], finished: Finished) -> None:
    lost = [source for source in sources if source.status in ("failed", "gone")]
    if not finished.offline or len(lost) <= _MOST_NAMED_OFFLINE:
        for source in lost:
            say(f"{source.title} ({source.id}): {source.error}")
    if finished.offline:
        say("Hardly a source on the network could be reached; this machine seems to be offline.")
