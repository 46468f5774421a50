"""The reader's text: keys, links, folds and the mouse, and what of it can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, NamedTuple

from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from techdash.document.lines import Line, line_text
from techdash.document.tree import Block, CodeBlock, Document, Figure, Paragraph
from techdash.models.entries import Place
from techdash.text.cells import width as cell_width
from techdash.tui.commands import bindings
from techdash.tui.jobs import job
from techdash.tui.messages import AtEnd, Follow
from techdash.tui.widgets import overlays, stretch
from techdash.tui.widgets.overlays import Target
from techdash.tui.widgets.pages import AT_ONCE, HEAD, Name
from techdash.tui.widgets.pages_view import SCREENS_AHEAD, SLICE
from techdash.tui.widgets.text_view import Key, TextView


class InView(NamedTuple):
    """A target that can be seen: where it leads, its text, and the cell of the view it begins at.

    ``tex``: the LaTeX of a formula.
    """

    key: Key
    href: str
    text: str
    x: int
    y: int
    tex: str = ""


class DocumentView(TextView, can_focus=True):
    """A document that is read with keys and mouse."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("reader")
    )

    class FootnoteAsked(Message):
        """The mark of a footnote was followed."""

        def __init__(self, label: str) -> None:
            super().__init__()
            self.label = label

    class FormulaAsked(Message):
        """The source of a formula is wanted."""

        def __init__(self, tex: str) -> None:
            super().__init__()
            self.tex = tex

    class FiguresInView(Message):
        """Figures came into view that there are no pictures of."""

        def __init__(self, figures: list[Figure]) -> None:
            super().__init__()
            self.figures = figures

    class FigureChosen(Message):
        """A figure was followed, or its picture clicked."""

        def __init__(self, src: str) -> None:
            super().__init__()
            self.src = src

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._folds: dict[Name, frozenset[int]] = {}
        self._asked: set[int] = set()

    def show(self, head: Callable[[int], list[Line]], document: Document, place: Place | None = None) -> None:
        """Show a document below its head, at ``place`` or at its top."""
        self._folds, self._asked = {}, set()
        super().show(head, document, place)

    # -- what is asked of others

    def in_view_now(self) -> None:
        """Ask for the pictures that came into view, and for the colours of code there and a little below.

        Colours that are there before their code is need no frame of their own.
        """
        pages, rows = self._pages, self.size.height * SCREENS_AHEAD
        code: list[tuple[Name, CodeBlock, str]] = []
        for index, lines, first, last in pages.in_view(int(self.scroll_offset.y), rows):
            starts = {line.block for line in lines[first:last]}
            if not starts:
                continue
            for block in stretch.code(pages.blocks(index), starts):
                if block.start not in self._asked:
                    self._asked.add(block.start)
                    whole = self.block_at(block.start)
                    language = whole.language if isinstance(whole, CodeBlock) else block.language
                    if language:
                        code.append((pages.name(index), block, language))
        if code:
            self._colour(code)
        figures = [figure for figure in self.figures_in_view() if figure.src not in self.setting.pictures]
        if figures:
            self.post_message(self.FiguresInView(figures))

    @job("colour code", group="colours", exclusive=False)
    async def _colour(self, found: list[tuple[Name, CodeBlock, str]]) -> None:
        document = self.document
        for name, block, language in found:
            tokens = await self._aside(partial(_highlighted, block, language))
            if self.document is not document:
                return
            if tokens:
                self.setting = replace(self.setting, tokens={**self.setting.tokens, block.start: tokens})
                self._pages.setting = self.setting
                self._recolour(name)

    def _recolour(self, name: Name) -> None:
        """Lay a piece out again, which keeps its rows, and draw those of it that are in view."""
        pages = self._pages
        pages.forget(name)
        for key in [key for key in self._strips if key[0] == name]:
            del self._strips[key]
        pages.room = SLICE
        index = pages.index(name)
        pages.lines(index)
        top = pages.row(index, 0) - int(self.scroll_offset.y)
        if top < self.size.height and top + pages.height(index) > 0:
            self.refresh()
            self._serve()

    # -- what is in view

    def _targets(self) -> Iterator[tuple[Key, Target, int, int]]:
        """Targets in view with the piece and row of their beginning; those begun above count too."""
        pages, top = self._pages, int(self.scroll_offset.y)
        for index, lines, first, last in pages.in_view(top, self.size.height):
            name = pages.name(index)
            sources = stretch.sources(pages.blocks(index))
            found = overlays.targets(lines, first, last, self._folds_of(index))
            found += overlays.formulas(lines, first, last, sources) if sources else []
            for target in sorted(found, key=lambda target: target.spots[0]):
                number, character, _ = target.spots[0]
                yield (*name, number, character), target, index, number

    def _folds_of(self, index: int) -> frozenset[int]:
        name = self._pages.name(index)
        if name not in self._folds:
            self._folds[name] = stretch.folds(self._pages.blocks(index))
        return self._folds[name]

    def links_in_view(self) -> list[InView]:
        """What can be followed, in reading order; ``href`` is empty for what folds."""
        pages, top = self._pages, int(self.scroll_offset.y)
        found = []
        for key, target, index, number in self._targets():
            line = (pages.lines(index) or [])[number]
            x = cell_width(line_text(line)[: key[3]], self.setting.ambiguous) + len(self._left)
            x -= self._shifts.get(line.block, 0) if line.wide else 0
            y = pages.row(index, number) - top
            found.append(InView(key, target.href, target.text, x, y, target.tex))
        return found

    @property
    def selected_formula(self) -> str:
        """The LaTeX of the selected formula, empty where none is."""
        return self._selected[1].tex if self._selected is not None else ""

    def follow(self, key: Key) -> None:
        """Follow a target in view, as Enter does on the selected one."""
        for found, target, index, _ in self._targets():
            if found == key:
                self._follow(self._pages.name(index), target)
                return

    def formulas_in_view(self) -> list[str]:
        """The LaTeX of the formulas in view, in reading order."""
        pages = self._pages
        found: list[str] = []
        for index, lines, first, last in pages.in_view(int(self.scroll_offset.y), self.size.height):
            if first < last:
                end = lines[last].start if last < len(lines) else 1 << 62
                begin = min(line.start for line in lines[first:last])
                found += stretch.formulas(pages.blocks(index), begin, max(end, begin + 1))
        return found

    def code_in_view(self) -> CodeBlock | None:
        """The first code block in view, the whole of it."""
        pages = self._pages
        for index, lines, first, last in pages.in_view(int(self.scroll_offset.y), self.size.height):
            starts = {line.block for line in lines[first:last] if line.spans}
            for block in stretch.code(pages.blocks(index), starts):
                whole = self.block_at(block.start)
                return whole if isinstance(whole, CodeBlock) else block
        return None

    def paragraph_in_view(self) -> Block | None:
        """The first block in view with words of its own, but for headings and code."""
        pages = self._pages
        for _, lines, first, last in pages.in_view(int(self.scroll_offset.y), self.size.height):
            for line in lines[first:last]:
                block = self.block_at(line.block) if line.spans else None
                if isinstance(block, Paragraph):
                    return block
        return None

    def figures_in_view(self) -> list[Figure]:
        """The figures in view, in reading order, with a picture or without."""
        pages = self._pages
        found: list[Figure] = []
        for index, lines, first, last in pages.in_view(int(self.scroll_offset.y), self.size.height):
            starts = {line.block for line in lines[first:last]}
            found += [figure for figure in stretch.figures(pages.blocks(index)) if figure.start in starts]
        return found

    def block_at(self, offset: int) -> Block | None:
        """The innermost block that holds an offset; None where it isn't parsed yet, or there is none."""
        pages = self._pages
        index = pages.index_of(offset)
        part, _ = pages.name(index)
        if part < 0 or not pages.known(index):
            return None
        return stretch.innermost(self.document.part(part), offset)

    # -- keys

    def action_line(self, lines: int) -> None:
        self.scroll_lines(lines)

    def action_page(self, pages: float) -> None:
        self.scroll_lines(int((self.size.height - 2) * pages))

    def action_read_on(self) -> None:
        if self.progress >= 1.0:
            self.post_message(AtEnd())
        else:
            self.action_page(1)

    def action_top(self) -> None:
        self._goal = self._search = None
        self._pages.room = AT_ONCE
        self._show_from(HEAD, 0)

    def action_bottom(self) -> None:
        pages = self._pages
        self._goal = self._search = None
        pages.room = AT_ONCE
        pages.fill_end(self.size.height)
        self._show_from(len(pages) - 1, max(0, pages.height(len(pages) - 1) - 1))

    def action_heading(self, step: int) -> None:
        """Go to the next heading, or to the previous one."""
        pages = self._pages
        self._goal = self._search = None
        pages.room = AT_ONCE
        index, at = pages.at(int(self.scroll_offset.y))
        lines = pages.lines(index) or []
        while step > 0 and at < len(lines) and not lines[at].spans:
            at += 1  # the blank line above a heading that was gone to
        found = [number for number in self._headings_of(index) if (number - at) * step > 0]
        while not found and 0 <= index + step < len(pages):
            index += step
            found = self._headings_of(index)
        if found:
            self._show_from(index, found[0 if step > 0 else -1])
            return
        if step < 0:
            self.action_top()

    def _headings_of(self, index: int) -> list[int]:
        part, _ = self._pages.name(index)
        if part < 0:
            return []
        starts = stretch.headings(self.document.part(part))
        lines = self._pages.lines(index) if starts else None
        return (
            [
                next((number for number, line in enumerate(lines) if line.start >= start and line.spans), 0)
                for start in starts
            ]
            if lines
            else []
        )

    # -- links

    def action_link(self, step: int) -> None:
        """Select the next or previous link in view."""
        found = [(self._pages.name(index), target) for _, target, index, _ in self._targets()]
        if not found:
            return
        if self._selected in found:
            self._select(found[(found.index(self._selected) + step) % len(found)])
        else:
            self._select(found[0 if step > 0 else -1])

    def _select(self, selected: tuple[Name, Target] | None) -> None:
        self._selected = selected
        self._strips.clear()
        self.refresh()

    def action_follow(self) -> None:
        for _, target, index, _ in self._targets():
            name = self._pages.name(index)
            if self._selected == (name, target):
                self._follow(name, target)
                return
        self.action_link(1)

    def _follow(self, name: Name, target: Target) -> None:
        if target.note:
            self.post_message(self.FootnoteAsked(target.note))
            return
        if target.tex:
            self.post_message(self.FormulaAsked(target.tex))
            return
        if target.href and any(figure.src == target.href for figure in self.figures_in_view()):
            self.post_message(self.FigureChosen(target.href))
        elif target.href:
            self.post_message(Follow(target.href))
        if target.fold is None:
            return
        index, at = self._pages.at(int(self.scroll_offset.y))
        top = self._pages.name(index)
        self._toggle(name, [target.fold])
        self._pages.room = AT_ONCE
        self._show_from(self._pages.index(top), at, keep=True)

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        if event.chain > 1:
            # Textual would select everything
            event.prevent_default()
            return
        if self.text_selection is not None:
            return
        index, at = self._pages.at(event.y + int(self.scroll_offset.y))
        for _, target, piece, _ in self._targets():
            if piece == index and self._on(target, index, at, event.x):
                name = self._pages.name(piece)
                if target.tex and self._selected != (name, target):
                    self._select((name, target))
                else:
                    self._follow(name, target)
                return
        lines = self._pages.lines(index) or []
        if at < len(lines) and (picture := lines[at].picture) is not None:
            self.post_message(self.FigureChosen(picture[0]))

    def _on(self, target: Target, index: int, at: int, x: int) -> bool:
        """Whether a cell of the view is one of a target's."""
        line = (self._pages.lines(index) or [])[at]
        text = line_text(line)
        left = len(self._left) - (self._shifts.get(line.block, 0) if line.wide else 0)
        for number, a, b in target.spots:
            begin = left + cell_width(text[:a], self.setting.ambiguous)
            if number == at and begin <= x < begin + cell_width(text[a:b], self.setting.ambiguous):
                return True
        return False

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        if event.shift or event.ctrl:
            self.action_sideways(1)
        else:
            self.scroll_lines(3)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        if event.shift or event.ctrl:
            self.action_sideways(-1)
        else:
            self.scroll_lines(-3)

    def _on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        event.stop()
        event.prevent_default()
        self.action_sideways(1)

    def _on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        event.stop()
        event.prevent_default()
        self.action_sideways(-1)


def _highlighted(block: CodeBlock, language: str) -> Any:
    from techdash.document.highlight import highlight  # Pygments comes with the first code

    return highlight(block.text, language)
