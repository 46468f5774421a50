"""``techdash --refresh``: runs a sync to its end, and shows how it goes."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import stat
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, cast

from techdash import config
from techdash.cli.codes import CANNOT_RUN, DONE, INTERRUPTED, SOURCES_FAILED
from techdash.cli.output import Output, OutputClosed, moment, say
from techdash.cli.progress import Progress
from techdash.errors import UsageError
from techdash.paths import Paths

if TYPE_CHECKING:
    from techdash.refresh import Event, Finished, SourceDone, Started

    Listener = Callable[[Event], None]

_MOST_NAMED_OFFLINE = 5
_READER_GONE = "standard output has no reader"


class _Seen:
    """What the run told, kept for its end."""

    def __init__(self) -> None:
        self.started: Started | None = None
        self.sources: list[SourceDone] = []
        self.finished: Finished | None = None

    def __call__(self, event: Event) -> None:
        from techdash import refresh

        match event:
            case refresh.Started():
                self.started = event
            case refresh.SourceDone():
                self.sources.append(event)
            case refresh.Finished():
                self.finished = event


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    import asyncio

    if options.events and options.json:
        raise UsageError("--events and --json are two formats; choose one.")
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
        output.json(_object(seen.sources, finished))
    elif not (options.events or options.quiet):
        output.text(_summary(seen, finished, paths))
        output.flush()
    _name_failures(seen.sources, finished)
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
    events = refresh.sync(paths, settings, force=options.force, only=only, wait=options.wait)
    async with aclosing(cast("AsyncGenerator[Event, None]", events)) as running:
        async for event in running:
            for listener in listeners:
                listener(event)


# -- for programs


def _event_as_json(event: Event) -> dict[str, Any]:
    from techdash import refresh

    match event:
        case refresh.Started(due, total):
            return {"event": "start", "due": due, "total": total}
        case refresh.SourceDone():
            return {"event": "source", **_source_as_json(event), "title": event.title}
        case refresh.Composed(days):
            return {"event": "composed", "days": list(days)}
        case refresh.Finished():
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
        from techdash import refresh

        last = ""
        match event:
            case refresh.Started(due):
                self._due = due
            case refresh.SourceDone():
                self._done += event.status != "skipped"
                self._new += event.new
                self._failed += event.status == "failed"
                last = event.title
            case _:
                return
        counts = [f"{self._new} new"] + ([f"{self._failed} failed"] if self._failed else [])
        self.progress.draw(self._done, self._due, ", ".join(counts), last)


def _line(event: Event, output: Output) -> None:
    from techdash import refresh

    if not isinstance(event, refresh.SourceDone):
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


def _sources(number: int) -> str:
    return "1 source" if number == 1 else f"{number} sources"


def _nothing_due(paths: Paths) -> str:
    import time

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
        say("No source on the network could be reached; this machine seems to be offline.")
