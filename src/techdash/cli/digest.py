"""``techdash digest``: the editions of a day or of a span of days."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from techdash import config, days
from techdash.cli.codes import DONE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width
from techdash.cli.output import Output, Piece, indented, say
from techdash.editions.printed import (
    Printed,
    in_language,
    lead,
    summary,
    with_rising_apart,
    written_by,
)
from techdash.editions.to_json import as_json
from techdash.errors import UsageError
from techdash.language import chosen
from techdash.models.editions import Edition, Item
from techdash.paths import Paths

if TYPE_CHECKING:
    import sqlite3

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "day",
        metavar="DAY",
        nargs="?",
        default="latest",
        help="latest (the default), today, yesterday, 2026-05-12, or a span such as 2026-05-05..2026-05-12",
    )
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument("--markdown", action="store_true", help="print Markdown")
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.store import editions as store

    settings = config.load(paths.config)
    language = chosen(settings.language)
    with closing(open_library(paths)) as library:
        span = _span(options.day, library, settings)
        found = store.between(library, *span) if span else []
        found = [in_language(edition, language) for edition in found]
        weeklies = store.weeklies_of(library, span[0]) if span and found and span[0] == span[1] else []
        if not found:
            say(_nothing(span, library))
    by_day: dict[str, list[Edition]] = {}
    for edition in found:
        by_day.setdefault(edition.day, []).append(edition)
    if options.json:
        output.json([{"day": day, "editions": [as_json(e) for e in of]} for day, of in by_day.items()])
    elif options.markdown:
        if by_day:
            from techdash.editions.printed import markdown

            output.text(markdown(by_day, language))
    else:
        width = output.width(options.width, settings.column)
        cut_links = options.width is not None
        page = _Page(output, Printed(language), width, settings.ambiguous, cut_links=cut_links)
        page.write(by_day)
        page.name(weeklies)
    return DONE


# -- which days


def _span(wanted: str, library: sqlite3.Connection, settings: config.Config) -> tuple[str, str] | None:
    """The first and the last day asked for; None where the latest is asked for and there is none."""
    first, dots, last = wanted.partition("..")
    if not dots:
        last = first
    ends = [day_of(end, library, settings, wanted) for end in (first, last)]
    if ends[0] is None or ends[1] is None:
        return None
    if ends[0] > ends[1]:
        raise UsageError(f"The span {wanted} ends before it begins.")
    return ends[0], ends[1]


def day_of(word: str, library: sqlite3.Connection, settings: config.Config, wanted: str = "") -> str | None:
    """The day that a word means, in ``wanted`` if that is more; None where there is no latest.

    Raises:
        UsageError: it means none.
    """
    from datetime import timedelta

    from techdash.store import editions as store

    if word == "latest":
        return store.latest(library)
    if word == "today":
        return days.today(settings)
    if word == "yesterday":
        return (days.parse(days.today(settings)) - timedelta(days=1)).isoformat()
    try:
        if _DAY.fullmatch(word):
            return days.parse(word).isoformat()
    except ValueError:
        pass
    raise UsageError(
        f"{wanted or word!r} is not a day; use latest, today, yesterday, 2026-05-12 or a span such as "
        "2026-05-05..2026-05-12."
    )


def _nothing(span: tuple[str, str] | None, library: sqlite3.Connection) -> str:
    from techdash.store import editions as store

    if span is None:
        return "There is no edition yet; techdash --refresh brings some."
    where = f"on {span[0]}" if span[0] == span[1] else f"from {span[0]} to {span[1]}"
    near = [
        day for day in (store.neighbour(library, span[0], -1), store.neighbour(library, span[1], 1)) if day
    ]
    if len(near) == 2:
        return f"No edition {where}. The nearest are {near[0]} and {near[1]}."
    if near:
        return f"No edition {where}. The nearest is {near[0]}."
    return f"No edition {where}."


# -- text


class _Page:
    """Editions set as text."""

    def __init__(self, output: Output, said: Printed, width: int, ambiguous: int, *, cut_links: bool) -> None:
        self.output = output
        self.said = said
        self.width = width
        self.ambiguous = ambiguous
        self.cut_links = cut_links

    def write(self, by_day: dict[str, list[Edition]]) -> None:
        blank = False
        for day, found in by_day.items():
            if blank:
                self.output.text()
            blank = True
            self._set([(self.said.long_day(day), "heading1")])
            for edition in found:
                self.output.text()
                self._edition(edition)

    def name(self, weeklies: Sequence[Edition]) -> None:
        """Say where the weeklies of the week are."""
        if weeklies:
            self.output.text()
        for edition in weeklies:
            self._set([(f"{edition.title}: {self.said.long_day(edition.day)}", "muted")])

    def _edition(self, edition: Edition) -> None:
        edition = with_rising_apart(edition)
        self._set([(self.said.title(edition), "strong")])
        if not edition.composed:
            self._set([(edition.source_title, "muted")])
        self._link(edition.url, "")
        for paragraph in lead(edition):
            self.output.text()
            self._set([(paragraph, "")])
        said = self.said
        told = (
            *(written_by(edition.draft), said.in_numbers(edition)),
            *(said.differing(edition), said.rising(edition)),
        )
        facts = [text for text in told if text]
        if facts:
            self.output.text()
        for text in facts:
            self._set([(text, "muted")])
        for section in edition.sections:
            self.output.text()
            number = f"  {len(section.items)}" if section.items else ""
            self._set([(self.said.section(edition, section).upper(), "heading2"), (number, "muted")])
            for paragraph in filter(None, section.prose.split("\n")):
                self._set([(paragraph, "muted")], "  ")
            for item in section.items:
                self.output.text()
                self._item(item)

    def _item(self, item: Item) -> None:
        self._set([(item.title, "strong")], "  ")
        if by := self.said.about(item):
            self._set([(by, "muted")], "  ")
        if said := summary(item):
            self._set([(said, "")], "  ")
        self._link(item.url, "  ")

    def _set(self, pieces: list[Piece], indent: str = "") -> None:
        indented(self.output, pieces, self.width, indent, self.ambiguous)

    def _link(self, url: str, indent: str) -> None:
        """A link stays whole, so that it can be followed, unless the width was asked for."""
        if url and self.cut_links:
            self._set([(url, "muted")], indent)
        elif url:
            self.output.pieces([(indent, ""), (url, "muted")])
