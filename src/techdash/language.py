"""Which of our two languages the reader reads: as configured, else as the locale says."""

from __future__ import annotations

import os
from typing import Literal

Language = Literal["en", "zh"]


def chosen(language: str) -> Language:
    """The language for a setting of ``auto``, ``en`` or ``zh``; ``auto`` asks the environment's locale."""
    if language in ("en", "zh"):
        return "zh" if language == "zh" else "en"
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = next(filter(None, named), "")
    if not found:
        import locale  # only a system without these variables keeps it elsewhere

        found = locale.getlocale()[0] or ""
    return "zh" if found.startswith("zh") else "en"
