"""Cards out of tables, out of lines that begin with code, and out of the sheet that ships."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash import assets
from techdash.document import html, markdown
from techdash.models.parsed import Card
from techdash.sheets import cards_of
from techdash.text.clean import is_clean

LINK = "https://docs.example/page"


def cards(text: str, title: str = "Sheet", source: str = LINK) -> tuple[Card, ...]:
    return cards_of(markdown.parse(text), title, source)


# -- tables


def test_columns_are_known_by_their_headings() -> None:
    [card] = cards(
        "---\nsheet: Tool\ntitle: Keys\ntitle_zh: 按键\n---\n\n## Moving / 移动\n\n"
        "| Item | Syntax | Meaning | 中文 | Example | Since | Source |\n|---|---|---|---|---|---|---|\n"
        "| Down | `j \\| ↓` | One line **down** | 下移一行 | `3j` | v2 | [docs](https://t.example/k) |\n"
    )
    assert card == Card(
        sheet="Tool",
        section="Moving",
        section_zh="移动",
        item="Down",
        syntax="j | ↓",
        text="One line down",
        text_zh="下移一行",
        example="3j",
        since="v2",
        source="https://t.example/k",
    )


@pytest.mark.parametrize(
    "head",
    [
        "| Command | What it does |",
        "| 命令 | 说明 |",
        "| key | ACTION |",
        "| 快捷键 | 含义 |",
        "| Name | Description |",
        "| Whatever | Else |",
        "| | |",
    ],
)
def test_other_headings_and_code_in_the_first_column(head: str) -> None:
    [card] = cards(f"{head}\n|---|---|\n| `git log [path]` | Shows the history |\n")
    assert (card.syntax, card.text, card.source) == ("git log [path]", "Shows the history", LINK)


def test_the_item_is_the_syntax_without_its_arguments() -> None:
    rows = "".join(f"| `{syntax}` | text |\n" for syntax in ("/copy [N]", "x <path>", "{ / }", ">> <<"))
    found = cards(f"| Syntax | Meaning |\n|---|---|\n{rows}")
    assert [card.item for card in found] == ["/copy", "x", "{ / }", ">> <<"]


def test_a_row_of_which_nothing_is_typed_is_called_by_its_name() -> None:
    [card] = cards(
        "| Syntax | Name | 中文名 | Meaning | 中文 |\n|---|---|---|---|---|\n"
        "| | Be specific | 说具体 | Names files | 写明文件 |\n| | | | Neither | 都没有 |\n"
    )
    assert (card.syntax, card.item, card.item_zh) == ("", "Be specific", "说具体")
    assert (card.text, card.text_zh) == ("Names files", "写明文件")


def test_a_column_without_a_known_heading_is_not_lost() -> None:
    [card] = cards("| Key | Mode | Does |\n|---|---|---|\n| `j` | normal | Down |\n")
    assert card.text == "Down · normal"


def test_a_section_column_and_a_heading_in_either_order() -> None:
    found = cards(
        "## 移动 / Moving\n\n| Section | Key | Meaning |\n|---|---|---|\n"
        "| Lines / 行 | `j` | Down |\n| | `k` | Up |\n"
    )
    assert [(card.section, card.section_zh) for card in found] == [("Lines", "行"), ("Moving", "移动")]


def test_a_table_of_plain_words_makes_no_cards() -> None:
    [card] = cards("Numbers follow. And more.\n\n| Year | Sales |\n|---|---|\n| 2025 | 7 |\n", "Report")
    assert (card.item, card.syntax, card.text) == ("Report", "", "Numbers follow.")


def test_an_html_table() -> None:
    doc = html.parse(
        "<h2>Keys</h2><table><tr><th>Key</th><th>Action</th></tr><tr><td><code>j</code></td><td>Down</td></tr></table>"
    )
    [card] = cards_of(doc, "Sheet", "")
    assert (card.section, card.syntax, card.text, card.source) == ("Keys", "j", "Down", "")


# -- lines


def test_list_items_and_paragraphs_that_begin_with_code() -> None:
    found = cards(
        "# Tool\n\nIntroduction with `code` inside.\n\n"
        "- `tool add` – adds a thing, see [docs](https://t.example/add)\n- **`tool rm`**: removes it\n"
        "- no code here\n\n`tool ls` lists what there is.\n"
    )
    assert [(card.syntax, card.text, card.source) for card in found] == [
        ("tool add", "adds a thing, see docs", "https://t.example/add"),
        ("tool rm", "removes it", LINK),
        ("tool ls", "lists what there is.", LINK),
    ]
    assert {card.section for card in found} == {"Tool"}


def test_bare_code_is_described_by_the_line_before() -> None:
    found = cards(
        "# tar\n\n> Archiving.\n\n- Create one:\n\n`tar cf {{file}}`\n\n- List one:\n\n`tar tvf {{file}}`\n"
    )
    assert [(card.syntax, card.text) for card in found] == [
        ("tar cf {{file}}", "Create one"),
        ("tar tvf {{file}}", "List one"),
    ]


def test_a_document_without_any_is_one_card() -> None:
    [card] = cards("# How we work\n\nFirst explore, then plan. Then code.\n", "How we work")
    assert card == Card(
        sheet="How we work",
        section="How we work",
        item="How we work",
        syntax="",
        text="First explore, then plan.",
        source=LINK,
    )


def test_what_is_no_web_link_is_no_source() -> None:
    [card] = cards(
        "| Key | Meaning | Source |\n|---|---|---|\n| `j` | Down | a book |\n", source="Some title"
    )
    assert card.source == ""


# -- the sheet that ships


def shipped() -> list[Card]:
    folder = assets.folder("data") / "cheatsheet"
    files = sorted(folder.glob("*.md"))
    return [
        card for file in files for card in cards_of(markdown.parse(file.read_text("utf-8")), file.stem, "")
    ]


def test_every_card_is_whole() -> None:
    for card in shipped():
        assert card.sheet == "Claude Code"
        assert card.source.startswith("https://code.claude.com/docs/en/")
        assert card.item
        assert re.search("[\u4e00-\u9fff]{2}", card.text_zh)
        assert re.search("[\u4e00-\u9fff]{2}", card.section_zh)
        assert card.text
        assert not re.search("[\u4e00-\u9fff]", card.text + card.section)
        assert len(card.text) <= 120
        assert len(card.text_zh) <= 60


def test_chinese_meanings_are_set_as_chinese_is() -> None:
    for card in shipped():
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", card.text_zh), (
            card.text_zh
        )
        assert not re.search(r"[\u4e00-\u9fff][,;:?!.]", card.text_zh), card.text_zh
        assert not card.text_zh.endswith(("。", "."))


@pytest.mark.parametrize("name", ["01-slash-commands.md", "02-keyboard.md"])
def test_front_matter_dates_and_versions_the_sheet(name: str) -> None:
    meta = markdown.parse((assets.folder("data") / "cheatsheet" / name).read_text("utf-8")).meta
    assert meta["sheet"] == "Claude Code"
    assert meta["kind"] == "cheatsheet"
    assert str(meta["date"]) == "2026-08-22"
    assert str(meta["version"]) == "2.1.240"
    assert meta["language"] == "en"
    assert meta["title"]
    assert meta["title_zh"]


def test_removed_commands_are_there_as_removed() -> None:
    removed = {card.syntax.split()[0]: card for card in shipped() if card.removed}
    assert removed["/pr-comments"].removed == "v2.1.91"
    assert removed["/vim"].removed == "v2.1.92"
    assert removed["/vim"].note
    assert removed["/vim"].note_zh


def test_a_page_is_one_card_whatever_is_in_it() -> None:
    text = (
        "---\ntitle: Plan\ntitle_zh: 计划\nsheet: Tool\nsection: Workflows / 工作流\npage: true\n"
        "summary: How to plan\nsummary_zh: 怎样做计划\nalso: think first，先想\n---\n"
        "\n## Steps\n\n- `/plan` begins\n"
    )
    [card] = cards(text)
    assert (card.syntax, card.item, card.item_zh) == ("", "Plan", "计划")
    assert (card.section, card.section_zh) == ("Workflows", "工作流")
    assert (card.text, card.text_zh, card.also) == ("How to plan", "怎样做计划", "think first, 先想")
    [card] = cards(text.replace("page: true\n", ""))
    assert card.syntax == "/plan"


def test_notes_aliases_and_removals_have_their_columns() -> None:
    head = "| Command | Name | Meaning | Since | Notes | 备注 | Also | Removed |\n"
    head += "|---|---|---|---|---|---|---|---|\n"
    [card] = cards(head + "| `/x` | Ex | Does | v1 | But | 但是 | `/y`、 why, 为何 | v2 |\n")
    assert (card.item, card.since, card.note, card.note_zh) == ("Ex", "v1", "But", "但是")
    assert (card.also, card.removed) == ("/y, why, 为何", "v2")


# -- any document


FRAGMENTS = st.sampled_from(
    [
        "# Title / 标题\n",
        "| Syntax | Meaning |\n|---|---|\n| `a [b]` | c |\n| | d |\n",
        "| `x` |\n|---|\n| `y` |\n",
        "| 说明 | 命令 | |\n|---|---|---|\n| z | `q` | w |\n| | | |\n",
        "- `code`\n  - `inner` text\n",
        "- words:\n\n`bare`\n",
        "> `quoted` text\n",
        "`a` `b`\n",
        "[`linked`](https://e.example/) text\n",
        "```\nblock\n```\n",
        "Prose.\n",
        "---\n",
    ]
)


@settings(max_examples=200)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=40)), max_size=10), st.text(max_size=20))
def test_any_document_has_cards(fragments: list[str], title: str) -> None:
    found = cards("\n".join(fragments), title)
    assert found
    for card in found:
        assert card.sheet == found[0].sheet
        assert card.source in ("", LINK) or card.source.startswith("https://")
        for value in (
            card.section,
            card.item,
            card.syntax,
            card.text,
            card.text_zh,
            card.example,
            card.since,
        ):
            assert "\n" not in value
            assert is_clean(value)
