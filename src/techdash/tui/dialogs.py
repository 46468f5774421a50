"""Two small questions over a screen: a line to type, and one of several to choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from techdash.text.clean import one_line
from techdash.text.linebreak import breaks
from techdash.tui.commands import FULL_WIDTH
from techdash.tui.widgets.drawn import Drawn, Spans, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import StatusBar
from techdash.tui.words import Words

_HIGHEST = 6


class Paragraph(Drawn):
    """A few words, as high as they need to be."""

    def __init__(self, text: str, role: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="paragraph")
        self._text, self._role = text, role

    def say(self, text: str, role: str) -> None:
        """Show other words."""
        self._text, self._role = text, role
        self._grow()
        self.refresh()

    def on_resize(self) -> None:
        self._grow()

    def _lines(self) -> list[str]:
        cells = max(8, self.cells)
        return [self._text[start:end].rstrip() for start, end in breaks(self._text, cells)] or [""]

    def _grow(self) -> None:
        self.styles.height = min(_HIGHEST, len(self._lines()))

    def render_line(self, y: int) -> Strip:
        lines = self._lines()
        return self.strip([(lines[y], self._role)], self.cells) if y < len(lines) else self.blank(self.cells)


class Ask(ModalScreen[str | None]):
    """Asks for a line; gives None where it was left, or left as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, prompt: str, value: str, keys: str) -> None:
        super().__init__(classes="dialog")
        self._prompt, self._value, self._keys = prompt, value, keys

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._prompt, "strong")
            yield Input(self._value, compact=True, select_on_focus=False, classes="dialog-input")
            yield Paragraph(self._keys, "faint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        value = one_line(event.value)
        self.dismiss(value if value and value != self._value else None)


class Choices:
    """Rows of a title, and of what tells it from the others below it."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        self._choices = [(one_line(title), one_line(about)) for title, about in choices]
        self._tall = any(about for _, about in self._choices)

    def fit(self, cells: int) -> None:
        pass

    @property
    def line_count(self) -> int:
        return len(self._choices) * (2 if self._tall else 1)

    @property
    def item_count(self) -> int:
        return len(self._choices)

    def line(self, index: int, width: int) -> Spans:
        if not self._tall:
            return [(fit(self._choices[index][0], width), "text")]
        title, about = self._choices[index // 2]
        return [(fit(title, width), "text")] if index % 2 == 0 else [(fit(about, width), "muted")]

    def item_at(self, line: int) -> int | None:
        return line // 2 if self._tall else line

    def lines_of(self, item: int) -> tuple[int, int]:
        return (item * 2, 2) if self._tall else (item, 1)


class ChoiceList(ItemList, inherit_bindings=False):
    """The rows of a question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", show=False),
        Binding("down,j,ｊ", "move(1)", show=False),
        Binding("up,k,ｋ", "move(-1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]


class Choose(ModalScreen[int | None]):
    """Asks for one of several; gives its number, None where it was left or is the one it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"escape,q,{chr(ord('q') + FULL_WIDTH)}", "dismiss", show=False)
    ]

    def __init__(self, prompt: str, choices: Sequence[str], current: int, words: Words) -> None:
        super().__init__(classes="dialog")
        self._prompt, self._current = prompt, current
        self._rows = Choices([(choice, "") for choice in choices])
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._prompt, "strong")
            yield ChoiceList(StatusBar(self._words), id="choices")
            yield Paragraph(self._words("choose_keys"), "faint")

    def on_mount(self) -> None:
        choices = self.query_one(ChoiceList)
        choices.styles.height = self._rows.line_count
        choices.show(self._rows, self._current)
        choices.focus()

    def on_item_list_opened(self, message: ItemList.Opened) -> None:
        self.dismiss(message.item if message.item != self._current else None)
