"""Where the bytes of a picture come from: the web, politely and within bounds, its address, or a folder."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import time
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from techdash.feeds import addresses
from techdash.feeds.client import Client, Limits
from techdash.feeds.local import path_of
from techdash.models.fetched import Fetched
from techdash.pictures.cache import Cache
from techdash.pictures.wire import Job, Kind
from techdash.text.urls import host, web_link

LARGEST = 8 << 20
LIMITS = Limits(total=20.0, connect=8.0, read=10.0, wire=LARGEST, unpacked=LARGEST, redirects=5)
# Seconds between two pictures of one server: they are parts of a page that its reader asked for.
GAP = 0.2
LARGEST_DATA = 256 << 10

_KINDS: dict[str, Kind] = {
    "http": "http",
    "timeout": "timeout",
    "too-large": "large",
    "private": "private",
    "truncated": "damaged",
    "decode": "damaged",
    "wait": "wait",
}


class NotHad(Exception):
    """Why there are no bytes; ``http`` is the status that a server answered with."""

    def __init__(self, kind: Kind, http: int = 0) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.http = http


async def bytes_of(job: Job, client: Client, cache: Cache) -> tuple[bytes, bool]:
    """The bytes of a picture, and whether they are news to the cache.

    Raises:
        NotHad: the address leads nowhere, or nowhere that a picture may be taken from.
    """
    if job.src[:5].lower() == "data:":
        return _in_address(job.src), False
    link = web_link(job.src)
    if link is not None:
        kept = cache.get(link)
        return (kept, False) if kept is not None else (await _fetched(link, job.page, client), True)
    if not job.page or host(job.page) or urlsplit(job.src).scheme:
        raise NotHad("address")
    return _in_folder(job), False


def key_of(job: Job) -> str:
    """What the cache knows a picture of the web by."""
    return web_link(job.src) or ""


async def _fetched(link: str, page: str, client: Client) -> bytes:
    # Only the server that the user subscribed to may be private; what its pages lead to may not.
    public_only = addresses.host_key(link) != addresses.host_key(page)
    outcome = await client.fetch(link, now=int(time.time()), public_only=public_only)
    if isinstance(outcome, Fetched):
        return outcome.body
    raise NotHad(_KINDS.get(getattr(outcome, "kind", ""), "connect"), outcome.http or 0)


def _in_address(src: str) -> bytes:
    """What a data URI holds (RFC 2397)."""
    if len(src) > LARGEST_DATA:
        raise NotHad("large")
    head, comma, data = src[5:].partition(",")
    if not comma:
        raise NotHad("damaged")
    if not head.lower().rstrip().endswith(";base64"):
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(unquote_to_bytes(data), validate=False)
    except binascii.Error:
        raise NotHad("damaged") from None


def _in_folder(job: Job) -> bytes:
    """A file of a local source, by a path seen from the entry's own file, or with ``/`` from the folder."""
    try:
        source = path_of(job.page)
        root = (source if source.is_dir() else source.parent).resolve()
        path = job.src.partition("?")[0].partition("#")[0]
        found: Path | None = None
        # A name may hold a percent sign; addresses in Markdown are percent-encoded.
        for name in dict.fromkeys((job.src, path, unquote(path))):
            base = root if name.startswith("/") else (root / job.entry).parent
            candidate = (base / name.lstrip("/")).resolve()
            if not candidate.is_relative_to(root):
                raise NotHad("outside")
            if candidate.exists():
                found = found or candidate
        if found is None:
            raise NotHad("missing")
        # Neither a pipe that nobody writes to nor a device holds us up.
        handle = os.open(found, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise NotHad("missing")
            if status.st_size > LARGEST:
                raise NotHad("large")
            return file.read(LARGEST)
    except (OSError, ValueError, RuntimeError):
        raise NotHad("missing") from None
