"""A day's own edition: every story once, the same in any order, the best featured."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.stories import headlines

from techdash.editions.compose import compose
from techdash.models.editions import DayEntry, Tastes

DAY = "2026-05-12"
NOON = 1_778_587_200


def entry(id_: int, **fields: object) -> DayEntry:
    values: dict[str, object] = {
        "id": id_,
        "source_id": f"source-{id_}",
        "source_title": f"Source {id_}",
        "kind": "article",
        "title": f"A story with number {id_}",
        "url": f"https://example.org/{id_}",
        "author": "",
        "summary": f"What happened in {id_}.",
        "sort_time": NOON - id_,
        "minutes": 5,
        "weight": 1.0,
    }
    return DayEntry(**(values | fields))  # type: ignore[arg-type]


def titles(rows: list[DayEntry], kind: str) -> list[str]:
    edition = compose(DAY, rows)
    assert edition is not None
    return [item.title for name, _, items in edition.sections if name == kind for item in items]


def test_no_entry_no_edition() -> None:
    assert compose(DAY, []) is None
    assert compose(DAY, [entry(1, kind="digest"), entry(2, kind="cheatsheet")]) is None


def test_sections_counts_and_lead_of_a_day() -> None:
    kinds = ["article"] * 6 + ["essay"] * 2 + ["social"] * 3 + ["github"] + ["podcast"] + ["paper"] * 2
    edition = compose(DAY, [entry(number, kind=kind, weight=2.0) for number, kind in enumerate(kinds)])
    assert edition is not None
    assert [kind for kind, _, _ in edition.sections] == [
        "featured",
        "article",
        "social",
        "github",
        "podcast",
        "paper",
    ]
    assert edition.counts == {"featured": 5, "article": 8, "social": 3, "github": 1, "podcast": 1, "paper": 2}
    assert edition.lead == "15 sources: 8 articles (5 featured), 3 posts, 1 repository, 1 episode, 2 papers."
    assert edition.lead_zh == "15 个来源：8 篇文章（5 篇精选）、3 条动态、1 个项目、1 期播客、2 篇论文。"
    assert [len(items) for _, _, items in edition.sections] == [5, 3, 3, 1, 1, 2]
    assert {item.featured for kind, _, items in edition.sections for item in items if kind == "featured"} == {
        True
    }


def test_a_quiet_day_features_nothing() -> None:
    assert titles([entry(number, weight=2.0) for number in range(7)], "featured") == []
    assert len(titles([entry(number, weight=2.0) for number in range(8)], "featured")) == 5


def test_a_day_of_middling_scores_features_nothing() -> None:
    middling = [entry(number) for number in range(8)]
    assert titles(middling, "featured") == []
    told = [entry(10 + number, url="https://example.org/told", title="Told by three") for number in range(3)]
    assert titles([*middling, *told], "featured") == ["Told by three"]


def muting(rows: list[DayEntry], *mutes: str, interests: tuple[str, ...] = ()) -> dict[str, list[str]]:
    edition = compose(DAY, rows, tastes=Tastes(interests, mutes))
    assert edition is not None
    return {kind: [item.title for item in items] for kind, _, items in edition.sections}


def test_what_is_muted_leaves_featured_and_stands_at_the_end() -> None:
    rows = [entry(number, weight=2.0, minutes=0) for number in range(8)]
    rows.append(entry(9, weight=2.0, minutes=30, has_text=True, title="Crypto is back", kind="essay"))
    assert titles(rows, "featured")[0] == "Crypto is back"
    found = muting(rows, "crypto")
    assert list(found) == ["featured", "article", "muted"]
    assert found["muted"] == ["Crypto is back"]
    edition = compose(DAY, rows, tastes=Tastes((), ("crypto",)))
    assert edition is not None
    assert edition.counts["article"] == 8
    assert edition.counts["muted"] == 1
    assert edition.lead.endswith("8 articles (5 featured), 1 muted.")
    item = edition.sections[-1][2][0]
    assert (item.muted, item.taste, item.parts["interest"]) == (True, "crypto", -15.0)


def test_a_muted_source_does_not_speak_where_another_tells_the_story() -> None:
    rows = [
        entry(
            1, source_id="loud", source_title="Loud", url="https://e.org/a", title="Loudly told", weight=2.0
        ),
        entry(2, url="https://e.org/a", title="Calmly told"),
        entry(3, source_id="loud", source_title="Loud", title="Only loud has this"),
    ]
    assert muting(rows, "Loud") == {"article": ["Calmly told"], "muted": ["Only loud has this"]}
    assert muting(rows, "calmly")["muted"] == ["Calmly told"]


def test_an_interest_lifts_a_story() -> None:
    rows = [entry(number) for number in range(8)] + [
        entry(9, title="A tale of inference", sort_time=NOON - 20)
    ]
    assert muting(rows)["article"][-1] == "A tale of inference"
    assert muting(rows, interests=("inference",))["featured"] == ["A tale of inference"]


def test_a_source_is_featured_twice_at_most() -> None:
    loud = [entry(number, source_id="loud", weight=2.0) for number in range(10)]
    calm = [entry(number, weight=2.0, minutes=10, has_text=True) for number in (20, 21, 22)]
    chosen = titles([*loud, *calm], "featured")
    assert chosen == [entry(20).title, entry(21).title, entry(22).title, loud[0].title, loud[1].title]


def test_the_same_address_is_one_story_under_its_best_kind() -> None:
    rows = [
        entry(1, kind="social", url="https://www.example.org/a/?utm_source=x", title="Discussed"),
        entry(2, kind="article", url="http://example.org/a", title="Written"),
    ]
    assert titles(rows, "article") == ["Written"]
    assert titles(rows, "social") == []


def test_the_same_title_is_one_story_however_it_is_set() -> None:
    rows = [
        entry(1, title="OpenAI ships GPT-5.5 Instant"),
        entry(2, title="Ｏpenai ships “GPT‑5.5” instant!", weight=2.0),
    ]
    assert titles(rows, "article") == [rows[1].title]


def test_titles_that_tell_nothing_do_not_join() -> None:
    rows = [entry(1, title="v2.1.0"), entry(2, title="v2.1.0")]
    assert len(titles(rows, "article")) == 2
    repositories = [entry(number, kind="github", title="A release of the year") for number in (1, 2)]
    assert len(titles(repositories, "github")) == 2


def test_papers_are_capped_by_weight_then_newest_and_the_lead_says_so() -> None:
    rows = [entry(number, kind="paper", weight=0.5, source_id="arxiv") for number in range(40)]
    rows.append(entry(99, kind="paper", weight=1.5, sort_time=NOON - 9999))
    edition = compose(DAY, rows)
    assert edition is not None
    [(_, _, items)] = edition.sections
    assert [item.entry_id for item in items] == [99, *range(29)]
    assert edition.counts["paper"] == 30
    assert edition.lead == "2 sources: 30 of 41 papers."


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"kind": "article", "author": "Ann"}, "Source 1"),
        ({"kind": "social", "author": "@ann"}, "@ann"),
        ({"kind": "social"}, "Source 1"),
    ],
)
def test_who(fields: dict[str, object], who: str) -> None:
    edition = compose(DAY, [entry(1, **fields)])
    assert edition is not None
    assert edition.sections[0][2][0].who == who
    assert edition.lead == f"1 source: 1 {'post' if fields['kind'] == 'social' else 'article'}."


ENTRIES = st.lists(
    st.builds(
        DayEntry,
        id=st.integers(1, 10_000),
        source_id=st.sampled_from(["a", "b", "c"]),
        source_title=st.just("S"),
        kind=st.sampled_from(["article", "essay", "social", "github", "podcast", "paper", "digest"]),
        title=st.sampled_from(["One long headline", "one long headline!", "另一条很长的新闻标题", "v1", ""]),
        url=st.sampled_from(
            ["", "https://e.org/a", "http://www.e.org/a/", "https://e.org/b", "https://e.org/c"]
        ),
        author=st.just(""),
        summary=st.just(""),
        sort_time=st.integers(NOON - 86_400, NOON),
        minutes=st.integers(0, 30),
        weight=st.floats(0, 5),
        links=st.sampled_from(
            [(), ("https://e.org/a",), ("https://e.org/d",), ("https://e.org/a#x", "https://e.org/b")]
        ),
    ),
    max_size=60,
    unique_by=lambda row: row.id,
)


ARTICLE = "https://lab.example/launch"


def told(*rows: DayEntry, earlier: tuple[DayEntry, ...] = ()) -> list[list[int]]:
    """The stories of a day: the entry that speaks, then the others."""
    edition = compose(DAY, rows, earlier=earlier)
    assert edition is not None
    items = [item for _, _, items in edition.sections for item in items]
    return sorted([item.entry_id, *(other.entry_id for other in item.also_in)] for item in items)


def post(id_: int, *links: str, **fields: object) -> DayEntry:
    return entry(id_, kind="social", title=f"Number {id_} says something", links=links, **fields)


def test_a_post_that_links_to_an_article_is_of_its_story() -> None:
    article = entry(1, url=ARTICLE)
    assert told(article, post(2, f"{ARTICLE}/?utm_source=post#top")) == [[1, 2]]
    assert told(post(2, ARTICLE), earlier=(article,)) == [[2, 1]]
    assert told(article, earlier=(post(2, ARTICLE),)) == [[1, 2]]
    # its own address, its author and a tag are no other page
    own = post(2, "https://example.org/2", "https://social.example/@ann", "https://x.com/ann", ARTICLE)
    assert told(article, own) == [[1, 2]]
    assert told(article, post(3, ARTICLE), post(2, ARTICLE, source_id="source-3")) == [[1, 3, 2]]


def test_a_post_that_links_to_several_pages_or_to_none_is_of_no_story() -> None:
    article = entry(1, url=ARTICLE)
    assert told(article, post(2, ARTICLE, "https://other.example/page")) == [[1], [2]]
    assert told(entry(1, url="https://lab.example/"), post(2, "https://lab.example")) == [[1], [2]]
    assert told(entry(1, url="https://github.com/lab"), post(2, "https://github.com/lab")) == [[1], [2]]


def test_posts_that_link_to_one_page_are_one_story_but_for_how_an_account_signs() -> None:
    page = "https://elsewhere.example/page"
    assert told(post(1, page), post(2, page)) == [[2, 1]]  # the first to say it speaks
    signed = [post(number, page, source_id="same") for number in (1, 2, 3)]
    assert told(*signed) == [[1], [2], [3]]


def test_the_reader_splits_a_post_from_the_article_it_links_to() -> None:
    article = entry(1, url=ARTICLE, apart=frozenset((2,)))
    assert told(article, post(2, ARTICLE, apart=frozenset((1,)))) == [[1], [2]]


@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(rows: list[DayEntry], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before = [{"": 3}] * 14
    tastes = Tastes(("headline", "另一条"), ("v1", "c"))
    ways = [compose(DAY, some, tastes=tastes, before=before) for some in (rows, shuffled)]
    assert ways[0] == ways[1]


def by_content(row: DayEntry) -> tuple[object, ...]:
    return (row.sort_time, row.source_id, row.kind, row.title, row.url, row.minutes, row.weight, row.links)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_came_to_the_library_does_not_matter(
    rows: list[DayEntry], random: object
) -> None:
    rows = list({by_content(row): row for row in rows}.values())
    numbers = list(range(1, len(rows) + 1))
    ways = []
    for _ in range(2):
        random.shuffle(numbers)  # type: ignore[attr-defined]
        came = [replace(row, id=number) for row, number in zip(rows, numbers, strict=True)]
        edition = compose(DAY, came, tastes=Tastes(("headline",), ("v1",)), before=[{"": 3}] * 14)
        which = {row.id: by_content(row) for row in came}
        ways.append(
            edition
            and (
                edition.lead,
                edition.counts,
                [
                    (
                        kind,
                        which[item.entry_id],
                        item.score,
                        item.parts,
                        [which[other.entry_id] for other in item.also_in],
                    )
                    for kind, _, items in edition.sections
                    for item in items
                ],
                [(it.term, it.today, {which[id_] for id_ in it.entry_ids}) for it in edition.trend],
            )
        )
    assert ways[0] == ways[1]


def test_labelled_headlines_are_the_same_stories_in_whatever_order_they_came() -> None:
    found, ways = headlines(), []
    for seed in range(4):
        numbers = list(range(len(found)))
        Random(seed).shuffle(numbers)
        rows = [
            entry(
                number,
                source_id=one.source,
                title=one.title,
                url=f"https://e.org/{at}",
                sort_time=NOON + at % 5,
            )
            for at, (number, one) in enumerate(zip(numbers, found, strict=True))
        ]
        where = {row.id: row.url for row in rows}
        ways.append([[where[id_] for id_ in story] for story in told(*rows)])
    assert all(sorted(way) == sorted(ways[0]) for way in ways)
    assert len(ways[0]) < len(found) * 0.7


@given(ENTRIES)
def test_no_address_twice_and_scores_in_bounds(rows: list[DayEntry]) -> None:
    edition = compose(DAY, rows)
    if edition is None:
        return
    items = [item for _, _, items in edition.sections for item in items]
    addresses = [item.url.replace("http://www.", "https://").rstrip("/") for item in items if item.url]
    assert len(addresses) == len(set(addresses))
    assert all(0 <= item.score <= 100 for item in items)
    assert len(items) == sum(number for kind, number in edition.counts.items() if kind != "featured")
