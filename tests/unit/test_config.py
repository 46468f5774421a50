"""The table of settings: what is refused and in which words, where a value comes from, what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdash import config_table
from techdash.config import Config, Read, hint, load, read, settings
from techdash.errors import UsageError

README = Path(__file__).parents[2] / "README.md"


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 'nord'\n\ncolum = 80", ", line 3: there is no setting 'colum'; did you mean column?"),
        ("# column = 3\ncolumn = 3", ", line 2: column goes from 40 to 160, not 3."),
        ('exports = """\ncolumn = 3\n"""\ncolumn = 3', ", line 4: column goes from 40"),
        ("ambiguous = true", ", line 1: ambiguous takes one of 1, 2, not True."),
        ("language = 'fr'", ", line 1: language takes one of auto, en, zh, not 'fr'."),
        ("refresh = 1", ", line 1: refresh takes true or false, not 1."),
        ("interests = ['a', 3]", ", line 1: interests takes a list of texts, not ['a', 3]."),
        (
            f"{MODEL}column = 80",
            ", line 4: there is no setting 'model.column'; column stands above the first",
        ),
        ("calls = 3", ", line 1: there is no setting 'calls'; did you mean model.calls?"),
        ("Theme = 'nord'", "did you mean theme?"),
        ("xyzzy = 1", "known are theme, language,"),
        ("model = { calls = -1 }", ", line 1: model.calls goes from 0"),
        ("model.calls = -1", ", line 1: model.calls goes from 0"),
        ("a = ", "is not valid TOML: Invalid value (at end of document)."),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_was_likely_meant(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load(file)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(file))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("theme = 'nord'\ncolumn = 90\nambiguous = 1\n", "utf-8")
    found = read(
        file,
        {"TECHDASH_THEME": "gruvbox", "TECHDASH_AMBIGUOUS": "2", "TECHDASH_REFRESH": "false", "HOME": "/"},
    )
    assert (found.config.theme, found.config.ambiguous, found.config.column) == ("gruvbox", 2, 90)
    assert found.config.refresh is False
    set_by = {
        each.setting.name: (each.origin, each.variable or each.line)
        for each in config_table.effective(found)
        if each.origin != "default"
    }
    assert set_by == {
        "theme": ("environment", "TECHDASH_THEME"),
        "column": ("file", 2),
        "ambiguous": ("environment", "TECHDASH_AMBIGUOUS"),
        "refresh": ("environment", "TECHDASH_REFRESH"),
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("TECHDASH_COLUMN", "wide", "TECHDASH_COLUMN: column takes a whole number, not 'wide'."),
        ("TECHDASH_COLUMN", "9", "TECHDASH_COLUMN: column goes from 40 to 160, not 9."),
        ("TECHDASH_REFRESH", "yes", "TECHDASH_REFRESH: refresh takes true or false, not 'yes'."),
        ("TECHDASH_AMBIGUOUS", "3", "TECHDASH_AMBIGUOUS: ambiguous takes one of 1, 2, not 3."),
    ],
)
def test_a_mistake_in_the_environment_names_its_variable(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "none.toml", {name: text})
    assert str(caught.value) == said


def test_every_setting_has_a_line_and_a_default_that_it_would_take(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for row in settings():
        assert row.about.line, row.name
        if not row.is_table and not row.name.startswith("rules."):
            table, _, key = row.name.rpartition(".")
            setting = f"{key} = {config_table.toml(row.default)}\n"
            file.write_text(f"[{table}]\n{setting}" if table else setting, "utf-8")
            assert load(file) == Config(), row.name


def test_the_commented_file_sets_nothing_and_all_of_it_can_be_set(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "config.toml"
    config_table.write(file)
    assert load(file) == Config()
    text = file.read_text("utf-8")
    file.write_text(
        "\n".join(line.removeprefix("#") if line[1:2] != " " else line for line in text.split("\n")), "utf-8"
    )
    found = read(file)
    unset = [each.setting.name for each in config_table.effective(found) if each.origin == "default"]
    assert not unset
    shown = {each.setting.name: each.value for each in config_table.effective(found)}
    assert shown == {
        row.name: row.default if row.about.example is None else row.about.example
        for row in settings()
        if not row.is_table and not row.name.startswith("rules")
    } | {"rules": ({"when": "kind:social -author:karpathy", "do": ("read", "tag:posts")},)}
    with pytest.raises(UsageError, match="is there already and stays as it is"):
        config_table.write(file)
    assert load(file) == found.config


def test_the_readme_has_the_table_of_settings() -> None:
    text = README.read_text("utf-8")
    table = text.partition("<!-- settings:begin -->\n")[2].partition("\n<!-- settings:end -->")[0]
    assert table == config_table.readme()


def test_a_name_is_near_another_within_its_own_table() -> None:
    assert hint("model.adress") == "did you mean model.address?"
    assert hint("intrests") == "did you mean interests?"
    assert Read(Config()).line("theme") is None
