"""A NotionNext site read whole: its lists as far as they bring news, its record maps, its archive."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from techdash import fulltext, refresh
from techdash.events import PagesDone
from techdash.paths import Paths
from techdash.store import db, editions, entries
from techdash.text.urls import canonical
from tests.e2e.notionnext import EQUATION_TEX, Blog, essay
from tests.network.feeds import home_with, rows
from tests.network.server import Server, answer
from tests.network.test_fulltext import DAY, NOW, events_of, pages

TODAY = datetime.fromtimestamp(NOW, UTC).date()


def site(server: Server, tmp_path: Path, archive: int = 0) -> Blog:
    blog = Blog(tmp_path / "blog", server.url("").rstrip("/"), TODAY, archive)
    blog.serve_on(server)
    return blog


def home(server: Server, tmp_path: Path, **fields: Any) -> Paths:
    wanted = {"kind": "digest", "full_text": "notionnext", "lang": "zh", **fields}
    return home_with(tmp_path / "home", server.url("/rss/feed.xml"), **wanted)


def asked(server: Server, pattern: str) -> list[str]:
    return [it.path for it in server.requests if re.fullmatch(pattern, it.path)]


def stored(paths: Paths) -> dict[str, tuple[str, str, str]]:
    """Format, body and note of each post, by its address."""
    found = rows(
        paths,
        """
        SELECT e.url_key, b.format, b.body, coalesce(a.note, '') FROM entries e
        LEFT JOIN bodies b ON b.entry_id = e.id LEFT JOIN articles a ON a.entry_id = e.id WHERE e.stub = 0
        """,
    )
    return {url: (format_, body, note) for url, format_, body, note in found}


async def test_every_post_comes_whole_from_its_record_map(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path)
    paths = home(server, tmp_path)
    events = await events_of(paths)
    found = stored(paths)
    assert len(found) == len(blog.posts)
    for post in blog.posts:
        format_, body, note = found[canonical(f"{blog.address}/{post.path}")]
        assert (format_, note) == ("notion", ""), post.slug
        if any("equation" in str(block) for block in post.blocks):
            assert r"\\theta_{t+1}" in body
            assert "AdamW" in body
    assert pages(events) == [("s0", len(blog.posts), 0)]
    # the editions are made of the whole text: their leads aren't cut, their items are there
    with closing(db.connect_reader(paths.library)) as conn:
        for daily in blog.dailies:
            (edition,) = [
                it for it in editions.on(conn, str(daily.day)) if not it.composed and it.cadence == "daily"
            ]
            assert edition.lead.endswith(("centre.", "work."))
            assert not edition.lead_cut
            titles = {item.title for section in edition.sections for item in section.items}
            assert {"We measured the token bill of one agent", "owner/repo"} <= titles, titles
    asked_before = len(server.requests)
    events = await events_of(paths, NOW + DAY)
    # a day later: feed, lists and the sitemap's 304, and no page
    assert len(server.requests) - asked_before <= 4
    assert not pages(events)


async def test_following_list_pages_as_long_as_they_bring_news(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path, archive=60)
    paths = home(server, tmp_path, max_items=40)
    await events_of(paths)
    first = asked(server, "/(en/)?page/[0-9]+")
    assert {"/page/2", "/en/page/2"} <= set(first)
    assert len(first) <= refresh.MOST_FOLLOWING
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(40,)]
    server.requests.clear()
    await events_of(paths, NOW + DAY)
    assert not asked(server, "/(en/)?page/[0-9]+")
    # one more post: the page after the one that has it is looked at, and brings none
    blog.posts.insert(0, essay("brand-new", "全新的一篇", TODAY))
    blog.serve_on(server)
    await events_of(paths, NOW + 2 * DAY)
    assert set(asked(server, "/(en/)?page/[0-9]+")) == {"/page/2", "/en/page/2"}
    assert canonical(f"{blog.address}/brand-new") in stored(paths)


async def test_a_site_is_recognised_by_what_it_serves(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path)
    paths = home(server, tmp_path, full_text="auto", kind="essay")
    await events_of(paths)
    assert not asked(server, "/en")
    # one link of the feed has two slashes, which this server doesn't take for one
    formats = [format_ for format_, _, _ in stored(paths).values()]
    assert sorted(formats) == ["html", *["notion"] * 5]
    await events_of(paths, NOW + DAY)
    assert asked(server, "/en") == ["/en"]
    # under the keys of its lists now, nothing twice
    assert {format_ for format_, _, _ in stored(paths).values()} == {"notion"}
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(len(blog.posts),)]


async def test_a_password_and_a_page_without_its_map(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path, archive=2)
    paths = home(server, tmp_path)
    for hours in (0, 1):
        await events_of(paths, NOW + hours * 3600)
    found = stored(paths)
    _, body, note = found[canonical(f"{blog.address}/{blog.locked.path}")]
    assert (body, note) == (None, "behind a password")
    with closing(db.connect_reader(paths.library)) as conn:
        entry = entries.find(conn, f"{blog.address}/{blog.locked.path}")
    assert entry is not None
    assert entry.summary == blog.locked.summary
    format_, body, _ = found[canonical(f"{blog.address}/{blog.without_map.path}")]
    assert format_ == "html"
    assert EQUATION_TEX in body
    assert "priority" not in body


async def test_the_archive_comes_a_few_pages_a_run_on_its_own_days(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path, archive=30)
    paths = home(server, tmp_path, max_items=12, backfill=True)
    await events_of(paths)
    before = int(rows(paths, "SELECT count(*) FROM entries WHERE stub = 0")[0][0])
    assert before == 12 + fulltext.MOST_OF_THE_ARCHIVE
    today = rows(paths, "SELECT count(*) FROM entries WHERE day = ? AND stub = 0", str(TODAY))
    run = 0
    while rows(paths, "SELECT 1 FROM archive WHERE due IS NOT NULL"):
        run += 1
        server.requests.clear()
        await events_of(paths, NOW + run * DAY // 2)
        assert len(asked(server, "/(en/)?[a-z0-9-]+-[a-z0-9-]+")) <= fulltext.MOST_OF_THE_ARCHIVE
        assert run < 20
    found = stored(paths)
    assert {canonical(f"{blog.address}/{post.path}") for post in blog.posts} == set(found)
    assert found[canonical(f"{blog.address}/{blog.locked.path}")][1:] == (None, "behind a password")
    assert rows(paths, "SELECT count(*) FROM entries WHERE day = ? AND stub = 0", str(TODAY)) == today
    for post in blog.archive:
        day, sort_time = rows(
            paths,
            "SELECT day, sort_time FROM entries WHERE url_key = ?",
            canonical(f"{blog.address}/{post.path}"),
        )[0]
        assert day == str(post.day)
        assert datetime.fromtimestamp(sort_time, UTC).date() == post.day
    server.requests.clear()
    await events_of(paths, NOW + 30 * DAY)
    assert not asked(server, "/(en/)?archive-[0-9]+")


async def test_an_archived_post_without_a_date_has_that_of_the_sitemap(
    server: Server, tmp_path: Path
) -> None:
    blog = site(server, tmp_path, archive=1)
    (old,) = blog.archive
    name = f"{old.path}.html"
    undated = re.sub(r'"publishD[a-z]+": [^,}]+[,]?', "", blog.files()[name]).replace(", }", "}")
    assert "publish" not in undated
    server.say(f"/{old.path}", answer(headers=[("Content-Type", "text/html")], body=undated.encode()))
    paths = home(server, tmp_path, max_items=1, backfill=True)
    for run in range(6):
        await events_of(paths, NOW + run * DAY)
    found = rows(paths, "SELECT day FROM entries WHERE url_key = ?", canonical(f"{blog.address}/{old.path}"))
    assert found == [(str(old.day),)]


async def test_without_backfill_only_what_is_new_in_the_sitemap(server: Server, tmp_path: Path) -> None:
    blog = site(server, tmp_path, archive=20)
    paths = home(server, tmp_path, max_items=12)
    await events_of(paths)
    known = {date.fromisoformat(day) for (day,) in rows(paths, "SELECT modified FROM archive")}
    assert all((TODAY - day).days <= 14 for day in known)
    assert len(asked(server, "/sitemap.xml")) == 1
    assert blog.archive


async def test_h09_the_archive_rests_where_the_server_wants_it(server: Server, tmp_path: Path) -> None:
    site(server, tmp_path, archive=10)
    paths = home(server, tmp_path, max_items=1, backfill=True)
    server.say("/sitemap.xml", answer("503 Later", [("Retry-After", "7200")]))
    events = await events_of(paths)
    assert not [it for it in events if isinstance(it, PagesDone) and it.failed]
    assert len(asked(server, "/archive-.*")) == 0


async def test_an_index_of_sitemaps_leads_to_the_archive(server: Server, tmp_path: Path) -> None:
    site(server, tmp_path, archive=20)
    server.scripts["/sitemap-0.xml"] = server.scripts["/sitemap.xml"]
    index = f"<sitemapindex><sitemap><loc>{server.url('/sitemap-0.xml')}</loc></sitemap></sitemapindex>"
    server.say("/sitemap.xml", answer(body=index.encode()))
    paths = home(server, tmp_path, max_items=12, backfill=True)
    for day in range(2):
        await events_of(paths, NOW + day * DAY)
        assert len(rows(paths, "SELECT 1 FROM entries WHERE stub = 0")) >= 12 + 5 * (day + 1)
    # an index that is as it was may name a sitemap that is not
    assert len(asked(server, "/sitemap-0.xml")) == 2
