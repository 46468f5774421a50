"""The trust boundary for text: nothing that drives a terminal or reorders a line gets past it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import count

_MOST_MARKS = 8

# C0 but tab and newline, DEL, C1, bidi controls, line and paragraph separators, interlinear annotation, BOM,
# lone surrogates, tag characters.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0001\U000e0020-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DELETED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001]+"
)
# Tag characters spell the flags of England, Scotland and Wales after a black flag; anywhere else they are
# text that nobody sees.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0020-\U000e007f]+")
# Characters that certainly begin anew: only a run without any of them can hold a stack of marks.
_BEGINNINGS = (
    "\x00-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205f\u2070-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\ua66e"
    "\uac00-\ud7a3\uff00-\uffef"
)
_SHORTEST_STACK = _MOST_MARKS + 1
# Lines on a screen are shorter; for the bodies of a refresh an expression is ten times as quick, once it
# is compiled: a window that opens one text would wait longer for that than for the text.
_LONG = 1_000
_FEW = 8
_long_texts = count()


class _MayBeInStack(dict[str, bool]):
    """Whether a character may stand in a stack of marks.

    A text has few different characters: asked once each, they are told before an expression of so many
    ranges would be compiled.
    """

    def __missing__(self, char: str) -> bool:
        ranges = _BEGINNINGS
        begins = any(ranges[at] <= char <= ranges[at + 2] for at in range(0, len(ranges), 3))
        self[char] = not begins
        return not begins


_MAY_BE_IN_STACK = _MayBeInStack()


@cache
def _maybe_in_stack() -> re.Pattern[str]:
    return re.compile(f"[^{_BEGINNINGS}]")


@cache
def _maybe_stack() -> re.Pattern[str]:
    return re.compile(f"[^{_BEGINNINGS}]{{{_SHORTEST_STACK},}}")


class UncleanTextError(ValueError):
    """Text that :func:`clean` would change was about to be laid out or painted: a boundary let it through."""


def clean(text: str) -> str:
    """The text without control, escape, bidi and stray tag characters; newline and tab stay.

    Lone surrogates become U+FFFD, and a base keeps at most eight combining marks. Joiners (U+200C, U+200D)
    and variation selectors stay, so emoji, Persian and Indic scripts are whole. Idempotent. Returns the same
    object where nothing is wrong.
    """
    if not _is_printable(text) and _SUSPECT.search(text):
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _DELETED.sub("", text)
        text = _TAGS.sub(r"\1", text)
    if _may_have_stack(text):
        text = _maybe_stack().sub(_without_tall_stacks, text)
    return text


def one_line(text: str) -> str:
    """The text cleaned, with every run of white space folded to one space and none at the ends."""
    # Printable text has no white space but U+0020, and nothing to clean but stacks.
    if (
        text.isprintable()
        and "  " not in text
        and not text.startswith(" ")
        and not text.endswith(" ")
        and not _may_have_stack(text)
    ):
        return text
    # Folded before cleaning too: a separator that cleaning deletes (U+2028, CR) still parts two words.
    return " ".join(clean(" ".join(text.split())).split())


def is_clean(text: str) -> bool:
    """Whether :func:`clean` would leave the text as it is; asserted where text leaves the program."""
    return clean(text) == text


def _is_printable(text: str) -> bool:
    """Whether nothing in the text is suspect, told at half the price of the search; False is no proof."""
    # Everything suspect is unprintable to Python; so are these, which texts are full of.
    for blank in "\n\t\u3000\xa0":
        text = text.replace(blank, " ")
    return text.isprintable()


def _may_have_stack(text: str) -> bool:
    if text.isascii():
        return False
    # Looked at in steps of the shortest stack, any stack shows.
    sample = text[::_SHORTEST_STACK]
    if len(text) > _LONG and next(_long_texts) >= _FEW:
        return _maybe_in_stack().search(sample) is not None
    return any(map(_MAY_BE_IN_STACK.__getitem__, set(sample)))


def _without_tall_stacks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in run[0]:
        category = unicodedata.category(char)
        if category[0] == "M":
            marks += 1
            if marks > _MOST_MARKS:
                continue
        elif category != "Cf":  # a joiner between marks does not begin a new base
            marks = 0
        kept.append(char)
    return "".join(kept)
