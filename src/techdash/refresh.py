"""One sync: what is due is retrieved, parsed, decided and stored, source by source; yields what happens.

Three parties share the work: this loop waits for the network, a child process parses, one thread owns the
library. A source that fails is an event and a state, never the end of the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from msgspec.structs import replace

from techdash import __version__, days, starter
from techdash.config import Config
from techdash.editions.compose import compose
from techdash.errors import AlreadyRefreshing, LibraryError, UsageError
from techdash.feeds import addresses, retrieve, schedule, wire
from techdash.feeds.decide import decide
from techdash.feeds.workers import WorkerPool
from techdash.models import (
    Applied,
    Failed,
    Fetched,
    Files,
    Kind,
    NotModified,
    Outcome,
    ParseJob,
    Plan,
    Source,
    Subscription,
    SyncStatus,
    Validators,
)
from techdash.paths import Paths
from techdash.store import arrivals, backups, editions, entries, sources
from techdash.store import db as library
from techdash.text.clean import clean
from techdash.text.urls import host

if TYPE_CHECKING:
    from sqlite_utils import Database

    from techdash.feeds.client import Client

P = ParamSpec("P")
T = TypeVar("T")

# Sources between their first byte and their commit: what bounds the memory for documents that wait.
IN_HAND = 24
# Due sources up to which the parser is started before anything came: somebody may be watching for it. Of many
# the first to answer have mostly nothing new, and it has time to start.
FEW = 16
_UNREACHED = ("dns", "connect")
_DAYS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Started:
    """The lock is ours; ``due`` of ``total`` sources are going to be asked."""

    due: int
    total: int


@dataclass(frozen=True, slots=True)
class SourceDone:
    """One source is through: what it brought, or in ``error`` why not. ``bytes`` crossed the network."""

    id: str
    url: str
    kind: Kind
    title: str
    status: SyncStatus
    http: int | None = None
    new: int = 0
    updated: int = 0
    error: str = ""
    bytes: int = 0
    seconds: float = 0.0
    next_due: int = 0


@dataclass(frozen=True, slots=True)
class Composed:
    """The editions of these days were made anew."""

    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a run. ``offline``: not one of the sources on the network could be reached."""

    started: int
    finished: int
    new: int
    updated: int
    failed: int
    offline: bool = False


Event = Started | SourceDone | Composed | Finished


async def sync(
    paths: Paths,
    config: Config,
    *,
    force: bool = False,
    only: Sequence[str] = (),
    wait: float = 0.0,
    now: Callable[[], float] = time.time,
    open_client: Callable[[], Client] | None = None,
    open_workers: Callable[[Path], WorkerPool] | None = None,
) -> AsyncIterator[Event]:
    """Refresh what is due, or of it the sources ``only`` names by id or address.

    ``force`` asks those too that aren't due, but none whose server wants to be left alone or was asked within
    ten minutes, this machine apart. ``wait`` is how many seconds to wait for another refresh. ``open_client``
    and ``open_workers`` (given the log) set other limits than the usual ones. Ended early, a run leaves each
    source as it was or done.

    Raises:
        AlreadyRefreshing: another process holds the lock.
        UsageError: ``only`` names an unknown source, or the user's file of sources is wrong.
        LibraryError: the library can't be opened or written.
    """
    paths.make()
    catalogue = starter.catalogue(paths)
    # Looking up names takes threads, and asyncio's own number of them goes by the processors.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(IN_HAND, "lookup"))
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    async with _lock(paths.lock, wait):
        workers = (open_workers or _workers)(paths.log)
        run = _Run(paths, config, now, events.put_nowait, workers, open_client or _client)
        task = asyncio.create_task(run.whole(catalogue, force, only), name="sync")
        task.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()
            await asyncio.wait([task])


def _client() -> Client:
    from techdash.feeds.client import Client

    return Client()


def _workers(log: Path) -> WorkerPool:
    return WorkerPool(log=log)


@contextlib.asynccontextmanager
async def _lock(path: Path, wait: float) -> AsyncIterator[None]:
    """The kernel's lock on a file: it goes with the process that holds it, however that ends."""
    deadline = time.monotonic() + wait
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # Without a number the holder has only just begun, or is about to end.
                if time.monotonic() >= deadline and (holder := os.pread(file, 20, 0).strip()).isdigit():
                    raise AlreadyRefreshing(int(holder)) from None
                await asyncio.sleep(0.05)
        os.ftruncate(file, 0)
        os.pwrite(file, b"%d\n" % os.getpid(), 0)
        yield
        os.ftruncate(file, 0)
    finally:
        os.close(file)


class _Run:
    """One run: its loop, its thread with the library, its worker processes."""

    def __init__(
        self,
        paths: Paths,
        config: Config,
        now: Callable[[], float],
        tell: Callable[[Event], None],
        workers: WorkerPool,
        open_client: Callable[[], Client],
    ) -> None:
        self._paths = paths
        self._config = config
        self._zone = days.zone(config)
        self._now = now
        self._tell = tell
        self._workers = workers
        self._open_client = open_client
        self._client: Client | None = None
        self._thread = ThreadPoolExecutor(1, "library")
        self._db: Database
        self._is_open = False
        self._in_hand = asyncio.Semaphore(IN_HAND)
        self._reached = False
        self._unreached: list[tuple[Subscription, list[Outcome], float]] = []
        self._new = self._updated = self._failed = 0

    async def whole(self, catalogue: Sequence[Source], force: bool, only: Sequence[str]) -> None:
        """Everything, from opening the library to the last event."""
        started = int(self._now())
        is_new = not self._paths.library.exists()
        if is_new:
            self._workers.start()
        try:
            await self._in_library(self._open, catalogue)
            await self._ask_all(force, only)
            await self._settle_offline()
            await self._compose()
            offline = bool(self._unreached)
            self._tell(Finished(started, int(self._now()), self._new, self._updated, self._failed, offline))
            if not is_new:
                await self._back_up()
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            if self._client is not None:
                await self._client.aclose()
            await self._workers.aclose()
            self._thread.submit(self._close)
            self._thread.shutdown()

    # -- on the loop

    async def _ask_all(self, force: bool, only: Sequence[str]) -> None:
        due, resting, asked, total, validators = await self._in_library(self._choose, force, only)
        self._tell(Started(len(due), total))
        for one, until in resting:
            self._skip(one, f"Its server wants to be left alone until {_moment(until)}.")
        for one in asked:
            self._skip(one, f"It was asked a moment ago; from {_moment(_again_from(one))} it can be again.")
        if 0 < len(due) <= FEW:
            self._workers.start()
        here = [one for one in due if retrieve.is_local(one.source)]
        away = _by_server(one for one in due if not retrieve.is_local(one.source))
        async with asyncio.TaskGroup() as tasks:
            # Local ones first: what a fresh library shows at once is among them.
            local = [
                tasks.create_task(
                    self._ask(one, partial(retrieve.retrieve_local, one.source, validators[one.source.id]))
                )
                for one in here
            ]
            if away:
                # httpx takes a tenth of a second to import; the local sources don't wait for it.
                self._client = await asyncio.to_thread(self._open_client)
            for group in away:
                tasks.create_task(self._ask_server(group, validators))
            if local and away:
                await asyncio.wait(local)
                await self._compose()

    async def _ask_server(
        self, group: Sequence[Subscription], validators: dict[str, dict[str, Validators]]
    ) -> None:
        """Ask a server's sources, one after the other."""
        client = self._client
        assert client is not None  # noqa: S101 - opened before this task was made
        for one in group:
            known, now = validators[one.source.id], int(self._now())
            if schedule.wants_whole(one.state, one.source.id, now):
                known = {url: Validators(body_hash=each.body_hash) for url, each in known.items()}
            await self._ask(one, partial(retrieve.retrieve, one.source, known, client, now))

    async def _ask(self, one: Subscription, get: Callable[[], Awaitable[list[Outcome]]]) -> None:
        """One source from its request to its commit; only what concerns all of them gets out of here."""
        async with self._in_hand:
            began = time.perf_counter()
            try:
                outcomes = await get()
                await self._settle(one, outcomes, began)
            except LibraryError:
                raise
            except Exception:  # noqa: BLE001 - a mistake of ours is this source's failure, not the run's
                self._log(f"refresh of {one.source.id}")
                message = f"Something went wrong that should not have; {self._paths.log} says what."
                await self._note_failure(one, Failed(one.source.url, "internal", message), began)

    async def _settle(self, one: Subscription, outcomes: list[Outcome], began: float) -> None:
        failures = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
        if len(failures) == len(outcomes):
            if failures[0].kind == "wait":
                self._skip(one, failures[0].message)
                return
            if not self._reached and all(failed.kind in _UNREACHED for failed in failures):
                self._unreached.append((one, outcomes, began))  # until we know whether it is them or us
                return
        if not (self._reached or retrieve.is_local(one.source)):
            self._reached = True
            held, self._unreached = self._unreached, []
            for late in held:
                await self._store(late[0], late[1], None, late[2])
        documents = tuple(outcome for outcome in outcomes if isinstance(outcome, Fetched | Files))
        answer = None
        if documents:
            answer = await self._workers.parse(self._job(one, documents))
            del documents
            outcomes = [_without_body(outcome) for outcome in outcomes]
        await self._store(one, outcomes, answer, began)

    def _job(self, one: Subscription, documents: tuple[Fetched | Files, ...]) -> wire.Job:
        source = one.source
        job = ParseJob(
            source_id=source.id,
            kind=source.kind,
            title=source.title,
            language=source.language,
            max_items=source.max_items,
            full_text=source.full_text,
            now=int(self._now()),
            documents=documents,
        )
        return wire.Job(job, self._config.time_zone, self._config.day_starts)

    async def _store(
        self, one: Subscription, outcomes: list[Outcome], answer: bytes | wire.Refused | None, began: float
    ) -> None:
        plan, applied = await self._in_library(self._write, one, outcomes, answer)
        size = sum(outcome.wire_bytes for outcome in outcomes if isinstance(outcome, Fetched))
        self._done(one, plan, applied, size, began)

    async def _note_failure(self, one: Subscription, failed: Failed, began: float) -> None:
        now = int(self._now())
        plan = Plan(
            one.source.id, now, "failed", schedule.after_failure(one.state, one.source.id, now, failed)
        )
        with contextlib.suppress(Exception):  # where not even this can be stored, it can still be told
            await self._in_library(arrivals.apply, self._db, plan)
        self._done(one, plan, Applied(), 0, began)

    async def _settle_offline(self) -> None:
        """Nothing could be reached: that says nothing of the sources, and is held against none."""
        for one, outcomes, began in self._unreached:
            failed = outcomes[0]
            state = schedule.after_offline(one.state, int(self._now()))
            plan = Plan(one.source.id, int(self._now()), "failed", state)
            await self._in_library(arrivals.apply, self._db, plan)
            told = replace(state, error=failed.message if isinstance(failed, Failed) else "")
            self._done(one, replace(plan, state=told), Applied(), 0, began)

    async def _compose(self) -> None:
        """Make the editions anew of the days whose entries changed, newest first."""
        stale = sorted(await self._in_library(editions.uncomposed, self._db.conn), reverse=True)
        for start in range(0, len(stale), _DAYS_AT_ONCE):
            some = stale[start : start + _DAYS_AT_ONCE]
            self._tell(Composed(tuple(await self._in_library(self._compose_days, some))))

    async def _back_up(self) -> None:
        """Make the backup of the day, when all else is told: nobody waits for it, whoever ends the run."""
        stop = threading.Event()
        try:
            await self._in_library(self._make_backup, stop.is_set)
        finally:
            stop.set()

    def _done(self, one: Subscription, plan: Plan, applied: Applied, size: int, began: float) -> None:
        self._new += len(applied.new)
        self._updated += len(applied.updated)
        self._failed += plan.status == "failed"
        source, state = one.source, plan.state
        self._tell(
            SourceDone(
                id=source.id,
                url=source.url,
                kind=source.kind,
                title=source.title,
                status=plan.status,
                http=state.http,
                new=len(applied.new),
                updated=len(applied.updated),
                error=state.error if plan.status in ("failed", "gone") else "",
                bytes=size,
                seconds=round(time.perf_counter() - began, 3),
                next_due=state.next_due,
            )
        )

    def _skip(self, one: Subscription, message: str) -> None:
        source = one.source
        due = max(one.state.next_due, one.state.not_before)
        self._tell(
            SourceDone(
                source.id, source.url, source.kind, source.title, "skipped", error=message, next_due=due
            )
        )

    def _log(self, work: str) -> None:
        """Add the exception in hand to the log; a log that can't be written stops nothing."""
        trace = clean(traceback.format_exc())
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        with (
            contextlib.suppress(OSError),
            self._paths.log.open("a", encoding="utf-8", errors="replace") as log,
        ):
            log.write(f"{stamp} techdash {__version__} {work}\n{trace}\n")

    async def _in_library(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do something on the thread that owns the library."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(work, *arguments, **named))

    # -- on the library's thread

    def _open(self, catalogue: Sequence[Source]) -> None:
        self._db = library.connect_writer(self._paths.library)
        self._is_open = True
        sources.apply_catalogue(self._db, catalogue, int(self._now()))

    def _close(self) -> None:
        if self._is_open:
            self._db.close()

    def _choose(
        self, force: bool, only: Sequence[str]
    ) -> tuple[
        list[Subscription],
        list[tuple[Subscription, int]],
        list[Subscription],
        int,
        dict[str, dict[str, Validators]],
    ]:
        """What to ask; what wants to be left alone, until when; what was asked a moment ago; of how many."""
        conn, now = self._db.conn, int(self._now())
        for name in only:
            if sources.find(conn, name) is None:
                raise UsageError(f"There is no source {name!r}. `techdash sources` lists them.")
        due = sources.due(conn, now, force=force, only=only)
        asked = [one for one in due if force and _just_asked(one, now)]
        due = [one for one in due if one not in asked] if asked else due
        total = sum(one.source.enabled for one in sources.subscriptions(conn))
        validators = {one.source.id: sources.validators(conn, one.source.id) for one in due}
        return due, sources.waiting(conn, now, only), asked, total, validators

    def _write(
        self, one: Subscription, outcomes: list[Outcome], answer: bytes | wire.Refused | None
    ) -> tuple[Plan, Applied]:
        """Decide what follows from what came, and store it: one source, one transaction."""
        outcome = _telling(outcomes)
        found = wire.decode_answer(answer) if isinstance(answer, bytes) else answer
        kept: dict[str, Validators] = {}
        if isinstance(found, wire.Refused):
            http = outcome.http if isinstance(outcome, Fetched) else None
            outcome, found = Failed(outcome.url, found.kind, found.message, http), None
        else:
            kept = {it.url: it.validators for it in outcomes if not isinstance(it, Failed)}
        keys = [entry.key for entry in found.entries] if found else []
        known = entries.known(self._db.conn, one.source.id, keys) if keys else {}
        # A folder of this machine is looked at as often as ever.
        is_asked = not (isinstance(outcome, Failed) or retrieve.is_local(one.source))
        last_new = sources.last_new(self._db.conn, one.source.id) if is_asked else None
        plan = decide(one, outcome, found, known, int(self._now()), self._day_of, last_new)
        missing = [it for it in outcomes if isinstance(it, Failed)]
        if missing and not isinstance(outcome, Failed):
            # One of several documents: the source is well, and says what it lacks.
            told = replace(plan.state, error_kind=missing[0].kind, error=missing[0].message)
            plan = replace(plan, state=told)
        plan = replace(plan, validators=kept)
        return plan, arrivals.apply(self._db, plan)

    def _make_backup(self, stopped: Callable[[], bool]) -> None:
        try:
            backups.make_daily(self._db.conn, self._paths.library, stopped)
        except library.LibraryDamaged:
            raise
        except LibraryError:  # the run is well all the same, and the next one tries again
            self._log("backup of the library")

    def _compose_days(self, some: Iterable[str]) -> list[str]:
        composed = []
        for day in some:
            key = editions.compose_key(self._db.conn, day)
            edition = compose(day, entries.day_entries(self._db.conn, day))
            editions.save_composed(self._db, day, edition, key)
            composed.append(day)
        return composed

    def _day_of(self, moment: int) -> str:
        return days.day_of(moment, self._zone, self._config.day_starts)


def _telling(outcomes: Sequence[Outcome]) -> Outcome:
    """What a source's state is told by: the first document, else that nothing changed, else why not."""
    for kinds in (Fetched | Files, NotModified):
        for outcome in outcomes:
            if isinstance(outcome, kinds):
                return outcome
    return outcomes[0]


def _without_body(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Fetched):
        return replace(outcome, body=b"")
    return replace(outcome, files=()) if isinstance(outcome, Files) else outcome


def _by_server(away: Iterable[Subscription]) -> list[list[Subscription]]:
    """The sources by the server they are asked from, in the order they came."""
    groups: dict[str, list[Subscription]] = {}
    for one in away:
        groups.setdefault(addresses.host_key(one.source.url), []).append(one)
    return list(groups.values())


def _just_asked(one: Subscription, now: int) -> bool:
    """Whether asking once more, as the user wants, would be too soon for its server."""
    checked = one.state.last_checked
    return (
        checked is not None
        and checked <= now < checked + schedule.SHORTEST_INTERVAL
        and not retrieve.is_local(one.source)
        and not addresses.is_loopback_host(host(one.source.url))
    )


def _again_from(one: Subscription) -> int:
    return (one.state.last_checked or 0) + schedule.SHORTEST_INTERVAL


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
