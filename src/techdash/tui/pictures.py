"""Pictures in the window: asked of a process of their own, and told in runs of half cells."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from textual.app import App

from techdash.pictures import wire
from techdash.pictures.wire import SAMPLE, Pixels, Refused
from techdash.text.cells import pad, truncate
from techdash.text.clean import one_line
from techdash.tui.words import Words

Rgb = tuple[int, int, int]
Run = tuple[str, str, str]
"""Cells of one look: text, ink, paper; colours as ``#rrggbb``, empty for the page's own."""

Way = Literal["halves", "spaces", "ramp"]

SILENCE = 45.0
"""Seconds without any answer after which the process is taken for hung: more than the longest fetch."""

IDLE = 60.0

# Of 255: less of a pixel than this is not seen.
_HARDLY = 8
_RAMP = " .:-=+*#%@"


class Look(Struct, frozen=True):
    """What pictures are drawn on and with.

    ``paper``: the background, which shows through what is half transparent. ``way``: ``halves`` puts two
    pixels into a cell; ``spaces`` one, for terminals where a half block is two cells wide; ``ramp`` one, as
    a character of its lightness, where no colours tell pixels apart. ``dark``: the paper is.
    """

    paper: Rgb
    way: Way = "halves"
    dark: bool = True


class Picture(Struct, frozen=True):
    """A picture in pixels, one cell wide and half a cell high each. ``natural``: its own size."""

    width: int
    height: int
    rgba: bytes
    natural: tuple[int, int] = (0, 0)

    @property
    def cells(self) -> int:
        return self.width

    @property
    def rows(self) -> int:
        return (self.height + 1) // 2

    def runs(self, row: int, look: Look) -> list[Run]:
        """One row of cells of the picture, neighbours of one look together."""
        over, under = (self._line(y, look.paper) for y in (2 * row, 2 * row + 1))
        if look.way == "halves":
            return _joined(map(_half, over, under))
        mixed = list(map(_mixed, over, under))
        if look.way == "spaces":
            return _joined((" ", "", colour) for colour in mixed)
        return [("".join(_shade(colour, look.dark) for colour in mixed), "", "")]

    def _line(self, y: int, paper: Rgb) -> list[str]:
        """The colours of a row of pixels; what is transparent has none."""
        if y >= self.height:
            return [""] * self.width
        start = y * self.width * SAMPLE
        line = self.rgba[start : start + self.width * SAMPLE]
        text = line.hex()
        colours = ["#" + text[at : at + 6] for at in range(0, 2 * len(line), 2 * SAMPLE)]
        for at, alpha in enumerate(line[3::4]):
            if alpha < _HARDLY:
                colours[at] = ""
            elif alpha < 255:
                colours[at] = _over(line[SAMPLE * at : SAMPLE * at + 3], alpha, paper)
        return colours


class Notice(Struct, frozen=True):
    """One quiet line that stands where a picture would."""

    text: str

    @property
    def rows(self) -> int:
        return 1

    def runs(self, cells: int, ink: str) -> list[Run]:
        """The line, exactly ``cells`` cells of it."""
        return [(pad(truncate(self.text, cells), cells), ink, "")]


def look_of(app: App[object], ambiguous: int) -> Look:
    """How pictures are drawn in a window as it is now.

    Without colours, or with sixteen, a picture is drawn in characters; Textual turns the colours grey where
    ``NO_COLOR`` is set and the theme has its own.
    """
    dark = app.current_theme.dark
    paper = app.theme_variables.get("background", "")
    rgb = tuple(bytes.fromhex(paper[1:7])) if len(paper) == 7 and paper[0] == "#" else ()
    ground: Rgb = (rgb[0], rgb[1], rgb[2]) if rgb else (0, 0, 0) if dark else (255, 255, 255)
    few = app.console.color_system in (None, "standard") and not app.is_headless
    if few or (app.no_color and app.native_ansi_color):
        return Look(ground, "ramp", dark)
    return Look(ground, "halves" if ambiguous == 1 else "spaces", dark)


def said(words: Words, refused: Refused) -> Notice:
    """Why there is no picture, in words."""
    return Notice(words(f"picture.{refused.kind}", host=one_line(refused.host), http=refused.http))


class PictureProcess:
    """The process that fetches and decodes, started when it is first asked and ended when nobody asks.

    Args:
        cache: the folder where it keeps what it fetched.
        log: the file that gets what it writes to its standard error.
        silence: seconds without an answer after which it is killed.
    """

    def __init__(self, cache: Path, log: Path, silence: float = SILENCE) -> None:
        self._command = (sys.executable, "-P", "-m", "techdash.pictures", str(cache))
        self._log = log
        self._silence = silence
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._listening: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, asyncio.Future[Pixels | Refused]] = {}
        self._number = 0
        self._clock: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The running process."""
        return self._process.pid if self._process else None

    async def ask(
        self, src: str, width: int, height: int, *, page: str = "", entry: str = ""
    ) -> Picture | Refused:
        """A picture in at most ``width`` by ``height`` pixels, or why there is none.

        ``page`` is the address of the source that shows it, ``entry`` the path below a local source.
        """
        self._number = number = self._number + 1
        try:
            async with self._starting:
                process = self._process or await self._start()
        except OSError:
            return Refused(number, "broken")
        place = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert process.stdin is not None  # noqa: S101 - we asked for a pipe
        process.stdin.write(wire.encode(wire.Job(number, src, width, height, page, entry)))
        self._wind()
        try:
            answer = await place
        finally:
            self._waiting.pop(number, None)
        if isinstance(answer, Refused):
            return answer
        if answer.width > width or answer.height > height:
            return Refused(number, "broken")
        return Picture(answer.width, answer.height, answer.rgba, answer.natural)

    def stop(self) -> None:
        """End the process; what it was asked is not answered any more."""
        process, self._process = self._process, None
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        if process is not None and process.returncode is None:
            # Not Process.kill(): it may reap the child before asyncio does, which then complains.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        for number, place in self._waiting.items():
            if not place.done():
                place.set_result(Refused(number, "broken"))

    async def aclose(self) -> None:
        """End the process and wait for its end."""
        self.stop()
        await asyncio.gather(*self._listening)

    async def _start(self) -> asyncio.subprocess.Process:
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(os.environ, PYTHONUTF8="1"),
                start_new_session=True,
            )
        finally:
            os.close(log)
        listening = asyncio.create_task(self._listen(self._process), name="hear the picture process")
        self._listening.add(listening)
        listening.add_done_callback(self._listening.discard)
        return self._process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - we asked for a pipe
        try:
            while True:
                (length,) = wire.LENGTH.unpack(await process.stdout.readexactly(wire.LENGTH.size))
                if length > wire.LARGEST_FRAME:
                    return
                answer = wire.decode_answer(await process.stdout.readexactly(length))
                place = self._waiting.pop(answer.number, None)
                if place is not None and not place.done():
                    place.set_result(answer)
                self._wind()
        except (asyncio.IncompleteReadError, OSError, msgspec.DecodeError):
            return
        finally:
            if self._process is process:
                self.stop()
            with contextlib.suppress(ProcessLookupError):
                if process.returncode is None:
                    os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            process._transport.close()  # type: ignore[attr-defined]  # nothing public does this

    def _wind(self) -> None:
        """Set the clock that ends a process which hangs, or has nothing to do."""
        if self._clock is not None:
            self._clock.cancel()
        seconds = self._silence if self._waiting else IDLE
        self._clock = asyncio.get_running_loop().call_later(seconds, self.stop)


def _half(top: str, bottom: str) -> Run:
    """A cell of two colours, one above the other."""
    if top == bottom:
        return (" ", "", top)
    return ("▀", top, bottom) if top else ("▄", bottom, "")


def _joined(runs: Iterable[Run]) -> list[Run]:
    found: list[Run] = []
    for text, ink, paper in runs:
        if found and found[-1][1:] == (ink, paper) and found[-1][0][0] == text:
            found[-1] = (found[-1][0] + text, ink, paper)
        else:
            found.append((text, ink, paper))
    return found


def _over(rgb: bytes, alpha: int, paper: Rgb) -> str:
    return "#" + bytes((a * alpha + b * (255 - alpha)) // 255 for a, b in zip(rgb, paper, strict=True)).hex()


def _mixed(one: str, other: str) -> str:
    if not one or not other:
        return one or other
    pair = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes((a + b) // 2 for a, b in pair).hex()


def _shade(colour: str, dark: bool) -> str:
    if not colour:
        return " "
    red, green, blue = bytes.fromhex(colour[1:])
    # Luma as ITU-R BT.601 weighs it.
    light = (299 * red + 587 * green + 114 * blue) // 1000
    return _RAMP[(light if dark else 255 - light) * len(_RAMP) // 256]
