"""Fixtures of the network tests: servers on loopback, a client that loses no time over its manners."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from techdash.feeds.client import Client, Limits
from tests.network.server import Server, start


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """One server, at 127.0.0.1 to 127.0.0.20."""
    one = Server()
    listeners = await start(one, addresses=20)
    yield one
    for listener in listeners:
        listener.close()
    await one.stop()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A client with limits that a test can wait for."""
    one = Client(Limits(total=2.0, connect=1.0, read=0.3))
    yield one
    await one.aclose()
