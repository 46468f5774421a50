"""Days: which calendar date a moment falls on for the reader."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, tzinfo

from techdash.config import Config
from techdash.errors import UsageError


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


def day_of(seconds: float, where: tzinfo | None, day_starts: int = 0) -> str:
    """The day (``YYYY-MM-DD``) of a moment in seconds since 1970; the day begins at hour ``day_starts``."""
    return (datetime.fromtimestamp(seconds, where) - timedelta(hours=day_starts)).date().isoformat()


def today(config: Config) -> str:
    """The reader's day at this moment."""
    return day_of(time.time(), zone(config), config.day_starts)


def parse(day: str) -> date:
    """A day as a date."""
    return date.fromisoformat(day)
