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


MODEL = '[model]\naddress = "http://127.0.0.1:11434/v1"\nname = "small"\n'


def test_a_model_is_a_table_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'{MODEL}key_from = "A_KEY"\ncalls = 3\n', "utf-8")
    found = load(file).model
    assert (found.address, found.name, found.key_from) == ("http://127.0.0.1:11434/v1", "small", "A_KEY")
    assert (found.calls, found.tokens, found.seconds) == (3, 100_000, 60)
    assert load(tmp_path / "none.toml").model.address == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model = 3", "model takes a table, not 3"),
        (f"{MODEL}key = 'sk-secret'", "there is no setting 'model.key'; known are address, name, key_from"),
        (f"{MODEL}calls = -1", "model.calls goes from 0 to 10000, not -1"),
        (f"{MODEL}seconds = 0", "model.seconds goes from 1 to 600"),
        (f"{MODEL}tokens = '9'", "model.tokens takes a whole number"),
        (f"{MODEL}call = 3", "there is no setting 'model.call'; did you mean model.calls?"),
        ("[model]\nname = 'small'", "model.address is where an OpenAI-compatible API begins"),
        ("[model]\naddress = 'ftp://x/v1'\nname = 'small'", "model.address is where"),
        ("[model]\naddress = 'https://me:key@x.example/v1'\nname = 'small'", "a key has no place in it"),
        ("[model]\naddress = 'https://x.example/v1'", "model.name says which model"),
    ],
)
def test_mistakes_in_a_model_are_named_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load(file)
    assert said in str(caught.value)
    assert "sk-secret" not in str(caught.value)
