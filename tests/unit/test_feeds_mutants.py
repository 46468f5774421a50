"""P33: feeds spoilt in many ways, read by a real worker; the long run is tests/bench/mutants.py."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from tests import corpora
from tests.bench import mutants

from techdash.feeds import wire
from techdash.models.parsed import Enclosure, ParsedEntry, ParsedFeed

COUNT = 1_500


def test_p33_mutants_are_borne() -> None:
    documents = mutants.load(corpora.OURS, corpora.GOFEED)
    found = asyncio.run(mutants.run(documents, 33, range(COUNT)))
    assert found.bad == {}
    assert found.count == COUNT
    assert found.entries > COUNT / 3  # it is feeds that they were made of


def test_a_mutant_is_made_of_its_number_alone() -> None:
    documents = [path.read_bytes() for path in corpora.documents(corpora.OURS)]
    made = [mutants.mutant(documents, 1, number) for number in range(50)]
    assert made == [mutants.mutant(documents, 1, number) for number in range(50)]
    assert len(set(made)) > 45
    assert len(set(made) & set(documents)) < 5  # a change may change nothing


WELL = ParsedEntry(
    "key", "Title", "https://e.org/", tags=("tag",), enclosures=(Enclosure("https://e.org/a"),)
)


@pytest.mark.parametrize(
    "entry",
    [
        replace(WELL, title="\x1b]0;x"),
        replace(WELL, tags=("a\u202eb",)),
        replace(WELL, enclosures=(Enclosure("https://e.org/a", "audio\x9b"),)),
        replace(WELL, url="javascript:x"),
        replace(WELL, enclosures=(Enclosure("file:///x"),)),
        replace(WELL, author="two\nlines"),
        replace(WELL, key=""),
    ],
)
def test_what_may_not_come_back_is_seen(entry: ParsedEntry) -> None:
    assert mutants.faults(ParsedFeed("rss20", entries=(WELL,))) == []
    assert mutants.faults(ParsedFeed("rss20", entries=(entry,)))
    assert mutants.faults(ParsedFeed("rss20", entries=(WELL, WELL)))


@pytest.mark.parametrize(
    "answer",
    [
        wire.Refused("internal", "What this source gave could not be read."),
        wire.Refused("parse", "It broke down."),
    ],
)
def test_an_exception_and_a_dead_process_are_seen(answer: wire.Refused) -> None:
    found = mutants.Found()
    mutants._judge(found, 7, answer)
    mutants._judge(found, 8, wire.Refused("xml", "The address gives XML, but not a feed."))
    assert list(found.bad) == [7]
