"""Counts in the leads of editions, in both languages, and leads that were cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.editions.counts import is_cut, stated


@pytest.mark.parametrize(
    ("lead", "counts"),
    [
        (
            "Today's report covers 21 articles (5 featured), 26 KOL tweets, 5 GitHub trending projects.",
            {"article": 21, "featured": 5, "social": 26, "github": 5},
        ),
        (
            "Today's report covers 3 featured articles, 5 GitHub trending projects, and 12 KOL tweets.",
            {"featured": 3, "github": 5, "social": 12},
        ),
        (
            "Today's report covers 18 articles, 27 tweets, 5 GitHub projects, and 2 podcast episodes.",
            {"article": 18, "social": 27, "github": 5, "podcast": 2},
        ),
        (
            "14 sources: 21 articles (5 featured), 26 posts, 5 repositories, 1 episode, 12 papers.",
            {"article": 21, "featured": 5, "social": 26, "github": 5, "podcast": 1, "paper": 12},
        ),
        ("This issue covers three articles.", {"article": 3}),
        ("This week's issue includes 1,204 papers.", {"paper": 1204}),
        (
            "今日共收录 21 篇文章（5 篇精选）、26 条 KOL 推文、5 个 GitHub 热门项目和 1 期播客。",
            {"article": 21, "featured": 5, "social": 26, "github": 5, "podcast": 1},
        ),
        (
            "本期涵盖21篇文章（精选5篇），二十六条推文，十二篇论文，两个开源项目。",
            {"article": 21, "featured": 5, "social": 26, "paper": 12, "github": 2},
        ),
        ("Agents are getting serious. We're covering 13 a", None),
        ("A study of 300 papers finds that 80% of articles are read. GPT-5.5 posts a record.", None),
        ("xAI's Grok 4.3 API covers more ground.", None),
        ("一项研究分析了 300 篇论文。", None),
        ("", None),
    ],
)
def test_stated_counts(lead: str, counts: dict[str, int] | None) -> None:
    assert stated(lead) == counts


@pytest.mark.parametrize(
    ("lead", "cut"),
    [
        ("highlighted by Stratechery's deep dive and OpenAI's new securit", True),
        ("inference costs dropped", True),
        ("It goes on …", True),
        ("It goes on...", True),
        ("基础设施正在成熟，", True),
        ("The ecosystem is maturing fast.", False),
        ("“The ecosystem is maturing fast.”", False),
        ("生态正在成熟。", False),
        ("", False),
    ],
)
def test_a_lead_that_stops_in_mid_sentence_was_cut(lead: str, cut: bool) -> None:
    assert is_cut(lead) is cut


@given(
    st.text(
        alphabet="0123456789 ,.、。（）篇文章条推文十二GitHubarticles(5featured)posts本期收录covers",
        max_size=200,
    )
)
def test_any_text_gives_counts_or_none(lead: str) -> None:
    counts = stated(lead)
    assert counts is None or (counts and all(number >= 0 for number in counts.values()))
