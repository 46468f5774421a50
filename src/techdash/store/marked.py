"""What the marks of an entry are in a query, what they keep, and what they put out of sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from techdash.models.entries import Marks
from techdash.store.db import Writer

MUTED = 2
"""In ``entries.hidden``: by the reader; 1 is superseded, or of a removed source."""


def columns(entry: str) -> str:
    """SQL: the marks of an entry, for :func:`of`; its row of ``marks`` is ``m``."""
    return f"""
      m.read_at IS NOT NULL, m.starred_at IS NOT NULL, m.later_at IS NOT NULL, m.muted_at IS NOT NULL,
      m.note IS NOT NULL, (SELECT group_concat(tag, ' ') FROM tags WHERE tags.entry_id = {entry})
    """  # noqa: S608 - a name of ours


COLUMNS = 6
"""How many :func:`columns` are."""


def of(values: Sequence[Any]) -> Marks:
    """The marks of a row's :func:`columns`."""
    read, starred, later, muted, noted, tags = values
    named = tuple(sorted(tags.split())) if tags else ()
    return Marks(bool(read), bool(starred), bool(later), bool(muted), bool(noted), named)


def is_kept(entry: str) -> str:
    """SQL: whether the reader wants to keep an entry: it is starred, for later, tagged or noted."""
    return f"""
      (EXISTS (SELECT 1 FROM marks k WHERE k.entry_id = {entry}
        AND (k.starred_at IS NOT NULL OR k.later_at IS NOT NULL OR k.note IS NOT NULL))
      OR EXISTS (SELECT 1 FROM tags WHERE tags.entry_id = {entry}))
    """  # noqa: S608 - as above


def hide(db: Writer, entry_ids: Iterable[int]) -> None:
    """Take what is muted out of every list, and put back what no longer is; in the caller's transaction."""
    muted = "EXISTS (SELECT 1 FROM marks m WHERE m.entry_id = entries.id AND m.muted_at IS NOT NULL)"
    db.execute(
        f"""
        UPDATE entries SET hidden = CASE
          WHEN {muted} THEN {MUTED}
          WHEN {is_kept("entries.id")} THEN 0
          ELSE coalesce((SELECT s.removed FROM sources s WHERE s.id = entries.source_id), 0) END
        WHERE id IN (SELECT value FROM json_each(?)) AND superseded_by IS NULL
        """,  # noqa: S608 - as above
        (json.dumps(list(entry_ids)),),
    )
