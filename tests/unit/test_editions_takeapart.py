"""Published digests taken apart: one fixture for each family, in its structure and in words of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash import assets
from techdash.document import html, markdown, plain
from techdash.document.tree import Document
from techdash.editions.takeapart import take_apart
from techdash.models.parsed import SECTION_KINDS, ParsedEdition, ParsedItem

FIXTURES = Path(__file__).parent.parent / "data" / "digests"
DAY = "2026-05-12"


def edition_of(doc: Document, title: str = f"AI Tech Daily - {DAY}") -> ParsedEdition:
    return take_apart(doc, title, DAY, "daily")


def from_markdown(text: str) -> ParsedEdition:
    return edition_of(markdown.parse(text))


def shape(edition: ParsedEdition) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [
        (section.kind, section.title, [(item.title, item.url) for item in section.items])
        for section in edition.sections
    ]


def items(edition: ParsedEdition) -> list[ParsedItem]:
    return [item for section in edition.sections for item in section.items]


# -- the blog's daily


# -- other families


def test_stories_in_paragraphs_led_by_bold_words() -> None:
    edition = from_markdown(
        "The week in short, with [a link](https://e.example/x) in it.\n\n"
        "**A lab ships its model.** It answers fast. [Read more](https://lab.example/model)\n\n"
        "It also costs less.\n\n"
        "**Old chips**: they [find buyers](https://news.example/chips).\n\n"
        "**Agents** are everywhere, as **we** said.\n"
    )
    assert edition.lead == "The week in short, with a link in it."
    assert shape(edition) == [
        (
            "article",
            "Articles",
            [
                ("A lab ships its model", "https://lab.example/model"),
                ("Old chips", "https://news.example/chips"),
            ],
        )
    ]
    assert items(edition)[0].summary == "It answers fast. It also costs less."
    assert items(edition)[1].summary == "they find buyers. Agents are everywhere, as we said."


def test_the_parts_of_a_batch_story_stay_within_it() -> None:
    edition = from_markdown(
        "# News\n\n## Chips for everyone\n\n**What’s new:** Machines are for [rent](https://news.example/chips).\n\n"
        "**How it works:** By the hour, see [prices](https://news.example/prices).\n\n"
        "**We’re thinking:** Good.\n\n## A clock\n\n**What’s new:** It [ticks](https://news.example/clock).\n"
    )
    assert [(item.title, item.url) for item in items(edition)] == [
        ("Chips for everyone", "https://news.example/chips"),
        ("A clock", "https://news.example/clock"),
    ]


def test_a_row_over_a_list_of_links_is_a_section() -> None:
    edition = from_markdown(
        "- GitHub\n  - [a/b](https://github.com/a/b): one\n  - [c/d](https://github.com/c/d): two\n"
        "- 论文\n  - [一篇](https://arxiv.org/abs/1)\n  - [又一篇](https://arxiv.org/abs/2)\n"
    )
    assert [(section.kind, section.title, len(section.items)) for section in edition.sections] == [
        ("github", "GitHub", 2),
        ("paper", "论文", 2),
    ]


def test_toggles_are_sections() -> None:
    doc = html.parse(
        '<details class="notion-toggle"><summary>Podcasts</summary><div><ul><li>'
        '<a href="https://p.example/1">Episode one</a></li></ul></div></details>'
    )
    assert shape(edition_of(doc)) == [("podcast", "Podcasts", [("Episode one", "https://p.example/1")])]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Featured Articles", "featured"),
        ("Top Stories", "featured"),
        ("📌 今日精选", "featured"),
        ("Top Tweets", "social"),
        ("KOL 动态", "social"),
        ("精选推文", "social"),
        ("Blog posts", "article"),
        ("行业动态", "article"),
        ("深度文章", "article"),
        ("Trending on GitHub", "github"),
        ("开源项目", "github"),
        ("Trending papers", "paper"),
        ("论文速递", "paper"),
        ("Podcast Highlights", "podcast"),
        ("播客", "podcast"),
        ("杂项", "paper"),
        ("Odds and ends", "paper"),
    ],
)
def test_a_section_has_the_kind_its_heading_names_else_that_of_its_links(heading: str, kind: str) -> None:
    edition = from_markdown(f"## {heading}\n\n- [A clock](https://arxiv.org/abs/1): it ticks.\n")
    assert [section.kind for section in edition.sections] == [kind]


# -- what is no item


def test_ways_around_the_site_are_no_items() -> None:
    edition = from_markdown(
        "[Home](https://e.example/) · [Archive](https://e.example/a)\n\nThe lead.\n\n"
        "## Articles\n\n- [Story](https://n.example/1)\n- [Tweets of the day](#tweets)\n- [Subscribe](https://e.example/s)\n\n"
        "[Previous issue](https://e.example/p) | [Next issue](https://e.example/n)\n\n"
        "## Subscribe\n\n- [By mail](https://e.example/mail)\n\n## 往期回顾\n\n- [上周](https://e.example/last)\n"
    )
    assert edition.lead == "The lead."
    assert shape(edition) == [("article", "Articles", [("Story", "https://n.example/1")])]


def test_points_of_an_overview_are_its_lead_and_no_items() -> None:
    edition = from_markdown(
        "## TL;DR\n\n- **Chips**: [cheap](https://e.example/c).\n- Agents.\n\n## Articles\n\n- [S](https://n.example/)\n"
    )
    assert edition.lead == "Chips: cheap.\n\nAgents."
    assert len(items(edition)) == 1


def test_an_overview_that_is_all_there_is_holds_the_items() -> None:
    edition = from_markdown(
        "**Overview**\n\nThe lead.\n\n- [One](https://n.example/1)\n- [Two](https://n.example/2)\n"
    )
    assert edition.lead == "The lead."
    assert [item.title for item in items(edition)] == ["One", "Two"]


def test_prose_and_lists_without_link_or_bold_words_are_no_items_but_stay() -> None:
    edition = from_markdown(
        "The lead.\n\n## Notes\n\nSome prose.\n\n- one\n- two\n\n## More\n\nOther prose.\n"
    )
    assert edition.lead == "The lead."
    assert [(section.title, section.items, section.prose) for section in edition.sections] == [
        ("Notes", (), "Some prose.\none\ntwo"),
        ("More", (), "Other prose."),
    ]


@pytest.mark.parametrize(
    "heading",
    ["Share prices fall", "About the new law", "Subscriptions rise", "分享经济遇冷", "关于智能体的法律"],
)
def test_a_headline_that_begins_like_a_way_around_the_site_is_none(heading: str) -> None:
    edition = from_markdown(f"The lead.\n\n## {heading}\n\n- [A story](https://n.example/1): of today.\n")
    assert [(section.title, len(section.items)) for section in edition.sections] == [(heading, 1)]


def test_what_stood_beside_the_lead_comes_last() -> None:
    edition = from_markdown(
        "# The Ledger\n\n*Printed at night.*\n\nThe lead.\n\n## Articles\n\n- [A story](https://n.example/1)\n"
    )
    assert edition.lead == "The lead."
    assert [(section.title, section.prose) for section in edition.sections] == [
        ("Articles", ""),
        ("More", "Printed at night.\nThe Ledger"),
    ]


def test_a_text_alone_is_a_lead_and_cut_where_it_breaks_off() -> None:
    cut = edition_of(plain.parse("Today's report covers 2 articles. It goes on abou"))
    assert cut.lead == "Today's report covers 2 articles. It goes on abou"
    assert cut.lead_cut
    assert cut.stated_counts == {"article": 2}
    assert not edition_of(plain.parse("It is whole.")).lead_cut


def test_a_remark_in_italics_and_the_property_table_are_not_in_the_lead() -> None:
    edition = from_markdown(
        "type Post status Published date May 12, 2026 password\n\n*Sent from a train.*\n\nThe lead.\n"
    )
    assert edition.lead == "The lead."
    assert from_markdown("*All there is.*\n").lead == "All there is."


def test_nothing_gives_an_empty_edition() -> None:
    assert edition_of(plain.parse("")) == ParsedEdition(DAY, "daily", "")


def test_a_page_of_links_is_bounded() -> None:
    rows = "\n".join(f"- [Story {number}](https://n.example/{number}) " + "x" * 900 for number in range(700))
    found = items(from_markdown(f"## Articles\n\n{rows}\n"))
    assert len(found) == 500
    assert all(len(item.summary) <= 600 for item in found)
    assert len(from_markdown("word " * 1000).lead) <= 1200


# -- the starter's editions


STARTER = {
    "2026-05-05": (True, None, "A single, very large theme"),
    "2026-05-06": (
        True,
        {"article": 16, "featured": 5, "social": 29, "github": 5, "podcast": 1},
        "Today's report",
    ),
    "2026-05-07": (True, None, "A single theme"),
    "2026-05-08": (True, {"article": 18, "social": 27, "github": 5, "podcast": 2}, "Today's report"),
    "2026-05-09": (True, None, "One strong trend"),
    "2026-05-10": (True, None, "Infrastructure for agents"),
    "2026-05-11": (False, {"featured": 3, "github": 5, "social": 12}, "Today's report"),
    "2026-05-12": (
        True,
        {"article": 21, "featured": 5, "social": 26, "github": 5, "podcast": 1},
        "Today's report",
    ),
}


@pytest.mark.parametrize("day", STARTER)
def test_a_starter_edition_has_its_lead_and_the_counts_the_list_page_states(day: str) -> None:
    cut, counts, begins = STARTER[day]
    doc = markdown.parse(
        (assets.folder("data") / "starter" / "editions" / f"ai-daily-en-{day}.md").read_text("utf-8")
    )
    edition = take_apart(doc, str(doc.meta["title"]), day, "daily")
    assert doc.meta["title"] == f"AI Tech Daily - {day}"
    assert str(doc.meta["date"]) == day
    assert doc.meta["kind"] == "digest"
    assert "url" not in doc.meta
    assert edition.lead.startswith(begins)
    assert "starter copy" not in edition.lead
    assert edition.lead_cut is cut
    assert edition.stated_counts == counts
    assert edition.sections == ()


# -- any document


FRAGMENTS = st.sampled_from(
    [
        "# Title\n",
        "## 精选\n",
        "## Tweets\n",
        "### [Linked](https://e.example/h)\n",
        "### Plain heading\n",
        "**Bold line**\n",
        "**Bold lead**: with words [x](https://e.example/1)\n",
        "[Link](https://x.com/a/status/1): text\n",
        "@someone: a post. And more.\n",
        "- [a](https://github.com/a/b) - text\n  - nested [b](https://e.example/b)\n",
        "- **Group**\n  - [a](https://e.example/a)\n  - [b](https://e.example/b)\n",
        "> quoted [q](https://e.example/q)\n",
        "| a | b |\n|---|---|\n| [r](https://e.example/r) | c |\n",
        "Prose with [inner](https://e.example/i) link.\n",
        "1、[编号](https://e.example/n)（英文）\n",
        "-- [谁](https://e.example/w)\n",
        "[Home](https://e.example/) | [About](https://e.example/about)\n",
        "来源：某处 | 作者：某人\n",
        "***\n",
        "**1.**\n",
        "[](https://e.example/empty)\n",
        "- \n",
    ]
)


@settings(max_examples=200)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=40)), max_size=12))
def test_any_document_comes_apart(fragments: list[str]) -> None:
    edition = from_markdown("\n".join(fragments))
    for section in edition.sections:
        assert section.kind in SECTION_KINDS
        assert section.title
        assert section.items or section.prose
        for item in section.items:
            assert item.title
            assert "\n" not in item.title + item.who + item.summary
            assert len(item.title) <= 300
            assert item.url == "" or item.url.startswith(("http://", "https://"))
