"""Whatever happens to a library in whatever order, its lists and counts agree with each other."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from techdash.errors import UsageError
from techdash.models.sources import Kind
from techdash.query import parse
from techdash.store import arrivals, counting, db, editions, entries, marks, search, sources
from tests.store.build import NOW, composed, edition, item, plan, planned, source

SOURCES = ("starter", "daily", "essays", "news")
DAYS = ("2026-05-10", "2026-05-11", "2026-05-12")
NAMES = st.sampled_from("abcdef")


class Library(RuleBasedStateMachine):
    """Two writers of one library, as two processes have them, and a reader."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "library.db"
        self.writers = [db.connect_writer(path), db.connect_writer(path)]
        for writer in self.writers:
            writer.execute("PRAGMA synchronous = OFF")
        self.reader = db.connect_reader(path)
        for name in SOURCES:
            origin = "starter" if name == "starter" else "user"
            sources.subscribe(self.writers[0], source(name, origin=origin), NOW)
        self.turn = 0

    def writer(self) -> db.Database:  # type: ignore[name-defined]
        self.turn += 1
        return self.writers[self.turn % 2]

    @rule(
        name=st.sampled_from(SOURCES),
        keys=st.lists(NAMES, min_size=1, max_size=3, unique=True),
        kind=st.sampled_from(["essay", "article", "digest", "social"]),
        day=st.sampled_from(DAYS),
        lines=st.lists(st.tuples(NAMES, st.booleans()), max_size=4),
        keep_text=st.booleans(),
    )
    def sync(
        self, name: str, keys: list[str], kind: Kind, day: str, lines: list[tuple[str, bool]], keep_text: bool
    ) -> None:
        items = [item(line, f"https://posts.example/{line}" if linked else "") for line, linked in lines]
        taken = edition(("featured", items[:1]), ("article", items), day=day) if kind == "digest" else None
        moment = NOW - DAYS.index(day) * 86400
        found = [
            planned(key, kind=kind, day=day, time=moment, edition=taken, keep_text=keep_text, body="words")
            for key in keys
        ]
        arrivals.apply(self.writer(), plan(name, found))

    @rule(day=st.sampled_from(DAYS), something=st.booleans())
    def compose(self, day: str, something: bool) -> None:
        key = editions.compose_key(self.reader, day)
        found = entries.day_entries(self.reader, day)
        editions.save_composed(self.writer(), day, composed(day, found) if something and found else None, key)

    @rule(ids=st.lists(st.integers(1, 30), max_size=5), flag=st.booleans(), star=st.none() | st.booleans())
    def mark(self, ids: list[int], flag: bool, star: bool | None) -> None:
        marks.set_marks(self.writer(), ids, read=flag, starred=star, now=NOW)

    @rule(back=st.booleans())
    def undo_or_redo(self, back: bool) -> None:
        (marks.undo if back else marks.redo)(self.writer(), NOW)

    @rule(name=st.sampled_from(SOURCES[1:]))
    def remove_or_bring_back(self, name: str) -> None:
        try:
            sources.remove(self.writer(), name)
        except UsageError:
            with suppress(UsageError):
                sources.subscribe(self.writer(), source(name), NOW)

    @invariant()
    def counts_are_those_of_the_rows(self) -> None:
        assert counting.counts_are_right(self.reader)
        assert db.rows(self.reader, "PRAGMA foreign_key_check") == []

    @invariant()
    def lists_agree(self) -> None:
        listed = entries.essays(self.reader, offset=0, limit=99)
        assert entries.essay_count(self.reader) == (len(listed), sum(not row.marks.read for row in listed))
        assert [entries.essay_position(self.reader, row.id) for row in listed] == list(range(len(listed)))
        days = editions.days(self.reader)
        assert [row.day for row in days] == sorted(
            {one.day for one in editions.between(self.reader, "2000", "3000")}
        )
        for row in days:
            lines = {}
            for one in editions.on(self.reader, row.day):
                for part in one.sections:
                    lines |= {line.entry_id: line.marks.read for line in part.items}
                if not one.sections and one.entry_id:
                    lines[one.entry_id] = one.marks.read
            assert (row.total, row.unread) == (len(lines), sum(not read for read in lines.values()))

    @invariant()
    def what_is_shown_can_be_opened(self) -> None:
        for one in editions.between(self.reader, "2000", "3000"):
            for part in one.sections:
                for line in part.items:
                    row = entries.row(self.reader, line.entry_id)
                    assert row is not None
                    assert row.id == line.entry_id
        shown = [hit.id for hit in search.search(self.reader, parse("t"), limit=99)]
        assert len(shown) == len(set(shown))

    def teardown(self) -> None:
        for writer in self.writers:
            writer.close()
        self.reader.close()
        shutil.rmtree(self.folder)


Library.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestLibrary = Library.TestCase
