"""Q-6: a refresh that cron started waits a moment before it meets other people's servers; no other does."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path

import pytest

from techdash.cli import sync
from techdash.cli.parser import parser
from techdash.models.sources import Source
from techdash.store import db, sources


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "by_clock"),
    [
        ("", True),
        ("--quiet", True),
        ("--wait 60", True),
        ("--no-jitter", False),
        ("--events", False),
        ("--json", False),
        ("--force", False),
        ("--source a", False),
    ],
)
def test_q6_who_waits_for_a_refresh_has_it_begin_at_once(
    arguments: str, by_clock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = parser().parse_args(["--refresh", *arguments.split()])
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.StringIO())
    assert sync._is_by_clock(options) is by_clock
    monkeypatch.setattr(sys, "stdin", None)  # closed, as some starters have it
    assert sync._is_by_clock(options) is by_clock
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert sync._is_by_clock(options) is False


@pytest.mark.parametrize(
    ("urls", "leaves"),
    [
        ([], False),
        (["/home/reader/notes", "http://127.0.0.1:8080/feed", "http://localhost/feed"], False),
        (["http://127.0.0.1:8080/feed", "https://far.example/feed"], True),
    ],
    ids=["nothing", "this machine", "another"],
)
def test_q6_this_machine_need_not_be_spared(tmp_path: Path, urls: list[str], leaves: bool) -> None:
    library = tmp_path / "library.db"
    assert not sync._leaves_this_machine(library)
    with closing(db.connect_writer(library)) as writer:
        sources.subscribe_all(writer, [Source("s", url, "article", "S") for url in urls], 1)
    assert sync._leaves_this_machine(library) is leaves
