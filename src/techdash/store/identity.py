"""Entries known by more than their key: those that are alike, and those that were removed for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from techdash.models.parsed import ParsedEntry
from techdash.models.plans import Known
from techdash.store import entries as stored
from techdash.store.db import Writer, first, rows
from techdash.text.titles import title_key
from techdash.text.urls import canonical

# Of a source that is asked for the first time there is nothing to be found.
_HAS_ANY = """
  SELECT 1 WHERE EXISTS (SELECT 1 FROM entries WHERE source_id = ?1)
  OR EXISTS (SELECT 1 FROM tombstones WHERE source_id = ?1)
"""


def recognised(
    conn: sqlite3.Connection, source_id: str, entries: Sequence[ParsedEntry]
) -> tuple[dict[str, Known], set[str]]:
    """What a source's entries are in the library: the stored ones that they may be, by their own keys; and
    the keys of those that were removed and stay so.

    A stored one has the key of an entry or, where no stored one has that, its address or its title and date.
    """
    known = stored.known(conn, source_id, (entry.key for entry in entries))
    strangers = [entry for entry in entries if entry.key not in known]
    if not (strangers and first(conn, _HAS_ANY, (source_id,))):
        return known, set()
    links = {entry.key: canonical(entry.url) if entry.url else "" for entry in strangers}
    twins = {twin(entry.title, entry.published) for entry in strangers}
    known |= stored.alike(conn, source_id, list(set(links.values()) - {""}), list(twins))
    return known, _removed(conn, source_id, strangers, links)


def twin(title: str, published: int | None) -> int:
    """Title and date as a number for the index: equal for an entry that came again under another id."""
    return _number(title_key(title), str(published))


def note_removed(db: Writer, entry_ids: Iterable[int]) -> None:
    """Note what tells these entries apart, so that no later answer brings them back (D-5).

    In the caller's transaction, which removes them.
    """
    found = rows(
        db.conn,
        """
        SELECT e.source_id, e.key, e.url_key, e.title, e.published
        FROM json_each(?) k CROSS JOIN entries e ON e.id = k.value WHERE e.stub = 0
        """,
        (json.dumps(list(entry_ids)),),
    )
    db.conn.executemany(
        "INSERT INTO tombstones (source_id, sign) VALUES (?, ?) ON CONFLICT (source_id, sign) DO NOTHING",
        [(source_id, sign) for source_id, *columns in found for sign in _signs(*columns)],
    )


def _removed(
    conn: sqlite3.Connection, source_id: str, entries: Sequence[ParsedEntry], links: Mapping[str, str]
) -> set[str]:
    signs = {
        sign: entry.key
        for entry in entries
        for sign in _signs(entry.key, links[entry.key], entry.title, entry.published)
    }
    found = rows(
        conn,
        "SELECT sign FROM tombstones WHERE source_id = ? AND sign IN (SELECT value FROM json_each(?))",
        (source_id, json.dumps(list(signs))),
    )
    return {signs[sign] for (sign,) in found}


def _signs(key: str, url_key: str, title: str, published: int | None) -> list[int]:
    """An id together with its address, for ids are given away anew; title and date, for ids change."""
    signs = [_number(key, url_key)]
    if published is not None:
        signs.append(twin(title, published))
    return signs


def _number(*parts: str) -> int:
    """A number that SQLite keeps in six bytes."""
    data = "\0".join(parts).encode("utf-8", "replace")
    return int.from_bytes(blake2b(data, digest_size=6).digest(), signed=True)
