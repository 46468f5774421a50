"""``techdash --refresh`` against real publishers: what arrives, what refuses, and nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.publishers import GOFEED_PACKAGE, Publishers
from tests.homes import write_sources

pytestmark = pytest.mark.system("nginx", "hugo")


def techdash(home: Path, *arguments: str) -> tuple[int, Any]:
    """Exit code and JSON of a command."""
    command = [sys.executable, "-m", "techdash", *arguments, "--json", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_morning_arrives_whole_and_once(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_sources(home, *publishers.sources())
    code, told = techdash(home, "--refresh")
    statuses = {source["id"]: source["status"] for source in told["sources"]}
    assert {statuses[row["id"]] for row in publishers.sources()} == {"new"}, told
    assert code == 0
    new = {source["id"]: source["new"] for source in told["sources"]}
    assert (new["hugo-en"], new["hugo-zh"], new["pelican"]) == (2, 1, 3)

    yesterday = str(publishers.blog.dailies[0].day)
    _, days = techdash(home, "digest", yesterday)
    daily = next(edition for edition in days[0]["editions"] if not edition["composed"])
    titles = [item["title"] for section in daily["sections"] for item in section["items"]]
    assert "The case for inference moving to the centre" in titles
    assert daily["stated_counts"]["featured"] == 1

    before = len(publishers.nginx.requests())
    code, told = techdash(home, "--refresh", "--force")
    assert code == 0
    assert {source["status"] for source in told["sources"]} == {"unchanged"}
    assert (told["new"], told["updated"]) == (0, 0)
    assert {status for _, _, status in publishers.nginx.requests()[before:]} == {304}


def test_one_article_under_three_addresses_is_one_entry(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_sources(home, publishers.sources()[0])
    techdash(home, "--refresh")
    for post in (publishers.blog.doubled, publishers.blog.by_uuid, publishers.blog.only_listed):
        _, hits = techdash(home, "search", post.title)
        assert [hit["title"] for hit in hits] == [post.title]


def test_a_post_in_both_languages_keeps_its_text(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_sources(home, *publishers.sources()[1:3])
    techdash(home, "--refresh")
    _, hits = techdash(home, "search", "曝光的偏差从哪里来")
    _, entry = techdash(home, "read", str(hits[0]["id"]))
    assert entry["language"] == "zh"
    assert {"heading", "code", "table", "paragraph"} <= {block["type"] for block in entry["blocks"]}
    _, hits = techdash(home, "search", "One knob at a time")
    _, entry = techdash(home, "read", str(hits[0]["id"]))
    pieces = [*entry["blocks"], *(one for block in entry["blocks"] for one in block.get("inlines", ()))]
    assert any(r"\Delta\theta" in piece["tex"] for piece in pieces if piece["type"] == "math")


def test_hosts_that_refuse_are_named_and_left_alone(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "home"
    refusing = {"busy": publishers.busy, "gone": publishers.gone, "missing": publishers.missing}
    rows = [{"id": name, "url": url, "kind": "article"} for name, url in refusing.items()]
    write_sources(home, publishers.sources()[1], *rows)
    code, told = techdash(home, "--refresh")
    found = {source["id"]: source for source in told["sources"]}
    assert code == 1
    assert found["hugo-en"]["status"] == "new"
    assert {found[name]["http"] for name in refusing} == {429, 410, 404}
    assert all(found[name]["error"] for name in refusing)

    code, told = techdash(home, "--refresh", "--force")
    asked = [path for _, path, _ in publishers.nginx.requests()]
    assert asked.count("/busy.xml") == 1, "asked again within its Retry-After"


def test_feeds_of_another_reader_s_suite(publishers: Publishers, tmp_path: Path) -> None:
    if not publishers.samples:
        pytest.skip(f"system program missing: {GOFEED_PACKAGE}")
    home = tmp_path / "home"
    rows = [row for row in publishers.sources() if row["id"].startswith("gofeed")]
    write_sources(home, *rows, starter=False)
    code, told = techdash(home, "--refresh")
    assert (code, told["failed"]) == (0, 0)
    assert all(source["new"] >= 1 for source in told["sources"]), told
    for title in ("Item Title", "Entry Title"):
        assert techdash(home, "search", title)[1], title
