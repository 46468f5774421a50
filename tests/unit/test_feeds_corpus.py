"""The test data of gofeed and feedparser: read without an exception, and the same by both parsers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.bench import corpora
from tests.corpora import GOFEED, GOFEED_PACKAGE

from techdash.feeds import charset, strict
from techdash.feeds.parse import NotAFeed, parse
from techdash.feeds.raw import RawFeed
from techdash.feeds.titles import title_of
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedFeed

URL = "https://feeds.example/x"
NOW = 1_790_000_000


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    if not GOFEED.is_dir():
        pytest.skip(f"system program missing: {GOFEED_PACKAGE}")
    return sorted(path for path in GOFEED.rglob("*") if path.is_file())


def read(body: bytes) -> ParsedFeed:
    return parse(ParseJob("s", "article", "S", "", 50, "auto", NOW, (Fetched(URL, URL, body),)))


def test_every_document_gives_entries_or_a_refusal(corpus: list[Path]) -> None:
    feeds = refusals = 0
    for path in corpus:
        try:
            read(path.read_bytes())
            feeds += 1
        except NotAFeed:
            refusals += 1
    assert feeds >= 720  # 495 documents of XML, the JSON Feeds, and expectations that look like one
    assert refusals


def test_most_documents_need_no_tag_soup(corpus: list[Path]) -> None:
    refused = [path.name for path in corpus if path.suffix == ".xml" and _strict(path) is None]
    assert len(refused) <= 12, refused


@pytest.mark.parametrize("corpus", corpora.CORPORA)
def test_both_parsers_give_the_same_but_for_what_is_judged(corpus: str) -> None:
    found = corpora.documents(corpus)
    if not found:
        pytest.skip(f"corpus missing: {corpus}")
    judged = corpora.judgements()
    different = [one for name, text in found for one in corpora.differences(name, text)]
    assert [one for one in different if not any(judgement.covers(one) for judgement in judged)] == []
    # And no judgement of what is alike by now.
    files = {name for judgement in judged for name in judgement.files if name.startswith(f"{corpus}/")}
    assert files == {one.file for one in different}


def test_entries_are_what_gofeed_expects(corpus: list[Path]) -> None:
    compared = 0
    for path in corpus:
        expectation = path.with_suffix(".json")
        if (
            path.parent.parent.name != "translator"
            or path.suffix != ".xml"
            or (found := _strict(path)) is None
        ):
            continue
        listed = json.loads(expectation.read_text("utf-8")).get("items") or []
        assert len(found.entries) == len(listed), path.name
        for raw, expected in zip(found.entries, listed, strict=True):
            given = {
                "title": title_of(raw.title),
                "link": raw.link,
                "guid": raw.guid,
                "categories": raw.tags,
                "published": raw.dates[0] if raw.dates else "",
            }
            for name in given.keys() & expected.keys():
                assert given[name] == expected[name], path.name
                compared += 1
    assert compared >= 16


def _strict(path: Path) -> RawFeed | None:
    try:
        return strict.parse(charset.decode(path.read_bytes()), URL)
    except (strict.NotXml, NotAFeed):
        return None
