"""What the reader no longer keeps: entries that are old and that nothing holds, removed for good."""

from __future__ import annotations

import json
from itertools import accumulate

from techdash.store import identity
from techdash.store.counting import mark_stale, recount_days
from techdash.store.db import Writer, rows, writing
from techdash.store.entries import BEGUN, FINISHED
from techdash.store.marked import is_kept

# What one transaction removes at most, for others wait for its end (S-8): so many entries, and of editions so
# many with so many items that the lines which go with them are no more than these.
AT_ONCE = 25
MOST_ITEMS = 200

# Place of an entry in the order of removal: sort time and id.
Place = tuple[int, int]
START: Place = (-(2**63), 0)


def _is_free(entry: str) -> str:
    """SQL: old in its own time and in the library's, and not what the reader keeps or is in the middle of."""
    return f"""
      {entry}.sort_time < :before AND {entry}.first_seen < :before AND {entry}.kind <> 'cheatsheet'
      AND NOT {is_kept(f"{entry}.id")}
      AND NOT EXISTS (SELECT 1 FROM places p WHERE p.entry_id = {entry}.id
        AND p.progress >= {BEGUN} AND p.progress <= {FINISHED})
    """  # noqa: S608 - our own words and figures


# Of an essay in two languages both go or none. What a published edition lists stays as long as the edition.
# Files of this machine (their sources have no host) are the reader's own to remove.
_OLD = f"""
  {_is_free("e")} AND s.host <> ''
  AND (e.paired_with IS NULL OR EXISTS (
    SELECT 1 FROM entries o WHERE o.id = e.paired_with AND {_is_free("o")}))
  AND NOT EXISTS (
    SELECT 1 FROM items i CROSS JOIN editions d ON d.id = i.edition_id
    WHERE i.entry_id = e.id AND d.entry_id IS NOT NULL)
"""  # noqa: S608 - as above
_NEXT = f"""
  SELECT e.id, e.sort_time,
    (SELECT count(*) FROM editions own CROSS JOIN items i ON i.edition_id = own.id WHERE own.entry_id = e.id)
  FROM entries e CROSS JOIN sources s ON s.id = e.source_id
  WHERE e.hidden = 0 AND (e.sort_time, e.id) > (:time, :id) AND {_OLD}
  ORDER BY e.sort_time, e.id LIMIT {AT_ONCE}
"""  # noqa: S608 - as above
# With what they superseded: nothing else points to it.
_STILL = f"""
  WITH old (id, other) AS (
    SELECT e.id, e.paired_with FROM json_each(:ids) CROSS JOIN entries e ON e.id = json_each.value
    CROSS JOIN sources s ON s.id = e.source_id WHERE e.hidden = 0 AND {_OLD}),
  gone (id) AS (SELECT id FROM old UNION SELECT other FROM old WHERE other IS NOT NULL)
  SELECT id FROM gone UNION SELECT e.id FROM gone CROSS JOIN entries e ON e.superseded_by = gone.id
"""  # noqa: S608 - as above
_DAYS = """
  WITH gone (id) AS (SELECT value FROM json_each(?))
  SELECT e.day FROM gone CROSS JOIN entries e ON e.id = gone.id
  UNION SELECT d.day FROM gone CROSS JOIN editions d ON d.entry_id = gone.id
  UNION SELECT m.day FROM gone CROSS JOIN day_members m ON m.entry_id = gone.id
"""


def expire(db: Writer, before: int, after: Place = START) -> Place | None:
    """Remove some of the entries from before a moment; gives the place to go on from, None at the end.

    What is starred, kept for later, tagged, noted, begun, a sheet or a file of this machine stays; so does
    what a published edition lists, until the next time finds the edition gone. Marks stay.
    One short transaction, and what to remove is looked for before it. Raises
    :class:`~techdash.errors.LibraryError` with nothing removed.
    """
    found = rows(db.conn, _NEXT, {"before": before, "time": after[0], "id": after[1]})
    if not found:
        return None
    lines = list(accumulate(number for *_, number in found))
    found = [row for row, number in zip(found, lines, strict=True) if number <= MOST_ITEMS] or found[:1]
    asked = {"before": before, "ids": json.dumps([id_ for id_, *_ in found])}
    with writing(db):
        # The reader may have marked one meanwhile.
        gone = [id_ for (id_,) in rows(db.conn, _STILL, asked)]
        listed = json.dumps(gone)
        days = [day for (day,) in rows(db.conn, _DAYS, (listed,))]
        identity.note_removed(db, gone)
        db.execute("DELETE FROM entries WHERE id IN (SELECT value FROM json_each(?))", (listed,))
        recount_days(db, days)
        mark_stale(db, days)
    return found[-1][1], found[-1][0]
