"""The pool of worker processes: what dies or hangs is one job's failure."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from techdash.feeds import wire, workers
from techdash.feeds.wire import Job, Refused
from techdash.feeds.workers import WorkerPool
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedFeed

# A worker that does what a job's title says, and answers with its process id.
CHILD = """
import os, sys, time
from techdash.feeds import wire
from techdash.models.parsed import ParsedFeed
while job := wire.decode_job(sys.stdin.buffer):
    title = job.parse.title
    if title == "die":
        os._exit(3)
    if title == "hang":
        time.sleep(600)
    if title == "chatter":
        sys.stdout.buffer.write(b"\\xff" * 99)
    elif title == "half":
        sys.stdout.buffer.write(wire.LENGTH.pack(10) + b"half")
        sys.stdout.flush()
        os._exit(0)
    else:
        size = sum(len(document.body) for document in job.parse.documents)
        sys.stdout.buffer.write(wire.encode_answer(ParsedFeed("x", title=str(os.getpid()), ttl=size)))
    sys.stdout.flush()
"""
COMMAND = (sys.executable, "-c", CHILD)


def job(title: str = "", size: int = 10) -> Job:
    return Job(ParseJob("id", "essay", title, "", 50, "auto", 7, (Fetched("u", "u", b"x" * size),)))


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    one = WorkerPool(command=COMMAND, longest_job=20)
    yield one
    await one.aclose()


async def read(pool: WorkerPool, given: Job) -> ParsedFeed:
    answer = await pool.parse(given)
    assert isinstance(answer, bytes), answer
    feed = wire.decode_answer(answer)
    assert isinstance(feed, ParsedFeed)
    return feed


async def refused(pool: WorkerPool, given: Job) -> str:
    answer = await pool.parse(given)
    assert isinstance(answer, Refused)
    assert answer.kind == "parse"
    return answer.message


async def test_jobs_larger_than_any_pipe_go_through(pool: WorkerPool) -> None:
    assert (await read(pool, job(size=9 << 20))).ttl == 9 << 20


async def test_one_process_does_one_job_after_the_other(pool: WorkerPool) -> None:
    pool.start()
    feeds = await asyncio.gather(*(read(pool, job()) for _ in range(5)))
    assert len({feed.title for feed in feeds}) == 1


async def test_a_second_process_comes_for_jobs_that_wait(pool: WorkerPool) -> None:
    first = await read(pool, job())
    hung = asyncio.create_task(pool.parse(job("hang")))
    feeds = await asyncio.gather(*(read(pool, job()) for _ in range(5)))
    assert {feed.title for feed in feeds} != {first.title}
    assert len({feed.title for feed in feeds}) == 1
    assert not hung.done()
    hung.cancel()


async def test_i8_large_jobs_are_read_singly_and_small_ones_beside_them(pool: WorkerPool) -> None:
    large = wire.LARGE + 1
    hung = asyncio.create_task(pool.parse(job("hang", large)))
    waiting = asyncio.create_task(read(pool, job(size=large)))
    for _ in range(3):
        await read(pool, job())
    assert not waiting.done()
    hung.cancel()
    assert (await waiting).ttl == large


@pytest.mark.parametrize("title", ["die", "half", "chatter"])
async def test_p4_a_process_that_breaks_down_is_one_failed_job(pool: WorkerPool, title: str) -> None:
    first, broken, *after = await asyncio.gather(
        read(pool, job()), refused(pool, job(title)), *(read(pool, job()) for _ in range(3))
    )
    assert "broke down" in broken
    assert all(feed.title != first.title for feed in after)


async def test_p2_a_process_that_hangs_is_killed() -> None:
    pool = WorkerPool(1, command=COMMAND, longest_job=2.0)
    before = await read(pool, job())
    hung, after = await asyncio.gather(refused(pool, job("hang")), read(pool, job()))
    assert "too long" in hung
    assert after.title != before.title
    await pool.aclose()


async def test_p2_a_process_is_replaced_after_its_share(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "JOBS_OF_A_CHILD", 2)
    feeds = [await read(pool, job()) for _ in range(4)]
    assert feeds[0].title == feeds[1].title != feeds[2].title == feeds[3].title


async def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    pool = WorkerPool(command=(str(tmp_path / "absent"),))
    said = await asyncio.gather(*(refused(pool, job()) for _ in range(3)))
    assert all("can't be started" in message for message in said)
    await pool.aclose()


async def test_closing_leaves_no_process(pool: WorkerPool) -> None:
    pid = int((await read(pool, job())).title)
    waiting = asyncio.create_task(pool.parse(job("hang")))
    await asyncio.sleep(0)
    waiting.cancel()
    await pool.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_a_process_complains_of_goes_to_the_log(tmp_path: Path) -> None:
    pool = WorkerPool(command=(sys.executable, "-c", "raise SystemExit('a complaint')"), log=tmp_path / "log")
    await refused(pool, job())
    await pool.aclose()
    assert "a complaint" in (tmp_path / "log").read_text()
