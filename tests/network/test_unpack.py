"""Unpacking in pieces of any size gives what was packed, or refuses."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds.unpack import Damaged, TooLarge, Truncated, Unpacker

PACK = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def unpacked(coding: str, data: bytes, size: int, largest: int = 1 << 20) -> bytes:
    unpacker = Unpacker(coding, largest)
    for piece in pieces(data, size):
        unpacker.feed(piece)
    return unpacker.finish()


@given(st.sampled_from(sorted(PACK)), st.binary(max_size=3000), st.integers(1, 200))
def test_what_was_packed_comes_back_in_pieces_of_any_size(coding: str, data: bytes, size: int) -> None:
    assert unpacked(coding, PACK[coding](data), size) == data


@given(st.sampled_from(["gzip", "deflate"]), st.binary(min_size=50, max_size=500), st.data())
def test_what_is_cut_is_refused(coding: str, data: bytes, draw: st.DataObject) -> None:
    packed = PACK[coding](data)
    cut = draw.draw(st.integers(2, len(packed) - 1))
    with pytest.raises(Truncated):
        unpacked(coding, packed[:cut], 64)


@given(st.sampled_from(["gzip", "deflate", ""]), st.binary(max_size=300), st.integers(1, 50))
def test_bytes_of_any_kind_are_taken_or_refused(coding: str, data: bytes, size: int) -> None:
    with contextlib.suppress(Damaged, TooLarge, Truncated):
        assert len(unpacked(coding, data, size, largest=1000)) <= 1000


@pytest.mark.parametrize("coding", sorted(PACK))
def test_the_bound_is_exact(coding: str) -> None:
    data = bytes(range(256)) * 4
    assert unpacked(coding, PACK[coding](data), 100, largest=1024) == data
    with pytest.raises(TooLarge):
        unpacked(coding, PACK[coding](data + b"x"), 100, largest=1024)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_h45_nothing_beyond_the_bound_is_unpacked(coding: str) -> None:
    packed = PACK[coding](bytes(64 << 20))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        Unpacker(coding, 1 << 20, ratio=10**9).feed(packed)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_an_empty_body_is_empty_however_it_is_said_to_be_packed() -> None:
    assert unpacked("gzip", b"", 1) == b""
