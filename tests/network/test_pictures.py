"""Pictures from servers, files and addresses that mean no good: what is shown, and what is said instead."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from PIL import Image

from techdash.feeds.client import Client, Limits
from techdash.pictures import origin, wire
from techdash.pictures.__main__ import answer
from techdash.pictures.cache import Cache
from techdash.pictures.decode import MOST_PIXELS, NotShown, decode
from techdash.tui.pictures import Picture, PictureProcess
from tests.network.server import Server, close_after, drip, hang
from tests.network.server import answer as said

RED, BLUE = (200, 10, 10, 255), (10, 10, 200, 255)
LARGE = Limits(total=2.0, connect=1.0, read=0.3, wire=origin.LARGEST, unpacked=origin.LARGEST)


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGBA", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    body = io.BytesIO()
    (image if form in ("PNG", "WEBP") else image.convert("RGB")).save(body, form, **options)
    return body.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def near(rgba: bytes, wanted: tuple[int, int, int, int]) -> bool:
    return all(abs(have - want) < 30 for have, want in zip(rgba, wanted, strict=True))


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Client]:
    one = Client(LARGE)
    yield one
    await one.aclose()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept")


def job(src: str, page: str = "", entry: str = "", width: int = 20, height: int = 20) -> wire.Job:
    return wire.Job(1, src, width, height, page, entry)


def is_ours(found: wire.Pixels | wire.Refused, width: int = 20, height: int = 10) -> bool:
    assert isinstance(found, wire.Pixels), found
    assert (found.width, found.height) == (width, height)
    assert len(found.rgba) == 4 * width * height
    return near(found.rgba[:4], RED) and near(found.rgba[-4:], BLUE)


def refusal(found: wire.Pixels | wire.Refused) -> tuple[str, int]:
    assert isinstance(found, wire.Refused), "a picture"
    return found.kind, found.http


# -- decoding


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_four_formats_are_read_by_what_they_are(form: str) -> None:
    width, height, natural, rgba = decode(picture(form), 20, 20)
    assert (width, height, natural) == (20, 10, (40, 20))
    assert near(rgba[:4], RED)
    assert near(rgba[-4:], BLUE)


@pytest.mark.parametrize(
    ("size", "box", "wanted"),
    [
        ((40, 20), (76, 60), (40, 20)),
        ((400, 200), (76, 60), (76, 38)),
        ((100, 1000), (76, 60), (6, 60)),
        ((9000, 3), (76, 60), (76, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
    ids=["never enlarged", "by width", "by height", "a line", "a dot"],
)
def test_the_aspect_is_kept_within_the_bounds(
    size: tuple[int, int], box: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert decode(picture(size=size), *box)[:2] == wanted


def test_of_an_animation_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (8, 8), colour[:3]) for colour in (RED, BLUE, BLUE)]
    body = io.BytesIO()
    frames[0].save(body, "GIF", save_all=True, append_images=frames[1:], duration=40)
    assert near(decode(body.getvalue(), 8, 8)[3][:4], RED)


def test_what_is_transparent_stays_so() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([200, 10, 10, 10, 10, 200])
    image.paste(1, (4, 0, 8, 8))
    body = io.BytesIO()
    image.save(body, "PNG", transparency=0)
    rgba = decode(body.getvalue(), 8, 8)[3]
    assert (rgba[3], rgba[31]) == (0, 255)
    image.convert("RGB").save(keyed := io.BytesIO(), "PNG", transparency=RED[:3])
    rgba = decode(keyed.getvalue(), 3, 3)[3]
    assert rgba[3] == 0
    assert 0 < rgba[7] < 255  # an edge between the two
    assert rgba[11] == 255


def test_a_photograph_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    width, height, natural, rgba = decode(picture("JPEG", exif=exif), 20, 20)
    assert (width, height, natural) == (10, 20, (20, 40))
    assert near(rgba[:4], RED)
    assert near(rgba[-4:], BLUE)


def test_sixteen_bits_a_sample_are_shown_in_eight() -> None:
    body = io.BytesIO()
    Image.new("I;16", (4, 4), 40_000).save(body, "PNG")
    assert decode(body.getvalue(), 4, 4)[3][:4] == bytes((156, 156, 156, 255))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (bomb(), "large"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!-- a --><svg xmlns='x'></svg>", "svg"),
        (b"<!DOCTYPE svg PUBLIC 'x'><svg/>", "svg"),
        (b"<!-- --->" * 400 + b"<svg>", "format"),
        (b"\n<!doctype HTML><title>404</title>", "page"),
        (picture("BMP"), "format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "format"),
        (b"", "format"),
        (bytes(5000), "format"),
        (picture("JPEG", (400, 400))[:700], "damaged"),
        (picture("PNG", (400, 400))[:-200], "damaged"),
        (picture("WEBP", (400, 400))[:80], "damaged"),
    ],
    ids=["bomb", "SVG", "SVG by its type", "comments", "page", "BMP", "EPS", "nothing", "zeros",
         "JPEG cut", "PNG cut", "WebP cut"],
)  # fmt: skip
def test_what_is_not_shown_has_a_kind(body: bytes, kind: str) -> None:
    with pytest.raises(NotShown) as caught:
        decode(body, 20, 20)
    assert caught.value.kind == kind


def test_the_bound_on_pixels_is_an_error_and_no_warning() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    body = io.BytesIO()
    Image.new("1", (side, side)).save(body, "PNG")
    with pytest.raises(NotShown, match="large"):
        decode(body.getvalue(), 20, 20)


# -- the web


async def test_a_picture_is_fetched_once_and_then_kept(server: Server, fetcher: Client, cache: Cache) -> None:
    server.say("/%E5%9B%BE.png", said(headers=[("Content-Type", "text/plain")], body=picture()))
    src = server.url("/图.png")
    assert is_ours(await answer(job(src, server.url("/feed")), fetcher, cache))
    server.scripts.clear()
    assert is_ours(await answer(job(src, server.url("/feed"), width=10, height=10), fetcher, cache), 10, 5)
    assert len(server.requests) == 1


async def test_what_is_no_picture_is_not_kept(server: Server, fetcher: Client, cache: Cache) -> None:
    server.say("/a.png", said(body=b"<html>soon</html>"), said(body=picture()))
    asked = job(server.url("/a.png"), server.url("/"))
    assert refusal(await answer(asked, fetcher, cache)) == ("page", 0)
    assert is_ours(await answer(asked, fetcher, cache))


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (said("404 Not Found"), ("http", 404)),
        (said("500 Oh"), ("http", 500)),
        (said(body=b"x", length=origin.LARGEST + 1), ("large", 0)),
        (said(headers=[("Content-Type", "image/png")], body=b"<!doctype html><p>Sorry"), ("page", 0)),
        (said(headers=[("Content-Type", "image/png")], body=b"<svg width='4'/>"), ("svg", 0)),
        (said(body=bomb()), ("large", 0)),
        (said(body=picture()[:60]), ("damaged", 0)),
        (said("302 Found", [("Location", "file:///etc/passwd")]), ("connect", 0)),
        (said("302 Found", [("Location", "data:image/png;base64,AAAA")]), ("connect", 0)),
    ],
    ids=[
        "404",
        "500",
        "huge",
        "page as PNG",
        "SVG as PNG",
        "bomb",
        "cut",
        "to a file",
        "to data",
    ],
)
async def test_faults_of_servers(
    server: Server, fetcher: Client, cache: Cache, reply: bytes, wanted: tuple[str, int]
) -> None:
    server.say("/a.png", reply)
    found = await answer(job(server.url("/a.png"), server.url("/")), fetcher, cache)
    assert refusal(found) == wanted
    assert isinstance(found, wire.Refused)
    assert found.host == "127.0.0.1"


async def test_a_server_that_stops_in_the_middle(server: Server, fetcher: Client, cache: Cache) -> None:
    server.do("/a.png", close_after(said(body=picture(size=(300, 300)), length=90_000)))
    assert refusal(await answer(job(server.url("/a.png"), server.url("/")), fetcher, cache)) == ("damaged", 0)


async def test_a_server_that_says_nothing(server: Server, fetcher: Client, cache: Cache) -> None:
    server.do("/a.png", hang)
    assert refusal(await answer(job(server.url("/a.png"), server.url("/")), fetcher, cache)) == ("timeout", 0)


async def test_a_body_without_end(server: Server, fetcher: Client, cache: Cache) -> None:
    server.do("/a.png", drip(said(length=None), bytes(1 << 20), 0))
    assert refusal(await answer(job(server.url("/a.png"), server.url("/")), fetcher, cache)) == ("large", 0)


@pytest.mark.parametrize(
    "page", ["", "https://blog.example/feed", "/home/me/notes", "http://127.0.0.1:9/feed"]
)
async def test_only_the_sources_own_server_may_be_private(
    server: Server, fetcher: Client, cache: Cache, page: str
) -> None:
    server.say("/a.png", said(body=picture()))
    found = await answer(job(server.url("/a.png"), page), fetcher, cache)
    assert refusal(found) == ("private", 0)
    assert server.requests == []


@pytest.mark.parametrize(
    "src",
    [
        "",
        "ftp://x.example/a.png",
        "file:///etc/passwd",
        "javascript:1",
        "a.png",
        "//x.example/a.png",
        "C:\\a",
    ],
)
async def test_addresses_that_lead_nowhere(fetcher: Client, cache: Cache, src: str) -> None:
    found = await answer(job(src, "https://blog.example/feed"), fetcher, cache)
    assert refusal(found)[0] == "address"


# -- the address itself


async def test_a_picture_in_its_own_address(fetcher: Client, cache: Cache, tmp_path: Path) -> None:
    text = base64.b64encode(picture()).decode()
    assert is_ours(await answer(job(f"data:image/png;base64,{text}"), fetcher, cache))
    assert is_ours(
        await answer(job(f"DATA:image/png;charset=x;Base64,{text.replace('+', '%2B')}"), fetcher, cache)
    )
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("src", "kind"),
    [
        ("data:image/png;base64,A", "damaged"),
        ("data:image/png", "damaged"),
        ("data:image/svg+xml,%3Csvg xmlns='x'/%3E", "svg"),
        ("data:;base64," + "A" * origin.LARGEST_DATA, "large"),
        ("data:text/html,hello", "format"),
    ],
)
async def test_addresses_that_hold_no_picture(fetcher: Client, cache: Cache, src: str, kind: str) -> None:
    assert refusal(await answer(job(src), fetcher, cache)) == (kind, 0)


# -- files of a local source


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with pictures in it and one beside it."""
    folder = tmp_path / "notes"
    (folder / "2026" / "图").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(picture())
    for name in ("top.png", "2026/near.png", "2026/图/第一 张.png", "2026/100%25.png", "2026/100%.png"):
        (folder / name).write_bytes(picture())
    (folder / "2026" / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "2026" / "large.png").write_bytes(picture() + bytes(origin.LARGEST))
    os.mkfifo(folder / "2026" / "pipe.png")
    return folder


@pytest.mark.parametrize(
    "src",
    ["near.png", "./near.png", "../top.png", "/top.png", "图/第一 张.png",
     "%E5%9B%BE/%E7%AC%AC%E4%B8%80%20%E5%BC%A0.png", "near.png?v=2", "near.png#a", "100%.png", "100%25.png"],
)  # fmt: skip
async def test_a_file_beside_its_text(fetcher: Client, cache: Cache, notes: Path, src: str) -> None:
    assert is_ours(await answer(job(src, str(notes), "2026/a.md"), fetcher, cache))


async def test_a_file_beside_a_source_of_one_file(fetcher: Client, cache: Cache, notes: Path) -> None:
    (notes / "one.md").write_text("# One")
    assert is_ours(await answer(job("top.png", (notes / "one.md").as_uri(), "one.md"), fetcher, cache))


@pytest.mark.parametrize(
    ("src", "kind"),
    [
        ("../../secret.png", "outside"),
        ("%2e%2e/%2e%2e/secret.png", "outside"),
        ("/../secret.png", "outside"),
        ("link.png", "outside"),
        ("../..", "outside"),
        ("/etc/passwd", "missing"),
        ("none.png", "missing"),
        (".", "missing"),
        ("pipe.png", "missing"),
        ("a\0b.png", "missing"),
        ("x" * 5000, "missing"),
        ("a.md", "format"),
        ("large.png", "large"),
        ("file:///etc/passwd", "address"),
    ],
)
async def test_files_that_are_not_shown(
    fetcher: Client, cache: Cache, notes: Path, src: str, kind: str
) -> None:
    (notes / "2026" / "a.md").write_text("# A")
    assert refusal(await answer(job(src, str(notes), "2026/a.md"), fetcher, cache)) == (kind, 0)


# -- the cache


def test_the_cache_is_bounded_and_lets_go_of_the_longest_unused(tmp_path: Path) -> None:
    cache = Cache(tmp_path, largest=3000)
    for name, moment in (("a", 100), ("b", 200), ("c", 300)):
        cache.put(name, bytes(1000))
        os.utime(cache._path(name), (moment, moment))
    assert cache.get("a") == bytes(1000)  # looked at: now the youngest
    cache.put("d", bytes(900))
    assert [name for name in "abcd" if cache.get(name) is not None] == ["a", "c", "d"]


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("a", b"x")
    assert cache.get("a") is None


# -- the process


async def soon(asked: Awaitable[Picture | wire.Refused]) -> Picture | wire.Refused:
    """An answer that must not wait for any clock but the one a test sets."""
    return await asyncio.wait_for(asked, 15.0)


@pytest_asyncio.fixture
async def process(tmp_path: Path) -> AsyncIterator[PictureProcess]:
    one = PictureProcess(tmp_path / "kept", tmp_path / "log")
    yield one
    await one.aclose()


async def test_the_process_answers_in_any_order_what_it_is_asked(
    server: Server, process: PictureProcess
) -> None:
    gate = asyncio.Event()

    async def late(_: object, writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        writer.write(said(body=picture()))

    server.do("/late.png", late)
    server.say("/soon.png", said(body=picture()))
    first = asyncio.create_task(process.ask(server.url("/late.png"), 20, 20, page=server.url("/")))
    while not server.asked("/late.png"):
        await asyncio.sleep(0.01)
    data = "data:image/gif;base64," + base64.b64encode(picture("GIF")).decode()
    assert isinstance(await soon(process.ask(data, 20, 20)), Picture)
    assert not first.done()
    gate.set()
    found = await first
    assert isinstance(found, Picture)
    assert (found.cells, found.rows, found.natural) == (20, 5, (40, 20))
    assert len(list(Path(process._command[-1]).iterdir())) == 1


async def test_its_memory_is_bounded_and_the_next_picture_is_read(process: PictureProcess) -> None:
    ask = "data:image/png;base64," + base64.b64encode(bomb()).decode()
    found = await process.ask(ask, 20, 20)
    assert isinstance(found, wire.Refused)
    assert found.kind == "large"
    limits = await asyncio.to_thread(Path(f"/proc/{process.pid}/limits").read_text)
    assert "Max address space         1073741824" in limits
    good = "data:image/png;base64," + base64.b64encode(picture()).decode()
    assert isinstance(await process.ask(good, 20, 20), Picture)


async def test_a_killed_process_is_told_and_started_anew(server: Server, process: PictureProcess) -> None:
    server.do("/a.png", hang)
    asked = asyncio.create_task(process.ask(server.url("/a.png"), 20, 20, page=server.url("/")))
    while not server.asked("/a.png"):
        await asyncio.sleep(0.01)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    found = await soon(asked)
    assert isinstance(found, wire.Refused)
    assert found.kind == "broken"
    good = "data:image/png;base64," + base64.b64encode(picture()).decode()
    assert isinstance(await process.ask(good, 20, 20), Picture)


async def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    process = PictureProcess(tmp_path, tmp_path / "log", silence=0.1)
    process._command = ("/bin/sh", "-c", "exec sleep 60", "x", "x")
    found = await soon(process.ask("data:,", 20, 20))
    assert isinstance(found, wire.Refused)
    assert found.kind == "broken"
    await process.aclose()


@pytest.mark.parametrize(
    "said_back",
    [
        "printf '\\377\\377\\377\\377'; exec sleep 60",
        "printf '\\000\\000\\000\\003abc'; exec sleep 60",
        "exit 3",
    ],
    ids=["a frame of 4 GiB", "no message", "nothing"],
)
async def test_a_process_that_talks_nonsense_is_not_believed(tmp_path: Path, said_back: str) -> None:
    process = PictureProcess(tmp_path, tmp_path / "log")
    process._command = ("/bin/sh", "-c", said_back, "x", "x")
    found = await soon(process.ask("data:,", 20, 20))
    assert isinstance(found, wire.Refused)
    assert found.kind == "broken"
    await process.aclose()


def test_pixels_that_are_not_as_many_as_they_say_are_no_answer() -> None:
    for width, height, count in ((2, 2, 15), (2, 2, 17), (0, 5, 0), (-1, -1, 4)):
        frame = wire.encode(wire.Pixels(1, width, height, (2, 2), bytes(count)))
        with pytest.raises(msgspec.DecodeError):
            wire.decode_answer(frame[4:])


async def test_it_ends_when_its_input_does(process: PictureProcess) -> None:
    await process.ask("data:,", 20, 20)
    child = process._process
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert await child.wait() == 0
