"""A feed that carries its whole history: what is taken of it at first, and ever after."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from techdash.feeds.parse import parse
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedFeed

NOW = 1_778_630_400  # 2026-05-13
URL = "https://feeds.example/feed.xml"


def read(items: str, max_items: int) -> ParsedFeed:
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    return parse(ParseJob("s", "article", "S", "", max_items, "auto", NOW, (Fetched(URL, URL, body),)))


def history(entries: int, *, undated: bool = False) -> str:
    """One entry a day, the newest of today; as the files that communities keep for others are."""
    days = (datetime.fromtimestamp(NOW - n * 86_400, UTC) for n in range(entries))
    return "".join(
        f"<item><guid>{n}</guid><title>{n}</title>"
        + ("" if undated else f"<pubDate>{format_datetime(day)}</pubDate>")
        + "</item>"
        for n, day in enumerate(days)
    )


@pytest.mark.parametrize(
    ("listed", "max_items", "kept"),
    [(255, 50, 20), (255, 100, 20), (255, 10, 10), (51, 50, 20), (50, 50, 50), (12, 50, 12)],
)
def test_of_a_whole_history_the_newest_twenty_are_taken(listed: int, max_items: int, kept: int) -> None:
    feed = read(history(listed), max_items=max_items)
    assert [entry.key for entry in feed.entries] == [str(n) for n in range(kept)]
    assert feed.note == (f"{kept} of {listed} entries kept" if kept < listed else "")


def test_of_a_whole_history_what_is_of_the_last_two_weeks_is_taken() -> None:
    twice = history(255) + history(255).replace("<guid>", "<guid>b")
    feed = read(twice, max_items=100)
    assert len(feed.entries) == 2 * 15
    paper_day = "".join(f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(300))
    dated = paper_day.replace(
        "</title>", f"</title><pubDate>{format_datetime(datetime.fromtimestamp(NOW - 3600, UTC))}</pubDate>"
    )
    assert len(read(dated, max_items=100).entries) == 100


def test_of_a_history_without_dates_the_cap_alone_counts() -> None:
    assert len(read(history(255, undated=True), max_items=30).entries) == 30
