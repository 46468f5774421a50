"""What goes into a frame comes out of it."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds import wire
from techdash.models.fetched import Fetched, Files, LocalFile, ParseJob
from techdash.models.parsed import (
    Card,
    Enclosure,
    ParsedEdition,
    ParsedEntry,
    ParsedFeed,
    ParsedItem,
    ParsedSection,
)
from techdash.models.sources import FullText, Kind, Validators

TEXT = st.text(max_size=20)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NUMBERS = st.integers(-(2**62), 2**62)

ENTRIES = st.builds(
    ParsedEntry,
    key=TEXT,
    title=TEXT,
    url=TEXT,
    author=TEXT,
    published=st.none() | NUMBERS,
    date_only=st.booleans(),
    language=TEXT,
    kind=st.none() | st.sampled_from(get_args(Kind)),
    summary=TEXT,
    body=TEXT,
    body_format=st.sampled_from(["html", "markdown", "notion", "text"]),
    tags=TEXTS,
    enclosures=st.lists(st.builds(Enclosure, TEXT, TEXT, NUMBERS), max_size=2).map(tuple),
    comments_url=TEXT,
    words=NUMBERS,
    minutes=NUMBERS,
    edition=st.none()
    | st.builds(
        ParsedEdition,
        day=TEXT,
        cadence=st.sampled_from(["daily", "weekly"]),
        lead=TEXT,
        lead_cut=st.booleans(),
        stated_counts=st.none() | st.dictionaries(TEXT, NUMBERS, max_size=2),
        sections=st.lists(
            st.builds(
                ParsedSection,
                kind=st.just("featured"),
                title=TEXT,
                items=st.lists(st.builds(ParsedItem, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
    ),
    cards=st.lists(st.builds(Card, *([TEXT] * 10)), max_size=2).map(tuple),
)
FEEDS = st.builds(
    ParsedFeed,
    version=TEXT,
    title=TEXT,
    site_url=TEXT,
    language=TEXT,
    entries=st.lists(ENTRIES, max_size=3).map(tuple),
    ttl=st.none() | NUMBERS,
    note=TEXT,
)


@given(FEEDS)
def test_an_answer_comes_back_whole(feed: ParsedFeed) -> None:
    frame = wire.encode_answer(feed)
    (length,) = wire.LENGTH.unpack(frame[:4])
    assert length == len(frame) - 4
    assert wire.decode_answer(frame[4:]) == feed


def test_a_refusal_comes_back() -> None:
    refused = wire.Refused("not a feed", "That is a picture.")
    assert wire.decode_answer(wire.encode_answer(refused)[4:]) == refused


DOCUMENTS = st.builds(
    Fetched, url=TEXT, final_url=TEXT, body=st.binary(max_size=50), content_type=TEXT, charset=TEXT
) | st.builds(
    Files,
    url=TEXT,
    files=st.lists(st.builds(LocalFile, TEXT, NUMBERS, st.binary(max_size=50)), min_size=1, max_size=3).map(
        tuple
    ),
    validators=st.just(Validators()),
)


@given(
    st.lists(DOCUMENTS, max_size=3, unique_by=lambda document: document.url),
    st.sampled_from(get_args(FullText)),
)
def test_jobs_come_back_one_after_the_other(documents: list[Fetched | Files], full_text: FullText) -> None:
    parse = ParseJob("id", "essay", "题", "zh", 50, full_text, 7, tuple(documents))
    job = wire.Job(parse, "Asia/Shanghai", 4)
    stream = io.BytesIO(wire.encode_job(job) * 2)
    assert wire.decode_job(stream) == job
    assert wire.decode_job(stream) == job
    assert wire.decode_job(stream) is None


def test_a_job_that_is_cut_short_is_not_the_end() -> None:
    parse = ParseJob("id", "essay", "t", "", 50, "auto", 7, (Fetched("u", "u", b"body"),))
    whole = wire.encode_job(wire.Job(parse))
    for cut in (2, 10, len(whole) - 1):
        with pytest.raises((EOFError, ValueError)):
            wire.decode_job(io.BytesIO(whole[:cut]))


def test_what_no_frame_can_hold_is_refused() -> None:
    feed = ParsedFeed("rss20", title="a\udc80", entries=(ParsedEntry("k", "t", body="\ud800"),))
    assert isinstance(wire.decode_answer(wire.encode_answer(feed)[4:]), wire.Refused)
