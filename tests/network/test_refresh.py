"""Whole syncs: real servers, a real library, the real worker. Case ids are the catalogue's."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
import textwrap
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from techdash import lock, refresh
from techdash.config import Config
from techdash.errors import AlreadyRefreshing, LibraryError, UsageError
from techdash.events import Composed, Finished, SourceDone, Started
from techdash.feeds import schedule
from techdash.feeds.client import Client, Limits
from techdash.feeds.workers import WorkerPool
from techdash.models.fetched import NotModified
from techdash.models.sources import SourceState, Validators
from techdash.paths import Paths
from techdash.refresh import sync
from techdash.store import backups
from tests.network.feeds import dump, gathered, home_with, rows, rss
from tests.network.server import Request, Server, answer, hang, together

CONFIG = Config(time_zone="UTC")
NOW = 1_778_580_000


def quick() -> Client:
    return Client(Limits(total=10.0, connect=5.0, read=2.0))


async def refreshed(
    paths: Paths, now: int = NOW, **options: object
) -> tuple[dict[str, SourceDone], Finished]:
    return await gathered(sync(paths, CONFIG, now=lambda: now, open_client=quick, **options))  # type: ignore[arg-type]


def is_sound(paths: Paths) -> bool:
    return rows(paths, "PRAGMA quick_check") == [("ok",)] and not rows(paths, "PRAGMA foreign_key_check")


# -- what comes, and what doesn't change


async def test_new_entries_come_once(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(headers=[("ETag", '"a"')], body=rss("a", 3)), answer("304 Not Modified"))
    server.say("/b", answer(body=rss("b", 4)))
    paths = home_with(tmp_path, server.url("/a"), server.url("/b", "127.0.0.2"))
    done, end = await refreshed(paths)
    assert {(it.id, it.status, it.new, it.http) for it in done.values()} == {
        ("s0", "new", 3, 200),
        ("s1", "new", 4, 200),
    }
    assert (end.new, end.updated, end.failed, end.offline) == (7, 0, 0, False)
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(7,)]
    before = dump(paths, without=["source_state"])

    done, end = await refreshed(paths, NOW + 90_000)
    assert {(it.id, it.status, it.new, it.http) for it in done.values()} == {
        ("s0", "unchanged", 0, 304),
        ("s1", "unchanged", 0, 200),
    }
    assert dump(paths, without=["source_state"]) == before
    assert server.asked("/a")[1].headers[b"if-none-match"] == b'"a"'


async def test_a_run_where_nothing_changed_changes_nothing_but_when_it_looked(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2026-05-11\n---\n\n# A\n\nText.\n")
    server.say("/a", answer(headers=[("Last-Modified", "x")], body=rss("a", 3)), answer("304 Not Modified"))
    paths = home_with(tmp_path / "home", server.url("/a"), str(folder), starter=True)
    await refreshed(paths)
    await refreshed(paths, NOW + 90_000)  # answers 304 now, and says so in the state
    before = dump(paths)
    done, _ = await refreshed(paths, NOW + 180_000)
    assert {it.status for it in done.values()} == {"unchanged"}
    assert len(done) >= 4  # the starter library's folders too
    assert dump(paths) == before


async def test_h07_the_latest_validators_are_kept_with_the_same_body(server: Server, tmp_path: Path) -> None:
    server.say("/a", *(answer(headers=[("ETag", f'"{n}"')], body=rss("a", 3)) for n in range(3)))
    paths = home_with(tmp_path, server.url("/a"))
    for n in range(3):
        await refreshed(paths, NOW + n * 90_000)
    assert [request.headers.get(b"if-none-match") for request in server.requests] == [None, b'"0"', b'"1"']
    assert rows(paths, "SELECT etag FROM validators") == [(b'"2"',)]


async def test_h05_a_server_that_always_says_304_is_seen_through(server: Server, tmp_path: Path) -> None:
    bodies = iter((rss("a", 1), rss("a", 2)))

    async def always_304(request: Request, writer: asyncio.StreamWriter) -> None:
        known = b"if-none-match" in request.headers
        body = b"" if known else next(bodies)
        writer.write(answer("304 Not Modified" if known else "200 OK", [("ETag", '"x"')], body))
        await writer.drain()

    server.scripts["/a"] = always_304
    paths = home_with(tmp_path, server.url("/a"))
    assert (await refreshed(paths))[0]["s0"].new == 1
    seen = SourceState(last_whole=NOW, http=304)
    at = next(at for at in range(NOW, NOW + 12 * 86_400, 3600) if schedule.wants_whole(seen, "s0", at))
    assert 7 * 86_400 <= at - NOW <= 9 * 86_400 + 3600
    for now in (NOW + 86_400, at):
        done, _ = await refreshed(paths, now)
    assert (done["s0"].http, done["s0"].new) == (200, 1)
    done, _ = await refreshed(paths, at + 86_400)
    assert (done["s0"].http, done["s0"].status) == (304, "unchanged")
    assert [b"if-none-match" in request.headers for request in server.requests] == [False, True, False, True]


async def test_q2_what_is_quiet_is_asked_more_seldom_until_something_comes(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2026-05-11\n---\n\n# A\n\nText.\n")
    edited = rss("a", 3).replace(b"entry 1 of", b"entry one of")
    bodies = (rss("a", 3), edited, edited, rss("a", 4))
    server.say("/a", *(answer(headers=[("ETag", "x")], body=body) for body in bodies))
    paths = home_with(tmp_path / "home", server.url("/a"), str(folder))
    waits = []
    for day in (0, 20, 100, 101):
        now = NOW + day * 86_400
        done, _ = await refreshed(paths, now)
        waits.append((done["s0"].next_due - now) / 3600)
        assert done["s1"].next_due - now <= 1.15 * 3600  # of this machine
    assert [low <= wait <= 1.15 * low for low, wait in zip((1, 3, 12, 1), waits, strict=True)] == [True] * 4


async def test_an_edit_and_a_newcomer_are_told_apart(server: Server, tmp_path: Path) -> None:
    server.say(
        "/a", answer(body=rss("a", 3)), answer(body=rss("a", 4).replace(b"entry 1 of", b"entry one of"))
    )
    paths = home_with(tmp_path, server.url("/a"))
    await refreshed(paths)
    done, end = await refreshed(paths, NOW + 90_000)
    assert (done["s0"].new, done["s0"].updated, end.new, end.updated) == (1, 1, 1, 1)


async def test_what_is_not_due_is_not_asked(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(headers=[("Cache-Control", "max-age=7200")], body=rss("a", 1)))
    paths = home_with(tmp_path, server.url("/a"))
    done, _ = await refreshed(paths)
    assert NOW + 7200 <= done["s0"].next_due <= NOW + 1.15 * 7200
    done, _ = await refreshed(paths, NOW + 7100)
    assert not done
    assert (await refreshed(paths, NOW + 7100, force=True))[0]
    assert len(server.requests) == 2


async def test_only_the_sources_named_are_asked(server: Server, tmp_path: Path) -> None:
    for path in ("/a", "/b", "/c"):
        server.say(path, answer(body=rss(path[1:], 1)))
    paths = home_with(tmp_path, *map(server.url, ("/a", "/b", "/c")))
    done, _ = await refreshed(paths, only=["s0", server.url("/c")])
    assert set(done) == {"s0", "s2"}
    with pytest.raises(UsageError, match="nobody"):
        await refreshed(paths, only=["nobody"])


async def test_a_fresh_library_has_the_starter_before_the_network_answers(
    server: Server, tmp_path: Path
) -> None:
    readable = asyncio.Event()

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        await readable.wait()
        writer.write(answer(body=rss("a", 1)))

    server.do("/a", script)
    paths = home_with(tmp_path, server.url("/a"), starter=True)
    seen: list[str] = []
    async for event in sync(paths, CONFIG, open_client=lambda: Client(Limits(read=60, total=60))):
        if isinstance(event, SourceDone):
            seen.append(event.id)
        elif isinstance(event, Composed) and not readable.is_set():
            readable.set()
            assert rows(paths, "SELECT count(*) FROM editions")[0][0] > 0
    assert readable.is_set()
    assert seen[-1] == "s0"


# -- failures


async def test_g9_one_bad_source_stops_no_other(server: Server, tmp_path: Path) -> None:
    bad = {
        "/404": answer("404 Not Found"),
        "/500": answer("500 Oops"),
        "/html": answer(
            headers=[("Content-Type", "text/html")], body=b"<html><body>No feed here.</body></html>"
        ),
        "/png": answer(headers=[("Content-Type", "image/png")], body=b"\x89PNG\r\n\x1a\n" + bytes(99)),
        "/empty": answer(body=b""),
        "/short": answer(body=rss("x", 1), length=9999),
        "/loop": answer("302 Found", [("Location", "/loop")]),
    }
    for path, said in bad.items():
        server.say(path, said)
    server.do("/hang", hang)
    server.say("/good", answer(body=rss("good", 2)))
    urls = [server.url(path, f"127.0.0.{n}") for n, path in enumerate([*bad, "/hang", "/good"], 1)]
    paths = home_with(tmp_path, *urls, str(tmp_path / "absent"))
    done, end = await refreshed(paths)
    failed = {url: it for url, it in ((it.url, it) for it in done.values()) if it.status == "failed"}
    assert len(failed) == len(bad) + 2
    assert {it.id for it in failed.values() if not it.error or it.next_due <= NOW} == set()
    assert done["s8"].new == 2
    assert (end.failed, end.offline) == (len(failed), False)
    assert rows(paths, "SELECT count(*) FROM validators") == [(1,)]
    assert is_sound(paths)


async def test_d6_what_fails_later_loses_nothing(server: Server, tmp_path: Path) -> None:
    server.say(
        "/a",
        answer(body=rss("a", 3)),
        answer("500 Oops"),
        answer(body=b"<html></html>"),
        answer(body=rss("a", 0)),
    )
    paths = home_with(tmp_path, server.url("/a"))
    await refreshed(paths)
    before = dump(paths, without=["source_state", "validators"])
    for n in range(1, 4):
        await refreshed(paths, NOW + n * 90_000)
    assert len(server.requests) == 4
    assert dump(paths, without=["source_state", "validators"]) == before


async def test_h25_gone_twice_is_asked_no_more(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer("410 Gone"))
    paths = home_with(tmp_path, server.url("/a"))
    statuses = [(await refreshed(paths, NOW + n * 100_000))[0]["s0"].status for n in range(2)]
    assert statuses == ["failed", "gone"]
    assert not (await refreshed(paths, NOW + 300_000, force=True))[0]
    assert len(server.requests) == 2


async def test_h31_force_does_not_ask_who_wants_to_be_left_alone(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer("429 Too Many Requests", [("Retry-After", "7200")]), answer(body=rss("a", 1)))
    paths = home_with(tmp_path, server.url("/a"))
    done, _ = await refreshed(paths)
    assert done["s0"].status == "failed"
    done, end = await refreshed(paths, NOW + 7000, force=True)
    assert (done["s0"].status, end.failed, len(server.requests)) == ("skipped", 0, 1)
    assert "left alone until" in done["s0"].error
    done, _ = await refreshed(paths, NOW + 7300)
    assert done["s0"].status == "new"


async def test_q4_force_does_not_ask_who_was_asked_a_moment_ago(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 1)))
    paths = home_with(tmp_path, server.url("/a"), "http://feeds.invalid/rss")
    await refreshed(paths)
    done, _ = await refreshed(paths, NOW + 599, force=True)
    assert (done["s1"].status, done["s1"].error[:29]) == ("skipped", "It was asked a moment ago; fr")
    assert done["s0"].status == "unchanged"  # of this machine
    done, end = await refreshed(paths, NOW + 600, force=True)
    assert (done["s1"].status, end.failed) == ("failed", 1)
    done, _ = await refreshed(paths, NOW - 86400, force=True)  # a clock that was wrong stops nobody
    assert done["s1"].status == "failed"


async def test_h54_where_nothing_can_be_reached_nobody_is_blamed(server: Server, tmp_path: Path) -> None:
    urls = ["http://nowhere.invalid/a", "http://nowhere.invalid:81/b"]
    paths = home_with(tmp_path / "1", *urls, starter=True)
    done, end = await refreshed(paths)
    assert end.offline
    assert "looked up" in done["s0"].error
    assert rows(
        paths, "SELECT DISTINCT state, failures FROM source_state WHERE source_id IN ('s0', 's1')"
    ) == [("new", 0)]
    assert NOW < done["s0"].next_due < NOW + 3600

    server.say("/a", answer("404 Not Found"))
    paths = home_with(tmp_path / "2", *urls, server.url("/a"))
    done, end = await refreshed(paths)
    assert not end.offline
    assert end.failed == 3
    assert rows(paths, "SELECT DISTINCT state, failures FROM source_state WHERE failures > 0") == [
        ("failed", 1)
    ]


async def test_p4_a_mistake_of_ours_is_one_failed_source(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/a", "/b"):
        server.say(path, answer(body=rss(path[1:], 1)))
    paths = home_with(tmp_path, server.url("/a"), server.url("/b"))
    decide = refresh.decide

    def broken(subscription: object, *arguments: object, **named: object) -> object:
        if subscription.source.id == "s0":  # type: ignore[attr-defined]
            raise KeyError("a mistake")
        return decide(subscription, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(refresh, "decide", broken)
    done, end = await refreshed(paths)
    assert (done["s0"].status, done["s1"].status, end.failed) == ("failed", "new", 1)
    assert "KeyError" not in done["s0"].error
    assert "KeyError: 'a mistake'" in paths.log.read_text()
    assert rows(paths, "SELECT error_kind FROM source_state WHERE source_id = 's0'") == [("internal",)]


# -- the worker


async def test_p2_a_worker_that_hangs_or_dies_is_one_failed_source(server: Server, tmp_path: Path) -> None:
    child = textwrap.dedent(
        """
        import sys, time, os
        from techdash.feeds import wire
        from techdash.models.parsed import ParsedEntry, ParsedFeed
        while job := wire.decode_job(sys.stdin.buffer):
            body = job.parse.documents[0].body
            if b"hang" in body:
                time.sleep(600)
            if b"die" in body:
                os.kill(os.getpid(), 9)
            feed = ParsedFeed("rss20", entries=(ParsedEntry(job.parse.source_id, "An entry"),))
            sys.stdout.buffer.write(wire.encode_answer(feed))
            sys.stdout.flush()
        """
    )
    for path in ("/hang", "/die", "/a", "/b", "/c"):
        server.say(path, answer(body=rss(path[1:], 2)))
    paths = home_with(tmp_path, *(server.url(path) for path in ("/a", "/hang", "/b", "/die", "/c")))

    def open_workers(log: Path) -> WorkerPool:
        return WorkerPool(1, longest_job=3.0, command=(sys.executable, "-c", child), log=log)

    done, _ = await refreshed(paths, open_workers=open_workers)
    assert [done[f"s{n}"].status for n in range(5)] == ["new", "failed", "new", "failed", "new"]
    assert "too long" in done["s1"].error
    assert "broke down" in done["s3"].error
    assert rows(paths, "SELECT count(*) FROM validators") == [(3,)]


# -- manners


async def test_h55_one_request_to_a_host_and_sixteen_in_all(server: Server, tmp_path: Path) -> None:
    script = together(server, 16, lambda request: answer(body=rss(request.path[1:], 1)))
    paths_ = [f"/{n}-{m}" for m in range(3) for n in range(1, 21)]
    for path in paths_:
        server.do(path, script)
    urls = [server.url(path, f"127.0.0.{path[1:].split('-')[0]}") for path in paths_]
    paths = home_with(tmp_path, *urls)
    _, end = await refreshed(paths)
    assert end.new == 60
    assert (server.most_at_once, server.most_at_address) == (16, 1)


async def test_q5_sixty_sources_of_a_server_in_a_run_and_the_others_in_the_next(tmp_path: Path) -> None:
    urls = [f"http://many.invalid/{n}" for n in range(64)]
    paths = home_with(tmp_path, *urls)
    gaps: list[float] = []

    class Quick(Client):
        def widen(self, url: str, times: float) -> None:
            super().widen(url, times)
            gaps.append(self._server(url).gap)

        async def _ask(self, asked: str, *_: object) -> NotModified:  # type: ignore[override]
            return NotModified(asked, Validators(b"x"))

    async def pause(_: float) -> None:
        return None

    def open_client() -> Client:
        return Quick(pause=pause)

    done, _ = await gathered(sync(paths, CONFIG, now=lambda: NOW, open_client=open_client))
    skipped = {id_ for id_, it in done.items() if it.status == "skipped"}
    assert len(skipped) == 4
    assert "the next refresh goes on" in done[min(skipped)].error
    assert gaps == [2.0]
    done, _ = await gathered(sync(paths, CONFIG, now=lambda: NOW + 60, open_client=open_client))
    assert {id_ for id_, it in done.items() if it.status == "unchanged"} == skipped


@pytest.mark.parametrize(
    ("dead", "alive", "offline"),
    [
        pytest.param(5, 0, True, id="Q14 all of five"),
        pytest.param(5, 1, True, id="Q14 five of six"),
        pytest.param(4, 1, False, id="Q14 four of five"),
        pytest.param(3, 1, False, id="Q14 too few to tell"),
    ],
)
async def test_q14_where_most_cannot_be_reached_it_is_we(
    server: Server, tmp_path: Path, dead: int, alive: int, offline: bool
) -> None:
    server.say("/a", answer(headers=[("ETag", '"x"')], body=rss("a", 1)))
    urls = [f"http://dead{n}.invalid/" for n in range(dead)]
    urls += [server.url("/a", f"127.0.0.{n + 1}") for n in range(alive)]
    paths = home_with(tmp_path, *urls)
    done, end = await refreshed(paths)
    assert (end.offline, end.failed) == (offline, dead)
    assert [it.status for it in done.values()].count("new") == alive
    failures = rows(
        paths, "SELECT DISTINCT failures FROM source_state WHERE last_ok IS NULL AND next_due > 0"
    )
    assert failures == [(0,)] if offline else [(1,)]


async def test_q14_a_server_that_is_down_and_asked_alone_is_told_from_being_offline(tmp_path: Path) -> None:
    paths = home_with(tmp_path, "http://dead.invalid/a", "http://other.example/b")
    found: list[set[str]] = []

    class Knows(Client):
        is_online = True

        async def finds_any(self, names: Iterable[str]) -> bool:
            found.append(set(names))
            return self.is_online

    class Offline(Knows):
        is_online = False

    for number, kind in enumerate((Offline, Knows)):
        _, end = await gathered(
            sync(paths, CONFIG, only=["s0"], now=lambda: NOW + 86400 * number, open_client=kind)  # noqa: B023
        )
        assert end.offline is not kind.is_online
        assert rows(paths, "SELECT failures FROM source_state WHERE source_id = 's0'") == [(number,)]
    assert found == [{"other.example"}] * 2


async def test_h9_a_redirect_does_not_lead_to_a_host_that_wants_to_be_left_alone(
    server: Server, tmp_path: Path
) -> None:
    server.say("/to", answer("302 Found", [("Location", server.url("/b", "127.0.0.2"))]))
    server.say("/b", answer("429 Too Many Requests", [("Retry-After", "7200")]))
    paths = home_with(tmp_path, server.url("/to"))

    def open_client() -> Client:
        client = quick()
        client.leave_alone({"127.0.0.2": NOW + 7200})
        return client

    done, end = await gathered(sync(paths, CONFIG, now=lambda: NOW, open_client=open_client))
    assert (done["s0"].status, end.failed, server.asked("/b")) == ("skipped", 0, [])
    assert "left alone until" in done["s0"].error
    done, _ = await refreshed(paths, NOW + 7100, force=True)
    assert (done["s0"].status, len(server.asked("/to"))) == ("skipped", 1)


async def test_h12_h17_moves(server: Server, tmp_path: Path) -> None:
    body = answer(headers=[("ETag", '"x"')], body=rss("a", 2))

    async def document(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("304 Not Modified") if b"if-none-match" in request.headers else body)

    for path in ("/new", "/held"):
        server.do(path, document)
    server.say("/old", answer("301 Moved Permanently", [("Location", "/new")]))
    server.say("/twin", answer("308 Permanent Redirect", [("Location", "/held")]))
    server.say("/now", answer("302 Found", [("Location", "/new")]))
    paths = home_with(tmp_path, *map(server.url, ("/old", "/twin", "/now", "/held")))

    def looks() -> dict[str, tuple[str, str, str]]:
        sql = "SELECT id, url, moved_note, previous_url FROM sources JOIN source_state ON source_id = id"
        return {id_: tuple(it) for id_, *it in rows(paths, sql) if id_.startswith("s") and id_[1:].isdigit()}  # type: ignore[misc]

    await refreshed(paths)
    seen = looks()
    assert seen["s0"][0] == server.url("/old")
    assert "follow" in seen["s0"][1]
    assert seen["s1"][1].endswith("which is the address of s3: remove one of the two.")
    assert seen["s2"][1:] == ("", "")
    await refreshed(paths, NOW + 80_000)
    assert looks()["s0"][0] == server.url("/old")  # not a day later
    await refreshed(paths, NOW + 170_000)
    seen = looks()
    note = f"It has moved here for good, from {server.url('/old')}; the move can be undone."
    assert seen["s0"] == (server.url("/new"), note, server.url("/old"))
    assert (seen["s1"][0], seen["s2"][0]) == (server.url("/twin"), server.url("/now"))
    before = len(server.asked("/old"))
    done, _ = await refreshed(paths, NOW + 260_000)  # the catalogue still says the old one
    assert looks()["s0"][0] == server.url("/new")
    assert (len(server.asked("/old")), done["s0"].http) == (before, 304)
    assert rows(paths, "SELECT count(*) FROM entries WHERE source_id = 's0'") == [(2,)]


async def test_h16_a_move_to_a_page_that_is_no_feed_is_never_followed(server: Server, tmp_path: Path) -> None:
    server.say("/old", answer("301 Moved Permanently", [("Location", "/error")]))
    server.say("/error", answer(headers=[("Content-Type", "text/html")], body=b"<html>system error</html>"))
    paths = home_with(tmp_path, server.url("/old"))
    for n in range(4):
        done, _ = await refreshed(paths, NOW + n * 170_000)
        assert done["s0"].status == "failed"
    assert rows(paths, "SELECT url FROM sources WHERE id = 's0'") == [(server.url("/old"),)]


async def test_s15_a_clock_that_jumped_ahead_and_back_holds_nobody_up(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(headers=[("ETag", '"x"')], body=rss("a", 1)), answer("304 Not Modified"))
    paths = home_with(tmp_path, server.url("/a"))
    year = 365 * 86400
    for now in (NOW, NOW + year, NOW, NOW - year, NOW, NOW + 20 * 86400, NOW):
        done, _ = await refreshed(paths, now)
        assert now < done["s0"].next_due <= now + 86400 * 1.15
    assert not (await refreshed(paths, NOW + 60))[0]


# -- the lock, and sudden ends

RUN = """
import asyncio, sys
from techdash import refresh
from techdash.config import Config
from techdash.paths import find

async def main():
    async for event in refresh.sync(find(sys.argv[1]), Config(), force=True, wait=float(sys.argv[2])):
        print(type(event).__name__, flush=True)

asyncio.run(main())
"""


async def started(paths: Paths, wait: float = 0.0) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, str(paths.library.parent), str(wait),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def first_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def test_s03_two_at_once_and_s04_the_lock_dies_with_its_holder(server: Server, tmp_path: Path) -> None:
    server.do("/a", hang)
    paths = home_with(tmp_path, server.url("/a"))
    other = await started(paths)
    assert await first_line(other) == "Started"
    with pytest.raises(AlreadyRefreshing) as busy:
        await refreshed(paths)
    assert busy.value.pid == other.pid
    waiting = asyncio.create_task(refreshed(paths, force=True, wait=60.0))
    await asyncio.sleep(0)
    other.send_signal(signal.SIGKILL)
    await other.wait()
    done, _ = await waiting
    assert done["s0"].status == "failed"
    assert is_sound(paths)


async def test_s01_a_run_killed_anywhere_leaves_each_source_whole(server: Server, tmp_path: Path) -> None:
    names = [f"/{n}" for n in range(30)]
    for path in names:
        server.say(path, answer(headers=[("ETag", '"x"')], body=rss(path[1:], 20)))
    paths = home_with(tmp_path, *(server.url(path, f"127.0.0.{n % 20 + 1}") for n, path in enumerate(names)))
    for lines in (2, 5, 12):
        process = await started(paths)
        for _ in range(lines):
            await first_line(process)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert is_sound(paths)
        halves = rows(
            paths,
            """
            SELECT source_id, count(*) FROM entries GROUP BY source_id HAVING count(*) <> 20
            UNION SELECT source_id, 0 FROM validators WHERE source_id NOT IN (SELECT source_id FROM entries)
            UNION SELECT source_id, 1 FROM entries WHERE source_id NOT IN (SELECT source_id FROM validators)
            """,
        )
        assert halves == []
    _, end = await refreshed(paths, force=True)
    assert end.failed == 0
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(600,)]
    assert rows(paths, "SELECT count(*) FROM composing WHERE stale") == [(0,)]


async def test_s02_a_run_that_is_ended_keeps_what_is_done(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 2)))
    server.do("/b", hang)
    paths = home_with(tmp_path, server.url("/a"), server.url("/b", "127.0.0.2"))
    run = sync(paths, CONFIG, open_client=lambda: Client(Limits(read=60, total=60)))
    async with contextlib.aclosing(run):
        async for event in run:
            if isinstance(event, SourceDone):
                break
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(2,)]
    assert is_sound(paths)
    async with lock.held(paths.lock, 0.0):
        pass


async def test_s02_sigterm_ends_the_command_soon(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 2)))
    server.do("/b", hang)
    paths = home_with(tmp_path, server.url("/a"), server.url("/b", "127.0.0.2"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "techdash", "--home", str(tmp_path), "--refresh", "--events",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    while '"source"' not in await first_line(process):
        pass
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(5):
        assert await process.wait() == 130
    assert rows(paths, "SELECT count(*) FROM entries WHERE stub = 0") == [(2,)]
    assert is_sound(paths)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes by /proc")
async def test_workers_end_with_a_run_that_is_killed(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 2)))
    server.do("/b", hang)
    paths = home_with(tmp_path, server.url("/a"), server.url("/b", "127.0.0.2"))
    process = await started(paths)
    while await first_line(process) != "SourceDone":
        pass
    children = [
        int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]
    assert children
    process.send_signal(signal.SIGKILL)
    await process.wait()
    for pid in children:
        async with asyncio.timeout(10):
            while _is_alive(pid):
                await asyncio.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_s09_a_library_that_cannot_be_written_ends_the_run_in_a_sentence(
    server: Server, tmp_path: Path
) -> None:
    server.say("/a", answer(body=rss("a", 2)))
    paths = home_with(tmp_path, server.url("/a"))
    paths.library.write_bytes(b"no library at all" * 100)
    with pytest.raises(LibraryError):
        await refreshed(paths)
    async with lock.held(paths.lock, 0.0):
        pass


async def test_s07_a_source_that_goes_while_it_is_asked_stays_gone(server: Server, tmp_path: Path) -> None:
    paths = home_with(tmp_path, server.url("/a"))

    async def script(_: Request, writer: asyncio.StreamWriter) -> None:
        from techdash.store import db, sources

        library = db.connect_writer(paths.library)
        sources.remove(library, "s0", NOW)
        library.close()
        writer.write(answer(body=rss("a", 2)))

    server.do("/a", script)
    await refreshed(paths)
    assert rows(paths, "SELECT count(*) FROM entries") == [(0,)]
    with closing(sqlite3.connect(paths.library)) as conn:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_started_says_how_many(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 1)))
    paths = home_with(tmp_path, server.url("/a"))
    events = [event async for event in sync(paths, CONFIG, now=lambda: NOW, open_client=quick)]
    assert events[0] == Started(1, 1)
    assert paths.lock.stat().st_size == 0


# -- the backup of the day


async def test_s11_a_run_backs_up_what_was_there_once_a_day(server: Server, tmp_path: Path) -> None:
    server.say("/a", answer(body=rss("a", 3)))
    paths = home_with(tmp_path, server.url("/a"))
    await refreshed(paths)
    assert backups.beside(paths.library) == []  # nobody has made anything of it yet
    await refreshed(paths, NOW + 90_000)
    (backup,) = backups.beside(paths.library)
    with closing(sqlite3.connect(backup)) as conn:
        assert conn.execute("SELECT count(*) FROM entries WHERE stub = 0").fetchone() == (3,)
    await refreshed(paths, NOW + 180_000)
    assert backups.beside(paths.library) == [backup]


async def test_s11_a_backup_that_fails_is_logged_and_no_failure_of_the_run(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say("/a", answer(body=rss("a", 3)))
    paths = home_with(tmp_path, server.url("/a"))
    await refreshed(paths)
    stamp = backups.stamp()
    paths.library.with_name(f"library.db.copying-{stamp}").mkdir()  # so that it can't be written
    monkeypatch.setattr(backups, "stamp", lambda: stamp)
    _, end = await refreshed(paths, NOW + 90_000)
    assert (end.failed, backups.beside(paths.library)) == (0, [])
    assert "backup of the library" in paths.log.read_text()
