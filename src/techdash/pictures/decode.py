"""The bytes of a picture to a few pixels: the only place where foreign images are read.

It runs in a process that may be killed and whose memory is bounded; the window sees nothing but its result.
"""

from __future__ import annotations

import io
import re
import warnings

# Only these: a format is read where a plugin for it is loaded, and each more is one more to be attacked by.
from PIL import (
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from techdash.pictures.wire import Kind

MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")

# Pillow refuses at twice its bound, and warns before.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2

_ORIENTATION = 0x0112  # Exif 2.3, 4.6.4
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = (5, 6, 7, 8)
_NAME = re.compile(rb"<(?:!doctype\s+)?([a-z]+)", re.IGNORECASE)
_PAGES = (b"html", b"head", b"body")
_HEAD = 4096


class NotShown(Exception):
    """Why bytes are no picture we show: svg, page, format, large or damaged."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind


def decode(body: bytes, width: int, height: int) -> tuple[int, int, tuple[int, int], bytes]:
    """The first frame of a picture in at most ``width`` by ``height`` pixels, never enlarged.

    Returns its width, its height, its own size as it is looked at, and its rows as RGBA. What it is counts,
    not what a server or a name calls it.

    Raises:
        NotShown: it is none of :data:`FORMATS`, has more than 40 million pixels, or is damaged.
    """
    element = _first_element(body[:_HEAD])
    if element == b"svg":
        raise NotShown("svg")
    if element in _PAGES:
        raise NotShown("page")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(body), formats=FORMATS) as image:
            return _scaled(image, width, height)
    except (Image.DecompressionBombError, MemoryError):
        raise NotShown("large") from None
    except UnidentifiedImageError:
        raise NotShown("format") from None
    # Its decoders tell of damage in whatever way they come across it.
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError) as error:
        raise NotShown("damaged") from error


def _scaled(image: Image.Image, width: int, height: int) -> tuple[int, int, tuple[int, int], bytes]:
    natural = image.size
    turn = _orientation(image)
    if turn in _ON_ITS_SIDE:
        width, height = height, width
    part = min(1.0, width / natural[0], height / natural[1])
    size = max(1, round(natural[0] * part)), max(1, round(natural[1] * part))
    # A JPEG can be read at an eighth of its size, for an eighth of the time.
    image.draft("RGB", (size[0] * 2, size[1] * 2))
    image.load()
    small = _plain(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0).convert("RGBA")
    if turn in _TURNED:
        small = small.transpose(_TURNED[turn])
    if turn in _ON_ITS_SIDE:
        natural = natural[1], natural[0]
    return small.width, small.height, natural, small.tobytes()


def _first_element(head: bytes) -> bytes:
    """The name of the first element of markup, or of its document type; empty where it is none."""
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for opens, closes in ((b"<?", b"?>"), *[(b"<!--", b"-->")] * 8):
        if rest.startswith(opens):
            rest = rest.partition(closes)[2].lstrip()
    found = _NAME.match(rest)
    return found[1].lower() if found else b""


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode whose samples can be mixed; a copy of it only where it must be."""
    if image.mode.startswith("I"):
        # Sixteen bits a sample, of which the upper eight are seen.
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    return image.convert("RGBA")


def _orientation(image: Image.Image) -> int:
    """How a camera was held (Exif): 1 where nothing is said."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError):
        return 1
