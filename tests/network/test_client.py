"""The client against a server that misbehaves in every way that servers do. Case ids are the catalogue's."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import ssl
import subprocess
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest

from techdash.feeds.client import USER_AGENT, Client, Limits
from techdash.models.fetched import Failed, Fetched, NotModified
from techdash.models.sources import Validators
from techdash.text.clean import is_clean
from tests.network.server import Server, answer, close_after, drip, hang, start, together

NOW = 1_778_580_000
NONE = Validators()
BODY = b"<rss version='2.0'><channel><title>t</title></channel></rss>" * 20


async def fetched(client: Client, url: str, validators: Validators = NONE) -> Fetched:
    outcome = await client.fetch(url, validators, now=NOW)
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def failed(client: Client, url: str, kind: str) -> Failed:
    outcome = await client.fetch(url, now=NOW)
    assert isinstance(outcome, Failed), outcome
    assert outcome.kind == kind
    assert outcome.url == url
    assert outcome.message.endswith(".")
    assert is_clean(outcome.message)
    return outcome


# -- validators


async def test_h01_a_document_comes_with_its_validators(server: Server, client: Client) -> None:
    headers = [
        ("ETag", '"abc"'),
        ("Last-Modified", "Tue, 12 May 2026 10:00:00 GMT"),
        ("Cache-Control", "max-age=7200"),
    ]
    server.say("/", answer(headers=[*headers, ("Content-Type", "text/xml; charset=GBK")], body=BODY))
    got = await fetched(client, server.url("/"))
    assert got.body == BODY
    assert got.validators == Validators(
        b'"abc"', b"Tue, 12 May 2026 10:00:00 GMT", hashlib.sha256(BODY).digest()
    )
    assert (got.charset, got.max_age, got.moved_to, got.wire_bytes) == ("GBK", 7200, "", len(BODY))


@pytest.mark.parametrize(
    "etag",
    [b'"strong"', b'W/"weak-gzip"', b"unquoted", b'"caf\xe9"', '"日报"'.encode(), b'"a\x01b"'],
    ids=["strong", "weak", "unquoted", "latin-1", "utf-8", "control"],
)
async def test_h09_validators_go_back_byte_for_byte(server: Server, client: Client, etag: bytes) -> None:
    date = b"Sonntag \xfc, 1970"
    server.say(
        "/", answer(headers=[("ETag", etag), ("Last-Modified", date)], body=BODY), answer("304 Not Modified")
    )
    first = await fetched(client, server.url("/"))
    second = await client.fetch(server.url("/"), first.validators, now=NOW)
    assert isinstance(second, NotModified)
    assert second.validators == first.validators  # H02: a bare 304 keeps them
    assert server.requests[1].headers[b"if-none-match"] == etag
    assert server.requests[1].headers[b"if-modified-since"] == date


async def test_h03_a_304_may_bring_a_new_etag(server: Server, client: Client) -> None:
    server.say(
        "/", answer("304 Not Modified", [("ETag", '"new"'), ("Cache-Control", "max-age=600")], length=None)
    )
    before = Validators(b'"old"', b"date", b"hash")
    outcome = await client.fetch(server.url("/"), before, now=NOW)
    assert outcome == NotModified(server.url("/"), Validators(b'"new"', b"date", b"hash"), 600, 304)


async def test_h04_a_304_that_nobody_asked_for(server: Server, client: Client) -> None:
    server.say("/", answer("304 Not Modified", length=None))
    assert (await failed(client, server.url("/"), "protocol")).http == 304


async def test_h09_validators_that_are_gone_are_forgotten(server: Server, client: Client) -> None:
    server.say("/", answer(headers=[("ETag", "x" * 5000), ("Last-Modified", "")], body=BODY))
    got = await fetched(client, server.url("/"), Validators(b'"old"', b"date", b"hash"))
    assert (got.validators.etag, got.validators.last_modified) == (None, None)


# -- bodies


async def test_gzip_is_asked_for_and_unpacked(server: Server, client: Client) -> None:
    packed = gzip.compress(BODY)
    server.say("/", answer(headers=[("Content-Encoding", "gzip")], body=packed))
    got = await fetched(client, server.url("/"))
    assert (got.body, got.wire_bytes) == (BODY, len(packed))
    assert server.requests[0].headers[b"accept-encoding"] == b"gzip"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("x-gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY[:99]) + gzip.compress(BODY[99:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("identity", BODY),
        ("utf-8", BODY),
        ("gzip", BODY),
    ],
    ids=["x-gzip", "two members", "deflate", "bare deflate", "identity", "no coding", "plain as gzip"],
)
async def test_h44_codings_as_servers_write_them(
    server: Server, client: Client, coding: str, packed: bytes
) -> None:
    server.say("/", answer(headers=[("Content-Encoding", coding)], body=packed))
    assert (await fetched(client, server.url("/"))).body == BODY


def _thrice(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(gzip.compress(data)))


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        ("gzip", gzip.compress(bytes(64 << 20)), "too-large"),
        ("gzip", gzip.compress(bytes(9 << 20)), "too-large"),  # small enough, but packed a thousandfold
        ("gzip, gzip, gzip", _thrice(bytes(64 << 20)), "decode"),
        ("br", b"whatever", "decode"),
        ("gzip", gzip.compress(BODY * 50)[:-20], "truncated"),
        ("gzip", gzip.compress(BODY)[:-8] + bytes(8), "decode"),
    ],
    ids=["H45 bomb", "H45 ratio", "H45 three layers", "H45 brotli", "H42 cut", "damaged"],
)
async def test_packed_bodies_that_are_refused(
    server: Server, client: Client, headers: str, body: bytes, kind: str
) -> None:
    server.say("/", answer(headers=[("Content-Encoding", headers), ("ETag", '"x"')], body=body))
    tracemalloc.start()
    try:
        await failed(client, server.url("/"), kind)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 << 20


async def test_a_triple_gzip_that_names_one_layer_is_unpacked_once(server: Server, client: Client) -> None:
    body = _thrice(bytes(64 << 20))
    server.say("/", answer(headers=[("Content-Encoding", "gzip")], body=body))
    assert (await fetched(client, server.url("/"))).body == gzip.decompress(body)


async def test_h38_a_body_without_end(server: Server) -> None:
    client = Client(Limits(wire=1 << 20, unpacked=1 << 20))
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    server.do("/", drip(answer(headers=[("Transfer-Encoding", "chunked")], length=None), chunk, 0))
    await failed(client, server.url("/"), "too-large")
    await client.aclose()


async def test_h38_padding_without_end_after_a_packed_body(server: Server) -> None:
    client = Client(Limits(wire=1 << 20))
    server.do(
        "/",
        drip(
            answer(headers=[("Content-Encoding", "gzip")], body=gzip.compress(BODY), length=None),
            bytes(0x10000),
            0,
        ),
    )
    await failed(client, server.url("/"), "too-large")
    await client.aclose()


async def test_a_body_that_says_it_is_too_large_is_not_read(server: Server, client: Client) -> None:
    server.say("/", answer(body=b"x", length=11 << 20))
    assert "10 MiB" in (await failed(client, server.url("/"), "too-large")).message


@pytest.mark.parametrize(
    "said",
    [
        answer(body=BODY, length=9999),
        answer(headers=[("Transfer-Encoding", "chunked")], length=None, body=b"5\r\nabc"),
        answer(headers=[("Transfer-Encoding", "chunked")], length=None, body=b"3\r\nabc\r\n"),
        answer(headers=[("Transfer-Encoding", "chunked")], length=None, body=b"zz\r\nabc\r\n"),
    ],
    ids=["H39 short", "H41 cut chunk", "H41 no last chunk", "H41 bad size"],
)
async def test_bodies_that_stop_early(server: Server, client: Client, said: bytes) -> None:
    server.do("/", close_after(said))
    await failed(client, server.url("/"), "truncated")


async def test_h40_what_follows_the_stated_length_is_no_part_of_it(server: Server, client: Client) -> None:
    server.say("/", answer(body=b"0123456789", length=4))
    assert (await fetched(client, server.url("/"))).body == b"0123"
    assert (await fetched(client, server.url("/"))).body == b"0123"


# -- time


async def test_h35_a_server_that_never_answers(server: Server, client: Client) -> None:
    server.do("/", hang)
    message = (await failed(client, server.url("/"), "timeout")).message
    assert message == "127.0.0.1 did not answer within 0.3 seconds."


@pytest.mark.parametrize(
    "head", [answer(body=b"", length=5000), b"HTTP/1.1 200 OK\r\nX-Slow: "], ids=["H36 body", "H37 headers"]
)
async def test_a_slow_drip_ends_with_the_total(server: Server, head: bytes) -> None:
    client = Client(Limits(total=0.3, read=0.2))
    server.do("/", drip(head, b"x", 0.02))
    await failed(client, server.url("/"), "timeout")
    await client.aclose()


async def test_nobody_listens(client: Client) -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    await failed(client, f"http://127.0.0.1:{port}/", "connect")


async def test_h51_a_name_that_does_not_exist(client: Client) -> None:
    assert "nowhere.invalid" in (await failed(client, "http://nowhere.invalid/feed", "dns")).message


# -- redirects


async def test_h12_a_permanent_move_is_reported(server: Server, client: Client) -> None:
    server.say("/old", answer("301 Moved Permanently", [("Location", "/mid")]))
    server.say("/mid", answer("308 Permanent Redirect", [("Location", server.url("/new#part"))]))
    server.say("/new", answer(body=BODY))
    got = await fetched(client, server.url("/old"), Validators(etag=b'"x"'))
    assert (got.url, got.final_url, got.moved_to) == (
        server.url("/old"),
        server.url("/new"),
        server.url("/new"),
    )
    assert [request.headers.get(b"if-none-match") for request in server.requests] == [b'"x"', None, None]


async def test_h6_validators_go_to_the_address_that_gave_them(server: Server, client: Client) -> None:
    server.say("/old", answer("301 Moved Permanently", [("Location", "/new")]))
    server.say("/new", answer(headers=[("ETag", '"n"')], body=BODY), answer("304 Not Modified"))
    first = await fetched(client, server.url("/old"))
    assert first.validators.given_by == server.url("/new")
    second = await client.fetch(server.url("/old"), first.validators, now=NOW)
    assert isinstance(second, NotModified)
    assert (second.validators, second.moved_to) == (first.validators, server.url("/new"))
    sent = [request.headers.get(b"if-none-match") for request in server.requests]
    assert sent == [None, None, None, b'"n"']


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_h15_one_passing_redirect_makes_a_chain_passing(
    server: Server, client: Client, status: str
) -> None:
    server.say("/old", answer("301 Moved Permanently", [("Location", "/mid")]))
    server.say("/mid", answer(status, [("Location", "new")]))
    server.say("/new", answer(body=BODY))
    got = await fetched(client, server.url("/old"))
    assert (got.final_url, got.moved_to) == (server.url("/new"), "")


async def test_h20_ten_hops_are_followed_and_eleven_are_not(server: Server, client: Client) -> None:
    for n in range(11):
        server.say(f"/{n}", answer("302 Found", [("Location", f"/{n + 1}")]))
    server.say("/11", answer(body=BODY))
    assert (await fetched(client, server.url("/1"))).final_url == server.url("/11")
    server.requests.clear()
    await failed(client, server.url("/0"), "redirect")
    assert len(server.requests) == 11


async def test_h19_a_circle(server: Server, client: Client) -> None:
    server.say("/a", answer("302 Found", [("Location", "/b")]))
    server.say("/b", answer("302 Found", [("Location", "/a")]))
    await failed(client, server.url("/a"), "redirect")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "location",
    [
        b"",
        b"file:///etc/passwd",
        b"ftp://e.org/",
        b"javascript:alert(1)",
        b"http://[",
        b"http://a:99999/",
        b"\xff\xfe:/",
        b"/" + b"x" * 70000,
        None,
    ],
    ids=["empty", "file", "ftp", "javascript", "bracket", "port", "bytes", "long", "none"],
)
async def test_h21_locations_that_lead_nowhere(
    server: Server, client: Client, location: bytes | None
) -> None:
    server.say("/", answer("302 Found", [] if location is None else [("Location", location)]))
    server.say("/%FF%FE:/", answer("404 Not Found"))
    outcome = await client.fetch(server.url("/"), now=NOW)
    assert isinstance(outcome, Failed)
    if location != b"\xff\xfe:/":
        assert outcome.kind == "redirect"
        assert len(server.requests) == 1


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A domain name system of a few names of our own."""
    known: dict[str, str] = {}
    loop = asyncio.get_running_loop()
    ask = loop.getaddrinfo

    async def look_up(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return await ask(known.get(name or "", name), *arguments, **named)

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.3:{}/x",
        "http://2130706433:{}/x",
        "http://0x7f.1:{}/x",
        "http://localhost:{}/x",
        "http://[::ffff:127.0.0.1]:{}/x",
        "http://home.example:{}/x",
    ],
)
async def test_h52_a_public_page_may_not_send_us_home(
    server: Server, names: dict[str, str], location: str
) -> None:
    # No address on loopback is public: 127.0.0.2 plays one.
    names.update({"public.example": "127.0.0.2", "home.example": "127.0.0.1"})
    client = Client(is_private=lambda address: address != "127.0.0.2")
    server.say("/", answer("302 Found", [("Location", location.format(server.port))]))
    server.say("/x", answer(body=BODY))
    await failed(client, server.url("/", "public.example"), "private")
    assert server.asked("/")
    assert not server.asked("/x")
    await client.aclose()


async def test_h52_a_public_page_may_send_us_to_another(server: Server, names: dict[str, str]) -> None:
    names.update({"public.example": "127.0.0.2", "other.example": "127.0.0.2"})
    client = Client(is_private=lambda address: address != "127.0.0.2")
    server.say("/", answer("302 Found", [("Location", server.url("/x", "other.example"))]))
    server.say("/x", answer(body=BODY))
    assert (await fetched(client, server.url("/", "public.example"))).body == BODY
    await client.aclose()


async def test_h15_a_private_address_the_user_typed_may_lead_to_another(
    server: Server, client: Client
) -> None:
    server.say("/", answer("302 Found", [("Location", server.url("/x", "127.0.0.2"))]))
    server.say("/x", answer(body=BODY))
    assert (await fetched(client, server.url("/"))).body == BODY


async def test_h15_what_a_page_offers_may_not_be_private(server: Server, names: dict[str, str]) -> None:
    names["home.example"] = "127.0.0.1"
    client = Client()
    for url in (server.url("/"), server.url("/", "home.example")):
        outcome = await client.fetch(url, now=NOW, public_only=True)
        assert isinstance(outcome, Failed)
        assert outcome.kind == "private"
        assert server.connections == ("home.example" in url)  # a name has to be looked up and connected to
    assert not server.requests
    await client.aclose()


# -- refusals


@pytest.mark.parametrize(
    "status", [201, 204, 205, 206, 300, 400, 401, 403, 404, 410, 418, 451, 500, 502, 504, 599]
)
async def test_h24_statuses_without_a_document(server: Server, client: Client, status: int) -> None:
    server.say("/", answer(f"{status} \x1b]0;x\x07", body=b"", length=None if status == 204 else -1))
    outcome = await failed(client, server.url("/"), "http")
    assert str(status) in outcome.message
    assert (outcome.http, outcome.gone, outcome.wait_until) == (status, status == 410, None)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("7200", 7200),
        ("120", 1800),
        ("99999999999999999999", 31 * 86400),
        ("Tue, 12 May 2026 12:00:00 GMT", 7200),
        ("Tuesday, 12-May-26 12:00:00 GMT", 7200),
        ("Tue May 12 12:00:00 2026", 7200),
        ("Tue, 12 May 2026 09:00:00 GMT", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_h28_servers_that_ask_us_to_wait(
    server: Server, client: Client, status: str, given: str, seconds: int | None
) -> None:
    server.say("/", answer(status, [("Date", "Tue, 12 May 2026 10:00:00 GMT"), ("Retry-After", given)]))
    outcome = await failed(client, server.url("/"), "http")
    assert outcome.wait_until == (None if seconds is None else NOW + seconds)


async def test_h27_a_host_that_asks_to_wait_is_left_alone(server: Server, names: dict[str, str]) -> None:
    names["public.example"] = "127.0.0.2"
    client = Client(is_private=lambda address: address != "127.0.0.2", gap=0)
    server.say("/a", answer("429 Too Many Requests", [("Retry-After", "7200")]))
    server.say("/b", answer(body=BODY))
    await failed(client, server.url("/a", "public.example"), "http")
    outcome = await failed(client, server.url("/b", "public.example"), "wait")
    assert outcome.wait_until == NOW + 7200
    assert not server.asked("/b")
    await client.aclose()


async def test_h27_on_a_private_host_only_the_address_itself_waits(server: Server, client: Client) -> None:
    server.say("/a", answer("429 Too Many Requests", [("Retry-After", "7200")]))
    server.say("/b", answer(body=BODY))
    await failed(client, server.url("/a"), "http")
    await fetched(client, server.url("/b"))


@pytest.mark.parametrize(
    "said",
    [b"", b"\x16\x03\x01\x02\x00", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000],
    ids=["H46 nothing", "H46 TLS", "H46 ICY", "H47 header"],
)
async def test_what_is_not_http(server: Server, client: Client, said: bytes) -> None:
    server.do("/", close_after(said))
    await failed(client, server.url("/"), "protocol")


@pytest.mark.parametrize(
    "url", ["ftp://e.org/", "http://", "http://[", "http://a b/", "http://e\udc80/", "//e.org/"]
)
async def test_addresses_that_are_none(client: Client, url: str) -> None:
    outcome = await client.fetch(url, now=NOW)
    assert isinstance(outcome, Failed)
    assert outcome.kind in ("protocol", "dns")


# -- manners


async def test_h49_no_cookie_and_no_referer_ever(server: Server, client: Client) -> None:
    server.say("/a", answer("302 Found", [("Location", "/b"), ("Set-Cookie", "id=1; Path=/")]))
    server.say("/b", answer(headers=[("Set-Cookie", "id=2; Path=/")], body=BODY))
    await fetched(client, server.url("/a"))
    await fetched(client, server.url("/b"))
    for request in server.requests:
        assert not {b"cookie", b"referer"} & set(request.headers)
        assert request.headers[b"user-agent"] == USER_AGENT.encode()
        assert b"application/atom+xml" in request.headers[b"accept"]
    assert len(server.requests) == 3


async def test_h59_a_password_stays_with_its_host(server: Server, client: Client) -> None:
    server.say("/", answer("302 Found", [("Location", "/y")]))
    server.say("/y", answer(body=BODY), answer("302 Found", [("Location", server.url("/x", "127.0.0.2"))]))
    url = server.url("/", "u:s%20cret@127.0.0.1")
    assert (await fetched(client, url)).final_url == server.url("/y")
    assert "cret" not in (await failed(client, url, "http")).message
    said = [request.headers.get(b"authorization") for request in server.requests]
    assert said == [b"Basic " + base64.b64encode(b"u:s cret")] * 4 + [None]


async def test_h55_one_at_a_time_to_a_host_and_sixteen_in_all(server: Server) -> None:
    client = Client()
    server.do("/", together(server, 16, lambda _: answer(body=BODY)))
    urls = [server.url("/", f"127.0.0.{n}") for n in range(1, 21) for _ in range(3)]
    await asyncio.gather(*(fetched(client, url) for url in urls))
    assert (server.most_at_once, server.most_at_address) == (16, 1)
    await client.aclose()


async def test_h55_a_second_between_two_requests_to_a_host(server: Server, names: dict[str, str]) -> None:
    names["public.example"] = "127.0.0.1"
    clock = 10.0
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        nonlocal clock
        pauses.append(seconds)
        clock += seconds

    client = Client(gap=1.0, clock=lambda: clock, pause=pause)
    server.say("/", answer(body=BODY))
    for passing in (0.25, 5.0, 0.0):
        await fetched(client, server.url("/", "public.example"))
        clock += passing
    assert pauses == [0.75]
    await client.aclose()


# -- certificates


def _certificate(folder: Path, *options: str) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=test", "-keyout", key, "-out", certificate, *options],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.system("openssl")
@pytest.mark.parametrize(
    ("name", "trusted", "says"),
    [
        ("IP:127.0.0.1", True, ""),
        ("IP:127.0.0.9", True, "another address"),
        ("IP:127.0.0.1", False, "itself"),
    ],
    ids=["good", "another's", "self-signed"],
)
async def test_h50_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool, says: str
) -> None:
    context = _certificate(tmp_path, "-addext", f"subjectAltName={name}")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    server, client = Server(), Client()
    (listener,) = await start(server, tls=context)
    server.say("/", answer(body=BODY))
    if says:
        assert says in (await failed(client, server.url("/"), "certificate")).message
        assert not server.requests
    else:
        await fetched(client, server.url("/"))
    await client.aclose()
    listener.close()
    await server.stop()


async def test_h50_a_server_without_tls(client: Client) -> None:
    listener = await asyncio.start_server(
        lambda _, writer: writer.write(answer("400 Bad Request")), "127.0.0.1", 0
    )
    port = listener.sockets[0].getsockname()[1]
    await failed(client, f"https://127.0.0.1:{port}/", "certificate")
    listener.close()
