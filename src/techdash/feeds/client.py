"""The one way out: fetches a document over HTTP, politely, within bounds, and says in words why it couldn't.

Everything that leaves the machine goes through :meth:`Client.fetch` and :meth:`Client.post`. HTTP is RFC
9110 to 9112.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import socket
import ssl
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import getproxies, proxy_bypass

from msgspec.structs import replace

from techdash import __version__
from techdash.feeds import addresses, schedule
from techdash.feeds.holding import Part
from techdash.feeds.unpack import Damaged, TooLarge, Truncated, Unpacker
from techdash.models.fetched import Failed, Fetched, NotModified
from techdash.models.sources import Validators
from techdash.text.clean import one_line
from techdash.text.urls import host, resolve, without_user

# Two imports that httpx and httpcore try and can do without. Its command line brings in Rich and Click, half
# of httpx's start; and sniffio, where it isn't installed, is looked for again at every lock and connection,
# which costs as much as the request. None says: not there.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

import httpx  # noqa: E402

USER_AGENT = f"techdash/{__version__} (+https://github.com/techdash/techdash)"
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
MOST_AT_ONCE = 16

_HEADERS = [(b"User-Agent", USER_AGENT.encode()), (b"Accept-Encoding", b"gzip")]
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_LONGEST_VALIDATOR = 4096
_LONGEST_LINKS = 16_384
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
# What servers write there that is no coding at all.
_NO_CODINGS = ("", "identity", "none", "utf-8", "utf8")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]+)", re.IGNORECASE)
_NONE = Validators()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take: seconds, bytes on the wire and unpacked, redirects."""

    total: float = 30.0
    connect: float = 10.0
    read: float = 15.0
    wire: int = 10 << 20
    unpacked: int = 10 << 20
    ratio: int = 200
    redirects: int = 10


class _Stopped(Exception):
    """Why a fetch ends without a document; turned into a :class:`Failed` at the door."""

    def __init__(
        self, kind: str, message: str, http: int | None = None, wait_until: int | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.http = http
        self.wait_until = wait_until
        self.host = ""


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool
    connected_to: str


class _Server:
    """One host and port: who is being served, when the last request began, how far apart requests begin."""

    __slots__ = ("gap", "last_start", "turn")

    def __init__(self, gap: float) -> None:
        self.turn = asyncio.Lock()
        self.last_start = float("-inf")
        self.gap = gap


class Client:
    """Fetches for one refresh: at most ``at_once`` requests in all, one at a time to a server.

    Args:
        limits: what one fetch may take.
        gap: seconds from the start of one request to the start of the next to the same server; this machine's
            own servers need none.
        is_private: tells private addresses, which a public page may not send us to.
        clock, pause: the monotonic clock and the sleep that the gap is kept with.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        *,
        at_once: int = MOST_AT_ONCE,
        gap: float = 1.0,
        is_private: Callable[[str], bool] = addresses.is_private_address,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(at_once)
        self._gap = gap
        self._is_private = is_private
        self._clock = clock
        self._pause = pause
        self._servers: dict[str, _Server] = {}
        self._waits: dict[str, int] = {}
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls_ready: asyncio.Future[None] | None = None
        self._proxies = getproxies()
        self._timeout = {
            "connect": limits.connect,
            "read": limits.read,
            "write": limits.read,
            "pool": limits.total,
        }

    async def aclose(self) -> None:
        """Close every connection."""
        if self._tls_ready is not None:
            await asyncio.wait([self._tls_ready])
        for transport in self._transports.values():
            await transport.aclose()

    def leave_alone(self, waits: Mapping[str, int]) -> None:
        """Ask nothing of these hosts before the moments given, wherever redirects lead."""
        self._waits.update(waits)

    def widen(self, url: str, times: float) -> None:
        """Have the requests to the server of a URL begin so many times the usual gap apart."""
        self._server(url).gap = self._gap * times

    async def finds_any(self, names: Iterable[str]) -> bool:
        """Whether at least one of these hosts' names can be looked up: nobody is asked but the DNS."""
        loop = asyncio.get_running_loop()
        for name in names:
            with suppress(OSError, UnicodeError, TimeoutError):
                async with asyncio.timeout(self._limits.connect):
                    await loop.getaddrinfo(name, None)
                return True
        return False

    async def fetch(
        self,
        url: str,
        validators: Validators = _NONE,
        *,
        now: int,
        public_only: bool = False,
        accept: str = ACCEPT,
        part: Part | None = None,
    ) -> Fetched | NotModified | Failed:
        """The document at an http(s) URL, whole and unpacked; or that it is as it was; or why there is none.

        ``validators`` are sent back byte for byte. A URL that the user typed may be private; what a public
        page leads to may not (``public_only`` says so of the URL itself). ``accept`` is what is asked for, a
        feed where nothing is said. ``part`` holds the body back while others fill the memory. Time spent
        waiting, for that or for a turn, counts towards no limit.
        """
        try:
            return await self._follow(url, validators, now, public_only, accept, part)
        except _Stopped as failure:
            return Failed(
                url,
                failure.kind,
                one_line(str(failure)),
                failure.http,
                failure.wait_until,
                gone=failure.http == 410,
                host=failure.host,
            )

    async def post(
        self, url: str, body: bytes, headers: Sequence[tuple[str, str]], *, now: int
    ) -> Fetched | Failed:
        """What a server that the user configured answers to a JSON document; any address may be meant.

        No redirect is followed: what ``headers`` hold, a key say, goes to this address alone.
        """
        name = host(url)
        sent = [*_HEADERS, (b"Accept", b"application/json"), (b"Content-Type", b"application/json")]
        sent += [(b"Content-Length", b"%d" % len(body)), *((n.encode(), v.encode()) for n, v in headers)]
        try:
            with _named(name, self._limits):
                async with asyncio.timeout(self._limits.total) as limit:
                    request = httpx.Request(
                        "POST", url, headers=sent, content=body, extensions={"timeout": self._timeout}
                    )
                    transport = await self._transport(url)
                    response = await transport.handle_async_request(request)
                    try:
                        return await self._posted(url, response, now, _Hold(None, limit))
                    finally:
                        await response.aclose()
        except _Stopped as failure:
            return Failed(
                url, failure.kind, one_line(str(failure)), failure.http, failure.wait_until, host=name
            )

    async def _posted(self, url: str, response: httpx.Response, now: int, hold: _Hold) -> Fetched:
        status, headers = response.status_code, response.headers
        if status in _REDIRECTS:
            raise _Stopped("redirect", f"{host(url)} sends us elsewhere; nothing is sent there.", status)
        if status != 200:
            until = schedule.retry_after(headers.get("retry-after", ""), headers.get("date", ""), now)
            raise _Stopped("http", _said(status), status, until)
        body, wire = await self._body(host(url), response, hold)
        content_type = one_line(headers.get("content-type", ""))
        return Fetched(url, without_user(url), body, content_type, wire_bytes=wire)

    async def _follow(
        self,
        url: str,
        validators: Validators,
        now: int,
        public_only: bool,
        accept: str,
        part: Part | None,
    ) -> Fetched | NotModified:
        """Ask, and go where redirects lead."""
        here, left = url, self._limits.total
        begun = self._clock()

        def at() -> int:
            return now + int(self._clock() - begun)  # waiting for a turn, and for the answer, takes its time

        seen = {url}
        permanent = True
        for hop in range(self._limits.redirects + 1):
            if public_only and addresses.is_private_host(host(here)):
                raise _private(here)
            async with self._turn(here, at):
                started = time.monotonic()
                with _named(host(here), self._limits):
                    async with asyncio.timeout(left) as limit:
                        hold = _Hold(part, limit)
                        answer = await self._ask(url, here, validators, at, public_only, accept, hold)
                left -= time.monotonic() - started
            if not isinstance(answer, _Redirect):
                return replace(answer, moved_to=here) if hop and permanent else answer
            # What a proxy connects to isn't seen: there the name has to do.
            if not (
                self._is_private(answer.connected_to)
                if answer.connected_to
                else addresses.is_private_host(host(here))
            ):
                public_only = True
            target = _target(here, answer.location)
            permanent = (
                permanent and answer.permanent and not (here[:6] == "https:" and target[:5] == "http:")
            )
            if target in seen:
                raise _Stopped("redirect", f"{host(here)} redirects in a circle.")
            seen.add(target)
            here = target
        raise _Stopped("redirect", f"{host(url)} redirects more than {self._limits.redirects} times.")

    @asynccontextmanager
    async def _turn(self, url: str, at: Callable[[], int]) -> AsyncIterator[None]:
        """Our turn at a server: nobody else's there, the last one long enough ago, a slot of our own free."""
        server = self._server(url)
        async with server.turn:
            if (until := self._waits.get(host(url), 0)) > at():
                raise _Stopped(
                    "wait",
                    f"{host(url)} asked to be left alone until {_clock_time(until)}.",
                    wait_until=until,
                )
            if server.gap and not addresses.is_loopback_host(host(url)):
                early = server.last_start + server.gap - self._clock()
                if early > 0:
                    await self._pause(early)
            async with self._slots:
                server.last_start = self._clock()
                yield

    def _server(self, url: str) -> _Server:
        return self._servers.setdefault(addresses.host_key(url), _Server(self._gap))

    async def _ask(
        self,
        asked: str,
        url: str,
        validators: Validators,
        at: Callable[[], int],
        public_only: bool,
        accept: str,
        hold: _Hold,
    ) -> Fetched | NotModified | _Redirect:
        """One request and its answer."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise _Stopped("protocol", "Only http and https addresses can be fetched.")
        headers = [*_HEADERS, (b"Accept", accept.encode())]
        if url != (validators.given_by or asked):
            validators = _NONE  # they are another document's
        if validators.etag:
            headers.append((b"If-None-Match", validators.etag))
        if validators.last_modified:
            headers.append((b"If-Modified-Since", validators.last_modified))
        extensions: dict[str, Any] = {"timeout": self._timeout}
        if public_only and not self._proxy_for(url):
            extensions["trace"] = _Guard(url, self._is_private)
        if "@" in url and (user := httpx.URL(url).userinfo):
            headers.append((b"Authorization", b"Basic " + b64encode(unquote_to_bytes(user))))
        request = httpx.Request("GET", url, headers=headers, extensions=extensions)
        # Through httpx's transport and not its client, which keeps cookies and reads redirects before we do.
        transport = await self._transport(url)
        response = await transport.handle_async_request(request)
        try:
            return await self._answer(asked, url, validators, at(), response, hold)
        finally:
            await response.aclose()

    async def _answer(
        self,
        asked: str,
        url: str,
        validators: Validators,
        now: int,
        response: httpx.Response,
        hold: _Hold,
    ) -> Fetched | NotModified | _Redirect:
        status, headers = response.status_code, response.headers
        name = host(url)
        if status in _REDIRECTS:
            return _Redirect(
                headers.get("location", ""), status in _PERMANENT, self._connected_to(url, response)
            )
        public = self._is_public(url, response)  # asked while the connection stands
        date = headers.get("date", "")
        if status in (429, 503):
            until = schedule.retry_after(headers.get("retry-after", ""), date, now)
            if not addresses.is_private_host(name):
                self._waits[name] = until if until is not None else now + schedule.SHORTEST_WAIT
            stopped = _Stopped("http", _said(status, until), status, until)
            stopped.host = name
            raise stopped
        max_age = schedule.freshness(headers.get("cache-control", ""), headers.get("expires", ""), date, now)
        given = _given(headers.raw)
        if status == 304:
            if not (validators.etag or validators.last_modified):
                raise _Stopped("protocol", f"{name} says that nothing has changed, but we never had it.", 304)
            return NotModified(asked, _renewed(validators, given), max_age, public=public)
        if status not in (200, 203):
            raise _Stopped("http", _said(status), status)
        body, wire = await self._body(name, response, hold)
        content_type = headers.get("content-type", "")
        charset = _CHARSET.search(content_type)
        return Fetched(
            asked,
            without_user(url),
            body,
            content_type=one_line(content_type),
            charset=one_line(charset[1]) if charset else "",
            validators=replace(
                given, body_hash=hashlib.sha256(body).digest(), given_by="" if url == asked else url
            ),
            http=status,
            max_age=max_age,
            wire_bytes=wire,
            links=one_line(headers.get("link", "")[:_LONGEST_LINKS]),
            public=public,
        )

    async def _body(self, name: str, response: httpx.Response, hold: _Hold) -> tuple[bytes, int]:
        """The unpacked body and how much of it crossed the wire."""
        limits = self._limits
        stated = response.headers.get("content-encoding", "").strip().lower()
        coding = _CODINGS.get(stated, "")
        if not coding and stated not in _NO_CODINGS:
            raise _Stopped("decode", f"{name} packed the document in a way we don't unpack ({stated[:40]}).")
        length = response.headers.get("content-length", "")
        wire = int(length[:20]) if length.isascii() and length.isdigit() else 0
        if wire > limits.wire:
            raise _too_large(name, limits.wire)
        unpacker = Unpacker(coding, limits.unpacked, limits.ratio)
        wire = 0
        try:
            async for piece in response.aiter_raw():
                wire += len(piece)
                if wire > limits.wire:
                    raise _too_large(name, limits.wire)
                before = unpacker.size
                unpacker.feed(piece)
                await hold.grow(unpacker.size - before)
            return unpacker.finish(), wire
        except TooLarge:
            raise _too_large(name, limits.unpacked) from None
        except Damaged:
            raise _Stopped("decode", f"The document from {name} is packed wrongly.") from None
        except (Truncated, httpx.RemoteProtocolError, httpx.NetworkError):
            raise _Stopped("truncated", f"{name} stopped in the middle of the document.") from None

    async def _transport(self, url: str) -> httpx.AsyncHTTPTransport:
        if url.startswith("https:"):
            await self._trust()
        proxy = self._proxy_for(url)
        if proxy not in self._transports:
            # Few servers are asked twice in a run, and httpx looks at every idle connection each time.
            limits = httpx.Limits(max_connections=2 * MOST_AT_ONCE, max_keepalive_connections=0)
            try:
                self._transports[proxy] = httpx.AsyncHTTPTransport(
                    verify=self._tls, limits=limits, proxy=proxy or None
                )
            except (ImportError, ValueError, httpx.InvalidURL) as error:
                raise _Stopped(
                    "connect", f"The proxy that the environment names can't be used: {error}"
                ) from error
        return self._transports[proxy]

    async def _trust(self) -> None:
        """Read the certificate authorities, once, and beside the loop: that takes as long as ten requests."""
        if self._tls_ready is None:
            self._tls_ready = asyncio.ensure_future(asyncio.to_thread(_read_authorities, self._tls))
        try:
            await asyncio.shield(self._tls_ready)
        except OSError as error:
            raise _Stopped("certificate", f"The certificate authorities can't be read: {error}.") from error

    def _connected_to(self, url: str, response: httpx.Response) -> str:
        """The address at the other end, "" where a proxy stands between."""
        stream = response.extensions.get("network_stream")
        if stream is None or self._proxy_for(url):
            return ""
        address = stream.get_extra_info("server_addr")
        return str(address[0]) if address else ""

    def _is_public(self, url: str, response: httpx.Response) -> bool:
        address = self._connected_to(url, response)
        return bool(address) and not self._is_private(address)

    def _proxy_for(self, url: str) -> str:
        """The proxy that the environment names for a URL (``https_proxy``, ``no_proxy`` …), or ""."""
        proxy = self._proxies.get(urlsplit(url).scheme) or self._proxies.get("all") or ""
        if not proxy or proxy_bypass(host(url)):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"


@dataclass(frozen=True, slots=True)
class _Hold:
    """What a body takes of its source's part; the clock of its fetch stands still while it waits for that."""

    part: Part | None
    limit: asyncio.Timeout

    async def grow(self, size: int) -> None:
        if self.part is None or self.part.fits(size):
            return
        loop = asyncio.get_running_loop()
        began, end = loop.time(), self.limit.when()
        self.limit.reschedule(None)
        await self.part.wait_for(size)
        if end is not None:
            self.limit.reschedule(end + loop.time() - began)


class _Guard:
    """Refuses a connection to a private address after it stands and before a byte is sent over it.

    Judged by the address connected to, so no name, spelling or changing DNS answer gets past it.
    """

    def __init__(self, url: str, is_private: Callable[[str], bool]) -> None:
        self._url = url
        self._is_private = is_private

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event != "connection.connect_tcp.complete":
            return
        stream = info["return_value"]
        if self._is_private(str(stream.get_extra_info("server_addr")[0])):
            await stream.aclose()
            raise _private(self._url)


def _read_authorities(context: ssl.SSLContext) -> None:
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not (file or folder):
        import certifi

        file = certifi.where()
    context.load_verify_locations(file or None, folder or None)


def _given(raw: Iterable[tuple[bytes, bytes]]) -> Validators:
    """The validators of an answer as the bytes they are; absurdly long ones are as good as none."""
    found = {
        name: value
        for name, value in ((name.lower(), value) for name, value in raw)
        if name in (b"etag", b"last-modified") and 0 < len(value) <= _LONGEST_VALIDATOR
    }
    return Validators(found.get(b"etag"), found.get(b"last-modified"))


def _renewed(before: Validators, given: Validators) -> Validators:
    """The validators after a 304: what it doesn't repeat stays."""
    return Validators(
        given.etag or before.etag,
        given.last_modified or before.last_modified,
        before.body_hash,
        before.given_by,
    )


def _target(here: str, location: str) -> str:
    """Where a redirect leads (RFC 9110, 10.2.2)."""
    if not location.strip():
        raise _Stopped("redirect", f"{host(here)} redirects without saying where to.")
    target = resolve(here, location)
    if target is None:
        raise _Stopped("redirect", f"{host(here)} redirects to something that is no web address.")
    return target.partition("#")[0]


def _private(url: str) -> _Stopped:
    return _Stopped("private", f"A public page leads to the private address {host(url)}; we don't go there.")


def _too_large(name: str, largest: int) -> _Stopped:
    return _Stopped("too-large", f"The document at {name} is larger than {largest / (1 << 20):g} MiB.")


_MEANINGS = {
    401: "it asks for a user name and a password",
    403: "it does not let us read this",
    404: "there is nothing at this address",
    410: "what was at this address is gone for good",
    451: "it may not show this for legal reasons",
}


def _said(status: int, until: int | None = None) -> str:
    if until is not None:
        meaning = f"it wants no request from us before {_clock_time(until)}"
    elif status in (429, 503):
        meaning = "it is overloaded, or we came too often"
    elif status in _MEANINGS:
        meaning = _MEANINGS[status]
    else:
        meaning = "it is in trouble itself" if status >= 500 else "that is no document"
    return f"The server answered {status}: {meaning}."


def _clock_time(moment: int) -> str:
    near = abs(moment - time.time()) < 12 * 3600
    return time.strftime("%H:%M" if near else "%Y-%m-%d %H:%M", time.localtime(moment))


@contextmanager
def _named(name: str, limits: Limits) -> Iterator[None]:
    """Whatever goes wrong while a host is asked, as the reason that is told."""
    try:
        yield
    except TimeoutError:
        message = f"{name} did not send the whole document within {limits.total:g} seconds."
        raise _Stopped("timeout", message) from None
    except httpx.ConnectTimeout:
        message = f"{name} did not answer within {limits.connect:g} seconds."
        raise _Stopped("connect", message) from None
    except httpx.TimeoutException:
        message = f"{name} did not answer within {limits.read:g} seconds."
        raise _Stopped("timeout", message) from None
    except httpx.ConnectError as error:
        raise _unconnected(name, error) from None
    except httpx.ProxyError:
        raise _Stopped("connect", f"The proxy did not let us through to {name}.") from None
    except (httpx.RemoteProtocolError, httpx.NetworkError):
        message = f"{name} broke off the connection, or answered with something other than HTTP."
        raise _Stopped("protocol", message) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError):
        raise _Stopped("protocol", "This is not an address that can be fetched.") from None
    except OSError as error:
        raise _unconnected(name, error) from None


def _unconnected(name: str, error: BaseException) -> _Stopped:
    """Why there is no connection, by the errors beneath the error."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return _Stopped("dns", f"The name {name} could not be looked up.")
        if isinstance(cause, ssl.SSLCertVerificationError):
            meaning = _CERTIFICATE.get(cause.verify_code, "can't be trusted")
            return _Stopped("certificate", f"The certificate of {name} {meaning}.")
        if isinstance(cause, ssl.SSLError):
            return _Stopped("certificate", f"No secure connection to {name} could be agreed on.")
        if isinstance(cause, ConnectionRefusedError):
            return _Stopped("connect", f"{name} refused the connection.")
    return _Stopped("connect", f"{name} could not be reached.")


# OpenSSL's X509_V_ERR numbers.
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is signed by nobody but itself",
    19: "is signed by nobody we trust",
    20: "is signed by nobody we trust",
    21: "is signed by nobody we trust",
    62: "is for another host",
    64: "is for another address",
}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
