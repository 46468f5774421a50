"""P-11: a table of dates as feeds write them, and which moments can be true."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds import dates

NOW = int(datetime(2026, 5, 13, 12, tzinfo=UTC).timestamp())

TABLE = [
    ("Tue, 12 May 2026 08:30:00 +0800", "2026-05-12T00:30:00"),
    ("Tue, 12 May 2026 08:30:00 GMT", "2026-05-12T08:30:00"),
    ("Tue, 12 May 2026 08:30:00 EST", "2026-05-12T13:30:00"),
    ("Tue,12 May 2026 08:30:00 +0000", "2026-05-12T08:30:00"),
    ("12 May 26 08:30 PDT", "2026-05-12T15:30:00"),
    ("Thu, 5 Sept 2024 10:00:00", "2024-09-05T10:00:00"),
    ("Tue, 12 May 2026", "2026-05-12"),
    ("12-May-2026", "2026-05-12"),
    ("Dienstag, 12. Mai 2026 08:30:00 +0200", "2026-05-12T06:30:00"),
    ("mar, 12 mag 2026 08:30:00 +0200", "2026-05-12T06:30:00"),
    ("May 12, 2026 8:30 PM", "2026-05-12T20:30:00"),
    ("12 May 2026 12:15 AM", "2026-05-12T00:15:00"),
    ("Tue May 12 08:30:00 CEST 2026", "2026-05-12T06:30:00"),
    ("2026-05-12T08:30:00Z", "2026-05-12T08:30:00"),
    ("2026-05-12T08:30:00.123456-07:00", "2026-05-12T15:30:00"),
    ("2026-05-12T08:30+0800", "2026-05-12T00:30:00"),
    ("2026-05-12 08:30:00", "2026-05-12T08:30:00"),
    ("2026/5/2", "2026-05-02"),
    ("2026-05-12", "2026-05-12"),
    ("20260512T083000Z", "2026-05-12T08:30:00"),
    ("2026-05-12T00:00:00Z", "2026-05-12"),
    ("2026-05-11T24:00:00Z", "2026-05-12"),
    ("2026-05-12T08:29:60Z", "2026-05-12T08:30:00"),
    ("2026年05月12日", "2026-05-12"),
    ("2026年5月12日 下午8:30", "2026-05-12T20:30:00"),
    ("2026년 5월 12일 오후 8:30", "2026-05-12T20:30:00"),
    ("1778574600", "2026-05-12T08:30:00"),
    ("1778574600000", "2026-05-12T08:30:00"),
    ("2026-W20-2", "2026-05-12"),
    ("Wed, 13 May 2026 23:00:00 GMT", "2026-05-13T23:00:00"),  # a clock that runs fast
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_date_is_read(text: str, expected: str) -> None:
    moment = dates.parse(text, NOW)
    assert moment is not None
    told = datetime.fromtimestamp(moment.seconds, UTC).isoformat()[:19]
    assert told.removesuffix("T00:00:00" if moment.date_only else "") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "0000-00-00",
        "-1-01-01",
        "1970-01-01T00:00:00Z",
        "1989-12-31T23:59:59Z",
        "1672-01-02",
        "2026-05-15",
        "2036-05-12T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30",
        "Mon, 31 Apr 2026 10:00:00 GMT",
        "2026-05-12T08:30:00+25:00",
        "Tue, 12 May 2026 08:30:00 +2500",
        "2026-05-12T25:00:00Z",
        "2026-W60-1",
        "99999999999999999999999",
    ],
)
def test_what_is_no_date_or_can_not_be_true_is_none(text: str) -> None:
    assert dates.parse(text, NOW) is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,4}[-/年][0-9]{1,3}[-/月][0-9]{1,3}.{0,20}"))
def test_any_text_gives_a_moment_in_bounds_or_none(text: str) -> None:
    moment = dates.parse(text, NOW)
    assert moment is None or dates.EARLIEST <= moment.seconds <= NOW + 86_400
