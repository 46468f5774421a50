"""Fixtures of the torture: one server for all cases, one prepared home that each case gets a copy of."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from techdash.models.entries import Place
from techdash.store import db, marks
from tests.torture.rig import DAY, NOW, Rig, healthy
from tests.torture.server import Authority, Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    one = Site()
    one.do("/healthy", healthy)
    yield one
    one.stop()


@pytest.fixture(scope="session")
def prepared(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home a day after its first refresh: three entries of the healthy source, one read, one starred."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    with pytest.MonkeyPatch.context() as changes:
        rig = Rig(home, site, changes)
        rig.now = NOW - DAY
        rig.subscribe({})
        assert rig.refresh()["healthy"].entries == 3
    (first, second, third) = (id_ for (id_,) in rig.rows("SELECT id FROM entries ORDER BY id"))
    with closing(db.connect_writer(rig.paths.library)) as library:
        marks.set_marks(library, [first], now=NOW - DAY, read=True)
        marks.set_marks(library, [second], now=NOW - DAY, starred=True)
        marks.save_place(library, third, Place(3, "text", 0.5), NOW - DAY)
    return home


@pytest.fixture
def rig(prepared: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The program on a copy of the prepared home."""
    # What the program says of times is local, and of today where it is near.
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    return Rig(Path(shutil.copytree(prepared, tmp_path / "home")), site, monkeypatch)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """A domain name system of our own: for a name the answers to come, the last one for good."""
    known: dict[str, list[list[str]]] = {}
    ask = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in known:
            return ask(host, *arguments, **named)
        answers = known[name]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for address in addresses for found in ask(address, *arguments, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))
