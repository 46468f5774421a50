"""The catalogue: what ships, what the user's sources.toml changes, and what it says of mistakes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from techdash import assets, paths
from techdash.errors import UsageError
from techdash.models.sources import KINDS, Source
from techdash.starter import catalogue
from techdash.text.urls import canonical, web_link


def sources(home: Path, toml: str = "") -> dict[str, Source]:
    if toml:
        (home / "sources.toml").write_text(toml, "utf-8")
    return {source.id: source for source in catalogue(paths.find(str(home)))}


def test_the_starter_folders_come_first_and_exist(tmp_path: Path) -> None:
    first = list(sources(tmp_path).values())[:3]
    assert [source.id for source in first] == ["starter-editions", "starter-essays", "cheatsheet"]
    assert [source.kind for source in first] == ["digest", "essay", "cheatsheet"]
    for source in first:
        assert source.origin == "starter"
        assert source.full_text == "none"
        assert source.enabled
        assert Path(source.url).is_absolute()
        assert Path(source.url).is_dir()


def test_the_blog_is_the_first_default_source(tmp_path: Path) -> None:
    blog = list(sources(tmp_path).values())[3]
    assert blog == Source(
        id="recsys-frontier",
        url="https://blog.recsys-frontier.com/rss/feed.xml",
        kind="digest",
        title="recsys-frontier",
        site_url="https://blog.recsys-frontier.com",
        language="zh",
        topics=("ai", "recsys", "daily"),
        weight=1.5,
        max_items=50,
        full_text="notionnext",
        enabled=True,
        origin="default",
        backfill=True,
    )


def test_the_default_sources_are_whole(tmp_path: Path) -> None:
    defaults = [source for source in sources(tmp_path).values() if source.origin == "default"]
    rows = tomllib.loads((assets.folder("data") / "sources.toml").read_text("utf-8"))["source"]
    assert len(defaults) == len(rows) >= 57
    assert len({canonical(source.url) for source in defaults}) == len(defaults)
    for source in defaults:
        assert web_link(source.url) == source.url
        assert "<" not in source.url
        assert 0.5 <= source.weight <= 2
        assert source.title
    enabled = [source for source in defaults if source.enabled]
    assert 10 <= len(enabled) <= 16
    assert {source.kind for source in enabled} == set(KINDS) - {"cheatsheet"}
    assert "claude-code-changelog" in {source.id for source in enabled}
    community = [source for source in defaults if "Olshansk/rss-feeds" in source.url]
    assert community
    assert all(source.max_items == 20 and "community feed" in source.title for source in community)


def test_a_row_with_a_known_id_changes_only_what_it_names(tmp_path: Path) -> None:
    before = sources(tmp_path)["recsys-frontier"]
    after = sources(
        tmp_path,
        '[[source]]\nid = "recsys-frontier"\nurl = "http://127.0.0.1:8080/rss/feed.xml"\nweight = 2\n',
    )
    blog = after["recsys-frontier"]
    assert blog.url == "http://127.0.0.1:8080/rss/feed.xml"
    assert blog.weight == 2.0
    assert blog.origin == "user"
    assert (blog.title, blog.kind, blog.full_text) == (before.title, before.kind, before.full_text)
    assert list(after)[3] == "recsys-frontier"


def test_a_row_with_a_new_id_adds_a_source_at_the_end(tmp_path: Path) -> None:
    toml = """
    [[source]]
    id = "mine"
    name = "My\\u001b[31m  blog"
    url = "https://example.org/feed"
    kind = "essay"
    lang = "en"
    topics = ["a", "b"]
    enabled = false
    """
    added = list(sources(tmp_path, toml).values())[-1]
    assert added == Source(
        id="mine",
        url="https://example.org/feed",
        kind="essay",
        title="My[31m blog",
        language="en",
        topics=("a", "b"),
        enabled=False,
        origin="user",
        named=("id", "title", "url", "kind", "language", "topics", "enabled"),
    )


@pytest.mark.parametrize(
    ("written", "meant"), [("./notes", "notes"), ("~/notes", "~/notes"), ("/notes", "/notes")]
)
def test_a_path_is_made_absolute(tmp_path: Path, written: str, meant: str) -> None:
    found = sources(tmp_path, f'[[source]]\nid = "notes"\nurl = "{written}"\n')["notes"]
    assert found.url == str((tmp_path / Path(meant).expanduser()).resolve())
    assert found.kind == "article"
    assert found.title == "notes"


ROW = '[[source]]\nid = "mine"\nurl = "https://example.org/feed"\n'


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[source]]\nurl = "https://example.org"\n', "source number 1: id is missing"),
        ('[[source]]\nid = "mine"\n', "source 'mine': url is missing"),
        (ROW + ROW, "source 'mine': this id is used twice"),
        (ROW + 'kind = "blog"\n', "source 'mine': kind takes one of digest, essay"),
        (ROW + "weight = 9\n", "source 'mine': weight takes a number from 0.1 to 5, not 9"),
        (ROW + "weight = true\n", "source 'mine': weight takes a number"),
        (ROW + "interval = 14\n", "source 'mine': interval takes a whole number of minutes from 15 to 10080"),
        (ROW + "max_items = 0\n", "source 'mine': max_items takes a whole number from 1 to 1000"),
        (ROW + "enabled = 1\n", "source 'mine': enabled takes true or false, not 1"),
        (ROW + 'topics = "ai"\n', "source 'mine': topics takes a list of texts"),
        (
            ROW + 'full_text = "all"\n',
            "source 'mine': full_text takes one of feed, page, notionnext, none, auto",
        ),
        (ROW + "name = 3\n", "source 'mine': name takes a text in quotes, not 3"),
        (ROW + 'title = "x"\n', "source 'mine': there is no field 'title'; known are id, name"),
        (ROW + 'site_url = "example"\n', "source 'mine': site_url takes an http(s) address, not 'example'"),
        ('[[source]]\nid = "mine"\nurl = "ftp://example.org"\n', "url takes an http(s) address or a path"),
        ('[[source]]\nid = "recsys-frontier"\nurl = "javascript:1"\n', "source 'recsys-frontier': url takes"),
        ('[[source]]\nid = "mine"\nurl = "~nobody-at-all/x"\n', "url takes a path that exists"),
        ('id = "mine"\n', "'id' stands outside of a [[source]] table"),
        ('[source]\nid = "mine"\n', "two brackets"),
        ("[[source]\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        sources(tmp_path, toml)
    sentence = str(caught.value)
    assert sentence.startswith(str(tmp_path / "sources.toml"))
    assert said in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not valid TOML"):
        sources(tmp_path)
    (tmp_path / "sources.toml").unlink()
    (tmp_path / "sources.toml").mkdir()
    with pytest.raises(UsageError, match="can't be read"):
        sources(tmp_path)
