"""Lists of subscriptions: whatever is written is read again, and whatever is read never surprises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.cli import opml
from techdash.errors import UsageError
from techdash.models import KINDS, Source
from techdash.text.clean import one_line

TEXT = (
    st.text(min_size=1, max_size=12)
    .map(one_line)
    .map(lambda text: text.replace("\ufffe", ""))
    .filter(lambda text: text and "\uffff" not in text)
)
SOURCES = st.lists(
    st.builds(
        Source,
        id=st.just(""),
        url=st.integers(0, 10**6).map(lambda number: f"https://example.org/{number}?a=1&b=%22"),
        kind=st.sampled_from(KINDS),
        title=TEXT,
        site_url=st.sampled_from(["", "https://example.org/"]),
        language=st.sampled_from(["", "zh"]),
        topics=st.lists(TEXT, max_size=3, unique=True).map(tuple),
    ),
    max_size=6,
    unique_by=lambda source: source.url,
)


@given(SOURCES)
def test_what_is_written_is_read_again(sources: list[Source]) -> None:
    found, unusable = opml.read(opml.write(sources).encode())
    assert unusable == 0
    assert sorted(found, key=lambda source: source.url) == sorted(sources, key=lambda source: source.url)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<opml>{text}</opml>".encode()))
def test_anything_else_is_refused_in_a_sentence(data: bytes) -> None:
    try:
        found = opml.read(data)
    except UsageError as error:
        found = ([], int(not str(error).endswith(".")))
    assert found == ([], 0)


def test_local_sources_stay_at_home() -> None:
    assert "outline" not in opml.write([Source("notes", "/home/me/notes", "essay", "Notes")])


def test_characters_that_xml_lacks_are_left_out() -> None:
    (found,), _ = opml.read(opml.write([Source("", "https://example.org/", "essay", "a\uffffb")]).encode())
    assert found.title == "ab"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    with pytest.raises(UsageError, match="document type"):
        opml.read('<!DOCTYPE opml><opml version="2.0"><body/></opml>'.encode(encoding))


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(UsageError, match="10 MiB"):
        opml.read(b" " * (10 << 20) + b"<opml/>")
