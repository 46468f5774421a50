"""One sync: what is due is retrieved, parsed, decided and stored, source by source; yields what happens.

Three parties share the work: this loop waits for the network, a child process parses, one thread owns the
library. A source that fails is an event and a state, never the end of the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from msgspec.structs import replace

from techdash import __version__, days, fulltext, lock, starter, upkeep
from techdash.config import Config
from techdash.errors import LibraryError, UsageError
from techdash.events import Composed, Event, Finished, PagesDone, SourceDone, Started
from techdash.feeds import addresses, retrieve, schedule, teasers, wire
from techdash.feeds.decide import decide
from techdash.feeds.holding import Holding, Part
from techdash.feeds.workers import WorkerPool
from techdash.language import chosen
from techdash.models.editions import Tastes
from techdash.models.fetched import Failed, Fetched, Files, NotModified, Outcome, ParseJob
from techdash.models.parsed import ParsedFeed
from techdash.models.plans import Applied, Known, Plan, WantedPage
from techdash.models.sources import Source, Subscription, Validators
from techdash.paths import Paths
from techdash.store import (
    arrivals,
    articles,
    backups,
    editions,
    entries,
    identity,
    ruling,
    sources,
    tastes,
)
from techdash.store import db as library
from techdash.text.clean import clean
from techdash.text.urls import host, without_user

if TYPE_CHECKING:
    from techdash import composing
    from techdash.feeds.client import Client

P = ParamSpec("P")
T = TypeVar("T")

# List pages beyond the first of each language that one sync of a source asks for.
MOST_FOLLOWING = 8
# Bytes of a source's documents from which on it asks for no further page: they are read together.
ENOUGH = 10 << 20
# Sources between their first byte and their commit: what bounds the memory for documents that wait.
IN_HAND = 24
# Due sources up to which the parser is started before anything came: somebody may be watching for it. Of many
# the first to answer have mostly nothing new, and it has time to start.
FEW = 16
# Sources of one server that one run asks at most, and from how many on they are asked twice as far apart.
MOST_OF_A_SERVER = 60
MANY_OF_A_SERVER = 10
_UNREACHED = ("dns", "connect")
# Where four fifths of at least so many servers can't be reached, it is we who are offline.
_TELLING = 5
_NOT_ASKED = "It was not asked, for this machine seems to be offline."
_DAYS_AT_ONCE = 20


async def sync(
    paths: Paths,
    config: Config,
    *,
    force: bool = False,
    only: Sequence[str] = (),
    entry: int | None = None,
    wait: float = 0.0,
    now: Callable[[], float] = time.time,
    open_client: Callable[[], Client] | None = None,
    open_workers: Callable[[Path], WorkerPool] | None = None,
) -> AsyncIterator[Event]:
    """Refresh what is due, or of it the sources ``only`` names by id or address.

    ``force`` asks those too that aren't due, but none whose server wants to be left alone or was asked within
    ten minutes, this machine apart. ``entry`` asks for nothing but the page of that entry. ``wait`` is how
    many seconds to wait for another refresh. ``open_client`` and ``open_workers`` (given the log) set other
    limits than the usual ones. Ended early, a run leaves each source as it was or done.

    Raises:
        AlreadyRefreshing: another process holds the lock.
        UsageError: ``only`` or ``entry`` names what is not there, or the user's file of sources is wrong.
        LibraryError: the library can't be opened or written.
    """
    paths.make()
    catalogue = starter.catalogue(paths)
    # Looking up names takes threads, and asyncio's own number of them goes by the processors.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(IN_HAND, "lookup"))
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    async with lock.held(paths.lock, wait):
        workers = (open_workers or _workers)(paths.log)
        run = _Run(paths, config, now, events.put_nowait, workers, open_client or _client)
        task = asyncio.create_task(run.whole(catalogue, force, only, entry), name="sync")
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
        self._db: library.Writer
        self._is_open = False
        self._is_composing_loaded = False
        self._in_hand = asyncio.Semaphore(IN_HAND)
        self._holding = Holding()
        self._servers = 0
        self._reached: set[str] = set()
        self._unreached: list[tuple[Subscription, list[Outcome], float]] = []
        self._offline = False
        self._asked_whole: set[str] = set()
        self._names: set[str] = set()
        self._notionnext: set[str] = set()
        self._new = self._updated = self._failed = 0

    async def whole(
        self, catalogue: Sequence[Source], force: bool, only: Sequence[str], entry: int | None
    ) -> None:
        """Everything, from opening the library to the last event."""
        started = int(self._now())
        is_new = not self._paths.library.exists()
        if is_new:
            self._workers.start()
        try:
            await self._in_library(self._open, catalogue)
            if entry is None:
                await self._ask_all(force, only)
                await self._settle_unreached()
                await self._in_library(self._apply_rules)
                await self._keep_up()
                await self._compose()
                await self._ask_for_pages(only)
                await self._draft()
            else:
                await self._ask_for_page(entry)
            ended = int(self._now())
            self._tell(Finished(started, ended, self._new, self._updated, self._failed, self._offline))
            if not is_new and entry is None:
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
        due, resting, asked, total, validators, waits = await self._in_library(self._choose, force, only)
        away = _by_server(one for one in due if not retrieve.is_local(one.source))
        crowd = [one for group in away for one in group[MOST_OF_A_SERVER:] if not _is_loopback(one)]
        due = [one for one in due if one not in crowd] if crowd else due
        self._tell(Started(len(due), total))
        for one, until in resting:
            self._skip(one, f"Its server wants to be left alone until {_moment(until)}.")
        for one in asked:
            self._skip(one, f"It was asked a moment ago; from {_moment(_again_from(one))} it can be again.")
        for one in crowd:
            self._skip(one, f"Its server was asked for {MOST_OF_A_SERVER} sources; the next refresh goes on.")
        if 0 < len(due) <= FEW:
            self._workers.start()
        here = [one for one in due if retrieve.is_local(one.source)]
        away = _by_server(one for one in due if not retrieve.is_local(one.source))
        self._servers = len(away)
        # Whoever comes last when a run is cut short, or a server is slow, is another one each time.
        random.shuffle(away)
        async with asyncio.TaskGroup() as tasks:
            # Local ones first: what a fresh library shows at once is among them.
            local = [
                tasks.create_task(self._ask(one, partial(_read_here, one.source, validators[one.source.id])))
                for one in here
            ]
            if away:
                # httpx takes a tenth of a second to import; the local sources don't wait for it.
                self._client = await self._opened(waits)
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
        if len(group) > MANY_OF_A_SERVER:
            client.widen(group[0].source.url, 2.0)
        for one in random.sample(group, len(group)):
            if self._offline:
                self._unreached.append((one, [], time.perf_counter()))
                continue
            known, now = validators[one.source.id], int(self._now())
            if schedule.wants_whole(one.state, one.source.id, now):
                self._asked_whole.add(one.source.id)
                known = {url: Validators(body_hash=each.body_hash) for url, each in known.items()}
            only = one.state.public
            get = partial(retrieve.retrieve, one.source, known, client, now, public_only=only)
            await self._ask(one, get)

    async def _ask(self, one: Subscription, get: Callable[[Part], Awaitable[list[Outcome]]]) -> None:
        """One source from its request to its commit; only what concerns all of them gets out of here."""
        async with self._in_hand:
            began = time.perf_counter()
            try:
                with self._holding.part() as part:
                    # Handed on and not kept: else the bodies live as long as what was made of them.
                    await self._settle(one, await get(part), began, part)
            except LibraryError:
                raise
            except Exception:  # noqa: BLE001 - a mistake of ours is this source's failure, not the run's
                self._log(f"refresh of {one.source.id}")
                message = f"Something went wrong that should not have; {self._paths.log} says what."
                await self._note_failure(one, Failed(one.source.url, "internal", message), began)

    async def _settle(self, one: Subscription, outcomes: list[Outcome], began: float, part: Part) -> None:
        failures = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
        if len(failures) == len(outcomes):
            if failures[0].kind == "wait":
                await self._put_off(one, failures[0])
                return
            if _is_unreached(outcomes) and not self._is_online():
                self._unreached.append((one, outcomes, began))  # until we know whether it is them or us
                lost = len({addresses.host_key(late.source.url) for late, *_ in self._unreached})
                self._offline = self._servers >= _TELLING and lost * 5 > self._servers * 4
                return
        if not retrieve.is_local(one.source):
            self._reached.add(addresses.host_key(one.source.url))
            if self._unreached and self._is_online():
                await self._settle_unreached()
        documents = tuple(outcome for outcome in outcomes if isinstance(outcome, Fetched | Files))
        outcomes = [_without_body(outcome) for outcome in outcomes]
        answer = None
        if documents and one.source.full_text == "notionnext":
            answer = await self._workers.parse(self._job(one, documents))
            if isinstance(answer, bytes):
                answer = await self._followed(one, documents, answer, part)
            del documents
        elif documents:
            job = [self._job(one, documents)]
            del documents
            answer = await self._workers.parse(job.pop())  # the bodies are its own now
        await self._store(one, outcomes, answer, began)

    async def _followed(
        self, one: Subscription, documents: tuple[Fetched | Files, ...], answer: bytes, part: Part
    ) -> bytes | wire.Refused:
        """The answer with what the following list pages bring, as long as they bring unknown posts."""
        asked: set[str] = set()
        while len(asked) < MOST_FOLLOWING and part.size < ENOUGH:
            feed = wire.decode_answer(answer)
            if not isinstance(feed, ParsedFeed) or len(feed.entries) >= one.source.max_items:
                break
            unknown = await self._in_library(self._lead_on, one.source.id, feed.following)
            more = [address for address in unknown if address not in asked]
            if not more or self._client is None:
                break
            asked.update(more)
            now = int(self._now())
            outcomes = [await self._client.fetch(address, now=now, part=part) for address in more]
            pages = tuple(outcome for outcome in outcomes if isinstance(outcome, Fetched))
            if not pages:
                break
            documents += pages
            further = await self._workers.parse(self._job(one, documents))
            if isinstance(further, wire.Refused):
                break
            answer = further
        return answer

    def _lead_on(self, source_id: str, following: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
        """The addresses that follow a list page with a post that the library doesn't have."""
        known = entries.known(self._db.conn, source_id, {key for _, keys in following for key in keys})
        return [address for address, keys in following if any(key not in known for key in keys)]

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
        if applied.days and not self._is_composing_loaded:
            # Now, while others are waited for: there will be something to compose.
            self._is_composing_loaded = True
            self._thread.submit(import_module, "techdash.composing")

    async def _note_failure(self, one: Subscription, failed: Failed, began: float) -> None:
        now = int(self._now())
        plan = Plan(
            one.source.id, now, "failed", schedule.after_failure(one.state, one.source.id, now, failed)
        )
        with contextlib.suppress(Exception):  # where not even this can be stored, it can still be told
            await self._in_library(arrivals.apply, self._db, plan)
        self._done(one, plan, Applied(), 0, began)

    def _is_online(self) -> bool:
        """Whether so many servers were reached that those which weren't have only themselves to blame."""
        return bool(self._reached) and len(self._reached) * 5 >= self._servers

    async def _is_any_found(self, names: Collection[str]) -> bool:
        """Whether the name of another source's host can be looked up, where only a few were asked.

        Else a server that is down for good, and falls due alone, would pass for our own trouble for ever.
        """
        assert self._client is not None  # noqa: S101 - something was asked
        return await self._client.finds_any(random.sample(sorted(names), min(len(names), _TELLING)))

    async def _settle_unreached(self) -> None:
        """Hold it against those that could not be reached, but not where it is we who are offline."""
        held, self._unreached = self._unreached, []
        lost = {addresses.host_key(one.source.url) for one, *_ in held}
        asked = len(lost | self._reached)
        if asked >= _TELLING:
            self._offline = len(lost) * 5 > asked * 4
        else:
            names = self._names - {host(one.source.url) for one, *_ in held}
            self._offline = bool(lost) and not self._reached and not await self._is_any_found(names)
        for one, outcomes, began in held:
            if not self._offline:
                await self._store(one, outcomes, None, began)
                continue
            failed = outcomes[0] if outcomes else None
            state = schedule.after_offline(one.state, int(self._now()))
            plan = Plan(one.source.id, int(self._now()), "failed", state)
            await self._in_library(arrivals.apply, self._db, plan)
            error = failed.message if isinstance(failed, Failed) else _NOT_ASKED
            self._done(one, replace(plan, state=replace(state, error=error)), Applied(), 0, began)

    async def _put_off(self, one: Subscription, failed: Failed) -> None:
        """Where redirects led to a server that wants to be left alone, the source itself waits as long."""
        now = int(self._now())
        state = schedule.after_wait(one.state, now, failed.wait_until or now)
        await self._in_library(arrivals.apply, self._db, Plan(one.source.id, now, "skipped", state))
        self._skip(replace(one, state=state), failed.message)

    async def _keep_up(self) -> None:
        """Remove what is older than the reader keeps, and make the stored days right."""
        if self._config.keep_days:
            before = int(self._now()) - self._config.keep_days * schedule.DAY
            await upkeep.expire(self._in_library, self._db, before)
        way = days.way(self._zone, self._config.day_starts)
        await upkeep.redate(self._in_library, self._db, way, self._now, self._day_of)

    async def _compose(self) -> None:
        """Make the editions anew of the days whose entries changed, newest first."""
        await self._in_library(self._apply_tastes)
        stale = sorted(await self._in_library(editions.uncomposed, self._db.conn), reverse=True)
        if not stale:
            return
        from techdash import composing  # as httpx, only where it is used

        measures = composing.Measures()
        for start in range(0, len(stale), _DAYS_AT_ONCE):
            some = stale[start : start + _DAYS_AT_ONCE]
            await self._in_library(self._compose_days, some, measures)
            self._tell(Composed(tuple(some)))

    async def _draft(self) -> None:
        """Have a model write of the newest days, where one is configured; the template is there meanwhile."""
        if not self._config.model.address:
            return
        from techdash import drafting  # as httpx, only where it is used
        from techdash.editions.features import names_with

        work = drafting.Drafting(
            settings=self._config.model,
            language=chosen(self._config.language),
            names=names_with(tuple(sorted(self._config.aliases.items()))),
            library=self._in_library,
            db=self._db,
            now=self._now,
            day_of=self._day_of,
            log=self._log_line,
            offline=self._offline,
        )
        try:
            changed = await work.run()
        except LibraryError:
            raise
        except Exception:  # noqa: BLE001 - as in _ask
            self._log("drafts of a model")
            return
        if changed:
            self._tell(Composed(tuple(changed)))

    async def _back_up(self) -> None:
        """Make the backup of the day, when all else is told: nobody waits for it, whoever ends the run."""
        stop = threading.Event()
        try:
            await self._in_library(self._make_backup, stop.is_set)
        finally:
            stop.set()

    async def _opened(self, waits: Mapping[str, int]) -> Client:
        """The client of this run; httpx takes a tenth of a second to import."""
        client = await asyncio.to_thread(self._open_client)
        client.leave_alone(waits)
        return client

    # -- the pages of entries

    async def _ask_for_pages(self, only: Sequence[str]) -> None:
        """Ask for the pages that are wanted, and of archives a few, each source's beside the others'."""
        if self._offline:
            return
        wishes, archives, waits = await self._in_library(self._wishes, only)
        if not (wishes or archives):
            return
        stage = await self._stage(waits)
        async with asyncio.TaskGroup() as tasks:
            for one in wishes:
                tasks.create_task(self._pages_of(stage, one, one in archives))
            for one in archives:
                if one not in wishes:
                    tasks.create_task(self._pages_of(stage, one, is_archived=True))
        await self._compose()

    async def _pages_of(self, stage: fulltext.Stage, one: Subscription, is_archived: bool) -> None:
        async with self._in_hand:
            began = time.monotonic()
            try:
                tally = await stage.pages_of(one, seconds=fulltext.MOST_SECONDS)
                if is_archived and not tally.rests:
                    left = fulltext.MOST_SECONDS - (time.monotonic() - began)
                    tally = tally.with_(await stage.archive_of(one, seconds=left))
            except LibraryError:
                raise
            except Exception:  # noqa: BLE001 - as in _ask
                self._log(f"pages of {one.source.id}")
                return
            self._pages_done(one, tally)

    async def _ask_for_page(self, entry_id: int) -> None:
        """Ask for the page of one entry."""
        one, page, total, waits = await self._in_library(self._page, entry_id)
        self._tell(Started(1, total))
        tally = await (await self._stage(waits)).page_of(one, page)
        self._failed += bool(tally.error) and not tally.updated
        self._pages_done(one, tally, always=True)
        await self._compose()

    async def _stage(self, waits: Mapping[str, int]) -> fulltext.Stage:
        if self._client is None:
            self._client = await self._opened(waits)
        keep = self._config.keep_days
        return fulltext.Stage(
            client=self._client,
            holding=self._holding,
            workers=self._workers,
            library=self._in_library,
            db=self._db,
            now=self._now,
            day_of=self._day_of,
            zone=self._config.time_zone,
            day_starts=self._config.day_starts,
            reached=bool(self._reached),
            oldest=self._day_of(int(self._now()) - keep * schedule.DAY) if keep else "",
        )

    def _pages_done(self, one: Subscription, tally: fulltext.Tally, *, always: bool = False) -> None:
        self._updated += tally.updated
        if tally.updated or tally.failed or always:
            source = one.source
            self._tell(
                PagesDone(source.id, source.title, tally.updated, tally.failed, tally.error, tally.note)
            )

    def _done(self, one: Subscription, plan: Plan, applied: Applied, size: int, began: float) -> None:
        if plan.status in ("new", "unchanged") and one.source.full_text == "notionnext":
            self._notionnext.add(one.source.id)
        self._new += len(applied.new)
        self._updated += len(applied.updated)
        self._failed += plan.status == "failed"
        source, state = one.source, plan.state
        self._tell(
            SourceDone(
                id=source.id,
                url=without_user(source.url),
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
                source.id,
                without_user(source.url),
                source.kind,
                source.title,
                "skipped",
                error=message,
                next_due=due,
            )
        )

    def _log(self, work: str) -> None:
        """Add the exception in hand to the log."""
        self._log_line(f"{work}\n{clean(traceback.format_exc())}")

    def _log_line(self, said: str) -> None:
        """Add a sentence to the log; a log that can't be written stops nothing."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        with (
            contextlib.suppress(OSError),
            self._paths.log.open("a", encoding="utf-8", errors="replace") as log,
        ):
            log.write(f"{stamp} techdash {__version__} {clean(said)}\n")

    async def _in_library(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do something on the thread that owns the library."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(work, *arguments, **named))

    # -- on the library's thread

    def _open(self, catalogue: Sequence[Source]) -> None:
        self._db = library.connect_plain(self._paths.library)
        self._is_open = True
        sources.apply_catalogue(self._db, catalogue, int(self._now()))
        ruling.begin(self._db)

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
        dict[str, int],
    ]:
        """What to ask; what wants to be left alone, until when; what was asked a moment ago; of how many.

        And the validators by source and address, and the hosts that want to be left alone.
        """
        conn, now = self._db.conn, int(self._now())
        for name in only:
            if sources.find(conn, name) is None:
                raise UsageError(f"There is no source {name!r}. `techdash sources` lists them.")
        due = sources.due(conn, now, force=force, only=only)
        asked = [one for one in due if force and _just_asked(one, now)]
        due = [one for one in due if one not in asked] if asked else due
        enabled = [one.source for one in sources.subscriptions(conn) if one.source.enabled]
        total, names = len(enabled), {host(source.url) for source in enabled if not retrieve.is_local(source)}
        self._names = {it for it in names if not (":" in it or it[-1:].isdigit() or it == "localhost")}
        validators = {one.source.id: sources.validators(conn, one.source.id) for one in due}
        waits = sources.host_waits(conn, now)
        return due, sources.waiting(conn, now, only), asked, total, validators, waits

    def _write(
        self, one: Subscription, outcomes: list[Outcome], answer: bytes | wire.Refused | None
    ) -> tuple[Plan, Applied]:
        """Decide what follows from what came, and store it: one source, one transaction."""
        outcome = _telling(outcomes)
        found = _feed(answer)
        kept: dict[str, Validators] = {}
        if isinstance(found, wire.Refused):
            http = outcome.http if isinstance(outcome, Fetched) else None
            outcome, found = Failed(outcome.url, found.kind, found.message, http), None
        else:
            kept = {it.url: it.validators for it in outcomes if not isinstance(it, Failed)}
        known: dict[str, Known] = {}
        if found and found.entries:
            known, removed = identity.recognised(self._db.conn, one.source.id, found.entries)
            if removed:
                found = replace(found, entries=tuple(it for it in found.entries if it.key not in removed))
        now = int(self._now())
        if one.source.id in self._asked_whole and not _is_unreached(outcomes):
            one = replace(one, state=replace(one.state, last_whole=now))
        moved = outcome.moved_to if isinstance(outcome, Fetched | NotModified) else ""
        holder = sources.holder(self._db.conn, moved, one.source.id) if moved else ""
        plan = decide(one, outcome, found, known, now, self._day_of, validators=kept, holder=holder)
        if found and plan.entries and not retrieve.is_local(one.source):
            pages, source = teasers.wanted(one.source, found, plan), one.source
            if pages and source.full_text == "auto" and articles.are_needless(self._db.conn, source.id):
                pages = frozenset()
            plan = replace(plan, pages=pages)
        missing = [it for it in outcomes if isinstance(it, Failed)]
        if missing and not isinstance(outcome, Failed):
            # One of several documents: the source is well, and says what it lacks.
            told = replace(plan.state, error_kind=missing[0].kind, error=missing[0].message)
            plan = replace(plan, state=told)
        return plan, arrivals.apply(self._db, plan)

    def _wishes(self, only: Sequence[str]) -> tuple[list[Subscription], list[Subscription], dict[str, int]]:
        """The sources with pages to be asked for, those with an archive, and who wants to be left alone."""
        conn, now = self._db.conn, int(self._now())
        named = {one.source.id for name in only if (one := sources.find(conn, name))}
        wished = articles.sources_with_wishes(conn, now)
        found = [sources.find(conn, id_) for id_ in wished if not only or id_ in named]
        wishes = [one for one in found if one is not None and one.state.not_before <= now]
        asked = [sources.find(conn, id_) for id_ in sorted(self._notionnext)]
        archives = [one for one in asked if one is not None and one.source.full_text == "notionnext"]
        return wishes, archives, sources.host_waits(conn, now)

    def _page(self, entry_id: int) -> tuple[Subscription, WantedPage, int, dict[str, int]]:
        conn, now = self._db.conn, int(self._now())
        found = articles.page_of(conn, entry_id)
        one = sources.find(conn, found[0]) if found else None
        if found is None or one is None:
            raise UsageError(f"There is no entry {entry_id} in the library.")
        if not found[1].url.startswith(("http://", "https://")):
            raise UsageError(f"Entry {entry_id} has no address of its own that could be fetched.")
        total = sum(each.source.enabled for each in sources.subscriptions(conn))
        return one, found[1], total, sources.host_waits(conn, now)

    def _make_backup(self, stopped: Callable[[], bool]) -> None:
        try:
            backups.make_daily(self._db.conn, self._paths.library, stopped)
        except library.LibraryDamaged:
            raise
        except LibraryError:  # the run is well all the same, and the next one tries again
            self._log("backup of the library")

    def _apply_rules(self) -> None:
        """Do what the reader's rules want of what came, once a run, so that one undo takes it back."""
        if not self._config.rules:
            if (last := ruling.newest(self._db.conn)) != ruling.last_passed(self._db.conn):
                ruling.passed(self._db, last)
            return
        from techdash import rules  # most readers have none

        now = int(self._now())
        rules.on_arrival(self._db, self._config.rules, now, self._day_of(now))

    def _apply_tastes(self) -> None:
        tastes.apply(self._db, self._tastes())

    def _tastes(self) -> Tastes:
        if not (self._config.interests or self._config.mutes or tastes.by_key(self._db.conn)):
            return Tastes()
        from techdash import composing

        return composing.tastes(self._db.conn, self._config)

    def _compose_days(self, some: Iterable[str], measures: composing.Measures) -> None:
        from techdash import composing

        composing.compose_days(self._db, some, self._tastes(), self._config.aliases, measures)
        if self._config.model.address:
            from techdash import drafting

            drafting.show_kept(self._db, self._config.model, chosen(self._config.language))

    def _day_of(self, moment: int) -> str:
        return days.day_of(moment, self._zone, self._config.day_starts)


async def _read_here(source: Source, validators: Mapping[str, Validators], _: Part) -> list[Outcome]:
    return await retrieve.retrieve_local(source, validators)


def _feed(answer: bytes | wire.Refused | None) -> ParsedFeed | wire.Refused | None:
    found = wire.decode_answer(answer) if isinstance(answer, bytes) else answer
    if found is None or isinstance(found, ParsedFeed | wire.Refused):
        return found
    return wire.Refused("internal", "The process that reads documents answered something else.")


def _telling(outcomes: Sequence[Outcome]) -> Outcome:
    """What a source's state is told by: the first document, else that nothing changed, else why not."""
    for kinds in (Fetched | Files, NotModified):
        for outcome in outcomes:
            if isinstance(outcome, kinds):
                return outcome
    return outcomes[0]


def _is_unreached(outcomes: Sequence[Outcome]) -> bool:
    return all(isinstance(outcome, Failed) and outcome.kind in _UNREACHED for outcome in outcomes)


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
        and not _is_loopback(one)
    )


def _is_loopback(one: Subscription) -> bool:
    return addresses.is_loopback_host(host(one.source.url))


def _again_from(one: Subscription) -> int:
    return (one.state.last_checked or 0) + schedule.SHORTEST_INTERVAL


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
