"""When two titles are one, however they are spelled."""

from __future__ import annotations

import unicodedata

_NO_LETTERS = bytes(char for char in range(128) if not chr(char).isalnum())


def title_key(title: str) -> str:
    """The letters and digits of a title in one form (NFKC, case folded): equal for two spellings of one."""
    if title.isascii():  # the same at a third of the price
        return title.encode("ascii").lower().translate(None, _NO_LETTERS).decode("ascii")
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).casefold()))
