"""Dates as feeds write them: RFC 822, RFC 3339 and what people make of both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_DAY = 86_400
# 1990-01-01: nothing on the web is older; earlier dates are unset clocks and typing errors.
EARLIEST = 631_152_000
# Clocks run fast and zones are mistaken, but by no more than a day.
_TOLERANCE = _DAY

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier gennaio enero gen ene janv",
            "feb february februar février febbraio febrero fév févr",
            "mar march märz mars marzo mär mrz",
            "apr april avril aprile abril avr abr",
            "may mai maggio mayo mag",
            "jun june juni juin giugno junio giu",
            "jul july juli juillet luglio julio lug juil",
            "aug august août agosto ago aoû",
            "sep september sept septembre settembre septiembre set",
            "oct october oktober octobre ottobre octubre okt ott",
            "nov november novembre noviembre",
            "dec december dezember décembre dicembre diciembre dez dic déc",
        ),
        1,
    )
    for name in names.split()
}
# Hours from UTC (RFC 822, 5.1, and what else feeds say); unknown names count as UTC (RFC 2822, 4.3).
_ZONES = {
    name: hours
    for hours, names in (
        (-10, "hst"),
        (-9, "akst"),
        (-8, "pst akdt"),
        (-7, "mst pdt"),
        (-6, "cst mdt"),
        (-5, "est cdt"),
        (-4, "edt"),
        (-3, "art brt"),
        (1, "cet met mez bst west"),
        (2, "cest mest mesz eet"),
        (3, "msk eest"),
        (8, "sgt hkt awst"),
        (9, "jst kst"),
        (10, "aest"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
    )
    for name in names.split()
}

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?(?![a-z]))?"
)
_ZONE = r"\s*(?P<zone>(?:(?:gmt|utc?)\s*)?[+-]\d{1,2}:?(?:\d{2})?(?!\d)|[a-z]{1,5}(?![a-z]))?"
_WEEKDAY = r"(?:[^\W\d]+[.,]*\s*)??"
_MONTH = r"(?P<name>[^\W\d]{3,10})\.?,?"
_TIME = rf"(?:(?:,?|\s-)\s+(?:at\s+)?{_CLOCK}{_ZONE})?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # 2026-05-12, 2026-05-12T08:30:00.5+08:00, 2026/5/12 8:30 PM, 20260512T083000Z
        rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?!\d)(?:[t\s]\s*{_CLOCK}{_ZONE})?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)"
        r"(?:t?\s*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?P<half>)" + _ZONE + ")?",
        # Tue, 12 May 2026 08:30:00 +0800; 12-May-26; Dienstag, 12. Mai 2026
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+{_MONTH}[\s-]+(?P<year>\d{{4}}|\d{{2}})(?!\d){_TIME}",
        # May 12, 2026 8:30 PM; Tue May 12 2026
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d){_TIME}",
        # Tue May 12 08:30:00 CEST 2026 (ctime)
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        # 2026年5月12日 下午8:30; 2026년 5월 12일
        r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]?"
        r"(?:\s*\S{0,3}?\s*(?P<half>上午|下午|午前|午後|凌晨|晚上|오전|오후)?"
        r"\s*(?P<hour>\d{1,2})\s*[:时時点點시]\s*(?P<minute>\d{2})(?:\s*[:分분]\s*(?:(?P<second>\d{2})\s*[秒초]?)?)?"
        + _ZONE
        + ")?",
    )
)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?")
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:([+-])(\d\d)(\d\d)|GMT|UTC|Z)"
)
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))")
_LATER_HALF = frozenset(("下午", "午後", "晚上", "오후"))


class Moment(NamedTuple):
    """``seconds`` since 1970 UTC; ``date_only`` where no time was given, or midnight UTC."""

    seconds: int
    date_only: bool


def parse(text: str, now: int) -> Moment | None:
    """When it was, or None where the text is no date, or one that can't be true.

    True is from 1990 to a day after ``now``. Without a zone it is UTC. Also numbers of seconds or
    milliseconds since 1970, and ISO weeks.
    """
    seconds = _seconds(text)
    if seconds is None or not EARLIEST <= seconds <= now + _TOLERANCE:
        return None
    return Moment(seconds, seconds % _DAY == 0)


def _seconds(text: str) -> int | None:
    # The two standard forms, without the price of the others.
    if match := _RFC3339.fullmatch(text):
        year, month, day, hour, minute, second, sign, ahead, ahead_minutes = match.groups()
        return _moment(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second),
            _offset(sign, ahead, ahead_minutes),
        )
    if match := _RFC822.fullmatch(text):
        day, name, year, hour, minute, second, sign, ahead, ahead_minutes = match.groups()
        number = _MONTHS.get(name.lower())
        if number:
            return _moment(
                int(year),
                number,
                int(day),
                int(hour),
                int(minute),
                int(second),
                _offset(sign, ahead, ahead_minutes),
            )
    text = " ".join(text[:200].split())
    if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
        return int(text.partition(".")[0])
    if re.fullmatch(r"\d{12,13}", text):
        return int(text) // 1000
    if match := _WEEK.fullmatch(text):
        try:
            day_of_week = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
        except ValueError:
            return None
        return (day_of_week - date(1970, 1, 1)).days * _DAY
    for form in _FORMS:
        if match := form.match(text):
            return _from_parts(match.groupdict())
    return None


def _from_parts(parts: dict[str, str | None]) -> int | None:
    month = int(parts["month"] or 0) if "month" in parts else _MONTHS.get((parts["name"] or "").lower(), 0)
    year = int(parts["year"] or 0)
    if year < 100:  # RFC 2822, 4.3, with the turn where POSIX has it
        year += 2000 if year < 69 else 1900
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower().replace(".", "")
    if half == "pm" or half in _LATER_HALF:
        hour += 12 if hour < 12 else 0
    elif half == "am" and hour == 12:
        hour = 0
    offset = _zone(parts.get("zone") or "")
    return (
        None if offset is None else _moment(year, month, int(parts["day"] or 0), hour, minute, second, offset)
    )


def _zone(zone: str) -> int | None:
    """Seconds ahead of UTC; None where it can't be."""
    match = re.fullmatch(r"(?:[a-z]{2,3}\s*)?([+-])(\d{1,2}?):?(\d{2})?", zone, re.IGNORECASE)
    if match is None:
        return _ZONES.get(zone.lower(), 0) * 3600
    return _offset(match[1], match[2], match[3] or "0")


def _offset(sign: str | None, hours: str, minutes: str) -> int | None:
    if sign is None:
        return 0
    ahead = int(hours) * 3600 + int(minutes) * 60
    if ahead > 15 * 3600 or int(minutes) > 59:
        return None
    return ahead if sign == "+" else -ahead


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int | None
) -> int | None:
    """Seconds since 1970. 24:00 is the next midnight, and a leap second the second after."""
    if offset is None or minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    try:
        days = (date(year, month, day) - date(1970, 1, 1)).days
    except ValueError:
        return None
    return days * _DAY + hour * 3600 + minute * 60 + second - offset


def midnight(day: date) -> int:
    """The start of a calendar day in UTC, as a :class:`Moment` that is date only has it."""
    return (day - date(1970, 1, 1)).days * _DAY


def hours(written: Iterable[str]) -> tuple[int, ...]:
    """The hours of a feed's ``skipHours`` (RSS 2.0), 0 to 23; 24 is midnight too, and 05 is 5."""
    numbers = (int(word[:9]) for word in written if word.isascii() and word.isdigit())
    return tuple(sorted({number % 24 for number in numbers if number <= 24}))


def week_days(written: Iterable[str]) -> tuple[int, ...]:
    """The days of a feed's ``skipDays`` (RSS 2.0), in English; Monday is 0."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return tuple(sorted({names.index(day) for word in written if (day := word[:3].lower()) in names}))
