"""Out of the reader: commands that read a text, and quotations with their source."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from techdash.tui import piping
from techdash.tui.app import TechdashApp
from techdash.tui.dialogs import Ask
from techdash.tui.piping import Said, command_of, quotation, run, with_url
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

PYTHON = sys.executable


# -- commands


@pytest.mark.parametrize(
    ("typed", "arguments"),
    [
        ("wc -l", ["wc", "-l"]),
        ("  later ", ["wallabag", "add", "{url}"]),
        ("later now", ["later", "now"]),
        ("grep 'two words'", ["grep", "two words"]),
        ("cat; rm -rf ~ | x > y $(z) `w`", ["cat;", "rm", "-rf", "~", "|", "x", ">", "y", "$(z)", "`w`"]),
        ("", []),
    ],
)
def test_what_is_typed_is_a_list_of_arguments(typed: str, arguments: list[str]) -> None:
    assert command_of(typed, {"later": ("wallabag", "add", "{url}")}) == arguments


def test_an_open_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="quot"):
        command_of("grep 'x", {})


def test_an_address_is_an_argument_of_its_own() -> None:
    assert with_url(["open", "{url}", "x{url}"], "https://a.example/") == [
        "open",
        "https://a.example/",
        "x{url}",
    ]
    for url in ("--version", "javascript:x", "", "file:///etc/passwd"):
        assert with_url(["open", "{url}"], url) is None
    assert with_url(["wc"], "") == ["wc"]


async def test_a_command_reads_the_text_and_its_first_lines_are_kept() -> None:
    assert await run(["cat"], "one\n\ntwo\n") == (0, "one\ntwo")
    assert await run(["wc", "-l"], "one\ntwo\n") == (0, "2")
    code, said = await run(["cat"], "".join(f"{n}\n" for n in range(100_000)))
    assert (code, said.split("\n")) == (0, ["0", "1", "2", "3", "4", "5"])


async def test_a_command_that_reads_nothing_or_fails_is_no_trouble() -> None:
    assert await run(["true"], "x" * 1_000_000) == (0, "")
    code, said = await run([PYTHON, "-c", "import sys; sys.exit('no such shelf')"], "x")
    assert (code, said) == (1, "no such shelf")


async def test_what_a_command_says_drives_no_terminal() -> None:
    _, said = await run(["cat"], "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202eevil\n")
    assert said.isprintable()
    assert "evil" in said
    assert await run(["cat"], "a\tb\n") == (0, "a   b")


async def test_one_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    for name in ("no-such-command-here", str(tmp_path)):
        with pytest.raises(OSError, match=r"No such|denied|Is a directory"):
            await run([name], "x")
    with pytest.raises(ValueError, match="null"):
        await run(["a\0b"], "x")


async def test_one_that_never_ends_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "child"
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(file)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(piping, "LONGEST", 5.0)
    assert await run([PYTHON, "-c", code], "x") == (None, "")
    child = Path(f"/proc/{file.read_text()}/stat")
    end = time.monotonic() + 10
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < end:
        await asyncio.sleep(0)
    assert not child.exists() or child.read_text().split()[2] == "Z"


async def test_it_has_no_terminal() -> None:
    code = "import os\ntry: os.open('/dev/tty', os.O_RDWR)\nexcept OSError: print('none')"
    assert await run([PYTHON, "-c", code], "") == (0, "none")


# -- in the window


async def read_an_essay(pilot: Pilot[int]) -> TechdashApp:
    app: TechdashApp = pilot.app  # type: ignore[assignment]
    await until_text(pilot, "FRIDAY 5 JUNE")
    await pilot.press("2")
    await until(pilot, lambda: app.essays.current is not None)
    while app.essays.current.title != "On paragraphs":
        await pilot.press("j")
    await pilot.press("enter")
    await until(pilot, lambda: app.reading and "Paragraph 1 " in screen_text(app))
    return app


async def pipe(pilot: Pilot[int], command: str) -> None:
    await pilot.press("|")
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
    for letter in command:
        await pilot.press("space" if letter == " " else letter)
    await pilot.press("enter")


async def test_a_text_is_piped_and_what_is_said_is_shown(make_app: MakeApp) -> None:
    app = make_app(pipes={"count": ("wc", "-l"), "link": ("echo", "{url}")})
    async with app.run_test(size=(120, 40)) as pilot:
        await read_an_essay(pilot)
        await pipe(pilot, "grep -c Paragraph")
        await until_text(pilot, "grep: 60")
        await pipe(pilot, "count")
        await until_text(pilot, "wc: 1")
        await pipe(pilot, "head -n 9")
        await until(pilot, lambda: isinstance(app.screen, Said))
        await until_text(pilot, "# On paragraphs")
        await pilot.press("q")
        await pipe(pilot, "false")
        await until_text(pilot, "false failed (1):")
        await pipe(pilot, "nowhere-to-be-found")
        await until_text(pilot, "nowhere-to-be-found can't be run: No such file or directory.")
        await pipe(pilot, "grep 'x")
        await until_text(pilot, "A quote is left open: nothing was run.")
        # a local file has no address
        await pipe(pilot, "link")
        await until_text(pilot, "There is no link here.")


async def test_an_item_is_piped_from_the_list_with_its_address(make_app: MakeApp) -> None:
    app = make_app(pipes={"link": ("echo", "{url}")})
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        await pipe(pilot, "link")
        await until_text(pilot, f"echo: {app.digest.current.url}")
        await pilot.press("3", "tab")
        await pipe(pilot, "cat")
        await until_text(pilot, "cat: ")


# -- quotations


def test_a_quotation_has_its_words_and_its_source() -> None:
    assert quotation("One.\n\nTwo.", "A [b] title", "https://a.example/x") == (
        "> One.\n>\n> Two.\n>\n> — [A \\[b\\] title](<https://a.example/x>)"
    )
    assert quotation("One.", "T", "javascript:x").endswith("> — T")


async def test_the_paragraph_in_view_is_quoted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await read_an_essay(pilot)
        await pilot.press("]")
        await until(pilot, lambda: "Paragraph 1 " not in screen_text(app))
        await pilot.press('"')
        await until_text(pilot, "Quotation copied: Paragraph 10 says")
        assert app.clipboard.startswith("> Paragraph 10 says that attention and norms matter.\n>\n> — ")
        assert "On paragraphs" in app.clipboard


async def test_what_is_selected_is_quoted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await read_an_essay(pilot)
        lines = screen_text(app).split("\n")
        y = next(n for n, line in enumerate(lines) if "Paragraph 2 says" in line)
        x = lines[y].index("Paragraph 2 says")
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + 11, y))
        await pilot.mouse_up(offset=(x + 11, y))
        await until(pilot, lambda: bool(app.screen.get_selected_text()))
        selected = app.screen.get_selected_text()
        await pilot.press('"')
        await until(pilot, lambda: app.clipboard.startswith("> "))
        assert app.clipboard.split("\n")[0] == f"> {selected.strip()}"
