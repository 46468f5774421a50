"""The bytes between refresh and the worker process: a job in, an answer out.

A frame is a length (four bytes, big-endian) and that many bytes of JSON in UTF-8. After a job's frame its
documents follow back to back, as long as the frame says. An answer is a length, and in it a frame and the
entries' bodies: outside the JSON they cost a third. Values of many fields go without their names.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

from techdash.models import (
    Card,
    Enclosure,
    Fetched,
    Files,
    LocalFile,
    ParsedEdition,
    ParsedEntry,
    ParsedFeed,
    ParsedItem,
    ParsedSection,
    ParseJob,
    Validators,
)

LENGTH = struct.Struct(">I")
LARGEST_ANSWER = 256 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A parse job with what the worker needs to tell days: an IANA zone name ("" is the machine's own)."""

    parse: ParseJob
    zone: str = ""
    day_starts: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """The worker's word that a document is not to be read: a kind for programs, a sentence for people."""

    kind: str
    message: str


def encode_job(job: Job) -> list[bytes]:
    """The frame and the documents, to be written one after the other."""
    parse = job.parse
    heads: list[dict[str, object]] = []
    bodies: list[bytes] = []
    for document in parse.documents:
        if isinstance(document, Fetched):
            heads.append(
                {
                    "type": "fetched",
                    "url": document.url,
                    "final_url": document.final_url,
                    "content_type": document.content_type,
                    "charset": document.charset,
                    "length": len(document.body),
                }
            )
            bodies.append(document.body)
            continue
        for file in document.files:
            heads.append(
                {
                    "type": "file",
                    "url": document.url,
                    "name": file.name,
                    "modified": file.modified,
                    "length": len(file.body),
                }
            )
            bodies.append(file.body)
    header = {
        "source_id": parse.source_id,
        "kind": parse.kind,
        "title": parse.title,
        "language": parse.language,
        "max_items": parse.max_items,
        "full_text": parse.full_text,
        "now": parse.now,
        "zone": job.zone,
        "day_starts": job.day_starts,
        "documents": heads,
    }
    return [_frame(header), *bodies]


def decode_job(stream: BinaryIO) -> Job | None:
    """The next job of a stream, or None where the stream ends between two jobs.

    Raises:
        EOFError: the stream ends within a job.
        ValueError: the bytes are no job.
    """
    head = stream.read(LENGTH.size)
    if not head:
        return None
    if len(head) < LENGTH.size:
        raise EOFError("the job is cut short")
    header = json.loads(_exactly(stream, LENGTH.unpack(head)[0]))
    documents: list[Fetched | Files] = []
    for kept in header.pop("documents"):
        body = _exactly(stream, kept["length"])
        if kept["type"] == "fetched":
            documents.append(
                Fetched(
                    kept["url"],
                    kept["final_url"],
                    body,
                    content_type=kept["content_type"],
                    charset=kept["charset"],
                )
            )
            continue
        file = LocalFile(kept["name"], kept["modified"], body)
        before = documents[-1] if documents else None
        if isinstance(before, Files) and before.url == kept["url"]:
            documents[-1] = Files(before.url, (*before.files, file), before.validators)
        else:
            documents.append(Files(kept["url"], (file,), Validators()))
    zone, day_starts = header.pop("zone"), header.pop("day_starts")
    return Job(ParseJob(documents=tuple(documents), **header), zone, day_starts)


def encode_answer(answer: ParsedFeed | Refused) -> bytes:
    """The answer, length first."""
    if isinstance(answer, Refused):
        frame, bodies = _frame({"ok": False, "kind": answer.kind, "message": answer.message}), []
    else:
        bodies = [_bytes(entry.body) for entry in answer.entries]
        feed = {
            "version": answer.version,
            "title": answer.title,
            "site_url": answer.site_url,
            "language": answer.language,
            "ttl": answer.ttl,
            "note": answer.note,
            "entries": [
                _entry_out(entry, len(body)) for entry, body in zip(answer.entries, bodies, strict=True)
            ],
        }
        frame = _frame({"ok": True, "feed": feed})
    return b"".join([LENGTH.pack(len(frame) + sum(map(len, bodies))), frame, *bodies])


def decode_answer(payload: bytes) -> ParsedFeed | Refused:
    """The answer after its length.

    Raises:
        ValueError, TypeError, KeyError, struct.error: the bytes are no answer.
    """
    end = LENGTH.size + LENGTH.unpack_from(payload)[0]
    answer = json.loads(payload[LENGTH.size : end])
    if not answer["ok"]:
        return Refused(answer["kind"], answer["message"])
    feed = answer["feed"]
    bodies = memoryview(payload)
    entries = []
    for entry in feed["entries"]:
        start, end = end, end + entry[_BODY]
        entries.append(_entry_in(entry, str(bodies[start:end], "utf-8")))
    feed["entries"] = tuple(entries)
    return ParsedFeed(**feed)


def _frame(value: object) -> bytes:
    payload = _bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return LENGTH.pack(len(payload)) + payload


def _bytes(text: str) -> bytes:
    # A surrogate can't be encoded; clean() has taken them out of all that matters.
    return text.encode("utf-8", "replace")


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise EOFError("the job is cut short")
    return data


def _entry_out(entry: ParsedEntry, length: int) -> list[object]:
    """The entry's fields in their order; of its body the length."""
    return [
        entry.key,
        entry.title,
        entry.url,
        entry.author,
        entry.published,
        entry.date_only,
        entry.language,
        entry.kind,
        entry.summary,
        length,
        entry.body_format,
        entry.tags,
        [(one.url, one.type, one.length) for one in entry.enclosures],
        entry.comments_url,
        entry.words,
        entry.minutes,
        None if entry.edition is None else _edition_out(entry.edition),
        [_card_out(card) for card in entry.cards],
    ]


def _entry_in(fields: list[Any], body: str) -> ParsedEntry:
    fields[_BODY] = body
    fields[_TAGS] = tuple(fields[_TAGS])
    fields[_ENCLOSURES] = tuple([Enclosure(*one) for one in fields[_ENCLOSURES]])
    if fields[_EDITION] is not None:
        fields[_EDITION] = _edition_in(fields[_EDITION])
    fields[_CARDS] = tuple([Card(*card) for card in fields[_CARDS]])
    return ParsedEntry(*fields)


_BODY, _TAGS, _ENCLOSURES, _EDITION, _CARDS = (
    [field.name for field in dataclasses.fields(ParsedEntry)].index(name)
    for name in ("body", "tags", "enclosures", "edition", "cards")
)


def _edition_out(edition: ParsedEdition) -> dict[str, object]:
    return {
        "day": edition.day,
        "cadence": edition.cadence,
        "lead": edition.lead,
        "lead_cut": edition.lead_cut,
        "stated_counts": edition.stated_counts,
        "sections": [
            [section.kind, section.title, [[i.title, i.url, i.who, i.summary] for i in section.items]]
            for section in edition.sections
        ],
    }


def _edition_in(edition: dict[str, Any]) -> ParsedEdition:
    edition["sections"] = tuple(
        ParsedSection(kind, title, tuple(ParsedItem(*item) for item in items))
        for kind, title, items in edition["sections"]
    )
    return ParsedEdition(**edition)


def _card_out(card: Card) -> Sequence[str]:
    return (
        card.sheet,
        card.section,
        card.item,
        card.syntax,
        card.text,
        card.text_zh,
        card.section_zh,
        card.example,
        card.since,
        card.source,
    )
