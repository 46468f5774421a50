"""A loopback server without manners: what it says goes out as raw bytes, from as many hosts as a case needs.

It lives in a thread of its own, so that the program beside it can be run as its users run it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import subprocess
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from tests.network.server import Request, answer

T = TypeVar("T")


class Connection:
    """One connection as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def gone(self) -> None:
        """Say nothing more; until the other side has gone."""
        while await self._reader.read(65536):
            pass
        raise ConnectionError

    async def drip(self, piece: bytes, pause: float = 0.0, times: int = -1) -> None:
        """Say a piece again and again, so many times or until the other side has gone."""
        while times:
            times -= 1
            await self.say(piece)
            await asyncio.sleep(pause)

    def close(self) -> None:
        """Close in the middle of it all."""
        self.writer.close()

    def reset(self) -> None:
        """Break the connection off with a RST."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


Script = Callable[[Request, Connection], Awaitable[None]]


class Site:
    """Every host of the torture: 127.0.0.1 to 127.0.0.60 at one port, and whatever a case adds."""

    hosts = 60

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.ports: set[int] = set()
        self.most_at_once: dict[str, int] = {}
        self.connections: Counter[str] = Counter()
        self._scripts: dict[str, Script] = {}
        self._listeners: list[asyncio.Server] = []
        self._open: dict[str, int] = {}
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="torture", daemon=True)
        self._thread.start()
        self.port = self.listen("127.0.0.1")
        for n in range(2, self.hosts + 1):
            self.listen(f"127.0.0.{n}", port=self.port)

    # -- what it says

    def do(self, path: str, script: Script) -> str:
        """Have a coroutine answer a path; gives its address."""
        self._scripts[path] = script
        return self.url(path)

    def say(self, path: str, *answers: bytes, close: bool = False) -> str:
        """The answers to the requests for a path in turn, the last one for all that follow."""
        left = list(answers)

        async def script(_: Request, connection: Connection) -> None:
            await connection.say(left.pop(0) if len(left) > 1 else left[0])
            if close:
                connection.close()

        return self.do(path, script)

    def url(self, path: str, host: str = "127.0.0.2", *, port: int = 0, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{port or self.port}{path}"

    # -- what it heard

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, or for all below it where it ends with a slash."""
        return [
            it
            for it in list(self.requests)
            if it.path == path or (path.endswith("/") and it.path.startswith(path))
        ]

    def quiet(self) -> bool:
        """Wait until nobody is connected any more; False if somebody stays."""
        self._on_loop(_turn_over())  # whoever has connected is accepted
        with self._changed:
            return self._changed.wait_for(lambda: not any(self._open.values()), timeout=10)

    # -- where it listens

    def listen(self, host: str, *, port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        """Listen at one more place; gives its port."""
        listener = self._on_loop(asyncio.start_server(self._serve, host, port, ssl=tls, backlog=512))
        self._listeners.append(listener)
        found: int = listener.sockets[0].getsockname()[1]
        self.ports.add(found)
        return found

    def listen_at_all(self, hosts: Sequence[str]) -> int:
        """Listen at many more hosts, at a port that is free at all of them; gives it."""
        for _ in range(20):
            with suppress(OSError):  # somebody else has that port at one of them
                return self._on_loop(self._listen_at_all(hosts))
        raise OSError("no port is free at all hosts")

    async def _listen_at_all(self, hosts: Sequence[str]) -> int:
        port, listeners = 0, []
        try:
            for host in hosts:
                listeners.append(await asyncio.start_server(self._serve, host, port, backlog=16))
                port = listeners[0].sockets[0].getsockname()[1]
        except OSError:
            for listener in listeners:
                listener.close()
            raise
        self._listeners += listeners
        self.ports.add(port)
        return port

    def stop(self) -> None:
        async def end() -> None:
            for listener in self._listeners:
                listener.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._on_loop(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = str(writer.get_extra_info("sockname")[0])
        self.connections[host] += 1
        self._count(host, 1)
        connection = Connection(reader, writer)
        try:
            while request := await _read(reader, writer, host):
                self.requests.append(request)
                await self._scripts.get(request.path, _nothing)(request, connection)
                await writer.drain()
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._count(host, -1)

    def _count(self, host: str, change: int) -> None:
        with self._changed:
            self._open[host] = self._open.get(host, 0) + change
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._open[host])
            self._changed.notify_all()


async def _turn_over() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def _nothing(_: Request, connection: Connection) -> None:
    await connection.say(answer("404 Not Found"))


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> Request | None:
    try:
        first = await reader.readexactly(1)
        if first == b"\x16":  # a ClientHello of TLS, to which web servers say this
            writer.write(answer("400 Bad Request"))
            return None
        head = first + await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError):
        return None
    first, *lines = head[:-4].split(b"\r\n")
    pairs = [line.partition(b":") for line in lines]
    headers = {name.lower(): value.lstrip(b" ") for name, _, value in pairs}
    return Request(first.split(b" ")[1].decode("latin-1"), host, headers)


def chunks(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """An answer in chunks (RFC 9112, 7.1), and whatever stands in the place of the last one."""
    head = answer(headers=[("Transfer-Encoding", "chunked")], length=None)
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + end


class Authority:
    """A certificate authority for one test run, and the certificates it makes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "ca.pem"
        self._key("ca")
        self._openssl("req", "-x509", "-key", "ca.key", "-subj", "/CN=Torture", "-out", "ca.pem")

    def context(self, name: str, *, days: int = 2, own: bool = False) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for ``name`` (``IP:…`` or ``DNS:…``).

        ``own``: signed with its own key instead of the authority's; ``days`` below 0: expired.
        """
        self._key("server")
        subject = ("-subj", "/CN=Torture site", "-addext", f"subjectAltName={name}")
        if own:
            self._openssl("req", "-x509", "-key", "server.key", *subject, "-out", "server.pem")
        else:
            self._openssl("req", "-new", "-key", "server.key", *subject, "-out", "server.csr")
            self._openssl(
                *("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
                *("-CAcreateserial", "-copy_extensions", "copyall", "-days", str(days), "-out", "server.pem"),
            )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "server.pem", self._folder / "server.key")
        return context

    def _key(self, name: str) -> None:
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)


def forms(seconds_later: Iterable[int] = ()) -> list[str]:
    """Dates after Tue, 12 May 2026 10:00:00 GMT in the three forms of RFC 9110, 5.6.7."""
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 5, 12, 10, tzinfo=UTC)
    shapes = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y")
    return [(start + timedelta(seconds=each)).strftime(shape) for each in seconds_later for shape in shapes]
