"""What all tests share: no test meets the reader's own library, proxies or an absent program unawares."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from techdash.config import settings

# Debian keeps nginx where only root's PATH looks.
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose system programs are missing, naming them; .ci/run fails on these words."""
    for mark in item.iter_markers("system"):
        missing = [name for name in mark.args if shutil.which(name, path=SYSTEM_PATH) is None]
        if missing:
            pytest.skip(f"system program missing: {', '.join(missing)}")


@pytest.fixture(scope="session", autouse=True)
def own_surroundings() -> Iterator[None]:
    """An empty home, no Claude Code set-up, no proxies, none of the variables that change what is shown."""
    changes = pytest.MonkeyPatch()
    for name in ("NO_COLOR", "COLUMNS", "LINES", "TEXTUAL_ANIMATIONS"):
        changes.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        changes.delenv(name, raising=False)
        changes.delenv(name.upper(), raising=False)
    for variable in filter(None, (row.variable for row in settings())):
        changes.delenv(variable, raising=False)
    with tempfile.TemporaryDirectory(prefix="techdash-tests-") as home:
        changes.setenv("TECHDASH_HOME", home)
        changes.setenv("CLAUDE_CONFIG_DIR", f"{home}/no-claude")
        changes.setattr("techdash.setup.places.MANAGED", Path(home, "not-managed"))
        changes.setenv("TZ", "UTC")
        changes.setenv("TERM", "xterm-256color")
        changes.setenv("COLORTERM", "truecolor")
        yield
        changes.undo()
