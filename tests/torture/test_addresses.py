"""H58 to H60: pages with several feeds, addresses with a password in them, one feed under many addresses."""

from __future__ import annotations

import base64
import json
from functools import partial

import pytest

from techdash.feeds import client
from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import DAY, Rig
from tests.torture.server import Connection, Site

Names = dict[str, list[list[str]]]


# -- H58

ALTERNATES = """<!DOCTYPE html><html><head><title>A site</title>
<link rel="alternate" type="application/rss+xml" title="Posts" href="feeds/posts.xml">
<link rel="alternate" title="N\x1b]0;x\x07" type="application/atom+xml"
  href='//public.example:{port}/h58/notes.xml'>
<link rel="alternate" type="application/feed+json" title="All" href="http://public.example:{port}/h58/all.json">
<link rel="alternate" type="application/rss+xml" title="Script" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml" title="File" href="file:///etc/passwd">
<link rel="alternate" type="application/rss+xml" title="Router" href="http://192.168.1.1/feed">
<link rel="alternate" type="application/rss+xml" title="Home" href="http://2130706433:{port}/feed">
<link rel="alternate" type="application/rss+xml" title="Metadata" href="http://169.254.169.254/feed">
<link rel="alternate" type="application/rss+xml" title="None" href="http://[">
</head><body>Words.</body></html>"""


def test_h58_a_page_with_several_feeds(
    rig: Rig, site: Site, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 127.0.0.4 plays a public address.
    public = partial(client.Client, is_private=lambda address: address != "127.0.0.4", gap=0.0)
    monkeypatch.setattr(client, "Client", public)
    names["public.example"] = [["127.0.0.4"]]
    page = ALTERNATES.format(port=site.port).encode()
    url = site.say("/h58/", answer(headers=[("Content-Type", "text/html")], body=page))
    url = url.replace("127.0.0.2", "public.example")
    site.say("/h58/feeds/posts.xml", answer(body=rss("posts", 3)))
    before = rig.rows("SELECT id FROM sources ORDER BY id")
    offered = rig.program("add", url, "--json")
    assert offered.code == 2
    found = json.loads(offered.out)
    base = f"http://public.example:{site.port}/h58"
    assert [one["url"] for one in found["candidates"]] == [
        f"{base}/feeds/posts.xml",
        f"{base}/notes.xml",
        f"{base}/all.json",
    ]
    assert found["subscribed"] is None
    assert rig.rows("SELECT id FROM sources ORDER BY id") == before
    assert {request.path for request in site.asked("/h58/")} == {"/h58/"}
    # For people: the three, numbered, and what to do.
    shown = rig.program("add", url)
    assert (shown.code, len(shown.out.splitlines())) == (2, 3)
    assert "--yes" in shown.err
    taken = rig.program("add", url, "--yes")
    assert taken.code == 0, taken.err
    (new,) = set(rig.rows("SELECT id FROM sources")) - set(before)
    assert rig.rows("SELECT url FROM sources WHERE id = ?", new[0]) == [(f"{base}/feeds/posts.xml",)]


# -- H59

SECRET = "s3cr-et"
BASIC = b"Basic " + base64.b64encode(f"user:{SECRET}/x".encode())


def test_h59_a_password_is_for_its_server_alone(rig: Rig, site: Site) -> None:
    async def guarded(request: Request, connection: Connection) -> None:
        said = {
            "/h59/feed": answer(body=rss("a", 3).replace(b"https://e.org/a/", b"posts/")),
            "/h59/here": answer("301 Moved Permanently", [("Location", "/h59/feed")]),
            "/h59/away": answer("302 Found", [("Location", site.url("/h59/other", "127.0.0.3"))]),
            "/h59/absent": answer("404 Not Found"),
            "/h59/page": answer(body=b"<!DOCTYPE html><html><p>No feed."),
            "/h59/circle": answer("302 Found", [("Location", "/h59/circle")]),
            "/h59/wait": answer("429 Too Many Requests", [("Retry-After", "7200")]),
        }
        if request.headers.get(b"authorization") != BASIC:
            await connection.say(answer("401 Unauthorized", [("WWW-Authenticate", "Basic")]))
        else:
            await connection.say(said[request.path])

    paths = ("feed", "here", "away", "absent", "page", "circle", "wait")
    urls = {path: site.do(f"/h59/{path}", guarded).replace("://", f"://user:{SECRET}%2Fx@") for path in paths}
    site.say("/h59/other", answer(body=rss("away", 3)))
    rig.subscribe(urls)
    said = []
    for _ in range(2):
        ran = rig.refresh(after=4 * DAY, allowed=2)
        said += [ran.out, ran.err]
        assert (ran["feed"].entries, ran["here"].entries, ran["away"].entries) == (3, 3, 3)
        assert {ran[name].state["http"] for name in ("absent", "wait")} == {404, 429}
    assert all(b"authorization" not in request.headers for request in site.asked("/h59/other"))
    assert all(request.headers[b"authorization"] == BASIC for request in site.asked("/h59/feed"))
    for arguments in (
        ("sources",),
        ("sources", "--json"),
        ("sources", "export"),
        ("doctor",),
        ("doctor", "--json"),
        ("--refresh", "--events", "--force", "--source", "feed"),
        ("--refresh", "--force", "--source", "absent"),
        ("add", urls["feed"]),
        ("add", urls["page"] + "/more"),
        ("add", urls["page"] + "/more", "--json"),
        ("sources", "disable", urls["feed"]),
        ("sources", "enable", urls["feed"]),
        ("digest", "--json"),
        ("search", "entry", "--json"),
        ("sources", "remove", urls["circle"]),
    ):
        done = rig.program(*arguments)
        said += [done.out, done.err]
    assert not [text for text in said if SECRET in text]
    # Kept where it is needed to ask with, and nowhere else.
    assert rig.rows("SELECT url FROM sources WHERE id = 'feed'") == [(urls["feed"],)]
    for table, columns in (
        ("entries", "url, url_key, title, summary, comments_url, key"),
        ("source_state", "error, note, moved_note"),
        ("host_waits", "*"),
    ):
        rows = rig.rows(f"SELECT {columns} FROM {table}")
        assert not [row for row in rows if SECRET in repr(row)], table
    assert rig.rows("SELECT url FROM entries WHERE source_id = 'feed' ORDER BY url")[0] == (
        site.url("/h59/posts/0"),
    )
    assert not rig.paths.log.exists() or SECRET not in rig.paths.log.read_text()
    assert rig.paths.library.stat().st_mode & 0o077 == 0


# -- H60


def test_h60_one_feed_under_many_addresses(rig: Rig, site: Site, names: Names) -> None:
    names["feeds.example"] = names["xn--bcher-kva.example"] = [["127.0.0.2"]]
    site.say("/h60", answer(body=rss("a", 3)))
    here = f"feeds.example:{site.port}"
    added = rig.program("add", f" http://{here}/h60 ")
    assert added.code == 0, added.err
    for variant in (
        f"http://{here}/h60",
        f"HTTP://FEEDS.Example:{site.port}/h60",
        f"http://feeds.example.:{site.port}/h60",
        f"https://{here}/h60",
        f"feed://{here}/h60",
        f"feed:http://{here}/h60",
        f"{here}/h60",
        f"http://www.{here}/h60",
        f"http://{here}/h60/",
        f"http://{here}//h60",
        f"http://{here}/h60#top",
        f"http://{here}/h60?utm_source=x",
        f"http://{here}/%68%360",
        f"http://u:p@{here}/h60",
        f"\thttp://{here}/h60\n",
    ):
        again = rig.program("add", variant)
        assert (again.code, "already" in again.err) == (2, True), (variant, again.err)
    assert len(site.asked("/h60")) == 1
    idn = rig.program("add", f"http://bücher.example:{site.port}/h60")
    assert idn.code == 0, idn.err
    again = rig.program("add", f"http://xn--bcher-kva.example:{site.port}/h60")
    assert (again.code, "already" in again.err) == (2, True)
    kept = rig.rows("SELECT url FROM sources WHERE url LIKE '%/h60'")
    assert kept == [(f"http://{here}/h60",), (f"http://xn--bcher-kva.example:{site.port}/h60",)]


def test_h60_a_file_with_one_feed_many_times(rig: Rig, site: Site, names: Names) -> None:
    names["file.example"] = [["127.0.0.2"]]
    urls = (
        site.say("/h60f", answer(body=rss("a", 3))).replace("127.0.0.2", "file.example"),
        site.url("/h60f", "FILE.example"),
        site.url("/h60f", "file.example."),
        site.url("/h60f/", "file.example"),
        site.url("/h60f", "file.example", scheme="https"),
        # Ports that go without saying, at which nobody listens.
        "http://127.0.0.2:80/h60-port",
        "http://127.0.0.2/h60-port",
        "https://127.0.0.2:443/h60-port",
    )
    rig.subscribe({f"s{n}": url for n, url in enumerate(urls)})
    ran = rig.refresh()
    assert set(ran.sources) == {"healthy", "s0", "s5"}
    assert len(site.asked("/h60f")) == 1
