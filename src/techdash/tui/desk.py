"""The screen with the rooms: another size of the terminal is answered with one frame."""

from __future__ import annotations

from typing import Any

from textual import events
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.geometry import Offset, Size
from textual.widget import Widget

from techdash.tui.keyboard import Keyed
from techdash.tui.widgets.drawn import Drawn


def fitting(app: App[Any], width: int) -> str:
    """The class of a width in cells."""
    widest_first = sorted(app.HORIZONTAL_BREAKPOINTS or (), reverse=True)
    return next((name for least, name in widest_first if width >= least), "")


NARROWEST, WIDEST = 30, 120
# What stands beside the lists keeps so many cells.
_BESIDE = 40


class QuickCompositor(Compositor):
    """Asks only the widgets for their lines that can be seen where something changed.

    Textual asks all that are visible, at every key, also those that others cover.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        everything, seen = self.visible_widgets, set()
        self._cuts = self.cuts  # made of all of them, and kept
        for changed in self._dirty_regions:
            for widget, (region, clip) in everything.items():  # from the front to the back
                visible = region.intersection(clip)
                if visible.overlaps(changed):
                    seen.add(widget)
                    if visible.contains_region(changed):
                        break
        asked = {widget: at for widget, at in everything.items() if widget in seen}
        self._visible_widgets = asked
        try:
            return super().render_partial_update()
        finally:
            if self._visible_widgets is asked:
                self._visible_widgets = everything


class Desk(Keyed):
    """What is under everything else. Its class ``-narrow``, ``-medium`` or ``-wide`` is that of its width.

    ``widths`` are those that the reader gave the lists, by room; in a wide window they have one, ``all``.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, widths: object = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._compositor = QuickCompositor()
        given = widths if isinstance(widths, dict) else {}
        self.widths = {str(room): cells for room, cells in given.items() if type(cells) is int}

    def widen_lists(self, change: int) -> bool:
        """Give the lists more cells, or fewer; False where they have all that there are."""
        room, lists = self._room, self.query_one("#lists")
        if not room or not lists.display:
            return False
        self.widths[room] = max(NARROWEST, min(WIDEST, lists.outer_size.width + change))
        self.fit_lists()
        return True

    def fit_lists(self) -> None:
        """Give the lists the width that was chosen, where they stand beside something."""
        cells, lists = self.widths.get(self._room), self.query_one("#lists")
        if cells is None:
            lists.styles.clear_rule("width")
            lists.refresh(layout=True)
        else:
            lists.styles.width = max(NARROWEST, min(cells, self.size.width - _BESIDE))

    @property
    def _room(self) -> str:
        """Whose width the lists have now; empty where they have all that there is, or nothing."""
        if any(self.has_class(name) for name in ("-narrow", "zen", "room-cheatsheet")):
            return "all" if self.has_class("-wide") and not self.has_class("zen") else ""
        if self.has_class("-wide"):
            return "all"
        return "digest" if self.has_class("room-digest") else "essays"

    def on_resize(self, event: events.Resize) -> None:
        """Take the width's class before Textual lays out; it would do so after, and do it all again."""
        fits = fitting(self.app, event.size.width)
        names = (name for _, name in self.app.HORIZONTAL_BREAKPOINTS or ())
        self.update_classes({name: name == fits for name in names}, animate=False)
        if self.widths:
            self.fit_lists()

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        # Textual reads it from the cells, where it would have to be written in every frame
        widget, offset = super().get_widget_and_offset_at(x, y)
        if offset is None and isinstance(widget, Drawn):
            content = widget.content_region
            offset = widget.offset_at(x - content.x, min(y, content.bottom - 1) - content.y)
        return widget, offset

    def _screen_resized(self, size: Size) -> None:
        # the second of two events is that of this screen as a widget whose size changed
        if size == self._compositor.size:
            return
        super()._screen_resized(size)
        # All was laid out and painted just now, yet what changed its size asks for it once more.
        for widget in (self, *self.walk_children(Widget)):
            for asks in (widget, widget._vertical_scrollbar):
                if asks is not None:
                    asks._layout_required = asks._repaint_required = False
