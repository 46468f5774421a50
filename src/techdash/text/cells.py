"""How many terminal cells a text takes: the one definition used everywhere.

Never below what Rich's ``cell_len`` says, since the window is drawn with it, and never below what a terminal
shows that joins emoji only where Unicode does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

# Characters that are a grapheme each and whose width is known without a table.
_NARROW = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u0384-\u0482\u048a-\u052f\u1d2c-\u1d6a\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u205e"
    "\u2070-\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20bf\u2100-\u218b\u2190-\u2319\u2460-\u25fc\u2605-\u2606"
    "\u2713-\u2727\u27c0-\u27ff\u2800-\u28ff\u2900-\u2b1a\U0001d400-\U0001d7cb"
)
_WIDE = "\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_NOT_PLAIN = 1 << 40


class _Widths(dict[str, int]):
    """Cells of a plain character; of any other a number that no text of plain ones reaches."""

    def __missing__(self, char: str) -> int:
        found = _NOT_PLAIN
        for cells, ranges in ((1, _NARROW), (2, _WIDE)):
            if any(ranges[at] <= char <= ranges[at + 2] for at in range(0, len(ranges), 3)):
                found = cells
        self[char] = found
        return found


_WIDTHS = _Widths()

_ZWJ = "\u200d"
_VS16 = "\ufe0f"
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_KEYCAP_BASES = frozenset("#*0123456789\xa9\xae")
# Hangul syllables of jamo: leading consonants, vowels, trailing consonants (UAX 29, GB6 to GB8).
_SYLLABLE_GOES_ON = {
    "L": ("L", "V", "LV", "LVT"),
    "LV": ("V", "T"),
    "V": ("V", "T"),
    "LVT": ("T",),
    "T": ("T",),
}
# No cluster of any language or emoji is longer; a chain without end would be one grapheme of two cells.
_LONGEST_GRAPHEME = 32


def width(text: str, ambiguous: int = 1) -> int:
    """Cells that the text takes in a terminal: the sum over its graphemes.

    ``ambiguous`` is the width of what is narrow in a Western and wide in an East Asian terminal (UAX 11,
    class A): quotes, dashes, box drawing, Greek. Control characters count nothing; tabs are the caller's.
    """
    if text.isascii():
        return len(text) if text.isprintable() else sum(" " <= char <= "~" for char in text)
    if ambiguous == 1 and (cells := sum(map(_WIDTHS.__getitem__, text))) < _NOT_PLAIN:
        return cells
    return sum(_grapheme_width(grapheme, ambiguous) for grapheme in graphemes(text))


def is_plain(text: str) -> bool:
    """Whether every character is a grapheme by itself, of a width that is known without looking it up."""
    return sum(map(_WIDTHS.__getitem__, text)) < _NOT_PLAIN


def graphemes(text: str) -> Iterator[str]:
    """The text cut into what a reader takes for one character (after UAX 29, without the Indic conjuncts)."""
    if text.isascii() or is_plain(text):
        yield from text
        return
    start = 0
    for index in range(1, len(text)):
        if index - start >= _LONGEST_GRAPHEME or not _joins(text, start, index):
            yield text[start:index]
            start = index
    yield text[start:]


def truncate(text: str, cells: int, ellipsis: str = "…", ambiguous: int = 1) -> str:
    """The text cut to at most ``cells``, with the ellipsis where something was cut and it fits."""
    room = cells - width(ellipsis, ambiguous)
    used = length = fitting = 0
    for grapheme in graphemes(text):
        used += _grapheme_width(grapheme, ambiguous)
        if used > cells:
            return text[:fitting] + ellipsis if room >= 0 else text[:length]
        length += len(grapheme)
        if used <= room:
            fitting = length
    return text


def pad(text: str, cells: int, align: Literal["left", "right", "center"] = "left", ambiguous: int = 1) -> str:
    """The text with spaces around it up to ``cells``; what is wider already comes back as it is."""
    missing = max(0, cells - width(text, ambiguous))
    before = {"left": 0, "right": missing, "center": missing // 2}[align]
    return " " * before + text + " " * (missing - before)


@lru_cache(maxsize=16384)
def character_width(char: str, ambiguous: int = 1) -> int:
    """Cells of one character that stands alone."""
    if char < " " or "\x7f" <= char < "\xa0":
        return 0
    cells = _WIDTHS[char]
    if cells == 2:
        return 2
    if cells == _NOT_PLAIN:
        # Imported here: it takes 30 ms, and most texts never ask.
        from wcwidth import wcwidth

        cells = max(0, wcwidth(char))
        if cells == 0 and unicodedata.category(char) in ("Mc", "Cn"):
            # Tables differ on spacing marks and on what is not assigned yet: what is drawn may take a cell.
            cells = 1
    if cells == 1 and ambiguous == 2 and unicodedata.east_asian_width(char) == "A":
        return 2
    return cells


@lru_cache(maxsize=16384)
def _grapheme_width(grapheme: str, ambiguous: int) -> int:
    total = 0
    last = before = ""
    for char in grapheme:
        if char == _VS16:
            # Emoji presentation widens a narrow character. One without a base counts, to be safe.
            total += not last or (character_width(last, ambiguous) == 1 and _may_be_emoji(last))
            last = last and _VS16
        elif before != _ZWJ and not (last and (char in _SKIN_TONES or _is_regional(char))):
            cells = character_width(char, ambiguous)
            if cells:
                total += cells
                last = char
        before = char
    return total


def _joins(text: str, start: int, index: int) -> bool:
    """Whether the character at ``index`` goes on with the grapheme that began at ``start``."""
    char, before = text[index], text[index - 1]
    if char < "\u0300" or before < " ":
        # No letter of these joins, but the soft hyphen is drawn by some terminals and so is one of its own.
        return False
    if before == _ZWJ:
        if _may_be_emoji(char) and _may_be_emoji(text[start]) and text[index - 2] != _ZWJ:
            return True
        return character_width(char) == 0
    if _is_regional(char):
        return index - start == 1 and _is_regional(before)
    if char in _SKIN_TONES:
        return _may_be_emoji(text[start])
    if "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7fb":
        return _continues_syllable(before, char)
    return character_width(char) == 0 or unicodedata.category(char) == "Mc"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


@lru_cache(maxsize=4096)
def _may_be_emoji(char: str) -> bool:
    if char in _KEYCAP_BASES:
        return True
    # "Cn" as Python's tables are older than the newest emoji.
    return char >= "\u203c" and (
        unicodedata.category(char) in ("So", "Sm", "Cn") or char in "\u203c\u2049\u3030\u303d"
    )


def _continues_syllable(before: str, char: str) -> bool:
    return _jamo(char) in _SYLLABLE_GOES_ON.get(_jamo(before), ())


def _jamo(char: str) -> str:
    if "\uac00" <= char <= "\ud7a3":
        return "LV" if (ord(char) - 0xAC00) % 28 == 0 else "LVT"
    if "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c":
        return "L"
    if "\u1160" <= char <= "\u11a7" or "\ud7b0" <= char <= "\ud7c6":
        return "V"
    if "\u11a8" <= char <= "\u11ff" or "\ud7cb" <= char <= "\ud7fb":
        return "T"
    return ""
