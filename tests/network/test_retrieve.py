"""A source's documents: one feed, or a feed and the list pages of its site."""

from __future__ import annotations

import pytest

from techdash.feeds.client import Client
from techdash.feeds.retrieve import addresses_of, retrieve
from techdash.models.fetched import Failed, Fetched, NotModified, Outcome
from techdash.models.sources import Source, Validators
from tests.network.server import Server, answer

NOW = 1_778_580_000


def source(server: Server, **fields: object) -> Source:
    return Source(
        **({"id": "s", "url": server.url("/rss/feed.xml"), "kind": "digest", "title": "S"} | fields)
    )  # type: ignore[arg-type]


def kept(outcomes: list[Outcome]) -> dict[str, Validators]:
    return {it.url: it.validators for it in outcomes if not isinstance(it, Failed)}


async def test_h08_the_same_bytes_under_another_etag_are_not_new(server: Server, client: Client) -> None:
    server.say(
        "/rss/feed.xml",
        *(answer(headers=[("ETag", f'"{n}"')], body=b"same") for n in range(3)),
        answer(body=b"new"),
    )
    first = await retrieve(source(server), {}, client, NOW)
    assert isinstance(first[0], Fetched)
    second = await retrieve(source(server), kept(first), client, NOW)
    (outcome,) = second
    assert isinstance(outcome, NotModified)
    assert (outcome.http, outcome.validators.etag) == (200, b'"1"')
    third = await retrieve(source(server), kept(second), client, NOW)
    assert isinstance(third[0], NotModified)
    assert server.requests[2].headers[b"if-none-match"] == b'"1"'
    assert isinstance((await retrieve(source(server), kept(third), client, NOW))[0], Fetched)


async def test_h06_other_bytes_under_the_same_etag_are_new(server: Server, client: Client) -> None:
    server.say("/rss/feed.xml", *(answer(headers=[("ETag", '"x"')], body=body) for body in (b"a", b"b")))
    first = await retrieve(source(server), {}, client, NOW)
    (outcome,) = await retrieve(source(server), kept(first), client, NOW)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"b"


async def test_a_notionnext_site_is_asked_for_its_feed_and_its_list_pages(
    server: Server, client: Client
) -> None:
    blog = source(server, full_text="notionnext")
    for path in ("/rss/feed.xml", "/", "/en"):
        server.say(
            path, answer(headers=[("ETag", f'"{path}"')], body=path.encode()), answer("304 Not Modified")
        )
    first = await retrieve(blog, {}, client, NOW)
    assert [it.body for it in first if isinstance(it, Fetched)] == [b"/rss/feed.xml", b"/", b"/en"]
    second = await retrieve(blog, kept(first), client, NOW)
    assert [type(it) for it in second] == [NotModified] * 3
    assert [(it.path, it.headers.get(b"if-none-match")) for it in server.requests[3:]] == [
        ("/rss/feed.xml", b'"/rss/feed.xml"'),
        ("/", b'"/"'),
        ("/en", b'"/en"'),
    ]
    assert server.most_at_once == 1


@pytest.mark.parametrize("missing", ["/rss/feed.xml", "/en"])
async def test_what_one_address_lacks_the_others_give(server: Server, client: Client, missing: str) -> None:
    for path in {"/rss/feed.xml", "/", "/en"} - {missing}:
        server.say(path, answer(body=b"x"))
    outcomes = await retrieve(source(server, full_text="notionnext"), {}, client, NOW)
    assert {it.url for it in outcomes if isinstance(it, Failed)} == {server.url(missing)}
    assert len([it for it in outcomes if isinstance(it, Fetched)]) == 2


def test_the_list_pages_are_those_of_the_site() -> None:
    blog = Source(
        "b", "https://cdn.e.org/feed", "digest", "B", site_url="https://blog.e.org/x", full_text="notionnext"
    )
    assert addresses_of(blog) == ["https://cdn.e.org/feed", "https://blog.e.org/", "https://blog.e.org/en"]
    plain = Source("b", "https://blog.e.org/", "digest", "B", full_text="notionnext")
    assert addresses_of(plain) == ["https://blog.e.org/", "https://blog.e.org/en"]
