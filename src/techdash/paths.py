"""Where things are: one folder with ``TECHDASH_HOME`` or ``--home``, else the platform's folders."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct


class Paths(Struct, frozen=True):
    """The files of one reader. ``config`` and ``sources`` may not exist; the library is made at first use."""

    config: Path
    sources: Path
    library: Path
    lock: Path
    cache: Path
    log: Path

    def make(self) -> None:
        """Make the folders, readable by the user alone."""
        for folder in {self.config.parent, self.library.parent, self.cache, self.log.parent}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def find(home: str | None = None) -> Paths:
    """The paths for ``home``, for ``$TECHDASH_HOME``, or for the platform."""
    chosen = home or os.environ.get("TECHDASH_HOME")
    if chosen:
        base = Path(chosen).expanduser().absolute()
        return _paths(base, base, base / "cache", base)
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("techdash", appauthor=False)
    return _paths(dirs.user_config_path, dirs.user_data_path, dirs.user_cache_path, dirs.user_log_path)


def _paths(config: Path, data: Path, cache: Path, log: Path) -> Paths:
    return Paths(
        config=config / "config.toml",
        sources=config / "sources.toml",
        library=data / "library.db",
        lock=data / "refresh.lock",
        cache=cache,
        log=log / "techdash.log",
    )
