"""P-2: the real worker process under its limits, given more than they allow."""

from __future__ import annotations

import asyncio
import sys

from techdash.feeds import wire, workers
from techdash.feeds.workers import WorkerPool
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedFeed

# The worker itself, whose parser does what a job's title says, with a second of the processor for each.
CHILD = """
import resource, sys
from techdash import worker
from techdash.models.parsed import ParsedFeed
worker._CPU_SECONDS = 1

def parse(job):
    if job.title == "burn":
        while True:
            pass
    if job.title == "eat":
        return ParsedFeed(str(len(bytearray(1 << 31))))
    if job.title == "open":
        return ParsedFeed(str(len([open("/dev/null") for _ in range(100)])))
    if job.title == "some":
        sum(range(15_000_000))
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
    return ParsedFeed(" ".join(str(resource.getrlimit(kind)[0]) for kind in kinds))

worker.parse = parse
worker.main()
"""
COMMAND = (sys.executable, "-c", CHILD)


def job(title: str) -> wire.Job:
    return wire.Job(ParseJob("id", "essay", title, "", 50, "auto", 7, (Fetched("u", "u", b"x"),)))


async def answers(pool: WorkerPool, *titles: str) -> list[str]:
    """What each job is answered with: a feed's version, or why not."""
    found = []
    for answer in await asyncio.gather(*(pool.parse(job(title)) for title in titles)):
        told = wire.decode_answer(answer) if isinstance(answer, bytes) else answer
        assert isinstance(told, ParsedFeed | wire.Refused)
        found.append(told.version if isinstance(told, ParsedFeed) else told.message)
    return found


async def test_p2_a_job_without_end_costs_its_share_of_the_processor_and_no_other_job() -> None:
    pool = WorkerPool(1, command=COMMAND, longest_job=30)
    try:
        said = await answers(pool, "x", "burn", "x")
    finally:
        await pool.aclose()
    assert said[1] == "This document took too long to read."
    assert said[0] == said[2]


async def test_p2_the_share_is_for_each_job_anew() -> None:
    pool = WorkerPool(1, command=COMMAND, longest_job=30)
    try:
        assert len(set(await answers(pool, *["some"] * 5))) == 1
    finally:
        await pool.aclose()


async def test_p2_memory_and_files_are_bounded() -> None:
    pool = WorkerPool(1, command=COMMAND, longest_job=30)
    try:
        limits, *refused, after = await answers(pool, "x", "eat", "open", "x")
    finally:
        await pool.aclose()
    assert limits == after == f"{1 << 30} 32 0"
    assert refused == ["What this source gave could not be read."] * 2


def test_p2_the_figures() -> None:
    from techdash import worker

    assert (workers.LONGEST_JOB, workers.JOBS_OF_A_CHILD, worker._CPU_SECONDS) == (45.0, 200, 30)
