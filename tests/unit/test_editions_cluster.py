"""One story once: features of headlines, what joins them, what keeps them apart, and how well it does."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.stories import headlines, in_two_languages, measured

from techdash.editions.cluster import WINDOW, Telling, background, contradict, stories
from techdash.editions.compose import compose
from techdash.editions.features import Names, features, text_terms, told
from techdash.models.editions import DayEntry

NOON = 1_778_587_200


def joined(*titles: str) -> bool:
    """Whether two headlines of two sources, an hour apart, are one story among everyday ones."""
    both = [telling(number, title) for number, title in enumerate(titles)]
    others = [telling(100 + number, one.title) for number, one in enumerate(headlines()[:60])]
    found = stories([*both, *others])
    return any({0, 1} <= set(group) for group in found)


def telling(id_: int, title: str, *, source: str = "", time: int = 0, **fields: object) -> Telling:
    source = source or f"source {id_}"
    return Telling(id_, source, time, told(title, source), **fields)  # type: ignore[arg-type]


# -- features


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("GPT-5.5", {"gpt", "5.5"}),
        ("ＧＰＴ‑５.５", {"gpt", "5.5"}),
        ("Gemini 3", {"gemini", "gemini-3"}),
        ("raises $107M", {"rais", "#1.07e+08"}),
        ("融资 1.07 亿美元", {"rais", "#1.07e+08"}),
        ("107 million dollars", {"#1.07e+08"}),
        ("63,000 and 6.3 万", {"#6.3e+04"}),
        ("苹果", {"appl"}),
        ("Apple’s", {"appl"}),
        ("May 12; 5月12日; 2026-05-12", {"@5-12"}),
        ("up 20%", {"20%"}),
        ("CVE-2026-3055", {"cve-2026-3055"}),
        ("releases, released, releasing", {"releas"}),
        ("蠕虫攻击", {"worm", "攻击"}),
        ("数据权重", {"数据", "weight"}),
    ],
)
def test_terms_of_a_title(title: str, terms: set[str]) -> None:
    assert features(title).title == terms


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("A worm spreads - The Verge", "Elsewhere"),
        ("A worm spreads | Some Blog", "Some Blog"),
        ("Reuters: A worm spreads", "Elsewhere"),
        ("A worm spreads｜机器之心", "x"),
    ],
)
def test_outlets_are_no_terms(title: str, source: str) -> None:
    assert features(title, source).title == features("A worm spreads").title


def test_the_start_of_the_text_has_words_and_no_figures() -> None:
    found = text_terms("The worm of 2026 " + "x " * 200 + "far away")
    assert found == {"worm"}
    assert text_terms("攻击者窃取凭证") >= {"steal", "凭证"}


def test_texts_help_to_join_what_titles_leave_open() -> None:
    titles = "Acme Zanzi lands in Lisbon", "Why Acme chose Zanzi over its old cheap Blorp"
    text = "Lisbon harbour: Acme lands Zanzi, chose it over old, cheap Blorp."
    bare = [telling(n, title) for n, title in enumerate(titles)]
    assert len(stories(bare)) == 2
    assert len(stories([replace(row, text=text) for row in bare])) == 1


def test_a_users_own_alias() -> None:
    names = Names({"某某科技": "Acme"})
    assert features("某某科技融资", "", names).title == {"acme", "rais"}
    assert features("Acme raises", "", names).title == features("某某科技融资", "", names).title


# -- joins and guards


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OpenAI launches GPT-6.1 for everyone", "OpenAI 发布 GPT-6.1"),
        ("Acme raises $107M to build robots", "机器人公司 Acme 融资 1.07 亿美元"),
        ("Tesla recalls 63,000 cars over lights", "Tesla to recall over 63,000 cars, lights too bright"),
        ("苹果推迟折叠屏手机", "苹果折叠屏手机推迟发布"),
    ],
)
def test_one_story(one: str, other: str) -> None:
    assert joined(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OpenAI launches GPT-6.1", "OpenAI launches GPT-6.2"),
        ("OpenAI launches GPT-6.1", "OpenAI launches GPT-6.1 mini"),
        ("Claude Opus 5 is out today", "Claude Sonnet 5 is out today"),
        ("OpenAI 发布 GPT-6.1", "OpenAI 发布 GPT-6.2"),
        ("Acme raises $107M for robots", "Acme raises $20M for robots"),
        ("Linux release notes for May 12", "Linux release notes for May 13"),
        ("Show HN: A feed reader for the terminal", "Show HN: A feed reader for the terminal in Go"),
        ("AI Daily 2026-05-12: GPT-6.1 and Gemini 4", "AI 日报 2026-05-12：GPT-6.1 与 Gemini 4"),
        ("Critical Citrix flaw CVE-2026-1 exploited", "Critical Citrix flaw CVE-2026-2 exploited"),
        ("Spain plans $10 billion fund", "Chile plans $10 billion fund"),
        ("KDD 2026 最佳论文公布", "ACL 2026 最佳论文公布"),
    ],
)
def test_two_stories(one: str, other: str) -> None:
    assert not joined(one, other)


def test_one_source_tells_a_story_once() -> None:
    same = "Tesla recalls 63,000 cars over lights"
    rows = [telling(1, same, source="a"), telling(2, same + " again", source="a")]
    assert stories(rows) == [(1,), (2,)]
    assert stories([*rows, telling(3, same, source="b")]) in ([(1, 3), (2,)], [(1,), (2, 3)])


def test_a_story_has_two_days() -> None:
    same = "Tesla recalls 63,000 cars over lights"
    assert stories([telling(1, same), telling(2, same, time=WINDOW)]) == [(1, 2)]
    assert stories([telling(1, same), telling(2, same, time=WINDOW + 1)]) == [(1,), (2,)]


def test_no_chain_through_a_headline_without_a_version() -> None:
    rows = [
        telling(1, "OpenAI launches GPT-6.1 model for coding agents"),
        telling(2, "OpenAI launches new model for coding agents"),
        telling(3, "OpenAI launches GPT-6.2 model for coding agents"),
    ]
    assert not any({1, 3} <= set(group) for group in stories(rows))
    assert any(len(group) == 2 for group in stories(rows))


def test_what_the_reader_split_stays_apart_whatever_joins_it() -> None:
    same = "Tesla recalls 63,000 cars over lights"
    keys = ("url https://e.org/a",)
    rows = [telling(1, same, keys=keys), telling(2, same, keys=keys), telling(3, same)]
    assert stories(rows) == [(1, 2, 3)]
    rows[0] = telling(1, same, keys=keys, apart=frozenset({2}))
    assert not any({1, 2} <= set(group) for group in stories(rows))


# -- pure


TITLES = st.lists(st.sampled_from([one.title for one in headlines()[:25]]), min_size=2, max_size=40)


@settings(max_examples=60)
@given(TITLES, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_nothing_is_lost(titles: list[str], random: Random) -> None:
    rows = [telling(n, title, source=f"s{n % 7}", time=n * 3600) for n, title in enumerate(titles)]
    found = stories(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert stories(shuffled) == found
    assert sorted(id_ for group in found for id_ in group) == list(range(len(rows)))
    by_id = {row.id: row for row in rows}
    for group in found:
        for one, other in itertools.combinations(group, 2):
            assert not contradict(by_id[one].features, by_id[other].features)
            assert by_id[one].source_id != by_id[other].source_id


@settings(max_examples=200)
@given(st.text(max_size=80), st.text(max_size=300))
def test_any_text_has_features(title: str, text: str) -> None:
    found = features(title)
    assert found.shared <= found.title
    assert all(text_terms(text))


@given(TITLES, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_an_edition_is_the_same_in_any_order(titles: list[str], random: Random) -> None:
    rows = [entry(n, title) for n, title in enumerate(titles)]
    earlier = [entry(100 + n, title, sort_time=NOON - 80_000) for n, title in enumerate(titles[:5])]
    known = background([(title, "x") for title in titles])
    edition = compose("2026-05-12", rows, earlier=earlier, background=known)
    random.shuffle(rows)
    random.shuffle(earlier)
    assert compose("2026-05-12", rows, earlier=earlier, background=known) == edition
    assert edition is not None
    told = [id_ for _, _, items in edition.sections for item in items for id_ in ids(item)]
    assert len(told) == len(set(told))
    assert set(told) >= {row.id for row in rows}


def entry(id_: int, title: str, **fields: object) -> DayEntry:
    values: dict[str, object] = {
        "id": id_,
        "source_id": f"source-{id_}",
        "source_title": f"Source {id_}",
        "kind": "article",
        "title": title,
        "url": f"https://example.org/{id_}",
        "author": "",
        "summary": "",
        "sort_time": NOON + id_,
        "minutes": 5,
        "weight": 1.0,
    }
    return DayEntry(**(values | fields))  # type: ignore[arg-type]


def ids(item: object) -> list[int]:
    return [item.entry_id, *(other.entry_id for other in item.also_in)]  # type: ignore[attr-defined]


# -- a day's edition


ONE = "OpenAI launches GPT-6.1 for coding agents"
SAME = "OpenAI 发布 GPT-6.1，面向编程智能体"


def test_the_best_entry_speaks_and_names_the_others() -> None:
    edition = compose("2026-05-12", [entry(1, ONE), entry(2, SAME, weight=2.0), entry(3, "Something else")])
    assert edition is not None
    [(_, _, items)] = edition.sections
    first = items[0]
    assert (first.entry_id, [(one.source, one.title, one.url) for one in first.also_in]) == (
        2,
        [("Source 1", ONE, "https://example.org/1")],
    )
    assert edition.counts["article"] == 2
    assert edition.lead.startswith("3 sources: 2 articles")


def test_a_story_over_midnight_is_one_on_either_day_and_what_was_read_of_it_speaks() -> None:
    evening, morning = entry(1, ONE, sort_time=NOON - 50_000), entry(2, SAME)
    edition = compose("2026-05-12", [morning], earlier=[evening, entry(3, "Another thing of yesterday")])
    assert edition is not None
    [(_, _, [item])] = edition.sections
    assert ids(item) == [2, 1]
    read = entry(1, ONE, sort_time=NOON - 50_000, read=True)
    edition = compose("2026-05-12", [morning], earlier=[read])
    assert edition is not None
    assert [ids(item) for _, _, items in edition.sections for item in items] == [[1, 2]]


def test_what_a_source_calls_the_same_every_day_is_a_series() -> None:
    rows = [entry(n, "Links for today, with coffee", source_id="a", url=f"https://e.org/{n}") for n in (1, 2)]
    edition = compose("2026-05-12", [rows[1]], earlier=[rows[0]])
    assert edition is not None
    assert [ids(item) for _, _, items in edition.sections for item in items] == [[2]]


# -- how well


def test_the_labelled_headlines_are_many_and_in_both_languages() -> None:
    found = headlines()
    assert len(found) >= 200
    assert sum(features(one.title).is_han for one in found) >= 60
    assert len({(one.source, one.title) for one in found}) == len(found)


def test_precision_and_recall_on_the_labelled_headlines() -> None:
    precision, recall = measured(headlines())
    assert precision >= 0.9
    assert recall >= 0.7


def test_recall_across_languages() -> None:
    precision, recall = measured(headlines(), in_two_languages)
    assert precision >= 0.9
    assert recall >= 0.7
