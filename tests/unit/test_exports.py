"""Files to keep: their names, and that what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdash.config import Config
from techdash.exports import folder, keep
from techdash.paths import find


def test_the_same_text_is_one_file_and_another_gets_a_number(tmp_path: Path) -> None:
    first = keep(tmp_path / "exports", "2026-05-12", "One.")
    assert first.name == "2026-05-12.md"
    assert first.read_text("utf-8") == "One.\n"
    assert keep(tmp_path / "exports", "2026-05-12", "One.\n") == first
    first.write_text("Mine.", "utf-8")
    second = keep(tmp_path / "exports", "2026-05-12", "One.")
    third = keep(tmp_path / "exports", "2026-05-12", "Two.")
    assert [file.name for file in (second, third)] == ["2026-05-12-2.md", "2026-05-12-3.md"]
    assert first.read_text("utf-8") == "Mine."
    assert keep(tmp_path / "exports", "2026-05-12", "One.") == second


def test_a_link_or_a_folder_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a-2.md").symlink_to(tmp_path / "nowhere")
    assert keep(tmp_path, "a", "One.").name == "a-3.md"
    assert not (tmp_path / "nowhere").exists()


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
