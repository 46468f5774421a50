"""What rises on a day, in the digest room: a line for each term, and the day narrowed to its stories."""

from __future__ import annotations

from msgspec.structs import replace

from techdash.models.editions import Edition, Item, Section, Trend
from techdash.text.cells import truncate, width
from techdash.tui.widgets.drawn import Spans
from techdash.tui.words import Words

_BARS = "▁▂▃▄▅▆▇█"


def bar(week: tuple[int, ...]) -> str:
    """Counts of days as a small bar."""
    most = max(week, default=0) or 1
    return "".join(_BARS[round(count / most * (len(_BARS) - 1))] for count in week)


def line(trend: Trend, words: Words, cells: int, *, is_first: bool) -> Spans:
    """ "rising  inference ▁▁▂▁▂▃█ 9  usually 1.4" """
    name = f"{words('rising')}  "
    numbers = f" {bar(trend.week)} {trend.today}"
    usual = f"  {words('usually', n=f'{trend.usual:g}')}"
    room = cells - width(name) - width(numbers)
    term = truncate(trend.term, max(1, room))
    if width(term) + width(usual) > room:
        usual = ""
    return [
        (name if is_first else " " * width(name), "faint"),
        (term, "text"),
        (numbers, "accent"),
        (usual, "faint"),
    ]


def said(trend: Trend, words: Words) -> str:
    """What rises in one sentence."""
    usual = f"{trend.usual:g}"
    return words("why.trend", term=trend.term, n=trend.today, usual=usual, sources=trend.sources)


def narrowed(edition: Edition, trend: Trend, words: Words) -> Edition:
    """The edition with nothing but the stories behind a trend."""
    ids = set(trend.entry_ids)
    items = tuple(item for section in edition.sections for item in section.items if _is_of(item, ids))
    title = words("rising_title", term=trend.term)
    # not as a composed one: its section has a title of its own
    return replace(
        edition,
        composed=False,
        lead="",
        lead_zh="",
        counts={},
        trend=(),
        sections=(Section("other", title, items),),
    )


def titles(edition: Edition, trend: Trend) -> str:
    """The stories behind a trend, a line each."""
    ids = set(trend.entry_ids)
    return "\n".join(
        item.title for section in edition.sections for item in section.items if _is_of(item, ids)
    )


def _is_of(item: Item, ids: set[int]) -> bool:
    other = item.other is not None and item.other.entry_id in ids
    return other or item.entry_id in ids or any(other.entry_id in ids for other in item.also_in)
