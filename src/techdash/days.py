"""Days: which calendar date a moment falls on for the reader."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, tzinfo

from techdash.config import Config
from techdash.errors import UsageError

_WEEKS = (1_577_836_800, 1_956_528_000, 7 * 86_400)  # 2020 to 2031


def zone(config: Config) -> tzinfo | None:
    """The reader's time zone: the configured one (IANA name), else None for the machine's own.

    Raises:
        UsageError: the configured name is no time zone.
    """
    if not config.time_zone:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # most readers live where their machine does

    try:
        return ZoneInfo(config.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            f"time_zone = {config.time_zone!r} is not a time zone; use a name such as Asia/Shanghai."
        ) from error


def way(where: tzinfo | None, day_starts: int = 0) -> str:
    """In which way moments become days, as a text: zones that keep the same clock give the same.

    Told by the clock of one moment a week through twelve years, in which summer times begin and end.
    """
    import hashlib

    clocks = [datetime.fromtimestamp(at, where).replace(tzinfo=None).isoformat() for at in range(*_WEEKS)]
    return hashlib.blake2b(" ".join([str(day_starts), *clocks]).encode(), digest_size=8).hexdigest()


def day_of(seconds: float, where: tzinfo | None, day_starts: int = 0) -> str:
    """The day (``YYYY-MM-DD``) of a moment in seconds since 1970; the day begins at hour ``day_starts``."""
    return (datetime.fromtimestamp(seconds, where) - timedelta(hours=day_starts)).date().isoformat()


def today(config: Config) -> str:
    """The reader's day at this moment; a machine that was carried to another zone is asked where it is."""
    if not config.time_zone:
        time.tzset()
    return day_of(time.time(), zone(config), config.day_starts)


def parse(day: str) -> date:
    """A day as a date."""
    return date.fromisoformat(day)


def week_of(day: str) -> tuple[str, str]:
    """The Monday and the Sunday of a day's week (ISO 8601)."""
    date_ = parse(day)
    monday = date_ - timedelta(days=date_.weekday())
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
