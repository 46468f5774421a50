"""``techdash export`` through the real program: what is written, where, and what is left as it is."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from tests.cli.hostile import DAY
from tests.cli.program import Program


def exported(program: Program, to: Path, *arguments: str) -> list[dict[str, str]]:
    done = program.run("export", *arguments, "--to", to, "--json")
    assert done.code == 0, done.err
    found: list[dict[str, str]] = done.json()
    for each in found:
        assert Path(each["file"]).parent == to
        assert Path(each["file"]).is_file()
    return found


def first_entry(program: Program) -> int:
    return int(program.run("search", "kind:essay", "--json").json()[0]["id"])


@pytest.mark.parametrize("form", ["markdown", "json", "epub"])
@pytest.mark.parametrize("what", ["entry", "day", "search"])
def test_everything_can_be_had_in_every_form(program: Program, tmp_path: Path, what: str, form: str) -> None:
    chosen = {
        "entry": ("--entry", str(first_entry(program))),
        "day": ("--day", DAY),
        "search": ("--search", "kind:essay"),
    }[what]
    to = tmp_path / "kept"
    found = exported(program, to, *chosen, "--format", form)
    ending = {"markdown": ".md", "json": ".json", "epub": ".epub"}[form]
    assert {Path(each["file"]).suffix for each in found} == {ending}
    assert {each["state"] for each in found} == {"new"}
    assert {each["state"] for each in exported(program, to, *chosen, "--format", form)} == {"same"}
    content = Path(found[0]["file"]).read_bytes()
    if form == "markdown":
        assert content.startswith(b"---\ntitle: ")
        assert b"\x1b" not in content
    elif form == "json":
        assert json.loads(content)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            assert file.namelist()[0] == "mimetype"
            for name in file.namelist():
                if name.endswith((".xhtml", ".opf", ".xml")):
                    ET.fromstring(file.read(name))


def test_a_note_that_was_changed_stays(program: Program, tmp_path: Path) -> None:
    number = str(first_entry(program))
    (found,) = exported(program, tmp_path / "kept", "--entry", number)
    file = Path(found["file"])
    file.write_text("Mine.", "utf-8")
    done = program.run("export", "--entry", number, "--to", tmp_path / "kept")
    assert done.out.strip().endswith("(beside the one that you changed)")
    assert file.read_text("utf-8") == "Mine."


def test_hostile_titles_stay_in_the_folder_under_names_that_can_be_typed(
    program: Program, tmp_path: Path
) -> None:
    found = exported(program, tmp_path / "kept", "--search", "source:wire or source:notes or source:daily")
    names = [Path(each["file"]).name for each in found]
    assert len(names) == len(set(names))
    for name in names:
        assert name.isprintable()
        assert not name.startswith((".", "-"))
        assert len(name.encode()) < 140
    kept = {path.name for path in (tmp_path / "kept").iterdir()}
    assert kept == {*names, ".techdash-exports.json"}
    assert {path.name for path in tmp_path.iterdir()} == {"home", "kept"}


def test_the_configured_folder_is_where_they_go(program: Program, tmp_path: Path) -> None:
    (program.home / "config.toml").write_text(f'exports = "{tmp_path / "vault"}"\n')
    done = program.run("export", "--day", DAY)
    assert done.out == f"{tmp_path / 'vault' / DAY}.md\n"


def test_a_saved_search_is_known_by_its_name(program: Program, tmp_path: Path) -> None:
    from techdash.store import db, searches

    writer = db.connect_plain(program.home / "library.db")
    searches.save(writer, "weekly reading", "kind:essay", 1)
    writer.close()
    by_name = exported(program, tmp_path / "a", "--search", "weekly reading", "--format", "json")
    by_query = exported(program, tmp_path / "b", "--search", "kind:essay", "--format", "json")
    entries = [
        json.loads(Path(each[0]["file"]).read_text("utf-8"))["entries"] for each in (by_name, by_query)
    ]
    assert entries[0] == entries[1] != []


def test_nothing_for_later_is_said(program: Program, tmp_path: Path) -> None:
    done = program.run("export", "--later", "--format", "epub", "--to", tmp_path / "kept")
    assert (done.code, done.out) == (0, "")
    assert done.err == "techdash: There is nothing of that to export.\n"
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "One of the arguments --entry --day --search --later is required"),
        (("--entry", "999999"), "There is no entry 999999 in the library"),
        (("--day", "someday"), "'someday' is not a day"),
        (("--search", "is:unred"), "did you mean is:unread?"),
        (("--search", "-"), "There is nothing to search for"),
        (("--day", DAY, "--later"), "not allowed with argument"),
        (("--day", DAY, "--format", "pdf"), "invalid choice"),
    ],
)
def test_mistakes_are_said(program: Program, arguments: tuple[str, ...], said: str) -> None:
    done = program.run("export", *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_folder_that_takes_nothing_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = program.run("export", "--day", DAY, "--to", tmp_path / "file")
    assert done.code == 3
    assert "can't be used" in done.err
    assert "Traceback" not in done.err
