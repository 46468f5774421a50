"""Many documents at once, each a source of its own, and what the library holds of them after one refresh."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.network.server import answer
from tests.torture.rig import Limits, Ran, Rig, Source
from tests.torture.server import Site

_BODIES = (
    "SELECT body FROM bodies b JOIN entries e ON e.id = b.entry_id WHERE source_id = ? ORDER BY e.id DESC"
)
# No mending makes a document with this XML: it goes to the parser of tag soup.
BROKEN = "<item><title>Broken</titel><guid>broken</guid></item>"
PATIENT = Limits(total=60.0, connect=30.0, read=30.0)


@dataclass
class Document:
    """What is served, and how."""

    body: bytes
    content_type: str = "application/xml"


def rss(items: str, *, doctype: str = "", label: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{label}"?>{doctype}'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>T</title><link>https://e.org/</link>{items}</channel></rss>"
    )


def item(inside: str = "", title: str = "One", guid: str = "one") -> str:
    return f"<item><title>{title}</title><guid>{guid}</guid>{inside}</item>"


class Cases:
    """The documents by the names of their sources, each of which begins with a case's id."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def add(self, name: str, body: str | bytes, content_type: str = "application/xml") -> None:
        assert name not in self.documents
        self.documents[name] = Document(body.encode() if isinstance(body, str) else body, content_type)

    def both(self, name: str, items: str, doctype: str = "") -> None:
        """For either parser."""
        self.add(f"{name}-xml", rss(items, doctype=doctype))
        self.add(f"{name}-soup", rss(items + BROKEN, doctype=doctype))


@dataclass
class Morning:
    """A home after its refresh of many sources."""

    rig: Rig
    ran: Ran

    def source(self, name: str) -> Source:
        return self.ran[name]

    def titles(self, name: str) -> list[str]:
        """The titles of a source's entries as the document has them; the source is well."""
        assert self.ran[name].status == "new", self.ran[name].error
        # The first of a document is stored last.
        found = self.rig.rows(
            "SELECT title FROM entries WHERE source_id = ? AND stub = 0 ORDER BY id DESC", name
        )
        return [title for (title,) in found]

    def note(self, name: str) -> str:
        return str(self.ran[name].state["note"])

    def bodies(self, name: str) -> list[str]:
        return [body for (body,) in self.rig.rows(_BODIES, name)]

    def column(self, name: str, column: str) -> list[object]:
        sql = f"SELECT {column} FROM entries WHERE source_id = ? AND stub = 0 ORDER BY id DESC"
        return [value for (value,) in self.rig.rows(sql, name)]

    def refusal(self, name: str) -> str:
        """Why a source failed; nothing of it is stored."""
        it = self.ran[name]
        assert (it.status, it.entries, it.validators, it.body_hash) == ("failed", 0, (None, None), None)
        return it.error.partition(" Next try")[0]

    def shown(self, name: str) -> str:
        """The first entry as the reader lays it out."""
        (id_, *_) = self.column(name, "id")
        ran = self.rig.program("read", str(id_), "--width", "80")
        assert ran.code == 0, ran.err
        return ran.out


def morning_of(
    documents: dict[str, Document],
    prepared: Path,
    site: Site,
    home: Path,
    hosts: int = 1_000,
    **fields: object,
) -> Iterator[Morning]:
    """Serve the documents, each at its own host or as few as said, subscribe to them, and refresh once."""
    urls = {}
    for number, (name, document) in enumerate(documents.items()):
        number %= hosts
        host = f"127.0.{2 + number // 200}.{1 + number % 200}"
        if (host, site.port) not in _LISTENING:
            site.listen(host, port=site.port)
            _LISTENING.add((host, site.port))
        headers = [("ETag", f'"{name}"'), ("Content-Type", document.content_type)]
        site.say(f"/{name}", answer(headers=headers, body=document.body))
        urls[name] = site.url(f"/{name}", host)
    with pytest.MonkeyPatch.context() as changes:
        changes.setenv("TZ", "UTC")
        rig = Rig(Path(shutil.copytree(prepared, home)), site, changes)
        rig.subscribe(urls, **fields)
        yield Morning(rig, rig.refresh(limits=PATIENT))


_LISTENING: set[tuple[str, int]] = set()
