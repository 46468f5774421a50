"""A day's edition made of its entries: every story once, in sections, the best of them featured."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec import Struct

from techdash.editions import lead, score, trends
from techdash.editions.cluster import Background, Telling, stories
from techdash.editions.features import NOTHING, Names, told
from techdash.editions.sections import TITLES
from techdash.editions.tastes import Liking, Taster
from techdash.models.editions import AlsoIn, ComposedEdition, ComposedItem, DayEntry, Tastes
from techdash.models.parsed import SectionKind
from techdash.text.urls import canonical

_FEATURED_FROM = 60.0
_FEATURED_SOURCES = 3
_MOST_FEATURED = 5
_MOST_FEATURED_OF_A_SOURCE = 2
_QUIET_DAY = 8  # below this many stories nothing needs to be singled out
_MOST_PAPERS = 30
_SHORTEST_TELLING_TITLE = 8
# What leads to a person, a topic or a front page tells of no story.
_NO_PAGE = re.compile(
    r"https://[^/?]*(?:/(?:@[^/?]+|(?:users|tags?|hashtag|profile|in|company|c|channel)/[^/?]+))?"
    r"|https://(?:x|github|t|instagram|threads|bsky)\.[a-z]+/[^/?]+"
)
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
# Kinds whose headlines are clustered; the rest is one story by address or title alone.
_TOLD = frozenset(("article", "essay", "social"))
_ORDER: tuple[SectionKind, ...] = ("featured", "article", "social", "github", "podcast", "paper")


class _Story(Struct, frozen=True):
    """Entries that are one story: the one that speaks for it, of how many sources, and how it ranks."""

    row: DayEntry
    sources: int
    parts: dict[str, float]
    score: float
    liking: int
    taste: str
    also_in: tuple[AlsoIn, ...]
    featured: bool = False


def compose(
    day: str,
    rows: Sequence[DayEntry],
    *,
    tastes: Tastes = Tastes(),  # noqa: B008 - frozen
    before: Sequence[Mapping[str, int]] = (),
    earlier: Sequence[DayEntry] = (),
    background: Background = Background(),  # noqa: B008 - frozen
    names: Names | None = None,
) -> ComposedEdition | None:
    """The edition of a day (``YYYY-MM-DD``), or None where no entry can be in one.

    Pure, and equal for equal rows in whatever order they come, here or into the library. Entries that tell
    one story are one item (:mod:`techdash.editions.cluster`), those of one canonical address or one
    normalised title in any case.
    ``counts`` has every section's kind; ``article`` includes the featured ones, which stand in their own
    section. What is muted stands in a section of its own at the end. What a rule of the reader's features is
    featured, whatever its kind and score.

    ``before``: :func:`techdash.editions.trends.counts` of the fourteen days before. ``earlier``: the entries
    of the day before. A story over midnight is told on both days, once on each, and names all of its entries;
    what was read of it speaks for it, so that it stays read. ``background`` says how common terms are,
    ``names`` which of them are one.
    """
    rows = sorted((row for row in rows if row.kind in _SECTION_OF), key=_content)
    earlier = sorted(earlier, key=_content)
    if not rows:
        return None
    taster = Taster(tastes)
    likings = {row.id: taster(row) for row in rows}
    likings |= {row.id: taster(row) for row in earlier}
    stories = _ranked(rows, _stories(rows, earlier, background, names), likings)
    shown = [story for story in stories if story.liking >= 0]
    sections: dict[SectionKind, list[_Story]] = {kind: [] for kind in _ORDER}
    for story in shown:
        sections[_SECTION_OF[story.row.kind]].append(story)
    wanted = [story for story in shown if story.featured]
    others = [story for story in sections["article"] if not story.featured]
    sections["featured"] = wanted + _featured(others, quiet=len(shown) < _QUIET_DAY)
    papers = len(sections["paper"])
    del sections["paper"][_MOST_PAPERS:]
    if len(shown) < len(stories):
        sections["muted"] = [story for story in stories if story.liking < 0]
    counts: dict[str, int] = {kind: len(found) for kind, found in sections.items()}
    chosen = {story.row.id for story in sections["featured"]}
    for kind in _ORDER[1:]:
        sections[kind] = [story for story in sections[kind] if story.row.id not in chosen]
    heard = [row for row in rows if likings[row.id].liking >= 0]
    trend = trends.rising(heard, before)
    sources = len({row.source_id for row in heard or rows})
    return ComposedEdition(
        day=day,
        lead=lead.english(sources, counts, papers, trend),
        counts=counts,
        sections=tuple(
            (kind, TITLES[kind], tuple(_item(story, featured=kind == "featured") for story in found))
            for kind, found in sections.items()
            if found
        ),
        lead_zh=lead.chinese(sources, counts, papers, trend),
        trend=trend,
    )


def _ranked(
    rows: Sequence[DayEntry], groups: Sequence[Sequence[DayEntry]], likings: Mapping[int, Liking]
) -> list[_Story]:
    """The stories of a day, the one with the highest score first."""
    newest = max(row.sort_time for row in rows)
    standings = score.standings(rows)
    place = {row.id: number for number, row in enumerate(chain.from_iterable(groups))}
    today = {row.id for row in rows}
    stories = []

    def rank(it: DayEntry) -> tuple[object, ...]:
        alone = score.total(score.parts(it, sources=1, newest=newest))
        return not it.read, it.id not in today, _RANK[it.kind], -alone, place[it.id]

    for group in groups:
        speakers = group if len(group) == 1 else _speakers(group, likings)
        row = speakers[0] if len(speakers) == 1 else min(speakers, key=rank)
        best = max((likings[it.id] for it in speakers), key=lambda it: (it.liking, it.name))
        sources = len({it.source_id for it in group})
        parts = score.parts(
            row,
            sources=sources,
            newest=newest,
            liking=best.liking,
            standing=max((standings[it.id] for it in group if it.id in standings), default=None),
        )
        also_in, featured = _also_in(row, group), any(it.featured for it in group)
        stories.append(
            _Story(row, sources, parts, score.total(parts), best.liking, best.name, also_in, featured)
        )
    stories.sort(key=lambda story: (-story.score, -story.row.sort_time, place[story.row.id]))
    return stories


def _speakers(group: Sequence[DayEntry], likings: Mapping[int, Liking]) -> Sequence[DayEntry]:
    """The entries of a story that may speak for it.

    A muted word mutes the story; a muted source only doesn't speak where another tells it too.
    """
    silenced = [it for it in group if likings[it.id].liking < 0 and likings[it.id].by_word]
    return silenced or [it for it in group if likings[it.id].liking >= 0] or group


def _stories(
    rows: Sequence[DayEntry], earlier: Sequence[DayEntry], background: Background, names: Names | None
) -> list[list[DayEntry]]:
    """The entries of each story that is told on the day; with them those that told it the day before."""
    today = {row.id for row in rows}
    both = [*rows, *(row for row in earlier if row.kind in _SECTION_OF and row.id not in today)]
    # By their place and not by their ids, which say in what order they came into the library.
    place = {row.id: at for at, row in enumerate(both)}
    pages = [canonical(row.url) if row.url else "" for row in both]
    keys_of = [_keys(row, page) for row, page in zip(both, pages, strict=True)]
    for id_, page in _told_of(both, pages).items():
        keys_of[place[id_]].append(f"url {page}")
    # What one source calls the same day after day is a series, and no story.
    said = {(row.source_id, key) for at, row in enumerate(rows) for key in keys_of[at]}
    for at in range(len(rows), len(both)):
        keys_of[at] = [key for key in keys_of[at] if (both[at].source_id, key) not in said]
    tellings = [_telling(row, keys, place, names) for row, keys in zip(both, keys_of, strict=True)]
    found = stories(tellings, background, range(len(rows), len(both)), names)
    return [[both[at] for at in group] for group in found if group[0] < len(rows)]


def _telling(row: DayEntry, keys: Sequence[str], place: Mapping[int, int], names: Names | None) -> Telling:
    found = told(row.title, row.source_title, names) if row.kind in _TOLD else NOTHING
    apart = frozenset(place[id_] for id_ in row.apart if id_ in place)
    return Telling(place[row.id], row.source_id, row.sort_time, found, row.summary, tuple(keys), apart)


def _also_in(speaker: DayEntry, group: Sequence[DayEntry]) -> tuple[AlsoIn, ...]:
    """The others of a story, in the order in which they came out."""
    others = sorted((row for row in group if row.id != speaker.id), key=_content)
    return tuple(AlsoIn(row.source_title, row.title, row.url, row.id) for row in others)


def _content(row: DayEntry) -> tuple[object, ...]:
    """An order of entries that has nothing to do with when they came: by time, then by all they say."""
    said = row.url, row.title, row.kind, row.minutes, row.weight, row.summary, row.links
    return row.sort_time, row.source_id, *said, row.id


def _keys(row: DayEntry, page: str) -> list[str]:
    keys = [f"url {page}"] if page else []
    title = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", row.title).casefold())
    # "v2.1.0" or "owner/repo" tells no story apart from another.
    if row.kind != "github" and len(title) >= _SHORTEST_TELLING_TITLE and not title.isdecimal():
        keys.append(f"title {title}")
    return keys


def _told_of(rows: Sequence[DayEntry], own: Sequence[str]) -> dict[int, str]:
    """The page of each post that links to just one: it is of the story of that page.

    Not where one account links to it in several posts and nobody else has it: so it signs them.
    """
    pages = {
        row.id: (page, row.source_id)
        for row, address in zip(rows, own, strict=True)
        if row.links and (page := _page_of(row, address))
    }
    known = set(own) - {""}
    sources = Counter(page for page, _ in set(pages.values()))
    times = Counter(pages.values())
    return {
        id_: page
        for id_, (page, source) in pages.items()
        if page in known or sources[page] > 1 or times[page, source] == 1
    }


def _page_of(row: DayEntry, own: str) -> str:
    """The page that a post links to beside its own; empty where it links to none, or to several."""
    found = {page for link in row.links if (page := canonical(link)) != own and not _NO_PAGE.fullmatch(page)}
    return found.pop() if len(found) == 1 else ""


def _featured(articles: Sequence[_Story], *, quiet: bool) -> list[_Story]:
    """The first of the ranked articles that score high or have three sources, no source more than twice.

    None on a quiet day.
    """
    chosen: list[_Story] = []
    taken: Counter[str] = Counter()
    for story in () if quiet else articles:
        if len(chosen) == _MOST_FEATURED:
            break
        if story.score < _FEATURED_FROM and story.sources < _FEATURED_SOURCES:
            continue
        if taken[story.row.source_id] < _MOST_FEATURED_OF_A_SOURCE:
            taken[story.row.source_id] += 1
            chosen.append(story)
    return chosen


def _item(story: _Story, *, featured: bool) -> ComposedItem:
    row = story.row
    return ComposedItem(
        entry_id=row.id,
        title=row.title,
        url=row.url,
        who=(row.author if row.kind == "social" else "") or row.source_title,
        summary=row.summary,
        featured=featured,
        score=story.score,
        parts=story.parts,
        taste=story.taste,
        muted=story.liking < 0,
        also_in=story.also_in,
    )
