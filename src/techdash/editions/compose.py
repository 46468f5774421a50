"""A day's edition made of its entries: every story once, in sections, the best of them featured.

The score of an item, from 0 to 1, is the product of three parts, so each can be read off its entry:

=========  ==========================================================================================
weight     the source's weight out of 2, at most 1
freshness  e^(-age / 18 h), the age counted back from the day's newest entry
length     from 0.5 for what is read in no time, up to 1 for ten minutes and more
=========  ==========================================================================================
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from techdash.editions.sections import TITLES
from techdash.models import ComposedEdition, ComposedItem, DayEntry, SectionKind
from techdash.text.urls import canonical

_FRESH_SECONDS = 18 * 3600
_MOST_FEATURED = 5
_MOST_FEATURED_OF_A_SOURCE = 2
_QUIET_DAY = 8  # below this many stories nothing needs to be singled out
_MOST_PAPERS = 30
_SHORTEST_TELLING_TITLE = 8
_NO_LETTERS = re.compile(r"[\W_]+")

# Where one story came in as several kinds, it stands under the first of these.
_SECTION_OF: dict[str, SectionKind] = {
    "essay": "article",
    "article": "article",
    "paper": "paper",
    "podcast": "podcast",
    "github": "github",
    "social": "social",
}
_RANK = {kind: rank for rank, kind in enumerate(_SECTION_OF)}
_ORDER: tuple[SectionKind, ...] = ("featured", "article", "social", "github", "podcast", "paper")
_NOUNS: tuple[tuple[SectionKind, str, str], ...] = (
    ("article", "article", "articles"),
    ("social", "post", "posts"),
    ("github", "repository", "repositories"),
    ("podcast", "episode", "episodes"),
    ("paper", "paper", "papers"),
)


def compose(day: str, rows: Sequence[DayEntry]) -> ComposedEdition | None:
    """The edition of a day (``YYYY-MM-DD``), or None where no entry can be in one.

    Pure, and equal for equal rows in whatever order they come. Entries of one canonical address or one
    normalised title are one story. ``counts`` has every section's kind; ``article`` includes the featured
    ones, which stand in their own section.
    """
    rows = [row for row in rows if row.kind in _SECTION_OF]
    if not rows:
        return None
    newest = max(row.sort_time for row in rows)
    scores = {row.id: score(row, newest) for row in rows}
    stories = sorted(_stories(rows, scores), key=lambda row: (-scores[row.id], -row.sort_time, row.id))
    sections: dict[SectionKind, list[DayEntry]] = {kind: [] for kind in _ORDER}
    for row in stories:
        sections[_SECTION_OF[row.kind]].append(row)
    sections["featured"] = _featured(sections["article"], quiet=len(stories) < _QUIET_DAY)
    papers = len(sections["paper"])
    sections["paper"].sort(key=lambda row: (-row.weight, -row.sort_time, row.id))
    del sections["paper"][_MOST_PAPERS:]
    counts: dict[str, int] = {kind: len(found) for kind, found in sections.items()}
    chosen = {row.id for row in sections["featured"]}
    sections["article"] = [row for row in sections["article"] if row.id not in chosen]
    return ComposedEdition(
        day=day,
        lead=_lead(len({row.source_id for row in rows}), counts, papers),
        counts=counts,
        sections=tuple(
            (
                kind,
                TITLES[kind],
                tuple(_item(row, scores[row.id], featured=kind == "featured") for row in found),
            )
            for kind, found in sections.items()
            if found
        ),
    )


def score(row: DayEntry, newest: int) -> float:
    """The score of an entry, 0 to 1; ``newest`` is the time of the day's newest entry."""
    weight = min(max(row.weight, 0.0) / 2, 1.0)
    freshness = math.exp(-max(newest - row.sort_time, 0) / _FRESH_SECONDS)
    length = 0.5 + 0.5 * min(max(row.minutes, 0), 10) / 10
    return round(weight * freshness * length, 4)


def _stories(rows: Sequence[DayEntry], scores: dict[int, float]) -> Iterable[DayEntry]:
    """One entry a story: joined by address or title, through others too; the best kind and score speaks."""
    parent: dict[int, int] = {row.id: row.id for row in rows}

    def find(id_: int) -> int:
        while parent[id_] != id_:
            parent[id_] = id_ = parent[parent[id_]]
        return id_

    first: dict[str, int] = {}
    for row in rows:
        for key in _keys(row):
            parent[find(row.id)] = find(first.setdefault(key, row.id))
    groups: dict[int, list[DayEntry]] = {}
    for row in rows:
        groups.setdefault(find(row.id), []).append(row)
    for group in groups.values():
        yield min(group, key=lambda row: (_RANK[row.kind], -scores[row.id], row.id))


def _keys(row: DayEntry) -> list[str]:
    keys = [f"url {canonical(row.url)}"] if row.url else []
    title = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", row.title).casefold())
    # "v2.1.0" or "owner/repo" tells no story apart from another.
    if row.kind != "github" and len(title) >= _SHORTEST_TELLING_TITLE and not title.isdecimal():
        keys.append(f"title {title}")
    return keys


def _featured(articles: Sequence[DayEntry], *, quiet: bool) -> list[DayEntry]:
    """The first of the ranked articles, no source more than twice; none on a quiet day."""
    chosen: list[DayEntry] = []
    taken: Counter[str] = Counter()
    for row in () if quiet else articles:
        if len(chosen) == _MOST_FEATURED:
            break
        if taken[row.source_id] < _MOST_FEATURED_OF_A_SOURCE:
            taken[row.source_id] += 1
            chosen.append(row)
    return chosen


def _item(row: DayEntry, score: float, *, featured: bool) -> ComposedItem:
    return ComposedItem(
        entry_id=row.id,
        title=row.title,
        url=row.url,
        who=(row.author if row.kind == "social" else "") or row.source_title,
        summary=row.summary,
        featured=featured,
        score=score,
    )


def _lead(sources: int, counts: dict[str, int], papers: int) -> str:
    """ "14 sources: 21 articles (5 featured), 26 posts, 5 repositories, 1 episode, 30 of 412 papers." """
    parts: list[str] = []
    for kind, one, many in _NOUNS:
        number = counts[kind]
        if not number:
            continue
        said = f"{number} of {papers}" if kind == "paper" and papers > number else f"{number}"
        parts.append(f"{said} {one if said == '1' else many}")
        if kind == "article" and counts["featured"]:
            parts[-1] += f" ({counts['featured']} featured)"
    return f"{sources} {'source' if sources == 1 else 'sources'}: {', '.join(parts)}."
