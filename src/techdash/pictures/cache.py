"""Pictures kept on disk as they came, by the hash of their address; the longest unused go first."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

LARGEST = 100 << 20


class Cache:
    """A folder of pictures, ``largest`` bytes in all. A disk that is full or closed to us keeps none."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._folder = folder
        self._largest = largest

    def get(self, src: str) -> bytes | None:
        """The picture of an address, if it is kept."""
        path = self._path(src)
        try:
            body = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return body

    def put(self, src: str, body: bytes) -> None:
        """Keep a picture, whole or not at all, and let go of the oldest beyond the bound."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix="new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                Path(name).replace(self._path(src))
            except OSError:
                Path(name).unlink()
                raise
            self._trim()

    def _path(self, src: str) -> Path:
        return self._folder / hashlib.sha256(src.encode("utf-8", "surrogatepass")).hexdigest()

    def _trim(self) -> None:
        kept = []
        for entry in os.scandir(self._folder):
            # Another window may trim at the same time.
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                kept.append((status.st_mtime_ns, status.st_size, entry.path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._largest:
                return
            with contextlib.suppress(OSError):
                Path(path).unlink()
            total -= size
