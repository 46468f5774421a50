"""Lists of subscriptions in and out of the program, and with other readers at the other end."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program

LISTS = Path(__file__).parents[1] / "data" / "opml"


def listed(program: Program) -> dict[str, dict[str, Any]]:
    return {source["url"]: source for source in program.run("sources", "--json").json()}


def addresses(text: str) -> set[str]:
    return {one.get("xmlUrl", "") for one in ET.fromstring(text).iter("outline")} - {""}


def test_p34_what_no_reader_may_open_is_counted(small: Program) -> None:
    before = listed(small)
    done = small.run("sources", "import", LISTS / "folders.opml")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "3 added, 5 subscribed to already, 5 without an http(s) address."
    added = listed(small).keys() - before.keys()
    assert all(url.startswith("https://") for url in added)


def test_a_library_moves_by_its_list(small: Program, tmp_path: Path) -> None:
    """Out of one home, into an empty one, and out again: the same bytes."""
    small.run("sources", "import", LISTS / "folders.opml")
    small.run("sources", "disable", "below")
    out = small.run("sources", "export").out
    (tmp_path / "all.opml").write_text(out, "utf-8")
    other = Program(tmp_path / "other")
    other.run("sources")
    other.run("sources", "remove", *(one["id"] for one in listed(other).values()))
    done = other.run("sources", "import", tmp_path / "all.opml")
    assert done.code == 0
    assert other.run("sources", "export").out == out
    ours = {one["id"]: one for one in listed(small).values() if one["url"].startswith("http")}
    theirs = {one["id"]: one for one in listed(other).values()}
    for name, one in theirs.items():
        assert {key: one[key] for key in ("kind", "title", "url", "enabled")} == {
            key: ours[name][key] for key in ("kind", "title", "url", "enabled")
        }
    assert theirs.keys() == ours.keys()


def test_p34_all_or_none(small: Program, tmp_path: Path) -> None:
    file = tmp_path / "cut.opml"
    whole = "".join(f'<outline text="{n}" xmlUrl="https://a{n}.example/f"/>' for n in range(500))
    file.write_text(f"<opml><body>{whole}<outline text=", "utf-8")
    before = listed(small)
    done = small.run("sources", "import", file)
    assert done.code == 2
    assert "can't be imported: it is not well-formed XML" in done.err
    assert listed(small) == before


def test_p34_ten_thousand(small: Program, tmp_path: Path) -> None:
    file = tmp_path / "many.opml"
    whole = "".join(f'<outline text="One" xmlUrl="https://a{n}.example/f"/>' for n in range(10_000))
    file.write_text(f"<opml><body>{whole}</body></opml>", "utf-8")
    done = small.run("sources", "import", file)
    assert done.out.splitlines()[-1] == "10000 added, 0 subscribed to already."
    assert len({one["id"] for one in listed(small).values()}) > 10_000


@pytest.mark.system("newsboat")
def test_newsboat_reads_what_we_write_and_the_reverse(small: Program, tmp_path: Path) -> None:
    def newsboat(*arguments: str) -> str:
        command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "/dev/null", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, env={"HOME": str(tmp_path)})
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    small.run("sources", "import", LISTS / "newsboat.opml")
    small.run("sources", "import", LISTS / "folders.opml")
    ours = small.run("sources", "export").out
    (tmp_path / "ours.opml").write_text(ours, "utf-8")
    (tmp_path / "urls").write_text("")
    newsboat("-i", "ours.opml")
    assert addresses(newsboat("-e")) == addresses(ours)
    tags = {line.split()[0]: line for line in (tmp_path / "urls").read_text().splitlines() if line}
    channel = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
    assert '"Podcasts"' in tags[channel]
    assert "recsys" in tags["https://eugeneyan.com/rss/"]
    (tmp_path / "theirs.opml").write_text(newsboat("-e"), "utf-8")
    done = small.run("sources", "import", tmp_path / "theirs.opml")
    assert done.out == f"0 added, {len(addresses(ours))} subscribed to already.\n"
