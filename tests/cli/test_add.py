"""``techdash add`` as a process: choosing, refusing what is there, what programs get, how little is asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from techdash.cli import main
from tests.cli.conftest import FEED, LINK, ONE, Site
from tests.cli.program import FORBIDDEN, Program
from tests.network.web import Said, Web, certificate, served


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("web"))


@pytest.fixture
def web(pem: Path) -> Iterator[Web]:
    with served(pem) as one:
        yield one


def listed(program: Program) -> dict[str, dict[str, Any]]:
    return {source["id"]: source for source in program.run("sources", "--json").json()}


# -- choosing


def test_a_number_is_asked_for_until_it_is_one(small: Program, site: Site) -> None:
    done = small.in_terminal("add", f"{site.address}/page", typed=b"7\nx\n2\n")
    assert done.code == 0
    assert done.out.count("Which one? 1 to 2, or Enter for none: ") == 3
    assert "1  Posts (article)  " in done.out
    assert listed(small)["another-feed"]["url"] == f"{site.address}/other.xml"
    assert site.asked == ["/page", "/other.xml"]


@pytest.mark.parametrize("typed", [b"\n", b"\x04"], ids=["enter", "end"])
def test_nothing_chosen_is_nothing_added(small: Program, site: Site, typed: bytes) -> None:
    done = small.in_terminal("add", f"{site.address}/page", typed=typed)
    assert done.code == 2
    assert "Nothing was added." in done.out
    assert site.asked == ["/page"]


def test_programs_get_the_choice_as_json(small: Program, site: Site) -> None:
    done = small.run("add", f"{site.address}/page", "--json")
    assert done.code == 2
    assert done.json() == {
        "subscribed": None,
        "candidates": [
            {"url": f"{site.address}/feed.xml", "title": "Posts", "kind": "article"},
            {"url": f"{site.address}/other.xml", "title": "Other", "kind": "article"},
        ],
        "error": None,
    }
    assert site.asked == ["/page"]


def test_programs_get_what_was_subscribed_to(small: Program, site: Site) -> None:
    done = small.run("--json", "add", f"{site.address}/one", "--kind", "podcast")
    assert done.code == 0
    told = done.json()
    assert told["error"] is None
    assert told["subscribed"] == {
        "id": "a-feed",
        "kind": "podcast",
        "title": "A feed",
        "url": f"{site.address}/feed.xml",
        "language": "en",
        "full_text": "feed",
    }


def test_programs_get_why_not(small: Program, site: Site, closed: str) -> None:
    for address, code in ((f"{site.address}/none", 2), (closed, 3), ("not an address", 2)):
        done = small.run("add", address, "--json")
        assert done.code == code
        told = done.json()
        assert (told["subscribed"], told["candidates"]) == (None, [])
        assert told["error"].endswith(".")
        assert told["error"] in done.err


# -- what is there already


def test_h60_every_spelling_of_an_address_is_one_feed(
    small: Program, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.run("add", f"{site.address}/feed.xml").code == 0
    port = site.address.rpartition(":")[2]
    monkeypatch.setenv("TECHDASH_HOME", str(small.home))
    for spelling in (
        f"HTTP://127.0.0.1:{port}/feed.xml",
        f"http://127.0.0.1.:{port}/feed.xml",
        f"feed:http://127.0.0.1:{port}/feed.xml",
        f"  http://127.0.0.1:{port}/feed.xml/  ",
        f"http://127.0.0.1:{port}//feed.xml?utm_source=x#top",
        f"http://user:secret@127.0.0.1:{port}/feed.xml",
    ):
        assert main(["add", spelling]) == 2, spelling
        said = capsys.readouterr().err
        assert "is subscribed to already, as a-feed (A feed)" in said
        assert "secret" not in said
    assert site.asked == ["/feed.xml"], "nothing is asked for what is known by its address"


@pytest.mark.system("openssl")
def test_h60_names_in_another_script_are_one_feed(small: Program, web: Web) -> None:
    web["https://xn--bcher-kva.example/feed"] = FEED
    assert small.run("add", "https://bücher.example/feed", **web.environment).code == 0
    for spelling in ("https://BÜCHER.example:443/feed", "feed://xn--bcher-kva.example/feed/"):
        assert small.run("add", spelling, **web.environment).code == 2
    assert web.asked == ["https://xn--bcher-kva.example/feed"]


@pytest.mark.system("openssl")
@pytest.mark.parametrize("status", [301, 302])
def test_h60_where_redirects_lead_to_is_the_same_feed(small: Program, web: Web, status: int) -> None:
    web["https://a.example/feed"] = FEED
    web.redirect("https://b.example/feed", "https://a.example/feed", status)
    assert small.run("add", "https://a.example/feed", **web.environment).code == 0
    done = small.run("add", "https://b.example/feed", **web.environment)
    assert done.code == 2
    assert "https://a.example/feed is subscribed to already" in done.err


def test_h60_where_a_source_has_moved_to_is_the_same_feed(small: Program, site: Site) -> None:
    small.run("add", f"{site.address}/feed.xml")
    with closing(sqlite3.connect(small.home / "library.db")) as library, library:
        library.execute(
            "UPDATE source_state SET moved_to = ? WHERE source_id = 'a-feed'", (f"{site.address}/new.xml",)
        )
    asked = len(site.asked)
    done = small.run("add", f"{site.address}/new.xml")
    assert done.code == 2
    assert "is subscribed to already, as a-feed" in done.err
    assert len(site.asked) == asked


@pytest.mark.parametrize("options", [(), ("--kind", "essay")], ids=["as it is", "as essays"])
def test_a_notionnext_blog_stays_one_whatever_it_brings(
    small: Program, site: Site, options: tuple[str, ...]
) -> None:
    posts = [
        {"id": "0" * 32, "type": "Post", "status": "Published", "title": "AI Daily 2026-05-12", "slug": "a"}
    ]
    properties = {"siteInfo": {"title": "A Blog"}, "posts": posts, "latestPosts": posts, "postCount": 1}
    data = json.dumps({"props": {"pageProps": properties}})
    page = f'<html><script id="__NEXT_DATA__" type="application/json">{data}</script></html>'
    site.pages["/"] = ("text/html", page.encode())
    told = small.run("add", f"{site.address}/", "--json", *options).json()["subscribed"]
    assert (told["title"], told["url"]) == ("A Blog", f"{site.address}/rss/feed.xml")
    assert (told["full_text"], told["kind"]) == ("notionnext", options[1] if options else "digest")
    assert site.asked == ["/"]


def test_the_comments_are_not_taken_for_the_posts(small: Program, site: Site) -> None:
    assert small.run("add", f"{site.address}/page", "--yes").code == 0
    done = small.run("add", f"{site.address}/page", "--yes")
    assert done.code == 2
    assert "subscribed to already, as a-feed" in done.err
    assert "another-feed" not in listed(small)


def test_what_is_switched_off_is_said_to_be(small: Program, site: Site) -> None:
    small.run("add", f"{site.address}/feed.xml")
    small.run("sources", "disable", "a-feed")
    done = small.run("add", f"{site.address}/feed.xml")
    assert "It is switched off; techdash sources enable a-feed has it asked." in done.err


# -- how it goes in the first minute, and what it keeps to itself


def test_the_first_command_of_all_may_be_add(tmp_path: Path, site: Site) -> None:
    program = Program(tmp_path / "home")
    done = program.run("add", f"{site.address}/feed.xml")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"Subscribed: a-feed (A feed), article, {site.address}/feed.xml\n"
    assert site.asked == ["/feed.xml"]
    told = program.run("--refresh", "--source", "a-feed", "--json").json()
    assert told["sources"][0]["new"] == 2


def test_h59_a_password_is_shown_nowhere(small: Program, site: Site) -> None:
    address = f"{site.address}/feed.xml".replace("http://", "http://user:secret@")
    done = small.run("add", address)
    assert done.code == 0
    assert "secret" not in done.out + done.err
    small.run("sources", "remove", "a-feed")
    assert "secret" not in small.run("add", address, "--json").out
    assert "secret" not in small.run("sources", "export").out
    site.pages["/plain"] = ("text/html", b"<html><title>A page</title></html>")
    site.pages["/a.png"] = ("image/png", b"\x89PNG")
    for path in ("/nothing", "/plain", "/a.png"):
        done = small.run("add", address.replace("/feed.xml", path), "--json")
        assert done.code == 2
        assert "secret" not in done.out + done.err


def test_a_page_can_not_drive_the_terminal(small: Program, site: Site) -> None:
    payload = "\x1b]52;c;eA==\x07\x9b2J\u202e".encode()
    evil = LINK.replace(b"Posts", b"P&#27;[2J" + payload)
    site.pages["/page"] = ("text/html", ONE.replace(LINK, evil + evil.replace(b"/feed", b"/other")))
    site.pages["/feed.xml"] = ("text/xml", FEED.replace(b"A feed", b"A" + payload.replace(b"\x1b", b"&#27;")))
    done = small.in_terminal("add", f"{site.address}/page", typed=b"1\n")
    assert done.code == 0
    assert not FORBIDDEN.search(done.out.replace("\r\n", "\n"))
    shown = small.run("sources", "--json").out
    assert not FORBIDDEN.search(shown)


@pytest.mark.system("openssl")
def test_a_repository_is_listed_and_asked_for_once_chosen(small: Program, web: Web) -> None:
    releases = "https://github.com/ada/engine/releases.atom"
    web[releases] = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Release notes from engine</title>'
        "<entry><id>1</id><title>v1</title></entry></feed>"
    )
    done = small.run("add", "github.com/ada/engine", **web.environment)
    assert done.code == 2
    assert [line.split()[-1].rpartition("/")[2] for line in done.out.splitlines()] == [
        "releases.atom",
        "tags.atom",
        "commits.atom",
    ]
    assert web.asked == []
    done = small.run("add", "github.com/ada/engine/releases", **web.environment)
    assert done.out == f"Subscribed: ada-engine-releases (ada/engine releases), github, {releases}\n"
    assert web.asked == [releases]
    done = small.run("add", "github.com/ada/nothing/tags", **web.environment)
    assert done.code == 2
    assert "There is no feed at https://github.com/ada/nothing/tags.atom. The server answered 404" in done.err


@pytest.mark.system("openssl")
def test_shapes_of_sites_by_name(small: Program, web: Web) -> None:
    channel = "UCabcdefghijklmnopqrstuv"
    video = f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
    web["https://www.youtube.com/@ada"] = f'<html><meta itemprop="identifier" content="{channel}"></html>'
    web[video] = FEED.replace(b"A feed", b"Ada's talks")
    web["https://social.example/@ada.rss"] = FEED.replace(b"A feed", b"@ada")
    web["https://itunes.apple.com/lookup?id=15&entity=podcast"] = json.dumps(
        {"results": [{"feedUrl": "https://feeds.example/talks", "collectionName": "Talks"}]}
    )
    web["https://feeds.example/talks"] = FEED.replace(b"A feed", b"Talks")
    told = [
        small.run("add", typed, "--json", **web.environment).json()["subscribed"]
        for typed in (
            "https://www.youtube.com/@ada",
            "@ada@social.example",
            "https://podcasts.apple.com/us/podcast/talks/id15",
        )
    ]
    assert [(one["kind"], one["title"], one["url"]) for one in told] == [
        ("podcast", "Ada's talks", video),
        ("social", "@ada", "https://social.example/@ada.rss"),
        ("podcast", "Talks", "https://feeds.example/talks"),
    ]
    assert len(web.asked) == 5


@pytest.mark.system("openssl")
def test_h27_a_host_that_asked_to_wait_is_left_alone(small: Program, web: Web) -> None:
    web["https://a.example/feed"] = Said(status=429, headers={"Retry-After": "7200"})
    done = small.run("add", "https://a.example/feed", **web.environment)
    assert done.code == 3
    assert "it wants no request from us before" in done.err
    again = small.run("add", "https://a.example/other", **web.environment)
    assert again.code == 3
    assert "a.example asked to be left alone until" in again.err
    assert web.asked == ["https://a.example/feed"]


@pytest.mark.parametrize(
    "typed", ["http://[", "http://user:secret@[", "http://a b/", "feed:", "@", "x" * 5000]
)
def test_what_is_no_address_is_told_in_a_sentence(
    small: Program, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TECHDASH_HOME", str(small.home))
    assert main(["add", typed]) == 2
    said = capsys.readouterr().err
    assert "is no http(s) address" in said
    assert "secret" not in said


def test_an_address_too_long_for_a_file_name_is_an_address(small: Program, site: Site) -> None:
    done = small.run("add", f"{site.address}/{'x' * 400}")
    assert done.code == 2
    assert "There is no feed at" in done.err
