"""Sheets of tldr, cheat and navi as cards: what is theirs, what is left out, and that nothing breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds.parse import parse
from techdash.feeds.sheets import trees
from techdash.models.fetched import Files, LocalFile, ParseJob
from techdash.models.parsed import Card, ParsedFeed
from techdash.models.sources import Validators
from techdash.text.clean import is_clean
from techdash.text.placeholders import Filling, placeholders

NOW = 1_778_630_400

PACK = """# pack

> Puts files into one.
> See also: `unpack`.
> More information: <https://pack.example/manual>.

- [c]reate a package from files:

`pack {{[-c|--create]}} {{path/to/target.pk}} {{path/to/file1 path/to/file2 ...}}`

- Show what a package has, with at most so many lines:

`pack --list {{10}} {{/srv/a.pk}} | grep [a-z]*`

- Print a template:

`pack --format '\\{\\{.Name\\}\\}' {{on|off}}`
"""
PACK_ZH = """# pack

> 把多个文件打成一个包。
> 更多信息：<https://pack.example/manual>.

- 显示包里的内容：

`pack --list {{10}} {{/路径/甲.pk}} | grep [a-z]*`

- 创建一个包：

`pack {{[-c|--create]}} {{目标.pk}} {{文件1 文件2 ...}}`
"""
ROUTE = """---
syntax: bash
tags: [ network, 路由 ]
---
# Addresses

# To add an address to an interface:
ip addr add <address>/24 dev <interface>
ip -6 addr add <address>/64 \\
    dev <interface>

# To flush [all] of them:
ip addr flush dev [name]
"""
CODE = """; mine
% git, branches

# Change to a branch
git checkout <branch> # quickly

$ branch: git branch | awk '{print $NF}' --- --column 1 \\
  --header-lines 2
@ git, other

% git, log

# What was done last
```
git log -n <count>
git log --oneline
```
"""


def read(kind: str, *files: tuple[str, str | bytes]) -> ParsedFeed:
    found = tuple(
        LocalFile(name, NOW, body.encode() if isinstance(body, str) else body) for name, body in files
    )
    job = ParseJob("mine", kind, "My sheets", "", 50, "none", NOW, (Files("/x", found, Validators()),))  # type: ignore[arg-type]
    return parse(job)


def cards(*files: tuple[str, str | bytes]) -> list[Card]:
    return [card for entry in read("cheatsheet", *files).entries for card in entry.cards]


# -- tldr


def test_a_page_of_tldr_is_a_card_for_each_example() -> None:
    create, show, template = cards(("pages/common/pack.md", PACK))
    assert create.syntax == "pack --create <path/to/target.pk> <path/to/file1 path/to/file2 ...>"
    assert (create.sheet, create.section, create.item) == ("tldr", "pack", "pack")
    assert (create.text, create.note) == ("create a package from files", "Puts files into one")
    assert create.source == "https://pack.example/manual"
    assert show.syntax == "pack --list <e.g. 10> <e.g. /srv/a.pk> | grep [a-z]*"
    assert template.syntax == "pack --format '{{.Name}}' <on|off>"


def test_its_chinese_stands_beside_the_same_command() -> None:
    found = cards(("pages/common/pack.md", PACK), ("pages.zh/common/pack.md", PACK_ZH))
    assert [card.text_zh for card in found] == ["创建一个包", "显示包里的内容", ""]
    assert {card.note_zh for card in found} == {"把多个文件打成一个包"}


def test_brackets_of_a_command_are_no_optional_parts() -> None:
    show = cards(("pages/common/pack.md", PACK))[1]
    filling = Filling(show.syntax, literal=show.literal)
    filling.replace("3", *filling.current)
    assert filling.result() == "pack --list 3 <e.g. /srv/a.pk> | grep [a-z]*"
    assert len(placeholders(show.syntax, literal=True)) == 2
    assert len(placeholders(show.syntax)) == 3


def test_pages_are_kept_by_platform_and_letter_and_their_platform_is_said() -> None:
    other = PACK.replace("# pack", "# unpack")
    feed = read(
        "cheatsheet",
        ("pages/windows/unpack.md", other),
        ("pages/common/unpack.md", other),
        ("pages/common/pack.md", PACK),
        ("pages.de/common/pack.md", PACK),
    )
    titles = [entry.title for entry in feed.entries]
    assert titles == ["tldr: common, p", "tldr: common, u", "tldr: windows, u"]
    assert feed.entries[2].cards[0].section == "unpack · windows"
    assert sum(len(entry.cards) for entry in feed.entries) == 9


def test_of_too_many_pages_the_first_examples_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_CARDS", 11)
    names = [f"pages/{place}/{name}.md" for place in ("common", "sunos") for name in "abcde"]
    feed = read("cheatsheet", *((name, PACK) for name in names))
    kept = [card for entry in feed.entries for card in entry.cards]
    assert len(kept) == 10
    assert {card.section for card in kept} == {"pack"}
    assert "sunos" not in {entry.key.split("/")[1] for entry in feed.entries}
    assert "the first 2 examples of a page" in feed.note
    assert "10 of 30 cards kept" in feed.note


# -- cheat


def test_a_sheet_of_cheat_has_a_card_for_each_command() -> None:
    first, second, flush = cards(("net/ip", ROUTE))
    assert first.syntax == "ip addr add <address>/24 dev <interface>"
    assert second.syntax == "ip -6 addr add <address>/64 dev <interface>"
    assert first.text == second.text == "To add an address to an interface"
    assert (first.sheet, first.section, first.also) == ("My sheets", "ip", "network, 路由")
    assert placeholders(flush.syntax, literal=flush.literal) == []


def test_files_without_a_suffix_that_are_no_sheets_are_passed_over() -> None:
    feed = read("cheatsheet", ("ip", ROUTE), ("LICENSE", "All rights.\n\nNone."), ("tool", b"#\0\n# a\nb\n"))
    assert [entry.key for entry in feed.entries] == ["ip"]


# -- navi


def test_a_sheet_of_navi_runs_nothing_and_says_its_tags() -> None:
    checkout, last, line = cards(("git.cheat", CODE))
    assert checkout.syntax == "git checkout <branch> # quickly"
    assert (checkout.section, checkout.text) == ("git, branches", "Change to a branch")
    assert last.syntax == "git log -n <count>"
    assert line.syntax == "git log --oneline"
    assert line.text == last.text == "What was done last"
    assert not any("awk" in card.syntax or "header-lines" in card.syntax for card in (checkout, last, line))


# -- whatever else


def test_markdown_beside_them_stays_what_it_is() -> None:
    feed = read("cheatsheet", ("own.md", "# Own\n\n- `x y`: does it\n"), ("git.cheat", CODE))
    assert [entry.key for entry in feed.entries] == ["git.cheat", "own.md"]
    assert feed.entries[1].cards == ()  # the worker makes them, from the whole document
    assert read("essay", ("git.cheat", CODE)).entries[0].cards == ()


PARTS = st.sampled_from(
    r"""# a|> b <https://x.example>|- c:|`d {{e}}`|{{|}}|% t, u|$ v: w|; x|@ y|```|\|---
tags: [a, b]|cmd <p>||""".replace("\n", "|").split("|")
)


@given(
    st.lists(st.one_of(PARTS, st.text(max_size=20)), max_size=14),
    st.sampled_from(["pages/common/a.md", "pages.zh/common/a.md", "a", "a.cheat", "a.cheat.md", "b.txt"]),
)
def test_any_text_is_read(parts: list[str], name: str) -> None:
    for card in cards((name, "\n".join(parts)), ("pages/common/a.md", PACK)):
        assert card.syntax
        for value in (card.section, card.item, card.syntax, card.text, card.text_zh, card.note, card.also):
            assert "\n" not in value
            assert is_clean(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# a\n> b\n" + "- c:\n" * 30_000),
        ("a.md", "# a\n> b\n- c:\n\n`" + "{{" * 30_000 + "`\n"),
        ("a", "#\n" * 60_000),
        ("a.cheat", "%\n" * 60_000),
        ("a.cheat", "\\\n" * 60_000),
        ("a", "x\n" * 30_000),
    ],
    ids=["bullets", "braces", "comments", "tags", "backslashes", "lines"],
)
def test_nothing_takes_long(name: str, text: str) -> None:
    """By its length, not its square: minutes otherwise."""
    assert len(cards((name, text))) <= 2000
