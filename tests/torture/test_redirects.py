"""H12 to H23: where servers send us, for good, for now, in circles, and nowhere."""

from __future__ import annotations

import re

import pytest

from tests.network.feeds import rss
from tests.network.server import answer
from tests.torture.rig import DAY, Rig
from tests.torture.server import Authority, Site

REASONS = {301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary", 308: "Permanent"}


def to(location: str | bytes | None, status: int = 302) -> bytes:
    headers = [] if location is None else [("Location", location)]
    return answer(f"{status} {REASONS[status]}", headers, b"<html>Elsewhere.</html>")


def feed(name: str = "a", entries: int = 3) -> bytes:
    return answer(headers=[("ETag", '"x"')], body=rss(name, entries))


def shown(rig: Rig, name: str) -> str:
    """What the list of sources says of one, its remarks included, as a reader sees it."""
    found = re.search(rf"^  {name} .*(?:\n    .*)*", rig.program("sources").out, re.MULTILINE)
    assert found is not None
    return " ".join(found[0].split())


@pytest.mark.parametrize("status", [301, 308], ids=["H12", "H13"])
def test_h12_h13_a_move_for_good_is_followed_at_the_second_look(rig: Rig, site: Site, status: int) -> None:
    old, new = f"/h12/{status}/old", f"/h12/{status}/new"
    rig.subscribe({"a": site.say(old, to(new, status))})
    site.say(new, *(feed("a", n) for n in (3, 4, 5)))
    first = rig.refresh()["a"]
    assert (first.status, first.new, first.url) == ("new", 3, site.url(old))
    soon = rig.refresh(after=3 * 3600)["a"]
    assert (soon.new, soon.url) == (1, site.url(old))  # not before a day has gone
    assert "moved" in shown(rig, "a")
    later = rig.refresh(after=DAY)["a"]
    assert (later.new, later.url) == (1, site.url(new))
    assert len(rig.titles("a")) == 5
    asked = len(site.asked(old))
    again = rig.refresh(after=DAY)["a"]
    assert (again.status, len(site.asked(old))) == ("unchanged", asked)


def test_h14_a_move_for_now_never_is(rig: Rig, site: Site) -> None:
    urls = {f"s{n}": site.say(f"/h14/{n}", to(f"/h14/{n}/new", n)) for n in (302, 303, 307)}
    for n in (302, 303, 307):
        site.say(f"/h14/{n}/new", feed(f"s{n}"))
    rig.subscribe(urls)
    for _ in range(3):
        ran = rig.refresh(after=DAY)
        assert {name: ran[name].url for name in urls} == urls
        assert not any("moved" in shown(rig, name) for name in urls)
    assert all(ran[name].entries == 3 for name in urls)


def test_h15_a_chain_of_both_never_is(rig: Rig, site: Site) -> None:
    urls = {
        "before": site.say("/h15/a", to("/h15/a1", 302)),
        "after": site.say("/h15/b", to("/h15/b1", 301)),
    }
    site.say("/h15/a1", to("/h15/a2", 301))
    site.say("/h15/b1", to("/h15/b2", 302))
    site.say("/h15/a2", feed("before"))
    site.say("/h15/b2", feed("after"))
    rig.subscribe(urls)
    for _ in range(3):
        ran = rig.refresh(after=DAY)
    assert {name: (ran[name].url, ran[name].entries) for name in urls} == {
        name: (url, 3) for name, url in urls.items()
    }


def test_h16_a_move_to_an_error_page_is_a_failure(rig: Rig, site: Site) -> None:
    page = answer(headers=[("Content-Type", "text/html")], body=b"<!DOCTYPE html><h1>System error</h1>")
    rig.subscribe({"a": site.say("/h16", feed(), to("/h16/error", 301))})
    site.say("/h16/error", page)
    assert rig.refresh()["a"].new == 3
    for n in range(1, 4):
        a = rig.refresh(after=3 * DAY)["a"]
        assert (a.status, a.kind, a.state["failures"]) == ("failed", "html", n)
        assert (a.url, a.entries, a.etag) == (site.url("/h16"), 3, b'"x"')


def test_h17_a_move_to_what_is_subscribed_to_already(rig: Rig, site: Site) -> None:
    urls = {"old": site.say("/h17/old", to("/h17/new", 301)), "new": site.say("/h17/new", feed())}
    rig.subscribe(urls)
    # The body is the same each time, and the server says 200: the move is seen all the same.
    for _ in range(3):
        ran = rig.refresh(after=DAY, allowed=2)
    assert {name: ran[name].url for name in urls} == urls
    assert rig.rows("SELECT url_key, count(*) FROM sources GROUP BY url_key HAVING count(*) > 1") == []
    assert "which is the address of new" in shown(rig, "old")


@pytest.mark.system("openssl")
def test_h18_a_move_to_an_open_line_is_never_for_good(
    rig: Rig, site: Site, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    port = site.listen("127.0.0.2", tls=authority.context("IP:127.0.0.2"))
    url = site.url("/h18", port=port, scheme="https")
    site.say("/h18", to(site.url("/h18/open"), 301))
    site.say("/h18/open", feed())
    rig.subscribe({"a": url})
    for _ in range(3):
        a = rig.refresh(after=DAY)["a"]
        assert (a.url, a.entries, a.error) == (url, 3, "")
    assert "without encryption" in shown(rig, "a")


def test_h19_circles(rig: Rig, site: Site) -> None:
    rig.subscribe(
        {
            "two": site.say("/h19/a", to("/h19/b")),
            "self": site.say("/h19/self", to("/h19/self", 301)),
            "empty": site.say("/h19/empty", to("")),
        }
    )
    site.say("/h19/b", to(site.url("/h19/a")))
    ran = rig.refresh()
    assert {name: ran[name].kind for name in ("two", "self", "empty")} == dict.fromkeys(
        ("two", "self", "empty"), "redirect"
    )
    assert ("circle" in ran["two"].error, "circle" in ran["self"].error) == (True, True)
    assert "without saying where" in ran["empty"].error
    assert len(site.asked("/h19/")) == 4


def test_h20_ten_hops_and_eleven(rig: Rig, site: Site) -> None:
    for n in range(11):
        site.say(f"/h20/{n}", to(f"/h20/{n + 1}", 301 if n % 2 else 307))
    site.say("/h20/11", feed())
    rig.subscribe({"ten": site.url("/h20/1"), "eleven": site.url("/h20/0")})
    ran = rig.refresh(allowed=2)
    assert (ran["ten"].status, ran["ten"].entries) == ("new", 3)
    assert (ran["eleven"].kind, ran["eleven"].entries) == ("redirect", 0)
    assert "more than 10 times" in ran["eleven"].error
    assert len(site.asked("/h20/")) == 11 + 11


LOCATIONS = {
    "file": b"file:///etc/passwd",
    "ftp": b"ftp://e.org/feed",
    "javascript": b"javascript:alert(1)",
    "data": b"data:text/xml,<rss/>",
    "bracket": b"http://[",
    "port": b"http://a:99999/",
    "userinfo": b"http://@/",
    "escape": b"http://e.org\x1b]0;x/",
    "8-kb": b"http://e.org/" + b"x" * 8192,
    "70-kb": b"/" + b"x" * 70_000,
}


def test_h21_locations_that_lead_nowhere(rig: Rig, site: Site) -> None:
    rig.subscribe({name: site.say(f"/h21/{name}", to(location)) for name, location in LOCATIONS.items()})
    ran = rig.refresh()
    for name in LOCATIONS:
        assert (ran[name].kind, ran[name].entries) == ("redirect", 0), (name, ran[name].error)
        assert ran[name].error.startswith("127.0.0.2 redirects to something that is no web address."), name
    assert len(site.asked("/h21/")) == len(LOCATIONS)


def test_h21_a_byte_in_a_path_is_encoded_and_asked_for(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h21b", to(b"/h21b/\xff"))})
    site.say("/h21b/%C3%BF", feed())
    rig.subscribe({"host": site.say("/h21c", to(b"http://\xff.invalid:9/"))})
    ran = rig.refresh()
    assert ran["a"].entries == 3
    # The name that could not be looked up, not the one that led there.
    assert (ran["host"].kind, ran["host"].error.partition(" could")[0]) == (
        "dns",
        "The name xn--wda.invalid",
    )


def test_h22_a_redirect_without_a_location(rig: Rig, site: Site) -> None:
    rig.subscribe({f"s{n}": site.say(f"/h22/{n}", to(None, n)) for n in REASONS})
    ran = rig.refresh()
    assert {(ran[f"s{n}"].kind, ran[f"s{n}"].error.partition(" Next")[0]) for n in REASONS} == {
        ("redirect", "127.0.0.2 redirects without saying where to.")
    }


def test_h23_locations_in_short(rig: Rig, site: Site) -> None:
    """A fragment alone leads to where we are: that is a circle like any other, and said so."""
    locations = {
        "absolute-path": "/h23/x/new",
        "relative": "x/new",
        "dots": "./y/../x/new",
        "no-scheme": f"//127.0.0.3:{site.port}/h23/x/new",
        "query": "/h23/x/new?",
        "fragment": "/h23/x/new#part",
        "spaces": "  /h23/x/new  ",
    }
    for path in ("/h23/x/new", "/h23/x/new?"):
        site.say(path, feed())
    urls = {name: site.say(f"/h23/{name}", to(location)) for name, location in locations.items()}
    rig.subscribe({**urls, "itself": site.say("/h23/itself", to("#part"))})
    ran = rig.refresh(allowed={"/h23/x/new": 7})
    assert {name: (ran[name].status, ran[name].entries) for name in urls} == dict.fromkeys(urls, ("new", 3))
    assert "circle" in ran["itself"].error
    assert len(site.asked("/h23/itself")) == 1
