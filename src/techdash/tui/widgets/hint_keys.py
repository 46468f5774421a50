"""Labels over what can be followed, and the keys that choose one of them."""

from __future__ import annotations

import unicodedata
from itertools import product

from textual import events
from textual.message import Message
from textual.strip import Strip

from techdash.tui.widgets.drawn import Drawn
from techdash.tui.words import Words

HOME_ROW = "fjdkslagh"


def labels(count: int) -> list[str]:
    """So many different labels of the home row's letters, none the beginning of another; short ones."""
    length = 1
    while len(HOME_ROW) ** length < count:
        length += 1
    return [
        "".join(letters) for letters, _ in zip(product(HOME_ROW, repeat=length), range(count), strict=False)
    ]


class HintKeys(Drawn, can_focus=True):
    """Takes the keys while labels are shown; what else is pressed cancels."""

    class Chosen(Message):
        """A label was typed whole; ``None`` where the user thought better of it."""

        def __init__(self, number: int | None) -> None:
            super().__init__()
            self.number = number

    class Typed(Message):
        """So much of a label is typed: only the labels that begin so are left."""

        def __init__(self, typed: str) -> None:
            super().__init__()
            self.typed = typed

    def __init__(self, words: Words) -> None:
        super().__init__(id="hint-keys")
        self.words = words
        self.labels: list[str] = []
        self.typed = ""

    def begin(self, count: int) -> list[str]:
        """Take the keys; the labels for so many targets."""
        self.labels, self.typed = labels(count), ""
        self.display = True
        self.screen.set_focus(self)
        self.refresh()
        return self.labels

    def end(self) -> None:
        self.labels = []
        self.display = False

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        letter = unicodedata.normalize("NFKC", event.character or "").lower()
        typed = self.typed + letter
        if not letter.isprintable() or not letter or not any(each.startswith(typed) for each in self.labels):
            self.post_message(self.Chosen(None))
        elif typed in self.labels:
            self.post_message(self.Chosen(self.labels.index(typed)))
        else:
            self.typed = typed
            self.post_message(self.Typed(typed))

    def on_blur(self) -> None:
        if self.labels:
            self.post_message(self.Chosen(None))

    def render_line(self, y: int) -> Strip:
        return self.strip([("  ", ""), (self.words("type_hint"), "muted")], self.cells)
