"""Values to store, and a small library that has something of everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from techdash.models.editions import AlsoIn, ComposedEdition, ComposedItem, DayEntry
from techdash.models.entries import Place
from techdash.models.parsed import (
    Card,
    Enclosure,
    ParsedEdition,
    ParsedEntry,
    ParsedItem,
    ParsedSection,
    SectionKind,
)
from techdash.models.plans import Plan, PlannedEntry
from techdash.models.sources import Kind, Source, SourceState, SyncStatus, Validators
from techdash.store import arrivals, db, editions, entries, marks, own_words, searches, sources
from techdash.text.urls import canonical

NOW = 1_778_580_000  # 2026-05-12, 10:00 UTC
DAY = "2026-05-12"


def source(id: str, url: str = "", kind: Kind = "article", **more: Any) -> Source:  # noqa: A002 - Source.id
    return Source(id, url or f"https://{id}.example/feed", kind, more.pop("title", id.title()), **more)


def planned(
    key: str,
    title: str = "",
    *,
    kind: Kind = "article",
    day: str = DAY,
    url: str | None = None,
    time: int = NOW,
    id: int | None = None,  # noqa: A002 - PlannedEntry.id
    keep_text: bool = False,
    **more: Any,
) -> PlannedEntry:
    url = f"https://posts.example/{key}" if url is None else url
    title = title or f"Title of {key}"
    more.setdefault("published", time)
    entry = ParsedEntry(key, title, url, **more)
    head, text = (hash((title, url)), hash((entry.body, entry.summary)))
    both = b"".join((value % 2**64).to_bytes(16, "big") for value in (head, text))
    return PlannedEntry(entry, kind, day, time, canonical(url) if url else "", both, id, keep_text)


def plan(
    source_id: str,
    found: Iterable[PlannedEntry] = (),
    *,
    status: SyncStatus = "new",
    now: int = NOW,
    **more: Any,
) -> Plan:
    state = more.pop("state", SourceState("ok", now, now, next_due=now + 3600, http=200))
    return Plan(source_id, now, status, state, entries=tuple(found), **more)


def edition(
    *sections: tuple[SectionKind, Iterable[ParsedItem]], day: str = DAY, lead: str = "A lead.", **more: Any
) -> ParsedEdition:
    taken = tuple(ParsedSection(kind, kind.title(), tuple(items)) for kind, items in sections)
    return ParsedEdition(day, more.pop("cadence", "daily"), lead, sections=taken, **more)


def item(name: str, url: str | None = None) -> ParsedItem:
    return ParsedItem(
        f"Item {name}", f"https://items.example/{name}" if url is None else url, "someone", "Sum."
    )


def composed(day: str, rows: Iterable[DayEntry]) -> ComposedEdition:
    items = tuple(
        ComposedItem(row.id, row.title, row.url, row.source_title, row.summary, False, 1.0) for row in rows
    )
    return ComposedEdition(
        day, f"{len(items)} articles.", {"article": len(items)}, (("article", "Articles", items),)
    )


def one_story(day: str, rows: Sequence[DayEntry]) -> ComposedEdition:
    """As :func:`composed`, of one story that all the entries tell."""
    first, *others = rows
    edition = composed(day, [first])
    kind, title, (item,) = edition.sections[0]
    told = tuple(AlsoIn(row.source_title, row.title, row.url, row.id) for row in others)
    return replace(edition, sections=((kind, title, (replace(item, also_in=told),)),))


CARDS = (
    Card(
        "Basics", "Start", "help", "claude --help", "Prints help.", text_zh="帮助", since="1.0", source="docs"
    ),
    Card("Basics", "Start", "version", "claude -v", "Prints the version."),
    Card("Keys", "Edit", "undo", "Esc Esc", "Rewinds.", literal=True),
)


def small_library(path: Path) -> Path:
    """A library with a starter, a digest, essays, articles, cards, a composed day, marks, places and undo."""
    with closing(db.connect_writer(path)) as writer:
        for one in (
            source("starter", "/srv/starter", "digest", origin="starter"),
            source("daily", "https://blog.example/rss", "digest", weight=2.0, topics=("ai", "推荐")),
            source("essays", kind="essay"),
            source("news"),
            source("sheet", "/srv/sheet", "cheatsheet", origin="starter"),
        ):
            sources.subscribe(writer, one, NOW)
        arrivals.apply(
            writer,
            plan(
                "starter",
                [
                    planned(
                        "05-11",
                        "Daily of 05-11",
                        kind="digest",
                        day="2026-05-11",
                        url="https://blog.example/05-11",
                        time=NOW - 86400,
                        edition=edition(day="2026-05-11", stated_counts={"article": 21}),
                    )
                ],
            ),
        )
        arrivals.apply(
            writer,
            plan(
                "essays",
                [
                    planned(
                        f"essay-{n}",
                        f"Essay {n} 权重衰减",
                        kind="essay",
                        day=f"2026-05-{n:02}",
                        time=NOW - (12 - n) * 86400,
                        body=f"<p>Norm &amp; step {n}, 归一化层。</p>",
                        minutes=n,
                        words=200,
                        language="zh",
                        summary="What a norm means.",
                    )
                    for n in range(1, 13)
                ],
                validators={"https://essays.example/feed": Validators(b'W/"1"', None, b"h")},
            ),
        )
        arrivals.apply(
            writer,
            plan(
                "news",
                [
                    planned("a"),
                    planned("b", enclosures=(Enclosure("https://x.example/a.mp3", "audio/mpeg", 9),)),
                ],
            ),
        )
        arrivals.apply(
            writer,
            plan(
                "daily",
                [
                    planned(
                        "05-12",
                        "Daily of 05-12",
                        kind="digest",
                        url="https://blog.example/05-12",
                        body="# Featured",
                        body_format="markdown",
                        edition=edition(
                            ("featured", [item("one"), item("news", "https://posts.example/a")]),
                            ("github", [item("two")]),
                        ),
                    )
                ],
            ),
        )
        arrivals.apply(writer, plan("sheet", [planned("basics", kind="cheatsheet", url="", cards=CARDS)]))
        key = editions.compose_key(writer.conn, DAY)
        editions.save_composed(writer, DAY, composed(DAY, entries.day_entries(writer.conn, DAY)), key)
        marks.set_marks(writer, [2, 3], read=True, now=NOW)
        marks.set_marks(writer, [4], starred=True, now=NOW)
        marks.undo(writer, NOW)
        own_words.tag(writer, [2, 5], ["ai", "读"], [], NOW)
        own_words.write_note(writer, 2, "Mine.", NOW)
        searches.save(writer, "Kept", "is:later", NOW)
        marks.save_place(writer, 2, Place(120, "a norm", 0.4), NOW)
        marks.save_state(writer, "cursor", {DAY: 3})
    return path


def next_sync(writer: Any) -> None:
    """What another process may do at any time: sync, compose, mark, remove, subscribe."""
    arrivals.apply(
        writer,
        plan(
            "daily",
            [
                planned(
                    "05-11",
                    "Daily of 05-11",
                    kind="digest",
                    day="2026-05-11",
                    url="https://www.blog.example/05-11/",
                    time=NOW - 86400,
                    edition=edition(
                        ("article", [item("three"), item("news", "https://posts.example/a")]),
                        day="2026-05-11",
                    ),
                )
            ],
            now=NOW + 60,
        ),
    )
    arrivals.apply(
        writer,
        plan("essays", [planned("essay-13", kind="essay"), planned("one", url="https://items.example/one")]),
    )
    changed = planned("a", "Another title", body="<p>New words.</p>")
    arrivals.apply(
        writer, plan("news", [replace(changed, id=14)], state=SourceState("failed", NOW, failures=1))
    )
    marks.set_marks(writer, [5, 6], read=True, later=True, now=NOW + 60)
    marks.save_place(writer, 3, Place(7, "here", 0.1), NOW)
    marks.save_state(writer, "cursor", {DAY: 4})
    key = editions.compose_key(writer.conn, DAY)
    editions.save_composed(writer, DAY, composed(DAY, entries.day_entries(writer.conn, DAY)), key)
    sources.remove(writer, "sheet")
    sources.subscribe(writer, source("more"), NOW)
