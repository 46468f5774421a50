"""Feeds of others to try the parsers on: feedparser's test suite and gofeed's, and a few of our own."""

from __future__ import annotations

import os
from pathlib import Path

GOFEED_PACKAGE = "golang-github-mmcdole-gofeed-dev"
GOFEED = Path("/usr/share/gocode/src/github.com/mmcdole/gofeed/testdata")
# feedparser's is in its source distribution alone: pip download --no-binary :all: --no-deps feedparser
FEEDPARSER = Path(os.environ.get("FEEDPARSER_TESTS") or "feedparser/tests")
OURS = Path(__file__).parent / "data" / "feeds"


def files(*folders: Path) -> list[Path]:
    """Every file of these folders that is there, in an order that is the same everywhere."""
    return sorted(
        path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()
    )


def documents(*folders: Path) -> list[Path]:
    """Those that are documents to parse, not what somebody expects of one."""
    beside = {path.stem for path in files(*folders) if path.suffix == ".xml"}
    return [
        path
        for path in files(*folders)
        if not path.name.endswith(".expected.json")
        and path.suffix not in (".py", ".pyc")
        and not (path.suffix == ".json" and path.stem in beside)
    ]
