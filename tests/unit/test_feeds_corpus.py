"""gofeed's test data, from Debian: read without an exception, and the same by both parsers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from techdash.feeds import charset, rules, soup, strict
from techdash.feeds.parse import NotAFeed, parse
from techdash.feeds.raw import RawFeed
from techdash.feeds.titles import title_of
from techdash.models import Fetched, ParsedFeed, ParseJob

PACKAGE = "golang-github-mmcdole-gofeed-dev"
CORPUS = Path("/usr/share/gocode/src/github.com/mmcdole/gofeed/testdata")
URL = "https://feeds.example/x"
NOW = 1_790_000_000

# Where feedparser reads something else than the document says, or than we want:
DIFFERENT = {
    # markup that was escaped once too often, in base64 or not: it strips, we show
    "atom03_feed_entry_summary_base64_escaped_markup.xml",
    "atom10_feed_entry_content_html_div_escaped_markup.xml",
    "atom10_feed_entry_title_base64.xml",
    "atom10_feed_entry_title_base64_escaped_markup.xml",
    # an id that is no address: it makes a link of it
    "entry_id_xml_base.xml",
    # RDF without anything of RSS in it
    "version_rdf_10.xml",
}


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    if not CORPUS.is_dir():
        pytest.skip(f"Debian package missing: {PACKAGE}")
    return sorted(path for path in CORPUS.rglob("*") if path.is_file())


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


def test_both_parsers_give_the_same_titles_and_links(corpus: list[Path]) -> None:
    different = set()
    for path in corpus:
        if path.suffix != ".xml" or (found := _strict(path)) is None:
            continue
        text = charset.decode(path.read_bytes())
        try:
            other: RawFeed = soup.parse(text, URL)
        except NotAFeed:
            assert not found.entries, path.name
            continue
        if (found.version, _entries(found)) != (other.version, _entries(other)):
            different.add(path.name)
    assert different <= DIFFERENT
    assert not DIFFERENT - {path.name for path in corpus}


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


def _entries(feed: RawFeed) -> list[tuple[str, str]]:
    entries, _ = rules.entries_of(feed, now=NOW, max_items=50)
    return [(entry.title, entry.url) for entry in entries]
