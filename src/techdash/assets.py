"""Finds ``styles/`` and ``data/``: inside the package in a wheel, beside ``src/`` in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``styles`` or ``data``.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for base in (_PACKAGE, _PACKAGE.parent.parent):
        found = base / name
        if found.is_dir():
            return found
    raise FileNotFoundError(f"techdash is installed without its {name}/ folder; install it again")
