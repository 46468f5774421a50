"""A real nginx on loopback: several addresses on one free port, each with a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import SYSTEM_PATH

_CONFIG = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log; default_type application/octet-stream; keepalive_timeout 5s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ text/html html; application/rss+xml rss; application/xml xml; application/feed+json json; }}
  charset utf-8; charset_types text/plain;
  gzip on; gzip_types application/xml application/rss+xml application/feed+json;
  {servers}
}}
"""
_SERVER = "server {{ {listen} root {root}; index index.html; error_page 404 /404.html; {rules} }}\n"


class Nginx:
    """A running server. ``port`` is the same on all its addresses."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def requests(self) -> list[tuple[str, str, int]]:
        """(method, path, status) of every request so far, oldest first."""
        lines = (self.folder / "access.log").read_text("utf-8").splitlines()
        parts = [line.split('"') for line in lines]
        return [(p[1].split()[0], p[1].split()[1], int(p[2].split()[0])) for p in parts]


def _bind(addresses: Sequence[str]) -> list[socket.socket]:
    """Listening sockets on all addresses, on one port that was free on each of them."""
    while True:
        first = socket.create_server((addresses[0], 0), backlog=256)
        port = first.getsockname()[1]
        taken = [first]
        try:
            taken += [socket.create_server((address, port), backlog=256) for address in addresses[1:]]
        except OSError:
            for each in taken:
                each.close()
        else:
            return taken


@contextmanager
def serving(folder: Path, hosts: Mapping[str, tuple[Path, str]]) -> Iterator[Nginx]:
    """Serve ``hosts`` (address -> root folder, further rules) until the block ends.

    We listen, nginx inherits the sockets as it does when it is upgraded in place: so no port is ever free
    between choosing and serving it, and a request that comes early waits in the kernel instead of failing.
    """
    folder.mkdir(parents=True)
    sockets = _bind(list(hosts))
    port = sockets[0].getsockname()[1]
    servers = "".join(
        _SERVER.format(listen=f"listen {address}:{port};", root=root, rules=rules)
        for address, (root, rules) in hosts.items()
    )
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, user=user, servers=servers), "utf-8")
    handles = [each.fileno() for each in sockets]
    program = shutil.which("nginx", path=SYSTEM_PATH)
    assert program, "nginx is not installed"
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")],
        env={**os.environ, "NGINX": "".join(f"{handle};" for handle in handles)},
        pass_fds=handles,
    )
    for each in sockets:
        each.close()
    try:
        yield Nginx(folder, port)
    finally:
        process.terminate()
        process.wait(10)
