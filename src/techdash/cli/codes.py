"""The exit codes of every command, in one place; errors.py gives 2, 3 and 4 to the errors that carry them."""

from __future__ import annotations

DONE = 0
SOURCES_FAILED = 1
USAGE = 2
CANNOT_RUN = 3
BUSY = 4
INTERRUPTED = 130
