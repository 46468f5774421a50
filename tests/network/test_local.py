"""Local sources: what is read, what is passed over, and when nothing has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from techdash.config import Config
from techdash.feeds import local, retrieve
from techdash.models.fetched import Failed, Fetched, Files, NotModified, Outcome
from techdash.models.sources import Source
from techdash.refresh import sync
from tests.network.feeds import gathered, home_with, rows

NOW = 1_778_580_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of notes, with what must be passed over beside what must be read."""
    root = tmp_path / "notes"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / ".git").mkdir()
    for name in (
        "a.md",
        "sub/b.HTML",
        "sub/deep/c.txt",
        "d.markdown",
        "e.htm",
        ".hidden.md",
        ".git/x.md",
        "p.png",
    ):
        (root / name).write_text(name)
    (root / "large.md").write_bytes(b"x" * (local.LARGEST_FILE + 1))
    (tmp_path / "outside.md").write_text("secret")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "in.md").symlink_to(root / "a.md")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.md")
    return root


def files(outcome: Outcome) -> Files:
    assert isinstance(outcome, Files), outcome
    return outcome


def test_a_folder_gives_its_texts(folder: Path) -> None:
    found = files(local.read(str(folder)))
    assert [file.name for file in found.files] == [
        "a.md",
        "d.markdown",
        "e.htm",
        "in.md",
        "sub/b.HTML",
        "sub/deep/c.txt",
    ]
    assert found.files[0].body == b"a.md"
    assert found.files[0].modified == int((folder / "a.md").stat().st_mtime)


def test_a_single_file_gives_itself_and_a_feed_is_a_document(folder: Path) -> None:
    assert [file.name for file in files(local.read(str(folder / "a.md"))).files] == ["a.md"]
    (folder / "feed.xml").write_text("<rss/>")
    feed = local.read((folder / "feed.xml").as_uri())
    assert isinstance(feed, Fetched)
    assert (feed.body, feed.final_url) == (b"<rss/>", (folder / "feed.xml").as_uri())


@pytest.mark.parametrize("spell", [str, lambda path: path.as_uri(), lambda path: f"~/{path.name}"])
def test_paths_as_people_write_them(folder: Path, monkeypatch: pytest.MonkeyPatch, spell: object) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert callable(spell)
    assert files(local.read(spell(folder))).files


@pytest.mark.parametrize("name", ["absent", "empty", "large.md", "pipe.md", "p.pngx\0"])
def test_nothing_to_read_is_said_in_a_sentence(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    outcome = local.read(str(folder / name))
    assert isinstance(outcome, Failed)
    assert outcome.message.endswith(".")


def test_the_newest_files_count_where_there_are_too_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "MOST_FILES", 2)
    os.utime(folder / "sub" / "b.HTML", (9e9, 9e9))
    os.utime(folder / "d.markdown", (8e9, 8e9))
    assert [file.name for file in files(local.read(str(folder))).files] == ["d.markdown", "sub/b.HTML"]
    monkeypatch.setattr(local, "MOST_BYTES", len("sub/b.HTML"))
    assert [file.name for file in files(local.read(str(folder))).files] == ["sub/b.HTML"]


async def test_what_has_not_changed_is_not_read_again(folder: Path) -> None:
    source = Source("n", str(folder), "essay", "Notes")
    assert retrieve.is_local(source)
    (first,) = await retrieve.retrieve_local(source, {})
    kept = {source.url: files(first).validators}
    (second,) = await retrieve.retrieve_local(source, kept)
    assert second == NotModified(source.url, files(first).validators, http=None)
    for change in (
        lambda: (folder / "a.md").write_text("A.md"),
        lambda: (folder / "d.markdown").rename(folder / "dd.markdown"),
        lambda: os.utime(folder / "e.htm", (5, 5)),
        lambda: (folder / "e.htm").unlink(),
    ):
        change()
        (found,) = await retrieve.retrieve_local(source, kept)
        kept = {source.url: files(found).validators}


async def test_what_is_too_large_is_said_in_the_health_of_its_source(folder: Path, tmp_path: Path) -> None:
    paths = home_with(tmp_path / "home", str(folder))

    async def note(now: int) -> str:
        run = sync(paths, Config(time_zone="UTC"), force=True, now=lambda: now)
        assert (await gathered(run))[0]["s0"].status != "failed"
        return str(rows(paths, "SELECT note FROM source_state WHERE source_id = 's0'")[0][0])

    assert await note(NOW) == "large.md is larger than 2 MiB and was left out"
    assert "is larger" in await note(NOW + 3600)  # where nothing has changed, too
    (folder / "a\x1b[2J.md").write_bytes(bytes(local.LARGEST_FILE + 1))
    two = "2 files are larger than 2 MiB and were left out, a[2J.md among them"
    assert await note(NOW + 7200) == two
    for path in (folder / "large.md", folder / "a\x1b[2J.md"):
        path.unlink()
    assert await note(NOW + 10_800) == ""


def test_a_folder_with_nothing_but_too_large_files_fails_with_that(tmp_path: Path) -> None:
    (tmp_path / "large.md").write_bytes(bytes(local.LARGEST_FILE + 1))
    outcome = local.read(str(tmp_path))
    assert isinstance(outcome, Failed)
    assert outcome.message.endswith(": large.md is larger than 2 MiB and was left out.")


def test_of_more_files_than_are_read_the_note_says_how_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "large.md").unlink()
    monkeypatch.setattr(local, "MOST_FILES", 4)
    assert files(local.read(str(folder))).note == "4 of 6 files kept"
