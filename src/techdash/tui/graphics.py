"""The terminal's own graphics (Kitty's protocol, Sixel), where it has them and textual-image is there."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported
from textual.widget import Widget

if TYPE_CHECKING:
    from techdash.tui.pictures import Picture, Rgb


@cache
def widget_class(app: App[Any]) -> type[Widget] | None:
    """textual-image's widget for this terminal; None where half cells are the best that can be had.

    The first call asks the terminal, and for that the window steps aside for a moment: while it runs, its
    own thread would read the terminal's answer.
    """
    if find_spec("textual_image") is None:
        return None
    try:
        with app.suspend():
            return _best()
    except SuspendNotSupported:
        return _best()


def _best() -> type[Widget] | None:
    from textual_image.renderable import Image, SixelImage, TGPImage

    if Image not in (SixelImage, TGPImage):
        return None
    from textual_image import widget

    found: type[Widget] = widget.Image
    return found


def made(kind: type[Widget], picture: Picture, paper: Rgb) -> Widget:
    """The widget that shows a picture, on the colour of the page.

    What it is given are pixels and no file: foreign images are read by another process alone.
    """
    from PIL import Image

    size = (picture.width, picture.height)
    ground = Image.new("RGBA", size, (*paper, 255))
    ground.alpha_composite(Image.frombytes("RGBA", size, picture.rgba))
    widget: Widget = kind(ground.convert("RGB"))  # type: ignore[arg-type]
    return widget
