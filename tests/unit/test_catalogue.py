"""The default sources against the list they were chosen from: all there, each with what suits its feed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from techdash import assets, paths
from techdash.cli.names import is_usable
from techdash.models.sources import KINDS, Source
from techdash.starter import catalogue
from techdash.text.urls import canonical, host, web_link

LIST = Path(__file__).parents[1] / "data" / "catalogue.tsv"
CHOSEN = [line.split("\t") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
FILE = (assets.folder("data") / "sources.toml").read_text("utf-8")
FITTING = {
    "whole": {"feed", "auto"},
    "parts": {"page", "auto"},
    "titles": {"page", "auto"},
    "unknown": {"feed", "page", "auto", "none"},
}


@pytest.fixture(scope="module")
def defaults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    home = paths.find(str(tmp_path_factory.mktemp("home")))
    return {source.url: source for source in catalogue(home) if source.origin == "default"}


@pytest.mark.parametrize(("url", "kind", "language", "carries", "maker"), CHOSEN, ids=lambda one: one[-40:])
def test_every_chosen_source_is_there(
    defaults: dict[str, Source], url: str, kind: str, language: str, carries: str, maker: str
) -> None:
    source = defaults[url]
    assert (source.kind, source.language) == (kind, language)
    assert source.full_text in FITTING[carries]
    assert ("community feed" in source.title) == (maker == "community")
    if "raw.githubusercontent.com" in url:
        assert source.max_items == 20, "it carries its whole history"
    assert source.topics
    assert 0.5 <= source.weight <= 2


def test_there_is_no_other_but_the_blog(defaults: dict[str, Source]) -> None:
    assert len(CHOSEN) == 56
    (blog,) = defaults.keys() - {url for url, *_ in CHOSEN}
    assert host(blog) == "blog.recsys-frontier.com"


def test_each_is_itself(defaults: dict[str, Source]) -> None:
    assert len({canonical(url) for url in defaults}) == len(defaults) == 57
    rows = tomllib.loads(FILE)["source"]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert is_usable(row["id"])
        assert web_link(row["url"]) == row["url"]
        assert {"kind", "lang", "topics", "weight", "max_items", "full_text", "enabled"} <= row.keys()


def test_the_best_dozen_is_on_beside_the_blog(defaults: dict[str, Source]) -> None:
    on = [source for source in defaults.values() if source.enabled]
    assert len(on) == 13
    assert {source.kind for source in on} == set(KINDS) - {"cheatsheet"}
    assert {source.language for source in on} == {"en", "zh"}


def test_what_needs_a_name_filled_in_is_an_example(defaults: dict[str, Source]) -> None:
    examples = re.findall(r'^# url = "([^"]+)"', FILE, re.MULTILINE)
    assert examples == [
        "https://bsky.app/profile/<handle>/rss",
        "https://<instance>/@<user>.rss",
        "https://www.youtube.com/feeds/videos.xml?channel_id=<id>",
    ]
    assert not any("<" in url for url in defaults)
    text = "\n".join(line[2:] for line in FILE.splitlines() if re.match(r"# (?:\[\[source\]\]|\w+ = )", line))
    assert len(tomllib.loads(text)["source"]) == 3
