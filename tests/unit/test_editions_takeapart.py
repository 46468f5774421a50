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
from techdash.models import SECTION_KINDS, ParsedEdition, ParsedItem

FIXTURES = Path(__file__).parent.parent / "data" / "digests"
DAY = "2026-05-12"


def edition_of(doc: Document, title: str = f"AI Tech Daily - {DAY}") -> ParsedEdition:
    return take_apart(doc, title, DAY, "daily")


def from_file(name: str) -> ParsedEdition:
    text = (FIXTURES / name).read_text("utf-8")
    return edition_of(
        markdown.parse(text) if name.endswith(".md") else html.parse(text, "https://digest.example/")
    )


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


def test_the_blogs_daily_in_english_as_its_feed_has_it() -> None:
    edition = from_file("blog-daily-en.html")
    assert edition.day == DAY
    assert edition.cadence == "daily"
    assert edition.lead == (
        "Today's report covers a wide range of sources: 6 articles (2 featured), 3 KOL tweets, 2 GitHub "
        "trending projects, and 1 podcast episode. The clearest trend is that serving models costs more than "
        "training them."
    )
    assert not edition.lead_cut
    assert edition.stated_counts == {"article": 6, "featured": 2, "social": 3, "github": 2, "podcast": 1}
    assert shape(edition) == [
        (
            "featured",
            "Featured Articles",
            [
                ("The year of serving", "https://stratechery.example/serving"),
                ("A playbook for coding agents", "https://lab.example/playbook?utm_source=daily"),
            ],
        ),
        (
            "article",
            "Articles",
            [
                ("Chips for the long tail", "https://news.example/a"),
                ("Audits of evaluation sets", "https://news.example/b"),
                ("A law for agents", "https://news.example/c"),
                ("A court let a crawler case go on", "https://news.example/d"),
            ],
        ),
        (
            "social",
            "KOL Tweets",
            [
                ("We measured the token bill of a week", "https://x.com/exampley/status/1"),
                ("Small models, large caches", "https://x.com/someone/status/2"),
                ("Agents need fewer tools, not more", "https://x.com/swyx/status/3"),
            ],
        ),
        (
            "github",
            "GitHub Trending",
            [
                ("owner/spec", "https://github.com/owner/spec"),
                ("other/cache", "https://github.com/other/cache"),
            ],
        ),
        ("podcast", "Podcast", [("Episode 41: what a queue is for", "https://podcast.example/41")]),
    ]
    found = items(edition)
    assert found[0].who == "Stratechery"
    assert found[0].summary == (
        "12 min Training was the question of two years. Who can serve is the question now. "
        "Why it matters: margins move to whoever owns the queue."
    )
    assert found[3].who == "Ann Lee"
    assert found[3].summary == "half of one benchmark was in the training data."
    assert [item.who for item in found[6:9]] == ["@exampley", "@someone", "@swyx"]
    assert found[6].summary == "It was mostly retries."
    assert found[9].summary == "⭐ 1,204 today: specifications before code."


def test_the_blogs_daily_in_chinese_as_its_feed_has_it() -> None:
    edition = from_file("blog-daily-zh.html")
    assert edition.lead.startswith("今日共收录 4 篇文章（1 篇精选）")
    assert edition.lead.endswith("趋势是推理成本超过训练成本。")
    assert edition.stated_counts == {"article": 4, "featured": 1, "social": 2, "github": 1, "podcast": 1}
    assert shape(edition) == [
        ("featured", "精选文章", [("服务的一年", "https://review.example/serving")]),
        (
            "article",
            "文章",
            [
                ("评测集的审计", "https://news.example/b"),
                ("智能体的法律", "https://news.example/c"),
                ("旧机器的新用处", "https://news.example/d"),
            ],
        ),
        (
            "social",
            "KOL 动态",
            [("我们量了一周的 token 账单", "https://x.com/exampley/status/1"), ("模型要小，缓存要大", "")],
        ),
        ("github", "开源项目", [("owner/spec", "https://github.com/owner/spec")]),
        ("podcast", "播客", [("第 41 期：队列有什么用", "https://podcast.example/41")]),
    ]
    found = items(edition)
    assert (found[0].who, found[0].summary) == ("张三", "过去两年的问题是谁能训练，如今的问题是谁能服务。")
    assert found[3].summary == "一家小厂出租旧机器的机时。"
    assert (found[4].who, found[4].summary) == ("@exampley", "多半是重试。")
    assert found[5].who == "某人"
    assert found[7].summary == "和两位维护队列的人聊了一小时。"


def test_the_blogs_daily_as_markdown() -> None:
    edition = from_file("blog-daily-en.md")
    assert edition.lead == "Today's report covers 3 articles (1 featured), 1 tweet and 1 GitHub project."
    assert edition.stated_counts == {"article": 3, "featured": 1, "social": 1, "github": 1}
    assert shape(edition) == [
        ("featured", "Featured", [("The year of serving", "https://stratechery.example/serving")]),
        (
            "article",
            "Articles",
            [
                ("Audits of evaluation sets", "https://news.example/b"),
                ("A law for agents", "https://news.example/c"),
            ],
        ),
        ("social", "Tweets", [("Small models, large caches", "https://x.com/someone/status/2")]),
        ("github", "GitHub", [("owner/spec", "https://github.com/owner/spec")]),
    ]
    found = items(edition)
    assert (found[0].who, found[0].summary) == (
        "Ben Example",
        "Training was the question of two years. Who can serve is the question now.",
    )
    assert (found[3].who, found[3].summary) == ("@someone", "It works.")


# -- other families


def test_tldr_has_sections_and_items_under_headings_of_one_level() -> None:
    edition = from_file("tldr.html")
    assert edition.lead == ""
    assert shape(edition) == [
        (
            "article",
            "Headlines & Launches",
            [
                ("A lab ships its instant model", "https://lab.example/instant?utm_source=tldrai"),
                ("Old chips find buyers", "https://news.example/chips"),
            ],
        ),
        ("paper", "Deep Dives & Analysis", [("Norms as a clock", "https://arxiv.org/abs/2605.00001")]),
        (
            "github",
            "Engineering & Research",
            [
                ("Spec first (GitHub Repo)", "https://github.com/owner/spec"),
                ("Prompt cache (GitHub Repo)", "https://github.com/other/cache"),
            ],
        ),
    ]
    assert items(edition)[0].summary == "The model answers in a tenth of the time. It costs a third."


def test_smol_ai_has_recaps_with_subjects_in_bold() -> None:
    edition = from_file("smol.html")
    assert edition.lead.startswith("a quiet day lets us reflect on serving.\n\nAI News for")
    assert edition.lead.endswith("nobody agreed.")
    assert shape(edition) == [
        (
            "social",
            "Serving and its price",
            [
                ("Instant model from a lab", "https://twitter.com/lab/status/11"),
                ("Token bills", "https://x.com/exampley/status/1"),
            ],
        ),
        (
            "social",
            "Agents",
            [("@someone wants fewer tools and larger caches", "https://x.com/someone/status/2")],
        ),
        (
            "social",
            "Old cards at home",
            [("Four old cards run the large model", "https://www.reddit.com/r/LocalLLaMA/comments/1/")],
        ),
    ]
    assert [item.who for item in items(edition)] == ["@lab", "@exampley", "@someone", ""]
    assert "Commenters ask for the noise level." in items(edition)[3].summary


def test_ruan_yifengs_weekly_numbers_its_items_in_paragraphs() -> None:
    edition = from_file("ruanyifeng.html")
    assert edition.lead == "这里记录每周值得分享的科技内容，周五发布。\n\n本杂志开源，欢迎投稿。"
    assert shape(edition) == [
        (
            "article",
            "科技动态",
            [("旧芯片的市场", "https://news.example/chips"), ("爬虫案", "https://news.example/crawler")],
        ),
        ("article", "文章", [("范数是时钟", "https://blog.example/norm")]),
        (
            "github",
            "工具",
            [("Spec", "https://github.com/owner/spec"), ("Cache", "https://github.com/other/cache")],
        ),
    ]
    assert items(edition)[0].summary == "一家小厂出租旧机器的机时。"


def test_a_newsletter_of_stories_under_headings_without_links() -> None:
    edition = from_file("substack.html")
    assert edition.lead == "Welcome to a newsletter about research. If you like it, please subscribe."
    assert shape(edition) == [
        (
            "article",
            "Articles",
            [
                ("A norm turns out to be a clock", "https://arxiv.org/abs/2605.00001"),
                ("A foundry rents out old machines", "https://news.example/chips"),
            ],
        )
    ]
    assert "Why this matters" in items(edition)[0].summary
    assert "Read more" not in items(edition)[0].summary


def test_a_plain_list_of_links() -> None:
    edition = from_file("plain.html")
    assert edition.lead == "Links of the week."
    assert shape(edition) == [
        (
            "article",
            "Articles",
            [
                ("Old chips find buyers", "https://news.example/chips"),
                ("owner/spec", "https://github.com/owner/spec"),
                ("Norms as clocks", "https://blog.example/norm"),
            ],
        )
    ]


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


def test_prose_and_lists_without_link_or_bold_words_are_no_items() -> None:
    edition = from_markdown(
        "The lead.\n\n## Notes\n\nSome prose.\n\n- one\n- two\n\n## More\n\nOther prose.\n"
    )
    assert edition.lead == "The lead."
    assert edition.sections == ()


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
