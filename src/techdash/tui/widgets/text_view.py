"""Draws the lines of a text and what is laid over them: matches, hints, pictures, what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from techdash.document.lines import Line, Span, line_text, source_text
from techdash.document.tree import Document
from techdash.models.entries import Place
from techdash.text.cells import width as cell_width
from techdash.text.clean import UncleanTextError, is_clean
from techdash.tui.widgets import overlays, stretch
from techdash.tui.widgets.overlays import Matcher, Target
from techdash.tui.widgets.pages import AT_ONCE, Name
from techdash.tui.widgets.pages_view import PagesView

STEP_SIDEWAYS = 8
KEPT_STRIPS = 4_000

Key = tuple[int, int, int, int]
"""A target: part, piece, line, character."""

Run = tuple[str, str, str]
"""A run of a picture's cells: text, ink, paper (colours as ``#rrggbb``, empty for the view's own)."""


class TextView(PagesView):
    """Pages drawn line by line, each line once."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._strips: dict[tuple[Name, int], Strip] = {}
        self._matches: dict[Name, dict[int, list[overlays.Over]]] = {}
        self._matcher: Matcher | None = None
        self._current: int | None = None
        self._selected: tuple[Name, Target] | None = None
        self._hints: dict[tuple[Name, int], list[tuple[int, str]]] = {}
        self._shifts: dict[int, int] = {}
        self._pictures: dict[str, Sequence[Sequence[Run]]] = {}

    def show(self, head: Callable[[int], list[Line]], document: Document, place: Place | None = None) -> None:
        """Show a document below its head, at ``place`` or at its top."""
        self._matcher = self._current = None
        self._hints, self._shifts, self._pictures = {}, {}, {}
        super().show(head, document, place)

    def drawn_anew(self) -> None:
        """Forget the strips, and what was selected: rows mean other lines now."""
        self._strips.clear()
        self._matches.clear()
        self._selected = None
        if self.is_mounted and self.text_selection is not None:
            self.screen.clear_selection()

    def notify_style_update(self) -> None:
        """A theme or class changed: what was drawn has the old colours."""
        super().notify_style_update()
        self._strips.clear()

    # -- drawing

    def draw(self, index: int, at: int, row: int) -> Strip:
        """A line as it was drawn before, or drawn now."""
        name = self._pages.name(index)
        selected = self._selected_in(row)
        strip = self._strips.get((name, at)) if selected is None else None
        if strip is None:
            strip = self._drawn(name, self._pages.lines(index) or [], at, selected)
            if selected is None:
                if len(self._strips) > KEPT_STRIPS:
                    self._strips.clear()
                self._strips[name, at] = strip
        return strip

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def _drawn(self, name: Name, lines: list[Line], at: int, selected: tuple[int, int] | None) -> Strip:
        line = lines[at]
        if line.picture is not None and line.picture[0] in self._pictures:
            return self._picture(line)
        over = self._over(name, lines, at)
        if selected is not None:
            over = [*over, (*selected, "selected")]
        spans = overlays.overlaid(line, over) if over else [(span.text, span.style) for span in line.spans]
        for character, label in sorted(self._hints.get((name, at), ()), reverse=True):
            spans = overlays.covered(spans, character, label, "hint")
        left = self._left
        if not line.wide:
            return self.strip([(left, ""), *spans], self.cells)
        return self._wide(line, spans, left)

    def _wide(self, line: Line, spans: list[tuple[str, str]], left: str) -> Strip:
        """The part of a wide line that is in view, and marks beside it where there is more."""
        shift = min(self._shifts.get(line.block, 0), max(0, line.wide - self._cells))
        text = line_text(line)
        words = cell_width(text.rstrip(), self.setting.ambiguous)
        whole = self.strip(spans, max(line.wide, shift + self._cells))
        body = whole.crop(shift, shift + self._cells)
        more_left = shift > 0 and words > 0
        before = self.strip([(left[:-1], ""), ("‹" if more_left else " ", "accent")], len(left))
        after = self.strip(
            [("›" if words > shift + self._cells else " ", "accent")], self.cells - len(left) - self._cells
        )
        return Strip.join([before, body, after])

    def _picture(self, line: Line) -> Strip:
        source, row = line.picture or ("", 0)
        rows = self._pictures[source]
        runs = rows[row] if row < len(rows) else ()
        frame = "".join(span.text for span in line.spans)
        if unclean := [text for text, _, _ in runs if not is_clean(text)]:
            raise UncleanTextError(repr(unclean[0]))
        cells = sum(cell_width(text) for text, _, _ in runs)
        room = self._cells - cell_width(frame)
        indent = len(self._left) + cell_width(frame) + max(0, (room - cells) // 2)
        start = self.strip([(self._left, ""), *((span.text, span.style) for span in line.spans)], indent)
        base = self.role("")
        picture = Strip(
            [
                Segment(text, base + Style(color=ink or None, bgcolor=paper or None))
                for text, ink, paper in runs
            ]
        ).crop(0, max(0, room))
        return Strip.join([start, picture]).adjust_cell_length(self.cells, base)

    def _over(self, name: Name, lines: list[Line], at: int) -> list[overlays.Over]:
        over: list[overlays.Over] = []
        if self._selected is not None and self._selected[0] == name:
            over += [(a, b, "link-selected") for number, a, b in self._selected[1].spots if number == at]
        if self._matcher is not None:
            matches = self._matches.setdefault(name, {})
            if at not in matches:
                pages, current = self._pages, self._current
                if current is not None and pages.name(pages.index_of(current)) != name:
                    current = None
                matches.update(overlays.matched(lines, at, self._matcher, current))
            over += matches[at]
        return over

    def set_picture(self, source: str, rows: Sequence[Sequence[Run]]) -> None:
        """Show a picture wherever its figure stands: its rows of cells, each in runs of one colour pair."""
        self._pictures[source] = rows
        cells = max((sum(cell_width(text) for text, _, _ in row) for row in rows), default=0)
        self.setting = replace(self.setting, pictures={**self.setting.pictures, source: (cells, len(rows))})
        self._pages.setting = self.setting
        for name in self._pages.names_at_hand():
            blocks = self._pages.blocks(self._pages.index(name))
            if any(figure.src == source for figure in stretch.figures(blocks)):
                self._pages.forget(name)
        self._stay()

    def set_hints(self, labels: Mapping[Key, str]) -> None:
        """Draw labels over targets, by the keys of :meth:`links_in_view`; an empty mapping clears them."""
        self._hints = {}
        for (part, piece, number, character), label in labels.items():
            self._hints.setdefault(((part, piece), number), []).append((character, label))
        self._redraw()

    def set_matcher(self, matcher: Matcher | None, current: int | None = None) -> None:
        """Highlight what matches where it is drawn, the match at offset ``current`` by a role of its own."""
        self._matcher, self._current = matcher, current
        self._matches.clear()
        self._redraw()

    def action_sideways(self, steps: int) -> None:
        """Move the wide blocks in view; their text alone moves, never the page."""
        moved = False
        for _, lines, first, last in self._pages.in_view(int(self.scroll_offset.y), self.size.height):
            for block, wide in {line.block: line.wide for line in lines[first:last] if line.wide}.items():
                shift = self._shifts.get(block, 0) + steps * STEP_SIDEWAYS
                self._shifts[block] = max(0, min(shift, wide - self._cells))
                moved = True
        if moved:
            self._redraw()

    # -- selection with the mouse

    def _selected_in(self, row: int) -> tuple[int, int] | None:
        """The characters of a row that are selected with the mouse."""
        selection = self.text_selection
        found = selection.get_span(row) if selection is not None else None
        if found is None:
            return None
        left = len(self._left)
        return max(0, found[0] - left), (1 << 30 if found[1] < 0 else max(0, found[1] - left))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The source text of what is selected: sentences in one piece, nothing of what is only drawn."""
        pages = self._pages
        first = selection.start.y if selection.start is not None else int(self.scroll_offset.y)
        last = selection.end.y if selection.end is not None else first + self.size.height - 1
        chosen: list[Line] = []
        for row in range(first, min(last + 1, pages.total)):
            pages.room = AT_ONCE
            index, at = pages.at(row)
            lines = pages.lines(index)
            if lines is None or at >= len(lines):
                continue
            span = selection.get_span(row)
            left = len(self._left)
            a, b = (0, -1) if span is None else (max(0, span[0] - left), span[1])
            chosen.append(_cut(lines[at], a, 1 << 30 if b < 0 else max(0, b - left)))
        text = source_text(chosen)
        return (text, "\n") if text else None


def _cut(line: Line, first: int, last: int) -> Line:
    """A line without the characters outside of a range."""
    spans: list[Span] = []
    at = 0
    for span in line.spans:
        text = span.text[max(0, first - at) : max(0, last - at)]
        if text:
            spans.append(replace(span, text=text))
        at += len(span.text)
    return replace(line, spans=tuple(spans))
