"""Whole articles from real publishers: the blog's equations and code, and the page of one entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.notionnext import EQUATION_TEX
from tests.e2e.publishers import Publishers
from tests.e2e.test_refresh import techdash
from tests.homes import write_sources

pytestmark = pytest.mark.system("nginx", "hugo")


def read(home: Path, title: str) -> dict[str, Any]:
    _, hits = techdash(home, "search", title)
    entry: dict[str, Any] = techdash(home, "read", str(hits[0]["id"]))[1]
    return entry


def kinds(entry: dict[str, Any]) -> set[str]:
    return {block["type"] for block in entry["blocks"]}


def test_the_blog_s_equations_and_code_are_there_after_one_refresh(
    publishers: Publishers, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    write_sources(home, publishers.sources()[0])
    code, told = techdash(home, "--refresh")
    (blog,) = [source for source in told["sources"] if source["id"] == "recsys-frontier"]
    assert code == 0
    assert blog["new"] == blog["updated"] == len(publishers.blog.posts)
    for post in (publishers.blog.doubled, publishers.blog.by_uuid, publishers.blog.only_listed):
        entry = read(home, post.title)
        assert EQUATION_TEX in {block.get("tex") for block in entry["blocks"]}
        assert {"code", "table", "heading", "list"} <= kinds(entry)
        assert entry["note"] == ""
    asked = len(publishers.nginx.requests())
    techdash(home, "--refresh", "--force")
    paths = {path for _, path, _ in publishers.nginx.requests()[asked:]}
    assert paths <= {"/rss/feed.xml", "/", "/en"}


def test_the_page_of_one_entry_is_asked_for_and_has_no_more(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_sources(home, publishers.sources()[1] | {"full_text": "none"})
    techdash(home, "--refresh")
    before = read(home, "One knob at a time")
    pages = [path for _, path, _ in publishers.nginx.requests() if "one-knob" in path]
    assert not pages
    code, told = techdash(home, "--refresh", "--entry", str(before["id"]))
    assert (code, told["failed"]) == (0, 0)
    assert [path for _, path, _ in publishers.nginx.requests() if "one-knob" in path] == ["/posts/one-knob/"]
    # its feed had all of it
    assert read(home, "One knob at a time") == before
    assert {"heading", "code", "table", "math", "quote"} <= kinds(before)
