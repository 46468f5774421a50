"""The tables of the library and how an older one becomes current. Loads sqlite-utils: for writing only."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from techdash.store import backups, identity, pairs
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
    pairs.regroup(db, (id_ for _, id_ in found), _share_first_marks)


def _share_first_marks(db: store.Writer, from_id: int, to_id: int) -> None:
    db.execute(_SHARE_FIRST_MARKS, (to_id, from_id))


@migrations(name="3 feeds")
def _feeds(db: Database) -> None:
    db.executescript(_SCHEDULES + _ARTICLES + _IDENTITY + _HEALTH)
    found = db.execute("SELECT id, title, published FROM entries WHERE stub = 0").fetchall()
    twins = [(identity.twin(title, published), id_) for id_, title, published in found]
    db.conn.executemany("UPDATE entries SET twin = ? WHERE id = ?", twins)


@migrations(name="4 editions")
def _editions(db: Database) -> None:
    db.executescript(_STORIES + _RANKS)


@migrations(name="5 cards")
def _cards(db: Database) -> None:
    db.executescript(_CARDS + _DRAFTS + _FEED_TEXTS)


@migrations(name="6 search")
def _search(db: Database) -> None:
    db.executescript(_OWN_WORDS + _RULED + _LATER + _LITERAL)


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
  sections TEXT NOT NULL             -- JSON: [kind, title] each, and prose where there is any
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

# As pairs.share_marks was while there were no other marks.
_SHARE_FIRST_MARKS = """
  INSERT INTO marks (entry_id, read_at, starred_at, later_at)
  SELECT ?, read_at, starred_at, later_at FROM marks WHERE entry_id = ?
  ON CONFLICT (entry_id) DO UPDATE SET read_at = coalesce(read_at, excluded.read_at),
    starred_at = coalesce(starred_at, excluded.starred_at), later_at = coalesce(later_at, excluded.later_at)
"""

_SCHEDULES = """
ALTER TABLE sources ADD COLUMN interval INTEGER NOT NULL DEFAULT 0; -- minutes; 0: by the rules
ALTER TABLE source_state ADD COLUMN last_new INTEGER;
ALTER TABLE source_state ADD COLUMN last_whole INTEGER;
ALTER TABLE source_state ADD COLUMN bare INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN failing_since INTEGER;
ALTER TABLE source_state ADD COLUMN gone_since INTEGER;
ALTER TABLE source_state ADD COLUMN max_age INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN ttl INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE source_state ADD COLUMN skip_days TEXT NOT NULL DEFAULT '[]';  -- JSON
ALTER TABLE source_state ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN moved_since INTEGER;
ALTER TABLE source_state ADD COLUMN moved_note TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN previous_url TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN move_refused TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN public INTEGER NOT NULL DEFAULT 0;
ALTER TABLE validators ADD COLUMN given_by TEXT NOT NULL DEFAULT '';
UPDATE source_state SET last_new = (
  SELECT first_seen FROM entries
  WHERE id = (SELECT max(id) FROM entries WHERE source_id = source_state.source_id));
UPDATE source_state SET failing_since = last_checked WHERE failures > 0;
"""

_ARTICLES = """
ALTER TABLE sources ADD COLUMN backfill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN recognised TEXT NOT NULL DEFAULT ''; -- as what, by what its pages are
ALTER TABLE sources ADD COLUMN sitemap_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN pages_note TEXT NOT NULL DEFAULT '';

CREATE TABLE articles (
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  source_id TEXT NOT NULL REFERENCES sources(id),
  sort_time INTEGER NOT NULL,        -- the entry's
  due INTEGER,                       -- when its page is asked for; NULL: not by itself
  tries INTEGER NOT NULL DEFAULT 0,  -- that failed
  asked_at INTEGER,
  not_before INTEGER NOT NULL DEFAULT 0, -- its server wants no request for it until then
  is_page INTEGER NOT NULL DEFAULT 0, -- the stored text is the page's, of so many words
  words INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  etag BLOB,
  last_modified BLOB,
  body_hash BLOB
);
CREATE INDEX articles_due ON articles (source_id, sort_time DESC, entry_id DESC) WHERE due IS NOT NULL;
CREATE INDEX articles_asked ON articles (source_id, sort_time DESC) WHERE due IS NULL;
INSERT INTO articles (entry_id, source_id, sort_time, due)
  SELECT e.id, e.source_id, e.sort_time, 0 FROM sources s CROSS JOIN entries e ON e.source_id = s.id
  WHERE s.full_text IN ('page', 'notionnext') AND s.removed = 0 AND e.stub = 0 AND e.hidden = 0
    AND e.has_body = 0 AND e.url LIKE 'http%' AND e.kind IN ('digest', 'essay', 'article');

CREATE TABLE archive (
  source_id TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  modified TEXT NOT NULL,
  due INTEGER DEFAULT 0,             -- NULL: done with
  tries INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, url)
) WITHOUT ROWID;
CREATE INDEX archive_due ON archive (source_id, modified DESC, url) WHERE due IS NOT NULL;
"""

# What tells an entry besides its key: where its id and address change it is the same one, and once removed it
# never comes back.
_IDENTITY = """
ALTER TABLE entries ADD COLUMN twin INTEGER NOT NULL DEFAULT 0; -- title and date as a number; 0: a stub
CREATE INDEX entries_by_twin ON entries (source_id, twin) WHERE twin <> 0;

CREATE TABLE rewrites (
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  times INTEGER NOT NULL
);

CREATE TABLE tombstones (
  source_id TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
  sign INTEGER NOT NULL,             -- as a number: id and address, or title and date
  PRIMARY KEY (source_id, sign)
) WITHOUT ROWID;
"""

# What the user said of a source in techdash itself stays, whatever a later catalogue says of it.
_HEALTH = """
ALTER TABLE sources ADD COLUMN own TEXT NOT NULL DEFAULT '[]';  -- JSON: which of title, kind, enabled
ALTER TABLE sources ADD COLUMN told TEXT NOT NULL DEFAULT '{}'; -- JSON: what sources.toml last said of them
UPDATE sources SET own = '["enabled"]' WHERE offered_enabled IS NOT NULL AND enabled <> offered_enabled;
UPDATE sources SET told = json_object('enabled', json(iif(offered_enabled, 'true', 'false')))
  WHERE origin = 'user' AND offered_enabled IS NOT NULL;

CREATE TABLE source_counts (
  source_id TEXT PRIMARY KEY,
  total INTEGER NOT NULL,
  unread INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO source_counts (source_id, total, unread)
  SELECT e.source_id, count(*), sum(m.read_at IS NULL)
  FROM entries e LEFT JOIN marks m ON m.entry_id = e.id
  WHERE e.hidden = 0 AND e.stub = 0 GROUP BY e.source_id;

CREATE TRIGGER entry_counted AFTER INSERT ON entries WHEN NEW.hidden = 0 AND NEW.stub = 0
BEGIN
  INSERT INTO source_counts (source_id, total, unread)
  VALUES (NEW.source_id, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (source_id) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER entry_uncounted AFTER DELETE ON entries WHEN OLD.hidden = 0 AND OLD.stub = 0
BEGIN
  UPDATE source_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE source_id = OLD.source_id;
END;

CREATE TRIGGER entry_hid AFTER UPDATE OF hidden, stub ON entries
WHEN OLD.hidden = 0 AND OLD.stub = 0 AND (NEW.hidden <> 0 OR NEW.stub <> 0)
BEGIN
  UPDATE source_counts SET
    total = total - 1,
    unread = unread - NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = OLD.id AND read_at IS NOT NULL)
  WHERE source_id = OLD.source_id;
END;

CREATE TRIGGER entry_shown AFTER UPDATE OF hidden, stub ON entries
WHEN NEW.hidden = 0 AND NEW.stub = 0 AND (OLD.hidden <> 0 OR OLD.stub <> 0)
BEGIN
  INSERT INTO source_counts (source_id, total, unread)
  VALUES (NEW.source_id, 1,
          NOT EXISTS (SELECT 1 FROM marks WHERE entry_id = NEW.id AND read_at IS NOT NULL))
  ON CONFLICT (source_id) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER read_counted AFTER INSERT ON marks WHEN NEW.read_at IS NOT NULL
BEGIN
  UPDATE source_counts SET unread = unread - 1 WHERE source_id = (
    SELECT source_id FROM entries WHERE id = NEW.entry_id AND hidden = 0 AND stub = 0);
END;

CREATE TRIGGER read_changed AFTER UPDATE OF read_at ON marks
WHEN (OLD.read_at IS NULL) <> (NEW.read_at IS NULL)
BEGIN
  UPDATE source_counts SET unread = unread + (NEW.read_at IS NULL) - (OLD.read_at IS NULL)
  WHERE source_id = (SELECT source_id FROM entries WHERE id = NEW.entry_id AND hidden = 0 AND stub = 0);
END;

CREATE TRIGGER read_uncounted AFTER DELETE ON marks WHEN OLD.read_at IS NOT NULL
BEGIN
  UPDATE source_counts SET unread = unread + 1 WHERE source_id = (
    SELECT source_id FROM entries WHERE id = OLD.entry_id AND hidden = 0 AND stub = 0);
END;
"""

# The other entries of the stories of composed editions, and what the reader has split: of which entries an
# entry is kept apart.
_STORIES = """
CREATE TABLE also_in (
  edition_id INTEGER NOT NULL REFERENCES editions(id) ON DELETE CASCADE,
  speaker_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE, -- the entry of the item
  position INTEGER NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
  PRIMARY KEY (edition_id, speaker_id, position)
) WITHOUT ROWID;
CREATE INDEX also_in_by_speaker ON also_in (speaker_id);
CREATE INDEX also_in_by_entry ON also_in (entry_id);
ALTER TABLE marks ADD COLUMN apart TEXT; -- JSON: ids
INSERT INTO composing (day, stale)
  SELECT DISTINCT day, 1 FROM editions
  WHERE entry_id IS NULL AND day > (SELECT date(max(day), '-30 days') FROM editions WHERE entry_id IS NULL)
  ON CONFLICT (day) DO UPDATE SET stale = 1;
"""

_RANKS = """
ALTER TABLE editions ADD COLUMN lead_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE editions ADD COLUMN trend TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE items ADD COLUMN parts TEXT NOT NULL DEFAULT '{}';    -- JSON: of the score
ALTER TABLE items ADD COLUMN taste TEXT NOT NULL DEFAULT '';      -- what of it the reader likes, or has muted
ALTER TABLE items ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tastes (
  name TEXT PRIMARY KEY,             -- a word, a topic or a source
  liking INTEGER NOT NULL            -- 1: more of it, -1: less, 0: neither, whatever the configuration says
) WITHOUT ROWID;

CREATE TABLE day_terms (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the days kept last are those that stay
  day TEXT NOT NULL UNIQUE,
  counts TEXT NOT NULL               -- JSON: how many of the day's entries have each term
);
"""

# What the reader did with a card, by what the card is called: it outlives the rows, which every sync writes
# anew. Sheets are read once more, for the columns that were not known before.
_CARDS = """
ALTER TABLE cards ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN note_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN also TEXT NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN removed TEXT NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN item_zh TEXT NOT NULL DEFAULT '';

CREATE TABLE card_marks (
  sheet TEXT NOT NULL,
  card TEXT NOT NULL,                -- its syntax without arguments, else its name
  starred INTEGER NOT NULL,
  note TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (sheet, card)
) WITHOUT ROWID;

DELETE FROM validators WHERE source_id IN (SELECT id FROM sources WHERE kind = 'cheatsheet');
"""

# An entry's text as its feed gave it, where its page's took its place.
_FEED_TEXTS = """
CREATE TABLE feed_texts (
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  format TEXT NOT NULL,
  body TEXT NOT NULL,
  words INTEGER NOT NULL,
  shown INTEGER NOT NULL DEFAULT 0   -- the reader wants this one
);
"""

# What a language model wrote, by a hash of all that it was given, for as long as the same may be asked; what
# is shown stands with its edition. An answer that was refused is kept as an empty text.
_DRAFTS = """
CREATE TABLE drafts (
  key BLOB PRIMARY KEY,
  text TEXT NOT NULL,
  made_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX drafts_by_age ON drafts (made_at);
ALTER TABLE editions ADD COLUMN draft TEXT NOT NULL DEFAULT ''; -- JSON: in place of the lead
ALTER TABLE items ADD COLUMN draft TEXT NOT NULL DEFAULT '';    -- JSON: in place of the summary
"""

# What the reader wrote: tags and a note to an entry, and searches kept under a name. Like marks they outlive
# what a sync does, so tags refer to no entry either.
_OWN_WORDS = """
CREATE TABLE tags (
  entry_id INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (entry_id, tag)
) WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag, entry_id);
ALTER TABLE marks ADD COLUMN note TEXT;         -- NULL: none
ALTER TABLE marks ADD COLUMN muted_at INTEGER;

CREATE TABLE searches (
  name TEXT PRIMARY KEY,
  query TEXT NOT NULL,
  position INTEGER NOT NULL
) WITHOUT ROWID;
"""

# What a rule of the reader's wants featured: the rule's query.
_RULED = """
ALTER TABLE marks ADD COLUMN featured TEXT; -- NULL: nothing does
"""

# What was kept for later is few among all that was read.
_LATER = """
CREATE INDEX marks_later ON marks (later_at) WHERE later_at IS NOT NULL;
"""

# Sheets that other programs keep: their brackets are no optional parts.
_LITERAL = """
ALTER TABLE cards ADD COLUMN literal INTEGER NOT NULL DEFAULT 0;
"""
