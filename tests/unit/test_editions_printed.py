"""A day in words: what differs is said, what a composed edition's lead says is not said twice."""

from __future__ import annotations

from msgspec.structs import replace

from techdash.editions.printed import in_language, lead, markdown
from techdash.models.editions import AlsoIn, Draft, Edition, Item, Section

DAY = "2026-05-12"
ITEM = Item("A [title] *with* signs", "https://example.org/a", "Ann", "What it is.", True, 0.5, 7, 4)


def edition(**fields: object) -> Edition:
    values: dict[str, object] = {
        "id": 1,
        "day": DAY,
        "source_id": "daily",
        "source_title": "Daily",
        "title": "The Daily",
        "url": "https://example.org/daily",
        "lead": "First.\n\nSecond",
        "composed": False,
        "counts": {"article": 2, "featured": 1},
        "sections": (Section("featured", "Featured", (ITEM,)),),
    }
    return Edition(**(values | fields))  # type: ignore[arg-type]


def test_counts_that_differ_are_both_said() -> None:
    text = markdown({DAY: [edition(stated_counts={"article": 3, "featured": 1, "podcast": 1})]}, "en")
    assert text.startswith(
        "# Tuesday 12 May 2026\n\n## [The Daily](https://example.org/daily)\n\nFirst.\n\nSecond\n"
    )
    assert "\n2 articles (1 featured)\n" in text
    assert "\nThe edition itself states 3 articles (1 featured) · 1 episode.\n" in text


def test_counts_that_agree_are_said_once() -> None:
    text = markdown({DAY: [edition(stated_counts={"article": 2, "featured": 1})]}, "en")
    assert text.count("2 articles") == 1
    assert "states" not in text


def test_a_composed_editions_lead_says_its_counts() -> None:
    text = markdown({DAY: [edition(composed=True, lead="1 source: 2 articles (1 featured).")]}, "en")
    assert "## From your sources" in text or "## [From your sources]" in text
    assert text.count("2 articles") == 1


def test_a_cut_lead_is_marked() -> None:
    assert lead(edition(lead_cut=True)) == ["First.", "Second …"]
    assert lead(edition(lead="", lead_cut=True)) == []


def test_signs_in_a_title_stay_signs() -> None:
    text = markdown({DAY: [edition()]}, "en")
    assert (
        "- [**A &#91;title\\] \\*with\\* signs**](https://example.org/a) (Ann · 4 min): What it is." in text
    )


def test_days_stand_in_order_with_their_editions() -> None:
    text = markdown({DAY: [edition()], "2026-05-13": [edition(title="The Other")]}, "en")
    titles = [line for line in text.split("\n") if line.startswith(("# ", "## "))]
    assert titles[0::2] == ["# Tuesday 12 May 2026", "# Wednesday 13 May 2026"]


WRITTEN = edition(
    composed=True,
    lead="1 source: 1 article.",
    lead_zh="1 个来源：1 篇文章。",
    draft=Draft("One thing happened.", "a_model", "en"),
    sections=(
        Section("article", "Articles", (replace(ITEM, draft=Draft("它说了什么。", "a_model", "zh")),)),
    ),
)


def test_what_a_model_wrote_is_printed_with_its_name_and_the_template_stays() -> None:
    text = markdown({DAY: [in_language(WRITTEN, "en")]}, "en")
    told = ("One thing happened.", "written by a_model", "1 source: 1 article.")
    at = [text.index(said) for said in told]
    assert at == sorted(at)
    assert text.rstrip().endswith(": What it is.")


def test_what_a_model_wrote_in_another_language_is_left_out() -> None:
    text = markdown({DAY: [in_language(WRITTEN, "zh")]}, "en")
    assert "One thing happened." not in text
    assert "1 个来源：1 篇文章。" in text
    assert text.rstrip().endswith(": 它说了什么。（由 a_model 撰写）")


def test_a_day_is_said_in_chinese() -> None:
    composed = edition(
        composed=True,
        lead="1 source: 1 article.",
        lead_zh="1 个来源：1 篇文章。",
        sections=(Section("social", "Posts", (replace(ITEM, also_in=(AlsoIn("Bee", "A title", "", 8),)),)),),
    )
    published = edition(stated_counts={"article": 3, "featured": 1})
    text = markdown({DAY: [in_language(each, "zh") for each in (composed, published)]}, "zh")
    assert text.startswith("# 2026年5月12日 星期二\n\n## [来自你的订阅]")
    assert "1 个来源：1 篇文章。" in text
    assert "\n### 动态\n" in text
    assert "(Ann · 2 个来源 · 4 分钟)" in text
    assert "\n2 篇文章（1 篇精选）\n" in text
    assert "\n原文自称：3 篇文章（1 篇精选）。\n" in text
    assert "\n### Featured\n" in text
