"""A loopback HTTP server that says exactly what a test tells it to, byte for byte."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Script = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """A request as it came: path, the address it was sent to, headers by lower-case name, body."""

    path: str
    address: str
    headers: dict[bytes, bytes]
    body: bytes = b""


def answer(
    status: str = "200 OK",
    headers: Iterable[tuple[str, str | bytes]] = (),
    body: bytes = b"",
    length: int | None = -1,
) -> bytes:
    """The bytes of an answer; ``length`` None leaves Content-Length out, another number lies in it."""
    lines = [f"HTTP/1.1 {status}".encode()]
    for name, value in headers:
        lines.append(name.encode() + b": " + (value.encode("latin-1") if isinstance(value, str) else value))
    if length is not None:
        lines.append(b"Content-Length: %d" % (len(body) if length < 0 else length))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Server:
    """What it was asked, what it says, and how many it served at the same time."""

    scripts: dict[str, Script] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    scheme: str = "http"
    at_once: int = 0
    most_at_once: int = 0
    most_at_address: int = 0
    _by_address: dict[str, int] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str, address: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{address}:{self.port}{path}"

    def say(self, path: str, *answers: bytes) -> None:
        """The answers to the requests for a path, in turn; the last one for all that follow."""
        left = list(answers)

        async def script(_: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(left.pop(0) if len(left) > 1 else left[0])

        self.scripts[path] = script

    def do(self, path: str, script: Script) -> None:
        """Have a coroutine answer the requests for a path."""
        self.scripts[path] = script

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while request := await _read(reader, writer):
                self.requests.append(request)
                with self._counted(request.address):
                    script = self.scripts.get(request.path, _nothing)
                    await script(request, writer)
                    await writer.drain()
        except (ConnectionError, asyncio.CancelledError, TimeoutError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    @contextmanager
    def _counted(self, address: str) -> Iterator[None]:
        self.at_once += 1
        self._by_address[address] = self._by_address.get(address, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.most_at_address = max(self.most_at_address, self._by_address[address])
        try:
            yield
        finally:
            self.at_once -= 1
            self._by_address[address] -= 1

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def start(
    server: Server, addresses: int = 1, tls: ssl.SSLContext | None = None
) -> list[asyncio.Server]:
    """Listen at 127.0.0.1 and as many addresses after it as asked for, all with one port."""
    first = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls, backlog=512)
    server.port = first.sockets[0].getsockname()[1]
    server.scheme = "https" if tls else "http"
    more = [
        await asyncio.start_server(server.serve, f"127.0.0.{n}", server.port, ssl=tls, backlog=512)
        for n in range(2, addresses + 1)
    ]
    return [first, *more]


async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
    """Never say a word; goes when the other side does."""
    await _until_gone(writer)


def together(server: Server, number: int, said: Callable[[Request], bytes]) -> Script:
    """Answer nobody before so many wait at once, and give any further ones the time to come too."""
    complete = asyncio.Event()

    async def script(request: Request, writer: asyncio.StreamWriter) -> None:
        if server.at_once == number:
            for _ in range(300):
                await asyncio.sleep(0)
            complete.set()
        await complete.wait()
        writer.write(said(request))

    return script


def drip(head: bytes, piece: bytes, pause: float) -> Script:
    """Say ``head``, and then one piece after the other without end."""

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def close_after(said: bytes) -> Script:
    """Say something, and close the connection."""

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        raise ConnectionError

    return script


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        return None
    first, *lines = head[:-4].split(b"\r\n")
    headers = {
        name.lower(): value.lstrip(b" ") for name, _, value in (line.partition(b":") for line in lines)
    }
    try:
        body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        return None
    path, address = first.split(b" ")[1].decode("latin-1"), writer.get_extra_info("sockname")[0]
    return Request(path, address, headers, body)


async def _nothing(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer("404 Not Found"))


async def _until_gone(writer: asyncio.StreamWriter) -> None:
    while not writer.transport.is_closing():
        await asyncio.sleep(0.01)
    raise ConnectionError
