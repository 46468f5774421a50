"""How a command is written: what of it is the command itself, and what are its arguments."""

from __future__ import annotations

import re

_ARGUMENTS = re.compile(r"\s+(?=[\"']?[\[({<…]\S*\w)")


def bare(syntax: str) -> str:
    """A syntax without its arguments: ``/copy`` of ``/copy [N]``."""
    return _ARGUMENTS.split(syntax, maxsplit=1)[0] or syntax
