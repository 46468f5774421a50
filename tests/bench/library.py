"""Libraries to open, made by techdash's own store: a million essays, years of editions, long texts."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from techdash.models.parsed import Card, ParsedEdition, ParsedEntry, ParsedItem, ParsedSection
from techdash.models.plans import Plan, PlannedEntry
from techdash.models.sources import Kind, Source, SourceState
from techdash.store.arrivals import apply
from techdash.store.db import connect_writer, writing
from techdash.store.marks import save_state
from techdash.store.sources import subscribe
from tests.bench.figures import Setting
from tests.bench.prose import Prose
from tests.homes import write_sources

DAY = 86400
LONG_ESSAY = "An essay of a hundred kilobytes"
FIRST_WORDS = "FIRSTMARK"
LEAD = "Leading item of"
FIVE_YEARS = 1825
SIZES = {"10 KB": 10_000, "100 KB": 100_000, "1 MB": 1_000_000, "5 MB": 5_000_000, "10 MB": 10_000_000}
_MOST_SOURCES = 200
_LEAST_OF_A_SOURCE = 500
_STATE = "window"
_KINDS: tuple[Kind, ...] = ("article", "article", "social", "paper", "github")


def essays(setting: Setting, count: int) -> Path:
    """A home with ``count`` essays, the newest of them 100 kB long, and two weeks of editions.

    With a million there are five years of editions.
    """

    def write(home: Path) -> None:
        prose = Prose(1)
        now = int(time.time())
        step = max(_LEAST_OF_A_SOURCE, count // _MOST_SOURCES)
        for number, start in enumerate(range(0, count, step)):
            several = range(start, min(start + step, count))
            _store(home, f"essays-{number}", "essay", [_essay(prose, n, now) for n in several], now)
        days = FIVE_YEARS if count >= setting.most() else 14
        _store(home, "digest", "digest", _editions(prose, days, now), now)

    return _home(setting, f"library-{count}", write)


def texts(setting: Setting) -> Path:
    """A home with an essay of each of ``SIZES`` (:func:`title`), ``FIRST_WORDS`` in its first paragraph."""

    def write(home: Path) -> None:
        now = int(time.time())
        found = [
            _text(title(name), text(setting, name), "essay", f"text/{number}", now - 3600 * number)
            for number, name in enumerate(SIZES)
        ]
        _store(home, "texts", "essay", found, now)
        _store(home, "digest", "digest", _editions(Prose(2), 7, now), now)

    return _home(setting, f"texts-{'small' if setting.small else 'whole'}", write)


def title(size: str) -> str:
    """The title of the essay of a size."""
    return f"An essay of {size}"


def text(setting: Setting, size: str) -> str:
    """The Markdown of one of ``SIZES``, a tenth of it where only the bench is tried."""
    return Prose(3).markdown(SIZES[size] // (10 if setting.small else 1), FIRST_WORDS)


def text_file(setting: Setting, size: str) -> Path:
    """The same in a file, for the programs beside."""
    path = setting.work / f"{size.replace(' ', '')}{'-small' if setting.small else ''}.md"
    path.write_text(text(setting, size), "utf-8")
    return path


def full_days(setting: Setting, days: int, entries: int) -> Path:
    """A home with that many articles, posts, papers and repositories of 60 sources on each day."""

    def write(home: Path) -> None:
        prose = Prose(4)
        now = int(time.time())
        midday = now - now % DAY - DAY // 2
        for number in range(60):
            kind = _KINDS[number % len(_KINDS)]
            several = [
                _article(prose, kind, n, midday - back * DAY)
                for back in range(days)
                for n in range(number, entries, 60)
            ]
            _store(home, f"source-{number}", kind, several, now)

    return _home(setting, f"days-{days}-{entries}", write)


def editions(setting: Setting, days: int) -> Path:
    """A home with an edition of 20 items on each of the last ``days`` days."""

    def write(home: Path) -> None:
        now = int(time.time())
        _store(home, "digest", "digest", _editions(Prose(2), days, now), now)

    return _home(setting, f"editions-{days}", write)


def sheet(setting: Setting, cards: Sequence[Card]) -> Path:
    """A home with a cheat-sheet of these cards, as one entry, and a week of editions."""

    def write(home: Path) -> None:
        now = int(time.time())
        entry = _text("Cards", "", "cheatsheet", "cards", now - 3600)
        with_cards = replace(entry, entry=replace(entry.entry, cards=tuple(cards)))
        _store(home, "sheet", "cheatsheet", [with_cards], now)
        _store(home, "digest", "digest", _editions(Prose(2), 7, now), now)

    return _home(setting, f"sheet-{len(cards)}", write)


def starter(setting: Setting) -> Path:
    """A home with the starter library alone, made as a first command makes it."""

    def write(home: Path) -> None:
        write_sources(home)
        subprocess.run(
            [Path(sys.executable).with_name("techdash"), "--home", home, "cheat"],
            stdout=subprocess.DEVNULL,
            check=True,
        )

    return _home(setting, "starter", write)


def as_new(home: Path) -> Path:
    """The same home, what was read in it forgotten: the next start shows the digest of the newest day."""
    return _left(home, {})


def at_essay(home: Path, title: str, *, reading: bool = False) -> Path:
    """The same home, left with the cursor on an essay, or reading it: so the next start will find it."""
    with closing(sqlite3.connect(home / "library.db")) as conn:
        (entry_id,) = conn.execute("SELECT id FROM entries WHERE title = ?", (title,)).fetchone()
    opened = {"opened": entry_id, "reading": True} if reading else {}
    return _left(home, {"room": "essays", "essay": entry_id, **opened})


def _left(home: Path, state: dict[str, object]) -> Path:
    db = connect_writer(home / "library.db")
    try:
        with writing(db):
            db.execute("DELETE FROM places")
        save_state(db, _STATE, state)
    finally:
        db.conn.close()
    return home


def long_essay() -> str:
    """The 100 kB text of the long essay, as Markdown."""
    return Prose(3).markdown(100_000, FIRST_WORDS)


def _home(setting: Setting, name: str, write: Callable[[Path], None]) -> Path:
    """A home that ``write`` fills, or the one it filled before in this scratch folder."""
    home = setting.work / name
    if (home / "complete").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    write_sources(home, starter=False)
    (home / "config.toml").write_text("refresh = false\n", "utf-8")
    write(home)
    (home / "complete").touch()
    return home


def _store(home: Path, source: str, kind: Kind, entries: Iterable[PlannedEntry], now: int) -> None:
    """Store the entries of a source that is never asked: nothing here may leave the machine."""
    db = connect_writer(home / "library.db")
    try:
        url = f"https://{source}.example.org/feed.xml"
        subscribe(db, Source(id=source, url=url, kind=kind, title=source, enabled=False), now)
        state = SourceState(state="ok", last_checked=now, last_ok=now, next_due=now + 20 * DAY)
        apply(db, Plan(source, now, "new", state, entries=tuple(entries)))
    finally:
        db.conn.close()


def _essay(prose: Prose, number: int, now: int) -> PlannedEntry:
    chinese = number % 3 != 2
    if number == 0:
        return _text(LONG_ESSAY, long_essay(), "essay", "essay/0", now - 60)
    heading, body = f"{number:06d} {prose.title(chinese)}", prose.paragraph(chinese)
    return _text(heading, body, "essay", f"essay/{number}", now - 60 - number * 600, body[:200])


def _article(prose: Prose, kind: Kind, number: int, published: int) -> PlannedEntry:
    """One in ten has the address of the one before, which another source brought."""
    chinese = number % 3 != 2
    path = f"story/{published}/{number - (number % 10 == 1)}"
    heading, summary = f"{number:05d} {prose.title(chinese)}", prose.paragraph(chinese)[:200]
    return _text(heading, "", kind, path, published - number * 7, summary)


def _text(
    title: str, body: str, kind: Kind, path: str, published: int, summary: str = "A long text."
) -> PlannedEntry:
    url = f"https://example.org/{path}"
    entry = ParsedEntry(
        key=url,
        title=title,
        url=url,
        author="Ada Example",
        published=published,
        summary=summary,
        body=body,
        body_format="markdown",
        words=400,
        minutes=2,
    )
    return _planned(entry, kind, published)


def _editions(prose: Prose, days: int, now: int) -> Iterator[PlannedEntry]:
    for back in range(days):
        published = now - 30 - back * DAY
        day = _day(published)
        items = [
            ParsedItem(
                title=f"{LEAD} {day}" if n == 0 else prose.title(n % 2 == 0),
                url=f"https://example.org/item/{day}/{n}",
                who="somebody",
                summary=prose.paragraph(n % 2 == 0)[:120],
            )
            for n in range(20)
        ]
        sections = (
            ParsedSection("featured", "Featured", tuple(items[:3])),
            ParsedSection("article", "Articles", tuple(items[3:12])),
            ParsedSection("social", "Posts", tuple(items[12:])),
        )
        url = f"https://example.org/daily/{day}"
        entry = ParsedEntry(
            key=url,
            title=f"Daily - {day}",
            url=url,
            published=published,
            edition=ParsedEdition(
                day, "daily", f"The lead of {day}. {prose.paragraph(False)}", sections=sections
            ),
        )
        yield _planned(entry, "digest", published)


def _planned(entry: ParsedEntry, kind: Kind, published: int) -> PlannedEntry:
    head, text = (
        hashlib.blake2b(part.encode(), digest_size=16).digest() for part in (entry.title, entry.body)
    )
    return PlannedEntry(entry, kind, _day(published), published, entry.url.partition("://")[2], head + text)


def _day(second: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=second)).strftime("%Y-%m-%d")
