"""What an entry of a source is: an edition and of which day, an essay, a reference page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from techdash.models.parsed import Cadence
from techdash.models.sources import Kind

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./年 ]{1,2}(\d{1,2})[-./月 ]{1,2}(\d{1,2})(?!\d)")
_WEEK = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*[-–年 ]?\s*(?:W|第\s*(?=\d{1,2}\s*周))(\d{1,2})(?!\d)", re.IGNORECASE
)
_DAILY = re.compile(
    r"\b(?:daily|digest|brief(?:ing)?|news|newsletter|recap|roundup|dispatch)\b|日报|日刊|早报|晚报|简报|快讯|每日|速递",
    re.IGNORECASE,
)
_EVERY_DAY = re.compile(r"\bdaily\b|日报|日刊|早报|晚报|每日", re.IGNORECASE)
_WEEKLY = re.compile(r"\bweek(?:ly)?\b|周刊|周报|每周|一周", re.IGNORECASE)
# "Import AI 412: …", "Last Week in AI #310", 「周刊（第 300 期）」, …/the-batch/issue-300
_NUMBERED = re.compile(
    r"\bimport ai \d+|^[^#]{0,40}#\d{2,}\s*(?:$|[-–:：|])|第\s*\d+\s*期|\b(?:issue|vol\.?|no\.?)\s*#?\d+",
    re.IGNORECASE,
)
_NUMBERED_PAGE = re.compile(r"/(?:issue|issues|weekly)[-/]\d+/?(?:$|[?#])", re.IGNORECASE)
# …/ai-daily-en-2026-05-12, …/ai/2026-05-12, …/issues/26-05-12-not-much: the day closes the path, or stands
# below "issues". A permalink such as /2026/05/12/an-essay says nothing of the kind.
_DAILY_PAGE = re.compile(r"/(?:[a-z]+-)*((?:19|20)\d\d)-(\d\d)-(\d\d)/?(?:$|[?#])", re.IGNORECASE)
_ISSUE_PAGE = re.compile(r"/issues/(?:20)?(\d\d)-(\d\d)-(\d\d)(?:-|/|$)", re.IGNORECASE)
_AI_NEWS = re.compile(r"^\s*\[AINews\]", re.IGNORECASE)
_REFERENCE = re.compile(
    r"cheat[- ]?sheet|\bquick reference\b|速查|备忘单|小抄|命令(?:大全|手册)"
    r"|claude code.*(?:使用技巧|命令体系)",
    re.IGNORECASE,
)
_ANNOUNCED = timedelta(days=8)
_REFERENCE_TAGS = frozenset({"cheatsheet", "cheat-sheet", "速查"})


def classify(
    title: str, url: str, source_kind: Kind, published_day: str | None, tags: Sequence[str] = ()
) -> tuple[Kind, Cadence | None, str | None]:
    """The kind of an entry and, for an edition, its cadence and first day (``YYYY-MM-DD``).

    Only digest sources mix: an entry of one is an edition if its title or address names a day, a week or an
    issue, a ``cheatsheet`` if it is a reference page, and an ``essay`` otherwise. A named week (ISO 8601)
    begins on its Monday; an edition that names no day has ``published_day``. Entries of other sources keep
    their source's kind, without cadence or day.
    """
    if source_kind != "digest":
        return source_kind, None, None
    in_title, in_url = _DATE.search(title), _DAILY_PAGE.search(url) or _ISSUE_PAGE.search(url)
    day = _day(in_title) or _day(in_url) or published_day
    if week := _WEEK.search(title):
        return "digest", "weekly", _monday(week) or published_day
    if in_title and _WEEKLY.search(title):
        return "digest", "weekly", day
    if (in_title and _DAILY.search(title)) or in_url:
        return "digest", "daily", day
    if _AI_NEWS.search(title):
        return "digest", "daily", published_day
    if _REFERENCE.search(title) or not _REFERENCE_TAGS.isdisjoint(tag.casefold() for tag in tags):
        return "cheatsheet", None, None
    if _NUMBERED.search(title) or _NUMBERED_PAGE.search(url):
        return "digest", "daily" if _EVERY_DAY.search(title) else "weekly", published_day
    return "essay", None, None


def believed(named: str | None, published_day: str, now: int) -> str:
    """The day of an edition: the one it names, else (or where that can't be true, P-11) ``published_day``.

    A week is announced before it begins, and publishers live further east; a day later than that is a typing
    error that would stand above all others for ever.
    """
    latest = (datetime.fromtimestamp(now, UTC).date() + _ANNOUNCED).isoformat()
    return named if named and named <= latest else published_day


def _monday(week: re.Match[str]) -> str | None:
    try:
        return date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()
    except ValueError:
        return None


def _day(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    year, month, day = (int(group) for group in match.groups())
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return None
