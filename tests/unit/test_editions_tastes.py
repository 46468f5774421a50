"""Interests and mutes: what they match, which is the stronger, and what a title says of itself by name."""

from __future__ import annotations

import pytest
from tests.unit.test_editions_compose import entry

from techdash.editions.tastes import Liking, Taster, chosen, names
from techdash.models.editions import Tastes

ROW = entry(
    1,
    title="Anthropic ships GPU-free 推理 for agents",
    summary="A study of Ｔokens.",
    source_id="hn",
    source_title="Hacker News",
    topics=("community",),
    tags=("Rust Lang",),
)


@pytest.mark.parametrize(
    "name",
    [
        *("anthropic", "ANTHROPIC", "agent", "agents", "推理", "tokens", "gpu", "ships gpu"),
        *("hn", "Hacker News", "hacker news", "community", "rust lang"),
    ],
)
def test_a_name_matches_word_source_or_topic(name: str) -> None:
    assert Taster(Tastes((name,), ()))(ROW)[:2] == (1, name)
    assert Taster(Tastes((), (name,)))(ROW)[:2] == (-1, name)


@pytest.mark.parametrize("name", ["anthrop", "gent", "news", "commun", "stud", "", " ", "推理机", "c++"])
def test_a_part_of_a_word_does_not_match(name: str) -> None:
    assert Taster(Tastes((name,), ()))(ROW) == Liking()


def test_a_mute_is_stronger_and_a_word_is_told_from_a_source() -> None:
    taster = Taster(Tastes(("anthropic",), ("hn", "agents")))
    assert taster(ROW) == Liking(-1, "hn", by_word=False)
    assert Taster(Tastes(("anthropic",), ("agents",)))(ROW) == Liking(-1, "agents", by_word=True)


def test_keys_go_before_the_configuration() -> None:
    configured = Tastes(("Rust", "agents"), ("crypto",))
    assert chosen(configured, {}) == Tastes(("Rust", "agents"), ("crypto",))
    assert chosen(configured, {"rust": -1, "Crypto": 0, "zig": 1}) == Tastes(("agents", "zig"), ("rust",))
    assert chosen(Tastes(("b", "a"), ()), {}) == chosen(Tastes(("a", "b"), ()), {})


@pytest.mark.parametrize(
    ("title", "best"),
    [
        ("OpenAI raises $40B at a new valuation", "OpenAI"),
        ("Why inference costs are falling", "inference"),
        ("Show HN: A tiny vLLM server in Zig", "vLLM"),
        ("苹果发布新款《Vision Air》头显", "Vision Air"),
        ("GPT-5.5 系统卡解读", "GPT-5.5"),
        ("Scaling laws for Mixture of Experts", "Mixture"),
        ("深度学习的未来", None),
        ("", None),
    ],
)
def test_the_best_name_of_a_title(title: str, best: str | None) -> None:
    assert next(iter(names(title, {})), None) == best


def test_the_name_that_comes_up_most_goes_first() -> None:
    title = "Anthropic and Mozilla on Firefox"
    assert names(title, {"mozilla": 9, "anthropic": 3})[:2] == ["Mozilla", "Anthropic"]
