"""How text reaches the terminal or the pipe: cleaned, in its width, with colour only where it is wanted."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from techdash.errors import TechdashError
from techdash.text.clean import clean, one_line

if TYPE_CHECKING:
    from techdash.document.layout import Line

WIDTH_OF_A_PIPE = 80
NARROWEST = 20
WIDEST = 1000

# Roles of the layout as SGR parameters (ECMA-48, 8.3.117): the terminal's own sixteen colours and weights.
_SGR = {
    "muted": "2",
    "heading1": "1",
    "heading2": "1",
    "heading3": "1;2",
    "strong": "1",
    "em": "3",
    "strike": "9",
    "underline": "4",
    "code": "36",
    "code-block": "36",
    "tok-keyword": "35",
    "tok-string": "32",
    "tok-comment": "2;39",
    "tok-number": "33",
    "tok-name": "34",
    "tok-type": "36",
    "tok-operator": "39",
    "tok-error": "31",
    "link": "4;34",
    "quote": "2",
    "math": "35",
    "rule": "2",
    "marker": "2",
    "caption": "2;3",
    "callout": "33",
    "table-head": "1",
}

# A piece of a line: its text and its roles, as in Span.
Piece = tuple[str, str]


class OutputClosed(Exception):
    """Whoever read standard output has gone; there is nobody to tell."""


class Output:
    """Standard output. All of techdash's own text leaves through here, and none of it uncleaned."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        self.terminal = self.stream.isatty()
        self.colour = self.terminal and wants_colour()
        never_fail_on_encoding(self.stream)

    def width(self, asked: int | None, column: int) -> int:
        """Cells a line may take: what was asked for, else the terminal's, at most the reading column."""
        if asked is not None:
            return asked
        return max(NARROWEST, min(column, columns(self.stream)))

    def text(self, text: str = "") -> None:
        """Write one or several lines."""
        self._write(clean(text) + "\n")

    def pieces(self, pieces: Iterable[Piece]) -> None:
        """Write one line whose parts have roles."""
        written = [self._styled(text, role) for text, role in pieces]
        self._write("".join(written).rstrip() + "\n")

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines that are laid out."""
        for line in lines:
            self.pieces((span.text, span.style) for span in line.spans)

    def json(self, value: Any) -> None:
        """Write a value as JSON (RFC 8259), readable, in UTF-8 where the stream can."""
        import json

        self._write(json.dumps(_cleaned(value), ensure_ascii=not is_utf8(self.stream), indent=2) + "\n")

    def json_line(self, value: Any) -> None:
        """Write a value as one line of JSON, at once."""
        import json

        self._write(json.dumps(_cleaned(value)) + "\n")
        self.flush()

    def flush(self) -> None:
        """Hand everything over.

        Raises:
            OutputClosed: nobody reads any more.
            TechdashError: it can't be written: the disk is full, say.
        """
        try:
            self.stream.flush()
        except OSError as error:
            self._give_up(error)

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> NoReturn:
        # The interpreter flushes once more at its end; what is left must have somewhere to go.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
        if isinstance(error, BrokenPipeError):
            raise OutputClosed from error
        raise TechdashError(f"Standard output can't be written: {error.strerror}.") from error

    def _styled(self, text: str, role: str) -> str:
        text = clean(text)
        if not self.colour:
            return text
        parameters = ";".join(_SGR[name] for name in role.split() if name in _SGR)
        return f"\x1b[{parameters}m{text}\x1b[0m" if parameters else text


def _cleaned(value: Any) -> Any:
    """A value of JSON's kinds with all its texts cleaned: once written, controls hide in escapes."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {key: _cleaned(inner) for key, inner in value.items()}
        case list():
            return [_cleaned(inner) for inner in value]
    return value


def say(sentence: str, *below: str) -> None:
    """Tell the reader something on standard error, in one line; a closed one is no error.

    Lines ``below`` it stand as they are.
    """
    if sys.stderr is None:
        return
    never_fail_on_encoding(sys.stderr)
    try:
        sys.stderr.write("".join(f"{clean(line)}\n" for line in (f"techdash: {one_line(sentence)}", *below)))
        sys.stderr.flush()
    except OSError:
        pass


def wants_colour() -> bool:
    """Whether the surroundings allow colour (no-color.org; a dumb terminal has none)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")


def is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def columns(stream: TextIO) -> int:
    """The terminal's width in cells, ``COLUMNS`` before it, 80 where there is none."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH_OF_A_PIPE
    except (OSError, ValueError):
        return WIDTH_OF_A_PIPE


def never_fail_on_encoding(stream: TextIO) -> None:
    """Show ``?`` for what the stream's encoding lacks, instead of failing on it."""
    if getattr(stream, "errors", "") in ("strict", "surrogateescape") and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def indented(
    output: Output, pieces: Sequence[Piece], width: int, indent: str = "", ambiguous: int = 1
) -> None:
    """Write a paragraph made of pieces: lines of at most ``width`` cells, ``indent`` before each."""
    from techdash.text.linebreak import breaks

    texts = [(" ".join(clean(text).split("\n")), role) for text, role in pieces]
    whole = "".join(text for text, _ in texts)
    ends = list(accumulate(len(text) for text, _ in texts))
    for start, end in breaks(whole, width - len(indent), ambiguous):
        line: list[Piece] = [(indent, "")]
        at = start
        for stop, (_, role) in zip(ends, texts, strict=True):
            if at < min(stop, end):
                line.append((whole[at : min(stop, end)], role))
                at = min(stop, end)
        output.pieces(line)


def moment(seconds: int | None) -> str | None:
    """A time as RFC 3339 in UTC, for programs; None stays None."""
    if not seconds:
        return None
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
