"""The pages of entries: who is asked, how often, what the library holds. Real servers, the real worker."""

from __future__ import annotations

import asyncio
import html
import signal
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from techdash import fulltext
from techdash.config import Config
from techdash.errors import UsageError
from techdash.events import Event, Finished, PagesDone, SourceDone
from techdash.feeds.client import Client, Limits
from techdash.feeds.hreflang import translation
from techdash.feeds.teasers import DAY, HOUR
from techdash.paths import Paths
from techdash.refresh import sync
from techdash.store import articles, db, entries, marks, sources
from tests.network.feeds import home_with, rows
from tests.network.server import Request, Server, answer

CONFIG = Config(time_zone="UTC")
NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
SENTENCES = (
    "The harbour kept its own clock for ninety years, and nobody who sailed from it was ever late.",
    "What the ledgers show is plainer: the clock was wrong by eleven minutes, and so was everybody.",
    "An error that all share is no error, the keeper wrote, until the railway comes.",
)


def quick() -> Client:
    return Client(Limits(total=10.0, connect=5.0, read=2.0), gap=0.0)


async def events_of(paths: Paths, now: int = NOW, **options: Any) -> list[Event]:
    return [event async for event in sync(paths, CONFIG, now=lambda: now, open_client=quick, **options)]


def pages(events: list[Event]) -> list[tuple[str, int, int]]:
    return [(it.id, it.updated, it.failed) for it in events if isinstance(it, PagesDone)]


def feed(server: Server, *items: tuple[str, str], address: str = "127.0.0.1", first: int = 1) -> bytes:
    """An RSS feed of (path of the page, description), the newest on top, of the days before NOW."""
    said = "".join(
        f"<item><title>About {path}</title><link>{server.url(path, address)}</link><guid>{path}</guid>"
        f"<pubDate>{12 - n:02} May 2026 08:00:00 GMT</pubDate>"
        f"<description>{html.escape(text)}</description></item>"
        for n, (path, text) in enumerate(items, first)
    )
    return f"<rss version='2.0'><channel><title>Notes</title>{said}</channel></rss>".encode()


def page(*more: str, title: str = "A page", head: str = "") -> bytes:
    text = "".join(f"<p>{sentence}</p>" for sentence in (*SENTENCES, *more))
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{text}<h2>After</h2><p>And that was that, as far as the harbour goes.</p>"
        f"</article><div class='comments'><p>A comment about one's own harbour, which is another.</p></div>"
        f"<footer>All rights reserved.</footer></body></html>"
    ).encode()


def serve(server: Server, path: str, body: bytes, *headers: tuple[str, str]) -> None:
    server.say(path, answer(headers=[("Content-Type", "text/html"), *headers], body=body))


def texts(paths: Paths) -> dict[str, str]:
    return dict(rows(paths, "SELECT e.key, b.body FROM entries e JOIN bodies b ON b.entry_id = e.id"))  # type: ignore[arg-type]


def note_of(paths: Paths) -> str:
    return str(rows(paths, "SELECT pages_note FROM source_state WHERE source_id = 's0'")[0][0])


# -- who is asked


async def test_a_teaser_of_the_own_site_is_completed_after_the_feed_is_told(
    server: Server, tmp_path: Path
) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A first line."), ("/two", "Another. Read more"))))
    asked_before_told: list[str] = []
    told: list[str] = []

    async def slow_page(request: Request, writer: asyncio.StreamWriter) -> None:
        if not told:
            asked_before_told.append(request.path)
        writer.write(answer(headers=[("Content-Type", "text/html")], body=page()))

    for path in ("/one", "/two"):
        server.do(path, slow_page)
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    events = []
    async for event in sync(paths, CONFIG, now=lambda: NOW, open_client=quick):
        if isinstance(event, SourceDone):
            told.append(event.id)
            assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(2,)]
        events.append(event)
    assert not asked_before_told
    assert [it.path for it in server.requests] == ["/feed", "/one", "/two"]  # the newest first
    assert [it.id for it in events if isinstance(it, SourceDone)] == ["s0"]
    assert pages(events) == [("s0", 2, 0)]
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.new, end.updated, end.failed) == (2, 2, 0)
    for body in texts(paths).values():
        assert all(sentence in body for sentence in SENTENCES)
        assert "comment" not in body
        assert "All rights" not in body
    words = rows(paths, "SELECT min(words), min(has_body) FROM entries WHERE stub = 0")
    assert words[0][0] > 50
    assert words[0][1] == 1


@pytest.mark.parametrize(
    ("full_text", "kind", "text", "asked"),
    [
        ("auto", "essay", "A line.", True),
        ("auto", "digest", "", True),
        ("auto", "social", "A line.", False),
        ("auto", "github", "A line.", False),
        ("auto", "podcast", "A line.", False),
        ("auto", "paper", "A line.", False),
        ("auto", "article", "word " * 200, False),
        ("auto", "article", "word " * 200 + "[...]", True),
        ("auto", "article", "<p>" + "word " * 200 + "</p><p>Continue reading →</p>", True),
        ("auto", "article", "word " * 200 + "…", True),
        ("page", "article", "word " * 200, True),
        ("page", "social", "A line.", True),
        ("feed", "article", "A line.", False),
        ("none", "article", "A line.", False),
    ],
)
async def test_which_entries_want_their_page(
    server: Server, tmp_path: Path, full_text: str, kind: str, text: str, asked: bool
) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", text))))
    serve(server, "/one", page())
    await events_of(home_with(tmp_path, server.url("/feed"), full_text=full_text, kind=kind))
    assert bool(server.asked("/one")) == asked


async def test_a_link_to_another_site_is_whole_as_it_is(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."), address="127.0.0.2")))
    serve(server, "/one", page())
    await events_of(home_with(tmp_path, server.url("/feed"), full_text="auto"))
    assert not server.asked("/one")


async def test_h15_what_a_feed_leads_to_is_no_private_address(server: Server, tmp_path: Path) -> None:
    # full_text = page: every page is asked for, wherever it is
    server.say("/feed", answer(body=feed(server, ("/one", "A line."), address="127.0.0.2")))
    serve(server, "/one", page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="page")
    events = await events_of(paths)
    assert not server.asked("/one")
    assert pages(events) == [("s0", 0, 1)]
    assert note_of(paths) == "1 page could not be fetched"


async def test_so_many_pages_a_run_the_newest_first(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "MOST_PAGES", 3)
    names = [f"/p{n}" for n in range(7)]
    server.say("/feed", answer(body=feed(server, *((name, "A line.") for name in names))))
    for name in names:
        serve(server, name, page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    for _ in range(3):
        await events_of(paths)
    assert [it.path for it in server.requests if it.path != "/feed"] == names
    assert len(server.asked("/feed")) == 1  # it wasn't due, and its pages came all the same
    await events_of(paths)
    assert len(server.requests) == 8


async def test_a_feed_of_short_texts_that_are_whole_is_seen_through(server: Server, tmp_path: Path) -> None:
    text = " ".join((*SENTENCES, "And that was that, as far as the harbour goes.")) + " After."
    names = [f"/p{n}" for n in range(8)]
    server.say("/feed", *(answer(body=feed(server, *((it, text) for it in names[n:]))) for n in (3, 2, 0)))
    for name in names:
        serve(server, name, page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    for day in range(3):
        await events_of(paths, NOW + day * DAY)
    # the five pages of the first visit had no more than the feed
    assert sorted(it.path for it in server.requests if it.path != "/feed") == names[3:]


async def test_s07_what_is_removed_meanwhile_stays_gone(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."))))
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")

    async def removing(_: Request, writer: asyncio.StreamWriter) -> None:
        with closing(db.connect_writer(paths.library)) as other:
            sources.remove(other, "s0")
        writer.write(answer(headers=[("Content-Type", "text/html")], body=page()))

    server.do("/one", removing)
    events = await events_of(paths)
    assert isinstance(events[-1], Finished)
    assert texts(paths) == {"/one": "A line."}
    assert rows(paths, "SELECT hidden FROM entries WHERE key = '/one'") == [(1,)]


async def test_the_time_for_pages_ends(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "MOST_SECONDS", 0.2)

    async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
        while not writer.transport.is_closing():
            await asyncio.sleep(0.01)

    server.say("/feed", answer(body=feed(server, ("/one", "A line."))))
    server.do("/one", hang)
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    events = await events_of(paths)
    assert isinstance(events[-1], Finished)
    # not the page's fault: it is asked for in the next run
    assert rows(paths, "SELECT tries, due IS NOT NULL FROM articles") == [(0, 1)]


# -- how often


async def test_q13_a_page_is_asked_again_after_a_week_and_a_change(server: Server, tmp_path: Path) -> None:
    first, changed = (feed(server, ("/one", text)) for text in ("A line.", "Another line."))
    server.say("/feed", answer(body=first), answer(body=first), answer(body=changed))
    server.say(
        "/one",
        answer(headers=[("Content-Type", "text/html"), ("ETag", '"1"')], body=page()),
        answer("304 Not Modified"),
        answer(
            headers=[("Content-Type", "text/html")], body=page("It went on, years later, in another port.")
        ),
    )
    paths = home_with(tmp_path, server.url("/feed"), full_text="page")
    await events_of(paths)
    for days in (2, 4, 9):  # unchanged, changed, too soon; then due
        await events_of(paths, NOW + days * DAY)
        assert len(server.asked("/one")) == (2 if days == 9 else 1)
    assert server.asked("/one")[1].headers[b"if-none-match"] == b'"1"'
    assert all(sentence in texts(paths)["/one"] for sentence in SENTENCES)
    await events_of(paths, NOW + 30 * DAY)
    assert len(server.asked("/one")) == 2  # the feed said nothing new


async def test_a_later_feed_does_not_take_the_place_of_the_page(server: Server, tmp_path: Path) -> None:
    server.say(
        "/feed",
        answer(body=feed(server, ("/one", "A line."))),
        answer(body=feed(server, ("/one", "<p>Another, somewhat longer line of the same.</p>"))),
    )
    serve(server, "/one", page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    await events_of(paths)
    held = texts(paths)
    await events_of(paths, NOW + 2 * DAY)
    assert len(server.asked("/feed")) == 2
    assert texts(paths) == held
    assert SENTENCES[0] in held["/one"]


async def test_a_page_that_fails_waits_longer_each_time_and_is_given_up(
    server: Server, tmp_path: Path
) -> None:
    server.say("/feed", answer(body=feed(server, ("/bad", "A line."), ("/good", "A line."))))
    server.say("/bad", answer("500 Oops"))
    serve(server, "/good", page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    events = await events_of(paths)
    done = [it for it in events if isinstance(it, SourceDone)]
    assert [(it.status, it.error) for it in done] == [("new", "")]
    assert pages(events) == [("s0", 1, 1)]
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.failed == 0
    assert note_of(paths) == "1 page could not be fetched"
    now = NOW
    for least in (HOUR, 6 * HOUR, DAY, 3 * DAY):
        asked = len(server.asked("/bad"))
        await events_of(paths, now + least - 60)
        assert len(server.asked("/bad")) == asked
        now += int(1.15 * least) + 60
        await events_of(paths, now)
        assert len(server.asked("/bad")) == asked + 1
    await events_of(paths, now + 40 * DAY)
    assert len(server.asked("/bad")) == 5
    assert note_of(paths) == ""


async def test_h09_a_server_that_wants_rest_gets_it(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."), ("/two", "A line."))))
    server.say("/one", answer("429 Too Many", [("Retry-After", "7200")]))
    serve(server, "/two", page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    events = await events_of(paths)
    assert [it.path for it in server.requests] == ["/feed", "/one"]  # nothing more of it in this run
    assert rows(paths, "SELECT tries, due FROM articles ORDER BY sort_time DESC")[0] == (0, NOW + 7200)
    assert not [it for it in events if isinstance(it, PagesDone) and it.failed]
    await events_of(paths, NOW + 7000)
    assert len(server.asked("/one")) == 1
    await events_of(paths, NOW + 7300)
    assert len(server.asked("/one")) == 2


async def test_h09_a_host_that_wants_rest_of_its_pages_gets_it_whole(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public host's 429 to a page holds back its feeds and its other pages too, also in later runs."""
    loop = asyncio.get_running_loop()
    ask = loop.getaddrinfo

    async def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return await ask("127.0.0.2" if name == "public.example" else name, *arguments, **named)

    def client() -> Client:
        return Client(gap=0.0, is_private=lambda address: address != "127.0.0.2")

    async def run(now: int, **options: Any) -> list[Event]:
        made = sync(paths, CONFIG, now=lambda: now, open_client=client, **options)
        return [event async for event in made]

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    name = "public.example"
    server.say("/feed", answer(body=feed(server, ("/one", "A line."), ("/two", "A line."), address=name)))
    server.say("/other", answer(body=feed(server, address=name)))
    server.say("/one", answer("429 Too Many", [("Retry-After", "7200")]), answer(body=page()))
    serve(server, "/two", page())
    paths = home_with(tmp_path, server.url("/feed", name), full_text="auto")
    await run(NOW)
    assert [it.path for it in server.requests] == ["/feed", "/one"]
    assert rows(paths, "SELECT host, until FROM host_waits") == [(name, NOW + 7200)]
    # Another source of that host is not asked; nor is the other page, when the reader wishes it.
    home_with(tmp_path, server.url("/feed", name), server.url("/other", name), full_text="auto")
    events = await run(NOW + 3600, force=True)
    skipped = [it for it in events if isinstance(it, SourceDone)]
    assert {it.id: it.status for it in skipped} == {"s0": "skipped", "s1": "skipped"}
    assert all("left alone until" in it.error for it in skipped)
    ((two,),) = rows(paths, "SELECT id FROM entries WHERE key = '/two'")
    events = await run(NOW + 3660, entry=two)
    assert ["left alone until" in it.error for it in events if isinstance(it, PagesDone)] == [True]
    assert len(server.requests) == 2
    await run(NOW + 7300)
    assert sorted(it.path for it in server.requests[2:]) == ["/feed", "/one", "/other", "/two"]
    assert all(SENTENCES[0] in body for body in texts(paths).values())


# -- what is no article, and what is less


async def test_a_gate_a_picture_and_a_lesser_page_replace_nothing(server: Server, tmp_path: Path) -> None:
    long = "The beginning of it, " * 30 + "and so on [...]"
    paths_ = ("/login", "/picture", "/lesser", "/empty")
    server.say("/feed", answer(body=feed(server, *((path, long) for path in paths_))))
    serve(server, "/login", b"<title>Sign in</title><form><input type=password></form>" + page())
    server.say("/picture", answer(headers=[("Content-Type", "image/png")], body=b"\x89PNG"))
    serve(server, "/lesser", page())
    serve(server, "/empty", b"<html><body><div id=root></div><script>go()</script></body></html>")
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    events = await events_of(paths)
    assert pages(events) == [("s0", 0, 3)]
    assert set(texts(paths).values()) == {long}


async def test_a_text_behind_a_paywall_says_so(server: Server, tmp_path: Path) -> None:
    data = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    )
    server.say("/feed", answer(body=feed(server, ("/one", "A line."))))
    serve(server, "/one", page(head=data))
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    await events_of(paths)
    with closing(db.connect_reader(paths.library)) as conn:
        entry = entries.find(conn, server.url("/one"))
    assert entry is not None
    assert (entry.note, entry.has_page) == ("the rest is for subscribers", True)


# -- ends and beginnings


async def test_s01_killed_in_the_middle_and_run_again(server: Server, tmp_path: Path) -> None:
    names = [f"/p{n}" for n in range(5)]
    server.say("/feed", answer(body=feed(server, *((name, "A line.") for name in names))))
    reached = asyncio.Event()
    let_go = asyncio.Event()

    async def third(_: Request, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await let_go.wait()
        writer.write(answer(headers=[("Content-Type", "text/html")], body=page()))

    for name in names:
        serve(server, name, page())
    server.do(names[2], third)
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")
    script = textwrap.dedent(
        """
        import asyncio, sys
        from techdash.config import Config
        from techdash.feeds.client import Client
        from techdash.paths import find
        from techdash.refresh import sync
        async def main():
            run = sync(find(sys.argv[1]), Config(time_zone="UTC"), now=lambda: int(sys.argv[2]),
                       open_client=lambda: Client(gap=0.0))
            async for _ in run: pass
        asyncio.run(main())
        """
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path), str(NOW))
    await asyncio.wait_for(reached.wait(), 60)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    let_go.set()
    assert rows(paths, "PRAGMA integrity_check") == [("ok",)]
    assert sum(SENTENCES[0] in body for body in texts(paths).values()) == 2
    await events_of(paths)
    asked = [it.path for it in server.requests if it.path != "/feed"]
    assert asked == [*names[:3], *names[2:]]
    assert all(SENTENCES[0] in body for body in texts(paths).values())
    assert len(server.asked("/feed")) == 1


async def test_marks_stay_and_nothing_becomes_unread(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."))))
    server.say("/one", answer("500 Oops"), answer(headers=[("Content-Type", "text/html")], body=page()))
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto", kind="essay")
    await events_of(paths)
    with closing(db.connect_writer(paths.library)) as d:
        marks.set_marks(d, [1], read=True, starred=True, now=NOW)
    before = rows(paths, "SELECT * FROM marks")
    events = await events_of(paths, NOW + 2 * HOUR)
    assert pages(events) == [("s0", 1, 0)]
    assert rows(paths, "SELECT * FROM marks") == before
    assert rows(paths, "SELECT sum(unread) FROM essay_counts") == [(0,)]


async def test_the_page_of_one_entry(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."), ("/two", "A line."))))
    for path in ("/one", "/two"):
        serve(server, path, page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="feed")
    await events_of(paths)
    assert len(server.requests) == 1
    (id_,) = rows(paths, "SELECT id FROM entries WHERE key = '/two'")[0]
    events = await events_of(paths, entry=id_)
    assert pages(events) == [("s0", 1, 0)]
    assert [it.path for it in server.requests] == ["/feed", "/two"]
    assert SENTENCES[0] in texts(paths)["/two"]
    assert texts(paths)["/one"] == "A line."
    with pytest.raises(UsageError, match="no entry 99"):
        await events_of(paths, entry=99)


async def test_the_page_of_one_entry_honours_retry_after(server: Server, tmp_path: Path) -> None:
    server.say("/feed", answer(body=feed(server, ("/one", "A line."))))
    server.say("/one", answer("429 Too Many", [("Retry-After", "7200")]))
    paths = home_with(tmp_path, server.url("/feed"), full_text="feed")
    await events_of(paths)
    for _ in range(2):
        events = await events_of(paths, entry=1)
        end = events[-1]
        assert isinstance(end, Finished)
        assert end.failed == 1
        assert any("429" in it.error or "until" in it.error for it in events if isinstance(it, PagesDone))
    assert len(server.asked("/one")) == 1


# -- both texts, and pages wanted later


async def test_the_feeds_own_text_is_kept_beside_the_pages(server: Server, tmp_path: Path) -> None:
    lines = ("A line.", "Another line.", "A third line.")
    server.say("/feed", *(answer(body=feed(server, ("/one", line))) for line in lines))
    serve(server, "/one", page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="auto")

    def shown() -> tuple[str, bool, bool]:
        with closing(db.connect_reader(paths.library)) as conn:
            entry = entries.entry(conn, 1)
        assert entry is not None
        return entry.body, entry.has_page, entry.has_both

    def show(*, of_feed: bool) -> None:
        with closing(db.connect_writer(paths.library)) as d:
            articles.show(d, 1, of_feed=of_feed)

    await events_of(paths)
    assert (SENTENCES[0] in shown()[0], *shown()[1:]) == (True, True, True)
    show(of_feed=True)
    assert shown() == ("A line.", False, True)
    # What the feed says later is the feed's; which of them is shown stays, also when the page comes anew.
    await events_of(paths, NOW + 2 * DAY)
    assert shown() == ("Another line.", False, True)
    await events_of(paths, NOW + 10 * DAY)
    assert len(server.asked("/one")) == 2
    assert shown() == ("A third line.", False, True)
    show(of_feed=False)
    assert (SENTENCES[0] in shown()[0], *shown()[1:]) == (True, True, True)


async def test_pages_that_are_wanted_later_come_a_few_an_hour(server: Server, tmp_path: Path) -> None:
    names = [f"/p{n}" for n in range(8)]
    server.say(
        "/feed", answer(headers=[("ETag", '"1"')], body=feed(server, *((it, "A line.") for it in names)))
    )
    for name in names:
        serve(server, name, page())
    paths = home_with(tmp_path, server.url("/feed"), full_text="feed")
    await events_of(paths)
    assert len(server.requests) == 1
    home_with(tmp_path, server.url("/feed"), full_text="page")
    await events_of(paths, NOW + 60)
    assert [it.path for it in server.requests[1:]] == names[:5]  # the newest first
    await events_of(paths, NOW + 120)
    assert len(server.requests) == 6
    home_with(tmp_path, server.url("/feed"), full_text="none")
    await events_of(paths, NOW + 180)
    home_with(tmp_path, server.url("/feed"), full_text="page")
    await events_of(paths, NOW + 240)
    asked = [it.path for it in server.requests if it.path != "/feed"]
    assert asked == names  # those that had no turn yet, and none twice
    assert all(SENTENCES[0] in body for body in texts(paths).values())


async def test_two_versions_that_name_each_other_are_a_pair(server: Server, tmp_path: Path) -> None:
    chinese = "港口的钟慢了十一分钟，人人都慢十一分钟，于是谁也没有迟到。"
    feeds = [
        f"<rss version='2.0'><channel><title>Notes</title>"
        f"<item><title>港口的钟</title><link>{server.url('/gang')}</link><guid>zh</guid>"
        f"<pubDate>11 May 2026 08:00:00 GMT</pubDate><description>{chinese}{more}</description></item>"
        f"<item><title>The clock</title><link>{server.url('/clock')}</link><guid>en</guid>"
        f"<pubDate>11 May 2026 08:00:00 GMT</pubDate><description>A line. {more}</description></item>"
        f"</channel></rss>".encode()
        for more in ("", "More.")
    ]
    links = "".join(
        f"<link rel='alternate' hreflang='{code}' href='{path}'>"
        for code, path in (("zh-CN", "/gang"), ("en", "/clock"), ("x-default", "/clock"))
    )
    server.say("/feed", *(answer(body=one) for one in feeds))
    serve(server, "/clock", page(title="The clock", head=links))
    text = f"<article><h1>港口的钟</h1><p>{chinese * 9}</p></article>"
    serve(server, "/gang", f"<html lang='zh'><head>{links}</head><body>{text}</body></html>".encode())
    paths = home_with(tmp_path, server.url("/feed"), full_text="page", kind="essay")
    for days in (0, 2):  # what the feed says later of neither parts them
        await events_of(paths, NOW + days * DAY)
        assert rows(paths, "SELECT count(*) FROM entries WHERE paired_with IS NOT NULL") == [(2,)]
    assert len(server.asked("/feed")) == 2


@pytest.mark.parametrize(
    ("links", "name"),
    [
        ({"zh": "/gang", "en": "/clock"}, "both"),
        ({"zh-Hans": "https://x.example/gang?utm_source=a", "en-GB": "clock"}, "both"),
        ({"zh": "/gang", "de": "/uhr"}, ""),
        ({"zh-CN": "/gang", "zh-TW": "/gang-tw", "en": "/clock"}, ""),
        ({"zh": "/zh/other", "en": "/other"}, ""),  # not of itself
        ({"zh": "/zh/clock", "en": "/clock"}, ""),  # their addresses say so
        ({"zh": "javascript:x", "en": "/clock"}, ""),
        ({}, ""),
    ],
)
def test_which_versions_a_page_names(links: dict[str, str], name: str) -> None:
    tags = "".join(f"<LINK REL='Alternate' hreflang={code} href='{href}'>" for code, href in links.items())
    found = LexborHTMLParser(f"<head>{tags}</head><p>Text.</p>")
    both = "https://x.example/clock https://x.example/gang"
    assert translation(found, "https://x.example/clock") == (both if name else "")
