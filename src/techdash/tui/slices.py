"""Long work on a document in slices beside the loop: first results at once, other work in between."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from techdash.tui.gateway import Gateway

T = TypeVar("T")

SLICE = 0.02
"""Seconds that a slice takes, unless a single step takes longer."""


async def in_slices(gateway: Gateway, steps: Iterator[T]) -> AsyncIterator[list[T]]:
    """What ``steps`` gives, run on the documents' thread, in lists that each took about a slice."""
    ended = False

    def job() -> list[T]:
        nonlocal ended
        end = time.perf_counter() + SLICE
        given: list[T] = []
        for step in steps:
            given.append(step)
            if time.perf_counter() > end:
                return given
        ended = True
        return given

    while not ended:
        yield await gateway.aside(job)


async def first_in_slices(gateway: Gateway, steps: Iterator[T | None]) -> T | None:
    """The first that is not None of what ``steps`` gives."""
    async for given in in_slices(gateway, steps):
        found = next((each for each in given if each is not None), None)
        if found is not None:
            return found
    return None
