"""The bytes between refresh and the worker process: a job in, an answer out.

A frame is a length (four bytes, big-endian) and that many bytes of MessagePack, whose types are the values
of :mod:`techdash.models`: what does not fit them is no frame.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from msgspec import Struct, msgpack

from techdash.models.fetched import Files, PageJob, ParseJob, SitemapJob
from techdash.models.parsed import ParsedFeed, ParsedPage, ParsedSitemap

LENGTH = struct.Struct(">I")
LARGEST_ANSWER = 256 << 20
# What reading takes goes by the size, up to sixteen times as much: larger jobs than this one at a time.
LARGE = 1 << 20


class Job(Struct, frozen=True):
    """What to read, with what the worker needs to tell days: an IANA zone name ("" is the machine's own)."""

    parse: ParseJob | PageJob | SitemapJob
    zone: str = ""
    day_starts: int = 0


class Refused(Struct, frozen=True, tag=True):
    """The worker's word that a document is not to be read: a kind for programs, a sentence for people."""

    kind: str
    message: str


def size(job: Job) -> int:
    """The bytes of a job's documents."""
    if not isinstance(job.parse, ParseJob):
        return len(job.parse.document.body)
    return sum(
        sum(len(file.body) for file in one.files) if isinstance(one, Files) else len(one.body)
        for one in job.parse.documents
    )


Answer = ParsedFeed | ParsedPage | ParsedSitemap | Refused

_encoder = msgpack.Encoder()
_jobs = msgpack.Decoder(Job)
_answers: msgpack.Decoder[Answer] = msgpack.Decoder(Answer)


def encode_job(job: Job) -> bytearray:
    """The job's frame."""
    return _frame(job)


def decode_job(stream: BinaryIO) -> Job | None:
    """The next job of a stream, or None where the stream ends between two jobs.

    Raises:
        EOFError: the stream ends within a job.
        msgspec.DecodeError: the bytes are no job.
    """
    head = stream.read(LENGTH.size)
    if not head:
        return None
    if len(head) < LENGTH.size:
        raise EOFError("the job is cut short")
    length = LENGTH.unpack(head)[0]
    payload = stream.read(length)
    if len(payload) != length:
        raise EOFError("the job is cut short")
    return _jobs.decode(payload)


def encode_answer(answer: Answer) -> bytearray:
    """The answer's frame; what no frame can hold (lone surrogates, numbers over 64 bits) is refused."""
    try:
        return _frame(answer)
    except (UnicodeEncodeError, OverflowError):
        return _frame(Refused("internal", "What this source gave could not be passed on."))


def decode_answer(payload: bytes) -> Answer:
    """The answer after its length.

    Raises:
        msgspec.DecodeError: the bytes are no answer.
    """
    return _answers.decode(payload)


def _frame(value: Job | Answer) -> bytearray:
    frame = bytearray(LENGTH.size)
    _encoder.encode_into(value, frame, LENGTH.size)
    LENGTH.pack_into(frame, 0, len(frame) - LENGTH.size)
    return frame
