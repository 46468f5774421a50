"""The command line's door: the version at once, everything else from :mod:`techdash.cli.main`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0, 1, 2, 3, 4 or 130."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Importing makes objects that all stay: collecting among them is a twentieth of a short command's time.
    # What runs for longer turns it on again.
    gc.disable()
    try:
        if given == ["--version"] and _told_version():
            return 0
        from techdash.cli.main import run

        return run(given)
    except KeyboardInterrupt:
        return 130
    finally:
        gc.enable()


def _told_version() -> bool:
    """Write the version; where that fails, the long way knows what to say of it."""
    from techdash import __version__

    try:
        sys.stdout.write(f"techdash {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):
        return False
    return True
