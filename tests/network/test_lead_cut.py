"""A lead that its source cuts short: marked as cut, and replaced when the page is read. A real server."""

from __future__ import annotations

import html
from contextlib import closing
from pathlib import Path
from typing import Any

from techdash.config import Config
from techdash.events import SourceDone
from techdash.feeds.client import Client, Limits
from techdash.models.editions import Edition
from techdash.paths import Paths
from techdash.refresh import sync
from techdash.store import db, editions, marks
from tests.network.feeds import home_with, rows
from tests.network.server import Server, answer

NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
DAY = "2026-05-12"
LEAD = (
    "Today's report covers a wide range of sources: 2 articles (1 featured), 1 KOL tweet and 1 GitHub "
    "trending project. The most notable trend is the shift from those who train to those who serve, which a "
    "long read on queues takes apart, and which a small foundry that rents out its old machines by the hour "
    "confirms from below. Waiting is the story of the day."
)
ITEMS = (
    ("Featured", "https://review.example/queues", "Who owns the queue", "a long read on waiting lines."),
    ("Articles", "https://news.example/chips", "Old chips find buyers", "a foundry rents out its machines."),
    ("KOL Tweets", "https://x.com/exampley/status/9", "@exampley", "We counted the retries of a week."),
    ("GitHub", "https://github.com/owner/queue", "owner/queue", "waiting lines for agents."),
)
SECTIONS = "".join(
    f"<h2>{title}</h2><ul><li><a href='{url}'>{name}</a>: {text}</li></ul>"
    for title, url, name, text in ITEMS
)
PAGE = (
    f"<html lang='en'><head><title>AI Tech Daily - {DAY}</title></head><body><article>"
    f"<h1>AI Tech Daily - {DAY}</h1><p>{html.escape(LEAD)}</p>{SECTIONS}</article></body></html>"
)


async def run(paths: Paths, now: int, **more: Any) -> list[Edition]:
    """The day's editions when the feed was told, then those at the end of the run."""
    first: list[Edition] = []
    client = {"open_client": lambda: Client(Limits(total=10.0, connect=5.0, read=2.0), gap=0.0)}
    async for event in sync(paths, Config(time_zone="UTC"), now=lambda: now, **client, **more):
        if isinstance(event, SourceDone):
            first = published(paths)
    return first


def published(paths: Paths) -> list[Edition]:
    with closing(db.connect_reader(paths.library)) as conn:
        return [one for one in editions.on(conn, DAY) if not one.composed]


async def test_a_cut_lead_is_marked_and_replaced_when_the_page_is_read(
    server: Server, tmp_path: Path
) -> None:
    item = (
        f"<item><title>AI Tech Daily - {DAY}</title><link>{server.url('/daily')}</link><guid>d</guid>"
        f"<pubDate>Tue, 12 May 2026 00:00:00 GMT</pubDate>"
        f"<description>{html.escape(html.escape(LEAD[:300]))}</description></item>"
    )
    feed = f"<rss version='2.0'><channel><title>Daily</title>{item}</channel></rss>".encode()
    server.say("/feed", answer(body=feed))
    page = answer(headers=[("Content-Type", "text/html; charset=utf-8")], body=PAGE.encode())
    server.say("/daily", answer(503), page)
    paths = home_with(tmp_path, server.url("/feed"), kind="digest", full_text="page")

    (before,) = await run(paths, NOW)
    assert LEAD.startswith(before.lead)
    assert len(before.lead) < len(LEAD)
    assert before.lead_cut
    assert before.sections == ()
    # what was counted stays to be seen beside nothing found
    assert before.stated_counts == {"article": 2, "featured": 1, "social": 1, "github": 1}
    assert before.miscounts
    # its page could not be had: as it was, and still wanted
    assert published(paths) == [before]
    with closing(db.connect_writer(paths.library)) as writer:
        marks.set_marks(writer, [before.entry_id or 0], starred=True, now=NOW)

    later = rows(paths, "SELECT max(due) FROM articles")[0][0]
    await run(paths, max(int(later), NOW + 3 * 86_400))
    (after,) = published(paths)
    assert (after.id, after.entry_id, after.day) == (before.id, before.entry_id, before.day)
    assert after.marks.starred
    assert after.lead == LEAD
    assert not after.lead_cut
    assert [(part.kind, [item.url for item in part.items]) for part in after.sections] == [
        ("featured", ["https://review.example/queues"]),
        ("article", ["https://news.example/chips"]),
        ("social", ["https://x.com/exampley/status/9"]),
        ("github", ["https://github.com/owner/queue"]),
    ]
    assert not after.miscounts

    # the feed has no more than before, and takes nothing back
    await run(paths, max(int(later), NOW + 3 * 86_400) + 86_400, force=True)
    assert published(paths) == [after]
