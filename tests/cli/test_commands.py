"""What each command does, through the real program."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from techdash.text import cells
from tests.cli.conftest import Site
from tests.cli.hostile import DAY
from tests.cli.program import Program
from tests.homes import write_sources


@pytest.mark.parametrize("width", [30, 64, 120])
def test_digest_keeps_to_the_width(program: Program, width: int) -> None:
    done = program.run("digest", "2026-05-05..2026-05-12", "--width", str(width))
    lines = done.out.splitlines()
    assert max(map(cells.width, lines)) <= width
    assert "Tuesday 12 May 2026" in lines
    assert not [line for line in lines if line != line.rstrip()]


def test_digest_sets_items_with_link_and_summary(program: Program) -> None:
    out = program.run("digest", DAY).out
    assert "\n  Second item\n" in out
    assert "\n  https://example.org/second\n" in out
    assert "2 articles" in out


def test_digest_knows_the_words_for_days(program: Program) -> None:
    latest = program.run("digest", "--json").json()
    assert latest == program.run("digest", "latest", "--json").json()
    assert program.run("digest", "yesterday..latest").code in (0, 2)
    assert program.run("digest", "today").code == 0


def test_digest_as_markdown_has_links(program: Program) -> None:
    out = program.run("digest", DAY, "--markdown").out
    assert out.startswith("# Monday 11 May 2026\n")
    assert "[Second item](https://example.org/second)" in out


def test_read_finds_by_number_and_address(program: Program) -> None:
    (hit,) = [hit for hit in program.run("search", "wicked", "--json").json() if hit["source"] == "Wire"]
    assert program.run("read", hit["url"]).out == program.run("read", hit["id"]).out != ""


@pytest.mark.parametrize("width", [24, 60])
def test_read_lays_out_a_file(program: Program, tmp_path: Path, width: int) -> None:
    file = tmp_path / "essay.md"
    file.write_text(
        "# 标题 Title\n\n" + "推荐系统 learns slowly，and then at once。" * 9 + "\n\n- one\n- two\n", "utf-8"
    )
    out = program.run("read", file, "--width", str(width)).out
    assert max(map(cells.width, out.splitlines())) <= width
    assert out.startswith("标题 Title\n")
    assert out.count("标题") == 1
    assert not re.search(r"^[，。]", out, re.MULTILINE)


def test_read_as_markdown_can_be_read_again(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "essay.md"
    file.write_text("# Title\n\nSome *text* with `code`.\n\n> quoted\n", "utf-8")
    again = tmp_path / "again.md"
    again.write_text(program.run("read", file, "--markdown").out, "utf-8")
    assert program.run("read", again).out == program.run("read", file).out


def test_read_takes_files_in_other_encodings(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_bytes("推荐系统的前沿，我们的文章。\r\n第二行".encode("gb18030"))
    assert "推荐系统的前沿，我们的文章。" in program.run("read", file).out


def test_search_says_when_nothing_is_found(program: Program) -> None:
    done = program.run("search", "zyxwvut")
    assert (done.code, done.out, done.err) == (0, "", "techdash: Nothing holds zyxwvut.\n")


def test_search_marks_the_place_of_a_mistake(program: Program) -> None:
    done = program.run("search", "推荐", "is:unred", "x")
    sentence = "techdash: is:unred is none there is; did you mean is:unread?"
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{sentence}\n  推荐 is:unred x\n          ^^^^^\n"


def test_a_word_that_must_not_occur_is_no_option(program: Program) -> None:
    whole = program.run("search", "claude", "--json", "--limit", "500").json()
    without = program.run("search", "claude", "-hooks", "-kind:essay", "--json", "--limit", "500").json()
    assert 0 < len(without) < len(whole)
    assert {hit["kind"] for hit in whole} - {hit["kind"] for hit in without} <= {"essay"}
    assert program.run("search", "-h").out.startswith("usage: techdash search")


def test_cheat_puts_the_exact_command_first(program: Program) -> None:
    cards = program.run("cheat", "model", "--json").json()
    assert cards[0]["syntax"].startswith("/model")
    assert len(cards) > 1
    sheets = {card["sheet"] for card in program.run("cheat", "--json", "--sheet", cards[0]["sheet"]).json()}
    assert sheets == {cards[0]["sheet"]}


def test_cheat_suggests_what_is_near(program: Program) -> None:
    assert program.run("cheat", "rewidn").out.splitlines()[1].strip().startswith("/rewind")
    done = program.run("cheat", "zyxwvut")
    assert (done.code, done.out, done.err) == (0, "", "techdash: No card holds zyxwvut.\n")


@pytest.mark.parametrize(
    ("query", "title"), [("worktrees", "Parallel sessions"), ("写钩子", "Writing a hook")]
)
def test_cheat_finds_the_worked_pages(program: Program, query: str, title: str) -> None:
    found = [card for card in program.run("cheat", query, "--json").json() if not card["syntax"]]
    assert any(card["item"].startswith(title) and card["text"] and card["source"] for card in found)
    assert title in program.run("cheat", query).out


def test_cheat_says_all_of_a_card(program: Program) -> None:
    out = program.run("cheat", "/vim").out
    assert "Removed v2.1.92" in out
    assert "https://code.claude.com/docs/en/" in out


def test_cheat_prints_pages(program: Program) -> None:
    page = program.run("cheat", "--markdown", "/clear").out
    assert "| `/clear [name]` |" in page
    html = program.run("cheat", "--html").out
    assert html.startswith("<!doctype html>")
    assert "<code>/subtask &lt;task&gt;</code>" in html
    assert "<script" not in html
    assert program.run("cheat", "--html", "--json").code == 2


def test_cheat_speaks_chinese_where_it_is_wanted(program: Program) -> None:
    (program.home / "config.toml").write_text('language = "zh"\n')
    assert re.search("[\u4e00-\u9fff]{4}", program.run("cheat", "rewind").out)


@pytest.mark.parametrize("command", [("cheat", "rewind"), ("digest", "2026-05-12")])
def test_the_first_command_of_all_finds_the_starter(
    fresh: Program, command: tuple[str, ...], site: Site
) -> None:
    write_sources(fresh.home, {"id": "far", "url": f"{site.address}/feed.xml", "kind": "article"})
    done = fresh.run(*command)
    assert (done.code, done.err) == (0, "")
    assert done.out
    assert site.asked == [], "a reading command went to the network"
    assert "far" in listed(fresh)


# -- sources


def listed(program: Program) -> dict[str, dict[str, object]]:
    return {source["id"]: source for source in program.run("sources", "--json").json()}


def test_sources_are_switched_and_removed(program: Program) -> None:
    assert program.run("sources", "disable", "wire", "notes").out.startswith(
        "Disabled: wire (Wire).\nDisabled: notes"
    )
    assert listed(program)["wire"]["enabled"] is False
    assert "  wire" in program.run("sources").out
    program.run("sources", "enable", "wire")
    assert listed(program)["wire"]["enabled"] is True
    url = listed(program)["wire"]["url"]
    assert program.run("sources", "remove", str(url)).code == 0
    assert "wire" not in listed(program)
    program.run("--refresh", "--source", "notes")
    assert "wire" not in listed(program), "a refresh brought back what was removed"


def test_one_unknown_source_changes_none(program: Program) -> None:
    assert program.run("sources", "remove", "wire", "unknown").code == 2
    assert "wire" in listed(program)


OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:techdash="urn:techdash:opml"><head><title>x</title></head><body>
<outline text="AI"><outline text="推荐">
<outline text="One" xmlUrl="https://one.example/feed" htmlUrl="https://one.example/" techdash:kind="essay"/>
</outline></outline>
<outline text="Two" xmlUrl="https://two.example/feed"/>
<outline text="Two again" xmlUrl="https://two.example/feed"/>
<outline text="File" xmlUrl="file:///etc/passwd"/>
</body></opml>"""


def test_opml_goes_in_and_comes_out(small: Program, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(OPML, "utf-8")
    done = small.run("sources", "import", file)
    assert done.out.splitlines()[-1] == "2 added, 0 subscribed to already, 1 without an http(s) address."
    assert listed(small)["one"]["kind"] == "essay"
    assert small.run("sources", "import", file).out.startswith("0 added, 2 subscribed to already")
    out = small.run("sources", "export").out
    outlines = {outline.get("xmlUrl"): outline for outline in ET.fromstring(out).iter("outline")}
    one = outlines["https://one.example/feed"]
    assert one.get("{urn:techdash:opml}kind") == "essay"
    assert one.get("{urn:techdash:opml}id") == "one"
    assert ET.fromstring(out).find("./body/outline[@text='AI']/outline[@text='推荐']/outline") is not None
    assert not [url for url in outlines if url and not url.startswith("http")]
    for name in ("one", "two"):
        small.run("sources", "remove", name)
    file.write_text(out, "utf-8")
    assert "2 added" in small.run("sources", "import", file).out
    assert small.run("sources", "export").out == out


def test_a_list_may_name_a_page_twice(small: Program, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(OPML.replace("https://one.example/feed", "http://www.two.example/feed/"), "utf-8")
    done = small.run("sources", "import", file)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "1 added, 1 subscribed to already, 1 without an http(s) address."


ENTITIES = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
BAD_LISTS = {
    "entities": OPML.replace("<opml", ENTITIES + "<opml").replace('"Two"', '"&b;"'),
    "outside": OPML.replace("<opml", '<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml'),
    "cut": OPML[:-40],
    "html": "<html><body>no list</body></html>",
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_bad_list_changes_nothing(small: Program, tmp_path: Path, name: str) -> None:
    file = tmp_path / "bad.opml"
    file.write_text(BAD_LISTS[name], "utf-16" if name == "entities" else "utf-8")
    done = small.run("sources", "import", file)
    assert done.code == 2
    assert f"{file} can't be imported: " in done.err
    assert not {"one", "two"} & listed(small).keys()


# -- add


def test_add_finds_the_feed_behind_a_page(small: Program, site: Site) -> None:
    done = small.run("add", f"{site.address}/one", "--kind", "essay")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Subscribed: a-feed (A feed), essay, ")
    refreshed = small.run("--refresh", "--source", "a-feed", "--json").json()
    assert refreshed["sources"][0]["new"] == 2
    again = small.run("add", f"{site.address}/one")
    assert again.code == 2
    assert "subscribed to already, as a-feed (A feed)" in again.err


def test_add_takes_what_it_is_told(small: Program, site: Site) -> None:
    done = small.run("add", f"{site.address}/feed.xml", "--title", "Mine", "--id", "my-feed")
    assert done.out == f"Subscribed: my-feed (Mine), article, {site.address}/feed.xml\n"


def test_add_lists_several_and_takes_none(small: Program, site: Site) -> None:
    done = small.run("add", f"{site.address}/page")
    assert done.code == 2
    posts, other = f"{site.address}/feed.xml", f"{site.address}/other.xml"
    assert done.out == f" 1  Posts (article)  {posts}\n 2  Other (article)  {other}\n"
    assert not {"a-feed", "another-feed"} & listed(small).keys()
    assert small.run("add", f"{site.address}/page", "--yes").code == 0
    assert listed(small)["a-feed"]["url"] == posts


def test_add_asks_on_a_terminal(small: Program, site: Site) -> None:
    done = small.in_terminal("add", f"{site.address}/page", typed=b"2\n")
    assert done.code == 0
    assert listed(small)["another-feed"]["url"] == f"{site.address}/other.xml"
    assert small.in_terminal("add", f"{site.address}/page", typed=b"\n").code == 2


def test_add_says_why_not(small: Program, site: Site, closed: str) -> None:
    site.pages.clear()
    done = small.run("add", f"{site.address}/nothing")
    assert done.code == 2
    assert "There is no feed at" in done.err
    assert small.run("add", closed).code == 3


def test_add_takes_local_files_and_folders(small: Program, tmp_path: Path) -> None:
    (tmp_path / "My Notes").mkdir()
    (tmp_path / "My Notes" / "a.md").write_text("# A note\n\nText.\n")
    assert small.run("add", tmp_path / "My Notes").out.startswith("Subscribed: my-notes (My Notes), essay")
    told = small.run("--refresh", "--source", "my-notes", "--json").json()
    assert told["sources"][0]["new"] == 1


# -- doctor


def test_doctor_reports(program: Program) -> None:
    out = program.run("doctor").out
    assert str(program.home / "library.db") in out
    assert "sound" in out
    assert "none is running" in out


def test_doctor_backs_up_to_a_new_file_only(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert program.run("doctor", "--backup", target).out == f"The library was copied to {target}.\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert program.run("doctor", "--backup", target).code == 2
    for suffix in ("", "-wal", "-shm"):
        (program.home / f"library.db{suffix}").unlink(missing_ok=True)
    (program.home / "library.db").write_bytes(target.read_bytes())
    assert program.run("search", "wicked").out


def test_doctor_repairs(program: Program) -> None:
    assert "sound" in program.run("doctor", "--repair").out
    for suffix in ("-wal", "-shm"):
        (program.home / f"library.db{suffix}").unlink(missing_ok=True)
    library = program.home / "library.db"
    library.write_bytes(library.read_bytes()[:100] + b"\xff" * 50_000)
    assert program.run("digest").code == 3
    done = program.run("doctor", "--repair", "--json")
    assert done.code == 0
    assert "kept as library.db.corrupt-" in done.json()["repair"]
    assert program.run("sources").code == 0


def test_doctor_names_a_broken_list_of_sources(program: Program) -> None:
    (program.home / "sources.toml").write_text("[[source]]\nurl = 3\n")
    done = program.run("doctor", "--json")
    assert done.code == 2
    assert "sources.toml" in done.json()["configuration"]["problem"]


def test_doctor_names_keys_that_cannot_be_had(program: Program) -> None:
    (program.home / "config.toml").write_text('[keys]\nstar = "m"\nstarr = "x"\n')
    done = program.run("doctor", "--json")
    assert done.code == 0
    assert done.json()["configuration"]["keys"] == [
        "keys: there is no command starr. Did you mean star?",
        "keys.star: m is taken by read; it keeps s.",
    ]
    assert "keys.star: m is taken by read" in program.run("doctor").out


# -- refresh as people see it


def test_refresh_writes_a_line_a_source_into_a_pipe(fresh: Program) -> None:
    done = fresh.run("--refresh")
    lines = done.out.splitlines()
    assert sorted(line.split()[1] for line in lines[:-1]) == [
        "cheatsheet",
        "starter-editions",
        "starter-essays",
    ]
    assert re.fullmatch(r"\d+ new from 3 sources\.", lines[-1])
    assert fresh.run("--refresh", "--force", "--quiet").out == ""


def test_refresh_draws_one_line_on_a_terminal(fresh: Program) -> None:
    out = fresh.in_terminal("--refresh").out
    drawn, _, summary = out.rpartition("\r")
    assert summary == "\n"
    *frames, last = drawn.split("\r")
    assert "\x1b" not in out
    assert frames[0] == ""
    assert any("3 of 3" in frame for frame in frames)
    assert all(cells.width(frame) <= 79 for frame in frames)
    assert re.fullmatch(r"\d+ new from 3 sources\.", last)


def test_refresh_with_json_on_a_terminal_keeps_the_object_whole(fresh: Program) -> None:
    out = fresh.in_terminal("--refresh", "--json").out
    assert json.loads(out[out.index("{") :])["failed"] == 0
