"""A web of named sites on loopback, behind a proxy: what is https there is https here, names and all."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# Every name that a test may ask for; one certificate is good for all of them.
NAMES = (
    *("a.example", "b.example", "c.example", "ada.example", "social.example", "other.example"),
    *("cdn.example", "feeds.example", "feeds.cast.example", "xn--bcher-kva.example", "itunes.apple.com"),
    *("www.youtube.com", "consent.youtube.com", "github.com"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Page = Said | Callable[[], Said]


@dataclass
class Web:
    """What is served by address, and every address that was asked for, in order."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    certificate: str = ""

    def __setitem__(self, address: str, page: str | bytes | Said) -> None:
        if isinstance(page, str):
            page = page.encode()
        self.pages[address] = page if isinstance(page, Said) else Said(page)

    def redirect(self, address: str, target: str, status: int = 302) -> None:
        self.pages[address] = Said(status=status, headers={"Location": target})

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to be in this web and in no other."""
        proxy = f"http://127.0.0.1:{self.port}"
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        return {**dict.fromkeys(names, proxy), "no_proxy": "127.0.0.1", "SSL_CERT_FILE": self.certificate}


def certificate(folder: Path) -> Path:
    """A certificate for :data:`NAMES`, and its key, in one file."""
    file = folder / "web.pem"
    names = ",".join(f"DNS:{name}" for name in NAMES)
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-subj", "/CN=web", "-addext", f"subjectAltName={names}", "-days", "2"),
            *("-keyout", str(folder / "key.pem"), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return file


@contextmanager
def served(pem: Path) -> Iterator[Web]:
    """A web that is there for the length of the block."""
    web = Web(certificate=str(pem))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, pem.with_name("key.pem"))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                request = _head(self.request)
                if not request.startswith("CONNECT "):
                    self._answer(self.request, request.split(" ")[1])
                    return
                self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                with tls.wrap_socket(self.request, server_side=True) as inside:
                    host = request.split(" ")[1].removesuffix(":443")
                    self._answer(inside, f"https://{host}{_head(inside).split(' ')[1]}")

        def _answer(self, connection: object, address: str) -> None:
            web.asked.append(address)
            page = web.pages.get(address, Said(b"<html><title>404</title></html>", 404))
            said = page() if callable(page) else page
            lines = [f"HTTP/1.1 {said.status} Said", f"Content-Length: {len(said.body)}", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in said.headers.items()]
            connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + said.body)  # type: ignore[attr-defined]

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        web.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield web
        finally:
            server.shutdown()
            thread.join()


def _head(connection: object) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)  # type: ignore[attr-defined]
        if not piece:
            raise ConnectionError
        head += piece
    return head.decode("latin-1")
