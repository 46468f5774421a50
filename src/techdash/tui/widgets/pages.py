"""The pages of a document at one width: what is laid out, how high the rest may be, which row is where."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, repeat

from msgspec.structs import replace

from techdash.document.layout import Line, Setting, lay_out, source_text
from techdash.document.tree import Block, Document
from techdash.tui.widgets.pieces import Piece, pieces_of

HEAD = 0
"""Index of the head (title and facts of the entry); the document's pieces follow it."""

LARGE = 20_000
"""Characters: a piece with more is parsed and laid out aside, never between two frames."""

AT_ONCE = 0.03
"""Seconds of work between two turns of the loop."""

KEPT_LINES = 12_000
QUOTE = 40
SEARCHED_PIECES = 200

Name = tuple[int, int]
"""A part of the document and the number of a piece in it; the head is part -1."""

_HEAD_NAME = (-1, 0)


class Pages:
    """Lines of pieces, and rows of the whole.

    A piece is a part of the document; a large part is cut into several once it has been parsed. Heights of
    pieces that aren't laid out are guessed from their size. ``room`` is how many seconds of work may still be
    done before the loop must have its turn: when they are used up, :meth:`lines` answers None.
    """

    def __init__(
        self, head: Callable[[int], list[Line]], document: Document, width: int, setting: Setting
    ) -> None:
        self.document, self.width, self.setting = document, width, setting
        self.room = AT_ONCE
        self.wanted: dict[Name, None] = {}
        self._head = head
        self._cut: dict[int, list[Piece]] = {}
        self._names: list[Name] = [_HEAD_NAME, *zip(range(len(document)), repeat(0))]
        # as _guess has it; called for each of forty thousand parts, that takes longer than a frame
        cells = 4 * width
        self._heights = [1, *[max(2, size * 5 // cells + 2) for size in document.sizes]]
        self._tops: list[int] | None = None
        self._lines: dict[Name, list[Line]] = {}
        self._kept = 0

    def again(self, width: int, setting: Setting) -> Pages:
        """The same document at another width or with another setting; what was cut stays cut."""
        pages = Pages(self._head, self.document, width, setting)
        for part in sorted(self._cut, reverse=True):
            pages._replace(part, self._cut[part])
        return pages

    def _guess(self, size: int) -> int:
        return max(2, size * 5 // (4 * self.width) + 2)

    def __len__(self) -> int:
        return len(self._names)

    # -- rows

    @property
    def tops(self) -> list[int]:
        """The row each piece begins at, and at the end the number of all rows."""
        if self._tops is None:
            self._tops = list(accumulate(self._heights, initial=0))
        return self._tops

    @property
    def total(self) -> int:
        """Rows of the whole."""
        return self.tops[-1]

    def height(self, index: int) -> int:
        """Rows of a piece, guessed where it isn't laid out."""
        return self._heights[index]

    def at(self, row: int) -> tuple[int, int]:
        """The piece and the line in it of a row of the whole."""
        index = min(len(self._names) - 1, max(0, bisect_right(self.tops, row) - 1))
        return index, row - self.tops[index]

    def row(self, index: int, at: int) -> int:
        """The row of a line of a piece."""
        return self.tops[index] + at

    def index_of(self, offset: int) -> int:
        """The piece that holds an offset of the document."""
        part = max(0, bisect_right(self.document.starts, offset) - 1)
        pieces = self._cut.get(part)
        number = max(0, bisect_right([piece.start for piece in pieces], offset) - 1) if pieces else 0
        return min(len(self._names) - 1, bisect_left(self._names, (part, number)))

    def name(self, index: int) -> Name:
        """What a piece is called, whatever is cut before it."""
        return self._names[index]

    def index(self, name: Name) -> int:
        """Where a piece is; where its part has been cut since, the first of it."""
        return min(len(self._names) - 1, bisect_left(self._names, name))

    # -- lines

    def lines(self, index: int) -> list[Line] | None:
        """The lines of a piece with the blank one below it; None where they can't be had in this turn.

        A large piece is then among ``wanted``; any other comes in a turn that has ``room``.
        """
        name = self._names[index]
        found = self._lines.get(name)
        if found is not None:
            return found
        if self._size(name) > LARGE:
            self.wanted[name] = None
            return None
        if self.room <= 0:
            return None
        # work and not time: what others do on this machine takes nothing from what can be shown at once
        begun = time.thread_time()
        lines = self._keep(name, self._head(self.width) if name == _HEAD_NAME else self._laid(name))
        self.room -= time.thread_time() - begun
        return lines

    def is_large(self, index: int) -> bool:
        """Whether a piece comes from aside only."""
        return self._size(self._names[index]) > LARGE

    def known(self, index: int) -> bool:
        """Whether the lines of a piece are at hand."""
        return self._names[index] in self._lines

    def names_at_hand(self) -> list[Name]:
        """The pieces whose lines are at hand."""
        return list(self._lines)

    def blocks(self, index: int) -> tuple[Block, ...]:
        """The blocks of a piece whose lines are at hand; none otherwise."""
        part, number = name = self._names[index]
        if part < 0 or name not in self._lines:
            return ()
        return self._cut[part][number].blocks if part in self._cut else self.document.part(part)

    def aside(self, name: Name) -> Callable[[], None]:
        """Do what a wanted piece needs, on any thread; what it returns is to be called on the loop's."""
        part, _ = name
        if part not in self._cut and self._size(name) > LARGE:
            pieces = pieces_of(self.document.part(part))
            return partial(self._replace, part, pieces)
        lines = self._laid(name)
        return partial(self._put, name, lines)

    def _put(self, name: Name, lines: list[Line]) -> None:
        self._keep(name, lines)

    def forget(self, name: Name) -> None:
        """Lay a piece out anew when it is next asked for; its height stays the guess till then."""
        lines = self._lines.pop(name, None)
        self._kept -= len(lines or ())

    def _size(self, name: Name) -> int:
        part, number = name
        if part < 0:
            return 0
        return self._cut[part][number].size if part in self._cut else self.document.sizes[part]

    def _laid(self, name: Name) -> list[Line]:
        part, number = name
        piece = self._cut[part][number] if part in self._cut else None
        lines = lay_out(piece.blocks if piece else self.document.part(part), self.width, self.setting)
        if piece is None or not lines:
            return lines
        lines[0] = replace(lines[0], before=piece.before)
        return [*lines, _GOES_ON] if piece.goes_on else lines

    def _keep(self, name: Name, lines: list[Line]) -> list[Line]:
        # a piece that renders nothing takes no room; the others end with a blank line
        if lines and lines[-1] is _GOES_ON:
            lines = lines[:-1]
        elif lines:
            lines = [*lines, Line((), lines[-1].start)]
        while self._kept > KEPT_LINES and len(self._lines) > 1:
            self.forget(next(iter(self._lines)))
        self._lines[name] = lines
        self._kept += len(lines)
        index = self.index(name)
        if self._heights[index] != len(lines):
            self._heights[index] = len(lines)
            self._tops = None
        return lines

    def _replace(self, part: int, pieces: list[Piece]) -> None:
        """A part has been cut: its pieces take its place."""
        index = bisect_left(self._names, (part, 0))
        self._cut[part] = pieces
        self._names[index : index + 1] = [(part, number) for number in range(len(pieces))]
        self._heights[index : index + 1] = [max(piece.rows, self._guess(piece.size)) for piece in pieces]
        self._tops = None

    # -- moving

    def fill(self, index: int, at: int, rows: int) -> bool:
        """Lay out what covers so many rows from a line on; False where not all could be in this turn."""
        rows += at
        complete = True
        while index < len(self._names) and rows > 0:
            complete = self.lines(index) is not None and complete
            rows -= self._heights[index]
            index += 1
        return complete

    def fill_end(self, rows: int) -> None:
        """Lay out the last rows, so that the end of the text is known."""
        index = len(self._names) - 1
        while index >= 0 and rows > 0:
            self.lines(index)
            rows -= self._heights[index]
            index -= 1

    def moved(self, index: int, at: int, lines: int) -> tuple[int, int]:
        """So many lines further down, or up, laying out what is passed."""
        at += lines
        while at < 0 and index > 0:
            index -= 1
            self.lines(index)
            at += self._heights[index]
        while index + 1 < len(self._names):
            self.lines(index)
            if at < self._heights[index]:
                break
            at -= self._heights[index]
            index += 1
        return index, max(0, at)

    def in_view(self, row: int, rows: int) -> Iterator[tuple[int, list[Line], int, int]]:
        """Pieces at hand within some rows: index, lines, first and last line (exclusive) of them in view."""
        index, at = self.at(row)
        bottom = row + rows
        while index < len(self._names) and self.tops[index] < bottom:
            lines = self._lines.get(self._names[index])
            if lines:
                yield index, lines, at, min(len(lines), bottom - self.tops[index])
            index, at = index + 1, 0

    # -- places

    def line_of(self, index: int, offset: int) -> int:
        """The line of a piece that holds an offset; 0 where the piece isn't at hand."""
        starts = [line.start for line in self.lines(index) or ()]
        if not starts:
            return 0
        at = max(0, bisect_right(starts, offset) - 1)
        # the first of the lines that begin there: the blank one after a block counts as its last
        return bisect_left(starts, starts[at])

    def guessed_line(self, index: int, offset: int) -> int:
        """Where an offset may be in a piece that isn't laid out."""
        start, end = self.start(index), self._end(index)
        return (offset - start) * self._heights[index] // max(1, end - start) if offset < end else 0

    def offset_near(self, index: int, at: int) -> int:
        """The offset that may be on a line of a piece that isn't laid out."""
        start, end = self.start(index), self._end(index)
        return start + at * (end - start) // max(1, self._heights[index])

    def _end(self, index: int) -> int:
        if index + 1 < len(self._names):
            return self.start(index + 1)
        return self.start(index) + self._size(self._names[index])

    def first_words(self, index: int, at: int) -> tuple[int, str]:
        """Offset and beginning of the first words from a line on; ``(0, "")`` in the head and at the end."""
        while 0 < index < len(self._names):
            lines = self.lines(index)
            if lines is None:
                return self.start(index), ""
            for number in range(at, len(lines)):
                if lines[number].spans:
                    return max(0, lines[number].start), self._quote(lines, number)
            index, at = index + 1, 0
        return 0, ""

    def start(self, index: int) -> int:
        """The offset a piece begins at."""
        part, number = self._names[index]
        if part < 0:
            return 0
        return self._cut[part][number].start if part in self._cut else self.document.starts[part]

    def _quote(self, lines: list[Line], at: int) -> str:
        return " ".join(source_text(lines[at : at + 4]).split())[:QUOTE]

    def holds(self, index: int, at: int, quote: str) -> bool:
        """Whether a quote begins within a line; it may go on in the next ones."""
        lines = self.lines(index)
        if lines is None:
            return False
        first, wanted = len(_squeezed(lines[at : at + 1])), "".join(quote.split())
        text, end = "", at
        while end < len(lines) and len(text) < first + len(wanted):
            text += _squeezed(lines[end : end + 1])
            end += 1
        return text.find(wanted) in range(max(1, first))

    def search(self, near: int, quote: str) -> Iterator[tuple[int, int] | None]:
        """The piece and line where a quote begins, looked for outwards: the text above may have been edited.

        None each time the loop may have its turn; nothing more where it isn't found.
        """
        wanted = "".join(quote.split())
        for distance in range(SEARCHED_PIECES if wanted else 0):
            for index in dict.fromkeys((near + distance, near - distance)):
                if not 0 < index < len(self._names):
                    continue
                lines = self.lines(index)
                while lines is None and self._names[index] not in self.wanted:
                    yield None
                    lines = self.lines(index)
                # what comes from aside only isn't waited for
                at = _begins(lines, wanted) if lines else None
                if at is not None:
                    yield index, at
                    return


def _squeezed(lines: list[Line]) -> str:
    return "".join(source_text(lines).split())


def _begins(lines: list[Line], wanted: str) -> int | None:
    """The line in which a text without blanks begins."""
    parts = [_squeezed([line]) for line in lines]
    found = "".join(parts).find(wanted)
    if found < 0:
        return None
    return bisect_right(list(accumulate(map(len, parts))), found)


_GOES_ON = Line((), -1)
"""Stands at the end of a piece whose block goes on in the next one: no blank line there."""
