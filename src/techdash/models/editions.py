"""Editions: stored ones as they are shown, and what composing takes and gives."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from techdash.models.entries import Marks
from techdash.models.parsed import Cadence, SectionKind
from techdash.models.sources import Kind


class Tastes(Struct, frozen=True):
    """Words, topics and sources (by id or title) that the reader wants more of, and less of."""

    interests: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()


class Trend(Struct, frozen=True):
    """A term that rises on a day: how many entries have it, and how many a day usually do.

    ``sources``: of how many sources they are. ``week``: how many had it on each of seven days, this one last.
    """

    term: str
    today: int
    usual: float
    entry_ids: tuple[int, ...] = ()
    sources: int = 0
    week: tuple[int, ...] = ()


class AlsoIn(Struct, frozen=True):
    """Another entry of a story: the title of its source, its own, and where it is."""

    source: str
    title: str
    url: str
    entry_id: int


class Other(Struct, frozen=True):
    """An essay of a composed edition in its other language."""

    entry_id: int
    title: str
    url: str
    summary: str
    language: str
    minutes: int


class Draft(Struct, frozen=True):
    """What a language model wrote of a day or an item: in ``en`` or ``zh``, never shown without its name."""

    text: str
    model: str
    language: str


class Item(Struct, frozen=True):
    """One line of a stored edition.

    ``parts`` add up to the score, by the names of :mod:`techdash.editions.score`; ``taste`` is the interest
    or the mute that counted among them, ``muted`` says which. ``other``: the same essay in the other
    language, where there is one.
    """

    title: str
    url: str
    who: str
    summary: str
    featured: bool
    score: float
    entry_id: int
    minutes: int = 0
    marks: Marks = Marks()
    source_title: str = ""
    parts: dict[str, float] = field(default_factory=dict)
    taste: str = ""
    muted: bool = False
    also_in: tuple[AlsoIn, ...] = ()
    language: str = ""
    other: Other | None = None
    opens: int = 0
    draft: Draft | None = None

    def facing(self, language: str) -> Item:
        """The item with its essay in that language, where there is one."""
        other = self.other
        if other is None or self.language == language or other.language != language:
            return self
        own = Other(
            self.opens or self.entry_id, self.title, self.url, self.summary, self.language, self.minutes
        )
        return replace(
            self,
            title=other.title,
            url=other.url,
            summary=other.summary,
            language=other.language,
            minutes=other.minutes,
            other=own,
            opens=other.entry_id,
        )

    @property
    def sources(self) -> int:
        """How many sources have the story; one that is known by its address alone has one."""
        return len({self.source_title, *(other.source for other in self.also_in)})


class Section(Struct, frozen=True):
    """A section of a stored edition; ``prose`` as in :class:`ParsedSection`."""

    kind: SectionKind
    title: str
    items: tuple[Item, ...]
    prose: str = ""


class Edition(Struct, frozen=True):
    """One day's digest. ``entry_id`` is its own entry, None for a composed one.

    ``lead_zh`` is the lead of a composed one in Chinese.
    """

    id: int
    day: str
    source_id: str
    source_title: str
    title: str
    url: str
    lead: str
    composed: bool
    cadence: Cadence = "daily"
    lead_cut: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    stated_counts: dict[str, int] | None = None
    sections: tuple[Section, ...] = ()
    entry_id: int | None = None
    marks: Marks = Marks()
    lead_zh: str = ""
    trend: tuple[Trend, ...] = ()
    draft: Draft | None = None

    @property
    def miscounts(self) -> bool:
        """Whether it states a count of something of which another number was found."""
        stated = self.stated_counts or {}
        return any(number != self.counts.get(kind, 0) for kind, number in stated.items())


class DayRow(Struct, frozen=True):
    """A day of the strip: how much it held and how much of that is unread."""

    day: str
    total: int
    unread: int


class DayEntry(Struct, frozen=True):
    """An entry as composing sees it; ``weight`` and ``topics`` are its source's.

    ``has_text``: more of it is stored than its summary. ``read``: by the reader, who has split it from the
    stories of the entries in ``apart``. ``featured``: by a rule of the reader's. ``ending``: the last
    characters of a post's stored form, where its points may stand beyond the summary. ``links``: the
    addresses that a post's text links to.
    """

    id: int
    source_id: str
    source_title: str
    kind: Kind
    title: str
    url: str
    author: str
    summary: str
    sort_time: int
    minutes: int
    weight: float
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has_text: bool = False
    read: bool = False
    apart: frozenset[int] = frozenset()
    featured: bool = False
    ending: str = ""
    links: tuple[str, ...] = ()


class ComposedItem(Struct, frozen=True):
    entry_id: int
    title: str
    url: str
    who: str
    summary: str
    featured: bool
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    taste: str = ""
    muted: bool = False
    also_in: tuple[AlsoIn, ...] = ()


class ComposedEdition(Struct, frozen=True):
    """A day's edition made of its entries; equal inputs make equal values, in whatever order they come."""

    day: str
    lead: str
    counts: dict[str, int]
    sections: tuple[tuple[SectionKind, str, tuple[ComposedItem, ...]], ...]
    lead_zh: str = ""
    trend: tuple[Trend, ...] = ()
