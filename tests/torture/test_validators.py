"""H01 to H11: what a server gives to be asked with again, and what it says when nothing has changed."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from tests.network.feeds import rss
from tests.network.server import Request, answer
from tests.torture.rig import DAY, HOUR, Rig
from tests.torture.server import Connection, Site

DATE = b"Tue, 12 May 2026 09:00:00 GMT"


def given(etag: bytes | None, modified: bytes | None = None, entries: int = 3, name: str = "a") -> bytes:
    pairs = (("ETag", etag), ("Last-Modified", modified))
    return answer(
        headers=[(key, value) for key, value in pairs if value is not None], body=rss(name, entries)
    )


def bare(status: str, etag: bytes | None = None) -> bytes:
    return answer(status, [] if etag is None else [("ETag", etag)], length=None)


def sent(site: Site, path: str) -> list[tuple[bytes | None, bytes | None]]:
    """The validators that came with each request for a path."""
    return [
        (it.headers.get(b"if-none-match"), it.headers.get(b"if-modified-since")) for it in site.asked(path)
    ]


def test_h01_a_feed_comes_with_its_validators(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h01", given(b'"one"', DATE))})
    ran = rig.refresh()
    a = ran["a"]
    assert (ran.code, a.status, a.new, a.entries, a.said["http"]) == (0, "new", 3, 3, 200)
    assert (a.etag, a.last_modified) == (b'"one"', DATE)
    assert a.body_hash == hashlib.sha256(rss("a", 3)).digest()
    assert HOUR <= a.wait <= 1.15 * HOUR
    assert rig.titles("a") == ["a 0", "a 1", "a 2"]
    assert sent(site, "/h01") == [(None, None)]


def test_h02_h03_a_304_keeps_or_renews_them(rig: Rig, site: Site) -> None:
    bare_304, new_304 = bare("304 Not Modified"), bare("304 Not Modified", b'"two"')
    rig.subscribe({"a": site.say("/h02", given(b'"one"', DATE), bare_304, new_304, bare_304)})
    before = rig.refresh()["a"]
    entries = rig.rows("SELECT * FROM entries WHERE source_id = 'a'")
    kept = rig.refresh(after=DAY)["a"]  # H02
    assert (kept.status, kept.said["http"], kept.error) == ("unchanged", 304, "")
    assert (kept.etag, kept.last_modified, kept.body_hash) == (b'"one"', DATE, before.body_hash)
    renewed = rig.refresh(after=DAY)["a"]  # H03
    assert (renewed.status, renewed.etag, renewed.last_modified) == ("unchanged", b'"two"', DATE)
    rig.refresh(after=DAY)
    assert rig.rows("SELECT * FROM entries WHERE source_id = 'a'") == entries
    assert sent(site, "/h02") == [(None, None), (b'"one"', DATE), (b'"one"', DATE), (b'"two"', DATE)]


def test_h04_a_304_that_nobody_asked_for(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h04", bare("304 Not Modified", b'"made up"'))})
    a = rig.refresh()["a"]
    assert (a.status, a.kind, a.entries, a.state["failures"]) == ("failed", "protocol", 0, 1)
    assert "nothing has changed" in a.error
    assert rig.rows("SELECT count(*) FROM validators WHERE source_id = 'a'") == [(0,)]


def test_h05_a_server_that_says_304_for_ever_is_seen_through(rig: Rig, site: Site) -> None:
    days = 0

    async def for_ever(request: Request, connection: Connection) -> None:
        known = b"if-none-match" in request.headers
        await connection.say(bare("304 Not Modified", b'"x"') if known else given(b'"x"', None, days + 1))

    rig.subscribe({"a": site.do("/h05", for_ever)})
    rig.refresh()
    for days in range(2, 22, 2):  # noqa: B007 - the server says how many days have gone
        rig.refresh(after=2 * DAY)
    whole = [2 * n for n, (etag, _) in enumerate(sent(site, "/h05")) if etag is None]
    assert len(sent(site, "/h05")) == 11
    # Once in eight or nine days, and never twice in a week.
    assert len(whole) == 3
    assert all(b - a >= 7 for a, b in pairwise(whole))
    assert len(rig.titles("a")) == whole[-1] + 1


def test_h06_the_same_etag_with_another_body_is_news(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h06", given(b'"x"'), given(b'"x"', None, 4))})
    rig.refresh()
    a = rig.refresh(after=DAY)["a"]
    assert (a.status, a.new, a.entries) == ("new", 1, 4)
    assert a.body_hash == hashlib.sha256(rss("a", 4)).digest()


def test_h07_another_etag_with_the_same_body_is_none(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h07", *(given(b'"%d"' % n) for n in range(3)))})
    rig.refresh()
    entries = rig.rows("SELECT * FROM entries WHERE source_id = 'a'")
    for n in (1, 2):
        a = rig.refresh(after=DAY)["a"]
        assert (a.status, a.said["http"], a.etag) == ("unchanged", 200, b'"%d"' % n)
    assert rig.rows("SELECT * FROM entries WHERE source_id = 'a'") == entries


def test_h08_a_weak_etag_and_its_packed_twin(rig: Rig, site: Site) -> None:
    import gzip

    packed = answer(
        headers=[("ETag", b'W/"x"'), ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")],
        body=gzip.compress(rss("a", 3)),
    )
    rig.subscribe(
        {"a": site.say("/h08", given(b'"x"'), packed, given(b'"x"'), bare("304 Not Modified", b'W/"x"'))}
    )
    assert rig.refresh()["a"].new == 3
    for _ in range(3):
        assert rig.refresh(after=DAY)["a"].status == "unchanged"
    assert [etag for etag, _ in sent(site, "/h08")] == [None, b'"x"', b'W/"x"', b'"x"']


ETAGS = {
    "strong": b'"abc"',
    "weak": b'W/"abc"',
    "unquoted": b"abc",
    "latin-1": b'"caf\xe9"',
    "utf-8": '"日报"'.encode(),
    "control": b'"a\x01b"',
    "empty": b"",
    "4 kB": b'"' + b"x" * 4094 + b'"',
    "8 kB": b'"' + b"x" * 8190 + b'"',
}


def test_h09_etags_of_every_shape_go_back_as_they_came(rig: Rig, site: Site) -> None:
    def path(name: str) -> str:
        return f"/h09/{name.replace(' ', '')}"

    rig.subscribe(
        {
            name.replace(" ", "-"): site.say(path(name), given(etag, None, 3, name))
            for name, etag in ETAGS.items()
        }
    )
    first = rig.refresh()
    second = rig.refresh(after=DAY)
    for name, etag in ETAGS.items():
        kept = etag if 0 < len(etag) <= 4096 else None
        assert first[name.replace(" ", "-")].etag == kept, name
        assert second[name.replace(" ", "-")].status == "unchanged", name
        assert sent(site, path(name)) == [(None, None), (kept, None)], name


def test_h10_last_modified_is_nobodys_date(rig: Rig, site: Site) -> None:
    dates = {
        "first": b"Thu, 01 Jan 1970 00:00:00 GMT",
        "last": b"Tue, 19 Jan 2038 03:14:08 GMT",
        "none": b"gestern, \xfcbrigens",
    }
    rig.subscribe(
        {name: site.say(f"/h10/{name}", given(None, date, 3, name)) for name, date in dates.items()}
    )
    first = rig.refresh()
    rig.refresh(after=DAY)
    for name, date in dates.items():
        assert (first[name].status, first[name].last_modified) == ("new", date)
        assert sent(site, f"/h10/{name}") == [(None, None), (None, date)]


def test_h11_a_reason_phrase_that_drives_a_terminal(rig: Rig, site: Site) -> None:
    phrases = {"ok": "200 \x1b]0;x\x07", "absent": "404 \x1b]0;x\x07", "broken": "500 \x9b31m\x07"}
    rig.subscribe(
        {
            name: site.say(f"/h11/{name}", answer(status, body=rss(name, 1)))
            for name, status in phrases.items()
        }
    )
    ran = rig.refresh()  # whose output and library are looked through for such bytes
    assert [ran[name].status for name in phrases] == ["new", "failed", "failed"]
