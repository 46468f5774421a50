"""Words that are not the same but nearly: abbreviated, with letters left out, with one of them wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LONGEST = 24


def abbreviated(short: str, word: str, beginnings: Sequence[int]) -> list[int] | None:
    """Where in ``word`` the letters of ``short`` stand, each at a beginning or right after the one before.

    ``beginnings`` are the places in it where a part begins (``pre tool use``), the first one 0. None where
    they don't stand so: ``ptu`` and ``pretu`` are in PreToolUse, ``pou`` isn't.
    """
    if not word.startswith(short[:1]) or not 1 < len(short) <= _LONGEST:
        return None
    ways = [[0]]
    for letter in short[1:]:
        ways = [
            [*way, at]
            for way in ways
            for at in dict.fromkeys([way[-1] + 1, *(start for start in beginnings if start > way[-1])])
            if word[at : at + 1] == letter
        ][:_LONGEST]
    return ways[0] if ways else None


def shortened(short: str, word: str) -> list[int] | None:
    """Where in ``word`` the letters of ``short`` stand, with few others between: ``cmpct`` in compact."""
    if not word.startswith(short[:1]):
        return None
    places = [0]
    for letter in short[1:]:
        at = word.find(letter, places[-1] + 1)
        if at < 0:
            return None
        places.append(at)
    left_out = places[-1] + 1 - len(short)
    return places if left_out <= (len(short) // 3 + 1 if len(short) > 3 else 1) else None


def one_off(one: str, other: str) -> bool:
    """Whether two words differ by one letter that is wrong, missing or too much, or two changed places.

    That is a distance of 1 as Damerau counts it (restricted to neighbours). The same word is none off.
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start, most = 0, min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    return (
        rest[1:] == others
        or rest == others[1:]
        or rest[1:] == others[1:]
        or (rest[2:] == others[2:] and rest[:2] == others[1::-1])
    )


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that a mistyped word most likely stands for, case aside; empty where none is like it."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in names}
    found = get_close_matches(word[:80].casefold(), by_folded, 1, 0.75)
    return by_folded[found[0]] if found else ""
