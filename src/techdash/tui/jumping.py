"""Jump mode: a label over every room, day, pane and row; typing it goes there."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from textual import events
from textual.app import ComposeResult
from textual.errors import NoWidget
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from techdash.tui.widgets.drawn import Drawn
from techdash.tui.widgets.hint_keys import labels

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp

Go = Callable[[], object]


@runtime_checkable
class Jumpable(Protocol):
    """A widget that has more than one place to jump to."""

    def spots(self) -> Iterator[tuple[int, int, Go]]:
        """Where each place begins in the widget (column, row), and what goes there."""
        ...


class Target(NamedTuple):
    """A place to jump to, in cells of the screen."""

    x: int
    y: int
    go: Go


def targets(screen: Screen[Any]) -> list[Target]:
    """All that can be seen and gone to, in reading order; of two in one cell the first."""
    found: dict[tuple[int, int], Target] = {}
    for widget in screen.walk_children(Widget):
        if not (widget.can_focus or isinstance(widget, Jumpable)):
            continue
        try:
            seen = screen.find_widget(widget).visible_region
        except NoWidget:
            continue
        origin, spots = widget.content_region.offset, list(_spots(widget, screen))
        for x, y, go in spots:
            at = origin.x + x, origin.y + y
            if seen.contains(*at):
                found.setdefault(at, Target(*at, go))
    return sorted(found.values(), key=lambda target: (target.y, target.x))


def _spots(widget: Widget, screen: Screen[Any]) -> Iterator[tuple[int, int, Go]]:
    if isinstance(widget, Jumpable):
        yield from widget.spots()
    else:
        yield 0, 0, partial(screen.set_focus, widget)


class Label(Drawn):
    """The letters over a target."""

    def __init__(self, text: str, target: Target) -> None:
        super().__init__(classes="jump-label")
        self.text = text
        self.styles.width = len(text)
        self.styles.offset = (target.x, target.y)

    def render_line(self, y: int) -> Strip:
        return self.strip([(self.text, "hint")], self.cells) if y == 0 else self.blank(self.cells)


class JumpScreen(ModalScreen[Target | None]):
    """Labels over a screen; gives the target whose label was typed, None where another key was."""

    def __init__(self, found: list[Target]) -> None:
        super().__init__(id="jump-screen")
        self._labels = dict(zip(labels(len(found)), found, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        for text, target in self._labels.items():
            yield Label(text, target)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        letter = unicodedata.normalize("NFKC", event.character or "").lower()
        self._typed += letter
        left = [text for text in self._labels if text.startswith(self._typed)]
        if not letter.isprintable() or not letter or not left:
            self.dismiss(None)
        elif self._typed in self._labels:
            self.dismiss(self._labels[self._typed])
        else:
            for label in self.query(Label):
                label.display = label.text in left

    def on_click(self) -> None:
        self.dismiss(None)


def jump(window: TechdashApp) -> None:
    """Label what is on the screen, and go where the reader says."""

    def go(target: Target | None) -> None:
        if target is not None:
            window.call_later(target.go)

    if found := targets(window.screen):
        window.push_screen(JumpScreen(found), go)
