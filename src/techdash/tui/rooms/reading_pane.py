"""What stands around an open text: find, the outline, labels, a note; each built when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from techdash.document.tree import Block, CodeBlock, Document
from techdash.models.entries import Place
from techdash.tui.commands import reader_bindings
from techdash.tui.jobs import job
from techdash.tui.messages import Say
from techdash.tui.slices import first_in_slices
from techdash.tui.widgets.document_view import DocumentView, InView
from techdash.tui.widgets.pane import Pane
from techdash.tui.widgets.reading_line import ReadingLine
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.tui.gateway import Gateway
    from techdash.tui.widgets.find_bar import FindBar
    from techdash.tui.widgets.hint_keys import HintKeys
    from techdash.tui.widgets.note_view import NoteView
    from techdash.tui.widgets.outline import Outline

THIRD = 1 / 3
Part = TypeVar("Part", bound=Widget)


class ReadingPane(Pane):
    """A text with its line of progress. A subclass says which ``document`` it is and how far it is read."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        reader_bindings()
    )

    def __init__(self, gateway: Gateway, words: Words, config: Config) -> None:
        super().__init__(id="reader")
        self.gateway = gateway
        self.words = words
        self.config = config
        self.document: Document | None = None
        self.find_bar: FindBar | None = None
        self.outline: Outline | None = None
        self.note: NoteView | None = None
        self.hint_keys: HintKeys | None = None
        self._hinted: list[InView] = []
        self.reading_line = ReadingLine(words, config.ambiguous)
        self.view = DocumentView(
            config.column, config.ambiguous, aside=gateway.aside, moved=self.moved, id="document"
        )

    def compose(self) -> ComposeResult:
        yield self.view
        yield self.reading_line

    def moved(self) -> None:
        """The reader moved; a subclass says how far it is."""

    def go(self, offset: int) -> None:
        """Go to a place within the text; a subclass remembers where it was."""
        self._close_note()
        self.to_text()
        self.view.go_to(offset)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is typed in a line or as a label is no command."""
        reading = self.view.has_focus or (self.note is not None and self.note.has_focus)
        return reading if action in ("find", "outline", "hints") else True

    @property
    def busy(self) -> bool:
        """Whether something is found, listed, labelled or noted over the text."""
        return bool(
            (self.find_bar is not None and self.find_bar.active)
            or (self.outline is not None and self.outline.display)
            or (self.note is not None and self.note.display)
            or self._hinted
        )

    async def _built(self, part: Part) -> Part:
        """A part put in its place below the text."""
        part.display = False
        await self.mount(part, before=self.reading_line)
        return part

    def to_text(self) -> None:
        """The keys go back to the text, before the next of them is looked at."""
        self.screen.set_focus(self.view)

    def end_all(self) -> None:
        """Another text: what was found, listed or labelled in the last one is gone."""
        if self.find_bar is not None and self.find_bar.active:
            self._end_find()
        if self.find_bar is not None:
            self.find_bar.forget()
        if self.outline is not None:
            self.outline.forget()
        if self.note is not None:
            self.note.close()
        if self.hint_keys is not None and self.hint_keys.labels:
            self._end_hints()

    # -- find

    async def action_find(self) -> None:
        """Ask for words to find."""
        if self.document is None:
            return
        if self.find_bar is None:
            from techdash.tui.widgets.find_bar import FindBar

            self.find_bar = await self._built(FindBar(self.gateway, self.words, self.to_text))
        self._close_note()
        self.reading_line.display = False
        self.find_bar.begin(self.document, self.view.place)

    def on_find_bar_show(self, event: FindBar.Show) -> None:
        event.stop()
        bar, match = event.bar, event.match
        if not bar.active:
            return
        self.view.set_matcher(bar.pattern.drawn if bar.pattern else None, match.start if match else None)
        if match is not None:
            self._bring(match.start)
        elif bar.typing:
            self.return_to(bar.origin)

    def _bring(self, offset: int) -> None:
        """Bring an offset into view, moving nothing where it can be seen."""
        if not self.view.shows(offset):
            self.view.go_to(offset, above=THIRD)

    def return_to(self, place: Place) -> None:
        self.view.go_to(place.offset, place.quote)

    def on_find_bar_left(self, event: FindBar.Left) -> None:
        event.stop()
        if self.find_bar is not None:
            origin = self.find_bar.origin
            self._end_find()
            self.return_to(origin)

    def _end_find(self) -> None:
        if self.find_bar is None:
            return
        if self.find_bar.typing:
            self.to_text()
        self.find_bar.end()
        self.reading_line.display = True
        self.view.set_matcher(None, None)

    async def action_match(self, step: int) -> None:
        """The next or previous match; where nothing is looked for, the next unread."""
        bar = self.find_bar
        if bar is not None and bar.active:
            seen = bar.current is not None and self.view.shows(bar.current.start)
            bar.step(step, None if seen else self.view.here)
        else:
            await self.run_action(f"app.next_unread({step})")

    # -- outline

    async def action_outline(self) -> None:
        """Show the headings; close them where they are shown beside the text."""
        if self.document is None:
            return
        if self.outline is None:
            from techdash.tui.widgets.outline import Outline

            self.outline = await self._built(Outline(self.gateway, self.words))
        self._close_note()
        if self.outline.display:
            self.outline.close()
        else:
            self.outline.open(self.document, self.view.here)

    def on_outline_chosen(self, event: Outline.Chosen) -> None:
        event.stop()
        self.to_text()
        if self.outline is not None:
            self.outline.rest() if self._wide else self.outline.close()
        self.view.go_to(event.offset)

    def on_outline_left(self, event: Outline.Left) -> None:
        event.stop()
        if self.outline is not None:
            self.outline.close()
        self.to_text()

    @property
    def _wide(self) -> bool:
        """Whether the outline has a place beside the text."""
        return self.screen.has_class("zen") and self.screen.has_class("-wide")

    # -- labels

    async def action_hints(self) -> None:
        """Label what can be followed or copied."""
        self._close_note()
        self._hinted = self.view.links_in_view()
        if not self._hinted:
            self.post_message(Say(self.words("no_hints")))
            return
        if self.hint_keys is None:
            from techdash.tui.widgets.hint_keys import HintKeys

            self.hint_keys = await self._built(HintKeys(self.words))
        self._label(self.hint_keys.begin(len(self._hinted)), "")
        self.reading_line.display = False
        if self.find_bar is not None:
            self.find_bar.display = False

    def _label(self, labels: list[str], typed: str) -> None:
        self.view.set_hints(
            {
                each.key: label.removeprefix(typed)
                for each, label in zip(self._hinted, labels, strict=True)
                if label.startswith(typed)
            }
        )

    def on_hint_keys_typed(self, event: HintKeys.Typed) -> None:
        event.stop()
        if self.hint_keys is not None:
            self._label(self.hint_keys.labels, event.typed)

    def on_hint_keys_chosen(self, event: HintKeys.Chosen) -> None:
        event.stop()
        hinted = self._hinted
        self._end_hints()
        if event.number is not None and event.number < len(hinted):
            chosen = hinted[event.number]
            if chosen.tex:
                self._copy_formula(chosen.tex)
            else:
                self.view.follow(chosen.key)

    def _end_hints(self) -> None:
        self._hinted = []
        self.view.set_hints({})
        if self.hint_keys is not None:
            if self.hint_keys.has_focus:
                self.to_text()
            self.hint_keys.end()
        finding = self.find_bar is not None and self.find_bar.active
        self.reading_line.display = not finding
        if self.find_bar is not None:
            self.find_bar.display = finding

    # -- notes

    def on_document_view_footnote_asked(self, event: DocumentView.FootnoteAsked) -> None:
        event.stop()
        self._show_note(event.label)

    @job("show a note", group="note")
    async def _show_note(self, label: str) -> None:
        from techdash.document.anchors import note, note_start

        document = self.document
        if document is None:
            return
        # notes stand at the end of nearly every text
        parts = (note(document.part(part), label) for part in reversed(range(len(document))))
        found = await first_in_slices(self.gateway, parts)
        if document is not self.document:
            return
        if found is None:
            self.post_message(Say(self.words("no_such_note", label=label)))
            return
        title = self.words("note", label=label)
        await self._open_note(title, found[1].children, note_start(*found), f"[{label}]")

    @job("show the source of a formula", group="note")
    async def on_document_view_formula_asked(self, event: DocumentView.FormulaAsked) -> None:
        event.stop()
        source = CodeBlock(0, event.tex.strip("\n"), "")
        await self._open_note("LaTeX", (source,), None, event.tex)

    async def _open_note(self, title: str, blocks: tuple[Block, ...], offset: int | None, mark: str) -> None:
        """Show blocks over the bottom of the text, and ``mark``, what was asked about, still above them."""
        if self.note is None:
            from techdash.tui.widgets.note_view import NoteView

            self.note = await self._built(NoteView(self.words, self.gateway, self.config.ambiguous))
        rows = self.note.open(title, blocks, offset, self.size, self.view.column)
        self.screen.set_focus(self.note)
        top = self.size.height - rows
        marks = [each.y for each in self.view.links_in_view() if mark in (each.text, each.tex)]
        if marks and max(marks) >= top:
            self.view.scroll_lines(max(marks) - top + 2)

    def on_note_view_closed(self, event: NoteView.Closed) -> None:
        event.stop()
        self._close_note()

    def on_note_view_to_notes(self, event: NoteView.ToNotes) -> None:
        event.stop()
        self.go(event.offset)

    def _close_note(self) -> None:
        if self.note is not None and self.note.display:
            self.note.close()
            self.to_text()

    # -- copying

    async def action_copy_link(self) -> None:
        """The selected formula as LaTeX; else the link of the entry."""
        tex = self.view.selected_formula
        if tex:
            self._copy_formula(tex)
        else:
            await self.run_action("app.copy_link")

    def _copy_formula(self, tex: str) -> None:
        self.app.copy_to_clipboard(tex)
        self.post_message(Say(self.words("copied_formula", text=" ".join(tex.split()))))

    async def action_copy_code(self) -> None:
        """The code in view; else the entry as Markdown."""
        code = self.view.code_in_view() if self.document is not None else None
        if code is None:
            await self.run_action("app.copy_markdown")
            return
        self.app.copy_to_clipboard(code.text)
        lines = code.text.rstrip("\n").count("\n") + 1
        self.post_message(Say(self.words("copied_code" if lines > 1 else "copied_code_one", n=lines)))
