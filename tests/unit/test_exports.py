"""Files to keep: their names, and that what is there stays."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from techdash.config import Config
from techdash.exports.files import MEMORY, folder, opened
from techdash.paths import find


def keep(where: Path, name: str, text: str, identity: str = "") -> Path:
    """Write a file of its own: what it is called is what it is, where nothing else is said."""
    with opened(where) as found:
        return found.keep(identity or f"{name} {text}", name, text.encode()).file


def state(where: Path, name: str, text: str, identity: str) -> tuple[str, str]:
    with opened(where) as found:
        kept = found.keep(identity, name, text.encode())
    return kept.file.name, kept.state


def test_the_same_text_is_one_file_and_another_gets_a_number(tmp_path: Path) -> None:
    where = tmp_path / "exports"
    first = keep(where, "2026-05-12", "One.")
    assert first.name == "2026-05-12.md"
    assert first.read_text("utf-8") == "One."
    assert keep(where, "2026-05-12", "One.", "another") == first
    assert keep(where, "2026-05-12", "Two.").name == "2026-05-12-2.md"
    assert first.read_text("utf-8") == "One."


def test_what_is_as_it_was_written_is_written_anew_in_its_place(tmp_path: Path) -> None:
    assert state(tmp_path, "a", "One.", "entry 1") == ("a.md", "new")
    assert state(tmp_path, "a", "One.", "entry 1") == ("a.md", "same")
    assert state(tmp_path, "another title", "Two.", "entry 1") == ("a.md", "updated")
    assert (tmp_path / "a.md").read_text("utf-8") == "Two."
    assert sorted(file.name for file in tmp_path.iterdir()) == [MEMORY, "a.md"]


def test_what_the_reader_changed_stays_and_gets_the_new_one_beside_it(tmp_path: Path) -> None:
    state(tmp_path, "a", "One.", "entry 1")
    (tmp_path / "a.md").write_text("Mine.", "utf-8")
    assert state(tmp_path, "a", "Two.", "entry 1") == ("a-2.md", "beside")
    assert (tmp_path / "a.md").read_text("utf-8") == "Mine."
    # from now on the second one is what is written anew
    assert state(tmp_path, "a", "Three.", "entry 1") == ("a-2.md", "updated")
    assert (tmp_path / "a.md").read_text("utf-8") == "Mine."


def test_what_the_reader_removed_comes_back_under_its_name(tmp_path: Path) -> None:
    state(tmp_path, "a", "One.", "entry 1")
    (tmp_path / "a.md").unlink()
    assert state(tmp_path, "a", "Two.", "entry 1") == ("a.md", "new")


def test_one_thing_in_two_forms_is_two_files(tmp_path: Path) -> None:
    with opened(tmp_path) as found:
        names = [found.keep("day", "a", b"x", ending).file.name for ending in ("md", "json", "epub")]
    assert names == ["a.md", "a.json", "a.epub"]


def test_a_link_or_a_folder_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a-2.md").symlink_to(tmp_path / "nowhere")
    assert keep(tmp_path, "a", "One.", "entry 1").name == "a-3.md"
    assert not (tmp_path / "nowhere").exists()
    # what was written becomes a link afterwards: it is not written through
    (tmp_path / "a-3.md").unlink()
    (tmp_path / "mine").write_text("One.", "utf-8")
    (tmp_path / "a-3.md").symlink_to(tmp_path / "mine")
    assert state(tmp_path, "a", "Two.", "entry 1") == ("a-4.md", "beside")
    assert (tmp_path / "mine").read_text("utf-8") == "One."


@pytest.mark.parametrize(
    "memory",
    [
        b"{",
        b"\xff",
        b"[]",
        b'{"entry 1 md": 3}',
        b'{"entry 1 md": ["../outside.md", "0"]}',
        b'{"entry 1 md": ["..", "0"]}',
        b'{"entry 1 md": ["/etc/hostname", "0"]}',
    ],
)
def test_a_memory_that_is_broken_or_means_harm_is_no_memory(tmp_path: Path, memory: bytes) -> None:
    where = tmp_path / "exports"
    where.mkdir()
    (tmp_path / "outside.md").write_text("Mine.", "utf-8")
    (where / MEMORY).write_bytes(memory)
    assert state(where, "a", "One.", "entry 1") == ("a.md", "new")
    assert (tmp_path / "outside.md").read_text("utf-8") == "Mine."
    assert state(where, "a", "One.", "entry 1") == ("a.md", "same")


def test_two_programs_write_one_folder_at_a_time(tmp_path: Path) -> None:
    """Each finds what the other wrote, and none loses what it remembered."""
    code = (
        "import sys; from pathlib import Path; from techdash.exports.files import opened\n"
        "for n in range(40):\n"
        "    with opened(Path(sys.argv[1])) as found:\n"
        "        found.keep(f'{sys.argv[2]} {n}', 'same title', f'{sys.argv[2]} {n}'.encode())\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, tmp_path, name]) for name in ("one", "two")]
    assert [each.wait(60) for each in running] == [0, 0]
    memory = json.loads((tmp_path / MEMORY).read_text("utf-8"))
    assert len(memory) == 80
    assert {(tmp_path / name).read_text("utf-8") + " md" for name, _ in memory.values()} == set(memory)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why LayerNorm and AdamW?", "Why-LayerNorm-and-AdamW"),
        ("为什么 LayerNorm 成为标配", "为什么-LayerNorm-成为标配"),
        ("../../etc/passwd", "etc-passwd"),
        ("/", "text"),
        ("..", "text"),
        ("", "text"),
        (".hidden", "hidden"),
        ("a\\b:c*d", "a-b-c-d"),
        ("长" * 100, "长" * 40),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("console", "console"),
        ("a\x00b\x1b]0;x\x07c\u202ed", "a-b-0-x-c-d"),
        ("line\nbreak\ttab", "line-break-tab"),
        ("trailing. . ", "trailing"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("~root", "root"),
        ("-rf", "rf"),
    ],
)
def test_a_title_becomes_a_name_that_stays_in_its_folder(tmp_path: Path, title: str, name: str) -> None:
    assert keep(tmp_path, title, "x") == tmp_path / f"{name}.md"


def test_the_folder_is_the_configured_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    paths = find(str(tmp_path / "home"))
    assert folder(paths, Config()) == tmp_path / "home" / "exports"
    assert folder(paths, Config(exports="kept/days")) == tmp_path / "home" / "kept" / "days"
    assert folder(paths, Config(exports="~/notes")) == tmp_path / "user" / "notes"
    assert folder(paths, Config(exports=str(tmp_path / "x"))) == tmp_path / "x"
