"""What is typed and the card that comes first; what matched; what is near and what isn't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash import assets
from techdash.document import markdown
from techdash.finding import EXACT, FUZZY, PREFIX, WORD, Index
from techdash.models.parsed import Card
from techdash.sheets import cards_of
from techdash.text.tokens import trimmed, words_of

# A query, and how the syntax of the first card begins.
FIRST = """
resume > /resume
undo > /rewind
yolo > --dangerously-skip-permissions
auto accept > Shift+Tab
撤销 > /rewind
rewind > /rewind
/model > /model
model > /model
--model > --model
clear > /clear
／ｃｌｅａｒ > /clear
ｒｅｓｕｍｅ > /resume
RESUME > /resume
compact > /compact
压缩 > /compact
exit > /exit
fork > /fork
branch > /branch
context > /context
plan mode > Shift+Tab
计划模式 > Shift+Tab
rename > /rename
重命名 > /rename
export > /export
导出 > /export
side question > /btw
memory > /memory
permissions > /permissions
权限 > /permissions
mcp > /mcp
hooks > /hooks
PreToolUse > PreToolUse
pretool > PreToolUse
ptu > PreToolUse
sandbox > /sandbox
statusline > /statusline
状态栏 > /statusline
theme > /theme
vim > /vim
pr-comments > /pr-comments
login > /login
logout > /logout
usage > /usage
doctor > /doctor
ctrl r > Ctrl+R
Ctrl+R > Ctrl+R
ctrl-r > Ctrl+R
shift tab > Shift+Tab
esc esc > Esc Esc
paste image > Ctrl+V
粘贴图片 > Ctrl+V
headless > claude -p
print mode > claude -p
worktree > --worktree
工作树 > --worktree
continue > claude -c
-p > claude -p
-r > claude -r
dangerously > --dangerously-skip-permissions
acceptEdits > acceptEdits
subagents > /agents
skills > /skills
plugin > /plugin
rewidn > /rewind
cmpct > /compact
代码审查 > /code-review
security review > /security-review
think > Alt+T
effort > /effort
background > /background
后台 > /background
schedule > /schedule
loop > /loop
update > claude update
homebrew > brew install
AGENTS.md > @AGENTS.md
voice > /voice
keybindings > /keybindings
cost > /usage
费用 > /usage
用量 > /usage
quit > /exit
退出 > /exit
checkpoint > /rewind
review > /code-review
code review > /code-review
subagent > .claude/agents
reset > /clear
清空 > /clear
登录 > /login
主题 > /theme
模型 > /model
设置 > /config
上下文 > /context
技能 > /skills
钩子 > /hooks
沙箱 > /sandbox
快捷键 > ?
budget > --max-budget-usd
"""
TABLE = [tuple(line.split(" > ")) for line in FIRST.strip().splitlines()]
CARDS = [
    Card("Tool", "Keys", "Accept", "ctrl+y", "Accepts what is offered", text_zh="接受 AI 建议"),
    Card("Tool", "Keys", "Auto accept", "autoMode", "Takes it all", also="yolo, /yes"),
    Card("Tool", "Files", "/acc", "/acc [name]", "Opens an account", removed="v2"),
    Card("Tool", "Files", "/accent", "/accent", "Colours the inaccessible"),
]


@pytest.fixture(scope="module")
def shipped() -> Index:
    folder = assets.folder("data") / "cheatsheet"
    files = sorted(file for file in folder.rglob("*.md") if not file.name.endswith(".zh.md"))
    return Index(
        card for file in files for card in cards_of(markdown.parse(file.read_text("utf-8")), file.stem, "")
    )


@pytest.mark.parametrize(("query", "syntax"), TABLE)
def test_the_right_card_comes_first(query: str, syntax: str, shipped: Index) -> None:
    found = shipped.find(query)
    assert found
    assert found[0].card.syntax.startswith(syntax)


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60


def order(query: str) -> list[tuple[str, int]]:
    return [(found.card.syntax, found.rank) for found in Index(CARDS).find(query)]


def test_exact_then_prefix_then_word_then_near() -> None:
    assert order("acc") == [
        ("/acc [name]", EXACT),
        ("/accent", PREFIX),
        ("ctrl+y", PREFIX),
        ("autoMode", WORD),
    ]
    assert order("yes") == [("autoMode", EXACT)]
    assert order("mode") == [("autoMode", WORD)]
    assert order("ccept") == [("ctrl+y", FUZZY), ("autoMode", FUZZY)]
    assert order("acept") == [("ctrl+y", FUZZY), ("autoMode", FUZZY)]


def test_all_words_are_needed_in_any_order_and_language() -> None:
    assert [syntax for syntax, _ in order("accept auto")] == ["autoMode"]
    assert [syntax for syntax, _ in order("accept 建议")] == ["ctrl+y"]
    assert [syntax for syntax, _ in order("AI建议")] == ["ctrl+y"]
    assert order("accept nowhere") == []


def test_nothing_far_fetched() -> None:
    assert order("zzz") == []
    assert order("cnt") == []  # its letters stand in account, one after the other
    assert order("e") == []


def test_an_empty_query_finds_all_as_they_stand() -> None:
    assert [found.card for found in Index(CARDS).find("　 ")] == CARDS


@pytest.mark.parametrize(
    ("query", "field", "marked"),
    [
        ("accept", "text", ["Accept"]),
        ("AI建议", "text_zh", ["AI", "建议"]),
        ("ＣＴＲＬ", "syntax", ["ctrl"]),
        ("接受", "text_zh", ["接受"]),
        ("acpt", "item", ["Ac", "pt"]),
    ],
)
def test_what_matched_is_told_in_the_field_as_it_is_written(
    query: str, field: str, marked: list[str]
) -> None:
    found = next(found for found in Index(CARDS).find(query) if found.card is CARDS[0])
    text = getattr(CARDS[0], field)
    assert [text[start:end] for start, end in found.ranges[field]] == marked


def test_what_was_found_stays_the_same_object() -> None:
    found = Index(CARDS).find("accept")
    assert found[1] is found[1]
    assert found[1] is list(found)[1]
    assert found[:2] == [found[0], found[1]]


@given(st.lists(st.text("aA1b-/. é½㎏´Σ重新开始，", max_size=14), min_size=1, max_size=4))
def test_whatever_a_text_holds_is_found_by_its_words(texts: list[str]) -> None:
    cards = [Card("Tool", "Keys", f"n{number}", "", text) for number, text in enumerate(texts)]
    index = Index(cards)
    for card in cards:
        words = [trimmed(word) for word in words_of(card.text) if word[0].isalnum()]
        words = [word for word in words if len(word) > 1]
        if words:
            assert any(found.card is card for found in index.find(" ".join(words)))
