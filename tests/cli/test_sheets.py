"""Sheets of other programs on the command line: added by path, refreshed, searched together or alone."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import FORBIDDEN, Program
from tests.unit.test_feeds_sheets import CODE, PACK, PACK_ZH, ROUTE


def write(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def test_sheets_are_added_by_path_and_searched_together_or_alone(small: Program, tmp_path: Path) -> None:
    clone = write(
        tmp_path / "tldr",
        pages__common__pack_dot_md=PACK,
        pages_dot_zh__common__pack_dot_md=PACK_ZH,
        pages_dot_de__common__pack_dot_md=PACK,
        README_dot_md="# Pages\n",
    )
    navi = write(tmp_path / "snippets", git_dot_cheat=CODE)
    cheat = write(tmp_path / "cheats", net__ip=ROUTE, LICENSE="All rights.\n")
    for arguments in ((clone,), (navi,), (cheat, "--kind", "cheatsheet")):
        added = small.run("add", *arguments)
        assert added.code == 0, added.err
    assert {one["kind"] for one in small.run("sources", "--json").json() if str(tmp_path) in one["url"]} == {
        "cheatsheet"
    }
    assert small.run("--refresh", "--quiet").code == 0

    together = small.run("cheat", "--json", "list").json()
    assert {"tldr", "Claude Code"} <= {card["sheet"] for card in together}
    for alone in (("sheet:tldr", "create"), ("--sheet", "tldr", "create")):
        (card,) = small.run("cheat", "--json", *alone).json()
        assert card["syntax"].startswith("pack --create <path/to/target.pk>")
        assert card["text_zh"] == "创建一个包"
    (card,) = small.run("cheat", "--json", "创建一个包").json()
    assert card["sheet"] == "tldr"
    printed = small.run("cheat", "sheet:cheats", "flush").out
    assert "ip addr flush dev [name]" in printed
    assert FORBIDDEN.search(printed) is None
    assert "awk" not in small.run("cheat", "sheet:snippets").out
