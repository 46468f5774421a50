"""The errors that reach a user: one clear sentence each, with the exit code it ends a command with."""

from __future__ import annotations


class TechdashError(Exception):
    """Something the user can act on. ``str(error)`` is one sentence: what, where, what to do."""

    exit_code = 3


class UsageError(TechdashError):
    """Wrong arguments or a wrong configuration."""

    exit_code = 2


class LibraryError(TechdashError):
    """The library can't be used: missing, damaged, not a library, from a newer version, disk full."""


class LibraryMissing(LibraryError):
    """There is no library yet; a first refresh makes one."""


class LibraryBusy(LibraryError):
    """Another process held the library's write lock for longer than we wait."""


class AlreadyRefreshing(TechdashError):
    """Another refresh holds the lock."""

    exit_code = 4

    def __init__(self, pid: int) -> None:
        super().__init__(f"Another refresh is running (process {pid}). Wait for it, or use --wait SECONDS.")
        self.pid = pid
