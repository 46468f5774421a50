"""The tables of the library and how an older one becomes current. Loads sqlite-utils: for writing only."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from techdash.store import backups, pairs
from techdash.store import db as store
from techdash.store.db import APPLICATION_ID, writing

migrations = Migrations("techdash")


def upgrade(db: Database, path: Path) -> None:
    """Apply the migrations that are missing, all or none, after a backup of what was there.

    Raises :class:`~techdash.errors.LibraryError`; the library is then as it was.
    """
    if db.execute("PRAGMA user_version").fetchone()[0]:
        backups.make_beside(db.conn, path)
    with writing(db):
        # Another process may have done it while this one waited for the lock; then nothing is pending.
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {store.SCHEMA_VERSION}")


@migrations(name="1 tables")
def _tables(db: Database) -> None:
    db.executescript(_SOURCES + _ENTRIES + _EDITIONS + _MARKS + _COUNTS)


@migrations(name="2 pairs")
def _pairs(db: Database) -> None:
    db.executescript(_PAIRS)
    essays = db.execute("SELECT id, kind, language, url_key, key FROM entries WHERE kind = 'essay'")
    found = [(key, id_) for id_, *columns in essays.fetchall() if (key := pairs.key_of(*columns))]
    db.conn.executemany("UPDATE entries SET pair_key = ? WHERE id = ?", found)
    pairs.regroup(db, (id_ for _, id_ in found))


@migrations(name="3 feeds")
def _feeds(db: Database) -> None:
    db.executescript(_SCHEDULES + _ARTICLES + _IDENTITY)


_SOURCES = """
CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  url_key TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  site_url TEXT NOT NULL,
  language TEXT NOT NULL,
  topics TEXT NOT NULL,              -- JSON
  weight REAL NOT NULL,
  max_items INTEGER NOT NULL,
  full_text TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  offered_enabled INTEGER,           -- what the catalogue said last; NULL: subscribed to by hand
  origin TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 -- the row stays, so that no catalogue brings the source back
) WITHOUT ROWID;

CREATE TABLE source_state (
  source_id TEXT PRIMARY KEY REFERENCES sources(id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  last_checked INTEGER,
  last_ok INTEGER,
  next_due INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  http INTEGER,
  error_kind TEXT NOT NULL,
  error TEXT NOT NULL,
  note TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE validators (
  source_id TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  etag BLOB,
  last_modified BLOB,
  body_hash BLOB,
  PRIMARY KEY (source_id, url)
) WITHOUT ROWID;

CREATE TABLE host_waits (
  host TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) WITHOUT ROWID;
"""

_ENTRIES = """
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id TEXT NOT NULL REFERENCES sources(id),
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  stub INTEGER NOT NULL DEFAULT 0,   -- an item of an edition that no source has brought as an entry
  hidden INTEGER NOT NULL DEFAULT 0, -- superseded, or of a removed source
  superseded_by INTEGER,
  sort_time INTEGER NOT NULL,
  published INTEGER,
  day TEXT NOT NULL,
  url TEXT NOT NULL,
  url_key TEXT NOT NULL,
  title TEXT NOT NULL,
  author TEXT NOT NULL,
  language TEXT NOT NULL,
  words INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  has_body INTEGER NOT NULL,
  hash BLOB NOT NULL,
  first_seen INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  comments_url TEXT NOT NULL,
  tags TEXT NOT NULL,                -- JSON
  summary TEXT NOT NULL,             -- last: it may spill to other pages, which lists never read
  UNIQUE (source_id, key)
);
CREATE INDEX entries_essays ON entries (sort_time DESC, id DESC)
  WHERE kind = 'essay' AND hidden = 0 AND stub = 0;
CREATE INDEX entries_newest ON entries (sort_time DESC, id DESC) WHERE hidden = 0;
CREATE INDEX entries_by_day ON entries (day) WHERE hidden = 0 AND stub = 0;
CREATE INDEX entries_by_url ON entries (url_key);
CREATE INDEX entries_superseded ON entries (superseded_by) WHERE superseded_by IS NOT NULL;

CREATE TABLE bodies (
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  format TEXT NOT NULL,
  body TEXT NOT NULL
);

CREATE TABLE enclosures (
  entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  type TEXT NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (entry_id, position)
) WITHOUT ROWID;

CREATE TABLE cards (
  entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  section TEXT NOT NULL,
  item TEXT NOT NULL,
  syntax TEXT NOT NULL,
  text TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  section_zh TEXT NOT NULL,
  example TEXT NOT NULL,
  since TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (entry_id, position)
) WITHOUT ROWID;
"""

_EDITIONS = """
CREATE TABLE editions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id INTEGER UNIQUE REFERENCES entries(id) ON DELETE CASCADE, -- NULL: composed
  day TEXT NOT NULL,
  cadence TEXT NOT NULL,
  lead TEXT NOT NULL,
  lead_cut INTEGER NOT NULL,
  counts TEXT NOT NULL,              -- JSON
  stated_counts TEXT,                -- JSON
  sections TEXT NOT NULL             -- JSON: [kind, title] each
);
CREATE INDEX editions_by_day ON editions (day);
CREATE UNIQUE INDEX editions_composed ON editions (day) WHERE entry_id IS NULL;

CREATE TABLE items (
  edition_id INTEGER NOT NULL REFERENCES editions(id) ON DELETE CASCADE,
  section INTEGER NOT NULL,
  position INTEGER NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  who TEXT NOT NULL,
  summary TEXT NOT NULL,
  featured INTEGER NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (edition_id, section, position)
) WITHOUT ROWID;
CREATE INDEX items_by_entry ON items (entry_id);

CREATE TABLE composing (
  day TEXT PRIMARY KEY,
  key BLOB,                          -- of what the stored edition was composed from
  stale INTEGER NOT NULL             -- entries of the day came, went or changed since
) WITHOUT ROWID;
CREATE INDEX composing_stale ON composing (day) WHERE stale = 1;
"""

# No reference to entries: whatever happens to them, what the reader did stays.
_MARKS = """
CREATE TABLE marks (
  entry_id INTEGER PRIMARY KEY,
  read_at INTEGER,
  starred_at INTEGER,
  later_at INTEGER
);

CREATE TABLE places (
  entry_id INTEGER PRIMARY KEY,
  start INTEGER NOT NULL,
  quote TEXT NOT NULL,
  progress REAL NOT NULL,
  saved_at INTEGER NOT NULL
);

CREATE TABLE undo_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,               -- when it was last done or undone
  action TEXT NOT NULL,
  before TEXT NOT NULL,              -- JSON: {entry: {column: value}}, only what the action changed
  after TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX undo_log_undone ON undo_log (undone, id);

CREATE TABLE state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL                -- JSON
) WITHOUT ROWID;
"""

# Essays are counted by weeks (604,800 s) of sort_time: the sums are the totals, and a page deep in the list
# is found by adding up a few hundred rows instead of stepping over a million.
_COUNTS = """
CREATE TABLE essay_counts (
  bucket INTEGER PRIMARY KEY,
  total INTEGER NOT NULL,
  unread INTEGER NOT NULL
);

CREATE TABLE days (
  day TEXT PRIMARY KEY,
  total INTEGER NOT NULL,
  unread INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX days_unread ON days (day) WHERE unread > 0;

CREATE TABLE day_members (
  day TEXT NOT NULL,
  entry_id INTEGER NOT NULL,
  PRIMARY KEY (day, entry_id)
) WITHOUT ROWID;
CREATE INDEX day_members_by_entry ON day_members (entry_id);

CREATE TRIGGER essay_inserted AFTER INSERT ON entries
WHEN NEW.kind = 'essay' AND NEW.hidden = 0 AND NEW.stub = 0
BEGIN
  INSERT INTO essay_counts (bucket, total, unread)
  VALUES (NEW.sort_time / 604800, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (bucket) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER essay_deleted AFTER DELETE ON entries
WHEN OLD.kind = 'essay' AND OLD.hidden = 0 AND OLD.stub = 0
BEGIN
  UPDATE essay_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE bucket = OLD.sort_time / 604800;
END;

CREATE TRIGGER essay_left AFTER UPDATE OF kind, hidden, stub, sort_time ON entries
WHEN OLD.kind = 'essay' AND OLD.hidden = 0 AND OLD.stub = 0
BEGIN
  UPDATE essay_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE bucket = OLD.sort_time / 604800;
END;

CREATE TRIGGER essay_came AFTER UPDATE OF kind, hidden, stub, sort_time ON entries
WHEN NEW.kind = 'essay' AND NEW.hidden = 0 AND NEW.stub = 0
BEGIN
  INSERT INTO essay_counts (bucket, total, unread)
  VALUES (NEW.sort_time / 604800, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (bucket) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER mark_inserted AFTER INSERT ON marks WHEN NEW.read_at IS NOT NULL
BEGIN
  UPDATE essay_counts SET unread = unread - 1 WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = NEW.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0);
  UPDATE days SET unread = unread - 1
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = NEW.entry_id);
END;

CREATE TRIGGER mark_changed AFTER UPDATE OF read_at ON marks
WHEN (OLD.read_at IS NULL) <> (NEW.read_at IS NULL)
BEGIN
  UPDATE essay_counts SET unread = unread + (NEW.read_at IS NULL) - (OLD.read_at IS NULL) WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = NEW.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0);
  UPDATE days SET unread = unread + (NEW.read_at IS NULL) - (OLD.read_at IS NULL)
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = NEW.entry_id);
END;

CREATE TRIGGER mark_deleted AFTER DELETE ON marks WHEN OLD.read_at IS NOT NULL
BEGIN
  UPDATE essay_counts SET unread = unread + 1 WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = OLD.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0);
  UPDATE days SET unread = unread + 1
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = OLD.entry_id);
END;
"""

# An essay in two languages is listed and counted as one, by the row with the lower id.
_PAIRS = """
ALTER TABLE entries ADD COLUMN pair_key TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN paired_with INTEGER;
CREATE INDEX entries_by_pair_key ON entries (source_id, pair_key) WHERE pair_key <> '';
CREATE INDEX entries_paired ON entries (paired_with) WHERE paired_with IS NOT NULL;
DROP INDEX entries_essays;
CREATE INDEX entries_essays ON entries (sort_time DESC, id DESC)
  WHERE kind = 'essay' AND hidden = 0 AND stub = 0 AND (paired_with IS NULL OR paired_with > id);
CREATE INDEX places_begun ON places (saved_at DESC) WHERE progress >= 0.02 AND progress <= 0.97;

DROP TRIGGER essay_inserted;
DROP TRIGGER essay_deleted;
DROP TRIGGER essay_left;
DROP TRIGGER essay_came;
DROP TRIGGER mark_inserted;
DROP TRIGGER mark_changed;
DROP TRIGGER mark_deleted;

CREATE TRIGGER essay_inserted AFTER INSERT ON entries
WHEN NEW.kind = 'essay' AND NEW.hidden = 0 AND NEW.stub = 0
  AND (NEW.paired_with IS NULL OR NEW.paired_with > NEW.id)
BEGIN
  INSERT INTO essay_counts (bucket, total, unread)
  VALUES (NEW.sort_time / 604800, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (bucket) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER essay_deleted AFTER DELETE ON entries
WHEN OLD.kind = 'essay' AND OLD.hidden = 0 AND OLD.stub = 0
  AND (OLD.paired_with IS NULL OR OLD.paired_with > OLD.id)
BEGIN
  UPDATE essay_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE bucket = OLD.sort_time / 604800;
END;

CREATE TRIGGER essay_left AFTER UPDATE OF kind, hidden, stub, sort_time, paired_with ON entries
WHEN OLD.kind = 'essay' AND OLD.hidden = 0 AND OLD.stub = 0
  AND (OLD.paired_with IS NULL OR OLD.paired_with > OLD.id)
BEGIN
  UPDATE essay_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE bucket = OLD.sort_time / 604800;
END;

CREATE TRIGGER essay_came AFTER UPDATE OF kind, hidden, stub, sort_time, paired_with ON entries
WHEN NEW.kind = 'essay' AND NEW.hidden = 0 AND NEW.stub = 0
  AND (NEW.paired_with IS NULL OR NEW.paired_with > NEW.id)
BEGIN
  INSERT INTO essay_counts (bucket, total, unread)
  VALUES (NEW.sort_time / 604800, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (bucket) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER mark_inserted AFTER INSERT ON marks WHEN NEW.read_at IS NOT NULL
BEGIN
  UPDATE essay_counts SET unread = unread - 1 WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = NEW.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0
      AND (paired_with IS NULL OR paired_with > id));
  UPDATE days SET unread = unread - 1
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = NEW.entry_id);
END;

CREATE TRIGGER mark_changed AFTER UPDATE OF read_at ON marks
WHEN (OLD.read_at IS NULL) <> (NEW.read_at IS NULL)
BEGIN
  UPDATE essay_counts SET unread = unread + (NEW.read_at IS NULL) - (OLD.read_at IS NULL) WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = NEW.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0
      AND (paired_with IS NULL OR paired_with > id));
  UPDATE days SET unread = unread + (NEW.read_at IS NULL) - (OLD.read_at IS NULL)
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = NEW.entry_id);
END;

CREATE TRIGGER mark_deleted AFTER DELETE ON marks WHEN OLD.read_at IS NOT NULL
BEGIN
  UPDATE essay_counts SET unread = unread + 1 WHERE bucket = (
    SELECT sort_time / 604800 FROM entries
    WHERE id = OLD.entry_id AND kind = 'essay' AND hidden = 0 AND stub = 0
      AND (paired_with IS NULL OR paired_with > id));
  UPDATE days SET unread = unread + 1
  WHERE day IN (SELECT day FROM day_members WHERE entry_id = OLD.entry_id);
END;
"""

_SCHEDULES = """
"""

_ARTICLES = """
"""

_IDENTITY = """
"""
