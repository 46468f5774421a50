"""Nothing from a feed drives the terminal: hostile texts in every field, seen in a real pty (T-1 to T-3)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from techdash.text.clean import is_clean
from tests.bench.probe import Probe
from tests.homes import write_sources

# what a payload would write if one got through; none of these bytes is Textual's own
MARK = "pwn3d"
PAYLOADS = {
    "osc52": f"\x1b]52;c;{MARK}\x07",
    "osc52-c1": f"\x9d52;c;{MARK}\x9c",
    "osc0": f"\x1b]0;{MARK}\x07",
    "osc8": f"\x1b]8;;file:///{MARK}\x1b\\here\x1b]8;;\x1b\\",
    "osc9": f"\x1b]9;4;1;{MARK}\x07",
    "csi": f"\x1b[2J\x1b[31m{MARK}",
    "csi-c1": f"\x9b2J\x9b31m{MARK}",
    "report": f"\x1b[6n{MARK}",
    "dcs": f"\x1bP$q{MARK}\x1b\\",
    "dcs-c1": f"\x90{MARK}\x9c",
    "apc": f"\x1b_G{MARK}\x1b\\",
    "controls": f"a\x00\x07\x08\x0b\x0c\x7f{MARK}",
    "return": f"visible\r{MARK}",
    "bidi": f"\u202egpj.{MARK}\u202c\u2066x\u2069\u200f",
    "tags": f"{MARK}\U000e0041\U000e0042",
    "markup": f"[bold]{MARK}[/nope][@click=app.quit]x[/]",
    "link": f'[link="{MARK}',
    "backslash": f"\\[{MARK}\\",
}
FORBIDDEN = re.compile(
    "[\x00-\x06\x0b\x0c\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ufeff\U000e0001-\U000e007f]"
)
# the strings that Textual itself writes: modes and colours, no OSC with our mark, no DCS, no APC
OSC = re.compile(rb"\x1b\][^\x07\x1b]*")
TITLE = re.compile(rb"\x1b\]0;([^\x00-\x1f\x7f]{1,400}) \xc2\xb7 techdash")


class Recorder(Probe):
    """A program in a pty, and every byte it wrote."""

    def __init__(self, *arguments: object, **rest: object) -> None:
        self.raw = bytearray()
        super().__init__(*arguments, **rest)  # type: ignore[arg-type]

    def _answer(self, data: bytes) -> None:
        self.raw += data
        super()._answer(data)


def _rss(texts: list[str]) -> bytes:
    """A feed whose every field holds a payload, as numeric references where XML allows no other way."""

    def put(text: str) -> str:
        return "".join(
            f"&#{ord(char)};" if ord(char) < 32 or 127 <= ord(char) < 160 else escape(char) for char in text
        )

    items = "".join(
        f"<item><title>{put(text)} {number}</title><link>https://h.example/{number}</link>"
        f"<author>{put(text)}</author><category>{put(text)}</category><guid>{number}{put(text)}</guid>"
        f"<description>{put('<p>' + escape(text) + '</p>')}</description>"
        f"<enclosure url='https://h.example/{put(text)}' type='audio/mpeg' length='1'/>"
        f"<pubDate>Fri, 05 Jun 2026 10:00:00 GMT</pubDate></item>"
        for number, text in enumerate(texts)
    )
    title = put(texts[0])
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://h.example/</link><description>{title}</description>{items}</channel></rss>"
    ).encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library filled from a hostile feed and from hostile Markdown and HTML files."""
    base = tmp_path_factory.mktemp("hostile")
    files = base / "files"
    files.mkdir()
    (base / "feed.xml").write_bytes(_rss(list(PAYLOADS.values())))
    for name, text in PAYLOADS.items():
        inert = text.replace("\r", " ").replace("\n", " ")
        (files / f"{name}.md").write_text(
            f"---\ntitle: {inert}\ndate: 2026-06-05\nauthor: {inert}\n---\n\n"
            f"# {inert}\n\n{inert}\n\n```{inert}\n{inert}\n```\n",
            "utf-8",
            errors="surrogatepass",
        )
        (files / f"2026-06-05-{name}.html").write_text(f"<h1>{text}</h1><p>{text}<pre>{text}</pre>", "utf-8")
    write_sources(
        base / "home",
        {"id": "feed", "url": str(base / "feed.xml"), "kind": "article", "name": "Hostile [/] feed"},
        {"id": "files", "url": str(files), "kind": "essay", "name": "[@click=app.quit]files[/]"},
    )
    done = _run(base / "home", "--refresh")
    assert done.returncode == 0, done.stderr
    assert not FORBIDDEN.search(_text(done.stdout + done.stderr))
    return base / "home"


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "techdash", "--home", str(home), *arguments],
        capture_output=True,
        timeout=120,
        env=dict(os.environ, TZ="UTC"),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\n", "").replace("\t", "")


@pytest.fixture
def window(home: Path, tmp_path: Path) -> Iterator[Recorder]:
    own = tmp_path / "home"
    shutil.copytree(home, own)
    (own / "config.toml").write_text('refresh = false\nlanguage = "en"\n')
    command = [sys.executable, "-m", "techdash", "--home", str(own)]
    with Recorder(command, env={"TZ": "UTC"}) as found:
        found.until("FRIDAY 5 JUNE")
        yield found


def _assert_inert(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    for sequence in OSC.findall(raw):
        # the window's title names the text that is open, in letters and ended as it began
        title = TITLE.fullmatch(sequence)
        assert MARK.encode() not in sequence or (title and is_clean(title[1].decode())), sequence
    assert b"\x1bP" not in raw
    assert b"\x1b_" not in raw
    assert b"\x1b[6n" not in raw
    # Textual writes ESC and a few controls of its own; what a feed brought may not
    assert not re.search("[\x00-\x06\x0b\x0c\x7f-\x9f\u202a-\u202e\u2066-\u206f\U000e0001-\U000e007f]", text)


def test_lists_and_reader_write_no_byte_of_a_payload(window: Recorder) -> None:
    for _ in range(len(PAYLOADS)):
        window.press("j")
    window.press_until("<enter>", MARK)
    for _ in range(6):
        window.press("J")
    window.press_until("q", "FRIDAY 5 JUNE")
    window.press_until("2", MARK)
    window.press_until("<enter>", MARK)
    for _ in range(10):
        window.press("J")
    assert MARK in window.screen()
    _assert_inert(bytes(window.raw))
    window.press("q")
    window.quit("q")


@pytest.mark.parametrize(
    "arguments",
    [
        ("digest", "2026-06-05"),
        ("digest", "2026-06-05", "--markdown"),
        ("search", MARK),
        ("sources",),
        ("sources", "export"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_no_command_prints_a_byte_of_a_payload(home: Path, arguments: tuple[str, ...]) -> None:
    done = _run(home, *arguments)
    assert done.returncode in (0, 1), done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
    assert not FORBIDDEN.search(_text(done.stdout + done.stderr))


def test_markup_stands_as_it_is(window: Recorder) -> None:
    screen = window.screen()
    for _ in range(40):
        if "[bold]" in screen:
            break
        window.press("j")
        screen = window.screen()
    assert "[bold]pwn3d[/nope][@click=app.quit]" in screen
