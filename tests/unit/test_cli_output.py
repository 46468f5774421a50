"""Text on its way out: cleaned, within its width, styled only where asked."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.cli.names import checked, short_name
from techdash.cli.output import Output, OutputClosed, columns, indented, moment, say
from techdash.cli.progress import Progress
from techdash.errors import TechdashError, UsageError
from techdash.text import cells
from techdash.text.clean import is_clean


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    return Terminal()


@given(
    st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["", "strong", "muted"])), max_size=5),
    st.integers(20, 90),
)
def test_a_paragraph_is_clean_and_keeps_to_its_width(pieces: list[tuple[str, str]], width: int) -> None:
    stream = io.StringIO()
    indented(Output(stream), pieces, width, "  ")
    written = stream.getvalue()
    assert is_clean(written)
    assert all(cells.width(line) <= width for line in written.split("\n"))


def test_pieces_keep_their_roles_across_a_break(terminal: Terminal) -> None:
    indented(Output(terminal), [("one two three four five ", "strong"), ("six seven", "")], 14)
    lines = terminal.getvalue().splitlines()
    assert lines[0] == "\x1b[1mone two three \x1b[0m".replace(" \x1b[0m", "\x1b[0m") or lines[0].startswith(
        "\x1b[1m"
    )
    assert all(line.count("\x1b[1m") == line.count("\x1b[0m") for line in lines)
    assert lines[-1].endswith("seven")


def test_a_role_without_a_colour_adds_nothing(terminal: Terminal) -> None:
    Output(terminal).pieces([("plain", "text"), ("\x1b[31m!", "")])
    assert terminal.getvalue() == "plain[31m!\n"


def test_whole_texts_and_json_are_cleaned_too() -> None:
    stream = io.StringIO()
    Output(stream).text("a\x1b[2J\u202e\nb")
    Output(stream).json(["a\x1b", {"b": "\x9b\u202e", "n": 1}])
    Output(stream).json_line({"b": "\x1b\x9bc"})
    assert stream.getvalue().startswith("a[2J\nb\n[")
    assert "\\u" not in stream.getvalue()
    assert is_clean(stream.getvalue())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "")])
def test_no_colour_where_none_is_wanted(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    Output(terminal).pieces([("bold", "strong")])
    assert terminal.getvalue() == "bold\n"


def test_the_reading_column_bounds_the_terminal_s_width(terminal: Terminal) -> None:
    output = Output(terminal)
    assert (output.width(None, 76), output.width(None, 40), output.width(100, 40)) == (60, 40, 100)
    assert columns(terminal) == 60


class Broken(io.StringIO):
    """A stream that fails as the operating system does."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        raise self.error


def test_a_lost_reader_and_a_full_disk_are_told_apart() -> None:
    with pytest.raises(OutputClosed):
        Output(Broken(BrokenPipeError(32, "Broken pipe"))).text("x")
    with pytest.raises(TechdashError, match="No space left"):
        Output(Broken(OSError(28, "No space left on device"))).text("x")


def test_what_is_said_is_one_clean_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("It said\n\x1b[2J\u202e no.")
    assert capsys.readouterr().err == "techdash: It said [2J no.\n"


def test_moments_are_utc() -> None:
    assert (moment(1_778_544_000), moment(None), moment(0)) == ("2026-05-12T00:00:00Z", None, None)


@given(st.integers(0, 400), st.integers(0, 400), st.text(max_size=40).map(lambda text: text * 4))
def test_the_bar_never_leaves_its_line(done: int, total: int, last: str) -> None:
    stream = Terminal()
    bar = Progress(stream)
    bar.draw(min(done, total), total, "3 new", last)
    bar.draw(total, total, "4 new", "")
    bar.close()
    frames = stream.getvalue().split("\r")
    assert is_clean("".join(frames))
    assert all(cells.width(frame) < 80 for frame in frames)
    assert frames[-1] == ""
    assert frames[-2].strip() == ""
    assert cells.width(frames[-2]) == cells.width(frames[-3].rstrip())


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("Simon Willison’s Weblog", "https://simonwillison.net/atom/", "simon-willisons-weblog"),
        ("推荐系统前沿", "https://www.recsys.example/feed", "recsys-example"),
        ("速记", "/home/me/notes", "notes"),
        ("速记", "/家/记", "source"),
        ("2026", "https://example.org/", "example-org"),
    ],
)
def test_short_names(title: str, url: str, expected: str) -> None:
    assert short_name(title, url) == expected
    assert checked(expected) == expected


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "é", "a" * 65, "\x1b"])
def test_names_that_can_t_be_typed_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        checked(name)
