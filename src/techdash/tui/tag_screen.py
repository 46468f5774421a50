"""The tags of one or several entries: a line to type, those known completed and shown below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input

from techdash.text import tags
from techdash.tui.dialogs import Paragraph
from techdash.tui.words import Words

_MOST_SHOWN = 40


class _Known(Suggester):
    """Completes the last word of a line to the tag that most entries have."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        return completed(value, self._known)


def completed(line: str, known: Sequence[str]) -> str | None:
    """The line with its last word made a known tag that begins so; None where none does."""
    begun = line.split()[-1] if line and not line[-1].isspace() else ""
    typed = tags.tag(begun)
    there = tags.parse(line[: len(line) - len(begun)])
    found = (name for name in known if typed and name.startswith(typed) and name not in there)
    name = next(found, None)
    return None if name is None else line + name[len(typed) :]


class TagScreen(ModalScreen[tuple[str, ...] | None]):
    """Asks for tags; gives them all, also where there are none any more, and None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(
        self, title: str, current: Sequence[str], known: Sequence[tuple[str, int]], words: Words
    ) -> None:
        super().__init__(classes="dialog")
        self._title, self._current, self._words = title, current, words
        self._known = [name for name, _ in sorted(known, key=lambda one: (-one[1], one[0]))]

    def compose(self) -> ComposeResult:
        line = "".join(f"{name} " for name in self._current)
        with Vertical(classes="dialog-box"):
            yield Paragraph(self._words("tags_of", title=self._title), "strong")
            yield Input(
                line,
                placeholder=self._words("tags_hint"),
                compact=True,
                select_on_focus=False,
                suggester=_Known(self._known),
                classes="dialog-input",
            )
            if self._known:
                yield Paragraph("", "muted", id="known-tags")
            yield Paragraph(self._words("tags_keys"), "faint")

    def on_mount(self) -> None:
        self._show_known(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show_known(event.value)

    def _show_known(self, line: str) -> None:
        if not self._known:
            return
        there = tags.parse(line)
        begun = tags.tag(line.split()[-1]) if line and not line[-1].isspace() else ""
        left = [name for name in self._known if name not in there and name.startswith(begun)]
        self.query_one("#known-tags", Paragraph).say(
            "  ".join(f"#{name}" for name in left[:_MOST_SHOWN]), "muted"
        )

    def action_complete(self) -> None:
        """Take the tag that the last word begins."""
        line = self.query_one(Input)
        found = completed(line.value, self._known)
        if found is not None:
            line.value = f"{found} "
            line.cursor_position = len(line.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(tags.parse(event.value))
