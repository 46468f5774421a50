"""D-1 to D-3, E03, E06, E07: which stored entry an entry of a document is."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from techdash.feeds.identity import match, note
from techdash.models.parsed import ParsedEntry
from techdash.models.plans import Known

NOW = 1_778_660_000  # 2026-05-13
DAY = 86_400
OLD = NOW - 200 * DAY


def entry(key: str, name: str = "a", *, title: str = "", at: int | None = OLD) -> ParsedEntry:
    return ParsedEntry(
        key, title or f"Title of {name}", f"https://e.example/{name}" if name else "", published=at
    )


def row(
    id: int,  # noqa: A002 - Known.id
    key: str,
    name: str = "a",
    *,
    title: str = "",
    at: int | None = OLD,
) -> Known:
    link = f"https://e.example/{name}" if name else ""
    return Known(id, key, b"", False, link, title or f"Title of {name}", at, first_seen=OLD)


def matched(
    entries: list[ParsedEntry], rows: list[Known], now: int = NOW
) -> tuple[dict[str, int], dict[int, str]]:
    """The ids of the stored ones by the document's keys, and the keys that change by id."""
    found = match(entries, {one.key: one for one in rows}, now)
    return {key: one.id for key, one in found.stored.items()}, dict(found.rekeyed)


def test_the_key_comes_first_whatever_else_changed() -> None:
    assert matched([entry("k", "b")], [row(1, "k")]) == ({"k": 1}, {})
    assert matched([entry("k", "", at=NOW)], [row(1, "k")]) == ({"k": 1}, {})


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (entry("new"), row(1, "old")),
        (entry("new", title="Another title"), row(1, "old")),
        (entry("new", at=None), row(1, "old")),
        (entry("new"), row(1, "old", at=None)),
        # The address was its only name, or is now.
        (entry("new", title="Another", at=NOW), row(1, "https://e.example/a")),
        (entry("https://e.example/a", title="Another", at=NOW), row(1, "old")),
        (replace(entry("new"), url="http://www.e.example/a/?utm_source=rss#top"), row(1, "old")),
    ],
)
def test_d2_another_id_at_the_same_address_is_the_same_entry(now: ParsedEntry, before: Known) -> None:
    assert matched([now], [before]) == ({now.key: 1}, {1: now.key})


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (entry("new", at=NOW), row(1, "old")),  # the bulletins of a station
        (entry("new", at=None, title="Another title"), row(1, "old")),
        (entry("new", "b"), row(1, "old")),
        (entry("new", ""), row(1, "old", "")),
    ],
)
def test_d2_what_may_be_another_entry_is_new(now: ParsedEntry, before: Known) -> None:
    assert matched([now], [before]) == ({}, {})


def test_d2_an_address_that_several_have_tells_none_of_them() -> None:
    two = [replace(entry("new-1"), title="One"), replace(entry("new-2"), title="Two")]
    assert matched(two, [row(1, "old")]) == ({}, {})
    assert matched([entry("new")], [row(1, "old-1"), row(2, "old-2")]) == ({}, {})


def test_e03_an_id_that_all_have_becomes_part_of_their_keys() -> None:
    both = [entry("g|https://e.example/a", "a"), entry("g|https://e.example/b", "b", at=NOW)]
    assert matched(both, [row(1, "g")]) == ({both[0].key: 1}, {1: both[0].key})
    held = [row(1, both[0].key), row(2, both[1].key, "b", at=NOW)]
    assert matched([entry("g", "b", at=NOW)], held) == ({"g": 2}, {2: "g"})


def test_e07_an_id_given_to_another_article_months_later_is_a_new_entry() -> None:
    assert matched([entry("k", "b", at=NOW)], [row(1, "k")]) == ({}, {1: "k|https://e.example/a"})
    undated = [row(1, "k", at=None)]
    assert matched([entry("k", "b", at=None)], undated) == ({}, {1: "k|https://e.example/a"})


@pytest.mark.parametrize(
    "edited",
    [
        entry("k", "b", at=OLD + 29 * DAY),  # a headline, its slug and its date
        entry("k", "b", title="title OF a!", at=NOW),
        entry("k", "a", title="Another title", at=NOW),
        entry("k", "", title="Another title", at=NOW),
    ],
)
def test_e07_an_edit_is_not_another_article(edited: ParsedEntry) -> None:
    assert matched([edited], [row(1, "k")]) == ({"k": 1}, {})


def test_e07_ids_that_are_places_in_the_list_follow_their_articles() -> None:
    held = [row(1, "1", "b", at=NOW - DAY), row(2, "2", "a", at=NOW - 2 * DAY)]
    listed = [entry("1", "c", at=NOW), entry("2", "b", at=NOW - DAY), entry("3", "a", at=NOW - 2 * DAY)]
    assert matched(listed, held) == ({"2": 1, "3": 2}, {1: "2", 2: "3"})
    # A list of two: the last one drops out, and keeps a key of its own.
    assert matched(listed[:2], held) == ({"2": 1}, {1: "2", 2: "2|https://e.example/a"})


def whole(number: int, prefix: str, *, at: int | None = OLD) -> list[ParsedEntry]:
    return [
        entry(f"{prefix}{n}", f"{prefix}{n}", title=f"Title {n}", at=at and at + n) for n in range(number)
    ]


def stored(entries: list[ParsedEntry]) -> list[Known]:
    return [
        Known(n, one.key, b"", False, one.url, one.title, one.published, OLD)
        for n, one in enumerate(entries, 1)
    ]


@pytest.mark.parametrize("at", [OLD, None])
def test_e06_d3_a_document_that_has_new_ids_and_addresses_throughout_is_the_old_one(at: int | None) -> None:
    held = stored(whole(30, "old", at=at))
    moved = whole(30, "new", at=at)
    ids, rekeyed = matched(moved, held)
    assert ids == {f"new{n}": n + 1 for n in range(30)}
    assert rekeyed == {n + 1: f"new{n}" for n in range(30)}
    found = match(moved, {one.key: one for one in held}, NOW)
    assert note(found, 30) == "30 entries have new ids here; they were recognised and stay as they were"


@pytest.mark.parametrize(
    ("old", "kept", "fresh", "is_migrated"),
    [
        (10, 0, 0, True),
        (9, 0, 0, False),  # too few to tell
        (10, 2, 0, True),  # 80 % look new
        (10, 3, 0, False),
        (8, 0, 2, True),  # 80 % of those are old
        (8, 0, 3, False),
    ],
)
def test_d3_the_brake_holds_from_ten_entries_and_four_fifths_on(
    old: int, kept: int, fresh: int, is_migrated: bool
) -> None:
    before = whole(old, "old")
    after = [
        *before[:kept],
        *whole(old, "new")[kept:],
        *(entry(f"f{n}", f"f{n}", at=NOW) for n in range(fresh)),
    ]
    ids, rekeyed = matched(after, stored(before))
    assert len(rekeyed) == (old - kept if is_migrated else 0)
    assert {ids[one.key] for one in before[:kept]} == set(range(1, kept + 1))
    assert not any(f"f{n}" in ids for n in range(fresh))


def test_d3_titles_that_several_have_tell_none() -> None:
    before = [replace(one, title="Untitled", published=None) for one in whole(30, "old")]
    after = [replace(one, title="Untitled", published=None) for one in whole(30, "new")]
    assert matched(after, stored(before)) == ({}, {})


def test_what_has_neither_id_nor_address_is_told_by_title_and_date() -> None:
    assert matched([entry("sha256:2", "")], [row(1, "sha256:1", "")]) == ({"sha256:2": 1}, {1: "sha256:2"})
    assert matched([entry("sha256:2", "", at=None)], [row(1, "sha256:1", "", at=None)]) == ({}, {})


def test_nothing_is_said_of_a_few() -> None:
    found = match([entry("new")], {"old": row(1, "old")}, NOW)
    assert found.rekeyed
    assert note(found, 1) == ""


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["1", "2", "3", "g", "https://e.example/a", "g|https://e.example/a"]),
        st.sampled_from(["", "a", "b", "c"]),
        title=st.sampled_from(["One", "Two", "Three"]),
        at=st.sampled_from([None, OLD, NOW]),
    ),
    max_size=6,
    unique_by=lambda one: one.key,
)


@given(ENTRIES, ENTRIES)
@settings(max_examples=300)
@example([entry("g", "a", at=None)], [entry("g", "b", at=None), entry("g|https://e.example/a", "", at=None)])
def test_no_stored_entry_is_two_and_no_key_is_given_twice(
    before: list[ParsedEntry], after: list[ParsedEntry]
) -> None:
    held = stored(before)
    ids, rekeyed = matched(after, held)
    assert len(set(ids.values())) == len(ids)
    assert len({*rekeyed.values()}) == len(rekeyed)
    keys = {one.id: rekeyed.get(one.id, one.key) for one in held}
    assert all(keys[id_] == key for key, id_ in ids.items())
    # What is new finds its key free.
    assert not {one.key for one in after if one.key not in ids} & set(keys.values())
