"""``techdash config``: what holds and where it comes from; a commented file, never over another."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.cli.program import FORBIDDEN, Program


def test_config_says_what_holds_and_where_it_comes_from(fresh: Program) -> None:
    (fresh.home / "config.toml").write_text(
        "# mine\ncolumn = 90\ninterests = ['推荐', \"a\\u001b[31mb\"]\n", "utf-8"
    )
    done = fresh.run("config", TECHDASH_THEME="nord")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == str(fresh.home / "config.toml")
    assert 'theme = "nord"  from TECHDASH_THEME' in lines
    assert "column = 90  config.toml, line 2" in lines
    assert 'language = "auto"  default' in lines
    assert not FORBIDDEN.search(done.out)
    assert "推荐" in done.out
    assert max(map(len, lines[1:])) <= 80


def test_config_speaks_json(fresh: Program) -> None:
    (fresh.home / "config.toml").write_text("column = 90\n", "utf-8")
    found = {row["name"]: row for row in fresh.run("config", "--json").json()["settings"]}
    assert found["column"] == {
        "name": "column",
        "value": 90,
        "default": 76,
        "origin": "file",
        "line": 1,
        "variable": None,
        "choices": None,
        "least": 40,
        "most": 160,
        "about": found["column"]["about"],
    }
    assert found["language"]["choices"] == ["auto", "en", "zh"]
    assert found["model.calls"]["value"] == 20


def test_config_of_one_setting_or_table(fresh: Program) -> None:
    assert [row["name"] for row in fresh.run("config", "column", "--json").json()["settings"]] == ["column"]
    assert len(fresh.run("config", "model", "--json").json()["settings"]) == 6
    done = fresh.run("config", "modl")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "techdash: There is no setting 'modl'; did you mean model?\n",
    )


def test_a_commented_file_is_written_once(fresh: Program) -> None:
    file = fresh.home / "config.toml"
    example = fresh.run("config", "--example").out
    assert fresh.run("config", "--write").code == 0
    assert file.read_text("utf-8") == example
    file.write_text("column = 90\n", "utf-8")
    done = fresh.run("config", "--write")
    assert (done.code, file.read_text("utf-8")) == (2, "column = 90\n")
    assert "stays as it is" in done.err


def test_a_mistake_ends_every_command_with_its_line(fresh: Program) -> None:
    (fresh.home / "config.toml").write_text("\ncolum = 90\n", "utf-8")
    done = fresh.run("config")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("config.toml, line 2: there is no setting 'colum'; did you mean column?\n")


def test_what_was_chosen_in_the_window_is_said_to_be(small: Program) -> None:
    with closing(sqlite3.connect(small.home / "library.db")) as library, library:
        state = json.dumps({"theme": "nord", "theme_over": "techdash-dark", "column": 90, "column_over": 80})
        library.execute("INSERT INTO state (key, value) VALUES ('window', ?)", (state,))
    found = {row["name"]: row for row in small.run("config", "--json").json()["settings"]}
    assert (found["theme"]["value"], found["theme"]["origin"]) == ("nord", "window")
    # that was over another value of the file than it has now
    assert (found["column"]["value"], found["column"]["origin"]) == (76, "default")
    assert 'theme = "nord"  chosen in the window' in small.run("config").out
