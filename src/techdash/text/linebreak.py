"""Where a line may end: Chinese by its rules (kinsoku), Latin words and numbers whole, width in cells.

A line never begins with a closing mark nor ends with an opening one (JIS X 4051; CLREQ 3.1), dashes and
ellipses stay together, and a word longer than a line is cut after ``/ ? & = # - . _`` where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter

from techdash.text.cells import graphemes, is_plain, width

OPENING = "（《〈「『【〔〖〘〚｛［“‘〝｟￡￥＄"
CLOSING = (
    "，。、；：？！）》〉」』】〕〗〙〛｝］”’〞｠…‥—–·・％‰℃°′″～〜々〻ヽヾゝゞー￠．‼⁇⁈⁉"
    "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ"
)
_ASCII_OPENING = "([{"
_ASCII_CLOSING = ",.;:?!)]}%"

# Tokens are found in the string of the characters' classes: an expression over those compiles in no time,
# one over half of Unicode takes as long as importing a library. Letters and digits apart from other word
# characters, since an apostrophe within a word is no closing quote.
_TOKEN = re.compile(
    "(?P<H>H+)|(?P<W>[Wad]+(?:(?<=[ad])A(?=a)[Wad]+)*)|(?P<C>[CA]+)|(?P<O>O+)|(?P<S>S+)|(?P<N>N)"
)
_KIND = attrgetter("lastgroup")


class _Classes(dict[int, str]):
    """The class of a character, by its code point: H ideograph or kana, C closing, A closing apostrophe,
    O opening, S space, N newline, and of words a letter, d digit (ASCII), W all else."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        found = self[code] = self._class_of(char)
        return found

    @staticmethod
    def _class_of(char: str) -> str:
        if char.isascii():
            if char.isalnum():
                return "a" if char.isalpha() else "d"
            return {" ": "S", "\t": "S", "\n": "N"}.get(char, "W")
        if char == "’":
            return "A"
        if char in OPENING:
            return "O"
        if char in CLOSING:
            return "C"
        ideograph = "\u3400" <= char <= "\u9fff" and not "\u4dc0" <= char <= "\u4dff"
        kana = "\u3041" <= char <= "\u30fa" or "\u3021" <= char <= "\u3029"
        return "H" if ideograph or kana or "\u2e80" <= char <= "\u2fdf" or char in "〆〇" else "W"


_CLASSES = _Classes()


class _Scripts(dict[int, str]):
    """H ideographs and kana, L letters and digits of Latin, Greek and Cyrillic and the signs of formulas, B
    what stands before those, A after, - all else."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        latin = char < "\u0530" or "\u1d00" <= char <= "\u214f" or "\U0001d400" <= char <= "\U0001d7ff"
        letter = latin and char.isalnum()
        if _CLASSES[code] == "H" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff":
            found = "-" if char in "\u3099\u309a" else "H"
        elif letter or "\u2200" <= char <= "\u22ff" or char in "‖⟨⟩":
            found = "L"
        else:
            found = {"$": "B", "€": "B", "£": "B", "@": "B", "#": "B", "%": "A", "+": "A"}.get(char, "-")
        self[code] = found
        return found


_SCRIPTS = _Scripts()
_BESIDE = re.compile("H(?=B?L)|L[AB]*(?=H)")
_HYPHEN = re.compile(r"(?<=[A-Za-z]{2}-)(?=[A-Za-z]{2})")
# A word that fits no line goes on after the joints of an address or a path, then after lesser ones.
_PIECE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?&]*[/?&]+|[^/?&]+)")
_LESSER_PIECE = re.compile(r"[^=#._-]*[=#._-]+|[^=#._-]+")
_LONGEST_REMEMBERED = 200
_ZERO_WIDTH_SPACE = "\u200b"


def breaks(text: str, width: int | Sequence[int], ambiguous: int = 1) -> list[tuple[int, int]]:
    """The lines of a text as half-open ranges, each at most ``width`` cells wide.

    ``width`` is one number, or one for each line with the last for all that follow; a width below two counts
    as two. Newlines end a line. The ranges are in order and leave out nothing but newlines and the spaces at
    which a line was broken. A tab counts as one cell.
    """
    return _Lines(text, (width,) if isinstance(width, int) else width, ambiguous).fill()


def gaps(text: str) -> list[int]:
    """Where a thin gap belongs between Chinese and Latin (CLREQ 3.2.2): before these characters.

    Never beside a space or a mark, so never where one stands already.
    """
    if text.isascii():
        return []
    return [found.end() for found in _BESIDE.finditer(text.translate(_SCRIPTS))]


def needs_gap(left: str, right: str) -> bool:
    """Whether a gap belongs between two characters that meet, of which one may be code or of a formula."""
    kinds = _SCRIPTS[ord(left)], _SCRIPTS[ord(right)]
    return "H" in kinds and kinds[0] != kinds[1] and not {*kinds} & {"-"}


class _Lines:
    """Fills lines with units that stay whole. A unit waits until it is known what sticks to its end."""

    __slots__ = (
        "ambiguous",
        "glued",
        "limit",
        "limits",
        "line_end",
        "line_start",
        "line_width",
        "lines",
        "quotes",
        "text",
        "unit_end",
        "unit_start",
        "unit_width",
        "widths",
    )

    def __init__(self, text: str, limits: Sequence[int], ambiguous: int) -> None:
        self.text = text
        self.limits = [max(2, limit) for limit in limits]
        self.limit = self.limits[0]
        self.ambiguous = ambiguous
        self.lines: list[tuple[int, int]] = []
        self.line_start = self.line_end = self.line_width = 0
        self.unit_start = self.unit_end = self.unit_width = 0
        self.glued = False  # whether the unit ends with an opening mark
        self.quotes = 0  # straight quotes so far: the first of each two opens
        self.widths: dict[str, int] = {}

    def fill(self) -> list[tuple[int, int]]:
        plain = is_plain(self.text.replace("\n", ""))
        for kind, start, end in self._tokens() if plain else self._tokens_of_graphemes():
            if kind == "H":
                self._ideographs(start, end)
            elif kind == "W":
                self._word(start, end)
            elif kind == "C":
                self._unit(start, end, joins=self.unit_end > self.unit_start)
            elif kind == "O":
                self._unit(start, end, joins=self.glued)
                self.glued = True
            elif kind == "G":
                self._unit(start, end, joins=self.glued)
            elif kind == "N":
                self._place_unit()
                self._end_line(end)
        self._place_unit()
        self.lines.append((self.line_start, self.line_end))
        return self.lines

    # -- tokens: H ideographs, G one grapheme that breaks like them, W word, C closing, O opening, S, N

    def _tokens(self) -> Iterator[tuple[str, int, int]]:
        # Without a frame of Python's for each: there is a token every few characters.
        found = list(_TOKEN.finditer(self.text.translate(_CLASSES)))
        return zip(map(_KIND, found), map(re.Match.start, found), map(re.Match.end, found), strict=True)

    def _tokens_of_graphemes(self) -> Iterator[tuple[str, int, int]]:
        text = self.text
        kind, start, position = "", 0, 0
        for grapheme in graphemes(text):
            end = position + len(grapheme)
            next_kind = self._kind(grapheme, position)
            if next_kind != kind or kind in "GN" or text[position - 1] == _ZERO_WIDTH_SPACE:
                if position:
                    yield kind, start, position
                kind, start = next_kind, position
            position = end
        if position:
            yield kind, start, position

    def _kind(self, grapheme: str, position: int) -> str:
        first = grapheme[0]
        if first in " \t":
            return "S"
        if first == "\n":
            return "N"
        if first in OPENING:
            return "O"
        if first in CLOSING:
            before, after = self.text[position - 1 : position], self.text[position + 1 : position + 2]
            within = (
                first == "’" and before.isascii() and before.isalnum() and after.isascii() and after.isalpha()
            )
            return "W" if within else "C"
        if _CLASSES[ord(first)] == "H":
            return "G"
        is_hangul = "\u1100" <= first <= "\u11ff" or "\uac00" <= first <= "\ud7ff"
        return "G" if not is_hangul and first > "\u2000" and self._width(grapheme) == 2 else "W"

    # -- units

    def _width(self, piece: str) -> int:
        cells = self.widths.get(piece)
        if cells is None:
            cells = self.widths[piece] = width(piece, self.ambiguous)
        return cells

    def _unit(self, start: int, end: int, joins: bool) -> None:
        """A new unit, or more of the one that waits: with the spaces between, where it sticks to it."""
        cells = self._width(self.text[start:end])
        if joins:
            self.unit_width += start - self.unit_end + cells
        else:
            self._place_unit()
            self.unit_start, self.unit_width = start, cells
        self.unit_end = end
        self.glued = False

    def _ideographs(self, start: int, end: int) -> None:
        if self.glued:
            self._unit(start, start + 1, joins=True)
            start += 1
        if start == end:
            return
        self._place_unit()
        if end - start > 1:
            total = self.line_width + (start - self.line_end) + 2 * (end - 1 - start)
            if total <= self.limit:
                self.line_width, self.line_end = total, end - 1
            else:
                self._place_ideographs(start, end - 1)
        self.unit_start, self.unit_end, self.unit_width = end - 1, end, 2

    def _word(self, start: int, end: int) -> None:
        word = self.text[start:end]
        opens = word[-1] in _ASCII_OPENING
        closes = word[0] in _ASCII_CLOSING
        if '"' in word:
            if word == '"':
                opens = self.quotes % 2 == 0
                closes = not opens
            self.quotes += word.count('"')
        if closes:
            # After a space only what is nothing but closing marks sticks: ".NET" and "%s" begin a word.
            closes = start == self.unit_end or not word.strip(_ASCII_CLOSING + '"')
        joins = self.glued or (closes and self.unit_end > self.unit_start)
        if "-" in word and not joins:
            for hyphen in _HYPHEN.finditer(word):
                cut = hyphen.start() + end - len(word)
                self._unit(start, cut, joins=False)
                start = cut
        self._unit(start, end, joins)
        self.glued = opens

    # -- lines

    def _end_line(self, start: int) -> None:
        """Ends the line; the next begins at ``start``."""
        self.lines.append((self.line_start, self.line_end))
        self.line_start = self.line_end = start
        self.line_width = 0
        limits = self.limits
        self.limit = limits[min(len(self.lines), len(limits) - 1)]

    def _place_unit(self) -> None:
        start, end, cells = self.unit_start, self.unit_end, self.unit_width
        if start == end:
            return
        self.unit_start = self.unit_end
        self.glued = False
        total = self.line_width + (start - self.line_end) + cells
        if total <= self.limit:
            self.line_width = total
            self.line_end = end
            return
        if cells > self.limits[min(len(self.lines) + 1, len(self.limits) - 1)] or (
            self.line_end == self.line_start and cells > self.limit
        ):
            self._place_overlong(start, end)
            return
        self._begin_line_at(start)
        self.line_end, self.line_width = end, cells

    def _begin_line_at(self, start: int) -> None:
        """A new line at ``start``, or this one where nothing but spaces is on it."""
        if self.line_end > self.line_start:
            self._end_line(start)
        self.line_start = self.line_end = start
        self.line_width = 0

    def _place_ideographs(self, start: int, end: int) -> None:
        """A run of characters two cells wide, each of which may begin a line."""
        room = (self.limit - self.line_width - (start - self.line_end)) // 2
        while True:
            fitting = min(room, end - start)
            if fitting > 0:
                self.line_width += start - self.line_end + 2 * fitting
                start += fitting
                self.line_end = start
            if start == end:
                return
            self._begin_line_at(start)
            room = self.limit // 2

    def _place_overlong(self, start: int, end: int, joints: re.Pattern[str] = _PIECE) -> None:
        """Cuts what fits no line: after joints where there are some, else between graphemes."""
        for found in joints.finditer(self.text, start, end):
            piece_start, piece_end = found.span()
            piece = found[0]
            cells = self._width(piece) if len(piece) < _LONGEST_REMEMBERED else width(piece, self.ambiguous)
            total = self.line_width + (piece_start - self.line_end) + cells
            if total <= self.limit:
                self.line_end, self.line_width = piece_end, total
                continue
            room = self.limit - self.line_width - (piece_start - self.line_end)
            # What takes two lines at most is better read from the start of one.
            if cells <= 2 * self.limit or room < self.limit // 3:
                self._begin_line_at(piece_start)
            if cells <= self.limit:
                self.line_end, self.line_width = piece_end, cells
            elif joints is _PIECE:
                self._place_overlong(piece_start, piece_end, _LESSER_PIECE)
            else:
                self._cut(piece_start, piece_end)

    def _cut(self, start: int, end: int) -> None:
        text = self.text
        self.line_width += start - self.line_end
        self.line_end = start
        position = start
        for grapheme in graphemes(text[start:end]):
            cells = self._width(grapheme) if not grapheme.isascii() else 1
            if self.line_width + cells > self.limit and position > self.line_start:
                cut = self._shifted(position, max(start, self.line_start + 1))
                carried = width(text[cut:position], self.ambiguous)
                if carried + cells > self.limit:
                    cut, carried = position, 0
                self.line_end = cut
                self._end_line(cut)
                self.line_width = carried
            self.line_width += cells
            position += len(grapheme)
            self.line_end = position

    def _shifted(self, cut: int, least: int) -> int:
        """A cut a few characters earlier where it would part a mark from what it belongs to."""
        text = self.text
        for earlier in range(cut, max(least, cut - 6) - 1, -1):
            if text[earlier] not in CLOSING and text[earlier - 1] not in OPENING:
                return earlier if is_plain(text[earlier - 1 : cut + 1]) else cut
        return cut
