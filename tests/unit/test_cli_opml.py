"""Lists of subscriptions: whatever is written is read again, and whatever is read never surprises."""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.cli import opml
from techdash.errors import UsageError
from techdash.models.sources import KINDS, FullText, Source
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
        id=st.sampled_from(["", "a-1", "x.y_z"]),
        url=st.integers(0, 10**6).map(lambda number: f"https://example.org/{number}?a=1&b=%22"),
        kind=st.sampled_from(KINDS),
        title=TEXT,
        site_url=st.sampled_from(["", "https://example.org/"]),
        language=st.sampled_from(["", "zh"]),
        topics=st.lists(TEXT, max_size=3).map(tuple),
        weight=st.sampled_from([1.0, 0.5, 1.25]),
        max_items=st.sampled_from([50, 20]),
        interval=st.sampled_from([0, 15, 600]),
        backfill=st.booleans(),
        full_text=st.sampled_from(get_args(FullText)),
        enabled=st.booleans(),
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


@given(SOURCES)
def test_what_was_read_is_written_the_same(sources: list[Source]) -> None:
    written = opml.write(sources)
    assert opml.write(opml.read(written.encode())[0]) == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_p34_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    with pytest.raises(UsageError, match="document type"):
        opml.read('<!DOCTYPE opml><opml version="2.0"><body/></opml>'.encode(encoding))


def test_p34_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(UsageError, match="10 MiB"):
        opml.read(b" " * (10 << 20) + b"<opml/>")


# -- lists of other readers

LISTS = Path(__file__).parents[1] / "data" / "opml"
SIMON, RUAN = "https://simonwillison.net/atom/everything/", "https://www.ruanyifeng.com/blog/atom.xml"
KEXUE, HN = "https://kexue.fm/feed", "https://hnrss.org/frontpage?points=150&count=30"
LOBSTERS = "https://lobste.rs/t/ai.rss"
NAMES = {
    SIMON: "Simon Willison",
    RUAN: "阮一峰的网络日志",
    KEXUE: "科学空间",
    LOBSTERS: 'Lobsters & "AI" <news>',
}
EXPORTED = {
    "newsboat": NAMES | {KEXUE: "科学空间|Scientific Spaces", HN: HN[8:]},
    "sfeed": NAMES | {HN: "hn 150"},
    "rss2email": {SIMON: "simon", RUAN: "ruanyifeng", KEXUE: "kexue", HN: "hn", LOBSTERS: "lobsters"},
    "elfeed": NAMES | {SIMON: SIMON[8:], KEXUE: KEXUE[8:], HN: HN[8:]},
    "feed2exec": {SIMON: "simon", KEXUE: "kexue", HN: "hn"},
    "gpodder": {
        "http://localhost:8765/talks.xml": '引擎 Talks & "More"',
        "http://localhost:8765/more.xml": "引擎 札记",
    },
}


@pytest.mark.parametrize("program", EXPORTED)
def test_the_lists_of_real_readers(program: str) -> None:
    found, unusable = opml.read((LISTS / f"{program}.opml").read_bytes())
    assert {source.url: source.title for source in found} == EXPORTED[program]
    assert unusable == 0
    assert opml.read(opml.write(found).encode()) == (found, 0)


def test_folders_are_topics_and_say_the_kind() -> None:
    found, unusable = opml.read((LISTS / "folders.opml").read_bytes())
    assert unusable == 5
    assert [(source.title, source.url, source.kind, source.topics) for source in found] == [
        ("Eugene Yan", "https://eugeneyan.com/rss/", "article", ("技术 & 工程", "推荐系统")),
        ("科学空间", "https://kexue.fm/feed", "article", ("技术 & 工程", "推荐系统")),
        ("美团技术团队", "https://tech.meituan.com/feed", "article", ("技术 & 工程",)),
        ("No Priors", "https://feeds.megaphone.fm/nopriors", "podcast", ("Podcasts",)),
        (
            "A channel",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
            "podcast",
            ("Podcasts",),
        ),
        ("lobste.rs/t/ai.rss", "https://lobste.rs/t/ai.rss", "social", ()),
        ("A feed with a feed below", "https://a.example/feed", "article", ()),
        ("below", "https://b.example/feed", "article", ()),
    ]
    assert [source.site_url for source in found if source.site_url] == ["https://eugeneyan.com"]
    again = opml.read(opml.write(found).encode())[0]
    assert sorted(again, key=lambda one: one.url) == sorted(found, key=lambda one: one.url)


@pytest.mark.parametrize(
    "data",
    [
        "<opml><body><outline text='引擎' xmlUrl='https://a.example/f'/></body></opml>".encode("gb18030"),
        "\ufeff<opml><body><outline text='引擎' xmlUrl='https://a.example/f'/></body></opml>".encode(),
        "<?xml version='1.0' encoding='utf-16'?><opml><body><outline text='引擎' "
        "xmlUrl='https://a.example/f'/></body></opml>".encode("utf-16"),
        "<?xml version='1.0' encoding='big5'?><opml><body><outline text='引擎' "
        "xmlUrl='https://a.example/f'/></body></opml>".encode("big5"),
    ],
    ids=["unlabelled", "marked", "wide", "big5"],
)
def test_lists_in_other_encodings(data: bytes) -> None:
    assert [source.title for source in opml.read(data)[0]] == ["引擎"]


def test_what_is_untidy_is_mended() -> None:
    (found,), _ = opml.read(
        b'<opml><body><outline text="A & B&nbsp;C \x1b[2J" xmlUrl="https://a.example/?a=1&b=2" '
        b'feedly:x="1"/></body></opml>'
    )
    assert (found.title, found.url) == ("A & B C [2J", "https://a.example/?a=1&b=2")


def test_p34_depth_is_no_danger() -> None:
    feed = '<outline text="f" xmlUrl="https://a.example/f"/>'
    deep = "<opml><body>" + '<outline text="d">' * 1000 + feed + "</outline>" * 1000 + "</body></opml>"
    (found,), unusable = opml.read(deep.encode())
    assert (found.topics, unusable) == (("d",) * 16, 0)
    assert opml.read(opml.write([found]).encode())[0] == [found]
    many = "".join(f'<outline xmlUrl="https://a{n}.example/"/>' for n in range(10_000))
    deep = "<opml>" + "<outline>" * 50_000 + many + "</outline>" * 50_000 + "</opml>"
    began = time.process_time()
    assert len(opml.read(deep.encode())[0]) == 10_000
    assert time.process_time() - began < 10
    unclosed = b"<opml>" + b"<outline>" * 100_000
    with pytest.raises(UsageError, match="not well-formed"):
        opml.read(unclosed)


def test_p34_ten_thousand_are_read_at_once() -> None:
    outlines = "".join(f'<outline text="n {n % 9}" xmlUrl="https://a{n}.example/f"/>' for n in range(10_000))
    began = time.process_time()
    found, _ = opml.read(f"<opml><body>{outlines}</body></opml>".encode())
    assert len(opml.read(opml.write(found).encode())[0]) == 10_000
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "given",
    [
        'weight="9"',
        'weight="nan"',
        'max_items="0"',
        'full_text="x"',
        'enabled="no"',
        'interval="1"',
        'id="../x"',
        'kind="x"',
    ],
)
def test_what_our_own_lists_never_say_is_passed_over(given: str) -> None:
    (found,), _ = opml.read(
        f'<opml><body><outline text="a" xmlUrl="https://a.example/" techdash:{given}/></body></opml>'.encode()
    )
    assert found == Source("", "https://a.example/", "article", "a")


def test_h59_a_password_stays_at_home() -> None:
    assert "secret" not in opml.write([Source("a", "https://user:secret@a.example/f", "essay", "A")])
