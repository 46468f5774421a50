"""The bytes between the window and the process that reads pictures: a job in, pixels or a refusal out.

A frame is a length (four bytes, big-endian) and that many bytes of MessagePack. Answers come in any order,
so each carries its job's number.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec
from msgspec import Struct, msgpack

LENGTH = struct.Struct(">I")
LARGEST_FRAME = 64 << 20
SAMPLE = 4
"""Bytes of a pixel: red, green, blue, and how opaque it is."""


Kind = Literal[
    "http", "timeout", "large", "private", "wait", "connect", "address", "missing", "outside",
    "svg", "page", "format", "damaged", "broken",
]  # fmt: skip
"""Why there is no picture. ``outside``: of the source's folder; ``page``: HTML came; ``broken``: our side."""


class Job(Struct, frozen=True):
    """A picture that is wanted, in at most ``width`` by ``height`` pixels.

    ``page``: the address of the source that shows it, http(s) or a local path. ``entry``: the entry's path
    below a local source's folder, which relative addresses are seen from.
    """

    number: int
    src: str
    width: int
    height: int
    page: str = ""
    entry: str = ""


class Pixels(Struct, frozen=True, tag=True):
    """A picture as rows of RGBA, its alpha not multiplied in. ``natural``: its own width and height."""

    number: int
    width: int
    height: int
    natural: tuple[int, int]
    rgba: bytes


class Refused(Struct, frozen=True, tag=True):
    """Why there is no picture: a kind for programs, and what its words need."""

    number: int
    kind: Kind
    host: str = ""
    http: int = 0


_encoder = msgpack.Encoder()
_jobs = msgpack.Decoder(Job)
_answers: msgpack.Decoder[Pixels | Refused] = msgpack.Decoder(Pixels | Refused)


def encode(value: Job | Pixels | Refused) -> bytes:
    """The frame of a job or an answer."""
    payload = _encoder.encode(value)
    return LENGTH.pack(len(payload)) + payload


def decode_job(payload: bytes) -> Job:
    """The job after its length.

    Raises:
        msgspec.DecodeError: the bytes are no job.
    """
    return _jobs.decode(payload)


def decode_answer(payload: bytes) -> Pixels | Refused:
    """The answer after its length, its pixels counted.

    Raises:
        msgspec.DecodeError: the bytes are no answer.
    """
    answer = _answers.decode(payload)
    if isinstance(answer, Pixels) and not (
        answer.width > 0 < answer.height and len(answer.rgba) == SAMPLE * answer.width * answer.height
    ):
        raise msgspec.DecodeError("a picture of another size than it says")
    return answer
