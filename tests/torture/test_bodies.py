"""H35 to H49, H56, H57: answers that take too long, are too large, too short, packed wrongly, no feed."""

from __future__ import annotations

import gzip
import os
import random
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import DAY, MOST_GROWTH, NOW, Limits, Rig
from tests.torture.server import Connection, Site, chunks

MIB = 1 << 20
NOTHING_KEPT = (0, (None, None), None)
TAGGED = [("ETag", '"x"'), ("Last-Modified", "Tue, 12 May 2026 09:00:00 GMT")]
GZIP = ("Content-Encoding", "gzip")
CHUNKED = answer(headers=[("Transfer-Encoding", "chunked"), *TAGGED], length=None)


def hosts(urls: dict[str, str], site: Site) -> dict[str, str]:
    """Each at a host of its own, so that none waits for another's turn."""
    return {
        name: url.replace("//127.0.0.2:", f"//127.0.0.{10 + n}:")
        for n, (name, url) in enumerate(urls.items())
    }


def all_failed(rig: Rig, urls: dict[str, str], kind: str, **options: object) -> dict[str, str]:
    """Refresh these; each fails so, nothing of it is kept. Gives the sentences."""
    rig.subscribe(urls)
    ran = rig.refresh(**options)  # type: ignore[arg-type]
    for name in urls:
        it = ran[name]
        assert (it.status, it.kind, it.state["failures"]) == ("failed", kind, 1), (name, it.error)
        assert (it.entries, it.validators, it.body_hash) == NOTHING_KEPT, name
    return {name: ran[name].error.partition(" Next try")[0] for name in urls}


def all_well(rig: Rig, urls: dict[str, str], entries: int = 3) -> None:
    rig.subscribe(urls)
    ran = rig.refresh()
    assert {name: (ran[name].status, ran[name].entries, ran[name].error) for name in urls} == dict.fromkeys(
        urls, ("new", entries, "")
    )


# -- time: the limits of 15 s to a byte and 30 s in all are scaled to 0.7 s and 1.4 s


def test_h35_h36_h37_servers_that_take_their_time(rig: Rig, site: Site) -> None:
    ended: dict[str, str] = {}

    async def never(request: Request, connection: Connection) -> None:
        ended[request.path] = "begun"
        try:
            await connection.gone()
        finally:
            ended[request.path] = "left"

    async def slow_body(_: Request, connection: Connection) -> None:
        await connection.say(answer(headers=TAGGED, length=5000))
        await connection.drip(b"<", 0.05)

    async def slow_head(_: Request, connection: Connection) -> None:
        await connection.say(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        await connection.drip(b"x", 0.05)

    async def slow_chunks(_: Request, connection: Connection) -> None:
        await connection.say(CHUNKED)
        await connection.drip(b"1\r\n<\r\n", 0.05)

    async def slow_hops(request: Request, connection: Connection) -> None:
        # 30 s are for all the hops of a redirect together.
        n = int(request.path.rpartition("/")[2])
        site.do(f"/h36/hop/{n + 1}", slow_hops)
        await connection.say(b"HTTP/1.1 302 Found\r\n")
        await connection.drip(b"X: y\r\n", 0.05, times=5)
        await connection.say(b"Content-Length: 0\r\nLocation: /h36/hop/%d\r\n\r\n" % (n + 1))

    scripts = {
        "H35": ("/h35", never),
        "H36": ("/h36/body", slow_body),
        "H36-chunks": ("/h36/chunks", slow_chunks),
        "H36-hops": ("/h36/hop/0", slow_hops),
        "H37": ("/h37", slow_head),
    }
    urls = hosts({name: site.do(path, script) for name, (path, script) in scripts.items()}, site)
    limits = Limits(total=1.4, connect=1.4, read=0.7)
    said = all_failed(rig, urls, "timeout", limits=limits)
    assert said["H35"].endswith("did not answer within 0.7 seconds.")
    whole = "did not send the whole document within 1.4 seconds."
    assert {name: sentence for name, sentence in said.items() if not sentence.endswith(whole)} == {
        "H35": said["H35"]
    }
    assert ended == {"/h35": "left"}


# -- size


def kernel_buffers() -> int:
    """The most bytes that a connection may hold between writer and reader, by the kernel's own limits."""
    limits = [Path(f"/proc/sys/net/ipv4/tcp_{way}mem") for way in "rw"]
    return sum(int(limit.read_text().split()[2]) if limit.exists() else 16 * MIB for limit in limits)


def test_h38_a_body_without_end(rig: Rig, site: Site) -> None:
    sent = dict.fromkeys(("chunked", "length", "close", "padding"), 0)
    packed = gzip.compress(rss("a", 3))
    piece = random.Random(38).randbytes(0x10000)

    def endless(name: str, head: bytes, wrap: bytes) -> str:
        async def script(_: Request, connection: Connection) -> None:
            await connection.say(head)
            while True:
                await connection.say(wrap % piece if wrap else piece)
                sent[name] += len(piece)

        return site.do(f"/h38/{name}", script)

    urls = {
        "chunked": endless("chunked", CHUNKED, b"10000\r\n%b\r\n"),
        "length": endless("length", answer(headers=TAGGED, length=11 * MIB), b""),
        "close": endless("close", answer(headers=TAGGED, length=None), b""),
        # A whole body, and then what doesn't belong to it: only what crosses the wire can be bounded here.
        "padding": endless("padding", answer(headers=[*TAGGED, GZIP], body=packed, length=None), b""),
    }
    said = all_failed(rig, hosts(urls, site), "too-large", limits=Limits(total=20, read=10))
    assert all(sentence.endswith("is larger than 10 MiB.") for sentence in said.values())
    # What lay in the buffers of both sides when we hung up was sent, and not read.
    buffers = kernel_buffers()
    assert all(sent[name] <= 11 * MIB + buffers for name in sent)
    assert sent["length"] <= buffers  # which was refused for what it said of itself


# -- what stops early


def test_h39_a_body_shorter_than_it_says(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    urls = {
        "close": site.say("/h39/a", answer(headers=TAGGED, body=body[:124], length=9999), close=True),
        "whole": site.say("/h39/b", answer(headers=TAGGED, body=body, length=len(body) + 1), close=True),
        "none": site.say("/h39/c", answer(headers=TAGGED, length=9999), close=True),
    }

    async def reset(_: Request, connection: Connection) -> None:
        await connection.say(answer(headers=TAGGED, body=body[:124], length=9999))
        connection.reset()

    urls["reset"] = site.do("/h39/d", reset)
    all_failed(rig, urls, "truncated")


def test_h40_a_body_longer_than_it_says(rig: Rig, site: Site) -> None:
    more = answer(body=rss("a", 3), length=20)
    rig.subscribe({"a": site.say("/h40/a", more), "b": site.say("/h40/b", answer(body=rss("b", 3)))})
    ran = rig.refresh()
    assert (ran["a"].entries, ran["b"].status, ran["b"].entries) == (0, "new", 3)
    assert ran["a"].status in ("failed", "unchanged")


def test_h41_chunks_that_are_cut(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    whole = CHUNKED + b"%x\r\n%b\r\n" % (len(body), body)
    cut = {
        "mid-chunk": CHUNKED + b"%x\r\n%b" % (len(body), body[:200]),
        "no-last-chunk": whole,
        "bad-size": whole + b"zz\r\nabc\r\n0\r\n\r\n",
        "size-below-0": whole + b"-5\r\nabc\r\n0\r\n\r\n",
        "size-of-a-mile": whole + b"F" * 40 + b"\r\nabc",
        "no-line-end": CHUNKED + b"%x\r\n%bXX0\r\n\r\n" % (len(body), body),
    }
    urls = {name: site.say(f"/h41/{name}", said, close=True) for name, said in cut.items()}
    all_failed(rig, urls, "truncated")


def test_h41_chunks_with_all_that_they_may_have(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    said = CHUNKED + b"%X;ext=1\r\n%b\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body)
    all_well(rig, {"a": site.say("/h41/well", said), "b": site.say("/h41/two", chunks(body[:9], body[9:]))})


def test_h42_a_packed_body_that_is_cut(rig: Rig, site: Site) -> None:
    packed = gzip.compress(rss("a", 300))
    flat = zlib.compress(rss("a", 300))
    cut = {
        "20-bytes": ("gzip", packed[:-20]),
        "half": ("gzip", packed[: len(packed) // 2]),
        "trailer": ("gzip", packed[:-1]),
        "head": ("gzip", packed[:9]),
        "second-member": ("gzip", gzip.compress(rss("a", 3)) + packed[:-20]),
        "deflate": ("deflate", flat[:-6]),
    }
    urls = {
        name: site.say(f"/h42/{name}", answer(headers=[("Content-Encoding", coding), *TAGGED], body=body))
        for name, (coding, body) in cut.items()
    }
    all_failed(rig, urls, "truncated")


# -- codings


def test_h43_plain_text_that_says_it_is_packed(rig: Rig, site: Site) -> None:
    said = [("Content-Encoding", "gzip")]
    page = answer(headers=[*said, *TAGGED], body=b"<!DOCTYPE html><p>No feed here.")
    rig.subscribe(
        {
            "feed": site.say("/h43/feed", answer(headers=said, body=rss("a", 3))),
            "page": site.say("/h43/page", page),
        }
    )
    ran = rig.refresh()
    assert (ran["feed"].status, ran["feed"].entries) == ("new", 3)
    assert (ran["page"].status, ran["page"].validators) == ("failed", (None, None))


def test_h44_codings_as_servers_write_them(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    codings = {
        "utf-8": body,
        "identity": body,
        "none": body,
        "": body,
        "GZIP": gzip.compress(body),
        "x-gzip": gzip.compress(body),
        " gzip ": gzip.compress(body),
        "deflate": zlib.compress(body),
    }
    urls = {
        f"s{n}": site.say(f"/h44/{n}", answer(headers=[("Content-Encoding", coding)], body=packed))
        for n, (coding, packed) in enumerate(codings.items())
    }
    all_well(rig, urls)


def test_h44_damaged_and_unknown_codings(rig: Rig, site: Site) -> None:
    packed = bytearray(gzip.compress(rss("a", 300)))
    crc = bytes(packed[:-8]) + bytes(8)
    packed[len(packed) // 2] ^= 0xFF
    said = {
        "flipped": ("gzip", bytes(packed)),
        "crc": ("gzip", crc),
        "br": ("br", b"\x0b\x02\x80hello\x03"),
        "zstd": ("zstd", b"\x28\xb5\x2f\xfd"),
        "two": ("gzip, gzip", gzip.compress(gzip.compress(rss("a", 3)))),
        "odd": ("\x1b]0;x\x07", rss("a", 3)),
    }
    urls = {
        name: site.say(f"/h44x/{name}", answer(headers=[("Content-Encoding", coding), *TAGGED], body=body))
        for name, (coding, body) in said.items()
    }
    all_failed(rig, urls, "decode")


@dataclass(frozen=True)
class Bomb:
    coding: str
    body: bytes
    kind: str


def zeros(mib: int) -> bytes:
    """A gzip stream of so many MiB of nothing, small and quickly made; only its checksum is wrong."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (mib - 1) + packer.flush()


def bombs() -> Iterator[tuple[str, Bomb]]:
    """No real brotli or zstd among them: what says it is either is refused before a byte is looked at."""
    giga = zeros(1024)
    twice = gzip.compress(giga)
    thrice = gzip.compress(twice)
    yield "1-gib", Bomb("gzip", giga, "too-large")
    yield "deflate", Bomb("deflate", zlib.compress(bytes(16 * MIB)), "too-large")
    yield "ratio", Bomb("gzip", gzip.compress(bytes(9 * MIB)), "too-large")
    yield (
        "one-byte-more",
        Bomb("gzip", gzip.compress(random.Random(45).randbytes(10 * MIB + 1), 0), "too-large"),
    )
    yield "members", Bomb("gzip", gzip.compress(bytes(MIB)) * 100, "too-large")
    yield "twice", Bomb("gzip, gzip", twice, "decode")
    yield "thrice", Bomb("gzip, gzip, gzip", thrice, "decode")
    yield "twice-as-one", Bomb("gzip", twice, "too-large")
    yield "thrice-as-one", Bomb("gzip", thrice, "other")
    yield "br", Bomb("br", os.urandom(405), "decode")
    yield "zstd", Bomb("zstd", b"\x28\xb5\x2f\xfd" + os.urandom(32_768), "decode")


def test_h45_bombs(rig: Rig, site: Site) -> None:
    """In a process of its own, its peak measured against one that fetches the healthy feed alone."""
    plain, _ = rig.measured("--refresh", "--json", "--force")
    every = dict(bombs())
    urls = hosts(
        {
            name: site.say(
                f"/h45/{name}", answer(headers=[("Content-Encoding", bomb.coding), *TAGGED], body=bomb.body)
            )
            for name, bomb in every.items()
        },
        site,
    )
    rig.subscribe(urls)
    peak, ran = rig.measured("--refresh", "--json", "--force")
    assert ran.code == 1
    for name, bomb in every.items():
        it = ran[name]
        assert (it.status, it.kind, it.entries) == ("failed", bomb.kind, 0), (name, it.error)
        assert (it.validators, it.body_hash) == ((None, None), None)
    assert "larger than 10 MiB" in ran["1-gib"].error
    assert ran["healthy"].status == "new"
    sys.stderr.write(f"H45: peak {peak >> 20} MiB, {(peak - plain) >> 20} MiB over a refresh without bombs\n")
    assert peak - plain <= MOST_GROWTH


# -- heads


def test_h46_what_is_hardly_http(rig: Rig, site: Site) -> None:
    body = rss("a", 3)

    async def reset(_: Request, connection: Connection) -> None:
        connection.reset()

    bad = {
        "nothing": site.say("/h46/nothing", b"", close=True),
        "reset": site.do("/h46/reset", reset),
        "tls": site.say("/h46/tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(99), close=True),
        "icy": site.say("/h46/icy", b"ICY 200 OK\r\nicy-name: x\r\n\r\n" + body, close=True),
        "ssh": site.say("/h46/ssh", b"SSH-2.0-OpenSSH_9.6\r\n", close=True),
        "http-2": site.say("/h46/2", b"\0\0\x12\x04\0\0\0\0\0" + bytes(18), close=True),
        "status": site.say("/h46/status", b"HTTP/1.1 2x0 OK\r\n\r\n" + body, close=True),
    }
    good = {
        "no-reason": b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(body),
        "empty-reason": b"HTTP/1.1 200 \r\nContent-Length: %d\r\n\r\n" % len(body),
        "lf-only": b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(body),
        "http-1.0": b"HTTP/1.0 200 OK\r\n\r\n",
        "http-9.9": b"HTTP/9.9 200 OK\r\n\r\n",
    }
    rig.subscribe({name: site.say(f"/h46/{name}", head + body, close=True) for name, head in good.items()})
    # A server that never answered is asked once; nobody asks the others twice either.
    all_failed(rig, bad, "protocol")
    assert {name: len(rig.titles(name)) for name in good} == dict.fromkeys(good, 3)


def test_h47_heads_of_any_size(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    many = b"".join(b"X-%d: y\r\n" % n for n in range(20_000))
    bad = {
        "long": site.say(
            "/h47/long", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n" + body, close=True
        ),
        "many": site.say("/h47/many", b"HTTP/1.1 200 OK\r\n" + many + b"\r\n" + body, close=True),
    }
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" * 200
    rig.subscribe({"hints": site.say("/h47/hints", hints + answer(body=body))})
    all_failed(rig, bad, "protocol")
    assert len(rig.titles("hints")) == 3


def test_h47_hints_without_end(rig: Rig, site: Site) -> None:
    """Scaled to 0.5 s in all."""

    async def hints(_: Request, connection: Connection) -> None:
        await connection.drip(b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * 4000 + b"\r\n\r\n")

    all_failed(rig, {"a": site.do("/h47/endless", hints)}, "timeout", limits=Limits(total=0.5, read=0.4))


def test_h48_heads_that_contradict_themselves(rig: Rig, site: Site) -> None:
    body = rss("a", 3)
    heads = {
        "lengths": b"Content-Length: 20\r\nContent-Length: 30\r\n",
        "length": b"Content-Length: -1\r\n",
        "word": b"Content-Length: many\r\n",
        "space": b"Content-Length : %d\r\n" % len(body),
        "space-in-name": b"X Y: z\r\n",
        "no-colon": b"this is no header\r\n",
        "nul": b"X: a\0b\r\n",
        "smuggled": b"Transfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n",
    }
    urls = {
        name: site.say(f"/h48/{name}", b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body, close=True)
        for name, head in heads.items()
    }
    all_failed(rig, urls, "protocol")


def test_h49_cookies(rig: Rig, site: Site) -> None:
    cookie = [("Set-Cookie", "id=1; Path=/"), ("Set-Cookie", "tracked=yes; Domain=127.0.0.2")]
    rig.subscribe(
        {
            "a": site.say("/h49/a", answer("302 Found", [*cookie, ("Location", "/h49/b")])),
            "c": site.say("/h49/c", answer(headers=cookie, body=rss("c", 3))),
        }
    )
    site.say("/h49/b", answer(headers=cookie, body=rss("a", 3)))
    for _ in range(2):
        rig.refresh(after=DAY)
    asked = site.asked("/h49/")
    assert len(asked) == 6
    for request in asked:
        sent = set(request.headers) - {b"connection"}
        assert sent == {b"host", b"user-agent", b"accept", b"accept-encoding"}
        assert request.headers[b"user-agent"].startswith(b"techdash/")
        assert b"(+https://" in request.headers[b"user-agent"]
        assert request.headers[b"accept-encoding"] == b"gzip"


# -- kinds


def test_h56_content_types_are_not_to_be_trusted(rig: Rig, site: Site) -> None:
    types = (
        "text/plain",
        "application/octet-stream",
        "text/html",
        None,
        ";;;",
        "image/png",
        "x" * 5000,
        "\x1b[2J",
    )
    urls = {
        f"s{n}": site.say(
            f"/h56/{n}",
            answer(headers=[] if kind is None else [("Content-Type", kind)], body=rss(f"s{n}", 3)),
        )
        for n, kind in enumerate(types)
    }
    all_well(rig, urls)


def test_h57_documents_that_are_no_feed(rig: Rig, site: Site) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(4000)
    noise = random.Random(57).randbytes(5 * MIB)
    documents = {
        "png": ("image/png", png, "image"),
        "png-as-xml": ("application/rss+xml", png, "image"),
        "mp4": ("video/mp4", b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(9000), "other"),
        "pdf": (
            "application/pdf",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
            "other",
        ),
        "noise": ("application/octet-stream", b"\x01" + noise, "other"),
        "empty": ("application/rss+xml", b"", "empty"),
        "zip": ("application/zip", b"PK\x03\x04" + noise[:9000], "other"),
    }
    rig.subscribe(
        {
            name: site.say(f"/h57/{name}", answer(headers=[("Content-Type", kind), *TAGGED], body=body))
            for name, (kind, body, _) in documents.items()
        }
    )
    ran = rig.refresh()
    for name, (_, _, kind) in documents.items():
        it = ran[name]
        assert (it.status, it.kind) == ("failed", kind), (name, it.error)
        assert (it.entries, it.validators, it.body_hash) == NOTHING_KEPT
    assert "an image" in ran["png"].error
    assert ran["png"].state["last_ok"] is None
    assert ran["png"].state["last_checked"] == NOW
