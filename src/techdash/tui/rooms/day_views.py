"""A day as it is shown: in the reader's language, and only what was narrowed to."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from techdash.models.editions import Edition, Item
from techdash.tui.views import DayView
from techdash.tui.words import Words


def faced(view: DayView | None, words: Words) -> DayView | None:
    """A day with the essays that are in two languages in the reader's."""
    if view is None or all(
        item.other is None
        for edition in view.editions
        for section in edition.sections
        for item in section.items
    ):
        return view
    return replace(view, editions=[_edition_in(edition, words.language) for edition in view.editions])


def _edition_in(edition: Edition, language: str) -> Edition:
    return replace(
        edition,
        sections=tuple(
            replace(section, items=tuple(item.facing(language) for item in section.items))
            for section in edition.sections
        ),
    )


def every_entry(view: DayView) -> list[int]:
    """The entries of a day's items, of stories and pairs all of them."""
    items = (item for edition in view.editions for section in edition.sections for item in section.items)
    return list({id_ for item in items for id_ in _entries_of(item)})


def _entries_of(item: Item) -> Iterator[int]:
    yield item.entry_id
    yield from (other.entry_id for other in item.also_in)
    if item.other is not None:
        yield item.other.entry_id


def with_matches(edition: Edition, matched: set[int]) -> Edition:
    """An edition with nothing but the items of which an entry is among these."""
    sections = []
    for section in edition.sections:
        items = tuple(item for item in section.items if not matched.isdisjoint(_entries_of(item)))
        if items:
            sections.append(replace(section, items=items, prose=""))
    return replace(edition, sections=tuple(sections), lead="", lead_zh="", trend=(), draft=None, counts={})
