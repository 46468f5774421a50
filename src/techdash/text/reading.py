"""How long a text takes to read, and which language it is in."""

from __future__ import annotations

import math
import re

_CHARACTERS_A_MINUTE = 500
_WORDS_A_MINUTE = 230

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d"
_HAN_OR_KANA_RUN = re.compile(f"[{_HAN}{_KANA}]+")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_KANA_RUN = re.compile(f"[{_KANA}]+")
_LATIN_RUN = re.compile("[A-Za-z\u00c0-\u024f]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")

# Enough to tell a language by; a whole book would only take longer.
_SAMPLE = 8_000


def count(text: str) -> tuple[int, int]:
    """Words and minutes. A Han or kana character is a word, 500 of them a minute; others go 230 a minute.

    Minutes are rounded up: at least one where there is anything to read.
    """
    rest, runs = _HAN_OR_KANA_RUN.subn(" ", text)
    characters = len(text) - len(rest) + runs
    words = len(_WORD.findall(rest))
    return characters + words, math.ceil(characters / _CHARACTERS_A_MINUTE + words / _WORDS_A_MINUTE)


def language(text: str) -> str:
    """``zh`` where a fifth of the letters or more is Han, ``en`` where most are Latin, else empty.

    Text with a tenth or more of kana is Japanese, and so neither.
    """
    letters = _NO_LETTERS.sub("", text[:_SAMPLE])
    if not letters:
        return ""
    if letters.isascii():
        return "en"
    if _share(_KANA_RUN, letters) >= 0.1:
        return ""
    if _share(_HAN_RUN, letters) >= 0.2:
        return "zh"
    return "en" if _share(_LATIN_RUN, letters) > 0.5 else ""


def _share(runs: re.Pattern[str], letters: str) -> float:
    return 1 - len(runs.sub("", letters)) / len(letters)
