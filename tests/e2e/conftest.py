"""Fixtures of the end-to-end tests: publishers, an empty home that knows them, a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.publishers import Publishers, publishing
from tests.e2e.terminal import Terminal


@pytest.fixture
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    with publishing(tmp_path_factory.mktemp("publishers")) as everything:
        yield everything


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal() as window:
        yield window
