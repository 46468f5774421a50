"""The user's settings that are tables and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdash.config import load
from techdash.errors import UsageError


def test_aliases_are_a_table_of_texts(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[aliases]\n"月之暗面" = "Moonshot"\n', "utf-8")
    assert load(file).aliases == {"月之暗面": "Moonshot"}
    assert load(tmp_path / "none.toml").aliases == {}


@pytest.mark.parametrize(
    "text", ['aliases = "x"', "[aliases]\na = 1", '[aliases]\na = ""', '[aliases.b]\na = "b"']
)
def test_other_aliases_are_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="aliases takes a table of texts, not"):
        load(file)
