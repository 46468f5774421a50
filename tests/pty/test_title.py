"""The terminal's title: put by before the window names what is open, and brought back at its end."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import Program
from tests.homes import write_sources


def test_the_title_is_put_by_and_brought_back(tmp_path: Path) -> None:
    write_sources(tmp_path)
    (tmp_path / "config.toml").write_text("refresh = false\nlanguage = 'en'\n", "utf-8")
    program = Program(tmp_path)
    assert program.run("--refresh").code == 0
    done = program.in_terminal(typed=b"q")
    assert done.code == 0
    kept, named, restored = (done.out.find(each) for each in ("\x1b[22;0t", "\x1b]0;Digest", "\x1b[23;0t"))
    assert -1 < kept < named < restored
    assert "\x1b]0;" not in done.out[restored:]
    without = program.in_terminal(typed=b"q", TECHDASH_TITLE="false")
    assert "\x1b[22;0t" not in without.out
    assert "\x1b]0;" not in without.out
