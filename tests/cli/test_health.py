"""``techdash sources`` says how each source stands and changes it; what was changed stays."""

from __future__ import annotations

import tomllib
from contextlib import closing

import pytest
import tomlkit

from techdash.models.sources import SourceState
from techdash.store import arrivals, db, entries, sources
from tests.cli.program import FORBIDDEN, Program
from tests.store.build import NOW, plan, source

STATES: dict[str, SourceState] = {
    "shut": SourceState(
        "failed", NOW, NOW - 86400, NOW + 3600, failures=4, http=403, error_kind="http",
        failing_since=NOW - 7200, error="The server forbids reading this (403).",
    ),
    "gone": SourceState("gone", NOW, failures=2, http=410, error_kind="http", error="It is gone (410)."),
    "moved": SourceState("ok", NOW, NOW, NOW + 3600, previous_url="https://reader:secret@former.example/feed"),
    "untidy": SourceState("ok", NOW, NOW, NOW + 3600, note="300 of 900 entries kept"),
}  # fmt: skip


@pytest.fixture
def troubled(small: Program) -> Program:
    """The starter's home with a source of each trouble."""
    with closing(db.connect_writer(small.home / "library.db")) as writer:
        for name, state in STATES.items():
            sources.subscribe(writer, source(name, title=f"The {name} one"), NOW)
            arrivals.apply(writer, plan(name, state=state))
    return small


def listed(program: Program) -> dict[str, dict[str, object]]:
    return {each["id"]: each for each in program.run("sources", "--json").json()}


def test_the_list_says_why_since_when_and_what_to_do(troubled: Program) -> None:
    out = troubled.run("sources", TZ="UTC").out
    assert "  shut" in out
    assert "The server forbids reading this (403)." in out
    assert "Failed 4 times in a row since 2026-05-12 08:00" in out
    assert "look for another feed at its site, or disable it." in out
    assert "`techdash sources revive gone` tries it once more." in out
    assert "`techdash sources unmove moved` goes back." in out
    assert "300 of 900 entries kept" in out
    assert "secret" not in out
    articles = out.split("article\n")[1]
    assert articles.index("  shut") < articles.index("  gone") < articles.index("  moved")


def test_json_says_the_same(troubled: Program) -> None:
    found = listed(troubled)
    shut = found["shut"]
    assert (shut["state"], shut["standing"], shut["failures"], shut["http"]) == ("failed", "failing", 4, 403)
    assert shut["failing_since"] == "2026-05-12T08:00:00Z"
    assert "disable" in str(shut["advice"])
    assert {name: found[name]["standing"] for name in STATES} == {
        "shut": "failing",
        "gone": "gone",
        "moved": "moved",
        "untidy": "untidy",
    }
    assert found["moved"]["previous_url"] == "https://former.example/feed"
    assert found["starter-essays"]["entries"] == found["starter-essays"]["unread"]
    assert int(str(found["starter-essays"]["entries"])) > 0


def test_renaming_lasts_through_a_refresh_and_says_so(troubled: Program) -> None:
    done = troubled.run("sources", "rename", "starter-essays", "Mine\x1b[31m, all")
    assert (done.code, done.out) == (0, "starter-essays: Mine[31m, all, essay.\n")
    assert not FORBIDDEN.search(done.out)
    troubled.run("--refresh", "--source", "starter-essays", "--force")
    assert listed(troubled)["starter-essays"]["title"] == "Mine[31m, all"
    # the user's own file has the last word, where it says something of it after that
    file = troubled.home / "sources.toml"
    rows = tomllib.loads(file.read_text())["source"]
    file.write_text(tomlkit.dumps({"source": [*rows, {"id": "starter-essays", "name": "From the file"}]}))
    troubled.run("--refresh", "--source", "starter-essays")
    assert listed(troubled)["starter-essays"]["title"] == "From the file"
    troubled.run("sources", "rename", "starter-essays", "Mine again")
    troubled.run("--refresh", "--source", "starter-essays")
    assert listed(troubled)["starter-essays"]["title"] == "Mine again"


def test_a_kind_reaches_what_was_brought_and_lasts(troubled: Program) -> None:
    folder = troubled.home / "notes"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.md").write_text(f"# Note {name}\n\nWords.\n", "utf-8")
    # says its own kind, and so has it whatever its source is called
    (folder / "own.md").write_text("---\nkind: essay\n---\n# Note of its own\n\nWords.\n", "utf-8")
    assert troubled.run("add", folder, "--kind", "essay", "--id", "notes").code == 0
    assert troubled.run("--refresh", "--source", "notes").code == 0

    def essays() -> set[str]:
        with closing(db.connect_reader(troubled.home / "library.db")) as conn:
            rows = entries.essays(conn, offset=0, limit=50)
        return {row.title for row in rows if row.title.startswith("Note ")}

    assert essays() == {"Note one", "Note two", "Note of its own"}
    assert troubled.run("sources", "kind", "notes", "article").out == "notes: notes, article.\n"
    assert not essays() & {"Note one", "Note two"}
    assert troubled.run("--refresh", "--source", "notes", "--force").code == 0
    assert listed(troubled)["notes"]["kind"] == "article"
    assert essays() == {"Note of its own"}
    assert troubled.run("sources", "kind", "notes", "essay").code == 0
    assert essays() == {"Note one", "Note two", "Note of its own"}


def test_h25_reviving_and_h12_undoing_a_move(troubled: Program) -> None:
    assert troubled.run("sources", "revive", "gone").out == "Revived: gone (The gone one).\n"
    assert listed(troubled)["gone"]["standing"] == "new"
    again = troubled.run("sources", "revive", "gone")
    assert (again.code, again.err) == (2, "techdash: gone isn't gone; it is still asked.\n")
    assert troubled.run("sources", "unmove", "moved").code == 0
    assert listed(troubled)["moved"]["url"] == "https://former.example/feed"
    assert troubled.run("sources", "unmove", "untidy").code == 2


@pytest.mark.parametrize(
    "arguments",
    [("rename", "none", "T"), ("rename", "shut", " "), ("kind", "shut", "nonsense"), ("rename", "shut")],
)
def test_what_can_not_be_is_a_wrong_usage(troubled: Program, arguments: tuple[str, ...]) -> None:
    before = listed(troubled)
    done = troubled.run("sources", *arguments)
    assert done.code == 2
    assert done.err.startswith("techdash: ")
    assert listed(troubled) == before


def test_doctor_counts_what_fails(troubled: Program, small: Program) -> None:
    assert "2 failing: techdash sources says why" in troubled.run("doctor").out
    found = troubled.run("doctor", "--json").json()["sources"]
    assert found["failing"] == 2
    assert found["subscribed"] == len(listed(troubled))
