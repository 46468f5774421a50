"""What the titles and addresses of digest sources say an entry is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.editions.classify import believed, classify
from techdash.models.sources import KINDS

BLOG = "https://blog.recsys-frontier.com"


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        (
            "AI Tech Daily - 2026-05-12",
            f"{BLOG}/article/ai-daily-en-2026-05-12",
            ("digest", "daily", "2026-05-12"),
        ),
        (
            "AI 技术日报 - 2026-05-12",
            f"{BLOG}/article/ai-daily-2026-05-12",
            ("digest", "daily", "2026-05-12"),
        ),
        ("AI技术日报 2026年5月2日", "", ("digest", "daily", "2026-05-02")),
        ("Today in AI", f"{BLOG}/article/ai-daily-en-2026-05-12", ("digest", "daily", "2026-05-12")),
        (
            "AI Tech Daily - 2026-02-30",
            f"{BLOG}/article/ai-daily-en-2026-02-28",
            ("digest", "daily", "2026-02-28"),
        ),
        (
            "RecSys Weekly 2026-W11",
            f"{BLOG}/article/recsys-weekly-2026-w11",
            ("digest", "weekly", "2026-03-09"),
        ),
        ("AI Weekly 2026-W15", "", ("digest", "weekly", "2026-04-06")),
        ("推荐系统周报 2026 年第 11 周", "", ("digest", "weekly", "2026-03-09")),
        ("RecSys Weekly 2026-W60", "", ("digest", "weekly", "2026-05-13")),
        ("RecSys Weekly 2020-W53", "", ("digest", "weekly", "2020-12-28")),
        (
            "Claude Code 使用技巧与 Agentic Engineering",
            f"{BLOG}/article/claude-code",
            ("cheatsheet", None, None),
        ),
        ("推荐算法只可锦上添花,不能雪中送炭", f"{BLOG}/article/growth", ("essay", None, None)),
        ("Notes of 2026-05-12 on normalisation", f"{BLOG}/2026/05/12/notes", ("essay", None, None)),
        ("My #1 lesson of the year", "", ("essay", None, None)),
        (
            "Agents get serious 🤖, chips 💾",
            "https://tldr.tech/ai/2026-05-12",
            ("digest", "daily", "2026-05-12"),
        ),
        (
            "not much happened",
            "https://news.smol.ai/issues/26-05-12-quiet/",
            ("digest", "daily", "2026-05-12"),
        ),
        (
            "[AINews] A quiet day",
            "https://www.latent.space/p/ainews-quiet",
            ("digest", "daily", "2026-05-13"),
        ),
        ("Import AI 456: one; two", "https://importai.substack.com/p/x", ("digest", "weekly", "2026-05-13")),
        ("Last Week in AI #342 - chips", "https://lastweekin.ai/p/342", ("digest", "weekly", "2026-05-13")),
        (
            "News of the week",
            "https://www.deeplearning.ai/the-batch/issue-300/",
            ("digest", "weekly", "2026-05-13"),
        ),
        ("科技爱好者周刊（第 395 期）：一句话", "", ("digest", "weekly", "2026-05-13")),
        ("某某日报 第 12 期", "", ("digest", "daily", "2026-05-13")),
    ],
)
def test_entries_of_digest_sources(
    title: str, url: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert classify(title, url, "digest", "2026-05-13") == expected


def test_tags_name_a_reference_page() -> None:
    assert classify("Commands", "", "digest", None, ["Cheatsheet"]) == ("cheatsheet", None, None)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "digest"])
def test_other_sources_keep_their_kind(kind: str) -> None:
    assert classify("AI Tech Daily - 2026-05-12", "", kind, "2026-05-13") == (kind, None, None)  # type: ignore[arg-type]


def test_an_edition_without_any_day_has_none() -> None:
    assert classify("Import AI 456", "", "digest", None) == ("digest", "weekly", None)


@given(st.text(), st.text(), st.sampled_from([None, "2026-05-13"]))
def test_any_title_and_address_give_a_kind(title: str, url: str, day: str | None) -> None:
    kind, cadence, found = classify(title, url, "digest", day)
    assert kind in KINDS
    assert (kind == "digest") == (cadence is not None)
    assert found is None or len(found) == 10


@pytest.mark.parametrize(
    ("named", "day"),
    [
        ("2026-05-11", "2026-05-11"),
        ("2026-05-13", "2026-05-13"),  # published east of here
        ("2026-05-18", "2026-05-18"),  # next week, announced
        ("2027-05-12", "2026-05-12"),  # a typing error, which would be the latest day for a year
        (None, "2026-05-12"),
        ("", "2026-05-12"),
    ],
)
def test_the_day_that_an_edition_names_is_believed_unless_it_is_far_to_come(
    named: str | None, day: str
) -> None:
    assert believed(named, "2026-05-12", 1_778_580_000) == day  # 2026-05-12, 10:00 UTC
