"""Trends: what rises above its usual, what doesn't, what it is called, and the lead that names it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.test_editions_compose import entry

from techdash.editions import lead, trends
from techdash.models.editions import DayEntry, Trend

PLAIN = [
    "Compilers and caches",
    "Battery chemistry",
    "A router in Zig",
    "Notes on Fortran",
    "Vector databases",
]


def rows(*titles: str, start: int = 0, kind: str = "article") -> list[DayEntry]:
    """Entries of so many sources as titles."""
    return [entry(start + n, title=title, kind=kind) for n, title in enumerate(titles)]


def days(*titles: str, number: int = 14) -> list[dict[str, int]]:
    return [trends.counts(rows(*PLAIN, *titles)) for _ in range(number)]


def names(today: list[DayEntry], before: list[dict[str, int]]) -> list[str]:
    return [trend.term for trend in trends.rising(today, before)]


def test_a_term_that_nobody_used_rises_with_three_entries_of_two_sources() -> None:
    today = rows(*PLAIN, "Mamba returns", "Why Mamba", "Mamba, measured")
    [trend] = trends.rising(today, days())
    assert trend == Trend("Mamba", 3, 0.0, (5, 6, 7), 3, (0, 0, 0, 0, 0, 0, 3))
    assert names(today[:-1], days()) == []
    one_source = [entry(n, title=row.title, source_id="one") for n, row in enumerate(today)]
    assert names(one_source, days()) == []


@pytest.mark.parametrize(("usual", "rises"), [(0, True), (1, False), (2, False)])
def test_three_entries_rise_only_where_none_is_usual(usual: int, rises: bool) -> None:
    used = [f"Mamba {word}" for word in ("here", "there")][:usual]
    today = rows(*PLAIN, "Mamba returns", "Why Mamba", "Mamba, measured")
    assert (names(today, days(*used)) == ["Mamba"]) is rises


def test_the_usual_is_the_mean_of_the_days_that_had_entries() -> None:
    before = days("Mamba here", number=7) + days(number=7)
    today = rows(*PLAIN, *(f"Mamba {n}x" for n in range(7)))
    [trend] = trends.rising(today, before)
    assert (trend.today, trend.usual) == (7, 0.5)
    [trend] = trends.rising(today, [{}] * 7 + days("Mamba here", number=7))
    assert trend.usual == 1.0


def test_before_there_is_a_usual_nothing_rises() -> None:
    today = rows(*PLAIN, "Mamba returns", "Why Mamba", "Mamba, measured")
    assert names(today, [{}] * 10 + days(number=4)) == []
    assert names(today, [{}] * 9 + days(number=5)) == ["Mamba"]


def test_a_new_source_makes_no_trend_of_all_it_writes_about() -> None:
    before = days("Mamba here")
    today = rows(*PLAIN * 8, *(f"Mamba {n}x" for n in range(9)))
    assert "Mamba" not in names(today, before)


def test_papers_do_not_decide() -> None:
    assert names(rows(*PLAIN, "Mamba a", "Mamba b", "Mamba c", "Mamba d", kind="paper"), days()) == []
    assert trends.counts(rows("Mamba a", kind="paper")) == {}


@pytest.mark.parametrize(
    ("titles", "label"),
    [
        (["GPT-5.5 ships", "Trying GPT-5.5", "GPT-5.5 in Copilot"], "GPT-5.5"),
        (["Claude Opus 5.5 is out", "Claude Opus 5.5, priced", "With Claude Opus 5.5"], "Claude Opus 5.5"),
        (["Agents everywhere", "An agent for mail", "The agents write"], "agents"),
        (["具身智能的拐点", "谈谈具身智能", "具身智能有多难"], "具身智能"),
        (["苹果的新耳机", "苹果耳机", "Apple headset", "苹果之眼"], "苹果"),
    ],
)
def test_names_and_versions_are_kept_whole(titles: list[str], label: str) -> None:
    found = names(rows(*PLAIN, *titles), days())
    assert found[0].casefold() == label.casefold()


def test_terms_of_one_story_are_one_trend_and_three_are_shown() -> None:
    today = rows(*PLAIN, *["Mamba beats Hyena at recall"] * 3)
    assert len(names(today, days())) == 1
    four = [f"{word} {n}x" for word in ("Mamba", "Hyena", "Griffin", "Zamba") for n in range(3)]
    assert len(names(rows(*PLAIN, *four), days())) == 3


def test_everyday_words_and_figures_are_no_trend() -> None:
    for titles in (
        ["New tool released", "A tool for teams", "Best tool"],
        ["Raises $40M", "$40M", "For $40M"],
    ):
        assert names(rows(*PLAIN, *titles), days()) == []
    assert names(rows(*PLAIN, "正式发布", "今日发布", "宣布发布"), days()) == []


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["Mamba wins", "Mamba and Hyena", "苹果发布", "Hyena", "GPT-5.5", "x"]), max_size=20
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_entries_does_not_matter(titles: list[str], chance: random.Random) -> None:
    today = rows(*titles)
    shuffled = list(today)
    chance.shuffle(shuffled)
    assert trends.rising(today, days()) == trends.rising(shuffled, days())
    assert trends.counts(today) == trends.counts(shuffled)


COUNTS = {"featured": 2, "article": 21, "social": 26, "github": 1, "podcast": 1, "paper": 30}
RISING = (Trend("Mamba", 6, 0.2, sources=6), Trend("智能体", 4, 1.0, sources=4))


def test_the_lead_in_both_languages() -> None:
    assert lead.english(14, COUNTS, 412, RISING) == (
        "14 sources: 21 articles (2 featured), 26 posts, 1 repository, 1 episode, 30 of 412 papers. "
        "Rising: Mamba (6 sources), 智能体 (4)."
    )
    assert lead.chinese(14, COUNTS, 412, RISING) == (
        "14 个来源：21 篇文章（2 篇精选）、26 条动态、1 个项目、1 期播客、412 篇论文中的 30 篇。"
        "升温：Mamba（6 个来源）、智能体（4 个）。"
    )


def test_a_lead_without_trends_says_nothing_of_them() -> None:
    assert lead.english(1, {"article": 1}, 0) == "1 source: 1 article."
    assert lead.chinese(1, {"article": 1, "muted": 2}, 0) == "1 个来源：1 篇文章、2 条已静音。"
