"""D-1 to D-6: what one sync writes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from techdash import days
from techdash.feeds.decide import decide
from techdash.models.fetched import Failed, Fetched, NotModified
from techdash.models.parsed import ParsedEdition, ParsedEntry, ParsedFeed
from techdash.models.plans import Known, Plan
from techdash.models.sources import Source, SourceState, Subscription, Validators

NOW = 1_778_660_000  # 2026-05-13T08:13:20Z
MIDNIGHT = 1_778_544_000  # 2026-05-12
URL = "https://a.example/feed"
SUBSCRIPTION = Subscription(Source("a", URL, "article", "A"), SourceState(state="ok", note="old note"))
FETCHED = Fetched(URL, URL, b"", validators=Validators(etag=b'"1"'))
ENTRY = ParsedEntry(
    "k", "Title", url="https://a.example/1", published=NOW - 50_000, summary="S", body="<p>B</p>"
)


def utc(moment: int) -> str:
    return days.day_of(moment, ZoneInfo("UTC"))


def shanghai_from_four(moment: int) -> str:
    return days.day_of(moment, ZoneInfo("Asia/Shanghai"), 4)


def los_angeles(moment: int) -> str:
    return days.day_of(moment, ZoneInfo("America/Los_Angeles"))


def plan(*entries: ParsedEntry, known: Plan | None = None, now: int = NOW, day_of=utc) -> Plan:  # type: ignore[no-untyped-def]
    """The plan for a feed of these entries, where ``known`` was carried out before."""
    return decide(SUBSCRIPTION, FETCHED, ParsedFeed("rss20", entries=entries), stored(known), now, day_of)


def stored(before: Plan | None) -> dict[str, Known]:
    return {
        one.entry.key: Known(number, one.entry.key, one.hash, bool(one.entry.body))
        for number, one in enumerate(before.entries if before else (), 1)
    }


def test_new_entries_are_inserted_oldest_first() -> None:
    found = plan(ENTRY, replace(ENTRY, key="older"))
    assert found.status == "new"
    assert [one.entry.key for one in found.entries] == ["older", "k"]
    one = found.entries[1]
    assert (one.id, one.kind, one.keep_text, one.url_key) == (None, "article", False, "https://a.example/1")
    assert (one.day, one.sort_time) == ("2026-05-12", NOW - 50_000)
    assert len(one.hash) == 32


def test_the_second_time_nothing_is_written() -> None:
    first = plan(ENTRY, replace(ENTRY, key="other"))
    again = plan(ENTRY, replace(ENTRY, key="other"), known=first, now=NOW + 10_000)
    assert (again.status, again.entries) == ("unchanged", ())


def test_any_change_is_an_update_in_place() -> None:
    first = plan(ENTRY)
    for change in (
        {"title": "T"},
        {"url": "https://a.example/2"},
        {"published": NOW - 9},
        {"author": "x"},
        {"tags": ("x",)},
        {"summary": "x"},
        {"body": "x"},
        {"translation": "x"},
    ):
        (one,) = plan(replace(ENTRY, **change), known=first).entries  # type: ignore[arg-type]
        assert (one.id, one.keep_text) == (1, False), change


def test_a_list_page_does_not_empty_an_article() -> None:
    first = plan(ENTRY)
    listed = replace(ENTRY, body="", summary="Other")
    assert plan(listed, known=first).entries == ()
    (one,) = plan(replace(listed, title="New title"), known=first).entries
    assert one.keep_text
    assert one.hash[16:] == first.entries[0].hash[16:]
    renamed = plan(replace(listed, title="New title"), known=first)
    # The article comes back with the feed: only its head was news.
    held = {"k": Known(1, "k", renamed.entries[0].hash, True)}
    feed = ParsedFeed("rss20", entries=(replace(ENTRY, title="New title"),))
    assert decide(SUBSCRIPTION, FETCHED, feed, held, NOW, utc).entries == ()


def test_a_text_replaces_a_lead() -> None:
    first = plan(replace(ENTRY, body=""))
    (one,) = plan(ENTRY, known=first).entries
    assert (one.id, one.keep_text) == (1, False)


def test_the_site_is_told_where_it_was_unknown() -> None:
    feed = ParsedFeed("rss20", site_url="https://www.a.example/")
    assert decide(SUBSCRIPTION, FETCHED, feed, {}, NOW, utc).site_url == "https://www.a.example/"
    known = replace(SUBSCRIPTION, source=replace(SUBSCRIPTION.source, site_url="https://a.example"))
    assert decide(known, FETCHED, feed, {}, NOW, utc).site_url == ""


def test_an_empty_feed_deletes_nothing() -> None:
    found = plan(known=plan(ENTRY))
    assert (found.status, found.entries, found.state.state) == ("unchanged", (), "ok")


def test_an_answer_that_changed_nothing() -> None:
    found = decide(SUBSCRIPTION, NotModified(URL, Validators()), None, {}, NOW, utc)
    assert (found.status, found.entries, found.state.note) == ("unchanged", (), "old note")
    assert found.state.last_ok == NOW


def test_a_failure_touches_no_entry_and_no_validator() -> None:
    for outcome in (Failed(URL, "timeout", "It took too long."), FETCHED):
        found = decide(SUBSCRIPTION, outcome, None, {}, NOW, utc)
        assert (found.status, found.entries, found.validators) == ("failed", (), {})
        assert found.state.failures == 1
        assert found.state.error
        assert found.state.next_due > NOW


def test_gone_twice_is_gone() -> None:
    gone = Failed(URL, "http", "Gone.", 410, gone=True)
    first = decide(SUBSCRIPTION, gone, None, {}, NOW, utc)
    assert first.status == "failed"
    later = Subscription(SUBSCRIPTION.source, first.state)
    assert decide(later, gone, None, {}, NOW + 90_000, utc).status == "gone"


def test_a_server_that_asks_to_wait_is_left_alone_with_all_its_feeds() -> None:
    waiting = Failed(URL, "http", "Too many requests.", 429, wait_until=NOW + 7_200)
    found = decide(SUBSCRIPTION, waiting, None, {}, NOW, utc)
    assert found.host_wait == ("a.example", NOW + 7_200)
    assert found.state.failures == 0
    here = Failed("http://127.0.0.1:1200/x", "http", "Too many requests.", 429, wait_until=NOW + 7_200)
    assert decide(SUBSCRIPTION, here, None, {}, NOW, utc).host_wait is None


def test_what_has_no_date_is_of_now_and_what_is_ahead_is_clamped() -> None:
    (one,) = plan(replace(ENTRY, published=None)).entries
    assert (one.day, one.sort_time) == ("2026-05-13", NOW)
    (one,) = plan(replace(ENTRY, published=NOW + 80_000)).entries
    assert (one.day, one.sort_time) == ("2026-05-13", NOW)


def test_the_day_is_the_readers() -> None:
    late = replace(ENTRY, published=MIDNIGHT + 17 * 3600)  # 01:00 in Shanghai
    assert plan(late).entries[0].day == "2026-05-12"
    assert plan(late, day_of=shanghai_from_four).entries[0].day == "2026-05-12"
    later = replace(ENTRY, published=MIDNIGHT + 21 * 3600)  # 05:00
    assert plan(later, day_of=shanghai_from_four).entries[0].day == "2026-05-13"


def test_a_date_without_a_time_is_that_date_everywhere() -> None:
    dated = replace(ENTRY, published=MIDNIGHT, date_only=True)
    for day_of in (utc, shanghai_from_four, los_angeles):
        (one,) = plan(dated, day_of=day_of).entries
        assert one.day == "2026-05-12"
        assert day_of(one.sort_time) == "2026-05-12"
        assert day_of(one.sort_time - 3600) == "2026-05-11"


def test_an_edition_belongs_to_its_own_day() -> None:
    weekly = replace(ENTRY, kind="digest", edition=ParsedEdition("2026-05-11", "weekly", "Lead"))
    (one,) = plan(weekly).entries
    assert (one.day, one.kind, one.sort_time) == ("2026-05-11", "digest", NOW - 50_000)


TEXTS = st.sampled_from(["", "a", "b", "ab", "a\0b"])
ENTRIES = st.lists(
    st.builds(
        ParsedEntry,
        key=st.sampled_from("klmn"),
        title=TEXTS,
        summary=TEXTS,
        body=TEXTS,
        author=TEXTS,
        tags=st.lists(TEXTS, max_size=2).map(tuple),
        published=st.none() | st.integers(NOW - 10**8, NOW + 10**5),
        date_only=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda entry: entry.key,
)


@given(ENTRIES, ENTRIES)
def test_plans_converge(one: list[ParsedEntry], two: list[ParsedEntry]) -> None:
    """Whatever was stored, the same feed twice in a row writes nothing the second time."""
    held = stored(plan(*one))
    second = decide(SUBSCRIPTION, FETCHED, ParsedFeed("rss20", entries=tuple(two)), held, NOW, utc)
    for number, written in enumerate(second.entries, 100):
        key = written.entry.key
        has_body = bool(written.entry.body) or (written.keep_text and held[key].has_body)
        held[key] = Known(written.id or number, key, written.hash, has_body)
    third = decide(SUBSCRIPTION, FETCHED, ParsedFeed("rss20", entries=tuple(two)), held, NOW + 9, utc)
    assert third.entries == ()
    assert all(written.sort_time <= NOW for written in second.entries)
