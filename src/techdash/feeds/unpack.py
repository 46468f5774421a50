"""Unpacks one layer of gzip or deflate within bounds: a small answer can't become a large one unseen."""

from __future__ import annotations

import zlib

_GZIP_MAGIC = b"\x1f\x8b"
_RATIO_FROM = 1 << 20


class TooLarge(Exception):
    """The body unpacks to more than is accepted."""


class Truncated(Exception):
    """The packed body stops before its end."""


class Damaged(Exception):
    """The body is not packed as it says."""


class Unpacker:
    """The body of an answer, given piece by piece as it came over the wire.

    Args:
        coding: ``gzip``, ``deflate`` or "" for none (RFC 9110, 8.4.1).
        largest: bytes that the body may unpack to.
        ratio: bytes that each packed byte may become, once a mebibyte has been unpacked.

    A body that says gzip and has no gzip in it is taken as it is: servers that say so send plain text.
    """

    def __init__(self, coding: str, largest: int, ratio: int = 200) -> None:
        self._coding = coding
        self._largest = largest
        self._ratio = ratio
        self._pieces: list[bytes] = []
        self._size = 0
        self._taken = 0
        self._inflate = None if not coding else zlib.decompressobj(31 if coding == "gzip" else zlib.MAX_WBITS)
        self._begun = not coding
        self._head = b""

    @property
    def size(self) -> int:
        """How many unpacked bytes there are so far."""
        return self._size

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLarge, Damaged: the body is not to be accepted.
        """
        self._taken += len(data)
        if not self._begun:
            self._head += data
            if len(self._head) < len(_GZIP_MAGIC):
                return
            data, self._head, self._begun = self._head, b"", True
            self._inflate = self._decoder_for(data)
        if self._inflate is None:
            self._keep(data)
        else:
            self._unpack(data)

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            Truncated: the end of the packed stream has not come.
        """
        if not self._begun and self._head:
            return self._head  # a single byte is no packed stream
        if self._begun and self._inflate is not None and not self._inflate.eof:
            raise Truncated
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body

    def _decoder_for(self, head: bytes) -> zlib._Decompress | None:
        if self._coding == "gzip":
            return zlib.decompressobj(31) if head.startswith(_GZIP_MAGIC) else None
        # RFC 9110 asks for the zlib wrapper; some servers send the bare stream.
        wrapped = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    def _unpack(self, data: bytes) -> None:
        while data and self._inflate is not None:
            if self._inflate.eof:
                if self._coding != "gzip" or not data.startswith(_GZIP_MAGIC):
                    return  # padding after the end says nothing
                self._inflate = zlib.decompressobj(31)  # a further member (RFC 1952, 2.2)
            try:
                self._keep(self._inflate.decompress(data, self._largest - self._size + 1))
            except zlib.error as error:
                raise Damaged from error
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._largest:
            raise TooLarge
        if self._inflate is not None and self._size > max(_RATIO_FROM, self._taken * self._ratio):
            raise TooLarge
        self._pieces.append(piece)
