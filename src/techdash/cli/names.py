"""Short names (ids) for new sources."""

from __future__ import annotations

import re
import unicodedata

from techdash.errors import UsageError
from techdash.text.urls import host

_LONGEST = 48
_USABLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def short_name(title: str, url: str) -> str:
    """An id made of the title's Latin letters, else of the host or the file's name."""
    for text in (title, host(url).removeprefix("www."), url.rstrip("/").rpartition("/")[2]):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
        if len(name) > 1 and not name.isdecimal():
            return name
    return "source"


def is_usable(name: str) -> bool:
    """Whether a name can be an id."""
    return _USABLE.fullmatch(name) is not None


def checked(name: str) -> str:
    """The id a user chose.

    Raises:
        UsageError: it isn't short, or has other characters than lower-case letters, digits, dots, dashes.
    """
    if not is_usable(name):
        raise UsageError(
            f"{name!r} can't be an id; use up to 64 lower-case letters, digits, dots, dashes and underscores."
        )
    return name
