"""The worker as a real process over pipes: jobs in, answers out, bounded and unkillable by Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from techdash.feeds import wire
from techdash.models.fetched import Fetched, Files, LocalFile, ParseJob
from techdash.models.parsed import ParsedFeed
from techdash.models.sources import Kind, Validators

NOW = 1_778_630_400  # 2026-05-13
DATA = Path(__file__).parents[2] / "data"


class Worker:
    """The parent's side, as plainly as can be."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "techdash.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def ask(
        self, *documents: Fetched | Files, kind: Kind = "article", zone: str = "UTC"
    ) -> ParsedFeed | wire.Refused:
        job = wire.Job(ParseJob("s", kind, "S", "", 50, "auto", NOW, documents), zone, 0)
        assert self.process.stdin is not None
        self.process.stdin.write(wire.encode_job(job))
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> ParsedFeed | wire.Refused:
        assert self.process.stdout is not None
        (length,) = wire.LENGTH.unpack(self.process.stdout.read(wire.LENGTH.size))
        if length > 1 << 24:
            self.process.kill()
            pytest.fail("what came is no answer")
        return wire.decode_answer(self.process.stdout.read(length))

    def end(self) -> tuple[int, bytes]:
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@pytest.fixture(scope="module")
def shared() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    assert worker.end()[0] == 0


def document(text: str) -> Fetched:
    return Fetched("https://a.example/feed", "https://a.example/feed", text.encode())


def rss(*items: str) -> Fetched:
    body = "".join(f"<item>{item}</item>" for item in items)
    return document(f'<rss version="2.0"><channel><title>T</title>{body}</channel></rss>')


def files(folder: Path) -> Files:
    found = tuple(LocalFile(path.name, NOW, path.read_bytes()) for path in sorted(folder.glob("*.md")))
    return Files(str(folder), found, Validators())


def parsed(answer: ParsedFeed | wire.Refused) -> ParsedFeed:
    assert isinstance(answer, ParsedFeed), answer
    return answer


def test_jobs_are_answered_one_after_the_other(shared: Worker) -> None:
    for title in ("One", "二", "Three"):
        assert [entry.title for entry in parsed(shared.ask(rss(f"<title>{title}</title>"))).entries] == [
            title
        ]


def test_a_refusal_has_a_kind_and_a_sentence(shared: Worker) -> None:
    refused = shared.ask(document("<!DOCTYPE html><html></html>"))
    assert refused == wire.Refused("html", "The address gives a web page, not a feed. Try: techdash add URL.")
    assert parsed(shared.ask(rss("<title>Next</title>"))).entries


def test_digest_entries_are_sorted_and_taken_apart(shared: Worker) -> None:
    daily = (
        "<title>AI Tech Daily - 2026-05-12</title><guid>1</guid><description><![CDATA["
        "<p>Today's report covers 1 article "
        'and 1 GitHub project.</p><h2>Articles</h2><ul><li><a href="https://x.example/1">A story</a>: why it '
        'matters.</li></ul><h2>GitHub</h2><ul><li><a href="https://github.com/o/r">o/r</a> does it.</li></ul>'
        "]]></description><pubDate>Tue, 12 May 2026 00:00:00 GMT</pubDate>"
    )
    weekly = "<title>RecSys Weekly 2026-W19</title><guid>2</guid><description>Papers.</description>"
    essay = "<title>范数是里程表</title><guid>3</guid><description>长度不再是强度。</description>"
    sheet = (
        "<title>Claude Code 使用技巧与 Agentic Engineering</title><guid>4</guid><description><![CDATA[<ul>"
        "<li><code>/clear</code> empties the context</li></ul>]]></description>"
    )
    entries = parsed(shared.ask(rss(daily, weekly, essay, sheet), kind="digest")).entries
    assert [entry.kind for entry in entries] == ["digest", "digest", "essay", "cheatsheet"]
    edition = entries[0].edition
    assert edition is not None
    assert (edition.day, edition.cadence) == ("2026-05-12", "daily")
    assert edition.lead.startswith("Today's report covers")
    assert edition.stated_counts == {"article": 1, "github": 1}
    items = [item for section in edition.sections for item in section.items]
    assert [item.url for item in items] == ["https://x.example/1", "https://github.com/o/r"]
    assert entries[1].edition is not None
    assert (entries[1].edition.day, entries[1].edition.cadence) == ("2026-05-04", "weekly")
    assert entries[2].edition is None
    assert [card.syntax for card in entries[3].cards] == ["/clear"]


def test_other_sources_keep_their_kind(shared: Worker) -> None:
    entry = parsed(shared.ask(rss("<title>AI Tech Daily - 2026-05-12</title>"))).entries[0]
    assert (entry.kind, entry.edition, entry.cards) == (None, None, ())


def test_an_edition_without_a_date_is_of_the_readers_day(shared: Worker) -> None:
    feed = rss("<title>[AINews] not much happened</title><pubDate>Tue, 12 May 2026 20:00:00 GMT</pubDate>")
    for zone, day in (("UTC", "2026-05-12"), ("Asia/Shanghai", "2026-05-13")):
        edition = parsed(shared.ask(feed, kind="digest", zone=zone)).entries[0].edition
        assert edition is not None
        assert edition.day == day


def test_front_matter_of_a_file_counts(shared: Worker) -> None:
    text = (
        "---\ntitle: AI Tech Daily - 2026-05-12\nlead_cut: true\n---\n\nA lead that ends with a full stop.\n"
    )
    source = Files("/x", (LocalFile("a.md", NOW, text.encode()),), Validators())
    entry = parsed(shared.ask(source, kind="digest")).entries[0]
    assert entry.edition is not None
    assert entry.edition.lead_cut
    assert "lead_cut" not in entry.body


def test_the_starter_library_is_read(shared: Worker) -> None:
    editions = parsed(shared.ask(files(DATA / "starter" / "editions"), kind="digest")).entries
    assert len(editions) >= 8
    assert all(entry.edition and entry.edition.lead for entry in editions)
    essays = parsed(shared.ask(files(DATA / "starter" / "essays"), kind="essay")).entries
    assert essays
    assert all(entry.words >= 1_500 for entry in essays)
    assert {entry.language for entry in essays} == {"en", "zh"}


def test_a_bug_is_this_jobs_failure_alone() -> None:
    worker = Worker()
    # No such zone: nothing that a document can cause, and nothing that is caught on the way.
    feed = rss("<title>[AINews] x</title><pubDate>Tue, 12 May 2026 20:00:00 GMT</pubDate>")
    assert worker.ask(feed, kind="digest", zone="No/Zone") == wire.Refused(
        "internal", "What this source gave could not be read."
    )
    assert parsed(worker.ask(rss("<title>Next</title>"))).entries
    code, errors = worker.end()
    assert code == 0
    assert b"Traceback" in errors


def test_it_ends_with_its_input_and_is_deaf_to_an_interrupt() -> None:
    worker = Worker()
    assert parsed(worker.ask(rss("<title>One</title>"))).entries
    worker.process.send_signal(signal.SIGINT)
    assert parsed(worker.ask(rss("<title>Two</title>"))).entries
    assert worker.end() == (0, b"")


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no /proc")
def test_its_memory_and_files_are_bounded(shared: Worker) -> None:
    assert parsed(shared.ask(rss("<title>One</title>"))).entries
    limits = Path(f"/proc/{shared.process.pid}/limits").read_text()
    soft = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert int(soft["Max address space"]) <= 1 << 30
    assert int(soft["Max open files"]) <= 32
    assert soft["Max cpu time"].isdigit()


def test_what_is_printed_is_no_answer() -> None:
    code = (
        "import techdash.worker as w\n"
        "from techdash.feeds import wire\n"
        "real = w.answer\n"
        "def talkative(job):\n    print('hello')\n    return real(job)\n"
        "w.answer = talkative\nw.main()\n"
    )
    worker = Worker.__new__(Worker)
    worker.process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert [entry.title for entry in parsed(worker.ask(rss("<title>One</title>"))).entries] == ["One"]
    code_, errors = worker.end()
    assert (code_, errors) == (0, b"hello\n")
