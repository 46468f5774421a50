"""Homes for tests that must meet loopback publishers only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

_CATALOGUE = Path(__file__).parents[1] / "data" / "sources.toml"
_STARTER = ("starter-editions", "starter-essays", "cheatsheet")


def write_sources(home: Path, *rows: Mapping[str, Any], starter: bool = True) -> None:
    """Make ``home`` with a ``sources.toml`` of these rows, every other default source disabled.

    ``starter=False`` leaves out the starter library too.
    """
    home.mkdir(parents=True, exist_ok=True)
    given = {row["id"] for row in rows}
    known = [row["id"] for row in tomllib.loads(_CATALOGUE.read_text("utf-8"))["source"]]
    off = [
        {"id": name, "enabled": False}
        for name in (*known, *(() if starter else _STARTER))
        if name not in given
    ]
    text = tomlkit.dumps({"source": [*off, *rows]})
    (home / "sources.toml").write_text(text, "utf-8")
