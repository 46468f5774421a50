"""Libraries to open: thousands of essays, years of editions, written through techdash's own store."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from techdash.models import (
    Kind,
    ParsedEdition,
    ParsedEntry,
    ParsedItem,
    ParsedSection,
    Plan,
    PlannedEntry,
    Source,
    SourceState,
)
from techdash.store.db import connect_writer
from techdash.store.entries import apply
from techdash.store.marks import save_state
from techdash.store.sources import subscribe
from tests.bench.figures import Setting
from tests.bench.prose import Prose
from tests.homes import write_sources

DAY = 86400
LONG_ESSAY = "An essay of a hundred kilobytes"
FIRST_WORDS = "FIRSTMARK"
LEAD = "Leading item of"
_PER_SOURCE = 500


def essays(setting: Setting, count: int) -> Path:
    """A home with ``count`` essays, the newest of them 100 kB long, and two weeks of editions."""

    def write(home: Path) -> None:
        prose = Prose(1)
        now = int(time.time())
        for number, start in enumerate(range(0, count, _PER_SOURCE)):
            several = range(start, min(start + _PER_SOURCE, count))
            _store(home, f"essays-{number}", "essay", [_essay(prose, n, now) for n in several], now)
        _store(home, "digest", "digest", _editions(prose, 14, now), now)

    return _home(setting, f"essays-{count}", write)


def editions(setting: Setting, days: int) -> Path:
    """A home with an edition of 20 items on each of the last ``days`` days."""

    def write(home: Path) -> None:
        now = int(time.time())
        _store(home, "digest", "digest", _editions(Prose(2), days, now), now)

    return _home(setting, f"editions-{days}", write)


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
    """The same home, its window's last state forgotten: the next start shows the digest of the newest day."""
    db = connect_writer(home / "library.db")
    try:
        save_state(db, "window", {})
    finally:
        db.conn.close()
    return home


def long_essay() -> str:
    """The 100 kB text, as Markdown."""
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
    db = connect_writer(home / "library.db")
    try:
        url = f"https://{source}.example.org/feed.xml"
        subscribe(db, Source(id=source, url=url, kind=kind, title=source), now)
        state = SourceState(state="ok", last_checked=now, last_ok=now, next_due=now + 20 * DAY)
        apply(db, Plan(source, now, "new", state, entries=tuple(entries)))
    finally:
        db.conn.close()


def _essay(prose: Prose, number: int, now: int) -> PlannedEntry:
    chinese = number % 3 != 2
    published = now - 60 - number * 600
    url = f"https://example.org/essay/{number}"
    entry = ParsedEntry(
        key=url,
        title=f"{number:06d} {prose.title(chinese)}" if number else LONG_ESSAY,
        url=url,
        author="Ada Example",
        published=published,
        language="zh" if chinese else "en",
        summary=prose.paragraph(chinese)[:200],
        body=prose.paragraph(chinese) if number else long_essay(),
        body_format="markdown",
        words=400,
        minutes=2,
    )
    return _planned(entry, "essay", published)


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
