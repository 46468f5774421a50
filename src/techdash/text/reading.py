"""How long a text takes to read, and which language it is in.

Both look at the text's UTF-8, whose lead bytes tell the scripts apart, with the methods of ``bytes``: several
times as fast as expressions over characters, and a refresh does this for every entry.
"""

from __future__ import annotations

import math
import re

_CHARACTERS_A_MINUTE = 500
_WORDS_A_MINUTE = 230

# U+4000 to U+9FFF: a Han character each, but for the 64 hexagrams.
_HAN_LEADS = bytes(range(0xE4, 0xEA))
_FOLLOWERS = bytes(range(0x80, 0xC0))
_ASCII_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# With those that have marks, up to U+027F.
_LATIN = _ASCII_LETTERS + bytes(range(0xC3, 0xCA))
# What begins a letter: not U+2000 to U+2FFF, which are signs, nor U+3000 on, where kana and signs share.
_LETTERS = _ASCII_LETTERS + bytes([*range(0xC3, 0xE2), *range(0xE4, 0xEE)])
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))
_OF_WORDS = {*b"0123456789", *_LETTERS} - {*_HAN_LEADS}
# Every byte of a word to an "a", any other to a space; those within words are deleted, and words then begin
# where an "a" follows a space.
_WORDS_ALONE = bytes(0x61 if byte in _OF_WORDS else 0x20 for byte in range(256))
_BEGINNING = b" a"
_WITHIN_WORDS = b"'.,-" + _FOLLOWERS
_APOSTROPHE = "\u2019".encode()
# Compatibility ideographs and half-width kana; ideographs beyond U+FFFF.
_RARE = re.compile(rb"\xef(?:[\xa4-\xab]|\xbd[\xa6-\xbf]|\xbe[\x80-\x9d])")
_RAREST = re.compile(rb"\xf0[\xa0-\xbf]")

# Enough to tell a language by; a whole book would only take longer.
_SAMPLE = 8_000


def count(text: str) -> tuple[int, int]:
    """Words and minutes. A Han or kana character is a word, 500 of them a minute; others go 230 a minute.

    Minutes are rounded up: at least one where there is anything to read.
    """
    data = text.encode("utf-8", "replace")
    characters = 0
    if not text.isascii():
        characters = _han(data) + _kana(data) + len(_RARE.findall(data)) + len(_RAREST.findall(data))
        data = data.replace(_APOSTROPHE, b"")
    words = (b" " + data).translate(_WORDS_ALONE, _WITHIN_WORDS).count(_BEGINNING)
    return characters + words, math.ceil(characters / _CHARACTERS_A_MINUTE + words / _WORDS_A_MINUTE)


def language(text: str) -> str:
    """``zh`` where a fifth of the letters or more is Han, ``en`` where most are Latin, else empty.

    Text with a tenth or more of kana is Japanese, and so neither.
    """
    data = text[:_SAMPLE].encode("utf-8", "replace")
    leads = data.translate(None, _NO_LETTERS)
    kana = _kana(data)
    letters = len(leads) + kana
    if not letters or kana / letters >= 0.1:
        return ""
    if _han(leads) / letters >= 0.2:
        return "zh"
    return "en" if _number_of(leads, _LATIN) / letters > 0.5 else ""


def _number_of(data: bytes, kinds: bytes) -> int:
    return len(data) - len(data.translate(None, kinds))


def _han(data: bytes) -> int:
    """How many Han characters of those in everyday use."""
    return _number_of(data, _HAN_LEADS)


def _kana(data: bytes) -> int:
    """Kana, and the rare characters that share their block: all between U+3040 and U+3FFF."""
    return data.count(b"\xe3") - data.count(b"\xe3\x80")
